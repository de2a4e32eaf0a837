"""What of a plain clause can answer when, where, how many, how long, why and how.

One function a rule; each yields what it takes out. Nothing here knows how a question is put
together or varied.
"""

import re
from collections.abc import Iterator

from vectorstore.models.made_clauses import Clause, Range
from vectorstore.models.made_phrases import (
    COPULAS,
    NAME,
    Source,
    Taken,
    object_of,
    passive,
    without,
)
from vectorstore.models.made_words import is_participle
from vectorstore.questions import MONTHS, NUMBER_WORDS, WEEKDAYS
from vectorstore.text import tokens

_MONTH = "(?:" + "|".join(name.capitalize() for name in MONTHS) + ")"
_WEEKDAY = "(?:" + "|".join(name.capitalize() for name in WEEKDAYS) + ")"
_YEAR = r"(?:1\d|20)\d\d(?![\d–-])"
DATE = (
    rf"(?:(?:{_WEEKDAY},? )?(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}|{_MONTH}(?: \d{{1,2}}\b)?)"
    rf"(?:,? {_YEAR})?|(?:the )?(?:(?:early|late|mid)[- ])?(?:{_YEAR}s?|\d{{1,2}}(?:st|nd|rd|th)"
    rf" century)(?: (?:BC|AD|BCE))?|{_WEEKDAY})\b"
)
_TIME = re.compile(
    rf"(?<![\w-])(in|on|since|until|around|by) ({DATE})(?! (?:and|or|to|[a-z]+s)\b|[–-]|['’])"
)
_OPENING_TIME = re.compile(rf"(In|On|By|Since|in|on|by|since) ({DATE}),? $")
_PERIOD = re.compile(
    r"(?<![\w-])(during|after|before|following) ((?:the|an?) [\w' -]+?)"
    r"(?= (?:in|on|at|by|for|from|to|with|as)\b|,|$)"
)
_OPENING_PERIOD = re.compile(
    r"(During|After|Before|Following|Throughout) ((?:the|a|an|his|her|World) [\w' -]{3,60}), "
)
_OPENING_REASON = re.compile(r"(?:Because of|Due to|Owing to|As a result of) ([^,;()]{5,80}), ")
_PLACE = re.compile(
    r"(?<!\w)(in|at|near|outside|across) "
    rf"((?:the (?:city|town|village|state|province|region) of )?(?:the )?{NAME})"
)
_OPENING_PLACE = re.compile(rf"(?:In|At|Near|Outside|Across) ((?:the )?{NAME}), ")
_AFTER_PLACE = re.compile(
    r"$| (?:in|on|at|for|from|to|with|by|during|after|and|since|between|as|until|before|while|of)\b"
)
_NO_COUNT = {"first", "second", "third", "fourth", "fifth", "sixth", "once", "twice", "both",
             "several", "half", "quarter"}  # fmt: skip
_SMALL = "|".join(sorted(NUMBER_WORDS - _NO_COUNT, key=len, reverse=True))
_COUNT = (
    rf"(?:\d+(?:,\d\d\d)*(?:\.\d+)?|(?i:{_SMALL})(?:[- ](?:{_SMALL}))*)"
    r"(?: (?:hundred|thousand|million|billion|trillion))*"
)
_HEDGE = (
    r"(?:(?i:nearly|almost|about|around|over|approximately|roughly|some|at least|up to|more than"
    r"|less than|fewer than) )?"
)
_COUNTED = re.compile(
    rf"(?<![\w$€£.,–/-])({_HEDGE}{_COUNT}) "
    r"((?:[a-z][\w-]+ ){0,2}?(?:[a-z]{2,}[^s\W]s|people|men|women|children|km|miles))\b"
    r"(?! (?:ago|later|after|before|old|earlier|of age|and|or)\b)"
)
_COUNTLESS = re.compile(r"percent|per cent|\b(?:is|was|has|years|times|as|ones|this|of)\b")
_GOVERNED = re.compile(
    r"\b(?:and|or|than|to|between|after|within|of|the|first|last|its|their|these)$|s['’]$|['’]s$"
)
_MOVED = re.compile(r"^(.*?)\b(in|on|at|with|into|from|for|over|by|across)$")
_PERCENT = re.compile(rf"(?<![\w.])({_HEDGE}{_COUNT} ?(?:%|percent\b|per cent\b)) of ")
_MONEY = re.compile(rf"(?<![\w–-])({_HEDGE}(?:US|A)?[$€£]{_COUNT})(?! ?[a-z]+s?\b|[-–\w])")
_DURATION = re.compile(
    rf"(?<!\w)for ((?:{_HEDGE}{_COUNT}|several|a few|many) (?:minute|hour|day|week|month|year|"
    r"decade|centurie)s)\b(?! (?:old|ago|after|later))"
)
_THERE = re.compile(
    rf"\b[Tt]here (are|were|have been) ({_HEDGE}{_COUNT}) "
    r"((?:[a-z][\w-]+ ){0,3}[a-z]+(?:s|men|people|children)\b)( (?:in|at|on|within) [^,;:()]+)?"
)
_REASON = re.compile(r",? (?:because of|because|due to|owing to) ([^,;:()]+)")
_PURPOSE = re.compile(
    r",? (?:in order )?to ((?!(?:the|its|their|his|her|this|that|these|another|other|one|two|north"
    r"|south|east|west|both|all|each|some|many|most|more)\b)[a-z]{2,} [^,;:()]+)"
)
_MANNER = re.compile(r" by ([a-z]{3,}ing\b [^,;:()]+)")
_CAUSING = frozenset(
    """
    allow ask tell urge require enable permit force lead cause help order expect want persuade
    encourage invite call have need give begin come become go seek move spread add refer attract
    bring limit compare return prove show drive inspire
    """.split()  # noqa: SIM905 - as text it can be read
)


def time(source: Source, clause: Clause) -> Iterator[Taken]:
    """When, on what date, in which year."""
    text = source.text
    plain = text[slice(*clause.plain)]
    opening = _OPENING_TIME.search(text[source.sentence[0] : clause.place])
    if opening and opening.start() < 25 and plain:
        at = tuple(source.sentence[0] + offset for offset in opening.span(2))
        yield from _timed(source, clause, (at[0], at[1]), opening[1].lower(), None)
    if plain and (opening := _OPENING_PERIOD.fullmatch(_lead(source, clause))):
        at = clause.start + opening.start(2), clause.start + opening.end(2)
        whole = at if opening[1] == "During" else (clause.start, at[1])
        yield Taken("time", whole, "when", plain)
    found = list(_TIME.finditer(text, *clause.plain))
    if len(found) == 1:
        yield from _timed(source, clause, found[0].span(2), found[0][1], found[0].span())
    for one in _PERIOD.finditer(text, *clause.plain):
        place = one.start() if one[1] != "during" else one.start(2), one.end()
        rest = without(text, clause, *one.span())
        if rest and not re.search(r"[\w-]+ing$", one[2]):
            yield Taken("time", place, "when", rest, shortens=False)
        break


def _lead(source: Source, clause: Clause) -> str:
    return source.text[clause.start : clause.place]


def _timed(
    source: Source, clause: Clause, date: Range, preposition: str, phrase: Range | None
) -> Iterator[Taken]:
    text = source.text
    said = text[slice(*date)]
    rest = without(text, clause, *(phrase or (clause.plain[1], clause.plain[1])))
    wh = _when(preposition, said)
    yield Taken("time", date, wh, rest, shortens=phrase is None)
    place = object_of(text, clause)
    if place and (phrase is None or place[1] <= phrase[0]):
        behind = without(text, clause, *(phrase or (clause.plain[1], clause.plain[1])))
        behind = behind[place[1] - place[0] :].strip() if behind else ""
        if form := passive(text, clause, behind, place):
            yield Taken("time", date, wh, behind, subject=form.subject, helper=form.helper,
                        base=form.base)  # fmt: skip


def _when(preposition: str, date: str) -> str:
    if preposition in ("since", "until", "by"):
        return f"{preposition} when"
    if re.fullmatch(_YEAR, date):
        return ("when", "in what year", "in which year")[int(date) % 3]
    if "century" in date:
        return "in which century"
    exact = re.search(r"\d .*[a-zA-Z]|[a-zA-Z]+ \d", date)
    return "on what date" if exact and preposition == "on" else "when"


def place(source: Source, clause: Clause) -> Iterator[Taken]:
    """Where."""
    text = source.text
    opening = _OPENING_PLACE.fullmatch(_lead(source, clause))
    if opening and not {*tokens(opening[1])} & {*MONTHS, *WEEKDAYS}:
        at = clause.start + opening.start(1), clause.start + opening.end(1)
        yield Taken("place", at, "where", text[slice(*clause.plain)])
    for one in _PLACE.finditer(text, *clause.plain):
        name, end = one[2], one.end()
        dated = set(tokens(name)) & {*MONTHS, *WEEKDAYS}
        if dated or source.is_person(name) or name.endswith(("'s", "’s", "s'")):
            continue
        # "reached Alexandria in Egypt" says where Alexandria is.
        before = text[clause.plain[0] : one.start()].split()
        if before and before[-1][0].isupper():
            continue
        if not _AFTER_PLACE.match(text[end : clause.plain[1]]):
            continue
        if re.match(r",? (?:and|or) ", text[end:]) or re.match(
            rf", (?:the )?{NAME},? ", text[end:]
        ):
            continue
        rest = without(text, clause, one.start(), end)
        # "is the largest in Peru" is not where it is.
        described = clause.helper in COPULAS and rest and not is_participle(rest.split(" ")[0])
        if not described and (rest or clause.base):
            wh = "where" if one[1] != "across" or len(name) % 2 else "across what area"
            yield Taken("place", one.span(2), wh, rest, shortens=False)
            return


def number(source: Source, clause: Clause) -> Iterator[Taken]:
    """How many, how much, what percentage."""
    text = source.text
    yield from _counted_subject(source, clause)
    for one in _COUNTED.finditer(text, *clause.plain):
        before = text[clause.plain[0] : one.start()].rstrip()
        after = text[one.end() : clause.plain[1]]
        if _GOVERNED.search(before) or _COUNTLESS.search(one[2]):
            continue
        moved = _MOVED.match(before)
        wh = f"{moved[2] if moved else ''} how many {one[2]}".strip()
        rest = f"{(moved[1] if moved else before).rstrip()}{after}".strip()
        yield Taken("number", one.span(1), wh, rest)
        break
    for one in _PERCENT.finditer(text, *clause.plain):
        before = text[clause.plain[0] : one.start()].rstrip()
        whole, *others = re.split(r" (?=in\b|on\b|by\b|for\b|at\b|from\b|and\b)",
                                  text[one.end() : clause.plain[1]])  # fmt: skip
        if len(before.split()) < 3:
            wh = f"what percentage of {whole}"
            yield Taken("number", one.span(1), wh, " ".join((before, *others)))
            break
    for one in _MONEY.finditer(text, *clause.plain):
        before = text[clause.plain[0] : one.start()].rstrip()
        after = text[one.end() : clause.plain[1]]
        if not after.strip() or re.match(r" (?:in|on|to|for|from|by)\b", after):
            yield Taken("number", one.span(1), "how much", f"{before}{after}", shortens=False)
            break


def _counted_subject(source: Source, clause: Clause) -> Iterator[Taken]:
    if clause.subject[0] < source.sentence[0]:
        return
    subject = source.text[slice(*clause.subject)]
    plain = source.text[slice(*clause.plain)]
    for pattern, wh in ((_COUNTED, "how many"), (_PERCENT, "what percentage of")):
        if (opening := pattern.match(subject)) and " of " not in subject[opening.end() :]:
            at = clause.subject[0], clause.subject[0] + opening.end(1)
            noun = subject[opening.end(1) :].strip().removeprefix("of ")
            yield Taken("number", at, f"{wh} {noun}", plain, True)


def duration(source: Source, clause: Clause) -> Iterator[Taken]:
    """For how long."""
    for one in _DURATION.finditer(source.text, *clause.plain):
        rest = without(source.text, clause, *one.span())
        yield Taken("duration", one.span(1), "how long", rest, shortens=False)
        return


def reason(source: Source, clause: Clause) -> Iterator[Taken]:
    """Why: for a cause, or for a purpose behind an object."""
    text = source.text
    if opening := _OPENING_REASON.fullmatch(_lead(source, clause)):
        at = clause.start + opening.start(1), clause.start + opening.end(1)
        yield Taken("reason", at, "why", text[slice(*clause.plain)])
    one = _REASON.search(text, clause.finite[1], clause.rest[1])
    if one and one.start() <= clause.plain[1] + 1 and len(one[1].split()) > 1:
        rest = text[clause.plain[0] : min(one.start(), clause.plain[1])].strip()
        yield Taken("reason", one.span(1), "why", rest, shortens=False)
    behind = object_of(text, clause)
    purpose = _PURPOSE.match(text, behind[1], clause.plain[1]) if behind else None
    if behind and purpose and clause.base not in _CAUSING:
        rest = text[clause.plain[0] : behind[1]]
        start = purpose.end() - len(purpose[1]) - 3
        wh = ("why", "for what purpose")[len(rest) % 2]
        yield Taken("purpose", (start, purpose.end()), wh, rest, shortens=False)


def manner(source: Source, clause: Clause) -> Iterator[Taken]:
    """How: by doing what."""
    one = _MANNER.search(source.text, clause.plain[0], clause.plain[1])
    if one:
        rest = source.text[clause.plain[0] : one.start()].strip()
        yield Taken("manner", (one.start() + 1, one.end()), "how", rest, shortens=False)


def existing(source: Source) -> Iterator[tuple[str, str, Range]]:
    """Yield (rule, question, answer) of "There are twelve parks in …"."""
    if re.search(r"[Ff]or every", source.text[slice(*source.sentence)]):
        return
    for one in _THERE.finditer(source.text, *source.sentence):
        be, there = ("have", "there been") if one[1] == "have been" else (one[1], "there")
        yield "number", f"how many {one[3]} {be} {there}{one[4] or ''}", one.span(2)
