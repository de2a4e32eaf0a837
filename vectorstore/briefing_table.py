"""Briefings as the library keeps them, those that are still being made among them.

Requests and briefings are JSON texts here: what they mean is the conversation side's
business. Times are ISO date-times in UTC. Writing needs a library opened for writing; a
write has happened when its method returns.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from vectorstore.database import Database
from vectorstore.errors import NotFoundError
from vectorstore.stored import now, sought, storable
from vectorstore.text import fold

State = Literal["running", "done", "stopped", "failed"]

_COLUMNS = "id, title, typed, request, made_at, state, briefing, error, words, articles, folded"


@dataclass(frozen=True, slots=True)
class StoredBriefing:
    """A briefing, whole or not; `searchable` is what a search looks at besides its title.

    `typed` says that the reader gave the title; `words` and `articles` count what the briefing
    has and what was read for it.
    """

    id: str
    title: str
    request: str
    state: State
    briefing: str | None = None
    error: str | None = None
    made_at: str = ""
    words: int = 0
    articles: int = 0
    searchable: str = ""
    typed: bool = False


@dataclass(frozen=True, slots=True)
class BriefingRow:
    """What a list shows of a briefing."""

    id: str
    title: str
    made_at: str
    words: int
    articles: int
    state: State


class BriefingTable:
    """The briefings of a library."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, kept: StoredBriefing) -> None:
        """Begin to keep a briefing; without a time of its own it was made now."""
        with self._database.transaction() as connection:
            connection.execute(
                f"INSERT INTO briefings ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(kept.id, storable(kept.title), kept.typed, kept.request),
                    *(kept.made_at or now(), *_content(kept)),
                ),
            )

    def put(self, *kept: StoredBriefing) -> None:
        """Store newer states of briefings, in the bin too; all of them or none.

        A title that the reader gave stays, and what is gone meanwhile stays gone.
        """
        with self._database.transaction() as connection:
            connection.executemany(
                "UPDATE briefings SET title = CASE WHEN typed THEN title ELSE ? END, state = ?, "
                "briefing = ?, error = ?, words = ?, articles = ?, folded = ? WHERE id = ?",
                ((storable(each.title), *_content(each), each.id) for each in kept),
            )

    def find(self, search: str = "") -> list[BriefingRow]:
        """Return the briefings that hold all of the search's words, newest first.

        Case and accents do not count; titles and searchable texts are looked at.
        """
        rows = self._database.connection.execute(
            "SELECT id, title, made_at, words, articles, state FROM briefings b "
            "WHERE binned_at IS NULL AND NOT EXISTS (SELECT 1 FROM json_each(?) w "
            "WHERE instr(fold(b.title), w.value) = 0 AND instr(b.folded, w.value) = 0) "
            "ORDER BY made_at DESC, rowid DESC",
            (sought(search),),
        )
        return [BriefingRow(*row) for row in rows]

    def get(self, briefing_id: str) -> StoredBriefing:
        """Return a briefing; NotFoundError if there is none, or it is in the bin."""
        found = self._select("id = ? AND binned_at IS NULL", briefing_id)
        if not found:
            raise NotFoundError(
                "There is no such briefing here: it was deleted, or its link is of another library."
            )
        return found[0]

    def everything(self) -> Iterable[StoredBriefing]:
        """Yield all briefings, those in the bin too, the oldest first."""
        rows = self._database.connection.execute("SELECT id FROM briefings ORDER BY rowid")
        # One at a time, since hundreds would fill the memory.
        for (briefing_id,) in rows.fetchall():
            yield from self._select("id = ?", str(briefing_id))

    def _select(self, condition: str, briefing_id: str) -> list[StoredBriefing]:
        rows = self._database.connection.execute(
            "SELECT id, title, request, state, briefing, error, made_at, words, articles, folded, "
            f"typed FROM briefings WHERE {condition}",
            (briefing_id,),
        )
        return [StoredBriefing(*row[:-1], typed=bool(row[-1])) for row in rows]

    def rename(self, briefing_id: str, title: str) -> None:
        """Give a briefing the reader's title."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE briefings SET title = ?, typed = 1 WHERE id = ?",
                (storable(title), briefing_id),
            )

    def bin(self, briefing_id: str) -> None:
        """Put a briefing into the bin."""
        self._mark(briefing_id, now())

    def restore(self, briefing_id: str) -> None:
        """Bring a briefing back from the bin."""
        self._mark(briefing_id, None)

    def _mark(self, briefing_id: str, binned_at: str | None) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE briefings SET binned_at = ? WHERE id = ?", (binned_at, briefing_id)
            )

    def binned(self) -> list[str]:
        """Return the ids of the briefings in the bin, the last deleted first."""
        rows = self._database.connection.execute(
            "SELECT id FROM briefings WHERE binned_at IS NOT NULL ORDER BY binned_at DESC, id"
        )
        return [str(row[0]) for row in rows]

    def empty_bin(self) -> int:
        """Delete for good what is in the bin; return how many briefings that were."""
        with self._database.transaction() as connection:
            count = connection.execute("DELETE FROM briefings WHERE binned_at IS NOT NULL").rowcount
        # What was overwritten still stands in the log.
        self._database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return count


def _content(kept: StoredBriefing) -> tuple[str | int | None, ...]:
    return (
        *(kept.state, kept.briefing, None if kept.error is None else storable(kept.error)),
        *(kept.words, kept.articles, fold(storable(kept.searchable))),
    )
