"""Reads PDF documents and pages printed to PDF: their text by pypdf, in paragraphs again.

The day on which a file was made or printed is not the day of publication, and its author is
whoever typed it; so neither is taken. Nothing here reads what is only a picture.
"""

import io
import logging
import re
import warnings
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from vectorstore.errors import ReadError
from vectorstore.readers.pdf_mending import with_new_end
from vectorstore.readers.raw import MAX_BYTES, MAX_DOCUMENT_BYTES, Input, Raw, select_metadata
from vectorstore.readers.titles import real_title, without_site

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

    from vectorstore.readers.pdf_lines import Page

_logger = logging.getLogger(__name__)

# A page takes 15 to 30 ms, and the whole a few seconds; nobody's article is as long.
MAX_PAGES = 200
# Where programs may put something before the PDF, and after it.
_SLACK = 2048
# How much of a text may be characters that stand for no letter before it is none.
_GARBLED = 0.2
_NO_CHARACTER = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd]")
# A page with less than this is a picture with a stamp on it, or empty.
_FEWEST_LETTERS = 3


def read(file: Input) -> list[Raw]:
    """Return the document's text as one article; ReadError if there is none to be had."""
    content = file.read(MAX_DOCUMENT_BYTES)
    if b"%PDF-" not in content[:_SLACK]:
        raise ReadError(f"{file.name} is not a PDF: save it anew, or as what it is.")
    cut_off = b"%%EOF" not in content[-_SLACK:]
    try:
        with _quiet():
            article = _article(_opened(content, file.name), file)
    except ReadError as error:
        if not cut_off:
            raise
        raise ReadError(
            f"{file.name} is cut off, and what is left of it cannot be read: save it anew."
        ) from error
    if cut_off:
        note = "the file is cut off at its end, so that some of it may be missing"
        return [replace(article, notes=(note, *article.notes))]
    return [article]


def _article(reader: "PdfReader", file: Input) -> Raw:
    from vectorstore.readers.pdf_furniture import without_furniture
    from vectorstore.readers.pdf_paragraphs import paragraphs

    pages, notes = _pages(reader, file.name)
    text = without_furniture(pages)
    found = paragraphs(text.lines)
    joined = "\n\n".join(found)
    _check(joined, file.name)
    joined = joined.replace("\x00", "")
    if text.left_out:
        notes.append(f"lines at the pages' edges (heads, feet, numbers) left out: {text.left_out}")
    if marks := sum(page.marks for page in pages):
        notes.append(f"footnote marks left out: {marks}")
    if any(page.sideways for page in pages):
        notes.append("text that stands at an angle left out")
    title = _title(reader, file.name)
    metadata = [
        ("title", without_site(title, found[:12]) if title else None),
        ("url", text.address),
    ]
    if text.address is not None and not text.address.lower().startswith("http"):
        metadata.pop()
    return Raw(file.source, joined, select_metadata(metadata), None, tuple(notes))


def _opened(content: bytes, name: str) -> "PdfReader":
    """Return the document, given an end of its own if it was cut off; ReadError if it is none."""
    damaged = f"{name} is cut off or damaged and could not be mended: save it anew."
    try:
        reader = _parsed(content, name) or _parsed(with_new_end(content), name)
    except (NotImplementedError, RecursionError) as error:
        raise ReadError(damaged) from error
    if reader is None:
        raise ReadError(damaged)
    return reader


def _parsed(content: bytes, name: str) -> "PdfReader | None":
    # Imported late: it takes a third of a second, which other formats need not pay.
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

    encrypted = ReadError(f"{name} is encrypted: save it without a password.")
    try:
        # Without a password pypdf tries the empty one, which opens what only must not be printed.
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise encrypted
        return reader if len(reader.pages) else None
    except (DependencyError, FileNotDecryptedError) as error:
        raise encrypted from error
    except (PyPdfError, ValueError, TypeError, LookupError, AttributeError):
        _logger.debug("opening %s failed", name, exc_info=True)
        return None


def _pages(reader: "PdfReader", name: str) -> tuple[list["Page"], list[str]]:
    """Return the pages that can be read, and notes on those that cannot."""
    pages: list[Page] = []
    broken: list[int] = []
    pictures: list[int] = []
    letters = 0
    count = len(reader.pages)
    for number in range(min(count, MAX_PAGES)):
        page = _page(reader, number)
        if page is None:
            broken.append(number + 1)
            continue
        here = sum(char.isalnum() for line in page.lines for char in line.text)
        if here < _FEWEST_LETTERS and _has_picture(reader.pages[number]):
            pictures.append(number + 1)
        letters += here
        pages.append(page)
        if letters > MAX_BYTES:
            raise ReadError(f"{name} holds more text than an article may have: split it.")
    if not letters:
        raise _no_text(name, broken, pictures)
    notes = [f"only the first {MAX_PAGES} of {count} pages were read"] if count > MAX_PAGES else []
    if broken:
        notes.append(f"could not be read: {_named(broken)}")
    if pictures:
        notes.append(f"only a picture and no text: {_named(pictures)}")
    return pages, notes


def _page(reader: "PdfReader", number: int) -> "Page | None":
    from vectorstore.readers.pdf_lines import read_page

    try:
        return read_page(reader.pages[number], number)
    except MemoryError:
        raise
    except Exception:
        # A damaged page breaks the parser in any way there is, and costs only itself.
        _logger.debug("reading page %d failed", number + 1, exc_info=True)
        return None


def _no_text(name: str, broken: list[int], pictures: list[int]) -> ReadError:
    if broken:
        return ReadError(f"{name} is damaged: none of its text could be read. Save it anew.")
    if pictures:
        return ReadError(f"{name} holds pictures of pages and no text: run it through OCR first.")
    return ReadError(f"{name} holds no text: if it shows any, run it through OCR first.")


def _has_picture(page: "PageObject") -> bool:
    """Return whether anything is painted on the page that could be a picture of text."""
    from pypdf.generic import DictionaryObject

    try:
        resources = page["/Resources"].get_object()
        return isinstance(resources, DictionaryObject) and bool(resources.get("/XObject"))
    except (ValueError, TypeError, LookupError, AttributeError):
        return False


def _check(text: str, name: str) -> None:
    """Raise ReadError if the text is none: drawn in letters whose meaning the file keeps back."""
    written = sum(not char.isspace() for char in text)
    if not any(char.isalnum() for char in text):
        raise ReadError(f"{name} holds no text: if it shows any, run it through OCR first.")
    if len(_NO_CHARACTER.findall(text)) > _GARBLED * written:
        raise ReadError(
            f"{name} does not say which letters it shows (its fonts keep that back): "
            "run it through OCR first."
        )


def _title(reader: "PdfReader", name: str) -> str | None:
    try:
        given = reader.metadata.title if reader.metadata is not None else None
    except (ValueError, TypeError, LookupError, AttributeError):
        return None
    return real_title(given, name)


def _named(numbers: Iterable[int]) -> str:
    """Return "page 3" or "pages 3, 5 and 7 more"."""
    shown = list(numbers)
    if len(shown) == 1:
        return f"page {shown[0]}"
    more = f" and {len(shown) - 10} more" if len(shown) > 10 else ""
    return f"pages {', '.join(map(str, shown[:10]))}{more}"


@contextmanager
def _quiet() -> Generator[None]:
    """Keep pypdf from telling of every small thing that it mends on the way."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
