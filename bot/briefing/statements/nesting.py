"""Several attributions of one sentence: whose words end where the next one's begin.

“X said A, but Y said B” are two; “X told Y that S, Z said” is X's statement through Z;
“X said that Y had told Z” is told by X, and Y's own words are not taken from it.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.briefing.statements import sayings
from bot.briefing.statements.attribution import Attribution, words

_FEWEST_WORDS = 3
_SPLIT = re.compile(r"(?:[;,]|[;,]?\s(?:and|but|while|whereas|although|though))\s*$")


def untangled(found: Sequence[Attribution], masked: str) -> list[Attribution]:
    """Return the attributions with the words of each, one within another made its source."""
    kept: list[Attribution] = []
    for each in found:
        last = kept[-1] if kept else None
        if last is None or (last.form == "behind" and each.form == "ahead"):
            kept.append(each)
        elif each.form == "behind":
            kept[-1:] = _reported(last, each, masked)
        else:
            kept[-1:] = _within(last, each, masked)
    return kept


def _reported(last: Attribution, each: Attribution, masked: str) -> list[Attribution]:
    """Return two attributions of which the second stands behind what the first says."""
    start, end = last.content[0]
    if last.form == "behind" or each.start < start:
        # “S, X said. S, Y said”: each has its own words.
        own = tuple((max(a, last.end), b) for a, b in each.content if b > last.end)
        return [last, replace(each, content=own)] if own and own[0][0] < own[0][1] else [last]
    if each.start >= end:
        gap = masked[end : each.start]
        if words(gap) >= _FEWEST_WORDS:
            return [last, replace(each, content=((end, each.content[0][1]),))]
    content = ((start, min(end, each.content[0][1])),)
    cut = replace(last, content=content)
    if each.who is None or each.who.name is None:
        return [cut]
    if last.who is None or (last.who.name is None and last.who.kind != "pronoun"):
        return [replace(each, content=((0, each.content[0][1]),))]
    return [cut if each.who == last.who else replace(cut, via=each.who)]


def _within(last: Attribution, each: Attribution, masked: str) -> list[Attribution]:
    """Return two attributions that both come before what they say."""
    start, end = last.content[0]
    if each.start >= end:
        return [last, each]
    between = masked[start : each.start]
    split = _SPLIT.search(between)
    if each.shared or (split and words(between) >= _FEWEST_WORDS):
        cut = start + split.start() if split else each.start
        return [replace(last, content=((start, max(start, cut)),)), each]
    named = each.who is not None and each.who.name is not None
    if not between.strip() and named and each.verb.lower() in sayings.PLAIN and last.who:
        return [each if each.who == last.who else replace(each, via=last.who)]
    return [last]
