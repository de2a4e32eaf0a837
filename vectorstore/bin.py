"""The bin: articles that the reader deleted and may bring back, and deleting them for good.

An article in the bin is in no search and no list. Its text stays, and its vectors are set
aside, so that bringing it back costs no embedding. Nothing here knows the vector index,
which hears of all this through the outbox.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from vectorstore.documents import Article, Kind
from vectorstore.errors import NotFoundError
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

    def purge(self) -> int:
        """Delete for good what is in the bin; return how many articles that were.

        Nothing of their texts is left in the library's files, unless another process still
        reads an older state of them: then the log keeps it until that process ends.
        """
        ids = [article.id for article in self.articles()]
        self._library.remove(ids)
        if ids:
            self._forget()
        return len(ids)

    def _forget(self) -> None:
        connection = self._library.connection
        # FTS5 keeps the words of deleted rows in its segments; VACUUM and the checkpoint
        # take what is left of them and of the rows out of the file and of its log.
        for kind in Kind:
            connection.execute(f"INSERT INTO {kind}_words ({kind}_words) VALUES ('rebuild')")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
