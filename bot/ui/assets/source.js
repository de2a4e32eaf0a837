// The source panel: an article, at the passage that a citation leads to, what changed in it, or
// how it is worded.
const PLACE = /^#(cite|article|changes|wording)\//;
const panel = find(".p-panel");
const opened = () => app.classList.contains("p-open");
const shown = () => find(".p-sheet", panel)?.dataset.link;
let opener = null;

const linksTo = (hash) => all('a[href^="#"]').filter((link) => link.getAttribute("href") === hash);

// The citations of the answer or briefing that the open one belongs to, in the order of its
// sentences.
const beside = () => {
  const from = opener?.isConnected ? opener : linksTo(location.hash)[0];
  const turn = from?.closest("[data-turn], [data-brief]");
  const links = turn ? all('a[href^="#cite/"]', turn).map((link) => link.getAttribute("href")) : [];
  return [...new Set(links)];
};

// Text that a source makes narrower breaks elsewhere: what was clicked stays where it is.
const steady = (link, change) => {
  const top = () => (link?.isConnected && state.view === "briefing" ? link.getBoundingClientRect().top : 0);
  const before = top();
  change();
  if (!narrow.matches) {
    scrollBy({ top: top() - before, behavior: "instant" });
  }
};

const followSource = async () => {
  if (!PLACE.test(location.hash)) {
    hideSource();
    return;
  }
  steady(opener, () => app.classList.add("p-open"));
  guard();
  point();
  const link = location.hash;
  const others = beside();
  if (shown() !== link || panel.dataset.others !== others.join()) {
    panel.classList.add("p-loading");
    const { conversation, briefing } = state;
    const got = link.startsWith("#wording/")
      ? await call("wording", { link })
      : await call("source", { link, others, conversation, briefing });
    if (!got) {
      panel.classList.remove("p-loading");
      // While the server is away the address stays, and with it what to open on its return.
      (lost ? hideSource : closeSource)();
      return;
    }
    if (link !== location.hash) {
      return;
    }
    panel.dataset.others = others.join();
    panel.replaceChildren(markup(got.html));
    panel.classList.remove("p-loading");
    draw(panel, got);
    toPassage();
  }
  steps(others);
  if (!panel.contains(document.activeElement)) {
    panel.focus({ preventScroll: true });
  }
};

// From the top, where the title is, unless the passage lies too far down for that.
const toPassage = () => {
  const scroll = find(".p-scroll", panel);
  const mark = find("mark:not(.p-faint)", panel);
  const above = mark ? mark.getBoundingClientRect().top - scroll.getBoundingClientRect().top : 0;
  scroll.scrollTop = above > scroll.clientHeight * 0.7 ? above - scroll.clientHeight / 3 : 0;
};

const steps = (others) => {
  const at = others.indexOf(location.hash);
  find(".p-steps", panel).hidden = at < 0 || others.length < 2;
  find('[data-part="step"]', panel).textContent = `${at + 1} of ${others.length}`;
  find('[data-do="previous"]', panel).disabled = at <= 0;
  find('[data-do="next"]', panel).disabled = at >= others.length - 1;
};
const step = (by) => {
  const others = beside();
  const to = others[others.indexOf(location.hash) + by];
  if (to) {
    history.replaceState(null, "", location.pathname + location.search + to);
    followSource();
  }
};
actions.previous = () => step(-1);
actions.next = () => step(1);

// The links that lead to what is open are shown as such.
const point = () =>
  all('a[href^="#"]').forEach((link) => {
    if (opened() && link.getAttribute("href") === location.hash) {
      link.setAttribute("aria-current", "true");
    } else {
      link.removeAttribute("aria-current");
    }
  });

const hideSource = () => {
  if (!opened()) {
    return;
  }
  app.classList.remove("p-open");
  guard();
  point();
  const back = opener?.isConnected ? opener : linksTo(shown())[0];
  const within = panel.contains(document.activeElement);
  panel.replaceChildren();
  if (within || document.activeElement === document.body) {
    back?.focus({ preventScroll: true });
  }
};
const closeSource = () => {
  if (PLACE.test(location.hash)) {
    history.replaceState(null, "", location.pathname + location.search);
  }
  hideSource();
};

addEventListener("hashchange", followSource);
