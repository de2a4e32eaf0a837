"""The statements of a briefing in Markdown, one by one, with what carries and remarks them.

Nothing here knows headings, tables or lists.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from bot.briefing.export import remarks
from bot.briefing.export.markdown import NOT_VERIFIED, REPORTED, SAID, SPEAKER
from bot.briefing.export.remarks import Account
from bot.escaping import line, unescape

_TOKEN = re.compile(
    r"(?P<escaped>\\.)|\[\^(?P<reference>[^\]\s]{1,20})\]"
    r"|\*\((?P<remark>(?:\\.|[^*\\\n]){0,2000})\)\*"
    r"|(?P<mark>\*\*" + re.escape(NOT_VERIFIED) + r"\*\*)"
    r"|(?P<line>\n)|(?P<star>\*+)|(?P<text>[^\\\[*\n]+|.)"
)
_ENDS = re.compile(r"[.!?…。؟][\"'”’»)\]]*$")

# What a remark behind a statement may give: the account of a sentence, the day of a differing
# value, the speaker of words, or nothing.
Grammar = Literal["account", "value", "speaker", "none"]


@dataclass(frozen=True, slots=True)
class Form:
    """The form that statements have in one place of the file, by the names of `Stated`."""

    kind: str
    verbatim: bool = False
    whole: bool = False
    grammar: Grammar = "none"


@dataclass(frozen=True, slots=True)
class Stated:
    """What a file states in one place, with the footnotes that are to carry it.

    `kind`: a sentence of the prose, an entry of a table or list, or a heading. `verbatim`: it
    gives words of a passage; `whole`: it is a passage, word for word. `marked`: the file itself
    says that it is not verified. `beside`: what stands in other columns of the row, or in the
    remark, by the heading of a column. `account`: whose word it is said to be.
    """

    text: str
    references: tuple[str, ...]
    kind: str = "sentence"
    verbatim: bool = False
    whole: bool = False
    marked: bool = False
    beside: tuple[tuple[str, str], ...] = ()
    account: Account | None = None


def units(markdown: str, form: Form) -> Iterator[Stated]:
    """Yield what is stated: all up to footnotes, or to the end of a line that ends a sentence."""
    unit = _Unit()
    for token in _TOKEN.finditer(markdown):
        if unit.is_ended_by(token):
            yield from unit.stated(form)
            unit = _Unit()
        unit.take(token)
    yield from unit.stated(form)


class _Unit:
    """One statement while it is read."""

    def __init__(self) -> None:
        self._text = ""
        self._references: list[str] = []
        self._remarks: list[str] = []
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
            self._references or self._remarks or _ENDS.search(self._text.rstrip())
        ):
            return True
        behind = bool(self._references or self._remarks)
        # A full stop behind its footnote, or a footnote within a sentence, ends nothing.
        return behind and re.search(r"\w", words) is not None and not self._goes_on(words)

    def _goes_on(self, words: str) -> bool:
        first = next((char for char in words if char.isalpha()), "")
        return not self._remarks and first.islower() and not words.lstrip().startswith("“")

    def take(self, token: re.Match[str]) -> None:
        """Take in what comes next."""
        if token["reference"] is not None:
            self._references.append(token["reference"])
        elif token["remark"] is not None:
            self._remarks.append(token["remark"])
        elif token["mark"] is not None:
            self._marked = True
        elif token["line"] is not None:
            self._line_ended = True
            self._text += " "
        elif token["star"] is None:
            self._text += token[0]
            self._line_ended = self._line_ended and not token[0].strip()

    def stated(self, form: Form) -> Iterator[Stated]:
        """Yield what was stated, if anything was, and remarks that are none of Parley's."""
        text = line(unescape(self._text))
        stray = self._remarks
        if re.search(r"\w", text) or self._references:
            references = tuple(dict.fromkeys(self._references))
            plain = Stated(text, references, form.kind, form.verbatim, form.whole, self._marked)
            first, *others = self._remarks or [""]
            remarked = _remarked(plain, first, form.grammar)
            yield remarked or plain
            stray = others if remarked else self._remarks
        for remark in stray:
            yield Stated(remarks.words(remark), remarks.references(remark), form.kind)


def _remarked(stated: Stated, remark: str, grammar: Grammar) -> Stated | None:
    """Return the statement with what its remark tells, None if that is no remark of Parley's."""
    if stated.marked:
        # Why it is not verified, in any words.
        return stated
    if grammar == "account":
        account = remarks.account(remark) if remark else Account()
        return replace(stated, account=account) if account else None
    if not remark:
        return stated
    if grammar == "value":
        return replace(stated, beside=((REPORTED, remarks.value_day(remark)),))
    if grammar == "speaker":
        told = zip((SPEAKER, SAID), remarks.speaker_and_day(remark), strict=True)
        return replace(stated, beside=tuple(each for each in told if each[1]))
    return None
