"""Are a sentence's dates in its passages, the passage's own words resolved first?

A passage that says “Monday” in an article published on Monday, 28 February 2022 supports
“on 28 February” and no other day. The rules, each on the side of doubt:

- a weekday is the last one up to the day of publication; the next one counts as well
  where the passage looks ahead (“will”, “planned”), and alone after “next”;
- a day or month without a year is the last one before publication, or the next where that
  is less than half a year ahead;
- “today”, “yesterday”, “last year”, “five years ago” are counted from publication, “the day
  before” from the date named before it;
- the day of publication itself supports only a sentence about reporting: an article does
  not say that what it tells happened on that day.

“Yesterday” in a sentence is right only if the passage says so: its reader reads later.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from bot.grounding.dates import Moment, moments
from bot.grounding.quantities import Quantity
from bot.grounding.words import Line, listed

_AHEAD = frozenset(
    listed("""
    will would shall due scheduled planned plan plans expected set next upcoming coming until
    ahead resume resumes agreed hope hopes hoped takes begins starts opens meets ends expires
    runs arrives leaves visits votes convenes holds hosts
    """)
)
_REPORTING = frozenset(listed("reported reports report published article wrote writes"))
_DAY_SHIFTS = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}
_WEEK = 7
_MINUTES_A_DAY = 1440
_DAYS_COUNTED = 13
_HALF_A_YEAR = 183
_YEAR = 366
# Days are counted on from a date only where the calendar of Python does not end.
_FIRST_YEAR, _LAST_YEAR = 1000, 9000


def parse_day(published: str | None) -> date | None:
    """Return the day of an ISO date, None where only a month or year is known."""
    try:
        day = date.fromisoformat((published or "")[:10])
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def held_days(
    lines: Iterable[tuple[Line, Sequence[Quantity]]], published: date | None
) -> Iterator[Moment]:
    """Yield every date that the lines of one article give, as written and resolved."""
    last: date | None = None
    for line, numbers in lines:
        ahead = not _AHEAD.isdisjoint(word.key for word in line.words)
        for moment in moments(line, list(numbers)):
            yield moment
            before = line.words[moment.first - 1].key if moment.first else ""
            for day in _resolved(moment, _Context(published, last, before, ahead)):
                yield day
                last = _as_date(day) or last


@dataclass(frozen=True, slots=True)
class _Context:
    """What a date is resolved by.

    The day of publication, the date named before it, the word before it and whether its
    sentence looks ahead.
    """

    published: date | None
    last: date | None
    before: str
    ahead: bool


def _resolved(moment: Moment, context: _Context) -> Iterator[Moment]:
    published, last = context.published, context.last
    if (day := _as_date(moment)) is not None:
        yield _of(moment, day)
    elif moment.relative in ("before", "after") and last is not None:
        yield _of(moment, last + timedelta(-1 if moment.relative == "before" else 1))
    if published is None:
        return
    if moment.weekday is not None:
        for day in _weekdays(moment.weekday, published, context):
            yield _of(moment, day)
    elif moment.relative in _DAY_SHIFTS:
        yield _of(moment, published + timedelta(_DAY_SHIFTS[moment.relative]))
    elif moment.relative:
        yield from _shifted(moment, published)
    elif moment.month is not None and moment.year is None:
        yield from _nearest(moment, published)


def _as_date(moment: Moment) -> date | None:
    if moment.year is None or moment.month is None or moment.day is None:
        return None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    try:
        return date(moment.year, moment.month, moment.day)
    except ValueError:
        return None


def _of(moment: Moment, day: date) -> Moment:
    return replace(
        moment, year=day.year, month=day.month, day=day.day, weekday=day.weekday(), relative=""
    )


def _weekdays(weekday: int, published: date, context: _Context) -> Iterator[date]:
    back = (published.weekday() - weekday) % _WEEK
    following = published + timedelta(_WEEK - back)
    if context.before in ("next", "coming"):
        yield following
        return
    if context.before == "last" and back == 0:
        back = _WEEK
    yield published - timedelta(back)
    if context.ahead:
        yield following


def _shifted(moment: Moment, published: date) -> Iterator[Moment]:
    base, _, size = moment.relative.partition(" ")
    shift = Fraction(size or "0")
    if base == "minutes":
        days = round(shift / _MINUTES_A_DAY)
        # “two weeks ago” names no day.
        if days >= -_DAYS_COUNTED:
            yield _of(moment, published + timedelta(days))
        return
    count = published.year * 12 + published.month - 1 + round(shift)
    if base == "months" and shift % 12:
        yield replace(moment, year=count // 12, month=count % 12 + 1, relative="")
    elif base == "months":
        yield replace(moment, year=count // 12, relative="")


def _nearest(moment: Moment, published: date) -> Iterator[Moment]:
    """Yield a day or month without a year in the year that puts it nearest, and last before."""
    for year in (published.year - 1, published.year, published.year + 1):
        whole = replace(moment, year=year)
        day = _as_date(whole) or _as_date(replace(whole, day=1))
        if day is not None and -_YEAR < (day - published).days <= _HALF_A_YEAR:
            yield _of(whole, day) if moment.day is not None else whole


def missing_days(line: Line, claimed: Iterable[Moment], held: Sequence[Moment]) -> Iterator[Moment]:
    """Yield the dates of `line` that no date of `held` supports."""
    for moment in claimed:
        if not moment.implied and not any(supports(moment, day) for day in held):
            yield moment


def supports(claimed: Moment, held: Moment) -> bool:
    """Say whether `held` is the date `claimed`, as far as that is given."""
    if claimed.minutes:
        return not claimed.minutes.isdisjoint(held.minutes)
    if claimed.relative:
        # “the day before” hangs on another date, which is checked by itself.
        return claimed.relative in ("before", "after", held.relative)
    pairs = (
        (claimed.year, held.year),
        (claimed.month, held.month),
        (claimed.day, held.day),
        (claimed.weekday, held.weekday),
    )
    return all(ours is None or ours == theirs for ours, theirs in pairs) and not held.minutes


def speaks_of_reporting(line: Line) -> bool:
    """Say whether a sentence tells when something was reported, not when it happened."""
    return not _REPORTING.isdisjoint(word.key for word in line.words)


def of_publication(published: date) -> Moment:
    """Return the day of publication as a date that a passage holds."""
    return _of(Moment(0, 0), published)
