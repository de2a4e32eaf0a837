"""Puts the name for "he", "it", "there", "those talks" and "the other side".

A word that refers to something in its own question is left alone, and so is an "it" that
refers to nothing. Where the exchange leaves a choice, no choice is made: `is_open` then
says that the question needs its context beside it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.followups.exchange import Exchange, is_adjective, is_placed
from bot.followups.phrases import ACTORS, DETERMINERS, EVENTS, TIMES, phrases
from bot.followups.shapes import AUXILIARY, LINK, unmarked
from bot.grounding.names import names
from bot.grounding.words import listed, read_line


@dataclass(frozen=True, slots=True)
class Reading:
    """A question with its references resolved as far as they are clear."""

    text: str
    exchanges: Sequence[Exchange]
    is_open: bool = False

    def put(self, found: re.Match[str], name: str | None) -> "Reading":
        """Return the reading with `name` for what was found; left open without one."""
        if name is None:
            return replace(self, is_open=True)
        text = f"{self.text[: found.start()]}{name}{self.text[found.end() :]}"
        return replace(self, text=text)

    def first(self, kind: Callable[[Exchange], str | None]) -> str | None:
        """Return what the nearest exchange has of a kind."""
        return next((said for e in self.exchanges if (said := kind(e)) is not None), None)


_AFTER_OBJECT = rf"(?=\W*$|[,;]| (?:{LINK}|and|or|as|during|there|then|again|exactly)\b)"
_EXPLETIVE = re.compile(
    r"\b(?:is|was|does|did|will|would|has|had|if|that) it (?:also )?(?:not )?(?:true|possible"
    r"|likely|clear|known|say|said|seem|appear|mean|rain|necessary|important|agreed that"
    r"|reported that|the case|take (?:[^?]{0,80} )?to)\b"
    r"|\bit (?:is|was) (?:true|possible|likely|clear|said)\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    rf"\b(?:(?P<object>him|her{_AFTER_OBJECT})|(?P<owner>his|her)|(?P<subject>he|she))\b(?!['’])",
    re.IGNORECASE,
)
_PLURAL = re.compile(
    r"\b(?:(?P<object>them)|(?P<owner>their)|(?P<subject>they))\b(?!['’])", re.IGNORECASE
)
_IT = re.compile(
    rf"\b(?:(?P<object>it{_AFTER_OBJECT})|(?P<owner>its)|(?P<subject>it))\b(?!['’])", re.IGNORECASE
)
_OTHER = re.compile(
    r"\bthe (?:other|opposing|opposite) (?P<noun>side|party|delegation|team|government|country"
    r"|negotiators?|(?:foreign |defence |prime )?minister|president|leader|envoy|ambassador)\b"
    r"(?P<owner>['’]s)?",
    re.IGNORECASE,
)
_DEFINITE = re.compile(
    r"\b(?P<determiner>the|that|this|these|those) (?P<noun>[a-z]+)\b(?!['’-])"
    r"(?! (?:of|between|in|at|on|with|over|about|that|who|which|where|from|to|for)\b)",
    re.IGNORECASE,
)
_DEMONSTRATIVE = re.compile(
    rf"(?:\b(?P<link>{LINK}|during|like) |\b{AUXILIARY} )(?P<that>that|this|these|those)\b"
    rf"|\b(?P<object>that|this|these|those)(?=\W*$| {LINK}\b)",
    re.IGNORECASE,
)
_THERE = re.compile(
    r"(?<!how many )\b(?P<link>from |in |over )?there\b(?=\W*$|[,;])"
    rf"|(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )(?<!been )\bthere(?= {LINK}\b)",
    re.IGNORECASE,
)
_EXISTENTIAL = re.compile(
    rf"^\W*{AUXILIARY} there\b|\bhow (?:many|much)\b[^?]*\bthere\b", re.IGNORECASE
)
_THEN = re.compile(r"(?<!since )(?<!until )\bthen(?=\W*$)", re.IGNORECASE)
_SIDES = re.compile(r"\b(?:both|the two|the|either|neither) (?:sides?|parties)\b", re.IGNORECASE)
# What meetings do and people hardly: "How long did they last?"
_HAPPENING = frozenset(
    listed("""
    last take end ended begin began start started resume fail collapse succeed continue held
    scheduled postponed cancelled
    """)
)
_OWN_EVENT = re.compile(
    r"\b(?:on|by|since) (?:\d|[A-Z])|\b(?:in|at) [A-Z]|\b(?:first|second|third|fourth|fifth)\b"
)


def resolved(text: str, exchanges: Sequence[Exchange]) -> Reading:
    """Return `text` with what it refers to, in the exchanges' words, the newest first."""
    reading = Reading(text, exchanges)
    for resolve in (_other, _definite, _personal, _plural, _there, _it, _demonstrative, _then):
        reading = resolve(reading)
    return reading


def _other(reading: Reading) -> Reading:
    found = _OTHER.search(reading.text)
    if found is None:
        return reading
    exchange = next((e for e in reading.exchanges if e.other_party()), reading.exchanges[0])
    party, noun = exchange.other_party(), found["noun"].lower()
    if party is None:
        return replace(reading, is_open=True)
    adjective = party if is_adjective(party) else exchange.adjective(party)
    if noun in ("side", "party", "country") and not is_adjective(party):
        name = party
    else:
        name = f"the {adjective} {noun}" if adjective else f"{party}'s {noun}"
    return reading.put(found, name + (found["owner"] or ""))


def _definite(reading: Reading) -> Reading:
    """Name "that round" and "the delegation" by the phrase that they stand for."""
    for found in _DEFINITE.finditer(reading.text):
        pointing = found["determiner"].lower() != "the"
        noun = found["noun"].lower()
        if (not pointing and _OWN_EVENT.search(reading.text)) or noun in TIMES:
            continue
        name = reading.first(lambda exchange, noun=noun: _phrase_for(noun, exchange))
        if name is not None and name.lower() != found.group().lower():
            return reading.put(found, name)
        if name is None and pointing and noun in EVENTS | ACTORS:
            return replace(reading, is_open=True)
    return reading


def _phrase_for(noun: str, exchange: Exchange) -> str | None:
    same = (p.text for p in exchange.phrases if p.head == noun and not p.is_name)
    return next(same, exchange.event if noun in EVENTS else None)


def _personal(reading: Reading) -> Reading:
    found = _PERSONAL.search(reading.text)
    if found is None or (not found["object"] and _names_before(reading.text, found)):
        return reading
    people = next((e.people for e in reading.exchanges if e.people), ())
    name = people[0] if len(people) == 1 else None
    return reading.put(found, _owning(name, found))


def _names_before(text: str, found: re.Match[str]) -> bool:
    """Whether a name stands before, that the pronoun may stand for."""
    line = read_line(text[: found.start()])
    return any(not is_placed(line, name) for name in names(line))


def _plural(reading: Reading) -> Reading:
    found = _PLURAL.search(reading.text)
    if found is None or (not found["object"] and _phrase_before(reading.text, found)):
        return reading
    after = read_line(reading.text[found.end() :]).words
    event = reading.exchanges[0].event
    if event is not None and found["subject"] and after and after[0].key in _HAPPENING:
        return reading.put(found, event)
    return reading.put(found, _owning(reading.first(lambda exchange: exchange.group), found))


def _phrase_before(text: str, found: re.Match[str]) -> bool:
    return next(phrases(read_line(text[: found.start()])), None) is not None


def _it(reading: Reading) -> Reading:
    found = _IT.search(reading.text)
    if found is None or _EXPLETIVE.search(reading.text):
        return reading
    if not found["object"] and _phrase_before(reading.text, found):
        return reading
    name = reading.first(lambda exchange: exchange.thing)
    if name is None and not found["object"]:
        name = reading.first(lambda exchange: exchange.party)
    return reading.put(found, _owning(name, found))


def _owning(name: str | None, found: re.Match[str]) -> str | None:
    if name is None or not found["owner"]:
        return name
    return f"{name}'" if name.endswith("s") and name[:1].islower() else f"{name}'s"


def _there(reading: Reading) -> Reading:
    found = _THERE.search(reading.text)
    if found is None or _EXISTENTIAL.search(reading.text):
        return reading
    link = (found["link"] or "at ").replace("in ", "at ").replace("over ", "at ")
    event = reading.first(lambda exchange: exchange.event)
    if event is not None:
        return reading.put(found, f"{link}{event}")
    place = reading.first(lambda exchange: exchange.place)
    if place is not None and link == "from ":
        place = f"from {place.partition(' ')[2]}"
    return reading.put(found, place)


def _demonstrative(reading: Reading) -> Reading:
    found = _DEMONSTRATIVE.search(reading.text)
    if found is None or _points_at_noun(reading.text, found):
        return reading
    thing = None if found["object"] else reading.exchanges[0].thing
    if thing is None:
        return replace(reading, is_open=True)
    start, end = found.span("that")
    return replace(reading, text=f"{reading.text[:start]}{thing}{reading.text[end:]}")


def _points_at_noun(text: str, found: re.Match[str]) -> bool:
    """Whether "that" belongs to a noun, as in "that treaty", or joins a clause."""
    after = read_line(text[found.end() :]).words
    if found["object"] or not after:
        return False
    first = after[0]
    is_clause = first.key in DETERMINERS or first.is_capital
    singular = found["that"].lower() in ("this", "these", "those") and first.key in TIMES
    return is_clause or singular or first.key in EVENTS | ACTORS


def _then(reading: Reading) -> Reading:
    found = _THEN.search(reading.text)
    if found is None or unmarked(reading.text).lower() in ("then", "what then"):
        return reading
    event = reading.first(lambda exchange: exchange.event)
    if event is not None and event.lower() in reading.text.lower():
        return replace(reading, text=f"{reading.text[: found.start()].rstrip()}?")
    return reading.put(found, f"at {event}" if event else None)


def mentions_sides(text: str) -> bool:
    """Whether it speaks of "both sides" without saying whose."""
    return _SIDES.search(text) is not None
