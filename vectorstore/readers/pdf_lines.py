"""Finds the lines of a PDF's page: their text, where they stand, how large and how bold.

A PDF draws pieces of text at places, and says nothing of lines, words or directions. What
is a line, and where a word ends, is pypdf's judgement; the order of a line that is read from
the right is made here. Nothing here knows paragraphs, or what a page's header is.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pypdf import PageObject

# Letters that stand for others: ligatures, and the shapes that Arabic letters take in a word.
_SHAPES = re.compile("[\ufb00-\ufb4f\ufb50-\ufdff\ufe70-\ufeff]+")
_FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)

# What follows the same order as the digits around it, or that of the words around it.
_CLASSES = {"R": "R", "AL": "R", "L": "L", "EN": "E", "AN": "E", "ET": "T", "CS": "S", "ES": "S"}
_LEFT_TO_RIGHT = re.compile(r"[LE][^R]*L|L|T*E(?:S?E)*T*")
_BRACKETS = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")

# A mark of a footnote is smaller than its line and raised above it.
_MARK = re.compile(r"[\d*†‡§,]{1,4}")
_UNIT = re.compile(r"(?:\b|\d)(?:k|c|d|m)?m\s*$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page; `x` and `y` (from the lower left corner) and `size` in points."""

    page: int
    text: str
    x: float
    y: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page's lines in the order in which they are drawn, which is mostly that of reading."""

    number: int
    height: float
    lines: tuple[Line, ...]
    sideways: bool
    marks: int


class _Piece(NamedTuple):
    text: str
    angle: int
    x: float
    y: float
    size: float
    bold: bool
    turned: bool


def read_page(page: PageObject, number: int) -> Page:
    """Return the page's lines; text that stands at an angle to most of it is left out."""
    pieces: list[_Piece] = []
    turned = False

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:
        nonlocal turned
        if text:
            bold = bool(_BOLD.search(str(font.get("/BaseFont", "")))) if font else False
            turned = _is_turned(text, turned)
            pieces.append(_place(text, cm, tm, size)._replace(bold=bold, turned=turned))

    page.extract_text(visitor_text=visit)
    letters = Counter[int]()
    for piece in pieces:
        letters[piece.angle] += sum(char.isalnum() for char in piece.text)
    angle = max(letters, key=lambda each: letters[each], default=0)
    box = page.mediabox
    corners = (float(box.left), float(box.bottom), float(box.right), float(box.top))
    lines: list[Line] = []
    marks = 0
    for group in _groups(pieces):
        upright = [_turn(piece, angle, corners) for piece in group if piece.angle == angle]
        kept = [piece for at, piece in enumerate(upright) if not _is_mark(upright, at)]
        marks += len(upright) - len(kept)
        line = _line(kept, number)
        if line is not None:
            lines.append(line)
    height = corners[3] - corners[1] if angle in (0, 180) else corners[2] - corners[0]
    sideways = letters.total() > letters[angle]
    return Page(number, height, tuple(lines), sideways, marks)


def _place(text: str, cm: Sequence[float], tm: Sequence[float], size: float) -> _Piece:
    """Multiply the two matrices as far as that is needed (ISO 32000-2, 8.3.4 and 9.4.4)."""
    x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
    y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
    along = tm[0] * cm[0] + tm[1] * cm[2], tm[0] * cm[1] + tm[1] * cm[3]
    across = tm[2] * cm[0] + tm[3] * cm[2], tm[2] * cm[1] + tm[3] * cm[3]
    angle = round(math.degrees(math.atan2(along[1], along[0])) / 90) * 90 % 360
    return _Piece(text, angle, x, y, abs(size) * math.hypot(*across) or 1.0, False, False)


def _turn(piece: _Piece, angle: int, box: tuple[float, float, float, float]) -> _Piece:
    """Place the piece on the page as it is held to be read."""
    left, bottom, right, top = box
    x, y = {
        90: (piece.y - bottom, right - piece.x),
        180: (right - piece.x, top - piece.y),
        270: (top - piece.y, piece.x - left),
    }.get(angle, (piece.x - left, piece.y - bottom))
    return piece._replace(x=x, y=y)


def _groups(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """Yield the pieces of each line; what is drawn twice in one place, to be bolder, once."""
    group: list[_Piece] = []
    for piece in pieces:
        for at, text in enumerate(piece.text.split("\n")):
            if at:
                yield group
                group = []
            again = group and group[-1][:4] == (text, *piece[1:4]) and text.strip()
            if text and not again:
                group.append(piece._replace(text=text))
    yield group


def _is_mark(pieces: Sequence[_Piece], at: int) -> bool:
    """Return whether a piece is a footnote's mark; "1918" and a mark are no year 19182."""
    piece = pieces[at]
    if not at or not _MARK.fullmatch(piece.text.strip()):
        return False
    before = next((each for each in reversed(pieces[:at]) if each.text.strip()), None)
    if before is None or _UNIT.search(before.text):
        return False
    raised = piece.y - before.y
    return piece.size < 0.85 * before.size and 0.15 * before.size < raised < before.size


def _line(pieces: Sequence[_Piece], page: int) -> Line | None:
    worded = [piece for piece in pieces if piece.text.strip()]
    if not worded:
        return None
    text = _in_order(pieces)
    text = _SHAPES.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    text = " ".join(text.split())
    longest = max(worded, key=lambda piece: len(piece.text))
    if not text:
        return None
    return Line(
        page,
        text,
        min(piece.x for piece in worded),
        longest.y,
        longest.size,
        all(piece.bold for piece in worded),
    )


def _in_order(pieces: Sequence[_Piece]) -> str:
    """Join a line's pieces in the order in which they are read.

    pypdf turns the letters of each Hebrew or Arabic run, but leaves the runs in the order of
    drawing, from the left, so that numbers and names stand on the wrong side. So the line is
    made as it is seen, and read from the right by a short form of the bidirectional algorithm
    (Unicode Standard Annex 9), which is enough for a line without embeddings.
    """
    text = "".join(piece.text for piece in pieces)
    if not _FROM_THE_RIGHT.search(text):
        return text
    classes = _classes(text)
    if classes.count("R") <= classes.count("L"):
        return text
    drawn = sorted(pieces, key=lambda piece: piece.x)
    line = "".join(piece.text[::-1] if piece.turned else piece.text for piece in drawn)[::-1]
    read: list[str] = []
    end = 0
    for run in _LEFT_TO_RIGHT.finditer(_classes(line)):
        read.append(line[end : run.start()].translate(_BRACKETS))
        read.append(line[run.start() : run.end()][::-1])
        end = run.end()
    return "".join(read) + line[end:].translate(_BRACKETS)


def _classes(text: str) -> str:
    return "".join(_CLASSES.get(unicodedata.bidirectional(char), "N") for char in text)


def _is_turned(text: str, before: bool) -> bool:
    """Return whether pypdf turned the letters; a stop or bracket goes as what stood before."""
    if _FROM_THE_RIGHT.search(text):
        return True
    return before and not any(char.isalnum() for char in text)
