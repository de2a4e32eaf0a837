"""Makes a follow-up question stand by itself, by rules of English and without a model.

"When?" takes over the question before, "And Sudia?" puts itself into it, "What did he
say?" gets its name. A question with a subject of its own stays as it was typed, to the
space. Where no rewording is safe, what the question goes on from is put in brackets behind
it: that reads less well, but says nothing that was not asked. Time words are left to
`bot.timeframe`. Questions in other languages are left as they are, but for the shortest.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.answers import Answer
from bot.followups.exchange import Exchange, recent
from bot.followups.references import mentions_sides, resolved
from bot.followups.shapes import (
    AUXILIARY,
    WH,
    asked_with,
    capital,
    shape_of,
    unmarked,
    with_context,
)
from bot.followups.swaps import swapped
from bot.grounding.names import capitalised, names
from bot.grounding.words import read_line
from vectorstore.text import clean_unicode, content_stems

# Longer questions say what they are about, and need not be searched for what they lack.
_LONGEST = 300  # characters
_MOST_ADDED = 200  # characters, beyond what the exchange's question has
_LONGEST_TOPIC = 6  # words in "And …?"

_LEAD = re.compile(r"(?:and|but|so|ok|okay|well|also)\b,? +", re.IGNORECASE)
_ABOUT = re.compile(
    r"(?:what|how) about +|what of +|(?:the )?same (?:question )?for +|(?:and )?for +(?=[^\W\d_])",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"(?:really|seriously|honestly|is (?:that|this|it) (?:really )?(?:true|so|right|correct)"
    r"|are you (?:really )?(?:sure|certain)|sure|come again"
    rf"|{AUXILIARY} (?:it|he|she|they|that))(?: about (?:that|it))?",
    re.IGNORECASE,
)
_SAYS_WHO = re.compile(
    r"(?:says who|according to whom?|who (?:said|says|reported|reports|claimed|claims) "
    r"(?:that|this|so|it)|who is (?:saying|claiming) (?:that|this|so))",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"(?:then|then what|what then|what next|next|what (?:happened|came|followed) "
    r"(?:then|next|after(?:wards)?|after (?:that|this|it)|later)|after (?:that|this|it)"
    r"|(?:what )?afterwards)",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"(?P<word>(?:in|on|at|since|until|from|to|with|by|for) "
    r"(?:what|which|when|where|whom?)(?: [a-z]+)?"
    rf"|(?:what|which) (?:year|day|date|month|time|city|country|town|place)|who (?:with|by|to)"
    rf"|how come|{WH})"
    rf"(?: (?:exactly|precisely|then|not))?"
    rf"(?P<tail>(?: (?:is|are|was|were|did|does|do|has|had))(?: (?:it|that|this|these|those|they))"
    rf"(?: (?:happen(?:ed)?|take place|occur|so|exactly))?)?",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"(?P<word>who|what|where|when|why|how) else(?: (?:was|is|were|are|did)(?: (?:it|that|this))?)?"
    r"|(?P<any>any(?:one|body|thing)) (?:else|more)|(?P<more>what more)",
    re.IGNORECASE,
)
_OPENS_QUESTION = re.compile(rf"(?:[a-z]+ )?{WH}\b|{AUXILIARY}\b", re.IGNORECASE)
_ASKS_READER = re.compile(r"\b(?:you|your|me|i)\b", re.IGNORECASE)
_OUTCOME = re.compile(
    r"\b(?:result|outcome|aim|purpose|cause|date|agenda|venue|topic|length|start|end)s?$",
    re.IGNORECASE,
)
_SYNONYMS = {
    "who with": "With whom",
    "who by": "By whom",
    "who to": "To whom",
    "how come": "Why",
    "which city": "In which city",
    "what city": "In what city",
    "which country": "In which country",
    "what country": "In what country",
    "which town": "In which town",
    "what place": "In what place",
    "which place": "In which place",
    "what day": "On what day",
    "which day": "On which day",
    "what date": "On what date",
    "which date": "On which date",
    "what time": "At what time",
    "what year": "In what year",
    "which year": "In which year",
    "what month": "In what month",
    "which month": "In which month",
}


@dataclass(frozen=True, slots=True)
class _Turn:
    """A question without its "And"; `goes_on` says whether it had one."""

    body: str
    goes_on: bool
    exchanges: Sequence[Exchange]

    @property
    def last(self) -> Exchange:
        return self.exchanges[0]


def standalone(question: str, earlier: Sequence[Answer]) -> str:
    """Return `question` so that it can be understood and searched without `earlier`.

    Args:
        question: As it was typed.
        earlier: The conversation's answers, the oldest first.

    Returns:
        The very same question where it stands by itself or nothing can be done for it.
    """
    text = " ".join(clean_unicode(question)[0].split())
    exchanges = [e for e in recent(earlier) if len(e.question) <= _LONGEST]
    if not exchanges or not text or len(text) > _LONGEST:
        return question
    lead = _LEAD.match(text)
    turn = _Turn(text[lead.end() :] if lead else text, lead is not None, exchanges)
    if not unmarked(turn.body):
        return question
    said = next((said for rule in _RULES if (said := rule(turn)) is not None), turn.body)
    fits = len(said) <= len(question) + len(turn.last.question) + _MOST_ADDED
    if said == turn.body or not fits:
        return question
    return capital(said) if said[-1] in "?.!" else f"{capital(said)}?"


def _again(turn: _Turn) -> str | None:
    return turn.last.question if _AGAIN.fullmatch(unmarked(turn.body)) else None


_LONGEST_QUOTED = 160  # characters of what somebody said, for a question to hold


def _says_who(turn: _Turn) -> str | None:
    if not _SAYS_WHO.fullmatch(unmarked(turn.body)):
        return None
    said = turn.last.first_sentence
    if said and len(said) <= _LONGEST_QUOTED:
        return f"Who said “{said}”?"
    return with_context("Who said that", turn.last)


def _next(turn: _Turn) -> str | None:
    if not _NEXT.fullmatch(unmarked(turn.body)):
        return None
    event = turn.last.event
    return (
        f"What happened after {event}?" if event else with_context("What happened next", turn.last)
    )


def _bare(turn: _Turn) -> str | None:
    """Understand a question word alone, or with "was that" behind it."""
    found = _BARE.fullmatch(unmarked(turn.body))
    if found is None:
        return None
    key = found["word"].lower()
    if found["tail"] and key in ("who", "what", "which", "whose", "how", "how much"):
        return None
    if turn.body.lower().startswith("why not"):  # what did not happen has no simple rewording
        return with_context(turn.body, turn.last)
    word = _SYNONYMS.get(key, capital(key))
    return asked_with(word, turn.last) or with_context(turn.body, turn.last)


def _else(turn: _Turn) -> str | None:
    found = _ELSE.fullmatch(unmarked(turn.body))
    if found is None:
        return None
    word = found["word"] or ("what" if found["more"] or found["any"][3:] == "thing" else "who")
    shape = shape_of(turn.last.question)
    if shape is not None and shape.wh == word.lower() and not shape.noun:
        parts = (f"{capital(word.lower())} else", shape.auxiliary, shape.rest)
        return " ".join(filter(None, parts)) + "?"
    return with_context(f"{word} else", turn.last)


def _about(turn: _Turn) -> str | None:
    """Understand "What about Sudia?", "And Sudia?" and "The third?"."""
    about = _ABOUT.match(turn.body)
    topic = unmarked(turn.body[about.end() :] if about else turn.body)
    is_question = turn.goes_on or turn.body.rstrip().endswith("?")
    if about is None and (_OPENS_QUESTION.match(topic) or not is_question):
        return None
    if not topic or len(topic.split()) > _LONGEST_TOPIC:
        return None
    if (said := swapped(_in_full(topic, turn), turn.last)) is not None:
        return said
    if about is None and not turn.goes_on and _has_content(topic):
        return None
    has_opener = about is not None or not turn.goes_on
    return with_context(turn.body if has_opener else f"What about {topic}", turn.last)


def _in_full(topic: str, turn: _Turn) -> str:
    return resolved(topic, turn.exchanges).text


def _referring(turn: _Turn) -> str | None:
    reading = resolved(turn.body, turn.exchanges)
    if reading.is_open:
        return with_context(reading.text, turn.last)
    return reading.text if reading.text != turn.body else None


def _thin(turn: _Turn) -> str | None:
    """Give a question with hardly a word of its own what the one before was about."""
    text = turn.body
    if not _OPENS_QUESTION.match(text) or _ASKS_READER.search(text) or _has_content(text):
        return None
    event = turn.last.event
    if event is None or mentions_sides(text):
        return with_context(text, turn.last)
    if event.lower() in text.lower():
        return None
    link = "of" if _OUTCOME.search(unmarked(text)) else "at"
    return f"{unmarked(text)} {link} {event}?"


def _has_content(text: str) -> bool:
    """Whether it has a name or two words that carry meaning."""
    line = read_line(text)
    found = names(line) or [name for name in capitalised(line) if name.first]
    words = content_stems(text)
    if mentions_sides(text):
        words = words[1:]
    return bool(found) or len(words) > 1


_RULES: tuple[Callable[[_Turn], str | None], ...] = (
    _again,
    _says_who,
    _next,
    _bare,
    _else,
    _about,
    _referring,
    _thin,
)
