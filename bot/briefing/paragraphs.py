"""How a briefing's text is set: sentences in paragraphs, one day's reports together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.briefing.parts import Briefing, BriefSentence

# A paragraph ends with the sentence that brings it to so many words.
_WORDS = 80


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences by their numbers; `reported` is the day that their “Monday” is of, if it is one."""

    reported: str | None
    sentences: tuple[int, ...]


def paragraphs(briefing: Briefing) -> list[Paragraph]:
    """Return the text in paragraphs.

    Where sentences are quoted from the reports of several days, a paragraph is of one day: a
    report's weekdays are read by the day on which it appeared.
    """
    days = [_day(briefing, sentence) for sentence in briefing.sentences]
    by_day = briefing.model is None and len(set(days)) > 1
    return list(_parted(briefing, days if by_day else [None for _ in days]))


def _parted(briefing: Briefing, days: Sequence[str | None]) -> Iterator[Paragraph]:
    current: list[int] = []
    words = 0
    for number, sentence in enumerate(briefing.sentences):
        if current and (days[number] != days[current[0]] or words >= _WORDS):
            yield Paragraph(days[current[0]], tuple(current))
            current, words = [], 0
        current.append(number)
        words += len(sentence.text.split())
    if current:
        yield Paragraph(days[current[0]], tuple(current))


def _day(briefing: Briefing, sentence: BriefSentence) -> str | None:
    published = briefing.citation(sentence.citations[0]).published if sentence.citations else None
    return published[:10] if published else None
