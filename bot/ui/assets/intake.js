// Taking articles in: chosen, dropped anywhere on the page, or pasted.
const LARGEST = 100_000_000;
const MOST = 1000;
const files = find(".p-files");

// Follows the work until it is done; after a reload, too.
let watching = false;
const watchWork = async () => {
  if (watching) {
    return;
  }
  watching = true;
  let revision = -1;
  let ran = false;
  for (;;) {
    const got = await call("progress", { revision });
    if (!got) {
      await pause(2000);
      continue;
    }
    if (got.revision !== revision) {
      ({ revision } = got);
      fill("progress", got.html);
    }
    ran ||= got.running;
    if (!got.running) {
      break;
    }
  }
  watching = false;
  if (ran || revision > 0) {
    await showLibrary();
  }
};

// Goes up when the reader stops the work; files that were not sent by then stay where they are.
let stops = 0;
const takeFiles = async (chosen) => {
  if (!chosen.length) {
    return;
  }
  go({ view: "library" });
  if (chosen.length > MOST) {
    tell(`These are ${chosen.length.toLocaleString("en")} files, and ${MOST.toLocaleString("en")} can be added at once.`);
    return;
  }
  const failed = [];
  const begun = stops;
  for (const [number, file] of chosen.entries()) {
    if (stops !== begun) {
      tell(`Stopped. Not sent, so add again to go on: ${chosen.slice(number).map((each) => each.name).join(", ").slice(0, 300)}.`);
      break;
    }
    if (!(await takeFile(file, chosen.length - number - 1, begun))) {
      failed.push(file.name);
    }
    watchWork();
  }
  if (failed.length) {
    tell(`Not added, for Parley did not answer: ${failed.join(", ")}. Add them again.`);
  }
};
const takeFile = async (file, more, begun) => {
  const { name, size } = file;
  if (size > LARGEST) {
    return call("too_large", { name, size, more });
  }
  const uploaded = await upload(file).catch(() => null);
  const { path } = uploaded ?? {};
  const taken = path ? await call("take", { path, name, more, later: stops !== begun }) : null;
  return taken ?? call("not_uploaded", { name, more });
};

actions.choose = () => files.click();
files.addEventListener("change", () => {
  takeFiles([...files.files]);
  files.value = "";
});

actions.paste = async () => {
  const got = await call("paste_form");
  if (got) {
    openDialog(got.html);
  }
};
forms.paste = async (given) => {
  if (await call("paste", given)) {
    dialog.close();
    go({ view: "library" });
    watchWork();
  }
};

actions.cancel = () => {
  stops += 1;
  return call("cancel");
};
actions.resume = async () => {
  if (await call("resume")) {
    watchWork();
  }
};
actions.discard = async () => {
  if (await call("discard")) {
    watchWork();
  }
};
actions["clear-progress"] = async () => {
  if (await call("clear_progress")) {
    fill("progress", "");
    files.parentElement.querySelector('[data-do="choose"]').focus();
  }
};
actions.reindex = async () => {
  if (await call("reindex")) {
    scrollTo({ top: 0 });
    watchWork();
  }
};

// A folder that is dropped gives its files, however deep.
// What cannot be read comes as an empty file of its name, which is said to be empty.
const filesOf = async (entry) => {
  if (entry.isFile) {
    const unread = () => new File([], entry.name);
    return [await new Promise((done) => entry.file(done, () => done(unread())))];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((done) => reader.readEntries(done, () => done([])));
    if (!some.length) {
      return found;
    }
    for (const each of some) {
      if (!each.name.startsWith(".")) {
        found.push(...(await filesOf(each)));
      }
    }
  }
};

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
let over = 0;
document.addEventListener("dragenter", (event) => {
  if (carriesFiles(event)) {
    over += 1;
    app.classList.add("p-dragging");
  }
});
document.addEventListener("dragleave", (event) => {
  if (carriesFiles(event)) {
    over -= 1;
    app.classList.toggle("p-dragging", over > 0);
  }
});
document.addEventListener("dragover", (event) => {
  if (carriesFiles(event)) {
    event.preventDefault();
  }
});
document.addEventListener("drop", async (event) => {
  if (!carriesFiles(event)) {
    return;
  }
  event.preventDefault();
  over = 0;
  app.classList.remove("p-dragging");
  const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? null);
  // Files that a script made have no entry.
  const plain = items.map((item) => item.getAsFile());
  const found = await Promise.all(
    entries.map((entry, at) => (entry ? filesOf(entry) : [plain[at]])),
  );
  takeFiles(found.flat().filter(Boolean));
});
