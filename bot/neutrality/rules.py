"""The rules of neutral wording: which words of a text they flag, and why.

Quoted words are the speaker's and are masked first; only scare quotes are looked for. A flag
is no verdict: the rules see words and the sentence around them, not whether what is said is
right, or whether a strong word is the plain one for what happened.
"""

from collections.abc import Callable, Iterator, Sequence

from bot.neutrality.flags import Flag
from bot.neutrality.marks import Mark, instead
from bot.neutrality.reading import Reading, read
from bot.neutrality.sourcing import doubts, guesses, sayings, scare_quotes, weasels
from bot.neutrality.voice import voices


def loaded(reading: Reading) -> Iterator[Mark]:
    """Mark words that judge or dramatise outside quotations."""
    for found in reading.listed:
        if found.entry.is_shown:
            first, last = reading.words[found.first], reading.words[found.last]
            note = instead(found.entry.why.capitalize(), found.entry.plainer)
            yield Mark("loaded word", first.start, last.end, note)


# Where two rules mark the same words, the first one tells more.
_RULES: tuple[Callable[[Reading], Iterator[Mark]], ...] = (
    sayings,
    doubts,
    scare_quotes,
    weasels,
    guesses,
    voices,
    loaded,
)


def marks(reading: Reading) -> list[Mark]:
    """Return what the rules mark in a sentence, in the order of the words, none twice."""
    kept: list[Mark] = []
    taken = bytearray(len(reading.text))
    for rule in _RULES:
        for mark in rule(reading):
            if not any(taken[mark.start : mark.end]):
                taken[mark.start : mark.end] = b"x" * (mark.end - mark.start)
                kept.append(mark)
    return sorted(kept, key=lambda mark: mark.start)


def find_flags(sentences: Sequence[str]) -> list[Flag]:
    """Return what the rules flag in the sentences of a text, which are given in their order."""
    return [
        Flag(mark.rule, reading.text[mark.start : mark.end], index, mark.note, mark.start)
        for index, reading in enumerate(read(sentences))
        for mark in marks(reading)
    ]
