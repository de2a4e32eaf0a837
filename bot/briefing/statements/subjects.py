"""Reads, from what stands before or behind a verb of saying, the phrase that names who says it.

Works on a sentence whose quotations are masked. Where a phrase cannot be told from the words
around it, nobody is found: a speaker is never guessed.
"""

import re
from dataclasses import dataclass

from bot.briefing.statements.nouns import ROLES as _ROLES
from bot.briefing.statements.nouns import Phrase, bare, is_capital, read_phrase
from bot.briefing.statements.parties import STAFF, is_place
from bot.briefing.statements.phrases import (
    is_nobody,
    past_time,
    read_speaker,
    without_anonymity,
    without_clause,
)
from bot.briefing.statements.sayings import ADVERBIAL, AHEAD, MAY_END
from bot.grounding.verbs import AUXILIARIES
from bot.grounding.words import listed
from vectorstore.text import PAST_FORMS

MASK = "\x01"
_LONGEST = 240  # characters
_LONGEST_ADVERB = 90
_ENDS = re.compile(r"\w+\s*(?:[.,;!?\"”]|$)")
_MOST_ASIDES = 3
_LOWER = re.compile(r"(?<![\w'’-])[a-z]{2,}(?![\w'’-])")
_TENSED = frozenset((*AUXILIARIES, *PAST_FORMS, *listed("heads leads chairs wants meets")))
_BREAK = re.compile(
    rf"[;:–—()\[\]{MASK}\"“”«»]\s*|\s-+\s|[,.?!]\s|\b(?:but|while|when|as|after|before|because|that"
    r"|whether|although|if|since|than|though|where|which|whereas|until|how|why|what|so|or|yet)\s",
    re.IGNORECASE,
)
_LIST = re.compile(r",\s")
_COMMA = re.compile(r",\s")
_WHO = re.compile(r",?\s+who\s*$")
_LEAD = re.compile(rf"\s*(?:{ADVERBIAL}),?\s+", re.IGNORECASE)
_PREPOSITION = re.compile(
    r"(?:in|on|at|by|with|for|from|of|to|under|amid|during|despite|following|speaking|asked|asking"
    r"|citing|like|among|upon|without|against|about|over|through|according|there|once)\b",
    re.IGNORECASE,
)
_ASIDE_WORDS = frozenset(
    listed("""
    the a an who whose which his her its their one also himself herself both now then of in with
    himself whom along including at
    """)
)
_PARTY_TAG = re.compile(r"[RDI]-[A-Z]|\d{2}$|[A-Z]\w+\.$|Jr\.?$")
_FINITE = frozenset(
    listed("is are was were has had have would will could can may might must do did")
)
_LINKING = frozenset(listed("of for to in at from with on by over about"))
_NEGATED = re.compile(
    r"(?:\b(?:not|never|hardly|barely|scarcely|no longer|would|will|could|may|might"
    r"|should|can|must|to|cannot|nor|shall|without|by|of|for)|n['’]t|['’]ll)\s*$",
    re.IGNORECASE,
)
_PASSIVE = re.compile(r"(?:\b(?:is|was|were|been|be|being|are|get|gets|got)|['’]re)\s*$", re.I)
_PARENTHESIS = re.compile(r"\s[(\[][^()\[\]]{1,40}[)\]](?=\s|,)")
_NAME = re.compile(
    r"(?:[A-ZÀ-ÖØ-Þ][\w.'’-]*)"
    r"(?: (?:(?:al-|el-)?[A-ZÀ-ÖØ-Þ][\w.'’-]*|(?:al|bin|de|van|von|der)\b)){1,4}"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """Who says it, and where that stands: `[start, end)`; None in `who` for one left out."""

    who: Phrase | None
    start: int
    end: int


def before_verb(masked: str, verb: int) -> Subject | None:
    """Return the subject that ends before position `verb`, None if none can be read.

    A verb that shares another's subject (“met him and said”) has one without `who`.
    """
    low = max(0, verb - _LONGEST)
    left = strip_end(_PARENTHESIS.sub(_blank, masked[low:verb]))
    if _NEGATED.search(left) or _PASSIVE.search(left):
        return None
    if re.search(r"(?:\band|,)\s*$", left) and re.search(r"\band\s*$", left):
        return Subject(None, low + len(left.rstrip()) - 3, low + len(left.rstrip()))
    end = low + len(left.rstrip(" "))
    if relative := _WHO.search(left):
        return _relative(left, relative, low)
    text = left.rstrip()
    found = _with_asides(text) if text.endswith(",") else _plain(text)
    if found and _is_place(text, found[0]) and not _ENDS.match(masked, verb):
        return None
    return Subject(found[1], low + found[0], end) if found else None


def _is_place(text: str, start: int) -> bool:
    """Say whether a phrase only says where a place is: “near Crosby, Texas warned”."""
    before = text[:start].rstrip()
    if not before.endswith(",") or not is_place(text[start:].strip()):
        return False
    words = before[:-1].split()
    return len(words) > 3 and is_capital(words[-1]) and not words[-1].endswith("day")


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())


def strip_end(left: str) -> str:
    """Return `left` without the adverbs and auxiliaries at its end."""
    while MAY_END.search(left[-24:]) and (
        found := AHEAD.search(left, max(0, len(left) - _LONGEST_ADVERB))
    ):
        opened, closed = _commas(found.group())
        if not found.group().strip(" ,") or (closed and not opened):
            # “X, who led the team on Monday, said”: the comma ends an aside.
            break
        left = left[: found.start()] + ("," if opened and not closed else "") + " "
    return left


def _commas(adverb: str) -> tuple[bool, bool]:
    """Say whether a comma stands before an adverb, and whether one stands behind it."""
    return adverb.lstrip().startswith(","), adverb.rstrip().endswith(",")


def _relative(left: str, found: re.Match[str], low: int) -> Subject | None:
    """Read “X, who said”: the name right before."""
    if not found.group().startswith(","):
        return None
    text = left[: found.start()]
    plain = _plain(text)
    if plain is None or plain[1].kind not in ("person", "body"):
        return None
    return Subject(plain[1], low + found.start(), low + len(left.rstrip()))


def _plain(text: str) -> tuple[int, Phrase] | None:
    """Read the phrase that `text` ends with."""
    text = without_anonymity(text)
    start = before = 0
    comma = either = False
    for found in _BREAK.finditer(text):
        if found.end() < len(text) and not _within_name(text, found):
            before, start, comma = start, found.end(), found.group().startswith(",")
            either = found.group().lower().startswith("or")
    if either:
        return None  # “X or Y said”: it is not told which
    if comma and _is_listed(text[before:start], text[start:]):
        # “Officials from X, Y and Z”, “X, Y and Z”.
        read = read_phrase(_LIST.sub(" ", text[before:]))
        return (before, read) if read and read.kind == "unnamed" else None
    return _read(text, start)


def _is_listed(before: str, last: str) -> bool:
    """Say whether a phrase is the end of a list that begins before the comma."""
    words = before.rstrip(" ,").split()
    if " and " not in last or not words or _PREPOSITION.match(before):
        return False
    return is_capital(words[-1]) and not _LEAD.fullmatch(f"{before.rstrip(' ,')}, ")


def _within_name(text: str, found: re.Match[str]) -> bool:
    """Say whether a stop only cuts a word of a name short: “Sen. X”, “J. Edgar”."""
    if not found.group().startswith("."):
        return False
    word = text[: found.start()].split()[-1:] or [""]
    return is_capital(word[0]) and len(word[0].strip("(")) <= 5


def _read(text: str, start: int) -> tuple[int, Phrase] | None:
    """Read the phrase `text[start:]`, without an adverb or another clause before it."""
    while lead := _LEAD.match(text, start):
        if lead.end() >= len(text):
            break
        start = lead.end()
    start = past_time(text, start)
    phrase = without_clause(text[start:])
    if _PREPOSITION.match(phrase) or is_nobody(phrase):
        return None
    read = read_speaker(phrase)
    cut = phrase.rfind(" and ")
    if cut >= 0 and not (read and read.name and " and " in read.name and _is_joined(phrase)):
        start += cut + len(" and ")
        phrase = phrase[cut + len(" and ") :]
        read = read_phrase(phrase)
    if read is None or not _FINITE.isdisjoint(phrase.lower().split()) or _acts(phrase):
        return None
    return start, read


def _acts(phrase: str) -> bool:
    """Say whether a verb stands behind a preposition: “X on Friday touted”."""
    words = phrase.split()
    first = next((at for at, word in enumerate(words) if at and word in _LINKING), len(words))
    return any(
        word.islower() and (word in PAST_FORMS or word.endswith("ed")) for word in words[first:]
    )


def _is_joined(phrase: str) -> bool:
    """Say whether “and” joins two names or bodies rather than two clauses."""
    if STAFF.match(phrase):
        return True
    left, _, right = phrase.partition(" and ")
    return read_phrase(left) is not None and read_phrase(right) is not None


def _with_asides(text: str) -> tuple[int, Phrase] | None:
    """Read “X, the head of Y,”: a phrase with one to three asides behind it."""
    commas = [found.start() for found in _COMMA.finditer(text)]
    asides: list[str] = []
    end = len(text) - 1
    for comma in reversed(commas[-_MOST_ASIDES:]):
        asides.append(text[comma + 1 : end].strip())
        end = comma
        if not _is_aside(asides[-1]):
            return None
        found = _plain(text[:comma])
        if found is None:
            continue
        start, read = found
        named = next((each for each in reversed(asides) if _NAME.fullmatch(each)), None)
        if read.kind == "person" or (named is None and (read.name or read.kind == "unnamed")):
            return start, read
        if named is not None and read.kind in ("body", "unnamed"):
            return start, read_phrase(named) or read
    return None


def _is_aside(text: str) -> bool:
    words = text.split()
    if not words:
        return False
    first = bare(words[0])
    if first in _ASIDE_WORDS or first in _ROLES or first.endswith("ing"):
        return True
    if _PARTY_TAG.match(text) or _NAME.fullmatch(text):
        return True
    return any(bare(word) in _ROLES for word in words[:5])


def behind_verb(masked: str, verb_end: int) -> Subject | None:
    """Return the subject that begins behind a verb: “, said X, the head of Y”."""
    right = masked[verb_end : verb_end + _LONGEST]
    offset = len(right) - len(right.lstrip())
    stop = len(right)
    for found in re.finditer(
        rf"[,;:–—{MASK}\"“”]|\.(?:\s|$)| (?:in|on|at|as|who|after|during) ", right
    ):
        if found.group().startswith(".") and _within_name(right, found):
            continue
        stop = found.start()
        break
    phrase = without_clause(right[offset:stop].strip())
    read = read_speaker(phrase) if phrase and not is_nobody(phrase) else None
    following = right[stop:].removeprefix(",").strip()
    aside = _NAME.match(following)
    if read and read.kind in ("body", "unnamed") and aside and right[stop : stop + 1] == ",":
        tail = following[aside.end() :]
        if tail[:1] in (",", ".", ""):
            read, stop = read_phrase(aside.group()) or read, stop + 2 + aside.end()
    if read is None:
        return None
    return Subject(read, verb_end, verb_end + stop)


def first_subject(masked: str) -> Phrase | None:
    """Return whom the sentence is about if it begins with a name that its first verb is of."""
    for found in _LOWER.finditer(masked, 0, _LONGEST):
        key = found.group()
        if key not in _TENSED and not key.endswith("ed"):
            continue
        subject = before_verb(masked, found.start())
        if subject is None or subject.who is None or masked[: subject.start].strip():
            continue
        return subject.who if subject.who.kind in ("person", "body", "pronoun") else None
    return None
