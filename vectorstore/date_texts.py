"""Reads a written day, month or year: figures, English, and other languages' month names.

A day is read only if it says itself: its year has four figures, its month is named or cannot
be mistaken for the day, and nothing else stands beside it. Other languages' names come from
dateparser, which is told the language or tried with those of the same script, and believed
only in the month: the day and the year must be the figures that were written. Knows neither
times nor zones, and nothing of today.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Any, Protocol, cast

from vectorstore.documents import Precision

Day = tuple[str, Precision]

EARLIEST, LATEST = 1800, 2100

_ENGLISH_MONTHS = (
    ("january", "jan"),
    ("february", "feb", "febr"),
    ("march", "mar"),
    ("april", "apr"),
    ("may",),
    ("june", "jun"),
    ("july", "jul"),
    ("august", "aug"),
    ("september", "sep", "sept"),
    ("october", "oct"),
    ("november", "nov"),
    ("december", "dec"),
)
ENGLISH_MONTHS = {name: number for number, names in enumerate(_ENGLISH_MONTHS, 1) for name in names}
_ENGLISH_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            ("monday", "mon"),
            ("tuesday", "tue", "tues"),
            ("wednesday", "wed"),
            ("thursday", "thu", "thur", "thurs"),
            ("friday", "fri"),
            ("saturday", "sat"),
            ("sunday", "sun"),
        )
    )
    for name in names
}

# Words that stand around a date and say nothing of it: "on", "the year", "o'clock".
_FILLERS = re.compile(
    "at|on|the|of|um|uhr|den|le|la|il|el|a|à|alle|às|las|ore|kl|klo|saat|hs|h|de|del|do|di|om|dne"
    "|dnia|г|год|года|р|рік|року|в|во|у|о|об"
)

_MONTH = "|".join(sorted(ENGLISH_MONTHS, key=len, reverse=True))
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th|\.)?"
_WORDED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_DAY}[ -](?P<m>{_MONTH})\.?[ -](?P<y>\d{{4}})",
        rf"(?P<m>{_MONTH})\.?[ -]{_DAY}[ -](?P<y>\d{{4}})",
        rf"(?P<y>\d{{4}})[ -](?P<m>{_MONTH})\.?[ -]{_DAY}",
        rf"(?P<m>{_MONTH})\.?[ -](?P<y>\d{{4}})",
    )
)
_YEAR_FIRST = (
    re.compile(r"(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})"),
    re.compile(r"(?P<y>\d{4}) ?[年년] ?(?P<m>\d{1,2}) ?[月월] ?(?P<d>\d{1,2}) ?[日号號일]"),
    re.compile(r"(?P<y>\d{4})[-/](?P<m>\d{2})"),
    re.compile(r"(?P<y>\d{4}) ?[年년] ?(?P<m>\d{1,2}) ?[月월]"),
    re.compile(r"(?P<m>\d{2})[/.](?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})"),
)
_YEAR_LAST = re.compile(r"(\d{1,2})(?:([-/])|(\. ?))(\d{1,2})(?:\2|\3)(\d{4})")

# Where 03.04.2022, with dots, is never the fourth of March.
_DAY_FIRST = re.compile(
    "az|be|bg|bs|cs|da|de|et|fi|he|hr|is|ka|kk|ky|lv|mk|nb|nn|no|pl|ro|ru|sk|sl|sq|sr|tr|uk"
)

# dateparser passes over such words, and they leave the day unsaid.
_ABOUT = re.compile("около|примерно|приблизительно|приблизно|близько|environ|etwa|circa")

# Months as the Levant and Iraq name them, beside the names that dateparser knows.
_LEVANTINE = {
    "كانون الثاني": "يناير",
    "شباط": "فبراير",
    "آذار": "مارس",
    "اذار": "مارس",
    "نيسان": "أبريل",
    "أيار": "مايو",
    "ايار": "مايو",
    "حزيران": "يونيو",
    "تموز": "يوليو",
    "آب": "أغسطس",
    "أيلول": "سبتمبر",
    "ايلول": "سبتمبر",
    "تشرين الأول": "أكتوبر",
    "تشرين الاول": "أكتوبر",
    "تشرين الثاني": "نوفمبر",
    "كانون الأول": "ديسمبر",
    "كانون الاول": "ديسمبر",
}
_LEVANTINE_MONTH = re.compile("|".join(rf"\b{name}\b" for name in _LEVANTINE))
_TWICE = re.compile(r"(\w{3,})(?: ?/ ?| )\1\b")

# By the script's name in Unicode. Kept to languages of news whose month names dateparser has.
_LANGUAGES = {
    "LATIN": "fr de es it pt nl pl cs sk hr sl hu ro tr sv da nb fi id lt lv et az sq",
    "CYRILLIC": "ru uk be bg sr mk kk",
    "ARABIC": "ar fa ur",
    "HEBREW": "he",
    "GREEK": "el",
    "DEVANAGARI": "hi mr",
    "BENGALI": "bn",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
}
_NONE = ""
_ALIASES = {"no": "nb", "nn": "nb", "iw": "he", "in": "id"}
_WORD = re.compile(r"[^\s\d.]+")
_OTHER_SIGN = re.compile(r"[-–—/:|()\[\]@#&+=*<>\"]")
_FIGURES = re.compile(r"\d+")
_MOST_WORDS = 4
_SHORTEST_WORD = 3


class _Found(Protocol):
    date_obj: datetime | None


class _Parser(Protocol):
    def get_date_data(self, date_string: str, /) -> _Found: ...


def read_day(written: str, language: str | None = None) -> Day | None:
    """Return (ISO form, precision) of a date without a time, or None if it is unclear.

    `written` is tidied: single spaces, ASCII figures. A weekday that contradicts the day
    makes both unclear.
    """
    # In Hebrew the preposition is one with what it stands before.
    written = re.sub(r"(?<!\w)ב[-־](?=\d)", "", written)
    words = [word for word in re.split(r"[ ,،、]+", written.lower()) if word]
    weekdays = [word.rstrip(".") for word in words if word.rstrip(".") in _ENGLISH_WEEKDAYS]
    core = " ".join(word for word in words if not is_beside_the_point(word)).strip(" .;")
    found = _english(core) or _figures(core, language) or _foreign(core, language)
    if found is None or not weekdays:
        return found
    if len(weekdays) > 1 or found[1] is not Precision.DAY:
        return None
    agrees = date.fromisoformat(found[0]).weekday() == _ENGLISH_WEEKDAYS[weekdays[0]]
    return found if agrees else None


def is_beside_the_point(word: str) -> bool:
    """Tell if a word may stand with a date and its time without changing them."""
    plain = word.lower().rstrip(".")
    return bool(_FILLERS.fullmatch(plain)) or plain in _ENGLISH_WEEKDAYS


def calendar_day(year: int, month: int | None = None, day: int | None = None) -> Day | None:
    """Return (ISO form, precision) of the parts, or None if there is no such day."""
    if not EARLIEST <= year <= LATEST or (month is not None and not 1 <= month <= 12):
        return None
    if month is None:
        return f"{year:04}", Precision.YEAR
    if day is None:
        return f"{year:04}-{month:02}", Precision.MONTH
    try:
        return date(year, month, day).isoformat(), Precision.DAY
    except ValueError:
        return None


def _english(core: str) -> Day | None:
    for pattern in _WORDED:
        if match := pattern.fullmatch(core):
            parts = match.groupdict()
            day = int(parts["d"]) if "d" in parts else None
            return calendar_day(int(parts["y"]), ENGLISH_MONTHS[parts["m"]], day)
    return None


def _figures(core: str, language: str | None) -> Day | None:
    for pattern in _YEAR_FIRST:
        if match := pattern.fullmatch(core):
            parts = match.groupdict()
            month, day = (int(parts[key]) if key in parts else None for key in ("m", "d"))
            return calendar_day(int(parts["y"]), month, day)
    match = _YEAR_LAST.fullmatch(core)
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[4]), int(match[5])
    if first > 12 or first == second or (match[3] and _DAY_FIRST.fullmatch(_primary(language))):
        return calendar_day(year, second, first)
    return calendar_day(year, first, second) if second > 12 else None


def _foreign(core: str, language: str | None) -> Day | None:
    """Read a date whose month is named in another language than English."""
    core = _LEVANTINE_MONTH.sub(lambda name: _LEVANTINE[name[0]], core)
    core = _TWICE.sub(r"\1", core)
    words = _WORD.findall(core)
    figures = sorted(_FIGURES.findall(core), key=len)
    # The shortest words are halves of the day, other years, units: they change the date.
    if not 1 <= len(words) <= _MOST_WORDS or any(len(word) < _SHORTEST_WORD for word in words):
        return None
    if (
        any(_ABOUT.fullmatch(word) for word in words)
        or not figures
        or len(figures[-1]) != 4
        or len(figures) > 2
        or _OTHER_SIGN.search(core)
    ):
        return None
    day = int(figures[0]) if len(figures) == 2 and len(figures[0]) <= 2 else None
    if len(figures) == 2 and day is None:
        return None
    months = _months(core, _languages(words, language), int(figures[-1]), day)
    return calendar_day(int(figures[-1]), months.pop(), day) if len(months) == 1 else None


def _months(core: str, languages: Iterable[str], year: int, day: int | None) -> set[int]:
    """Return the months that `core` may name: of the first language, or of all the others."""
    found: set[int] = set()
    for number, language in enumerate(languages):
        moment = None if language == _NONE else _parser(language).get_date_data(core).date_obj
        if moment is not None and moment.year == year and day in (None, moment.day):
            found.add(moment.month)
            if number == 0:
                break
    return found


def _languages(words: Iterable[str], language: str | None) -> list[str]:
    """Return the languages to try: the named one first, then those of the words' script.

    `_NONE` stands for a name that is of no use, so that no other language comes first.
    """
    scripts = {
        unicodedata.name(char, "").partition(" ")[0]
        for word in words
        for char in word
        if char.isalpha()
    }
    written = [each for script in scripts for each in _LANGUAGES.get(script, "").split()]
    named = _primary(language)
    return [named if named in written else _NONE, *(each for each in written if each != named)]


def _primary(language: str | None) -> str:
    primary = re.split(r"[-_]", language or "")[0].lower()
    return _ALIASES.get(primary, primary)


@cache
def _parser(language: str) -> _Parser:
    # Imported late: few texts have a date in another language.
    from dateparser.date import DateDataParser

    settings = {
        "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": ["month", "year"],
        "PREFER_DAY_OF_MONTH": "first",
        "DATE_ORDER": "DMY",
        "PREFER_LOCALE_DATE_ORDER": False,
        # What is missing is never filled in with today's, so this day is never seen.
        "RELATIVE_BASE": datetime(2000, 1, 1),  # noqa: DTZ001
    }
    make = cast("Any", DateDataParser)
    return cast("_Parser", make(languages=[language], settings=settings))
