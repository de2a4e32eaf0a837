"""A data folder's SQLite file: opening it, its connections, its transactions.

Any number of threads and processes read; the holder of the folder's lock writes. A write
has happened when its transaction ends (WAL, synchronous=FULL). Nothing here knows what
the tables hold.
"""

import sqlite3
import threading
import uuid
import weakref
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from vectorstore.errors import LibraryError
from vectorstore.schema import VERSION, migrate, version_of
from vectorstore.text import fold


class _Handle:
    """Closes a thread's connection when the thread is gone."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


class Database:
    """An opened library file; use `open`, then `close`. Each thread has its own connection."""

    def __init__(self, path: Path, *, writable: bool) -> None:
        self.path = path
        self._writable = writable
        self._local = threading.local()
        self._handles: weakref.WeakSet[_Handle] = weakref.WeakSet()

    @classmethod
    def open(cls, folder: Path, *, writable: bool = False) -> Self:
        """Open the library in `folder`; a writer makes it and brings it up to date.

        LibraryError if the file is not a Parley library, or a reader finds none.
        """
        library = cls(folder / "library.sqlite3", writable=writable)
        try:
            if writable:
                migrate(library.connection)
                if library.get_meta("library") is None:
                    library.set_meta("library", uuid.uuid4().hex[:12])
            elif version_of(library.connection) != VERSION:
                raise LibraryError(
                    f"The library in {folder} was written by another version of Parley: "
                    "run `parley articles reindex` to bring it up to date."
                )
        except sqlite3.OperationalError as error:
            library.close()
            raise LibraryError(
                f"The library {library.path} cannot be used ({error}): "
                "check the folder's rights, or set PARLEY_HOME to another folder."
            ) from error
        except sqlite3.DatabaseError as error:
            library.close()
            raise LibraryError(
                f"{library.path} is not a Parley library, or is damaged ({error}): restore it "
                "from a backup, or move it away and ingest again."
            ) from error
        except LibraryError:
            library.close()
            raise
        return library

    @property
    def connection(self) -> sqlite3.Connection:
        """The calling thread's connection, opened at its first use."""
        if not hasattr(self._local, "handle"):
            try:
                connection = sqlite3.connect(
                    self.path if self._writable else f"{self.path.resolve().as_uri()}?mode=ro",
                    uri=not self._writable,
                    isolation_level=None,
                    check_same_thread=False,
                )
                # WAL lets readers go on beside the writer; FULL makes a commit outlive a
                # power cut; secure_delete overwrites what is deleted.
                if self._writable:
                    connection.execute("PRAGMA journal_mode = WAL")
                    connection.execute("PRAGMA synchronous = FULL")
                    connection.execute("PRAGMA secure_delete = ON")
                # SQLite's own lower() knows no letters but ASCII's.
                connection.create_function("fold", 1, fold, deterministic=True)
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA busy_timeout = 5000")
            except sqlite3.OperationalError as error:
                raise LibraryError(
                    f"The library {self.path} cannot be opened ({error}): "
                    "check the folder's rights, or set PARLEY_HOME to another folder."
                ) from error
            self._local.handle = _Handle(connection)
            self._handles.add(self._local.handle)
        return self._local.handle.connection

    def close(self) -> None:
        """Close every thread's connection."""
        for handle in list(self._handles):
            handle.connection.close()
        self._local = threading.local()

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """Run the block in one write transaction: all of it or, on any error, nothing.

        LibraryError if the disk is full, or another writer does not come to its end.
        """
        connection = self.connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except BaseException as error:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError):
                raise LibraryError(
                    f"The library {self.path} cannot be written now ({error}): make sure that the "
                    "disk has room and nothing else writes to it, then try again."
                ) from error
            raise

    @contextmanager
    def snapshot(self) -> Generator[None]:
        """Let the block see one state of the library, whatever is written beside it."""
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("BEGIN")
        try:
            yield
        finally:
            self.connection.execute("ROLLBACK")

    def get_meta(self, key: str) -> str | None:
        """Return the value under `key`, or None."""
        row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, key: str, value: str) -> None:
        """Store `value` under `key`."""
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
