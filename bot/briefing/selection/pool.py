"""What there is to choose from, as arrays: each candidate's worth, and what goes with what."""

import re
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.briefing.selection.agreement import Agreement, Reals
from bot.engine import Floats, Line
from bot.neutrality.vader import density
from bot.quotable import Candidate
from vectorstore.text import tokens

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

# "Site: the town hall": an entry of a list, which is not in its place among others, and that
# of a chronology, "28 February: Delegations met", belongs into a timeline.
_ENTRY, _DATED_ENTRY, _DATED_ENTRY_OF_ONE = 0.5, 3.0, 1.0
_LABEL = re.compile(r"\S+(?: \S+){0,3}: ")
_DATE_LABEL = re.compile(
    r"(?:[^\W\d]+, )?(?:\d{1,2}\.? [^\W\d]+\.?(?:,? \d{4})?"
    r"|[^\W\d]+\.? \d{1,2}(?:, \d{4})?|\d{4}-\d\d-\d\d)(?::| [-–—]) "
)
_QUOTED = re.compile(r"[\"“«]([^\"“”«»]+)[\"”»]")
_QUOTE = 4  # words; fewer may be a term
_DAY_NAME = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)
_DATED = re.compile(r"\b\d{1,2}\b")


@dataclass(frozen=True, slots=True)
class Pool:
    """Candidates with what is known of each; every array has a row for each of them.

    `before` is the row of the sentence that it leans on, -1 if on none and -2 if that one
    cannot be chosen; `rank` its place in the order of telling; `bare` and `full` are
    (candidates, names). `party` is whose word it gives, -1 if nobody's; all are if the
    candidates give the word of one party alone.
    """

    candidates: Sequence[Candidate]
    single: bool
    worth: Reals
    words: Ints
    likeness: Floats
    article: Ints
    number: Ints
    outlet: Ints
    party: Ints
    day: Ints
    rank: Ints
    before: Ints
    resumes: Bools
    bare: Bools
    full: Bools

    @classmethod
    def of(
        cls,
        candidates: Sequence[Candidate],
        bearing: Sequence[float],
        agreement: Agreement,
        parties: Sequence[str | None],
    ) -> Self:
        """Make a pool of the best of `candidates`.

        Each bears so much on the topic and gives the word of one of `parties`, None if nobody's.
        """
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
            [parties[row] for row in map(int, heard[kept])],
        )

    @classmethod
    def _made(
        cls,
        candidates: Sequence[Candidate],
        worth: Reals,
        vectors: Floats,
        single: bool,
        parties: Sequence[str | None],
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
            _likeness(candidates, vectors),
            np.array([each.article for each in candidates]),
            np.array([each.number for each in candidates]),
            _numbered([outlet(each.line) for each in candidates]),
            _numbered_parties(parties),
            _numbered([each.day for each in candidates]),
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
    return worth + _BEARING * bears - _awkward(candidates, agreement) - several * _WEEKDAY * unclear


def _place(candidates: Sequence[Candidate]) -> Floats:
    return np.array([1 / (1 + each.number / _FADES) for each in candidates], np.float32)


def _awkward(candidates: Sequence[Candidate], agreement: Agreement) -> Floats:
    dated = _DATED_ENTRY_OF_ONE if agreement.origins == 1 else _DATED_ENTRY
    return np.array(
        [
            _LENGTHY * max(0, each.words - _EASY)
            + _SLIGHT * max(0, _FULL - each.words)
            + _ENTRY * (_LABEL.match(each.text) is not None)
            + dated * (_DATE_LABEL.match(each.text) is not None)
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


def outlet(line: Line) -> Hashable:
    """Return what stands for the outlet of a line: its article itself if that names none."""
    article = line.article
    return article.publisher.casefold() if article.publisher else (article.id,)


def _likeness(candidates: Sequence[Candidate], vectors: Floats) -> Floats:
    """Return the cosines; 1 for two sentences that give the same words of someone."""
    likeness = vectors @ vectors.T
    quoting: defaultdict[str, list[int]] = defaultdict(list)
    for row, each in enumerate(candidates):
        for quoted in _QUOTED.findall(each.text):
            words = tokens(quoted)
            if len(words) >= _QUOTE:
                quoting[" ".join(words)].append(row)
    for rows in quoting.values():
        likeness[np.ix_(rows, rows)] = 1.0
    return likeness


def _numbered(of: Sequence[Hashable]) -> Ints:
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(each, len(numbers)) for each in of])


def _numbered_parties(parties: Sequence[str | None]) -> Ints:
    named = sorted({party for party in parties if party is not None})
    if len(named) < 2:
        return np.full(len(parties), -1)
    numbers = {party: number for number, party in enumerate(named)}
    return np.array([-1 if party is None else numbers[party] for party in parties])


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
