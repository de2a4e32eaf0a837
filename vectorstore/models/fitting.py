"""Fits the ranker's two linear models: which sentence answers, and whether any does.

The ranking is listwise (softmax over a question's candidates, all right ones counting), the
evidence logistic on the winner's features. Both are fitted without a reader and with one, whose
margin is then a feature more. Knows nothing of what the features mean.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vectorstore.models.examples import Example
from vectorstore.ranker import (
    EVIDENCE,
    READ_EVIDENCE,
    Readings,
    doubt,
    evidence_features,
    likeliest,
)

Floats = NDArray[np.float64]

_L2 = 3e-2
# Questions that only look answerable weigh less than questions about a missing article:
# more of them moves their own figure by .01 and costs answers that are right.
_UNANSWERABLE_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Groups:
    """Questions with an answer, questions that only look answerable, and of absent articles."""

    answered: Sequence[Example]
    unanswerable: Sequence[Example]
    absent: Sequence[Example]

    def __add__(self, other: "Groups") -> "Groups":
        return Groups(
            [*self.answered, *other.answered],
            [*self.unanswerable, *other.unanswerable],
            [*self.absent, *other.absent],
        )

    def where(self, wanted: Callable[[Example], bool]) -> "Groups":
        """Return those examples of each kind that are wanted."""
        kinds = (self.answered, self.unanswerable, self.absent)
        return Groups(*([each for each in kind if wanted(each)] for kind in kinds))


@dataclass(frozen=True, slots=True)
class Fitted:
    """The models' weights: (features,), (evidence,) and the latter's bias.

    `margin` is what a reader's counts in the ranking; None: there is no reader.
    """

    ranking: Floats
    evidence: Floats
    bias: float
    margin: float | None

    def logits(self, example: Example) -> Floats:
        """Return (n,): how the ranker with these weights judges the candidates."""
        return example.logits(self.ranking, self.margin or 0.0)

    def readings(self, example: Example) -> Readings | None:
        """Return what a reader made of the candidates, where it counts."""
        return None if self.margin is None else example.readings


def fit(groups: Groups, read: bool = False) -> Fitted:
    """Fit both models, with what a reader made of the examples if `read`."""
    ranking = _fit_ranking([each for each in groups.answered if not each.alone], read)
    margin = float(ranking[-1]) if read else None
    begun = Fitted(ranking[:-1] if read else ranking, np.zeros(0), 0.0, margin)
    kinds = (groups.answered, groups.unanswerable, groups.absent)
    shares = (1.0, _UNANSWERABLE_WEIGHT, len(groups.answered) / len(groups.absent))
    evidence, bias = _fit_evidence([winners(begun, kind) for kind in kinds], shares)
    return replace(begun, evidence=evidence, bias=bias)


def winners(fitted: Fitted, examples: Sequence[Example]) -> Floats:
    """Return (examples, evidence): the features of each example's likeliest candidate."""
    rows: list[Floats] = []
    for each in examples:
        if len(each.rows):
            logits, readings = fitted.logits(each), fitted.readings(each)
            best = likeliest(each.search, logits)
            rows.append(evidence_features(each.search, each.rows, logits, best, readings))
    seen = EVIDENCE if fitted.margin is None else READ_EVIDENCE
    return np.array(rows).reshape(len(rows), len(seen))


def judged(fitted: Fitted, examples: Sequence[Example]) -> Floats:
    """Return (examples,): the logits of the evidence, as the ranker would judge it."""
    examples = [each for each in examples if len(each.rows)]
    evidence = winners(fitted, examples) @ fitted.evidence + fitted.bias
    for number, each in enumerate(examples):
        logits = fitted.logits(each)
        evidence[number] += doubt(each.search, logits, likeliest(each.search, logits))
    return evidence


def _fit_ranking(examples: Sequence[Example], read: bool) -> Floats:
    """Return (features,) weights that make the right candidates likely, all of them counting.

    If `read`, the last is a reader's.
    """
    examples = [example for example in examples if example.right.any()]
    seen = [_with_margins(example) if read else example.rows for example in examples]
    scale = np.concatenate(seen).std(0) + 1e-9
    longest = max(map(len, seen))
    rows = np.zeros((len(examples), longest, len(scale)))
    mask = np.full((len(examples), longest), -1e9)
    right = np.zeros((len(examples), longest))
    for number, example in enumerate(examples):
        count = len(example.rows)
        rows[number, :count] = seen[number] / scale
        mask[number, :count] = 0
        right[number, :count] = example.right

    def gradient(weights: Floats) -> Floats:
        logits = rows @ weights + mask
        odds = np.exp(logits - logits.max(1, keepdims=True))
        probabilities = odds / odds.sum(1, keepdims=True)
        wanted = probabilities * right
        wanted /= wanted.sum(1, keepdims=True) + 1e-12
        slope = np.einsum("qc,qcf->f", probabilities - wanted, rows) / len(examples)
        return slope + _L2 * weights

    return _descend(gradient, len(scale)) / scale


def _with_margins(example: Example) -> Floats:
    if example.readings is None:
        raise ValueError(f"nobody read what was found for {example.item.question}")
    return np.c_[example.rows, example.readings.margins]


def _fit_evidence(winners: Sequence[Floats], shares: Sequence[float]) -> tuple[Floats, float]:
    """Return weights and a bias: the first group against the others, weighted by `shares`."""
    raw = np.concatenate(winners)
    wanted = np.concatenate([np.full(len(group), n == 0) for n, group in enumerate(winners)])
    weigh = np.concatenate(
        [np.full(len(group), share) for group, share in zip(winners, shares, strict=True)]
    )
    mean, scale = raw.mean(0), raw.std(0) + 1e-9
    rows = np.c_[(raw - mean) / scale, np.ones(len(raw))]

    def gradient(weights: Floats) -> Floats:
        probabilities = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ ((probabilities - wanted) * weigh) / weigh.sum()
        return slope + _L2 * np.r_[weights[:-1], 0]

    weights = _descend(gradient, rows.shape[1])
    return weights[:-1] / scale, float(weights[-1] - (weights[:-1] * mean / scale).sum())


def _descend(gradient: Callable[[Floats], Floats], size: int) -> Floats:
    """Adam (Kingma and Ba 2015) from zero; both problems are convex or nearly so."""
    weights, mean, square = np.zeros(size), np.zeros(size), np.zeros(size)
    for step in range(1, 801):
        slope = gradient(weights)
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        weights -= 0.05 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return weights
