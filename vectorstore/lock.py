"""One process owns a data folder: an exclusive lock that names its holder.

Chroma's embedded index loses findability, or crashes, when two processes write one
folder, so every writer takes this lock first. Readers do not need it. The operating
system drops the lock when its holder dies, however it dies.
"""

import json
import os
import time
from datetime import datetime
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from vectorstore.errors import LibraryError, LockedError

# A command that ends within this time is waited for; anything longer is somebody at work.
_PATIENCE_SECONDS = 0.8


class FolderLock:
    """Holds a data folder for one process; a context manager.

    Raises `LockedError` within a second if another process holds the folder, and
    `LibraryError` if the folder cannot be written.
    """

    def __init__(self, folder: Path, purpose: str) -> None:
        self._folder = folder
        self._purpose = purpose
        self._holder_file = folder / "lock.holder.json"
        self._lock = FileLock(str(folder / "lock"), timeout=_PATIENCE_SECONDS)

    def acquire(self) -> None:
        """Take the folder and write down who holds it and for what."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout as error:
            raise LockedError(self._who_holds_it()) from error
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise LibraryError(
                f"The data folder {self._folder} cannot be written ({reason}): "
                "set PARLEY_HOME to a folder of yours."
            ) from error
        holder = {"pid": os.getpid(), "purpose": self._purpose, "since": time.time()}
        self._holder_file.write_text(json.dumps(holder), encoding="utf-8")

    def release(self) -> None:
        """Give the folder back; harmless if it is not held."""
        if self._lock.is_locked:
            self._holder_file.unlink(missing_ok=True)
            self._lock.release()

    def __enter__(self) -> "FolderLock":
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()

    def _who_holds_it(self) -> str:
        mend = "wait for it or stop it, or set PARLEY_HOME to another folder"
        try:
            holder = json.loads(self._holder_file.read_text(encoding="utf-8"))
            since = datetime.fromtimestamp(holder["since"]).astimezone().strftime("%H:%M on %d %B")
            who = f"`parley {holder['purpose']}` (process {holder['pid']}, since {since})"
        except (OSError, ValueError, KeyError, TypeError):
            who = "Another process"
        return f"{who} holds the data folder {self._folder}: {mend}."
