"""Conversations: questions answered in the background and kept in the library.

An answer goes on while nobody looks, so that a reload costs nothing; whoever follows a
conversation compares its revision, which changes with everything in it. Nothing here knows
how a conversation is shown, or what answers.
"""

import json
import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.answers import MAX_QUESTION, Answer
from bot.feedback import ArticleOf, passages
from bot.run import Background, Run
from bot.scope import Scope
from bot.titles import file_name, tidy_title, title_of
from bot.transcript import as_markdown
from bot.turns import Conversation, Turn, read, settled, to_stored
from vectorstore.catalogue import Catalogue
from vectorstore.errors import NotFoundError, ParleyError
from vectorstore.library import Library
from vectorstore.transcripts import (
    Rating,
    StoredConversation,
    StoredFeedback,
    Transcripts,
)

Ask = Callable[[str, Scope, Sequence[Answer]], Iterator[Answer]]

# More at once only make one another slower on a reader's machine.
_AT_ONCE = 4
_LOOK_SECONDS = 0.1

_logger = logging.getLogger(__name__)


class Conversations(Background[Run]):
    """The conversations of a library that this process owns; safe to share between threads."""

    def __init__(self, library: Library, ask: Ask, article_of: ArticleOf) -> None:
        super().__init__(_AT_ONCE)
        self._transcripts = Transcripts(library)
        self._catalogue = Catalogue(library)
        self._ask = ask
        self._article_of = article_of

    def find(self, search: str = "") -> list[StoredConversation]:
        """Return the conversations that hold the search's words, newest first.

        One without turns is not among them, until it is asked in again.
        """
        return [each for each in self._transcripts.find(search) if each.turns]

    def get(self, conversation_id: str) -> Conversation:
        """Return a conversation as it stands now; NotFoundError if there is none."""
        with self._lock:
            run = self._running.get(conversation_id)
            # An answer that streams is looked at many times a second; around it little changes.
            around = run and run.around
            if around is None:
                around = read(self._transcripts, conversation_id)
            turns = around.turns
            if run is not None:
                run.around = around
                turns = (*turns[:-1], run.turn)
            return replace(around, turns=turns, revision=self.revision(conversation_id))

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
        return self._begin(conversation_id, question, scope, retitle=True)

    def _begin(
        self, conversation_id: str | None, question: str, scope: Scope, *, retitle: bool
    ) -> str:
        with self._lock:
            if conversation_id is None:
                # Random, since two conversations may begin with the same words.
                conversation_id = secrets.token_hex(8)
                self._transcripts.add(conversation_id, title_of(question), scope.to_json())
            self.stop(conversation_id)
            known = self.get(conversation_id)
            if retitle and not known.turns:
                self._transcripts.rename(conversation_id, title_of(question))
            if scope != known.scope:
                self._transcripts.set_scope(conversation_id, scope.to_json())
            now = datetime.now(UTC).isoformat(timespec="seconds")
            turn = Turn(secrets.token_hex(8), question, scope, asked_at=now)
            self._store(conversation_id, turn)
            run = self._running[conversation_id] = Run(turn, self._slots)
            earlier = tuple(turn.answer for turn in known.turns if turn.answer is not None)
            self._start(self._answer, conversation_id, run, earlier, name="parley-answer")
        return conversation_id

    def _answer(self, conversation_id: str, run: Run, earlier: Sequence[Answer]) -> None:
        if not run.begin():
            return
        asked, error = run.turn, None
        try:
            answers = self._ask(asked.question, asked.scope, earlier)
            run.take(answers, lambda: self._came(conversation_id))
        except ParleyError as failure:
            error = str(failure)
        except Exception as failure:
            # A bug must be named as one and leave its traceback in the log, not on the page.
            _logger.exception("a question could not be answered")
            error = f"Parley itself failed ({type(failure).__name__}); its log says where."
        with self._lock:
            if self._running.get(conversation_id) is run:
                try:
                    self._end(conversation_id, run, replace(run.turn, error=error, state="done"))
                except ParleyError:
                    # Nobody waits in this thread who could be told.
                    _logger.exception("an answer could not be kept")

    def _end(self, conversation_id: str, run: Run, turn: Turn) -> None:
        run.end()
        run.turn = turn = replace(turn, answer=settled(turn.answer))
        try:
            self._store(conversation_id, turn)
        except ParleyError:
            # Another writer held the library for long; the answer is worth a second try.
            self._store(conversation_id, turn)
        finally:
            del self._running[conversation_id]
            run.ended.set()

    def follow(self, conversation_id: str) -> Iterator[Turn]:
        """Yield the last turn several times a second, and at last as it ended."""
        run = self._running.get(conversation_id)
        while run is not None and not run.ended.wait(_LOOK_SECONDS):
            yield run.turn
        yield self.get(conversation_id).turns[-1]

    def wait(self, conversation_id: str) -> Turn:
        """Wait until nothing is being answered there; return the last turn."""
        run = self._running.get(conversation_id)
        if run is not None:
            run.ended.wait()
        return self.get(conversation_id).turns[-1]

    def stop(self, id_: str) -> None:
        """Stop what is being answered there, at once, and keep what has come."""
        with self._lock:
            run = self._running.get(id_)
            if run is not None:
                self._end(id_, run, replace(run.turn, state="stopped"))

    def undo(self, conversation_id: str, turn_id: str) -> str:
        """Take the last turn out; return its question. ParleyError if it is not that turn."""
        with self._lock:
            turns = self.get(conversation_id).turns
            if not turns or turns[-1].id != turn_id:
                raise ParleyError("That is not the last question any more: look again.")
            self.stop(conversation_id)
            self._transcripts.drop_turn(turns[-1].id)
            self._changed(conversation_id)
            return turns[-1].question

    def retry(self, conversation_id: str, turn_id: str, scope: Scope) -> None:
        """Ask the last question anew, in place of its answer; see `undo`."""
        with self._lock:
            question = self.undo(conversation_id, turn_id)
            self._begin(conversation_id, question, scope, retitle=False)

    def set_scope(self, conversation_id: str, scope: Scope) -> None:
        """Set which articles the next questions are asked of."""
        self._transcripts.set_scope(conversation_id, scope.to_json())
        self._changed(conversation_id)

    def rename(self, conversation_id: str, title: str) -> None:
        """Give the conversation another title; ParleyError if that is empty."""
        self._transcripts.rename(conversation_id, tidy_title(title))
        self._changed(conversation_id)

    def delete(self, conversation_id: str) -> None:
        """Put the conversation into the bin, from which `restore` brings it back."""
        self.stop(conversation_id)
        self._transcripts.bin(conversation_id)
        self._changed(conversation_id)

    def restore(self, conversation_id: str) -> None:
        """Bring the conversation back from the bin; NotFoundError if it is not there either."""
        self._transcripts.restore(conversation_id)
        self._transcripts.get(conversation_id)
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
        # In one go: else a rating could keep an answer as it was before a `rewriting`.
        with self._lock:
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
        titles = self._catalogue.titles(
            {each for turn in whole.turns for each in turn.scope.articles}
        )
        name = file_name(whole.title)
        content = as_markdown(whole.title, whole.turns, datetime.now(UTC), titles)
        return f"{name}.md", content

    def _changed(self, id_: str) -> None:
        with self._lock:
            super()._changed(id_)
            if (run := self._running.get(id_)) is not None:
                run.around = None

    def _came(self, conversation_id: str) -> None:
        """Note that more of an answer came, and that nothing around it changed."""
        super()._changed(conversation_id)

    def _store(self, conversation_id: str, turn: Turn) -> None:
        self._transcripts.put_turn(conversation_id, to_stored(turn))
        self._changed(conversation_id)
