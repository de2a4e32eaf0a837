"""Reads mails (.eml): newsletters, alerts, articles that somebody sent or passed on.

A mail's subject is the title, and its date the article's; of a mail that passes another on,
those of the other. What is attached is an input of its own. Nothing here follows links.
"""

import io
import re
from collections.abc import Iterator
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from mimetypes import guess_extension
from typing import BinaryIO, cast

from vectorstore.errors import ReadError
from vectorstore.readers.mail_body import MAX_PARTS, is_attached, leaves, text_of
from vectorstore.readers.mail_forwarded import Story, iso_date, story
from vectorstore.readers.raw import Input, Raw, printable, select_metadata
from vectorstore.readers.text import unwrap

# Mail services pass on 25 MB, which base64 makes longer by a third.
MAX_MAIL_BYTES = 35_000_000
_MAX_ATTACHMENTS = 200
# A note that goes with an attachment is no longer than that, and no article.
_LONGEST_NOTE = 15
_LONGEST_NAME = 80
_LONGEST_HEADER = 5_000

_PREFIX = re.compile(
    r"(?:\s*(?P<kind>re|fwd?|aw|wg|antw|sv|vs|tr|rv|res|enc|i|r)(?:\[\d+\])?\s*:\s*)+",
    re.IGNORECASE,
)
_FORWARD = re.compile(r"\b(?:fwd?|wg|tr|rv|enc|vs|i)(?:\[\d+\])?\s*:", re.IGNORECASE)
# Addresses from which outlets send, and no person does.
_OUTLET = re.compile(
    r"(?:no-?reply|do-?not-?reply|news|newsletters?|alerts?|briefings?|digest|updates?|editors?|"
    r"info|hello|mail(?:er|ing)?|contact|subscriptions?)\b",
    re.IGNORECASE,
)
_BOUNDARY = re.compile(rb"\bboundary\s*=\s*\"?([^\s\";]{1,70})", re.IGNORECASE)
_MAX_MULTIPARTS = 200
# The standard library takes the square of a header's length, which mail servers keep short.
_ENDLESS_HEADER = re.compile(
    rb"^[!-9;-~]{1,80}+:(?:[^\n]{20000}|(?:[^\n]*+\n[ \t]){2000})", re.MULTILINE
)

_PASSED_OVER = ("image", "audio", "video", "font")
_SIGNATURES = (
    *("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"),
    *("text/calendar", "text/vcard", "text/x-vcard", "application/ms-tnef"),
)


def read(file: Input) -> list[Raw]:
    """Return the mail's article; none if it is but a note with what is attached to it."""
    message = _parsed(file)
    text, notes = text_of(message, file.name)
    attached = sum(1 for _ in _attached(message, file.name))
    subject = _header(message, "subject")
    passed_on = story(text, forwarded=bool(_FORWARD.match(subject)))
    if passed_on is not None:
        notes.append("it passes on another mail, which is the article")
    body = unwrap(text if passed_on is None else passed_on.text).strip()
    if attached and len(body.split()) < _LONGEST_NOTE:
        return []
    if not body:
        raise ReadError(f"{file.name} holds no text: there is nothing to read.")
    found = _from_headers(message) if passed_on is None else _from_story(passed_on)
    metadata = select_metadata(found.items())
    published_from = "mail header" if "published" in metadata else None
    return [Raw(file.source, body, metadata, published_from, tuple(notes))]


def parts(file: Input) -> Iterator[Input | ReadError]:
    """Yield what is attached to the mail: files, and mails of their own."""
    message = _parsed(file)
    for number, part in enumerate(_attached(message, file.name), 1):
        if number > _MAX_ATTACHMENTS:
            yield ReadError(f"{file.name} has more than {_MAX_ATTACHMENTS} attachments: split it.")
            return
        name = _file_name(part, number)
        yield Input(f"{file.source}/{name}", name, _Opener(part, f"{file.source}/{name}"))


class _Opener:
    def __init__(self, part: EmailMessage, shown: str) -> None:
        self._part = part
        self._shown = shown

    def __call__(self) -> BinaryIO:
        payload = self._part.get_payload(decode=True)
        if isinstance(payload, bytes):
            return io.BytesIO(payload)
        inner = self._part.get_payload()
        if not isinstance(inner, list) or not inner:
            raise ReadError(f"{self._shown} is damaged: save it from the mail.")
        try:
            # As it came: writing a header anew can fail, and could change it.
            return io.BytesIO(cast("Message", inner[0]).as_bytes(policy=policy.compat32))
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise ReadError(f"{self._shown} is damaged: save it from the mail.") from error


def _parsed(file: Input) -> EmailMessage:
    content = file.read(MAX_MAIL_BYTES)
    too_many = f"{file.name} has more than {MAX_PARTS} parts, as no mail has: split it."
    if _boundaries(content) > 2 * MAX_PARTS:
        raise ReadError(too_many)
    if _ENDLESS_HEADER.search(content):
        raise ReadError(f"{file.name} has a header without end, as no mail has: save it anew.")
    try:
        message = BytesParser(policy=policy.default).parsebytes(content)
        if not message.keys():
            raise ReadError(f"{file.name} has no header of a mail: save the mail anew.")
        count = sum(1 for _ in leaves(message, file.name))
    except RecursionError as error:
        raise ReadError(f"{file.name} has parts too deep in one another to be read.") from error
    if count > MAX_PARTS:
        raise ReadError(too_many)
    return message


def _boundaries(content: bytes) -> int:
    """Count the lines that divide parts, so that no mail is parsed that is made of them."""
    marks = set(_BOUNDARY.findall(content))
    if len(marks) > _MAX_MULTIPARTS:
        return len(content)
    return sum(content.count(b"\n--" + mark) for mark in marks)


def _attached(message: EmailMessage, name: str) -> Iterator[EmailMessage]:
    """Yield the attachments that could be articles; a picture or a signature is none."""
    for part in leaves(message, name):
        kind = part.get_content_type()
        notice = part.get_content_maintype() == "message" and kind != "message/rfc822"
        passed_over = part.get_content_maintype() in _PASSED_OVER or kind in _SIGNATURES
        if is_attached(part) and not passed_over and not notice:
            yield part


def _file_name(part: EmailMessage, number: int) -> str:
    inner = part.get_payload()
    given = re.split(r"[/\\]", part.get_filename() or "")[-1]
    ending = guess_extension(part.get_content_type()) or ""
    if part.get_content_type() == "message/rfc822":
        ending = ".eml"
        if not given and isinstance(inner, list) and inner:
            given = _header(cast("Message", inner[0]), "subject").replace("/", "-")
    stem, dot, last = given.rpartition(".")
    if dot and ending != ".eml":
        ending = dot + last[:10]
    else:
        stem = given.removesuffix(".eml")
    stem = printable(" ".join(stem.split()))[:_LONGEST_NAME] or f"attachment-{number}"
    return stem + printable(ending)


def _from_headers(message: EmailMessage) -> dict[str, str | None]:
    lists = ("list-id", "list-unsubscribe", "list-post")
    precedence = _header(message, "precedence").lower()
    bulk = precedence in ("bulk", "list") or any(_header(message, each) for each in lists)
    return {
        "title": _without_prefix(_header(message, "subject")),
        "published": _date(message),
        "publisher" if bulk else "author": _sender(_header(message, "from")),
        "url": _header(message, "archived-at").strip("<> ") or None,
    }


def _from_story(found: Story) -> dict[str, str | None]:
    outlet = _OUTLET.search(found.sender.rpartition("<")[2])
    return {
        "title": _without_prefix(found.subject),
        "published": iso_date(found.date) or found.date or None,
        "publisher" if outlet else "author": _sender(found.sender),
    }


def _date(message: EmailMessage) -> str | None:
    written = _header(message, "date")
    try:
        return parsedate_to_datetime(written).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return iso_date(written) or written or None


def _sender(written: str) -> str | None:
    """Return the name that a sender goes by; an address is none."""
    name = parseaddr(written)[0] or written.partition("<")[0]
    name = " ".join(name.replace('"', " ").split()).strip("' ")
    return name if name and "@" not in name else None


def _without_prefix(subject: str) -> str:
    return subject[match.end() :].strip() if (match := _PREFIX.match(subject)) else subject


def _header(message: Message, name: str) -> str:
    """Return a header decoded, on one line, whatever is hidden in it; "" if there is none."""
    raw = next((value for key, value in message.raw_items() if key.lower() == name), "")
    written = str(raw)[:_LONGEST_HEADER]
    if any("\udc80" <= char <= "\udcff" for char in written):
        # Not encoded at all: UTF-8 as it is, or else nothing that can be known.
        written = written.encode("ascii", "surrogateescape").decode("utf-8", "replace")
    try:
        decoded = str(make_header(decode_header(written)))
    except (ValueError, LookupError, TypeError):
        decoded = written
    return " ".join("".join(char if char.isprintable() else " " for char in decoded).split())
