"""Puts differences that are one with each other, and what tells them too beside them.

Two are one where one gives no value that the other lacks, or where their values name the same
days (“since 7 March, when …” and “7 March”). Differences are plain values here; how they were
found is not known.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.engine import Evidence
from vectorstore.questions import MONTHS
from vectorstore.text import content_stems

_MONTHS = "|".join(MONTHS)
_DAY = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}}) (?P<month>{_MONTHS})|(?P<first>{_MONTHS}) (?P<second>\d{{1,2}}))\b",
    re.IGNORECASE,
)
_LEAST_ABOUT = 2  # words of meaning that a heading needs


@dataclass(frozen=True, slots=True)
class DifferenceValue:
    """One of the values given, verbatim in one line, and the sentences that give it."""

    value: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What reports differ on, in words of theirs, and each value that they give."""

    about: str
    values: tuple[DifferenceValue, ...]


def put(found: list[tuple[float, Difference]], weight: float, new: Difference) -> None:
    """Put a difference with the others; where they show it already, only what tells it too."""
    mine = _sentences(new)
    for place, (other_weight, other) in enumerate(found):
        if _is_shown(new, other):
            found[place] = other_weight, _with_evidence(other, new)
            return
        theirs = _sentences(other)
        if mine <= theirs or len(mine & theirs) > 1:
            return
    found.append((weight, new))


@lru_cache(maxsize=4_096)
def _key(value: str) -> str:
    """Return the day and month that a value names, the value itself where it names none."""
    day = _DAY.search(value)
    if day is None:
        return value
    return f"{day['day'] or day['second']} {(day['month'] or day['first']).lower()[:3]}"


def _is_shown(new: Difference, other: Difference) -> bool:
    return {_key(each.value) for each in new.values} <= {_key(each.value) for each in other.values}


def _with_evidence(known: Difference, new: Difference) -> Difference:
    told = {_key(each.value): each.evidence for each in new.values}
    values = tuple(
        replace(
            each, evidence=(*each.evidence, *_others(each.evidence, told.get(_key(each.value), ())))
        )
        for each in known.values
    )
    of_days = all(_DAY.search(each.value) for each in known.values)
    return Difference(_clearer(known.about, new.about) if of_days else known.about, values)


def _clearer(known: str, new: str) -> str:
    """Return the heading that says what it is of; “first face to face” does not say who met."""
    is_vague = len(set(content_stems(known))) <= _LEAST_ABOUT < len(set(content_stems(new)))
    return new if is_vague else known


def _others(known: Sequence[Evidence], new: Sequence[Evidence]) -> Iterator[Evidence]:
    places = {(each.article.id, each.start) for each in known}
    yield from (each for each in new if (each.article.id, each.start) not in places)


def _sentences(difference: Difference) -> set[tuple[str, int]]:
    return {(each.article.id, each.start) for value in difference.values for each in value.evidence}
