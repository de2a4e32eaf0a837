"""Reads the text out of a Word document's XML: what a reader would see of it, in order.

python-docx gives a paragraph's plain runs; news that went over several desks also has text in
tracked insertions, links, content controls and boxes, and text that was struck out. Nothing
here opens files, or knows titles.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

# A row with more than this is no row of figures but a page's layout.
_LONGEST_ROW = 300

# What holds text of the document around or within paragraphs, and what holds none any more.
_AROUND = frozenset(
    _W + name
    for name in (
        *("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"),
        *("hyperlink", "fldSimple", "bdo", "dir", "ruby", "rubyBase"),
    )
)
_STRUCK = frozenset((_W + "del", _W + "moveFrom"))
_NOTES = {_W + "footnoteReference": "footnotes", _W + "endnoteReference": "endnotes"}
_DRAWN = frozenset((_W + "drawing", _W + "pict", _W + "object"))
_CHARACTERS = {_W + "tab": " ", _W + "cr": "\n", _W + "br": "\n", _W + "noBreakHyphen": "-"}
_OFF = ("0", "false", "off")


class Element(Protocol):
    """What is used of lxml's elements; the tag of a comment is a function."""

    tag: object
    text: str | None

    def get(self, key: str, /) -> str | None: ...  # noqa: D102
    def find(self, path: str, /) -> "Element | None": ...  # noqa: D102
    def iter(self, *tags: str) -> Iterator["Element"]: ...  # noqa: D102
    def __iter__(self) -> Iterator["Element"]: ...


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a row of a table; `style` is the name of the paragraph's style."""

    style: str
    text: str


@dataclass(slots=True)
class DocumentText:
    """Walks a document's body; counts what it passes over."""

    styles: Mapping[str, str]
    struck: int = 0
    hidden: int = 0
    embedded: int = 0
    notes: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    _boxes: list[Element] = field(default_factory=list[Element])

    def blocks(self, parent: Element) -> Iterator[Block]:
        """Yield the blocks of a body, a cell, a box or a note."""
        for child in _chosen(parent):
            tag = child.tag
            if tag == _W + "p":
                yield from self._paragraph(child)
            elif tag == _W + "tbl":
                for row in _members(child, _W + "tr"):
                    yield from self._row(row)
            elif tag in _AROUND:
                yield from self.blocks(child)
            elif tag in _STRUCK:
                self.struck += 1
            elif tag == _W + "altChunk":
                self.embedded += 1

    def _paragraph(self, paragraph: Element) -> Iterator[Block]:
        outer, self._boxes = self._boxes, []
        text = lines("".join(self._inline(paragraph)))
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        name = (style.get(_W + "val") or "") if style is not None else ""
        if text:
            yield Block(self.styles.get(name, name), text)
        boxes, self._boxes = self._boxes, outer
        for box in boxes:
            yield from self.blocks(box)

    def _row(self, row: Element) -> Iterator[Block]:
        if row.find(f"{_W}trPr/{_W}del") is not None:
            self.struck += 1
            return
        cells = [list(self.blocks(cell)) for cell in _members(row, _W + "tc")]
        filled = [cell for cell in cells if cell]
        together = " | ".join(block.text for cell in filled for block in cell)
        single = all(len(cell) == 1 and "\n" not in cell[0].text for cell in filled)
        if len(filled) > 1 and single and len(together) <= _LONGEST_ROW:
            yield Block("", together)
        else:
            for cell in filled:
                yield from cell

    def _inline(self, parent: Element) -> Iterator[str]:
        for child in _chosen(parent):
            tag = child.tag
            if tag == _W + "r":
                yield from self._run(child)
            elif tag in _AROUND:
                yield from self._inline(child)
            elif tag in _STRUCK:
                self.struck += 1
            elif tag in (_MATH + "oMath", _MATH + "oMathPara"):
                yield "".join(part.text or "" for part in child.iter(_MATH + "t"))

    def _run(self, run: Element) -> Iterator[str]:
        if _is_hidden(run):
            self.hidden += 1
            return
        for child in _chosen(run):
            tag = child.tag
            if tag == _W + "t":
                yield child.text or ""
            elif tag in _CHARACTERS:
                # A break of the page or column is not one of the line.
                yield _CHARACTERS[str(tag)] if child.get(_W + "type") is None else " "
            elif tag in _NOTES:
                self.notes.append((_NOTES[str(tag)], child.get(_W + "id") or ""))
            elif tag in _DRAWN:
                self._boxes.extend(_boxes_in(child))
            elif tag == _W + "ruby":
                yield from self._inline(child)


def lines(text: str) -> str:
    """Return the text with single spaces, and without empty lines."""
    found = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in found if line)


def note_texts(part: Element, kind: str) -> dict[str, Element]:
    """Return a part's footnotes or endnotes by their ids."""
    tag = _W + kind.removesuffix("s")
    return {note.get(_W + "id") or "": note for note in part.iter(tag)}


def _chosen(parent: Element) -> Iterator[Element]:
    """Yield the children; of what is there in two forms, for new programs and old, the first."""
    for child in parent:
        if child.tag == _MC + "AlternateContent":
            form = child.find(_MC + "Choice")
            form = child.find(_MC + "Fallback") if form is None else form
            yield from _chosen(form) if form is not None else ()
        else:
            yield child


def _members(parent: Element, tag: str) -> Iterator[Element]:
    """Yield a table's rows or a row's cells, also those within something around them."""
    for child in _chosen(parent):
        if child.tag == tag:
            yield child
        elif child.tag in _AROUND:
            yield from _members(child, tag)


def _boxes_in(drawing: Element) -> Iterator[Element]:
    for child in _chosen(drawing):
        if child.tag == _W + "txbxContent":
            yield child
        else:
            yield from _boxes_in(child)


def _is_hidden(run: Element) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(_W + "val") not in _OFF
