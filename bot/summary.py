"""Sums up an article, or several, in a few sentences: a short briefing without its apparatus."""

from collections.abc import Sequence

from bot.briefing.selection import select
from bot.briefing.sources import Source
from bot.engine import Draft, Line

# About 90 words: what a reader takes in at one look.
_WORDS, _MOST = 90, 5
_MOST_OF_SEVERAL = 6


def summarise(articles: Sequence[Sequence[Line]], sentences: int | None = None) -> list[Draft]:
    """Return the sentences that sum up `articles`, each verbatim, in the order of telling.

    One article gets up to five sentences of about 90 words, several get six sentences; or
    `sentences`. Each article's lines must be in order. None are returned if no sentence can
    stand by itself.
    """
    sources = [Source(lines, lines[0].article.id) for lines in articles if lines]
    if sentences is not None:
        picks = select(sources, sentences=sentences, lead_first=False)
    elif len(articles) == 1:
        picks = select(sources, _WORDS, _MOST, lead_first=False)
    else:
        picks = select(sources, sentences=_MOST_OF_SEVERAL, lead_first=False)
    return [pick.draft for pick in picks]
