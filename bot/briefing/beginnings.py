"""Cuts many articles to their beginnings, where a report tells what is new."""

from collections.abc import Sequence

from bot.briefing.sources import Source

# Sentences that are read for their days, and for what they differ in, some half a millisecond
# each: more, and a reader would wait.
_MOST = 6_000
_FEWEST_OF_ONE = 10


def beginnings(sources: Sequence[Source]) -> tuple[Sequence[Source], str]:
    """Return the sources, of too many sentences the first of each, and what is to be said of it."""
    if sum(len(source.lines) for source in sources) <= _MOST:
        return sources, ""
    most = max(_FEWEST_OF_ONE, _MOST // len(sources))
    cut = [Source(source.lines[:most], source.origin) for source in sources]
    return cut, (
        f"The timeline and where reports differ are made from the first {most} sentences of each "
        "article."
    )
