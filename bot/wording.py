"""Dates, numbers, addresses and remarks as readers get them, on the page and in what they take.

Everything here is pure and knows no markup: what it returns has still to be escaped.
"""

import re
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

from bot.answers import Answer

QUOTED = "From the articles, word for word"
DRAFT = "What the model wrote, not verified"
MISSING = "Not in these articles, by the model's account"
# Where a party says nothing on an issue.
NOT_STATED = "not stated in these articles"

_INCOMPLETE = "The answer ended before it was whole."
_SMALLEST_COST = 0.0001

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


def remarks(answer: Answer) -> tuple[str, ...]:
    """Return all that is to be noted of an answer: that it broke off, and its notices."""
    # Of one that is quoted instead of what a model wrote, a notice says so.
    broken_off = answer.incomplete and answer.engine != "extractive"
    return (*((_INCOMPLETE,) if broken_off else ()), *answer.notices)


def gaps(answer: Answer) -> tuple[str, ...]:
    """Return what a model says of what the articles do not say, each without its full stop."""
    found = (" ".join(each.split()).removesuffix(".") for each in answer.missing)
    return tuple(each for each in found if each)


def credit(answer: Answer) -> str:
    """Say who answered, and what a model consumed for it.

    “Written by mini-4 · 1,204 + 96 tokens · $0.0003”: what went in, what came out, the cost.
    """
    parts = [_author(answer)]
    used = answer.usage
    if used is not None:
        wrote = "" if _is_written(answer) else " used"
        parts.append(f"{used.input_tokens:,} + {count(used.output_tokens, 'token')}{wrote}")
        if used.cost_usd is not None:
            parts.append(_dollars(used.cost_usd))
    return " · ".join(parts)


def _is_written(answer: Answer) -> bool:
    return answer.model is not None and bool(answer.sentences)


def _author(answer: Answer) -> str:
    if _is_written(answer):
        return f"Written by {answer.model}"
    return "Quoted by Parley" if answer.sentences else "Answered by Parley"


def _dollars(cost: float) -> str:
    """Return a cost with its first two digits that tell something, or in whole cents."""
    if 0 < cost < _SMALLEST_COST:
        return f"< ${_SMALLEST_COST}"
    rounded = f"{cost:,.2f}" if cost >= 1 else f"{cost:.2g}"
    digits = len(rounded.partition(".")[2])
    return f"${cost:,.2f}" if digits < 2 else f"${rounded}"
