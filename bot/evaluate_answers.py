"""Measures whole answers, such as a reader gets them, on questions with known answers.

The questions are an answer set's (see `answer_sets`). `answer_f1` and
`short_exact_of_marked` compare as SQuAD's script does (Rajpurkar et al. 2016, sec. 6.1).
What a writing engine means by other words is beyond this measure.
"""

import json
import re
import string
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.answer_sets import Case, Group
from bot.answers import Answer
from bot.app import Parley, open_reader, own_corpus
from bot.chain import Question
from bot.metrics import Metric, mean_with_interval, share_with_interval
from bot.settings import Settings
from vectorstore.corpus import Corpus
from vectorstore.errors import ParleyError
from vectorstore.ingest import ingest
from vectorstore.upkeep import sync

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")

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
        given = _normalised(self.answer.short_answer or "")
        return bool(given) and any(given == _normalised(each) for each in self.case.answers)

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
            "produced": produced,
            "verdicts": {
                "refused": self.answer.refused,
                "sentence_shown": rank is not None,
                "sentence_first": rank == 1,
                "answer_f1": round(self.f1, 4),
                "short_exact": self.is_exact,
                "quote_verbatim": self.is_verbatim,
                "disagreement_shown": self.disagrees,
            },
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The outcomes of a set, and the figures that they come to."""

    dataset: str
    outcomes: tuple[Outcome, ...]
    metrics: dict[str, Metric]

    def to_json(self) -> dict[str, Any]:
        """Return the form that every evaluation's figures have."""
        return {"dataset": self.dataset, "questions": len(self.outcomes), "metrics": self.metrics}


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
    return Report(str(dataset), tuple(outcomes), summarise(outcomes))


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

    def flags(holds: Callable[[Outcome], object]) -> NDArray[np.bool_]:
        return np.array([bool(holds(each)) for each in outcomes], bool)

    answerable = flags(lambda each: each.case.answers)
    refused = flags(lambda each: each.answer.refused)
    marked = answerable & flags(lambda each: each.answer.short_answer)
    quoting = flags(lambda each: each.answer.citations or each.answer.nearest)
    shown = [each for outcome in outcomes for each in outcome.answer.sentences]
    verified = np.array([each.status == "verified" for each in shown], bool)
    f1 = np.array([outcome.f1 for outcome in outcomes if outcome.case.answers])
    metrics = {
        "answered": share_with_interval(~refused, answerable),
        "refused": share_with_interval(refused, ~answerable),
        "sentence_shown": share_with_interval(flags(lambda each: each.rank), answerable),
        "sentence_first": share_with_interval(flags(lambda each: each.rank == 1), answerable),
        "answer_f1": mean_with_interval(f1) if len(f1) else None,
        "short_marked": share_with_interval(marked, answerable),
        "short_exact_of_marked": share_with_interval(flags(lambda each: each.is_exact), marked),
        "quote_verbatim": share_with_interval(flags(lambda each: each.is_verbatim), quoting),
        "verified": share_with_interval(verified, np.ones_like(verified)),
    }
    for name, expected in (("disagreement_shown", True), ("disagreement_false", False)):
        known = flags(lambda each, expected=expected: each.case.disagree is expected)
        metrics[name] = share_with_interval(flags(lambda each: each.disagrees), known)
    return {name: metric for name, metric in metrics.items() if metric is not None}


def token_f1(given: str, answers: Iterable[str]) -> float:
    """Return the F1 of the words of `given` against the best of `answers`, by SQuAD's rules."""
    words = Counter(_normalised(given))
    best = 0.0
    for answer in answers:
        right = Counter(_normalised(answer))
        if common := (words & right).total():
            best = max(best, 2 * common / (words.total() + right.total()))
    return best


def _normalised(text: str) -> list[str]:
    bare = (char for char in text.lower() if not _is_punctuation(char))
    return _ARTICLES.sub(" ", "".join(bare)).split()


def _is_punctuation(char: str) -> bool:
    return char in string.punctuation or unicodedata.category(char).startswith("P")
