"""Measures retrieval on a set of questions with known answers: the bench's or a user's own.

A set is a folder with `articles.jsonl` (`id`, `text`, optional metadata) and
`questions.jsonl` (`question`, `article_id`, `answers` (empty: the article does not say),
`answer_spans` and, where known, `paragraph_span`: half-open character ranges of the text).

A passage is right when it holds a whole answer span or, where the right paragraph is
given, most of it lies in that paragraph; a sentence when it holds a whole answer span. Intervals
are 95 % percentile bootstraps over questions (Efron and Tibshirani 1993, ch. 13).
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.extractive import confidence
from vectorstore.assembly import assemble
from vectorstore.corpus import Corpus
from vectorstore.documents import Article
from vectorstore.errors import ParleyError
from vectorstore.ingest import embed_articles
from vectorstore.readers import Raw
from vectorstore.readers.raw import select_metadata
from vectorstore.retriever import Retrieval, Retriever
from vectorstore.upkeep import sync

_RESAMPLES = 1_000
_DEPTH = 10

Range = tuple[int, int]
Metric = dict[str, float]


@dataclass(frozen=True, slots=True)
class Item:
    """A question of the set; ranges are in the library's text of the article."""

    question: str
    article_id: str
    answers: tuple[str, ...]
    answer_spans: tuple[Range, ...]
    paragraph: Range | None


def load_set(folder: Path) -> tuple[dict[str, Article], list[Item]]:
    """Read a set; ParleyError names the line that is wrong."""
    articles: dict[str, Article] = {}
    maps: dict[str, Callable[[int], int]] = {}
    for number, row in _rows(folder / "articles.jsonl"):
        key, text = str(row.get("id")), row.get("text")
        if not isinstance(text, str):
            raise ParleyError(f"articles.jsonl, line {number}: an article needs `id` and `text`.")
        raw = Raw(key, text, select_metadata(row.items()))
        articles[key] = assemble(raw)[0].identified()
        maps[key] = _offset_map(text, articles[key].text)
    items: list[Item] = []
    for number, row in _rows(folder / "questions.jsonl"):
        key = str(row.get("article_id"))
        if key not in articles or not isinstance(row.get("question"), str):
            raise ParleyError(
                f"questions.jsonl, line {number}: a question needs `question` and the "
                "`article_id` of an article of the set."
            )
        moved = maps[key]
        paragraph = row.get("paragraph_span")
        items.append(
            Item(
                row["question"],
                articles[key].id,
                tuple(row.get("answers", ())),
                tuple((moved(start), moved(end)) for start, end in row.get("answer_spans", ())),
                (moved(paragraph[0]), moved(paragraph[1])) if paragraph else None,
            )
        )
    return articles, items


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, json.loads(line)
    except OSError as error:
        raise ParleyError(f"{path} cannot be read: a set needs this file.") from error
    except ValueError as error:
        raise ParleyError(f"{path} is not JSON Lines: {error}.") from error


def _offset_map(given: str, cleaned: str) -> Callable[[int], int]:
    """Return what moves an offset of `given` to its place in `cleaned`, which has less space.

    Cleaning changes space and cuts lines; the visible characters that are left keep their
    order, so the place is found by following them through both texts at once.
    """
    moved = np.zeros(len(given) + 1, np.int64)
    at = 0
    for offset, char in enumerate(given):
        moved[offset] = at
        if not char.isspace():
            step = cleaned.find(char, at, at + 8)
            at = step + 1 if step >= 0 else at
    moved[len(given)] = len(cleaned)

    def move(offset: int) -> int:
        place = int(moved[min(offset, len(given))])
        # An offset at a visible character must land on it, past any space before it.
        while (
            offset < len(given)
            and not given[offset].isspace()
            and cleaned[place : place + 1].isspace()
        ):
            place += 1
        return place

    return move


def fill(corpus: Corpus, articles: Sequence[Article]) -> None:
    """Store and index a set's articles in an empty corpus."""
    for first in range(0, len(articles), 8):
        batch = [(article, None) for article in articles[first : first + 8]]
        corpus.library.put(embed_articles(corpus, batch))
        sync(corpus.spans, corpus.index)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question fared: the rank of the first right passage and sentence, from 1."""

    item: Item
    passage_rank: int | None
    sentence_rank: int | None
    confidence: float
    found: Retrieval

    def to_json(self) -> dict[str, Any]:
        """Return the outcome with the three best sentences, for others to score."""
        return {
            "question": self.item.question,
            "answers": self.item.answers,
            "passage_rank": self.passage_rank,
            "sentence_rank": self.sentence_rank,
            "confidence": round(self.confidence, 4),
            "sentences": [sentence.text for sentence in self.found.sentences[:3]],
        }


def outcomes(retriever: Retriever, items: Sequence[Item]) -> Iterator[Outcome]:
    """Retrieve for every question and find the ranks of what is right."""
    for item in items:
        found = retriever.retrieve(item.question, passages=_DEPTH)
        yield Outcome(
            item,
            _rank(item, [(p.article.id, p.start, p.end) for p in found.passages], _holds_paragraph),
            _rank(item, [(s.article.id, s.start, s.end) for s in found.sentences], _holds_answer),
            confidence(item.question, found),
            found,
        )


def _rank(
    item: Item,
    places: Sequence[tuple[str, int, int]],
    right: Callable[[Item, int, int], bool],
) -> int | None:
    for rank, (article_id, start, end) in enumerate(places, start=1):
        if article_id == item.article_id and right(item, start, end):
            return rank
    return None


def _holds_answer(item: Item, start: int, end: int) -> bool:
    return any(start <= first and last <= end for first, last in item.answer_spans)


def _holds_paragraph(item: Item, start: int, end: int) -> bool:
    if _holds_answer(item, start, end):
        return True
    if item.paragraph is None:
        return False
    shared = min(end, item.paragraph[1]) - max(start, item.paragraph[0])
    return shared > (end - start) / 2


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
        metrics = {name: _with_interval(values) for name, values in per_question.items()}
    unanswerable = [result for result in results if not result.item.answers]
    if answerable and unanswerable:
        metrics["unanswerable_auroc"] = _auroc_with_interval(
            np.array([result.confidence for result in answerable]),
            np.array([result.confidence for result in unanswerable]),
        )
    return metrics


def _with_interval(values: NDArray[np.float64]) -> Metric:
    random = np.random.default_rng(0)
    means = [random.choice(values, len(values)).mean() for _ in range(_RESAMPLES)]
    return _metric(float(values.mean()), means)


def _auroc_with_interval(high: NDArray[np.float64], low: NDArray[np.float64]) -> Metric:
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
