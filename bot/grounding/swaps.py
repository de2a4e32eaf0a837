"""Does a number, date or name stand where the passage has another?

A value that the cited passages hold may still be put in the wrong place. Where a sentence
of the passage shares nearly all other words with the claim, and beside the same word has
another value of the same kind instead, the claim's value was swapped. Two names that
changed places in one sentence are found in the same way. Only a word that touches the value
(function words and titles apart) counts as beside it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import nlargest
from operator import eq
from typing import Generic, TypeVar

from bot.grounding.dates import Moment, moments
from bot.grounding.days import held_days, supports
from bot.grounding.names import TITLES, Name, NameIndex, capitalised, names
from bot.grounding.numbers import same
from bot.grounding.quantities import Quantity, quantities
from bot.grounding.verbs import with_agent
from bot.grounding.words import Line, listed, overlap, root_of
from vectorstore.spelling import is_same

# On tests/data/grounding.jsonl, of 245 right sentences .5 turns down 8, .65 5, .75 and .9 2, with
# nothing more found; see `parley eval grounding`.
_SIMILAR = 0.75
_FEWEST_SHARED = 2
# The lines of a passage that are most like the claim; more would only repeat them.
_MOST_LINES = 20
_LONGEST_ASIDE = 14
# The line that a claim was made from shares its names and numbers too, unless they changed;
# a line this much further off is about something else.
_AS_NEAR = 0.15

# Stems of the parties that reports name by what they are; words of one row may be one party.
_PARTIES = {
    root_of(word): row[0]
    for row in (
        listed("government cabinet administration"),
        listed("opposition"),
        listed("rebel insurgent guerrilla fighter militant separatist"),
        listed("army military troop force soldier"),
        listed("parliament senate assembly lawmaker deputy congress"),
        listed("court judge tribunal"),
        listed("union"),
        listed("mediator facilitator"),
        listed("observer monitor inspector"),
        listed("civilian resident refugee"),
    )
    for word in row
}

Place = tuple[int, int]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of a cited passage and the day its article was published."""

    line: Line
    published: date | None


@dataclass(frozen=True, slots=True)
class _Value(Generic[T]):
    """A value, as written, and the stems that touch it on either side."""

    value: T
    text: str
    beside: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Facts:
    """The values of one line, and the stems of its other words."""

    line: Line
    names: list[_Value[Name]]
    parties: list[_Value[str]]
    numbers: list[_Value[Quantity]]
    dates: list[_Value[list[Moment]]]
    rest: frozenset[str]


def _facts(
    line: Line, published: date | None, named_in: Callable[[Line], Sequence[Name]]
) -> _Facts:
    numbers = quantities(line)
    dates: dict[Place, list[Moment]] = {}
    for moment in held_days([(line, numbers)], published):
        dates.setdefault((moment.first, moment.last), []).append(moment)
    dated = {index for moment in moments(line, numbers) for index in moment.words}
    named = {(name.first, name.last): name for name in named_in(line)}
    counted = {
        (each.numeral.first, each.numeral.last): each
        for each in numbers
        if each.numeral.kind != "implied" and each.numeral.first not in dated
    }
    parties = {
        (index, index): _PARTIES[word.root]
        for index, word in enumerate(line.words)
        if word.root in _PARTIES
    }
    places = [*dates, *named, *counted, *parties]
    taken = {index for first, last in places for index in range(first, last + 1)}

    def values(found: dict[Place, T]) -> list[_Value[T]]:
        return [
            _Value(value, line.surface(*place), frozenset(_beside(line, place, taken)))
            for place, value in found.items()
        ]

    words = enumerate(line.words)
    rest = frozenset(word.root for index, word in words if word.root and index not in taken)
    return _Facts(line, values(named), values(parties), values(counted), values(dates), rest)


def _beside(line: Line, place: Place, taken: set[int]) -> Iterator[tuple[str, str]]:
    """Yield the next word of meaning on either side, unless a value or a stop comes first.

    What follows an aside (“Orlo, the envoy, led”) follows the value as well.
    """
    yield from _next_to(line, "before", place[0] - 1, -1, taken)
    behind = place[1] + 1
    yield from _next_to(line, "after", behind, 1, taken)
    if behind < len(line.words) and line.gap(behind) == ", ":
        if line.words[behind].key in ("who", "which"):
            yield from _next_to(line, "after", behind + 1, 1, taken)
        closing = range(behind + 1, min(len(line.words), behind + _LONGEST_ASIDE))
        end = next((index for index in closing if line.gap(index) == ", "), None)
        if end is not None:
            yield from _next_to(line, "after", end, 1, taken, crossing=True)


def _next_to(
    line: Line, side: str, index: int, step: int, taken: set[int], *, crossing: bool = False
) -> Iterator[tuple[str, str]]:
    while 0 <= index < len(line.words) and index not in taken:
        if not crossing and line.breaks(index + 1 if step < 0 else index):
            return
        crossing = False
        word = line.words[index]
        if word.root and word.key not in TITLES:
            yield side, word.root
            return
        index += step


def swapped(line: Line, held: Sequence[Passage]) -> Iterator[tuple[str, str]]:
    """Yield each value of `line` that has another's place, with that other value."""
    claimed = _facts(line, None, names)
    shares = ((overlap(line.roots, each.line), n) for n, each in enumerate(held))
    nearest = nlargest(_MOST_LINES, shares)
    similar = [
        _facts(held[n].line, held[n].published, capitalised)
        for share, n in nearest
        if share > nearest[0][0] - _AS_NEAR and _is_similar(claimed, held[n].line)
    ]
    known = [NameIndex([each.line]) for each in similar]
    misplaced = [
        name
        for name in claimed.names
        if not any(_holds(index, line, name.value) for index in known)
    ]
    yield from _replaced(misplaced, claimed.names, [each.names for each in similar], _is_name)
    parties = [each.parties for each in similar]
    yield from _replaced(claimed.parties, claimed.parties, parties, eq)
    yield from _replaced(claimed.numbers, claimed.numbers, [each.numbers for each in similar], same)
    dates = [each.dates for each in similar]
    yield from _replaced(claimed.dates, claimed.dates, dates, _is_date, anywhere=True)
    if len(similar) == 1:
        yield from _exchanged(claimed, similar[0])
        yield from _borrowed(line, claimed.numbers, similar[0].numbers)


def _is_similar(claimed: _Facts, held: Line) -> bool:
    shared = len(claimed.line.roots & held.roots)
    return overlap(claimed.rest, held) >= _SIMILAR and shared >= _FEWEST_SHARED


def _holds(index: NameIndex, line: Line, name: Name) -> bool:
    words = line.words[name.first : name.last + 1]
    return any(index.holds(word) for word in words) or index.holds_initials(words)


def _is_name(claimed: Name, held: Name) -> bool:
    return any(is_same(ours, theirs) for ours in claimed.keys for theirs in held.keys)


def _is_date(claimed: Sequence[Moment], held: Sequence[Moment]) -> bool:
    return any(supports(ours, theirs) for ours in claimed for theirs in held)


def _replaced(
    claimed: Sequence[_Value[T]],
    all_claimed: Sequence[_Value[T]],
    lines: Sequence[Sequence[_Value[T]]],
    is_same: Callable[[T, T], bool],
    *,
    anywhere: bool = False,
) -> Iterator[tuple[str, str]]:
    """Yield the values of `claimed` that `lines` lack, each with one that has its place.

    A date may stand `anywhere` in a sentence, so that any other date has its place.
    """
    for ours in claimed:
        if any(is_same(ours.value, theirs.value) for line in lines for theirs in line):
            continue
        for theirs in (theirs for line in lines for theirs in line):
            is_free = not any(is_same(each.value, theirs.value) for each in all_claimed)
            if is_free and (anywhere or not ours.beside.isdisjoint(theirs.beside)):
                yield ours.text, theirs.text
                break


def _borrowed(
    line: Line, claimed: Sequence[_Value[Quantity]], held: Sequence[_Value[Quantity]]
) -> Iterator[tuple[str, str]]:
    """Yield a number that took the place of another one of the same sentence.

    “Of the 22 members, 15 voted” gives 15 no noun of its own: “15 members voted” is right,
    since what stands beside 15 there follows here as well.
    """
    for ours in claimed:
        own = [theirs for theirs in held if same(ours.value, theirs.value)]
        behind = ours.value.numeral.last
        near = {("after", word.root) for word in line.words[behind + 1 : behind + 4]}
        if not own or any(theirs.beside & (near | ours.beside) for theirs in own):
            continue
        for theirs in held:
            is_free = not any(same(each.value, theirs.value) for each in claimed)
            if is_free and not ours.beside.isdisjoint(theirs.beside):
                yield ours.text, theirs.text
                break


def _exchanged(claimed: _Facts, held: _Facts) -> Iterator[tuple[str, str]]:
    """Yield two names that stand beside each other's words, and not beside their own.

    Unless one sentence tells in the passive what the other tells in the active: “A led B” is
    right of “B was led by A”, and “B led A” is not.
    """
    turned = with_agent(claimed.line) ^ with_agent(held.line)
    pairs = [
        (ours, theirs)
        for ours in claimed.names
        if (theirs := next((one for one in held.names if _is_name(ours.value, one.value)), None))
    ]
    for n, (ours, held_ours) in enumerate(pairs):
        for theirs, held_theirs in pairs[n + 1 :]:
            straight = (ours.beside & held_ours.beside, theirs.beside & held_theirs.beside)
            crossed = (ours.beside & held_theirs.beside, theirs.beside & held_ours.beside)
            wrong = all(crossed) and not any(straight) and not _verbs(*crossed) & turned
            if wrong or (not any(crossed) and all(_verbs(each) & turned for each in straight)):
                yield ours.text, theirs.text


def _verbs(*beside: frozenset[tuple[str, str]]) -> frozenset[str]:
    return frozenset(root for each in beside for _, root in each)
