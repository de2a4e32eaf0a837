"""Reads inputs into articles in a process of its own, which is ended if it takes too long.

A file that hangs its parser, breaks it or eats up its memory costs its own row and nothing
else: the process is ended, a new one goes on with the next part. Nothing here knows formats,
or what becomes of an article.
"""

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import IO, Any, cast

from pydantic import TypeAdapter

from vectorstore.documents import Article
from vectorstore.errors import ReadError
from vectorstore.readers import files
from vectorstore.reading_worker import OUT_OF_MEMORY

# An article of 5 MB takes a second or two, whatever the format.
SECONDS = 8.0
MEMORY_BYTES = 2_000_000_000
# Importing a parser from a cold disk.
_LOADING_SECONDS = 60.0
_BLOCK = 1 << 16
_NEEDED = frozenset(
    (
        *("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT"),
        *("VIRTUAL_ENV", "PYTHONPATH", "PYTHONUTF8", "PYTHONDONTWRITEBYTECODE"),
    )
)

Message = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What one input gave: an article with notes on what was mended, or why there is none."""

    source: str
    read: Article | ReadError
    notes: tuple[str, ...] = ()


class Reading:
    """Reads files and texts; a context manager, for one thread.

    The process that parses them has no keys and can write no file; the network is not closed
    to it.

    Each part of a file has `seconds` to give its next article, and `memory` bytes. The
    process is started when the first input comes.
    """

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY_BYTES) -> None:
        self._seconds = seconds
        self._memory = memory
        self._worker: _Worker | None = None

    def source(self, source: str) -> Iterator[Found]:
        """Yield what a file holds, or every file under the folder that `source` names."""
        for shown, file in files(source):
            if isinstance(file, ReadError):
                yield Found(shown, file)
            else:
                yield from self.file(file, shown)

    def file(self, path: Path, shown: str) -> Iterator[Found]:
        """Yield what one file holds; `shown` is what its reader knows it by."""
        place = _Place(shown)
        while not place.done:
            request = {"path": str(path), "shown": shown, "after": place.parts, "skip": place.items}
            yield from self._answer(request, place)

    def text(self, pasted: str, metadata: Mapping[str, str], source: str) -> Iterator[Found]:
        """Yield the article that a pasted text is, or what is wrong with it."""
        request = {"text": pasted, "metadata": dict(metadata), "source": source}
        yield from self._answer(request, _Place(source))

    @property
    def pid(self) -> int:
        """The process in which is being read; 0 while there is none."""
        return self._worker.pid if self._worker is not None else 0

    def close(self) -> None:
        """End the process."""
        if self._worker is not None:
            self._worker.end()
            self._worker = None

    def __enter__(self) -> "Reading":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _answer(self, request: Message, place: "_Place") -> Iterator[Found]:
        """Yield what the worker finds, and move `place` on; a worker that broke is ended."""
        if self._worker is not None and not self._worker.is_alive:
            self.close()  # it ended while nothing was asked of it
        if self._worker is None:
            self._worker = _Worker(self._memory)
        worker, finished = self._worker, False
        try:
            worker.send(request)
            for message in worker.messages(self._seconds):
                found = place.take(message)
                if found is not None:
                    yield found
            finished = True
        except _Broken as broken:
            finished = True
            self.close()
            yield Found(place.source, ReadError(f"{Path(place.source).name} {broken}"))
            place.leave()
        finally:
            # Whoever stops listening leaves a worker that is in the middle of an answer.
            if not finished:
                self.close()


class _Broken(Exception):
    """The worker was ended, or ended itself; says why, as what a file did."""


class _Place:
    """How far the reading of a file has come, so that a new worker can go on from there.

    `parts` of it are done, and `items` of the next: what was found there, an article or not.
    """

    def __init__(self, shown: str) -> None:
        self._shown = shown
        self.source = shown
        self.parts = 0
        self.items = 0
        self.done = False
        self._inside = False
        self._found = False
        self._broke_behind: tuple[int, int] | None = None

    def take(self, message: Message) -> Found | None:
        """Note what a message says; return what it found, if it did."""
        kind = message["kind"]
        self.done = kind == "done"
        if kind in ("part", "item"):
            self.source, self._inside, self._found = message["source"], True, kind == "item"
        elif kind == "end":
            self.source, self._inside = self._shown, False
            self.parts, self.items = self.parts + 1, 0
        elif kind in ("article", "error"):
            self.items, self._found = self.items + 1, False
            return _found(message)
        return None

    def leave(self) -> None:
        """Go past what broke the worker: an article of many, a part, or all that is left.

        Between two articles of a part it may have been ended by something else: only what breaks
        it there again is gone past.
        """
        if not self._inside:
            self.done = True
        elif self._found:
            self.items += 1
        elif self.items and self._broke_behind != (self.parts, self.items):
            self._broke_behind = self.parts, self.items
        else:
            self.parts, self.items = self.parts + 1, 0
        self.source, self._inside, self._found = self._shown, False, False


@cache
def _articles() -> TypeAdapter[Article]:
    return TypeAdapter(Article)


def _found(message: Message) -> Found:
    if message["kind"] == "error":
        return Found(message["source"], ReadError(message["reason"]))
    # What parsed hostile data is not trusted to have kept to the form.
    article = _articles().validate_python(message["article"])
    return Found(article.source, article, tuple(message["notes"]))


def _environment() -> dict[str, str]:
    """Return what Python needs of the environment: no key is where hostile data is parsed."""
    return {name: value for name, value in os.environ.items() if name in _NEEDED}


class _Worker:
    def __init__(self, memory: int) -> None:
        # -P keeps the reader's working folder off the path: a file there must never be run.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "vectorstore.reading_worker", str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        self._memory = memory
        self._unread = b""
        self._ready = False

    def send(self, request: Message) -> None:
        try:
            self._stdin.write(json.dumps(request).encode() + b"\n")
            self._stdin.flush()
        except OSError as error:
            raise _Broken(self._ending()) from error

    def messages(self, seconds: float) -> Iterator[Message]:
        """Yield messages up to "done"; _Broken if one does not come in time, or no more do."""
        allowed = seconds if self._ready else _LOADING_SECONDS
        while True:
            message = json.loads(self._line(allowed))
            self._ready = True
            if message["kind"] == "done":
                yield message
                return
            allowed = _LOADING_SECONDS if message["kind"] == "loading" else seconds
            yield message

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._stdin, self._stdout):
            with suppress(OSError):  # what was not sent yet cannot be any more
                stream.close()

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def _stdin(self) -> IO[bytes]:
        return cast("IO[bytes]", self._process.stdin)

    @property
    def _stdout(self) -> IO[bytes]:
        return cast("IO[bytes]", self._process.stdout)

    def _line(self, seconds: float) -> bytes:
        until = time.monotonic() + seconds
        received = [self._unread]
        while b"\n" not in received[-1]:
            if not self._readable(until - time.monotonic()):
                raise _Broken(
                    f"took longer than {seconds:.0f} seconds to read, and was left: save it in "
                    "another format, or as plain text, and try again."
                )
            received.append(os.read(self._stdout.fileno(), _BLOCK))
            if not received[-1]:
                raise _Broken(self._ending())
        line, _, self._unread = b"".join(received).partition(b"\n")
        return line

    def _readable(self, seconds: float) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self._stdout, selectors.EVENT_READ)
            return bool(selector.select(max(0.0, seconds)))

    def _ending(self) -> str:
        status = self._process.wait()
        if status == OUT_OF_MEMORY:
            return (
                f"needs more than {self._memory / 1e6:,.0f} MB of memory to be read: save it in "
                "another format, or split it, and try again."
            )
        how = f"signal {-status}" if status < 0 else f"status {status}"
        return f"broke its reader ({how}): save it in another format and try again."
