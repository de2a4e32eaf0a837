"""Reads what sentences tell of a meeting, and finds where origins tell it differently.

How long it lasted, on which day the next one is to be, and whether it ended with a ceasefire,
say, or without. Two sentences are of one meeting only if both name its day, or both count it
(“the third round”), and nothing shows that they are of two. English only; what a meeting was
about is not known here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.briefing.differences.counted import is_kept, measured
from bot.briefing.differences.mentions import Group, Mention, joined, pairs
from bot.briefing.timeline.happened import read_happened
from bot.disagreements.values import Stated, differ
from bot.grounding.quotes import without_quotations
from bot.grounding.words import Line, listed
from vectorstore.questions import MONTHS, WEEKDAYS
from vectorstore.text import fold

Kind = Literal["length", "coming", "outcome"]

# As near as “The third round lasted two hours” and a long sentence that says more than that.
_NEAR = 0.45
_AT_ONCE, _SOON, _APART = 2, 7, 21  # days
# “Talks on Monday” and “the session of Monday” may be one; “a call” is none of them.
_KINDS = {
    "talks": "talks", "negotiations": "talks", "round": "talks", "session": "talks",
    "discussions": "talks", "meeting": "meeting", "summit": "summit", "conference": "conference",
    "call": "call", "conversation": "call",
}  # fmt: skip
_NOUN = rf"(?P<noun>(?i:{'|'.join(_KINDS)}))"
_COUNTED = r"first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
_SUBJECT = rf"(?P<subject>[^,;:]*?\b{_NOUN}\b[^,;:]*?)"
_HAS = r"(?:has |have |had )?"
_LASTED = re.compile(rf"{_SUBJECT} {_HAS}(?:lasted|went on for|ran for|continued for) ")
# “Nearly five hours of talks on Monday”.
_HOURS_OF = re.compile(rf"\b(?:hours|minutes|days) of (?P<subject>(?:[a-z-]+ ){{0,2}}?{_NOUN}\b)")
_COMING = re.compile(
    rf"(?P<subject>\b(?:[Nn]ext|{_COUNTED}) (?:[a-z-]+ ){{0,2}}?{_NOUN}\b[^,;:]{{0,60}}?)"
    r" (?:will|would|(?:is|are) (?:to|due|scheduled|set|planned|expected))\b"
)
_THINGS = r"(?P<thing>ceasefire|truce|agreement|deal|accord|treaty|breakthrough|statement)"
_ENDED = re.compile(
    rf"{_SUBJECT} {_HAS}(?:ended|concluded|finished|closed|broke up)\b[^,;:]{{0,40}}?"
    r" (?P<value>(?P<mark>with(?:out)?) (?P<no>no )?"
    rf"(?:(?!for |of |on |to |about |over |little |hopes? )[a-z0-9-]+ ){{0,3}}?{_THINGS})"
    r"(?=[,;.]| (?:of \d+|but|and)\b|$)"
)
_OF_LENGTH = re.compile(r"lasted|(?:went on|ran|continued) for|(?:hours|minutes|days) of")
_OF_OUTCOME = re.compile(r"\bwith(?:out)?\b")
_ORDINAL = re.compile(rf"\b(?:next|{_COUNTED})\b", re.IGNORECASE)
_CAPITAL = re.compile(r"\b[A-Z][\w’'-]+")
_DATES = frozenset(fold(word) for word in (*MONTHS, *WEEKDAYS))
_NO_NAMES = _DATES | frozenset(listed("the a an this that their his her its its some both on in"))
_REACH = 24  # characters from a verb to the time that it lasted


@dataclass(frozen=True, slots=True)
class MeetingFact:
    """What a sentence tells of a meeting, in characters `[start, end)` of it.

    `meeting` is its sort, `ordinal` which of several it is, `names` whose; `when` is its day,
    and `value` how long it lasted or when it is to be; of an outcome, `thing` is what it ended
    with, or without if `is_without`. `about` is in words of the sentence.
    """

    kind: Kind
    start: int
    end: int
    about: str
    meeting: str
    ordinal: str
    names: frozenset[str]
    when: date | None
    value: Stated | None = None
    thing: str = ""
    is_without: bool = False


def read_meetings(text: str, published: date | None) -> list[MeetingFact]:
    """Return what `text`, one sentence, tells of meetings."""
    readers = [read for read, likely in _READERS if likely.search(text)]
    if not readers:
        return []
    masked = without_quotations(text)
    found = (read(masked, text, published) for read in readers)
    return [each for each in found if each is not None]


def _length(masked: str, text: str, published: date | None) -> MeetingFact | None:
    told = _LASTED.search(masked)
    of = None if told else _HOURS_OF.search(masked)
    found = told or of
    if found is None:
        return None
    line, values = measured(text, published)
    for value in values:
        start, end = _extent(line, value)
        behind = told is not None and 0 <= start - told.end() <= _REACH
        before = of is not None and end == of.start("subject") - len(" of ")
        if value.sort == "period" and (behind or before):
            about = f"how long the {_label(found)} lasted"
            return _fact("length", (start, end), about, found, _day(text, published), value)
    return None


def _coming(masked: str, text: str, published: date | None) -> MeetingFact | None:
    found = _COMING.search(masked)
    when = _day(text, published) if found else None
    if found is None or when is None or published is None or when < published:
        return None
    line, values = measured(text, published)
    dates = [
        each
        for each in values
        if each.sort == "date" and any(day.day or day.weekday is not None for day in each.days)
    ]
    if len(dates) != 1 or _extent(line, dates[0])[0] < found.end():
        return None
    about = f"day of the {_label(found)}"
    return _fact("coming", _extent(line, dates[0]), about, found, when, dates[0])


def _outcome(masked: str, text: str, published: date | None) -> MeetingFact | None:
    found = _ENDED.search(masked)
    if found is None:
        return None
    thing = found["thing"]
    article = "an" if thing.startswith("a") else "a"
    about = f"whether the {_label(found)} ended with {article} {thing}"
    is_without = found["mark"] == "without" or found["no"] is not None
    day = _day(text, published)
    return _fact("outcome", found.span("value"), about, found, day, None, thing, is_without)


_READERS = (
    (_length, _OF_LENGTH),
    (_coming, re.compile(rf"\b(?:[Nn]ext|{_COUNTED}) ")),
    (_outcome, _OF_OUTCOME),
)


def _fact(
    kind: Kind,
    extent: tuple[int, int],
    about: str,
    found: re.Match[str],
    when: date | None,
    value: Stated | None,
    thing: str = "",
    is_without: bool = False,
) -> MeetingFact:
    subject = found["subject"]
    names = frozenset(map(fold, _CAPITAL.findall(subject))) - _NO_NAMES
    names = frozenset(each for each in names if _ORDINAL.fullmatch(each) is None)
    ordinal, meeting = _ordinal(found), _KINDS[fold(found["noun"])]
    names -= {fold(found["noun"])}
    return MeetingFact(
        kind, *extent, about, meeting, ordinal, names, when, value, thing, is_without
    )


def _extent(line: Line, value: Stated) -> tuple[int, int]:
    return line.words[value.first].start, line.words[value.last].end


def _ordinal(found: re.Match[str]) -> str:
    told = _ORDINAL.search(found["subject"])
    return fold(told[0]) if told else ""


def _label(found: re.Match[str]) -> str:
    return f"{_ordinal(found)} {fold(found['noun'])}".strip()


def _day(text: str, published: date | None) -> date | None:
    events = read_happened(text, published).events
    days = (each.when.first for each in events if each.when.precision == "day" and not each.clause)
    return next(days, None)


def all_meetings(mentions: Sequence[Mention]) -> Iterator[tuple[str, list[Group]]]:
    """Yield where origins tell one meeting differently."""
    buckets: dict[tuple[str, str, str], list[Mention]] = {}
    for each in mentions:
        told = each.told
        if isinstance(told, MeetingFact):
            buckets.setdefault((told.kind, told.meeting, told.thing), []).append(each)
    for bucket in buckets.values():
        comparable = [pair for pair in pairs(bucket, _NEAR) if _is_one(*pair)]
        for groups in joined(comparable, _differ):
            told = [_told(mention) for group in groups for mention in group.mentions]
            yield max((each.about for each in told), key=len), groups


def _told(mention: Mention) -> MeetingFact:
    if not isinstance(mention.told, MeetingFact):
        raise TypeError("this mention tells nothing of a meeting")
    return mention.told


def _is_one(one: Mention, other: Mention) -> bool:
    """Say whether two sentences are of one meeting, as far as they show it."""
    mine, theirs = _told(one), _told(other)
    if mine.ordinal and theirs.ordinal and mine.ordinal != theirs.ordinal:
        return False
    if mine.names and theirs.names and mine.names.isdisjoint(theirs.names):
        return False
    if mine.kind == "coming":
        return _is_one_ahead(one, other)
    if mine.when and theirs.when:
        return mine.when == theirs.when
    # Which round it is tells as much as its day does.
    return mine.ordinal == theirs.ordinal != "" and _apart(one, other) <= _SOON


def _is_one_ahead(one: Mention, other: Mention) -> bool:
    mine, theirs = _told(one), _told(other)
    if mine.when is None or theirs.when is None or mine.ordinal != theirs.ordinal:
        return False
    # What was ahead of the earlier report may be over in the later one, and another next.
    later = max(each.published for each in (one, other) if each.published)
    if min(mine.when, theirs.when) < later:
        return False
    near = _AT_ONCE if mine.ordinal == "next" else _SOON
    return _apart(one, other) <= near and abs((mine.when - theirs.when).days) <= _APART


def _apart(one: Mention, other: Mention) -> int:
    if one.published is None or other.published is None:
        return _APART
    return abs((one.published - other.published).days)


def _differ(one: Mention, other: Mention) -> bool:
    mine, theirs = _told(one), _told(other)
    if mine.kind == "outcome":
        return mine.is_without != theirs.is_without
    if mine.value is None or theirs.value is None:
        return False
    if mine.kind == "coming":
        return mine.when != theirs.when
    return differ(mine.value, theirs.value) and not is_kept(mine.value, theirs.value)
