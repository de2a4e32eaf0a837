"""Reads from a sentence which of its words belong to its main clause, and in which tense.

By the words that open a subordinate clause and by what looks like a finite verb; no parser.
Where the two leave a doubt, a word is said not to belong to the main clause. English only;
what is quoted should have been masked by spaces before.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from bot.grounding.verbs import SAYING
from bot.grounding.words import Line, listed
from vectorstore.text import PAST_FORMS

Tense = Literal["past", "ahead", "present", "maybe"]

# A full stop inside a sentence is that of an abbreviation.
_BREAK = re.compile(r"[,;:!?…()\[\]\"“”«»„]|\s[-–—]+\s|—")
_IRREGULAR = PAST_FORMS | frozenset(
    listed("""
    was were had did been put cut set hit let shut cost spread split quit cast beat bid burst
    lay slid fed led bled bound caught crept dealt dug flew froze got hid hung hurt kept laid
    lent lit lost met paid rang rode rose sank sang sat sent shook shone slept sold sought spun
    stole stuck struck swept swore swung taught threw tore woke wore won wound wrote ate fell
    flung forgot forgave made overthrew overtook pled read rebuilt withstood wept ran shot
    """)
)
# They end like past forms and are none, or stand before nouns far more often.
_NO_VERBS = frozenset(
    listed("""
    need indeed speed feed exceed proceed succeed breed seed weed deed greed hundred united armed
    unprecedented limited advanced detailed supposed sacred naked wicked crooked beloved aged
    skilled unmanned unarmed sustained hatred embed associated related
    """)
)
_AHEAD = frozenset(listed("will shall would won't"))
# “Is due to”, “are planned for”: still ahead; “was due to”: nobody knows whether it happened.
_DUE = frozenset(listed("due scheduled slated planned set expected"))
_AUXILIARIES_PAST = frozenset(listed("was were had been"))
_MAYBE = frozenset(listed("may might could should must can cannot"))
_PRESENT = frozenset(listed("is are has have am does do says say plans expects hopes wants"))
# Behind one of these a form in -ed is an adjective, or a participle.
_DETERMINERS = frozenset(
    listed("""
    the a an his her its their our my your this these those some any no every each of very
    newly recently well more most so as with for in on by
    """)
)
# They open a clause, or a phrase with a time of its own.
_PREPOSED = frozenset(listed("since after before until till following during despite"))
_OPENERS = frozenset(
    listed("""
    when while whenever which who whom whose where because if unless although though whereas
    once lest whether how why what according
    """)
)
_PLANNING = frozenset(
    listed("""
    agreed agree agrees plans planned plan expected due set scheduled slated vowed promised
    pledged intends hopes wants ready preparing prepares asked ordered is are
    """)
)
_STATES = frozenset(("was", "were", "had", "been"))
_AUXILIARIES = frozenset(listed("is are was were has have had been do does did will would"))
_PASSIVE_NOW = frozenset(("is", "are", "am"))
# “On the day when”: when something else was, and not what is told.
_TIME_NOUNS = frozenset(
    listed("""
    day days time times moment point night week month year years hour period stage
    """)
)
# No noun has one of these for its participle: “people wounded there died on Monday”.
_INTRANSITIVE = frozenset(
    listed("died arrived happened occurred appeared vanished collapsed erupted resigned lasted")
)
_LONGEST_INFINITIVE = 8
_LONGEST_GROUP = 3  # words from an auxiliary to its verb


@dataclass(frozen=True, slots=True)
class Segment:
    """Words `[first, end)` between marks that part clauses."""

    first: int
    end: int


@dataclass(frozen=True)
class Clauses:
    """The clauses of a line."""

    line: Line

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The stretches between commas and the like, in order."""
        count = len(self.line.words)
        cuts = [at for at in range(1, count) if self._breaks(at)]
        return tuple(
            Segment(first, end) for first, end in zip([0, *cuts], [*cuts, count], strict=True)
        )

    def segment_at(self, index: int) -> int:
        """Return the number of the segment that word `index` stands in."""
        for number, segment in enumerate(self.segments):
            if index < segment.end:
                return number
        return len(self.segments) - 1

    @cached_property
    def verbs(self) -> tuple[int, ...]:
        """The words that look like finite verbs."""
        return tuple(self._tenses)

    def tense_of(self, index: int) -> Tense | None:
        """Return the tense of a word that looks like a finite verb, None of any other."""
        return self._tenses.get(index)

    @cached_property
    def _tenses(self) -> dict[int, Tense]:
        found: dict[int, Tense] = {}
        for at in range(len(self.line.words)):
            tense = self._read_tense(at)
            if tense is not None:
                found[at] = tense
        return found

    def _read_tense(self, index: int) -> Tense | None:
        word = self.line.words[index]
        key = word.key
        tense: Tense | None
        if key in _AHEAD or key.endswith("'ll"):
            tense = "ahead"
        elif key in _MAYBE:
            tense = "maybe"
        elif key == "due" or key in _PRESENT:
            tense = "present"
        else:
            tense = "past" if self._is_past(index) else None
        return None if tense and index and word.is_capital else tense

    def _is_past(self, index: int) -> bool:
        key = self._key(index)
        if key in _NO_VERBS or not (key in _IRREGULAR or (len(key) > 3 and key.endswith("ed"))):
            return False
        return self._key(index - 1) not in _DETERMINERS

    def opener_in(self, first: int, end: int) -> int | None:
        """Return the last word of `[first, end)` that opens a subordinate clause or phrase."""
        return next((at for at in range(end - 1, first - 1, -1) if self._opens(at)), None)

    def _opens(self, index: int) -> bool:
        key = self._key(index)
        if key in _PREPOSED:
            return not self._is_adverb(index)
        if key == "that":
            return self._is_relative(index)
        if key == "as":
            return any(index < verb < index + 6 for verb in self.verbs)
        return key in _OPENERS

    def _is_adverb(self, index: int) -> bool:
        """Say whether “since” or “before” stands alone: “had since talked”, “never before”."""
        alone = index + 1 == len(self.line.words) or self._breaks(index + 1)
        return self._key(index - 1) in ("had", "have", "has") or alone

    def _is_relative(self, index: int) -> bool:
        """Say whether “that” goes on from a noun, and not from a verb of saying."""
        behind = {word.key for word in self.line.words[max(0, index - 5) : index]}
        return behind.isdisjoint(SAYING | {"agreed", "found", "showed", "ruled", "saying"})

    def is_main(self, index: int) -> bool:
        """Say whether word `index` belongs to the main clause, as far as can be seen."""
        number = self.segment_at(index)
        segment = self.segments[number]
        if self.opener_in(segment.first, index) is not None or self._is_reduced(segment, index):
            return False
        return number == 0 or self._goes_on(number)

    def _goes_on(self, number: int) -> bool:
        """Say whether a segment behind a comma belongs to the main clause."""
        segment = self.segments[number]
        verb = next((at for at in self.verbs if segment.first <= at < segment.end), None)
        if verb is None:
            # Nothing but an adjunct or an aside: it belongs to what it is put in.
            before = self.segments[number - 1]
            if self.opener_in(before.first, before.end) is not None:
                return False
            return number == 1 or self._goes_on(number - 1)
        return verb > segment.first or not self._awaits_verb(number)

    def _awaits_verb(self, number: int) -> bool:
        """Say whether a verb at the head of a segment is that of a clause opened before."""
        end = self.segments[number].first
        opener = self.opener_in(0, end)
        if opener is None or self._key(opener) in _PREPOSED:
            return False
        return not any(opener < at < end for at in self.verbs)

    def _is_reduced(self, segment: Segment, index: int) -> bool:
        """Say whether a date hangs on a participle: “an accord signed in May collapsed”."""
        behind = [at for at in self.verbs if segment.first <= at < index]
        if not behind or not self._may_be_participle(behind[-1]):
            return False
        verb = behind[-1]
        if len(behind) > 1:
            # “capped a dispute sparked by the vote on Monday”, “said the talks failed on Monday”
            other = behind[-2]
            return self._key(other) not in SAYING and not self._are_joined(other, verb)
        ahead = next((at for at in self.verbs if index < at < segment.end), None)
        is_head = verb == segment.first or self._key(verb) in SAYING
        return not is_head and ahead is not None and not self._are_joined(index, ahead)

    def _may_be_participle(self, verb: int) -> bool:
        key = self._key(verb)
        return self.tense_of(verb) == "past" and key not in _IRREGULAR | _INTRANSITIVE

    def _are_joined(self, first: int, second: int) -> bool:
        """Say whether two verbs are told side by side, or one by the other."""
        if second - first <= _LONGEST_GROUP and self._key(first) in _AUXILIARIES:
            return True
        between = {word.key for word in self.line.words[first + 1 : second]}
        joined = not between.isdisjoint(("and", "but", "or", "that", "as", "to"))
        return joined or self.opener_in(first, second) is not None

    def tense_at(self, index: int) -> Tense | None:
        """Return the tense of what happens at the date that begins with word `index`."""
        segment = self.segments[self.segment_at(index)]
        if self._is_planned(segment, index):
            return "ahead"
        verb = self._verb_of(segment, index)
        return None if verb is None else self._group_tense(verb)

    def is_said(self, index: int) -> bool:
        """Say whether the date that begins with word `index` is the day of saying it."""
        verb = self._verb_of(self.segments[self.segment_at(index)], index)
        return verb is not None and self._key(verb) in SAYING

    def _verb_of(self, segment: Segment, index: int) -> int | None:
        """Return the verb that a date belongs to: in its segment if there is one."""
        here = [at for at in self.verbs if segment.first <= at < segment.end]
        behind = [at for at in here if at < index]
        ahead = [at for at in here if at > index and self.opener_in(index, at) is None]
        before = [at for at in self.verbs if at < segment.first]
        after = [at for at in self.verbs if at >= segment.end]
        return next(iter((*behind[-1:], *ahead[:1], *before[-1:], *after[:1])), None)

    def _group_tense(self, verb: int) -> Tense:
        """Return the tense of a verb together with the auxiliaries before it."""
        near = [
            at
            for at in self.verbs
            if verb - _LONGEST_GROUP <= at <= verb and self._joined(at, verb)
        ]
        due = self._due_tense(near)
        if due is not None:
            return due
        tenses = {self.tense_of(at) for at in near}
        for tense in ("ahead", "maybe"):
            if tense in tenses:
                return tense
        now = any(self._key(at) in _PASSIVE_NOW for at in near)
        return "past" if "past" in tenses and not now else "present"

    def _due_tense(self, near: Sequence[int]) -> Tense | None:
        """Return the tense of what is, or was, due; None of anything else."""
        keys = {self._key(at) for at in near}
        if keys.isdisjoint(_DUE) or keys.isdisjoint(_AUXILIARIES):
            return None
        return "ahead" if keys.isdisjoint(_AUXILIARIES_PAST) else "maybe"

    def _joined(self, first: int, verb: int) -> bool:
        return not any(self._breaks(at) for at in range(first + 1, verb + 1))

    def _is_planned(self, segment: Segment, index: int) -> bool:
        """Say whether a date is that of what is planned: “agreed to meet on Monday”."""
        for at in range(index - 2, max(segment.first, index - _LONGEST_INFINITIVE), -1):
            if self._key(at) == "to":
                follows = self.line.words[at + 1]
                is_verb = not follows.is_capital and follows.root != ""
                was_due = self._key(at - 1) in _DUE and self._key(at - 2) in _AUXILIARIES_PAST
                return is_verb and self._key(at - 1) in _PLANNING and not was_due
        return False

    def is_at_once(self, segment: Segment, opener: int, index: int) -> bool:
        """Say whether a main clause happens at what “when”, word `opener`, tells behind it.

        “Were hurt when the port was hit on Monday”, and not “on the day when” nor “had left
        when”; `index` is the date of the clause that “when” opens.
        """
        if self._key(opener) != "when" or self._key(opener - 1) in _TIME_NOUNS:
            return False
        before = [at for at in self.verbs if segment.first <= at < opener and self.is_main(at)]
        inside = [at for at in self.verbs if opener < at < index]
        if not before or not inside or any(self._key(at) == "had" for at in before):
            return False
        return all(self.tense_of(at) == "past" for at in (before[-1], inside[-1]))

    def tells_event(self) -> bool:
        """Say whether the main clause tells what was done: no state, and nothing said."""
        for at in self.verbs:
            if self.is_main(at):
                key = self._key(at)
                return self.tense_of(at) == "past" and key not in _STATES and key not in SAYING
        return False

    def _breaks(self, index: int) -> bool:
        return _BREAK.search(self.line.gap(index)) is not None

    def _key(self, index: int) -> str:
        return self.line.words[index].key if 0 <= index < len(self.line.words) else ""
