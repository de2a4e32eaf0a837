"""Whose word a sentence gives: a named party's, an unnamed source's, a document's, the outlet's.

Read from the sentence itself, and where it names no speaker, from the passages it rests on:
what they give as someone's word is not the outlet's own. By pattern and for English.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from bot.briefing.statements.attribution import Attribution
from bot.briefing.statements.clauses import attributions
from bot.engine import Evidence
from bot.grounding.quotes import flat, quotations
from bot.neutrality.flags import ClaimStatus
from vectorstore.text import content_stems

# Whose word it is, nobody says.
_REPORTED = r"(?:believed|thought|understood|rumou?red|reported|said|alleged|claimed|feared)"
_HEARSAY = re.compile(
    r"\b(?:reportedly|allegedly|purportedly|supposedly"
    rf"|it (?:is|was|has been|had been) (?:\w+ly )?{_REPORTED}"
    rf"|(?:is|are|was|were|been) (?:\w+ly )?(?:{_REPORTED}|reputed) to"
    # “Some headway was reported on the text”: by whom, nobody says.
    r"|(?:is|are|was|were|been|being) (?:\w+ly |also |being )?(?:reported|rumou?red|alleged)"
    r"\b(?![^.;,]{0,40}\bby )"
    r"|(?:some|media|press|news|other|local|several|early|unconfirmed|conflicting)"
    r" (?:reports|accounts)"
    r"|reports (?:that|of (?!the\b|its\b|their\b|his\b|her\b))"
    r"|(?:reports|accounts|versions|estimates) (?:also )?(?:differ|var[iy]|conflict|diverg|disagree"
    r"|say|said|suggest)\w*"
    r"|sources (?:put|close|familiar)|on condition of anonymity"
    r"|(?:people|persons?|officials?|sources?) familiar with)\b",
    re.IGNORECASE,
)
_CITING = re.compile(
    r"\bciting (?:an?|the|its|his|her|official|court) (?:[\w'’-]+ ){0,4}?(?:statement"
    r"|documents?|report|letter|filing|memo|readout|decree|transcript|records)\b"
    r"|\b(?:under|by the terms of) the (?:[\w'’-]+ ){0,2}?(?:treaty|resolution|decree|memorandum)\b"
    r"|\b(?:text|communiqu[eé]|readout|resolution|decree|document) (?:made|makes|read|reads|refers"
    r"|referred|calls|called|says|said|mentions|mentioned|provides?)\b",
    re.IGNORECASE,
)
# What a party has put on the table, told without a verb of saying.
_PUT_FORWARD = re.compile(
    r"\bunder (?:the|its|their|his|her|that) (?:[\w'’-]+ )?(?:proposals?|offer)\b"
    r"|\b(?:proposals?|offer) (?:also )?(?:provides?|provided|sets? out|calls?|called|foresees?)\b"
    r"|\b(?:given|issued|published|provided|put forward) by the (?-i:[A-Z])"
    r"|\b(?:announced|confirmed|alleged|claimed) (?:on \w+day )?by (?:the )?(?-i:[A-Z])"
    r"|\bas (?-i:[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*) (?:said|put it|demanded|proposed)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"[,;] (?:though|although|while|whereas|but|even as)\b.*", re.DOTALL)
_SAME_WORDS = 0.6
_RANK: tuple[ClaimStatus, ...] = ("document", "party", "unnamed")


def claim_status(text: str, evidence: Sequence[Evidence]) -> ClaimStatus:
    """Return whose word `text` gives; `evidence` are the passages that it rests on.

    What rests on no passage and names no speaker is nobody's word: “unnamed”.
    """
    own = _status(text)
    if own is not None:
        return own
    for each in evidence:
        if (theirs := _in_passage(text, each)) is not None:
            return theirs
    return "outlet" if evidence else "unnamed"


@lru_cache(maxsize=4_096)
def _read(text: str) -> tuple[Attribution, ...]:
    return tuple(attributions(text, list(quotations(text))))


def _status(text: str) -> ClaimStatus | None:
    """Return what a sentence's own words tell, None where it names no speaker."""
    found = _read(text)
    kinds = [status for each in found if (status := _of(each, text)) is not None]
    if _CITING.search(text):
        return "document"
    for status in _RANK:
        if status in kinds:
            return status
    if _PUT_FORWARD.search(text):
        return "party"
    # What an aside has on hearsay leaves the rest the outlet's own.
    return "unnamed" if _HEARSAY.search(_ASIDE.sub("", text)) else None


def _of(found: Attribution, text: str) -> ClaimStatus | None:
    """Return the status that an attribution gives; None if it is another outlet's report."""
    who = found.who
    if who is None or who.kind == "unnamed" or (found.via and found.via.kind == "unnamed"):
        return "unnamed"
    if who.kind == "document":
        return "document"
    return None if who.kind == "outlet" else "party"


def _in_passage(text: str, evidence: Evidence) -> ClaimStatus | None:
    """Return whose word a passage gives for what `text` tells, None if it is no one's."""
    article, start, end = evidence.article, evidence.start, evidence.end
    first = article.text.rfind("\n", 0, start) + 1
    last = article.text.find("\n", end)
    paragraph = article.text[first : last if last >= 0 else len(article.text)]
    words = flat(text).strip()
    for a, b in quotations(paragraph):
        if words and words in flat(paragraph[a:b]):
            return "party"
    wanted = frozenset(content_stems(text))
    passage = article.text[start:end]
    return _covered(wanted, passage, _read(passage)) if wanted else None


def _covered(
    wanted: frozenset[str], passage: str, found: Iterable[Attribution]
) -> ClaimStatus | None:
    for each in found:
        said = frozenset(stem for a, b in each.content for stem in content_stems(passage[a:b]))
        if len(wanted & said) >= _SAME_WORDS * len(wanted):
            return _of(each, passage)
    return None
