// The conversation: its turns, and the question that is being asked.
const busy = () => find("[data-busy]") !== null;

// What each turn was rendered from: a turn that has not changed is left alone, so that nothing
// moves and nothing loses the focus.
const rendered = new Map();

const sameAs = (focused) => {
  const by = ["href", "data-do", "data-rating", "name"].filter((name) => focused.hasAttribute(name));
  return by.map((name) => `[${name}="${CSS.escape(focused.getAttribute(name))}"]`).join("");
};

const putTurn = (id, html) => {
  if (rendered.get(id) === html) {
    return;
  }
  const old = find(`[data-turn="${id}"]`, log);
  const fresh = markup(html).firstElementChild;
  if (old) {
    const focused = old.contains(document.activeElement) ? sameAs(document.activeElement) : "";
    old.replaceWith(fresh);
    if (focused) {
      find(focused, fresh)?.focus({ preventScroll: true });
    }
  } else {
    log.append(fresh);
  }
  rendered.set(id, html);
};

const putTurns = ({ order, changed }) => {
  const before = rendered.size;
  all("[data-turn]", log).forEach((turn) => {
    if (!order.includes(turn.dataset.turn)) {
      rendered.delete(turn.dataset.turn);
      turn.remove();
    }
  });
  order.filter((id) => id in changed).forEach((id) => putTurn(id, changed[id]));
  app.classList.toggle("p-talking", order.length > 0);
  point();
  return before > 0 && order.length > before;
};

// A new question goes to the top of the window and its answer grows below it, so that
// nothing moves under the reader's eyes.
const toNewest = () => {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  log.lastElementChild?.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
};

// Follows a conversation until its answer is whole. Only the newest follower goes on.
let follower = 0;
const follow = async () => {
  const mine = ++follower;
  const { conversation } = state;
  let revision = "";
  for (;;) {
    const got = await call("thread", { conversation, revision, known: [...rendered.keys()] });
    if (mine !== follower) {
      return;
    }
    if (!got) {
      if (!lost) {
        log.setAttribute("aria-busy", "false");
        return;
      }
      await pause(1500);
      revision = "";
      continue;
    }
    ({ revision } = got);
    log.setAttribute("aria-busy", String(got.busy));
    app.classList.toggle("p-busy", got.busy);
    const grown = putTurns(got);
    document.title = `${got.title} · Parley`;
    applyScope(got);
    if (grown) {
      toNewest();
    }
    if (!got.busy) {
      return;
    }
  }
};

const clearTurns = () => {
  rendered.clear();
  log.replaceChildren();
  app.classList.remove("p-talking", "p-busy");
  document.title = "Parley";
};

const openConversation = async () => {
  follower += 1;
  clearTurns();
  drawer(false);
  showTalks();
  if (state.conversation) {
    await follow();
    scrollTo({ top: document.body.scrollHeight, behavior: "instant" });
    followSource();
  }
};

const ask = async (question) => {
  const given = { conversation: state.conversation, question, scope: state.scope };
  const got = await call("ask", given);
  if (!got) {
    return false;
  }
  if (state.view !== "ask") {
    go({ view: "ask" });
  }
  if (got.conversation !== state.conversation) {
    state.conversation = got.conversation;
    history.pushState(null, "", addressOf(state));
  }
  follow().then(showTalks);
  return true;
};

const send = async () => {
  const question = box.value;
  if (!question.trim() || busy()) {
    return;
  }
  box.value = "";
  grow();
  if (!(await ask(question)) && !box.value) {
    box.value = question;
    grow();
  }
};

const grow = () => {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, innerHeight / 3)}px`;
};
box.addEventListener("input", grow);
box.addEventListener("keydown", (event) => {
  // The Enter that ends the composition of a Chinese or Japanese word is not the end of the
  // question; while an answer is on its way the text stays in the box.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  }
});
find(".p-asking").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});

const turnOf = (within) => within.closest("[data-turn]").dataset.turn;
const here = () => ({ conversation: state.conversation, scope: state.scope });

actions.stop = async () => {
  await call("stop", here());
  box.focus();
};
actions.retry = async () => {
  if (await call("retry", here())) {
    follow();
  }
};
actions.undo = async () => {
  const got = await call("undo", here());
  if (got) {
    box.value = box.value || got.question;
    grow();
    box.focus();
    await follow();
    showTalks();
  }
};
actions.copy = (button) => copy(button.dataset.copy, "The answer was copied with its sources.");

const rate = async (turn, rating, comment) => {
  const got = await call("rate", { conversation: state.conversation, turn, rating, comment });
  if (got) {
    putTurn(turn, got.html);
  }
  return got;
};
actions.rate = (button) => {
  const pressed = button.getAttribute("aria-pressed") === "true";
  rate(turnOf(button), pressed ? null : button.dataset.rating, "");
};
forms.word = async (given, form) => {
  const turn = form.closest("[data-turn]");
  const { rating } = find('[data-do="rate"][aria-pressed="true"]', turn).dataset;
  if (await rate(turn.dataset.turn, rating, given.comment)) {
    tell("Kept. `parley feedback export` writes out what was rated.");
  }
};
