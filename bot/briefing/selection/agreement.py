"""How well what a sentence says is carried by the other origins of a story.

An origin carries a sentence as far as it has its words, each weighed by how rare it is, and a
sentence whose vector lies near its own. Copies of one story are one origin, so that none
supports another. Nothing here knows what the sentences are chosen for.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.briefing.sources import Source
from bot.engine import Floats, Line
from bot.grounding.words import listed, read_line
from bot.quotable import Candidate
from vectorstore.spelling import sound
from vectorstore.text import content_stems

Reals = NDArray[np.floating[Any]]

# Half of the support is the mean over all other origins, half over those that carry it best:
# of many articles on several events each event is told by a few. Of three, it is the same.
_BEST = 3
# Read off pairs of sentences in the samples: below, two sentences tell different things.
# Names and numbers tell one meeting from the next.
_NEAR, _SHARED, _NAMED = 0.72, 0.55, 0.55
_NEGATIONS = frozenset(listed("not no never nor neither none without hardly"))
_MARK = re.compile(r"\b[^\W\d_a-z]\w+|\d[\d.,]*")


class Agreement:
    """What the origins of `sources` have in common with sentences from them."""

    def __init__(self, sources: Sequence[Source]) -> None:
        names = list(dict.fromkeys(source.origin for source in sources))
        numbers = {name: number for number, name in enumerate(names)}
        self._origin_of = [numbers[source.origin] for source in sources]
        self._lines: list[Line] = []
        origins: list[int] = []
        for source in sorted(sources, key=lambda source: numbers[source.origin]):
            self._lines += source.lines
            origins += [numbers[source.origin]] * len(source.lines)
        self._origins = np.array(origins)
        self._vectors = np.stack([line.vector for line in self._lines])
        self._stems = [_stems(line.text, line.article.language) for line in self._lines]
        self._titles = [
            _stems(source.article.title or "", source.article.language) for source in sources
        ]
        held = Counter(stem for stems in self._stems for stem in stems)
        self._weight = {
            stem: math.log(1 + len(self._lines) / count) for stem, count in held.items()
        }

    @property
    def origins(self) -> int:
        """How many independent origins there are."""
        return int(self._origins[-1]) + 1

    def centrality(self, vectors: Floats) -> Reals:
        """Return how near each of the vectors lies to all the sentences, in the mean."""
        return vectors @ self._vectors.mean(axis=0)

    def support(self, candidates: Sequence[Candidate], vectors: Floats) -> Reals:
        """Return how well the other origins carry each candidate, in 0..2; 0 if there are none.

        That is the share of its words that an origin has, plus the cosine of its nearest
        sentence.
        """
        if self.origins == 1:
            return np.zeros(len(candidates), np.float32)
        carried = self._overlap(candidates) + self._nearest(vectors)
        own = [self._origin_of[each.article] for each in candidates]
        carried[np.arange(len(candidates)), own] = -np.inf
        carried = -np.sort(-carried, axis=1)[:, :-1]
        return (carried.mean(axis=1) + carried[:, :_BEST].mean(axis=1)) / 2

    def titled(self, candidates: Sequence[Candidate]) -> Reals:
        """Return the share of the titles' words that each candidate has, in the mean."""
        titles = [title for title in self._titles if title]
        weight: defaultdict[str, float] = defaultdict(float)
        for title in titles:
            for stem in title:
                weight[stem] += 1 / len(title) / len(titles)
        return np.array([sum(weight.get(stem, 0.0) for stem in _of(each)) for each in candidates])

    def carriers(self, candidates: Sequence[Candidate]) -> list[list[Line]]:
        """Return the sentences that tell what each candidate does, of each other origin one."""
        vectors = np.stack([each.line.vector for each in candidates])
        nearness = self._vectors @ vectors.T
        return [
            list(self._telling(each, nearness[:, column]).values())
            for column, each in enumerate(candidates)
        ]

    def _telling(self, candidate: Candidate, nearness: Reals) -> dict[int, Line]:
        said, named = _of(candidate), _marks(candidate.line.text)
        enough, enough_named = _SHARED * self._weigh(said), _NAMED * self._weigh(named)
        own = self._origin_of[candidate.article]
        telling: dict[int, Line] = {}
        near: list[int] = np.flatnonzero(nearness >= _NEAR).tolist()
        for place in sorted(near, key=lambda place: -float(nearness[place])):
            origin, stems = int(self._origins[place]), self._stems[place]
            if origin == own or origin in telling:
                continue
            line = self._lines[place]
            if (
                self._weigh(said & stems) >= enough
                and self._weigh(named & stems) >= enough_named
                and _agree(candidate.line.text, line.text)
            ):
                telling[origin] = line
        return telling

    def _weigh(self, stems: frozenset[str]) -> float:
        return sum(self._weight.get(stem, 0.0) for stem in stems)

    def _overlap(self, candidates: Sequence[Candidate]) -> Reals:
        """Return (candidates, origins): the share of each one's words that an origin has."""
        said = [_of(each) & self._weight.keys() for each in candidates]
        column = {stem: place for place, stem in enumerate(sorted(frozenset[str]().union(*said)))}
        words = np.zeros((len(said), len(column)), np.float32)
        for row, stems in enumerate(said):
            for stem in stems:
                words[row, column[stem]] = self._weight[stem]
        held = np.zeros((self.origins, len(column)), np.float32)
        for origin, stems in zip(self._origins.tolist(), self._stems, strict=True):
            held[origin, [column[stem] for stem in stems if stem in column]] = 1
        total = words.sum(axis=1, keepdims=True)
        return words @ held.T / np.where(total == 0, 1, total)

    def _nearest(self, vectors: Floats) -> Reals:
        """Return (candidates, origins): the cosine of the nearest sentence of each origin."""
        starts = np.searchsorted(self._origins, np.arange(self.origins))
        return np.maximum.reduceat(vectors @ self._vectors.T, starts, axis=1)


def _of(candidate: Candidate) -> frozenset[str]:
    return _stems(candidate.line.text, candidate.line.article.language)


def _marks(text: str) -> frozenset[str]:
    """Return the stems of names and numbers."""
    return _stems(" ".join(_MARK.findall(text)), None)


def _agree(claimed: str, held: str) -> bool:
    """Whether `held` has every number of `claimed`, and denies what that denies."""
    mine, theirs = ({word.key for word in read_line(text).words} for text in (claimed, held))
    numbers = {word.key for word in read_line(claimed).words if word.is_number}
    return numbers <= theirs and mine.isdisjoint(_NEGATIONS) == theirs.isdisjoint(_NEGATIONS)


@lru_cache(maxsize=16_384)
def _stems(text: str, language: str | None) -> frozenset[str]:
    # Kiev and Kyiv are one word.
    return frozenset(map(sound, content_stems(text, language)))
