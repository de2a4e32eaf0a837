"""How spans are written: with their words, and word of them to the vector index.

An article's passages are written one after another, and behind them their sentences in the
same order: `layout` relies on that. Sentences have words, and passages are in the vector index.
Each function is called inside a transaction that its caller began. A span's row, its words and
the outbox change together, and `generation` with them, so that whoever keeps something that was
made from the library can tell that it is old.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectorstore.documents import Article, Kind, Passage
from vectorstore.text import content_stems

# id, kind, article's id, passage's id, start, end, vector
SpanRow = tuple[str, str, str, str, int, int, bytes]

COLUMNS = 'id, kind, article_id, passage_id, start, "end", vector'


@dataclass(frozen=True, slots=True)
class Embedded:
    """An article ready to be stored: its passages and the vectors of all their spans.

    `passage_vectors` is (passages, dimension), `sentence_vectors` (sentences, dimension)
    with the sentences of all passages in order; float32 rows of unit length. `sketch` is what
    near-copies of the article are found by; `leaves_family` says that it prints another story
    now than those that were its copies.
    """

    article: Article
    passages: Sequence[Passage]
    passage_vectors: NDArray[np.float32]
    sentence_vectors: NDArray[np.float32]
    duplicate_of: str | None = None
    sketch: bytes = b""
    leaves_family: bool = False


def put_spans(connection: sqlite3.Connection, item: Embedded) -> None:
    """Give an article that is stored these spans, in place of those it has or had."""
    drop_spans(connection, item.article.id)
    connection.execute("DELETE FROM binned_spans WHERE article_id = ?", (item.article.id,))
    add_spans(connection, item.article.text, _span_rows(item))


def add_spans(connection: sqlite3.Connection, text: str, rows: Iterable[SpanRow]) -> None:
    """Make spans of one article's `text` searchable, by the stems of its language.

    That is the corrected one, as far as the article is stored; see `restem`.
    """
    stored = list(rows)
    language = _language_of(connection, stored[0][2]) if stored else None
    for row in stored:
        span_id, kind, _, _, start, end, _ = row
        rowid = connection.execute(
            f"INSERT INTO spans ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", row
        ).lastrowid
        if kind == Kind.PASSAGE:
            connection.execute("INSERT OR REPLACE INTO outbox VALUES (?, ?)", (span_id, kind))
        else:
            connection.execute(
                "INSERT INTO sentence_words (rowid, stems) VALUES (?, ?)",
                (rowid, stems_of(text, start, end, language)),
            )
    bump_generation(connection)


def restem(connection: sqlite3.Connection, article_id: str) -> None:
    """Index an article's words anew, as is due when its language was corrected."""
    _drop_words(connection, article_id)
    index_words(connection, "s.article_id = ?", (article_id,))
    bump_generation(connection)


def index_words(
    connection: sqlite3.Connection, condition: str, parameters: Sequence[str] = ()
) -> None:
    """Give sentences that have none their words; `condition` is SQL on the spans `s`."""
    spans = connection.execute(
        'SELECT s.rowid, c.text, s.start, s."end", c.language FROM spans s '
        "JOIN corrected c ON c.id = s.article_id AND c.version = c.current "
        f"WHERE s.kind = ? AND {condition}",
        (Kind.SENTENCE, *parameters),
    )
    connection.executemany(
        "INSERT INTO sentence_words (rowid, stems) VALUES (?, ?)",
        ((rowid, stems_of(*span)) for rowid, *span in spans),
    )


def drop_spans(connection: sqlite3.Connection, article_id: str) -> None:
    """Take an article out of every search."""
    _drop_words(connection, article_id)
    connection.execute(
        "INSERT OR REPLACE INTO outbox SELECT id, kind FROM spans "
        "WHERE article_id = ? AND +kind = ?",
        (article_id, Kind.PASSAGE),
    )
    connection.execute("DELETE FROM spans WHERE article_id = ?", (article_id,))
    bump_generation(connection)


def bump_generation(connection: sqlite3.Connection) -> None:
    """Tell every process that what it made from the library's articles is old."""
    connection.execute(
        "INSERT INTO meta VALUES ('generation', '1') "
        "ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
    )


def stems_of(text: str, start: int, end: int, language: str | None) -> str:
    """Return what the word index holds of `text[start:end]`."""
    return " ".join(content_stems(text[start:end], language))


def _drop_words(connection: sqlite3.Connection, article_id: str) -> None:
    connection.execute(
        "DELETE FROM sentence_words WHERE rowid IN "
        "(SELECT rowid FROM spans WHERE article_id = ? AND kind = ?)",
        (article_id, Kind.SENTENCE),
    )


def _language_of(connection: sqlite3.Connection, article_id: str) -> str | None:
    row = connection.execute(
        "SELECT language FROM corrected WHERE id = ? AND version = current", (article_id,)
    ).fetchone()
    return row[0] if row else None


def _span_rows(item: Embedded) -> Iterator[SpanRow]:
    sentences = [(span, passage.id) for passage in item.passages for span in passage.sentences]
    passages = [(passage, passage.id) for passage in item.passages]
    for kind, spans, vectors in (
        (Kind.PASSAGE, passages, item.passage_vectors),
        (Kind.SENTENCE, sentences, item.sentence_vectors),
    ):
        for (span, passage_id), vector in zip(spans, vectors, strict=True):
            stored = vector.astype("<f2").tobytes()
            yield span.id, kind, item.article.id, passage_id, span.start, span.end, stored
