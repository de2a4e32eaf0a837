// What leads from a click, a key or a form to what it does; and the page's first moment.
document.addEventListener("click", (event) => {
  const target = event.target;
  all(".p-menu[open]").forEach((menu) => {
    if (!menu.contains(target) || target.closest("[data-do]")) {
      menu.open = false;
    }
  });
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
  const link = target.closest("a[href]");
  const doing = target.closest("[data-do]");
  const asked = target.closest("[data-ask]");
  if (link && plain && PLACE.test(link.getAttribute("href"))) {
    event.preventDefault();
    opener = link;
    if (location.hash === link.getAttribute("href")) {
      followSource();
    } else {
      location.hash = link.getAttribute("href");
    }
  } else if (link?.matches("[data-open]") && plain) {
    event.preventDefault();
    drawer(false);
    go({ conversation: link.closest("[data-conversation]").dataset.conversation, view: "ask" });
  } else if (link?.matches("[data-read]") && plain) {
    event.preventDefault();
    go({ briefing: link.closest("[data-briefing]").dataset.briefing, view: "briefing" });
  } else if (link?.matches("[data-list]") && plain) {
    event.preventDefault();
    go({ briefing: "", view: "briefing" });
  } else if (link?.matches("[data-view]") && plain) {
    event.preventDefault();
    // The tab of an open briefing leads back to all.
    const again = state.view === "briefing" && link.dataset.view === "briefing";
    go({ view: link.dataset.view, ...(again ? { briefing: "" } : {}) });
  } else if (link?.matches(".p-skip")) {
    event.preventDefault();
    (state.view === "briefing" ? toBriefing : () => box.focus())();
  } else if (doing) {
    act(doing);
  } else if (asked && !busy()) {
    ask(asked.dataset.ask);
  }
});

// One thing after the other: a second click while the first is under way does nothing.
const underWay = new Set();
const once = async (name, work) => {
  if (!underWay.has(name)) {
    underWay.add(name);
    try {
      await work();
    } finally {
      underWay.delete(name);
    }
  }
};
const act = (button) => once(button.dataset.do, () => actions[button.dataset.do](button));

element.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.form) {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(form));
    once(`form.${form.dataset.form}`, () => forms[form.dataset.form](given, form));
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || dialog.open) {
    return;
  }
  const menu = find(".p-menu[open]");
  if (menu) {
    menu.open = false;
    find("summary", menu).focus();
  } else if (app.classList.contains("p-drawer")) {
    drawer(false);
  } else if (opened()) {
    closeSource();
  }
});

// What happened meanwhile in another window.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    showTalks();
    showBriefings();
  }
});

const start = async () => {
  localise(element);
  guard();
  showTalks();
  watchWork();
  if (!new URLSearchParams(location.search).has("c")) {
    openConversation();
  }
  arrive();
  // What stood there when Parley started may be out of date when the page is opened.
  await showOverview();
  // A keyboard on the screen would hide half the page, so only where there is a mouse.
  if (matchMedia("(hover: hover)").matches && !location.hash && state.view === "ask") {
    box.focus({ preventScroll: true });
  }
  app.classList.add("p-ready");
};
start();
