"""Reads the values that a sentence gives, names, numbers and dates, and tells two apart.

Two values are one unless something shows that they are not: “22” and “twenty-two”, “Kyiv”
and “Kiev”, “Mr Vell” and “Ana Vell”, “Monday” and “28 February” in an article of that day,
“nearly 4 million” and “4 million”. English number words and months. What a value is given
for is not known here.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import Literal

from bot.grounding.dates import Moment, moments
from bot.grounding.days import held_days
from bot.grounding.names import Name, capitalised, names
from bot.grounding.numbers import same
from bot.grounding.quantities import PERIODS, UNITS, Quantity, quantities
from bot.grounding.words import Line, listed, read_line
from vectorstore.spelling import is_same

Sort = Literal["name", "number", "period", "date", "ordinal"]

_HEDGES = frozenset(
    phrase.replace("_", " ")
    for phrase in listed("""
    more_than less_than fewer_than about around roughly approximately some circa over under
    close_to above below at_least at_most up_to as_many_as nearly almost exceeding
    no_more_than no_fewer_than no_less_than not_less_than just_short_of
    """)
)
_LONGEST_HEDGE = 3
# What may stand between the parts of one date: “Monday, 28 February”, “a week ago, on 3 March”.
_WITHIN_DATE = frozenset(("on", "of", "the", "in"))
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_BEFORE_YEARS = frozenset(listed("in of since by until from to the during after before"))
# Words that make two places or bodies of one name: “North Dale” is not “South Dale”.
_PARTING = frozenset(
    listed("""
    north south east west northern southern eastern western central upper lower new old great
    little saint san santa
    """)
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A value in words `first` to `last` of a line; `text` is how it stands there.

    A name has its `keys`, a number or period its `quantity`, and a date its `days`: each day
    that it may be, resolved by the day of publication where that is known.
    """

    sort: Sort
    first: int
    last: int
    text: str
    keys: tuple[str, ...] = ()
    quantity: Quantity | None = None
    days: tuple[Moment, ...] = ()

    def touches(self, first: int, end: int) -> bool:
        """Say whether it has a word in `[first, end)`."""
        return self.first < end and first <= self.last


def stated(line: Line, published: date | None, known: Collection[str] = ()) -> list[Stated]:
    """Return the values of `line` in order; `known` are keys of words known to be names.

    A word that opens a sentence has a capital whatever it is, and is a name only if it is
    known or reads like one.
    """
    measured = dated_and_counted(line, published)
    used = {index for value in measured for index in range(value.first, value.last + 1)}
    named = [value for value in _named(line, known) if value.first not in used]
    return sorted((*measured, *named), key=lambda value: value.first)


def dated_and_counted(line: Line, published: date | None) -> list[Stated]:
    """Return the values of `line` that are no names, in order."""
    numbers = quantities(line)
    dates = _dates(line, numbers, published)
    dated = {index for value in dates for index in range(value.first, value.last + 1)}
    counted = [value for value in _counted(line, numbers) if value.first not in dated]
    return sorted((*dates, *counted), key=lambda value: value.first)


def _dates(line: Line, numbers: list[Quantity], published: date | None) -> list[Stated]:
    written = [moment for moment in moments(line, numbers) if not moment.relative.endswith("er")]
    written += _bare_years(line, numbers, {index for each in written for index in each.words})
    held = list(held_days([(line, numbers)], published))
    found: list[Stated] = []
    for moment in sorted(written, key=lambda each: each.first):
        readings = [each for each in held if each.first == moment.first]
        # The word as written says less than what it was resolved to.
        days = [each for each in readings if each != moment] or [moment]
        if found and _goes_on(line, found[-1].last, moment.first):
            before = found.pop()
            first, days = before.first, [*before.days, *days]
        else:
            first = moment.first
        last = max(moment.last, first)
        text = line.surface(first, last)
        found.append(Stated("date", first, last, text, days=tuple(dict.fromkeys(days))))
    return found


def _goes_on(line: Line, last: int, first: int) -> bool:
    """Say whether word `first` belongs to the date that ends with word `last`."""
    between = line.words[last + 1 : first]
    return len(between) < 2 and all(word.key in _WITHIN_DATE for word in between)


def _bare_years(line: Line, numbers: list[Quantity], used: set[int]) -> Iterator[Moment]:
    """Yield the year of “the 2021 treaty” and “in 1713”, which are no dates elsewhere."""
    for quantity in numbers:
        first, value = quantity.numeral.first, quantity.numeral.value
        bare = not quantity.unit and not quantity.bound and quantity.period is None
        digits = line.words[first].text
        plain = first == quantity.numeral.last and len(digits) == 4 and digits.isdecimal()
        told = first > 0 and line.words[first - 1].key in _BEFORE_YEARS
        recent = value >= _FIRST_YEAR
        if bare and plain and (recent or told) and value < _LAST_YEAR and first not in used:
            yield Moment(first, first, year=int(value))


def _counted(line: Line, numbers: Sequence[Quantity]) -> Iterator[Stated]:
    for quantity in numbers:
        numeral = quantity.numeral
        if numeral.kind == "implied" and quantity.period is None:
            continue
        sort: Sort = "number" if quantity.period is None else "period"
        first, last = _extent(line, quantity)
        text = line.surface(first, last)
        ordinal = numeral.kind == "ordinal"
        yield Stated("ordinal" if ordinal else sort, first, last, text, quantity=quantity)


def _extent(line: Line, quantity: Quantity) -> tuple[int, int]:
    """Return the words of a number together with its hedge, its sign and its unit."""
    first, last = quantity.numeral.first, quantity.numeral.last
    while first and line.words[first - 1].key in UNITS and line.gap(first).strip() == "":
        first -= 1
    for length in range(min(_LONGEST_HEDGE, first), 0, -1):
        words = line.words[first - length : first]
        if " ".join(word.key for word in words) in _HEDGES:
            first -= length
            break
    for index in range(last + 1, min(last + 3, len(line.words))):
        key = line.words[index].key
        if key in PERIODS or (quantity.unit and key in (*UNITS, "cent")):
            return first, index
    return first, last


def _named(line: Line, known: Collection[str]) -> Iterator[Stated]:
    sure = names(line)
    for run in capitalised(line):
        name = run
        if run not in sure and run.keys[0] not in known:
            name = next((each for each in sure if _overlap(run, each)), None)
        if name is not None:
            yield _as_stated(line, name)


def _overlap(run: Name, name: Name) -> bool:
    return run.first <= name.last and name.first <= run.last


def _as_stated(line: Line, name: Name) -> Stated:
    text = line.surface(name.first, name.last)
    return Stated("name", name.first, name.last, _without_owner(text), name.keys)


def _without_owner(text: str) -> str:
    return text.removesuffix("'s").removesuffix("’s")


def part_of(line: Line, value: Stated, first: int, end: int) -> Stated:
    """Return the part of a name that lies in words `[first, end)`; other values whole."""
    if value.sort != "name":
        return value
    start, last = max(value.first, first), min(value.last, end - 1)
    keys = value.keys[start - value.first : last + 1 - value.first]
    text = _without_owner(line.surface(start, last))
    return replace(value, first=start, last=last, text=text, keys=keys)


def differ(one: Stated, other: Stated) -> bool:
    """Say whether two values of one sort cannot be the same."""
    if one.sort != other.sort:
        return False
    if one.sort == "name":
        return not _one_name(one.keys, other.keys)
    if one.sort == "date":
        return _other_day(one.days, other.days)
    if one.quantity is None or other.quantity is None:
        return False
    return _other_number(one.quantity, other.quantity)


def _one_name(one: Sequence[str], other: Sequence[str]) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if all(any(_alike(mine, theirs) for theirs in longer) for mine in shorter):
        return True
    if any("".join(key[:1] for key in a) in b for a, b in ((one, other), (other, one))):
        return True
    # “Volodymyr” and “Vladimir” are one man's: the last name decides.
    parted = _PARTING.intersection(one[:-1]) | _PARTING.intersection(other[:-1])
    return not parted and min(len(one), len(other)) > 1 and _alike(one[-1], other[-1])


def _alike(one: str, other: str) -> bool:
    return is_same(one, other) or is_same(other, one)


def _other_day(one: Sequence[Moment], other: Sequence[Moment]) -> bool:
    times = [[each for each in days if each.minutes] for days in (one, other)]
    days = [[each for each in days if not each.minutes] for days in (one, other)]
    return any(
        bool(mine and theirs) and all(_conflict(a, b) for a, b in product(mine, theirs))
        for mine, theirs in (times, days)
    )


def _conflict(one: Moment, other: Moment) -> bool:
    if one.minutes:
        return one.minutes.isdisjoint(other.minutes)
    pairs = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    if any(a != b for a, b in pairs if a is not None and b is not None):
        return True
    # A weekday tells nothing beside a whole date that it was resolved to.
    mine, theirs = one.weekday, other.weekday
    return mine is not None and theirs is not None and mine != theirs


def _other_number(one: Quantity, other: Quantity) -> bool:
    if one.share is not None and other.share is not None:
        return not same(one, other) and not same(other, one)
    if one.unit and other.unit and one.unit != other.unit:
        return False
    if (one.period is None) != (other.period is None):
        return False
    if one.numeral.value == other.numeral.value and one.period == other.period:
        return False
    return not same(one, other) and not same(other, one)


@dataclass(frozen=True, slots=True)
class Told:
    """What a sentence gives: its words and its values."""

    line: Line
    values: tuple[Stated, ...]


def read(text: str, published: date | None, known: Collection[str] = ()) -> Told:
    """Read a sentence; `known` are the keys of words that are names."""
    line = read_line(text)
    return Told(line, tuple(stated(line, published, known)))
