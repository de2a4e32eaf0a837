"""Reads numbers from a sentence, in digits or words, as exact values.

“22”, “twenty-two” and the number of “22-member” are one value; so are “2.2 million” and
“2,200,000”, “a dozen” and “12”, “3rd” and “third”. English number words only; digits of
every script. What a number counts (percent, a currency, a stretch of time) is kept beside
it. What a number means for a claim is not known here.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from bot.grounding.words import Line, listed

_UNITS = {
    word: value
    for value, word in enumerate(
        listed(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen "
            "fourteen fifteen sixteen seventeen eighteen nineteen"
        )
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        listed("twenty thirty forty fifty sixty seventy eighty ninety"), start=2
    )
}
_SMALL = _UNITS | _TENS
_SCALES = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 10**3,
    "lakh": 10**5,
    "million": 10**6,
    "mn": 10**6,
    "mln": 10**6,
    "crore": 10**7,
    "billion": 10**9,
    "bn": 10**9,
    "trillion": 10**12,
    "tn": 10**12,
}
# Letters that are a scale only where they touch the digits: “5k”, “$3m”.
_GLUED_SCALES = {"k": 10**3, "m": 10**6, "b": 10**9}
_VAGUE = {f"{word}s": value for word, value in _SCALES.items() if len(word) > 4}
_IRREGULAR = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fifth": 5,
    "eighth": 8,
    "ninth": 9,
    "twelfth": 12,
}
_ORDINALS = _IRREGULAR | {
    f"{word.removesuffix('y')}{'ieth' if word.endswith('y') else 'th'}": value
    for word, value in _SMALL.items()
    if value and value not in _IRREGULAR.values()
}
_PARTS = {
    "half": 2,
    "third": 3,
    "quarter": 4,
    "fifth": 5,
    "tenth": 10,
    "halves": 2,
    "thirds": 3,
    "quarters": 4,
    "fifths": 5,
    "tenths": 10,
}
NUMBER_WORDS = frozenset({*_SMALL, *_SCALES, *_VAGUE, *_ORDINALS, *_PARTS})
# Words that count without being numbers; they support a claim and never are one.
_COUNTING = {"both": 2, "pair": 2, "couple": 2, "twice": 2, "once": 1, "single": 1, "trio": 3}

_ORDINAL_END = re.compile(r"st|nd|rd|th")
_SPACE = re.compile(r" ?|[-‐‑]")
_LARGEST = 10**30

Kind = Literal["count", "ordinal", "part", "vague", "implied"]


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in words `first` to `last` of a line; `kind` says how it was given.

    A part is a fraction (“half”), a vague one the least that it can be (“thousands”), an
    implied one an article or a word such as “both”.
    """

    value: Fraction
    first: int
    last: int
    kind: Kind = "count"


def read_numerals(line: Line) -> Iterator[Numeral]:
    """Yield the numbers of `line` in order; no two share a word."""
    index = 0
    while index < len(line.words):
        found = _numeral(line, index)
        if found is not None:
            yield found
        index = found.last + 1 if found else index + 1


def _numeral(line: Line, index: int) -> Numeral | None:
    key = line.words[index].key
    if key in ("a", "an"):
        return _after_article(line, index)
    if key in _VAGUE:
        return Numeral(Fraction(_VAGUE[key]), index, index, "vague")
    if key in _COUNTING:
        return Numeral(Fraction(_COUNTING[key]), index, index, "implied")
    if key in _PARTS and key not in _ORDINALS:
        return _part(line, index)
    if key in _ORDINALS:
        return Numeral(Fraction(_ORDINALS[key]), index, index, "ordinal")
    found = _cardinal(line, index)
    return _finished(line, found) if found else None


def _follows(line: Line, index: int) -> str:
    """Return the key of word `index` if it goes on what stands before it, else nothing."""
    if 0 < index < len(line.words) and _SPACE.fullmatch(line.gap(index)):
        return line.words[index].key
    return ""


def _after_article(line: Line, index: int) -> Numeral | None:
    following = _follows(line, index + 1)
    if following in _SCALES:
        start = Numeral(Fraction(1), index, index)
        return _half_more(line, _scaled(line, start))
    if following in _PARTS and (following not in _ORDINALS or _follows(line, index + 2) == "of"):
        return replace(_part(line, index + 1), first=index)
    if following in ("couple", "pair"):
        return Numeral(Fraction(2), index, index + 1, "implied")
    return Numeral(Fraction(1), index, index, "implied")


def _part(line: Line, index: int) -> Numeral:
    """Read “half”, “half a million”, “quarter”."""
    share = Numeral(Fraction(1, _PARTS[line.words[index].key]), index, index, "part")
    if _follows(line, index + 1) in ("a", "an") and _follows(line, index + 2) in _SCALES:
        return replace(_scaled(line, replace(share, last=index + 1)), kind="count")
    return share


def _cardinal(line: Line, index: int) -> Numeral | None:
    """Read a number in digits, words or both, up to its last scale word."""
    word = line.words[index]
    if word.is_number:
        return _scaled(line, Numeral(Fraction(word.key), index, index))
    if share := _sign(word.text):
        return Numeral(share, index, index, "part")
    return _in_words(line, index) if word.key in _SMALL else None


def _in_words(line: Line, index: int) -> Numeral:
    """Add up “three hundred and forty-two thousand five hundred”."""
    total, group, room = 0, _SMALL[line.words[index].key], 0
    room = _room_after(group)
    last = index
    while following := _follows(line, last + 1):
        step = 1
        if following == "and" and room >= 100:
            following, step = _follows(line, last + 2), 2
        if following in _SMALL and 0 < _SMALL[following] < room:
            group += _SMALL[following]
            room = _room_after(_SMALL[following])
        elif following == "hundred" and 0 < group < 100 and step == 1:
            group, room = group * 100, 100
        elif following in _SCALES and _SCALES[following] > 100 and group and step == 1:
            total, group, room = total + group * _SCALES[following], 0, _SCALES[following]
        else:
            break
        last += step
    number = Numeral(Fraction(total + group), index, last)
    return _scaled(line, number) if total == 0 else number


def _room_after(value: int) -> int:
    """Return what a further word must stay below: nothing adds to “five”, units to “fifty”."""
    return 10 if value in _TENS.values() else 0


def _scaled(line: Line, number: Numeral) -> Numeral:
    """Multiply by the scale words that follow: “2.2 million”, “5k”, “hundred thousand”."""
    while following := _follows(line, number.last + 1):
        glued = line.gap(number.last + 1) == ""
        scale = _SCALES.get(following) or (_GLUED_SCALES.get(following) if glued else None)
        if scale is None or number.value * scale > _LARGEST:
            break
        number = replace(number, value=number.value * scale, last=number.last + 1)
    return number


def _finished(line: Line, number: Numeral) -> Numeral:
    """Read what may end a number: “th”, a fraction, “and a half”, “thirds”."""
    following = _follows(line, number.last + 1)
    if line.gap(number.last + 1) == "" and _ORDINAL_END.fullmatch(following):
        return replace(number, last=number.last + 1, kind="ordinal")
    if following in _ORDINALS and _adds_ordinal(number, following):
        value = number.value + _ORDINALS[following]
        return replace(number, value=value, last=number.last + 1, kind="ordinal")
    if following in _PARTS and (number.value == 1 or following.endswith("s")):
        value = number.value / _PARTS[following]
        return replace(number, value=value, last=number.last + 1, kind="part")
    if following and (share := _sign(line.words[number.last + 1].text)):
        return _scaled(line, replace(number, value=number.value + share, last=number.last + 1))
    return _half_more(line, number)


def _sign(text: str) -> Fraction | None:
    """Return what a sign such as “½” stands for, None for any other word."""
    value = unicodedata.numeric(text, 0.0) if len(text) == 1 else 0.0
    return Fraction(value).limit_denominator(10) if 0 < value < 1 else None


def _adds_ordinal(number: Numeral, following: str) -> bool:
    return number.value in _TENS.values() and _ORDINALS[following] < 10


def _half_more(line: Line, number: Numeral) -> Numeral:
    """Read “two and a half million” and “a million and a half”."""
    ahead = [_follows(line, number.last + step) for step in (1, 2, 3)]
    if ahead != ["and", "a", "half"]:
        return number
    whole = max((scale for scale in _SCALES.values() if number.value == scale), default=1)
    value = number.value + Fraction(whole, 2)
    return _scaled(line, replace(number, value=value, last=number.last + 3))
