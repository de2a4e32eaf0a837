// What the next briefing is to be about, and the briefings that are kept.
const ordering = find(".p-order");
const briefSearch = find('[data-search="briefings"]');
let briefScope = {};

const findBriefings = newest("briefings");
const listBriefings = async () => {
  const earlier = find("[name=earlier]", ordering)?.value ?? kept("brief.earlier") ?? "";
  const got = await findBriefings({ search: briefSearch.value, earlier });
  if (got) {
    fill("briefings", got.html);
    if (document.activeElement?.name !== "earlier") {
      fill("earlier", got.earlier);
    }
  }
};
briefSearch.addEventListener("input", debounced(listBriefings));

const showBriefings = async () => {
  if (state.view === "briefing") {
    briefs.hidden = state.briefing !== "";
    await Promise.all([listBriefings(), showBriefScope(kept("brief.scope") ?? {})]);
  }
};

const readBriefScope = newest("brief_bar");
const showBriefScope = async (scope) => {
  const got = await readBriefScope({ scope });
  if (got) {
    briefScope = got.scope;
    keep("brief.scope", briefScope);
    fill("brief-scope", got.bar);
  }
  return got;
};
const setBriefScope = async (scope) => {
  if (await showBriefScope(scope)) {
    dialog.close();
  }
};
actions["brief-filter"] = async () => {
  const got = await call("brief_scope_form", { scope: briefScope });
  if (got) {
    openDialog(got.html);
  }
};
actions["clear-brief-scope"] = () => setBriefScope({});
forms.brief_scope = (given, form) => setBriefScope(scopeOf(given, form));

// A new briefing over these articles: what it is to be about is still to be said.
const order = async (scope) => {
  keep("brief.scope", scope);
  go({ briefing: "", view: "briefing" });
  await showBriefScope(scope);
  find("[name=topic]", ordering).focus();
};
actions["brief-article"] = (button) => {
  const { article } = button.dataset;
  closeSource();
  order({ articles: [article] });
};

// The slider and the number say the same; only the number is sent.
const slider = find("[name=slider]", ordering);
const words = find("[name=words]", ordering);
const keepOrder = () => {
  keep("brief.topic", find("[name=topic]", ordering).value);
  keep("brief.words", words.value);
  keep("brief.earlier", find("[name=earlier]", ordering)?.value ?? kept("brief.earlier"));
};
slider.addEventListener("input", () => (words.value = slider.value));
words.addEventListener("input", () => (slider.value = words.value));
ordering.addEventListener("input", keepOrder);
find("[name=topic]", ordering).value = kept("brief.topic") ?? "";
words.value = kept("brief.words") || words.value;
slider.value = words.value;

forms.brief = async ({ topic, words: length, earlier }) => {
  const given = { topic, words: length, earlier, scope: briefScope };
  const got = await call("brief", given);
  if (got) {
    find("[name=topic]", ordering).value = "";
    keepOrder();
    go({ briefing: got.briefing, view: "briefing" });
  }
};

actions["rename-brief"] = async (button) => {
  const { briefing } = briefingOf(button);
  const got = await call("rename_brief_form", { briefing });
  if (got) {
    openDialog(got.html);
    dialog.dataset.briefing = briefing;
    find("input", dialog).select();
  }
};
forms.rename_brief = async ({ title }) => {
  const { briefing } = dialog.dataset;
  if (await call("rename_brief", { briefing, title })) {
    dialog.close();
    listBriefings();
  }
};

actions["link-brief"] = (button) => {
  const { briefing } = briefingOf(button);
  const address = addressOf({ view: "briefing", briefing });
  copy(new URL(address, location.href).href, "The link was copied.");
};

actions["delete-brief"] = async (button) => {
  const { briefing } = briefingOf(button);
  const got = await call("delete_brief", { briefing });
  if (got) {
    await listBriefings();
    briefSearch.focus();
    tell(got.said, async () => {
      if (await call("restore_brief", { briefing })) {
        await listBriefings();
        const back = find(`[data-briefing="${CSS.escape(briefing)}"] a`, briefs);
        (back ?? find(".p-subheading", briefs)).focus();
      }
    });
  }
};
actions["restore-briefs"] = async () => {
  if (await call("restore_brief")) {
    listBriefings();
  }
};
actions["empty-briefs"] = async () => {
  if (confirm("Delete these briefings for good?") && (await call("empty_briefs"))) {
    listBriefings();
  }
};
