"""The lists of loaded words: what each weighs, why it is flagged and what would be plainer.

The lists lie beside this module in `loaded.toml`, written by hand. A word is looked up in the
form it has in the text; entries of several words match them with spaces or hyphens between.
Nothing here knows where a word stands: that quoted words are the speaker's is for the rules.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from bot.neutrality import inflections

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_POSSESSIVE = ("'s", "’s", "'S", "’S")
_BETWEEN = re.compile(r"[ \-‐‑]{1,2}")
_PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Entry:
    """A listed word or phrase.

    `plainer` is None where none is known, and empty if the word can be left out; a word that
    is not shown only counts in a score.
    """

    group: str
    weight: float
    why: str
    plainer: str | None = None
    is_shown: bool = True


class Token(NamedTuple):
    """A word in small letters and where it stands, both without a possessive ending."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """A listed word or phrase at tokens `first` to `last`, both included."""

    entry: Entry
    first: int
    last: int


class _Group(BaseModel):
    """A group of the lists, as it stands in the file."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    part: Literal["verb", "past", "noun", "form"]
    weight: float
    why: str
    shown: bool = True
    words: str | list[str]
    plainer: dict[str, str] = {}

    def spelled(self) -> Iterator[tuple[str, str | None]]:
        """Yield every form of every entry, with its plainer word in the same form."""
        listed = self.words.split() if isinstance(self.words, str) else self.words
        for word in dict.fromkeys([*listed, *self.plainer]):
            yield from self._forms(word, self.plainer.get(word))

    def _forms(self, word: str, plainer: str | None) -> Iterator[tuple[str, str | None]]:
        if self.part == "form":
            yield word, plainer
            return
        inflect = inflections.noun if self.part == "noun" else inflections.verb
        forms = inflect(word)
        instead = inflect(plainer) if plainer else [plainer] * len(forms)
        first = 2 if self.part == "past" else 0
        yield from zip(forms[first:], instead[first:], strict=True)


class Lexicon:
    """Words and phrases by the words that they begin with."""

    def __init__(self, entries: Iterator[tuple[str, Entry]]) -> None:
        self._words: dict[str, Entry] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
        for spelled, entry in entries:
            keys = tuple(token.key for token in tokens_of(spelled))
            if len(keys) == 1:
                self._add(keys[0], entry)
            else:
                self._phrases.setdefault(keys[0], []).append((keys, entry))
        for phrases in self._phrases.values():
            phrases.sort(key=lambda each: len(each[0]), reverse=True)

    def _add(self, key: str, entry: Entry) -> None:
        held = self._words.get(key)
        if held is None or (entry.weight, bool(entry.plainer)) > (held.weight, bool(held.plainer)):
            self._words[key] = entry

    def word(self, key: str) -> Entry | None:
        """Return the entry of a single word."""
        return self._words.get(key)

    def __len__(self) -> int:
        return len(self._words) + sum(map(len, self._phrases.values()))

    def find(self, text: str, words: Sequence[Token]) -> Iterator[Found]:
        """Yield what is listed among the words of `text`, the longest phrase first, none twice."""
        after = 0
        for index, word in enumerate(words):
            if index < after or not (word.key in self._words or word.key in self._phrases):
                continue
            found = self._at(text, words, index)
            if found is not None:
                after = found.last + 1
                if found.entry.group != _PLAIN:
                    yield found

    def _at(self, text: str, words: Sequence[Token], index: int) -> Found | None:
        for keys, entry in self._phrases.get(words[index].key, ()):
            last = index + len(keys) - 1
            run = words[index : last + 1]
            if tuple(word.key for word in run) == keys and _is_joined(text, run):
                return Found(entry, index, last)
        entry = self._words.get(words[index].key)
        return Found(entry, index, index) if entry else None


def _is_joined(text: str, run: Sequence[Token]) -> bool:
    return all(_BETWEEN.fullmatch(text, one.end, other.start) for one, other in pairwise(run))


def tokens_of(text: str) -> list[Token]:
    """Return the words of `text` with their places; a hyphen parts words."""
    return [_token(match.group(), match.start()) for match in _TOKEN.finditer(text)]


def _token(surface: str, start: int) -> Token:
    key = surface.lower().replace("’", "'").removesuffix("'s")
    return Token(key, start, start + len(surface) - (2 if surface[-2:] in _POSSESSIVE else 0))


@cache
def lexicon() -> Lexicon:
    """Return the lists, read once; ValueError if the file beside this module is not well formed."""
    text = (resources.files("bot.neutrality") / "loaded.toml").read_text("utf-8")
    return Lexicon(_entries(tomllib.loads(text)))


def _entries(form: dict[str, Any]) -> Iterator[tuple[str, Entry]]:
    for phrase in form.pop(_PLAIN)["phrases"]:
        yield phrase, Entry(_PLAIN, 0, "")
    for name, table in form.items():
        group = _Group.model_validate(table)
        for spelled, plainer in group.spelled():
            yield spelled, Entry(name, group.weight, group.why, plainer, group.shown)


def plainer(word: str) -> str | None:
    """Return a plainer word or phrase for a listed one, in its form; None where none is listed."""
    words = tokens_of(word)
    found = next(lexicon().find(word, words), None) if words else None
    return (found.entry.plainer or None) if found else None
