"""What was changed from one version of an article to another: the silent edits.

Paragraphs are aligned first and then the words of those that were reworded. Nothing here
knows how a change is shown.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from vectorstore.documents import Article
from vectorstore.library import FIELDS

Kind = Literal["same", "added", "removed"]

# Words with the space after them, so that a text is the sum of its words.
_WORD = re.compile(r"\S+\s*|\s+")
_LINE = re.compile(r"[^\n]+")
# Aligning takes the product of two lengths; a longer paragraph is shown as replaced.
_LONGEST = 1_500
# Paragraphs with fewer words in common are not one paragraph, reworded.
_ALIKE = 0.4


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and what became of it."""

    kind: Kind
    text: str


Paragraph = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Edits:
    """`fields` has (name, was, is) of what is known otherwise; `paragraphs` all of the text."""

    fields: tuple[tuple[str, str | None, str | None], ...]
    paragraphs: tuple[Paragraph, ...]

    def count(self, kind: Kind) -> int:
        """Return how many words are of a kind."""
        return sum(
            len(piece.text.split())
            for paragraph in self.paragraphs
            for piece in paragraph
            if piece.kind == kind
        )


def edits(old: Article, new: Article) -> Edits:
    """Compare two versions of an article."""
    fields = tuple(
        (name, getattr(old, name), getattr(new, name))
        for name in FIELDS
        if getattr(old, name) != getattr(new, name)
    )
    return Edits(fields, tuple(_paragraphs(_LINE.findall(old.text), _LINE.findall(new.text))))


def _paragraphs(old: Sequence[str], new: Sequence[str]) -> Iterator[Paragraph]:
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield from ((Piece("same", line),) for line in old[a:b])
        else:
            yield from _reworded(old[a:b], new[c:d])


def _reworded(old: Sequence[str], new: Sequence[str]) -> Iterator[Paragraph]:
    """Pair each new paragraph with the next old one that it may have been made of."""
    left = list(old)
    for line in new:
        at = next((at for at, was in enumerate(left) if _alike(was, line)), None)
        if at is None:
            yield (Piece("added", line),)
            continue
        yield from ((Piece("removed", was),) for was in left[:at])
        yield tuple(_words(_WORD.findall(left[at]), _WORD.findall(line)))
        left = left[at + 1 :]
    yield from ((Piece("removed", was),) for was in left)


def _alike(one: str, other: str) -> bool:
    words = one.split(), other.split()
    if max(map(len, words)) > _LONGEST:
        return False
    return SequenceMatcher(None, *words, autojunk=False).ratio() >= _ALIKE


def _words(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece("same", "".join(new[c:d]))
            continue
        if a < b:
            yield Piece("removed", "".join(old[a:b]))
        if c < d:
            yield Piece("added", "".join(new[c:d]))
