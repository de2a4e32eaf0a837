// The conversations at the side: a drawer where the window is narrow.
const side = find(".p-side");
const burger = find(".p-burger");
const sideSearch = find('[data-search="conversations"]');

const findTalks = newest("conversations");
const showTalks = async () => {
  const got = await findTalks({ search: sideSearch.value, conversation: state.conversation });
  // An open menu is being used: the list comes up to date with the next change.
  if (got && !find(".p-menu[open]")) {
    fill("conversations", got.html);
  }
};
sideSearch.addEventListener("input", debounced(showTalks));

const drawer = (open) => {
  app.classList.toggle("p-drawer", open);
  burger.setAttribute("aria-expanded", String(open));
  guard();
  if (open) {
    find(".p-new").focus();
  } else if (drawn.matches && side.contains(document.activeElement)) {
    burger.focus();
  }
};
actions.menu = () => drawer(!app.classList.contains("p-drawer"));

// What lies under a drawer or a panel can be neither reached nor read out.
const guard = () => {
  const open = app.classList.contains("p-drawer") && drawn.matches;
  const covered = app.classList.contains("p-open") && narrow.matches;
  find(".p-main").inert = open || covered;
  find(".p-head").inert = covered || open;
  side.inert = covered || (drawn.matches && !open);
};
narrow.addEventListener("change", guard);
drawn.addEventListener("change", guard);

actions.new = () => {
  drawer(false);
  begin({});
};

// A conversation that is not there yet: with its first question it is.
const begin = (scope) => {
  keep("scope", scope);
  go({ conversation: "", view: "ask" });
  state.scope = scope;
  showScope(scope);
  box.focus();
};

const talkOf = (button) => button.closest("[data-conversation]").dataset;

actions.rename = async (button) => {
  const { conversation } = talkOf(button);
  const got = await call("rename_form", { conversation });
  if (got) {
    openDialog(got.html);
    dialog.dataset.conversation = conversation;
    find("input", dialog).select();
  }
};
forms.rename = async (given) => {
  const { conversation } = dialog.dataset;
  if (await call("rename", { conversation, title: given.title })) {
    dialog.close();
    showTalks();
  }
};

actions.export = async (button) => {
  const got = await call("export", { conversation: talkOf(button).conversation });
  if (got) {
    save(got.name, got.content);
  }
};

actions.link = (button) => {
  const { conversation } = talkOf(button);
  const address = addressOf({ conversation, view: "ask" });
  copy(new URL(address, location.href).href, "The link was copied.");
};

actions.delete = async (button) => {
  const { conversation } = talkOf(button);
  const here = conversation === state.conversation;
  if (here) {
    // Else the news that it is gone would stand where its undo is offered.
    unfollow();
  }
  const got = await call("delete", { conversation });
  if (!got) {
    return;
  }
  if (here) {
    go({ conversation: "" }, { replace: true });
  }
  await showTalks();
  sideSearch.focus();
  tell(got.said, async () => {
    if (await call("restore", { conversation })) {
      showTalks();
      if (here) {
        go({ conversation });
      }
    }
  });
};

actions["restore-conversations"] = async () => {
  if (await call("restore")) {
    showTalks();
  }
};
actions["empty-conversations"] = async () => {
  if (confirm("Delete these conversations for good?") && (await call("empty"))) {
    showTalks();
  }
};
