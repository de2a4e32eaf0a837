"""One question on its way: how far its answer has come, and whether it is still wanted."""

from threading import BoundedSemaphore, Event, RLock

from bot.turns import Turn

_LOOK_SECONDS = 0.2


class Run:
    """A question that is being answered; `turn` is how far it has come."""

    def __init__(self, turn: Turn, slots: BoundedSemaphore) -> None:
        self.turn = turn
        self.wanted = True
        self.ended = Event()
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
