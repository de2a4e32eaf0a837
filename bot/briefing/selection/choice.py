"""Chooses among candidates: which go together, fill a length and can be read in order.

Knows what the pool's arrays say of them, and nothing of texts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.briefing.selection.agreement import Reals
from bot.briefing.selection.pool import Bools, Ints, Pool

# Of the sentences of a text, the most that one outlet may have where others would do.
MOST_OF_ONE = 0.6

# Of two sentences on the same day with a higher cosine, one says little that the other does
# not: .75 was best of .65 to .9 by ROUGE-2 over the AllSides development set, and .8 lost
# less by it than a text that stays short. Those of different days are more alike for what
# they do not share. Of one origin, all but the same sentence with a word changed may be told.
_ALIKES, _ALIKES_OF_ONE, _ALIKE_ON_OTHER_DAY = (0.75, 0.8), (0.9,), 0.8
# Of the sentences, the most from one outlet; the next are tried where others have too little.
_SHARES = (MOST_OF_ONE, 2 / 3, 3 / 4, 1.0)
# Of the sentences that give a party's word, the most that give the same one's.
_OF_ONE_PARTY = 2 / 3
# What each sentence above it costs, by the worth of sentences of one origin and of several.
_ONE_PARTY_OF_ONE, _ONE_PARTY = 0.5, 1.5
_SAME_DAY = 0.1  # for each sentence of the same day, so that the weeks between are told too
# Of one article, what has been said is weighed against what is worth saying (MMR: Carbonell
# and Goldstein, SIGIR 1998).
_REPEATS = 0.67
# Where what goes with the best lead fills less of the length than this, the next is tried, and
# then more from one outlet, if the text gets so much longer by it.
_LEADS, _ENOUGH, _MUCH_LONGER = 4, 0.7, 1.2
# How far an exchange looks: sentences to give up, others to begin with, and how often.
_GIVEN_UP, _TRIED, _ROUNDS = 8, 6, 3


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long a choice may be, in words or in sentences, and how long it should be at least.

    `count` is the most sentences whichever it is measured in.
    """

    least: int
    most: int
    count: int | None
    by_words: bool


class Choice:
    """Finds the best choice from a pool within bounds."""

    def __init__(self, pool: Pool, bounds: Bounds, *, lead_first: bool) -> None:
        self._pool = pool
        self._lead_first = lead_first
        self._bounds = bounds
        self._size = pool.words if bounds.by_words else np.ones_like(pool.words)
        self._several_days = len(set(pool.day.tolist())) > 1
        self._share = _SHARES[-1]
        self._blocked = np.zeros_like(pool.likeness, np.bool_)

    def best(self) -> list[int]:
        """Return the rows of the best choice in reading order."""
        best: list[int] = []
        for share in self._shares():
            found = self._sharing(share)
            if self._length(found) >= _MUCH_LONGER * self._length(best):
                best = found
            if self._is_long(best):
                break
        return best if self._lead_first else sorted(best, key=lambda row: self._pool.rank[row])

    def _sharing(self, share: float) -> list[int]:
        """Return the best choice in which no outlet has more than its share."""
        best: list[int] = []
        for lead in self._leads():
            best = max(best, self._led_by(lead, share), key=self._length)
            if self._is_long(best):
                break
        return best

    def _shares(self) -> Sequence[float]:
        several = len(set(self._pool.outlet.tolist())) > 1
        return _SHARES if several else _SHARES[-1:]

    def _is_long(self, rows: Sequence[int]) -> bool:
        return self._length(rows) >= _ENOUGH * self._bounds.least

    def _led_by(self, lead: int, share: float) -> list[int]:
        """Return the choice behind `lead`, of sentences as unlike as still fill the length.

        No outlet has more than `share` of them.
        """
        self._share = share
        best: list[int] = []
        for limit in _ALIKES_OF_ONE if self._pool.single else _ALIKES:
            self._blocked = self._too_alike(limit)
            best = max(best, self._shared(lead), key=self._length)
            if self._length(best) >= self._bounds.least:
                break
        return best

    def _shared(self, lead: int) -> list[int]:
        """Return the best choice behind `lead` that leaves each outlet its share."""
        found = self._filled([lead], len(self._pool.candidates))
        from_one = self._most_of(found)
        while True:
            found = self._improved(self._filled([lead], from_one), from_one)
            if not self._excess(found) or from_one == 1:
                return found
            from_one = min(from_one - 1, self._most_of(found))

    def _most_of(self, rows: Sequence[int]) -> int:
        """Return how many of so many sentences one outlet may have."""
        return max(1, int(self._share * len(rows) + 1e-6))

    def _excess(self, rows: Sequence[int]) -> int:
        """Return how many sentences too many one outlet has."""
        most = int(np.bincount(self._pool.outlet[rows]).max())
        return max(0, most - self._most_of(rows))

    def _too_alike(self, limit: float) -> Bools:
        pool = self._pool
        same_day = pool.day[:, None] == pool.day[None, :]
        far = max(limit, _ALIKE_ON_OTHER_DAY)
        return pool.likeness >= np.where(same_day, limit, far)

    def _leads(self) -> list[int]:
        """Return the rows of the best sentences that stand by themselves, best first."""
        pool = self._pool
        stands = (pool.before == -1) & ~pool.resumes & ~pool.bare.any(axis=1)
        stands &= self._size <= self._bounds.most
        order = np.argsort(np.where(stands, -pool.worth, np.inf), kind="stable")
        return [int(row) for row in order[:_LEADS] if stands[row]]

    def _filled(self, taken: Sequence[int], from_one: int) -> list[int]:
        """Return the choice with the best added, one by one, as long as any may be."""
        rows = list(taken)
        while (allowed := self._allowed(rows, from_one)).any():
            rows.append(int(np.argmax(np.where(allowed, self._gain(rows), -np.inf))))
        return self._in_order(rows)

    def _allowed(self, rows: Sequence[int], from_one: int) -> Bools:
        """Return which candidates may be added to those in `rows`, the lead first."""
        pool, bounds = self._pool, self._bounds
        if bounds.count is not None and len(rows) >= bounds.count:
            return np.zeros(len(pool.candidates), np.bool_)
        allowed = self._size <= bounds.most - self._length(rows)
        allowed &= ~self._blocked[rows].any(axis=0)
        full = np.bincount(pool.outlet[rows], minlength=pool.outlet.max() + 1) >= from_one
        return allowed & ~full[pool.outlet] & self._understood(rows)

    def _understood(self, rows: Sequence[int]) -> Bools:
        """Return which candidates have before them, in the order of telling, what they need."""
        pool = self._pool
        taken = np.zeros(len(pool.candidates) + 2, np.bool_)
        taken[rows] = True
        taken[-1] = True  # leans on nothing
        first = np.full(pool.article.max() + 1, np.iinfo(np.int64).max)
        np.minimum.at(first, pool.article[rows], pool.number[rows])
        rank = pool.rank[rows].copy()
        if self._lead_first:
            rank[0] = -1
        known_at = np.where(pool.full[rows], rank[:, None], len(pool.candidates))
        unknown = pool.bare & (known_at.min(axis=0)[None, :] >= pool.rank[:, None])
        resumed = ~pool.resumes | (first[pool.article] < pool.number)
        return taken[pool.before] & resumed & ~unknown.any(axis=1)

    def _gain(self, rows: Sequence[int]) -> Reals:
        """Return what each candidate would add to those in `rows`."""
        return self._beside(rows) - self._one_sided(rows)

    def _beside(self, rows: Sequence[int]) -> Reals:
        """Return what each candidate is worth beside those in `rows`, whoever's word it gives."""
        pool = self._pool
        gain = pool.worth
        if pool.single:
            gain = gain - _REPEATS * pool.likeness[rows].max(axis=0)
        if self._several_days:
            counts = np.bincount(pool.day[rows], minlength=pool.day.max() + 1)
            gain = gain - _SAME_DAY * counts[pool.day].astype(np.float32)
        return gain

    def _one_sided(self, rows: Sequence[int]) -> Reals:
        """Return what each candidate costs for giving the word that one party has already.

        It is below 0 where another party's word is missing. The first to speak costs nothing.
        """
        pool = self._pool
        told = self._by_party(rows)
        if not told.any():
            return np.zeros(len(pool.candidates))
        with_one_more = told[None, :] + np.eye(len(told), dtype=np.int64)
        cost = [self._imbalance(each) - self._imbalance(told) for each in with_one_more]
        # The last is for those that give no party's word: their party is -1.
        return np.array([*cost, 0.0])[pool.party]

    def _by_party(self, rows: Sequence[int]) -> Ints:
        """Return how many of the sentences give each party's word."""
        parties = int(self._pool.party.max()) + 1
        return np.bincount(self._pool.party[rows] + 1, minlength=parties + 1)[1:]

    def _imbalance(self, by_party: Ints) -> float:
        """Return what it costs that so many sentences give each party's word."""
        most = int(by_party.max(initial=0))
        weight = _ONE_PARTY_OF_ONE if self._pool.single else _ONE_PARTY
        return weight * max(0.0, most - _OF_ONE_PARTY * int(by_party.sum()))

    def _improved(self, rows: list[int], from_one: int) -> list[int]:
        """Return the choice after exchanges that fill the length with more that is worth it."""
        for _ in range(_ROUNDS):
            best, merit = rows, self._merit(rows)
            for other in self._exchanged(rows, from_one):
                if (merits := self._merit(other)) > merit:
                    best, merit = other, merits
            if best == rows:
                break
            rows = best
        return rows

    def _exchanged(self, rows: Sequence[int], from_one: int) -> Iterator[list[int]]:
        weakest = sorted(rows[1:], key=lambda row: (self._pool.worth[row], row))[:_GIVEN_UP]
        excess = self._excess(rows)
        for given_up in weakest:
            rest = [row for row in rows if row != given_up]
            if not self._understood(rest)[rest].all():
                continue
            allowed = self._allowed(rest, from_one)
            allowed[given_up] = False
            gain = np.where(allowed, self._gain(rest), -np.inf)
            filling = np.argsort(-gain * self._size, kind="stable")[:_TRIED].tolist()
            if excess:
                # A shorter one leaves room for another outlet's.
                filling += np.argsort(-gain, kind="stable")[:_TRIED].tolist()
            for row in dict.fromkeys(filling):
                if allowed[row]:
                    yield self._filled(self._in_order([*rest, row]), from_one)

    def _merit(self, rows: Sequence[int]) -> tuple[int, float]:
        """Return what choices are compared by: the fewest too many of one outlet, the value."""
        return -self._excess(rows), round(self._value(rows), 6)

    def _value(self, rows: Sequence[int]) -> float:
        """Return what a choice is worth: its sentences, each by its length."""
        total = 0.0
        for place, row in enumerate(rows):
            beside = self._beside(rows[:place])[row] if place else self._pool.worth[row]
            total += float(beside) * int(self._size[row])
        return total - self._imbalance(self._by_party(rows)) * self._length(rows) / len(rows)

    def _length(self, rows: Sequence[int]) -> int:
        return int(self._size[list(rows)].sum())

    def _in_order(self, rows: Sequence[int]) -> list[int]:
        """Return the lead, what leans on it, and the rest in the order of telling."""
        lead, *others = rows
        others.sort(key=lambda row: self._pool.rank[row])
        told = [lead]
        while behind := next((r for r in others if self._pool.before[r] == told[-1]), None):
            told.append(behind)
            others.remove(behind)
        return told + others
