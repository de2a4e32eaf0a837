// The Library view: what is in the library, and what a reader does to it.
const finding = find(".p-find");
const PAGE = 50;
let limit = PAGE;

const showArticles = async () => {
  const picked = new Set(pickedArticles());
  const got = await call("articles", { ...Object.fromEntries(new FormData(finding)), limit });
  if (!got) {
    return;
  }
  fill("articles", got.html);
  if (document.activeElement?.name !== "publisher") {
    fill("publishers", got.publishers);
  }
  all(".p-row").forEach((row) => {
    find("[data-pick]", row).checked = picked.has(row.dataset.article);
  });
  showPicked();
  point();
};
const showLibrary = async () => {
  const got = await call("overview");
  if (got) {
    fill("welcome", got.welcome);
    fill("facts", got.facts);
    fill("count", got.count);
  }
  setScope();
  if (state.view === "library") {
    await showArticles();
  }
};

finding.addEventListener("input", debounced(() => {
  limit = PAGE;
  showArticles();
}));
finding.addEventListener("submit", (event) => event.preventDefault());
actions.more = () => {
  limit += 4 * PAGE;
  showArticles();
};

const pickedArticles = () =>
  all(".p-row").filter((row) => find("[data-pick]", row).checked).map((row) => row.dataset.article);
const showPicked = () => {
  const picked = pickedArticles();
  const tools = part("picks");
  if (tools) {
    tools.hidden = picked.length === 0;
    part("picked").textContent = picked.length ? `, ${picked.length.toLocaleString("en")} picked` : "";
    const every = find('[data-pick="all"]');
    every.checked = picked.length === all(".p-row").length;
    every.indeterminate = picked.length > 0 && !every.checked;
  }
};
part("articles").addEventListener("change", (event) => {
  if (event.target.dataset.pick === "all") {
    all(".p-row [data-pick]").forEach((pick) => (pick.checked = event.target.checked));
  }
  showPicked();
});

actions["ask-picked"] = () => {
  const articles = pickedArticles();
  go({ conversation: "", view: "ask" });
  state.scope = { articles };
  setScope();
  box.focus();
};

const deleted = async (got) => {
  if (!got) {
    return;
  }
  tell(got.said, async () => {
    await call("restore_articles", { articles: got.articles });
    showLibrary();
  });
  await showLibrary();
};
const articleOf = (button) => button.closest("[data-article]").dataset.article;
actions["delete-article"] = async (button) => {
  await deleted(await call("delete_articles", { articles: [articleOf(button)] }));
  find("[name=search]", finding).focus();
};
actions["delete-picked"] = async () => {
  await deleted(await call("delete_articles", { articles: pickedArticles() }));
  find("[name=search]", finding).focus();
};
actions["remove-samples"] = async () => deleted(await call("remove_samples"));
actions["restore-articles"] = async () => {
  if (await call("restore_articles")) {
    showLibrary();
  }
};
actions.purge = async () => {
  const sure = "Delete these articles for good? Conversations keep what they quote of them.";
  if (confirm(sure) && (await call("purge"))) {
    showLibrary();
  }
};

actions.edit = async (button) => {
  const got = await call("edit_form", { article: articleOf(button) });
  if (got) {
    openDialog(got.html);
  }
};
forms.edit = async (fields, form) => {
  if (await call("edit", { fields })) {
    dialog.close();
    showLibrary();
  } else {
    find(".p-wrong", form).textContent = toast.firstChild?.textContent ?? "";
  }
};
