"""Reads Word documents (.docx): the text as it stands with all changes accepted.

Its author is whoever typed it, and its days are those of typing and saving; so neither is
taken for the article's. Nothing that a document refers to elsewhere is opened.
"""

import io
import logging
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, cast

from vectorstore.errors import ReadError
from vectorstore.readers.archive import UNPACKING_ERRORS
from vectorstore.readers.docx_text import Block, DocumentText, Element, note_texts
from vectorstore.readers.raw import MAX_BYTES, MAX_DOCUMENT_BYTES, Input, Raw, select_metadata
from vectorstore.readers.sniff import HEAD_BYTES, Kind, office_kind, sniff
from vectorstore.readers.titles import real_title

if TYPE_CHECKING:
    from docx.document import Document

_logger = logging.getLogger(__name__)

MAX_UNPACKED_BYTES = 60_000_000
# The text of an article of 5 MB with the markup around it.
_MAX_MAIN_BYTES = 30_000_000
_MAX_MEMBERS = 5_000
_CONTENT_TYPES = "[Content_Types].xml"
_DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))
_TITLES = ("Title", "Heading 1")
# What python-docx raises where a part is not there, or is another than it should be; lxml's
# error for what is no XML is a SyntaxError.
_STRUCTURE = (
    *(SyntaxError, KeyError, ValueError, AttributeError),
    *(TypeError, IndexError, AssertionError),
)


def read(file: Input) -> list[Raw]:
    """Return the document's text as one article; ReadError if it is none, or not safe to open."""
    content = file.read(MAX_DOCUMENT_BYTES)
    _check(content, file.name)
    document = _opened(content, file.name)
    text = DocumentText(_style_names(document))
    blocks = list(_bounded(text.blocks(_body(document)), file.name))
    blocks += _bounded(_notes(document, text), file.name)
    title = real_title(document.core_properties.title, file.name)
    if blocks and blocks[0].style in _TITLES:
        title, blocks = " ".join(blocks[0].text.split()), blocks[1:]
    joined = "\n\n".join(block.text for block in blocks)
    if not joined:
        raise ReadError(f"{file.name} holds no text: if it shows any, it is in pictures.")
    metadata = select_metadata([("title", title)])
    return [Raw(file.source, joined, metadata, None, tuple(_remarks(text)))]


def _bounded(blocks: Iterable[Block], name: str) -> Iterator[Block]:
    length = 0
    for block in blocks:
        length += len(block.text)
        if length > MAX_BYTES:
            raise ReadError(f"{name} holds more text than an article may have: split it.")
        yield block


def _check(content: bytes, name: str) -> None:
    """Raise ReadError for what is no Word document, or would unpack to more than it may."""
    kind = sniff(content[:HEAD_BYTES])
    if kind is not None and kind.ending == ".doc":
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise ReadError(f"{name} is encrypted: save it without a password.")
        raise ReadError(f"{name} is {kind.name}: {kind.mend}.")
    if kind is not None and kind.ending not in (".docx", ".zip"):
        raise ReadError(f"{name} is {kind.name} and no Word document: {kind.mend}.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _check_package(package, name)
    except UNPACKING_ERRORS as error:
        raise ReadError(f"{name} is cut off or damaged: save it anew.") from error


def _check_package(package: zipfile.ZipFile, name: str) -> None:
    members = package.infolist()
    sizes = {member.filename: member.file_size for member in members}
    unpacked = sum(member.file_size for member in members)
    if len(members) > _MAX_MEMBERS or unpacked > MAX_UNPACKED_BYTES:
        raise ReadError(
            f"{name} unpacks to more than {MAX_UNPACKED_BYTES / 1e6:.0f} MB, and is not opened: "
            "save it without its pictures."
        )
    if any(size > _MAX_MAIN_BYTES for member, size in sizes.items() if member.endswith(".xml")):
        raise ReadError(f"{name} holds more text than an article may have: split it.")
    if _CONTENT_TYPES not in sizes:
        raise ReadError(f"{name} is a ZIP archive and no Word document: save it as .zip.")
    _check_kind(sizes, office_kind(package.read(_CONTENT_TYPES)), name)
    for member in members:
        # Word writes no such definitions, and what they define can grow without bound.
        if member.filename.endswith((".xml", ".rels")):
            with package.open(member) as part:
                content = part.read()
                if any(mark in content for mark in _DOCTYPES):
                    raise ReadError(
                        f"{name} defines entities, and is not opened: save it as .docx anew."
                    )


def _check_kind(members: Iterable[str], kind: Kind | None, name: str) -> None:
    if any(member.endswith("vbaProject.bin") for member in members):
        raise ReadError(f"{name} holds macros, and is not opened: save it as .docx without them.")
    if kind is None or kind.ending != ".docx":
        what = "no Word document" if kind is None else kind.name
        mend = "save it as .docx" if kind is None else kind.mend
        raise ReadError(f"{name} is {what}: {mend}.")


def _opened(content: bytes, name: str) -> "Document":
    # Imported late: it takes a third of a second, which other formats need not pay.
    from docx import Document
    from docx.opc.exceptions import OpcError

    try:
        document = Document(io.BytesIO(content))
        _body(document)
    except (OpcError, *UNPACKING_ERRORS, *_STRUCTURE) as error:
        _logger.debug("opening %s failed", name, exc_info=True)
        raise ReadError(
            f"{name} lacks a part, or has one that is damaged: open it in Word or LibreOffice, and "
            "save it as .docx anew."
        ) from error
    return document


def _body(document: "Document") -> Element:
    # python-docx's own type is lxml's, which has none; the part itself is its root element.
    root = cast("Element", document.part.element)
    body = root.find("{*}body")
    if body is None:
        raise KeyError("body")
    return body


def _style_names(document: "Document") -> Mapping[str, str]:
    """Return the styles' names by their ids; an id is in the language of the program."""
    return {style.style_id: style.name or "" for style in document.styles}


def _notes(document: "Document", text: DocumentText) -> Iterator[Block]:
    """Yield the footnotes and endnotes that the text refers to, in that order."""
    from docx.oxml.parser import parse_xml

    parts: dict[str, dict[str, Element]] = {}
    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind in ("footnotes", "endnotes") and not relation.is_external:
            try:
                part = cast("Element", parse_xml(relation.target_part.blob))
            except SyntaxError:
                continue
            parts[kind] = note_texts(part, kind)
    for kind, number in tuple(dict.fromkeys(text.notes)):
        note = parts.get(kind, {}).get(number)
        if note is not None:
            yield from text.blocks(note)


def _remarks(text: DocumentText) -> Iterator[str]:
    counted = (
        ("footnotes put at the end", len(text.notes)),
        ("tracked deletions left out", text.struck),
        ("hidden passages left out", text.hidden),
        ("embedded documents left out", text.embedded),
    )
    return (f"{what}: {count}" for what, count in counted if count)
