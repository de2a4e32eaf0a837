"""Which side speaks: a country, a body or a party, from the name of the one who does.

“The Kremlin” is Russia and “Ukrainian negotiators” are Ukraine by the table in
`parties.toml`. A person is of the side that the articles give: by a title (“Russian Deputy
Minister X”), by what stands behind the name (“X, head of the Ukrainian delegation”), by whose
delegation he is in. What most of the articles' own words say counts; where they do not say,
or not of one side alone, nobody's side is guessed.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files

from bot.briefing.sources import Source
from bot.briefing.statements.nouns import ROLES, bare
from vectorstore.spelling import sound
from vectorstore.text import fold

_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w’'-]*\w"
# A particle is one only as a word of its own: “X de Y”, never “X denied”.
_PARTICLE = (
    r"(?:al|el|bin|ibn|de|del|la|van|von|der|den|da|dos)(?= (?:(?:la|der|den) )?[A-ZÀ-ÖØ-Þ])"
)
_NAME = rf"{_CAPITAL}(?: (?:[A-Z]\.|{_PARTICLE}|(?:al-|el-)?{_CAPITAL})){{1,3}}"
# Those who serve others speak for them, not as them: “senior advisers for X and Y”.
STAFF = re.compile(
    r"(?:(?:the|senior|top|close|several|some|two|three|both|other|special|key) ){0,3}"
    r"(?:advis[eo]rs|aides|envoys|officials|representatives|negotiators|delegates|diplomats"
    r"|lawyers|spokesmen|allies|associates|emissaries|mediators|staffers|sources|people)"
    r" (?:for|of|to|from|with) (?=(?:the )?(?:[a-z]+ )?[A-ZÀ-ÖØ-Þ])",
    re.IGNORECASE,
)
_ASIDE = 130  # characters
_TITLES = 6  # words between a side and the name of the one who has the title
_FIRM, _LOOSE = 2, 1  # votes
_MOST_TEXTS = 400
_ARABIC = re.compile(r"^[ae]l-")
_POSSESSIVE = re.compile(r"['’]s?$")
_APPOSED = re.compile(rf"({_NAME}), ((?:[^,;.]|\.(?=\w)){{4,{_ASIDE}}})(?=[,.;])")
_LEADS = re.compile(
    rf"({_NAME})(?:, [^.;]{{3,90}},)? (?:heads?|headed|leads?|led|leading|represent(?:s|ed)|chairs?"
    rf"|chaired) (?:the )?([^,.;]{{3,60}}?)(?: delegation| side| team| delegates| negotiators)\b"
)
_AMONG = re.compile(
    rf"({_NAME}) (?:was|is|were) (?:also )?(?:among|part of|on|a member of) the"
    r" ([^,.;]{3,40}?) (?:delegates|delegation|side|team|negotiators)\b"
)
_TEAM = re.compile(
    r"([^,.;]{3,40}?) (?:delegation|team|side) (?:included|includes|comprised|comprises|consists of"
    r"|consisted of)(?: of)? ([^.;]{5,200})"
)
_TAG = re.compile(rf"({_NAME}),? \(?([RD])-[A-Z]")
_PERSON = re.compile(_NAME)
_LONG_NAME = re.compile(rf"{_CAPITAL}(?: {_CAPITAL}){{1,6}}")
_OTHER = re.compile(r"\b(?:to|with|against|on|in|about|for|from|over) (?:the )?$")
_JOINED = re.compile(r" and |, ")
_SIDES = re.compile(
    r"['’]s? (?:office|adviser|advisor|spokesman|spokeswoman|aide|government|party)"
)


@cache
def _table() -> tuple[dict[str, str], dict[str, str], re.Pattern[str]]:
    """Return the side of each name, that in domestic news, and what finds the names."""
    text = files("bot.briefing.statements").joinpath("parties.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    sides = {name: side for side, names in table["parties"].items() for name in (side, *names)}
    domestic = {name: side for side, names in table["domestic"].items() for name in names}
    longest = sorted({*sides, *domestic}, key=len, reverse=True)
    # A word with a hyphen counts, “US-backed”; a name within a longer name does not.
    pattern = re.compile(rf"(?<![\w'’])(?:{'|'.join(map(re.escape, longest))})(?![\w])")
    return sides, domestic, pattern


@cache
def _places() -> frozenset[str]:
    text = files("bot.briefing.statements").joinpath("parties.toml").read_text(encoding="utf-8")
    return frozenset((*tomllib.loads(text)["places"]["states"], *_table()[0]))


def is_place(text: str) -> bool:
    """Say whether a name may be a country, a capital or a state that a town lies in."""
    return text in _places()


def mentioned(text: str) -> Iterator[tuple[str, int]]:
    """Yield the sides that `text` names, and where."""
    sides, _, pattern = _table()
    for found in pattern.finditer(text):
        if (side := sides.get(found.group())) is not None:
            yield side, found.start()


def side_named(text: str) -> str | None:
    """Return the side that a phrase is of, None if it names none; the first if it names two."""
    for side, start in mentioned(text):
        if not _OTHER.search(text[:start]):
            return side
    return None


class Sides:
    """Who belongs to which side, as a set of articles says."""

    def __init__(self, persons: dict[str, str], *, domestic: bool = False) -> None:
        self._persons = persons
        self._domestic = domestic
        self._known: dict[str, str | None] = {}

    @classmethod
    def of(cls, sources: Sequence[Source]) -> "Sides":
        """Return who belongs where, from what the sources' articles say of persons."""
        texts = [source.article.text for source in sources[:_MOST_TEXTS]]
        votes: dict[str, Counter[str]] = {}
        for text in texts:
            for name, side, weight in filter(_is_persons, _votes(text)):
                votes.setdefault(_key(name), Counter())[side] += weight
        persons = _decided(votes)
        # “President X's adviser”: of the side that X is of.
        for text in texts:
            for name, side in _through_others(text, persons):
                if _key(name) not in persons and _is_persons((name, side, _LOOSE)):
                    votes.setdefault(_key(name), Counter())[side] += _LOOSE
        return cls(_decided(votes), domestic=_is_domestic(texts))

    def party(self, speaker: str | None) -> str | None:
        """Return the side for which `speaker` speaks; None for two, or where it is not told."""
        parties = self.parties(speaker)
        return parties[0] if len(parties) == 1 else None

    def parties(self, speaker: str | None) -> tuple[str, ...]:
        """Return the sides for which `speaker` speaks: both of “Ukraine and Russia”."""
        if not speaker:
            return ()
        speaker = STAFF.sub("", speaker, count=1) if STAFF.match(speaker) else speaker
        found = [self._one(part) for part in _JOINED.split(speaker)]
        if len(found) > 1 and None in found:
            found = [self._one(speaker)]
        return tuple(dict.fromkeys(side for side in found if side is not None))

    def _one(self, speaker: str) -> str | None:
        if speaker not in self._known:
            self._known[speaker] = self._find(speaker)
        return self._known[speaker]

    def _find(self, speaker: str) -> str | None:
        sides, domestic, _ = _table()
        plain = re.sub(r"^(?:the|a|an) ", "", speaker)
        if self._domestic and (side := _prefixed(plain, domestic)):
            return side
        if plain in sides:
            return sides[plain]
        known = self._persons.get(_key(plain)) or self._persons.get(_key(plain.split()[-1]))
        if known:
            return known
        owner = _SIDES.search(plain)
        if owner:
            return self._find(plain[: owner.start()])
        if side := side_named(plain):
            return side
        for found in _PERSON.finditer(plain):
            if side := self._persons.get(_key(found.group().split()[-1])):
                return side
        return None


def _is_persons(vote: tuple[str, str, int]) -> bool:
    """Say whether a vote is for a person, not for “Canada's Liberal Party” or a day."""
    last = _ARABIC.sub("", vote[0].split()[-1])
    return last[0].isupper() and bare(last) not in ROLES and not last.endswith("day")


def _prefixed(text: str, names: dict[str, str]) -> str | None:
    return next((side for name, side in names.items() if text.startswith(name)), None)


def _key(name: str) -> str:
    """Return the last name as it sounds: persons are told apart by it."""
    words = _POSSESSIVE.sub("", name).split()
    return sound(fold(_ARABIC.sub("", words[-1]))) if words else ""


def _votes(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield persons with the side that a text gives them, and how firmly."""
    yield from _titled(text)
    for found in _APPOSED.finditer(text):
        side = side_named(found[2])
        if side and _is_description(found[2]) and not _is_side(found[1]):
            yield found[1], side, _FIRM
    for pattern in (_LEADS, _AMONG):
        for found in pattern.finditer(text):
            if side := side_named(found[2]):
                yield found[1], side, _FIRM
    for found in _TEAM.finditer(text):
        if side := side_named(found[1]):
            yield from ((name, side, _FIRM) for name in _names(found[2]))
    for found in _TAG.finditer(text):
        yield found[1], "Republicans" if found[2] == "R" else "Democrats", 2 * _FIRM


def _titled(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield who stands behind a side and a title: “Russian Minister X”, “France's X”."""
    sides, _, pattern = _table()
    for found in pattern.finditer(text):
        side = sides.get(found.group())
        if side is None:
            continue
        person = _person_behind(text[found.end() : found.end() + 120])
        if person:
            yield person, side, _FIRM


def _person_behind(text: str) -> str | None:
    """Return the person who has the title right behind a side's name."""
    owns = re.match(r"['’]s? ", text)
    words = re.split(r"(?<=[^\W\d])(?:,? )", text[owns.end() if owns else 1 :])
    if not owns and not text.startswith(" "):
        return None
    at = 0
    while at < min(len(words), _TITLES) and bare(words[at]) in ROLES:
        at += 1
    if at == 0 and not owns:
        return None
    rest = " ".join(words[at:])
    name = _PERSON.match(rest)
    return name.group() if name and not _is_side(name.group()) else None


def _names(text: str) -> Iterator[str]:
    for found in _LONG_NAME.finditer(text):
        words = found.group().split()
        while words and bare(words[0]) in ROLES:
            words = words[1:]
        if words:
            yield " ".join(words)


def _is_description(text: str) -> bool:
    words = text.split()
    first = bare(words[0])
    if first in ("and", "or", "but", "while", "with", "in", "on", "at"):
        return False
    if first in ("the", "a", "an", "who", "one", "head", "his", "her", "its") or first in ROLES:
        return True
    return any(bare(word) in ROLES for word in words[1:5])


def _is_side(name: str) -> bool:
    return any(True for _ in mentioned(name))


def _through_others(text: str, persons: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield persons described by another's name: “X, President Y's adviser”."""
    for found in _APPOSED.finditer(text):
        if not _is_description(found[2]) or side_named(found[2]):
            continue
        for other in re.finditer(rf"({_CAPITAL})['’]s ", found[2]):
            if side := persons.get(_key(other[1].removesuffix("'s").removesuffix("’s"))):
                yield found[1], side
                break


def _decided(votes: dict[str, Counter[str]]) -> dict[str, str]:
    """Return the side that has more than half of each person's votes."""
    decided: dict[str, str] = {}
    for name, counted in votes.items():
        side, most = counted.most_common(1)[0]
        if 2 * most > sum(counted.values()):
            decided[name] = side
    return decided


def _is_domestic(texts: Iterable[str]) -> bool:
    """Say whether the articles are about American parties more than about other countries."""
    counted = Counter(side for text in texts for side, _ in mentioned(text))
    own = counted["Democrats"] + counted["Republicans"]
    home = {"Democrats", "Republicans", "United States"}
    return own > sum(count for side, count in counted.items() if side not in home)
