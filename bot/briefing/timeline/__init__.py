"""Puts what articles tell happened on a timeline, with the day on which each was reported.

An event is a sentence, or a clause of one, as it stands; what dates it, `happened` says. In a
chronology, what stands under a date is of that date. The same event told by several origins
is one, and shown as it is told most clearly. How far events bear on each other is not known.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from bot.antecedents import leans_back, past_dateline, start_with_antecedent
from bot.briefing.parts import EventPrecision
from bot.briefing.sources import Source
from bot.briefing.timeline.calendar import When
from bot.briefing.timeline.happened import Happened, Reading, is_heading, read_happened
from bot.engine import Evidence, Floats, Line
from bot.grounding.days import parse_day
from bot.quotable import quotable
from vectorstore.questions import MONTHS, WEEKDAYS
from vectorstore.text import PAST_FORMS, content_stems

# Two tellings of one day are of one event above this cosine, if they share so many stems; read
# off the samples, where two events of one day lie below .55.
_SAME, _SHARED = 0.6, 2
# … or with this share of the shorter one's stems.
_OVERLAP = 0.6
_BEGINNING = 4  # letters
_DATE_WORD = re.compile(rf"\b(?:{'|'.join((*MONTHS, *WEEKDAYS))})\b", re.IGNORECASE)
# What a reader of a timeline knows without the sentence before it: “The United Nations”, “The
# second round”, “The talks”.
_KNOWN = re.compile(
    r"The (?:[A-Z]|(?:first|second|third|fourth|fifth|next|last|latest|opening|final) [a-z]"
    r"|(?:two (?:sides|countries|delegations)|leaders|presidents|parties|talks|round|summit"
    r"|negotiations|sides|delegations|envoys|negotiators|ministers|meeting|war|death toll"
    r"|invasion|ceasefire|truce|accord|treaty|government|parliament|president)\b)"
)
_PERFECT = re.compile(r"[^,;:]{1,80}?\bhad (?:also |already |since |just )?(\w+)")
# Sentences of an article; behind so many there is background.
_READ = 200
# Tellings of one day that are compared; those that stand earliest in their articles.
_MOST_A_DAY = 400
# What a day's next event is worth beside its first, so that no day crowds out the others.
_AGAIN = 0.6
_FADES = 5.0
_RESUMES = 0.3


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """What happened on `date`, as exact as `precision` says, and was reported on `reported`.

    `text` is verbatim in one line, and `evidence` where it stands; `origins` is how many
    independent origins tell it.
    """

    date: str
    precision: EventPrecision
    reported: str | None
    text: str
    evidence: Evidence
    origins: int = 1


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events in order of date; `undated` counts those to which no date belongs."""

    events: tuple[FoundEvent, ...] = ()
    undated: int = 0


@dataclass(frozen=True, slots=True)
class _Telling:
    """An event as one article tells it; `awkward` is the higher the less clear it stands."""

    when: When
    evidence: Evidence
    source: Source
    stems: frozenset[str]
    awkward: int
    worth: float
    vector: Floats | None

    @property
    def reported(self) -> str | None:
        """The day on which its article was published."""
        published = self.evidence.article.published
        return published[:10] if published else None

    @property
    def text(self) -> str:
        """What is shown."""
        evidence = self.evidence
        return " ".join(evidence.article.text[evidence.start : evidence.end].split())


def find_events(sources: Sequence[Source], *, most: int = 40) -> Timeline:
    """Return what `sources` tell happened, at most so many events, in order of date."""
    tellings: list[_Telling] = []
    undated: set[str] = set()
    read_origins: set[str] = set()
    for number, source in enumerate(sources):
        reader = _Article(number, source)
        tellings += reader.tellings()
        if source.origin not in read_origins:
            undated.update(reader.undated)
        read_origins.add(source.origin)
    events = [_event(group) for group in _groups(tellings)]
    chosen = _chosen(events, most)
    chosen.sort(key=lambda event: (event.date, event.reported or ""))
    return Timeline(tuple(chosen), len(undated))


class _Article:
    """An article that is read for what happened."""

    def __init__(self, number: int, source: Source) -> None:
        self._source = source
        self._published = parse_day(source.article.published)
        self._candidates = {each.number: each for each in quotable(number, source.lines[:_READ])}
        self.undated: list[str] = []

    def tellings(self) -> Iterator[_Telling]:
        """Yield what it tells, in order; what has no date is put with `undated`."""
        lines = self._source.lines[:_READ]
        headings = {
            place: when for place, line in enumerate(lines) if (when := self._heading(line))
        }
        is_chronology = len(headings) > 1
        label: When | None = None
        paragraph: int | None = None
        anchor: date | None = None
        under: When | None = None
        for place, line in enumerate(lines):
            if place in headings:
                under = headings[place] if is_chronology else None
                continue
            text = line.article.text
            here = text.rfind("\n", 0, line.start)
            if here != paragraph:
                label, paragraph, anchor = under, here, under.first if under else None
            start = past_dateline(text, line.start, line.end)
            reading = read_happened(text[start : line.end], self._published, anchor)
            label, anchor = reading.label or label, reading.anchor
            yield from self._told(place, start, reading, label)

    def _heading(self, line: Line) -> When | None:
        return is_heading(line.text, self._published)

    def _told(
        self, place: int, start: int, reading: Reading, label: When | None
    ) -> Iterator[_Telling]:
        candidate = self._candidates.get(place)
        whole = [each for each in reading.events if not each.clause]
        for each in reading.events:
            if each.clause:
                yield self._telling(place, start, each, awkward=2)
        if candidate is None:
            return
        if not whole and label is not None and reading.eventful:
            end = self._source.lines[place].end
            whole = [Happened(0, end - start, label)]
        if not whole and reading.eventful:
            self.undated.append(candidate.said)
        for each in whole:
            if not candidate.leans or reading.label is not None:
                awkward = 2 * candidate.resumes + bool(candidate.bare)
                awkward += _looks_back(candidate.text)
                yield self._telling(place, start, each, awkward)
            elif _KNOWN.match(candidate.text) and not leans_back(candidate.text):
                # “The round was held on Monday”: less clear, and still true of that day.
                yield self._telling(place, start, each, awkward=4)
            else:
                behind = label is None and each is whole[0]
                told = list(self._with_antecedent(place, start, each)) if behind else []
                if not told and each is whole[0]:
                    # Nobody knows without the rest what “He left on Monday” tells.
                    self.undated.append(candidate.said)
                yield from told

    def _with_antecedent(self, place: int, start: int, told: Happened) -> Iterator[_Telling]:
        """Yield what leans on the sentence before together with that, if it is of no other day."""
        lines = self._source.lines
        article, end = self._source.article, start + told.end
        begin = start_with_antecedent(article, start, end)
        if begin == start or place == 0 or begin != lines[place - 1].start:
            return
        before = read_happened(article.text[begin : lines[place - 1].end], self._published)
        if any(each.when != told.when for each in before.events) or place - 1 not in (
            self._candidates
        ):
            return
        yield self._telling(place, begin, replace(told, end=end - begin), awkward=3)

    def _telling(self, place: int, start: int, told: Happened, awkward: int) -> _Telling:
        source = self._source
        evidence = Evidence(source.article, start + told.start, start + told.end)
        text = source.article.text[evidence.start : evidence.end]
        bearing = source.bearing[place] if len(source.bearing) > place else 0.0
        return _Telling(
            told.when,
            evidence,
            source,
            _stems(text),
            awkward,
            bearing + 1 / (1 + place / _FADES) - _RESUMES * (awkward > 1),
            None if told.clause or told.start else source.lines[place].vector,
        )


def _groups(tellings: Sequence[_Telling]) -> Iterator[list[_Telling]]:
    """Yield the tellings of each event, the clearer and the earlier ones first."""
    days: dict[str, list[_Telling]] = {}
    for telling in tellings:
        days.setdefault(telling.when.iso, []).append(telling)
    for told in days.values():
        told.sort(key=lambda each: -each.worth)
        told[_MOST_A_DAY:] = []
        told.sort(key=lambda each: (each.awkward, each.reported or "9", -each.worth))
        yield from _same_events(told)


def _same_events(told: Sequence[_Telling]) -> Iterator[list[_Telling]]:
    """Yield groups of `told`, all of one day, by the first of each."""
    vectors = np.stack([_vector(each, told) for each in told])
    near = vectors @ vectors.T
    waiting = list(range(len(told)))
    while waiting:
        first, *others = waiting
        same = [row for row in others if _is_same(told[first], told[row], float(near[first, row]))]
        yield [told[row] for row in (first, *same)]
        waiting = [row for row in others if row not in same]


def _vector(telling: _Telling, told: Sequence[_Telling]) -> Floats:
    """Return a telling's vector; a clause has none of its own and is near to nothing."""
    if telling.vector is not None:
        return telling.vector
    return np.zeros_like(told[0].source.lines[0].vector)


def _stems(text: str) -> frozenset[str]:
    """Return the beginnings of its stems, so that “invaded” and “invasion” are one."""
    undated = _DATE_WORD.sub(" ", text)
    return frozenset(stem[:_BEGINNING] for stem in content_stems(undated) if not stem.isdigit())


def _is_same(one: _Telling, other: _Telling, cosine: float) -> bool:
    shared = len(one.stems & other.stems)
    shorter = min(len(one.stems), len(other.stems))
    if one.vector is None or other.vector is None:
        # A clause is put in so that the reader knows the event: it is the day's known one.
        return shared > 0
    if shared < _SHARED:
        return False
    return cosine >= _SAME or shared >= _OVERLAP * shorter


def _event(group: Sequence[_Telling]) -> tuple[FoundEvent, float]:
    first = min(
        group,
        key=lambda each: (each.awkward, each.reported or "9", -_said_by_others(each, group)),
    )
    origins = len({each.source.origin for each in group})
    found = FoundEvent(
        first.when.iso, first.when.precision, first.reported, first.text, first.evidence, origins
    )
    return found, origins + max(each.worth for each in group)


def _looks_back(text: str) -> bool:
    """Say whether it is told as what had gone before: “Orlo had given the order”."""
    found = _PERFECT.match(text)
    return found is not None and (found[1].endswith("ed") or found[1] in PAST_FORMS)


def _said_by_others(telling: _Telling, group: Sequence[_Telling]) -> int:
    """Return how much of a telling the others say: what few say, it takes from elsewhere."""
    return sum(len(telling.stems & other.stems) for other in group if other is not telling)


def _chosen(events: Sequence[tuple[FoundEvent, float]], most: int) -> list[FoundEvent]:
    """Return those told by most origins and worth the most, with the days spread."""
    by_day: dict[str, int] = {}
    ranked: list[tuple[float, FoundEvent]] = []
    for event, worth in sorted(events, key=lambda each: -each[1]):
        again = by_day.get(event.date, 0)
        by_day[event.date] = again + 1
        ranked.append((worth * _AGAIN**again, event))
    ranked.sort(key=lambda each: -each[0])
    return [event for _, event in ranked[:most]]
