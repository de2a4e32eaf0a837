"""Finds where an article says itself that reports differ, and what each of them gives.

“Reports differed on whether …, or …”, “… ; some reports spoke only of …”, “one report gave
…, another …”. Only where both sides stand in the sentence; what is quoted is left alone.
English only.
"""

import re
from dataclasses import dataclass

from bot.grounding.quotes import without_quotations

_REPORTS = r"(?:reports|accounts|estimates|figures|versions|sources|tallies|counts|witnesses)"
_DIFFER = re.compile(
    rf"\b(?:{_REPORTS}|they)(?: also| still)? (?:differ(?:ed|s)?|var(?:y|ied)|conflict(?:ed)?"
    r"|disagreed?|diverged?) (?:on|over|about|as to) (?P<on>(?:whether |when |where |how )?.+)$",
    re.IGNORECASE,
)
_ONE_AND_OTHER = re.compile(
    r"(?P<about>.*?),? ?(?:with )?\bone(?: report| account| source| estimate| agency| outlet)?"
    r"(?: giving| gave| putting| put it at| put| saying| said| reporting| reported| spoke of)"
    r" (?P<one>[^;]+?),? (?:and|while|but)? ?another(?: giving| gave| putting| put it at| put"
    r"| saying| said| reporting| reported| spoke of)?(?: at)? (?P<other>[^;]+?)[.]?$",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"^(?P<one>.{20,}?)(?:;|, (?:while|but|though|although)) (?P<other>(?:some|other|several) "
    rf"(?:(?:news |media |early )?{_REPORTS}|outlets|agencies|officials)"
    r" (?:spoke|said|put|gave|told|reported|had)\b.+?)"
    r"[.]?$",
    re.IGNORECASE,
)
# Without one of these words none of the patterns below can hold.
_LIKELY = re.compile(
    r"differ|var[yi]|conflict|disagree|diverge|another|[;,] (?:\w+ )?(?:some|other|several) "
)
_ALTERNATIVE = re.compile(r",? or (?!more\b|less\b|so\b|fewer\b)")
_MEASURE = re.compile(r" at (?=\S*\d|(?:about|around|more|nearly|some|over) )")
_LABEL = re.compile(r"^[^:]{1,24}: ")
_CLAUSE = re.compile(r"(?:whether|when|where|how) ", re.IGNORECASE)
_SIDES = ("one", "other")
_WORDS_OF_ABOUT = 4
_LEAST = 2  # words of an alternative

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class StatedDifference:
    """What a sentence says reports differ on: `values` are ranges in it, as `about` is."""

    about: Range
    values: tuple[Range, Range]


def read_stated(text: str) -> StatedDifference | None:
    """Return the difference between reports that `text`, one sentence, tells itself."""
    if not _LIKELY.search(text):
        return None
    masked = without_quotations(text)
    return _one_and_other(masked) or _alternatives(masked) or _others(masked)


def _one_and_other(text: str) -> StatedDifference | None:
    found = _ONE_AND_OTHER.match(text)
    if found is None:
        return None
    start, end = found.span("about")
    differ = _DIFFER.search(text)
    if differ is not None and differ.start("on") < end:
        start = differ.start("on")
    values = (found.span("one"), found.span("other"))
    measure = _MEASURE.search(found["one"])
    if measure is not None and not found["about"].strip():
        # “One report put the number of ships at 12 and another at 20.”
        begin, past = values[0][0], values[0][0] + measure.end()
        return StatedDifference((begin, begin + measure.start()), ((past, values[0][1]), values[1]))
    return StatedDifference((start, end), values)


def _alternatives(text: str) -> StatedDifference | None:
    """Read “differed on whether it was the first since 10 March, or since 7 March”."""
    differ = _DIFFER.search(text)
    if differ is None:
        return None
    start = differ.start("on")
    clause = _CLAUSE.match(text, start)
    begin = clause.end() if clause else start
    cuts = list(_ALTERNATIVE.finditer(text, begin))
    if not cuts:
        return None
    cut = cuts[-1]
    end = len(text.rstrip(" ."))
    word = text[cut.end() : end].split(" ", 1)[0]
    again = text.find(f" {word} ", begin, cut.start())
    one = again + 1 if again > 0 else begin
    values = ((one, cut.start()), (cut.end(), end))
    if any(len(text[slice(*each)].split()) < _LEAST for each in values):
        return None
    about = (begin, one - 1) if one > begin else (differ.start(), start - 1)
    return StatedDifference(about, values)


def _others(text: str) -> StatedDifference | None:
    label = _LABEL.match(text)
    begin = label.end() if label else 0
    found = _OTHERS.match(text[begin:])
    if found is None:
        return None
    one, other = ((begin + first, begin + last) for first, last in map(found.span, _SIDES))
    about = " ".join(found["one"].split()[:_WORDS_OF_ABOUT])
    return StatedDifference((begin, begin + len(about)), (one, other))
