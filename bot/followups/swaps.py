"""Puts what "And the third?" and "What about Sudia?" name into the question before.

Like is swapped with like: an ordinal for an ordinal, a date for a date, a person for a
person, a party for a party in the form that its place asks for.
"""

import re
from dataclasses import dataclass

from bot.followups.exchange import Exchange, are_same, is_adjective, is_placed, surface
from bot.followups.phrases import (
    ACTORS,
    DETERMINERS,
    EVENTS,
    GROUPS,
    PLACING,
    VERBS,
    Phrase,
    key_at,
    phrases,
)
from bot.followups.shapes import shape_of, unmarked
from bot.grounding.names import Name, capitalised, names
from bot.grounding.words import Line, read_line
from vectorstore.questions import MONTHS, WEEKDAYS
from vectorstore.text import PAST_FORMS

_ORDINAL = (
    r"first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"
    r"|last|next|previous|final|latest|\d{1,2}(?:st|nd|rd|th)"
)
_MONTH = "|".join((*MONTHS, *(f"{month[:3]}\\b" for month in MONTHS)))
_DATE = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTH})|(?:{_MONTH}) \d{{1,2}}(?:st|nd|rd|th)?\b"
    rf"|(?:{'|'.join(MONTHS[:4])}|{'|'.join(MONTHS[5:])}|(?<=in )may\b))(?:,? \d{{4}}\b)?"
    rf"|\d{{4}}-\d\d-\d\d|(?:{'|'.join(WEEKDAYS)})|yesterday|today|tomorrow"
    r"|(?:last|this|next) (?:week|month|year)|(?<=in )\d{4}"
)
_LINK = (
    r"(?:on|in|by|since|before|after|until|as of|for|from|to|with|at|of|near|against|about|between)"
)
_DATED = re.compile(rf"\b(?:(?P<link>{_LINK}) )?(?P<date>{_DATE})", re.IGNORECASE)
_ORDINAL_TOPIC = re.compile(
    rf"(?:(?P<link>{_LINK}) )?(?P<the>the )?(?P<ordinal>{_ORDINAL})(?: ones?)?"
    rf"(?P<noun>(?: [\w'’-]+)*)",
    re.IGNORECASE,
)
_IN_QUESTION = re.compile(rf"\b(?:{_ORDINAL})\b(?! of (?:{_MONTH}))", re.IGNORECASE)
_NAME_TOPIC = re.compile(
    rf"(?:(?P<link>{_LINK}) )?(?P<the>the )?(?P<rest>[^\W\d_].*)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Topic:
    """What is to be put in: `name` out of `text`, `noun` what stands behind it there."""

    text: str
    name: str
    noun: str
    link: str
    has_article: bool


def swapped(topic: str, exchange: Exchange) -> str | None:
    """Return the exchange's question about `topic` instead; None if it has nothing like it."""
    topic = unmarked(topic)
    for swap in (_with_ordinal, _with_date, _with_name, _with_phrase):
        if (question := swap(topic, exchange)) is not None:
            return question
    return None


def _with_ordinal(topic: str, exchange: Exchange) -> str | None:
    new, question = _ORDINAL_TOPIC.fullmatch(topic), exchange.question
    old = _IN_QUESTION.search(question)
    if new is None or old is None:
        return None
    noun = new["noun"].strip()
    if noun and not re.match(rf" {re.escape(noun)}\b", question[old.end() :], re.IGNORECASE):
        return None
    return f"{question[: old.start()]}{new['ordinal'].lower()}{question[old.end() :]}"


def _with_date(topic: str, exchange: Exchange) -> str | None:
    new = _DATED.fullmatch(topic)
    if new is None:
        return None
    question = exchange.question
    old = _DATED.search(question)
    if old is None:
        said = new.group() if new["link"] or not new["date"][0].isdigit() else f"on {new['date']}"
        return _appended(question, said)
    link = new["link"] or old["link"]
    said = f"{link} {new['date']}" if link else new["date"]
    return f"{question[: old.start()]}{said}{question[old.end() :]}"


def _appended(question: str, said: str) -> str:
    return f"{unmarked(question)} {said}?"


def _with_phrase(topic: str, exchange: Exchange) -> str | None:
    """Swap a noun phrase for one with the same noun or of the same kind."""
    line = read_line(f"About {re.sub('^about ', '', topic)}")
    found = next(phrases(line), None)
    if found is None or found.end != len(line.text):
        return None
    for kind in ({found.head}, EVENTS, ACTORS):
        old = next((p for p in exchange.phrases if p.head in kind and found.head in kind), None)
        if old is not None and (kind is not ACTORS or _fits(found.head, old, exchange)):
            return _replaced(exchange, old.start, old.end, found.text)
    return _with_subject(found, exchange)


def _with_subject(found: Phrase, exchange: Exchange) -> str | None:
    """Ask what was said about something else, or about something at all."""
    shape = shape_of(exchange.question)
    if shape is None or shape.kind != "object" or shape.opener.lower() != "what":
        return None
    if found.is_name or found.head in ACTORS:
        return None
    for old in exchange.phrases:
        if exchange.line.text[: old.start].endswith((" about ", " on ")):
            return _replaced(exchange, old.start, old.end, found.text)
    link = "at" if found.head in EVENTS else "about"
    return _appended(exchange.question, f"{link} {found.text}")


def _replaced(exchange: Exchange, start: int, end: int, text: str) -> str:
    whole = exchange.line.text
    return f"{whole[:start]}{text}{whole[end:]}"


def _with_name(topic: str, exchange: Exchange) -> str | None:
    new = _name_topic(topic)
    old_names = names(exchange.line)
    if new is None:
        return None
    if not old_names:
        return _appended(exchange.question, topic) if new.link else None
    if (pair := _pair_with(new, exchange)) is not None:
        return _replaced(exchange, pair.start, pair.end, new.name)
    old = _alike(new, exchange, old_names)
    if old is None:
        return _appended(exchange.question, topic)
    if are_same(surface(exchange.line, old), new.name):
        return exchange.question
    partner = next((n for n in old_names if are_same(surface(exchange.line, n), new.name)), None)
    if partner is not None and not new.noun and not new.link:
        return _exchanged(exchange, old, partner)
    return _put(new, exchange, old)


def _name_topic(topic: str) -> _Topic | None:
    """Read a topic that is a name, or a name and a noun: "the Sudian one", "Ana Vell"."""
    found = _NAME_TOPIC.fullmatch(topic)
    if found is None:
        return None
    line = read_line(found["rest"])
    name = next(iter(capitalised(line)), None)
    if name is None or len(line.words) - name.last > 3 or (name.first and found["the"]):
        return None
    if name.first:
        return None
    behind = line.text[line.words[name.last].end :].strip()
    if behind and not all(part.isalpha() for part in behind.split()):
        return None
    noun = "" if behind in ("one", "ones") else behind
    has_article = bool(found["the"])
    link = (found["link"] or "").lower()
    return _Topic(
        f"{found['the'] or ''}{found['rest']}", surface(line, name), noun, link, has_article
    )


def _pair_with(new: _Topic, exchange: Exchange) -> Phrase | None:
    """Return "Norland and Sudia", of which one or a third is now asked about alone."""
    if new.noun or new.link or new.has_article:
        return None
    pairs = (p for p in exchange.phrases if p.is_name and p.is_plural)
    return next(pairs, None)


def _alike(new: _Topic, exchange: Exchange, old_names: list[Name]) -> Name | None:
    """Return the name that is most like the new one: in its place, of its kind, the first."""
    line = exchange.line
    somebody = is_somebody(new.name, exchange)
    somewhere = new.link in PLACING or exchange.is_place(new.name)

    def unlikeness(name: Name) -> tuple[bool, bool, bool]:
        link = key_at(line, name.first - 1)
        return (
            is_placed(line, name) != somewhere,
            bool(new.link) and link != new.link,
            exchange.is_person(line, name) != somebody,
        )

    best = min(old_names, key=unlikeness)
    # "And in Antalya?" after a question without a place adds one.
    return None if new.link and unlikeness(best)[0] else best


def is_somebody(name: str, exchange: Exchange) -> bool:
    """Whether `name` is a person's, by itself or by what the exchange shows of it."""
    line = read_line(f"About {name}")
    return any(exchange.is_person(line, found) for found in names(line))


def _exchanged(exchange: Exchange, one: Name, other: Name) -> str:
    """Let two names of the question change places."""
    line = exchange.line
    first, second = sorted((one, other), key=lambda name: name.first)
    ahead, behind = surface(line, first), surface(line, second)
    start, end = line.words[first.first].start, line.words[second.first].start
    between = line.text[start + len(ahead) : end]
    return f"{line.text[:start]}{behind}{between}{ahead}{line.text[end + len(behind) :]}"


def _put(new: _Topic, exchange: Exchange, old: Name) -> str | None:
    line = exchange.line
    start, end = line.words[old.first].start, line.words[old.last].end
    if _qualifies(line, old):
        return _put_before_noun(new, exchange, old)
    has_article = key_at(line, old.first - 1) == "the"
    start = line.words[old.first - 1].start if has_article else start
    if old.is_possessive:
        text = f"{new.name}'s" if not new.has_article else f"the {new.name}"
    elif new.has_article and not new.noun and is_adjective(new.name):
        text = exchange.country(new.name)
        text = f"the {text} side" if is_adjective(text) else text
    else:
        text = new.text
    return _replaced(exchange, start, end, text)


def _fits(noun: str, old: Phrase, exchange: Exchange) -> bool:
    """Whether a phrase may take another's place: whoever speaks, but a group leads nobody."""
    shape = shape_of(exchange.question)
    speaks = shape is not None and shape.kind != "subject" and shape.rest.startswith(old.text)
    return speaks or {noun, old.head} <= GROUPS or {noun, old.head} <= ACTORS - GROUPS


def _put_before_noun(new: _Topic, exchange: Exchange, old: Name) -> str | None:
    """Put a name where one qualifies a noun: "the Norlandic delegation"."""
    line = exchange.line
    start, end = line.words[old.first].start, line.words[old.last].end
    article = line.words[old.first - 1] if key_at(line, old.first - 1) == "the" else None
    whole = next((p for p in exchange.phrases if p.start <= start < p.end), None)
    same_noun = not new.noun or key_at(line, old.last + 1) == new.noun.split()[0].lower()
    if whole is not None and (is_somebody(new.name, exchange) or not same_noun):
        noun = new.noun.split()[-1].lower() if new.noun else ""
        return (
            _replaced(exchange, whole.start, whole.end, new.text)
            if _fits(noun, whole, exchange)
            else None
        )
    was_adjective = is_adjective(surface(line, old))
    if new.has_article or is_adjective(new.name) or not was_adjective:
        singular = new.name.removesuffix("s") if is_adjective(new.name[:-1]) else new.name
        return _replaced(exchange, start, end, singular)
    if adjective := exchange.adjective(new.name):
        return _replaced(exchange, start, end, adjective)
    return _replaced(exchange, article.start if article else start, end, f"{new.name}'s")


def _qualifies(line: Line, name: Name) -> bool:
    """Whether the name stands before a noun that it qualifies, without a possessive ending."""
    index = name.last + 1
    if name.is_possessive or index >= len(line.words) or line.breaks(index):
        return False
    word = line.words[index]
    is_verb = word.key in VERBS | PAST_FORMS or word.key.endswith("ed")
    has_article = key_at(line, name.first - 1) in DETERMINERS
    return bool(word.root) and not word.is_number and (has_article or not is_verb)
