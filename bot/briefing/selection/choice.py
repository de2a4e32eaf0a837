"""Chooses among candidates: which go together, fill a length and can be read in order.

Knows what the pool's arrays say of them, and nothing of texts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.briefing.selection.agreement import Reals
from bot.briefing.selection.pool import Bools, Pool

# Of two sentences on the same day with a higher cosine, one says little that the other does
# not: .75 was best of .65 to .9 by ROUGE-2 over the AllSides development set, and .8 lost
# less by it than a text that stays short. Those of different days are more alike for what
# they do not share. Above the last, it is the same sentence with a word or two changed.
_ALIKE, _ALIKE_IF_SHORT, _ALIKE_ON_OTHER_DAY, _SAME = 0.75, 0.8, 0.8, 0.9
_SHARE = 0.6  # of the sentences, the most from one outlet
_SAME_DAY = 0.1  # for each sentence of the same day, so that the weeks between are told too
# Of one article, what has been said is weighed against what is worth saying (MMR: Carbonell
# and Goldstein, SIGIR 1998).
_REPEATS = 0.67
# Where what goes with the best lead fills less of the length than this, the next is tried.
_LEADS, _ENOUGH = 2, 0.5
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


@dataclass(frozen=True, slots=True)
class _Rules:
    """What is asked of a choice; the last rules are given up first."""

    alike: float
    from_one: int


class Choice:
    """Finds the best choice from a pool within bounds."""

    def __init__(self, pool: Pool, bounds: Bounds, *, lead_first: bool) -> None:
        self._pool = pool
        self._lead_first = lead_first
        self._bounds = bounds
        self._size = pool.words if bounds.by_words else np.ones_like(pool.words)
        self._several_days = len(set(pool.day.tolist())) > 1
        self._blocked = np.zeros_like(pool.likeness, np.bool_)

    def best(self) -> list[int]:
        """Return the rows of the best choice in reading order."""
        best: list[int] = []
        for lead in self._leads():
            best = max(best, self._led_by(lead), key=self._length)
            if self._length(best) >= _ENOUGH * self._bounds.least:
                break
        return best if self._lead_first else sorted(best, key=lambda row: self._pool.rank[row])

    def _led_by(self, lead: int) -> list[int]:
        """Return the choice behind `lead`, under the strictest rules that fill the length."""
        best: list[int] = []
        for rules in self._relaxed():
            best = max(best, self._search(lead, rules), key=self._length)
            if self._length(best) >= self._bounds.least:
                break
        return best

    def _relaxed(self) -> Iterator[_Rules]:
        """Yield rules, each set less strict than the one before."""
        alike = [_SAME] if self._pool.single else [_ALIKE, _ALIKE_IF_SHORT]
        everything = len(self._pool.candidates)
        if len(set(self._pool.outlet.tolist())) > 1:
            for limit in alike:
                yield _Rules(limit, 0)
        for limit in alike:
            yield _Rules(limit, everything)

    def _search(self, lead: int, rules: _Rules) -> list[int]:
        self._blocked = self._too_alike(rules.alike)
        if rules.from_one:
            return self._improved(self._filled([lead], rules.from_one), rules.from_one)
        return self._shared(lead)

    def _shared(self, lead: int) -> list[int]:
        """Return the best choice in which no outlet has more than its share."""
        pool = self._pool
        from_one = max(1, int(_SHARE * len(self._filled([lead], len(pool.candidates)))))
        found: list[int] = []
        while from_one:
            found = self._improved(self._filled([lead], from_one), from_one)
            most = max(np.bincount(pool.outlet[found]), default=0)
            if most <= max(1, int(_SHARE * len(found))):
                break
            from_one = min(from_one - 1, max(1, int(_SHARE * len(found))))
        return found

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
        """Return what each candidate is worth beside those in `rows`."""
        pool = self._pool
        gain = pool.worth
        if pool.single:
            gain = gain - _REPEATS * pool.likeness[rows].max(axis=0)
        if self._several_days:
            counts = np.bincount(pool.day[rows], minlength=pool.day.max() + 1)
            gain = gain - _SAME_DAY * counts[pool.day].astype(np.float32)
        return gain

    def _improved(self, rows: list[int], from_one: int) -> list[int]:
        """Return the choice after exchanges that fill the length with more that is worth it."""
        for _ in range(_ROUNDS):
            best, value = rows, self._value(rows)
            for other in self._exchanged(rows, from_one):
                if (worth := self._value(other)) > value + 1e-6:
                    best, value = other, worth
            if best == rows:
                break
            rows = best
        return rows

    def _exchanged(self, rows: Sequence[int], from_one: int) -> Iterator[list[int]]:
        weakest = sorted(rows[1:], key=lambda row: (self._pool.worth[row], row))[:_GIVEN_UP]
        for given_up in weakest:
            rest = [row for row in rows if row != given_up]
            if not self._understood(rest)[rest].all():
                continue
            allowed = self._allowed(rest, from_one)
            allowed[given_up] = False
            filling = np.where(allowed, self._gain(rest) * self._size, -np.inf)
            for row in np.argsort(-filling, kind="stable")[:_TRIED].tolist():
                if allowed[row]:
                    yield self._filled(self._in_order([*rest, row]), from_one)

    def _value(self, rows: Sequence[int]) -> float:
        """Return what a choice is worth: its sentences, each by its length."""
        total = 0.0
        for place, row in enumerate(rows):
            beside = self._gain(rows[:place])[row] if place else self._pool.worth[row]
            total += float(beside) * int(self._size[row])
        return total

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
