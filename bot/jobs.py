"""What changes the library in the background: taking articles in, and re-indexing.

One thing at a time, in one thread; whoever watches compares the revision, which changes
with every step. Files wait in the data folder's inbox until the library has what they hold:
work that is stopped, or ended with the program, can be gone on with. Nothing here knows how
progress is shown.
"""

import logging
import tempfile
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
from vectorstore.errors import ParleyError
from vectorstore.ingest import Item, take_in
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
    is how other work ended, and `error` what broke the work off.
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

    @property
    def can_be_cancelled(self) -> bool:
        """Whether something waits that could be left."""
        return self.running and not self.reindexing


class _Upload:
    """A file in a folder of its own, which is deleted once the library has what it holds."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = path.name
        self.unsettled = 0
        self.whole = False

    def read(self, reading: Reading) -> Iterator[Found]:
        """Yield what is in the file, under the name that its reader knows it by."""
        yield from reading.file(self._path, self.name)

    def discard(self) -> None:
        """Delete the file, and its folder unless that holds anything else."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
            self._path.parent.rmdir()


class _Pasted:
    def __init__(self, text: str, metadata: Mapping[str, str]) -> None:
        self._text = text
        self._metadata = metadata
        self.name = "pasted text"
        self.unsettled = 0
        self.whole = False

    def read(self, reading: Reading) -> Iterator[Found]:
        """Yield the text as an article."""
        yield from reading.text(self._text, self._metadata, self.name)

    def discard(self) -> None:
        """Nothing of it lies anywhere."""


class Jobs:
    """The background work on a corpus that this process owns; safe to share between threads."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._lock = RLock()
        self._inbox = corpus.folder / "inbox"
        # What is read is among them until it is in the library; `_next` comes to be read next.
        self._waiting = deque[_Upload | _Pasted](map(_Upload, _lying_in(self._inbox)))
        self._next = 0
        # Whose articles are on their way into the library, in order.
        self._open = deque[_Upload | _Pasted]()
        self._stopping = bool(self._waiting)
        self._coming = 0
        self._thread: Thread | None = None
        left = len(self._waiting)
        self._state = Progress(False, False, 0, 0, "", (), None, None, left, 0)

    @property
    def progress(self) -> Progress:
        """How far the work has come."""
        return self._state

    def place_for(self, name: str) -> Path:
        """Return where a file of this name can be put to be taken in."""
        self._inbox.mkdir(exist_ok=True)
        return Path(tempfile.mkdtemp(dir=self._inbox)) / name

    def take_file(self, path: Path, *, more: int = 0) -> None:
        """Take in a file that lies at a `place_for` it; it is deleted once the library has it.

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
        """Stop taking inputs in; those that are left wait until `resume` or `discard`."""
        with self._lock:
            self._coming = 0
            if self._state.can_be_cancelled:
                self._stopping = True
                self._step(current="")

    def resume(self) -> None:
        """Go on with what is left."""
        with self._lock:
            if self._waiting and not self._state.running:
                self._begin(self._take_in, len(self._waiting))

    def discard(self) -> None:
        """Let be what is left, and delete the files."""
        with self._lock:
            if not self._state.running:
                self._drop()
                self._step(left=0)

    def _drop(self) -> None:
        while self._waiting:
            self._waiting.popleft().discard()

    def clear(self) -> None:
        """Forget the rows of what is done."""
        with self._lock:
            self._step(items=(), said=None, error=None)

    def wait(self) -> None:
        """Wait until no work is left."""
        while (thread := self._thread) is not None and thread.is_alive():
            thread.join()

    def close(self) -> None:
        """Stop in good order; files that are left wait in the inbox for the next start."""
        self.cancel()
        self.wait()

    def _add(self, given: _Upload | _Pasted, more: int) -> None:
        with self._lock:
            self._count(1, more)
            self._waiting.append(given)
            if not self._state.running:
                self._begin(self._take_in, len(self._waiting))
            elif self._state.reindexing:
                self._stopping = False

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
        self._stopping, self._next = self._stopping and reindexing, 0
        self._open.clear()
        self._step(running=True, reindexing=reindexing, done=done, total=total, current="", left=0)
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
            # What came while the last input was settled, or during re-indexing.
            if error is None and self._waiting and not self._stopping:
                done = 0 if self._state.reindexing else self._state.done
                self._begin(self._take_in, len(self._waiting), done=done)
                return
            if error is not None:
                self._drop_read()
            left = len(self._waiting)
            self._step(running=False, current="", error=error, left=left)

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

    def _given(self) -> "_Upload | _Pasted | None":
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
            if not given.whole:
                reason = "It was not read to its end, for the work broke off: add it again."
                self._settled(Item(given.name, "rejected", reason=reason))
            given.discard()

    def _forget(self) -> None:
        """Delete the inputs that the library has wholly."""
        while self._next and self._waiting[0].whole and not self._waiting[0].unsettled:
            self._waiting.popleft().discard()
            self._next -= 1

    def _settled(self, item: Item) -> None:
        with self._lock:
            self._step(items=(*self._state.items, item)[-_ROWS:])
            if item.article_id is not None:
                self._open.popleft().unsettled -= 1
                self._forget()

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


def _lying_in(inbox: Path) -> list[Path]:
    """Return the files that an earlier process left there, the first that came first."""
    with suppress(OSError):
        return sorted(inbox.glob("*/*"), key=lambda path: path.stat().st_mtime)
    return []
