"""What retrieval and the vector index read of the library: spans, words and vectors.

Only reading, and the outbox's upkeep. Nothing here knows how scores are fused or how
Chroma is spoken to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectorstore.documents import Filter, Kind
from vectorstore.languages import is_english, primary
from vectorstore.library import Library
from vectorstore.text import fold

# SQLite allows 32,766 parameters a statement; smaller lists keep statements quick to prepare.
_PARAMETERS = 5_000
ANY = Filter()
_KINDS = {str(kind): kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class StoredSpan:
    """A passage or sentence as the library holds it; `vector` is (dimension,) float32."""

    id: str
    kind: Kind
    article_id: str
    passage_id: str
    start: int
    end: int
    vector: NDArray[np.float32]


class Spans:
    """The spans of a library, for reading."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._counts: tuple[str | None, dict[str, int]] = ("", {})
        self._languages: tuple[str | None, tuple[str, ...]] = ("", ())

    def words(
        self, kind: Kind, stems: Sequence[str], limit: int, narrow: Filter
    ) -> dict[str, float]:
        """Return the best `limit` spans by BM25 over `stems`, any of which may match.

        BM25 is SQLite's (k1 1.2, b 0.75), negated so that more is better; spans without
        a match are absent.
        """
        if not stems:
            return {}
        query = " OR ".join(f'"{stem}"' for stem in dict.fromkeys(stems))
        condition, parameters = _condition(narrow)
        joined = f"JOIN spans s ON s.rowid = w.rowid {condition}"
        # Spans are looked up for the best alone, or for every match where only some may pass.
        inside, outside = (joined, "JOIN spans s ON s.rowid = w.rowid") if narrow else ("", joined)
        rows = self._library.connection.execute(
            f"SELECT s.id, -w.score FROM (SELECT w.rowid, w.rank AS score FROM {kind}_words w "
            f"{inside} WHERE {kind}_words MATCH ? ORDER BY w.rank LIMIT ?) w {outside} "
            "ORDER BY w.score",
            (*parameters, query, limit),
        )
        return {str(span_id): float(score) for span_id, score in rows}

    def get(self, span_ids: Sequence[str]) -> list[StoredSpan]:
        """Return the spans with these ids, in no particular order; unknown ids are absent."""
        return list(self._select("id", span_ids, ""))

    def sentences_of(self, passage_ids: Sequence[str]) -> list[StoredSpan]:
        """Return every sentence of these passages, in no particular order."""
        return list(self._select("passage_id", passage_ids, f"AND kind = '{Kind.SENTENCE}'"))

    def _select(self, column: str, values: Sequence[str], extra: str) -> Iterator[StoredSpan]:
        for first in range(0, len(values), _PARAMETERS):
            some = values[first : first + _PARAMETERS]
            rows = self._library.connection.execute(
                'SELECT id, kind, article_id, passage_id, start, "end", vector FROM spans '
                f"WHERE {column} IN ({', '.join('?' * len(some))}) {extra}",
                some,
            ).fetchall()
            # All vectors at once: one by one, they would be half of a question's time.
            for (*row, _), vector in zip(rows, _matrix([row[-1] for row in rows]), strict=True):
                span_id, kind, article_id, passage_id, start, end = row
                yield StoredSpan(span_id, _KINDS[kind], article_id, passage_id, start, end, vector)

    def allowed(self, kind: Kind, narrow: Filter) -> list[str]:
        """Return the ids of all spans of `kind` that `narrow` lets pass."""
        condition, parameters = _condition(narrow)
        rows = self._library.connection.execute(
            f"SELECT s.id FROM spans s WHERE s.kind = ? {condition}", (kind, *parameters)
        )
        return [str(row[0]) for row in rows]

    def articles(self, narrow: Filter) -> set[str]:
        """Return the ids of the articles that `narrow` lets pass."""
        passing, parameters = _passing(narrow)
        rows = self._library.connection.execute(f"SELECT id FROM {passing}", parameters)
        return {str(row[0]) for row in rows}

    def newest(self, narrow: Filter) -> str | None:
        """Return the latest publication date (ISO) among the articles that `narrow` lets pass."""
        passing, parameters = _passing(narrow)
        row = self._library.connection.execute(
            f"SELECT max(published) FROM {passing}", parameters
        ).fetchone()
        return row[0]

    def frequency(self, stem: str) -> int:
        """Return how many sentences hold `stem`."""
        row = self._library.connection.execute(
            "SELECT doc FROM sentence_terms WHERE term = ?", (stem,)
        ).fetchone()
        return 0 if row is None else int(row[0])

    def terms(self, letter: str) -> list[str]:
        """Return the stems in the articles that begin with `letter`."""
        rows = self._library.connection.execute(
            "SELECT term FROM sentence_terms WHERE term >= ? AND term < ?",
            (letter, chr(ord(letter) + 1)),
        )
        return [str(row[0]) for row in rows]

    def languages(self) -> tuple[str, ...]:
        """Return the languages other than English that articles are in, as far as is known."""
        generation = self.generation()
        if self._languages[0] != generation:
            rows = self._library.connection.execute(
                "SELECT DISTINCT language FROM known WHERE version = current"
            )
            others = {primary(code) for (code,) in rows if not is_english(code)}
            self._languages = generation, tuple(sorted(others))
        return self._languages[1]

    def generation(self) -> str | None:
        """Return what changes whenever any process changes the spans."""
        return self._library.get_meta("generation")

    def count(self, kind: Kind, narrow: Filter = ANY) -> int:
        """Return how many spans of `kind` there are, of those that `narrow` lets pass."""
        if narrow:
            condition, parameters = _condition(narrow)
            row = self._library.connection.execute(
                f"SELECT count(*) FROM spans s WHERE s.kind = ? {condition}", (kind, *parameters)
            ).fetchone()
            return int(row[0])
        generation = self.generation()
        if self._counts[0] != generation:
            rows = self._library.connection.execute(
                "SELECT kind, count(*) FROM spans GROUP BY kind"
            )
            self._counts = generation, {str(name): int(number) for name, number in rows}
        return self._counts[1].get(kind, 0)

    def vectors(
        self, kind: Kind, block: int = 8_192
    ) -> Iterator[tuple[list[str], NDArray[np.float32]]]:
        """Yield (ids, vectors) of all spans of `kind` in blocks, vectors as (n, dimension)."""
        cursor = self._library.connection.execute(
            "SELECT id, vector FROM spans WHERE kind = ? ORDER BY rowid", (kind,)
        )
        while rows := cursor.fetchmany(block):
            yield [str(row[0]) for row in rows], _matrix([row[1] for row in rows])

    def sample(self, kind: Kind, count: int) -> list[StoredSpan]:
        """Return the newest span of `kind` and others spread evenly over all that are indexed."""
        rows = self._library.connection.execute(
            "SELECT id FROM spans WHERE kind = ? "
            "AND id NOT IN (SELECT span_id FROM outbox) ORDER BY rowid DESC",
            (kind,),
        ).fetchall()
        step = max(1, len(rows) // count)
        return self.get([str(row[0]) for row in rows[::step][:count]])

    def outbox(self, limit: int) -> list[tuple[str, Kind]]:
        """Return up to `limit` spans whose vectors the index has still to take or drop."""
        rows = self._library.connection.execute(
            "SELECT span_id, kind FROM outbox LIMIT ?", (limit,)
        )
        return [(str(span_id), Kind(kind)) for span_id, kind in rows]

    def outbox_size(self) -> int:
        """Return how many spans the index has still to take or drop."""
        return int(self._library.connection.execute("SELECT count(*) FROM outbox").fetchone()[0])

    def clear_outbox(self, span_ids: Sequence[str]) -> None:
        """Forget these spans: the index has taken or dropped them."""
        with self._library.transaction() as connection:
            connection.executemany(
                "DELETE FROM outbox WHERE span_id = ?", [(span_id,) for span_id in span_ids]
            )

    def fill_outbox(self) -> None:
        """Ask for every span to be indexed anew."""
        with self._library.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO outbox SELECT id, kind FROM spans")


def _matrix(stored: Sequence[bytes]) -> NDArray[np.float32]:
    """Return the stored vectors as (n, dimension)."""
    if not stored:
        return np.zeros((0, 0), np.float32)
    return np.frombuffer(b"".join(stored), "<f2").reshape(len(stored), -1).astype(np.float32)


def _day(rest: str) -> str:
    """Return SQL for the publication day; a mere month or year is filled up from `rest`."""
    return f"substr(published || substr('{rest}', length(published) - 3), 1, 10)"


def _condition(narrow: Filter) -> tuple[str, list[str]]:
    """Return SQL that restricts `s`, and its parameters."""
    if not narrow:
        return "", []
    passing, parameters = _passing(narrow)
    return f"AND s.article_id IN (SELECT id FROM {passing})", parameters


def _passing(narrow: Filter) -> tuple[str, list[str]]:
    """Return SQL for the known articles that `narrow` lets pass, from FROM on, and parameters."""
    wheres = ["version = current"]
    parameters: list[str] = []
    if narrow.since:
        wheres.append(f"{_day('-12-31')} >= ?")
        parameters.append(narrow.since)
    if narrow.until:
        wheres.append(f"{_day('-01-01')} <= ?")
        parameters.append(narrow.until)
    if narrow.publishers:
        wheres.append(
            f"fold(coalesce(publisher, '')) IN ({', '.join('?' * len(narrow.publishers))})"
        )
        parameters.extend(fold(publisher) for publisher in narrow.publishers)
    if narrow.articles:
        wheres.append(f"id IN ({', '.join('?' * len(narrow.articles))})")
        parameters.extend(narrow.articles)
    if not narrow.samples:
        wheres.append("NOT sample")
    return f"known WHERE {' AND '.join(wheres)}", parameters
