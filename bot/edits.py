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

# Words, marks and spaces, of which a text is the sum.
_WORD = re.compile(r"\w+(?:['’]\w+)*|\s+|[^\w\s]")
_COUNTED = re.compile(r"\w+(?:['’]\w+)*")
_LINE = re.compile(r"[^\n]+")
# Aligning takes the product of two lengths; a longer paragraph is shown as replaced.
_LONGEST = 1_500
# A paragraph that was moved farther is shown as cut and added.
_AHEAD = 8
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
            len(_COUNTED.findall(piece.text))
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
    """Pair each new paragraph with one of the next old ones that it may have been made of."""
    left = list(old)
    for line in new:
        alike = _Alike(line)
        at = next((at for at, was in enumerate(left[:_AHEAD]) if alike.to(was)), None)
        if at is None:
            yield (Piece("added", line),)
            continue
        yield from ((Piece("removed", was),) for was in left[:at])
        yield tuple(_words(_WORD.findall(left[at]), _WORD.findall(line)))
        left = left[at + 1 :]
    yield from ((Piece("removed", was),) for was in left)


class _Alike:
    """Compares paragraphs with one."""

    def __init__(self, line: str) -> None:
        self._words = line.split()
        self._matcher = SequenceMatcher(autojunk=False)
        self._matcher.set_seq2(self._words)

    def to(self, other: str) -> bool:
        """Whether the paragraph may have been made of the other."""
        words = other.split()
        if max(len(words), len(self._words)) > _LONGEST:
            return False
        self._matcher.set_seq1(words)
        # The first two cost little, and are never less than the third.
        return (
            self._matcher.real_quick_ratio() >= _ALIKE
            and self._matcher.quick_ratio() >= _ALIKE
            and self._matcher.ratio() >= _ALIKE
        )


def _words(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(str.isspace, old, new, autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            yield Piece("same", "".join(new[c:d]))
            continue
        if a < b:
            yield Piece("removed", "".join(old[a:b]))
        if c < d:
            yield Piece("added", "".join(new[c:d]))
