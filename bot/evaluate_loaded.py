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
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.metrics import Bools, Figure, Floats, Metric, f1, macro_f1, measure, share
from bot.neutrality import vader
from bot.neutrality.flags import Flag
from bot.neutrality.rules import find_flags
from bot.neutrality.scoring import THRESHOLD, score_of
from bot.outcomes import Evaluation
from vectorstore.errors import ParleyError
from vectorstore.questionset import read_rows

_LABELS = {"Biased": True, "Non-biased": False}


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
            "vader": round(self.rated, 3),
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


class Row(BaseModel):
    """What the figures need of an item as it is written."""

    model_config = ConfigDict(strict=True, frozen=True)

    label: Literal["Biased", "Non-biased"]
    flagged: bool
    vader: float


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
    return measure(figures([Row.model_validate(outcome.to_json()) for outcome in outcomes]))


def figures(rows: Sequence[Row]) -> dict[str, Figure]:
    """Return the figures of items as they are written."""
    flagged = np.array([row.flagged for row in rows], bool)
    loaded = np.array([_LABELS[row.label] for row in rows], bool)
    rated = np.array([row.vader for row in rows], np.float64)
    return {
        "macro_f1": macro_f1(flagged, loaded),
        "f1_flagged": f1(flagged, loaded),
        "f1_calm": f1(~flagged, ~loaded),
        "precision": share(loaded, flagged),
        "recall": share(flagged, loaded),
        "vader_macro_f1": macro_f1(_by_rating(rated, loaded), loaded).when("neither"),
    }


def _by_rating(rated: Floats, right: Bools) -> Bools:
    """Return what a bound on the ratings flags, the bound that has the highest macro-F1."""
    bounds = np.unique(rated)
    best = max(bounds, key=lambda bound: macro_f1(rated >= bound, right).value)
    return rated >= best


EVALUATION = Evaluation("loaded-words", Row, ("text", "label"), figures)
