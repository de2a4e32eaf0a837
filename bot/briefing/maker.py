"""Makes briefings: gather → select → word and ground → compare → report.

The text comes sentence by sentence from an engine, which words it from what was selected, and
is checked as an answer is; all the rest, whichever engine there is, is found in the articles
by rule. Nothing here knows how a briefing is kept or shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.answering import answered
from bot.answers import Answer
from bot.briefing.account import Account, merged, with_text
from bot.briefing.beginnings import beginnings
from bot.briefing.changes import find_changes
from bot.briefing.differences import find_differences
from bot.briefing.findings import Findings, Sentences
from bot.briefing.gathering import Gathered, gather
from bot.briefing.headings import nothing, of_one_outlet, remarks, title, without_side
from bot.briefing.parts import Briefing, Origins
from bot.briefing.positions import find_positions, unassigned
from bot.briefing.reading import Read
from bot.briefing.request import Progress, Request
from bot.briefing.selection import Pick, select
from bot.briefing.sources import Source
from bot.briefing.timeline import find_events
from bot.engine import Engine, Line, Selected, Statement, Step
from bot.neutrality import report
from bot.wording import day
from vectorstore.documents import Filter
from vectorstore.errors import EndpointError, ParleyError
from vectorstore.retriever import ANY, Retriever

# What a writer is given, as a multiple of what it is to write: it leaves out and joins.
_MATERIAL = 3
_MOST_MATERIAL = 1_600  # words
# More would be read by nobody; those of the sentences shown come first.
_MOST_CLAIMS = 200


@dataclass(frozen=True, slots=True)
class BriefingMaker:
    """Makes briefings on a corpus through an engine; safe to share between threads.

    `quoting` is the engine that words a briefing where what another wrote is not fit to be
    shown; `narrow` holds for every briefing.
    """

    retriever: Retriever
    engine: Engine
    quoting: Engine
    narrow: Filter = ANY

    def make(self, request: Request, earlier: Briefing | None = None) -> Iterator[Progress]:
        """Yield the briefing as far as it has come; the last is whole.

        ParleyError if no article bears on what is asked for. `earlier` is the briefing that
        it is compared with.
        """
        yield Progress("Reading the articles …")
        gathered = gather(self.retriever, request.topic, request.scope.narrow(self.narrow))
        if not gathered.sources:
            raise ParleyError(nothing(request))
        begun = self._begun(request, gathered, earlier)
        read = Read.of(gathered.sources)
        picks = select(read.sources, request.words, sides=read.parties)
        if not picks:
            raise ParleyError(
                "No sentence of these articles can stand by itself: choose other articles."
            )
        yield Progress("Writing …", begun)
        briefing = begun
        for answer in self._worded(request, begun, read, picks):
            briefing = with_text(begun, answer, request.words)
            yield Progress(answer.doing or "Writing …", briefing)
        yield Progress("Comparing the articles …", briefing)
        yield Progress("", self._whole(briefing, gathered, read, picks, earlier))

    def _begun(self, request: Request, gathered: Gathered, earlier: Briefing | None) -> Briefing:
        sources = gathered.sources
        return Briefing(
            title=title(request, sources),
            topic=request.topic,
            engine=self.engine.name,
            as_of=request.scope.as_of,
            model=self.engine.model,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            origins=Origins(len(sources), len({each.origin for each in sources})),
            notices=remarks(request, gathered, earlier),
        )

    def _worded(
        self, request: Request, begun: Briefing, read: Read, picks: Sequence[Pick]
    ) -> Iterator[Answer]:
        """Yield the text as an answer, as far as it has come; the last has sentences."""
        material = _material(read, request.words) if self.engine.model else ()
        selected = Selected(tuple(pick.draft for pick in picks), material)
        as_of = day(begun.as_of or _newest(read.sources))
        blank = Answer("", "", begun.engine, begun.model, notices=begun.notices)

        def ask(engine: Engine) -> Iterator[Step]:
            return engine.brief(selected, request.topic, request.words, as_of)

        answer = blank
        for answer in answered(blank, self.engine, self.quoting, ask):
            yield answer
        if not answer.sentences:
            # A model that finds nothing to say does not outweigh what was selected.
            quoted = replace(answer, engine=self.quoting.name, model=None, refused=False)
            for answer in answered(quoted, self.quoting, self.quoting, ask):
                yield answer

    def _whole(
        self,
        briefing: Briefing,
        gathered: Gathered,
        read: Read,
        picks: Sequence[Pick],
        earlier: Briefing | None,
    ) -> Briefing:
        sources, sides = read.sources, read.sides
        statements = read.statements
        if briefing.model is not None:
            briefing, by_model = self._by_model(briefing, sources)
            statements = merged(by_model, statements)
        findings = Findings(briefing, Sentences(sources))
        findings.put_notice(of_one_outlet(sources, picks))
        account = Account(sources, picks, statements, sides)
        findings.put_carriers(account.carriers(briefing))
        findings.put_claims(account.statements_of(briefing)[:_MOST_CLAIMS])
        # A person's side is told anywhere in the articles, and the rest only what is on the topic.
        topical = [source.on_topic for source in sources]
        findings.put_positions(find_positions(topical, account.on_topic, sides))
        findings.put_notice(without_side(len(unassigned(account.on_topic, sides))))
        compared, notice = beginnings(topical)
        findings.put_notice(notice)
        timeline = find_events(compared)
        findings.put_events(timeline.events, timeline.undated)
        findings.put_differences(find_differences(compared))
        whole = account.with_status(findings.briefing)
        whole = replace(
            whole,
            neutrality=report(
                account.told(whole), origins=whole.origins.origins, side_of=sides.party
            ),
        )
        whole = _with_provenance(whole, gathered)
        if earlier is None:
            return whole
        texts = {each.article.id: each.article.text for each in sources}
        return replace(whole, changes=find_changes(earlier, whole, texts))

    def _by_model(
        self, briefing: Briefing, sources: Sequence[Source]
    ) -> tuple[Briefing, list[Statement]]:
        """Return what the model finds that was said in what the text rests on."""
        rests_on = {each.article_id for each in briefing.citations}
        wanted = [source.lines for source in sources if source.article.id in rests_on]
        found: list[Statement] = []
        usage = briefing.usage
        try:
            for step in self.engine.statements(wanted):
                if isinstance(step, Statement):
                    found.append(step)
                elif step.usage is not None:
                    usage = usage + step.usage if usage else step.usage
        except EndpointError as error:
            notice = f"Who said what was found by rule alone, since the model failed: {error}"
            briefing = replace(briefing, notices=(*briefing.notices, notice))
        return replace(briefing, usage=usage), found


def _with_provenance(briefing: Briefing, gathered: Gathered) -> Briefing:
    """Add when each cited article was taken in, and the hash of the text that it had."""
    cited = {each.article_id for each in briefing.citations}
    articles = [source.article for source in gathered.sources if source.article.id in cited]
    return replace(
        briefing,
        read_at={each.id: gathered.read_at[each.id] for each in articles},
        hashes={each.id: each.text_hash for each in articles},
    )


def _material(read: Read, words: int) -> tuple[tuple[Line, ...], ...]:
    """Return what a model is to write from: the best sentences of each article, in order."""
    picks = select(read.sources, min(_MATERIAL * words, _MOST_MATERIAL), sides=read.parties)
    by_article: dict[str, list[Line]] = {source.article.id: [] for source in read.sources}
    for pick in picks:
        by_article[pick.line.article.id].append(pick.line)
    return tuple(
        tuple(sorted(lines, key=lambda line: line.start)) for lines in by_article.values() if lines
    )


def _newest(sources: Sequence[Source]) -> str | None:
    return max((each.article.published or "" for each in sources), default="")[:10] or None
