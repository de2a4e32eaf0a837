"""Reads the phrase of one who speaks without what else stands in it.

A time before it (“Last Wednesday the sides”), a clause behind it (“a delegate who asked not
to be named”), how a document came out (“a statement from the Kremlin published”). Those who
serve several (“advisers to X and Y”) speak together, and none of those whom they serve does.
"""

import re

from bot.briefing.statements.nouns import ROLES, Phrase, bare, is_capital, read_phrase
from bot.briefing.statements.parties import STAFF

_UNIT = r"(?:hours?|days?|weeks?|months?|years?)"
_COUNT = r"(?:an?|one|two|three|four|five|six|seven|ten|\d{1,3}|several|a few|some)"
_TIME = re.compile(
    rf"\s*(?:(?:on |early |late )?(?:last|next|this|that|the (?:following|previous|next|same)) "
    rf"(?:[A-Z][a-z]+day|{_UNIT}|morning|afternoon|evening|night|January|February|March|April"
    rf"|May|June|July|August|September|October|November|December)"
    rf"|{_COUNT} {_UNIT} (?:later|earlier|ago|before|after|on)),?\s+",
    re.IGNORECASE,
)
# Nobody of whom the sentence denies something says it.
_NOBODY = re.compile(
    r"(?:neither|nor|no|none|nobody|not|nothing|hardly|barely|scarcely|without)\b", re.IGNORECASE
)
_WHO_CLAUSE = re.compile(r"\swho(?:['’]d)? [a-z]")
_ANONYMOUS = re.compile(
    r"\s(?:who|speaking|asking|requesting|declining)\s[a-z][^;:.\"“”«»\x01]{0,120}?"
    r"\b(?:named|identified|anonym\w+|authori[sz]ed|on the record|publicly"
    r"|(?:his|her|their) names?)\b[^,;:.\"“”«»\x01]{0,80}$"
)
_ISSUED = re.compile(
    r"\s(?:(?:later|also|jointly|just|first) )?(?:published|issued|released|posted|signed|seen"
    r"|dated|sent|obtained|circulated|adopted|presented|delivered|distributed|made public)\b.*$"
)
_HANDED_ON = re.compile(r"\s(?:seen|obtained|circulated|sent|posted|distributed)\b")
_UNNAMED = re.compile(r"\b(?:aides|officials|diplomats|sources|people)\b", re.IGNORECASE)
_JOINING = frozenset(("the", "and", "of", "prime", "both"))
_NEVER_NAMED = re.compile(r"\b(?:sources|people)\b", re.IGNORECASE)


def past_time(text: str, start: int) -> int:
    """Return where a phrase begins behind a time that stands at its head."""
    while (found := _TIME.match(text, start)) and found.end() < len(text):
        start = found.end()
    return start


def is_nobody(phrase: str) -> bool:
    """Say whether a phrase names nobody who says it: “neither side”, “no official”."""
    return _NOBODY.match(phrase.lstrip()) is not None


def without_anonymity(text: str) -> str:
    """Return `text` without a clause at its end that asks for no name to be given."""
    found = _ANONYMOUS.search(text)
    return text[: found.start()] if found else text


def without_clause(phrase: str) -> str:
    """Return a phrase without the “who …” behind it, and without how a document came out."""
    found = _WHO_CLAUSE.search(phrase)
    plain = phrase[: found.start()] if found else phrase
    issued = _ISSUED.search(plain)
    if issued:
        read = read_phrase(plain[: issued.start()])
        is_author = " by " in issued.group() and not _HANDED_ON.match(issued.group())
        if read and read.kind in ("document", "unnamed") and not is_author:
            return plain[: issued.start()]
    return plain


def read_speaker(phrase: str) -> Phrase | None:
    """Return the speaker that a phrase names, or None if it names none."""
    staff = STAFF.match(phrase.strip())
    if staff is None:
        issued = _ISSUED.search(phrase)
        read = read_phrase(phrase[: issued.start()]) if issued else None
        if issued and read and read.kind == "document" and read.name:
            return Phrase("document", f"{read.name}{issued.group()}".rstrip(" ,."))
        return read_phrase(phrase)
    text = phrase.strip(" ,")
    served = text[staff.end() :].split()
    if not all(is_capital(word) or word in _JOINING or bare(word) in ROLES for word in served):
        return read_phrase(phrase)
    unnamed = _NEVER_NAMED if "and" in served else _UNNAMED
    return Phrase("unnamed", None) if unnamed.search(staff.group()) else Phrase("body", text)
