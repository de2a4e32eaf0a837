"""Understands when a question speaks of: "yesterday", "latest", "as of 10 March".

A library of coverage has a present of its own: the day of its newest article. "Yesterday"
is the day before that, not the day before the reader's, and what a day was is said in the
question that is searched. English patterns.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from vectorstore.documents import Filter
from vectorstore.questions import MONTHS

_MONTH = "|".join(MONTHS) + "|" + "|".join(month[:3] for month in MONTHS) + "|sept"
_DAY = re.compile(
    rf"(?P<iso>\d{{4}}-\d\d-\d\d)"
    rf"|(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m1>{_MONTH})\b\.?,?(?: (?P<y1>\d{{4}}))?"
    rf"|(?P<m2>{_MONTH})\b\.? (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b,?(?: (?P<y2>\d{{4}}))?",
    re.IGNORECASE,
)
_AS_OF = re.compile(r"[\s,]*\b(?:as of|as at|as known on|up to and including)\s+", re.IGNORECASE)
_RELATIVE = re.compile(
    r"\b(?P<word>yesterday|today|this week|last week|this month|last month)\b(?!['’]s\b)",
    re.IGNORECASE,
)
_NEWEST = re.compile(
    r"\b(?:latest|newest|most recent(?:ly)?|currently|at present|right now|so far|by now|still"
    r"|now|(?:what['’]s|what is) new)\b",
    re.IGNORECASE,
)

_WHOLE_DATE = len("2022-03-10")


@dataclass(frozen=True, slots=True)
class Timeframe:
    """A question with its time words resolved.

    `text` is what is to be searched, `shown` what the reader is told that it was understood
    as, `narrow` the articles that may answer; `newest_first`: of sentences about as likely,
    the newer article's answers.
    """

    text: str
    shown: str
    narrow: Filter
    newest_first: bool = False


def understand(question: str, newest: str | None, narrow: Filter) -> Timeframe:
    """Resolve the time words of `question`; `newest` is the newest article's ISO date.

    Without one, nothing is relative to anything, and the question stays as it is.
    """
    frame = Timeframe(question, question, narrow, bool(_NEWEST.search(question)))
    if newest is None or len(newest) < _WHOLE_DATE:
        return frame
    present = date.fromisoformat(newest[:_WHOLE_DATE])
    as_of = _AS_OF.search(question)
    named = _DAY.match(question, as_of.end()) if as_of else None
    if as_of and named and (day := _date(named, present)):
        text = _joined(question[: as_of.start()], question[named.end() :])
        shown = f"{text.rstrip(' ?.')} as of {_day(day)}?"
        return Timeframe(text, shown, _until(narrow, day), newest_first=True)
    if word := _RELATIVE.search(question):
        first, last = _period(word["word"].lower(), present)
        text = f"{question[: word.start()]}{_said(first, last)}{question[word.end() :]}"
        # What happened on a day is reported on it or on the day after.
        until = min(last + timedelta(days=1), present)
        since = max(narrow.since or "", first.isoformat())
        return replace(
            frame, text=text, shown=text, narrow=replace(_until(narrow, until), since=since)
        )
    return frame


def _period(word: str, present: date) -> tuple[date, date]:
    """Return the first and last day that `word` speaks of on the day `present`."""
    monday = present - timedelta(days=present.weekday())
    month = present.replace(day=1)
    match word:
        case "today":
            return present, present
        case "yesterday":
            return present - timedelta(days=1), present - timedelta(days=1)
        case "this week":
            return monday, present
        case "last week":
            return monday - timedelta(days=7), monday - timedelta(days=1)
        case "this month":
            return month, present
        case _:
            last = month - timedelta(days=1)
            return last.replace(day=1), last


def _said(first: date, last: date) -> str:
    if first == last:
        return f"on {_day(first)}"
    return f"between {_day(first)} and {_day(last)}"


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1].capitalize()} {day.year}"


def _date(found: re.Match[str], present: date) -> date | None:
    """Return the day; without a year, the last such day that is not after `present`."""
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"])
        month_name = (found["m1"] or found["m2"]).lower()[:3]
        month = next(n for n, name in enumerate(MONTHS, 1) if name.startswith(month_name))
        day, year = int(found["d1"] or found["d2"]), found["y1"] or found["y2"]
        if year:
            return date(int(year), month, day)
        known = date(present.year, month, day)
        return known if known <= present else date(present.year - 1, month, day)
    except ValueError:
        return None  # the 31st of February


def _until(narrow: Filter, day: date) -> Filter:
    until = day.isoformat()
    return replace(narrow, until=min(narrow.until, until) if narrow.until else until)


def _joined(before: str, after: str) -> str:
    text = f"{before.rstrip(' ,')}{'' if after[:1] in '?!.,' else ' '}{after.lstrip(' ,')}".strip()
    return text[:1].upper() + text[1:]
