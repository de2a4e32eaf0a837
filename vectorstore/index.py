"""The vector index: Chroma, embedded or as a server, and the exact search that stands in.

Holds the vectors and ids of passages, never text; everything in it can be made again from
the library. This is the only module that imports chromadb, and it does so late. Nothing here
knows articles, words or how a question becomes a vector.
"""

import shutil
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from vectorstore.errors import VectorIndexError
from vectorstore.index_files import clear_unused
from vectorstore.spans import Spans

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

# The best of 100 to 5,000 for Chroma's upsert, whose limit is 5,461.
BATCH = 1_000

# A server that answers no more must not hold a question for ever.
_SERVER_SECONDS = 20.0

_REMAKE = "`parley articles reindex` makes it anew from the library"

Neighbours = dict[str, float]


class VectorIndex(Protocol):
    """Finds the vectors nearest to one, by cosine; all vectors have unit length."""

    def upsert(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Store (n, dimension) vectors under `ids`, replacing those that are there."""
        ...

    def delete(self, ids: Sequence[str]) -> None:
        """Drop `ids`; those that are not there are passed over."""
        ...

    def query(self, vector: NDArray[np.float32], k: int) -> Neighbours:
        """Return the cosine of up to `k` nearest ids; fewer only if there are fewer."""
        ...

    def clear(self) -> None:
        """Drop everything."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


class ExactIndex:
    """Exact search over the library's own vectors: no index to own, damage or wait for.

    What readers beside a holder use, what a one-off question uses, and what the others
    are tested against. Its vectors are the library's, so writing is not its business.
    """

    def __init__(self, spans: Spans) -> None:
        self._spans = spans

    def upsert(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Do nothing: the library has them."""

    def delete(self, ids: Sequence[str]) -> None:
        """Do nothing: the library has dropped them."""

    def query(self, vector: NDArray[np.float32], k: int) -> Neighbours:
        """Return the cosine of the `k` nearest ids."""
        return self._spans.nearest(vector, k)

    def clear(self) -> None:
        """Do nothing: there is nothing but the library."""

    def close(self) -> None:
        """Do nothing: the library is its opener's to close."""


class ChromaIndex:
    """Chroma's HNSW index, embedded in a folder or behind a server's address.

    One collection, named after the embedder's fingerprint, so that vectors of two
    embedders can never meet. VectorIndexError if Chroma cannot be opened or reached.
    """

    def __init__(
        self, client: "ClientAPI", name: str, where: str, mend: str, folder: Path | None = None
    ) -> None:
        self._client = client
        self._folder = folder
        self._where, self._mend = where, mend
        self._own = f"parley-{name.partition('-')[0]}-"
        self._name = f"parley-{name}"
        self._collection: Any = None

    @classmethod
    def embedded(cls, folder: Path, name: str) -> "ChromaIndex":
        """Open the index in `folder`, which this process must hold the lock of."""
        import chromadb

        try:
            client = chromadb.PersistentClient(str(folder), _settings())
            return cls(client, name, f"in {folder}", _REMAKE, folder)
        except Exception as error:
            raise VectorIndexError(
                f"The vector index in {folder} cannot be opened ({error}): "
                "`parley articles reindex` makes it anew from the library."
            ) from error

    @classmethod
    def server(cls, url: str, name: str) -> "ChromaIndex":
        """Connect to the Chroma server at `url`."""
        import chromadb

        try:
            parts = urlsplit(url)
            ssl, port = parts.scheme == "https", parts.port
        except ValueError:
            parts, ssl, port = urlsplit(""), False, None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise VectorIndexError(
                f"PARLEY_CHROMA_URL is {url}: give an address such as http://127.0.0.1:8000."
            )
        port = port or (443 if ssl else 80)
        try:
            client = chromadb.HttpClient(parts.hostname, port, ssl=ssl, settings=_settings())
            for session in _sessions(client):
                session.timeout = _SERVER_SECONDS
            return cls(client, name, f"at {url}", "start it again (`chroma run`)")
        except Exception as error:
            raise VectorIndexError(
                f"No Chroma server answers at {url}: start it (`chroma run`), "
                "or unset PARLEY_CHROMA_URL to use the embedded index."
            ) from error

    def _vectors(self) -> Any:
        if self._collection is None:
            self._collection = self._client.get_or_create_collection(
                self._name,
                embedding_function=None,
                configuration={"hnsw": {"space": "cosine"}},
            )
        return self._collection

    def upsert(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Store (n, dimension) vectors under `ids`, replacing those that are there."""
        with self._translated():
            for first in range(0, len(ids), BATCH):
                some = slice(first, first + BATCH)
                self._vectors().upsert(ids=list(ids[some]), embeddings=vectors[some])
            if self._folder is not None:
                # A new collection's files begin with what stood in this process's memory.
                clear_unused(self._folder)

    def delete(self, ids: Sequence[str]) -> None:
        """Drop `ids`; those that are not there are passed over."""
        with self._translated():
            for first in range(0, len(ids), BATCH):
                self._vectors().delete(ids=list(ids[first : first + BATCH]))

    def query(self, vector: NDArray[np.float32], k: int) -> Neighbours:
        """Return the cosine of up to `k` nearest ids."""
        with self._translated():
            found = self._vectors().query(
                query_embeddings=[vector], n_results=k, include=["distances"]
            )
        return {
            span_id: 1.0 - float(distance)
            for span_id, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        }

    def clear(self) -> None:
        """Drop this library's collections, those of other embedders too."""
        with self._translated():
            for collection in self._client.list_collections():
                if collection.name.startswith(self._own):
                    self._client.delete_collection(collection.name)
        self._collection = None

    def close(self) -> None:
        """Let go of the folder or connection."""
        self._collection = None
        sessions = _sessions(self._client)
        cast("Any", self._client).close()  # on the class, though not on the interface
        for session in sessions:
            session.close()

    @contextmanager
    def _translated(self) -> Generator[None]:
        """Turn whatever Chroma raises into VectorIndexError, in this one place."""
        try:
            yield
        except Exception as error:
            raise VectorIndexError(
                f"The vector index {self._where} failed ({type(error).__name__}: {error}): "
                f"{self._mend}; `parley doctor` looks into it."
            ) from error


def _sessions(client: object) -> list[Any]:
    """Return a server client's HTTP connections, its own and its administrator's.

    Chroma neither limits their time nor closes them, and gives no other way to.
    """
    parts = (client, getattr(client, "_admin_client", None))
    sessions = (getattr(getattr(part, "_server", None), "_session", None) for part in parts)
    return [session for session in sessions if session is not None]


def _settings() -> Any:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False, allow_reset=False)


def remove_folder(folder: Path) -> None:
    """Delete an embedded index, damaged or not; nothing may have it open."""
    if folder.is_file():
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)
