"""Scores passages and sentences of one question together, by cosines and by words.

A sentence counts for as much as its passage does beside it, since picking the passage first
and the sentence in it afterwards loses three points of the right sentence (.705 against .740
on SQuAD's development questions). Dense scores are cosines, word scores BM25; each is brought
to 0..1 over the candidates of one question, and fused by weight. Nothing here knows how the
candidates were found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectorstore.documents import Kind
from vectorstore.spans import StoredSpan

Floats = NDArray[np.floating]
Row = tuple[StoredSpan, float, float]  # with its fused score and its cosine

# Weights of the fusion. On half of SQuAD's development articles the top is flat: words
# between .3 and .5 and halves between .3 and .7 stay within .01 of the best in every figure.
_PASSAGE_WORDS = 0.4  # the rest is dense: the passage's cosine and its best sentence's
_SENTENCE_WORDS = 0.5
_SENTENCE_OWN = 0.5  # the rest is its passage's score


@dataclass(frozen=True, slots=True)
class Scored:
    """Candidate spans of one kind with their cosine and fused score, row by row."""

    spans: Sequence[StoredSpan]
    cosines: Floats
    scores: Floats

    def best(self, count: int) -> list[Row]:
        """Return the best `count` rows by fused score, best first."""
        order = np.argsort(-self.scores, kind="stable")[:count]
        return [(self.spans[i], float(self.scores[i]), float(self.cosines[i])) for i in order]


def by_sentence(passages: Scored, ordered: Sequence[Row]) -> list[Row]:
    """Order passages by their best sentence; those without one follow by their own score."""
    place: dict[str, int] = {}
    for number, (span, *_) in enumerate(ordered):
        place.setdefault(span.passage_id, number)
    best = passages.best(len(passages.spans))
    return sorted(best, key=lambda row: place.get(row[0].id, len(ordered)))


def own_score(score: float, passage_score: float) -> float:
    """Return what a sentence's fused `score` would be without its passage's."""
    return (score - (1 - _SENTENCE_OWN) * passage_score) / _SENTENCE_OWN


def fuse(
    passages: Sequence[StoredSpan],
    sentences: Sequence[StoredSpan],
    vector: Floats,
    words: Mapping[Kind, Mapping[str, float]],
    words_alone: bool,
) -> dict[Kind, Scored]:
    """Fuse the scores of passages with those of their sentences, and the other way round.

    By BM25 alone if `words_alone`: cosines of a language that the embedder does not know only
    make noise.
    """
    if not passages:
        empty = np.zeros(0, np.float32)
        return {kind: Scored((), empty, empty) for kind in Kind}
    row_of = {span.id: row for row, span in enumerate(passages)}
    owner = np.array([row_of[span.passage_id] for span in sentences])
    passage_cosines = np.stack([span.vector for span in passages]) @ vector
    sentence_cosines = np.stack([span.vector for span in sentences]) @ vector
    best_sentence = np.full(len(passages), -1.0, np.float32)
    np.maximum.at(best_sentence, owner, sentence_cosines)

    passage_scores = _fuse(
        (passage_cosines + best_sentence) / 2,
        _bm25(passages, words[Kind.PASSAGE]),
        1.0 if words_alone else _PASSAGE_WORDS,
    )
    own = _fuse(
        sentence_cosines,
        _bm25(sentences, words[Kind.SENTENCE]),
        1.0 if words_alone else _SENTENCE_WORDS,
    )
    sentence_scores = _SENTENCE_OWN * own + (1 - _SENTENCE_OWN) * passage_scores[owner]
    return {
        Kind.PASSAGE: Scored(passages, passage_cosines, passage_scores),
        Kind.SENTENCE: Scored(sentences, sentence_cosines, sentence_scores),
    }


def _bm25(spans: Sequence[StoredSpan], words: Mapping[str, float]) -> Floats:
    return np.array([words.get(span.id, 0.0) for span in spans], np.float32)


def _fuse(dense: Floats, words: Floats, weight_of_words: float) -> Floats:
    """Min-max normalise both (no match at all is the words' natural zero) and mix them."""
    spread = float(dense.max() - dense.min()) or 1.0
    most = float(words.max()) or 1.0
    return (1 - weight_of_words) * (dense - dense.min()) / spread + weight_of_words * words / most
