"""Whether what a briefing states is carried by the passages that it cites.

A sentence passes the check that every sentence passes before it is shown. Words given as an
article's must stand in the passage, and who said them must be named in its article. A date
on the timeline must be told by the passage, or found in its article as the timeline finds it.
Nothing here knows where passages come from.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bot.answers import Citation
from bot.briefing.export.markdown import REPORTED, SPEAKER, THROUGH, UNATTRIBUTED, VERB, WHEN
from bot.briefing.export.parsing import Stated
from bot.briefing.sources import Source
from bot.briefing.statements import find_statements
from bot.briefing.timeline import find_events
from bot.engine import Line
from bot.escaping import line
from bot.grounding import ground
from bot.grounding.speakers import misattributed
from bot.grounding.words import read_line, read_lines
from bot.wording import day
from vectorstore.documents import Article
from vectorstore.text import STOPWORDS, sentence_ranges, tokens

_ANOTHER = "the article gives these words to “{}”, not to “{}”"


@dataclass(frozen=True, slots=True)
class Passage:
    """What a footnote cites, as the library has it, and the article that it stands in."""

    citation: Citation
    article: Article


def unsupported(stated: Stated, held: Sequence[Passage]) -> Iterator[str]:
    """Yield what the passages do not carry; there is one at least."""
    cited = [passage.citation for passage in held]
    if not stated.verbatim:
        yield from ground(stated.text, cited).problems
    elif not any(_is_part(stated.text, citation.quote) for citation in cited):
        yield "its words do not stand so in the cited passage"
    for column, told in stated.beside:
        if column == WHEN:
            yield from _dated(told, held)
        elif column == REPORTED:
            yield from _reported(told, cited)
        elif column in (SPEAKER, VERB, THROUGH) and told != UNATTRIBUTED:
            yield from _named(told, held)
            if column == SPEAKER:
                yield from _given_to_another(stated.text, told, held)


def _is_part(words: str, quote: str) -> bool:
    return any(form and form in line(quote) for form in (words, _bare(words)))


def _bare(words: str) -> str:
    return words.removeprefix("“").removesuffix("”")


def _dated(when: str, held: Sequence[Passage]) -> Iterator[str]:
    said = f"It happened {'on' if when[:1].isdigit() and ' ' in when else 'in'} {when}."
    if not ground(said, [passage.citation for passage in held]).problems:
        return
    for passage in held:
        start, end = passage.citation.start, passage.citation.end
        for date, first, last in _events(passage.article):
            if day(date) == when and first < end and start < last:
                return
    yield f"its date {when} is not that of the cited passage"


@lru_cache(maxsize=256)
def _events(article: Article) -> tuple[tuple[str, int, int], ...]:
    """Return the date and range of each event of an article, as its timeline has them."""
    lines = _lines(article)
    found = find_events([Source(lines, article.id)]).events if lines else ()
    return tuple((each.date, each.evidence.start, each.evidence.end) for each in found)


@lru_cache(maxsize=256)
def _statements(article: Article) -> tuple[tuple[str | None, str, int, int], ...]:
    """Return the speaker, words and range of each statement in an article."""
    return tuple(
        (each.speaker, line(each.text), each.evidence.start, each.evidence.end)
        for each in find_statements(_lines(article))
    )


def _lines(article: Article) -> list[Line]:
    # Alike in meaning to nothing, so none is taken for another telling of the same.
    nowhere = np.zeros(1, np.float32)
    ranges = sentence_ranges(article.text, article.language)
    return [Line(article, *place, nowhere) for place in ranges]


def _given_to_another(words: str, speaker: str, held: Sequence[Passage]) -> Iterator[str]:
    """Yield whose words these are, if the article gives them to someone else.

    A speaker may be called otherwise than there: the last word of the name is enough, and one
    whom the passage names may be meant.
    """
    told = read_line(f"{speaker} said that {_bare(words)}")
    for passage in held:
        for _, other in misattributed(told, read_lines(passage.citation.quote)):
            yield _ANOTHER.format(other, speaker)
            return
    names = [word for word in tokens(speaker) if word not in STOPWORDS]
    others: list[str] = []
    for passage in held:
        if names and names[-1] in tokens(passage.citation.quote):
            return
        start, end = passage.citation.start, passage.citation.end
        for known, said, first, last in _statements(passage.article):
            same = said in words or _bare(words) in said
            if known is None or not same or first >= end or last <= start:
                continue
            if not names or names[-1] in tokens(known):
                return
            others.append(known)
    if others:
        yield _ANOTHER.format(others[0], speaker)


def _reported(reported: str, cited: Sequence[Citation]) -> Iterator[str]:
    known = [citation.published for citation in cited]
    days = {day(form) for each in known for form in (each, (each or "")[:10])}
    if reported not in days:
        yield f"it was reported on {day((known[0] or '')[:10])}, not on {reported}"


def _named(told: str, held: Sequence[Passage]) -> Iterator[str]:
    """Yield a name or verb beside the words that their article does not have."""
    words = set[str]()
    for passage in held:
        article = passage.article
        words.update(tokens(f"{article.text} {article.title or ''} {article.publisher or ''}"))
    missing = [
        word
        for word in re.findall(r"\w[\w’'-]*", told)
        if not words.issuperset(tokens(word)) and word.casefold() not in STOPWORDS
    ]
    if missing:
        yield f"“{' '.join(missing)}” is not in the article"
