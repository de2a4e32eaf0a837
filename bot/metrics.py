"""What the evaluations share: figures with their intervals.

Intervals are 95 % percentile bootstraps over the items of a set (Efron and Tibshirani 1993,
ch. 13), drawn from a fixed seed so that the same results give the same interval.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

_RESAMPLES = 1_000

Metric = dict[str, float]


def mean_with_interval(values: NDArray[np.float64]) -> Metric:
    """Return the mean of `values`, one an item."""
    random = np.random.default_rng(0)
    means = [random.choice(values, len(values)).mean() for _ in range(_RESAMPLES)]
    return _metric(float(values.mean()), means)


def share_with_interval(hits: NDArray[np.bool_], of: NDArray[np.bool_]) -> Metric | None:
    """Return the share of hits among the items that are `of`; None where no item is.

    Both hold a value an item. All items are resampled, so that the interval knows that the
    number of those which count is left to chance as well.
    """
    if not of.any():
        return None
    random = np.random.default_rng(0)
    shares: list[float] = []
    for _ in range(_RESAMPLES):
        drawn = random.integers(len(of), size=len(of))
        if counted := int(of[drawn].sum()):
            shares.append(float((hits & of)[drawn].sum()) / counted)
    return _metric(float((hits & of).sum() / of.sum()), shares)


def figure_with_interval(
    figure: Callable[[NDArray[np.bool_], NDArray[np.bool_]], float],
    found: NDArray[np.bool_],
    right: NDArray[np.bool_],
) -> Metric:
    """Return a figure of what was found against what is right, both one value an item."""
    random = np.random.default_rng(0)
    resampled: list[float] = []
    for _ in range(_RESAMPLES):
        drawn = random.integers(len(right), size=len(right))
        resampled.append(figure(found[drawn], right[drawn]))
    return _metric(figure(found, right), resampled)


def auroc_with_interval(high: NDArray[np.float64], low: NDArray[np.float64]) -> Metric:
    """Return the area under the ROC curve of telling `high` from `low`."""
    random = np.random.default_rng(0)
    resampled = [
        _auroc(random.choice(high, len(high)), random.choice(low, len(low)))
        for _ in range(_RESAMPLES)
    ]
    return _metric(_auroc(high, low), resampled)


def _auroc(high: NDArray[np.float64], low: NDArray[np.float64]) -> float:
    """Return the chance that a member of `high` exceeds one of `low`; ties count half."""
    ordered = np.sort(low)
    below = np.searchsorted(ordered, high, "left") + np.searchsorted(ordered, high, "right")
    return float(below.mean() / 2 / len(low))


def _metric(value: float, resampled: Sequence[float]) -> Metric:
    low, high = np.percentile(resampled, [2.5, 97.5])
    return {"value": round(value, 4), "low": round(float(low), 4), "high": round(float(high), 4)}
