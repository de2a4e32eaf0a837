// The Library view: what is in the library, and what a reader does to it.
const finding = find(".p-find");
const PAGE = 50;
let limit = PAGE;
// What is picked stays picked, in sight or not.
const picked = new Set();

const findArticles = newest("articles");
const showArticles = async () => {
  const got = await findArticles({ ...Object.fromEntries(new FormData(finding)), limit });
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
const showOverview = async () => {
  const got = await call("overview");
  if (got) {
    fill("welcome", got.welcome);
    fill("facts", got.facts);
    fill("count", got.count);
  }
};
const showLibrary = async () => {
  await showOverview();
  showScope(state.scope);
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

const showPicked = () => {
  const tools = part("picks");
  if (tools) {
    tools.hidden = picked.size === 0;
    part("picked").textContent = picked.size ? `${picked.size.toLocaleString("en")} picked` : "";
    const every = find('[data-pick="all"]');
    const shown = all(".p-row [data-pick]");
    every.checked = shown.every((pick) => pick.checked);
    every.indeterminate = !every.checked && shown.some((pick) => pick.checked);
  }
};
part("articles").addEventListener("change", (event) => {
  if (event.target.dataset.pick === "all") {
    all(".p-row [data-pick]").forEach((pick) => (pick.checked = event.target.checked));
  }
  all(".p-row").forEach((row) => {
    picked[find("[data-pick]", row).checked ? "add" : "delete"](row.dataset.article);
  });
  showPicked();
});

actions["ask-picked"] = () => {
  begin({ articles: [...picked] });
  picked.clear();
};
actions["brief-picked"] = () => {
  order({ articles: [...picked] });
  picked.clear();
};

const deleted = async (got) => {
  if (!got) {
    return;
  }
  got.articles.forEach((article) => picked.delete(article));
  tell(got.said, () => restore(got.articles));
  await showLibrary();
};
const restore = async (articles) => {
  if (await call("restore_articles", { articles })) {
    await showLibrary();
    panel.replaceChildren();
    followSource();
  }
};
actions["restore-article"] = (button) => restore([button.dataset.article]);
const articleOf = (button) => button.closest("[data-article]").dataset.article;
actions["delete-article"] = async (button) => {
  await deleted(await call("delete_articles", { articles: [articleOf(button)] }));
  find("[name=search]", finding).focus();
};
actions["delete-picked"] = async () => {
  await deleted(await call("delete_articles", { articles: [...picked] }));
  find("[name=search]", finding).focus();
};
actions["remove-samples"] = async () => deleted(await call("remove_samples"));
actions["restore-articles"] = async () => {
  if (await call("restore_articles")) {
    showLibrary();
  }
};
actions.purge = async () => {
  const sure =
    "Delete these articles for good? What conversations and kept briefings quote of them is " +
    "taken out, too.";
  if (confirm(sure)) {
    await call("purge");
    await showLibrary();
    panel.replaceChildren();
    followSource();
  }
};

actions.edit = async (button) => {
  const got = await call("edit_form", { article: articleOf(button) });
  if (got) {
    openDialog(got.html);
  }
};
forms.edit = async (fields) => {
  if (await call("edit", { fields })) {
    dialog.close();
    showLibrary();
  }
};
