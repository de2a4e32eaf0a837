"""Noun phrases and persons in a sentence, and what a rule takes out of a clause.

By pattern, for English. Nothing here knows which question is asked.
"""

import re
from dataclasses import dataclass

from vectorstore.models.made_clauses import Clause, Range
from vectorstore.models.made_words import (
    DETERMINERS,
    PREPOSITIONS,
    is_participle,
    participle_of,
)
from vectorstore.questions import MONTHS, WEEKDAYS
from vectorstore.text import STOPWORDS, tokens

_NAME_WORD = r"[A-ZÀ-ÖØ-Þ][\w'’.-]*\w"
NAME = rf"{_NAME_WORD}(?: (?:(?:of|the|de|van|von|bin|al|du|la) ){{0,2}}{_NAME_WORD})*"
ONLY_NAME = re.compile(rf"(?:[Tt]he )?{NAME}")
_PERSONAL = (
    r"(?:(?:prime |foreign |defen[cs]e )?minister|president|king|queen|leader|envoy|spokes(?:man|"
    r"woman)|scientist|researcher|economist|emperor|pope|historian|critic|scholar|official|chemist"
    r"|physicist|geologist|geographer|mathematician|pharmacist|professor|philosopher|author|writer"
    r"|governor|mayor|founder|settler|engineer|architect|worker|student|teacher|negotiator"
    r"|diplomat|general|bishop|doctor|physician|alumn(?:us|a)|activist|protester|biologist|director"
    r"|chairman|chief|advis[eo]r|composer|poet|explorer|naturalist|delegate|member|citizen|soldier"
    r"|chancellor|secretary)"
)
_PERSON_NOUN = re.compile(rf"(?:\b{_PERSONAL}s?|\b(?:people|men|women|alumni))$", re.IGNORECASE)
_TITLED = re.compile(
    r"(?:(?:Prime|Foreign|Defen[cs]e) )?(?:Mr|Mrs|Ms|Dr|Sir|President|Minister|Chancellor|Secretary"
    r"|General|Ambassador|Senator|King|Queen|Pope|Prince|Princess|Judge|Professor|Emperor|Lord"
    r"|Captain|Governor)\.? [A-Z]"
)
_INTRODUCED = re.compile(
    rf"\b{_PERSONAL} ({_NAME_WORD}(?: {_NAME_WORD})*)"
    rf"|\b(?i:{_PERSONAL}) ({_NAME_WORD}(?: {_NAME_WORD})+)"
)
_ACTING = re.compile(
    rf"\b({_NAME_WORD}(?: {_NAME_WORD})+),? (?:said|wrote|argued|told|who)\b"
    rf"|\b({_NAME_WORD}),? who\b"
)
COPULAS = frozenset(("is", "are", "was", "were"))
_PHRASE = re.compile(
    r"(?:(?!(?:in|on|at|by|for|from|to|with|into|as|during|after|before|between|through|over|under"
    r"|against|among|within|since|until|via|along|about|throughout|near|across|upon|around|toward)"
    r"\b)[\w$€£%][\w'’.,/%-]*(?: |$)){1,9}"
)
_NOT_OBJECT = PREPOSITIONS | frozenset(
    """
    up out down off away back that it him them not only very more late early north south east west
    and or but together still there here less further apart so too well
    """.split()  # noqa: SIM905 - as text it can be read
)
# No passive can be made of these.
_LINKING = frozenset("have become remain seem appear stay prove say grow cost".split())  # noqa: SIM905
_NO_END = DETERMINERS | _NOT_OBJECT | {"and", "or"}
# "took place"
_IDIOMS = frozenset("place effect part forces shape steps care advantage office control".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Source:
    """The text, the range of the sentence asked about, and words of persons' names in the text."""

    text: str
    sentence: Range
    persons: frozenset[str]

    def is_person(self, noun: str) -> bool:
        """Whether a noun phrase is a person or a group of persons."""
        head = re.split(r" (?:of|in|from|at) ", noun)[0]
        if _TITLED.match(noun) or _PERSON_NOUN.search(head) or _INTRODUCED.search(noun):
            return True
        return bool(ONLY_NAME.fullmatch(noun)) and set(tokens(noun)) <= self.persons


@dataclass(frozen=True, slots=True)
class Taken:
    """An answer taken out of a clause: `wh` opens the question and `rest` ends it.

    `asks_subject`: the answer is the subject, and the verb follows `wh` as it stands.
    `subject`, `helper` and `base` stand for the clause's own; `shortens`: the question can do
    without an adverbial at its end.
    """

    rule: str
    answer: Range
    wh: str
    rest: str
    asks_subject: bool = False
    shortens: bool = True
    subject: str | None = None
    helper: str | None = None
    base: str | None = None


def person_words(text: str) -> frozenset[str]:
    """Return the words of names that the text introduces as persons'."""
    names = (
        found[1] or found[2]
        for pattern in (_INTRODUCED, _ACTING)
        for found in pattern.finditer(text)
    )
    return frozenset(word for name in names for word in tokens(name) if word not in STOPWORDS)


def without(text: str, clause: Clause, start: int, end: int) -> str:
    """Return what follows the verb, less `[start, end)`."""
    first, last = clause.plain
    return f"{text[first:start].rstrip()} {text[end:last].lstrip(' ')}".strip()


def object_of(text: str, clause: Clause) -> Range | None:
    """Return the range of the noun phrase right behind an active verb."""
    if clause.helper not in ("did", "does", "do"):
        return None
    return noun_phrase(text, *clause.plain)


def noun_phrase(text: str, start: int, end: int) -> Range | None:
    """Return the range of the noun phrase that begins at `start`, if it looks like a whole one."""
    found = _PHRASE.match(text, start, end)
    phrase = found.group().rstrip(" ,.") if found else ""
    words = phrase.split(" ")
    first, last = words[0].lower(), words[-1]
    if not phrase or first in _NOT_OBJECT or first.endswith("ly") or phrase in _IDIOMS:
        return None
    single = len(words) == 1 and last.islower() and not last.endswith("s")
    if single or last.endswith(("ing", "ly")) or last.lower() in _NO_END:
        return None
    if len(words) > 1 and last.islower() and is_participle(last):
        return None
    dated = set(tokens(phrase)) & {*MONTHS[:4], *MONTHS[5:], *WEEKDAYS}
    return None if dated else (start, start + len(phrase))


def passive(text: str, clause: Clause, behind: str, place: Range) -> Taken | None:
    """Return the passive form of the clause, with its object as subject, less the doer."""
    if clause.helper != "did" or clause.base in _LINKING:
        return None
    words = text[slice(*place)].split(" ")
    if words[0].lower() not in ("the", "a", "an") and not words[0][0].isupper():
        return None
    plural = words[-1].endswith("s") and not words[-1].endswith("ss")
    many = (plural and words[0].lower() != "a") or " and " in text[slice(*place)]
    participle = participle_of(text[slice(*clause.finite)])
    return Taken(
        "", place, "", behind, subject=text[slice(*place)], helper="were" if many else "was",
        base=participle,
    )  # fmt: skip
