"""A conversation as the page keeps it: turns, and how a question becomes one.

Knows nothing of Gradio or of markup, so that a test can hold a conversation by itself.
"""

import logging
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal

from bot.answers import Answer
from bot.ui.service import Service
from vectorstore.errors import ParleyError

MAX_QUESTION = 2_000

# Every snapshot is rendered and sent whole; more a second than this only cost time.
_SNAPSHOTS_A_SECOND = 15

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answer as far as it has come, or with what went wrong."""

    question: str
    answer: Answer | None = None
    error: str | None = None
    state: Literal["running", "done", "stopped"] = "running"


Turns = tuple[Turn, ...]


def ask(service: Service, turns: Turns, question: str) -> Iterator[Turns]:
    """Yield the conversation with `question` at its end while the answer grows.

    An error ends the turn with its message; the question stays in it.
    """
    # A turn that was cut off (a lost connection, a stop at the wrong moment) has ended.
    turns = stop(turns)
    question = question.strip()
    if not question:
        yield turns
        return
    turn = Turn(question)
    yield (*turns, turn)
    if len(question) > MAX_QUESTION:
        message = f"The question has more than {MAX_QUESTION:,} characters. Shorten it."
        yield (*turns, replace(turn, error=message, state="done"))
        return
    try:
        for answer in _paced(service.ask(question, history(turns))):
            turn = replace(turn, answer=answer)
            yield (*turns, turn)
    except ParleyError as error:
        turn = replace(turn, error=str(error))
    except Exception as error:
        # A bug must be named as one and leave its traceback in the log, not on the page.
        _logger.exception("a question could not be answered")
        name = type(error).__name__
        turn = replace(turn, error=f"Parley itself failed ({name}); its log says where.")
    yield (*turns, replace(turn, state="done"))


def stop(turns: Turns) -> Turns:
    """Mark the last turn as stopped by the reader, if it was still running."""
    if not turns or turns[-1].state != "running":
        return turns
    return (*turns[:-1], replace(turns[-1], state="stopped"))


def history(turns: Turns) -> list[tuple[str, str]]:
    """Return the questions that were answered, with their answers' text."""
    return [(turn.question, turn.answer.text) for turn in turns if turn.answer is not None]


def _paced(answers: Iterator[Answer]) -> Iterator[Answer]:
    """Leave out snapshots that come too fast; never the last."""
    shown_at = float("-inf")
    held: Answer | None = None
    with _closing(answers):
        for answer in answers:
            held = answer
            if time.monotonic() - shown_at >= 1 / _SNAPSHOTS_A_SECOND:
                yield answer
                held = None
                shown_at = time.monotonic()
    if held is not None:
        yield held


@contextmanager
def _closing(answers: Iterator[Answer]) -> Generator[None]:
    """Close `answers` when a reader stops: the engine behind may hold a connection."""
    try:
        yield
    finally:
        if isinstance(answers, Generator):
            answers.close()
