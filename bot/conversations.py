"""Conversations: questions answered in the background and kept in the library.

An answer goes on while nobody looks, so that a reload costs nothing; whoever follows a
conversation compares its revision, which changes with everything in it. Nothing here knows
how a conversation is shown, or what answers.
"""

import json
import logging
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import BoundedSemaphore, RLock, Thread

from bot.answers import MAX_QUESTION, Answer
from bot.feedback import ArticleOf, passages
from bot.scope import ALL, Scope
from bot.transcript import as_markdown
from vectorstore.errors import NotFoundError, ParleyError
from vectorstore.library import Library
from vectorstore.transcripts import (
    Rating,
    State,
    StoredConversation,
    StoredFeedback,
    StoredTurn,
    Transcripts,
)

Ask = Callable[[str, Scope, Sequence[Answer]], Iterator[Answer]]

# More at once only make one another slower on a reader's machine.
_AT_ONCE = 4
_LOOK_SECONDS = 0.2
_TITLE = 80
_INTERRUPTED = "Parley was ended before this was answered. Ask again."

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answer as far as it has come, or with what went wrong.

    `scope` is what it was asked of; `rating` and `comment` what the reader said of it.
    """

    id: str
    question: str
    scope: Scope = ALL
    answer: Answer | None = None
    error: str | None = None
    state: State = "running"
    asked_at: str = ""
    rating: Rating | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation, whole; `scope` is what the next question is asked of."""

    id: str
    title: str
    scope: Scope
    turns: tuple[Turn, ...]
    revision: str


class _Run:
    """A question that is being answered; `turn` is how far it has come."""

    def __init__(self, turn: Turn, slots: BoundedSemaphore) -> None:
        self.turn = turn
        self.wanted = True
        self._slots = slots
        self._holds = False
        self._lock = RLock()

    def begin(self) -> bool:
        """Wait for one's turn; False if the answer is not wanted any more."""
        while self.wanted:
            if self._slots.acquire(timeout=_LOOK_SECONDS):
                with self._lock:
                    self._holds = True
                    if self.wanted:
                        return True
                    self.end()
        return False

    def end(self) -> None:
        """Let the next one begin, even if the engine of this one still hangs somewhere."""
        with self._lock:
            self.wanted = False
            if self._holds:
                self._holds = False
                self._slots.release()


class Conversations:
    """The conversations of a library that this process owns; safe to share between threads."""

    def __init__(self, library: Library, ask: Ask, article_of: ArticleOf) -> None:
        self._transcripts = Transcripts(library)
        self._ask = ask
        self._article_of = article_of
        self._running: dict[str, _Run] = {}
        self._lock = RLock()
        self._slots = BoundedSemaphore(_AT_ONCE)
        self._changes = Counter[str]()
        # Revisions of an earlier process must not be taken for this one's.
        self._process = secrets.token_hex(4)

    def find(self, search: str = "") -> list[StoredConversation]:
        """Return the conversations that have turns and hold the search's words, newest first."""
        return [each for each in self._transcripts.find(search) if each.turns]

    def get(self, conversation_id: str) -> Conversation:
        """Return a conversation as it stands now; NotFoundError if there is none."""
        with self._lock:
            stored = self._transcripts.get(conversation_id)
            turns = tuple(map(self._turn, self._transcripts.turns(conversation_id)))
            run = self._running.get(conversation_id)
            if run is not None:
                turns = (*turns[:-1], run.turn)
            return Conversation(
                stored.id,
                stored.title,
                Scope.from_json(stored.scope),
                turns,
                self.revision(conversation_id),
            )

    def revision(self, conversation_id: str) -> str:
        """Return what changes whenever anything in the conversation does."""
        return f"{self._process}.{self._changes[conversation_id]}"

    def ask(self, conversation_id: str | None, question: str, scope: Scope) -> str:
        """Ask in a conversation, or begin one; return its id at once.

        What is being answered there is stopped. ParleyError if the question is empty or too
        long; an error while answering ends up in the turn.
        """
        question = question.strip()
        if not question:
            raise ParleyError("The question is empty: type one.")
        if len(question) > MAX_QUESTION:
            raise ParleyError(
                f"The question has more than {MAX_QUESTION:,} characters. Shorten it."
            )
        with self._lock:
            if conversation_id is None:
                # Random, since two conversations may begin with the same words.
                conversation_id = secrets.token_hex(8)
                self._transcripts.add(conversation_id, _title(question), scope.to_json())
            self.stop(conversation_id)
            known = self.get(conversation_id)
            if not known.turns:
                self._transcripts.rename(conversation_id, _title(question))
            if scope != known.scope:
                self._transcripts.set_scope(conversation_id, scope.to_json())
            now = datetime.now(UTC).isoformat(timespec="seconds")
            run = _Run(Turn(secrets.token_hex(8), question, scope, asked_at=now), self._slots)
            self._running[conversation_id] = run
            self._store(conversation_id, run.turn)
        earlier = tuple(turn.answer for turn in known.turns if turn.answer is not None)
        # A daemon: an engine that waits for its model must not hold up the end of the program.
        Thread(
            target=self._answer,
            args=(conversation_id, run, earlier),
            name="parley-answer",
            daemon=True,
        ).start()
        return conversation_id

    def _answer(self, conversation_id: str, run: _Run, earlier: Sequence[Answer]) -> None:
        if not run.begin():
            return
        asked, error = run.turn, None
        try:
            for answer in self._ask(asked.question, asked.scope, earlier):
                if not run.wanted:
                    return
                run.turn = replace(asked, answer=answer)
                self._changed(conversation_id)
        except ParleyError as failure:
            error = str(failure)
        except Exception as failure:
            # A bug must be named as one and leave its traceback in the log, not on the page.
            _logger.exception("a question could not be answered")
            error = f"Parley itself failed ({type(failure).__name__}); its log says where."
        with self._lock:
            if self._running.get(conversation_id) is run:
                self._end(conversation_id, run, replace(run.turn, error=error, state="done"))

    def _end(self, conversation_id: str, run: _Run, turn: Turn) -> None:
        run.end()
        del self._running[conversation_id]
        self._store(conversation_id, turn)

    def stop(self, conversation_id: str) -> None:
        """Stop what is being answered there, at once, and keep what has come."""
        with self._lock:
            run = self._running.get(conversation_id)
            if run is not None:
                self._end(conversation_id, run, replace(run.turn, state="stopped"))

    def undo(self, conversation_id: str) -> str:
        """Take the last turn out; return its question. ParleyError if there is none."""
        with self._lock:
            self.stop(conversation_id)
            turns = self.get(conversation_id).turns
            if not turns:
                raise ParleyError("There is no question to take back.")
            self._transcripts.drop_turn(turns[-1].id)
            self._changed(conversation_id)
            return turns[-1].question

    def retry(self, conversation_id: str, scope: Scope) -> None:
        """Ask the last question anew, in place of its answer."""
        with self._lock:
            self.ask(conversation_id, self.undo(conversation_id), scope)

    def set_scope(self, conversation_id: str, scope: Scope) -> None:
        """Set which articles the next questions are asked of."""
        self._transcripts.set_scope(conversation_id, scope.to_json())
        self._changed(conversation_id)

    def rename(self, conversation_id: str, title: str) -> None:
        """Give the conversation another title; ParleyError if that is empty."""
        title = " ".join(title.split())[:_TITLE]
        if not title:
            raise ParleyError("A conversation needs a title: type one.")
        self._transcripts.rename(conversation_id, title)
        self._changed(conversation_id)

    def delete(self, conversation_id: str) -> None:
        """Put the conversation into the bin, from which `restore` brings it back."""
        self.stop(conversation_id)
        self._transcripts.bin(conversation_id)
        self._changed(conversation_id)

    def restore(self, conversation_id: str) -> None:
        """Bring the conversation back from the bin."""
        self._transcripts.restore(conversation_id)
        self._changed(conversation_id)

    def binned(self) -> list[str]:
        """Return the ids of the conversations in the bin."""
        return [each.id for each in self._transcripts.binned()]

    def empty_bin(self) -> None:
        """Delete for good the conversations in the bin."""
        self._transcripts.empty_bin()

    def rate(self, conversation_id: str, turn_id: str, rating: Rating | None, comment: str) -> None:
        """Store what the reader says of an answer, with the answer and its passages.

        None takes it back. NotFoundError if there is no such answer.
        """
        turns = {turn.id: turn for turn in self.get(conversation_id).turns}
        answer = turns[turn_id].answer if turn_id in turns else None
        if answer is None:
            raise NotFoundError("That answer is not here any more: reload the page.")
        if rating is None:
            self._transcripts.drop_feedback(turn_id)
        else:
            self._transcripts.put_feedback(
                StoredFeedback(
                    turn_id,
                    rating,
                    comment.strip()[:MAX_QUESTION],
                    "",
                    json.dumps(answer.to_json()),
                    passages(answer, self._article_of),
                )
            )
        self._changed(conversation_id)

    def export(self, conversation_id: str) -> tuple[str, str]:
        """Return a name for a file and the conversation as Markdown."""
        whole = self.get(conversation_id)
        name = "-".join(part for part in _words(whole.title.lower()))[:60].strip("-")
        return f"{name or 'conversation'}.md", as_markdown(
            whole.title, whole.turns, datetime.now(UTC)
        )

    def close(self) -> None:
        """Stop all that is being answered, keeping what has come."""
        with self._lock:
            for conversation_id in list(self._running):
                self.stop(conversation_id)

    def _changed(self, conversation_id: str) -> None:
        with self._lock:
            self._changes[conversation_id] += 1

    def _store(self, conversation_id: str, turn: Turn) -> None:
        said = turn.answer.text if turn.answer else ""
        self._transcripts.put_turn(
            conversation_id,
            StoredTurn(
                turn.id,
                turn.question,
                turn.scope.to_json(),
                turn.state,
                json.dumps(turn.answer.to_json()) if turn.answer else None,
                turn.error,
                turn.asked_at,
                f"{turn.question}\n{said}",
            ),
        )
        self._changed(conversation_id)

    def _turn(self, stored: StoredTurn) -> Turn:
        given = self._transcripts.feedback(stored.id)
        lost = stored.state == "running"
        return Turn(
            stored.id,
            stored.question,
            Scope.from_json(stored.scope),
            Answer.from_json(json.loads(stored.answer)) if stored.answer else None,
            _INTERRUPTED if lost else stored.error,
            "done" if lost else stored.state,
            stored.asked_at,
            given[0].rating if given else None,
            given[0].comment if given else "",
        )


def _title(question: str) -> str:
    line = " ".join(question.split())
    return line if len(line) <= _TITLE else line[:_TITLE].rsplit(" ", 1)[0] + " …"


def _words(text: str) -> Iterator[str]:
    yield from "".join(char if char.isalnum() else " " for char in text).split()
