"""Reads what a sentence counts: its numbers with their unit, period and bound.

“10–15 percent” is twice percent, “three days” a period, “nearly 4 million” a bound. Which
of them claim something, and are not a turn of phrase (“one of them”), is said here as well.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from bot.grounding.numerals import Numeral, read_numerals
from bot.grounding.verbs import AUXILIARIES
from bot.grounding.words import Line, listed

Bound = Literal["", "near", "over", "under"]

_CURRENCIES = {
    "dollar": ("$", "dollar", "dollars", "usd"),
    "euro": ("€", "euro", "euros", "eur"),
    "pound": ("£", "pound", "pounds", "gbp"),
    "yen": ("¥", "yen", "jpy"),
    "yuan": ("yuan", "renminbi", "cny"),
    "rouble": ("₽", "rouble", "roubles", "ruble", "rubles", "rub"),
    "hryvnia": ("₴", "hryvnia", "hryvnias", "uah"),
    "shekel": ("₪", "shekel", "shekels", "ils"),
    "lira": ("₺", "lira", "liras", "try"),
    "rupee": ("₹", "rupee", "rupees", "inr"),
    "franc": ("franc", "francs", "chf"),
}
UNITS = {
    **{sign: name for name, signs in _CURRENCIES.items() for sign in signs},
    **dict.fromkeys(("%", "percent", "percentage", "pct"), "percent"),
}

# Time in minutes, or, where months differ in length, in months.
_MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 10_080, "fortnight": 20_160}
_MONTHS = {"month": 1, "year": 12, "decade": 120, "century": 1200}
PERIODS = {
    name: (base, size)
    for base, sizes in (("minutes", _MINUTES), ("months", _MONTHS))
    for word, size in sizes.items()
    for name in (word, f"{word}s")
}

_BOUNDS: dict[str, Bound] = {
    **dict.fromkeys(("about", "around", "roughly", "approximately", "some", "circa"), "near"),
    **dict.fromkeys(("close to", "in the region of"), "near"),
    **dict.fromkeys(("over", "more than", "above", "exceeding", "upwards of", "at least"), "over"),
    **dict.fromkeys(("no fewer than", "no less than", "not less than", "minimum of"), "over"),
    **dict.fromkeys(("under", "less than", "fewer than", "below", "nearly", "almost"), "under"),
    **dict.fromkeys(("at most", "up to", "as many as", "no more than", "just short of"), "under"),
}
# “round three” is the third round; “Article 4” is not the fourth article of the sentence.
_NUMBERED = frozenset(listed("round stage phase day session week ballot"))
_JOINS = ("-", "–", "—", "‑")
# A definite “the two sides” counts what the passage names, and needs no number there.
_DEFINITE = ("the", "both", "these", "those", "their", "its", "all")
_SMALLEST_COUNTED = 2
_BREAKS_OFF = frozenset({"since", "after", "time"})
# “at first”, “who first met”: when, and not which of several.
_BEFORE_ADVERB = frozenset(listed("at and that which who when they he she it had have has"))
_PLACING = frozenset(listed("in at on by from to with under near"))
_COUNTED_UP = re.compile(
    r"(?::|,? namely,?)\s+(.+?)"
    r"(?=;|[.!?]?$|, (?:but|while|whereas|although|though|which|who|and then)\b)"
)
_BETWEEN = re.compile(r",? and |, ")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what it counts: a unit, or a stretch of time in `minutes` or `months`.

    `also` is what else it may be (2 million in “2 to 3 million”); `has_noun` says that a word
    of meaning follows, so that what it counts is known.
    """

    numeral: Numeral
    unit: str = ""
    bound: Bound = ""
    period: tuple[str, Fraction] | None = None
    also: Fraction | None = None
    has_noun: bool = False

    @property
    def share(self) -> Fraction | None:
        """The fraction that a percentage or a part is."""
        if self.unit == "percent":
            return self.numeral.value / 100
        return self.numeral.value if self.numeral.kind == "part" else None


def quantities(line: Line) -> list[Quantity]:
    """Return the numbers of `line` in order, each with what it counts."""
    found: list[Quantity] = []
    for numeral in read_numerals(line):
        if found and _adds_half(line, found[-1], numeral):
            found[-1] = _with_half(found[-1], numeral)
        else:
            has_noun = _has_noun(line, numeral.last + 1)
            found.append(replace(_quantity(line, numeral), has_noun=has_noun))
    for index in range(len(found) - 2, -1, -1):
        found[index] = _share_unit(line, found[index], found[index + 1])
    return found


def _quantity(line: Line, numeral: Numeral) -> Quantity:
    bound = _bound(line, numeral.first)
    if numeral.kind == "count" and _key(line, numeral.first - 1) in _NUMBERED:
        numeral = replace(numeral, kind="ordinal")
    ahead = _key(line, numeral.last + 1)
    if ahead in PERIODS:
        base, size = PERIODS[ahead]
        return Quantity(numeral, "", bound, (base, numeral.value * size))
    if numeral.kind == "part" and _key(line, numeral.last + 2) in PERIODS:
        # “half an hour”, “a quarter of an hour”.
        base, size = PERIODS[_key(line, numeral.last + 2)]
        return Quantity(numeral, "", bound, (base, numeral.value * size))
    if ahead == "per" and _key(line, numeral.last + 2) == "cent":
        return Quantity(numeral, "percent", bound)
    before = _key(line, numeral.first - 1)
    sign = UNITS.get(before, "") if before in UNITS and len(before) in (1, 3) else ""
    return Quantity(numeral, UNITS.get(ahead, "") or sign, bound)


def _has_noun(line: Line, index: int) -> bool:
    if index >= len(line.words) or line.breaks(index):
        return False
    word = line.words[index]
    return word.root != "" and not word.is_number


def _adds_half(line: Line, before: Quantity, numeral: Numeral) -> bool:
    """Say whether a half belongs to the period before it: “a year and a half”."""
    between = numeral.first - before.numeral.last
    is_half = numeral.kind == "part" and numeral.value == Fraction(1, 2) and between == 3
    return is_half and before.period is not None and _key(line, numeral.first - 1) == "and"


def _with_half(before: Quantity, half: Numeral) -> Quantity:
    value, (base, size) = before.numeral.value, before.period or ("", Fraction(0))
    numeral = Numeral(value + half.value, before.numeral.first, half.last)
    return replace(before, numeral=numeral, period=(base, size / value * numeral.value))


def _share_unit(line: Line, quantity: Quantity, following: Quantity) -> Quantity:
    """Give the first of “10–15 percent” or “2 to 3 million” what only the second shows."""
    first, second = quantity.numeral, following.numeral
    between = range(first.last + 1, second.first)
    joined = not between and line.gap(second.first).strip() in _JOINS
    linked = len(between) == 1 and line.words[between[0]].key in ("to", "or", "and")
    if not (joined or linked) or first.kind == "implied":
        return quantity
    digits = line.words[second.first].key
    scale = second.value / Fraction(digits) if digits.isdecimal() and int(digits) else Fraction(1)
    also = first.value * scale if scale > first.value else None
    return replace(
        quantity,
        unit=quantity.unit or following.unit,
        period=quantity.period
        or (following.period and _stretched(following, first.value, second.value)),
        also=also,
    )


def _stretched(known: Quantity, value: Fraction, of: Fraction) -> tuple[str, Fraction] | None:
    if known.period is None or not of:
        return None
    return known.period[0], known.period[1] / of * value


def _bound(line: Line, index: int) -> Bound:
    """Read the words before a number that make it a bound or a rounded one."""
    start = index
    while start and _key(line, start - 1) in UNITS:
        start -= 1
    for length in (3, 2, 1):
        words = " ".join(word.key for word in line.words[max(0, start - length) : start])
        if words in _BOUNDS:
            return _BOUNDS[words]
    return ""


def _key(line: Line, index: int) -> str:
    return line.words[index].key if 0 <= index < len(line.words) else ""


def claims(line: Line, used: frozenset[int]) -> Iterator[Quantity]:
    """Yield the numbers that `line` claims; `used` words belong to dates and times."""
    for quantity in quantities(line):
        numeral = quantity.numeral
        if not used.isdisjoint(range(numeral.first, numeral.last + 1)):
            continue
        if numeral.kind != "implied" and not _is_idle(line, quantity):
            yield quantity


def _is_idle(line: Line, quantity: Quantity) -> bool:
    """Say whether a number claims nothing: “one of them”, “at first”, “the two sides”."""
    numeral = quantity.numeral
    before, word = _key(line, numeral.first - 1), line.words[numeral.first]
    if word.is_number:
        return False
    if numeral.kind == "ordinal" and numeral.value == 1:
        ahead = _key(line, numeral.last + 1)
        adverb = before in _BEFORE_ADVERB or ahead.endswith("ed") or ahead in AUXILIARIES
        # “had to be ready first”, “met first in Gomel”, which “the first in years” is not.
        alone = before not in _DEFINITE and _ends_phrase(line, numeral.last + 1)
        behind = {word.key for word in line.words[numeral.last + 1 : numeral.last + 6]}
        # “the first since May”: whoever has not met since May meets for the first time.
        idle = adverb or alone or ahead in ("of", "and")
        return idle or not behind.isdisjoint(_BREAKS_OFF)
    if numeral.kind == "part":
        return before in ("first", "second", "latter", "other", "better")
    if numeral.value < _SMALLEST_COUNTED and numeral.first == numeral.last:
        return True
    if numeral.value == _SMALLEST_COUNTED and before in _DEFINITE:
        return True
    return quantity.period is None and numeral.value == _enumerated(line, numeral.last + 1)


def _ends_phrase(line: Line, index: int) -> bool:
    return index >= len(line.words) or line.breaks(index) or line.words[index].key in _PLACING


def _enumerated(line: Line, index: int) -> int | None:
    """Return how many things are told apart behind word `index`: “two ministers: A and B”.

    What a sentence counts up itself, a number of it only counts.
    """
    start = line.words[index].start if index < len(line.words) else len(line.text)
    told = _COUNTED_UP.search(line.text, start)
    return len(_BETWEEN.split(told[1].strip())) if told else None
