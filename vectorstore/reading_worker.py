"""The process in which inputs are read: `python -m vectorstore.reading_worker`.

Files are hostile data, and so is what they make a parser do; so they are parsed where that
can be ended from outside (see `reading`), and where memory is bounded and no file can be
written. A request is a line of JSON on standard input, and is answered by lines of JSON on
standard output, whose `kind` is

    ready     the process can be asked
    loading   a library is being imported, which may take its time
    part      the next part of the file begins (a file in an archive, say)
    item      something was found in it, which is now made an article of
    article   an article, ready for the library, and notes on what was mended
    error     why there is none
    end       the part is at its end
    done      the request is at its end

Nothing here knows the library, or how long reading may take.
"""

import contextlib
import importlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from vectorstore import languages
from vectorstore.assembly import assemble
from vectorstore.errors import ReadError
from vectorstore.readers import Input, Raw, parts, read_input, read_pasted

# What readers import late, so that the time it takes is not taken for a parser's.
_LATE = {
    ".html": ("trafilatura",),
    ".htm": ("trafilatura",),
    ".xhtml": ("trafilatura",),
    ".eml": ("trafilatura",),
    ".pdf": ("pypdf",),
    ".docx": ("docx",),
}

# The status with which the process ends itself when memory ran out: after that it would
# fail at inputs that did nothing wrong.
OUT_OF_MEMORY = 3
_TEMPORARY_BYTES = 512_000_000

Message = dict[str, Any]


def answer(request: Message) -> Iterator[Message]:
    """Yield the messages that answer a request.

    A request has the `path` of a file and the name that it is `shown` by, or None; how many
    of its parts to leave out (`after`), and how many articles of the next one (`skip`). Or it
    has a pasted `text`, its `metadata` and its `source`.
    """
    if "text" in request:
        yield {"kind": "part", "source": request["source"]}
        yield from _pasted(request)
        return
    file = Input.of_file(Path(request["path"]), request["shown"])
    for number, part in enumerate(parts(file)):
        if number >= request["after"]:
            skip = request["skip"] if number == request["after"] else 0
            yield from _part(part, file.source, skip)


def _part(part: Input | ReadError, source: str, skip: int) -> Iterator[Message]:
    if isinstance(part, ReadError):
        yield {"kind": "part", "source": source}
        yield _error(source, part)
    else:
        yield from _loading(_LATE.get(Path(part.name).suffix.lower(), ()))
        yield {"kind": "part", "source": part.source}
        for shown, found in islice(read_input(part), skip, None):
            yield {"kind": "item", "source": shown}
            if isinstance(found, ReadError):
                yield _error(shown, found)
            else:
                yield from _article(found)
    yield {"kind": "end"}


def _loading(modules: tuple[str, ...]) -> Iterator[Message]:
    missing = [name for name in modules if name not in sys.modules]
    if missing:
        yield {"kind": "loading"}
        for name in missing:
            importlib.import_module(name)


def _pasted(request: Message) -> Iterator[Message]:
    try:
        raw = read_pasted(request["text"], request["metadata"], request["source"])
    except ReadError as error:
        yield _error(request["source"], error)
    else:
        yield from _article(raw)


def _article(raw: Raw) -> Iterator[Message]:
    if languages.needs_model(raw.text) and not languages.is_prepared():
        yield {"kind": "loading"}
        with _writing():
            languages.prepare()
        yield {"kind": "item", "source": raw.source}
    try:
        article, notes = assemble(raw)
    except ReadError as error:
        yield _error(raw.source, error)
    else:
        yield {"kind": "article", "article": asdict(article), "notes": notes}


def _error(source: str, error: ReadError) -> Message:
    return {"kind": "error", "source": source, "reason": str(error)}


def _end_with(parent: int) -> None:
    """End this process soon after its parent, however that ended, and whatever it does."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


@contextlib.contextmanager
def _writing() -> Generator[None]:
    """Let the block write a temporary file, as loading what tells languages apart does."""
    _limit_files(_TEMPORARY_BYTES)
    try:
        yield
    finally:
        _limit_files(0)


def _limit_files(size: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (size, _TEMPORARY_BYTES))


def _bound(memory: int) -> None:
    """Let this process have so many bytes of memory, write no file and leave no core."""
    # Only where there is such a thing; elsewhere the parent's limits on time and size hold.
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    _limit_files(0)


def main(memory: int) -> int:
    """Answer requests until standard input ends."""
    # Ctrl+C is for the parent, which ends this process in good order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What a library prints must not get between the messages.
    out = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    _bound(memory)
    _send(out, {"kind": "ready"})
    for line in sys.stdin:
        try:
            for message in answer(json.loads(line)):
                _send(out, message)
        except MemoryError:
            return OUT_OF_MEMORY
        _send(out, {"kind": "done"})
    return 0


def _send(out: Any, message: Message) -> None:
    out.write(json.dumps(message) + "\n")
    out.flush()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
