"""A sentence as the rules of wording read it: with what is quoted masked, and as words.

A quotation may run over several sentences; its middle is masked too where the sentences are
given in their order. Whether a sentence tells someone's word is read off its verbs of saying
alone, without knowing who that is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from bot.grounding.quotes import Range, quotations, without_quotations
from bot.grounding.verbs import SAYING
from bot.neutrality.lexicon import Found, Token, lexicon, tokens_of

# A quotation that is still open after as many sentences was never closed.
_LONGEST_QUOTATION = 8
_MARKS = re.compile(r"[“”\"]")
_SAYING = SAYING | frozenset(
    """
    according saying telling warning adding arguing insisting claiming calling reports quoted
    quoting cited citing statement pledge pledges promise promises asked recommends recommended
    concluded ruled testified recalled agreed claims claim conceded boasted hopes hoped expects
    wants wanted urges urging demanding ordered voiced fears feared asserts alleges alleging
    contends maintains accuses accusing blames blaming vows vowing announces announcing proposes
    """.split()  # noqa: SIM905 - a list of sixty strings reads worse
)
# What stands before an adjective.
_DESCRIBED = frozenset(
    """
    the a an his her its their any these those some this that of for over about against and by
    """.split()  # noqa: SIM905
)
# Groups of the lists whose words are written with capitals in their own sense.
_CAPITALISED = frozenset({"partisan_labels", "charged", "charged_nouns"})
# More capitals than this make a headline, where they tell no names.
_HEADLINE = 0.6


@dataclass(frozen=True)
class Reading:
    """A sentence, and the same with spaces for what is quoted, each word at its old place."""

    text: str
    masked: str

    @cached_property
    def words(self) -> list[Token]:
        """The words outside quotations."""
        return tokens_of(self.masked)

    @cached_property
    def listed(self) -> list[Found]:
        """What the lists of loaded words hold of it, without what is part of a name."""
        found = lexicon().find(self.masked, self.words)
        return [each for each in found if not self._is_name(each)]

    @cached_property
    def is_told(self) -> bool:
        """Whether it has a verb of saying, so that some of it is somebody's word."""
        alleged = set(self.alleged)
        return any(word.key in _SAYING and word not in alleged for word in self.words)

    @cached_property
    def alleged(self) -> list[Token]:
        """Each “allegedly”, and each “alleged” that describes and does not say: “the alleged”."""
        return [
            word
            for before, word in pairwise((None, *self.words))
            if word is not None
            and (
                word.key == "allegedly"
                or (word.key == "alleged" and before is not None and before.key in _DESCRIBED)
            )
        ]

    @cached_property
    def is_headline(self) -> bool:
        """Whether most of its words begin with a capital letter."""
        capitals = sum(self.masked[word.start].isupper() for word in self.words)
        return capitals > _HEADLINE * len(self.words)

    @cached_property
    def quoted(self) -> list[Range]:
        """The ranges inside quotation marks that both stand in the sentence."""
        return [
            (start, end)
            for start, end in quotations(self.text)
            if end < len(self.text) and not self.text[start:end].isspace()
        ]

    def _is_name(self, found: Found) -> bool:
        """Say whether a capital inside the sentence makes a listed word a name: “Savage”.

        Camps have capitals too (“a Marxist”), and phrases are no names.
        """
        first = self.words[found.first]
        return (
            found.first > 0
            and found.last == found.first
            and self.masked[first.start].isupper()
            and found.entry.group not in _CAPITALISED
            and not self.is_headline
        )


def read(sentences: Sequence[str]) -> list[Reading]:
    """Return the sentences of a text, in their order, as the rules read them."""
    readings: list[Reading] = []
    until = 0
    for index, text in enumerate(sentences):
        start = _closing(text) if index < until else 0
        readings.append(Reading(text, " " * start + without_quotations(text[start:])))
        if index >= until or 0 < start < len(text):
            until = _open_until(sentences, index, start)
    return readings


def _closing(text: str) -> int:
    """Return where a quotation that began before `text` ends in it; all of it if it goes on."""
    mark = _MARKS.search(text)
    return mark.end() if mark else len(text)


def _open_until(sentences: Sequence[str], index: int, start: int) -> int:
    """Return behind which sentence a quotation left open by sentence `index` ends; 0 if none is."""
    marks = _MARKS.findall(sentences[index], start)
    if len(marks) % 2 == 0 or marks[-1] == "”":
        return 0
    for later in range(index + 1, min(len(sentences), index + 1 + _LONGEST_QUOTATION)):
        mark = _MARKS.search(sentences[later])
        if mark is not None:
            # A new paragraph of a quotation opens with a mark of its own.
            opens = mark.group() == "“" or not sentences[later][: mark.start()].strip()
            return 0 if opens else later + 1
    return 0
