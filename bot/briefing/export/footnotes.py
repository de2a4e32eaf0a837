"""A footnote of a briefing in Markdown: the one line that is written, and read again.

It gives the passage word for word, its source, and all that is needed to find the passage
again: the article's id, version and characters, when it was read, and what its text hashes
to. Given strings are escaped, so that no title or passage can pass for a part of the line.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.answers import Citation
from bot.escaping import address, line, plain, unescape
from bot.wording import day

# A star that is not escaped stands nowhere but around the title.
_FORM = re.compile(
    r"“(?P<quote>(?:\\.|[^\\*])*)” — (?P<source>\*.*?)"
    r"(?: · read (?P<read>[^·]*))?(?: · SHA-256 (?P<hash>[0-9a-fA-F]*))?"
    r" · article (?P<article>\S+), version (?P<version>\d{1,9}),"
    r" characters (?P<start>\d{1,12})–(?P<end>\d{1,12})"
)
# Citations of one article may give the hour, or the day alone.
_DAY = re.compile(r"^(\d{4}-\d{2}-\d{2})[T ].*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote as it was read; `quote` and `source` are as they are shown, on one line.

    `text_hash` is empty where the line gives none.
    """

    n: str
    quote: str
    source: str
    article_id: str
    version: int
    start: int
    end: int
    text_hash: str


def write(n: int, citation: Citation, read_at: str | None, text_hash: str | None) -> str:
    """Return the line that defines footnote `n`."""
    parts = [
        f"“{plain(citation.quote)}” — {source(citation)}",
        *([f"read {plain(moment(read_at))}"] if read_at else []),
        *([f"SHA-256 {plain(text_hash)}"] if text_hash else []),
        f"article {plain(citation.article_id)}, version {citation.version}, "
        f"characters {citation.start}–{citation.end}",
    ]
    return f"[^{n}]: {' · '.join(parts)}"


def source(citation: Citation) -> str:
    """Return what an article is called, who published it, when, and where it is."""
    link = address(citation.url)
    parts = (
        f"*{plain(citation.title or '') or 'Untitled article'}*",
        plain(citation.publisher or "") or "publisher unknown",
        plain(day(publication_day(citation.published))),
        *([f"<{link}>"] if link else []),
    )
    return " · ".join(parts)


def publication_day(published: str | None) -> str:
    """Return the day of a moment of publication, empty where none is known."""
    return _DAY.sub(r"\1", published or "")


def read(n: str, body: str) -> Footnote | None:
    """Return the footnote that a line defines, or None if `write` wrote no such."""
    found = _FORM.fullmatch(line(body))
    if found is None:
        return None
    return Footnote(
        n,
        line(unescape(found["quote"])),
        found["source"],
        unescape(found["article"]),
        int(found["version"]),
        int(found["start"]),
        int(found["end"]),
        (found["hash"] or "").lower(),
    )


def moment(iso: str) -> str:
    """Return a moment in UTC, to the minute, for readers."""
    try:
        at = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    if at.tzinfo is not None:
        at = at.astimezone(UTC)
    return f"{day(at.date().isoformat())}, {at:%H:%M} UTC"
