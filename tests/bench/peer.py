"""The peer: what a reader would build in an afternoon, to measure Parley against.

LangChain's recursive splitter (1,000 characters, 200 overlap) and Chroma's persistent client
with its own ONNX MiniLM, top 4 by similarity, as the tutorials have it; the weights are those of
Parley's bundled model (see `chroma_minilm`). It retrieves and does not answer: there are no
sentences, no citations, no refusals, and what is edited or comes twice is stored again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Embed = Callable[[Sequence[str]], NDArray[np.float32]]

CHARACTERS, OVERLAP, TOP = 1_000, 200, 4
# What Chroma takes at once is limited (5,461); its function embeds 32 at a time by itself.
_ADDED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Source:
    """An article as the peer is given it; `published` is an ISO date."""

    id: str
    text: str
    publisher: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """What was found: `[start, end)` of an article, and how near (the cosine)."""

    article_id: str
    start: int
    end: int
    similarity: float


class Peer:
    """A folder of Chroma's with articles in it, cut into chunks; a context manager.

    `function` is the embedding function that Chroma is given, as by the tutorial.
    """

    def __init__(self, folder: Path, function: Any) -> None:
        import chromadb
        from chromadb.config import Settings
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        self._client = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
        self._collection = self._client.get_or_create_collection(
            "articles", embedding_function=function
        )
        self._splitter = RecursiveCharacterTextSplitter(
            chunk_size=CHARACTERS, chunk_overlap=OVERLAP, add_start_index=True
        )

    def add(self, sources: Sequence[Source], embed: Embed | None = None) -> int:
        """Cut, embed and store articles; return how many chunks they became.

        `embed` makes the vectors in the embedding function's place.
        """
        chunks = self._splitter.create_documents(
            [source.text for source in sources], [_metadata(source) for source in sources]
        )
        for first in range(0, len(chunks), _ADDED_AT_ONCE):
            some = chunks[first : first + _ADDED_AT_ONCE]
            texts = [chunk.page_content for chunk in some]
            if any(chunk.metadata["start_index"] < 0 for chunk in some):
                raise RuntimeError("The splitter lost the place of a chunk in its article.")
            self._collection.add(
                ids=[f"{each.metadata['article']}:{each.metadata['start_index']}" for each in some],
                documents=texts,
                metadatas=[chunk.metadata for chunk in some],
                embeddings=None if embed is None else embed(texts),
            )
        return len(chunks)

    def count(self) -> int:
        """Return how many chunks there are."""
        return self._collection.count()

    def ask(
        self, question: str, count: int = TOP, where: Mapping[str, Any] | None = None
    ) -> list[Chunk]:
        """Return the nearest chunks, the nearest first; `where` is Chroma's filter."""
        found = self._collection.query(
            query_texts=[question], n_results=count, where=dict(where) if where else None
        )
        rows = zip(found["metadatas"][0], found["documents"][0], found["distances"][0], strict=True)
        return [
            Chunk(
                metadata["article"],
                metadata["start_index"],
                metadata["start_index"] + len(text),
                # By default Chroma measures the squared distance, of unit vectors here.
                1 - distance / 2,
            )
            for metadata, text, distance in rows
        ]

    def close(self) -> None:
        """Let go of the folder."""
        self._client.close()

    def __enter__(self) -> "Peer":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def where(since: str, until: str, publishers: Sequence[str]) -> dict[str, Any]:
    """Return Chroma's filter for ISO dates, both inclusive, and publishers."""
    return {
        "$and": [
            {"published": {"$gte": _day(since)}},
            {"published": {"$lte": _day(until)}},
            {"publisher": {"$in": list(publishers)}},
        ]
    }


def _metadata(source: Source) -> dict[str, Any]:
    known: dict[str, Any] = {"article": source.id}
    if source.publisher:
        known["publisher"] = source.publisher
    if source.published:
        known["published"] = _day(source.published)
    return known


def _day(date: str) -> int:
    """Return a day as a number: Chroma compares no other way."""
    return int(date.replace("-", ""))
