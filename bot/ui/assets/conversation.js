// The conversation: its turns, and the question that is being asked.
let asking = false;
const busy = () => asking || find("[data-busy]") !== null;

// The digest of each turn as it is shown: a turn that has not changed is left alone, so that
// nothing moves and nothing loses the focus.
const rendered = new Map();

// A turn as it came, without the texts that change while it is written.
const came = new WeakMap();
const withoutLive = (turn) => {
  const bare = turn.cloneNode(true);
  all("[data-live]", bare).forEach((each) => each.replaceChildren());
  return bare;
};

const putTurn = (id, { html, digest }) => {
  const old = find(`[data-turn="${id}"]`, log);
  const fresh = markup(html).firstElementChild;
  const bare = withoutLive(fresh);
  rendered.set(id, digest);
  if (old && came.get(old).isEqualNode(bare)) {
    const texts = all("[data-live]", fresh).map((each) => each.textContent);
    all("[data-live]", old).forEach((each, at) => {
      if (each.textContent !== texts[at]) {
        each.textContent = texts[at];
      }
    });
    return;
  }
  came.set(fresh, bare);
  if (old) {
    all("details[open]", old).forEach(({ className }) => {
      all("details", fresh).forEach((each) => {
        each.open ||= each.className === className;
      });
    });
    keepingFocus(old, () => {
      old.replaceWith(fresh);
      return fresh;
    });
  } else {
    log.append(fresh);
  }
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

// Follows a conversation for as long as it is open, whoever asks in it. Only the newest
// follower goes on; `arrived` is called when the conversation is there.
let follower = 0;
const unfollow = () => {
  follower += 1;
};
const follow = async (arrived = () => {}) => {
  const mine = ++follower;
  const { conversation } = state;
  let revision = "";
  while (conversation) {
    const known = Object.fromEntries(rendered);
    const failed = (message) => mine === follower && tell(message);
    const got = await call("thread", { conversation, revision, known }, failed);
    if (mine !== follower || lost) {
      return;
    }
    if (!got) {
      go({ conversation: "" }, { replace: true });
      return;
    }
    const changed = got.revision !== revision;
    ({ revision } = got);
    if (!changed) {
      await whileHidden();
      continue;
    }
    log.setAttribute("aria-busy", String(got.busy));
    app.classList.toggle("p-busy", got.busy);
    asking = false;
    const grown = putTurns(got);
    document.title = `${got.title} · Parley`;
    applyScope(got);
    if (grown) {
      toNewest();
    }
    arrived();
    arrived = () => {};
    if (!got.busy) {
      showTalks();
    }
  }
};

// A window that nobody sees need not be up to date.
const whileHidden = async () => {
  while (document.hidden) {
    await pause(1000);
  }
};

const clearTurns = () => {
  rendered.clear();
  log.replaceChildren();
  app.classList.remove("p-talking", "p-busy");
  document.title = "Parley";
  asking = false;
};

const openConversation = () => {
  unfollow();
  clearTurns();
  drawer(false);
  showTalks();
  box.value = kept(`draft.${state.conversation}`) ?? "";
  grow();
  if (state.conversation) {
    // Before anything comes: emptying the window scrolls it, too.
    const top = kept(place());
    follow(() => {
      if (state.view === "ask") {
        toPlace(top);
      }
      followSource();
    });
  } else {
    showScope(kept("scope") ?? {});
    followSource();
  }
};

// Back to where one was, if one was here; else to the answer that an open citation is from, or
// to the newest.
const toPlace = (top) => {
  if (top === null) {
    const cited = PLACE.test(location.hash) ? linksTo(location.hash)[0] : null;
    const turn = cited?.closest("[data-turn]") ?? log.lastElementChild;
    turn?.scrollIntoView({ block: "start", behavior: "instant" });
  } else {
    scrollTo({ top, behavior: "instant" });
  }
};

const ask = async (question) => {
  const given = { conversation: state.conversation, question, scope: state.scope };
  asking = true;
  const got = await call("ask", given);
  if (!got) {
    asking = false;
    return false;
  }
  if (state.view !== "ask") {
    go({ view: "ask" });
  }
  if (got.conversation !== state.conversation) {
    state.conversation = got.conversation;
    keep("scope", {});
    history.pushState(null, "", addressOf(state));
  }
  follow();
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
  keep(`draft.${state.conversation}`, box.value);
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
const here = (within = null) => ({
  conversation: state.conversation,
  scope: state.scope,
  turn: within && turnOf(within),
});

actions.stop = async () => {
  await call("stop", here());
  box.focus();
};
actions.retry = (button) => call("retry", here(button));
actions.undo = async (button) => {
  const got = await call("undo", here(button));
  if (got) {
    box.value = box.value || got.question;
    grow();
    box.focus();
  }
};
actions.copy = (button) => copy(button.dataset.copy, "The answer was copied with its sources.");

// What is rated is shown when it comes back with the conversation, in every window.
const rate = (turn, rating, comment) =>
  call("rate", { conversation: state.conversation, turn, rating, comment });
actions.rate = (button) => {
  const pressed = button.getAttribute("aria-pressed") === "true";
  const said = find("[name=comment]", button.closest("[data-turn]"))?.value ?? "";
  return rate(turnOf(button), pressed ? null : button.dataset.rating, said);
};
forms.word = async (given, form) => {
  const turn = form.closest("[data-turn]");
  const { rating } = find('[data-do="rate"][aria-pressed="true"]', turn).dataset;
  if (await rate(turn.dataset.turn, rating, given.comment)) {
    tell("Kept with the answer.");
  }
};
