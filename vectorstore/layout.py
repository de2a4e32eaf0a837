"""Where the passages and sentences of a library lie, and which of them a filter lets pass.

Read once for each state of the library and kept as arrays: with a million spans, SQLite would
take seconds to count or to filter them, and these take a millisecond. Relies on how `rows`
writes an article: its passages and then their sentences in the same order, one rowid after
another. Knows neither words nor vectors.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vectorstore.documents import Filter, Kind
from vectorstore.errors import LibraryError
from vectorstore.languages import is_english, primary
from vectorstore.text import fold

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

# The longest and the shortest that a date known to its year or month may be.
_LAST, _FIRST = "-12-31", "-01-01"
_KEPT_FILTERS = 64


@dataclass(frozen=True)
class Layout:
    """The searchable spans in the order of their rowids, and their articles.

    `owners` holds the place of each sentence's passage, `articles` the place in `shelf` of each
    passage's article, -1 if it is not there.
    """

    passages: Integers
    sentences: Integers
    owners: Integers
    articles: Integers
    shelf: "Shelf"

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> "Layout":
        """Read the layout; LibraryError if the rows of a passage are not together."""
        shelf = Shelf.read(connection)
        # A passage's own row is the first of those that name it.
        rows = connection.execute(
            "SELECT article_id, min(rowid), max(rowid), count(*) - 1 FROM spans "
            "GROUP BY article_id, passage_id ORDER BY 2"
        ).fetchall()
        places = [shelf.place.get(row[0], -1) for row in rows]
        passages, last, counts = np.array([row[1:] for row in rows], np.int64).reshape(-1, 3).T
        owners = np.repeat(np.arange(len(rows)), counts)
        # The last sentence of each passage, less how many of its own stand behind.
        behind = np.cumsum(counts)[owners] - 1 - np.arange(len(owners))
        sentences = last[owners] - behind
        if np.any(np.diff(sentences) <= 0) or np.isin(sentences, passages).any():
            raise LibraryError(
                "The library's passages are not in order: `parley articles reindex` mends that."
            )
        return cls(passages, sentences, owners, np.array(places, np.int64), shelf)

    def rowids(self, kind: Kind) -> Integers:
        """Return the rowids of all spans of `kind`, ascending."""
        return self.passages if kind is Kind.PASSAGE else self.sentences

    def passing(self, kind: Kind, narrow: Filter) -> Mask | None:
        """Return (spans of `kind`,): which of them `narrow` lets pass; None if all."""
        if not narrow:
            return None
        # The passages of no article stand at -1, which is the one added here.
        passages = np.append(self.shelf.passing(narrow), False)[self.articles]
        return passages if kind is Kind.PASSAGE else passages[self.owners]

    def count(self, kind: Kind, narrow: Filter) -> int:
        """Return how many spans of `kind` `narrow` lets pass."""
        mask = self.passing(kind, narrow)
        return len(self.rowids(kind)) if mask is None else int(mask.sum())


class Shelf:
    """The known articles and what a filter goes by: dates, publishers, samples."""

    def __init__(self, rows: Sequence[tuple[str, str | None, str | None, str | None, int]]) -> None:
        """Each row is an article's id, date, publisher, language, and whether it is a sample."""
        self.ids = [row[0] for row in rows]
        self.place = {article_id: place for place, article_id in enumerate(self.ids)}
        self._published = [row[1] or "" for row in rows]
        self._languages = {row[3] for row in rows}
        outlets = [fold(row[2] or "") for row in rows]
        self._outlet = {name: number for number, name in enumerate(dict.fromkeys(outlets))}
        self._outlets = np.array([self._outlet[name] for name in outlets], np.int64)
        self._latest = _days(self._published, _LAST)
        self._earliest = _days(self._published, _FIRST)
        self._samples = np.array([row[4] for row in rows], bool)
        self._masks: dict[Filter, Mask] = {}

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> "Shelf":
        """Read the articles, corrections and all, without those in the bin."""
        return cls(
            connection.execute(
                "SELECT id, published, publisher, language, sample FROM known "
                "WHERE version = current"
            ).fetchall()
        )

    def passing(self, narrow: Filter) -> Mask:
        """Return (articles,): which of them `narrow` lets pass."""
        mask = self._masks.get(narrow)
        if mask is None:
            if len(self._masks) >= _KEPT_FILTERS:
                self._masks = {}
            self._masks[narrow] = mask = self._mask(narrow)
        return mask

    def _mask(self, narrow: Filter) -> Mask:
        mask = np.ones(len(self.ids), bool)
        if narrow.since:
            mask &= self._latest >= narrow.since
        if narrow.until:
            mask &= (self._earliest <= narrow.until) & (self._earliest != "")
        if narrow.publishers:
            wanted = {self._outlet.get(fold(name), -1) for name in narrow.publishers}
            mask &= np.isin(self._outlets, list(wanted))
        if narrow.articles:
            wanted = {self.place.get(article_id, -1) for article_id in narrow.articles}
            mask &= np.isin(np.arange(len(self.ids)), list(wanted))
        return mask if narrow.samples else mask & ~self._samples

    def newest(self, narrow: Filter) -> str | None:
        """Return the latest publication date (ISO) among the articles that pass, if any has one."""
        passing: list[int] = np.flatnonzero(self.passing(narrow)).tolist()
        return max((self._published[place] for place in passing), default="") or None

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages other than English that articles are in, as far as is known."""
        others = {primary(code) for code in self._languages if not is_english(code)}
        return tuple(sorted(others))


def _days(published: Iterable[str], rest: str) -> NDArray[np.str_]:
    """Return the days of publication; a mere month or year is filled up from `rest`."""
    filled = [(day + rest[max(0, len(day) - 4) :])[:10] if day else "" for day in published]
    return np.array(filled, "U10")
