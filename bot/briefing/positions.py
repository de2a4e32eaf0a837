"""What each party says on each issue: the newest clear statement, verbatim, or none.

The issues are those of `issues.toml` that some party speaks of; the parties are those whose
delegations meet, and then those who speak the most. A statement counts for the party that
makes it, never for one that it is about. Nothing here knows whether two positions differ.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from bot.antecedents import leans_back, past_dateline
from bot.briefing.shown_parties import shown_parties
from bot.briefing.sources import Source
from bot.briefing.statements import sayings
from bot.briefing.statements.attribution import Attribution
from bot.briefing.statements.clauses import attributions
from bot.briefing.statements.parties import Sides
from bot.briefing.statements.stances import is_anothers
from bot.engine import Evidence, Line, Statement
from bot.grounding.quotes import quotations

_MOST_WORDS = 45
_FEWEST_WORDS = 4
_CLAUSE_WORDS = 12  # within which a clause has its verb
_MOST_ISSUES = 12
_MOST_UNASSIGNED = 10
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|would|will|could|can|may|might|must|should|do|did|does"
    r"|[a-z]{3,}ed|wants?|met|went|came|took|made|began)\b|n['’]t\b",
)
_LEANS = re.compile(
    r"[\"“]?(?:it|its|they|their|this|these|those|that|he|his|she|her|both|such|so|to|of|on|for|in|as"
    r"|with|from|by|at|and|or|but|would|will|be|being)\b",
    re.IGNORECASE,
)
_ENDS_LEANING = re.compile(r"\b(?:first|then|too|so|either|both|it|them|this|that)$")
# Told again later, of a time that the sentence does not date.
_RETOLD = re.compile(
    r"\bhad (?:\w+ )?(?:said|told|announced|agreed|demanded|proposed|warned|promised|offered)\b"
    r"|\b(?:that|the) (?:first|second|third|fourth|last|previous|earlier)"
    r" (?:round|meeting|session)\b"
    r"|\b(?:ahead of|before|after|at) (?:that|those)\b|\b(?:also )?said then\b|\bat the time\b",
    re.IGNORECASE,
)
_TAKES_STAND = re.compile(
    r"\b(?:must|should|would|will|need(?:s|ed)?|demand\w*|propos\w+|call(?:ed|s)? (?:for|on)|agreed"
    r"|refus\w+|reject\w+|support\w*|oppos\w+|wants?|wanted|only|urged|offer\w*|accept\w*|den(?:y|ied)"
    r"|ready|never|cannot|insist\w*|announced|seeks?|ask(?:s|ed) for)\b",
    re.IGNORECASE,
)
# What is demanded or done stands in a sentence before: “would demand both”, “had asked for it”.
_STOPS = r"(?=\s*(?:[.,;:!?)”\"]|$|(?:at|in|on|with|from|before|by|and|but|if|once|when|as)\b))"
_BACK = re.compile(
    r"\b(?:(?:demand|want|seek|ask|call|insist|reject|accept|refus|propos|offer|agree|oppos|support"
    r"|discuss|rais|consider|den)\w*|sought|do|did|done|doing)"
    rf" (?:for |to |on |about |of )?(?:both|it|them|this|that|these|those|so|neither){_STOPS}"
    r"|\b[Bb]oth (?:had|have|has|were|are|would|will|must|should|could)\b"
    r"|\b[Tt]he same\b(?! (?:time|day|week|month|year|way)\b)"
)


@dataclass(frozen=True, slots=True)
class FoundPosition:
    """What `party` says on `issue`; without `statement` no article tells."""

    party: str
    issue: str
    statement: str | None = None
    speaker: str | None = None
    date: str | None = None
    evidence: Evidence | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class _Said:
    """A statement of a party on an issue; `rank` orders those of one cell, the best last."""

    statement: Statement
    rank: tuple[bool, bool, bool, str, bool, int]
    evidence: Evidence
    day: str | None


def find_positions(
    sources: Sequence[Source],
    statements: Sequence[Statement],
    sides: Sides,
    *,
    most_parties: int = 6,
) -> list[FoundPosition]:
    """Return a cell for each party and issue, by party and then by issue.

    `statements` are those of the sources, in any order.
    """
    lines = {source.article.id: source.lines for source in sources}
    told_days = _told_days(statements)
    cells: dict[tuple[str, str], _Said] = {}
    spoken: Counter[str] = Counter()
    issues: Counter[str] = Counter()
    for statement in statements:
        parties = sides.parties(statement.speaker)
        spoken.update(parties)
        if not parties:
            continue
        line = _line_of(lines.get(statement.evidence.article.id, ()), statement.evidence)
        for issue in _issues_of(statement.text):
            for party in parties:
                said = _said(statement, party, line, sides, told_days)
                if said is None:
                    continue
                issues[issue] += 1
                held = cells.get((party, issue))
                if held is None or said.rank > held.rank:
                    cells[party, issue] = said
    frequent = {issue for issue, _ in issues.most_common(_MOST_ISSUES)}
    able = {party for party, issue in cells if issue in frequent}
    parties = shown_parties(sources, spoken, able, most_parties)
    shown = {issue for party, issue in cells if party in parties and issue in frequent}
    order = [issue for issue in _table() if issue in shown]
    return [_cell(party, issue, cells.get((party, issue))) for party in parties for issue in order]


@cache
def _table() -> dict[str, re.Pattern[str]]:
    text = files("bot.briefing").joinpath("issues.toml").read_text(encoding="utf-8")
    issues: dict[str, list[str]] = tomllib.loads(text)["issues"]
    return {
        name: re.compile(rf"\b(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)
        for name, patterns in issues.items()
    }


def _issues_of(text: str) -> list[str]:
    return [issue for issue, pattern in _table().items() if pattern.search(text)]


def _line_of(lines: Sequence[Line], evidence: Evidence) -> Line | None:
    for line in lines:
        if line.start <= evidence.start < line.end:
            return line
    return None


def _told_days(statements: Sequence[Statement]) -> dict[str, list[int]]:
    """Return where in each article a statement stands whose day the sentence tells."""
    places: dict[str, list[int]] = {}
    for each in statements:
        if each.date is not None:
            places.setdefault(each.evidence.article.id, []).append(each.evidence.start)
    return places


def _said(
    statement: Statement, party: str, line: Line | None, sides: Sides, days: dict[str, list[int]]
) -> _Said | None:
    """Return a statement as a cell's candidate, None if it gives another's position."""
    against = statement.verb.lower() in sayings.AGAINST
    if line is None or (not against and is_anothers(statement.text, party, sides)):
        return None
    shown = _shown(statement, line)
    if shown is None:
        return None
    evidence, clear = shown
    article = statement.evidence.article
    retold = statement.date is None and (
        _RETOLD.search(line.text) is not None
        # Someone else's words in the sentence have a day, and these have none.
        or any(line.start <= place < line.end for place in days.get(article.id, ()))
    )
    published = (article.published or "")[:10]
    day = statement.date or ("" if retold else published)
    stands = f"{statement.verb} {statement.text}"
    takes_stand = _TAKES_STAND.search(stands) is not None
    named = statement.speaker is not None and " and " not in statement.speaker
    rank = (clear, not retold, takes_stand, day or published, named, -len(statement.text))
    return _Said(statement, rank, evidence, day or None)


def _shown(statement: Statement, line: Line) -> tuple[Evidence, bool] | None:
    """Return the stretch to show, and whether it can be understood by itself.

    What someone denies or refuses is shown with the denial, or else not at all.
    """
    words = len(statement.text.split())
    article = line.article
    whole_start = past_dateline(article.text, line.start, line.end)
    whole = Evidence(article, whole_start, line.end)
    whole_text = article.text[whole_start : line.end]
    against = statement.verb.lower() in sayings.AGAINST
    alone = not against and _stands(statement.text, words) and _is_clause(statement)
    fits = len(whole_text.split()) <= _MOST_WORDS and line.end >= statement.evidence.end
    if alone:
        return statement.evidence, not _BACK.search(whole_text)
    back = _BACK.search(whole_text) is not None
    found = attributions(
        line_text := article.text[line.start : line.end], list(quotations(line_text))
    )
    if fits and len(found) < 2 and not leans_back(whole_text):
        return whole, not back
    clause = _clause(statement, line, found)
    if clause is not None:
        return clause, not back
    if against and not fits:
        return None
    if _LEANS.match(statement.text) is None and not fits:
        return statement.evidence, False
    end = max(line.end, statement.evidence.end)
    return Evidence(article, whole_start, end), False


def _clause(statement: Statement, line: Line, several: Sequence[Attribution]) -> Evidence | None:
    """Return the clause of a statement with its speaker, where that names him at its head."""
    for found in several:
        start, end = found.content[0]
        own = line.start + start <= statement.evidence.start < line.start + end
        if own and found.form == "ahead" and not found.shared and found.who and found.who.name:
            evidence = Evidence(line.article, line.start + found.start, statement.evidence.end)
            clause = line.article.text[evidence.start : evidence.end]
            return evidence if len(clause.split()) <= _MOST_WORDS else None
    return None


def _is_clause(statement: Statement) -> bool:
    """Say whether a statement is told as a clause, and not as the thing that is demanded."""
    start = statement.evidence.start
    if statement.quoted or statement.evidence.article.text[:start].endswith("that "):
        return True
    ahead = " ".join(statement.text.split()[:_CLAUSE_WORDS])
    return statement.verb.lower() not in sayings.THING and _FINITE.search(ahead) is not None


def _stands(text: str, words: int) -> bool:
    return (
        _FEWEST_WORDS <= words <= _MOST_WORDS
        and _LEANS.match(text) is None
        and _ENDS_LEANING.search(text) is None
        and _FINITE.search(text) is not None
    )


def unassigned(statements: Sequence[Statement], sides: Sides) -> list[Statement]:
    """Return what persons whose side no article tells say on an issue, the newest first.

    They are no position of a party; where a party has none they may be why.
    """
    kept: list[Statement] = []
    for each in sorted(statements, key=_said_on, reverse=True):
        if not _is_person(each.speaker) or sides.parties(each.speaker):
            continue
        if _issues_of(each.text) and not any(_overlap(each, other) for other in kept):
            kept.append(each)
        if len(kept) == _MOST_UNASSIGNED:
            break
    return kept


def _said_on(statement: Statement) -> str:
    return statement.date or (statement.evidence.article.published or "")[:10]


def _is_person(speaker: str | None) -> bool:
    return speaker is not None and speaker[:1].isupper() and " and " not in speaker


def _overlap(one: Statement, other: Statement) -> bool:
    """Say whether two statements are one: a quotation and the clause that it stands in."""
    ours, theirs = one.evidence, other.evidence
    return (
        ours.article.id == theirs.article.id and ours.start < theirs.end and theirs.start < ours.end
    )


def _cell(party: str, issue: str, said: _Said | None) -> FoundPosition:
    if said is None:
        return FoundPosition(party, issue)
    evidence = said.evidence
    text = " ".join(evidence.article.text[evidence.start : evidence.end].split())
    return FoundPosition(party, issue, text, said.statement.speaker, said.day, evidence)
