"""Reads from a sentence what happened when: the date of its main clause, and of no other.

“Since the accord of 3 May” and “who resigned on Monday” date something else; a clause such as
“since the war began on 3 May” is an event by itself where it names who did what. A label
(“3 May: …”) dates what follows it. Quoted words are not read, and neither is “by Monday” of
what is still to come. Anything unclear is left without a date. English only.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from bot.antecedents import leans_back
from bot.briefing.timeline.adjuncts import Adjuncts
from bot.briefing.timeline.calendar import Setting, When, resolve
from bot.briefing.timeline.main_clause import Clauses
from bot.grounding.dates import Moment, moments
from bot.grounding.quantities import quantities
from bot.grounding.quotes import without_quotations
from bot.grounding.words import read_line

# A sentence in which nothing of this stands has no date, and need not be read.
_DATE_LIKE = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|today|tonight|tomorrow"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|january|february|march|april"
    r"|june|july|august|september|october|november|december)\b|(?:last|this|next|previous) "
    r"(?:month|year)|days? (?:before|after|earlier|later|ago)|(?:next|previous|following) day"
    r"|(?:1[5-9]|20)\d\d|\d{1,2}[./]\d{1,2}[./]\d{4})\b",
    re.IGNORECASE,
)
# “(R-KY)”, “(CDC)”: no clause.
_BRACKETED = re.compile(r"\([^()]{1,24}\)")
_LABEL_ENDS = re.compile(r"\s*(?::|[-–—])\s*")
_STARTS_CLAUSE = re.compile(r"(?:[;]|, (?:and|but|while|whereas)\b|; (?:and|but)\b)\s*")
_PRONOUN = re.compile(
    r"(?:he|she|it|they|this|that|these|those|his|her|their|its|there|both|who|which|we|i|you)\b",
    re.IGNORECASE,
)
# What may begin a sentence: a name, a number, an article. “More sessions” leans on what is before.
_BEGINS = re.compile(r"[\"“‘'(]?(?:[^\W_a-zß-öø-ÿ]|(?:the|an?)\b)")
_CLAUSE_OPENERS = frozenset(("since", "after", "before"))
# Characters; what is longer is no sentence, and would take long to read.
_LONGEST = 1_000
_LONGEST_CLAUSE = 18  # words


@dataclass(frozen=True, slots=True)
class Happened:
    """Characters `[start, end)` of a sentence tell what happened at `when`.

    `clause`: they are a subordinate clause of it.
    """

    start: int
    end: int
    when: When
    clause: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sentence tells: events with their dates, and the label before them, if any.

    `anchor` is the day that “the day before” in the sentence behind it counts from; `eventful`
    says that it tells what happened, dated or not.
    """

    events: tuple[Happened, ...] = ()
    label: When | None = None
    label_end: int = 0
    anchor: date | None = None
    eventful: bool = False


# The timeline reads all sentences, and where reports differ some of them again.
@lru_cache(maxsize=16_384)
def read_happened(text: str, published: date | None, anchor: date | None = None) -> Reading:
    """Return what `text`, one sentence, tells; `anchor` is the day named before it."""
    if len(text) > _LONGEST:
        return Reading()
    masked = _BRACKETED.sub(lambda found: " " * len(found[0]), without_quotations(text))
    clauses = _clauses(masked)
    line = clauses.line
    if len(line.text) != len(text) or not line.words:
        return Reading()
    if not _DATE_LIKE.search(masked):
        return Reading(anchor=anchor, eventful=clauses.tells_event())
    return _Sentence(clauses, published, anchor).read()


@lru_cache(maxsize=16_384)
def _clauses(text: str) -> Clauses:
    return Clauses(read_line(text))


@lru_cache(maxsize=16_384)
def _moments(text: str) -> tuple[Moment, ...]:
    line = _clauses(text).line
    found = (each for each in moments(line, quantities(line)) if not each.minutes)
    return tuple(each for each in found if not each.implied or each.relative)


def is_heading(text: str, published: date | None) -> When | None:
    """Return the date that is all of `text`, None if more or something else stands there."""
    if len(text) > 40 or not _DATE_LIKE.search(text):
        return None
    line = read_line(text)
    found = [each for each in moments(line, quantities(line)) if not each.minutes]
    covered = {index for each in found for index in each.words}
    if not found or len(covered) < len(line.words):
        return None
    return resolve(_most_exact(found), Setting(published, None, "", "past"))


def _most_exact(found: Sequence[Moment]) -> Moment:
    return max(found, key=lambda each: sum(part is not None for part in _parts(each)))


def _parts(moment: Moment) -> tuple[int | None, int | None, int | None]:
    return moment.year, moment.month, moment.day


class _Sentence:
    """A sentence that is read for its dates."""

    def __init__(self, clauses: Clauses, published: date | None, anchor: date | None) -> None:
        self._line = clauses.line
        self._clauses = clauses
        self._published = published
        self._anchor = anchor
        self._found = _moments(clauses.line.text)
        self._adjuncts = Adjuncts(clauses, self._found)

    def read(self) -> Reading:
        label, label_end = self._label()
        events = [] if label else list(self._main())
        if label:
            start = label_end if _BEGINS.match(self._line.text, label_end) else 0
            events = self._split(Happened(start, self._end(), label))
        events += self._subordinate()
        days = [each.when.first for each in events if each.when.precision == "day"]
        spoken = next(iter(days), None) or self._any_day() or self._anchor
        eventful = self._clauses.tells_event()
        return Reading(tuple(events), label, label_end, spoken, eventful)

    def _end(self) -> int:
        return len(self._line.text)

    def _label(self) -> tuple[When | None, int]:
        """Return the date that the sentence is labelled with, and where the label ends."""
        first = next(iter(self._found), None)
        if first is None or first.first > (self._key(0) == "on"):
            return None, 0
        last = max(each.last for each in self._found if each.first == first.first)
        if last + 1 >= len(self._line.words):
            return None, 0
        gap = self._line.gap(last + 1)
        if _LABEL_ENDS.fullmatch(gap) is None or not (":" in gap or gap.startswith(" ")):
            return None, 0
        when = resolve(first, Setting(self._published, None, "", "past"))
        return when, self._line.words[last + 1].start

    def _main(self) -> Iterator[Happened]:
        """Yield what the main clause tells, by its first date; each of several clauses apart.

        Where it is told when it was said, that is the date of the sentence.
        """
        dated = list(self._dated()) or list(self._when_clause())
        said = [each for each in dated if self._clauses.is_said(each[0].first)]
        for moment, when in (said or dated)[:1]:
            yield from self._split(Happened(0, self._end(), when), moment)

    def _dated(self) -> Iterator[tuple[Moment, When]]:
        """Yield the dates that main clauses have, in order."""
        relative: list[tuple[Moment, When]] = []
        for moment in self._found:
            if not self._adjuncts.tells_when(moment) or not self._clauses.is_main(moment.first):
                continue
            when = self._when(self._closer(moment))
            if when is None:
                continue
            if moment.relative in ("before", "after"):
                relative.append((moment, when))
            else:
                yield moment, when
        yield from relative

    def _when_clause(self) -> Iterator[tuple[Moment, When]]:
        """Yield the date of “were hurt when the port was hit on Monday”: that of both."""
        for moment in self._found:
            segment = self._clauses.segments[self._clauses.segment_at(moment.first)]
            opener = self._clauses.opener_in(segment.first, moment.first)
            if opener is None or not self._adjuncts.tells_when(moment):
                continue
            if self._clauses.is_at_once(segment, opener, moment.first):
                when = self._when(self._closer(moment))
                if when is not None:
                    yield moment, when

    def _closer(self, moment: Moment) -> Moment:
        """Return the date put beside another that says more: “on Monday, 28 February”."""
        for other in self._found:
            between = range(moment.last + 1, other.first)
            near = moment.first < other.first and len(between) < 2
            exact = other.day is not None and moment.day is None
            if near and exact and all(self._key(at) in ("on", "the") for at in between):
                return other
        return moment

    def _when(self, moment: Moment) -> When | None:
        tense = self._clauses.tense_at(moment.first)
        before = self._key(moment.first - 1)
        if tense not in ("past", "ahead") or (
            tense == "ahead" and self._adjuncts.is_deadline(moment)
        ):
            return None
        when = resolve(moment, Setting(self._published, self._anchor, before, tense))
        if when is None or self._published is None:
            return when
        this_year = moment.relative == "months 0" and self._key(moment.last) == "year"
        if this_year or when.iso == str(self._published.year):
            # “In 2031”, in that year, is hardly more than “now”.
            return None
        # What is told as past did not happen after its report, nor the other way round.
        if tense == "past" and when.first > self._published:
            return None
        late = when.precision == "day" and when.first < self._published
        return None if tense == "ahead" and late else when

    def _key(self, index: int) -> str:
        return self._line.words[index].key if 0 <= index < len(self._line.words) else ""

    def _any_day(self) -> date | None:
        """Return the last day that the sentence names at all."""
        for moment in reversed(self._found):
            when = self._when(moment)
            if when is not None and when.precision == "day":
                return when.first
        return None

    def _split(self, whole: Happened, moment: Moment | None = None) -> list[Happened]:
        """Return an event as several where clauses that can stand have days of their own."""
        text = self._line.text
        for cut in _STARTS_CLAUSE.finditer(text, whole.start):
            found = self._own(cut.end(), cut.start(), whole, moment)
            if found is not None:
                return [replace(whole, end=cut.start()), found]
        return [whole]

    def _own(self, start: int, cut: int, whole: Happened, moment: Moment | None) -> Happened | None:
        """Return the clause from `start` on, if it stands alone and has another date."""
        text, words = self._line.text, self._line.words
        if _PRONOUN.match(text, start) or leans_back(text[start:]):
            return None
        if moment is not None and words[moment.first].start >= cut:
            return None
        first = next((at for at, word in enumerate(words) if word.start >= start), len(words))
        verb = next((at for at in self._clauses.verbs if at >= first), None)
        if verb is None or verb == first or self._clauses.opener_in(first, verb) is not None:
            return None
        if any(word.key.endswith("ing") for word in words[first : min(verb, first + 2)]):
            return None
        for other in self._found:
            if other.first < first or not self._adjuncts.tells_when(other):
                continue
            if self._clauses.opener_in(first, other.first) is not None:
                return None
            when = self._when(self._closer(other))
            begin = start if _BEGINS.match(text, start) else whole.start
            return Happened(begin, self._end(), when) if when and when != whole.when else None
        return None

    def _subordinate(self) -> Iterator[Happened]:
        """Yield the clauses that tell an event of their own: “since the war began on 3 May”."""
        for moment in self._found:
            segment = self._clauses.segments[self._clauses.segment_at(moment.first)]
            if moment.day is None or not self._adjuncts.tells_when(moment):
                continue
            opener = self._clauses.opener_in(segment.first, moment.first)
            if opener is None or self._key(opener) not in _CLAUSE_OPENERS:
                continue
            found = self._clause(opener + 1, moment.last + 1, moment)
            if found is not None:
                yield found

    def _clause(self, first: int, end: int, moment: Moment) -> Happened | None:
        """Return words `[first, end)` as an event, if they say who did what and when."""
        words = self._line.words
        verbs = [at for at in self._clauses.verbs if first < at < moment.first]
        if end - first > _LONGEST_CLAUSE or len(verbs) != 1 or len(words) <= first:
            return None
        if self._clauses.tense_of(verbs[0]) != "past":
            return None
        subject = self._line.text[words[first].start : words[verbs[0]].start]
        if _PRONOUN.match(subject) or not any(each.root for each in words[first : verbs[0]]):
            return None
        setting = Setting(self._published, self._anchor, self._key(moment.first - 1), "past")
        when = resolve(moment, setting)
        if when is None or (self._published is not None and when.first > self._published):
            return None
        return self._standing(words[first].start, words[end - 1].end, when)

    def _standing(self, start: int, end: int, when: When) -> Happened | None:
        """Return a clause, or all of its sentence if it does not begin as a sentence can."""
        text = self._line.text
        if _BEGINS.match(text, start):
            return Happened(start, end, when, clause=True)
        if _PRONOUN.match(text) or leans_back(text):
            return None
        return Happened(0, self._end(), when, clause=True)
