"""Says which dates of a sentence tell when something happens, and which only name something.

“On Monday” and “said Tuesday” tell when; “Monday's round”, “the 4 May vote” and “on Mondays” do
not, nor does a date behind “since” or “until”, which is that of something else. English only.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.briefing.timeline.main_clause import Clauses
from bot.grounding.dates import Moment
from bot.grounding.words import Line, listed

_ASIDE = frozenset(
    listed("since until till before after through than around about to during between")
)
_DETERMINERS = frozenset(
    listed("the a an his her its their our my every each these those some any another that")
)
_PARTS_OF_DAY = frozenset(listed("morning afternoon evening night day hours midday end start"))
_BEFORE_DATES = frozenset(listed("on in by early late mid of"))
_TO_WHEN = frozenset(listed("to early late mid"))
_FEAST = frozenset(listed("super black good holy ash palm cyber bloody easter giving fat"))
# “Postponed from Monday to Thursday”: nothing happened on Monday.
_MOVED = frozenset(listed("postponed moved delayed rescheduled deferred"))
_REACH_OF_BY = 4  # words, as in “by the end of May”


@dataclass(frozen=True)
class Adjuncts:
    """The dates `found` in a line with these clauses."""

    clauses: Clauses
    found: Sequence[Moment]

    def tells_when(self, moment: Moment) -> bool:
        """Say whether a date tells when, and is no part of a name."""
        before = self._key(moment.first - 1)
        if self._is_owner(moment) or before in _ASIDE or before in _FEAST:
            return False
        if "to" in (before, self._key(moment.first - 2)) and before in _TO_WHEN:
            # “Put off to mid-May”, and “from 2 to 5 May” is one date by itself.
            return False
        if moment.relative in ("before", "after"):
            # “The day before” what? Only where nothing follows.
            return self._ends_phrase(moment)
        if before == "of":
            return self._key(moment.first - 2) in _PARTS_OF_DAY
        if before in _DETERMINERS:
            return self._key(moment.first - 2) == "on" and moment.day is not None
        return self._is_placed(moment) and self._key(moment.last + 1) not in ("or", "until")

    def is_deadline(self, moment: Moment) -> bool:
        """Say whether it is “by Monday”, or “by the end of May”."""
        return any(self._key(at) == "by" for at in range(moment.first - _REACH_OF_BY, moment.first))

    def _is_owner(self, moment: Moment) -> bool:
        """Say whether it is “Monday's”, “Monday night's” or “on Mondays”."""
        words = self._line.words
        if moment.weekday is not None and words[moment.first].key.endswith("days"):
            return True
        last = moment.last + (self._key(moment.last + 1) in _PARTS_OF_DAY)
        return words[last].text.endswith(("'s", "’s", "s'", "s’"))

    def _is_placed(self, moment: Moment) -> bool:
        """Say whether a preposition or a comma makes a date of “4 May”, as in no “May 4 vote”."""
        at = moment.first
        before = self._key(at - 1)
        if before == "for":
            return self.clauses.tense_at(at) == "ahead"
        if before == "from":
            is_start = moment.day is not None or moment.weekday is not None
            return is_start and not any(word.key in _MOVED for word in self._line.words)
        if moment.month is None or before in _BEFORE_DATES or at == 0 or self._line.breaks(at):
            return True
        beside = any(other.last == at - 1 and other.weekday is not None for other in self.found)
        return beside or (at - 1) in self.clauses.verbs

    def _ends_phrase(self, moment: Moment) -> bool:
        """Say whether “the day before” is the whole phrase."""
        words = self._line.words
        last = moment.last + (self._key(moment.last + 1) in ("before", "after", "earlier", "later"))
        return last + 1 >= len(words) or self._line.breaks(last + 1)

    @property
    def _line(self) -> Line:
        return self.clauses.line

    def _key(self, index: int) -> str:
        return self._line.words[index].key if 0 <= index < len(self._line.words) else ""
