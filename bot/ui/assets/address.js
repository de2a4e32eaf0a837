// The address bar holds what is open (a conversation, a view, a briefing, a source), so that
// reload, Back, a bookmark and a new tab all lead to the same.
const state = { conversation: "", view: "ask", briefing: "", scope: {} };
const VIEWS = ["ask", "briefing", "library"];
const scrolled = { ask: 0, briefing: 0, library: 0 };

const place = () => `scroll.${state.view === "ask" ? state.conversation : `b.${state.briefing}`}`;
addEventListener("scrollend", () => {
  if (state.view !== "library" && find("[data-brief], [data-turn]")) {
    keep(place(), scrollY);
  }
});

const addressOf = ({ conversation, view, briefing }) => {
  const query = new URLSearchParams();
  if (conversation) {
    query.set("c", conversation);
  }
  if (view !== "ask") {
    query.set("view", view);
  }
  if (view === "briefing" && briefing) {
    query.set("b", briefing);
  }
  return `${location.pathname}${query.size ? `?${query}` : ""}`;
};

// What is open beside a view stays open in the other; another conversation or briefing has
// other sources.
const go = (to, { replace = false } = {}) => {
  const same = ["conversation", "briefing"].every((name) => !(name in to) || to[name] === state[name]);
  const address = addressOf({ ...state, ...to }) + (same ? location.hash : "");
  history[replace ? "replaceState" : "pushState"](null, "", address);
  arrive();
  followSource();
};

const arrive = () => {
  const query = new URLSearchParams(location.search);
  const view = VIEWS.find((each) => each === query.get("view")) ?? "ask";
  const conversation = query.get("c") ?? "";
  // Another view's address names no briefing: the open one stays open.
  const briefing = view === "briefing" ? (query.get("b") ?? "") : state.briefing;
  const other = briefing !== state.briefing;
  state.briefing = briefing;
  if (view !== state.view) {
    scrolled[state.view] = scrollY;
    state.view = view;
    showView();
  }
  if (conversation !== state.conversation) {
    state.conversation = conversation;
    openConversation();
  }
  if (other) {
    openBriefing();
  }
};

const showView = () => {
  app.dataset.view = state.view;
  all("a[data-view]").forEach((link) => {
    if (link.dataset.view === state.view) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  });
  if (state.view === "library") {
    showArticles();
  }
  showBriefings();
  scrollTo({ top: scrolled[state.view], behavior: "instant" });
};

// Back closes a dialog and leaves what is below it as it was.
addEventListener("popstate", () => {
  if (dialog.open) {
    dialog.close();
    history.forward();
  } else {
    arrive();
  }
});
