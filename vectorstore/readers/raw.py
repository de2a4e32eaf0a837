"""What every reader returns, and the two things that they share: limits and decoding."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from charset_normalizer import from_bytes

from vectorstore.errors import ReadError

# The longest article anyone reads is a few hundred kilobytes; what is longer is a dump.
MAX_BYTES = 5_000_000

METADATA_KEYS = ("title", "publisher", "author", "published", "url", "language")

_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}


@dataclass(frozen=True, slots=True)
class Raw:
    """One article as a reader found it: its text, not yet cleaned, and its metadata.

    `metadata` holds only `METADATA_KEYS`, each a string as it stood in the input;
    `published_from` says where the date stood. `notes` tell what was mended on the way.
    """

    source: str
    text: str
    metadata: dict[str, str] = field(default_factory=dict[str, str])
    published_from: str | None = None
    notes: tuple[str, ...] = ()


def select_metadata(found: Iterable[tuple[object, object]]) -> dict[str, str]:
    """Keep the known keys whose value is a plain scalar, as strings; drop the rest.

    A nested value is never text: it could be a bomb of references, and has no meaning here.
    """
    return {
        str(key).lower(): str(value).strip()
        for key, value in found
        if str(key).lower() in METADATA_KEYS
        and not isinstance(value, (dict, list, tuple, set, bool, type(None)))
        and str(value).strip().lower() not in ("", "~", "null")
    }


def read_bytes(path: Path) -> bytes:
    """Return the file's content; ReadError if it is missing, empty, or over `MAX_BYTES`."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ReadError(
                f"{path.name} is {size / 1e6:.0f} MB and an article may have "
                f"{MAX_BYTES / 1e6:.0f} MB: split it into one file an article."
            )
        content = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ReadError(f"{path} cannot be read: {reason}.") from error
    if not content.strip():
        raise ReadError(f"{path.name} is empty: there is nothing to read.")
    return content


def decode(content: bytes, name: str) -> str:
    """Decode UTF-8, or UTF-16 and UTF-32 with a byte order mark; ReadError otherwise.

    A guess at another encoding can be wrong without anyone noticing, so the guess is
    named in the message and the reader decides.
    """
    marks = (name for mark, name in _BYTE_ORDER_MARKS.items() if content.startswith(mark))
    encoding = next(marks, "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadError(_not_text(content, name)) from error
    if text.count("\x00") > len(text) // 1000:
        raise ReadError(f"{name} is not text (it holds NUL bytes): save it as text.")
    return text


def _not_text(content: bytes, name: str) -> str:
    sample = content[:20_000]
    guess = None if b"\x00" in sample else from_bytes(sample).best()
    if guess is None or guess.chaos > 0.1:
        return f"{name} is not text: Parley reads text, Markdown, HTML and JSON Lines."
    return (
        f"{name} is not UTF-8 (it looks like {guess.encoding}): save it as UTF-8, "
        f"for example with iconv -f {guess.encoding} -t utf-8."
    )
