"""The account that the sentences of a briefing give: whose word each is, and who carries it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.answers import Answer, Citation, Sentence
from bot.briefing.parts import Briefing, BriefSentence
from bot.briefing.selection import Pick, longest
from bot.briefing.sources import Source
from bot.briefing.statements.parties import Sides
from bot.briefing.statements.status import claim_status
from bot.engine import Evidence, Statement
from bot.neutrality import Told
from bot.wording import count
from vectorstore.text import fold


def with_text(begun: Briefing, answer: Answer, words: int) -> Briefing:
    """Return the briefing with what an answer says as its text.

    Where the writing broke off, quotations of what it had not told yet fill it up to `words`.
    """
    untold = list(_untold(answer, words))
    notice = f"The last {count(len(untold), 'sentence')} of the text are quotations."
    return replace(
        begun,
        engine=answer.engine,
        model=answer.model,
        incomplete=answer.incomplete,
        sentences=tuple(_brief(each) for each in (*answer.sentences, *untold)),
        citations=answer.citations,
        missing=answer.missing,
        notices=(*answer.notices, notice) if untold else answer.notices,
        draft=answer.draft,
        usage=answer.usage,
    )


def _untold(answer: Answer, words: int) -> Iterator[Sentence]:
    told = {n for each in answer.sentences for n in each.citations}
    length = sum(len(each.text.split()) for each in answer.sentences)
    for each in answer.quoted:
        longer = length + len(each.text.split())
        if longer <= longest(words) and not told.issuperset(each.citations):
            length = longer
            yield each


def _brief(sentence: Sentence) -> BriefSentence:
    return BriefSentence(sentence.text, sentence.citations, sentence.status, sentence.problems)


def merged(first: Iterable[Statement], others: Iterable[Statement]) -> list[Statement]:
    """Return the statements of both, of two that overlap only the first's."""
    taken: dict[str, list[Evidence]] = {}
    kept: list[Statement] = []
    for statement in first:
        taken.setdefault(statement.evidence.article.id, []).append(statement.evidence)
        kept.append(statement)
    for statement in others:
        own = statement.evidence
        if not any(_meet(own, each) for each in taken.get(own.article.id, ())):
            kept.append(statement)
    return kept


def _meet(one: Evidence, other: Evidence) -> bool:
    return one.start < other.end and other.start < one.end


@dataclass(frozen=True, slots=True)
class Account:
    """What the sources, the selection and the statements tell of a briefing's sentences."""

    sources: Sequence[Source]
    picks: Sequence[Pick]
    statements: Sequence[Statement]
    sides: Sides

    @property
    def on_topic(self) -> list[Statement]:
        """The statements that begin in sentences which bear on the topic, or all without one."""
        if not any(source.bearing for source in self.sources):
            return list(self.statements)
        lines = {source.article.id: source.on_topic.lines for source in self.sources}
        return [
            each
            for each in self.statements
            if any(
                line.start <= each.evidence.start < line.end
                for line in lines[each.evidence.article.id]
            )
        ]

    def statements_of(self, briefing: Briefing) -> list[Statement]:
        """Return what was said on the topic, what the text rests on first.

        What several copies of one story tell alike is told once.
        """
        origins = {source.article.id: source.origin for source in self.sources}
        told: dict[tuple[str | None, str | None, str], Statement] = {}
        for each in self.on_topic:
            key = (origins[each.evidence.article.id], each.speaker, fold(each.text))
            told.setdefault(key, each)
        cited = briefing.citations
        return sorted(told.values(), key=lambda each: not _stands_in(each, cited))

    def with_status(self, briefing: Briefing) -> Briefing:
        """Return the briefing with whose word each sentence is, and how many origins carry it."""
        sentences = [
            replace(
                each,
                claim_status=claim_status(each.text, self._evidence(briefing, each)),
                origins=self._origins(briefing, each),
            )
            for each in briefing.sentences
        ]
        return replace(briefing, sentences=tuple(sentences))

    def carriers(self, briefing: Briefing) -> list[list[Evidence]]:
        """Return for each sentence what else tells the same, by what was selected."""
        return [
            [
                Evidence(line.article, line.start, line.end)
                for pick in self.picks
                if any(_holds(each, pick.draft.evidence[0]) for each in _cited(briefing, sentence))
                for line in pick.carriers
            ]
            for sentence in briefing.sentences
        ]

    def told(self, briefing: Briefing) -> list[Told]:
        """Return the sentences as the report on their wording takes them."""
        return [
            Told(
                text=each.text,
                publishers=_publishers(_cited(briefing, each)),
                party=self._party(_cited(briefing, each)),
                origins=each.origins,
                status=each.claim_status,
            )
            for each in briefing.sentences
        ]

    def _evidence(self, briefing: Briefing, sentence: BriefSentence) -> list[Evidence]:
        articles = {source.article.id: source.article for source in self.sources}
        return [
            Evidence(articles[each.article_id], each.start, each.end)
            for each in _cited(briefing, sentence)
        ]

    def _origins(self, briefing: Briefing, sentence: BriefSentence) -> int:
        origins = {source.article.id: source.origin for source in self.sources}
        carrying = (briefing.citation(n) for n in (*sentence.citations, *sentence.also))
        return len({origins[each.article_id] for each in carrying})

    def _party(self, cited: Sequence[Citation]) -> str | None:
        """Return the one party whose word the cited sentences give, None if it is not one."""
        parties = {
            self.sides.party(each.speaker) for each in self.statements if _stands_in(each, cited)
        }
        return parties.pop() if len(parties) == 1 else None


def _cited(briefing: Briefing, sentence: Sentence) -> list[Citation]:
    return [briefing.citation(n) for n in sentence.citations]


def _publishers(cited: Sequence[Citation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.publisher or "Unknown outlet" for each in cited))


def _holds(citation: Citation, evidence: Evidence) -> bool:
    return (
        citation.article_id == evidence.article.id
        and citation.start < evidence.end
        and evidence.start < citation.end
    )


def _stands_in(statement: Statement, cited: Sequence[Citation]) -> bool:
    return any(_holds(each, statement.evidence) for each in cited)
