"""Finds in a mail the text that its reader reads, and decodes it.

A mail says the same thing in several forms, and carries files beside it. The plain form is
taken, unless it only says that there is another. Nothing here knows who wrote it, or when.
"""

import codecs
import re
from collections.abc import Iterator
from email.message import EmailMessage, Message
from typing import cast

from vectorstore.errors import ReadError
from vectorstore.readers.html import from_html
from vectorstore.readers.raw import MAX_BYTES

# Mail programs make a dozen parts, and put a few in one another.
MAX_PARTS = 1_000
_DEEPEST = 30

_TABLES = re.compile(r"<(/?)(?:table|tbody|thead|tfoot|tr|center)\b[^<>]*>", re.IGNORECASE)
_CELLS = re.compile(r"<(/?)(?:td|th)\b[^<>]*>", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?[\w.:-]+", re.IGNORECASE)
# Each begins a word: tried within one, they would take the square of its length.
_ADDRESS = re.compile(r"(?<!\S)(?:\S+://\S+|www\.\S+|\S+@\S+)")
_WORD = re.compile(r"\w+")
_STUB = re.compile(
    r"\b(?:view|read|see|open) (?:this|it|the)?\b.{0,60}\b(?:browser|online)\b"
    r"|\bHTML\b.{0,30}\b(?:e-?mail|mail|version|format|support)"
    r"|\b(?:not|cannot|can't|unable to) (?:support|display|show|view)",
    re.IGNORECASE | re.DOTALL,
)
_OF_HABIT = ("", "us-ascii", "ascii", "iso-8859-1", "latin-1")
_LONGEST_STUB = 80
_FEWEST_WORDS = 5


def leaves(message: Message, name: str, depth: int = 0) -> Iterator[EmailMessage]:
    """Yield the parts that hold something, not what is in mails that are attached.

    ReadError if they lie deeper in one another than any mail program puts them.
    """
    if depth > _DEEPEST:
        raise ReadError(f"{name} has parts that lie too deep in one another to be a mail's.")
    payload = message.get_payload()
    if message.get_content_maintype() == "multipart" and isinstance(payload, list):
        for part in cast("list[Message]", payload):
            yield from leaves(part, name, depth + 1)
    else:
        yield cast("EmailMessage", message)


def is_attached(part: EmailMessage) -> bool:
    """Return whether a part is a file beside the text, or a mail of its own."""
    beside = part.get_content_disposition() == "attachment" or bool(part.get_filename())
    return beside or part.get_content_maintype() != "text"


def text_of(message: Message, name: str) -> tuple[str, list[str]]:
    """Return the mail's text, its lines as they were sent, and notes on the decoding."""
    notes: list[str] = []
    texts = [_text(part, name, notes) for part in _chosen(message)]
    return "\n\n".join(text for text in texts if text.strip()), list(dict.fromkeys(notes))


def _chosen(message: Message) -> Iterator[EmailMessage]:
    """Yield the parts that make up the text, of several forms of the same the best."""
    payload = message.get_payload()
    kind = message.get_content_type()
    if message.get_content_maintype() != "multipart" or not isinstance(payload, list):
        part = cast("EmailMessage", message)
        if kind in ("text/plain", "text/html") and not is_attached(part):
            yield part
        return
    inner = cast("list[Message]", payload)
    if kind == "multipart/alternative":
        yield from _best([list(_chosen(part)) for part in inner])
    elif kind == "multipart/related":
        # What is beside the first is its pictures.
        yield from _chosen(inner[0]) if inner else ()
    else:
        for part in inner:
            yield from _chosen(part)


def _best(forms: list[list[EmailMessage]]) -> list[EmailMessage]:
    plain = [form for form in forms if form and _is_plain(form)]
    other = [form for form in forms if form and not _is_plain(form)]
    if not other:
        return plain[0] if plain else []
    if not plain or _is_stub(plain[0], other[-1]):
        return other[-1]
    return plain[0]


def _is_plain(form: list[EmailMessage]) -> bool:
    return all(part.get_content_type() == "text/plain" for part in form)


def _is_stub(plain: list[EmailMessage], other: list[EmailMessage]) -> bool:
    """Return whether the plain form says nothing but that there is another."""
    text = "\n".join(_decoded(part, []) for part in plain)
    words = len(_WORD.findall(_ADDRESS.sub("", text)))
    if words < _FEWEST_WORDS or (words < _LONGEST_STUB and _STUB.search(text)):
        return True
    markup = "".join(_decoded(part, []) for part in other)
    shown = sum(len(_WORD.findall(each)) for each in re.findall(r">([^<]+)", markup))
    return words < _LONGEST_STUB and shown > 6 * words


def _text(part: EmailMessage, name: str, notes: list[str]) -> str:
    text = _decoded(part, notes).replace("\r\n", "\n")
    if len(text) > MAX_BYTES:
        raise ReadError(f"{name} holds more text than an article may have: split it.")
    if part.get_content_type() == "text/html":
        # It is UTF-8 now, whatever it says of itself; and mails are laid out with tables, whose
        # cells are paragraphs.
        text = _CHARSET.sub("charset=utf-8", text[:4096]) + text[4096:]
        text = _CELLS.sub(r"<\1p>", _TABLES.sub(r"<\1div>", text))
        try:
            return from_html(text.encode("utf-8", "replace"), name, name).text
        except ReadError:
            return ""
    if str(part.get_param("format") or "").lower() == "flowed":
        delete = str(part.get_param("delsp") or "").lower() == "yes"
        return _unflowed(text, "" if delete else " ")
    return text


def _unflowed(text: str, between: str) -> str:
    """Join the lines that end with a space, which says that they go on (RFC 3676, section 4)."""
    pieces: list[str] = []
    for line in text.split("\n"):
        line = line.removeprefix(" ") if line.startswith(" ") else line
        flows = line.endswith(" ") and line != "-- "
        pieces.append(line[:-1] + between if flows else line + "\n")
    return "".join(pieces)


def _decoded(part: EmailMessage, notes: list[str]) -> str:
    """Decode a text by its character set; what cannot be is replaced, with a note."""
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    named = str(part.get_param("charset") or "")
    charset = named.strip("\"' ").lower()
    known = _is_known(charset)
    # Nothing else decodes as UTF-8 by chance; and programs say ASCII or Latin-1 of what is neither.
    tried = [] if content.isascii() and known else ["utf-8"]
    tried += ["cp1252", "latin-1"] if charset in _OF_HABIT else [charset] if known else []
    if charset and not known:
        notes.append(f"its character set {charset[:40]!r} is unknown, and was taken for UTF-8")
    for encoding in tried:
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    text = content.decode(charset if known else "utf-8", errors="replace")
    notes.append(f"{text.count(chr(0xFFFD))} characters could not be decoded")
    return text


def _is_known(charset: str) -> bool:
    try:
        # Some of Python's codecs turn bytes into bytes, which is no character set.
        return codecs.lookup(charset).name not in ("base64", "hex", "rot13", "uu", "zlib", "bz2")
    except (LookupError, ValueError, UnicodeError):
        return False
