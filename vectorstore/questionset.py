"""Sets of questions with known answers, for measuring and training: the bench's, or a user's.

A set is a folder with `articles.jsonl` (`id`, `text`, optional metadata) and
`questions.jsonl` (`question`, `article_id`, `answers` (empty: the article does not say),
where known, `answer_spans` and `paragraph_span`: half-open character ranges of the text).
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np

from vectorstore.assembly import assemble
from vectorstore.corpus import Corpus
from vectorstore.documents import Article
from vectorstore.errors import ParleyError
from vectorstore.ingest import embed_articles
from vectorstore.readers import Raw
from vectorstore.readers.raw import select_metadata
from vectorstore.text import fold, tokens
from vectorstore.upkeep import sync

Range = tuple[int, int]

_UNSPACED = re.compile(r"\S*")


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


@dataclass(frozen=True)
class _Given:
    """An article of the set: as the library has it, and the text that the set's ranges are of."""

    article: Article
    text: str
    moved: Callable[[int], int]

    @cached_property
    def folded(self) -> tuple[str, list[int]]:
        """The library's text folded, and the place of each of its characters before that."""
        text = self.article.text
        folded, places = fold(text), list[int]()
        forms = {char: fold(char) for char in set(text)}
        for place, char in enumerate(text):
            for each in forms[char]:
                # Folding a whole text also drops marks that only their neighbours make part of
                # a word; what follows such a mark is never another.
                if folded[len(places) : len(places) + 1] == each:
                    places.append(place)
        return folded, places


def load_set(folder: Path) -> tuple[dict[str, Article], list[Item]]:
    """Read a set; ParleyError names the line that is wrong.

    Where a question with answers has no `answer_spans`, they are every place of its article at
    which an answer stands word for word, whatever its case and accents.
    """
    given: dict[str, _Given] = {}
    for number, row in read_rows(folder / "articles.jsonl"):
        key, text = str(row.get("id")), row.get("text")
        if not isinstance(text, str):
            raise ParleyError(f"articles.jsonl, line {number}: an article needs `id` and `text`.")
        article = assemble(Raw(key, text, select_metadata(row.items())))[0].identified()
        given[key] = _Given(article, text, _offset_map(text, article.text))
    if not given:
        raise ParleyError(
            f"{folder / 'articles.jsonl'} holds no article: give it a line of JSON for each, "
            "with `id` and `text`."
        )
    questions = folder / "questions.jsonl"
    items = [
        _item(given, row, f"questions.jsonl, line {number}") for number, row in read_rows(questions)
    ]
    if not items:
        raise ParleyError(
            f"{questions} holds no question: give it a line of JSON for each, with `question`, "
            "`article_id` and `answers`."
        )
    return {key: each.article for key, each in given.items()}, items


def _item(articles: Mapping[str, _Given], row: Mapping[str, Any], where: str) -> Item:
    given, question = articles.get(str(row.get("article_id"))), row.get("question")
    if given is None or not isinstance(question, str):
        raise ParleyError(
            f"{where}: a question needs `question` and the `article_id` of an article of the set."
        )
    answers = _answers(row.get("answers", []), where)
    spans = row.get("answer_spans")
    if not isinstance(spans, list | None):
        raise ParleyError(f"{where}: `answer_spans` must be a list of ranges, [start, end] each.")
    ranges = [_range(given, "answer_spans", each, where) for each in cast("list[Any]", spans or [])]
    if answers and not ranges:
        ranges = sorted({place for each in answers for place in _places(given, each)})
        if not ranges:
            raise ParleyError(
                f"{where}: no answer stands word for word in the article: give `answer_spans`, "
                "or `answers` in the article's words."
            )
    paragraph = row.get("paragraph_span")
    if paragraph is not None:
        paragraph = _range(given, "paragraph_span", paragraph, where)
    return Item(question, given.article.id, answers, tuple(ranges), paragraph)


def _answers(answers: Any, where: str) -> tuple[str, ...]:
    listed: list[Any] = cast("list[Any]", answers) if isinstance(answers, list) else [None]
    if not all(isinstance(each, str) and each.strip() for each in listed):
        raise ParleyError(
            f"{where}: `answers` must be a list of texts, empty if the article does not say."
        )
    return tuple(listed)


def _range(given: _Given, name: str, span: Any, where: str) -> Range:
    """Return a range of the given text as one of the library's."""
    match span:
        case [int(start), int(end)] if 0 <= start < end <= len(given.text):
            return given.moved(start), given.moved(end)
        case _:
            raise ParleyError(
                f"{where}: `{name}` has {json.dumps(span)[:40]}, no range of the article's text: "
                f"give [start, end] in characters, start before end, end at most "
                f"{len(given.text)}."
            )


def _places(given: _Given, answer: str) -> Iterator[Range]:
    """Yield where the words of an answer stand in the library's text one after the other."""
    sought = tokens(answer)
    if not sought:
        return
    folded, places = given.folded
    # A number's token has no commas, and a word's no "'s".
    forms = [
        ",?".join(word) if word.isdecimal() else re.escape(word) + "(?:'s)?" for word in sought
    ]
    phrase = r"\W*".join(forms).removesuffix("(?:'s)?")
    for found in re.finditer(rf"(?<!\w)(?=({phrase})((?:'s)?)(?!\w))", folded):
        (start, end), behind = found.span(1), found.end(2)
        # What has space around it holds whole words: of 8.5, "8" is none.
        first = max(folded.rfind(space, 0, start) for space in " \n") + 1
        last = next(_UNSPACED.finditer(folded, behind)).end()
        words = [*tokens(folded[first:start]), *sought, *tokens(folded[behind:last])]
        if tokens(folded[first:last]) == words:
            yield places[start], places[end - 1] + 1


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of a JSON Lines file with their line numbers, from 1.

    Raises:
        ParleyError: The file cannot be read, or a line of it is no JSON object.
    """
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, _row(line, f"{path}, line {number}")
    except OSError as error:
        raise ParleyError(f"{path} cannot be read: a set needs this file.") from error
    except UnicodeDecodeError as error:
        raise ParleyError(f"{path} is not UTF-8: save it as UTF-8.") from error


def _row(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ParleyError(f"{where}: is not JSON: {error.msg} at column {error.colno}.") from error
    if not isinstance(row, dict):
        raise ParleyError(f"{where}: a line must be a JSON object.")
    return cast("dict[str, Any]", row)


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
