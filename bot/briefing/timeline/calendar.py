"""Resolves a date as it is written to one day, month or year, or to none where it is unclear.

“Monday” is the last one up to the day of publication, and the next where its clause looks
ahead; a day or month without a year lies next before publication, or next behind it. What may
be either of two days is unclear, and so is what is counted in weeks (“two weeks ago”). Unlike
the check of grounding, which lets every reading hold, this gives a single one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from bot.briefing.parts import EventPrecision
from bot.briefing.timeline.main_clause import Tense
from bot.grounding.dates import Moment

_WEEK = 7
_DAY_SHIFTS = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}
_MINUTES_A_DAY = 1440
# “Six days ago” is a day, “a week ago” is about one.
_DAYS_COUNTED = 6
# A report speaks of nothing without its year that lies further back or ahead; the rest of a
# year is left out, where “in May” may be either.
_FURTHEST_BACK = 330
_FURTHEST_AHEAD = 240
_FIRST_YEAR, _LAST_YEAR = 1000, 2200


@dataclass(frozen=True, slots=True)
class When:
    """A date as exact as `precision` says; `first` is the first day that it may be."""

    first: date
    precision: EventPrecision

    @property
    def iso(self) -> str:
        """The ISO day, month or year."""
        return self.first.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.precision]]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a date is resolved by.

    The day of publication, the date named before it, the word before it, and the tense of
    its clause.
    """

    published: date | None
    anchor: date | None
    before: str
    tense: Tense | None


def resolve(moment: Moment, setting: Setting) -> When | None:
    """Return when `moment` is, None where that is unclear."""
    if moment.relative in ("before", "after"):
        return _neighbour(moment, setting.anchor)
    if moment.year is not None:
        return _whole(moment)
    published = setting.published
    if published is None:
        return None
    if moment.weekday is not None:
        day = _weekday(moment.weekday, published, setting)
        return When(day, "day") if day else None
    if moment.relative in _DAY_SHIFTS:
        return When(published + timedelta(_DAY_SHIFTS[moment.relative]), "day")
    if moment.relative:
        return _shifted(moment.relative, published)
    return _without_year(moment, published, setting.tense)


def _neighbour(moment: Moment, anchor: date | None) -> When | None:
    if anchor is None:
        return None
    return When(anchor + timedelta(-1 if moment.relative == "before" else 1), "day")


def _whole(moment: Moment) -> When | None:
    if moment.year is None or not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    precision: EventPrecision = "day" if moment.day else "month" if moment.month else "year"
    if precision == "day" and not moment.month:
        return None
    first = _day(moment.year, moment.month or 1, moment.day or 1)
    return When(first, precision) if first else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekday(weekday: int, published: date, setting: Setting) -> date | None:
    back = (published.weekday() - weekday) % _WEEK
    following = published + timedelta(_WEEK - back)
    if setting.before in ("next", "coming"):
        return following
    if setting.before in ("previous", "preceding"):
        day = setting.anchor or published
        return day - timedelta((day.weekday() - weekday) % _WEEK or _WEEK)
    if setting.before in ("following",):
        day = setting.anchor
        return day + timedelta((weekday - day.weekday()) % _WEEK or _WEEK) if day else None
    if setting.before == "last":
        return published - timedelta(back or _WEEK)
    if setting.tense == "past":
        return published - timedelta(back)
    # “Will meet on Monday” in Monday's paper may be today or in a week.
    return following if setting.tense == "ahead" and back else None


def _shifted(relative: str, published: date) -> When | None:
    base, _, size = relative.partition(" ")
    shift = Fraction(size or "0")
    if base == "minutes":
        days = shift / _MINUTES_A_DAY
        if -_DAYS_COUNTED <= days <= -1 and days.denominator == 1:
            return When(published + timedelta(int(days)), "day")
        return None
    if abs(shift) not in (0, 1, 12):
        # “Five years ago” is about five years ago.
        return None
    count = published.year * 12 + published.month - 1 + int(shift)
    year, month = divmod(count, 12)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    return When(date(year, month + 1, 1), "month") if abs(shift) < 12 else _year(year)


def _year(year: int) -> When:
    return When(date(year, 1, 1), "year")


def _without_year(moment: Moment, published: date, tense: Tense | None) -> When | None:
    near = list(_near(moment, published))
    precision: EventPrecision = "day" if moment.day else "month"
    month = precision == "month"
    end = published.replace(day=1) if month else published
    past = [day for day in near if day <= end]
    ahead = [day for day in near if day >= end]
    chosen = past[-1:] if tense == "past" else ahead[:1] if tense == "ahead" else []
    return When(chosen[0], precision) if chosen else None


def _near(moment: Moment, published: date) -> Iterator[date]:
    for year in (published.year - 1, published.year, published.year + 1):
        day = _day(year, moment.month or 1, moment.day or 1)
        if day is not None and -_FURTHEST_BACK <= (day - published).days <= _FURTHEST_AHEAD:
            yield day
