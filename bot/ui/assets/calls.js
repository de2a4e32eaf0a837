// All scripts run once, in one function, when the page is there; Gradio passes `element`,
// `server` (the calls of conversation_calls.py and library_calls.py) and `upload`.
const find = (selector, within = element) => within.querySelector(selector);
const all = (selector, within = element) => [...within.querySelectorAll(selector)];
const part = (name) => find(`[data-part="${name}"]`);
const app = find(".p-app");
const box = find("#p-box");
const log = find(".p-log");
const toast = find(".p-toast");
const narrow = matchMedia("(max-width: 68rem)");
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// What buttons (`data-do`) and forms (`data-form`) do; each script adds its own.
const actions = {};
const forms = {};

// A message at the foot of the page. It stays until the next one or until it is closed: what
// offers an undo must not vanish while somebody is still reading it.
const tell = (message, undo = null) => {
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
let lost = false;
const call = async (name, given = {}) => {
  const got = await server[`call_${name}`](given);
  if (got === undefined) {
    if (!lost) {
      tell("Parley does not answer. If it was ended, start it again: this page goes on by itself.");
    }
    lost = true;
    return null;
  }
  if (lost) {
    lost = false;
    hush();
  }
  if (got.error) {
    tell(got.error);
    return null;
  }
  return got;
};

const markup = (html) => {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  localise(holder.content);
  return holder.content;
};
const fill = (name, html) => part(name).replaceChildren(markup(html));

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

const save = (name, content) => {
  const link = document.createElement("a");
  link.download = name;
  link.href = URL.createObjectURL(new Blob([content], { type: "text/markdown" }));
  link.click();
  URL.revokeObjectURL(link.href);
};
