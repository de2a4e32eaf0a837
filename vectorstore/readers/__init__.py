"""Reads inputs into `Raw` articles: one module a format, chosen by the file's ending.

A file is taken for what it is, whatever its name: a PDF that is named .html is read as one.
An archive or a mail holds further files, each an input of its own. Nothing here cleans, dates
or stores. An input that cannot be read becomes a `ReadError` in the stream, so that one bad
file never costs the others.
"""

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from vectorstore.errors import ReadError
from vectorstore.readers import archive, docx, html, jsonl, mail, markdown, pdf, text
from vectorstore.readers.raw import MAX_BYTES, Input, Raw, printable, select_metadata
from vectorstore.readers.sniff import HEAD_BYTES, Kind, misnamed, sniff

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
    ".pdf": pdf.read,
    ".docx": docx.read,
    ".eml": mail.read,
    ".jsonl": jsonl.read,
    ".ndjson": jsonl.read,
}
_CONTAINERS: dict[str, Container] = {".zip": archive.parts, ".eml": mail.parts}

# What begins like a page or a mail may well be Markdown or a text.
_PLAIN = (".txt", ".text", ".md", ".markdown", ".jsonl", ".ndjson")
_TEXTUAL = (".html", ".eml", ".mbox", ".mhtml", ".xml", ".rtf")

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
    ending, _ = _taken_for(file)
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
    for part in _guarded(holds, file):
        if isinstance(part, Input):
            yield from parts(part, depth + 1)
        else:
            yield part


def read_input(file: Input) -> Iterator[tuple[str, Raw | ReadError]]:
    """Yield (input, article or error) for what one file holds."""
    ending, kind = _taken_for(file)
    reader = _READERS.get(ending)
    if reader is None:
        yield file.source, _unread(file, kind)
        return
    named = () if kind is None else (f"it is {kind.name}, whatever its name, and was read as that",)
    for found in _guarded(reader, file):
        if isinstance(found, Raw):
            yield found.source, replace(found, notes=(*named, *found.notes))
        else:
            yield file.source, found


def _taken_for(file: Input) -> tuple[str, Kind | None]:
    """Return the ending that says how to read a file, and what it is if its name says else."""
    ending = Path(file.name).suffix.lower()
    try:
        with file.open() as stream:
            head = stream.read(HEAD_BYTES)
        kind = misnamed(file.name, head) if ending in FORMATS else sniff(head)
    except Exception:
        # Whatever is wrong with it is said where it is read.
        _logger.debug("looking at %s failed", file.source, exc_info=True)
        kind = None
    if kind is None or (ending in _PLAIN and kind.ending in _TEXTUAL):
        return ending, None
    return kind.ending, kind


def _unread(file: Input, kind: Kind | None) -> ReadError:
    if kind is not None:
        return ReadError(f"{file.name} is {kind.name}: {kind.mend}.")
    known = ", ".join(sorted(FORMATS))
    ending = Path(file.name).suffix or "no ending"
    return ReadError(f"{file.name} has {ending}; Parley reads {known}.")


def _guarded(find: Callable[[Input], Iterable[T]], file: Input) -> Iterator[T | ReadError]:
    """Yield what a reader finds; whatever ends it becomes the last that is yielded."""
    try:
        yield from find(file)
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
        yield ReadError(f"{printable(str(error.filename))} cannot be read: {reason}.")
