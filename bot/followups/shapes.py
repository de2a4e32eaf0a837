"""The shape of a question, and other questions of that shape.

"Where did the talks end?" is a question word, an auxiliary and a rest; "When?" after it is
another word before the same two. Where English would need another form of the verb, the
earlier question is named in brackets instead of being reworded.
"""

import re
from dataclasses import dataclass
from typing import Literal

from bot.followups.exchange import Exchange
from bot.followups.phrases import DETERMINERS, EVENTS, TIMES, VERBS
from bot.grounding.words import listed
from vectorstore.text import PAST_FORMS, content_stems

Kind = Literal["adjunct", "object", "identity", "subject", "polar"]

AUXILIARY = (
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)"
)
LINK = r"(?:in|on|at|by|for|from|to|with|since|until|about|under|of|before|after)"
WH = r"(?:how (?:long|many|much|often|far|soon|old)|who|whom|whose|what|which|when|where|why|how)"

_WITH_AUXILIARY = re.compile(
    rf"(?P<opener>(?P<link>{LINK} )?(?P<wh>{WH})\b(?P<noun>(?: (?!{AUXILIARY}\b)[\w'’-]+){{0,4}}?))"
    rf" (?P<auxiliary>{AUXILIARY}) (?P<rest>.+)",
    re.IGNORECASE,
)
_WITHOUT = re.compile(
    rf"(?P<opener>(?P<link>{LINK} )?(?P<wh>{WH})\b(?: else)?) (?P<rest>.+)", re.IGNORECASE
)
_POLAR = re.compile(rf"(?P<auxiliary>{AUXILIARY}) (?P<rest>.+)", re.IGNORECASE)
_ASIDE = re.compile(r"\(([^()]+)\)\W*$")
_ORDER = re.compile(
    r"^(?:(?:please |can you )?tell me (?:more )?about|what (?:about|of)|how about) ", re.IGNORECASE
)
_HAPPENING = re.compile(r" (?:take place|happen|occur|held)$", re.IGNORECASE)
_ADJUNCTS = frozenset({"when", "where", "why", "how", "how long", "how often", "how soon"})
_DOING = frozenset({"do", "does", "did"})
_BEING = frozenset({"is", "are", "was", "were"})
_PRONOUNS = frozenset({"he", "she", "it", "they", "there"})
# Regular verbs aside, those whose past form is their participle as well.
_PARTICIPLES = frozenset(listed("led held met said told made brought sent built found won kept"))
_OF_EVENT = {
    "when": "When did {} take place?",
    "where": "Where did {} take place?",
    "how long": "How long did {} last?",
}
_OBJECTLESS = frozenset({"who", "whom"})
_LONGEST_GIST = 150


@dataclass(frozen=True, slots=True)
class Shape:
    """A question taken apart; `noun` is what "which" and "how many" ask about."""

    opener: str
    wh: str
    noun: str
    auxiliary: str
    rest: str
    kind: Kind


def unmarked(text: str) -> str:
    """Return `text` without its closing marks and spaces."""
    return text.strip().rstrip("?!.… ")


def shape_of(question: str) -> Shape | None:
    """Take `question` apart; None where it has no shape that is known here."""
    text = unmarked(question)
    if (found := _WITH_AUXILIARY.match(text)) and _is_noun(found):
        noun = found["noun"].strip().removeprefix("else").strip()
        wh, auxiliary = found["wh"].lower(), found["auxiliary"].lower()
        kind = _kind(found, wh, noun, auxiliary)
        return Shape(found["opener"], wh, noun, auxiliary, found["rest"], kind)
    if found := _WITHOUT.match(text):
        return Shape(found["opener"], found["wh"].lower(), "", "", found["rest"], "subject")
    if found := _POLAR.match(text):
        return Shape("", "", "", found["auxiliary"].lower(), found["rest"], "polar")
    return None


def _is_noun(found: re.Match[str]) -> bool:
    words = found["noun"].lower().split()
    if found["wh"].lower() in _ADJUNCTS | {"who", "whom"}:
        return words in ([], ["else"])
    return not any(w in DETERMINERS | PAST_FORMS or w.endswith("ed") for w in words)


def _kind(found: re.Match[str], wh: str, noun: str, auxiliary: str) -> Kind:
    if wh in _ADJUNCTS or found["link"] or noun in TIMES:
        return "adjunct"
    if auxiliary in _DOING:
        return "object"
    first = found["rest"].split()[0]
    if not (first.lower() in DETERMINERS | _PRONOUNS or first[:1].isupper()):
        return "subject"
    return "identity" if auxiliary in _BEING and not noun else "object"


def gist(exchange: Exchange) -> str:
    """Return what the exchange asked without its question word, as a headline has it."""
    question = exchange.question
    if aside := _ASIDE.search(question):
        return aside[1][:_LONGEST_GIST]
    shape = shape_of(question)
    if shape is None:
        text = _ORDER.sub("", unmarked(question))
    elif shape.kind == "subject":
        who = exchange.short_answer if shape.wh == "who" and not shape.auxiliary else shape.noun
        text = " ".join(filter(None, (who, shape.auxiliary, shape.rest)))
    elif shape.kind == "object" and shape.noun:
        text = _with_object(shape.rest, shape.noun)
    else:
        text = shape.rest
    text = _HAPPENING.sub("", text)
    return text[:_LONGEST_GIST].replace("(", "").replace(")", "")


def with_context(text: str, exchange: Exchange) -> str:
    """Return `text` as a question that names what it goes on from in brackets.

    Without them where it has every word that they would hold.
    """
    context = gist(exchange)
    is_held = set(content_stems(context)) <= set(content_stems(text))
    return text if is_held else f"{capital(unmarked(text))} ({context})?"


def capital(text: str) -> str:
    """Return `text` with a capital first letter."""
    return text[:1].upper() + text[1:]


def asked_with(word: str, exchange: Exchange) -> str | None:
    """Return the exchange's question with another question word; None if English resists."""
    shape, key = shape_of(exchange.question), word.lower()
    if shape is None or _ASIDE.search(exchange.question):
        return None
    if shape.opener.lower() == key:
        return exchange.question
    if key == "who":
        return _asking_who(shape)
    if key not in _ADJUNCTS and not re.match(rf"{LINK} ", key):
        return None
    if shape.kind == "subject":
        return _of_subject(key, word, shape, exchange)
    if shape.kind == "identity" and shape.wh.startswith("who"):
        return None
    rest = _lasting(key, shape)
    if shape.kind == "object" and shape.wh not in _OBJECTLESS:
        rest = _with_object(rest, f"the {shape.noun}" if shape.noun else "this")
    return f"{word} {shape.auxiliary} {rest}?"


def _asking_who(shape: Shape) -> str | None:
    """As "Who signed the treaty?" after "When was the treaty signed?"."""
    if shape.kind == "subject" and not shape.auxiliary and shape.wh == "what":
        return f"Who {shape.rest}?"
    subject, _, verb = shape.rest.rpartition(" ")
    if subject and shape.kind == "adjunct" and shape.auxiliary in _BEING and _is_participle(verb):
        return f"Who {verb} {subject}?"
    return None


def _is_participle(verb: str) -> bool:
    return verb.endswith("ed") or verb in _PARTICIPLES


def _lasting(key: str, shape: Shape) -> str:
    if key == "how long":
        return re.sub(r"\b(?:take place|happen)$", "last", shape.rest)
    if shape.wh == "how long" and key in ("when", "where"):
        return re.sub(r"\blast$", "take place", shape.rest)
    return shape.rest


def _of_subject(key: str, word: str, shape: Shape, exchange: Exchange) -> str | None:
    if shape.auxiliary and shape.noun:
        return f"{word} {shape.auxiliary} {shape.noun} {shape.rest}?"
    if shape.auxiliary and shape.wh == "what":
        return f"{word} {shape.auxiliary} this {shape.rest}?"
    event, asked = exchange.event, _OF_EVENT.get(key)
    if asked is None:
        return None
    is_first = bool(exchange.phrases) and exchange.phrases[0].head in EVENTS
    passive = None if is_first else _passive(word, shape, exchange)
    return passive or (asked.format(_definite(event)) if event else None)


def _definite(phrase: str) -> str:
    return re.sub(r"^an? ", "the ", phrase)


def _passive(word: str, shape: Shape, exchange: Exchange) -> str | None:
    verb, _, after = shape.rest.partition(" ")
    target = next((phrase for phrase in exchange.phrases if after.startswith(phrase.text)), None)
    if shape.auxiliary or target is None or not _is_participle(verb):
        return None
    be = "were" if target.is_plural else "was"
    return f"{word} {be} {target.text} {verb}{after[len(target.text) :]}?"


def _with_object(rest: str, target: str) -> str:
    """Put `target` behind the verb of "Norland say about grain"; as it is if none is known."""
    words = rest.split()
    verb = next((n for n, word in enumerate(words) if n and word in VERBS), None)
    if verb is None:
        return rest
    while words[verb + 1 : verb + 2] == ["to"] and words[verb + 2 : verb + 3]:
        verb += 2
    if re.fullmatch(LINK, words[-1]) and verb == len(words) - 2:
        verb += 1
    following = words[verb + 1 : verb + 2]
    if following and (following[0][:1].isupper() or following[0] in DETERMINERS):
        return rest
    return " ".join([*words[: verb + 1], target, *words[verb + 1 :]])
