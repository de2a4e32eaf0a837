"""What changes the library in the background: taking articles in, and re-indexing.

One thing at a time, in one thread; whoever watches compares the revision, which changes
with every step. Nothing here knows how progress is shown.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock, Thread
from typing import Any

from bot.wording import count
from vectorstore.corpus import Corpus
from vectorstore.curation import reindex
from vectorstore.documents import Article
from vectorstore.errors import ParleyError, ReadError
from vectorstore.ingest import Item, take_in
from vectorstore.readers import Raw, read_pasted, read_source

# What a page can show; the library has all of it anyway.
_ROWS = 500
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work has come.

    `done` of `total` inputs are read, those to come included, and `current` names the one at
    hand; `reindexing` says that it is not inputs but the library's articles; `items` are the rows
    settled so far, the newest last; `said` is how other work ended, and `error` what broke
    the work off.
    """

    running: bool
    reindexing: bool
    done: int
    total: int
    current: str
    items: tuple[Item, ...]
    said: str | None
    error: str | None
    revision: int

    @property
    def can_be_cancelled(self) -> bool:
        """Whether something waits that could be left."""
        return self.running and not self.reindexing


@dataclass(frozen=True, slots=True)
class _Upload:
    """A file in a folder of its own, which is deleted once it is read."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    def read(self) -> Iterator[tuple[str, Raw | ReadError]]:
        """Yield what is in the file, under the name that the reader knows it by."""
        folder = f"{self.path.parent}/"
        try:
            for source, found in read_source(str(self.path)):
                short = source.removeprefix(folder)
                if isinstance(found, Raw):
                    yield short, replace(found, source=short)
                else:
                    yield short, ReadError(str(found).replace(folder, ""))
        finally:
            self.discard()

    def discard(self) -> None:
        """Delete the file, and its folder unless that holds anything else."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
            self.path.parent.rmdir()


@dataclass(frozen=True, slots=True)
class _Pasted:
    text: str
    metadata: Mapping[str, str]
    name: str = "pasted text"

    def read(self) -> Iterator[tuple[str, Raw | ReadError]]:
        """Yield the text as an article."""
        try:
            yield self.name, read_pasted(self.text, self.metadata, self.name)
        except ReadError as error:
            yield self.name, error

    def discard(self) -> None:
        """Nothing of it lies anywhere."""


class Jobs:
    """The background work on a corpus that this process owns; safe to share between threads."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._lock = RLock()
        self._waiting = deque[_Upload | _Pasted]()
        self._coming = 0
        self._thread: Thread | None = None
        self._state = Progress(False, False, 0, 0, "", (), None, None, 0)

    @property
    def progress(self) -> Progress:
        """How far the work has come."""
        return self._state

    def take_file(self, path: Path, *, more: int = 0) -> None:
        """Take a file in. It lies alone in its folder, which is deleted when it is read.

        `more` is how many are still to come of those that were chosen with it.
        """
        self._add(_Upload(path), more)

    def take_text(self, text: str, metadata: Mapping[str, str]) -> None:
        """Take a pasted text in, with what the reader says about it."""
        self._add(_Pasted(text, metadata), self._coming)

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
        """Let what is waiting be; what has been read is still taken in."""
        with self._lock:
            dropped = self._drop()
            # What came during re-indexing is not counted yet.
            if not self._state.reindexing:
                self._step(total=self._state.total - len(dropped))

    def _drop(self) -> list[str]:
        """Let everything be that waits; return its names."""
        dropped = [given.name for given in self._waiting]
        while self._waiting:
            self._waiting.popleft().discard()
        return dropped

    def clear(self) -> None:
        """Forget the rows of what is done."""
        with self._lock:
            self._step(items=(), said=None, error=None)

    def wait(self) -> None:
        """Wait until no work is left."""
        while (thread := self._thread) is not None and thread.is_alive():
            thread.join()

    def close(self) -> None:
        """Drop what waits, and let what is at hand come to its end."""
        self.cancel()
        self.wait()

    def _add(self, given: _Upload | _Pasted, more: int) -> None:
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
            self._step(items=())

    def _begin(
        self, work: Callable[[], None], waiting: int, *, done: int = 0, reindexing: bool = False
    ) -> None:
        total = done + waiting + (0 if reindexing else self._coming)
        self._step(running=True, reindexing=reindexing, done=done, total=total, current="")
        self._step(said=None, error=None)
        self._thread = Thread(target=self._run, args=(work,), name="parley-jobs", daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[], None]) -> None:
        error = None
        try:
            work()
        except ParleyError as failure:
            error = str(failure)
        except Exception as failure:
            _logger.exception("work on the library broke off")
            error = f"Parley itself failed ({type(failure).__name__}); its log says where."
        with self._lock:
            if error is None and self._waiting:
                done = 0 if self._state.reindexing else self._state.done
                self._begin(self._take_in, len(self._waiting), done=done)
                return
            if error is not None:
                reason = "It was not reached, for the work broke off: add it again."
                for name in self._drop():
                    self._settled(Item(name, "rejected", reason=reason))
            self._step(running=False, current="", error=error)

    def _take_in(self) -> None:
        take_in(self._corpus, self._inputs(), on_item=self._settled)

    def _inputs(self) -> Iterator[tuple[str, Raw | ReadError]]:
        while True:
            with self._lock:
                if not self._waiting:
                    return
                given = self._waiting.popleft()
                self._step(current=given.name)
            yield from given.read()
            with self._lock:
                self._step(done=self._state.done + 1)

    def _settled(self, item: Item) -> None:
        with self._lock:
            self._step(items=(*self._state.items, item)[-_ROWS:])

    def _reindex(self) -> None:
        with self._lock:
            self._step(items=())
        number = reindex(self._corpus, on_article=self._reindexed)
        with self._lock:
            self._step(said=f"{count(number, 'article')} re-indexed.")

    def _reindexed(self, _article: Article) -> None:
        with self._lock:
            self._step(done=self._state.done + 1)

    def _step(self, **changes: Any) -> None:
        revision = self._state.revision + 1
        self._state = replace(self._state, revision=revision, **changes)
