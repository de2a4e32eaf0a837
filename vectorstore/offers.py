"""How plainly a sentence offers a thing of the kind that is asked for.

A person's name where "who" is asked, a day rather than a year where "when" is, a number of
what is counted. What the question itself says is no offer. By pattern, for English; of
another kind of question, or in another language, nothing can be said and 1 is returned.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from vectorstore.questions import MONTHS, NUMBER_WORDS, WEEKDAYS, AnswerKind, Asked
from vectorstore.spelling import is_country
from vectorstore.text import PAST_FORMS, STOPWORDS, content_stems, fold, tokens

_MONTH = "|".join(MONTHS) + "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
_YEAR = r"(?:1\d|20)\d\d"
# From the most exact to the least, with what each is worth where no year alone is asked for.
_TIMES = (
    (
        re.compile(
            rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTH})\b|(?:{_MONTH})\.? \d{{1,2}}\b)"
            rf"(?:\.?,? {_YEAR})?|\b\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}\b"
        ),
        1.0,
    ),
    (re.compile(rf"\b(?:{_MONTH})\.?,?(?: of)? {_YEAR}\b"), 0.9),
    (re.compile(rf"\b{_YEAR}(?:s\b)?"), 0.8),
    (
        re.compile(
            rf"\b(?:{'|'.join(WEEKDAYS)}|{'|'.join((*MONTHS[:4], *MONTHS[5:]))}|centur\w+|decade\w*"
            r"|today|yesterday|tomorrow|(?:last|next|this|same) (?:week|month|year|day)|weekend"
            r"|\d+(?:am|pm| a\.m| p\.m))\b"
        ),
        0.6,
    ),
)
_YEAR_ASKED = re.compile(r"\b(?:year|decade|century)\b", re.IGNORECASE)
_PERIOD = r"(?:second|minute|hour|day|week|month|year|decade|centur(?:y|ie))s?\b"
_COUNTED_PERIOD = re.compile(
    rf"\b(?:[\d.,]+|{'|'.join(sorted(NUMBER_WORDS))}|an?|few)[- ]{_PERIOD}"
    r"(?! (?:after|before|ago|later|earlier)\b)"
)
_ANY_PERIOD = re.compile(rf"\b{_PERIOD}")
_COUNTED = re.compile(r"\bhow (?:many|much) (?:more |other |of the )?([\w' -]+)", re.IGNORECASE)
_REACH = 5  # words between a number and what it counts
_CAPITALISED = re.compile(r"\b[^\W\d_a-z][\w'’-]*")
_PLACED = re.compile(
    r"\b(?:in|at|near|from|to|outside|around|between|across|of) (?:the )?([^\W\d_a-z]\w+)"
)
_REASONED = re.compile(
    r"\b(?:because|since|due to|so that|in order to|owing to|reasons?|caus\w+|result\w*|after|as"
    r"|prompt\w+|led to|therefore)\b"
)
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Sir|President|Minister|Chancellor|Secretary|General|Ambassador|Senator"
    r"|King|Queen|Pope|Prince|Princess|Judge|adviser|spokesman|spokeswoman|envoy|minister"
    r"|negotiator|leader|director|chief)\.? ([^\W\d_a-z][\w'’-]+)"
)
_FULL_NAME = re.compile(
    r"\b[^\W\d_a-z][\w'’-]+(?: (?:[A-Z]\.|de|da|van|von|der|bin|ibn|al|el|la|le))*"
    r" [^\W\d_a-z][\w'’-]+(?: [^\W\d_a-z][\w'’-]+)*"
)
_NAMED = re.compile(
    r"^\W*(?:[Ww]ho(?:['’]s| is| was| are| were)|[Ww]hose [\w ]+ (?:is|was))"
    r" ((?:(?!The )[^\W\d_a-z][\w'’-]+ ?)+)\W*$"
)
_NAME_ASKED = re.compile(r"\bnames? of\b", re.IGNORECASE)
# What is named with one of these, or on one of these days, is no person.
_IMPERSONAL = frozenset(
    (
        *MONTHS,
        *WEEKDAYS,
        *"""
        league union ministry council nations house agency party states kingdom emirates republic
        war university company group corp inc court committee commission congress parliament senate
        bank river street city county region province palace forum army forces office department
        association federation world cup award awards prize games series season church abbey college
        school institute museum club treaty act south north east west sea ocean island islands lake
        mountains valley news times post herald tv sanctions delegation sovereignty facebook twitter
        security defence defense foreign deputy prime national international
        """.split(),  # noqa: SIM905 - as text it can be read
    )
)


_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|being|am|has|have|had|do|does|did|will|would|can|could|may|might"
    r"|shall|should|must|says?|'s|won't|[a-z]{2,}ed|[a-z]{3,}[^s\W]s)\b"
)


def states(text: str) -> bool:
    """Whether it says something, as a headline, a caption or the stub of a sentence may not."""
    words = [word for word in tokens(text) if word.isalpha()]
    return bool(_VERB.search(text)) or not PAST_FORMS.isdisjoint(words)


# Ranking, evidence and choosing each ask for the same few sentences.
@lru_cache(maxsize=2_048)
def offered(asked: Asked, text: str) -> float:
    """Return how plainly `text` offers what is asked for, 0..1."""
    match asked.kind:
        case AnswerKind.TIME:
            return _time(asked, fold(text))
        case AnswerKind.NUMBER:
            return _number(asked, text)
        case AnswerKind.DURATION:
            folded = fold(text)
            return max(bool(_COUNTED_PERIOD.search(folded)), 0.5 * bool(_ANY_PERIOD.search(folded)))
        case AnswerKind.PLACE:
            placed = any(_is_new(asked, name) for name in _PLACED.findall(text))
            return 1.0 if placed else 0.5 * any(_new_names(asked, text))
        case AnswerKind.PERSON:
            return _person(asked, text)
        case AnswerKind.REASON:
            return float(bool(_REASONED.search(fold(text))))
        case AnswerKind.POLAR | AnswerKind.OTHER:
            return 1.0


def _time(asked: Asked, folded: str) -> float:
    by_year = _YEAR_ASKED.search(asked.text) is not None
    for pattern, worth in _TIMES:
        if any(_is_new(asked, found.group()) for found in pattern.finditer(folded)):
            return max(worth, 0.9) if by_year and worth > 0.6 else worth
    return 0.0


def _number(asked: Asked, text: str) -> float:
    """A number that the question lacks; it is worth more beside what is counted."""
    words = tokens(text)
    numbers = [
        place
        for place, word in enumerate(words)
        if (word[:1].isdigit() or word in NUMBER_WORDS) and word not in asked.numbers
    ]
    counted = _COUNTED.search(asked.text)
    noun = set(content_stems(counted[1])[:1]) if counted else set[str]()
    if not numbers or not noun:
        return float(bool(numbers))
    near = (words[place : place + _REACH] for place in numbers)
    return 1.0 if any(noun & set(content_stems(" ".join(few))) for few in near) else 0.5


def _person(asked: Asked, text: str) -> float:
    """A full or titled name is a person's; another new name may be, if no name is asked for.

    "Who is Ana Vell?" asks for no name but for what she is.
    """
    if named := _NAMED.match(asked.text):
        described = (
            rf"[a-z] {re.escape(named[1])}\b|{re.escape(named[1])}(?: [\w-]+)?,? (?:a|an|the|who)\b"
        )
        return 1.0 if re.search(described, text) else 0.5
    for found in (*_FULL_NAME.finditer(text), *_TITLED.finditer(text)):
        words = tokens(found.group(found.lastindex or 0))
        # A name that shares a word with the question is the one that it names.
        new = words and all(_is_new(asked, word) for word in words if word not in STOPWORDS)
        if new and not _IMPERSONAL & set(words) and not any(map(is_country, words)):
            return 1.0
    if _NAME_ASKED.search(asked.text):
        return 0.0
    others = (word for word in _new_names(asked, text) if word not in _IMPERSONAL)
    return 0.5 * any(not is_country(word) for word in others)


def _new_names(asked: Asked, text: str) -> Iterator[str]:
    """Yield the capitalised words that the question lacks, past the sentence's first."""
    for found in _CAPITALISED.finditer(text):
        opening = not any(char.isalnum() for char in text[: found.start()])
        for word in tokens(found.group()):
            if len(word) > 1 and word not in STOPWORDS and not opening and _is_new(asked, word):
                yield word


def _is_new(asked: Asked, said: str) -> bool:
    known = set(tokens(asked.text))
    return any(word not in known for word in tokens(said))
