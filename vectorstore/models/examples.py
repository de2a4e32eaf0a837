"""Questions of a set with the sentences found for them: what the learned parts learn from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectorstore.documents import Filter
from vectorstore.questions import Asked
from vectorstore.questionset import Item
from vectorstore.ranker import Candidate, features
from vectorstore.retriever import Retriever


@dataclass(frozen=True, slots=True)
class Example:
    """A question's candidates (n), in order: texts, features, which are right, whose passage is."""

    item: Item
    asked: Asked
    aliases: Mapping[str, str]
    candidates: tuple[Candidate, ...]
    rows: NDArray[np.float64]
    right: NDArray[np.bool_]
    passages: tuple[str, ...]
    right_passages: NDArray[np.bool_]


def collect(retriever: Retriever, items: Sequence[Item], without: bool) -> list[Example]:
    """Shortlist every question; `without`: in a corpus that lacks the question's article."""
    articles = {item.article_id for item in items}
    examples: list[Example] = []
    idf = retriever.idf()
    for item in items:
        narrow = Filter(articles=tuple(articles - {item.article_id})) if without else Filter()
        short = retriever.shortlist(item.question, narrow)
        passages = {span.id: span for span in short.passages.spans}
        places = [(span.article_id, span.start, span.end) for span, *_ in short.sentences]
        owners = [passages[span.passage_id] for span, *_ in short.sentences]
        examples.append(
            Example(
                item,
                short.asked,
                short.aliases,
                tuple(short.candidates),
                features(short.asked, short.candidates, idf, short.aliases),
                np.array([item.answered_by(*place) for place in places]),
                tuple(owner.id for owner in owners),
                np.array([item.in_paragraph(o.article_id, o.start, o.end) for o in owners]),
            )
        )
    return examples
