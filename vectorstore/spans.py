"""What retrieval and the vector index read of the library: spans, words and vectors.

Only reading, and the outbox's upkeep. Nothing here knows how scores are fused or how
Chroma is spoken to.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from vectorstore.documents import Filter, Kind
from vectorstore.layout import Layout, Mask
from vectorstore.library import Library
from vectorstore.postings import Postings

# SQLite allows 32,766 parameters a statement; smaller lists keep statements quick to prepare.
_PARAMETERS = 5_000
_BLOCK = 8_192  # vectors read at once
_FEW = 8
ANY = Filter()
_KINDS = {str(kind): kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class StoredSpan:
    """A passage or sentence as the library holds it; `vector` is (dimension,) float32."""

    id: str
    kind: Kind
    article_id: str
    passage_id: str
    start: int
    end: int
    vector: NDArray[np.float32]


class Spans:
    """The spans of a library, for reading."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = Lock()
        self._state: _State | None = None

    def words(
        self, kind: Kind, stems: Sequence[str], limit: int, narrow: Filter
    ) -> dict[str, float]:
        """Return the best `limit` spans by BM25 over `stems`, best first; see `Postings`."""
        if not stems:
            return {}
        with self._library.snapshot():
            state = self._current()
            passing = state.layout.passing(kind, narrow)
            best = state.postings.best(kind, stems, limit, passing)
            ids = self._ids([rowid for rowid, _ in best])
        return {ids[rowid]: score for rowid, score in best}

    def nearest(
        self, vector: NDArray[np.float32], k: int, narrow: Filter = ANY
    ) -> dict[str, float]:
        """Return the cosine of the `k` passages nearest to `vector`, of all that may pass."""
        with self._library.snapshot():
            state = self._current()
            passing = state.layout.passing(Kind.PASSAGE, narrow)
            places, cosines = _nearest(state.vectors, vector, k, passing)
            rowids: list[int] = state.layout.passages[places].tolist()
            ids = self._ids(rowids)
        return {ids[rowid]: cosine for rowid, cosine in zip(rowids, cosines, strict=True)}

    def _ids(self, rowids: Sequence[int]) -> dict[int, str]:
        """Return the ids of the spans with these rowids."""
        ids: dict[int, str] = {}
        for first in range(0, len(rowids), _PARAMETERS):
            some = rowids[first : first + _PARAMETERS]
            ids |= self._library.connection.execute(
                f"SELECT rowid, id FROM spans WHERE rowid IN ({', '.join('?' * len(some))})", some
            ).fetchall()
        return ids

    def get(self, span_ids: Sequence[str]) -> list[StoredSpan]:
        """Return the spans with these ids, in no particular order; unknown ids are absent."""
        return list(self._select("id", span_ids, ""))

    def sentences_of(self, passage_ids: Sequence[str]) -> list[StoredSpan]:
        """Return every sentence of these passages, in no particular order."""
        return list(self._select("passage_id", passage_ids, f"AND kind = '{Kind.SENTENCE}'"))

    def _select(self, column: str, values: Sequence[str], extra: str) -> Iterator[StoredSpan]:
        for first in range(0, len(values), _PARAMETERS):
            some = values[first : first + _PARAMETERS]
            rows = self._library.connection.execute(
                'SELECT id, kind, article_id, passage_id, start, "end", vector FROM spans '
                f"WHERE {column} IN ({', '.join('?' * len(some))}) {extra}",
                some,
            ).fetchall()
            # All vectors at once: one by one, they would be half of a question's time.
            for (*row, _), vector in zip(rows, _matrix([row[-1] for row in rows]), strict=True):
                span_id, kind, article_id, passage_id, start, end = row
                yield StoredSpan(span_id, _KINDS[kind], article_id, passage_id, start, end, vector)

    def allowed(self, kind: Kind, narrow: Filter) -> list[str]:
        """Return the ids of all spans of `kind` that `narrow` lets pass."""
        rows = self._library.connection.execute(
            "SELECT id FROM spans WHERE +kind = ? "
            "AND article_id IN (SELECT value FROM json_each(?))",
            (kind, json.dumps(sorted(self.articles(narrow)))),
        )
        return [str(row[0]) for row in rows]

    def articles(self, narrow: Filter) -> set[str]:
        """Return the ids of the articles that `narrow` lets pass."""
        shelf = self._layout().shelf
        passing = shelf.passing(narrow).tolist()
        return {each for each, passes in zip(shelf.ids, passing, strict=True) if passes}

    def newest(self, narrow: Filter) -> str | None:
        """Return the latest publication date (ISO) among the articles that `narrow` lets pass."""
        return self._layout().shelf.newest(narrow)

    def frequency(self, stem: str) -> int:
        """Return how many sentences hold `stem`."""
        with self._library.snapshot():
            return self._current().postings.frequency(stem)

    def terms(self, letter: str) -> list[str]:
        """Return the stems in the articles that begin with `letter`."""
        rows = self._library.connection.execute(
            "SELECT term FROM sentence_terms WHERE term >= ? AND term < ?",
            (letter, chr(ord(letter) + 1)),
        )
        return [str(row[0]) for row in rows]

    def languages(self) -> tuple[str, ...]:
        """Return the languages other than English that articles are in, as far as is known."""
        return self._layout().shelf.languages

    def generation(self) -> str | None:
        """Return what changes whenever any process changes the spans."""
        return self._library.get_meta("generation")

    def count(self, kind: Kind, narrow: Filter = ANY) -> int:
        """Return how many spans of `kind` there are, of those that `narrow` lets pass."""
        return self._layout().count(kind, narrow)

    def _layout(self) -> Layout:
        with self._library.snapshot():
            return self._current().layout

    def _current(self) -> "_State":
        """Return what was made of the library's present state, in a snapshot of it."""
        generation = self.generation()
        with self._lock:
            if self._state is None or self._state.generation != generation:
                self._state = _State(self._library, generation)
            return self._state

    def sample(self, kind: Kind, count: int) -> list[StoredSpan]:
        """Return the newest span of `kind` and others spread evenly over all that are indexed."""
        waiting = self._library.connection.execute(
            "SELECT s.rowid FROM outbox JOIN spans s ON s.id = span_id"
        ).fetchall()
        rowids = self._layout().rowids(kind)
        rowids = rowids[~np.isin(rowids, [row[0] for row in waiting])][::-1]
        step = max(1, len(rowids) // count)
        return self.get(list(self._ids(rowids[::step][:count].tolist()).values()))

    def outbox(self, limit: int) -> list[str]:
        """Return up to `limit` passages whose vectors the index has still to take or drop."""
        rows = self._library.connection.execute("SELECT span_id FROM outbox LIMIT ?", (limit,))
        return [str(row[0]) for row in rows]

    def outbox_size(self) -> int:
        """Return how many passages the index has still to take or drop."""
        return int(self._library.connection.execute("SELECT count(*) FROM outbox").fetchone()[0])

    def clear_outbox(self, span_ids: Sequence[str]) -> None:
        """Forget these passages: the index has taken or dropped them."""
        with self._library.transaction() as connection:
            connection.executemany(
                "DELETE FROM outbox WHERE span_id = ?", [(span_id,) for span_id in span_ids]
            )

    def fill_outbox(self) -> None:
        """Ask for every passage to be indexed anew."""
        with self._library.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO outbox SELECT id, kind FROM spans WHERE kind = 'passage'"
            )


def _matrix(stored: Sequence[bytes]) -> NDArray[np.float32]:
    """Return the stored vectors as (n, dimension)."""
    if not stored:
        return np.zeros((0, 0), np.float32)
    return np.frombuffer(b"".join(stored), "<f2").reshape(len(stored), -1).astype(np.float32)


def _nearest(
    vectors: NDArray[np.float32], vector: NDArray[np.float32], k: int, passing: Mask | None
) -> tuple[NDArray[np.int64], list[float]]:
    """Return which `k` of `vectors` (n, dimension) are nearest to `vector`, and their cosines."""
    places = np.arange(len(vectors)) if passing is None else np.flatnonzero(passing)
    if not len(places):
        return places, []
    # To copy few rows takes less than to multiply all.
    few = len(places) * _FEW < len(vectors)
    cosines = vectors[places] @ vector if few else (vectors @ vector)[places]
    if len(cosines) > k:
        best = np.argpartition(-cosines, k)[:k]
        places, cosines = places[best], cosines[best]
    order = np.argsort(-cosines, kind="stable")
    return places[order], cosines[order].tolist()


class _State:
    """What was read of one state of the library, the larger parts when they are first needed."""

    def __init__(self, library: Library, generation: str | None) -> None:
        self.generation = generation
        self._library = library
        self._lock = Lock()
        self.layout = Layout.read(library.connection)
        self._postings: Postings | None = None
        self._vectors: NDArray[np.float32] | None = None

    @property
    def postings(self) -> Postings:
        """The sentences that hold a stem."""
        with self._lock:
            if self._postings is None:
                self._postings = Postings(self._library, self.layout)
            return self._postings

    @property
    def vectors(self) -> NDArray[np.float32]:
        """(passages, dimension)."""
        with self._lock:
            if self._vectors is None:
                self._vectors = _read_vectors(self._library, len(self.layout.passages))
            return self._vectors


def _read_vectors(library: Library, count: int) -> NDArray[np.float32]:
    cursor = library.connection.execute(
        "SELECT vector FROM spans WHERE kind = 'passage' ORDER BY rowid"
    )
    vectors = np.zeros((0, 0), np.float32)
    done = 0
    while rows := cursor.fetchmany(_BLOCK):
        block = _matrix([row[0] for row in rows])
        if not done:
            vectors = np.empty((count, block.shape[1]), np.float32)
        vectors[done : done + len(block)] = block
        done += len(block)
    return vectors
