"""Finds the one value that differs between otherwise equal sentences of two origins.

Their vectors say which sentences may be copies, and their words whether they are. Names are
not compared: two sentences of one form may well be about two people.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from bot.briefing.differences.counted import is_kept
from bot.briefing.differences.mentions import Group, Mention
from bot.briefing.sources import Source
from bot.briefing.timeline.main_clause import Clauses
from bot.disagreements.near_copies import Difference, differences
from bot.disagreements.values import Told, read
from bot.engine import Line
from bot.grounding.days import parse_day

_COPIES = 0.85
_MOST_COPIES = 300
_AT_ONCE = 2  # days between reports on one event
_BLOCK = 512  # rows that are compared at a time, so that little memory is taken
_LONGEST_SUBJECT = 8  # words
_COMPARED = frozenset(("number", "date", "period"))


def near_copies(sources: Sequence[Source]) -> Iterator[tuple[str, list[Group]]]:
    """Yield the one value that differs between otherwise equal sentences of two origins."""
    rows = [(source, line) for source in sources for line in source.lines]
    if len(rows) < 2:
        return
    for first, second in _alike(rows):
        one, other = (_told(*rows[row]) for row in (first, second))
        if not isinstance(one.told, Told) or not isinstance(other.told, Told):
            continue
        found = _sole(one.told, other.told)
        if found is not None:
            values = _with(one, found.one.text), _with(other, found.other.text)
            yield _subject(one.told), [Group((value,)) for value in values]


def _sole(one: Told, other: Told) -> Difference | None:
    """Return the one value that two sentences give differently, if all else is equal."""
    found = differences(one, other)
    if len(found) != 1 or found[0].sort not in _COMPARED or is_kept(found[0].one, found[0].other):
        return None
    # “4 million” of the one may be “2 and 2 million” of the other.
    counts = [sum(each.sort == found[0].sort for each in told.values) for told in (one, other)]
    return found[0] if counts[0] == counts[1] else None


def _alike(rows: Sequence[tuple[Source, Line]]) -> Iterator[tuple[int, int]]:
    """Yield the rows of different origins whose sentences may be copies, first ones first."""
    vectors = np.stack([line.vector for _, line in rows])
    taken = 0
    for start in range(0, len(rows), _BLOCK):
        near = vectors[start : start + _BLOCK] @ vectors[start:].T >= _COPIES
        for row, other in np.argwhere(np.triu(near, 1)):
            one, two = start + int(row), start + int(other)
            if taken < _MOST_COPIES and _may_differ(rows[one][0], rows[two][0]):
                taken += 1
                yield one, two


def _may_differ(one: Source, other: Source) -> bool:
    """Say whether two articles are independent, and of one time: a form serves for years."""
    days = [parse_day(each.article.published) for each in (one, other)]
    apart = abs((days[0] - days[1]).days) if days[0] and days[1] else 0
    return one.origin != other.origin and apart <= _AT_ONCE


def _told(source: Source, line: Line) -> Mention:
    published = parse_day(source.article.published)
    text = line.article.text[line.start : line.end]
    return Mention(source, line, line.vector, published, "", "", read(text, published))


def _with(mention: Mention, value: str) -> Mention:
    return replace(mention, value=value)


def _subject(told: Told) -> str:
    """Return the words that a sentence begins with, up to its verb."""
    verbs = Clauses(told.line).verbs
    last = min(verbs[0] if verbs else _LONGEST_SUBJECT, _LONGEST_SUBJECT, len(told.line.words)) - 1
    return told.line.surface(0, max(0, last))
