"""What of a plain clause can answer who and what is asked: subjects, objects, what a thing is.

One function a rule; each yields what it takes out. When, where, how many and why are in
`made_adjuncts`. Nothing here knows how a question is put together or varied.
"""

import re
from collections.abc import Iterator

from vectorstore.models.made_clauses import Clause, Range
from vectorstore.models.made_phrases import (
    COPULAS,
    NAME,
    ONLY_NAME,
    Source,
    Taken,
    noun_phrase,
    object_of,
    passive,
    without,
)
from vectorstore.models.made_words import (
    AUXILIARIES,
    DETERMINERS,
    HAVE,
    PREPOSITIONS,
    is_participle,
    is_past_only,
    past_of,
)
from vectorstore.questions import MONTHS, WEEKDAYS
from vectorstore.text import STOPWORDS, tokens

_UNSPECIFIC = PREPOSITIONS | {"numerous", "and", "a", "an", "many", "several", "more", "all"}
_STRANDED = re.compile(
    r"((?:be |been )?\w+ )?(of|to|with|as|into|from|on|upon|against|among|for|through|about) "
)
_TO_DO = re.compile(r"((?:(?:be |been )?\w+ )?)to ([a-z]+\b(?! the\b)[^,;]*)")
_SAYING = re.compile(
    r"(?:said|argued|claimed|announced|stated|suggested|proposed|believed|concluded|agreed|found"
    r"|reported|noted|showed|declared|warned|added|says?|argues?|suggests?|believes?|states?)$"
)
_PERSONS_DO = frozenset("said told wrote argued died married met thanked thought spoke".split())  # noqa: SIM905
_ABOUT = re.compile(
    r"(?:the |a |an )?(?:[\w-]+ ){0,3}?[\w-]+(?= (?:is|are|was|were|has|have|had|will|would|can"
    r"|could|should|may|might|must)\b)"
)
_APPOSED = re.compile(
    rf"(?<!, )\b({NAME}), ((?:the|an?|one of the) [a-z][^,;:()\"“”]{{6,70}}),(?! (?:and|or) )"
)
_DATED = {*MONTHS, *WEEKDAYS}
_OPENERS = frozenset(
    """
    however nonetheless nevertheless therefore thus later instead here today meanwhile finally
    moreover furthermore additionally consequently similarly indeed also unfortunately
    """.split()  # noqa: SIM905 - as text it can be read
)
_CAPITALISED = r"(?:[A-Z][\w'’-]+|of|on|the|for|and)"
_ABBREVIATED = re.compile(rf"({_CAPITALISED}(?: {_CAPITALISED}){{1,7}}) \(([A-Z]{{2,8}})\)")
_EXAMPLES = re.compile(
    r"\b((?:[a-z][\w-]+ )?[a-z]{3,}s),? (?:such as|including) "
    r"((?:(?!which|who|that)[^;:()\"“”]){3,90}?)(?=[;:()\"“”.]|$)"
)
_NO_EXAMPLE = re.compile(
    r" (?:in|for|at|to|that|which|who|where|as|is|are|was|were|by|from|have|can|with|whether)\b"
)


def subject(source: Source, clause: Clause) -> Iterator[Taken]:
    """What or who does it."""
    text = source.text
    said, plain = text[slice(*clause.subject)], text[slice(*clause.plain)]
    finite = text[slice(*clause.finite)]
    inside = clause.subject[0] >= source.sentence[0]
    if not inside or len(said.split()) > 8 or len(plain.split()) < 3 or said[0].isdigit():
        return
    first = plain.split(" ")[0]
    if finite in COPULAS and first in DETERMINERS - {"the"}:
        return
    if clause.helper == "do" and clause.base in ("include", "comprise", "have"):
        return
    acts = finite in _PERSONS_DO and ONLY_NAME.fullmatch(said)
    person = source.is_person(said) or bool(acts)
    yield Taken("subject", clause.subject, "who" if person else "what", plain, True)
    head = said.split(" ")[-1]
    words = {word.lower() for word in said.split()}
    if head.islower() and len(words) > 1 and not words & _UNSPECIFIC and not person:
        yield Taken("subject", clause.subject, f"which {head}", plain, True)
    if (place := object_of(text, clause)) and not person:
        behind = text[place[1] : clause.plain[1]].strip()
        if form := passive(text, clause, behind, place):
            yield Taken("subject", clause.subject, "by what", behind, subject=form.subject,
                        helper=form.helper, base=form.base)  # fmt: skip


def agent(source: Source, clause: Clause) -> Iterator[Taken]:
    """Who built it, of "was built by the Romans"."""
    text = source.text
    if clause.base:
        return
    plain = text[slice(*clause.plain)]
    be = re.match(r"be |been ", plain)
    words = plain[be.end() if be else 0 :].split(" ")
    if not be and clause.helper not in COPULAS:
        return
    one = re.compile(r"(?<!\w)by (?=[\w\"“])").search(text, *clause.plain)
    if one is None or not is_participle(words[0]):
        return
    place = noun_phrase(text, one.end(), clause.plain[1])
    if place is None or re.match(r"\d|[a-z]+ing\b|means\b", text[one.end() :]):
        return
    who = "who" if source.is_person(text[slice(*place)]) else "what"
    rest = without(text, clause, one.start(), place[1])
    yield Taken("agent", place, "by whom" if who == "who" else "by what", rest)
    if clause.helper in ("was", "were") and not be:
        past, _, further = rest.partition(" ")
        yield Taken("agent", place, f"{who} {past_of(past)}", further, helper="")


def object_(source: Source, clause: Clause) -> Iterator[Taken]:
    """What it does something to."""
    text = source.text
    place, verb = object_of(text, clause), ""
    word = re.match(r"[a-z-]+ ", text[slice(*clause.plain)])
    if word and not clause.base and clause.helper not in COPULAS:
        # "has launched", "will launch"
        verb = word.group()
        place = noun_phrase(text, clause.plain[0] + word.end(), clause.plain[1])
        fits = is_participle(verb[:-1]) if clause.helper in HAVE else not verb.endswith("ly ")
        if verb in ("be ", "been ", "have ") or not fits:
            return
    if place is None or re.match(r"[\d$€£]", text[place[0] : place[1]]):
        return
    rest = verb + text[place[1] : clause.plain[1]].strip()
    who = "who" if source.is_person(text[slice(*place)]) else "what"
    yield Taken("object", place, who, rest)


def stranded(source: Source, clause: Clause) -> Iterator[Taken]:
    """What it consists of, leads to, is known as."""
    text = source.text
    one = _STRANDED.match(text, *clause.plain)
    if one is None:
        return
    verb = (one[1] or "").strip()
    if bool(verb) == bool(clause.base) or (verb and not is_participle(verb.split(" ")[-1])):
        return
    place = noun_phrase(text, one.end(), clause.plain[1])
    if place is None or re.match(r"[\d$€£]|[a-z]+ing\b", text[place[0] :]):
        return
    first = text[slice(*place)].split(" ")[0]
    if one[2] == "to" and first.islower() and first not in DETERMINERS:
        return
    who = "who" if source.is_person(text[slice(*place)]) else "what"
    behind = text[place[1] : clause.plain[1]].strip()
    yield Taken("stranded", place, who, f"{one.group()}{behind}".strip(), shortens=False)


def to_do(source: Source, clause: Clause) -> Iterator[Taken]:
    """What somebody agreed, or is required, to do."""
    text = source.text
    one = _TO_DO.match(text, *clause.plain)
    if one is None or bool(one[1]) == bool(clause.base) or one[2].split(" ")[0] in DETERMINERS:
        return
    if (one[1] and not is_participle(one[1].split()[-1])) or len(one[2].split()) < 2:
        return
    if clause.base in ("have", "use", "lead", "refer", "belong", "return", "come", "amount"):
        return
    yield Taken("to do", one.span(2), "what", f"{one[1]}to do", shortens=False)


def copula(source: Source, clause: Clause) -> Iterator[Taken]:
    """What something is."""
    text = source.text
    plain = text[slice(*clause.plain)].rstrip()
    if clause.helper not in COPULAS or clause.base:
        return
    if not re.match(r"(?:an?|the|one of)\b", plain) and not ONLY_NAME.fullmatch(plain):
        return
    if not 1 <= len(plain.split()) <= 18:
        return
    at = clause.plain[0], clause.plain[0] + len(plain)
    said = text[slice(*clause.subject)]
    who = "who" if source.is_person(said) or source.is_person(plain) else "what"
    yield Taken("copula", at, who, "", shortens=False)


def content(source: Source, clause: Clause) -> Iterator[Taken]:
    """What somebody said about something."""
    text = source.text
    if not _SAYING.search(text[slice(*clause.finite)]):
        return
    at = clause.rest[0] + 5 * text.startswith("that ", clause.rest[0]), clause.rest[1]
    said = text[slice(*at)]
    about = _ABOUT.match(said)
    if not 3 < len(said.split()) <= 30 or about is None or set(tokens(about.group())) <= STOPWORDS:
        return
    if set(tokens(about.group())) & {"he", "she", "it", "they", "there", "which", "who"}:
        return
    yield Taken("content", at, "what", f"about {about.group()}", shortens=False)


def asides(source: Source) -> Iterator[tuple[str, str, Range]]:
    """Yield (rule, question, answer) of appositions, abbreviations and examples."""
    text, sentence = source.text, source.sentence
    yield from _appositions(source)
    for one in _ABBREVIATED.finditer(text, *sentence):
        name = one[1].removeprefix("The ")
        initials = "".join(word[0] for word in name.split() if word[0].isupper())
        if initials == one[2] and name[0].isupper():
            place = one.end(1) - len(name), one.end(1)
            yield "abbreviation", f"what does {one[2]} stand for", place
            yield "abbreviation", f"what is the {name} called for short", one.span(2)
    for one in _EXAMPLES.finditer(text, *sentence):
        listed = _NO_EXAMPLE.split(one[2])[0]
        # "… such as tin and lead, contain": behind the last of a list the sentence goes on.
        closed = re.match(r"(.*?\b(?:and|or) [^,]+),", listed)
        first = (closed[1] if closed else listed).rstrip(" ,")
        if len(first) > 2 and first[-2] != " " and one[1].split(" ")[0] not in STOPWORDS:
            place = one.start(2), one.start(2) + len(first)
            yield "example", f"what are examples of {one[1]} mentioned", place


def _appositions(source: Source) -> Iterator[tuple[str, str, Range]]:
    for one in _APPOSED.finditer(source.text, *source.sentence):
        words = one[2].split(" ")
        opening = one.start() == source.sentence[0]
        if opening and (one[1].lower() in _OPENERS or " " not in one[1]):
            continue
        if any(word in AUXILIARIES | HAVE or is_past_only(word) for word in words):
            continue
        if any(is_participle(word) for word in words[2:]) or _DATED & set(tokens(one[1])):
            continue
        who = "who" if source.is_person(one[1]) or source.is_person(one[2]) else "what"
        yield "apposition", f"{who} is {one[1]}", one.span(2)
        if one[2].startswith("the "):
            yield "apposition", f"{who} is {one[2]}", one.span(1)
