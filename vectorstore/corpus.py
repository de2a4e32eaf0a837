"""A data folder, opened: its lock, library, index and embedder as one thing.

`Corpus.read` needs no lock and never writes; `Corpus.own` holds the folder for this
process. Nothing here knows how articles are read or questions answered.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from vectorstore.embeddings import Embedder
from vectorstore.errors import FingerprintError, LibraryError
from vectorstore.index import ChromaIndex, ExactIndex, VectorIndex
from vectorstore.library import Library
from vectorstore.lock import FolderLock
from vectorstore.spans import Spans
from vectorstore.upkeep import open_embedded, open_server, sync

Notice = Callable[[str], None]


def _silent(_message: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Corpus:
    """An opened data folder; a context manager. `lock` is None in a reader.

    A thread that writes holds `writing`, so that library and index change together.
    """

    folder: Path
    library: Library
    spans: Spans
    embedder: Embedder
    index: VectorIndex
    lock: FolderLock | None = None
    writing: threading.RLock = field(default_factory=threading.RLock, repr=False, compare=False)

    @classmethod
    def read(cls, folder: Path, embedder: Embedder, chroma_url: str | None = None) -> "Corpus":
        """Open `folder` for reading, beside a holder or not.

        Vectors are searched exactly, in the library itself, since two processes must not
        open one embedded index; a Chroma server, if named, is asked instead. LibraryError
        if there is no library; FingerprintError if another embedder made it.
        """
        if not (folder / "library.sqlite3").exists():
            raise LibraryError(
                f"There are no articles in {folder} yet: `parley ingest FILE` adds some, "
                "`parley chat` starts with samples."
            )
        library = Library.open(folder)
        try:
            check_fingerprint(library, embedder)
            spans = Spans(library)
            index = (
                ChromaIndex.server(chroma_url, index_name(library, embedder))
                if chroma_url
                else ExactIndex(spans)
            )
        except BaseException:
            library.close()
            raise
        return cls(folder, library, spans, embedder, index)

    @classmethod
    def own(
        cls,
        folder: Path,
        embedder: Embedder,
        purpose: str,
        chroma_url: str | None = None,
        on_notice: Notice = _silent,
        any_embedder: bool = False,
    ) -> "Corpus":
        """Take `folder` for this process, bring its library and index up to date, open both.

        LockedError if another process holds it. FingerprintError if another embedder made
        the vectors, unless `any_embedder`.
        """
        lock = FolderLock(folder, purpose)
        lock.acquire()
        library = None
        try:
            library = Library.open(folder, writable=True)
            if not any_embedder:
                check_fingerprint(library, embedder)
            name = index_name(library, embedder)
            index = (
                open_server(library, chroma_url, name, on_notice)
                if chroma_url
                else open_embedded(library, folder, name, on_notice)
            )
            corpus = cls(folder, library, Spans(library), embedder, index, lock)
            sync(corpus.spans, index)
        except BaseException:
            if library is not None:
                library.close()
            lock.release()
            raise
        return corpus

    def close(self) -> None:
        """Close index and library, then give the folder back."""
        self.index.close()
        self.library.close()
        if self.lock is not None:
            self.lock.release()

    def __enter__(self) -> "Corpus":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def index_name(library: Library, embedder: Embedder) -> str:
    """Return the index's name: neither two libraries nor two embedders share a collection."""
    fingerprint = embedder.fingerprint
    return f"{library.get_meta('library')}-{fingerprint.revision}-{fingerprint.dimension}"


def check_fingerprint(library: Library, embedder: Embedder) -> None:
    """Raise FingerprintError if the library's vectors are another embedder's."""
    stored = library.get_meta("fingerprint")
    if stored is not None and stored != str(embedder.fingerprint):
        raise FingerprintError(
            f"The library's vectors were made by {stored} and the embedder in use is "
            f"{embedder.fingerprint}: `parley articles reindex` makes them anew."
        )
