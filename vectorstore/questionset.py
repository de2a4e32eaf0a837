"""Sets of questions with known answers, for measuring and training: the bench's, or a user's.

A set is a folder with `articles.jsonl` (`id`, `text`, optional metadata) and
`questions.jsonl` (`question`, `article_id`, `answers` (empty: the article does not say),
`answer_spans` and, where known, `paragraph_span`: half-open character ranges of the text).
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vectorstore.assembly import assemble
from vectorstore.corpus import Corpus
from vectorstore.documents import Article
from vectorstore.errors import ParleyError
from vectorstore.ingest import embed_articles
from vectorstore.readers import Raw
from vectorstore.readers.raw import select_metadata
from vectorstore.upkeep import sync

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Item:
    """A question of the set; ranges are in the library's text of the article."""

    question: str
    article_id: str
    answers: tuple[str, ...]
    answer_spans: tuple[Range, ...]
    paragraph: Range | None

    def answered_by(self, article_id: str, start: int, end: int) -> bool:
        """Whether `[start, end)` of an article holds a whole answer span."""
        return article_id == self.article_id and any(
            start <= first and last <= end for first, last in self.answer_spans
        )

    def in_paragraph(self, article_id: str, start: int, end: int) -> bool:
        """Whether it holds a whole answer span, or lies mostly in the right paragraph."""
        if self.answered_by(article_id, start, end):
            return True
        if self.paragraph is None or article_id != self.article_id:
            return False
        shared = min(end, self.paragraph[1]) - max(start, self.paragraph[0])
        return shared > (end - start) / 2


def load_set(folder: Path) -> tuple[dict[str, Article], list[Item]]:
    """Read a set; ParleyError names the line that is wrong."""
    articles: dict[str, Article] = {}
    maps: dict[str, Callable[[int], int]] = {}
    for number, row in read_rows(folder / "articles.jsonl"):
        key, text = str(row.get("id")), row.get("text")
        if not isinstance(text, str):
            raise ParleyError(f"articles.jsonl, line {number}: an article needs `id` and `text`.")
        raw = Raw(key, text, select_metadata(row.items()))
        articles[key] = assemble(raw)[0].identified()
        maps[key] = _offset_map(text, articles[key].text)
    items: list[Item] = []
    for number, row in read_rows(folder / "questions.jsonl"):
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


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of a JSON Lines file with their line numbers, from 1.

    Raises:
        ParleyError: The file cannot be read, or a line of it is no JSON object.
    """
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    row = json.loads(line)
                    if not isinstance(row, dict):
                        raise ParleyError(f"{path}, line {number}: a line must be a JSON object.")
                    yield number, row
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
        corpus.library.put(embed_articles(corpus, articles[first : first + 8]))
        sync(corpus.spans, corpus.index)
