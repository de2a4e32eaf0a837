// The address bar holds what is open (a conversation, a view, a source), so that reload, Back,
// a bookmark and a new tab all lead to the same.
const state = { conversation: "", view: "ask", scope: {} };
const scrolled = { ask: 0, library: 0 };

const place = () => `scroll.${state.conversation}`;
addEventListener("scrollend", () => {
  if (state.view === "ask") {
    keep(place(), scrollY);
  }
});

const addressOf = ({ conversation, view }) => {
  const query = new URLSearchParams();
  if (conversation) {
    query.set("c", conversation);
  }
  if (view === "library") {
    query.set("view", view);
  }
  return `${location.pathname}${query.size ? `?${query}` : ""}`;
};

// What is open beside a view stays open in the other; another conversation has other sources.
const go = (to, { replace = false } = {}) => {
  const same = !("conversation" in to) || to.conversation === state.conversation;
  const address = addressOf({ ...state, ...to }) + (same ? location.hash : "");
  history[replace ? "replaceState" : "pushState"](null, "", address);
  arrive();
  followSource();
};

const arrive = () => {
  const query = new URLSearchParams(location.search);
  const view = query.get("view") === "library" ? "library" : "ask";
  const conversation = query.get("c") ?? "";
  if (view !== state.view) {
    scrolled[state.view] = scrollY;
    state.view = view;
    showView();
  }
  if (conversation !== state.conversation) {
    state.conversation = conversation;
    openConversation();
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
  scrollTo({ top: scrolled[state.view], behavior: "instant" });
};

addEventListener("popstate", arrive);
