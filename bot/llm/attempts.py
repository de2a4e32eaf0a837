"""A request that runs in a thread of its own, and is made again where that may help.

`heard` hands on what comes in while it watches the clock: whatever the endpoint does, whoever
listens gets something several times a second, is let go when the time is over, and can leave
at any moment, upon which the request is ended. What is asked is not known here.
"""

import random
from collections.abc import Callable, Generator, Iterator
from contextvars import copy_context
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from bot.answers import Usage
from bot.llm.faults import Waits, asked_wait, passing
from bot.llm.wire import Line, Overdue, use

_TICK = 0.15
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 8.0
# What comes after the reason to end is the count of tokens, and that is told at once.
_AFTER_THE_END = 1.0


@dataclass(frozen=True, slots=True)
class Heard:
    """What came in: text, a reason to end, what was consumed, why the model declines."""

    text: str = ""
    finish: str | None = None
    usage: Usage | None = None
    refusal: str = ""


_NOTHING = Heard()


class Exchange:
    """Asks on `line` by `ask`, and up to `retries` more times while no text has come.

    `adapt` is given an error, and says whether `ask` will now ask in another way; that is no
    retry.
    """

    def __init__(
        self,
        line: Line,
        ask: Callable[[], Generator[Heard]],
        adapt: Callable[[Exception], bool],
        retries: int,
    ) -> None:
        self._line = line
        self._ask = ask
        self._adapt = adapt
        self._retries = retries
        self._queue: SimpleQueue[Heard | Exception | None] = SimpleQueue()

    def heard(self) -> Generator[Heard]:
        """Yield what comes in, and an empty one where nothing does for a moment.

        Raises what was raised where it was asked, or Overdue.
        """
        context = copy_context()
        Thread(target=context.run, args=(self._work,), name="model", daemon=True).start()
        until = None
        try:
            while True:
                item = self._next(until)
                if item is None:
                    return
                if isinstance(item, Exception):
                    raise item
                if item.finish and until is None:
                    until = monotonic() + _AFTER_THE_END
                yield item
        finally:
            self._line.hang_up()

    def _next(self, until: float | None) -> Heard | Exception | None:
        """Return what is next; after a whole text, that is `until`, nothing more is an end."""
        left = self._line.left
        if until is not None:
            left = min(left, until - monotonic())
        try:
            return self._queue.get(timeout=max(min(_TICK, left), 0))
        except Empty:
            if left > 0:
                return _NOTHING
            return None if until is not None else Overdue()

    def _work(self) -> None:
        use(self._line)
        try:
            for heard in self._attempts():
                self._queue.put(heard)
            self._queue.put(None)
        except Exception as error:  # noqa: BLE001 - raised again where it is listened to
            self._queue.put(error)

    def _attempts(self) -> Iterator[Heard]:
        retried = 0
        while not self._line.over:
            text = finished = False
            attempt = self._ask()
            try:
                for heard in attempt:
                    text = text or bool(heard.text)
                    finished = finished or heard.finish is not None
                    yield heard
            except Exception as error:
                if finished:
                    return
                if self._line.over:
                    raise Overdue from error
                if text:
                    raise
                if not self._adapt(error):
                    self._wait(error, retried)
                    retried += 1
            else:
                return
            finally:
                attempt.close()
        raise Overdue

    def _wait(self, error: Exception, retried: int) -> None:
        """Wait before the next attempt; raises if there is to be none."""
        if not passing(error):
            raise error
        asked = asked_wait(error)
        if asked is not None and asked >= self._line.left:
            raise Waits(asked) from error
        own = min(_FIRST_WAIT * 2**retried, _LONGEST_WAIT) * random.uniform(0.5, 1)
        seconds = own if asked is None else asked
        if retried >= self._retries or seconds >= self._line.left:
            raise error
        self._line.wait(seconds)
