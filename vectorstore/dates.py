"""Reads a publication date and keeps how exactly it is known.

Only what says itself: ISO dates and date-times, whole or to the month or year. Anything
else is unclear, and unclear is an answer; nothing here guesses, and nothing here ever
takes today's date.
"""

import re
from datetime import date, datetime

from vectorstore.documents import Precision

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_YEAR = re.compile(r"\d{4}")


def parse_published(value: str) -> tuple[str, Precision] | None:
    """Return (ISO form, precision) of an ISO date or date-time, or None if unclear."""
    value = value.strip()
    if not value.isascii() or value.startswith("0000"):
        return None
    if _YEAR.fullmatch(value):
        return value, Precision.YEAR
    if (match := _MONTH.fullmatch(value)) and 1 <= int(match[2]) <= 12:
        return value, Precision.MONTH
    try:
        return date.fromisoformat(value).isoformat(), Precision.DAY
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment.isoformat(timespec="seconds"), Precision.MINUTE
