"""Which parties a board of positions shows, and in which order.

Those whose delegations meet come first, then those who speak the most. Nothing here knows
what a party says.
"""

import re
from collections import Counter
from collections.abc import Sequence

from bot.briefing.sources import Source
from bot.briefing.statements.parties import mentioned

_MOST_PAIRS = 40  # of sides named together in one article
_MEET = re.compile(
    r"\b(?:talks|negotiat\w+|delegations?|meet(?:ing|ings|s)?|met|sides|counterparts?|rounds?|summit)\b",
    re.IGNORECASE,
)


def shown_parties(
    sources: Sequence[Source], spoken: Counter[str], found: set[str], most: int
) -> list[str]:
    """Return the parties to show: those that negotiate with each other, then who speaks most."""
    meeting = _meeting(sources)
    ranked = sorted(found, key=lambda party: (-spoken[party], party))
    negotiating = [
        party for party, count in meeting.most_common(2) if 2 * count >= len(sources) or count > 2
    ]
    first = [party for party in negotiating if party in spoken]
    return [*first, *(party for party in ranked if party not in first)][:most]


def _meeting(sources: Sequence[Source]) -> Counter[str]:
    """Count in how many articles each side is named as one of two that meet or talk."""
    counted: Counter[str] = Counter()
    for source in sources:
        pairs: Counter[str] = Counter()
        for line in source.lines[:_MOST_PAIRS]:
            text = line.text
            if _MEET.search(text):
                named = list(dict.fromkeys(side for side, _ in mentioned(text)))
                if len(named) == 2:
                    pairs.update(named)
        counted.update(side for side, _ in pairs.most_common(2))
    return counted
