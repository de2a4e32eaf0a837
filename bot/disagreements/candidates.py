"""What a question asks for as values, and the sentences that may give one.

The sort of value by the kind of the question, what it counts, and of each sentence which
numbers count that. English question words.
"""

import re
from dataclasses import dataclass

from bot.disagreements.values import Sort, Stated, Told
from bot.grounding.quantities import PERIODS
from bot.grounding.words import Line
from vectorstore.documents import ScoredSentence
from vectorstore.questions import AnswerKind, Asked
from vectorstore.text import content_stems

_SORTS: dict[AnswerKind, frozenset[Sort]] = {
    AnswerKind.PERSON: frozenset({"name"}),
    AnswerKind.PLACE: frozenset({"name"}),
    AnswerKind.TIME: frozenset({"date"}),
    AnswerKind.NUMBER: frozenset({"number"}),
    AnswerKind.DURATION: frozenset({"period"}),
    AnswerKind.OTHER: frozenset({"name", "number", "period", "date"}),
}
_DATE_ASKED = re.compile(r"\b(?:date|day|year|month)\b", re.IGNORECASE)
_PERIOD_ASKED = re.compile(rf"\bhow (?:old|many (?:{'|'.join(PERIODS)}))\b", re.IGNORECASE)
_COUNT_ASKED = re.compile(
    r"\bhow (?:many|much) (?:more |other )?([\w-]+)|\bnumber of ([\w-]+)", re.IGNORECASE
)
# “How many …”: no sentence that answers need have these words.
_ASKING = frozenset(content_stems("many much long old far often number date"))
# A number counts what stands so few words after it.
_NEAR = 3
_ENDS_COUNT = frozenset(("and", "or", "but", "while", "by", "on", "in", "at"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer, with what it gives.

    `rank` is its place among all, `likely` its score compared with the best one's, and
    `held` are the stems of the question that it speaks of.
    """

    rank: int
    sentence: ScoredSentence
    told: Told
    likely: float
    held: frozenset[str]

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.sentence.text

    @property
    def roots(self) -> frozenset[str]:
        """The stems of its words of meaning."""
        return self.told.line.roots


def sorts_asked(asked: Asked) -> frozenset[Sort]:
    """Return the sorts of value that would answer; none where a value is no answer."""
    if asked.kind is AnswerKind.OTHER and _DATE_ASKED.search(asked.text):
        return _SORTS[AnswerKind.TIME]
    if asked.kind is AnswerKind.NUMBER and _PERIOD_ASKED.search(asked.text):
        return frozenset({"number", "period"})
    return _SORTS.get(asked.kind, frozenset())


def stems_asked(asked: Asked) -> frozenset[str]:
    """Return the question's stems without those that only ask."""
    return frozenset(asked.stems) - _ASKING or frozenset(asked.stems)


def noun(asked: Asked) -> str:
    """Return the stem of what the question counts, if it says more than “people”."""
    found = _COUNT_ASKED.search(asked.text)
    stem = next(iter(content_stems(found[1] or found[2])), "") if found else ""
    return stem if stem in asked.stems else ""


def counting(asked: Asked, told: Told) -> list[Stated]:
    """Return the numbers of what the question counts: the ships of “how many ships”."""
    counted = noun(asked)
    return [
        value
        for value in told.values
        if value.sort == "number" and counted and counted in roots_after(told.line, value.last + 1)
    ]


def uncounted(told: Told) -> list[Stated]:
    """Return the numbers after which nothing stands that they count: “now number 4 million”."""
    return [
        value
        for value in told.values
        if value.sort == "number" and not roots_after(told.line, value.last + 1)
    ]


def roots_after(line: Line, index: int) -> set[str]:
    """Return the stems of the few words from `index` on, which a number before it may count."""
    found: set[str] = set()
    for place in range(index, min(index + _NEAR, len(line.words))):
        word = line.words[place]
        if line.breaks(place) or word.is_number or word.key in _ENDS_COUNT:
            break
        found.add(word.root)
    return found - {""}
