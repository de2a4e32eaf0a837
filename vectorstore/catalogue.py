"""The library's articles as a list to look through: searched, narrowed, sorted.

Gives what a row shows and no article's text. Nothing here knows how a row is drawn.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from vectorstore.documents import Kind, Precision
from vectorstore.languages import is_english
from vectorstore.library import FIELDS, Library
from vectorstore.text import clean_unicode, fold

_NEWEST = "published IS NULL, published DESC, id"
_ORDERS = {
    "newest": _NEWEST,
    "oldest": "published IS NULL, published, id",
    "title": f"fold(coalesce(title, '')), {_NEWEST}",
    "publisher": f"publisher IS NULL, fold(coalesce(publisher, '')), {_NEWEST}",
    "added": "added_at DESC, id",
}
_KINDS = {"all": "", "samples": "AND sample", "own": "AND NOT sample"}

# Cleaned text has no space at its ends: its words are one more than what parts them.
_PARTED = "replace(replace(k.text, char(10) || char(10), ' '), char(10), ' ')"
_WORDS = f"length({_PARTED}) - length(replace({_PARTED}, ' ', '')) + 1"


_KIN = (
    "o.version = o.current AND o.id IN "
    "(SELECT f.id FROM articles f WHERE f.id = k.family OR f.duplicate_of = k.family)"
)


@dataclass(frozen=True, slots=True)
class Row:
    """An article without its text; `words` is what its text counts about.

    `removed_lines` is how many lines were cut from it; `copies` are the ids of the other
    articles that print the same story, by `outlets` publishers in all (0 if one is not known);
    `corrected` are the names of what the reader corrected.
    """

    id: str
    title: str | None
    title_derived: bool
    publisher: str | None
    author: str | None
    published: str | None
    published_precision: Precision | None
    published_from: str | None
    url: str | None
    language: str | None
    sample: bool
    added_at: str
    version: int
    words: int
    passages: int
    removed_lines: int
    duplicate_of: str | None
    copies: tuple[str, ...]
    outlets: int
    corrected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the rows found, in order, and how many were found in all."""

    rows: tuple[Row, ...]
    total: int


class Catalogue:
    """The articles of a library, row by row; those in the bin are not among them."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def page(
        self,
        search: str = "",
        publisher: str | None = None,
        sort: str = "newest",
        kind: str = "all",
        limit: int = 50,
    ) -> Page:
        """Return the first `limit` of the rows that pass, and how many do.

        Every word of `search` must stand in the title, publisher, author or text; neither
        there nor in `publisher` do case and accents count. `sort` is one of "newest", "oldest",
        "title", "publisher" and "added" (the last one first), `kind` of "all", "samples" and
        "own"; anything else is as the first. What lacks a date or publisher comes last where
        it is sorted by that.
        """
        with self._library.snapshot():
            ids = self._find(search, publisher, sort, kind)
            shown = ids[: max(0, limit)]
            rows = {row.id: row for row in self._rows(shown)}
        return Page(tuple(rows[article_id] for article_id in shown), len(ids))

    def count(self, kind: str = "all") -> int:
        """Return how many articles there are of a kind."""
        row = self._library.connection.execute(
            f"SELECT count(*) FROM articles WHERE binned_at IS NULL {_KINDS.get(kind, '')}"
        ).fetchone()
        return int(row[0])

    def titles(self, article_ids: Collection[str]) -> dict[str, str]:
        """Return the titles of those of the articles that are there, by id."""
        rows = self._library.connection.execute(
            "SELECT id, coalesce(title, 'Untitled article') FROM known "
            "WHERE version = current AND id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(article_ids)),),
        )
        return {str(article_id): str(title) for article_id, title in rows}

    def publishers(self, kind: str = "all") -> list[tuple[str, int]]:
        """Return every publisher's name and number of articles, by name."""
        rows = self._library.connection.execute(
            "SELECT publisher, count(*) FROM known "
            f"WHERE version = current AND publisher IS NOT NULL {_KINDS.get(kind, '')} "
            "GROUP BY publisher ORDER BY fold(publisher), publisher"
        )
        return [(str(name), int(count)) for name, count in rows]

    def foreign(self, kind: str = "all") -> int:
        """Return how many articles of a kind are known to be in another language than English."""
        rows = self._library.connection.execute(
            "SELECT language, count(*) FROM known "
            f"WHERE version = current AND language IS NOT NULL {_KINDS.get(kind, '')} "
            "GROUP BY language"
        )
        return sum(number for language, number in rows if not is_english(language))

    def _find(self, search: str, publisher: str | None, sort: str, kind: str) -> list[str]:
        wheres, parameters = [f"version = current {_KINDS.get(kind, '')}"], list[str]()
        if publisher is not None:
            wheres.append("fold(coalesce(publisher, '')) = ?")
            parameters.append(_folded(publisher))
        articles = f"SELECT * FROM known WHERE {' AND '.join(wheres)}"
        if words := list(dict.fromkeys(_folded(search).split())):
            # Each article is folded once, however many words are looked for; and these are
            # one parameter, since a pasted page would be too deep a condition.
            articles = (
                "WITH folded AS MATERIALIZED (SELECT id AS folded_id, fold(coalesce(title, '') "
                "|| char(10) || coalesce(publisher, '') || char(10) || coalesce(author, '') "
                f"|| char(10) || text) AS folded FROM ({articles})) "
                "SELECT known.* FROM folded JOIN known ON id = folded_id AND version = current "
                "WHERE NOT EXISTS (SELECT 1 FROM json_each(?) w WHERE NOT instr(folded, w.value))"
            )
            parameters.append(json.dumps(words))
        rows = self._library.connection.execute(
            f"SELECT id FROM ({articles}) ORDER BY {_ORDERS.get(sort, _NEWEST)}", parameters
        )
        return [str(row[0]) for row in rows]

    def _rows(self, ids: Sequence[str]) -> list[Row]:
        corrected = ", ".join(f"c.{name} IS NOT NULL" for name in FIELDS)
        rows = self._library.connection.execute(
            "SELECT k.id, k.title, k.title_derived, k.publisher, k.author, k.published, "
            "k.published_precision, k.published_from, k.url, k.language, k.sample, k.added_at, "
            f"k.version, {_WORDS}, "
            "(SELECT count(*) FROM spans s WHERE s.article_id = k.id AND +s.kind = ?), "
            "json_array_length(k.removed), k.duplicate_of, "
            f"(SELECT group_concat(o.id) FROM known o WHERE {_KIN} AND o.id <> k.id), "
            "(SELECT iif(count(*) > count(o.publisher), 0, "
            "count(DISTINCT fold(coalesce(o.publisher, '')))) "
            f"FROM known o WHERE {_KIN}), "
            f"{corrected} FROM known k LEFT JOIN corrections c ON c.article_id = k.id "
            f"WHERE k.version = k.current AND k.id IN ({', '.join('?' * len(ids))})",
            (Kind.PASSAGE, *ids),
        )
        return [_row(row) for row in rows]


def _folded(given: str) -> str:
    return fold(clean_unicode(given)[0].strip())


def _row(row: Sequence[Any]) -> Row:
    (article_id, title, derived, publisher, author, published, precision, *rest) = row
    (found_in, url, language, sample, added_at, version, words, passages, *rest) = rest
    (removed_lines, duplicate_of, copies, outlets, *corrected) = rest
    return Row(
        article_id,
        title,
        bool(derived),
        publisher,
        author,
        published,
        None if precision is None else Precision(precision),
        found_in,
        url,
        language,
        bool(sample),
        added_at,
        version,
        words,
        passages,
        removed_lines,
        duplicate_of,
        tuple(sorted(copies.split(","))) if copies else (),
        outlets,
        tuple(name for name, given in zip(FIELDS, corrected, strict=True) if given),
    )
