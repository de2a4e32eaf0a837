"""Reads inputs into `Raw` articles: one module a format, chosen by the file's ending.

An archive or a mail holds further files, each an input of its own. Nothing here cleans,
dates or stores. An input that cannot be read becomes a `ReadError` in the stream, so that
one bad file never costs the others.
"""

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from vectorstore.errors import ReadError
from vectorstore.readers import html, jsonl, markdown, text
from vectorstore.readers.raw import MAX_BYTES, Input, Raw, printable, select_metadata

__all__ = [
    "FORMATS",
    "Input",
    "Raw",
    "count_files",
    "files",
    "parts",
    "read_input",
    "read_pasted",
    "read_source",
]

_logger = logging.getLogger(__name__)

T = TypeVar("T")
Reader = Callable[[Input], Iterable[Raw | ReadError]]
Container = Callable[[Input], Iterable[Input | ReadError]]

_LONGEST_NAME = 120
# Archives and mails in one another; nobody packs deeper.
_DEEPEST = 3

_READERS: dict[str, Reader] = {
    ".txt": text.read,
    ".text": text.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".html": html.read,
    ".htm": html.read,
    ".xhtml": html.read,
    ".jsonl": jsonl.read,
    ".ndjson": jsonl.read,
}
_CONTAINERS: dict[str, Container] = {}

FORMATS = tuple(dict.fromkeys((*_READERS, *_CONTAINERS)))
"""The endings of the files that can be read."""


def read_source(source: str) -> Iterator[tuple[str, Raw | ReadError]]:
    """Yield (input, article or error) for a file, or for every file under a folder.

    Reads in this process, for whoever trusts the files; see `reading` for others.
    """
    for shown, file in files(source):
        if isinstance(file, ReadError):
            yield shown, file
            continue
        for part in parts(Input.of_file(file)):
            if isinstance(part, ReadError):
                yield shown, part
            else:
                yield from read_input(part)


def files(source: str) -> Iterator[tuple[str, Path | ReadError]]:
    """Yield (input, file or error) for the file that `source` names, or for each in the folder.

    Hidden files and a folder's own README are passed over; any other file that Parley
    cannot read is an error in the stream, since nothing is dropped in silence.
    """
    path = Path(source)
    if not _is(path, Path.is_dir):
        yield printable(source), _file(path)
        return
    found = False
    for each in _walk(path):
        found = True
        shown = printable(source if isinstance(each, ReadError) else str(each))
        yield shown, each if isinstance(each, ReadError) else _file(each)
    if not found:
        shown = printable(source)
        yield shown, ReadError(f"{shown} holds no files: name a folder with articles in it.")


def count_files(sources: Iterable[str]) -> int:
    """Return how many files the sources name, for a progress bar; a missing one counts too."""
    return sum(
        sum(1 for _ in _walk(Path(source))) if _is(Path(source), Path.is_dir) else 1
        for source in sources
    )


def parts(file: Input, depth: int = 0) -> Iterator[Input | ReadError]:
    """Yield the inputs that a file consists of: itself, and what an archive or mail holds."""
    ending = _ending(file)
    holds = _CONTAINERS.get(ending)
    if ending in _READERS or holds is None:
        yield file
    if holds is None:
        return
    if depth >= _DEEPEST:
        yield ReadError(
            f"{file.source} lies in {depth} archives or mails: unpack it, and add it by itself."
        )
        return
    for part in _guarded(holds(file), file):
        if isinstance(part, Input):
            yield from parts(part, depth + 1)
        else:
            yield part


def read_input(file: Input) -> Iterator[tuple[str, Raw | ReadError]]:
    """Yield (input, article or error) for what one file holds."""
    reader = _READERS.get(_ending(file))
    if reader is None:
        known = ", ".join(sorted(FORMATS))
        ending = Path(file.name).suffix or "no ending"
        yield file.source, ReadError(f"{file.name} has {ending}; Parley reads {known}.")
        return
    for found in _guarded(_read(reader, file), file):
        yield (found.source if isinstance(found, Raw) else file.source), found


def _read(reader: Reader, file: Input) -> Iterator[Raw | ReadError]:
    yield from reader(file)


def _guarded(found: Iterable[T], file: Input) -> Iterator[T | ReadError]:
    """Yield what a reader finds; whatever ends it becomes the last that is yielded."""
    try:
        yield from found
    except ReadError as error:
        yield error
    except MemoryError:
        raise
    except Exception as error:
        _logger.debug("reading %s failed", file.source, exc_info=True)
        yield ReadError(
            f"{file.name} could not be read ({type(error).__name__}): "
            "save it in another format and try again."
        )


def read_pasted(pasted: str, metadata: Mapping[str, str], source: str) -> Raw:
    """Return a pasted text as an article; `metadata` goes before what stands in the text.

    ReadError if there is nothing in it, or more than an article may have.
    """
    content = pasted.encode("utf-8", errors="surrogatepass")
    if len(content) > MAX_BYTES:
        raise ReadError(
            f"The {source} has {len(content) / 1e6:.0f} MB and an article may have "
            f"{MAX_BYTES / 1e6:.0f} MB: paste one article at a time."
        )
    if not pasted.strip():
        raise ReadError(f"The {source} is empty: there is nothing to read.")
    raw = text.from_text(pasted, source)
    given = select_metadata(metadata.items())
    found_in = "reader" if "published" in given else raw.published_from
    return replace(raw, metadata=raw.metadata | given, published_from=found_in)


def _ending(file: Input) -> str:
    return Path(file.name).suffix.lower()


def _file(path: Path) -> Path | ReadError:
    shown = printable(str(path))
    if not _is(path, Path.exists):
        short = shown if len(shown) <= _LONGEST_NAME else f"{shown[:_LONGEST_NAME]}…"
        return ReadError(f"{short} does not exist: check the name.")
    if not _is(path, Path.is_file):
        return ReadError(f"{shown} is not a file: Parley reads files and folders.")
    return path


def _is(path: Path, question: Callable[[Path], bool]) -> bool:
    """Ask the file system about `path`; what cannot be a name at all is nothing."""
    try:
        return question(path)
    except (OSError, ValueError):
        return False


def _walk(folder: Path) -> Iterator[Path | ReadError]:
    """Yield the folder's files in a stable order, without following links to folders."""
    closed: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and name.lower() not in ("readme.md", "readme.txt"):
                yield Path(parent, name)
    for error in closed:
        reason = (error.strerror or str(error)).lower()
        yield ReadError(f"{error.filename} cannot be read: {reason}.")
