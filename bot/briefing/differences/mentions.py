"""Joins what is told of one thing, and parts it by the values that are given.

Nothing here knows what sort of thing it is: the callers say which mentions are of one thing,
and which of two values differ.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from bot.briefing.differences.counted import Count
from bot.briefing.differences.slots import Slot
from bot.briefing.sources import Source
from bot.disagreements.values import Told
from bot.engine import Evidence, Floats, Line

if TYPE_CHECKING:
    from bot.briefing.differences.meetings import MeetingFact

# Of one bucket; more would take the square of it, and no reader needs a further source.
_MOST = 400
_MOST_VALUES = 4


@dataclass(frozen=True, slots=True, eq=False)
class Mention:
    """A value that a sentence gives: `value` verbatim, of what `about` is told.

    `before` is the vector of the sentence before, its own where there is none.
    """

    source: Source
    line: Line
    before: Floats
    published: date | None
    value: str
    about: str
    told: "Count | Slot | Told | MeetingFact"

    @property
    def evidence(self) -> Evidence:
        """The sentence that gives it."""
        return Evidence(self.line.article, self.line.start, self.line.end)

    @property
    def day(self) -> str:
        """The day of publication, to sort by."""
        return self.published.isoformat() if self.published else ""


Pair = tuple[Mention, Mention]


@dataclass(frozen=True, slots=True)
class Group:
    """One of the values given, and the mentions that give it, the oldest first."""

    mentions: tuple[Mention, ...]


def pairs(mentions: Sequence[Mention], near: float) -> Iterator[Pair]:
    """Yield the pairs of different origins whose sentences have at least this cosine."""
    taken = list(mentions[:_MOST])
    if len(taken) < 2:
        return
    vectors = np.stack([each.line.vector for each in taken])
    alike = np.triu(vectors @ vectors.T, 1) >= near
    for one, other in np.argwhere(alike):
        pair = taken[int(one)], taken[int(other)]
        if pair[0].source.origin != pair[1].source.origin:
            yield pair


def joined(
    comparable: Sequence[Pair], differ: Callable[[Mention, Mention], bool]
) -> list[list[Group]]:
    """Return what is told of each thing, as groups of one value, where origins differ."""
    found: list[list[Group]] = []
    for members in _components(comparable):
        groups = _by_value(members, differ)
        if len(groups) > 1 and _is_across(groups):
            found.append(groups[:_MOST_VALUES])
    return found


def _components(comparable: Sequence[Pair]) -> list[list[Mention]]:
    """Return the mentions that pairs join, directly or through others."""
    root: dict[int, int] = {}
    known: dict[int, Mention] = {}

    def top(key: int) -> int:
        while root.setdefault(key, key) != key:
            root[key] = root[root[key]]
            key = root[key]
        return key

    for one, other in comparable:
        known[id(one)], known[id(other)] = one, other
        root[top(id(other))] = top(id(one))
    members: dict[int, list[Mention]] = {}
    for key, mention in known.items():
        members.setdefault(top(key), []).append(mention)
    return [sorted(each, key=lambda mention: mention.day) for each in members.values()]


def _by_value(
    members: Sequence[Mention], differ: Callable[[Mention, Mention], bool]
) -> list[Group]:
    groups: list[list[Mention]] = []
    for mention in members:
        same = next((each for each in groups if not differ(each[0], mention)), None)
        if same is None:
            groups.append([mention])
        else:
            same.append(mention)
    kept = sorted(groups, key=lambda each: -len({mention.source.origin for mention in each}))
    kept[_MOST_VALUES:] = []
    return [Group(tuple(each)) for each in groups if each in kept]


def _is_across(groups: Sequence[Group]) -> bool:
    """Say whether two groups are of different origins at all."""
    origins = [{mention.source.origin for mention in group.mentions} for group in groups]
    return any(one != other or len(one) > 1 for one in origins for other in origins)
