// Which articles are asked: always in sight above the question, set in a dialog.
const applyScope = ({ scope, bar }) => {
  state.scope = scope;
  // Until its first question, a conversation's filter is kept nowhere else.
  if (!state.conversation) {
    keep("scope", scope);
  }
  fill("scope", bar);
};

// Shows a filter without setting it: what is stored changes by what a reader does alone.
const readScope = newest("bar");
const showScope = async (scope) => {
  const { conversation } = state;
  const got = await readScope({ scope });
  if (got && conversation === state.conversation) {
    applyScope(got);
  }
};

const setScope = async (scope) => {
  const got = await call("scope", { conversation: state.conversation, scope });
  if (got) {
    applyScope(got);
    dialog.close();
    box.focus();
  }
};

actions.filter = async () => {
  const got = await call("scope_form", { scope: state.scope });
  if (got) {
    openDialog(got.html);
  }
};
actions["clear-scope"] = () => setScope({});
const scopeOf = ({ since, until, as_of }, form) => {
  const ticked = (name) => all(`[name="${name}"]:checked`, form).map((tick) => tick.value);
  return { since, until, as_of, publishers: ticked("publishers"), articles: ticked("articles") };
};
forms.scope = (given, form) => setScope(scopeOf(given, form));

dialog.addEventListener("input", (event) => {
  if (event.target.dataset.search === "ticks") {
    const words = event.target.value.toLowerCase().split(/\s+/);
    all(".p-long .p-tick", dialog).forEach((tick) => {
      const text = tick.textContent.toLowerCase();
      tick.hidden = !words.every((word) => text.includes(word));
    });
  }
});
