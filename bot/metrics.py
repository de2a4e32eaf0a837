"""What the evaluations share: figures that any draw of a set's items can be asked for.

Intervals are 95 % percentile bootstraps over the items of a set (Efron and Tibshirani 1993,
ch. 13), drawn from a fixed seed so that the same results give the same interval. A figure
keeps what each item brings to it, so that two runs can be drawn side by side (see
`comparison`). Nothing here knows what was measured.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

_RESAMPLES = 1_000
# Draws are made so many numbers at a time, which keeps them within some 16 MB.
_AT_A_TIME = 2_000_000

Metric = dict[str, float]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Places = NDArray[np.intp]
Better = Literal["higher", "lower", "neither"]
"""Which of two values of a figure is the better; of a peer's or a length neither is."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a set's items, which can be computed of any draw of them.

    `parts` (inputs, items) is what each item brings. `of` takes the parts and how often each
    item was drawn (draws, items), and returns the figure of each draw (draws,), NaN where no
    item that was drawn counts. `strata` are the places of the items that are drawn, each
    stratum apart and as many as it has; `items` is how many items the figure is over.
    """

    parts: Floats = field(repr=False)
    of: Callable[[Floats, Floats], Floats] = field(repr=False)
    strata: tuple[Places, ...] = field(repr=False)
    items: int
    better: Better = "higher"

    @property
    def value(self) -> float:
        """The figure of all items, each once; NaN where none counts."""
        return float(self.of(self.parts, np.ones((1, self.parts.shape[1])))[0])

    def over(self, items: Bools) -> "Figure":
        """Return the same figure with only these items resampled, together."""
        return replace(self, strata=(np.flatnonzero(items),))

    def when(self, better: Better) -> "Figure":
        """Return the same figure with what is better."""
        return replace(self, better=better)


Figures = Mapping[str, Figure]


def mean(values: ArrayLike, among: ArrayLike | None = None) -> Figure:
    """Return the mean of `values`, one an item, over the items `among` all (by default all).

    Only those are resampled: their number is the set's, and not left to chance.
    """
    given = np.asarray(values, np.float64)
    counted = np.ones(len(given), bool) if among is None else np.asarray(among, bool)
    parts = np.stack([np.where(counted, given, 0.0), counted.astype(float)])
    return Figure(parts, _ratio, (np.flatnonzero(counted),), int(counted.sum()))


def share(hits: ArrayLike, of: ArrayLike) -> Figure:
    """Return the share of hits among the items that are `of`.

    All items are resampled, so that the interval knows that the number of those which count
    is left to chance as well.
    """
    counted = np.asarray(of, bool)
    return ratio(np.asarray(hits, bool) & counted, counted)


def ratio(part: ArrayLike, whole: ArrayLike) -> Figure:
    """Return the sum of `part` over that of `whole`, each a number an item."""
    parts = np.stack([np.asarray(part, np.float64), np.asarray(whole, np.float64)])
    return Figure(parts, _ratio, (_all(parts),), int((parts[1] > 0).sum()))


def f1(found: Bools, right: Bools) -> Figure:
    """Return the F1 of finding what is right; 0 where nothing was found and nothing is."""
    parts = _f1_parts(found, right)
    return Figure(parts, _f1, (_all(parts),), len(found))


def macro_f1(found: Bools, right: Bools) -> Figure:
    """Return the mean F1 of both labels."""
    parts = np.concatenate([_f1_parts(found, right), _f1_parts(~found, ~right)])
    return Figure(parts, _macro_f1, (_all(parts),), len(found))


def auroc(scores: ArrayLike, high: Bools) -> Figure:
    """Return the area under the ROC curve of telling the items that are `high` from the others.

    It is the chance that the score of one exceeds that of another; ties count half. It is over
    as many items as the smaller side has.
    """
    parts = np.stack([np.asarray(scores, np.float64), high.astype(float)])
    strata = np.flatnonzero(high), np.flatnonzero(~high)
    return Figure(parts, _auroc, strata, min(map(len, strata)))


def draws(figure: Figure, count: int) -> Iterator[Floats]:
    """Yield `count` draws in batches (draws, items): how often each item was drawn."""
    random = np.random.default_rng(0)
    items = figure.parts.shape[1]
    batch = max(1, _AT_A_TIME // max(items, 1))
    for first in range(0, count, batch):
        weights = np.zeros((min(batch, count - first), items))
        for row in weights:
            for places in figure.strata:
                drawn = places[random.integers(len(places), size=len(places))]
                row += np.bincount(drawn, minlength=items)
        yield weights


def measure(figures: Figures) -> dict[str, Metric]:
    """Return each figure with its interval; what cannot be computed is absent."""
    return {name: _metric(each) for name, each in figures.items() if not np.isnan(each.value)}


def interval(resampled: Sequence[Floats]) -> tuple[float, float]:
    """Return the middle 95 % of what was computed of draws; those without a value are left out."""
    low, high = np.nanpercentile(np.concatenate(resampled), [2.5, 97.5])
    return float(low), float(high)


def _metric(figure: Figure) -> Metric:
    low, high = interval([figure.of(figure.parts, each) for each in draws(figure, _RESAMPLES)])
    return {"value": round(figure.value, 4), "low": round(low, 4), "high": round(high, 4)}


def _all(parts: Floats) -> Places:
    return np.arange(parts.shape[1], dtype=np.intp)


def _ratio(parts: Floats, weights: Floats) -> Floats:
    part, whole = parts @ weights.T
    return _divided(part, whole)


def _f1_parts(found: Bools, right: Bools) -> Floats:
    was_found, is_right = found.astype(np.float64), right.astype(np.float64)
    return np.stack([2 * was_found * is_right, was_found + is_right])


def _f1(parts: Floats, weights: Floats) -> Floats:
    found = _ratio(parts, weights)
    found[np.isnan(found)] = 0.0
    return found


def _macro_f1(parts: Floats, weights: Floats) -> Floats:
    halves: Floats = _f1(parts[:2], weights) + _f1(parts[2:], weights)
    return halves * 0.5


def _auroc(parts: Floats, weights: Floats) -> Floats:
    scores, is_high = parts
    order = np.argsort(scores, kind="stable")
    ordered = scores[order]
    high = (weights * is_high)[:, order]
    low = (weights * (1 - is_high))[:, order]
    below = np.concatenate([np.zeros((len(low), 1)), low.cumsum(axis=1)], axis=1)
    # What lies below counts twice and what is level once, before the half.
    ties = below[:, np.searchsorted(ordered, ordered, "left")]
    ties += below[:, np.searchsorted(ordered, ordered, "right")]
    pairs = high.sum(axis=1) * low.sum(axis=1)
    wins = (high * ties).sum(axis=1) / 2
    return _divided(wins, pairs)


def _divided(part: Floats, whole: Floats) -> Floats:
    quotient: Floats = np.full(len(whole), np.nan)
    np.divide(part, whole, out=quotient, where=whole > 0)
    return quotient
