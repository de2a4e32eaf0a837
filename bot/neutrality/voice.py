"""The rule on a report's own voice: where it comments, advises or speaks to the reader.

It knows the phrases of comment and the pronouns; that a sentence argues without any of them
it does not see.
"""

import re
from collections.abc import Iterator

from bot.neutrality.marks import Mark
from bot.neutrality.reading import Reading
from bot.neutrality.wording import wording

_RULE = "editorial voice"
_PERSON = re.compile(
    r"(?<![\w'’.-])(?:I(?:['’](?:m|ve|d|ll))?|[Ww]e(?:['’](?:re|ve|d|ll))?|[Oo]ur|ours|us|[Mm]y|me"
    r"|myself|ourselves|[Yy]ou(?:['’](?:re|ve|d|ll))?|[Yy]our|yours)(?![\w'’.-])"
)
# A Roman numeral: “World War I”, “Phase I”. Only so much of what stands before is looked at.
_BEFORE = 24
_NUMERAL = re.compile(r"(?:[A-Z]\w*|\bphase|\bpart|\btype|\bannex|\barticle)\s$")
_QUESTION = re.compile(r"\?[\s)\]”\"'’]*$")
_EXCLAMATION = re.compile(r"!+(?!=)")


def voices(reading: Reading) -> Iterator[Mark]:
    """Mark comment, advice, address to the reader, questions and exclamations outside quotes."""
    text = reading.masked
    for match in wording().voice.finditer(text):
        yield Mark(_RULE, *match.span(), "The report's own comment; it can be left out.")
    yield from _advice(reading)
    for match in _PERSON.finditer(text):
        if match.group() != "I" or not _is_numeral(text, match.start()):
            yield Mark(_RULE, *match.span(), "The report speaks of itself or to the reader.")
    if match := _QUESTION.search(text):
        yield Mark(_RULE, match.start(), match.start() + 1, "A question that nobody is asked.")
    for match in _EXCLAMATION.finditer(text):
        yield Mark(_RULE, *match.span(), "An exclamation.")


def _is_numeral(text: str, start: int) -> bool:
    return _NUMERAL.search(text[max(0, start - _BEFORE) : start]) is not None


def _advice(reading: Reading) -> Iterator[Mark]:
    """Mark advice that is nobody's: not what someone says, or what a text lays down."""
    for match in wording().advice.finditer(reading.masked):
        if reading.is_told or wording().rules.search(reading.masked):
            return
        # “Should talks fail” sets a condition.
        if match.start() > 0:
            yield Mark(_RULE, *match.span(), "Advice, and the sentence does not say whose.")
