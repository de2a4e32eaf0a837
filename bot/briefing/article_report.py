"""The neutrality report of one article, with the side whose word each of its sentences gives.

What a briefing tells of many articles is found for one: its statements, its speakers' sides,
whose word each sentence is. Nothing here knows how a report is shown.
"""

import numpy as np

from bot.briefing.sources import Source
from bot.briefing.statements import find_statements
from bot.briefing.statements.parties import Sides
from bot.briefing.statements.status import claim_status
from bot.engine import Evidence, Line
from bot.neutrality import Told, report
from bot.neutrality.flags import Neutrality
from vectorstore.documents import Article
from vectorstore.languages import is_english
from vectorstore.text import sentence_ranges


def report_on(article: Article) -> tuple[Neutrality, tuple[str, ...]]:
    """Return the report on an article, and the sentences that its flags number.

    Of an article that is not in English nothing is found: the rules do not know its words.
    """
    if not is_english(article.language):
        return Neutrality(), ()
    # Nothing here compares meanings.
    nowhere = np.zeros(0, np.float32)
    ranges = sentence_ranges(article.text, article.language)
    lines = [Line(article, start, end, nowhere) for start, end in ranges]
    if not lines:
        return Neutrality(), ()
    sides = Sides.of([Source(lines, article.id)])
    parties = _parties(lines, sides)
    publishers = (article.publisher,) if article.publisher else ()
    told = [
        Told(
            line.text,
            publishers,
            party,
            1,
            claim_status(line.text, [Evidence(article, line.start, line.end)]),
        )
        for line, party in zip(lines, parties, strict=True)
    ]
    found = report(told, origins=1, side_of=sides.party)
    return found, tuple(line.text for line in lines)


def _parties(lines: list[Line], sides: Sides) -> list[str | None]:
    """Return the one side whose word each sentence gives, None if it is not one."""
    places = [
        (each.evidence.start, each.evidence.end, sides.party(each.speaker))
        for each in find_statements(lines)
    ]
    found = [
        {party for start, end, party in places if start < line.end and line.start < end}
        for line in lines
    ]
    return [parties.pop() if len(parties) == 1 else None for parties in found]
