"""The bin: articles that the reader deleted and may bring back, and deleting them for good.

An article in the bin is in no search and no list. Its text stays, and its vectors are set
aside, so that bringing it back costs no embedding. Nothing here knows the vector index,
which hears of all this through the outbox.
"""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

from vectorstore.documents import Article
from vectorstore.errors import LibraryError, NotFoundError
from vectorstore.library import Library
from vectorstore.rows import COLUMNS, Embedded, add_spans, drop_spans, put_spans


class Bin:
    """The bin of a library; the articles' spans move in and out of it with them."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def put(self, article_ids: Sequence[str]) -> None:
        """Put articles into the bin, all or none; NotFoundError if one is not there."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        with self._library.transaction() as connection:
            for article_id in dict.fromkeys(article_ids):
                self._library.article(article_id)
                connection.execute(
                    f"INSERT OR REPLACE INTO binned_spans ({COLUMNS}) "
                    f"SELECT {COLUMNS} FROM spans WHERE article_id = ? ORDER BY rowid",
                    (article_id,),
                )
                drop_spans(connection, article_id)
                connection.execute(
                    "UPDATE articles SET binned_at = ? WHERE id = ?", (now, article_id)
                )

    def articles(self) -> list[Article]:
        """Return the articles in the bin as the reader knew them, the last deleted first."""
        return self._library.select(
            "corrected", "binned_at NOT NULL AND version = current ORDER BY binned_at DESC, id"
        )

    def those(self, article_ids: Sequence[str]) -> list[Article]:
        """Return which of these are in the bin; NotFoundError if the library lacks one."""
        wanted = set(article_ids)
        binned = [article for article in self.articles() if article.id in wanted]
        for article_id in wanted.difference(article.id for article in binned):
            try:
                self._library.article(article_id)
            except NotFoundError as error:
                raise NotFoundError(
                    f"No article {article_id} was deleted, or it was purged: `parley articles "
                    "list --deleted` shows those that can be brought back."
                ) from error
        return binned

    def without_spans(self, articles: Sequence[Article]) -> list[Article]:
        """Return those of `articles` in the bin whose vectors were dropped meanwhile."""
        rows = self._library.connection.execute("SELECT DISTINCT article_id FROM binned_spans")
        kept = {str(row[0]) for row in rows}
        return [article for article in articles if article.id not in kept]

    def restore(self, articles: Sequence[Article], anew: Sequence[Embedded]) -> None:
        """Bring articles back out of the bin with the spans that they had, all or none.

        `anew` holds those of `articles` that have none any more.
        """
        with self._library.transaction() as connection:
            for article in articles:
                connection.execute(
                    "UPDATE articles SET binned_at = NULL WHERE id = ?", (article.id,)
                )
                spans = connection.execute(
                    f"SELECT {COLUMNS} FROM binned_spans WHERE article_id = ? ORDER BY rowid",
                    (article.id,),
                ).fetchall()
                add_spans(connection, article.text, spans)
                connection.execute("DELETE FROM binned_spans WHERE article_id = ?", (article.id,))
            for item in anew:
                put_spans(connection, item)

    def count(self) -> int:
        """Return how many articles are in the bin."""
        row = self._library.connection.execute(
            "SELECT count(*) FROM articles WHERE binned_at IS NOT NULL"
        ).fetchone()
        return int(row[0])

    def drop_spans(self) -> None:
        """Drop the vectors of what is in the bin; restoring then needs new ones."""
        with self._library.transaction() as connection:
            connection.execute("DELETE FROM binned_spans")

    def titles(self) -> frozenset[str]:
        """Return every title that articles in the bin have or had, as read or corrected."""
        found = self._library.connection.execute(
            "WITH titled (id, title) AS (SELECT article_id, title FROM versions UNION "
            "SELECT article_id, title FROM corrections) SELECT title FROM titled "
            "JOIN articles USING (id) WHERE binned_at NOT NULL AND title <> ''"
        )
        return frozenset(str(title) for (title,) in found)

    def purge(self) -> int:
        """Delete for good what is in the bin; return how many articles that were.

        Nothing of their texts is left in the library's files then, nor of what was purged
        before: so an empty bin can be purged, too.

        Raises:
            LibraryError: The articles are deleted, but the files could not be cleared of them,
                as while another process reads an older state of the library.
        """
        ids = [article.id for article in self.articles()]
        self._library.remove(ids)
        self._forget()
        return len(ids)

    def _forget(self) -> None:
        connection = self._library.connection
        # FTS5 keeps the words of deleted rows in its segments; VACUUM and the checkpoint
        # take what is left of them and of the rows out of the file and of its log.
        try:
            connection.execute("INSERT INTO sentence_words (sentence_words) VALUES ('rebuild')")
            connection.execute("VACUUM")
            # Readers are waited for as long as the connection's busy_timeout says.
            (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.DatabaseError as error:
            raise LibraryError(
                f"The articles are deleted, but {self._library.path} could not be cleared of their "
                f"texts ({error}): make sure that the disk has room and nothing else writes to "
                "it, then purge again."
            ) from error
        if busy:
            raise LibraryError(
                "The articles are deleted, but another process still reads the library as it was "
                "before, which keeps their texts in its log: when that process has ended, purge "
                "again (`parley articles purge`)."
            )
