"""Measures retrieval on a set of questions with known answers (`vectorstore.questionset`).

A passage is right when it holds a whole answer span or, where the right paragraph is
given, most of it lies in that paragraph; a sentence when it holds a whole answer span.
`answer_f1` is that of the words which the built-in engine takes for the short answer, sure of
them or not, 0 where it finds none; what it is sure enough to mark, `evaluate_answers` measures.
Time words are not resolved here: that is the chain's, which
`evaluate_answers` asks.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from bot.answer_sets import token_f1
from bot.answers import Answer
from bot.breakdown import by_kind
from bot.citing import with_sentence
from bot.extractive import ExtractiveEngine
from bot.metrics import Figure, auroc, mean, measure
from bot.outcomes import Evaluation
from bot.selection import relevant
from vectorstore.questions import analyse
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
    short_answer: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the outcome with the three best sentences, for others to score."""
        return {
            "question": self.item.question,
            "answers": self.item.answers,
            "kind": analyse(self.item.question).kind.value,
            "passage_rank": self.passage_rank,
            "sentence_rank": self.sentence_rank,
            "evidence": round(self.found.evidence, 6),
            "short_answer": self.short_answer,
            "answer_f1": round(token_f1(self.short_answer or "", self.item.answers), 6),
            "sentences": [sentence.text for sentence in self.found.sentences[:3]],
        }


class Row(BaseModel):
    """What the figures need of an item as it is written."""

    model_config = ConfigDict(frozen=True)

    question: str
    answers: tuple[str, ...]
    passage_rank: int | None
    sentence_rank: int | None
    evidence: float
    answer_f1: float


def outcomes(
    retriever: Retriever, items: Sequence[Item], engine: ExtractiveEngine | None = None
) -> Iterator[Outcome]:
    """Retrieve for every question, find the ranks of what is right, and have it answered."""
    engine = engine or ExtractiveEngine(sure=0.0)
    for item in items:
        found = retriever.retrieve(item.question, passages=_DEPTH)
        yield Outcome(
            item,
            _rank([(p.article.id, p.start, p.end) for p in found.passages], item.in_paragraph),
            _rank([(s.article.id, s.start, s.end) for s in found.sentences], item.answered_by),
            found,
            _short_answer(engine, item.question, found),
        )


def _short_answer(engine: ExtractiveEngine, question: str, found: Retrieval) -> str | None:
    answer = Answer(question, question, engine.name)
    for draft in engine.answer(question, relevant(question, found)):
        answer = with_sentence(answer, draft)
    return answer.short_answer


def _rank(
    places: Sequence[tuple[str, int, int]], right: Callable[[str, int, int], bool]
) -> int | None:
    ranks = (rank for rank, place in enumerate(places, start=1) if right(*place))
    return next(ranks, None)


def report_on(dataset: Path, results: Sequence[Outcome]) -> dict[str, Any]:
    """Return the form that every evaluation's figures have; what can't be computed is absent."""
    rows = [Row.model_validate(result.to_json()) for result in results]
    return {
        "dataset": str(dataset),
        "questions": len(rows),
        "metrics": measure(figures(rows)),
        "by_kind": by_kind(rows, figures),
    }


def figures(rows: Sequence[Row]) -> dict[str, Figure]:
    """Return the figures of items as they are written."""
    answerable = np.array([bool(row.answers) for row in rows], bool)
    passages = np.array([row.passage_rank or np.inf for row in rows])
    sentences = np.array([row.sentence_rank or np.inf for row in rows])
    return {
        "r1": mean(passages <= 1, answerable),
        "r5": mean(passages <= 5, answerable),
        "r10": mean(passages <= 10, answerable),
        "mrr10": mean(np.where(passages <= 10, 1 / passages, 0.0), answerable),
        "sentence_top1": mean(sentences <= 1, answerable),
        "sentence_top3": mean(sentences <= 3, answerable),
        "answer_f1": mean([row.answer_f1 for row in rows], answerable),
        "unanswerable_auroc": auroc([row.evidence for row in rows], answerable),
    }


EVALUATION = Evaluation("retrieval", Row, ("question", "answers"), figures)
