"""The library: the one SQLite file that is the truth about a data folder.

Articles in all their versions, passages and sentences with their vectors, and what the
vector index has still to be told. Any number of threads and processes read; the holder
of the folder's lock writes. A write has happened when its method returns (WAL,
synchronous=FULL). Nothing here knows Chroma, or how vectors are made.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from vectorstore.database import Database
from vectorstore.documents import Article, Kind, Passage, Precision, Removed
from vectorstore.errors import NotFoundError
from vectorstore.schema import CREATE_WORDS, DROP_WORDS
from vectorstore.text import STEMMING, content_stems

_ARTICLE_COLUMNS = (
    "a.id, v.version, v.text, v.title, v.title_derived, v.publisher, v.author, v.published, "
    "v.published_precision, v.published_from, v.url, v.language, v.removed, a.sample, v.source"
)
_CURRENT = "articles a JOIN versions v ON v.article_id = a.id AND v.version = a.current"


@dataclass(frozen=True, slots=True)
class Embedded:
    """An article ready to be stored: its passages and the vectors of all their spans.

    `passage_vectors` is (passages, dimension), `sentence_vectors` (sentences, dimension)
    with the sentences of all passages in order; float32 rows of unit length.
    """

    article: Article
    passages: Sequence[Passage]
    passage_vectors: NDArray[np.float32]
    sentence_vectors: NDArray[np.float32]
    duplicate_of: str | None = None


class Library(Database):
    """The articles of a data folder; see `Database` for opening it."""

    def put(self, batch: Iterable[Embedded]) -> None:
        """Store articles, replacing earlier versions' spans; all of them or none."""
        with self.transaction() as connection:
            for item in batch:
                self._put_one(connection, item)

    def _put_one(self, connection: sqlite3.Connection, item: Embedded) -> None:
        article, now = item.article, datetime.now(UTC).isoformat(timespec="seconds")
        self._drop_spans(connection, article.id)
        connection.execute(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, NULL) ON CONFLICT (id) DO UPDATE "
            "SET current = excluded.current, sample = excluded.sample, "
            "duplicate_of = excluded.duplicate_of",
            (article.id, article.version, article.sample, item.duplicate_of, now),
        )
        connection.execute(
            f"INSERT OR REPLACE INTO versions VALUES ({', '.join('?' * 16)})",
            (
                *(article.id, article.version, article.text, article.text_hash),
                *(article.title, article.title_derived, article.publisher, article.author),
                *(article.published, article.published_precision, article.published_from),
                *(article.url, article.language),
                json.dumps([[cut.offset, cut.text] for cut in article.removed]),
                *(article.source, now),
            ),
        )
        sentences = [(span, passage.id) for passage in item.passages for span in passage.sentences]
        passages = [(passage, passage.id) for passage in item.passages]
        for kind, rows, vectors in (
            (Kind.PASSAGE, passages, item.passage_vectors),
            (Kind.SENTENCE, sentences, item.sentence_vectors),
        ):
            for (span, passage_id), vector in zip(rows, vectors, strict=True):
                row = (span.id, kind, article.id, passage_id, span.start, span.end)
                rowid = connection.execute(
                    "INSERT INTO spans VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)",
                    (*row, vector.astype("<f2").tobytes()),
                ).lastrowid
                words = _stems(article.text, span.start, span.end)
                connection.execute(
                    f"INSERT INTO {kind}_words (rowid, stems) VALUES (?, ?)", (rowid, words)
                )
                connection.execute("INSERT OR REPLACE INTO outbox VALUES (?, ?)", (span.id, kind))

    def _drop_spans(self, connection: sqlite3.Connection, article_id: str) -> None:
        for kind in Kind:
            spans = "SELECT rowid FROM spans WHERE article_id = ? AND kind = ?"
            connection.execute(
                f"DELETE FROM {kind}_words WHERE rowid IN ({spans})", (article_id, kind)
            )
        connection.execute(
            "INSERT OR REPLACE INTO outbox SELECT id, kind FROM spans WHERE article_id = ?",
            (article_id,),
        )
        connection.execute("DELETE FROM spans WHERE article_id = ?", (article_id,))
        connection.execute(
            "INSERT INTO meta VALUES ('generation', '1') "
            "ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
        )

    def remove(self, article_ids: Sequence[str]) -> None:
        """Remove articles with all their versions; NotFoundError if one is not there."""
        for article_id in article_ids:
            self.article(article_id)
        with self.transaction() as connection:
            for article_id in article_ids:
                self._drop_spans(connection, article_id)
                connection.execute("DELETE FROM articles WHERE id = ?", (article_id,))
                connection.execute(
                    "UPDATE articles SET duplicate_of = NULL WHERE duplicate_of = ?", (article_id,)
                )

    def article(self, article_id: str, version: int | None = None) -> Article:
        """Return a version of an article, by default the current; NotFoundError if none."""
        row = self.connection.execute(
            f"SELECT {_ARTICLE_COLUMNS} FROM articles a JOIN versions v ON v.article_id = a.id "
            "WHERE a.id = ? AND v.version = coalesce(?, a.current)",
            (article_id, version),
        ).fetchone()
        if row is None:
            raise NotFoundError(
                f"The library has no article {article_id}"
                f"{'' if version is None else f' in version {version}'}: "
                "`parley articles list` shows those it has."
            )
        return _article(row)

    def articles(self) -> list[Article]:
        """Return every article in its current version, newest first, undated last."""
        rows = self.connection.execute(
            f"SELECT {_ARTICLE_COLUMNS} FROM {_CURRENT} "
            "ORDER BY v.published IS NULL, v.published DESC, a.id"
        )
        return [_article(row) for row in rows]

    def counts(self) -> dict[str, int]:
        """Return how many articles, samples, passages and sentences there are."""
        (articles, samples) = self.connection.execute(
            "SELECT count(*), coalesce(sum(sample), 0) FROM articles"
        ).fetchone()
        kinds = dict(self.connection.execute("SELECT kind, count(*) FROM spans GROUP BY kind"))
        passages, sentences = (kinds.get(kind, 0) for kind in Kind)
        return {
            "articles": articles,
            "samples": samples,
            "passages": passages,
            "sentences": sentences,
        }

    def find(self, *, url: str | None = None, text_hash: str | None = None) -> list[Article]:
        """Return the current versions with this address, or with exactly this text."""
        column, value = ("url", url) if url is not None else ("text_hash", text_hash)
        rows = self.connection.execute(
            f"SELECT {_ARTICLE_COLUMNS} FROM {_CURRENT} WHERE v.{column} = ? "
            "ORDER BY a.added_at, a.id",
            (value,),
        )
        return [_article(row) for row in rows]

    def duplicates(self) -> dict[str, str]:
        """Return the origin's id for every article that is a copy of another."""
        rows = self.connection.execute(
            "SELECT id, duplicate_of FROM articles WHERE duplicate_of IS NOT NULL"
        )
        return {str(copy): str(origin) for copy, origin in rows}

    def words_whole(self) -> bool:
        """Whether the word index holds every passage and sentence, by the stems of today."""
        try:
            return self.get_meta("stemming") == STEMMING and all(
                self.connection.execute(
                    f"SELECT (SELECT count(*) FROM {kind}_words) = "
                    "(SELECT count(*) FROM spans WHERE kind = ?)",
                    (kind,),
                ).fetchone()[0]
                for kind in Kind
            )
        except sqlite3.DatabaseError:
            return False

    def rebuild_words(self) -> None:
        """Make the word index anew from the articles' texts, however damaged it is."""
        with self.transaction() as connection:
            for statement in (*DROP_WORDS, *CREATE_WORDS):
                connection.execute(statement)
            for kind in Kind:
                spans = connection.execute(
                    'SELECT s.rowid, v.text, s.start, s."end" FROM spans s '
                    "JOIN articles a ON a.id = s.article_id "
                    "JOIN versions v ON v.article_id = a.id AND v.version = a.current "
                    "WHERE s.kind = ?",
                    (kind,),
                )
                connection.executemany(
                    f"INSERT INTO {kind}_words (rowid, stems) VALUES (?, ?)",
                    ((rowid, _stems(text, start, end)) for rowid, text, start, end in spans),
                )

    def passage_count(self, article_id: str) -> int:
        """Return how many passages an article has."""
        return int(
            self.connection.execute(
                "SELECT count(*) FROM spans WHERE article_id = ? AND kind = ?",
                (article_id, Kind.PASSAGE),
            ).fetchone()[0]
        )


def _stems(text: str, start: int, end: int) -> str:
    return " ".join(content_stems(text[start:end]))


def _article(row: Sequence[object]) -> Article:
    (article_id, version, text, title, derived, publisher, author, published) = row[:8]
    (precision, found_in, url, language, removed, sample, source) = row[8:]
    article = Article(
        str(text),
        removed=tuple(Removed(offset, cut) for offset, cut in json.loads(str(removed))),
        title_derived=bool(derived),
        sample=bool(sample),
        published_precision=None if precision is None else Precision(str(precision)),
        id=str(article_id),
        version=int(str(version)),
        source=str(source),
    )
    optional = {
        "title": title,
        "publisher": publisher,
        "author": author,
        "published": published,
        "published_from": found_in,
        "url": url,
        "language": language,
    }
    given = {key: str(value) for key, value in optional.items() if value is not None}
    return replace(article, **given)
