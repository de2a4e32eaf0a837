"""A conversation as the page keeps it: turns, and how a question becomes one.

Knows nothing of Gradio or of markup, so that a test can hold a conversation by itself.
"""

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Literal

from bot.answers import Answer
from bot.service import MAX_QUESTION, Service
from vectorstore.errors import ParleyError

# How often a running answer looks for news, and for whether it was stopped: often enough
# to seem immediate, and seldom enough that rendering every snapshot costs little.
_TICK_SECONDS = 0.07

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answer as far as it has come, or with what went wrong."""

    question: str
    answer: Answer | None = None
    error: str | None = None
    state: Literal["running", "done", "stopped"] = "running"


Turns = tuple[Turn, ...]


class Talk:
    """One reader's conversation. It can be copied while nothing runs, as Gradio does."""

    def __init__(self) -> None:
        self.turns: Turns = ()
        self._run = 0

    def ask(self, service: Service, question: str) -> Iterator[Turns]:
        """Yield the conversation with `question` at its end while the answer grows.

        An error ends the turn with its message; the question stays in it. Whatever ran
        before is stopped.
        """
        question = question.strip()
        if not question:
            yield self.turns
            return
        self.stop()
        run, earlier = self._run, self.turns
        turn = Turn(question)
        self.turns = (*earlier, turn)
        yield self.turns
        answering = _answering(service, turn, answers(earlier))
        try:
            for grown in _newest(answering, lambda: self._run == run):
                self.turns = (*earlier, grown)
                yield self.turns
            # What the page shows last must be how this turn ended; but where a newer
            # question runs, that is for it to show.
            if len(self.turns) == len(earlier) + 1:
                yield self.turns
        finally:
            # A reader who left needs no more of this answer.
            self._run += self._run == run

    def stop(self) -> Turns:
        """Stop what runs, at once, whatever the engine is waiting for."""
        self._run += 1
        if self.turns and self.turns[-1].state == "running":
            self.turns = (*self.turns[:-1], replace(self.turns[-1], state="stopped"))
        return self.turns


def answers(turns: Turns) -> tuple[Answer, ...]:
    """Return the answers so far, oldest first."""
    return tuple(turn.answer for turn in turns if turn.answer is not None)


def _answering(
    service: Service, turn: Turn, earlier: Sequence[Answer]
) -> Generator[Turn, None, None]:
    """Yield `turn` as its answer grows; its last state is done."""
    if len(turn.question) > MAX_QUESTION:
        message = f"The question has more than {MAX_QUESTION:,} characters. Shorten it."
        yield replace(turn, error=message, state="done")
        return
    try:
        for answer in service.ask(turn.question, earlier):
            turn = replace(turn, answer=answer)
            yield turn
    except ParleyError as error:
        turn = replace(turn, error=str(error))
    except Exception as error:
        # A bug must be named as one and leave its traceback in the log, not on the page.
        _logger.exception("a question could not be answered")
        name = type(error).__name__
        turn = replace(turn, error=f"Parley itself failed ({name}); its log says where.")
    yield replace(turn, state="done")


def _newest(turns: Generator[Turn, None, None], wanted: Callable[[], bool]) -> Iterator[Turn]:
    """Yield the newest of `turns`, tick by tick, until the last or until not `wanted`.

    They are read in a thread of their own, for an engine may wait long for its model and
    a stop must not wait with it; nor need one that is left behind hold up the end of the
    program.
    """
    news: SimpleQueue[Turn | None] = SimpleQueue()

    def read() -> None:
        try:
            for turn in turns:
                news.put(turn)
                if not wanted():
                    break
        finally:
            turns.close()
            news.put(None)

    Thread(target=read, name="parley-answer", daemon=True).start()
    over = False
    while not over and wanted():
        newest = None
        try:
            turn = news.get(timeout=_TICK_SECONDS)
            while turn is not None:
                newest = turn
                turn = news.get_nowait()
            over = True
        except Empty:
            pass
        if newest is not None and wanted():
            yield newest
