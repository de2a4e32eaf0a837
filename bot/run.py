"""Work on its way: whether it is still wanted, and how far the answer to a question has come."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from threading import BoundedSemaphore, Event, RLock
from typing import TypeVar

from bot.answers import Answer
from bot.turns import Conversation, Turn

_LOOK_SECONDS = 0.2

T = TypeVar("T")


def closable(coming: Iterator[T]) -> Generator[T]:
    """Yield what comes; closing this closes that at once, if it can be."""
    yield from coming


class Work:
    """Something that is being done in a thread, beside as much else as there are slots."""

    def __init__(self, slots: BoundedSemaphore) -> None:
        self.wanted = True
        self.ended = Event()
        self._slots = slots
        self._holds = False
        self._lock = RLock()

    def begin(self) -> bool:
        """Wait for one's turn; False if it is not wanted any more."""
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


class Run(Work):
    """A question that is being answered; `turn` is how far it has come.

    `around` is the conversation as it was read from the library, None when that may have
    changed since.
    """

    def __init__(self, turn: Turn, slots: BoundedSemaphore) -> None:
        super().__init__(slots)
        self.turn = turn
        self.around: Conversation | None = None

    def take(self, answers: Iterator[Answer], came: Callable[[], None]) -> None:
        """Take the answers for as long as they are wanted, and call `came` after a new one.

        Where they are not, they are closed, so that a model is not asked for more.
        """
        with closing(closable(answers)) as coming:
            for answer in coming:
                if not self.wanted:
                    return
                # The very same answer says that time has passed, and nothing else.
                if answer is not self.turn.answer:
                    self.turn = replace(self.turn, answer=answer)
                    came()
