"""What a question asks for: its kind, its names, numbers and words.

By pattern, for English; a question in another language has its words and numbers and no
kind. Nothing here knows what was found.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from vectorstore.text import STOPWORDS, content_stems, tokens

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NUMBER_WORDS = frozenset(
    """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
    hundred thousand million billion trillion dozen dozens half quarter once twice both
    several first second third fourth fifth sixth
    """.split()  # noqa: SIM905 - as text it can be read
)


class AnswerKind(StrEnum):
    """What sort of thing would answer."""

    PERSON = "person"
    TIME = "time"
    PLACE = "place"
    NUMBER = "number"
    DURATION = "duration"
    REASON = "reason"
    POLAR = "yes or no"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question taken apart.

    `stems` are its words that an answering sentence may be expected to hold; `names` and
    `numbers` are folded words.
    """

    text: str
    kind: AnswerKind
    stems: tuple[str, ...]
    names: tuple[str, ...]
    numbers: tuple[str, ...]


_AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must)"
_KINDS: tuple[tuple[AnswerKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (AnswerKind.DURATION, r"\bhow long\b(?! (?:is|are) the)|\bfor how (?:long|many)\b"),
        (
            AnswerKind.NUMBER,
            r"\bhow (?:many|much|old|far|tall|high|deep|large|big|often|fast)\b"
            r"|\b(?:what|which) (?:is the |was the |were the )?(?:percent\w*|number|share|"
            r"proportion|amount|population|rate|cost|price|size|total|figure|sum)\b",
        ),
        (
            AnswerKind.TIME,
            r"\bwhen\b|\b(?:what|which|on what|in what|in which|on which) "
            r"(?:year|date|day|month|century|decade|time|week|period|era)\b"
            r"|\bwh(?:at|ich) (?:is|was|were|will be) the (?:[\w'’-]+ ){0,3}?dates?\b"
            r"|\bhow (?:soon|recently)\b",
        ),
        (
            AnswerKind.PLACE,
            r"\bwhere\b|\b(?:what|which) (?:city|town|country|state|place|region|continent|"
            r"river|island|location|nation|capital|village|venue|building|area|province)\b",
        ),
        (
            AnswerKind.PERSON,
            r"\bwh(?:o|om|ose)\b|\b(?:what|which) (?:person|man|woman|people)\b"
            r"|\bname of [\w'’ -]*?\b(?:minister|president|advis[eo]r|leader|envoy|spokes\w+|head"
            r"|chief|chair\w*|king|queen|negotiator|ambassador|director|author|founder|officer"
            r"|delegate|secretary|premier|general)\b",
        ),
        (AnswerKind.REASON, r"\bwhy\b|\bfor what reason\b|\bwhat (?:was |is )?the reason\b"),
        (AnswerKind.POLAR, rf"^\W*{_AUXILIARY}(?:n't)?\b"),
    )
)
_CAPITALISED = re.compile(r"\b[^\W\d_a-z][\w'’-]*")
_NUMERAL = re.compile(r"\d+(?:[.,]\d+)*")
# A first word is capitalised whatever it is; these are never names.
_NO_NAMES = STOPWORDS | frozenset("according name give list besides may must tell show".split())  # noqa: SIM905


# "What year", "which city": the word names the kind of the answer and need not stand in it.
_HEAD = re.compile(r"\b(?:what|which|how many|how much)\s+(\w+)", re.IGNORECASE)
_KIND_NOUNS = frozenset(
    content_stems(
        """
        year date day month century decade time city country state place region continent
        type kind sort name term word percentage percent number amount person people group
        """
    )
)


def analyse(question: str) -> Asked:
    """Take `question` apart."""
    kind = next((kind for kind, pattern in _KINDS if pattern.search(question)), AnswerKind.OTHER)
    names = tuple(
        dict.fromkeys(
            word
            for part in _capitalised(question)
            for word in tokens(part)
            if word not in _NO_NAMES and len(word) > 1
        )
    )
    numbers = tuple(token for part in _NUMERAL.findall(question) for token in tokens(part))
    return Asked(question, kind, tuple(_expected(question)), names, numbers)


def _capitalised(question: str) -> Iterator[str]:
    """Yield the words with a capital; the first word only if the next has one, too."""
    for found in _CAPITALISED.finditer(question):
        opening = not any(char.isalnum() for char in question[: found.start()])
        if not opening or _CAPITALISED.match(question[found.end() :].lstrip(" ")):
            yield found.group()


def _expected(question: str) -> list[str]:
    stems = content_stems(question)
    head = _HEAD.search(question)
    for noun in content_stems(head[1]) if head else ():
        if noun in _KIND_NOUNS and noun in stems and len(stems) > 1:
            stems.remove(noun)
    return stems


# "Who took part?", "Which ministers met?", "List the parties", "What were the conditions?"
_SEVERAL = re.compile(
    r"^\W*(?:please )?(?:list|name|enumerate|give (?:me )?(?:a list|the names|all))\b"
    r"|\b(?:what|which)(?: \w+)? (?!was|is|does|has|this|its|his)[a-z]+s\b"
    r"(?! (?:was|is|has|does)\b)"
    r"|\bwh(?:at|o) (?:were|are)(?: (?:the|some|all|its|their|his|her))? (?:[\w-]+ ){0,3}?[a-z]+s\b"
    r"|\bwho(?: all| else)? (?:took part|attended|participated|were|are|met|signed)\b"
    r"|\bwhat else\b|\ball the\b",
    re.IGNORECASE,
)


def asks_for_several(question: str) -> bool:
    """Whether it asks for a list: several true answers then add up."""
    return _SEVERAL.search(question) is not None
