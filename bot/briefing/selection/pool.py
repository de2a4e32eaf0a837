"""What there is to choose from, as arrays: each candidate's worth, and what goes with what."""

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.briefing.selection.agreement import Agreement, Reals
from bot.engine import Floats
from bot.neutrality.vader import density
from bot.quotable import Candidate

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Candidates whose support is worked out, and of those, the ones that are chosen from.
_HEARD, _MOST = 1_500, 600

# What counts for how much beside support, which counts 1, where there are several origins.
# Round numbers in the middle of the range in which ROUGE-1 recall and ROUGE-2 F1 were within
# 0.3 of their best over the whole AllSides development set (`parley eval neutrality`): place 0
# to 1.5, titles 1, loaded words 2 to 4.5. Place takes the upper end, since the set holds no
# more of an article than its beginning: in whole articles, what each event came to stands there.
_PLACE, _TITLED, _LOADED, _BEARING, _SPOKEN = 1.5, 1.0, 4.0, 1.0, 0.1
_FADES = 4.0  # sentences after which the place counts for half
# A weekday in a text on several days may be taken for another week's.
_WEEKDAY = 0.1

# A single origin has no support, and its centre counts, and what the parties say: found by
# reading the summaries of a dozen reports.
_CENTRAL_OF_ONE, _PLACE_OF_ONE, _SPOKEN_OF_ONE, _LOADED_OF_ONE = 0.5, 0.5, 0.12, 1.0
_LENGTHY, _SLIGHT = 0.01, 0.05  # for each word beyond these two, or short of the other
_EASY, _FULL = 30, 12

# "28 February: Delegations met": an entry of a list, which is not in its place among others.
_ENTRY = 0.5
_LABEL = re.compile(r"\S+(?: \S+){0,3}: ")
_DAY_NAME = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)
_DATED = re.compile(r"\b\d{1,2}\b")


@dataclass(frozen=True, slots=True)
class Pool:
    """Candidates with what is known of each; every array has a row for each of them.

    `before` is the row of the sentence that it leans on, -1 if on none and -2 if that one
    cannot be chosen; `rank` its place in the order of telling; `bare` and `full` are
    (candidates, names).
    """

    candidates: Sequence[Candidate]
    single: bool
    worth: Reals
    words: Ints
    likeness: Floats
    article: Ints
    number: Ints
    outlet: Ints
    day: Ints
    rank: Ints
    before: Ints
    resumes: Bools
    bare: Bools
    full: Bools

    @classmethod
    def of(
        cls, candidates: Sequence[Candidate], bearing: Sequence[float], agreement: Agreement
    ) -> Self:
        """Make a pool of the best of `candidates`, each of which bears so much on the topic."""
        vectors = np.stack([each.line.vector for each in candidates])
        bears = np.array(bearing, np.float32)
        rough = agreement.centrality(vectors) + _place(candidates) + _BEARING * bears
        heard = np.sort(np.argsort(-rough, kind="stable")[:_HEARD])
        shortlist = [candidates[row] for row in map(int, heard)]
        worth = _worth(shortlist, vectors[heard], bears[heard], agreement)
        kept = np.sort(np.argsort(-worth, kind="stable")[:_MOST])
        return cls._made(
            [shortlist[row] for row in map(int, kept)],
            worth[kept],
            vectors[heard][kept],
            agreement.origins == 1,
        )

    @classmethod
    def _made(
        cls, candidates: Sequence[Candidate], worth: Reals, vectors: Floats, single: bool
    ) -> Self:
        rows = {(each.article, each.number): row for row, each in enumerate(candidates)}
        order = sorted(range(len(candidates)), key=lambda row: _told(candidates[row]))
        rank = np.empty(len(candidates), np.int64)
        rank[order] = np.arange(len(candidates))
        bare, full = _named(candidates)
        return cls(
            candidates,
            single,
            worth,
            np.array([len(each.text.split()) for each in candidates]),
            vectors @ vectors.T,
            np.array([each.article for each in candidates]),
            np.array([each.number for each in candidates]),
            _numbered(candidates, _outlet),
            _numbered(candidates, lambda each: each.day),
            rank,
            np.array(
                [
                    rows.get((each.article, each.number - 1), -2) if each.leans else -1
                    for each in candidates
                ]
            ),
            np.array([each.resumes for each in candidates]),
            bare,
            full,
        )


def _worth(
    candidates: Sequence[Candidate], vectors: Floats, bears: Floats, agreement: Agreement
) -> Reals:
    """Return what each candidate is worth by itself: about 0 to 1 of one origin, 0 to 4 of more."""
    spoken = np.array([each.speaks for each in candidates], np.float32)
    loaded = np.array([density(each.text) for each in candidates], np.float32)
    place = _place(candidates)
    if agreement.origins == 1:
        nearness = agreement.centrality(vectors)
        central = (nearness - nearness.min()) / (float(np.ptp(nearness)) or 1.0)
        worth = _CENTRAL_OF_ONE * central + _PLACE_OF_ONE * place + _SPOKEN_OF_ONE * spoken
        worth = worth - _LOADED_OF_ONE * loaded
    else:
        support = agreement.support(candidates, vectors)
        titled = agreement.titled(candidates)
        worth = support + _PLACE * place + _TITLED * titled
        worth = worth + _SPOKEN * spoken - _LOADED * loaded
    unclear = np.array([_unclear(each) for each in candidates], np.float32)
    several = len({each.day for each in candidates}) > 1
    return worth + _BEARING * bears - _awkward(candidates) - several * _WEEKDAY * unclear


def _place(candidates: Sequence[Candidate]) -> Floats:
    return np.array([1 / (1 + each.number / _FADES) for each in candidates], np.float32)


def _awkward(candidates: Sequence[Candidate]) -> Floats:
    return np.array(
        [
            _LENGTHY * max(0, each.words - _EASY)
            + _SLIGHT * max(0, _FULL - each.words)
            + _ENTRY * (_LABEL.match(each.text) is not None)
            for each in candidates
        ],
        np.float32,
    )


def _unclear(candidate: Candidate) -> bool:
    """Whether it names a day of the week without a date."""
    text = candidate.text
    return _DAY_NAME.search(text) is not None and _DATED.search(text) is None


def _told(candidate: Candidate) -> tuple[bool, str, int, int]:
    """Return by what sentences are ordered: the day of their article, then its place."""
    day = candidate.day
    return day is None, day or "", candidate.article, candidate.number


def _outlet(candidate: Candidate) -> Hashable:
    publisher = candidate.line.article.publisher
    return publisher.casefold() if publisher else candidate.article


def _numbered(candidates: Sequence[Candidate], what: Callable[[Candidate], Hashable]) -> Ints:
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(what(each), len(numbers)) for each in candidates])


def _named(candidates: Sequence[Candidate]) -> tuple[Bools, Bools]:
    """Return (candidates, names) twice: what each names barely, and what in full."""
    column = {name: place for place, name in enumerate(sorted(_all_bare(candidates)))}
    bare = np.zeros((len(candidates), len(column)), np.bool_)
    full = np.zeros((len(candidates), len(column)), np.bool_)
    for row, each in enumerate(candidates):
        bare[row, [column[name] for name in each.bare]] = True
        full[row, [column[name] for name in each.full if name in column]] = True
    return bare, full


def _all_bare(candidates: Sequence[Candidate]) -> frozenset[str]:
    return frozenset[str]().union(*(each.bare for each in candidates))
