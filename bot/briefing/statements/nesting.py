"""Several attributions of one sentence: whose words end where the next one's begin.

“X said A, but Y said B” are two; “X told Y that S, Z said” is X's statement through Z;
“X said that Y had told Z” is told by X, and Y's own words are not taken from it.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.briefing.statements import sayings
from bot.briefing.statements.attribution import Attribution, words
from bot.briefing.statements.nouns import Phrase

_FEWEST_WORDS = 3
_MOST_WORDS = 14  # of one who is only described
_WHILE = re.compile(r"\b(?:while|whereas)\s*$", re.IGNORECASE)
_ASIDE = re.compile(r"[,;:.\x01]")
_ARTICLES = frozenset(("a", "an", "the", "one", "some", "several"))
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
    return [_dated(each, kept[at - 1], masked) if at else each for at, each in enumerate(kept)]


def _dated(each: Attribution, last: Attribution, masked: str) -> Attribution:
    """Return an attribution that “while” joins to another, with what tells the other's day."""
    joined = each.form == last.form == "ahead" and _WHILE.search(masked[: each.start])
    return replace(each, told=(*each.told, *last.told)) if joined else each


def _source(each: Attribution, masked: str) -> Phrase | None:
    """Return through whom something is told, one without a name as he is described."""
    who = each.who
    if who is None or who.name is not None:
        return who
    if who.kind != "unnamed":
        return None
    stretch = masked[each.start : each.end]
    if stretch.lower().startswith(each.verb.lower()):
        text = stretch[len(each.verb) :]
    else:
        ends = [start for start, _ in each.told if start > each.start]
        text = masked[each.start : min(ends, default=each.start)]
    text = _ASIDE.split(text.strip(" ,."))[0]
    first = text.split(" ", 1)[0]
    if first.lower() in _ARTICLES:
        text = first.lower() + text[len(first) :]
    return Phrase("unnamed", text) if text and len(text.split()) <= _MOST_WORDS else None


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
    via = _source(each, masked)
    if via is None or each.who is None:
        return [cut]
    if last.who is None or (last.who.name is None and last.who.kind != "pronoun"):
        unnamed = each.who.name is None
        return [cut if unnamed else replace(each, content=((0, each.content[0][1]),))]
    return [cut if each.who == last.who else replace(cut, via=via)]


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
        same = each.who == last.who
        return [each if same else replace(each, via=_source(last, masked))]
    return [last]
