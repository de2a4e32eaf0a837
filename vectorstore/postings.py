"""Finds passages and sentences by their words: BM25 over FTS5's word index.

FTS5 says which sentences hold a stem; scores are computed here, over arrays, for a thirtieth
of the time that FTS5's own `rank` takes where a word is in every fifth sentence. A passage
holds a stem as often as its sentences do that have it, so it needs no index of its own. What
was looked up is kept as long as the library stays as it is: four bytes for each sentence that
holds a stem. Knows neither filters nor vectors.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vectorstore.documents import Kind
from vectorstore.layout import Layout, Mask
from vectorstore.library import Library

# Robertson and Zaragoza 2009, eq. 3.15; the values, and the least weight of a stem that is in
# more than half of the spans, are those of FTS5.
_K1, _B = 1.2, 0.75
_LEAST_IDF = 1e-6

Places = NDArray[np.int32]
Floats = NDArray[np.float32]


class Postings:
    """The sentences that hold a stem, for one state of a library.

    Every method is called while the calling thread's connection shows that state.
    """

    def __init__(self, library: Library, layout: Layout) -> None:
        self._library = library
        self._layout = layout
        self._found: dict[str, Places] = {}
        lengths = self._sentence_lengths()
        self._lengths = {
            Kind.SENTENCE: lengths,
            Kind.PASSAGE: np.bincount(layout.owners, lengths, len(layout.passages)),
        }

    def best(
        self, kind: Kind, stems: Sequence[str], limit: int, passing: Mask | None
    ) -> list[tuple[int, float]]:
        """Return (rowid, BM25) of the best `limit` spans of those `passing`, best first.

        Any of `stems` may match; spans without a match are absent.
        """
        scores = self._scores(kind, stems)
        if passing is not None:
            scores[~passing] = 0
        found = np.flatnonzero(scores)
        if len(found) > limit:
            found = found[np.argpartition(-scores[found], limit)[:limit]]
        found = found[np.lexsort((found, -scores[found]))]
        rowids: list[int] = self._layout.rowids(kind)[found].tolist()
        return list(zip(rowids, scores[found].tolist(), strict=True))

    def frequency(self, stem: str) -> int:
        """Return how many sentences hold `stem`."""
        return len(self._sentences(stem))

    def _scores(self, kind: Kind, stems: Sequence[str]) -> Floats:
        lengths = self._lengths[kind]
        scores = np.zeros(len(lengths), np.float32)
        mean = float(lengths.mean()) if len(lengths) else 1.0
        for stem in dict.fromkeys(stems):
            places, counts = self._holding(kind, stem)
            held = len(places)
            idf = math.log((len(lengths) - held + 0.5) / (held + 0.5))
            norm = _K1 * (1 - _B + _B * lengths[places] / (mean or 1.0))
            scores[places] += max(idf, _LEAST_IDF) * counts * (_K1 + 1) / (counts + norm)
        return scores

    def _holding(self, kind: Kind, stem: str) -> tuple[Places, NDArray[np.int64] | int]:
        """Return the places of the spans that hold `stem`, and how often each does."""
        sentences = self._sentences(stem)
        if kind is Kind.SENTENCE:
            return sentences, 1
        owners = self._layout.owners[sentences]
        begins = np.flatnonzero(np.diff(owners, prepend=-1))
        return owners[begins].astype(np.int32), np.diff(begins, append=len(owners))

    def _sentences(self, stem: str) -> Places:
        """Return the places of the sentences that hold `stem`, ascending."""
        if stem not in self._found:
            rows = self._library.connection.execute(
                "SELECT rowid FROM sentence_words WHERE sentence_words MATCH ? ORDER BY rowid",
                (f'"{stem}"',),
            )
            rowids = np.fromiter((row[0] for row in rows), np.int64)
            self._found[stem] = self._places(rowids)[0]
        return self._found[stem]

    def _places(self, rowids: NDArray[np.int64]) -> tuple[Places, Mask]:
        """Return where sentences of these ascending rowids lie, and which of them are there."""
        known = self._layout.sentences
        if not len(known):
            return np.zeros(0, np.int32), np.zeros(len(rowids), bool)
        places = np.minimum(np.searchsorted(known, rowids), len(known) - 1)
        there = known[places] == rowids
        return places[there].astype(np.int32), there

    def _sentence_lengths(self) -> NDArray[np.float64]:
        """Return (sentences,): how many stems each has."""
        rows = self._library.connection.execute(
            "SELECT id, sz FROM sentence_words_docsize ORDER BY id"
        ).fetchall()
        places, there = self._places(np.array([row[0] for row in rows], np.int64))
        lengths = np.zeros(len(self._layout.sentences))
        lengths[places] = np.array([_varint(row[1]) for row in rows], np.float64)[there]
        return lengths


def _varint(stored: bytes) -> int:
    """Read SQLite's variable-length integer, of up to eight bytes."""
    value = 0
    for byte in stored:
        value = value << 7 | byte & 0x7F
    return value
