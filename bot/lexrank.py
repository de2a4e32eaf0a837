"""LexRank, the summariser that others measure theirs against.

Continuous LexRank (Erkan and Radev, "LexRank: Graph-based Lexical Centrality as Salience in
Text Summarization", JAIR 22, 2004, section 3.3): a sentence counts for the sentences that are
like it, each weighted by how much it counts itself. It serves for comparing only, takes any
sentence, and knows nothing of articles, outlets or wording.
"""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vectorstore.text import content_stems

_DAMPING = 0.85  # the share of a step that follows likeness, as in the paper
_LIKE = 0.1  # cosines below count as none, as in the paper
_SAME = 0.7  # a sentence this like one that is taken says nothing new
_STEPS, _STILL = 100, 1e-6


def lexrank(sentences: Sequence[str], words: int) -> list[int]:
    """Return the places of the sentences that sum up all, in order, in at most `words` words.

    They are taken by rank; one that says the same as one that is taken, or is too long for
    what is left, is passed over.
    """
    likeness = _cosines(sentences)
    taken: list[int] = []
    left = words
    for place in map(int, np.argsort(-_ranks(likeness), kind="stable")):
        sentence = sentences[place]
        length = len(sentence.split())
        if 0 < length <= left and all(likeness[place, other] < _SAME for other in taken):
            taken.append(place)
            left -= length
    return sorted(taken)


def _cosines(sentences: Sequence[str]) -> NDArray[np.float64]:
    """Return (sentences, sentences): the cosines of their TF-IDF vectors."""
    counts = [Counter(content_stems(sentence)) for sentence in sentences]
    holding = Counter(stem for count in counts for stem in count)
    column = {stem: place for place, stem in enumerate(holding)}
    vectors = np.zeros((len(sentences), len(column)))
    for row, count in enumerate(counts):
        for stem, times in count.items():
            vectors[row, column[stem]] = times * math.log(1 + len(sentences) / holding[stem])
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(lengths == 0, 1, lengths)
    return vectors @ vectors.T


def _ranks(likeness: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each sentence's rank: the stationary distribution of the damped walk."""
    count = len(likeness)
    weights = np.where(likeness >= _LIKE, likeness, 0)
    sums = weights.sum(axis=1, keepdims=True)
    # A sentence without a content word is like none, and leads anywhere.
    steps = np.divide(weights, sums, out=np.full_like(weights, 1 / max(1, count)), where=sums > 0)
    ranks = np.full(count, 1 / max(1, count))
    for _ in range(_STEPS):
        moved = (1 - _DAMPING) / max(1, count) + _DAMPING * (steps.T @ ranks)
        if np.abs(moved - ranks).sum() < _STILL:
            return moved
        ranks = moved
    return ranks
