"""Are a sentence's numbers in its passages, counting the same kind of thing?

A number is supported by an equal value that is given in percent, in a currency or in time
as the claim is; three days by 72 hours, a half by 50 percent, “nearly 4 million” by
3.95 million, “thousands” by 4,200. A bound turned round (“more than” for “fewer than”) is
not supported. Which noun a number belongs to is left to `swaps`.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice

from bot.grounding.quantities import UNITS, Quantity

# A rounded number may be this far from the exact one: 3.8 million is "nearly 4 million".
_ROUNDING = Fraction(5, 100)


class NumberIndex:
    """The numbers of the cited passages, found by their size; `words` are all their keys."""

    def __init__(self, held: Iterable[Quantity], words: frozenset[str]) -> None:
        self._words = words
        sized: dict[str, set[tuple[Fraction, Quantity]]] = {}
        for quantity in held:
            # Places in a line make every quantity another; without them most are repeats.
            placeless = replace(quantity, numeral=replace(quantity.numeral, first=0, last=0))
            for family, size in _sizes(placeless):
                sized.setdefault(family, set()).add((size, placeless))
        self._sized = {
            family: sorted(pairs, key=lambda pair: pair[0]) for family, pairs in sized.items()
        }

    def supports(self, claimed: Quantity) -> bool:
        """Say whether a number of the passages is `claimed`."""
        return any(_same(claimed, held, self._words) for held in self._near(claimed))

    def _near(self, claimed: Quantity) -> Iterator[Quantity]:
        reach = 1000 if claimed.numeral.kind == "vague" else 1 + 3 * _ROUNDING
        for family, size in _sizes(claimed):
            sized = self._sized.get(family, [])
            start = bisect_left(sized, size * (1 - 3 * _ROUNDING), key=lambda pair: pair[0])
            for held_size, held in islice(sized, start, None):
                if held_size > size * reach:
                    break
                yield held


def _sizes(quantity: Quantity) -> Iterator[tuple[str, Fraction]]:
    yield "value", quantity.numeral.value
    if quantity.also is not None:
        yield "value", quantity.also
    if quantity.period is not None:
        yield quantity.period
    if quantity.share is not None:
        yield "share", quantity.share


def same(claimed: Quantity, held: Quantity) -> bool:
    """Say whether two numbers are one, whatever else is cited."""
    return _same(claimed, held, frozenset())


def _same(claimed: Quantity, held: Quantity, words: frozenset[str]) -> bool:
    if claimed.period and held.period:
        return _same_period(claimed, held, claimed.period, held.period)
    if claimed.share is not None and held.share is not None:
        return _near(claimed, claimed.share, held.share) and _bounds_agree(claimed, held)
    if not _counts_alike(claimed, held) or not _units_agree(claimed, held, words):
        return False
    ours = {claimed.numeral.value, claimed.also} - {None}
    theirs = {held.numeral.value, held.also} - {None}
    if claimed.numeral.kind == "vague":
        return _is_of_size(claimed, held)
    if held.numeral.kind == "vague":
        return False
    near = any(_near(claimed, a, b) for a in ours for b in theirs if a is not None and b)
    return (near or bool(ours & theirs)) and _bounds_agree(claimed, held)


def _same_period(
    claimed: Quantity, held: Quantity, ours: tuple[str, Fraction], theirs: tuple[str, Fraction]
) -> bool:
    near = ours[0] == theirs[0] and _near(claimed, ours[1], theirs[1])
    return near and _bounds_agree(claimed, held)


def _near(claimed: Quantity, value: Fraction, held: Fraction) -> bool:
    if value == held:
        return True
    distance = value - held
    if claimed.bound == "over":
        return 0 <= -distance <= 2 * _ROUNDING * value
    if claimed.bound == "under":
        return 0 <= distance <= 2 * _ROUNDING * value
    return claimed.bound == "near" and abs(distance) <= _ROUNDING * value


def _bounds_agree(claimed: Quantity, held: Quantity) -> bool:
    return {claimed.bound, held.bound} != {"over", "under"}


def _counts_alike(claimed: Quantity, held: Quantity) -> bool:
    """Say whether nothing shows that two equal numbers count different kinds of thing.

    “Ten years” is not in “a 10-kilometre buffer”, nor “8 ships” in “8 percent”.
    """
    kinds = {claimed.numeral.kind, held.numeral.kind}
    if kinds in ({"ordinal", "count"}, {"ordinal", "implied"}):
        return False
    one_period = (claimed.period is None) != (held.period is None)
    if one_period and claimed.has_noun and held.has_noun:
        return False
    return not (held.unit == "percent" and not claimed.unit and claimed.has_noun)


def _units_agree(claimed: Quantity, held: Quantity, words: frozenset[str]) -> bool:
    if not claimed.unit or claimed.unit == held.unit:
        return True
    # “from 10 percent to 5”: the unit may stand with another number.
    return not held.unit and any(words.intersection(_signs(claimed.unit)))


def _signs(unit: str) -> Sequence[str]:
    return [sign for sign, name in UNITS.items() if name == unit]


def _is_of_size(claimed: Quantity, held: Quantity) -> bool:
    """Say whether “thousands” is right of what is held: 1,500 to a million, or the word."""
    least = claimed.numeral.value
    if held.numeral.kind == "vague":
        return held.numeral.value == least
    return least * 3 / 2 <= held.numeral.value < least * 1000
