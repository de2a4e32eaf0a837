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
from bot.turns import Turn, to_stored
from vectorstore.errors import NotFoundError, ParleyError
from vectorstore.library import Library
from vectorstore.transcripts import StoredTurn, Transcripts

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


class TestStreaming:
    """An answer that a model writes, which is looked at many times a second."""

    def test_what_is_being_written_is_shown_and_only_what_was_checked_is_kept(
        self, library: Library, held: Held
    ) -> None:
        written = replace(FIRST, pending="They had", doing="Reading 3 of 12 articles")
        held.says = (written,)
        conversations = over(library, held)
        conversation = conversations.ask(None, "Who?", ALL)
        assert held.said.wait(PATIENCE)
        assert last(conversations, conversation).answer == written

        conversations.stop(conversation)

        assert last(conversations, conversation).answer == FIRST
        assert last(over(library, held), conversation).answer == FIRST

    def test_where_nothing_was_checked_yet_a_stop_keeps_no_answer(
        self, library: Library, held: Held
    ) -> None:
        held.says = (Answer("Who?", "Who?", "llm", "mini-4", pending="They had", doing="Reading"),)
        conversations = over(library, held)
        conversation = conversations.ask(None, "Who?", ALL)
        assert held.said.wait(PATIENCE)

        conversations.stop(conversation)

        turn = last(conversations, conversation)
        assert (turn.answer, turn.error, turn.state) == (None, None, "stopped")

    def test_an_error_keeps_the_sentences_and_not_the_half_one(self, library: Library) -> None:
        conversations = over(
            library, Told(FIRST, replace(FIRST, pending="They"), ParleyError("Start it."))
        )
        turn = last(conversations, asked(conversations))
        assert (turn.answer, turn.error, turn.state) == (FIRST, "Start it.", "done")

    def test_the_same_answer_again_is_no_change(self, library: Library, held: Held) -> None:
        held.says = (FIRST,)
        once = over(library, held)
        conversation = once.ask(None, "Who?", ALL)
        assert held.said.wait(PATIENCE)
        changes = once.revision(conversation).partition(".")[2]
        again = Held(FIRST, FIRST, FIRST)
        often = over(library, again)
        other = often.ask(None, "Who?", ALL)
        assert again.said.wait(PATIENCE)

        changes_again = often.revision(other).partition(".")[2]
        again.go.set()
        assert changes_again == changes

    def test_an_answer_that_nobody_wants_any_more_is_closed(self, library: Library) -> None:
        begun, closed, kept = Event(), Event(), list[Iterator[Answer]]()

        def written() -> Iterator[Answer]:
            try:
                while True:
                    yield FIRST
                    begun.set()
            finally:
                closed.set()

        def ask(_question: str, _scope: Scope, _earlier: Sequence[Answer]) -> Iterator[Answer]:
            # Somebody else holds it, too, so that it is not closed by being forgotten.
            kept.append(written())
            return kept[0]

        conversations = over(library, ask)
        conversation = conversations.ask(None, "Who?", ALL)
        assert begun.wait(PATIENCE)

        conversations.stop(conversation)

        assert closed.wait(PATIENCE)
        settle()
        assert last(conversations, conversation).state == "stopped"

    def test_looks_at_what_streams_do_not_read_the_conversation_anew(
        self, library: Library, held: Held, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        engine = Changing(Told(FIRST))
        conversations = over(library, engine)
        conversation = asked(conversations, "First?")
        engine.ask = held
        reads: list[str] = []
        turns = Transcripts.turns

        def counted(self: Transcripts, conversation_id: str) -> list[StoredTurn]:
            reads.append(conversation_id)
            return turns(self, conversation_id)

        monkeypatch.setattr(Transcripts, "turns", counted)
        conversations.ask(conversation, "Second?", ALL)
        assert held.said.wait(PATIENCE)
        conversations.get(conversation)
        reads.clear()

        for _ in range(20):
            assert [turn.question for turn in conversations.get(conversation).turns] == [
                *("First?", "Second?")
            ]

        assert reads == []

    def test_what_changes_around_it_is_seen(self, library: Library, held: Held) -> None:
        engine = Changing(Told(FIRST))
        conversations = over(library, engine)
        conversation = asked(conversations, "First?")
        engine.ask = held
        conversations.ask(conversation, "Second?", ALL)
        assert held.said.wait(PATIENCE)
        first, _ = conversations.get(conversation).turns

        conversations.rate(conversation, first.id, "up", "Just so.")
        assert conversations.get(conversation).turns[0] == replace(
            first, rating="up", comment="Just so."
        )
        conversations.rename(conversation, "Talks")
        assert conversations.get(conversation).title == "Talks"
        conversations.set_scope(conversation, SPRING)
        assert conversations.get(conversation).scope == SPRING
        assert conversations.get(conversation).turns[1].answer == FIRST
        conversations.rate(conversation, first.id, None, "")
        assert conversations.get(conversation).turns[0] == first

    def test_what_is_rewritten_under_it_is_seen(self, library: Library, held: Held) -> None:
        engine = Changing(Told(FIRST))
        conversations = over(library, engine)
        conversation = asked(conversations, "First?")
        engine.ask = held
        conversations.ask(conversation, "Second?", ALL)
        assert held.said.wait(PATIENCE)
        first, second = conversations.get(conversation).turns
        with conversations.rewriting():
            Transcripts(library).rewrite([to_stored(replace(first, answer=LAST))], [])

        kept, stopped = conversations.get(conversation).turns

        assert kept.answer == LAST
        assert stopped == replace(second, state="stopped")

    def test_a_follower_sees_it_come_and_end(self, library: Library, held: Held) -> None:
        conversations = over(library, held)
        conversation = conversations.ask(None, "Who?", ALL)
        assert held.said.wait(PATIENCE)
        turns = conversations.follow(conversation)

        coming = next(turns)
        held.go.set()
        *_, ended = turns

        assert (coming.answer, coming.state) == (FIRST, "running")
        assert (ended.answer, ended.state) == (LAST, "done")
        assert list(conversations.follow(conversation)) == [ended]


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
        monkeypatch.setattr("bot.run._CLOSING_SECONDS", 0.1)
        conversations.close()

        assert answering()
        turn = last(over(library, held), conversation)
        assert (turn.answer, turn.state) == (FIRST, "stopped")
