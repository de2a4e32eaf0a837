// Runs once, when the panel is on the page; Gradio passes `element`, `trigger` and `watch`.
// The address bar holds what is open, so Back, reload and a new tab all work.
const CITE = /^#cite\//;
const narrow = matchMedia("(max-width: 60rem)");
const open = () => document.body.classList.contains("p-open");
let opener = null;

const PARTS = "#p-header, #p-welcome, #p-conversation, #p-asking";
const behind = () => document.querySelectorAll(PARTS);
const guard = () => behind().forEach((part) => (part.inert = open() && narrow.matches));

const shown = () => element.querySelector(".p-panel")?.dataset.link;

const fetchSource = () => {
  element.classList.add("p-loading");
  trigger("cite", { link: location.hash });
};

// Called with what has arrived, which may be what was asked for before last.
const settle = () => {
  if (!open()) {
    return;
  }
  if (shown() !== location.hash) {
    fetchSource();
    return;
  }
  element.classList.remove("p-loading");
  element.querySelector(".p-panel").focus({ preventScroll: true });
  const scroll = element.querySelector(".p-scroll");
  const mark = element.querySelector("#p-cited");
  // From the top, where the title is, unless the passage lies too far down for that.
  scroll.scrollTop = 0;
  const above = mark ? mark.getBoundingClientRect().top - scroll.getBoundingClientRect().top : 0;
  if (above > scroll.clientHeight * 0.7) {
    scroll.scrollTop = above - scroll.clientHeight / 3;
  }
};

// The links that lead to what is open are shown as such.
const point = () =>
  document.querySelectorAll('a[href^="#cite/"]').forEach((link) => {
    if (open() && link.hash === location.hash) {
      link.setAttribute("aria-current", "true");
    } else {
      link.removeAttribute("aria-current");
    }
  });

const follow = () => {
  if (!CITE.test(location.hash)) {
    close();
    return;
  }
  document.body.classList.add("p-open");
  guard();
  point();
  settle();
};

const close = () => {
  if (!open()) {
    return;
  }
  document.body.classList.remove("p-open");
  guard();
  if (CITE.test(location.hash)) {
    history.replaceState(null, "", location.pathname + location.search);
  }
  point();
  if (opener?.isConnected) {
    opener.focus({ preventScroll: true });
  }
};

watch("value", settle);
narrow.addEventListener("change", guard);
addEventListener("hashchange", follow);

document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#cite/"]');
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    opener = link;
    if (location.hash === link.hash) {
      follow();
    } else {
      location.hash = link.hash;
    }
  } else if (event.target.closest("[data-close]")) {
    close();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && open()) {
    close();
  }
});

if (CITE.test(location.hash)) {
  follow();
}
