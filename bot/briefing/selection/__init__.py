"""Chooses the sentences that sum up articles, verbatim and in an order that reads.

A sentence counts first for how well the other origins carry it, then for calm wording, for
its place in its article and for having the words of the titles. The best that stands by
itself leads; others are added as long as they say something else, and exchanged for such as
fill the length better (a knapsack: McDonald, ECIR 2007). No outlet has most of the sentences
where others would do. Nothing here knows how a briefing is shown, or what was asked for
beyond how much each sentence bears on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.briefing.selection.agreement import Agreement
from bot.briefing.selection.choice import Bounds, Choice
from bot.briefing.selection.pool import Pool
from bot.briefing.sources import Source
from bot.engine import Draft, Line
from bot.quotable import Candidate, quotable

_USUAL = 200  # words
_READ = 200  # sentences of an article; behind so many, none has a chance
# What bears less on the topic is left out: an article is read if one of its sentences bears
# on it so much.
_BEARS = 0.3
# Word-for-word copies lie above this cosine: their quotation marks may differ.
_COPIED = 0.9
# A text may be so many words longer or shorter than asked for.
_ABOUT = 5


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
) -> list[Pick]:
    """Return the sentences that sum up the sources, in reading order.

    They have about `words` words, at most five more, or are so many `sentences`; with both,
    neither is exceeded. Sources are in the order in which they are to be told, those of
    one day among themselves; the best sentence comes before all, unless `lead_first` is
    false. None are returned if no sentence can stand by itself.
    """
    sources = [source for source in sources if source.lines]
    every = [
        candidate
        for number, source in enumerate(sources)
        for candidate in quotable(number, source.lines[:_READ])
    ]
    bearing = [_bearing(sources[each.article], each) for each in every]
    fit = [each for each, bears in zip(every, bearing, strict=True) if bears >= _BEARS]
    if not fit:
        return []
    agreement = Agreement(sources)
    pool = Pool.of(fit, [bears for bears in bearing if bears >= _BEARS], agreement)
    if words is None and sentences is None:
        words = _USUAL
    rows = Choice(pool, _bounds(words, sentences), lead_first=lead_first).best()
    return _picks([pool.candidates[row] for row in rows], every, agreement)


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
