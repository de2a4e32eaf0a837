"""Reads dates and times of day from a sentence, as far as each is given.

“Feb. 28”, “28 February”, “February 28th” and “2022-02-28” are one day; “in February” is a
month and “Monday” a weekday. A weekday, “yesterday” or “last year” is a date only together
with the day the article was published; see `days`. English month and day names.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from bot.grounding.quantities import Quantity
from bot.grounding.words import Line, listed

_MONTH_NAMES = listed(
    "january february march april may june july august september october november december"
)
_MONTHS = {
    name: month
    for month, full in enumerate(_MONTH_NAMES, start=1)
    for name in (full, full[:3], full[:4] if full == "september" else full)
}
# Months that are also words or first names: alone they need a preposition before them.
_DOUBTFUL = frozenset({"may", "march", "april", "june", "august", "mar", "jan", "dec", "jun"})
_DAY_NAMES = listed("monday tuesday wednesday thursday friday saturday sunday")
_WEEKDAYS = {name: day for day, full in enumerate(_DAY_NAMES) for name in (full, f"{full}s")}
_SHORT_WEEKDAYS = {
    **{name[:3]: day for name, day in zip(_DAY_NAMES, range(7), strict=True)},
    "tues": 1,
    "weds": 2,
    "thur": 3,
    "thurs": 3,
}
_PREPOSITIONS = frozenset(
    listed("""
    in of by since until till from during before after early late mid last next this through
    between and or to for year spring summer autumn fall winter as
    """)
)
_RELATIVE = frozenset({"today", "tonight", "yesterday", "tomorrow"})
_SHIFTED = {"this": 0, "last": -1, "next": 1, "previous": -1, "coming": 1}

_ISO = re.compile(r"(?<![\d.])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?![\d.]?\d)")
_NUMERIC = re.compile(r"(?<![\d.])(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)")
_THROUGH = re.compile(r"\s*[-–—‑]\s*")
_SMALL_GAP = re.compile(r"[\s.,-]{0,3}")
_LINKS = frozenset({"to", "until", "till", "through", "and", "or"})

Ordinal = tuple[int, int, int]  # first word, last word, day of the month


@dataclass(frozen=True, slots=True)
class _Days:
    """Days of one month, in words `first` to `last`; `implied` ones lie inside a range."""

    first: int
    last: int
    named: tuple[int, ...]
    implied: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """A date in words `first` to `last` of a line, as far as it is given.

    `relative` is a word such as “yesterday” or “last year”; `minutes` are the times of day
    that a clock time may be, counted from midnight; a day inside a range is `implied`.
    """

    first: int
    last: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    relative: str = ""
    minutes: frozenset[int] = frozenset()
    implied: bool = False

    @property
    def words(self) -> range:
        """The indexes of its words."""
        return range(self.first, self.last + 1)


def moments(line: Line, numbers: list[Quantity]) -> list[Moment]:
    """Return the dates and times of `line`; `numbers` are the numbers in it."""
    found = [*_in_digits(line), *_clock_times(line)]
    used = {index for moment in found for index in moment.words}
    chains = list(_day_chains(line, [day for day in map(_day, numbers) if day]))
    starts = {chain.first: chain for chain in chains if chain.first not in used}
    ends = {chain.last: chain for chain in chains if chain.first not in used}
    for index in range(len(line.words)):
        if index not in used:
            named = list(_with_month(line, index, starts, ends) or _other(line, index))
            found += named
            used.update(word for moment in named for word in moment.words)
    found += [year for year in _years(line) if year.first not in used]
    found += _ago(line, numbers)
    return sorted(found, key=lambda moment: moment.first)


def _day(quantity: Quantity) -> Ordinal | None:
    numeral = quantity.numeral
    whole = numeral.value.denominator == 1 and 1 <= numeral.value <= 31
    if not whole or numeral.kind not in ("count", "ordinal") or quantity.unit:
        return None
    return numeral.first, numeral.last, int(numeral.value)


def _day_chains(line: Line, days: list[Ordinal]) -> Iterator[_Days]:
    """Join “28–30”, “28 to 30” and “28 and 30”, and leave other numbers by themselves."""
    waiting: Ordinal | None = None
    for day in days:
        link = _link(line, waiting, day) if waiting else ""
        if waiting and link and waiting[2] < day[2]:
            inside = () if link in ("and", "or") else tuple(range(waiting[2] + 1, day[2]))
            yield _Days(waiting[0], day[1], (waiting[2], day[2]), inside)
            waiting = None
            continue
        if waiting:
            yield _Days(waiting[0], waiting[1], waiting[2:])
        waiting = day
    if waiting:
        yield _Days(waiting[0], waiting[1], waiting[2:])


def _link(line: Line, first: Ordinal, second: Ordinal) -> str:
    """Return the word or dash that makes two days a range or a pair."""
    if second[0] == first[1] + 1 and _THROUGH.fullmatch(line.gap(second[0])):
        return "-"
    between = _key(line, first[1] + 1)
    return between if second[0] == first[1] + 2 and between in _LINKS else ""


def _key(line: Line, index: int) -> str:
    return line.words[index].key if 0 <= index < len(line.words) else ""


def _month(line: Line, index: int) -> int | None:
    word = line.words[index]
    # “may” and “march” in small letters are verbs; “mar” and “dec” are no words at all.
    lower = word.text.islower() and (word.key in _DOUBTFUL or len(word.key) < 5)
    return None if lower else _MONTHS.get(word.key)


def _year_at(line: Line, index: int) -> int | None:
    if not 0 <= index < len(line.words) or not _SMALL_GAP.fullmatch(line.gap(index)):
        return None
    text = line.words[index].text
    is_year = text.isdecimal() and len(text) == 4 and 1000 <= int(text) < 2200
    return int(text) if is_year else None


def _with_month(
    line: Line, index: int, starts: dict[int, _Days], ends: dict[int, _Days]
) -> list[Moment]:
    """Return the dates around the month name at `index`, if it is one."""
    month = _month(line, index)
    if month is None:
        return []
    before = ends.get(index - 1 - (_key(line, index - 1) == "of"))
    ahead = index + 1 + (_key(line, index + 1) == "the")
    after = starts.get(ahead) if before is None and _goes_on(line, ahead) else None
    days = before or after
    first = before.first if before else index
    last = after.last if after else index
    year = _year_at(line, last + 1)
    last += year is not None
    if days is None:
        alone = year is not None or _is_month_alone(line, index)
        return [Moment(first, last, year, month)] if alone else []
    named = [Moment(first, last, year, month, day) for day in days.named]
    inside = [Moment(first, last, year, month, day, implied=True) for day in days.implied]
    return named + inside


def _goes_on(line: Line, index: int) -> bool:
    return index < len(line.words) and line.gap(index).strip(" .-–") == ""


def _is_month_alone(line: Line, index: int) -> bool:
    key = line.words[index].key
    if key not in _DOUBTFUL and len(key) > 4:
        return True
    return _key(line, index - 1) in _PREPOSITIONS


def _other(line: Line, index: int) -> Iterator[Moment]:
    """Yield the weekday or relative date at `index`."""
    word = line.words[index]
    if word.key in _WEEKDAYS:
        yield Moment(index, index, weekday=_WEEKDAYS[word.key])
    elif word.key in _SHORT_WEEKDAYS and word.is_capital:
        # “Sun”, “Wed” and “Mon” are days only where a stop says that they are cut short.
        if line.gap(index + 1)[:1] in (".", ",") or len(word.key) > 3:
            yield Moment(index, index, weekday=_SHORT_WEEKDAYS[word.key])
    elif word.key in _RELATIVE:
        yield Moment(index, index, relative=word.key)
    elif word.key in ("year", "month") and _key(line, index - 1) in _SHIFTED:
        months = _SHIFTED[_key(line, index - 1)] * (12 if word.key == "year" else 1)
        relative = f"months {months}"
        yield Moment(index - 1, index, relative=relative)
    elif word.key == "day" and (shift := _neighbour_day(line, index)):
        yield Moment(index, index, relative=shift)


def _ago(line: Line, numbers: list[Quantity]) -> Iterator[Moment]:
    """Yield “five years ago” as a date; how many years it was is checked as a number."""
    for quantity in numbers:
        ahead = quantity.numeral.last + 2
        if quantity.period is not None and _key(line, ahead) == "ago":
            base, size = quantity.period
            yield Moment(ahead, ahead, relative=f"{base} {-size}", implied=True)


def _neighbour_day(line: Line, index: int) -> str:
    """Read “the day before”, “the next day” as a day beside another date."""
    around = {_key(line, index - 1), _key(line, index + 1)}
    if around & {"before", "earlier", "previous"}:
        return "before"
    return "after" if around & {"after", "later", "next", "following"} else ""


def _years(line: Line) -> Iterator[Moment]:
    """Yield the years that stand alone, and the second of “2014-15”."""
    for index in range(len(line.words)):
        year = _year_at(line, index) if index else None
        if year is None or not 1900 <= year < 2100:
            continue
        short = line.words[index + 1].text if index + 1 < len(line.words) else ""
        if len(short) == 2 and short.isdecimal() and _THROUGH.fullmatch(line.gap(index + 1)):
            yield Moment(index, index + 1, year)
            yield Moment(index, index + 1, year - year % 100 + int(short))
        elif _key(line, index - 1) in _PREPOSITIONS:
            yield Moment(index, index, year)


def _in_digits(line: Line) -> Iterator[Moment]:
    """Yield dates such as 2022-02-28 and 28.02.2022; where day and month may swap, both."""
    starts = [word.start for word in line.words]
    for match in _ISO.finditer(line.text):
        yield from _dated(starts, match, int(match[1]), [(int(match[3]), int(match[4]))])
    for match in _NUMERIC.finditer(line.text):
        day, month = int(match[1]), int(match[3])
        yield from _dated(starts, match, int(match[4]), [(month, day), (day, month)])


def _dated(
    starts: list[int], match: re.Match[str], year: int, readings: list[tuple[int, int]]
) -> Iterator[Moment]:
    first = bisect_left(starts, match.start())
    last = bisect_left(starts, match.end()) - 1
    # Two readings are two dates; as a claim the first stands, the other is only held.
    for rank, (month, day) in enumerate(readings):
        if month <= 12 and day <= 31 and first <= last:
            yield Moment(first, last, year, month, day, implied=rank > 0)


def _clock_times(line: Line) -> Iterator[Moment]:
    for index, word in enumerate(line.words):
        if word.key in ("noon", "midday", "midnight"):
            yield Moment(index, index, minutes=frozenset({0 if word.key == "midnight" else 720}))
        elif word.is_number and (found := _clock_time(line, index)):
            yield found


def _clock_time(line: Line, index: int) -> Moment | None:
    """Read “17:30”, “5.30 p.m.”, “5 pm”, “five o'clock” or “1400 GMT”."""
    hour, _, minute = line.words[index].key.partition(".")
    last = index
    if line.gap(index + 1) == ":" and _key(line, index + 1).isdecimal():
        minute, last = _key(line, index + 1), index + 1
    ending = _key(line, last + 1)
    if ending in ("gmt", "utc", "hours") and len(hour) == 4 and not minute:
        hour, minute = hour[:2], hour[2:]
    elif ending not in ("am", "pm", "o'clock") and last == index:
        return None
    last += ending in ("am", "pm", "o'clock")
    if len(hour) > 2 or len(minute) > 2 or int(hour) > 24 or int(minute or 0) > 59:
        return None
    at = int(hour) * 60 + int(minute or 0)
    return Moment(index, last, minutes=_readings(at, ending))


def _readings(at: int, ending: str) -> frozenset[int]:
    """Return the minutes since midnight that a time may mean: two where none says which half."""
    if ending in ("am", "pm"):
        return frozenset({at % 720 + (720 if ending == "pm" else 0)})
    return frozenset({at, at + 720} if at < 720 else {at})
