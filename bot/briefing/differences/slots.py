"""Reads from a sentence what other reports may tell otherwise: whose fault, where, since when.

Each is a slot with what fills it, verbatim: the reason that someone gives, the day of “the
first since …”, the office of a person, a place that is told or withheld, what one side calls
by a name of its own. English only; whether two slots are of one thing is not known here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.briefing.timeline.calendar import Setting, When, resolve
from bot.grounding.dates import moments
from bot.grounding.quantities import quantities
from bot.grounding.quotes import without_quotations
from bot.grounding.words import Line, read_line
from vectorstore.text import content_stems, fold

SlotKind = Literal["reason", "since", "office", "place", "name"]


@dataclass(frozen=True, slots=True)
class Slot:
    """What fills a slot: characters `[start, end)` of the sentence.

    `about` is what it is filled for, as it stands; `key` what two of one kind must share;
    `detail` tells two fillings apart, and `mark` is what else the kind goes by.
    """

    kind: SlotKind
    start: int
    end: int
    about: str
    key: str
    detail: frozenset[str]
    mark: str = ""


_END = r"(?=[.;]|,? (?:but|while|whereas|although)\b|, (?:and|which|who|as)\b|$)"
_WHO = r"(?:^|(?<=[,;] )|(?<=, and )|(?<= but ))(?P<who>[^,;.]{3,90}?) "
_REASONS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_WHO}(?:has |had |have )?puts? (?P<effect>[^,;.]{{3,60}}?) down"
        rf" to (?P<cause>[^;.]+?){_END}",
        rf"{_WHO}(?:has |had |have )?attribut(?:ed|es) (?P<effect>[^,;.]{{3,60}}?)"
        rf" to (?P<cause>[^;.]+?){_END}",
        rf"{_WHO}(?:has |had |have )?blam(?:ed|es) (?P<effect>[^,;.]{{3,60}}?)"
        rf" on (?!Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)(?P<cause>[^;.]+?){_END}",
        rf"{_WHO}(?:has |had |have )?blam(?:ed|es) (?P<cause>[^,;.]{{3,60}}?)"
        rf" for (?P<effect>[^;.]+?){_END}",
        rf"(?:^|(?<=, ))(?P<effect>[A-Z][^,;.]{{3,80}}?) (?:was|were|is) (?:caused by|due to"
        rf"|the result of) (?P<cause>[^;.]+?){_END}",
    )
)
# “… late, which A put down to this and B to that”: each has a reason of its own.
_TWO_REASONS = re.compile(
    r"(?P<effect>[^,;.]{3,60}), which (?P<who>[^,;.]{3,60}?) (?:put|attributed)(?: down)? to"
    r" (?P<cause>[^;,.]+?) and (?P<second>[^;,.]{3,60}?) to (?P<other>[^;,.]+)"
)
_REASON_LIKE = re.compile(r"\b(?:down to|attribut|blam|caused by|due to|the result of)")
_FIRST_SINCE = re.compile(r"\b(?:first|last|not|never|no|n't|latest)\b[^;.]{3,120}?\bsince\b")
_NAME = r"[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){1,2}"
_HEADS = r"(?:aide|adviser|advisor|assistant|counsell?or|minister|ambassador|envoy)"
_APPOSED = re.compile(
    rf"(?P<name>{_NAME}), (?P<office>(?:[\w’'-]+ ){{0,6}}?{_HEADS}\b[^,;.]{{0,60}})"
)
_TITLED = re.compile(rf"(?P<office>(?:[A-Za-z’'-]+ ){{1,3}}(?i:{_HEADS})) (?P<name>{_NAME})")
_HEAD = re.compile(rf"\b{_HEADS}\b", re.IGNORECASE)
_OFFICE_ENDS = re.compile(r" (?:and|who|leading|heading|to|said|told|was|were|is)\b")
_HEAD_STEMS = {
    "aide": "advis", "adviser": "advis", "advisor": "advis", "assistant": "advis",
    "counsellor": "advis", "counselor": "advis", "minister": "minist",
    "ambassador": "envoy", "envoy": "envoy",
}  # fmt: skip
_MEETING = re.compile(
    r"\b(?:talks|meeting|round|summit|negotiations|session|conference|delegations|met)\b"
)
_WITHHELD = re.compile(
    r"\b(?:an?|the) (?:undisclosed|unnamed|secret|unspecified|unknown|hidden) "
    r"(?:place|location|site|venue|spot|city|town)\b[^,;.]{0,60}"
)
_REGION = r"(?:region|province|district|city|town|village|oblast|area|county|state)"
_PLACE = re.compile(
    rf"\b(?:in|near|at|outside) (?P<place>the (?:[A-Z][\w’'-]+ ){{1,2}}{_REGION}\b"
    r"(?: of [A-Z][\w’'-]+)?|the (?:city|town|village|port|capital) of [A-Z][\w’'-]+)"
)
_CALLED = re.compile(
    r"\bwhat (?P<who>[^,;.\"“]{2,60}?) (?:calls?|called|has called|have called|describes? as"
    r"|described as|terms?|termed) (?:an? |the |its |their )?[\"“](?P<name>[^\"”]{3,60})[\"”]"
)
_BEGAN = re.compile(
    r"\b(?P<name>[a-z]{3,20})"
    r"(?:,? which| that)? (?:began|started|broke out)\b"
)


def read_slots(text: str, published: date | None) -> list[Slot]:
    """Return the slots in `text`, one sentence."""
    return [
        *_reasons(text),
        *_since(text, published),
        *_offices(text),
        *_places(text),
        *_names(text, published),
    ]


def _reasons(text: str) -> Iterator[Slot]:
    if not _REASON_LIKE.search(text):
        return
    both = _TWO_REASONS.search(text)
    if both is not None:
        about, mark = both["effect"], " ".join(content_stems(both["effect"]))
        for who, cause in (("who", "cause"), ("second", "other")):
            detail = frozenset(content_stems(both[cause]))
            yield Slot("reason", both.start(who), both.end(cause), about, "", detail, mark)
        return
    for pattern in _REASONS:
        found = pattern.search(text)
        if found is None:
            continue
        who = found["who"] if "who" in pattern.groupindex else ""
        start = found.start("who") if who else found.start()
        effect, cause = found["effect"], found["cause"]
        detail = frozenset(content_stems(cause))
        yield Slot(
            "reason", start, found.end(), effect, "", detail, " ".join(content_stems(effect))
        )
        return


def _since(text: str, published: date | None) -> Iterator[Slot]:
    if " since " not in text:
        return
    masked = without_quotations(text)
    found = _FIRST_SINCE.search(masked)
    line = read_line(masked) if found else None
    if found is None or line is None or len(line.text) != len(text):
        return
    for moment in moments(line, quantities(line)):
        first = line.words[moment.first]
        if first.start < found.end() or first.start > found.end() + 6 or moment.day is None:
            continue
        when = resolve(moment, Setting(published, None, "since", "past"))
        if when is not None:
            end = line.words[moment.last].end
            detail = frozenset((when.iso,))
            yield Slot("since", first.start, end, text[found.start() : found.end()], "", detail)
        return


def _offices(text: str) -> Iterator[Slot]:
    if not _HEAD.search(text):
        return
    for pattern in (_APPOSED, _TITLED):
        for found in pattern.finditer(text):
            office, start = found["office"], found.start("office")
            head = _HEAD.search(office)
            if head is None:
                continue
            cut = _OFFICE_ENDS.search(office, head.end())
            office = office[: cut.start()] if cut else office.rstrip()
            words = office.split()
            if pattern is _TITLED:
                # “said Norlandic presidential aide”: small words before are none of it.
                words = [word for word in words if fold(word) not in _NO_OFFICE]
                start += office.index(words[0]) if words else 0
                office = text[start : found.start("name") - 1]
            name = fold(found["name"].split()[-1])
            kind = _HEAD_STEMS.get(head.group().lower(), "")
            yield Slot(
                "office",
                start,
                start + len(office),
                found["name"],
                f"{name} {kind}",
                frozenset(content_stems(office)),
                head.group().lower(),
            )


_NO_OFFICE = frozenset(("said", "and", "the", "a", "an", "with", "by", "of", "to", "for", "from"))


def _places(text: str) -> Iterator[Slot]:
    if not _MEETING.search(text):
        return
    withheld = _WITHHELD.search(text)
    if withheld is not None:
        yield _place(text, withheld.start(), withheld.end(), "withheld")
    for found in _PLACE.finditer(text):
        yield _place(text, found.start("place"), found.end("place"), "told")


def _place(text: str, start: int, end: int, mark: str) -> Slot:
    meeting = _MEETING.search(text)
    about = meeting.group() if meeting else ""
    detail = frozenset(content_stems(text[start:end]))
    return Slot("place", start, end, about, "", detail, mark)


def _names(text: str, published: date | None) -> Iterator[Slot]:
    called = _CALLED.search(text) if "what " in text else None
    began = _BEGAN.search(text)
    if called is None and began is None:
        return
    line = read_line(text)
    day = _only_day(line, published, called.start() if called else began.end() if began else 0)
    if day is None:
        return
    if called is not None:
        detail = frozenset(content_stems(called["name"]))
        yield Slot("name", called.start(), called.end(), day[1], day[0].iso, detail, "called")
    elif began is not None:
        detail = frozenset(content_stems(began["name"]))
        start, end = began.span("name")
        yield Slot("name", start, end, day[1], day[0].iso, detail, "plain")


def _only_day(line: Line, published: date | None, near: int) -> tuple[When, str] | None:
    """Return the day that a sentence names nearest to a character, and how it is written."""
    days = [each for each in moments(line, quantities(line)) if each.day and each.month]
    days.sort(key=lambda each: abs(line.words[each.first].start - near))
    for moment in days[:1]:
        when = resolve(moment, Setting(published, None, "", "past"))
        if when is not None:
            return when, line.surface(moment.first, moment.last)
    return None
