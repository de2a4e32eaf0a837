"""The library's tables, and the steps from one version of them to the next.

`spans` holds passages and sentences with their vectors; only those of an article's
current version are searchable, while every version's text is kept for old citations.
`outbox` names the spans whose vectors the vector index has still to take or drop: it is
written in the transaction that changes `spans`, so a killed process loses nothing. The
word tables hold stems and are, like the vector index, made from the rest.
"""

import sqlite3

from vectorstore.errors import LibraryError
from vectorstore.text import STEMMING

CREATE_WORDS = (
    "CREATE VIRTUAL TABLE passage_words USING fts5 (stems, tokenize = 'unicode61')",
    "CREATE VIRTUAL TABLE sentence_words USING fts5 (stems, tokenize = 'unicode61')",
    "CREATE VIRTUAL TABLE sentence_terms USING fts5vocab (sentence_words, row)",
    f"INSERT OR REPLACE INTO meta VALUES ('stemming', '{STEMMING}')",
)
DROP_WORDS = tuple(
    f"DROP TABLE IF EXISTS {name}" for name in ("sentence_terms", "sentence_words", "passage_words")
)

# One string a step; a library at version n has had the first n. Never edit a released step.
_STEPS = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

    CREATE TABLE articles (
        id TEXT PRIMARY KEY,
        current INTEGER NOT NULL,
        sample INTEGER NOT NULL,
        duplicate_of TEXT,
        added_at TEXT NOT NULL
    ) STRICT;

    CREATE TABLE versions (
        article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
        version INTEGER NOT NULL,
        text TEXT NOT NULL,
        text_hash TEXT NOT NULL,
        title TEXT,
        title_derived INTEGER NOT NULL,
        publisher TEXT,
        author TEXT,
        published TEXT,
        published_precision TEXT,
        published_from TEXT,
        url TEXT,
        language TEXT,
        removed TEXT NOT NULL,
        source TEXT NOT NULL,
        read_at TEXT NOT NULL,
        PRIMARY KEY (article_id, version)
    ) STRICT;
    CREATE INDEX versions_by_hash ON versions (text_hash);
    CREATE INDEX versions_by_url ON versions (url);

    CREATE TABLE spans (
        rowid INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
        passage_id TEXT NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        vector BLOB NOT NULL
    ) STRICT;
    CREATE INDEX spans_by_article ON spans (article_id);
    CREATE INDEX spans_by_passage ON spans (passage_id);

    CREATE TABLE outbox (span_id TEXT PRIMARY KEY, kind TEXT NOT NULL) STRICT, WITHOUT ROWID;

    """
    + ";\n".join(CREATE_WORDS),
)

VERSION = len(_STEPS)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the library to `VERSION`, each step whole or not at all.

    LibraryError if a newer Parley wrote it.
    """
    found = version_of(connection)
    if found > VERSION:
        raise LibraryError(
            f"This library was written by a newer Parley (its version is {found}, this one "
            f"reads {VERSION}): update Parley."
        )
    for number, step in enumerate(_STEPS[found:], start=found + 1):
        connection.executescript(f"BEGIN IMMEDIATE; {step}; PRAGMA user_version = {number}; COMMIT")


def version_of(connection: sqlite3.Connection) -> int:
    """Return how many steps this library has had; 0 for an empty file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
