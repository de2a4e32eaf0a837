"""Finds the attributions of one sentence: who says, to whom, by which verb, and which words.

“X said (that) S”, “S, X said”, “S, said X”, “according to X, S”, “X told Y that S”, “X
demanded S”, “Y quoted X as saying S”. All by pattern and for English. What stands in
quotation marks is masked first, so that a verb within a quotation is nobody's here.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from bot.briefing.statements import sayings
from bot.briefing.statements.attribution import Attribution, Form, Range, mask, words
from bot.briefing.statements.complements import (
    FINITE,
    OPENS,
    TO_THAT,
    content_end,
    content_start,
    day_behind,
    may_be_told,
    relative_end,
    says_something,
)
from bot.briefing.statements.hearers import hearer
from bot.briefing.statements.nesting import untangled
from bot.briefing.statements.nouns import read_phrase
from bot.briefing.statements.subjects import MASK, Subject, before_verb, behind_verb, first_subject

_MOST, _MOST_VERBS = 12, 80  # of one sentence; a list of verbs is no sentence
_WITHIN = re.compile(r"\b(?:which|who|whom|that|what)\s*$")
_ASKS = re.compile(r"[^.]{0,150}?\b(?:whether|if|why|how|what|about)\b")
_SUBORDINATE = re.compile(
    r"\b(?:since|after|when|as|while|because|if|before|although|though|until|once)\s*$",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r",\s+who\b[^,]*$")
_TOLD = frozenset(("told", "tell", "tells"))
_QUOTED_BEFORE = re.compile(rf"{MASK}{{15}},?[\"”»’']?,?$")
_AS_SAYING = re.compile(r"\s+as (?:saying|telling \w+|writing)\s*(?:that\b)?")


def attributions(text: str, quotations: Sequence[Range]) -> list[Attribution]:
    """Return who says what in a sentence; `quotations` are the ranges inside its marks."""
    masked = mask(text, quotations)
    found: list[Attribution] = []
    for hit in islice(sayings.verbs(masked), _MOST_VERBS):
        if found and hit.start < found[-1].end and found[-1].form == "ahead":
            continue
        each = _read(masked, hit, found)
        if each is not None:
            found.append(each)
        if len(found) == _MOST:
            break
    return untangled(found, masked)


def _read(masked: str, hit: sayings.Hit, found: Sequence[Attribution]) -> Attribution | None:
    key = hit.key
    if key == "according to":
        return _according(masked, hit)
    if key in ("quoted", "cited", "quotes", "cites"):
        return _quoted_as(masked, hit)
    if key in sayings.PARTICIPLES:
        return _participle(masked, hit, key, found)
    closing = masked[: hit.start].rstrip()[-1:] in ('"', "”", "»", "’", MASK)
    subject = None if closing else before_verb(masked, hit.start)
    if subject is None:
        inverted = closing or masked[: hit.start].rstrip().endswith((",", "?", "!"))
        return _inverted(masked, hit, key) if inverted else None
    if subject.who is None:
        last = found[-1] if found else None
        who = last.who if last and last.form == "ahead" else first_subject(masked)
        if who is None or (who.kind == "pronoun" and last is None):
            return None
        subject = replace(subject, who=who)
        return _ahead(masked, hit, key, subject, shared=True)
    if key in sayings.DOUBTFUL and key.endswith("s") and subject.who.kind == "unnamed":
        return None
    if key in ("reports", "reported") and _by_outlet(masked, hit):
        return None
    return _behind(masked, hit, subject, key) or _ahead(masked, hit, key, subject)


def _by_outlet(masked: str, hit: sayings.Hit) -> bool:
    """Say whether an outlet's name is all that follows: “S, X said, reports the Post”."""
    if not masked[: hit.start].rstrip().endswith(","):
        return False
    who = read_phrase(masked[hit.end :].strip(' ."”'))
    return who is not None and who.kind == "outlet"


def _behind(masked: str, hit: sayings.Hit, subject: Subject, key: str) -> Attribution | None:
    """Read “S, X said”, and “S, X said, S”."""
    before = masked[: subject.start].rstrip()
    if key in sayings.THING or before[-1:] not in (",", '"', "”", "»", "?", "!", "—", "–", "’"):
        return None
    is_quoted = before[-1:] not in (",", "—", "–") or before[-2:-1] in ('"', "”", MASK)
    end = hit.end
    if key in sayings.HEARER:
        end = hearer(masked, end)[1]
    while more := sayings.BEHIND.match(masked, end):
        end = more.end()
    rest = masked[end:]
    closed = not rest.strip(' .!?"”’)') or rest.lstrip()[:1] in (",", ";", "—", "–")
    placed = sayings.PLACE.match(rest.lstrip()) and not TO_THAT.match(rest)
    if not closed and not placed and not _QUOTED_BEFORE.search(before):
        return None
    if not is_quoted and (words(before) < 3 or not (closed or FINITE.search(before))):
        return None
    content = [(0, len(before))]
    if closed and OPENS.match(rest.lstrip(" ,.")):
        content.append((end, len(masked)))
    told = ((subject.end, hit.start), (hit.end, end if closed else len(masked)))
    to = hearer(masked, hit.end)[0] if key in sayings.HEARER else None
    stop = end if closed else len(masked)
    return Attribution(
        hit.text, subject.start, stop, subject.who, "behind", tuple(content), to, None, told
    )


def _inverted(masked: str, hit: sayings.Hit, key: str) -> Attribution | None:
    """Read “S, said X”."""
    if key in sayings.THING or key in sayings.HEARER:
        return None
    subject = behind_verb(masked, hit.end)
    if subject is None:
        return None
    before = masked[: hit.start].rstrip()
    content = [(0, len(before))]
    rest = masked[subject.end :]
    if OPENS.match(rest.lstrip(" ,.")):
        content.append((subject.end, len(masked)))
    told = ((subject.end, min(len(masked), subject.end + 60)),)
    who = subject.who
    return Attribution(
        hit.text, hit.start, subject.end, who, "behind", tuple(content), None, None, told
    )


def _ahead(
    masked: str, hit: sayings.Hit, key: str, subject: Subject, *, shared: bool = False
) -> Attribution | None:
    """Read “X said S”, “X told Y that S”, “X demanded S”."""
    to, end = hearer(masked, hit.end) if may_be_told(key) else (None, hit.end)
    start, is_clause = content_start(masked, end, key)
    rest = masked[start:]
    if not says_something(key, rest, is_clause):
        return None
    if key in _TOLD and not is_clause and end == hit.end:
        return None  # “videos tell a story”
    if _WITHIN.search(masked, max(0, subject.start - 8), subject.start) and not is_clause:
        return None
    if key in ("asked", "ask", "asks") and _ASKS.match(masked, end) and not is_clause:
        return None
    told = ((subject.end, hit.start), (hit.end, start))
    lead = masked[: subject.start]
    if not shared and len(lead) < 60 and not FINITE.search(lead):
        told = ((0, subject.start), *told)
    is_thing = not is_clause and (key in sayings.THING or _is_thing(masked, start))
    end = content_end(masked, start, is_thing=is_thing)
    if _RELATIVE.search(masked, subject.start, hit.start):
        end = relative_end(masked, start, end)
    if (day := day_behind(masked, start, end, key)) is not None:
        told, end = (*told, (day, end)), day
    if _SUBORDINATE.search(lead) and not FINITE.search(lead):
        # “Since X announced it, Y has …”: the main clause is nobody's word.
        comma = masked.find(", ", start, end)
        end = comma if comma >= 0 else end
    content = ((start, end),)
    return Attribution(
        hit.text, subject.start, start, subject.who, "ahead", content, to, None, told, shared
    )


def _is_thing(masked: str, start: int) -> bool:
    """Say whether what is announced or reported is a thing, and no clause: “its new members”."""
    return FINITE.search(masked[start:].split(",", 1)[0]) is None


def _according(masked: str, hit: sayings.Hit) -> Attribution | None:
    """Read “according to X, S” and “S, according to X”."""
    subject = behind_verb(masked, hit.end)
    if subject is None:
        return None
    before = masked[: hit.start].rstrip(" ,")
    form: Form
    aside = before != masked[: hit.start].rstrip() and masked[subject.end :].startswith(",")
    if aside and words(before) and (_WITHIN.search(before) or not FINITE.search(before)):
        # “A plan that, according to X, will cost much”: X is put into what he says.
        content, form, end = (0, len(masked)), "behind", subject.end
    elif words(before) < 3:
        comma = masked.find(",", subject.end - 1)
        if comma < 0:
            return None
        content = (comma + 1, content_end(masked, comma + 1))
        form = "ahead"
        end = comma + 1
    else:
        content, form, end = (0, len(before)), "behind", subject.end
    return Attribution("according to", hit.start, end, subject.who, form, (content,))


def _quoted_as(masked: str, hit: sayings.Hit) -> Attribution | None:
    """Read “Y quoted X as saying S” and “X was quoted by Y as saying S”."""
    saying = _AS_SAYING.search(masked, hit.end, hit.end + 130)
    if saying is None:
        return None
    between = masked[hit.end : saying.start()].strip()
    passive = re.search(r"\s(?:is|was|were|has been|have been|been)\s*$", masked[: hit.start])
    subject = before_verb(masked, passive.start() + 1 if passive else hit.start)
    if subject is None:
        return None
    by = re.match(r"by (.+?)(?: (?:on|in) .*)?$", between)
    if passive:
        who, via = subject.who, read_phrase(by[1]) if by else None
    else:
        who, via = read_phrase(between), subject.who
    content = ((saying.end(), content_end(masked, saying.end())),)
    told = ((hit.end, saying.start()),)
    return Attribution(
        hit.text, subject.start, saying.end(), who, "ahead", content, None, via, told
    )


def _participle(
    masked: str, hit: sayings.Hit, key: str, found: Sequence[Attribution]
) -> Attribution | None:
    """Read “…, saying S”, said by whom the sentence is about."""
    before = masked[: hit.start].rstrip()
    goes_on = masked[hit.end :].lstrip().startswith("to ")
    if not before.endswith((",", " and")) or goes_on:
        return None
    last = found[-1] if found else None
    who = last.who if last else first_subject(masked)
    if who is None:
        return None
    subject = Subject(who, len(before), hit.start)
    base = {"telling": "told", "warning": "warned"}.get(key, "said")
    return _ahead(masked, hit, base, subject, shared=True)
