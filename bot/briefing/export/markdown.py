"""A briefing as Markdown: prose first, then the boards, then what shows how it was made.

Each sentence stands on a line of its own with its footnotes, so that the file can be
compared and checked line by line; Markdown programs join the lines to paragraphs. Footnotes
are numbered as they come. Articles, titles and engines' text are escaped, so nothing in
them is markup. What is written here, `bot.briefing.export.verification` reads.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.answers import Citation, Disagreement, Value
from bot.briefing.export.footnotes import moment, publication_day, source, write
from bot.briefing.export.neutrality_tables import neutrality_appendix
from bot.briefing.export.tables import table
from bot.briefing.paragraphs import paragraphs
from bot.briefing.parts import Briefing, BriefSentence, Changes, Claim, Position
from bot.escaping import plain
from bot.neutrality.flags import ClaimStatus
from bot.wording import NOT_STATED, count, day

NOT_VERIFIED = "⚠ not verified:"
POSITIONS, TIMELINE, DIFFERENCES = "Positions", "Timeline", "Where the reports differ"
CHANGES, MISSING, NOTICES = "What changed", "What the articles do not say", "Notices"
WHO_SAID = "Appendix: who said what"
NEW, MOVED, EDITED = "New facts", "Moved positions", "Articles whose text was edited"
QUOTED, WRITTEN = "quoted from the articles", "written by"

WHEN, REPORTED = "When", "Reported"
UNKNOWN_DAY = "on an unknown day"
SPEAKER, VERB, THROUGH, SAID = "Speaker", "Verb", "Through", "When said"
UNATTRIBUTED = "unattributed"

_INCOMPLETE = "The briefing ended before it was whole."
STATUS: dict[ClaimStatus, tuple[str, str]] = {
    "party": ("party", "a party’s claim"),
    "unnamed": ("unnamed source", "a source without a name"),
    "document": ("document", "an official document"),
}
# With more, a column is too narrow to be read.
_COLUMNS = 3


@dataclass(slots=True)
class _Notes:
    """Numbers footnotes as they are first referred to."""

    briefing: Briefing
    cited: dict[int, Citation] = field(init=False)
    numbers: dict[int, int] = field(default_factory=dict[int, int])

    def __post_init__(self) -> None:
        self.cited = {each.n: each for each in self.briefing.citations}

    def refer(self, citations: Iterable[int | None]) -> str:
        """Return the references to these citations."""
        found = [n for n in dict.fromkeys(citations) if n in self.cited]
        return "".join(f"[^{self.numbers.setdefault(n, len(self.numbers) + 1)}]" for n in found)

    def definitions(self) -> Iterator[str]:
        """Yield the lines that define the footnotes referred to so far."""
        briefing = self.briefing
        for n, number in self.numbers.items():
            cited = self.cited[n]
            article = cited.article_id
            read_at, text_hash = briefing.read_at.get(article), briefing.hashes.get(article)
            yield write(number, cited, read_at, text_hash)


def as_markdown(briefing: Briefing) -> str:
    """Return the briefing as Markdown with Pandoc's footnotes."""
    notes = _Notes(briefing)
    blocks = [
        f"# {plain(briefing.title) or 'Briefing'}",
        _description(briefing),
        *_prose(briefing, notes),
        *_positions(briefing.positions, notes),
        *_timeline(briefing, notes),
        *_differences(briefing.disagreements, notes),
        *_changes(briefing, notes),
        *_listed(MISSING, briefing.missing),
        *_listed(NOTICES, [*([_INCOMPLETE] if briefing.incomplete else []), *briefing.notices]),
        *_who_said(briefing.claims, notes),
        *neutrality_appendix(briefing),
        *notes.definitions(),
    ]
    return "\n\n".join(blocks) + "\n"


def _description(briefing: Briefing) -> str:
    """Return the one line that says what this is."""
    model = f"{WRITTEN} {plain(briefing.model)}" if briefing.model else QUOTED
    origins = briefing.origins
    parts = [
        "*Neutral briefing by Parley*",
        model,
        *([f"as of {plain(day(briefing.as_of))}"] if briefing.as_of else []),
        *([f"made {plain(moment(briefing.made_at))}"] if briefing.made_at else []),
        f"{count(origins.articles, 'article')}, {count(origins.origins, 'origin')}",
        count(briefing.words, "word"),
    ]
    return " · ".join(parts)


def _prose(briefing: Briefing, notes: _Notes) -> Iterator[str]:
    """Yield paragraphs, a sentence a line, each under its day, and what the remarks mean."""
    shown = ""
    for paragraph in paragraphs(briefing):
        reported = publication_day(paragraph.reported)
        if reported != shown:
            yield f"*{REPORTED} {plain(day(reported)) if reported else UNKNOWN_DAY}:*"
        shown = reported
        told = (briefing.sentences[number] for number in paragraph.sentences)
        yield "\n".join(_sentence(each, notes) for each in told if each.text.strip())
    if legend := _legend(briefing.sentences):
        yield legend


def _sentence(sentence: BriefSentence, notes: _Notes) -> str:
    verified = sentence.status == "verified"
    status = STATUS.get(sentence.claim_status)
    references = notes.refer(sentence.citations)
    remarks = [plain(status[0])] if status else []
    if sentence.origins > 1:
        also = f", also {notes.refer(sentence.also)}" if sentence.also else ""
        remarks.append(f"{count(sentence.origins, 'origin')}{also}")
    if not verified:
        remarks.extend(map(plain, sentence.problems or ("not checked",)))
    remark = f" *({' · '.join(remarks)})*" if remarks else ""
    mark = "" if verified else f"**{NOT_VERIFIED}** "
    return f"{mark}{plain(sentence.text)}{references}{remark}"


def _remark(parts: Iterable[str | None]) -> str:
    """Return what is said of a sentence in small words behind it."""
    said = " · ".join(plain(part) for part in parts if part)
    return f" *({said})*" if said else ""


def _legend(sentences: Sequence[BriefSentence]) -> str:
    used = {sentence.claim_status for sentence in sentences}
    meanings = [meaning(name) for name in STATUS if name in used]
    if not meanings:
        return ""
    return f"*Whose word:* {', '.join(meanings)}; where nothing is said, the outlet’s own report."


def meaning(status: ClaimStatus) -> str:
    """Return what the remark for a status means, as the legend has it."""
    word, why = STATUS[status]
    return f"*({word})* {why}"


def _positions(positions: Sequence[Position], notes: _Notes) -> Iterator[str]:
    if not positions:
        return
    yield f"## {POSITIONS}"
    parties = list(dict.fromkeys(each.party for each in positions))
    issues = list(dict.fromkeys(each.issue for each in positions))
    cells: dict[tuple[str, str], list[str]] = {}
    for each in positions:
        cells.setdefault((each.party, each.issue), []).append(_position(each, notes))

    def said(party: str, issue: str) -> str:
        return " ".join(cells.get((party, issue), [NOT_STATED]))

    if len(parties) <= _COLUMNS:
        rows = [[plain(issue), *(said(party, issue) for party in parties)] for issue in issues]
        yield table(["Issue", *map(plain, parties)], rows)
        return
    yield table(["Issue", "Party", "Position"], _by_issue(parties, issues, cells))


def _by_issue(
    parties: Sequence[str], issues: Sequence[str], cells: Mapping[tuple[str, str], Sequence[str]]
) -> Iterator[list[str]]:
    """Yield a row a party that says something on an issue, and one for all that do not."""
    for issue in issues:
        silent: list[str] = []
        for party in parties:
            said = cells.get((party, issue), [NOT_STATED])
            if list(said) == [NOT_STATED]:
                silent.append(party)
            else:
                yield [plain(issue), plain(party), " ".join(said)]
        if silent:
            yield [plain(issue), plain(", ".join(silent)), NOT_STATED]


def _position(found: Position, notes: _Notes) -> str:
    if found.statement is None:
        return NOT_STATED
    when = day(found.date) if found.date else None
    return _quoted(found.statement, notes.refer((found.citation,)), [found.speaker, when])


def _quoted(words: str, references: str, remarks: Iterable[str | None]) -> str:
    said = ", ".join(remark for remark in remarks if remark)
    return f"“{plain(words)}”{references}{_remark([said])}"


def _timeline(briefing: Briefing, notes: _Notes) -> Iterator[str]:
    if not briefing.timeline and not briefing.undated:
        return
    yield f"## {TIMELINE}"
    if briefing.timeline:
        rows = [
            [
                plain(day(event.date)),
                plain(day(event.reported)),
                plain(event.text) + notes.refer((event.citation,)),
            ]
            for event in briefing.timeline
        ]
        yield table([WHEN, REPORTED, "What"], rows)
    if briefing.undated:
        yield f"*Left out, of no day that the articles tell:* {count(briefing.undated, 'event')}."


def _differences(found: Sequence[Disagreement], notes: _Notes) -> Iterator[str]:
    if found:
        yield f"## {DIFFERENCES}"
    for each in found:
        values = "\n".join(_value(value, notes) for value in each.values)
        yield f"### {plain(each.about) or 'A value'}\n\n{values}"


def _value(value: Value, notes: _Notes) -> str:
    remarks = [day(value.published), "newest" if value.newest else None]
    said = ", ".join(remark for remark in remarks if remark)
    return f"- {plain(value.value)}{notes.refer(value.citations)}{_remark([said])}"


def _changes(briefing: Briefing, notes: _Notes) -> Iterator[str]:
    changes = briefing.changes
    if changes is None:
        return
    since = moment(changes.since) if "T" in changes.since else day(changes.since)
    yield f"## {CHANGES} since {plain(since)}"
    parts = list(_changed(briefing, changes, notes))
    yield from parts or ["*Nothing new.*"]


def _changed(briefing: Briefing, changes: Changes, notes: _Notes) -> Iterator[str]:
    sentences, positions = briefing.sentences, briefing.positions
    new = [_sentence(sentences[n], notes) for n in changes.new if n < len(sentences)]
    moved = [
        f"*{plain(each.party)} on {plain(each.issue)}:* {_position(each, notes)}"
        for each in (positions[n] for n in changes.moved if n < len(positions))
    ]
    titles = {each.article_id: source(each) for each in briefing.citations}
    edited = [
        f"{titles[each]} · article {plain(each)}" if each in titles else f"*Article* {plain(each)}"
        for each in changes.edited
    ]
    for label, items in (
        (NEW, new),
        (MOVED, moved),
        (EDITED, edited),
    ):
        if items:
            yield f"### {label}"
            yield "\n".join(f"- {item}" for item in items)


def _listed(heading: str, items: Sequence[str]) -> Iterator[str]:
    if shown := [f"- {said}" for said in map(plain, items) if said]:
        yield f"## {heading}"
        yield "\n".join(shown)


def _who_said(claims: Sequence[Claim], notes: _Notes) -> Iterator[str]:
    """Yield the claims in the passages that are cited anyway; all would be a book."""
    shown = [claim for claim in claims if claim.citation in notes.numbers]
    if not shown:
        return
    yield f"## {WHO_SAID}"
    rows = [
        [
            plain(claim.speaker or UNATTRIBUTED),
            plain(f"{claim.verb} {claim.to}" if claim.to else claim.verb),
            plain(claim.via or ""),
            plain(day(claim.date) if claim.date else ""),
            ("“{}”" if claim.quoted else "{}").format(plain(claim.text))
            + notes.refer((claim.citation,)),
        ]
        for claim in shown
    ]
    yield table([SPEAKER, VERB, THROUGH, SAID, "Words"], rows)
