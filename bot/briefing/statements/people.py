"""The names of one article in their fullest form: “Medinsky” is “Vladimir Medinsky”.

A last name is taken for a full name only where the article has exactly one that ends so.
"""

import re
from collections.abc import Iterable

from bot.briefing.statements.nouns import ROLES, bare
from vectorstore.spelling import sound
from vectorstore.text import STOPWORDS, fold

_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w’'-]*"
_RUN = re.compile(
    rf"(?<![\w’']){_CAPITAL}(?: (?:[A-Z]\.|(?:al|bin|de|del|van|von|der|la)(?= [A-Z])"
    rf"|(?:al-|el-)?{_CAPITAL}))+"
)
_POSSESSIVE = re.compile(r"['’]s?$")
_SMALL = re.compile(r"(?<![\w’'-])[a-zß-ÿ]+")
_MOST_WORDS = 4
_OWNED = re.compile(rf"^({_CAPITAL})(['’]s? .+)$")


class People:
    """Whom the articles name in full."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._full: dict[str, dict[str, str]] = {}
        for text in texts:
            small = set(_SMALL.findall(text))
            for found in _RUN.finditer(text):
                self._add(found.group(), small)

    def _add(self, run: str, small: set[str]) -> None:
        words: list[str] = []
        for word in run.split():
            plain = _POSSESSIVE.sub("", word)
            if bare(plain) in ROLES or (not words and self._is_word(plain, small)):
                words = []
                continue
            words.append(plain)
            if plain != word:
                self._note(words)
                words = []
        self._note(words)

    @staticmethod
    def _is_word(word: str, small: set[str]) -> bool:
        return word.lower() in small or word.lower() in STOPWORDS

    def _note(self, words: list[str]) -> None:
        if 2 <= len(words) <= _MOST_WORDS and len(words[0]) > 1:
            name = " ".join(words)
            # One name in several spellings is one.
            self._full.setdefault(fold(words[-1]), {}).setdefault(_key(name), name)

    def full(self, name: str) -> str:
        """Return the fullest form of `name`, itself if none or several are known."""
        owned = _OWNED.match(name)
        if owned:
            return f"{self.full(owned[1])}{owned[2]}"
        if " " in name:
            return name
        known = self._full.get(fold(name), {})
        return next(iter(known.values())) if len(known) == 1 else name


def _key(name: str) -> str:
    return " ".join(sound(fold(word)) for word in name.split())
