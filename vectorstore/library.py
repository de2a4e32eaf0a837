"""The library: the one SQLite file that is the truth about a data folder.

Articles in all their versions, passages and sentences with their vectors, and what the
vector index has still to be told. Any number of threads and processes read; the holder
of the folder's lock writes. A write has happened when its method returns (WAL,
synchronous=FULL). An article is given as the reader knows it, corrections and all, unless
a method says "as read"; one in the bin is given by none. Nothing here knows Chroma, or how
vectors are made.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from vectorstore.database import Database
from vectorstore.documents import Article, Kind, Precision, Removed
from vectorstore.errors import NotFoundError
from vectorstore.rows import (
    Embedded,
    bump_generation,
    drop_spans,
    index_words,
    put_spans,
    restem,
)
from vectorstore.schema import CREATE_WORDS, DROP_WORDS
from vectorstore.text import STEMMING

# What a reader may correct; a publication date's precision goes with it.
FIELDS = ("title", "publisher", "author", "published", "url", "language")

ARTICLE_COLUMNS = (
    "id, version, text, title, title_derived, publisher, author, published, "
    "published_precision, published_from, url, language, removed, sample, source"
)
_AS_READ = "articles a JOIN versions v ON v.article_id = a.id AND v.version = a.current"


class Library(Database):
    """The articles of a data folder; see `Database` for opening it."""

    def put(self, batch: Iterable[Embedded]) -> None:
        """Store articles as read, replacing earlier versions' spans; all of them or none.

        One that is in the bin comes out of it.
        """
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        with self.transaction() as connection:
            for item in batch:
                _put_article(connection, item, now)
                put_spans(connection, item)

    def put_spans(self, batch: Iterable[Embedded]) -> None:
        """Replace the spans of articles that are stored; all of them or none."""
        with self.transaction() as connection:
            for item in batch:
                put_spans(connection, item)

    def remove(self, article_ids: Sequence[str]) -> None:
        """Remove articles for good, in the bin or not; NotFoundError if one is not there."""
        with self.transaction() as connection:
            for article_id in article_ids:
                drop_spans(connection, article_id)
                if not connection.execute(
                    "DELETE FROM articles WHERE id = ?", (article_id,)
                ).rowcount:
                    raise _not_found(article_id)
                _rename_family(connection, article_id)

    def correct(self, article_id: str, corrections: Mapping[str, str | None]) -> None:
        """Store corrections by column; None takes one back, empty says that it is unknown."""
        names = ", ".join(corrections)
        changed = ", ".join(f"{name} = excluded.{name}" for name in corrections)
        with self.transaction() as connection:
            connection.execute(
                f"INSERT INTO corrections (article_id, {names}) "
                f"VALUES (?{', ?' * len(corrections)}) "
                f"ON CONFLICT (article_id) DO UPDATE SET {changed}",
                (article_id, *corrections.values()),
            )
            connection.execute(
                f"DELETE FROM corrections WHERE coalesce({', '.join(FIELDS)}) IS NULL"
            )
            if "language" in corrections:
                restem(connection, article_id)
            bump_generation(connection)

    def article(self, article_id: str, version: int | None = None) -> Article:
        """Return a version of an article, by default the current; NotFoundError if none."""
        found = self.select(
            "known", "id = ? AND version = coalesce(?, current)", (article_id, version)
        )
        if not found:
            if self.is_binned(article_id):
                raise NotFoundError(
                    f"The article {article_id} was deleted: `parley articles restore "
                    f"{article_id}`, or “Bring back” below the page's list, undoes that."
                )
            raise _not_found(article_id, version)
        return found[0]

    def as_read(self, article_id: str) -> Article:
        """Return an article as it was read, without corrections; NotFoundError if none."""
        self.article(article_id)
        return self.find(article_id=article_id)[0]

    def corrected(self, article_id: str) -> tuple[str, ...]:
        """Return which of an article's `FIELDS` the reader has corrected."""
        row = self.connection.execute(
            f"SELECT {', '.join(FIELDS)} FROM corrections WHERE article_id = ?", (article_id,)
        ).fetchone()
        values = row or (None,) * len(FIELDS)
        return tuple(name for name, value in zip(FIELDS, values, strict=True) if value is not None)

    def is_binned(self, article_id: str) -> bool:
        """Whether the library has the article, but in the bin."""
        row = self.connection.execute(
            "SELECT binned_at IS NOT NULL FROM articles WHERE id = ?", (article_id,)
        ).fetchone()
        return row is not None and bool(row[0])

    def articles(self) -> list[Article]:
        """Return every article in its current version, newest first, undated last."""
        return self.select(
            "known", "version = current ORDER BY published IS NULL, published DESC, id"
        )

    def select(self, view: str, condition: str, parameters: Sequence[object] = ()) -> list[Article]:
        """Return articles of a view of the schema, `condition` being SQL from WHERE on."""
        rows = self.connection.execute(
            f"SELECT {ARTICLE_COLUMNS} FROM {view} WHERE {condition}", parameters
        )
        return [_article(row) for row in rows]

    def counts(self) -> dict[str, int]:
        """Return how many articles, samples, passages and sentences there are."""
        (articles, samples) = self.connection.execute(
            "SELECT count(*), coalesce(sum(sample), 0) FROM articles WHERE binned_at IS NULL"
        ).fetchone()
        (spans, passages) = self.connection.execute(
            "SELECT (SELECT count(*) FROM spans), "
            "(SELECT count(*) FROM spans WHERE kind = 'passage')"
        ).fetchone()
        return {
            "articles": articles,
            "samples": samples,
            "passages": passages,
            "sentences": spans - passages,
        }

    def find(
        self,
        *,
        url: str | None = None,
        text_hash: str | None = None,
        article_id: str | None = None,
    ) -> list[Article]:
        """Return the articles with this address or id, or of which any version has this text.

        In their current versions, as read; those in the bin are among them, and come last.
        """
        given = {
            "v.url = ?": url,
            "a.id IN (SELECT article_id FROM versions WHERE text_hash = ?)": text_hash,
            "a.id = ?": article_id,
        }
        ((condition, value),) = ((name, each) for name, each in given.items() if each is not None)
        rows = self.connection.execute(
            f"SELECT {ARTICLE_COLUMNS} FROM {_AS_READ} WHERE {condition} "
            "ORDER BY a.binned_at IS NOT NULL, a.added_at, a.id",
            (value,),
        )
        return [_article(row) for row in rows]

    def had(self, article_id: str, text_hash: str) -> bool:
        """Whether any version of an article has this text."""
        row = self.connection.execute(
            "SELECT 1 FROM versions WHERE article_id = ? AND text_hash = ?", (article_id, text_hash)
        ).fetchone()
        return row is not None

    def versions(self, article_id: str) -> list[tuple[int, str]]:
        """Return (version, ISO moment in UTC at which it was read) of an article, oldest first."""
        rows = self.connection.execute(
            "SELECT version, read_at FROM known WHERE id = ? ORDER BY version", (article_id,)
        )
        return [(int(version), str(read_at)) for version, read_at in rows]

    def words_whole(self) -> bool:
        """Whether the word index holds every sentence, by the stems of today."""
        try:
            return self.get_meta("stemming") == STEMMING and bool(
                self.connection.execute(
                    "SELECT (SELECT count(*) FROM sentence_words) = "
                    "(SELECT count(*) FROM spans) - "
                    "(SELECT count(*) FROM spans WHERE kind = 'passage')"
                ).fetchone()[0]
            )
        except sqlite3.DatabaseError:
            return False

    def rebuild_words(self) -> None:
        """Make the word index anew from the articles' texts, however damaged it is.

        By the stems of the languages as the reader knows them, corrections and all.
        """
        with self.transaction() as connection:
            for statement in (*DROP_WORDS, *CREATE_WORDS):
                connection.execute(statement)
            index_words(connection, "true")

    def passage_count(self, article_id: str) -> int:
        """Return how many passages an article has."""
        return int(
            self.connection.execute(
                "SELECT count(*) FROM spans WHERE article_id = ? AND +kind = ?",
                (article_id, Kind.PASSAGE),
            ).fetchone()[0]
        )


def _put_article(connection: sqlite3.Connection, item: Embedded, now: str) -> None:
    article = item.article
    if item.leaves_family:
        _rename_family(connection, article.id)
    connection.execute(
        # A copy of a copy is a copy of the first's origin, be that in the bin or not.
        "INSERT INTO articles (id, current, sample, duplicate_of, added_at) VALUES (?1, ?2, ?3, "
        "coalesce((SELECT duplicate_of FROM articles WHERE id = ?4), ?4), ?5) "
        "ON CONFLICT (id) DO UPDATE SET current = excluded.current, sample = excluded.sample, "
        "duplicate_of = excluded.duplicate_of, "
        "added_at = iif(binned_at IS NULL, added_at, excluded.added_at), binned_at = NULL",
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
    connection.execute("INSERT OR REPLACE INTO sketches VALUES (?, ?)", (article.id, item.sketch))


def _rename_family(connection: sqlite3.Connection, origin: str) -> None:
    """Let the copies of an article that is gone be copies of the first of them."""
    copies = connection.execute(
        "SELECT id FROM articles WHERE duplicate_of = ? ORDER BY added_at, id", (origin,)
    ).fetchall()
    for (first,) in copies[:1]:
        connection.execute(
            "UPDATE articles SET duplicate_of = nullif(?1, id) WHERE duplicate_of = ?2",
            (first, origin),
        )


def _not_found(article_id: str, version: int | None = None) -> NotFoundError:
    return NotFoundError(
        f"The library has no article {article_id}"
        f"{'' if version is None else f' in version {version}'}: "
        "`parley articles list` shows those it has."
    )


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
