"""How loaded the words of a sentence or a text are, as a number.

A sentence's score is the sum of the weights of what the lists hold of its words outside
quotations and of what the other rules mark in it, less what is typical of a report. The
weights were set by hand, one for a group of words or a rule, not fitted to a data set; only
the threshold was chosen on one.
"""

import re
from collections.abc import Sequence

from bot.neutrality.reading import Reading, read
from bot.neutrality.rules import marks
from bot.neutrality.vader import ratings

# Best of 0.3–1.4 in steps of 0.1 on BABE, the half of its sentences that is for development; see
# `parley eval loaded-words`. From 0.6 to 1.2 macro-F1 differs by less than .015.
THRESHOLD = 0.9

# What the other rules' marks weigh; loaded words have the weights of their lists.
_OF_RULE = {
    "judging verb of saying": 0.5,
    "doubt marker": 0.5,
    "scare quotes": 0.7,
    "weasel sourcing": 0.1,
    "unattributed speculation": 0.2,
    "editorial voice": 0.5,
}
# A word that people rated as far from 0 as this is strong; one half of VADER's scale of 4.
_STRONG = 2.0
_OF_STRONG = 0.3
# A report gives days and figures and says who told it.
_OF_REPORT = 0.15
_DAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
_FIGURE = re.compile(r"\d")
_REPORTED = re.compile(r"\b(?:said|told|announced|according to)\b")


def score(reading: Reading) -> float:
    """Return how loaded a sentence's words are; under 0 where it has more of a report."""
    loaded = sum(each.entry.weight for each in reading.listed)
    others = sum(_OF_RULE.get(mark.rule, 0) for mark in marks(reading))
    calm = sum(bool(each.search(reading.masked)) for each in (_DAY, _FIGURE, _REPORTED))
    strong = _OF_STRONG * len(_strong(reading))
    # Rounded, or what adds up to the threshold might fall short of it by a hair.
    return round(loaded + others + strong - _OF_REPORT * calm, 3)


def score_of(text: str) -> float:
    """Return the score of a sentence that stands by itself."""
    return score(read([text])[0])


def _strong(reading: Reading) -> list[str]:
    """Return the strong words of VADER's lexicon that are on none of our lists."""
    listed = {index for each in reading.listed for index in range(each.first, each.last + 1)}
    rated = ratings()
    return [
        word.key
        for index, word in enumerate(reading.words)
        if index not in listed and abs(rated.get(word.key, 0)) >= _STRONG
    ]


def loaded_density(text: str) -> float:
    """Return the share of the words outside quotations that are loaded, in 0..1.

    Loaded is what our lists show as a flag, and what people rated strongly in VADER's lexicon.
    """
    return density_of([text])


def density_of(sentences: Sequence[str]) -> float:
    """Return the same for sentences of a text in their order, whose quotations may run on."""
    readings = read(sentences)
    words = sum(len(reading.words) for reading in readings)
    return sum(map(_loaded_words, readings)) / words if words else 0.0


def _loaded_words(reading: Reading) -> int:
    shown = [each for each in reading.listed if each.entry.is_shown]
    return sum(each.last - each.first + 1 for each in shown) + len(_strong(reading))
