"""Measures the rules of neutral wording on sentences that people have judged.

A set is a JSON Lines file; each line has a `text`, a sentence, and `label_bias`, which is
“Biased” or “Non-biased”; lines with another label are passed over and counted. That is the
form of BABE (Spinde et al. 2021, "Neural Media Bias Detection Using Distant Supervision With
BABE"), whose licence lets it serve for measuring only: no list or weight is taken from it.

A sentence counts as flagged where its score reaches `bot.neutrality.scoring.THRESHOLD`.
`f1_flagged` and `f1_calm` are the F1 of either label, `macro_f1` their mean; `precision` and
`recall` are those of the flagged. `vader_macro_f1` is what VADER's lexicon alone comes to:
it flags a sentence with a word outside quotations that is rated as far from 0 as serves best.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.metrics import Metric, figure_with_interval, share_with_interval
from bot.neutrality import vader
from bot.neutrality.flags import Flag
from bot.neutrality.rules import find_flags
from bot.neutrality.scoring import THRESHOLD, score_of
from vectorstore.errors import ParleyError
from vectorstore.questionset import read_rows

_LABELS = {"Biased": True, "Non-biased": False}

Bools = NDArray[np.bool_]


class Judged(BaseModel):
    """A sentence, and whether people judged its words loaded; None is no judgement."""

    model_config = ConfigDict(strict=True, frozen=True)

    text: str
    label_bias: str | None

    @property
    def is_loaded(self) -> bool | None:
        """What people judged."""
        return _LABELS.get(self.label_bias or "")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules made of a sentence."""

    judged: Judged
    score: float
    flags: tuple[Flag, ...]
    rated: float

    @property
    def is_flagged(self) -> bool:
        """Whether the sentence as a whole counts as loaded."""
        return self.score >= THRESHOLD

    def to_json(self) -> dict[str, Any]:
        """Return the sentence, its label and what was found."""
        return {
            "text": self.judged.text,
            "label": self.judged.label_bias,
            "flagged": self.is_flagged,
            "score": round(self.score, 3),
            "spans": [
                {
                    "start": flag.start,
                    "end": flag.start + len(flag.span),
                    "text": flag.span,
                    "rule": flag.rule,
                }
                for flag in self.flags
            ],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The outcomes of a set, how many lines were passed over, and the figures."""

    dataset: str
    outcomes: tuple[Outcome, ...]
    skipped: int
    metrics: dict[str, Metric]

    def to_json(self) -> dict[str, Any]:
        """Return the form that every evaluation's figures have."""
        return {
            "dataset": self.dataset,
            "questions": len(self.outcomes),
            "skipped": self.skipped,
            "metrics": self.metrics,
        }


def load_judged(path: Path) -> list[Judged]:
    """Read a set; ParleyError names the line that is wrong."""
    sentences: list[Judged] = []
    for number, row in read_rows(path):
        try:
            sentences.append(Judged.model_validate(row))
        except ValidationError as error:
            fault = error.errors()[0]
            where = ".".join(map(str, fault["loc"])) or "the line"
            raise ParleyError(
                f"{path}, line {number}: {where}: {fault['msg']}. A line needs `text` and "
                "`label_bias` (“Biased”, “Non-biased” or another that is passed over)."
            ) from error
    return sentences


def evaluate(path: Path) -> Report:
    """Flag every sentence of the set that has a label; ParleyError if none has."""
    sentences = load_judged(path)
    labelled = [each for each in sentences if each.is_loaded is not None]
    if not labelled:
        raise ParleyError(
            f"{path} has no sentence to measure on: give lines the `label_bias` “Biased” or "
            "“Non-biased”."
        )
    outcomes = tuple(map(_outcome, labelled))
    skipped = len(sentences) - len(labelled)
    return Report(str(path), outcomes, skipped, summarise(outcomes))


def _outcome(judged: Judged) -> Outcome:
    flags = tuple(find_flags([judged.text]))
    return Outcome(judged, score_of(judged.text), flags, vader.strongest(judged.text))


def summarise(outcomes: Sequence[Outcome]) -> dict[str, Metric]:
    """Return the figures; what cannot be computed is absent."""
    flagged = np.array([each.is_flagged for each in outcomes], bool)
    loaded = np.array([each.judged.is_loaded for each in outcomes], bool)
    rated = np.array([each.rated for each in outcomes], np.float64)
    found: dict[str, Metric | None] = {
        "macro_f1": figure_with_interval(macro_f1, flagged, loaded),
        "f1_flagged": figure_with_interval(f1, flagged, loaded),
        "f1_calm": figure_with_interval(f1, ~flagged, ~loaded),
        "precision": share_with_interval(loaded, flagged),
        "recall": share_with_interval(flagged, loaded),
        "vader_macro_f1": figure_with_interval(macro_f1, _by_rating(rated, loaded), loaded),
    }
    return {name: metric for name, metric in found.items() if metric is not None}


def f1(found: Bools, right: Bools) -> float:
    """Return the F1 of finding what is right; 0 where nothing was found and nothing is."""
    total = int(found.sum() + right.sum())
    return 2 * float((found & right).sum()) / total if total else 0.0


def macro_f1(found: Bools, right: Bools) -> float:
    """Return the mean F1 of both labels."""
    return (f1(found, right) + f1(~found, ~right)) / 2


def _by_rating(rated: NDArray[np.float64], right: Bools) -> Bools:
    """Return what a bound on the ratings flags, the bound that has the highest macro-F1."""
    bounds = np.unique(rated)
    best = max(bounds, key=lambda bound: macro_f1(rated >= bound, right))
    return rated >= best
