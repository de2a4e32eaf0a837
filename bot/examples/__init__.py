"""Makes example questions from the articles at hand, for a reader who does not know them yet.

Each is made by rule from one sentence (`rules`) and shown only if the chain answers it with
that very sentence. Rather none than a clumsy one: what is long, unclear or says more than
its sentence is dropped. Nothing here knows how a question is answered or shown.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.answers import Answer
from bot.antecedents import past_dateline
from bot.examples.rules import questions
from bot.examples.speakers import LETTER, Names
from bot.grounding.words import listed
from vectorstore.documents import Article
from vectorstore.text import STOPWORDS, content_stems, sentence_ranges, tokens

# What is read: a report tells the most in its first lines, and the page waits for this.
_ARTICLES, _CHARACTERS, _SENTENCES, _LONGEST_SENTENCE = 40, 5_000, 16, 420
_ASKED = 12  # questions put to the chain, each some 60 ms
_MOST_OF_A_KIND = 2

# What makes one question rather asked than another, found by reading those of the samples and
# of the openings of 900 reports. An article counts one more than the one before it, a sentence
# half as much.
_LATER_SENTENCE = 0.5
_SAME_KIND, _SAME_ARTICLE = 20, 10
# "What did Ana Vell say?" tells a reader little yet: one is enough, and none among many.
_DULL, _FEW = 6, 5

_LONGEST, _FEWEST_WORDS, _LONGEST_WORD = 70, 4, 24
_ALLOWED = re.compile(
    rf"[A-Z][a-z]+(?: (?:[\d{LETTER}][\d{LETTER}'’-]*(?:\d,\d+)?|(?:[A-Z]\.)+))+\?"
)
# Words that a question may add to those of its sentence.
_ADDED = frozenset(content_stems("many lead tell say plan"))
# A pronoun is clear where it is the speaker's own.
_OWN = re.compile(r" say (?:he|she|it|they)\b| (?:his|her)(?= [A-Z]\w+ counterpart)")
_PRONOUNS = frozenset(
    listed("""
    he she it they we i you him her them us his its their our my your this these those such one
    ones both other others another same former latter who which when where whether if because
    """)
)
# Half of all English words are such, and a twentieth of those of other languages.
_ENGLISH = 0.25


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A question and the sentence of an article that it was made from; least `cost` is best."""

    kind: str
    question: str
    article: str
    start: int
    end: int
    dull: float
    cost: float

    @property
    def is_dull(self) -> bool:
        """Whether it asks for whatever somebody said."""
        return self.dull >= _DULL

    def is_told_by(self, answer: Answer) -> bool:
        """Whether the answer's first sentence quotes the very sentence."""
        if answer.refused or not answer.sentences:
            return False
        cited = [answer.citation(number) for number in answer.sentences[0].citations]
        # A quote may begin with the sentence before, for its sake, and ends where it ends.
        return any(
            each.article_id == self.article and self.start < each.end <= self.end for each in cited
        )


def make_examples(
    articles: Sequence[Article], answered: Callable[[str], Answer], most: int = 4
) -> tuple[str, ...]:
    """Return up to `most` questions that `articles`, newest first, answer.

    `answered` asks the chain, and is called a dozen times at most. The questions differ in
    kind and article as far as the articles allow; there are none for articles that are not
    in English, or tell nothing in a way that the rules know.
    """
    left: list[_Candidate] = []
    left += (each for each in _candidates(articles) if not (each.is_dull and len(articles) > _FEW))
    shown: list[_Candidate] = []
    tried: list[_Candidate] = []
    while left and len(shown) < most and len(tried) < _ASKED:
        best = min(left, key=lambda each: _cost(each, shown, tried))
        tried.append(best)
        answer = answered(best.question)
        # Several articles may give one question, and any of their sentences answer it.
        same = [each for each in left if each.question == best.question]
        left = [each for each in left if each.question != best.question]
        if told := [each for each in same if each.is_told_by(answer)]:
            shown.append(told[0])
            left = [each for each in left if _may_follow(each, shown)]
    return tuple(each.question for each in shown)


def _cost(candidate: _Candidate, shown: list[_Candidate], tried: list[_Candidate]) -> float:
    same_kind = sum(each.kind == candidate.kind for each in shown)
    same_article = sum(each.article == candidate.article for each in shown)
    # Where one question was tried already, the next is likelier to fare as that one did.
    again = sum(
        (each.kind == candidate.kind) + (each.article == candidate.article) for each in tried
    )
    return candidate.cost + _SAME_KIND * same_kind + _SAME_ARTICLE * same_article + again


def _may_follow(candidate: _Candidate, shown: list[_Candidate]) -> bool:
    """Whether a question is of another sentence than those shown, and unlike them."""
    words = set(content_stems(candidate.question))
    same_kind = sum(each.kind == candidate.kind for each in shown)
    dull = candidate.is_dull and any(each.is_dull for each in shown)
    return (
        same_kind < _MOST_OF_A_KIND
        and not dull
        and not any(
            (each.article, each.start) == (candidate.article, candidate.start)
            or len(words & set(content_stems(each.question))) > len(words) / 2
            for each in shown
        )
    )


def _candidates(articles: Sequence[Article]) -> Iterator[_Candidate]:
    for place, article in enumerate(articles[:_ARTICLES]):
        text = article.text[:_CHARACTERS]
        if not _is_english(article.language, text):
            continue
        names = Names(text, article.title or "")
        ranges = sentence_ranges(text, article.language)
        for number, (start, end) in enumerate(islice(ranges, _SENTENCES)):
            sentence = " ".join(text[past_dateline(text, start, end) : end].split())
            if len(sentence) > _LONGEST_SENTENCE or not sentence.endswith((".", '."', ".”")):
                continue
            for kind, dull, question in questions(sentence, names):
                if _is_fit(question, sentence):
                    cost = place + number * _LATER_SENTENCE + dull
                    yield _Candidate(kind, question, article.id, start, end, dull, cost)


def _is_english(language: str | None, text: str) -> bool:
    if language and not language.lower().startswith("en"):
        return False
    words = tokens(text[:1_500])
    return sum(word in STOPWORDS for word in words) > _ENGLISH * len(words)


def _is_fit(question: str, sentence: str) -> bool:
    """Whether a question is short and clear, and says nothing that its sentence does not."""
    words = question[:-1].split()
    asking, *others = _OWN.sub("", question[:-1]).split()
    return (
        len(question) <= _LONGEST
        and len(words) >= _FEWEST_WORDS
        and max(map(len, words)) <= _LONGEST_WORD
        and len(words[-1]) > 1
        and asking in ("Who", "What", "Where", "When", "How")
        and _ALLOWED.fullmatch(question) is not None
        and _PRONOUNS.isdisjoint(word.lower() for word in others if word != "US")
        and set(content_stems(question)) <= _ADDED | set(content_stems(sentence))
    )
