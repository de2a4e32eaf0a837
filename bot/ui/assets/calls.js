// All scripts run once, in one function, when the page is there; Gradio passes `element`,
// `server` (the calls of conversation_calls.py, briefing_calls.py and library_calls.py) and
// `upload`.
const find = (selector, within = element) => within.querySelector(selector);
const all = (selector, within = element) => [...within.querySelectorAll(selector)];
const part = (name) => find(`[data-part="${name}"]`);
const app = find(".p-app");
const box = find("#p-box");
const log = find(".p-log");
const toast = find(".p-toast");
// As in narrow.css: the source covers the page, the conversations are a drawer.
const narrow = matchMedia("(max-width: 68rem)");
const drawn = matchMedia("(max-width: 80rem)");
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// What buttons (`data-do`) and forms (`data-form`) do; each script adds its own.
const actions = {};
const forms = {};

// A message at the foot of the page, or in the dialog that is open. What offers an undo stays
// until it is closed or the next one comes; anything else has been read after a while.
const READ_SECONDS = 10;
let fading = 0;
const tell = (message, undo = null) => {
  clearTimeout(fading);
  const wrong = dialog.open ? find(".p-wrong", dialog) : null;
  if (wrong) {
    wrong.textContent = message;
    return;
  }
  if (!undo && !lost) {
    fading = setTimeout(hush, READ_SECONDS * 1000);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "p-link";
  close.textContent = "Close";
  close.addEventListener("click", hush);
  const said = document.createElement("span");
  said.dir = "auto";
  said.textContent = message;
  toast.replaceChildren(said, close);
  if (undo) {
    const back = close.cloneNode();
    back.textContent = "Undo";
    back.addEventListener("click", () => {
      hush();
      undo();
    });
    said.after(back);
  }
};
const hush = () => toast.replaceChildren();

// A call's result, or null if it failed, which the reader is told. Gradio's own answer to a
// server that is gone is undefined.
const AWAY =
  "Parley does not answer. If it was ended, start it again: this page goes on by itself.";
let lost = false;
const call = async (name, given = {}, failed = tell) => {
  const got = await server[`call_${name}`](given);
  if (got === undefined) {
    if (!lost) {
      lost = true;
      tell(AWAY);
      awaitReturn();
    }
    return null;
  }
  if (got.error) {
    failed(got.error);
    return null;
  }
  return got;
};

// While the server is away, ask for it until it is back; then bring everything up to date.
const awaitReturn = async () => {
  while ((await server.call_progress({})) === undefined) {
    await pause(1500);
  }
  lost = false;
  // What else was said meanwhile still holds.
  if (toast.firstChild?.textContent === AWAY) {
    hush();
  }
  showTalks();
  showLibrary();
  watchWork();
  follow();
  followSource();
  showBriefings();
  followBriefing();
};

// What is half-typed or half-read, for this window alone, so that a reload costs nothing.
const keep = (name, value) => sessionStorage.setItem(`parley.${name}`, JSON.stringify(value));
const kept = (name) => JSON.parse(sessionStorage.getItem(`parley.${name}`) ?? "null");

const markup = (html) => {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  localise(holder.content);
  return holder.content;
};
const fill = (name, html) =>
  all(`[data-part="${name}"]`).forEach((each) =>
    keepingFocus(each, () => {
      each.replaceChildren(markup(html));
      return each;
    }),
  );

// Replaces what is in `old` by `replace`, which returns what stands there afterwards; the focus
// goes to what is the same there, if it was on something that went.
const MARKS = ["href", "data-do", "data-to", "data-format", "data-rating", "data-pick", "name", "type"];
const ROWS = ["article", "conversation", "briefing"];
const keepingFocus = (old, replace) => {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const row = focused?.closest("[data-article], [data-conversation], [data-briefing]");
  const kind = ROWS.find((name) => row?.dataset[name]);
  const within = kind ? `[data-${kind}="${CSS.escape(row.dataset[kind])}"] ` : "";
  const same = MARKS.filter((name) => focused?.hasAttribute(name))
    .map((name) => `[${name}="${CSS.escape(focused.getAttribute(name))}"]`)
    .join("");
  const text = focused?.value;
  const fresh = replace();
  if (!focused || focused.isConnected) {
    return;
  }
  const next = find(within + (same || focused.tagName), fresh);
  if (next && text !== undefined && next.matches("input[name=comment]")) {
    next.value = text;
  }
  (next ?? find("button, a[href], input", fresh))?.focus({ preventScroll: true });
};

// Only the newest of several replies counts: an earlier one may come later.
const newest = (name) => {
  let last = 0;
  return async (given) => {
    const mine = ++last;
    const got = await call(name, given);
    return mine === last ? got : null;
  };
};

// Moments come in UTC and are shown in the reader's time zone, which is named.
const whole = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" };
const localise = (within) =>
  within.querySelectorAll("time").forEach((time) => {
    const moment = new Date(time.dateTime);
    const show = (form) => moment.toLocaleString("en-GB", form);
    const today = moment.toDateString() === new Date().toDateString();
    const brief = today ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short" };
    time.title = show({ ...whole, timeZoneName: "short" });
    time.textContent = time.closest(".p-talk") ? show(brief) : time.title;
  });

const debounced = (work) => {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, 200);
  };
};

// The one dialog: filled, shown, and closed again by its form, its button or Esc.
const dialog = find(".p-dialog");
const openDialog = (html) => {
  hush();
  dialog.replaceChildren(markup(html));
  dialog.showModal();
};
actions.close = (button) => {
  if (dialog.contains(button)) {
    dialog.close();
  } else {
    closeSource();
  }
};

// Copying needs a secure address; elsewhere the old way still works.
const copy = async (text, said) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const holder = document.createElement("textarea");
    holder.value = text;
    app.append(holder);
    holder.select();
    document.execCommand("copy");
    holder.remove();
  }
  tell(said);
};

const save = (name, content, type = "text/markdown") => {
  const link = document.createElement("a");
  link.download = name;
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.click();
  URL.revokeObjectURL(link.href);
};
