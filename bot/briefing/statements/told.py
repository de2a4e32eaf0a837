"""The day on which something was said, from the words around its attribution.

“On Monday” is counted from the day of publication, as `bot.grounding.days` does. The day of
publication itself is none on which something was said unless the words say so, and a day
that something happened before or after (“said after Monday's meeting”) is not it either.
"""

import re
from collections.abc import Iterable
from datetime import date

from bot.grounding.dates import Moment, moments
from bot.grounding.days import held_days, parse_day
from bot.grounding.quantities import quantities
from bot.grounding.words import Line, read_line

_CUE = re.compile(
    r"day\b|\d|Jan|Feb|March|Apr|May|June|July|Aug|Sep|Oct|Nov|Dec|last |this |month|year|ago\b"
)
_OTHER_TIME = frozenset({"before", "after", "since", "until", "following", "ahead"})
_OF = frozenset({"of", "for", "by", "from"})
# “After the talks in Geneva on Monday” may tell the day of either: then none is taken.
_LOOKS_BACK, _NEXT_TO = 6, 2  # words


def day_told(pieces: Iterable[str], published: str | None) -> str | None:
    """Return the ISO day, month or year that `pieces` tell, as exact as they do."""
    day = parse_day(published)
    for piece in pieces:
        if _CUE.search(piece) is None:
            continue
        found = _told(piece, day)
        if found:
            return found
    return None


def _told(piece: str, published: date | None) -> str | None:
    line = read_line(piece)
    counted = quantities(line)
    firsts = [each for each in moments(line, counted) if _is_then(line, each)]
    if not firsts:
        return None
    wanted = {(each.first, each.last) for each in firsts}
    best: str | None = None
    for moment in held_days([(line, counted)], published):
        if (moment.first, moment.last) in wanted and (iso := _iso(moment)) is not None:
            best = iso if best is None or len(iso) > len(best) else best
    return best


def _is_then(line: Line, moment: Moment) -> bool:
    if line.words[moment.last].text.endswith(("'s", "’s")) or moment.minutes:
        return False
    before = [word.key for word in line.words[max(0, moment.first - _LOOKS_BACK) : moment.first]]
    return _OTHER_TIME.isdisjoint(before) and _OF.isdisjoint(before[-_NEXT_TO:])


def _iso(moment: Moment) -> str | None:
    if moment.year is None or moment.relative:
        return None
    if moment.month is None:
        return f"{moment.year:04}"
    if moment.day is None:
        return f"{moment.year:04}-{moment.month:02}"
    return f"{moment.year:04}-{moment.month:02}-{moment.day:02}"
