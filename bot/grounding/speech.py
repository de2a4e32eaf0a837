"""Reads who says what in a sentence.

An attribution is a speaker, a verb of saying and a statement: “X said (that) S”, “S, X
said”, “S, said X”, “according to X, S”. The speaker is the nearest phrase, with an aside
between commas (“X, the head of the delegation, said”). Statements run to the end of the
clause: what follows “but” or a semicolon is no longer said.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.grounding.names import TITLES, Name, capitalised
from bot.grounding.verbs import AUXILIARIES, SAYING
from bot.grounding.words import Line, listed

_FEWEST_WORDS = 3
_LONGEST_SPEAKER = 18
_MOST_ATTRIBUTIONS = 12
_PASSIVE = frozenset(listed("is was are were be been being it"))
_LINKS = frozenset(listed("that but while when as after because which who"))
_BEFORE_VERB = AUXILIARIES - _PASSIVE
_BELONGING = frozenset(listed("of for to in at from by"))
_OPEN_ASIDE = frozenset(listed("the a an who whose which head chief adviser president"))
# What may stand between a speaker and the verb: when, in what, and a name in brackets.
_TIME = (
    r"(?:(?:early|late|earlier|later) )?(?:on )?(?:(?:early|late) )?(?:(?:this|last) )?"
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?: (?:morning|afternoon|evening|night))?"
    r"|yesterday|today|(?:the )?same day)|earlier (?:this|in the) (?:day|week|month)"
    r"|on (?:\d{1,2} [A-Z][a-z]{2,8}|[A-Z][a-z]{2,8}\.? \d{1,2})(?:,? \d{4})?"
)
_PLACE = (
    r"in (?:an?|the|his|her|its|their) (?:[a-z]+ ){0,2}"
    r"(?:statement|interview|letter|speech|briefing|tweet|post|report|memo|filing|message)"
)
_ASIDES = re.compile(rf"(?:\s*\([^()]{{1,40}}\)|\s+(?:{_TIME}|{_PLACE})(?![\w-]))+\s*$")
_LONGEST_ASIDES = 150  # characters
_CONTRASTS = frozenset(listed("but while although though whereas"))


@dataclass(frozen=True)
class Attribution:
    """Words `first` to `last` of a line name who says its `statement` (stems)."""

    line: Line
    first: int
    last: int
    verb: str
    statement: frozenset[str]

    @property
    def speaker(self) -> str:
        """The speaker as written."""
        return self.line.surface(self.first, self.last)

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """The names among the speaker's words."""
        return tuple(
            name for name in capitalised(self.line) if self.first <= name.first <= self.last
        )

    @cached_property
    def main(self) -> str:
        """The last word of the speaker's own name, empty for “officials” or “his office”."""
        own = [name for name in self.names if not self._is_anothers(name)]
        head = [name for name in own if not self._is_aside(name)]
        return head[-1].keys[-1] if head else own[0].keys[-1] if own else ""

    @property
    def roots(self) -> frozenset[str]:
        """The stems of the speaker's words."""
        return stems_between(self.line, self.first, self.last + 1)

    def others(self, people: frozenset[str]) -> Iterator[str]:
        """Yield the other names in the speaker's description, such as a country.

        A person speaks for a country or an office; another one of `people` whose adviser
        that person is has not spoken.
        """
        for name in self.names:
            is_person = self._is_anothers(name) and name.keys[-1] in people
            if name.keys[-1] != self.main and not is_person:
                yield name.keys[-1]

    def _is_aside(self, name: Name) -> bool:
        inside = range(self.first + 1, name.first + 1)
        return any("," in self.line.gap(index) for index in inside)

    def _is_anothers(self, name: Name) -> bool:
        """Say whether a name is another's: “Putin's spokesman”, “adviser to Y”."""
        if self.line.words[name.last].text.endswith(("'s", "’s")):
            return True
        before = name.first - 1
        while before >= self.first and self.line.words[before].key in TITLES | {"the"}:
            before -= 1
        return before >= self.first and self.line.words[before].key in _BELONGING


def people(line: Line) -> Iterator[str]:
    """Yield the last names of those whom `line` gives a title or office."""
    for name in capitalised(line):
        if name.first and line.words[name.first - 1].key in TITLES:
            yield name.keys[-1]


def attributions(line: Line) -> list[Attribution]:
    """Return who says what in `line`."""
    found: list[Attribution] = []
    for index, word in enumerate(line.words):
        place = _speaker_at(line, index)
        if place is not None:
            statement = _statement(line, *place, index)
            found.append(Attribution(line, *place, word.key, statement))
        if len(found) == _MOST_ATTRIBUTIONS:
            break
    return found


def _speaker_at(line: Line, index: int) -> tuple[int, int] | None:
    """Return the words that name the speaker of the verb at `index`."""
    key = line.words[index].key
    if key == "to" and index and line.words[index - 1].key == "according":
        return _ahead(line, index + 1)
    if key not in SAYING and not _puts(line, index):
        return None
    before = index - 1
    while before >= 0 and line.words[before].key in _BEFORE_VERB:
        before -= 1
    if before < 0 or line.words[before].key in _PASSIVE:
        return None
    if before == index - 1 and _is_inverted(line, index):
        return _ahead(line, index + 1)
    return _behind(line, _before_asides(line, before))


def _before_asides(line: Line, index: int) -> int:
    """Return the last word of a speaker of whom `index` is the last before the verb.

    When and where it was said is no part of the name, nor is its abbreviation in brackets:
    “the ministry (MFA) late on Monday announced”.
    """
    end = line.words[index + 1].start
    aside = _ASIDES.search(line.text, max(0, end - _LONGEST_ASIDES), end)
    last = index
    while aside is not None and last >= 0 and line.words[last].end > aside.start():
        last -= 1
    # At the head of a sentence nobody stands before them.
    return last if last >= 0 and line.words[last].root else index


def _puts(line: Line, index: int) -> bool:
    """Say whether someone puts a figure at so many."""
    figures = (word.key for word in line.words[index + 1 : index + _LONGEST_SPEAKER])
    return line.words[index].key in ("put", "puts") and "at" in figures


def _is_inverted(line: Line, index: int) -> bool:
    """Say whether a statement ends before the verb and its speaker comes after: “, said X”."""
    gap = line.gap(index)
    following = line.words[index + 1] if index + 1 < len(line.words) else None
    if line.words[index].key in ("told", "tells", "tell"):
        return False
    if following is None or not any(mark in gap for mark in ',”"»?!'):
        return False
    if any(mark in gap for mark in '”"»?!'):
        return True
    named = following.is_capital or following.key in ("the", "a", "an", "one", "its", "their")
    return named and not line.breaks(index + 1) and not _closes_aside(line, index)


def _closes_aside(line: Line, index: int) -> bool:
    """Say whether the comma before a verb ends an aside: “X, the envoy, said the sides …”."""
    behind = [at for at in range(max(1, index - _LONGEST_SPEAKER), index) if "," in line.gap(at)]
    if not behind:
        return False
    aside = line.words[behind[-1] : index]
    return aside[0].key in _OPEN_ASIDE or all(word.is_capital for word in aside)


def _ahead(line: Line, index: int) -> tuple[int, int] | None:
    """Return the speaker that begins at word `index`."""
    end = index
    while end + 1 < min(len(line.words), index + _LONGEST_SPEAKER):
        following = line.words[end + 1].key
        if line.breaks(end + 1) or following in SAYING or following in _LINKS:
            break
        end += 1
    return (index, end) if index < len(line.words) else None


def _behind(line: Line, index: int) -> tuple[int, int] | None:
    """Return the speaker that ends at word `index`, with an aside between commas."""
    start = _segment(line, index, _LINKS)
    if "," in line.gap(index + 1):
        comma = _segment(line, index, frozenset())
        start = _segment(line, comma - 1, _LINKS) if comma else start
    return start, index


def _segment(line: Line, index: int, links: frozenset[str]) -> int:
    """Return where the words up to `index` begin, after a break or one of `links`."""
    start = index
    lowest = max(0, index - _LONGEST_SPEAKER)
    while start > lowest and not line.breaks(start) and line.words[start - 1].key not in links:
        start -= 1
    return start


def _statement(line: Line, first: int, last: int, verb: int) -> frozenset[str]:
    """Return the stems of what is said: what follows speaker and verb, or what leads to them.

    “S, X said on Monday” leaves too little behind the verb to be what was said.
    """
    end = max(last, verb) + 1
    start = min(first, verb)
    behind = stems_between(
        line, end, _contrast(line, range(end + 1, len(line.words)), len(line.words))
    )
    ahead = stems_between(line, _contrast(line, range(start - 1, 0, -1), 0), start)
    ends_here = end == len(line.words) or line.breaks(end)
    if line.words[verb].key == "to":
        return behind if len(behind) > len(ahead) else ahead
    if ahead and ends_here and line.breaks(start) and end < len(line.words):
        # “S, X said, S”: the speaker stands in the middle.
        return ahead | behind
    after_comma = start == 0 or line.breaks(start)
    if ahead and after_comma and (ends_here or len(behind) < _FEWEST_WORDS <= len(ahead)):
        return ahead
    return behind


def _contrast(line: Line, indexes: range, otherwise: int) -> int:
    """Return where a “but” or a semicolon first parts the clauses, going through `indexes`."""
    for index in indexes:
        if any(mark in line.gap(index) for mark in ";:"):
            return index
        if line.words[index].key in _CONTRASTS and line.breaks(index):
            return index
    return otherwise


def stems_between(line: Line, start: int, end: int) -> frozenset[str]:
    """Return the stems of words `start` to `end`, that one not included."""
    return frozenset(word.root for word in line.words[start:end] if word.root)
