"""Questions of a set with the sentences found for them: what the learned parts learn from."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectorstore.documents import Article, Filter
from vectorstore.features import Search, features
from vectorstore.questionset import Item, Range
from vectorstore.ranker import Readings, read_best, stubs
from vectorstore.reader import Reader
from vectorstore.retriever import Retriever

_WORDS = 400  # a piece has so many or, with its last paragraph, some more


@dataclass(frozen=True, slots=True)
class Example:
    """A question's search: features of its candidates (n), which are right, whose passage is.

    `alone`: of one short article only, as if the reader had no other. `topic` is the article
    of the set that the question is about, whole. `readings` is what a reader made of the
    candidates, if one was asked.
    """

    item: Item
    topic: str
    alone: bool
    search: Search
    rows: NDArray[np.float64]
    stubs: NDArray[np.float64]
    right: NDArray[np.bool_]
    right_passages: NDArray[np.bool_]
    readings: Readings | None = None

    def logits(self, ranking: NDArray[np.float64], margin: float = 0.0) -> NDArray[np.float64]:
        """Return (n,): how the ranker with these weights judges the candidates."""
        logits = self.rows @ ranking + self.stubs
        return logits + margin * self.readings.margins if self.readings else logits


def collect(
    retriever: Retriever,
    items: Sequence[Item],
    narrow: Callable[[Item], Filter] = lambda _: Filter(),
    topics: Mapping[str, str] | None = None,
    reader: Callable[[Item], Reader | None] = lambda _: None,
) -> list[Example]:
    """Search for every question in what `narrow` lets pass; `topics` of cut articles by id.

    `reader` gives who reads what is found for a question: one that was not trained on it.
    """
    examples: list[Example] = []
    idf = retriever.idf()
    for item in items:
        short = retriever.shortlist(item.question, narrow(item))
        passages = {span.id: span for span in short.passages.spans}
        places = [(span.article_id, span.start, span.end) for span, *_ in short.sentences]
        owners = [passages[span.passage_id] for span, *_ in short.sentences]
        rows, reads = features(short.search, idf), reader(item)
        examples.append(
            Example(
                item,
                topics[item.article_id] if topics else item.article_id,
                topics is not None,
                short.search,
                rows,
                stubs(short.search),
                np.array([item.answered_by(*place) for place in places]),
                np.array([item.in_paragraph(o.article_id, o.start, o.end) for o in owners]),
                read_best(short.search, rows, reads) if reads and len(rows) else None,
            )
        )
    return examples


def cut(
    articles: Sequence[Article], items: Sequence[Item]
) -> tuple[dict[str, Article], list[Item], dict[str, str]]:
    """Cut encyclopedia articles into pieces as long as a report in the news.

    Returns the pieces by id, the questions asked of them, and each piece's whole article.
    """
    pieces: dict[str, Article] = {}
    topics: dict[str, str] = {}
    moved: list[Item] = []
    for article in articles:
        asked = [item for item in items if item.article_id == article.id and item.paragraph]
        for start, end in _pieces(article.text):
            piece = Article(article.text[start:end], title=article.title).identified()
            pieces[piece.id] = piece
            topics[piece.id] = article.id
            moved += (
                _moved(item, piece.id, start)
                for item in asked
                if item.paragraph and start <= item.paragraph[0] and item.paragraph[1] <= end
            )
    return pieces, moved, topics


def _pieces(text: str) -> Iterator[Range]:
    start = end = 0
    for paragraph in re.finditer(r"[^\n]+", text):
        end = paragraph.end()
        if len(text[start:end].split()) >= _WORDS:
            yield start, end
            start = end + 1
    if start < end:
        yield start, end


def _moved(item: Item, piece: str, by: int) -> Item:
    def moved(place: Range) -> Range:
        return place[0] - by, place[1] - by

    spans = tuple(map(moved, item.answer_spans))
    paragraph = moved(item.paragraph) if item.paragraph else None
    return Item(item.question, piece, item.answers, spans, paragraph)
