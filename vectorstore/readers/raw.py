"""What every reader is given and returns, and what they share: limits, names, decoding."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from charset_normalizer import from_bytes

from vectorstore.errors import ReadError

# The longest article anyone reads is a few hundred kilobytes; what is longer is a dump.
MAX_BYTES = 5_000_000
# Documents carry their fonts and pictures, and saved pages theirs.
MAX_DOCUMENT_BYTES = 20_000_000
MAX_ARCHIVE_BYTES = 100_000_000

# What else front matter and exports call them.
_ALIASES = {
    "date": "published",
    "pubdate": "published",
    "published_at": "published",
    "publication_date": "published",
    "datepublished": "published",
    "outlet": "publisher",
    "publication": "publisher",
    "byline": "author",
    "link": "url",
    "lang": "language",
}
_NO_SCALAR = (dict, list, tuple, set, bool, type(None))
METADATA_KEYS = ("title", "publisher", "author", "published", "url", "language")

# Encodings that a guess can be relied on for, by their letters.
_TOLD_APART = frozenset(
    (
        *("cp1251", "koi8_r", "koi8_u", "mac_cyrillic", "cp866", "cp855", "iso8859_5"),
        *("cp1253", "cp1255", "cp1256", "iso8859_6", "iso8859_7", "iso8859_8", "gb18030"),
        *("big5", "shift_jis", "cp932", "euc_jp", "euc_kr", "cp949", "gb2312", "gbk"),
    )
)
_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}


@dataclass(frozen=True, slots=True)
class Input:
    """A file to be read, wherever it lies: on a disk, in an archive, in a mail.

    `source` is what a reader is shown, and `name` its last part, whose ending says how to
    read it; both can be printed. `opener` may be called more than once.
    """

    source: str
    name: str
    opener: Callable[[], BinaryIO] = field(repr=False, compare=False)

    @classmethod
    def of_file(cls, path: Path, shown: str | None = None) -> "Input":
        """Return the input that a file on the disk is, shown as its path or as `shown`."""
        source = printable(str(path) if shown is None else shown)
        return cls(
            source,
            printable(path.name if shown is None else Path(shown).name),
            lambda: path.open("rb"),
        )

    def open(self) -> BinaryIO:
        """Return the content as a stream, to be closed; ReadError if it cannot be had."""
        try:
            return self.opener()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise ReadError(f"{self.source} cannot be read: {reason}.") from error

    def read(self, limit: int = MAX_BYTES) -> bytes:
        """Return the whole content; ReadError if it is empty, or over `limit` bytes."""
        with self.open() as stream:
            try:
                content = stream.read(limit + 1)
            except OSError as error:
                reason = (error.strerror or str(error)).lower()
                raise ReadError(f"{self.source} cannot be read: {reason}.") from error
        if len(content) > limit:
            raise ReadError(
                f"{self.name} is larger than {limit / 1e6:.0f} MB: split it into one file an "
                "article."
            )
        if not content.strip():
            raise ReadError(f"{self.name} is empty: there is nothing to read.")
        return content


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


def printable(name: str) -> str:
    """Return a file's name as it can be shown: what is no character, or controls, as U+FFFD."""
    return "".join(char if char.isprintable() else "\ufffd" for char in name)


def select_metadata(found: Iterable[tuple[object, object]]) -> dict[str, str]:
    """Keep the known keys whose value is a plain scalar, as strings; drop the rest.

    A nested value is never text: it could be a bomb of references, and has no meaning here.
    """
    selected: dict[str, str] = {}
    for key, value in found:
        name = str(key).lower()
        known = _ALIASES.get(name, name)
        if known not in METADATA_KEYS or isinstance(value, _NO_SCALAR):
            continue
        text = str(value).strip()
        # A field's own name goes before another for it.
        if text.lower() not in ("", "~", "null") and (name == known or known not in selected):
            selected[known] = text
    return selected


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
        return f"{name} is not text, and nothing else that Parley reads."
    # Western letters look alike in all code pages; few files are in another than this.
    encoding = guess.encoding if guess.encoding in _TOLD_APART else "cp1252"
    return (
        f"{name} is not UTF-8 (it looks like {encoding}): save it as UTF-8, "
        f"for example with iconv -f {encoding} -t utf-8."
    )
