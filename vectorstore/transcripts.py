"""Conversations as the library keeps them: turns in order, and what readers said of them.

Answers, scopes and passages are JSON texts here: what they mean is the conversation side's
business. Times are ISO date-times in UTC. Writing needs a library opened for writing; a
write has happened when its method returns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from vectorstore.database import Database
from vectorstore.errors import NotFoundError
from vectorstore.stored import now, sought, storable
from vectorstore.text import fold

State = Literal["running", "done", "stopped"]
Rating = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A question and its answer; `searchable` is what a search for words looks at."""

    id: str
    question: str
    scope: str
    state: State
    answer: str | None = None
    error: str | None = None
    asked_at: str = ""
    searchable: str = ""


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """A conversation without its turns; `turns` says how many there are."""

    id: str
    title: str
    scope: str
    created_at: str
    changed_at: str
    turns: int


@dataclass(frozen=True, slots=True)
class StoredFeedback:
    """What a reader said of one answer, with that answer and its passages, whole."""

    turn_id: str
    rating: Rating
    comment: str
    given_at: str
    answer: str
    passages: str


class Transcripts:
    """The conversations of a library."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, conversation_id: str, title: str, scope: str) -> None:
        """Begin a conversation."""
        begun = now()
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?, ?, NULL)",
                (conversation_id, storable(title), scope, begun, begun),
            )

    def find(self, search: str = "") -> list[StoredConversation]:
        """Return the conversations that hold all of the search's words, newest first.

        Case and accents do not count; titles, questions and answers are looked at.
        """
        return self._select(
            "c.binned_at IS NULL AND NOT EXISTS (SELECT 1 FROM json_each(?) w "
            "WHERE instr(fold(c.title), w.value) = 0 AND NOT EXISTS (SELECT 1 FROM turns t "
            "WHERE t.conversation_id = c.id AND instr(t.folded, w.value) > 0))",
            [sought(search)],
        )

    def get(self, conversation_id: str) -> StoredConversation:
        """Return a conversation; NotFoundError if there is none, or it is in the bin."""
        found = self._select("c.binned_at IS NULL AND c.id = ?", [conversation_id])
        if not found:
            raise NotFoundError(
                "There is no such conversation here: it was deleted, or its link is of "
                "another library."
            )
        return found[0]

    def _select(self, condition: str, parameters: Sequence[str]) -> list[StoredConversation]:
        rows = self._database.connection.execute(
            "SELECT c.id, c.title, c.scope, c.created_at, c.changed_at, "
            "(SELECT count(*) FROM turns t WHERE t.conversation_id = c.id) "
            f"FROM conversations c WHERE {condition} ORDER BY c.changed_at DESC, c.rowid DESC",
            parameters,
        )
        return [StoredConversation(*row) for row in rows]

    def turns(self, conversation_id: str) -> list[StoredTurn]:
        """Return a conversation's turns, oldest first."""
        rows = self._database.connection.execute(
            "SELECT id, question, scope, state, answer, error, asked_at, folded FROM turns "
            "WHERE conversation_id = ? ORDER BY position",
            (conversation_id,),
        )
        return [StoredTurn(*row) for row in rows]

    def put_turn(self, conversation_id: str, turn: StoredTurn) -> None:
        """Append a turn, or store its newer state; nothing happens if the conversation is gone."""
        error = None if turn.error is None else storable(turn.error)
        searchable = fold(storable(turn.searchable))
        with self._database.transaction() as connection:
            changed = connection.execute(
                "UPDATE turns SET state = ?, answer = ?, error = ?, folded = ? WHERE id = ?",
                (turn.state, turn.answer, error, searchable, turn.id),
            ).rowcount
            if not changed:
                connection.execute(
                    "INSERT INTO turns SELECT ?, id, (SELECT coalesce(max(position), 0) + 1 "
                    "FROM turns WHERE conversation_id = ?), ?, ?, ?, ?, ?, ?, ? "
                    "FROM conversations WHERE id = ?",
                    (
                        *(turn.id, conversation_id, storable(turn.question), turn.scope),
                        *(turn.asked_at or now(), turn.state, turn.answer, error),
                        *(searchable, conversation_id),
                    ),
                )
            connection.execute(
                "UPDATE conversations SET changed_at = ? WHERE id = ?", (now(), conversation_id)
            )

    def drop_turn(self, turn_id: str) -> None:
        """Take a turn out for good, with what was said of it."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM feedback WHERE turn_id = ?", (turn_id,))
            connection.execute("DELETE FROM turns WHERE id = ?", (turn_id,))

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a conversation another title."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE conversations SET title = ? WHERE id = ?",
                (storable(title), conversation_id),
            )

    def set_scope(self, conversation_id: str, scope: str) -> None:
        """Set which articles the next questions are asked of."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE conversations SET scope = ? WHERE id = ?", (scope, conversation_id)
            )

    def bin(self, conversation_id: str) -> None:
        """Put a conversation into the bin."""
        self._mark(conversation_id, now())

    def restore(self, conversation_id: str) -> None:
        """Bring a conversation back from the bin."""
        self._mark(conversation_id, None)

    def _mark(self, conversation_id: str, binned_at: str | None) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE conversations SET binned_at = ? WHERE id = ?",
                (binned_at, conversation_id),
            )

    def binned(self) -> list[StoredConversation]:
        """Return the conversations in the bin."""
        return self._select("c.binned_at IS NOT NULL", [])

    def empty_bin(self) -> int:
        """Delete for good what is in the bin, ratings too; return how many conversations."""
        binned = "SELECT id FROM conversations WHERE binned_at IS NOT NULL"
        with self._database.transaction() as connection:
            connection.execute(
                "DELETE FROM feedback WHERE turn_id IN "
                f"(SELECT id FROM turns WHERE conversation_id IN ({binned}))"
            )
            count = connection.execute(f"DELETE FROM conversations WHERE id IN ({binned})").rowcount
        # What was overwritten still stands in the log.
        self._database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return count

    def ids(self) -> list[str]:
        """Return the ids of all conversations, those in the bin too."""
        rows = self._database.connection.execute("SELECT id FROM conversations ORDER BY rowid")
        return [str(row[0]) for row in rows]

    def rewrite(self, turns: Iterable[StoredTurn], ratings: Iterable[StoredFeedback]) -> None:
        """Store other answers, and other passages, of turns and ratings; all of them or none.

        A turn's error and searchable text go with its answer. All else stays, even when the
        conversation changed last; what is gone meanwhile stays gone.
        """
        with self._database.transaction() as connection:
            connection.executemany(
                "UPDATE turns SET answer = ?, error = ?, folded = ? WHERE id = ?",
                (
                    (turn.answer, turn.error, fold(storable(turn.searchable)), turn.id)
                    for turn in turns
                ),
            )
            connection.executemany(
                "UPDATE feedback SET answer = ?, passages = ? WHERE turn_id = ?",
                ((given.answer, given.passages, given.turn_id) for given in ratings),
            )

    def put_feedback(self, given: StoredFeedback) -> None:
        """Store what a reader said of an answer, in place of what they said before."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?)",
                (
                    *(given.turn_id, given.rating, storable(given.comment)),
                    *(given.given_at or now(), given.answer, given.passages),
                ),
            )

    def drop_feedback(self, turn_id: str) -> None:
        """Take back what a reader said of an answer."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM feedback WHERE turn_id = ?", (turn_id,))

    def feedback(self, conversation_id: str | None = None) -> list[StoredFeedback]:
        """Return what readers said of one conversation's answers or of all, oldest first."""
        rows = self._database.connection.execute(
            "SELECT turn_id, rating, comment, given_at, answer, passages FROM feedback "
            "WHERE ? IS NULL OR turn_id IN (SELECT id FROM turns WHERE conversation_id = ?) "
            "ORDER BY given_at, rowid",
            (conversation_id, conversation_id),
        )
        return [StoredFeedback(*row) for row in rows]
