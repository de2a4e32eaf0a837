"""Puts what was found in the articles into a briefing, each part with its citation.

A part cites the whole sentence that it stands in, so that a reader who follows it sees what
is said around it. What is found, and how, other modules know.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.answers import Disagreement
from bot.briefing.differences import Difference
from bot.briefing.parts import Briefing, BriefSentence, Claim, Event, Position
from bot.briefing.positions import FoundPosition
from bot.briefing.sources import Source
from bot.briefing.timeline import FoundEvent
from bot.citing import disagreement, first_day, numbered
from bot.engine import Evidence, Line, Statement


class Sentences:
    """The sentences of all sources, to be found by a stretch of an article."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._lines: dict[str, Sequence[Line]] = {each.article.id: each.lines for each in sources}
        self._starts = {
            article_id: [line.start for line in lines] for article_id, lines in self._lines.items()
        }

    def around(self, evidence: Evidence) -> Evidence:
        """Return the stretch with the whole of the sentences in which it begins and ends."""
        covering = self.covering(evidence)
        if not covering:
            return evidence
        start = min(evidence.start, covering[0].start)
        return Evidence(evidence.article, start, max(evidence.end, covering[-1].end))

    def covering(self, evidence: Evidence) -> Sequence[Line]:
        """Return the sentences that the stretch lies in, in order."""
        starts = self._starts.get(evidence.article.id, [])
        first = max(0, bisect_right(starts, evidence.start) - 1)
        last = bisect_right(starts, evidence.end - 1)
        return self._lines.get(evidence.article.id, [])[first:last]


@dataclass(slots=True)
class Findings:
    """A briefing that takes parts in."""

    briefing: Briefing
    sentences: Sentences

    def put_claims(self, statements: Sequence[Statement]) -> None:
        """Take in who said what."""
        claims = [
            Claim(
                speaker=each.speaker,
                to=each.to,
                via=each.via,
                verb=each.verb,
                text=_flat(each.text),
                quoted=each.quoted,
                date=each.date,
                citation=self._number(each.evidence),
            )
            for each in statements
        ]
        self.briefing = replace(self.briefing, claims=tuple(claims))

    def put_carriers(self, carriers: Sequence[Sequence[Evidence]]) -> None:
        """Take in what else carries each sentence, in their order."""
        told: list[BriefSentence] = []
        for sentence, evidence in zip(self.briefing.sentences, carriers, strict=True):
            numbers = dict.fromkeys(map(self._number, evidence))
            also = tuple(n for n in numbers if n not in sentence.citations)
            told.append(replace(sentence, also=also))
        self.briefing = replace(self.briefing, sentences=tuple(told))

    def put_positions(self, found: Sequence[FoundPosition]) -> None:
        """Take in what each party says on each issue."""
        positions = tuple(map(self._position, found))
        self.briefing = replace(self.briefing, positions=positions)

    def put_notice(self, notice: str) -> None:
        """Take in what a reader should know, if it is anything."""
        if notice:
            self.briefing = replace(self.briefing, notices=(*self.briefing.notices, notice))

    def put_events(self, found: Sequence[FoundEvent], undated: int) -> None:
        """Take in what happened when, and how much on no day that is known."""
        events = [
            Event(each.date, each.precision, each.reported, each.text, self._number(each.evidence))
            for each in found
        ]
        self.briefing = replace(self.briefing, timeline=tuple(events), undated=undated)

    def put_differences(self, found: Sequence[Difference]) -> None:
        """Take in where reports differ."""
        disagreements = tuple(map(self._disagreement, found))
        self.briefing = replace(self.briefing, disagreements=disagreements)

    def _position(self, found: FoundPosition) -> Position:
        if found.statement is None or found.evidence is None:
            return Position(found.party, found.issue)
        number = self._number(found.evidence)
        statement = _flat(found.statement)
        return Position(found.party, found.issue, statement, found.speaker, found.date, number)

    def _disagreement(self, found: Difference) -> Disagreement:
        values = [
            (value.value, [self.sentences.around(told) for told in value.evidence])
            for value in found.values
        ]
        # Later articles tell again what is known: a value is as old as its first report.
        citations, told = disagreement(self.briefing.citations, found.about, values, first_day)
        self.briefing = replace(self.briefing, citations=citations)
        return told

    def _number(self, evidence: Evidence) -> int:
        whole = self.sentences.around(evidence)
        citations, (number,) = numbered(self.briefing.citations, [whole])
        self.briefing = replace(self.briefing, citations=citations)
        return number


def _flat(text: str) -> str:
    return " ".join(text.split())
