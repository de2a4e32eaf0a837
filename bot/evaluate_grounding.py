"""Measures the check of grounding on sentences that are right or falsified on purpose.

A set is a JSON Lines file; each line has a `sentence`, the `passages` that it cites (a list
of strings), `supported` (whether they carry it), `falsified` (how it was falsified, null if
it was not) and, where dates hang on it, the day of publication `published`.

What is measured is the detection of falsified sentences: `precision` is the share of
unverified sentences that are falsified, `recall` the share of falsified ones that are
unverified. `precision_K` and `recall_K` are the same over all supported sentences and those
falsified in the way K.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.answers import Citation, Sentence, Status
from bot.grounding import ground
from bot.metrics import Figure, Metric, measure, share
from bot.outcomes import Evaluation
from vectorstore.errors import ParleyError
from vectorstore.questionset import read_rows


class Pair(BaseModel):
    """A sentence with the passages that it cites; `falsified` is None if they carry it."""

    model_config = ConfigDict(strict=True, frozen=True)

    sentence: str
    passages: list[str] = Field(min_length=1)
    published: str | None = None
    supported: bool
    falsified: str | None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.supported != (self.falsified is None):
            raise ValueError("`falsified` is null for a supported sentence, and only for one")
        return self


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the check made of a pair."""

    pair: Pair
    found: Sentence

    @property
    def is_flagged(self) -> bool:
        """Whether the sentence came out unverified."""
        return self.found.status == "unverified"

    def to_json(self) -> dict[str, Any]:
        """Return the pair's sentence and what was found."""
        return {
            "sentence": self.pair.sentence,
            "passages": self.pair.passages,
            "falsified": self.pair.falsified,
            "status": self.found.status,
            "problems": self.found.problems,
        }


class Row(BaseModel):
    """What the figures need of an item as it is written."""

    model_config = ConfigDict(strict=True, frozen=True)

    falsified: str | None
    status: Status


@dataclass(frozen=True, slots=True)
class Report:
    """The outcomes of a set, and the figures that they come to."""

    dataset: str
    outcomes: tuple[Outcome, ...]
    metrics: dict[str, Metric]

    @property
    def confusion(self) -> dict[str, tuple[int, int]]:
        """How many of each kind (`supported` or a falsification) were flagged, and of how many."""
        kinds = dict.fromkeys(each.pair.falsified or "supported" for each in self.outcomes)
        counts: dict[str, tuple[int, int]] = {}
        for kind in sorted(kinds):
            same = [each for each in self.outcomes if (each.pair.falsified or "supported") == kind]
            counts[kind] = sum(each.is_flagged for each in same), len(same)
        return counts

    def to_json(self) -> dict[str, Any]:
        """Return the form that every evaluation's figures have."""
        return {
            "dataset": self.dataset,
            "questions": len(self.outcomes),
            "metrics": self.metrics,
        }


def load_pairs(path: Path) -> list[Pair]:
    """Read a set; ParleyError names the line that is wrong."""
    pairs: list[Pair] = []
    for number, row in read_rows(path):
        try:
            pairs.append(Pair.model_validate(row))
        except ValidationError as error:
            fault = error.errors()[0]
            where = ".".join(map(str, fault["loc"])) or "the line"
            raise ParleyError(
                f"{path}, line {number}: {where}: {fault['msg']}. A pair needs `sentence`, "
                "`passages` (a list), `supported` (true or false) and `falsified` (null or how)."
            ) from error
    return pairs


def evaluate(path: Path) -> Report:
    """Check every pair of the set and return what came of it."""
    outcomes = tuple(Outcome(pair, _check(pair)) for pair in load_pairs(path))
    return Report(str(path), outcomes, summarise(outcomes))


def _check(pair: Pair) -> Sentence:
    cited = [
        Citation(n, "", None, None, pair.published, None, 0, len(passage), passage)
        for n, passage in enumerate(pair.passages, start=1)
    ]
    return ground(pair.sentence, cited)


def summarise(outcomes: Sequence[Outcome]) -> dict[str, Metric]:
    """Return precision and recall, in all and by kind; what cannot be computed is absent."""
    return measure(figures([Row.model_validate(outcome.to_json()) for outcome in outcomes]))


def figures(rows: Sequence[Row]) -> dict[str, Figure]:
    """Return the figures of items as they are written."""
    flagged = np.array([row.status == "unverified" for row in rows], bool)
    falsified = np.array([row.falsified is not None for row in rows], bool)
    found = {"precision": share(falsified, flagged), "recall": share(flagged, falsified)}
    for kind in sorted({row.falsified for row in rows if row.falsified is not None}):
        alike = np.array([row.falsified == kind for row in rows], bool)
        # The resampled items are those that the figure is over: its kind's and the supported.
        relevant = alike | ~falsified
        found[f"precision_{kind}"] = share(alike, flagged & relevant).over(relevant)
        found[f"recall_{kind}"] = share(flagged, alike).over(relevant)
    return found


EVALUATION = Evaluation("grounding", Row, ("sentence", "passages", "falsified"), figures)
