"""Articles as they are read before anything is chosen: who says what in them, and for whom."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from bot.briefing.sources import Source
from bot.briefing.statements import find_statements
from bot.briefing.statements.parties import Sides
from bot.engine import Statement


@dataclass(frozen=True, slots=True)
class Read:
    """Sources with the statements in them, by rule, and which side each speaker is of."""

    sources: Sequence[Source]
    statements: Sequence[Statement]
    sides: Sides

    @classmethod
    def of(cls, sources: Sequence[Source]) -> "Read":
        """Read the sources."""
        statements = [each for source in sources for each in find_statements(source.lines)]
        return cls(sources, statements, Sides.of(sources))

    @property
    def parties(self) -> list[list[str | None]]:
        """The party whose word each line of each source gives, None if it gives nobody's."""
        told: dict[str, list[str | None]] = {}
        starts: dict[str, list[int]] = {}
        for source in self.sources:
            told[source.article.id] = [None] * len(source.lines)
            starts[source.article.id] = [line.start for line in source.lines]
        for each in self.statements:
            article = each.evidence.article.id
            place = bisect_right(starts[article], each.evidence.start) - 1
            if place >= 0 and told[article][place] is None:
                told[article][place] = self.sides.party(each.speaker)
        return [told[source.article.id] for source in self.sources]
