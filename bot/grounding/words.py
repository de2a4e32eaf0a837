"""A sentence as words with their places, which every check of grounding works on.

`vectorstore.text` says what a word is for searching: folded, without its capitals and its
place. A check needs both, to tell a name from a word, to see what stands between two
words, and to show the reader the word as it was written. How words are folded and stemmed
is taken from there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from vectorstore.text import STOPWORDS, clean_unicode, key_of, sentence_ranges, stems

# Marks that stay apart from their letter after NFC: Latin, Hebrew and Arabic ones.
_MARK = "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670"
_CURRENCY = "$€£¥₽₴₪₺₹"
_FRACTION = "¼½¾⅐-⅞"
# A run of digits is cut at forty: no count of anything is longer, and a number of a
# hundred thousand digits would take seconds to read.
_WORD = re.compile(
    r"[A-Z](?:\.[A-Z])+(?:\.|\b)"
    r"|[ap]\.m\b\.?"
    r"|(?<!\d)\d{1,3}(?:[, ]\d{3}){1,6}(?!\d)(?:\.\d{1,20})?"
    r"|\d{1,40}(?:\.\d{1,20})?"
    rf"|[^\W\d_](?:[\w{_MARK}]|['’ʼ](?=\w))*"
    rf"|[%{_CURRENCY}{_FRACTION}]"
)
# The splitter takes the square of a text that is nothing but marks; no passage is as long.
_PIECE = re.compile(r"(?s).{1,8000}(?:(?=\s)|\Z)|.{1,8000}")
_BREAK = re.compile(r"[,;:.!?…()\[\]\n\"“”«»„]|\s[-–—]+\s|—")


def listed(text: str) -> tuple[str, ...]:
    """Return the words of `text`; a list of words reads better without its quotes."""
    return tuple(text.split())


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written and where; `key` is its folded form without a possessive ending.

    `root` is its stem, and empty where the word carries no meaning of its own.
    """

    text: str
    key: str
    root: str
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        """Whether it is written in digits."""
        return self.text[0].isdecimal()

    @property
    def is_capital(self) -> bool:
        """Whether it has a capital letter anywhere, as in “al-Assad” or “d'Ivoire”."""
        return any(char.isupper() for char in self.text)


@dataclass(frozen=True)
class Line:
    """A sentence, or a title, and its words."""

    text: str
    words: tuple[Word, ...]

    def gap(self, index: int) -> str:
        """Return what stands before word `index`; before the end for the number of words."""
        start = self.words[index - 1].end if index else 0
        end = self.words[index].start if index < len(self.words) else len(self.text)
        return self.text[start:end]

    def breaks(self, index: int) -> bool:
        """Say whether punctuation that parts clauses stands before word `index`."""
        return _BREAK.search(self.gap(index)) is not None

    def surface(self, first: int, last: int) -> str:
        """Return words `first` to `last`, both included, as they are written."""
        return self.text[self.words[first].start : self.words[last].end]

    @cached_property
    def roots(self) -> frozenset[str]:
        """The stems of the words that carry meaning."""
        return frozenset(word.root for word in self.words if word.root)


def read_line(text: str) -> Line:
    """Return `text`, cleaned of what no reader sees, as one line."""
    clean = clean_unicode(text)[0]
    return Line(clean, tuple(_words(clean)))


def read_lines(text: str) -> tuple[Line, ...]:
    """Return the sentences of `text`."""
    clean = clean_unicode(text)[0]
    return tuple(
        read_line(piece[start:end])
        for piece in _PIECE.findall(clean)
        for start, end in sentence_ranges(piece)
    )


def _words(text: str) -> Iterator[Word]:
    for match in _WORD.finditer(text):
        surface = match.group()
        key = key_of(surface)
        yield Word(surface, key, root_of(key), match.start(), match.end())


@lru_cache(maxsize=65_536)
def root_of(key: str) -> str:
    """Return the stem of a word, or nothing for a function word or a sign."""
    if key in STOPWORDS or not key[:1].isalnum():
        return ""
    return next(iter(stems(key)), "")


def overlap(claimed: frozenset[str], line: Line) -> float:
    """Return the share of `claimed` stems that `line` holds; 0 of none."""
    return len(claimed & line.roots) / len(claimed) if claimed else 0.0
