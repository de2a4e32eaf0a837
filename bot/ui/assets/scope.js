// Which articles are asked: always in sight above the question, set in a dialog.
const applyScope = ({ scope, bar }) => {
  state.scope = scope;
  fill("scope", bar);
};

const setScope = async () => {
  const got = await call("scope", { conversation: state.conversation, scope: state.scope });
  if (got) {
    applyScope(got);
  }
  return got;
};

actions.filter = async () => {
  const got = await call("scope_form", { scope: state.scope });
  if (got) {
    openDialog(got.html);
  }
};
actions["clear-scope"] = async () => {
  state.scope = {};
  await setScope();
  dialog.close();
  box.focus();
};
forms.scope = async (given, form) => {
  const ticked = (name) => all(`[name="${name}"]:checked`, form).map((tick) => tick.value);
  const { since, until, as_of } = given;
  const before = state.scope;
  const publishers = ticked("publishers");
  state.scope = { since, until, as_of, publishers, articles: ticked("articles") };
  const got = await call("scope", { conversation: state.conversation, scope: state.scope });
  if (got) {
    applyScope(got);
    dialog.close();
    box.focus();
  } else {
    state.scope = before;
    find(".p-wrong", form).textContent = toast.firstChild?.textContent ?? "";
  }
};

dialog.addEventListener("input", (event) => {
  if (event.target.dataset.search === "ticks") {
    const words = event.target.value.toLowerCase().split(/\s+/);
    all(".p-long .p-tick", dialog).forEach((tick) => {
      const text = tick.textContent.toLowerCase();
      tick.hidden = !words.every((word) => text.includes(word));
    });
  }
});
