"""Measures retrieval on a set of questions with known answers (`vectorstore.questionset`).

A passage is right when it holds a whole answer span or, where the right paragraph is
given, most of it lies in that paragraph; a sentence when it holds a whole answer span.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.metrics import Metric, auroc_with_interval, mean_with_interval
from vectorstore.questionset import Item
from vectorstore.retriever import Retrieval, Retriever

_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question fared: the rank of the first right passage and sentence, from 1."""

    item: Item
    passage_rank: int | None
    sentence_rank: int | None
    found: Retrieval

    def to_json(self) -> dict[str, Any]:
        """Return the outcome with the three best sentences, for others to score."""
        return {
            "question": self.item.question,
            "answers": self.item.answers,
            "passage_rank": self.passage_rank,
            "sentence_rank": self.sentence_rank,
            "evidence": round(self.found.evidence, 4),
            "sentences": [sentence.text for sentence in self.found.sentences[:3]],
        }


def outcomes(retriever: Retriever, items: Sequence[Item]) -> Iterator[Outcome]:
    """Retrieve for every question and find the ranks of what is right."""
    for item in items:
        found = retriever.retrieve(item.question, passages=_DEPTH)
        yield Outcome(
            item,
            _rank([(p.article.id, p.start, p.end) for p in found.passages], item.in_paragraph),
            _rank([(s.article.id, s.start, s.end) for s in found.sentences], item.answered_by),
            found,
        )


def _rank(
    places: Sequence[tuple[str, int, int]], right: Callable[[str, int, int], bool]
) -> int | None:
    ranks = (rank for rank, place in enumerate(places, start=1) if right(*place))
    return next(ranks, None)


def summarise(results: Sequence[Outcome]) -> dict[str, Metric]:
    """Return the metrics with their intervals; what cannot be computed is absent."""
    answerable = [result for result in results if result.item.answers]
    metrics: dict[str, Metric] = {}
    if answerable:
        passages = np.array([result.passage_rank or np.inf for result in answerable])
        sentences = np.array([result.sentence_rank or np.inf for result in answerable])
        per_question: dict[str, NDArray[np.float64]] = {
            "r1": (passages <= 1).astype(float),
            "r5": (passages <= 5).astype(float),
            "r10": (passages <= 10).astype(float),
            "mrr10": np.where(passages <= 10, 1 / passages, 0.0),
            "sentence_top1": (sentences <= 1).astype(float),
            "sentence_top3": (sentences <= 3).astype(float),
        }
        metrics = {name: mean_with_interval(values) for name, values in per_question.items()}
    unanswerable = [result for result in results if not result.item.answers]
    if answerable and unanswerable:
        metrics["unanswerable_auroc"] = auroc_with_interval(
            np.array([result.found.evidence for result in answerable]),
            np.array([result.found.evidence for result in unanswerable]),
        )
    return metrics
