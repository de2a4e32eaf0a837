"""What is looked at in a sentence found for a question, as numbers.

How much each counts is learnt; see `ranker`. Nothing here knows the library or the index.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vectorstore.offers import offered
from vectorstore.pairs import Surrounded
from vectorstore.questions import AnswerKind, Asked
from vectorstore.text import content_stems, stem

TYPED = (
    AnswerKind.PERSON,
    AnswerKind.TIME,
    AnswerKind.PLACE,
    AnswerKind.NUMBER,
    AnswerKind.DURATION,
    AnswerKind.REASON,
)

FEATURES = (
    "sentence",  # the retriever's score of the sentence by itself
    "passage",  # and of its passage
    "cosine",
    "best_cosine",  # of any sentence in the passage
    "passage_cosine",
    "bm25_context",  # over title × 2, previous sentence, sentence × 2
    "covered_context",  # the question's words, weighted by rarity: near the sentence,
    "covered_passage",  # in the passage,
    "covered_sentence",  # in the sentence itself
    "bigrams",  # neighbouring words of the question that are neighbours in the sentence,
    "wide_bigrams",  # or in the passage
    *(f"offers_{kind}" for kind in TYPED),  # a thing of the kind that is asked for,
    "lacks_kind",  # or none
    "missing_names",  # the question's names that the passage lacks
    "missing_numbers",
)
_K1, _B = 1.2, 0.75

Idf = Callable[[str], float]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence with what surrounds it, as the features need it."""

    text: str
    previous: str
    passage: str
    article: str
    title: str
    sentence_score: float
    passage_score: float
    cosine: float
    best_cosine: float
    passage_cosine: float

    @property
    def surrounded(self) -> Surrounded:
        """The sentence as a reader takes it in."""
        return Surrounded(self.text, self.title, self.previous)


@dataclass(frozen=True, slots=True)
class Search:
    """A question, what was found for it, and among how many sentences.

    `aliases` are the stems that stand for one of the question's: its names' other forms.
    """

    asked: Asked
    candidates: Sequence[Candidate]
    searched: int
    aliases: Mapping[str, str]

    def lacking(self, place: int) -> tuple[float, float]:
        """Return the shares of the question's names and numbers that an article lacks.

        That is the article of the candidate at `place`; to read those of all candidates
        would take longer than to rank them.
        """
        candidate = self.candidates[place]
        held = {*_article_stems(candidate.article), *_content_stems(candidate.title)}
        held |= {own for other, own in self.aliases.items() if other in held}
        names = [stem(name) for name in self.asked.names]
        return _missing(names, held), _missing(self.asked.numbers, held)


def features(search: Search, idf: Idf) -> Floats:
    """Return (candidates, features), in the order of `FEATURES`."""
    asked, candidates, aliases = search.asked, search.candidates, search.aliases
    weight = {own: _weight(own, idf, aliases) for own in dict.fromkeys(asked.stems)}
    contexts = [_Context(candidate, aliases) for candidate in candidates]
    mean_length = sum(len(context.near_list) for context in contexts) / max(1, len(contexts))
    return np.array(
        [
            _row(asked, candidate, context, weight, mean_length)
            for candidate, context in zip(candidates, contexts, strict=True)
        ]
    ).reshape(len(candidates), len(FEATURES))


def _weight(own: str, idf: Idf, aliases: Mapping[str, str]) -> float:
    """Weigh a stem by the most frequent of its forms: that is how rare the name may be."""
    return min(idf(form) for form in (own, *(other for other, of in aliases.items() if of == own)))


class _Context:
    """The stems of a candidate and its surroundings, each computed once."""

    def __init__(self, candidate: Candidate, aliases: Mapping[str, str]) -> None:
        def _stems(text: str) -> Sequence[str]:
            held = _content_stems(text)
            return [aliases.get(each, each) for each in held] if aliases else held

        title, previous = _stems(candidate.title), _stems(candidate.previous)
        self.sentence = _stems(candidate.text)
        self.near_list = (*title, *title, *previous, *self.sentence, *self.sentence)
        self.near = set(self.near_list)
        self.passage = _stems(candidate.passage)
        self.wide = {*self.passage, *title}


# The candidates of a question share passages, titles and neighbours.
@lru_cache(maxsize=256)
def _article_stems(text: str) -> frozenset[str]:
    return frozenset(content_stems(text))


@lru_cache(maxsize=4_096)
def _content_stems(text: str) -> tuple[str, ...]:
    return tuple(content_stems(text))


def _row(
    asked: Asked,
    candidate: Candidate,
    context: _Context,
    weight: Mapping[str, float],
    mean_length: float,
) -> list[float]:
    offer = offered(asked, candidate.text)
    return [
        candidate.sentence_score,
        candidate.passage_score,
        candidate.cosine,
        candidate.best_cosine,
        candidate.passage_cosine,
        _bm25(context.near_list, weight, mean_length),
        _covered(weight, context.near),
        _covered(weight, context.wide),
        _covered(weight, context.sentence),
        _bigrams(asked.stems, context.sentence, weight),
        _bigrams(asked.stems, context.passage, weight),
        *(offer * (asked.kind is kind) for kind in TYPED),
        1 - offer,
        _missing([stem(name) for name in asked.names], context.wide),
        _missing(asked.numbers, context.wide),
    ]


def _bm25(stems: Sequence[str], weight: Mapping[str, float], mean_length: float) -> float:
    """Robertson and Zaragoza 2009, eq. 3.15, with the corpus's document frequencies; / 10."""
    norm = _K1 * (1 - _B + _B * len(stems) / (mean_length or 1.0))
    counts = {stem: stems.count(stem) for stem in weight}
    return (
        sum(weight[stem] * count * (_K1 + 1) / (count + norm) for stem, count in counts.items())
        / 10
    )


def _covered(weight: Mapping[str, float], held: Sequence[str] | set[str]) -> float:
    total = sum(weight.values()) or 1.0
    return sum(value for stem, value in weight.items() if stem in held) / total


def _bigrams(asked: Sequence[str], stems: Sequence[str], weight: Mapping[str, float]) -> float:
    """Return the weight of the question's neighbouring words that are neighbours here too."""
    pairs = set(pairwise(stems))
    found = sum(math.sqrt(weight[a] * weight[b]) for a, b in pairwise(asked) if (a, b) in pairs)
    return found / (sum(weight.values()) or 1.0)


def _missing(wanted: Sequence[str], held: set[str]) -> float:
    return sum(word not in held for word in wanted) / len(wanted) if wanted else 0.0
