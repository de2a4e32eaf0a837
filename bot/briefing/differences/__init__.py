"""Finds where independent origins give different values for one thing.

Counts of one thing, how long a meeting lasted, when the next one is and what it ended with, the
day of “the first since …”, reasons, offices, places told and withheld, what one side calls by
another name, values in otherwise equal sentences, and what an article says itself that reports
differ on. Copies of a story never differ from it, and neither do counts of two days. Careful
rather than complete; which value is right is not known here.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from bot.briefing.differences.comparing import (
    all_counts,
    all_names,
    all_offices,
    all_places,
    all_reasons,
    all_since,
    own_counts,
)
from bot.briefing.differences.copied import near_copies
from bot.briefing.differences.counted import read_counts
from bot.briefing.differences.meetings import all_meetings, read_meetings
from bot.briefing.differences.mentions import Group, Mention
from bot.briefing.differences.merging import Difference, DifferenceValue, put
from bot.briefing.differences.slots import read_slots
from bot.briefing.differences.stated import StatedDifference, read_stated
from bot.briefing.sources import Source
from bot.engine import Evidence, Line
from bot.grounding.days import parse_day

# Sentences of an article; behind so many there is background.
_READ = 200
# Characters; what is longer is no sentence, and patterns would take long to read it.
_LONGEST = 1_000
_LONGEST_ABOUT = 6  # words

__all__ = ["Difference", "DifferenceValue", "find_differences"]


def find_differences(sources: Sequence[Source], *, most: int = 8) -> list[Difference]:
    """Return where origins differ, those told by most origins first; at most so many."""
    mentions = list(chain.from_iterable(map(_mentions, sources)))
    found: list[tuple[float, Difference]] = []
    for about, groups in chain(
        all_counts(mentions),
        own_counts(mentions),
        all_meetings(mentions),
        all_since(mentions),
        all_reasons(mentions),
        all_offices(mentions),
        all_places(mentions),
        all_names(mentions),
        near_copies(sources),
    ):
        put(found, _weight(groups), _difference(about, groups))
    for told in chain.from_iterable(map(_stated, sources)):
        put(found, 2.0, told)
    found.sort(key=lambda each: -each[0])
    return [difference for _, difference in found[:most]]


def _mentions(source: Source) -> Iterator[Mention]:
    published = parse_day(source.article.published)
    before = source.lines[0].vector
    for line in source.lines[:_READ]:
        text = line.article.text[line.start : line.end]
        if len(text) > _LONGEST:
            continue
        for count in read_counts(text, published):
            yield Mention(source, line, before, published, count.value.text, count.about, count)
        for slot in read_slots(text, published):
            value = text[slot.start : slot.end]
            yield Mention(source, line, before, published, value, slot.about, slot)
        for fact in read_meetings(text, published):
            value = text[fact.start : fact.end]
            yield Mention(source, line, before, published, value, fact.about, fact)
        before = line.vector


def _weight(groups: Sequence[Group]) -> float:
    """Return how much a difference matters: by the origins that take part, and one day."""
    mentions = [mention for group in groups for mention in group.mentions]
    origins = len({mention.source.origin for mention in mentions})
    return origins + (len({mention.day for mention in mentions}) < len(groups))


def _difference(about: str, groups: Sequence[Group]) -> Difference:
    values: list[DifferenceValue] = []
    for group in groups:
        evidence = dict.fromkeys(
            (each.evidence.article.id, each.evidence.start, each.evidence.end)
            for each in group.mentions
        )
        known = {
            (each.evidence.article.id, each.evidence.start, each.evidence.end): each.evidence
            for each in group.mentions
        }
        value = _flat(group.mentions[0].value)
        values.append(DifferenceValue(value, tuple(known[key] for key in evidence)))
    return Difference(_flat(about), tuple(values))


def _flat(text: str) -> str:
    return " ".join(text.split()).strip(" ,;:")


def _stated(source: Source) -> Iterator[Difference]:
    """Yield the differences that an article tells itself."""
    for line in source.lines[:_READ]:
        text = line.article.text[line.start : line.end]
        found = read_stated(text) if len(text) <= _LONGEST else None
        if found is not None:
            yield _as_told(line, text, found)


def _as_told(line: Line, text: str, found: StatedDifference) -> Difference:
    evidence = (Evidence(line.article, line.start, line.end),)
    values = tuple(DifferenceValue(_flat(text[start:end]), evidence) for start, end in found.values)
    about = _flat(text[slice(*found.about)]) or " ".join(text.split()[:_LONGEST_ABOUT])
    return Difference(about, values)
