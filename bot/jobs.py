"""What changes the library in the background: taking articles in, and re-indexing.

One thing at a time, in one thread; whoever watches compares the revision, which changes
with every step. Files wait in the data folder's inbox until the library has what they hold:
work that is stopped, or ended with the program, can be gone on with. Nothing here knows how
progress is shown.
"""

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock, Thread
from typing import Any

from bot.inbox import Given, Inbox
from bot.wording import count
from vectorstore.corpus import Corpus
from vectorstore.curation import reindex
from vectorstore.documents import Article
from vectorstore.errors import ParleyError
from vectorstore.ingest import Item, take_in
from vectorstore.planning import Status
from vectorstore.reading import Found, Reading

# What a page can show; the library has all of it anyway.
_ROWS = 500
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work has come.

    `done` of `total` inputs are read, those to come included, and `current` names the one at
    hand; `reindexing` says that it is not inputs but the library's articles; `items` are the rows
    settled so far, the newest last; `left` is how many inputs wait while nothing runs; `said`
    is how other work ended, and `error` what broke the work off; `counts` of all rows, by status.
    """

    running: bool
    reindexing: bool
    done: int
    total: int
    current: str
    items: tuple[Item, ...]
    said: str | None
    error: str | None
    left: int
    revision: int
    counts: tuple[tuple[Status, int], ...] = ()

    @property
    def can_be_cancelled(self) -> bool:
        """Whether something waits that could be left."""
        return self.running and not self.reindexing


class Jobs:
    """The background work on a corpus that this process owns; safe to share between threads."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._lock = RLock()
        self._inbox = Inbox(corpus.folder)
        # What is to be taken in, and what was left; what is read is among the first until it is
        # in the library, and `_next` comes to be read next.
        self._waiting = deque[Given]()
        self._left = deque(self._inbox.waiting())
        self._next = 0
        # Whose articles are on their way into the library, in order.
        self._open = deque[Given]()
        self._stopping = False
        self._coming = 0
        self._thread: Thread | None = None
        left = len(self._left)
        self._state = Progress(False, False, 0, 0, "", (), None, None, left, 0)

    @property
    def progress(self) -> Progress:
        """How far the work has come."""
        return self._state

    def take_file(self, file: Path, name: str, *, more: int = 0, later: bool = False) -> None:
        """Take a file in under its reader's name for it; it is moved from where it lies.

        `more` is how many are still to come of those that were chosen with it; `later` lets it
        wait with what was left.
        """
        given = self._inbox.take(file, name)
        if later:
            with self._lock:
                self._left.append(given)
                self._step(left=0 if self._state.running else len(self._left))
        else:
            self._add(given, more)

    def take_text(self, text: str, metadata: Mapping[str, str]) -> None:
        """Take a pasted text in, with what the reader says about it."""
        self._add(self._inbox.paste(text, metadata), self._coming)

    def reject(self, name: str, reason: str, *, more: int = 0) -> None:
        """Note an input that did not get this far; `more` as for `take_file`."""
        with self._lock:
            self._count(0, more)
            self._settled(Item(name, "rejected", reason=reason))

    def reindex(self) -> None:
        """Make all vectors and both indexes anew. ParleyError while other work is going on."""
        with self._lock:
            if self._state.running:
                raise ParleyError("Wait until the work at hand is done, then re-index.")
            total = self._corpus.library.counts()["articles"]
            self._begin(self._reindex, total, reindexing=True)

    def cancel(self) -> None:
        """Stop taking inputs in; those that are left wait until `resume` or `discard`."""
        with self._lock:
            self._coming = 0
            if self._state.can_be_cancelled:
                self._stopping = True
                self._step(current="")

    def resume(self) -> None:
        """Go on with what is left."""
        with self._lock:
            if self._left and not self._state.running:
                self._waiting.extend(self._left)
                self._left.clear()
                self._begin(self._take_in, len(self._waiting))

    def discard(self) -> None:
        """Let be what is left, and delete the files."""
        with self._lock:
            while self._left:
                self._left.popleft().discard()
            self._step(left=0)

    def clear(self) -> None:
        """Forget the rows of what is done."""
        with self._lock:
            self._step(items=(), counts=(), said=None, error=None)

    def wait(self) -> None:
        """Wait until no work is left."""
        while (thread := self._thread) is not None and thread.is_alive():
            thread.join()

    def close(self) -> None:
        """Stop in good order; files that are left wait in the inbox for the next start."""
        self.cancel()
        self.wait()

    def _add(self, given: Given, more: int) -> None:
        with self._lock:
            self._count(1, more)
            self._waiting.append(given)
            if not self._state.running:
                self._begin(self._take_in, len(self._waiting))

    def _count(self, own: int, more: int) -> None:
        """Count an input in (`own` is 0 if it is none) and `more` that come after it.

        While nothing is going on and nothing is expected, a new list of rows begins.
        """
        expected, self._coming = self._coming, more
        if self._state.running and not self._state.reindexing:
            self._step(total=self._state.total + own + more - expected)
        elif not (self._state.running or expected):
            self._step(items=(), counts=())

    def _begin(
        self, work: Callable[[], None], waiting: int, *, done: int = 0, reindexing: bool = False
    ) -> None:
        total = done + waiting + (0 if reindexing else self._coming)
        self._stopping, self._next = False, 0
        self._open.clear()
        self._step(running=True, reindexing=reindexing, done=done, total=total, current="", left=0)
        self._step(said=None, error=None)
        self._thread = Thread(target=self._run, args=(work,), name="parley-jobs", daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[], None]) -> None:
        error, is_bug = None, False
        try:
            work()
        except ParleyError as failure:
            error = str(failure)
        except Exception as failure:
            _logger.exception("work on the library broke off")
            error = f"Parley itself failed ({type(failure).__name__}); its log says where."
            is_bug = True
        with self._lock:
            # What came while the last input was settled, or during re-indexing.
            if error is None and self._waiting and not self._stopping:
                done = 0 if self._state.reindexing else self._state.done
                self._begin(self._take_in, len(self._waiting), done=done)
                return
            if is_bug:
                self._drop_read()
            self._left.extendleft(reversed(self._waiting))
            self._waiting.clear()
            self._step(running=False, current="", error=error, left=len(self._left))

    def _take_in(self) -> None:
        with Reading() as reading:
            take_in(self._corpus, self._inputs(reading), on_item=self._settled)

    def _inputs(self, reading: Reading) -> Iterator[Found]:
        while (given := self._given()) is not None:
            given.unsettled, given.whole = 0, False
            for found in given.read(reading):
                if self._stopping:
                    return
                if isinstance(found.read, Article):
                    given.unsettled += 1
                    self._open.append(given)
                yield found
            with self._lock:
                given.whole = True
                self._step(done=self._state.done + 1)
                self._forget()

    def _given(self) -> Given | None:
        """Return what is to be read next, if anything is."""
        with self._lock:
            if self._stopping or self._next >= len(self._waiting):
                return None
            given = self._waiting[self._next]
            self._next += 1
            self._step(current=given.name)
            return given

    def _drop_read(self) -> None:
        """Delete what was at hand when the work broke off, lest it break off there again."""
        for _ in range(self._next):
            given = self._waiting.popleft()
            reason = "It was not taken in whole, for the work broke off: add it again."
            self._settled(Item(given.name, "rejected", reason=reason))
            given.discard()

    def _forget(self) -> None:
        """Delete the inputs that the library has wholly."""
        while self._next and self._waiting[0].whole and not self._waiting[0].unsettled:
            self._waiting.popleft().discard()
            self._next -= 1

    def _settled(self, item: Item) -> None:
        with self._lock:
            counts = Counter(dict(self._state.counts))
            counts[item.status] += 1
            self._step(items=_newest((*self._state.items, item)), counts=tuple(counts.items()))
            if item.article_id is not None:
                self._open.popleft().unsettled -= 1
                self._forget()

    def _reindex(self) -> None:
        with self._lock:
            self._step(items=(), counts=())
        number = reindex(self._corpus, on_article=self._reindexed)
        with self._lock:
            self._step(said=f"{count(number, 'article')} re-indexed.")

    def _reindexed(self, _article: Article) -> None:
        with self._lock:
            self._step(done=self._state.done + 1)

    def _step(self, **changes: Any) -> None:
        revision = self._state.revision + 1
        self._state = replace(self._state, revision=revision, **changes)


def _newest(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Leave out what can be done without: the oldest, but of what was rejected the last."""
    if len(items) <= _ROWS:
        return items
    dull = (at for at, item in enumerate(items) if item.status != "rejected")
    at = next(dull, 0)
    return items[:at] + items[at + 1 :]
