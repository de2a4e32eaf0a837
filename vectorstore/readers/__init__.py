"""Reads inputs into `Raw` articles: one module a format, chosen by the file's ending.

Nothing here cleans, dates or stores. An input that cannot be read becomes a `ReadError`
in the stream, so that one bad file never costs the others.
"""

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from vectorstore.errors import ReadError
from vectorstore.readers import html, jsonl, markdown, text
from vectorstore.readers.raw import MAX_BYTES, Raw, select_metadata

__all__ = ["FORMATS", "Raw", "count_files", "read_pasted", "read_source"]

_logger = logging.getLogger(__name__)

Reader = Callable[[Path], Iterable[Raw | ReadError]]

_LONGEST_NAME = 120

FORMATS: dict[str, Reader] = {
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


def read_source(source: str) -> Iterator[tuple[str, Raw | ReadError]]:
    """Yield (input, article or error) for a file, or for every file under a folder.

    The input's name is as it can be printed: bytes that are no text become "?".

    Hidden files and a folder's own README are passed over; any other file that Parley
    cannot read is an error in the stream, since nothing is dropped in silence.
    """
    for name, read in _read(source):
        printable = name.encode(errors="replace").decode()
        yield printable, replace(read, source=printable) if isinstance(read, Raw) else read


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


def count_files(sources: Iterable[str]) -> int:
    """Return how many files the sources name, for a progress bar; a missing one counts too."""
    return sum(
        sum(1 for _ in _walk(Path(source))) if _is(Path(source), Path.is_dir) else 1
        for source in sources
    )


def _read(source: str) -> Iterator[tuple[str, Raw | ReadError]]:
    path = Path(source)
    if _is(path, Path.is_dir):
        found = False
        for file in _walk(path):
            found = True
            if isinstance(file, ReadError):
                yield source, file
            else:
                yield from _read_file(file)
        if not found:
            yield source, ReadError(f"{source} holds no files: name a folder with articles in it.")
    else:
        yield from _read_file(path)


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


def _read_file(path: Path) -> Iterator[tuple[str, Raw | ReadError]]:
    reader = FORMATS.get(path.suffix.lower())
    if not _is(path, Path.exists):
        shown = str(path) if len(str(path)) <= _LONGEST_NAME else f"{str(path)[:_LONGEST_NAME]}…"
        yield str(path), ReadError(f"{shown} does not exist: check the name.")
    elif not _is(path, Path.is_file):
        yield str(path), ReadError(f"{path} is not a file: Parley reads files and folders.")
    elif reader is None:
        known = ", ".join(sorted(FORMATS))
        ending = path.suffix or "no ending"
        yield str(path), ReadError(f"{path.name} has {ending}; Parley reads {known}.")
    else:
        try:
            for article in reader(path):
                yield (article.source if isinstance(article, Raw) else str(path)), article
        except ReadError as error:
            yield str(path), error
        except Exception as error:
            _logger.debug("reading %s failed", path, exc_info=True)
            yield (
                str(path),
                ReadError(
                    f"{path.name} could not be read ({type(error).__name__}): "
                    "save it in another format and try again."
                ),
            )
