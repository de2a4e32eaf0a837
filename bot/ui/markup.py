"""Text as markup that cannot act, links that lead where they say, dates for readers.

Titles, articles, questions and answers are hostile data. Everything here is pure, and
`text` is the only road from a string into the page.
"""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

# The front end's components are template engines: beside the five characters that HTML
# needs, those that open a template (`${…}`, `{{…}}`, backticks) become entities, so that
# no engine can find one in what it is given.
_ENTITIES = {ord(char): f"&#{ord(char)};" for char in "&<>\"'`${}"}

# A lone surrogate cannot be sent as UTF-8 and would fail the whole page; other control
# characters are read differently by every parser.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_CITE = re.compile(r"#cite/([0-9a-f]{8,64})/([1-9][0-9]{0,5})/([0-9]{1,9})/([0-9]{1,9})")
_DATE = re.compile(
    r"""([0-9]{4}) (?:-([0-9]{2}) (?:-([0-9]{2})
        (?:[T ]([0-9]{2}:[0-9]{2})[0-9:.,]* (Z|[+-][0-9:]+)? )?)?)?""",
    re.VERBOSE,
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def shown(value: str) -> str:
    """Return `value` as a reader sees it: unprintable characters as U+FFFD."""
    return _UNPRINTABLE.sub("\ufffd", value.replace("\r\n", "\n").replace("\r", "\n"))


def text(value: str) -> str:
    """Escape `value` for element content and for quoted attributes."""
    return shown(value).translate(_ENTITIES)


def isolated(value: str) -> str:
    """Escape `value` so that its right-to-left controls cannot reach past it."""
    return f"<bdi>{text(value)}</bdi>"


@dataclass(frozen=True, slots=True)
class Place:
    """A range of one version of an article: what a citation link leads to."""

    article_id: str
    version: int
    start: int
    end: int

    @property
    def link(self) -> str:
        """The link, which holds all that is needed to open the place."""
        return f"#cite/{self.article_id}/{self.version}/{self.start}/{self.end}"


def place(link: object) -> Place | None:
    """Read a citation link as it came from a browser; None unless it is one."""
    match = _CITE.fullmatch(link) if isinstance(link, str) else None
    if match is None:
        return None
    found = Place(match[1], int(match[2]), int(match[3]), int(match[4]))
    return found if found.start < found.end else None


def outside(url: str | None) -> tuple[str, str] | None:
    """Return an article's address and its host, or None if it may not be a link.

    Only plain http and https addresses may: anything else can run code, and a user name
    before the host makes an address look like another's.
    """
    if not url or re.search(r"[\s\x00-\x1f\x7f\\]", url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    return url, host


def day(published: str | None) -> str:
    """Return a publication date for readers, as precise as it is known."""
    if not published:
        return "date unknown"
    match = _DATE.fullmatch(published.strip())
    if match is None:
        return published
    year, month, in_month, time, zone = match.groups()
    try:
        date(int(year), int(month or 1), int(in_month or 1))
    except ValueError:
        return published
    words = [year]
    if month:
        words.insert(0, _MONTHS[int(month) - 1])
    if in_month:
        words.insert(0, str(int(in_month)))
    if time:
        words[-1] += f", {time}"
    if zone:
        words.append("UTC" if zone == "Z" else f"UTC{zone}")
    return " ".join(words)


def count(number: int, noun: str) -> str:
    """Return `number` with its noun in the right form."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
