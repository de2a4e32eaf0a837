"""Work on its way in threads: what is done under which id, whether it is still wanted.

Nothing here knows where what comes of it is kept.
"""

import secrets
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from threading import BoundedSemaphore, Event, RLock, Thread
from typing import Generic, TypeVar
from weakref import WeakSet

from bot.answers import Answer
from bot.turns import Conversation, Turn

_LOOK_SECONDS = 0.2
_CLOSING_SECONDS = 5

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


W = TypeVar("W", bound=Work)


class Background(ABC, Generic[W]):
    """What is done in threads, one thing under an id, and how often it changed.

    Whoever follows one compares its revision. `at_once` things are done side by side.
    """

    def __init__(self, at_once: int) -> None:
        self._running: dict[str, W] = {}
        self._lock = RLock()
        self._slots = BoundedSemaphore(at_once)
        self._changes = Counter[str]()
        self._threads = WeakSet[Thread]()
        # Revisions of an earlier process, or before a `rewriting`, must not be taken for today's.
        self._process = secrets.token_hex(4)

    @abstractmethod
    def stop(self, id_: str) -> None:
        """Stop what is being done there, at once, and keep what has come."""

    def revision(self, id_: str) -> str:
        """Return what changes whenever anything there does."""
        return f"{self._process}.{self._changes[id_]}"

    def is_running(self, id_: str) -> bool:
        """Whether something is being done there."""
        return id_ in self._running

    @contextmanager
    def rewriting(self) -> Generator[None]:
        """Let the block rewrite what is kept; whoever follows it sees it then.

        What is being done is stopped, for it knows what was kept before; what is asked for
        meanwhile waits until the block is done.
        """
        with self._lock:
            self._stop_all()
            try:
                yield
            finally:
                self._process = secrets.token_hex(4)

    def close(self) -> None:
        """Stop all that is being done, keeping what has come.

        Waits for the engines a while: none should read the library when it is closed.
        """
        with self._lock:
            self._stop_all()
        until = time.monotonic() + _CLOSING_SECONDS
        for thread in list(self._threads):
            thread.join(max(0, until - time.monotonic()))

    def _start(self, work: Callable[..., None], *given: object, name: str) -> None:
        # A daemon: an engine that waits for its model must not hold up the program's end.
        thread = Thread(target=work, args=given, name=name, daemon=True)
        thread.start()
        self._threads.add(thread)

    def _stop_all(self) -> None:
        for id_ in list(self._running):
            self.stop(id_)

    def _changed(self, id_: str) -> None:
        with self._lock:
            self._changes[id_] += 1
