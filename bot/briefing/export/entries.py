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
from bot.briefing.export.footnotes import publication_day
from bot.briefing.export.markdown import (
    REPORTED,
    SAID,
    SPEAKER,
    STATUS,
    THROUGH,
    UNATTRIBUTED,
    VERB,
    WHEN,
)
from bot.briefing.export.units import Stated
from bot.briefing.sources import Source
from bot.briefing.statements import find_statements
from bot.briefing.statements.status import claim_status
from bot.briefing.timeline import find_events
from bot.engine import Evidence, Line, Statement
from bot.escaping import line
from bot.grounding import ground
from bot.grounding.speakers import misattributed
from bot.grounding.words import read_line, read_lines
from bot.neutrality.flags import ClaimStatus
from bot.wording import count, day
from vectorstore.documents import Article
from vectorstore.text import STOPWORDS, sentence_ranges, tokens

# What headings of differing reports say around the articles’ words.
_OF_HEADINGS = frozenset({"a", "value", "place", "what", "began"})
_ANOTHER = "the article gives these words to “{}”, not to “{}”"


@dataclass(frozen=True, slots=True)
class Passage:
    """What a footnote cites, as the library has it, and the article that it stands in."""

    citation: Citation
    article: Article


def unsupported(stated: Stated, held: Sequence[Passage]) -> Iterator[str]:
    """Yield what the passages do not carry; there is one at least."""
    cited = [passage.citation for passage in held]
    if stated.kind == "heading":
        yield from _named(stated.text, held, _OF_HEADINGS)
    elif stated.whole:
        if not any(stated.text == line(citation.quote) for citation in cited):
            yield "it is not the cited passage word for word"
    elif not stated.verbatim:
        yield from ground(stated.text, cited).problems
    elif not any(_is_part(stated.text, citation.quote) for citation in cited):
        yield "its words do not stand so in the cited passage"
    for column, told in stated.beside:
        yield from _against(column, told, stated, held)


def miscounted(stated: Stated, held: Sequence[Passage], also: Sequence[Passage]) -> Iterator[str]:
    """Yield what the remark behind a sentence has wrong; `held` is all that it cites."""
    told = stated.account
    if told is None:
        return
    evidence = [Evidence(each.article, each.citation.start, each.citation.end) for each in held]
    found = claim_status(stated.text, evidence)
    if found != told.status:
        yield f"it is {_whose(found)}, and the file says {_whose(told.status)}"
    articles = {each.article.id for each in (*held, *also)}
    if told.origins > len(articles):
        yield f"it cites {count(len(articles), 'article')}, and not {told.origins:,} origins"


def _whose(status: ClaimStatus) -> str:
    return STATUS[status][1] if status in STATUS else "the outlet’s own report"


def _against(column: str, told: str, stated: Stated, held: Sequence[Passage]) -> Iterator[str]:
    """Yield what is wrong with what stands beside a statement."""
    if column == WHEN:
        yield from _dated(told, held)
    elif column == SAID:
        yield from _said_on(told, held)
    elif column == REPORTED:
        yield from _reported(told, [passage.citation for passage in held])
    elif column in (SPEAKER, VERB, THROUGH) and told != UNATTRIBUTED:
        yield from _named(told, held)
        if column == SPEAKER:
            yield from _given_to_another(stated.text, told, held)


def _is_part(words: str, quote: str) -> bool:
    return any(form and form in line(quote) for form in (words, _bare(words)))


def _bare(words: str) -> str:
    return words.removeprefix("“").removesuffix("”")


def _dated(when: str, held: Sequence[Passage]) -> Iterator[str]:
    if not _tells_day(when, held):
        yield f"its date {when} is not that of the cited passage"


def _said_on(when: str, held: Sequence[Passage]) -> Iterator[str]:
    """Yield that nothing was said on that day: not told, nor the day of the report."""
    published = {day(publication_day(passage.citation.published)) for passage in held}
    said = {day(each.date) for passage in held for each in _overlapping(passage)}
    if when not in published and when not in said and not _tells_day(when, held):
        yield f"that it was said on {when} is not in the cited passage"


def _tells_day(when: str, held: Sequence[Passage]) -> bool:
    """Whether a passage tells this day, or its article's timeline has it there."""
    told = f"It happened {'on' if when[:1].isdigit() and ' ' in when else 'in'} {when}."
    if not ground(told, [passage.citation for passage in held]).problems:
        return True
    return any(
        day(date) == when and first < passage.citation.end and passage.citation.start < last
        for passage in held
        for date, first, last in _events(passage.article)
    )


@lru_cache(maxsize=256)
def _events(article: Article) -> tuple[tuple[str, int, int], ...]:
    """Return the date and range of each event of an article, as its timeline has them."""
    lines = _lines(article)
    found = find_events([Source(lines, article.id)]).events if lines else ()
    return tuple((each.date, each.evidence.start, each.evidence.end) for each in found)


@lru_cache(maxsize=256)
def _statements(article: Article) -> tuple[Statement, ...]:
    return tuple(find_statements(_lines(article)))


def _overlapping(passage: Passage) -> Iterator[Statement]:
    """Yield the statements that Parley finds in a passage."""
    start, end = passage.citation.start, passage.citation.end
    for each in _statements(passage.article):
        if each.evidence.start < end and start < each.evidence.end:
            yield each


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
    names = [word for word in tokens(speaker) if word not in STOPWORDS]
    others: list[str] = []
    for each in (each for passage in held for each in _overlapping(passage)):
        said = line(each.text)
        if each.speaker is None or not (said in words or _bare(words) in said):
            continue
        if not names or names[-1] in tokens(each.speaker):
            return
        others.append(each.speaker)
    told = read_line(f"{speaker} said that {_bare(words)}")
    for passage in held:
        for _, other in misattributed(told, read_lines(passage.citation.quote)):
            yield _ANOTHER.format(other, speaker)
            return
    named = any(names and names[-1] in tokens(passage.citation.quote) for passage in held)
    if others and not named:
        yield _ANOTHER.format(others[0], speaker)


def _reported(reported: str, cited: Sequence[Citation]) -> Iterator[str]:
    known = [citation.published for citation in cited]
    days = {day(form) for each in known for form in (each, publication_day(each))}
    if reported not in days:
        yield f"it was reported on {day(publication_day(known[0]))}, not on {reported}"


def _named(
    told: str, held: Sequence[Passage], beside: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Yield a name or verb beside the words that their article does not have."""
    words = set[str]()
    for passage in held:
        article = passage.article
        words.update(tokens(f"{article.text} {article.title or ''} {article.publisher or ''}"))
    missing = [
        word
        for word in re.findall(r"\w[\w’'-]*", told)
        if not words.issuperset(tokens(word)) and word.casefold() not in STOPWORDS | beside
    ]
    if missing:
        yield f"“{' '.join(missing)}” is not in the article"
