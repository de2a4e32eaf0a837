"""A briefing in Markdown, as exported and perhaps edited by hand, read into what it states.

What is not known to be a heading, a remark or a list that no passage carries counts as
stated, so that nothing added by hand passes unseen. Nothing here knows the library, or
whether what is stated holds.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from bot.briefing.export import footnotes, own_words
from bot.briefing.export.footnotes import Footnote
from bot.briefing.export.markdown import (
    CHANGES,
    DIFFERENCES,
    EDITED,
    MISSING,
    NOTICES,
    POSITIONS,
    QUOTED,
    REPORTED,
    SAID,
    SPEAKER,
    THROUGH,
    TIMELINE,
    VERB,
    WHEN,
    WHO_SAID,
)
from bot.briefing.export.neutrality_tables import HEADING as NEUTRALITY
from bot.briefing.export.units import Form, Stated, units
from bot.escaping import line, unescape
from bot.wording import NOT_STATED

_DEFINITION = re.compile(r" {0,3}\[\^([^\]\s]{1,20})\]:[ \t]*(.*)")
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
_RULE = re.compile(r"[-*_=\s]*")
_CELLS = re.compile(r"((?:\\.|[^\\|])*)(?:\||$)")
_ITEM = re.compile(r"[-*+][ \t]+")
_EDITED = re.compile(r"\*(?:\\.|[^*\\])*\*(?: · .+)? · article \S+|\*Article\* \S+")
# The label of a moved position.
_LABEL = re.compile(r"\*(?:\\.|[^*\\])*:\* ")
# What stands beside the statements of a table, by the heading of its column.
_BESIDE = {
    POSITIONS: frozenset({"Issue", "Party"}),
    TIMELINE: frozenset({WHEN, REPORTED}),
    WHO_SAID: frozenset({SPEAKER, VERB, THROUGH, SAID}),
}
_HEADS = {TIMELINE: "What", WHO_SAID: "Words"}


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file as read; `unreadable` are the numbers of footnotes of another form, and why.

    `unchecked` are lines that no passage can carry, each with the heading that it is under.
    """

    stated: tuple[Stated, ...]
    footnotes: tuple[Footnote, ...]
    unreadable: tuple[tuple[str, str], ...]
    described: bool
    unchecked: tuple[tuple[str, str], ...] = ()

    @property
    def is_briefing(self) -> bool:
        """Whether Parley wrote it once."""
        return self.described or bool(self.footnotes)


def parse(markdown: str) -> Parsed:
    """Read a briefing in Markdown."""
    body, definitions = _split(markdown)
    notes: dict[str, Footnote] = {}
    unreadable: list[tuple[str, str]] = []
    for n, text in definitions:
        note = footnotes.read(n, text)
        if note is None:
            unreadable.append((n, "it is not written as Parley writes footnotes"))
        elif n in notes:
            unreadable.append((n, "it is defined twice"))
        else:
            notes[n] = note
    blocks = list(_blocks(body))
    made_by = [by for block in blocks if (by := own_words.description(block)) is not None]
    reader = _Reader(QUOTED in made_by)
    for block in blocks:
        reader.take(block)
    return Parsed(
        tuple(reader.stated),
        tuple(notes.values()),
        tuple(unreadable),
        bool(made_by),
        tuple(reader.unchecked),
    )


def _split(markdown: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the lines outside of footnotes, and each footnote's number and text."""
    body: list[str] = []
    definitions: list[tuple[str, str]] = []
    inside = False
    for row in re.split(r"\r\n?|\n", markdown):
        found = _DEFINITION.match(row)
        if found is not None:
            definitions.append((found[1], found[2]))
        elif inside and row.strip() and not row.startswith(("#", "|")):
            n, text = definitions[-1]
            definitions[-1] = n, f"{text} {row.strip()}"
        else:
            body.append(row)
        inside = found is not None or (inside and bool(row.strip()))
        if found is not None:
            body.append("")
    return body, definitions


def _blocks(rows: Sequence[str]) -> Iterator[str]:
    """Yield what blank lines and headings set apart, each without the space around it."""
    block: list[str] = []
    for row in (*rows, ""):
        heading = _HEADING.match(row) is not None
        if (heading or not row.strip()) and block:
            yield "\n".join(block)
            block = []
        if heading:
            yield row.strip()
        elif row.strip():
            block.append(row.strip())


class _Reader:
    """Takes what each block states; `quoted`: the file says that its text is quoted."""

    def __init__(self, quoted: bool) -> None:
        self.stated: list[Stated] = []
        self.unchecked: list[tuple[str, str]] = []
        self._prose = Form("sentence", whole=quoted, grammar="account")
        self._section: str | None = None  # none of Parley's
        self._reported = ""
        # Of a heading that names what reports differ on, by its place in `stated`.
        self._differing: int | None = None
        self._begun = False

    def take(self, block: str) -> None:
        """Take in the next block."""
        heading = _HEADING.match(block)
        if heading is not None:
            self._head(len(heading[1]), heading[2])
        elif own_words.description(block) is None and not _is_nothing(block):
            self._take_text(block)
        self._begun = True

    def _head(self, level: int, heading: str) -> None:
        self._reported, self._differing = "", None
        if level == 1 and not self._begun:
            return
        section = own_words.section(level, heading)
        if section is not None:
            self._section = section
        elif not own_words.is_part(self._section, level, heading):
            self.stated.append(Stated(line(unescape(heading)), (), "heading"))
            if self._section == DIFFERENCES and level == 3:
                self._differing = len(self.stated) - 1
            elif level < 3:
                # Of an unknown day, but what is below it is still what changed.
                changes = level == 2 and heading.startswith(f"{CHANGES} since ")
                self._section = CHANGES if changes else None

    def _take_text(self, block: str) -> None:
        is_table, is_list = block.startswith("|"), _ITEM.match(block) is not None
        section = self._section
        reported = own_words.reported(block) if section is None else None
        if reported is not None:
            self._reported = reported
        elif (is_table and section == NEUTRALITY) or (is_list and section in (NOTICES, MISSING)):
            self.unchecked.extend((section, each) for each in _rows(block, is_table))
        elif is_table:
            self.stated.extend(_table(block, section))
        elif is_list:
            self._take_list(block)
        else:
            self.stated.extend(self._told(block))

    def _told(self, block: str) -> Iterator[Stated]:
        for each in units(block, self._prose):
            beside = ((REPORTED, self._reported),) if self._reported else ()
            yield replace(each, beside=(*each.beside, *beside))

    def _take_list(self, block: str) -> None:
        first = len(self.stated)
        for item in _items(block):
            self.stated.extend(self._item(item))
        if self._differing is not None:
            told = self.stated[self._differing]
            found = (n for each in self.stated[first:] for n in each.references)
            references = tuple(dict.fromkeys((*told.references, *found)))
            self.stated[self._differing] = replace(told, references=references)

    def _item(self, text: str) -> Iterator[Stated]:
        if self._section == DIFFERENCES:
            yield from units(text, Form("entry", grammar="value"))
            return
        changes = self._section == CHANGES
        if changes and _EDITED.fullmatch(line(text)):
            self.unchecked.append((EDITED, line(unescape(text))))
            return
        if changes and (label := _LABEL.match(text)):
            yield from units(text[label.end() :], _SAYING)
            return
        yield from units(text, replace(self._prose, kind="entry"))


_SAYING = Form("entry", verbatim=True, grammar="speaker")


def _is_nothing(block: str) -> bool:
    return own_words.is_own(block) or _RULE.fullmatch(block) is not None


def _items(block: str) -> Iterator[str]:
    for item in re.split(r"\n(?=[-*+][ \t])", block):
        yield _ITEM.sub("", item, count=1)


def _rows(block: str, is_table: bool) -> Iterator[str]:
    """Yield what each row of a table, but its head, or each item of a list says."""
    rows = block.splitlines()[2:] if is_table else _items(block)
    return (line(unescape(row)) for row in rows)


def _table(block: str, section: str | None) -> Iterator[Stated]:
    header, *rows = ([cell.strip() for cell in _row(row)] for row in block.splitlines())
    known = _BESIDE.get(section or "", frozenset())
    if section != POSITIONS:
        heads = [each for each in header if each not in {*known, _HEADS.get(section or "")}]
        yield from (Stated(line(unescape(each)), (), "heading") for each in heads)
    for row in rows:
        if not all(re.fullmatch(r":?-+:?|", cell) for cell in row):
            yield from _entries(list(zip_longest(header, row, fillvalue="")), section, known)


def _entries(
    columns: Sequence[tuple[str, str]], section: str | None, known: frozenset[str]
) -> Iterator[Stated]:
    beside = tuple(
        (column, line(unescape(cell))) for column, cell in columns if cell and column in known
    )
    for column, cell in columns:
        if column in known or (section == POSITIONS and unescape(cell) == NOT_STATED):
            continue
        for each in units(cell, _ENTRIES.get(section or "", Form("entry"))):
            yield replace(each, beside=(*each.beside, *beside))


_ENTRIES = {
    POSITIONS: _SAYING,
    TIMELINE: Form("entry", verbatim=True),
    WHO_SAID: Form("entry", verbatim=True),
}


def _row(row: str) -> list[str]:
    cells = [found[1] for found in _CELLS.finditer(row.strip().removeprefix("|"))]
    return cells[:-1] if cells and not cells[-1].strip() else cells
