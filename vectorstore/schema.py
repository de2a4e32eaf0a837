"""The library's tables, and the steps from one version of them to the next.

`spans` holds passages and sentences with their vectors; only those of an article's
current version are searchable, while every version's text is kept for old citations.
`outbox` names the spans whose vectors the vector index has still to take or drop: it is
written in the transaction that changes `spans`, so a killed process loses nothing. The
word tables hold stems and are, like the vector index, made from the rest.

`corrected` shows every version of every article as the reader knows it: what was read, with
the reader's corrections on top; `known` leaves out what is in the bin. An article in the bin
keeps its text and, in `binned_spans`, its vectors, so that it can be brought back as it was.
"""

import sqlite3

from vectorstore.errors import LibraryError
from vectorstore.text import STEMMING

CREATE_WORDS = (
    "CREATE VIRTUAL TABLE sentence_words USING fts5 (stems, tokenize = 'unicode61')",
    "CREATE VIRTUAL TABLE sentence_terms USING fts5vocab (sentence_words, row)",
    f"INSERT OR REPLACE INTO meta VALUES ('stemming', '{STEMMING}')",
)
DROP_WORDS = tuple(f"DROP TABLE IF EXISTS {name}" for name in ("sentence_terms", "sentence_words"))

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
    # A correction is NULL where the reader made none, and empty where they say "unknown". A
    # copy of an article in the bin stands by itself until its origin is brought back.
    """
    ALTER TABLE articles ADD COLUMN binned_at TEXT;

    CREATE TABLE corrections (
        article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
        title TEXT,
        publisher TEXT,
        author TEXT,
        published TEXT,
        published_precision TEXT,
        url TEXT,
        language TEXT
    ) STRICT;

    CREATE TABLE binned_spans (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
        passage_id TEXT NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        vector BLOB NOT NULL
    ) STRICT;
    CREATE INDEX binned_spans_by_article ON binned_spans (article_id);

    CREATE INDEX articles_by_origin ON articles (duplicate_of);

    CREATE VIEW corrected AS
    SELECT
        v.article_id AS id, v.version, v.text, v.text_hash,
        nullif(coalesce(c.title, v.title), '') AS title,
        CASE WHEN c.title IS NULL THEN v.title_derived ELSE 0 END AS title_derived,
        nullif(coalesce(c.publisher, v.publisher), '') AS publisher,
        nullif(coalesce(c.author, v.author), '') AS author,
        nullif(coalesce(c.published, v.published), '') AS published,
        CASE WHEN c.published IS NULL THEN v.published_precision
            ELSE c.published_precision END AS published_precision,
        CASE WHEN c.published IS NULL THEN v.published_from ELSE 'reader' END AS published_from,
        nullif(coalesce(c.url, v.url), '') AS url,
        nullif(coalesce(c.language, v.language), '') AS language,
        v.removed, v.source, v.read_at, a.sample, a.current, a.added_at, a.binned_at,
        (SELECT o.id FROM articles o WHERE o.id = a.duplicate_of AND o.binned_at IS NULL)
            AS duplicate_of
    FROM articles a
    JOIN versions v ON v.article_id = a.id
    LEFT JOIN corrections c ON c.article_id = a.id;

    CREATE VIEW known AS SELECT * FROM corrected WHERE binned_at IS NULL;

    CREATE TABLE conversations (
        id TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        scope TEXT NOT NULL,
        created_at TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        binned_at TEXT
    ) STRICT;

    CREATE TABLE turns (
        id TEXT PRIMARY KEY,
        conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        question TEXT NOT NULL,
        scope TEXT NOT NULL,
        asked_at TEXT NOT NULL,
        state TEXT NOT NULL,
        answer TEXT,
        error TEXT,
        folded TEXT NOT NULL,
        UNIQUE (conversation_id, position)
    ) STRICT;

    CREATE TABLE feedback (
        turn_id TEXT PRIMARY KEY,
        rating TEXT NOT NULL,
        comment TEXT NOT NULL,
        given_at TEXT NOT NULL,
        answer TEXT NOT NULL,
        passages TEXT NOT NULL
    ) STRICT
    """,
    # A sketch is what near-copies are found by. Copies of one origin are a family, named by the
    # article that came first; while that is in the bin, the next of those that are there is
    # what the others count as copies of.
    """
    CREATE TABLE sketches (
        article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
        sketch BLOB NOT NULL
    ) STRICT;

    DROP VIEW known;
    DROP VIEW corrected;

    CREATE VIEW corrected AS
    SELECT
        v.article_id AS id, v.version, v.text, v.text_hash,
        nullif(coalesce(c.title, v.title), '') AS title,
        CASE WHEN c.title IS NULL THEN v.title_derived ELSE 0 END AS title_derived,
        nullif(coalesce(c.publisher, v.publisher), '') AS publisher,
        nullif(coalesce(c.author, v.author), '') AS author,
        nullif(coalesce(c.published, v.published), '') AS published,
        CASE WHEN c.published IS NULL THEN v.published_precision
            ELSE c.published_precision END AS published_precision,
        CASE WHEN c.published IS NULL THEN v.published_from ELSE 'reader' END AS published_from,
        nullif(coalesce(c.url, v.url), '') AS url,
        nullif(coalesce(c.language, v.language), '') AS language,
        v.removed, v.source, v.read_at, a.sample, a.current, a.added_at, a.binned_at,
        coalesce(a.duplicate_of, a.id) AS family,
        nullif(coalesce(
            (SELECT o.id FROM articles o
                WHERE o.id = coalesce(a.duplicate_of, a.id) AND o.binned_at IS NULL),
            (SELECT m.id FROM articles m
                WHERE m.duplicate_of = coalesce(a.duplicate_of, a.id) AND m.binned_at IS NULL
                ORDER BY m.added_at, m.id LIMIT 1)), a.id)
            AS duplicate_of
    FROM articles a
    JOIN versions v ON v.article_id = a.id
    LEFT JOIN corrections c ON c.article_id = a.id;

    CREATE VIEW known AS SELECT * FROM corrected WHERE binned_at IS NULL
    """,
    # `typed` says that the reader gave the title: one that Parley made may be of articles' words.
    """
    CREATE TABLE briefings (
        id TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        typed INTEGER NOT NULL,
        request TEXT NOT NULL,
        made_at TEXT NOT NULL,
        state TEXT NOT NULL,
        briefing TEXT,
        error TEXT,
        words INTEGER NOT NULL,
        articles INTEGER NOT NULL,
        folded TEXT NOT NULL,
        binned_at TEXT
    ) STRICT
    """,
    # A passage's words are its sentences', and its sentences are found by it: sentences need
    # not be in the vector index, nor passages in the word index. Where an article's passages
    # are looked for, `+kind` keeps SQLite from going through all passages by the last index.
    """
    DROP TABLE IF EXISTS passage_words;
    DELETE FROM outbox WHERE kind = 'sentence';
    DROP INDEX spans_by_article;
    CREATE INDEX spans_by_article ON spans (article_id, passage_id);
    CREATE INDEX passages ON spans (kind) WHERE kind = 'passage'
    """,
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
