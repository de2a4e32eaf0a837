"""Sets of questions with known answers, for measuring whole answers.

A set is either a folder as `vectorstore.questionset` describes it, all of whose articles are
asked at once, or a JSON Lines file of items that each bring their own articles: `question`,
`answers` (empty: the articles do not say; null: nobody knows yet, so the item is passed
over), `articles` (each with `text` and any metadata) and, where they matter, `sentences`
(fragments, one of which stands in a right sentence; without them an answer must) and
`disagree` (whether the articles contradict each other).

A shown sentence is right when it cites a whole answer span of its folder's article or, in a
file, holds a fragment or answer word for word, whatever its case and accents. Short answers are
compared as SQuAD's script does (Rajpurkar et al. 2016, sec. 6.1). Nothing here knows how the
answers come about.
"""

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.answers import Answer, Sentence
from vectorstore.errors import ParleyError
from vectorstore.questionset import Item, load_set, read_rows
from vectorstore.text import tokens

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")


def _silent(_message: str) -> None:
    pass


class _GivenArticle(BaseModel):
    # What else an article has is its metadata, which ingesting knows to read.
    model_config = ConfigDict(strict=True, frozen=True, extra="allow")

    text: str = Field(pattern=r"\w")


class _GivenItem(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)

    question: str = Field(pattern=r"\w")
    answers: list[Annotated[str, Field(pattern=r"\S")]]
    articles: list[_GivenArticle] = Field(min_length=1)
    sentences: list[str] = Field(default_factory=list)
    disagree: bool | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.sentences and not self.answers:
            raise ValueError("`sentences` are for a question that has `answers`")
        return self


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what would be right: a span of the `place`, else one of the fragments."""

    question: str
    answers: tuple[str, ...]
    fragments: tuple[str, ...] = ()
    place: Item | None = None
    disagree: bool | None = None

    def is_right(self, sentence: Sentence, answer: Answer) -> bool:
        """Whether a sentence of the answer holds what was asked for."""
        if self.place is not None and self.place.answer_spans:
            cited = [answer.citation(n) for n in sentence.citations]
            return any(self.place.answered_by(c.article_id, c.start, c.end) for c in cited)
        return any(contains(sentence.text, fragment) for fragment in self.fragments)


@dataclass(frozen=True, slots=True)
class Group:
    """Questions about the same articles; `where` names the set's line that gives them."""

    articles: tuple[dict[str, Any], ...]
    cases: tuple[Case, ...]
    where: str


def load_groups(dataset: Path, on_notice: Callable[[str], None] = _silent) -> list[Group]:
    """Read a set of either form; ParleyError names the line that is wrong.

    `on_notice` is told how many items are passed over.
    """
    if not dataset.is_dir():
        return _load_items(dataset, on_notice)
    articles = tuple(row for _, row in read_rows(dataset / "articles.jsonl"))
    _, items = load_set(dataset)
    cases = tuple(Case(item.question, item.answers, item.answers, item) for item in items)
    return [Group(articles, cases, str(dataset / "articles.jsonl"))]


def _load_items(path: Path, on_notice: Callable[[str], None]) -> list[Group]:
    given: list[tuple[list[dict[str, Any]], Case, str]] = []
    unknown = 0
    for number, row in read_rows(path):
        if row.get("answers", ()) is None:
            unknown += 1
            continue
        where = f"{path}, line {number}"
        try:
            item = _GivenItem.model_validate(row)
        except ValidationError as error:
            fault = error.errors()[0]
            place = ".".join(map(str, fault["loc"])) or "the line"
            raise ParleyError(
                f"{where}: {place}: {fault['msg']}. An item needs `question`, `answers` (a list, "
                "empty if the articles do not say) and `articles` (a list, each with `text`)."
            ) from error
        answers, fragments = tuple(item.answers), tuple(item.sentences or item.answers)
        case = Case(item.question, answers, fragments, disagree=item.disagree)
        articles = [article.model_dump(exclude_none=True) for article in item.articles]
        given.append((articles, case, where))
    if not (given or unknown):
        raise ParleyError(
            f"{path} holds no item: give it a line of JSON for each, with `question`, `answers` "
            "and `articles`."
        )
    _tell_unknown(path, unknown, len(given), on_notice)
    groups: list[Group] = []
    for articles, same in groupby(given, key=itemgetter(0)):
        rows = list(same)
        groups.append(Group(tuple(articles), tuple(case for _, case, _ in rows), rows[0][2]))
    return groups


def _tell_unknown(path: Path, unknown: int, known: int, on_notice: Callable[[str], None]) -> None:
    if not unknown:
        return
    told = (
        f"{unknown} of {unknown + known} items have `answers` null and are passed over: fill "
        "them in (a list, empty if the articles do not say) to make these count."
    )
    if not known:
        raise ParleyError(f"{path}: {told}")
    on_notice(told)


def count_steps(groups: Iterable[Group]) -> int:
    """Return how many articles are taken in and questions asked, for a progress bar."""
    return sum(len(group.articles) + len(group.cases) for group in groups)


def contains(text: str, phrase: str) -> bool:
    """Whether the words of `phrase` stand in `text` one after the other; "8" is not in "1838"."""
    held, sought = tokens(text), tokens(phrase)
    return bool(sought) and any(
        held[first : first + len(sought)] == sought for first in range(len(held))
    )


def token_f1(given: str, answers: Iterable[str]) -> float:
    """Return the F1 of the words of `given` against the best of `answers`, by SQuAD's rules."""
    words = Counter(normalised(given))
    best = 0.0
    for answer in answers:
        right = Counter(normalised(answer))
        if common := (words & right).total():
            best = max(best, 2 * common / (words.total() + right.total()))
    return best


def normalised(text: str) -> list[str]:
    """Return the words of a short answer as SQuAD's script compares them."""
    bare = (char for char in text.lower() if not _is_punctuation(char))
    return _ARTICLES.sub(" ", "".join(bare)).split()


def _is_punctuation(char: str) -> bool:
    return char in string.punctuation or unicodedata.category(char).startswith("P")
