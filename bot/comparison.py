"""Compares two runs of one evaluation, and says which differences are real.

Both runs are of the same items, so items are drawn once and both figures computed of the same
draw (a paired bootstrap; Efron and Tibshirani 1993, ch. 16; for such figures Koehn 2004). A
difference comes with the middle 95 % of what the draws give. Its p is twice the share of draws
in which it is on the other side of zero, or zero. Of twenty figures that do not differ one seems
to, by chance alone; so a difference counts as real where its p, adjusted for the number of
figures by Holm's method (1979), is at most .05. The bootstrap is too sure of itself where
hardly an item came out differently, so below `FEWEST` such items nothing is real.

Figures of which neither value is better (a peer's, a length) are shown and not judged. Nothing
here knows how a figure is computed: that is the evaluation's own code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bot import (
    evaluate,
    evaluate_answers,
    evaluate_grounding,
    evaluate_loaded,
    evaluate_neutrality,
)
from bot.metrics import Better, Figure, Figures, Floats, draws, interval
from bot.outcomes import Evaluation, Run, read
from vectorstore.errors import ParleyError

EVALUATIONS: Mapping[str, Evaluation[Any]] = {
    each.EVALUATION.name: each.EVALUATION
    for each in (
        evaluate,
        evaluate_answers,
        evaluate_grounding,
        evaluate_neutrality,
        evaluate_loaded,
    )
}

FEWEST = 10
"""A difference made by fewer items than this is not called real."""

# Enough for a p of .0002, which is still below .05 when adjusted for two hundred figures.
_RESAMPLES = 10_000
_SIGNIFICANT = 0.05
# Two figures that are this close are the same, summed up in another order.
_ROUNDING = 1e-12
# So many items are placed at a time, which keeps a set of ten thousand within some 16 MB.
_PLACED_AT_A_TIME = 200

_Pair = tuple[Figure, Figure]

BETTER, WORSE = "better", "worse"
CHANCE = "no difference that could not be chance"
NOT_JUDGED = "not judged: neither is better"


@dataclass(frozen=True, slots=True)
class Difference:
    """How a figure differs: `low` and `high` bound after − before; `p` is not yet adjusted.

    `changed` is the number of items that came out differently (of a figure that holds two kinds
    of item against each other, of the kind with fewer such), `adjusted` the p by Holm's method;
    None where the figure is not judged.
    """

    before: float
    after: float
    low: float
    high: float
    p: float
    changed: int
    better: Better
    adjusted: float | None = None

    @property
    def verdict(self) -> str:
        """What the difference is, in words."""
        if self.adjusted is None:
            return NOT_JUDGED
        if self.adjusted > _SIGNIFICANT or self.changed < FEWEST:
            return CHANCE
        return BETTER if (self.after > self.before) == (self.better == "higher") else WORSE

    def to_json(self) -> dict[str, Any]:
        """Return the figures and the verdict."""
        return {
            "before": round(self.before, 4),
            "after": round(self.after, 4),
            "difference": round(self.after - self.before, 4),
            "low": round(self.low, 4),
            "high": round(self.high, 4),
            "p": None if self.adjusted is None else round(self.adjusted, 4),
            "changed": self.changed,
            "verdict": self.verdict,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two runs have in common, how their figures differ, and what only one has."""

    before: Run
    after: Run
    items: int
    metrics: Mapping[str, Difference]
    only_before: Sequence[str]
    only_after: Sequence[str]
    metrics_in_one: Sequence[str]

    @property
    def same_data(self) -> bool:
        """Whether both runs were over the same data, by its checksum."""
        return self.before.data == self.after.data

    def to_json(self) -> dict[str, Any]:
        """Return the comparison's JSON form; items in one run only by what they are called."""
        return {
            "evaluation": self.before.evaluation,
            "before": str(self.before.path),
            "after": str(self.after.path),
            "same_data": self.same_data,
            "items": self.items,
            "only_before": list(self.only_before),
            "only_after": list(self.only_after),
            "metrics": {name: each.to_json() for name, each in self.metrics.items()},
            "metrics_in_one": list(self.metrics_in_one),
        }


def compare(before: Path, after: Path) -> Comparison:
    """Compare two files that `--output` wrote, over the items that are in both.

    Raises:
        ParleyError: A file is not a run's, or the two are not of one evaluation, or share no item
            or no figure.
    """
    old, new = read(before, EVALUATIONS), read(after, EVALUATIONS)
    if old.evaluation != new.evaluation:
        raise ParleyError(
            f"{before} is of `parley eval {old.evaluation}` and {after} of `parley eval "
            f"{new.evaluation}`, which cannot be compared: give two runs of the same evaluation."
        )
    both = [item for item in old.rows if item in new.rows]
    if not both:
        raise ParleyError(
            f"{before} and {after} have no item in common: give two runs over the same data."
        )
    evaluation = EVALUATIONS[old.evaluation]
    was = evaluation.of(old.rows[item] for item in both)
    now = evaluation.of(new.rows[item] for item in both)
    known = {name: _is_known(was, name) + _is_known(now, name) for name in {**was, **now}}
    pairs = {name: (was[name], now[name]) for name, count in known.items() if count == 2}
    if not pairs:
        raise ParleyError(
            f"No figure can be computed of both {before} and {after} over the {len(both):,} items "
            "that they share: give runs over a set of more items, with and without answers, or "
            "right and wrong ones."
        )
    metrics = _differences(pairs)
    return Comparison(
        old,
        new,
        len(both),
        _adjusted(metrics),
        [evaluation.label(row) for item, row in old.rows.items() if item not in new.rows],
        [evaluation.label(row) for item, row in new.rows.items() if item not in old.rows],
        [name for name, count in known.items() if count == 1],
    )


def _is_known(figures: Figures, name: str) -> bool:
    return name in figures and not np.isnan(figures[name].value)


def _differences(pairs: Mapping[str, _Pair]) -> dict[str, Difference]:
    """Return how each pair of figures differs, in the order given."""
    alike: dict[tuple[bytes, ...], list[str]] = {}
    for name, (before, _) in pairs.items():
        alike.setdefault(tuple(each.tobytes() for each in before.strata), []).append(name)
    resampled: dict[str, list[Floats]] = {name: [] for name in pairs}
    for names in alike.values():
        for drawn in draws(pairs[names[0]][0], _RESAMPLES):
            for name in names:
                before, after = pairs[name]
                was, now = before.of(before.parts, drawn), after.of(after.parts, drawn)
                resampled[name].append(now - was)
    return {name: _difference(*pair, resampled[name]) for name, pair in pairs.items()}


def _difference(before: Figure, after: Figure, resampled: Sequence[Floats]) -> Difference:
    drawn = np.concatenate(resampled)
    drawn = drawn[~np.isnan(drawn)]
    beyond = min(int((drawn <= _ROUNDING).sum()), int((drawn >= -_ROUNDING).sum()))
    p = min(1.0, 2 * (beyond + 1) / (len(drawn) + 1))
    changed = _count_changed(before, after)
    return Difference(before.value, after.value, *interval(resampled), p, changed, before.better)


def _count_changed(before: Figure, after: Figure) -> int:
    """Return how many items came out differently.

    Where strata are held against each other, what an item brings is a score that means nothing
    by itself: it came out differently if it has another place among those of the other strata.
    One item that moves gives a place to all that it passes, so those are counted of the stratum
    that has the fewest; the figure is the mean over the items of either.
    """
    if len(before.strata) == 1:
        return int(np.any(before.parts != after.parts, axis=0).sum())
    counts: list[int] = []
    for own in before.strata:
        others = np.ones(before.parts.shape[1])
        others[own] = 0
        differ = 0
        for batch in np.array_split(own, -(-len(own) // _PLACED_AT_A_TIME)):
            weights = np.tile(others, (len(batch), 1))
            weights[np.arange(len(batch)), batch] = 1
            was, now = before.of(before.parts, weights), after.of(after.parts, weights)
            differ += int((np.abs(was - now) > _ROUNDING).sum())
        counts.append(differ)
    return min(counts)


def _adjusted(differences: Mapping[str, Difference]) -> dict[str, Difference]:
    """Return the differences with p adjusted over those that are judged (Holm 1979)."""
    judged = sorted(
        (each.p, name) for name, each in differences.items() if each.better != "neither"
    )
    adjusted: dict[str, float] = {}
    highest = 0.0
    for place, (p, name) in enumerate(judged):
        highest = max(highest, min(1.0, p * (len(judged) - place)))
        adjusted[name] = highest
    return {name: replace(each, adjusted=adjusted.get(name)) for name, each in differences.items()}
