"""What the reader learns from: questions, the sentences found for them, and which are right.

A question comes with the sentences that the retriever finds, so that the wrong ones are those
which are hard to tell from the right. Knows nothing of networks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from vectorstore.documents import Article
from vectorstore.models.made_questions import make_questions, spread
from vectorstore.pairs import Pair, lay_out
from vectorstore.questionset import Item, Range
from vectorstore.retriever import Retriever

# A question has so many wrong sentences in a pass, and fewer if none of them is right: those
# teach only what is wrong.
WRONG, WRONG_OF_UNANSWERABLE = 3, 2
# Sentences of the right paragraph are the hardest to tell from the right one.
_SAME_PARAGRAPH = 3.0
_HARD = 20  # the wrong ones are drawn from so many of the best


@dataclass(frozen=True, slots=True)
class Choice:
    """A sentence found for a question: its pair, and the answers' tokens in it (half-open)."""

    pair: Pair
    answers: tuple[Range, ...]
    same_paragraph: bool


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question of the article `topic`, its right sentences (maybe none) and its wrong ones."""

    topic: str
    right: tuple[Choice, ...]
    wrong: tuple[Choice, ...]

    def draw(self, random: Random) -> list[tuple[Pair, Range | None]]:
        """Return a right pair with the answer's tokens, if there is one, and wrong ones."""
        group: list[tuple[Pair, Range | None]] = []
        if self.right:
            first = random.choice(self.right)
            group.append((first.pair, random.choice(first.answers)))
        wanted = WRONG if self.right else WRONG_OF_UNANSWERABLE
        # Weighted and without replacement (Efraimidis and Spirakis 2006).
        keys = [
            random.random() ** (1 / (_SAME_PARAGRAPH if each.same_paragraph else 1.0))
            for each in self.wrong
        ]
        order = sorted(range(len(keys)), key=keys.__getitem__, reverse=True)
        return group + [(self.wrong[place].pair, None) for place in order[:wanted]]


def lessons(retriever: Retriever, tokenizer: Any, items: Sequence[Item]) -> Iterator[Lesson]:
    """Yield a lesson a question; one whose right sentence is not found teaches nothing."""
    for item in items:
        short = retriever.shortlist(item.question)
        found = [each.surrounded for each in short.search.candidates]
        pairs = lay_out(tokenizer, item.question, found)
        right: list[Choice] = []
        wrong: list[Choice] = []
        for (span, *_), each, pair in zip(short.sentences, found, pairs, strict=True):
            place = (span.article_id, span.start, span.end)
            same = item.in_paragraph(*place)
            if item.answered_by(*place):
                inside = [
                    (start - span.start, end - span.start)
                    for start, end in item.answer_spans
                    if span.start <= start and end <= span.end
                ]
                tokens = tuple(filter(None, (_tokens(pair, answer) for answer in inside)))
                if tokens:
                    right.append(Choice(pair, tokens, same))
            elif not any(answer.casefold() in each.text.casefold() for answer in item.answers):
                wrong.append(Choice(pair, (), same))
        if right or (wrong and not item.answers):
            yield Lesson(item.article_id, tuple(right), tuple(wrong[:_HARD]))


def made_items(articles: Sequence[Article], most: int) -> list[Item]:
    """Return questions made by rules from the articles' text, at most so many."""
    by_id = {article.id: article for article in articles}
    return [
        Item(
            made.question,
            made.article_id,
            (by_id[made.article_id].text[slice(*made.answer)],),
            (made.answer,),
            None,
        )
        for made in spread(make_questions(articles), most)
    ]


def _tokens(pair: Pair, answer: Range) -> Range | None:
    """Return the pair's tokens that hold these characters of the sentence, if none was cut."""
    held = [
        number
        for number, (start, end) in enumerate(pair.places)
        if start < answer[1] and answer[0] < end
    ]
    if not held or pair.places[held[-1]][1] < answer[1]:
        return None
    return pair.first + held[0], pair.first + held[-1] + 1
