"""Chooses the sentences that sum up articles, verbatim and in an order that reads.

A sentence counts first for how well the other origins carry it, then for calm wording, for
its place in its article and for having the words of the titles. The best that stands by
itself leads; others are added as long as they say something else, and exchanged for such as
fill the length better (a knapsack: McDonald, ECIR 2007). No outlet has most of the sentences
where others would do. Nothing here knows how a briefing is shown, or what was asked for
beyond how much each sentence bears on it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.briefing.selection.agreement import Agreement
from bot.briefing.selection.choice import MOST_OF_ONE, Bounds, Choice
from bot.briefing.selection.pool import Pool, outlet
from bot.briefing.sources import Source
from bot.engine import Draft, Line
from bot.quotable import Candidate, quotable

_USUAL = 200  # words
_READ = 200  # sentences of an article; behind so many, none has a chance
# What bears less on the topic is left out: an article is read if one of its sentences bears
# on it so much.
_BEARS = 0.3
_BEARS_LESS = 0.2  # where the rest is one outlet's alone
# Word-for-word copies lie above this cosine: their quotation marks may differ.
_COPIED = 0.9
# A text may be so many words longer or shorter than asked for.
_ABOUT = 5
# Sentences that are left out for being told already; beyond so many the text may be shorter.
_MOST_AGAIN = 6


@dataclass(frozen=True, slots=True)
class Pick:
    """A chosen sentence, and the sentences of other origins that tell the same, one of each.

    The draft's first evidence is its place, the others are its word-for-word copies.
    """

    draft: Draft
    line: Line
    carriers: tuple[Line, ...] = ()

    @property
    def origins(self) -> int:
        """How many independent origins tell it, its own included."""
        return 1 + len(self.carriers)


def select(
    sources: Sequence[Source],
    words: int | None = None,
    sentences: int | None = None,
    *,
    lead_first: bool = True,
    sides: Sequence[Sequence[str | None]] = (),
) -> list[Pick]:
    """Return the sentences that sum up the sources, in reading order.

    They have about `words` words, at most five more, or are so many `sentences`; with both,
    neither is exceeded. Sources are in the order in which they are to be told, those of
    one day among themselves; the best sentence comes before all, unless `lead_first` is
    false. None are returned if no sentence can stand by itself.

    `sides` are, for each source and each of its lines, the party whose word the line gives,
    None if nobody's. Where several parties have a say, none has most of it if others would do.
    """
    parties = {
        line: party
        for source, told in zip(sources, sides, strict=bool(sides))
        for line, party in zip(map(_place, source.lines), told, strict=True)
    }
    sources = [source for source in sources if source.lines]
    every = [
        candidate
        for number, source in enumerate(sources)
        for candidate in quotable(number, source.lines[:_READ])
    ]
    if not every:
        return []
    if words is None and sentences is None:
        words = _USUAL
    bounds = _bounds(words, sentences)
    bearing = [_bearing(sources[each.article], each) for each in every]
    agreement = Agreement(sources)

    def chosen(least: float, without: frozenset[tuple[str, int]] = frozenset()) -> list[Pick]:
        fit = [
            row
            for row, bears in enumerate(bearing)
            if bears >= least and _place(every[row].line) not in without
        ]
        if not fit:
            return []
        candidates = [every[row] for row in fit]
        of = [parties.get(_place(each.line)) for each in candidates]
        pool = Pool.of(candidates, [bearing[row] for row in fit], agreement, of)
        rows = Choice(pool, bounds, lead_first=lead_first).best()
        picks = _picks([pool.candidates[row] for row in rows], every, agreement)
        again = _told_again(picks)
        if not again or len(without) >= _MOST_AGAIN:
            return [pick for pick in picks if _place(pick.line) not in again]
        return chosen(least, without | again)

    picks = chosen(_BEARS)
    if picks and min(bearing) < _BEARS and outlet_of_most(picks) is not None:
        # Rather what bears a little less on the topic than one outlet's word alone.
        wider = chosen(_BEARS_LESS)
        if len(wider) > 1 and outlet_of_most(wider) is None:
            picks = wider
    return picks


def outlet_of_most(picks: Sequence[Pick]) -> str | None:
    """Return the outlet that most of the sentences are from, None if they are well shared.

    An outlet has most of two sentences and more if it has over 60 % of them. Where the sources
    are from several outlets, `select` lets that be only if the text would otherwise be far too
    short. A nameless outlet is called by the title of its article.
    """
    if len(picks) < 2:
        return None
    outlets = [outlet(pick.line) for pick in picks]
    ((first, most),) = Counter(outlets).most_common(1)
    if most <= MOST_OF_ONE * len(picks):
        return None
    article = picks[outlets.index(first)].line.article
    return article.publisher or article.title or "one article"


def _told_again(picks: Sequence[Pick]) -> frozenset[tuple[str, int]]:
    """Return where the sentences stand that tell what an earlier one does, by its carriers.

    A carrier may be of another copy of the story that the earlier one is from.
    """
    again: set[tuple[str, int]] = set()
    for number, pick in enumerate(picks):
        for earlier in picks[:number]:
            pairs = ((pick.line, earlier.carriers), (earlier.line, pick.carriers))
            if any(_is_copy(line, carrier) for line, carriers in pairs for carrier in carriers):
                again.add(_place(pick.line))
    return frozenset(again)


def _is_copy(one: Line, other: Line) -> bool:
    return float(one.vector @ other.vector) >= _COPIED


def _place(line: Line) -> tuple[str, int]:
    return line.article.id, line.start


def longest(words: int) -> int:
    """Return how many words a text may have where about `words` are asked for."""
    return words + _ABOUT


def _bearing(source: Source, candidate: Candidate) -> float:
    return source.bearing[candidate.number] if source.bearing else 1.0


def _bounds(words: int | None, sentences: int | None) -> Bounds:
    if words is None:
        return Bounds(least=sentences or 0, most=sentences or 0, count=sentences, by_words=False)
    return Bounds(words - _ABOUT, longest(words), sentences, by_words=True)


def _picks(
    chosen: Sequence[Candidate], every: Sequence[Candidate], agreement: Agreement
) -> list[Pick]:
    if not chosen:
        return []
    vectors = np.stack([each.line.vector for each in every])
    alike = vectors @ np.stack([each.line.vector for each in chosen]).T >= _COPIED
    picks: list[Pick] = []
    for column, (each, same) in enumerate(zip(chosen, agreement.carriers(chosen), strict=True)):
        others = (every[row] for row in map(int, np.flatnonzero(alike[:, column])))
        copies = [o for o in others if o.article != each.article and o.said == each.said]
        quoted = tuple(one.evidence for one in (each, *copies))
        picks.append(Pick(Draft(each.text, quoted), each.line, tuple(same)))
    return picks
