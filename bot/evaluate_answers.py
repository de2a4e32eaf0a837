"""Measures whole answers, such as a reader gets them, on questions with known answers.

The questions are an answer set's (see `answer_sets`). `answer_f1` is that of the short answer
as SQuAD's script computes it, 0 where none is marked. Whether more marked short answers are
better depends on which, so `short_marked` is judged by `answer_f1` and
`short_exact_of_marked`. What a writing engine means by other words is beyond this measure.
"""

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from bot.answer_sets import Case, Group, normalised, token_f1
from bot.answers import Answer
from bot.app import Parley, open_reader, own_corpus
from bot.breakdown import by_kind
from bot.chain import Question
from bot.metrics import Bools, Figure, Metric, mean, measure, ratio, share
from bot.outcomes import Evaluation
from bot.settings import Settings
from vectorstore.corpus import Corpus
from vectorstore.errors import ParleyError
from vectorstore.ingest import ingest
from vectorstore.upkeep import sync

Advance = Callable[[str], None]


def _silent(_step: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was answered to a question, and whether every quote in it stands in its article."""

    case: Case
    answer: Answer
    is_verbatim: bool

    @property
    def rank(self) -> int | None:
        """The place of the first right sentence among those shown, from 1."""
        shown = enumerate(self.answer.sentences, start=1)
        return next((n for n, each in shown if self.case.is_right(each, self.answer)), None)

    @property
    def f1(self) -> float:
        """The short answer's F1; 0 where none is marked."""
        return token_f1(self.answer.short_answer or "", self.case.answers)

    @property
    def is_exact(self) -> bool:
        """Whether the short answer is one of the answers."""
        given = normalised(self.answer.short_answer or "")
        return bool(given) and any(given == normalised(each) for each in self.case.answers)

    @property
    def disagrees(self) -> bool:
        """Whether the answer shows two values for the same thing."""
        return any(len(each.values) > 1 for each in self.answer.disagreements)

    def to_json(self) -> dict[str, Any]:
        """Return the item with what was produced for it, and the verdicts."""
        produced = self.answer.to_json()
        del produced["timings_ms"]
        rank = self.rank
        return {
            "question": self.case.question,
            "answers": self.case.answers,
            "sentences": self.case.fragments,
            "disagree": self.case.disagree,
            "produced": produced,
            "verdicts": {
                "refused": self.answer.refused,
                "sentence_shown": rank is not None,
                "sentence_first": rank == 1,
                "answer_f1": round(self.f1, 6),
                "short_marked": self.answer.short_answer is not None,
                "short_exact": self.is_exact,
                "quoting": bool(self.answer.citations or self.answer.nearest),
                "quote_verbatim": self.is_verbatim,
                "sentences": len(self.answer.sentences),
                "verified": sum(each.status == "verified" for each in self.answer.sentences),
                "disagreement_shown": self.disagrees,
            },
        }


class Verdicts(BaseModel):
    """What an answer was found to be, as it is written."""

    model_config = ConfigDict(strict=True, frozen=True)

    refused: bool
    sentence_shown: bool
    sentence_first: bool
    answer_f1: float
    short_marked: bool
    short_exact: bool
    quoting: bool
    quote_verbatim: bool
    sentences: int
    verified: int
    disagreement_shown: bool


class Row(BaseModel):
    """What the figures need of an item as it is written."""

    model_config = ConfigDict(frozen=True)

    question: str
    answers: tuple[str, ...]
    disagree: bool | None
    verdicts: Verdicts


@dataclass(frozen=True, slots=True)
class Report:
    """The outcomes of a set, and the figures that they come to."""

    dataset: str
    outcomes: tuple[Outcome, ...]
    metrics: dict[str, Metric]
    by_kind: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])

    def to_json(self) -> dict[str, Any]:
        """Return the form that every evaluation's figures have."""
        return {
            "dataset": self.dataset,
            "questions": len(self.outcomes),
            "metrics": self.metrics,
            "by_kind": self.by_kind,
        }


def evaluate(
    dataset: Path, groups: Sequence[Group], settings: Settings, advance: Advance = _silent
) -> Report:
    """Ask every question of its own articles, as `parley ask` would, and judge the answers.

    The articles go into a data folder of their own, which is deleted afterwards; of the
    settings only those that choose the engine matter. `advance` is called at each step.
    """
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="parley-eval-") as folder:
        apart = settings.model_copy(update={"home": Path(folder), "chroma_url": None})
        with own_corpus(apart, "eval", _silent) as corpus, open_reader(apart) as parley:
            for group in groups:
                _hold_only(corpus, group, advance)
                for case in group.cases:
                    answer = parley.chain.invoke(Question(case.question))
                    outcomes.append(Outcome(case, answer, _is_verbatim(parley, answer)))
                    advance(case.question)
    rows = _rows(outcomes)
    broken_down = by_kind(rows, figures)
    return Report(str(dataset), tuple(outcomes), measure(figures(rows)), broken_down)


def _hold_only(corpus: Corpus, group: Group, advance: Advance) -> None:
    """Make the group's articles, ingested as a reader's are, the only ones of the corpus."""
    corpus.library.remove([article.id for article in corpus.library.articles()])
    sync(corpus.spans, corpus.index)
    file = corpus.folder / "articles.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in group.articles), encoding="utf-8")
    report = ingest(corpus, [str(file)], on_item=lambda item: advance(item.title or item.source))
    for item in report.items:
        if item.status == "rejected":
            raise ParleyError(f"{group.where}: an article cannot be taken in: {item.reason}")


def _is_verbatim(parley: Parley, answer: Answer) -> bool:
    return all(
        parley.article(each.article_id, each.version).text[each.start : each.end] == each.quote
        for each in (*answer.citations, *answer.nearest)
    )


def summarise(outcomes: Sequence[Outcome]) -> dict[str, Metric]:
    """Return the metrics with their intervals; what cannot be computed is absent."""
    return measure(figures(_rows(outcomes)))


def _rows(outcomes: Sequence[Outcome]) -> list[Row]:
    return [Row.model_validate(outcome.to_json()) for outcome in outcomes]


def figures(rows: Sequence[Row]) -> dict[str, Figure]:
    """Return the figures of items as they are written."""

    def flags(holds: Callable[[Verdicts], bool]) -> Bools:
        return np.array([holds(row.verdicts) for row in rows], bool)

    answerable = np.array([bool(row.answers) for row in rows], bool)
    refused = flags(lambda each: each.refused)
    marked = answerable & flags(lambda each: each.short_marked)
    disagreeing = flags(lambda each: each.disagreement_shown)
    expected = np.array([row.disagree is True for row in rows], bool)
    unexpected = np.array([row.disagree is False for row in rows], bool)
    return {
        "answered": share(~refused, answerable),
        "refused": share(refused, ~answerable),
        "sentence_shown": share(flags(lambda each: each.sentence_shown), answerable),
        "sentence_first": share(flags(lambda each: each.sentence_first), answerable),
        "answer_f1": mean([row.verdicts.answer_f1 for row in rows], answerable),
        "short_marked": share(marked, answerable).when("neither"),
        "short_exact_of_marked": share(flags(lambda each: each.short_exact), marked),
        "quote_verbatim": share(
            flags(lambda each: each.quote_verbatim), flags(lambda each: each.quoting)
        ),
        "verified": ratio(
            [row.verdicts.verified for row in rows], [row.verdicts.sentences for row in rows]
        ),
        "disagreement_shown": share(disagreeing, expected),
        "disagreement_false": share(disagreeing, unexpected).when("lower"),
    }


EVALUATION = Evaluation("answers", Row, ("question", "answers", "sentences", "disagree"), figures)
