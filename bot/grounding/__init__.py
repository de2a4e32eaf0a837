"""The check that every sentence passes before it is shown: is it in what it cites?

Numbers, dates, names and quoted words of a sentence must stand in the passages that it
cites, in whatever form; what they say must not be denied, reversed, given to another
speaker or told as a fact where it is someone's word. Words that stand in a passage as they
are always verify. The check is the same whichever engine wrote the sentence, and knows
nothing of engines.

Every check is a rule over words. It finds what is not there; it does not understand: a
claim that uses only the passage's names and numbers, and other words for a thing that the
passage does not say, verifies. The rules for words (number words, months, negation,
speech) are English; digits, names and quotations are checked in any language.

An article's title supports names, numbers and dates, its publisher a name, and the day of
publication resolves the passage's “Monday” (see `days`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answers import Citation, Sentence
from bot.grounding.dates import Moment, moments
from bot.grounding.days import (
    held_days,
    missing_days,
    of_publication,
    parse_day,
    speaks_of_reporting,
)
from bot.grounding.directions import reversed_direction
from bot.grounding.names import NameIndex, names, pairs
from bot.grounding.numbers import NumberIndex
from bot.grounding.polarity import contradicted
from bot.grounding.quantities import Quantity, claims, quantities
from bot.grounding.quotes import is_verbatim, missing_quotations, without_quotations
from bot.grounding.speakers import misattributed, unattributed
from bot.grounding.swaps import Passage, swapped
from bot.grounding.words import Line, read_line, read_lines

_MARKER = re.compile(r"\s*\[\d{1,3}(?:[,;–-] ?\d{1,3}){0,20}\]")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s\"”’<>)\]]+")
# No sentence that a person reads is longer; the checks of one sentence take its square.
_LONGEST = 2_000
_LONGEST_LINE = 300
_FIRST_YEAR, _LAST_YEAR = 1_000, 2_200


def ground(text: str, cited: Sequence[Citation]) -> Sentence:
    """Return `text` as a sentence, verified if its citations carry it, else with why not.

    Citation markers in `text` (“[1]”) are no part of what it says.
    """
    numbers = tuple(citation.n for citation in cited)
    problems = tuple(dict.fromkeys(_problems(text, cited)))
    return Sentence(text, numbers, "unverified" if problems else "verified", problems)


def _problems(text: str, cited: Sequence[Citation]) -> Iterator[str]:
    said = _MARKER.sub("", text)
    if not said.strip():
        yield "it says nothing"
    elif not cited:
        yield "it cites no passage"
    elif any(is_verbatim(form, citation.quote) for citation in cited for form in {text, said}):
        return
    elif len(said) > _LONGEST:
        yield f"it is longer than {_LONGEST:,} characters, too long to be checked"
    else:
        yield from _unsupported(said, _Evidence.of(cited))


@dataclass(frozen=True, slots=True)
class _Evidence:
    """All that the cited passages say, read once for every check."""

    quotes: tuple[str, ...]
    passages: tuple[Passage, ...]
    words: frozenset[str]
    names: NameIndex
    numbers: NumberIndex
    days: tuple[Moment, ...]
    years: frozenset[int]
    published: tuple[Moment, ...]

    @property
    def sentences(self) -> list[Line]:
        """The passages' sentences, for the checks that compare sentence with sentence."""
        return [passage.line for passage in self.passages]

    @classmethod
    def of(cls, cited: Sequence[Citation]) -> "_Evidence":
        """Read the cited passages."""
        lines: list[Line] = []
        passages: list[Passage] = []
        found: list[Quantity] = []
        days: list[Moment] = []
        published: list[Moment] = []
        for citation in cited:
            day = parse_day(citation.published)
            body = list(dict.fromkeys(read_lines(citation.quote)))
            told = [*body, read_line(citation.title or "")]
            counted = [(line, quantities(line)) for line in told]
            lines += [*told, read_line(citation.publisher or "")]
            passages += [Passage(line, day) for line in body if len(line.words) <= _LONGEST_LINE]
            days += held_days(counted, day)
            found += (quantity for line, several in counted for quantity in _counts(line, several))
            published += [of_publication(day)] if day else []
        words = frozenset(word.key for line in lines for word in line.words)
        return cls(
            tuple(citation.quote for citation in cited),
            tuple(passages),
            words,
            NameIndex(lines),
            NumberIndex(found, words),
            tuple(days),
            frozenset(_years(days, found)),
            tuple(published),
        )


def _counts(line: Line, numbers: list[Quantity]) -> Iterator[Quantity]:
    """Yield the numbers that are no part of a date; a year may be either."""
    dated = {index for moment in moments(line, numbers) for index in moment.words}
    for quantity in numbers:
        if quantity.numeral.first not in dated or quantity.numeral.value >= _FIRST_YEAR:
            yield quantity


def _years(days: Sequence[Moment], numbers: Sequence[Quantity]) -> Iterator[int]:
    """Yield the years of dates, and of numbers that may be years (“the 2019 treaty”)."""
    yield from (moment.year for moment in days if moment.year is not None)
    for quantity in numbers:
        value = quantity.numeral.value
        if value.denominator == 1 and _FIRST_YEAR <= value < _LAST_YEAR:
            yield int(value)


def _unsupported(text: str, held: _Evidence) -> Iterator[str]:
    plural = "passages" if len(held.quotes) > 1 else "passage"
    where = f"not in the cited {plural}"
    for quotation in missing_quotations(text, held.quotes):
        yield f"the quoted words “{_short(quotation)}” are {where}"
    for address in _ADDRESS.findall(text):
        if not any(address in quote for quote in held.quotes):
            yield f"the address “{_short(address)}” is {where}"
    missing = list(_missing(read_line(without_quotations(text)), held))
    yield from (f"the {kind} “{word}” is {where}" for kind, word in missing)
    # What is missing is also no one's words; one fault is told once.
    whole = read_line(text)
    if not missing and _shares_nothing(whole, held):
        yield f"none of its words is in the cited {plural}"
    elif not missing and len(whole.words) <= _LONGEST_LINE:
        yield from _turned(whole, held, plural)


def _shares_nothing(line: Line, held: _Evidence) -> bool:
    """Say whether no word of meaning is the passages' own; of a single one that tells little.

    A name or number that they have, in whatever form, is one.
    """
    if len(line.roots) < 2 or names(line, held.names.small) or quantities(line):
        return False
    return all(line.roots.isdisjoint(each.line.roots) for each in held.passages)


def _missing(line: Line, held: _Evidence) -> Iterator[tuple[str, str]]:
    """Yield each date, number and name that the passages do not have."""
    found = quantities(line)
    dates = moments(line, found)
    days = [*held.days, *(held.published if speaks_of_reporting(line) else ())]
    for moment in missing_days(line, dates, days):
        is_year = moment.year in held.years and moment.month is None and moment.weekday is None
        if not is_year:
            yield "date", line.surface(moment.first, moment.last)
    dated = frozenset(index for moment in dates for index in moment.words)
    for quantity in claims(line, dated):
        if not held.numbers.supports(quantity) and quantity.numeral.value not in held.years:
            yield "number", _quantity_text(line, quantity)
    found_names = names(line, held.names.small)
    for name in found_names:
        words = line.words[name.first : name.last + 1]
        lost = [_bare(word.text) for word in words if not held.names.holds(word)]
        if lost and not held.names.holds_initials(words):
            yield "name", " ".join(lost)
    for name, ahead, behind in pairs(found_names):
        if held.names.mixes(ahead, behind):
            yield "name", line.surface(name.first, name.last)


def _quantity_text(line: Line, quantity: Quantity) -> str:
    """Return a number as written, with a percent or currency sign that touches it."""
    first, last = quantity.numeral.first, quantity.numeral.last
    if quantity.unit and first and line.gap(first) == "":
        first -= 1
    elif quantity.unit and last + 1 < len(line.words):
        last += 1 + (line.words[last + 1].key == "per")
    return line.surface(first, min(last, len(line.words) - 1))


def _turned(line: Line, held: _Evidence, plural: str) -> Iterator[str]:
    """Yield what is said of another, by another, or the other way round."""
    says, gives = ("say", "give") if plural == "passages" else ("says", "gives")
    the = f"the cited {plural}"
    speakers = list(misattributed(line, held.sentences))
    for ours, theirs in speakers:
        yield f"{the} {gives} this to “{_short(theirs)}”, not to “{_short(ours)}”"
    for ours, theirs in swapped(line, held.passages):
        if not any(ours in speaker for speaker, _ in speakers):
            yield f"{the} {says} this of “{theirs}”, not of “{ours}”"
    if speaker := unattributed(line, held.sentences):
        yield f"{the} {gives} this as the word of “{_short(speaker)}”, not as fact"
    if pair := reversed_direction(line, held.sentences):
        yield f"{the} {says} “{pair[1]}”, not “{pair[0]}”"
    elif word := contradicted(line, held.sentences):
        yield f"on “{word}” {the} {says} the opposite"


def _bare(text: str) -> str:
    return text.removesuffix("'s").removesuffix("’s")


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79].rstrip()}…"
