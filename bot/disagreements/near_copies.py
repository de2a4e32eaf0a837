"""Finds what two sentences that are otherwise word for word the same give differently.

One agency's report in two outlets, or an earlier and a later version of it: where nearly
all words stand in both, a value that differs fills the same place in both. Whether that
is what was asked for is not known here.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise, product

from bot.disagreements.values import Sort, Stated, Told, differ, part_of
from bot.grounding.words import Line, Word

# Below this share of common words, the values that differ set aside, two sentences are no
# copies, nor below this share of all words …
_COMMON = 0.75
_COMMON_AT_ALL = 0.5
# … and with fewer words of meaning in common they are only alike in form.
_LEAST_IN_COMMON = 2
_LONGEST_STRETCH = 8
_NEGATIONS = frozenset(("not", "no", "never", "neither", "nor", "without", "n't", "cannot"))
_LONGEST_LINE = 150

Pairs = list[tuple[int, int]]
Stretch = tuple[int, int, int, int]  # words [first, end) of the one, [first, end) of the other


@dataclass(frozen=True, slots=True)
class Difference:
    """Two values that stand in the same place of two sentences."""

    one: Stated
    other: Stated

    @property
    def sort(self) -> Sort:
        """What both are."""
        return self.one.sort


def differences(one: Told, other: Told) -> tuple[Difference, ...]:
    """Return the values that differ between near-copies; of other sentences, none."""
    longest = max(len(one.line.words), len(other.line.words))
    # Most pairs have far too little in common; to align their words would be a third of a
    # question's time.
    if longest > _LONGEST_LINE or _shared(one.line, other.line) < _COMMON_AT_ALL * longest:
        return ()
    pairs = _common_words(one, other)
    meant = sum(one.line.words[index].root != "" for index, _ in pairs)
    if meant < _LEAST_IN_COMMON:
        return ()
    found: list[Difference] = []
    differing = 0
    for stretch in _stretches(pairs, one.line, other.line):
        here = list(_differing(one, other, stretch))
        if _parts(one, other, stretch, here):
            return ()
        if here:
            differing += max(stretch[1] - stretch[0], stretch[3] - stretch[2])
            found += here
    if len(pairs) < max(_COMMON * (longest - differing), _COMMON_AT_ALL * longest):
        return ()
    return tuple(_distinct(found))


def _shared(one: Line, other: Line) -> int:
    """Return how many words stand in both, wherever: no fewer than can be aligned."""
    return (Counter(word.key for word in one.words) & Counter(w.key for w in other.words)).total()


def _common_words(one: Told, other: Told) -> Pairs:
    """Align the words of both, without tearing a number or a date apart.

    “19 June” and “9 June” have no word in common, nor have two Mondays of different weeks.
    """
    matcher = SequenceMatcher(
        None, [word.key for word in one.line.words], [word.key for word in other.line.words], False
    )
    pairs = [
        (block.a + step, block.b + step)
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
    ]
    partner = dict(pairs)
    intact = {
        (mine.first, theirs.first)
        for mine in one.values
        for theirs in other.values
        if _is_one(mine, theirs, partner)
    }
    torn = _words_of(one, {first for first, _ in intact})
    torn_there = _words_of(other, {first for _, first in intact})
    return [pair for pair in pairs if pair[0] not in torn and pair[1] not in torn_there]


def _is_one(mine: Stated, theirs: Stated, partner: dict[int, int]) -> bool:
    whole = mine.last - mine.first == theirs.last - theirs.first and all(
        partner.get(mine.first + step) == theirs.first + step
        for step in range(mine.last - mine.first + 1)
    )
    return whole and not differ(mine, theirs)


def _words_of(told: Told, intact: set[int]) -> set[int]:
    return {
        index
        for value in told.values
        if value.sort != "name" and value.first not in intact
        for index in range(value.first, value.last + 1)
    }


def _stretches(pairs: Pairs, one: Line, other: Line) -> Iterator[Stretch]:
    """Yield what lies between the common words."""
    ends = [(-1, -1), *pairs, (len(one.words), len(other.words))]
    for (mine, theirs), (next_mine, next_theirs) in pairwise(ends):
        if next_mine - mine > 1 or next_theirs - theirs > 1:
            yield mine + 1, next_mine, theirs + 1, next_theirs


def _differing(one: Told, other: Told, stretch: Stretch) -> Iterator[Difference]:
    """Yield the values of one sort that stand on both sides of a stretch and differ."""
    mine = [value for value in one.values if value.touches(*stretch[:2])]
    theirs = [value for value in other.values if value.touches(*stretch[2:])]
    for sort in dict.fromkeys(value.sort for value in mine):
        ours = [value for value in mine if value.sort == sort]
        others = [value for value in theirs if value.sort == sort]
        if not others:
            continue
        if sort == "name":
            ours = [_joined(one.line, ours, *stretch[:2])]
            others = [_joined(other.line, others, *stretch[2:])]
        if all(differ(a, b) for a, b in product(ours, others)):
            yield Difference(ours[0], others[0])


def _joined(line: Line, values: Sequence[Stated], first: int, end: int) -> Stated:
    """Return the names of a stretch as one: “Tampa, Florida”.

    Of a longer run only what differs, since a headline's capitals run on; two words are
    taken whole, so that a family name counts with the first name before it.
    """
    parts = [
        value if _is_person_like(value) else part_of(line, value, first, end) for value in values
    ]
    start, last = parts[0].first, parts[-1].last
    keys = tuple(key for part in parts for key in part.keys)
    text = parts[0].text if len(parts) == 1 else line.surface(start, last)
    return replace(parts[0], first=start, last=last, text=text, keys=keys)


def _is_person_like(value: Stated) -> bool:
    return len(value.keys) == 2 and not value.text.partition(" ")[0].isupper()


def _parts(one: Told, other: Told, stretch: Stretch, found: Sequence[Difference]) -> bool:
    """Say whether other words than a value make the two speak of different things."""
    mine = _other_words(one, *stretch[:2])
    theirs = _other_words(other, *stretch[2:])
    if any(word.key in _NEGATIONS for word in (*mine, *theirs)):
        return True
    if found and max(stretch[1] - stretch[0], stretch[3] - stretch[2]) > _LONGEST_STRETCH:
        return True
    counted = any(value.sort == "ordinal" for value in one.values if value.touches(*stretch[:2]))
    counted_there = any(
        value.sort == "ordinal" for value in other.values if value.touches(*stretch[2:])
    )
    if counted or counted_there:
        return True
    roots, roots_there = ({word.root for word in words} - {""} for words in (mine, theirs))
    is_name = any(each.sort == "name" for each in found)
    return bool(roots and roots_there) and roots.isdisjoint(roots_there) and not is_name


def _other_words(told: Told, first: int, end: int) -> list[Word]:
    valued = {index for value in told.values for index in range(value.first, value.last + 1)}
    return [told.line.words[index] for index in range(first, end) if index not in valued]


def _distinct(found: Sequence[Difference]) -> Iterator[Difference]:
    """Yield each difference once: a name that comes twice in a sentence differs twice."""
    seen: list[Difference] = []
    for each in found:
        if not any(
            each.sort == before.sort
            and not differ(each.one, before.one)
            and not differ(each.other, before.other)
            for before in seen
        ):
            seen.append(each)
            yield each
