"""The rules on how a source's word is told: who says it, by which verb, and what is a guess.

They know verbs and phrases, not people: whether a source is named well enough is told by
the words around the verb alone.
"""

import re
from collections.abc import Iterator

from bot.neutrality.lexicon import Token
from bot.neutrality.marks import Mark, instead
from bot.neutrality.reading import Reading
from bot.neutrality.wording import Saying, wording

_SAYING = "judging verb of saying"
_DOUBT = "doubt marker"
_SCARE = "scare quotes"
_WEASEL = "weasel sourcing"
_GUESS = "unattributed speculation"

_BE = frozenset(["is", "are", "was", "were", "be", "been", "being", "has"])
_BEFORE_NOUN = frozenset(
    """
    the a an his her its their our any all such these those of no other false rival competing
    territorial denied rejected dismissed disputed and or some many insurance land
    """.split()  # noqa: SIM905
)
_COURT = re.compile(
    r"\b(?:charge[sd]?|court|trial|prosecut\w+|indict\w+|police|lawsuit|suspect\w*|accus\w+|judge"
    r"|investigat\w+|complaint|arrest\w*|plaintiff|defendant|tribunal|inquiry)\b",
    re.IGNORECASE,
)
# Words that tell whose the quoted words are, or that they are a name, a term or a title.
_OWNED = re.compile(
    r"\b(?:call\w*|dub\w*|nam(?:e|ed|es)|label\w*|term\w*|describ\w*|refer\w*|known|brand\w*"
    r"|accus\w*|denounc\w*|decri\w*|characteri[sz]\w*|words?|phrase\w*|titl\w*|entitled|slogan\w*"
    r"|sign|signs|banner\w*|read|reads|reading|chant\w*|sang|song|film|book|code ?name\w*|letter"
    r"|statement|tweet\w*|post\w*|writ\w+|wrote|vot\w+|express\w*|translat\w*|mean\w*|defin\w*"
    r"|category|as|what|interview|speech|report|document|agreement|draft|text|joint|ask\w*"
    r"|list\w*|designat\w*|classif\w*|rated?|deem\w*|declar\w*|promis\w*|hail\w*|prais\w*"
    r"|stat(?:es?|ed|ing)|yell\w*|shout\w*|grounds?|comments?|remarks?|roles?|marked|speak\w*|spoke"
    r"|condemn\w*|critici[sz]\w*|blam\w*|blast\w*|slam\w*|urg\w*|warn\w*|demand\w*|vow\w*)\b",
    re.IGNORECASE,
)
_MOST_SCARED = 3


def sayings(reading: Reading) -> Iterator[Mark]:
    """Mark verbs of saying that judge what is said."""
    for index, word in enumerate(reading.words):
        saying = wording().sayings.get(word.key)
        if saying is not None and _says(reading, index, word, saying):
            yield Mark(_SAYING, word.start, word.end, instead(_upper(saying.why), saying.plainer))
    for match in wording().judged.finditer(reading.masked):
        phrase = wording().judging_phrases[(match.lastindex or 1) - 1]
        yield Mark(_SAYING, *match.span(), instead(_upper(phrase.why), phrase.plainer))


def _says(reading: Reading, index: int, word: Token, saying: Saying) -> bool:
    """Say whether a form of a judging verb stands there as a verb of saying."""
    before = reading.words[index - 1].key if index else ""
    if saying.unless and saying.unless.match(reading.masked, word.end):
        return False
    if word.key.endswith("s"):
        capital = index > 0 and reading.masked[reading.words[index - 1].start].isupper()
        that = reading.masked.startswith((" that ", " to ", " he ", " she "), word.end)
        return before not in _BEFORE_NOUN and (capital or that)
    is_past = not word.key.endswith("ing")
    if is_past and before in _BE and not reading.masked.startswith(" that", word.end):
        return False
    return before not in _BEFORE_NOUN or before in ("and", "or")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def doubts(reading: Reading) -> Iterator[Mark]:
    """Mark words that put in doubt what another one says, without saying who doubts it."""
    for match in wording().doubt.finditer(reading.masked):
        yield Mark(_DOUBT, *match.span(), "Puts it in doubt without saying who doubts it.")
    if reading.alleged and not reading.is_told and not _COURT.search(reading.masked):
        for word in reading.alleged:
            yield Mark(_DOUBT, word.start, word.end, "Says neither who alleges it nor before whom.")


def scare_quotes(reading: Reading) -> Iterator[Mark]:
    """Mark one to three quoted words where the sentence does not tell whose they are."""
    if not reading.quoted or reading.is_told or _OWNED.search(reading.masked):
        return
    for start, end in reading.quoted:
        inside = reading.text[start:end].strip(" ,.;:!?…")
        words = inside.split()
        is_gloss = reading.text.endswith("(", 0, start - 1)
        is_title = any(word[:1].isupper() or word[:1].isdigit() for word in words)
        if 1 <= len(words) <= _MOST_SCARED and not is_title and not is_gloss:
            yield Mark(
                _SCARE, start, end, "Quoted, but the sentence does not say whose words they are."
            )


def weasels(reading: Reading) -> Iterator[Mark]:
    """Mark sources that nobody could ask: “critics say”, “it is widely believed”."""
    if any(word.key in wording().crowds for word in reading.words):
        yield from _crowds(reading)
    for match in wording().weasel.finditer(reading.masked):
        yield Mark(_WEASEL, *match.span(), "Does not say whose word it is.")


def _crowds(reading: Reading) -> Iterator[Mark]:
    for match in wording().crowd.finditer(reading.masked):
        yield Mark(_WEASEL, *match.span("span"), "Does not say who, of what kind or how many.")


def guesses(reading: Reading) -> Iterator[Mark]:
    """Mark a guess that the sentence gives to nobody."""
    if reading.is_told:
        return
    for pattern in (wording().guess, wording().modal):
        for match in pattern.finditer(reading.masked):
            yield Mark(_GUESS, *match.span(), "A guess, and the sentence does not say whose.")
