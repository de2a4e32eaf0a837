"""Takes out of a briefing what articles said that were deleted for good.

Its text and its board of positions say where something was removed; who published what it
quoted, and when, stays. What lists the articles' words, who said what and what happened when,
goes as if it had never been there. What the reader typed stays, and so do Parley's own words.
Nothing here knows where briefings are kept.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.answers import Disagreement, Value
from bot.briefing.parts import Briefing, Position
from bot.briefing.statements.parties import side_named
from bot.neutrality.flags import Flag, Neutrality
from bot.redaction import (
    REMOVED,
    redact_citation,
    redact_notice,
    redact_sentence,
)
from vectorstore.text import tokens


def rests_on(briefing: Briefing, articles: Collection[str]) -> bool:
    """Whether a briefing cites one of these articles, or says when it was taken in."""
    cited = (citation.article_id for citation in briefing.citations)
    return any(each in articles for each in (*cited, *briefing.read_at, *briefing.hashes))


def redact_briefing(
    briefing: Briefing, gone: Collection[str], *, titles: Collection[str] = ()
) -> Briefing:
    """Return `briefing` without what articles said; itself if it has nothing of theirs.

    Args:
        briefing: Of any engine, redacted before or not.
        gone: The ids of the articles.
        titles: What the articles were called, for where they are named and not cited.
    """
    if not gone:
        return briefing
    lost = [citation for citation in briefing.citations if citation.article_id in gone]
    named = {*titles, *(citation.title for citation in lost if citation.title)}
    # What a model wrote and cites nothing for may be of any article that it was given.
    redacted = replace(
        briefing,
        title=_title(briefing, named),
        notices=tuple(redact_notice(each, named) for each in briefing.notices),
        missing=(),
        draft=None,
    )
    if rests_on(briefing, gone):
        redacted = _without(redacted, gone)
    return briefing if redacted == briefing else redacted


def _title(briefing: Briefing, named: Collection[str]) -> str:
    """Return the briefing's title, unless it is an article's; a topic is the reader's own."""
    if briefing.title == briefing.topic:
        return briefing.title
    return REMOVED if briefing.title in named else briefing.title


def _without(briefing: Briefing, gone: Collection[str]) -> Briefing:
    numbers = frozenset(each.n for each in briefing.citations if each.article_id not in gone)
    sentences = tuple(redact_sentence(each, numbers) for each in briefing.sentences)
    citations = tuple(redact_citation(each, gone) for each in briefing.citations)
    removed = {at for at, each in enumerate(sentences) if each.text == REMOVED}
    texts = (each.quote for each in citations if each.n in numbers)
    left = _Left(numbers, frozenset(tokens("\n".join((briefing.topic or "", *texts)))))
    # A hash is no text, but tells whoever has the text that it was here.
    hashes = {key: value for key, value in briefing.hashes.items() if key not in gone}
    return replace(
        briefing,
        sentences=sentences,
        citations=citations,
        claims=tuple(each for each in briefing.claims if each.citation in numbers),
        positions=tuple(left.position(each) for each in briefing.positions),
        timeline=tuple(each for each in briefing.timeline if each.citation in numbers),
        disagreements=tuple(left.disagreements(briefing.disagreements)),
        neutrality=left.neutrality(briefing.neutrality, removed),
        hashes=hashes,
    )


@dataclass(frozen=True, slots=True)
class _Left:
    """What is left: citations by number, and the words of what they quote and of the topic."""

    numbers: frozenset[int]
    words: frozenset[str]

    def holds(self, text: str) -> bool:
        """Whether each word of what Parley put together still stands in what is left."""
        return self.words.issuperset(tokens(text))

    def party(self, name: str) -> str:
        """Return a party's name, unless only the articles that are gone gave it.

        Which countries and bodies there are is known without them.
        """
        return name if side_named(name) == name or self.holds(name) else REMOVED

    def position(self, position: Position) -> Position:
        position = replace(position, party=self.party(position.party))
        if position.citation is None or position.citation in self.numbers:
            return position
        return replace(position, statement=REMOVED, speaker=None, date=None)

    def disagreements(self, found: Collection[Disagreement]) -> Iterator[Disagreement]:
        """Yield those of which a value is left."""
        for each in found:
            values = tuple(map(self._value, each.values))
            if values == each.values:
                yield each
            elif any(value.value != REMOVED for value in values):
                about = each.about if self.holds(each.about) else REMOVED
                yield Disagreement(about, values)

    def _value(self, value: Value) -> Value:
        """Return a value, which stays as long as something that is left gives it."""
        left = tuple(n for n in value.citations if n in self.numbers)
        # Who else gave it is not told either: with the value it says what was in their article.
        return replace(value, value=value.value if left else REMOVED, citations=left)

    def neutrality(self, report: Neutrality, removed: Collection[int]) -> Neutrality:
        """Return the report without what it says of the sentences that were removed."""
        shares = (*report.share_by_party, *report.quotes_by_party)
        lost = {name for name in shares if self.party(name) != name}
        return replace(
            report,
            flags=tuple(_flag(each, lost) for each in report.flags if each.sentence not in removed),
            share_by_party=self._shares(report.share_by_party),
            quotes_by_party=self._shares(report.quotes_by_party),
        )

    def _shares(self, shares: Mapping[str, float]) -> dict[str, float]:
        left: dict[str, float] = {}
        for name, share in shares.items():
            shown = self.party(name)
            left[shown] = round(left.get(shown, 0.0) + share, 4)
        return left


def _flag(flag: Flag, lost: Collection[str]) -> Flag:
    return replace(flag, note=REMOVED) if any(name in flag.note for name in lost) else flag
