// Pictures: drawn by Plotly, whose script comes from this server and only when it is needed.
// Where it does not come, the tables say the same.
let plotly = null;
const loaded = (name) => {
  plotly ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = name;
    script.addEventListener("load", () => done(window.Plotly));
    script.addEventListener("error", () => {
      plotly = null;
      failed();
    });
    document.head.append(script);
  });
  return plotly;
};

// Plotly knows no variables of style sheets: a colour is looked up in the page by its name.
const coloured = (value, probe) => {
  if (typeof value === "string" && value.startsWith("--p-")) {
    probe.style.color = `var(${value})`;
    return getComputedStyle(probe).color;
  }
  if (Array.isArray(value)) {
    return value.map((each) => coloured(each, probe));
  }
  if (value && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, coloured(each, probe)]),
    );
  }
  return value;
};

const SETTINGS = { displayModeBar: false, displaylogo: false, responsive: true, scrollZoom: false };
const figures = new WeakMap();
const paint = (holder) => {
  const probe = document.createElement("span");
  holder.parentElement.append(probe);
  const { data, layout } = coloured(figures.get(holder), probe);
  probe.remove();
  layout.font.family = getComputedStyle(app).fontFamily;
  return window.Plotly.react(holder, data, layout, SETTINGS);
};

// Draws what a call gave for the pictures that have a place within.
const draw = async (within, { pictures, plotly: name }) => {
  const places = Object.entries(pictures ?? {}).flatMap(([picture, figure]) =>
    all(`[data-picture="${picture}"]`, within).map((place) => [place, figure]),
  );
  if (!places.length) {
    return;
  }
  try {
    await loaded(name);
    for (const [place, figure] of places.filter(([each]) => each.isConnected)) {
      const holder = place.firstElementChild;
      figures.set(holder, figure);
      place.hidden = false;
      await paint(holder);
    }
  } catch {
    places.forEach(([place]) => (place.hidden = true));
  }
};

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
  all(".p-picture > div").filter((holder) => figures.has(holder)).forEach(paint),
);
