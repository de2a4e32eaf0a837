"""Reads a publication date and keeps how exactly it is known.

`parse_published` reads what says itself to a machine, and what a reader corrects: ISO dates
and date-times, whole or to the month or year. `parse_date` also reads what pages, mails and
front matter write for people. Anything else is unclear, and unclear is an answer; nothing
here guesses, and nothing here ever takes today's date.
"""

import re
import unicodedata
from datetime import date, datetime

from vectorstore.clock_times import take_time
from vectorstore.date_texts import EARLIEST, LATEST, read_day
from vectorstore.documents import Precision

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_YEAR = re.compile(r"\d{4}")

_LONGEST = 120

_ISO = re.compile(
    r"\d{4}(?:-\d\d(?:-\d\d)?|\d{4})?"
    r"|(?:\d{4}-\d\d-\d\d|\d{8})(?:T| (?=\d\d:))\d\d(?::?\d\d){0,2}(?:[.,]\d+)?"
    r"(?:Z|[+-]\d\d(?::?\d\d)?)?"
)
_REMARK = re.compile(r"\([^\W\d_]+\)")


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


def parse_date(value: str, language: str | None = None) -> tuple[str, Precision] | None:
    """Return (ISO form, precision) of a date as people or programs write it, or None if unclear.

    `language` is the text's, as a tag such as "de" or "pt-BR"; it says whose month names come
    first. A time keeps the offset that was written or that its zone's abbreviation means
    everywhere, and has none otherwise. Unclear are relative days, ranges, figures that could be
    day or month, two-figure years, days that do not exist, and years outside 1800-2100.
    """
    if len(value) > _LONGEST:
        return None
    text = _tidy(value)
    if _ISO.fullmatch(text.upper()):
        parsed = parse_published(text.upper())
        return parsed if parsed and EARLIEST <= int(parsed[0][:4]) <= LATEST else None
    taken = take_time(text)
    if taken is None:
        return None
    moment, rest = taken
    day = read_day(_REMARK.sub(" ", rest), language)
    if moment is None or day is None:
        return day
    if day[1] is not Precision.DAY:
        return None
    written = datetime.combine(date.fromisoformat(day[0]), moment)
    return written.isoformat(timespec="seconds"), Precision.MINUTE


def _tidy(value: str) -> str:
    """Return `value` on one line, with ASCII figures and without marks of direction."""
    characters = (
        str(unicodedata.decimal(char)) if char.isdecimal() else "-" if char == "−" else char
        for char in unicodedata.normalize("NFKC", value)
        if unicodedata.category(char) != "Cf"
    )
    return " ".join("".join(characters).split()).strip(" ,;|·•")
