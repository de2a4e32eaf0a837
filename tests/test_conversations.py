"""Conversations over a real library file, with answers that a test writes down."""

import logging
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Event

import pytest

from bot.answers import MAX_QUESTION, Answer, Sentence
from bot.conversations import Ask, Conversations
from bot.scope import ALL, Scope
from bot.turns import Turn
from vectorstore.errors import NotFoundError, ParleyError
from vectorstore.library import Library

PATIENCE = 30
FIRST = Answer("Who?", "Who?", "extractive", sentences=(Sentence("It was Ana Kestrel"),))
LAST = replace(FIRST, sentences=(Sentence("It was Ana Kestrel, who led them."),))
SPRING = Scope(since="2031-03-01", until="2031-06-01", publishers=("Vell Courier",))


class Told:
    """Says what it is told to, and remembers what it was asked."""

    def __init__(self, *says: Answer | Exception) -> None:
        self.says = says
        self.asked: list[tuple[str, Scope, Sequence[Answer]]] = []

    def __call__(self, question: str, scope: Scope, earlier: Sequence[Answer]) -> Iterator[Answer]:
        self.asked.append((question, scope, earlier))
        for each in self.says:
            if isinstance(each, Exception):
                raise each
            yield each


class Held(Told):
    """Says what it is told to, then waits until it is let go, and says one thing more."""

    def __init__(self, *says: Answer | Exception) -> None:
        super().__init__(*says)
        self.said = Event()
        self.go = Event()
        self.at_once = threading.Semaphore(0)
        self.ended = False

    def __call__(self, question: str, scope: Scope, earlier: Sequence[Answer]) -> Iterator[Answer]:
        yield from super().__call__(question, scope, earlier)
        self.said.set()
        self.at_once.release()
        self.go.wait()
        yield LAST
        self.ended = True


class Changing:
    """Answers as another does, which a test may replace."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask

    def __call__(self, question: str, scope: Scope, earlier: Sequence[Answer]) -> Iterator[Answer]:
        yield from self.ask(question, scope, earlier)


def answering() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == "parley-answer"]


def settle(*but: threading.Thread) -> None:
    """Wait until all that is being answered has come to its end."""
    for thread in set(answering()) - set(but):
        thread.join(PATIENCE)
        assert not thread.is_alive()


def asked(
    conversations: Conversations,
    question: str = "Who?",
    conversation: str | None = None,
    scope: Scope = ALL,
) -> str:
    """Ask, and wait for the answer."""
    before = answering()
    conversation = conversations.ask(conversation, question, scope)
    settle(*before)
    return conversation


def last(conversations: Conversations, conversation: str) -> Turn:
    return conversations.get(conversation).turns[-1]


@pytest.fixture
def held() -> Iterator[Held]:
    engine = Held(FIRST)
    yield engine
    engine.go.set()
    settle()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library.open(tmp_path, writable=True)
    yield opened
    settle()
    opened.close()


def over(library: Library, ask: Ask) -> Conversations:
    return Conversations(library, ask, library.article)


class TestAsking:
    def test_the_question_is_there_at_once_and_answered_in_the_end(
        self, library: Library, held: Held
    ) -> None:
        held.says = ()
        conversations = over(library, held)

        conversation = conversations.ask(None, " Who?\n", ALL)

        turn = last(conversations, conversation)
        assert (turn.question, turn.answer, turn.state) == ("Who?", None, "running")
        assert held.said.wait(PATIENCE)
        held.go.set()
        settle()
        assert last(conversations, conversation) == replace(turn, answer=LAST, state="done")
        assert [each.id for each in conversations.find()] == [conversation]

    def test_what_has_come_so_far_is_shown(self, library: Library, held: Held) -> None:
        conversations = over(library, held)
        conversation = conversations.ask(None, "Who?", ALL)
        assert held.said.wait(PATIENCE)
        turn = last(conversations, conversation)
        assert (turn.answer, turn.state) == (FIRST, "running")

    def test_the_answers_before_it_come_along_in_their_order(self, library: Library) -> None:
        engine = Told(FIRST)
        conversations = over(library, engine)
        conversation = asked(conversations, "First?")
        engine.says = (LAST, ParleyError("broken"))
        asked(conversations, "Second?", conversation)
        engine.says = (ParleyError("broken"),)
        asked(conversations, "Third?", conversation)

        asked(conversations, "Fourth?", conversation)

        assert [(question, earlier) for question, _, earlier in engine.asked] == [
            ("First?", ()),
            ("Second?", (FIRST,)),
            ("Third?", (FIRST, LAST)),
            ("Fourth?", (FIRST, LAST)),
        ]
        turns = conversations.get(conversation).turns
        assert [turn.question for turn in turns] == ["First?", "Second?", "Third?", "Fourth?"]

    def test_the_scope_is_handed_on_and_kept(self, library: Library) -> None:
        engine = Told(FIRST)
        conversations = over(library, engine)
        conversation = asked(conversations, "When?", scope=SPRING)
        assert conversations.get(conversation).scope == SPRING

        asked(conversations, "And at all?", conversation)

        assert [scope for _, scope, _ in engine.asked] == [SPRING, ALL]
        whole = conversations.get(conversation)
        assert whole.scope == ALL
        assert [turn.scope for turn in whole.turns] == [SPRING, ALL]

        conversations.set_scope(conversation, SPRING)
        assert conversations.get(conversation).scope == SPRING
        assert [turn.scope for turn in conversations.get(conversation).turns] == [SPRING, ALL]

    def test_an_error_ends_in_the_turn_and_keeps_what_was_said(self, library: Library) -> None:
        conversations = over(library, Told(FIRST, ParleyError("Start it.")))
        turn = last(conversations, asked(conversations))
        assert (turn.answer, turn.error, turn.state) == (FIRST, "Start it.", "done")

    def test_a_bug_is_named_and_logged_but_not_spelled_out(
        self, library: Library, caplog: pytest.LogCaptureFixture
    ) -> None:
        conversations = over(library, Told(KeyError("secret")))
        with caplog.at_level(logging.ERROR):
            turn = last(conversations, asked(conversations))
        assert turn.state == "done"
        assert "KeyError" in (turn.error or "")
        assert "secret" not in (turn.error or "")
        assert "secret" in caplog.text

    @pytest.mark.parametrize(
        ("question", "words"),
        [("", "empty"), (" \n\t", "empty"), ("x" * (MAX_QUESTION + 1), "2,000 characters")],
    )
    def test_an_empty_or_endless_question_is_refused(
        self, library: Library, question: str, words: str
    ) -> None:
        engine = Told(FIRST)
        conversations = over(library, engine)
        with pytest.raises(ParleyError, match=words):
            conversations.ask(None, question, ALL)
        assert conversations.find() == []
        assert engine.asked == []

    def test_the_longest_question_is_asked(self, library: Library) -> None:
        conversations = over(library, Told(FIRST))
        turn = last(conversations, asked(conversations, "x" * MAX_QUESTION))
        assert (turn.question, turn.answer) == ("x" * MAX_QUESTION, FIRST)

    def test_only_what_is_there_can_be_asked(self, library: Library) -> None:
        conversations = over(library, Told(FIRST))
        with pytest.raises(NotFoundError):
            conversations.ask("c1", "Who?", ALL)
        assert conversations.find() == []

    def test_conversations_asked_at_once_never_mix(self, library: Library) -> None:
        together = Barrier(2)

        def echo(question: str, _scope: Scope, earlier: Sequence[Answer]) -> Iterator[Answer]:
            before = " ".join(answer.question for answer in earlier)
            yield replace(FIRST, question=question)
            together.wait(PATIENCE)
            yield replace(FIRST, question=question, sentences=(Sentence(f"After {before}."),))

        conversations = over(library, echo)

        ids: list[str | None] = [None, None]
        with ThreadPoolExecutor(2) as pool:
            for number in range(3):
                questions = [f"{name}{number}" for name in "AB"]
                ids = list(pool.map(conversations.ask, ids, questions, [ALL, ALL]))
                settle()

        for name, conversation in zip("AB", ids, strict=True):
            assert conversation is not None
            turns = conversations.get(conversation).turns
            assert [(turn.question, turn.answer and turn.answer.text) for turn in turns] == [
                (f"{name}0", "After ."),
                (f"{name}1", f"After {name}0."),
                (f"{name}2", f"After {name}0 {name}1."),
            ]


class TestStopping:
    def test_a_stop_does_not_wait_for_the_engine_and_keeps_what_came(
        self, library: Library, held: Held
    ) -> None:
        conversations = over(library, held)
        conversation = conversations.ask(None, "Who?", ALL)
        assert held.said.wait(PATIENCE)

        conversations.stop(conversation)

        turn = last(conversations, conversation)
        assert (turn.answer, turn.error, turn.state) == (FIRST, None, "stopped")
        held.go.set()
        settle()
        assert last(conversations, conversation) == turn
        assert not held.ended

    def test_engines_that_hang_keep_nobody_from_being_answered(
        self, library: Library, held: Held
    ) -> None:
        engine = Changing(held)
        conversations = over(library, engine)
        for number in range(4):
            conversation = conversations.ask(None, f"Hanging {number}?", ALL)
            assert held.at_once.acquire(timeout=PATIENCE)
            conversations.stop(conversation)
        hanging = answering()
        assert len(hanging) == 4

        engine.ask = Told(LAST)
        conversation = conversations.ask(None, "Who?", ALL)

        settle(*hanging)
        assert last(conversations, conversation).answer == LAST

    def test_a_fifth_question_waits_and_can_be_stopped_meanwhile(
        self, library: Library, held: Held
    ) -> None:
        conversations = over(library, held)
        running = [conversations.ask(None, f"{number}?", ALL) for number in range(4)]
        for _ in running:
            assert held.at_once.acquire(timeout=PATIENCE)
        before = answering()

        fifth = conversations.ask(None, "Fifth?", ALL)
        assert last(conversations, fifth).state == "running"
        conversations.stop(fifth)
        settle(*before)
        assert last(conversations, fifth).state == "stopped"

        sixth = conversations.ask(None, "Sixth?", ALL)
        conversations.stop(running[0])
        assert held.at_once.acquire(timeout=PATIENCE)
        assert last(conversations, sixth).answer == FIRST
        assert sorted(question for question, _, _ in held.asked)[-1] == "Sixth?"
        assert "Fifth?" not in [question for question, _, _ in held.asked]

    def test_a_new_question_stops_what_runs(self, library: Library, held: Held) -> None:
        engine = Changing(held)
        conversations = over(library, engine)
        conversation = conversations.ask(None, "Who?", ALL)
        assert held.said.wait(PATIENCE)
        hanging = answering()
        engine.ask = second = Told(LAST)

        conversations.ask(conversation, "Where?", ALL)

        settle(*hanging)
        turns = conversations.get(conversation).turns
        assert [(turn.state, turn.answer) for turn in turns] == [
            ("stopped", FIRST),
            ("done", LAST),
        ]
        # What was said before the stop is part of the conversation.
        assert second.asked[0][2] == (FIRST,)

    def test_only_what_runs_can_be_stopped(self, library: Library) -> None:
        conversations = over(library, Told(FIRST))
        conversation = asked(conversations)
        conversations.stop(conversation)
        conversations.stop("never heard of")
        assert last(conversations, conversation).state == "done"

    def test_closing_waits_until_no_engine_reads_the_library(
        self, library: Library, held: Held
    ) -> None:
        engine = Changing(held)
        conversations = over(library, engine)
        stopped = conversations.ask(None, "Who?", ALL)
        running = conversations.ask(None, "Where?", ALL)
        for _ in range(2):
            assert held.at_once.acquire(timeout=PATIENCE)
        conversations.stop(stopped)
        closing = threading.Thread(target=conversations.close)
        closing.start()
        closing.join(0.2)
        assert closing.is_alive()

        held.go.set()
        closing.join(PATIENCE)

        assert not closing.is_alive()
        assert answering() == []
        assert last(conversations, running).state == "stopped"

    def test_closing_keeps_what_has_come(
        self, library: Library, held: Held, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        conversations = over(library, held)
        conversation = conversations.ask(None, "Who?", ALL)
        assert held.said.wait(PATIENCE)

        # The engine waits for ever, and is not waited for as long.
        monkeypatch.setattr("bot.conversations._CLOSING_SECONDS", 0.1)
        conversations.close()

        assert answering()
        turn = last(over(library, held), conversation)
        assert (turn.answer, turn.state) == (FIRST, "stopped")
