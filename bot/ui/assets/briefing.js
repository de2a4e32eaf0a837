// A briefing: followed while it is made, read, stopped and saved.
const briefs = find(".p-briefs");
const reading = part("briefing");

// As for conversations: only the newest follower goes on.
let reader = 0;
const followBriefing = async (arrived = () => {}) => {
  const mine = ++reader;
  const { briefing } = state;
  let revision = "";
  let digest = "";
  while (briefing) {
    const failed = (message) => mine === reader && tell(message);
    const got = await call("briefing", { briefing, revision }, failed);
    if (mine !== reader || lost) {
      return;
    }
    if (!got) {
      leaveBriefing();
      return;
    }
    const changed = got.revision !== revision;
    ({ revision } = got);
    if (!changed) {
      await whileHidden();
      continue;
    }
    reading.setAttribute("aria-busy", String(got.busy));
    entitle(got.title);
    if (got.digest !== digest) {
      ({ digest } = got);
      putBriefing(got);
    }
    arrived();
    arrived = () => {};
    if (!got.busy) {
      listBriefings();
    }
  }
};

// Words that say what is being done change often; nothing else then moves.
const putBriefing = (got) => {
  const fresh = markup(got.html).firstElementChild;
  const old = find("[data-brief]", reading);
  const bare = withoutLive(fresh);
  if (old && came.get(old)?.isEqualNode(bare)) {
    all("[data-live]", old).forEach((each, at) => {
      each.textContent = all("[data-live]", fresh)[at].textContent;
    });
    return;
  }
  came.set(fresh, bare);
  if (old) {
    keepingFocus(old, () => {
      old.replaceWith(fresh);
      return fresh;
    });
  } else {
    reading.replaceChildren(fresh);
  }
  point();
  draw(fresh, got);
};

// An address of a briefing that is not there leads to all.
const leaveBriefing = () => {
  if (state.view === "briefing") {
    go({ briefing: "" }, { replace: true });
  } else {
    state.briefing = "";
    openBriefing();
  }
};

const openBriefing = () => {
  reader += 1;
  reading.replaceChildren();
  const { briefing } = state;
  briefs.hidden = briefing !== "";
  entitle("Briefing");
  if (briefing) {
    const top = kept(place()) ?? 0;
    followBriefing(() => {
      if (state.view === "briefing") {
        scrollTo({ top, behavior: "instant" });
        toBriefing();
      }
      followSource();
    });
  } else {
    showBriefings();
  }
};

// Where a keyboard goes on: at what is read, or at what a new one is to be about.
const toBriefing = () => {
  if (state.view === "briefing" && !PLACE.test(location.hash)) {
    const head = find("h2", reading) ?? find("[name=topic]", briefs);
    head.focus({ preventScroll: true });
  }
};

const entitle = (title) => {
  if (state.view === "briefing") {
    document.title = `${title} · Parley`;
  }
};

const briefingOf = (button) => button.closest("[data-briefing], [data-brief]").dataset;
const idOf = ({ briefing, brief }) => briefing ?? brief;

actions["stop-brief"] = (button) => call("stop_brief", { briefing: idOf(briefingOf(button)) });

actions["again-brief"] = async (button) => {
  const got = await call("again_brief", { briefing: idOf(briefingOf(button)) });
  if (got) {
    go({ briefing: got.briefing, view: "briefing" });
  }
};

actions["export-brief"] = async (button) => {
  const { format } = button.dataset;
  const got = await call("export_brief", { briefing: idOf(briefingOf(button)), format });
  if (got) {
    const bytes = Uint8Array.from(atob(got.content), (char) => char.charCodeAt(0));
    save(got.name, bytes, got.type);
  }
};

actions.jump = (button) => {
  const head = find(`[data-section="${button.dataset.to}"] h3`, reading);
  head.focus({ preventScroll: true });
  head.scrollIntoView({ block: "start", behavior: "instant" });
};
