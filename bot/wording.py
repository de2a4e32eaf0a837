"""Dates, numbers and addresses as readers get them, on the page and in what they take away.

Everything here is pure and knows no markup: what it returns has still to be escaped.
"""

import re
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

_DATE = re.compile(
    r"""([0-9]{4}) (?:-([0-9]{2}) (?:-([0-9]{2})
        (?:[T ]([0-9]{2}:[0-9]{2})[0-9:.,]* (Z|[+-][0-9:]+)? )?)?)?""",
    re.VERBOSE,
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


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


def origins(publishers: Sequence[str | None]) -> str:
    """Say that articles by these publishers print one story; None is an unknown publisher."""
    known = {publisher.casefold() for publisher in publishers if publisher}
    if len(known) > 1 and all(publishers):
        return f"{count(len(known), 'outlet')}, 1 origin"
    return f"{count(len(publishers), 'article')}, 1 origin"


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
