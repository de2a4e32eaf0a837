"""Measures the sentences that are chosen for a briefing against an editor's neutral text.

A set is a JSON Lines file; each line has an `id`, `articles` on one event, each by another
outlet (a list of objects with `title` and `text`), and `neutral`, what an editor wrote of it.
That is the form of NeuS (Lee et al., "NeuS: Neutral Multi-News Summarization for Mitigating
Framing Bias", NAACL 2022).

`rouge1_recall` and `rouge2_f1` are ROUGE (Lin 2004) as `rouge_score` computes it, with stems,
in 0..100; `loaded_density` is the share of the words outside quotations that are in VADER's
lexicon, `words` the length. `lexrank_*` are the same for the sentences that LexRank takes from
the same articles at the same length, `neutral_loaded_density` is that of the editors' texts.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.briefing.selection import longest, select
from bot.briefing.sources import Source
from bot.engine import Line
from bot.lexrank import lexrank
from bot.metrics import Better, Figure, Metric, mean, measure
from bot.neutrality.vader import density
from bot.outcomes import Evaluation
from vectorstore.documents import Article
from vectorstore.embeddings import Embedder
from vectorstore.errors import ParleyError
from vectorstore.questionset import read_rows
from vectorstore.text import clean_unicode, sentence_ranges


class Told(BaseModel):
    """An outlet's article on an event."""

    model_config = ConfigDict(strict=True, frozen=True)

    title: str | None = None
    text: str


class Event(BaseModel):
    """An event as several outlets tell it, and as an editor does."""

    model_config = ConfigDict(strict=True, frozen=True)

    id: str
    articles: list[Told] = Field(min_length=1)
    neutral: str = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Scores:
    """How a text compares with the editor's: ROUGE in 0..100, the share of loaded words."""

    rouge1_recall: float
    rouge2_f1: float
    loaded_density: float
    words: int

    def to_json(self) -> dict[str, float]:
        """Return the scores by name."""
        return {
            "rouge1_recall": round(self.rouge1_recall, 4),
            "rouge2_f1": round(self.rouge2_f1, 4),
            "loaded_density": round(self.loaded_density, 4),
            "words": self.words,
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was chosen for an event, and what LexRank chooses."""

    event: Event
    text: str
    scores: Scores
    lexrank: str
    lexrank_scores: Scores

    def to_json(self) -> dict[str, Any]:
        """Return both texts with their scores."""
        return {
            "id": self.event.id,
            "text": self.text,
            **self.scores.to_json(),
            "lexrank": self.lexrank,
            **{f"lexrank_{name}": each for name, each in self.lexrank_scores.to_json().items()},
            "neutral_loaded_density": round(density(self.event.neutral), 4),
        }


class Row(BaseModel):
    """What the figures need of an item as it is written."""

    model_config = ConfigDict(frozen=True)

    rouge1_recall: float
    rouge2_f1: float
    loaded_density: float
    words: int
    lexrank_rouge1_recall: float
    lexrank_rouge2_f1: float
    lexrank_loaded_density: float
    lexrank_words: int
    neutral_loaded_density: float


# Of the other scores neither way is better: they are a peer's, an editor's, or a length.
_BETTER: dict[str, Better] = {
    "rouge1_recall": "higher",
    "rouge2_f1": "higher",
    "loaded_density": "lower",
}


@dataclass(frozen=True, slots=True)
class Report:
    """The outcomes of a set, and the figures that they come to."""

    dataset: str
    outcomes: tuple[Outcome, ...]
    metrics: dict[str, Metric]

    def to_json(self) -> dict[str, Any]:
        """Return the form that every evaluation's figures have."""
        return {
            "dataset": self.dataset,
            "questions": len(self.outcomes),
            "metrics": self.metrics,
        }


def load_events(path: Path, limit: int | None = None) -> list[Event]:
    """Read the first `limit` events of a set; ParleyError names the line that is wrong."""
    events: list[Event] = []
    for number, row in islice(read_rows(path), limit):
        try:
            events.append(Event.model_validate(row))
        except ValidationError as error:
            fault = error.errors()[0]
            where = ".".join(map(str, fault["loc"])) or "the line"
            raise ParleyError(
                f"{path}, line {number}: {where}: {fault['msg']}. An event needs `id`, `articles` "
                "(a list, each with `title` and `text`) and `neutral`."
            ) from error
    if not events:
        raise ParleyError(f"{path} holds no event: give a file with one on each line.")
    return events


def evaluate(
    dataset: Path,
    events: Sequence[Event],
    embedder: Embedder,
    words: int,
    advance: Callable[[str], None],
) -> Report:
    """Sum up each event in about `words` words, tell `advance` its id, and compare."""
    outcomes: list[Outcome] = []
    for event in events:
        outcomes.append(_outcome(event, embedder, words))
        advance(event.id)
    return Report(str(dataset), tuple(outcomes), summarise(outcomes))


def _outcome(event: Event, embedder: Embedder, words: int) -> Outcome:
    sources = list(_sources(event, embedder))
    text = " ".join(pick.draft.text for pick in select(sources, words))
    sentences = [line.text for source in sources for line in source.lines]
    peer = " ".join(sentences[place] for place in lexrank(sentences, longest(words)))
    return Outcome(event, text, _scores(event, text), peer, _scores(event, peer))


def _sources(event: Event, embedder: Embedder) -> Iterator[Source]:
    """Yield the event's articles, each its own origin; one without a sentence is left out."""
    for number, told in enumerate(event.articles):
        text = clean_unicode(told.text)[0]
        ranges = sentence_ranges(text)
        if ranges:
            article = Article(text, told.title, id=f"{event.id}/{number}")
            vectors = embedder.embed([text[start:end] for start, end in ranges])
            lines = [
                Line(article, *place, vector) for place, vector in zip(ranges, vectors, strict=True)
            ]
            yield Source(lines, article.id)


def _scores(event: Event, text: str) -> Scores:
    found = _scorer().score(event.neutral, text)
    return Scores(
        100 * found["rouge1"].recall,
        100 * found["rouge2"].fmeasure,
        density(text),
        len(text.split()),
    )


@cache
def _scorer() -> Any:
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer(["rouge1", "rouge2"], use_stemmer=True)


def summarise(outcomes: Sequence[Outcome]) -> dict[str, Metric]:
    """Return the mean of each score; none of no outcomes."""
    return measure(figures([Row.model_validate(outcome.to_json()) for outcome in outcomes]))


def figures(rows: Sequence[Row]) -> dict[str, Figure]:
    """Return the figures of items as they are written."""
    return {
        name: mean([getattr(row, name) for row in rows]).when(_BETTER.get(name, "neither"))
        for name in Row.model_fields
    }


EVALUATION = Evaluation("neutrality", Row, ("id",), figures)
