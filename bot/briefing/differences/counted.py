"""Reads what a sentence counts: how many of what, and what happened to them.

“More than 3.8 million refugees”, “the number of refugees has reached 2.2 million” and
“refugees now number nearly 4 million” are three counts of one thing. A number that another is
compared with (“up from 12”), expected or only said to be possible is no count here, nor is a
percentage, a span of time or a sum of money. English only.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache

from bot.briefing.timeline.calendar import When
from bot.briefing.timeline.happened import read_happened
from bot.disagreements.values import Stated, dated_and_counted
from bot.grounding.quotes import without_quotations
from bot.grounding.verbs import AUXILIARIES
from bot.grounding.words import Line, listed, read_line
from vectorstore.spelling import is_same
from vectorstore.text import PAST_FORMS, STOPWORDS

_NUMBER = (
    r"(?:\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen"
    r"|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|dozen"
    r"|hundred|thousand|million|billion)s?\b)"
)
# What a count may be: a number with a plural soon behind it, or behind “the number of”.
_COUNT_LIKE = re.compile(
    rf"{_NUMBER}(?:[\d.,]*)(?: [\w’'-]+){{0,6}}? (?:[\w-]+s|people|\w+men|children)\b"
    rf"|(?:number|total|toll|numbered)\b.{{0,90}}?{_NUMBER}",
    re.IGNORECASE,
)
# Whatever is done to them; of “people” alone nobody knows which are meant.
_ANYBODY = frozenset(
    listed("people person civilian man woman child soldier troop other adult member life case")
)
_FATES = {
    form: fate
    for fate, forms in {
        "killed": "killed killing kills dead died dies deaths fatalities slain",
        "wounded": "wounded injured hurt wounding injuring casualties",
        "held": "arrested detained detains detaining arresting jailed",
        "missing": "missing disappeared",
        "fled": "fled displaced fleeing flee",
    }.items()
    for form in forms.split()
}
_COMPARING = frozenset(listed("from than versus vs against compared additional further"))
_SUPPOSED = frozenset(
    listed("""
    expect forecast predict estim project could would might may if should target goal plan want
    demand potenti possibl analyst survey hope need
    """)
)
_TOTALS = re.compile(
    r"\b(?:[Nn]umber of|[Tt]otal of) ((?:[a-z-]+ ){0,2}?[a-z-]+)\b(?= |,|$)"
    r"|((?:[Dd]eath )?\b[Tt]oll)\b"
    r"|\b([A-Za-z-]{2,}s)(?: (?:from|in|of) [A-Z]\w+)?(?: now)? number(?:ed)?\b"
)
_REACH = 12  # words from “the number of refugees” to the number
_LONGEST_NOUN = 3
# “Eight corridors last Wednesday”: what stands behind the noun is none of it.
_TIMES = frozenset(listed("last this next early late yesterday today tomorrow earlier later"))
_FEWEST = 2
_BESIDE = 4
_BELONGING = frozenset(("from", "of", "in"))
# “At least 13” may be 15; it is not 30.
_KEPT = Fraction(5, 4)
# “The two sides” counts nothing that another report could count otherwise.
_DEFINITE = frozenset(listed("the both these those their its his her all"))
_NEAR = 5  # words from a noun to what befell it


@dataclass(frozen=True, slots=True)
class Count:
    """So many of something: `noun` is its stem, `marks` what is said of it besides.

    `value` is how many, in words of `line`; `about` what is counted, as it stands; `total`
    says that it is counted up in all, so that counts of two days may be compared; `near` are
    the stems that stand beside it, `whose` is the name behind it (“refugees from Norland”), and
    `when` the day of which the sentence tells.
    """

    line: Line
    value: Stated
    noun: str
    marks: frozenset[str]
    fate: str
    about: str
    total: bool
    near: frozenset[str]
    whose: str = ""
    when: When | None = None

    @property
    def label(self) -> str:
        """What is counted, with what befell it: “people killed”."""
        told = self.about.endswith("toll") or self.fate in self.about
        return self.about if told else f"{self.about} {self.fate}"


def read_counts(text: str, published: date | None) -> list[Count]:
    """Return the counts in `text`, one sentence."""
    if not _COUNT_LIKE.search(without_quotations(text)):
        return []
    line, values = measured(text, published)
    found = list(_counts(line, values)) if len(line.text) == len(text) else []
    if not found:
        return []
    events = read_happened(text, published).events
    when = next((each.when for each in events if not each.clause), None)
    return [replace(each, when=when) for each in found]


# What is told of meetings is read from the same sentence directly behind.
@lru_cache(maxsize=64)
def measured(text: str, published: date | None) -> tuple[Line, tuple[Stated, ...]]:
    """Return the words of a sentence outside quotation marks, and its numbers and dates."""
    line = read_line(without_quotations(text))
    return line, tuple(dated_and_counted(line, published))


def _counts(line: Line, measures: Sequence[Stated]) -> Iterator[Count]:
    values = [each for each in measures if each.sort == "number"]
    counts = [each for each in values if _is_count(line, each)]
    found = [one for value in counts if (one := _one(line, value, values)) is not None]
    if _are_tolls(found):
        # “… said 12 people were killed; the council put the toll at 21”: two counts of one thing.
        yield from (found[0], replace(found[0], value=found[1].value))
        return
    nouns = [each.noun for each in found]
    bare = [each for each in counts if all(each is not other.value for other in found)]
    for each in found:
        # “2 million to one and 1 million to the other”: which of them is the count?
        if nouns.count(each.noun) == 1 and not bare:
            yield each


def _are_tolls(found: Sequence[Count]) -> bool:
    """Say whether the second of two counts gives the toll of which the first is told."""
    if len(found) != 2 or found[0].fate != "killed":
        return False
    return found[1].about.endswith("toll") and not found[0].about.endswith("toll")


def _is_count(line: Line, value: Stated) -> bool:
    quantity = value.quantity
    if quantity is None or quantity.unit or quantity.share is not None:
        return False
    if quantity.numeral.kind != "count" or quantity.numeral.value < _FEWEST:
        return False
    if line.gap(value.first)[-1:] in ("/", "-", "–", "‑"):
        return False
    return _key(line, value.first - 1) not in _DEFINITE and not _is_compared(line, value)


def _one(line: Line, value: Stated, values: list[Stated]) -> Count | None:
    noun = _noun_after(line, _past_whole(line, value, values))
    if noun is None:
        return _total_before(line, value, values)
    first, end = noun
    keys = [line.words[at].root for at in range(first, end)]
    if line.words[end - 1].key in _FATES:
        return None
    fate = _fate(line, value.first, end)
    total = _key(line, 0) in ("by", "there")
    near = _around(line, value.first, end)
    marks = frozenset(keys[:-1])
    about, whose = line.surface(first, end - 1), _whose(line, end)
    return Count(line, value, keys[-1], marks, fate, about, total, near, whose)


def _whose(line: Line, end: int) -> str:
    """Return the name that word `end` and the next put behind a noun: “from Norland”."""
    named = end + 1 < len(line.words) and line.words[end + 1].is_capital
    return _key(line, end + 1) if named and _key(line, end) in _BELONGING else ""


def _past_whole(line: Line, value: Stated, values: list[Stated]) -> int:
    """Return the word behind a number, or behind the whole that it is a part of: “2 of 9”."""
    at = value.last + 1
    if _key(line, at) != "of":
        return at
    whole = next((each for each in values if each.first in (at + 1, at + 2)), None)
    return at if whole is None else whole.last + 1


def _around(line: Line, first: int, end: int) -> frozenset[str]:
    """Return the stems of the few words before a count and behind it."""
    near = (
        *range(max(0, first - _BESIDE), first),
        *range(end, min(len(line.words), end + _BESIDE)),
    )
    return frozenset(line.words[at].root for at in near if not line.words[at].is_number) - {""}


def _noun_after(line: Line, first: int) -> tuple[int, int] | None:
    """Return the words that a number before word `first` counts: “Norlandic soldiers”."""
    end = first
    while end < min(len(line.words), first + _LONGEST_NOUN):
        word = line.words[end]
        if line.gap(end) not in (" ", "-") or word.key in STOPWORDS or word.is_number:
            break
        if word.key in _TIMES or word.key in AUXILIARIES or (end > first and _is_verb(word.key)):
            break
        end += 1
    while end > first and line.words[end - 1].is_capital:
        end -= 1
    head = line.words[end - 1] if end > first else None
    if head is None or not head.root or not head.key.endswith(("s", "people", "men", "ren")):
        return None
    return first, end


def _is_verb(key: str) -> bool:
    return key in PAST_FORMS or key in _FATES or key.endswith("ed")


def _fate(line: Line, first: int, end: int) -> str:
    """Return what befell those counted: by the words behind the noun, or the verb before."""
    for at in range(end, min(len(line.words), end + _NEAR)):
        word = line.words[at]
        if word.is_number or _BREAKS.search(line.gap(at)):
            break
        if word.key in _FATES:
            return _FATES[word.key]
    before = _key(line, first - 1)
    return _FATES.get(before, "")


_BREAKS = re.compile(r"[,;:]")


def _total_before(line: Line, value: Stated, values: list[Stated]) -> Count | None:
    """Return the count of “the number of refugees has reached 2.2 million”."""
    before = [other.last for other in values if other.last < value.first]
    first = max((value.first - _REACH, 0, *(last + 1 for last in before)))
    start = line.words[first].start
    told = line.text[start : line.words[value.first].start]
    found = next(iter(_TOTALS.finditer(told)), None)
    if found is None:
        return None
    group = next(number for number in (1, 2, 3) if found[number])
    text = found[group]
    words = read_line(text).words
    keys = [word.root for word in words if word.root]
    if not keys:
        return None
    if group == 2:
        return Count(
            line,
            value,
            "people",
            frozenset(),
            "killed",
            found[0],
            True,
            _around(line, value.first, value.last + 1),
        )
    behind = line_index(line, start + found.end(group))
    fate, marks = _fate(line, value.first, behind), frozenset(keys[:-1])
    near = _around(line, value.first, value.last + 1)
    return Count(line, value, keys[-1], marks, fate, text, True, near, _whose(line, behind))


def line_index(line: Line, offset: int) -> int:
    """Return the first word of `line` at or behind a character."""
    return next((at for at, word in enumerate(line.words) if word.start >= offset), len(line.words))


def _is_compared(line: Line, value: Stated) -> bool:
    """Say whether a number is one that another is compared with, or only supposed."""
    before = _key(line, value.first - 1)
    if before in _COMPARING or _key(line, value.first - 2) == "compared":
        return True
    if before == "of" or (before in _DEFINITE and _key(line, value.first - 2) == "of"):
        # “2 of 9”: the whole, which the part before it counts.
        return _key(line, value.first - 2) not in ("number", "total", "toll")
    near = range(max(0, value.first - 10), min(len(line.words), value.last + 6))
    return any(line.words[at].root in _SUPPOSED or line.words[at].key in _SUPPOSED for at in near)


def _key(line: Line, index: int) -> str:
    return line.words[index].key if 0 <= index < len(line.words) else ""


def may_be_one(one: Count, other: Count) -> bool:
    """Say whether two counts may be of one thing, as far as their own words show."""
    if one.noun != other.noun or one.fate != other.fate:
        return False
    if one.noun in _ANYBODY_STEMS and not one.fate:
        return False
    if one.whose and other.whose and not is_same(one.whose, other.whose):
        return False
    return one.marks <= other.marks or other.marks <= one.marks


def is_kept(one: Stated, other: Stated) -> bool:
    """Say whether one number keeps within the bound that the other is: 14 in “at least 12”."""
    if one.quantity is None or other.quantity is None:
        return False
    low, high = sorted((one.quantity, other.quantity), key=lambda each: each.numeral.value)
    over = low.bound == "over" and high.bound != "under"
    under = high.bound == "under" and low.bound != "over"
    return (over or under) and high.numeral.value <= _KEPT * low.numeral.value


_ANYBODY_STEMS = frozenset(word.root for word in read_line(" ".join(_ANYBODY)).words)
