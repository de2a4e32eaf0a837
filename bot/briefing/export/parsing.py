"""A briefing in Markdown, as exported and perhaps edited by hand, read into what it states.

What is not known to be a heading, a remark or a list that no passage carries counts as
stated, so that nothing added by hand passes unseen. Nothing here knows the library, or
whether what is stated holds.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from bot.briefing.export import footnotes
from bot.briefing.export.footnotes import Footnote
from bot.briefing.export.markdown import (
    CHANGES,
    MISSING,
    NOT_STATED,
    NOT_VERIFIED,
    NOTICES,
    POSITIONS,
    REPORTED,
    SPEAKER,
    THROUGH,
    VERB,
    WHEN,
    WHO_SAID,
)
from bot.briefing.export.neutrality_tables import HEADING as NEUTRALITY
from bot.escaping import line, unescape

_DEFINITION = re.compile(r" {0,3}\[\^([^\]\s]{1,20})\]:[ \t]*(.*)")
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
_RULE = re.compile(r"[-*_=\s]*")
_CELLS = re.compile(r"((?:\\.|[^\\|])*)(?:\||$)")
_ITEM = re.compile(r"[-*+][ \t]+")
_TOKEN = re.compile(
    r"(?P<escaped>\\.)|\[\^(?P<reference>[^\]\s]{1,20})\]"
    r"|\*\((?P<remark>(?:\\.|[^*\\\n]){0,2000})\)\*"
    r"|(?P<mark>\*\*" + re.escape(NOT_VERIFIED) + r"\*\*)"
    r"|(?P<line>\n)|(?P<star>\*+)|(?P<text>[^\\\[*\n]+|.)"
)
_ENDS = re.compile(r"[.!?…。؟][\"'”’»)\]]*$")
# What Parley says of itself: “*Neutral briefing by Parley* · …”, “*Whose word:* …”.
_DESCRIPTION = re.compile(
    r"\*Neutral briefing by Parley\* · (?:quoted from the articles|written by .*)"
    r"(?: · (?:as of|made) [^·]*)* · [\d,]+ articles?, [\d,]+ origins? · [\d,]+ words?"
)
_OWN = re.compile(
    r"\*Whose word:\*(?: \*\([a-z ]+\)\* an? [a-z’ ]+,?)*; where nothing is said, the outlet’s own"
    r" report\.|\*Left out, of no day that the articles tell:\* [\d,]+ events?\.|\*Nothing new\.\*"
    r"|[\d,]+ flags? by rule\. A flag points at words to weigh; it is no verdict on them\."
    r"|No words flagged\.|\*Reported (?:\d{1,2} )?(?:[A-Z][a-z]+ )?\d{4}:\*"
)
_EDITED = re.compile(r"\*(?:\\.|[^*\\])*\*(?: · .*)? (?:· article )?\S+")
# The day behind a speaker.
_DATE = re.compile(r"(?:^|, )(?:\d{1,2} )?(?:\w+ )?\d{4}$")
# The label of a moved position.
_LABEL = re.compile(r"\*(?:\\.|[^*\\])*:\* ")
# Of what is listed there, or stands in a table, the articles say nothing.
_UNCHECKED = frozenset({NEUTRALITY, NOTICES, MISSING})
# What a table says beside its checked cells, by the column's heading.
_TOLD = frozenset({WHEN, REPORTED, SPEAKER, VERB, THROUGH})
_BESIDE = _TOLD | {"Issue", "Party", "When said"}


@dataclass(frozen=True, slots=True)
class Stated:
    """What a file states in one place, with the footnotes that are to carry it.

    `kind`: a sentence of the prose, or an entry of a table or list. `verbatim`: it gives
    words of a passage. `marked`: the file itself says that it is not verified. `beside`: what
    stands in other columns of the row, or in the remark, by the heading of a column.
    """

    text: str
    references: tuple[str, ...]
    kind: str = "sentence"
    verbatim: bool = False
    marked: bool = False
    beside: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file as read; `unreadable` are the numbers of footnotes of another form, and why."""

    stated: tuple[Stated, ...]
    footnotes: tuple[Footnote, ...]
    unreadable: tuple[tuple[str, str], ...]
    described: bool

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
    described, stated = False, list[Stated]()
    section = ""
    for block in _blocks(body):
        heading = _HEADING.match(block)
        if heading is not None:
            section = _section(section, heading)
        elif _DESCRIPTION.fullmatch(line(block)):
            described = True
        elif not _OWN.fullmatch(line(block)) and not _RULE.fullmatch(block):
            stated.extend(_stated(block, section))
    return Parsed(tuple(stated), tuple(notes.values()), tuple(unreadable), described)


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


def _section(current: str, heading: re.Match[str]) -> str:
    """Return the section that a heading opens; one of a lower level stays in it."""
    return current if len(heading[1]) > 2 else line(unescape(heading[2]))


def _stated(block: str, section: str) -> Iterator[Stated]:
    verbatim = section in (POSITIONS, WHO_SAID)
    listed = _ITEM.match(block) is not None
    if section in _UNCHECKED and (listed or block.startswith("|")):
        return
    if block.startswith("|"):
        yield from _table(block, verbatim)
    elif listed:
        for item in re.split(r"\n(?=[-*+][ \t])", block):
            yield from _item(_ITEM.sub("", item, count=1), section, verbatim)
    else:
        yield from _units(block, "entry" if verbatim else "sentence", verbatim)


def _item(text: str, section: str, verbatim: bool) -> Iterator[Stated]:
    changes = section.startswith(CHANGES)
    if changes and _EDITED.fullmatch(line(text)):
        return
    label = _LABEL.match(text) if changes else None
    rest = text[label.end() :] if label else text
    yield from _units(rest, "entry", verbatim or label is not None)


def _table(block: str, verbatim: bool) -> Iterator[Stated]:
    header, *rows = ([cell.strip() for cell in _row(row)] for row in block.splitlines())
    for row in rows:
        if all(re.fullmatch(r":?-+:?|", cell) for cell in row):
            continue
        columns = list(zip_longest(header, row, fillvalue=""))
        beside = tuple((column, line(unescape(cell))) for column, cell in columns if cell)
        beside = tuple(each for each in beside if each[0] in _TOLD)
        for column, cell in columns:
            if column not in _BESIDE and unescape(cell) != NOT_STATED:
                for each in _units(cell, "entry", verbatim):
                    yield replace(each, beside=(*each.beside, *beside))


def _row(row: str) -> list[str]:
    cells = [found[1] for found in _CELLS.finditer(row.strip().removeprefix("|"))]
    return cells[:-1] if cells and not cells[-1].strip() else cells


def _units(markdown: str, kind: str, verbatim: bool) -> Iterator[Stated]:
    """Yield what is stated: all up to footnotes, or to the end of a line that ends a sentence."""
    unit = _Unit()
    for token in _TOKEN.finditer(markdown):
        if unit.is_ended_by(token):
            yield from unit.stated(kind, verbatim)
            unit = _Unit()
        unit.take(token)
    yield from unit.stated(kind, verbatim)


class _Unit:
    """One statement while it is read."""

    def __init__(self) -> None:
        self._text = ""
        self._references: list[str] = []
        self._remarked = False
        self._remark = ""
        self._marked = False
        self._line_ended = False

    def is_ended_by(self, token: re.Match[str]) -> bool:
        """Whether what comes now is the next one's."""
        if token["mark"] is not None:
            return bool(self._text.strip())
        if token["text"] is None and token["escaped"] is None:
            return False
        words = unescape(token[0])
        if not words.strip():
            return False
        if self._line_ended and (
            self._references or self._remarked or _ENDS.search(self._text.rstrip())
        ):
            return True
        behind = bool(self._references) or self._remarked
        # A full stop behind its footnote, or a footnote within a sentence, ends nothing.
        return behind and re.search(r"\w", words) is not None and not self._goes_on(words)

    def _goes_on(self, words: str) -> bool:
        first = next((char for char in words if char.isalpha()), "")
        return not self._remarked and first.islower() and not words.lstrip().startswith("“")

    def take(self, token: re.Match[str]) -> None:
        """Take in what comes next."""
        if token["reference"] is not None:
            self._references.append(token["reference"])
        elif token["remark"] is not None:
            self._remarked = True
            self._remark = line(unescape(token["remark"]))
        elif token["mark"] is not None:
            self._marked = True
        elif token["line"] is not None:
            self._line_ended = True
            self._text += " "
        elif token["star"] is None:
            self._text += token[0]
            self._line_ended = self._line_ended and not token[0].strip()

    def stated(self, kind: str, verbatim: bool) -> Iterator[Stated]:
        """Yield what was stated, if anything was."""
        text = line(unescape(self._text))
        if re.search(r"\w", text) or self._references:
            references = tuple(dict.fromkeys(self._references))
            speaker = _DATE.sub("", self._remark) if verbatim else ""
            beside = ((SPEAKER, speaker),) if speaker else ()
            yield Stated(text, references, kind, verbatim, self._marked, beside)
