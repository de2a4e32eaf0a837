"""Articles that print one story, and the sketches by which they are found.

A family is named by the article that came first; it and its copies count as one origin.
Nothing here knows how two texts are compared.
"""

from collections.abc import Iterable

from vectorstore.documents import Article
from vectorstore.library import Library

_MEMBERS = (
    "SELECT m.id FROM articles one, articles m WHERE one.id = ? AND "
    "(m.id = coalesce(one.duplicate_of, one.id) OR m.duplicate_of = coalesce(one.duplicate_of, "
    "one.id))"
)


class Families:
    """The families of a library's articles; what is in the bin belongs to none."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def of(self, article_id: str) -> list[Article]:
        """Return the articles that print one story with this one, their origin first.

        Only this one if it has no copies; none if it is not there.
        """
        return self._library.select(
            "known",
            f"version = current AND id IN ({_MEMBERS}) "
            "ORDER BY duplicate_of NOT NULL, added_at, id",
            (article_id,),
        )

    def origin(self, article_id: str) -> str | None:
        """Return the origin of the article's family, which may be itself; None if it is gone."""
        row = self._library.connection.execute(
            "SELECT coalesce(duplicate_of, id) FROM known WHERE id = ? AND version = current",
            (article_id,),
        ).fetchone()
        return None if row is None else str(row[0])

    def link(self, article_id: str, origin: str | None) -> None:
        """Make an article a copy of `origin`, or of none; `origin` is no copy itself."""
        with self._library.transaction() as connection:
            connection.execute(
                "UPDATE articles SET duplicate_of = ? WHERE id = ?", (origin, article_id)
            )

    def origins(self) -> dict[str, str]:
        """Return the origin's id for every article that is a copy of another."""
        rows = self._library.connection.execute(
            "SELECT id, duplicate_of FROM known WHERE version = current AND duplicate_of NOT NULL"
        )
        return {str(copy): str(origin) for copy, origin in rows}

    def sketches(self) -> list[tuple[str, bytes | None]]:
        """Return every article's id and sketch, None where it has still to be made."""
        return self._library.connection.execute(
            "SELECT a.id, s.sketch FROM articles a LEFT JOIN sketches s ON s.article_id = a.id "
            "ORDER BY a.added_at, a.id"
        ).fetchall()

    def put_sketches(self, sketches: Iterable[tuple[str, bytes]]) -> None:
        """Store the sketches of articles' current texts."""
        with self._library.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO sketches VALUES (?, ?)", sketches)
