"""Reads a line of a model's text as it is meant: plain words, and the passages that it names.

Markers of passages and Markdown's emphasis go, and so does what stands before the first word:
a bullet, the number of a list, a heading's signs, “Answer:”. What is left knows where it
stood in the line. Where sentences end is not known here.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.llm import markers

# An emphasis of Markdown touches a word on one side; a lone “*” or “a_b” is none. Tokens by
# which servers mark turns show where a server failed to read them itself.
_TOKEN = re.compile(
    r"(?=[\[【(*_`~<])(?:"  # at no other character is there anything to be tried
    rf"(?P<marker>{markers.PATTERN.pattern})"
    r"|(?<!\s)\*+|\*+(?!\s|$)|(?<!\w)_+(?=\w)|(?<=[^\W_])_+(?!\w)|(?<=[.!?…,;:\"”’)])_+(?!\w)"
    r"|`+|~~|<\|[^|<>\n]{1,40}\|>|</?(?:s|sup|sub|b|i|em|strong|br|p)\s?/?>"
    r"|<(?:start|end)_of_turn>|<<<[0-9a-f]{16}[^<>\n]*>>>)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?:\s|>(?=\s)|#{1,6}(?=\s)|[-*+•‣◦▪·–—](?=\s)"
    r"|(?:(?:the |final |short )?answer|response|reply|summary|briefing)\s?:(?=\s|$))+",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(\d{1,2})[.)]\s+(?=\S)")
# What of an emphasis, or of a tag, stands at the end while its other side is not there yet.
_HALF = re.compile(r"(?:[*_`~]+|<[^<>\s]{0,40})$")


@dataclass(frozen=True, slots=True)
class Read:
    """A line, or what of it is there, in plain words.

    `named` are the passages named in it, each with the place in `text` where the marker
    stood; `item` is the number that it has in a list, if it begins with one.
    """

    text: str
    named: tuple[tuple[int, tuple[int, ...]], ...]
    item: int | None = None
    _kept: tuple[int, ...] = field(default=(), repr=False)
    _stood: tuple[int, ...] = field(default=(), repr=False)

    def stood(self, at: int) -> int:
        """Return where in the line the character `at` of `text` stood."""
        piece = bisect_right(self._kept, at) - 1
        return self._stood[piece] + at - self._kept[piece]


def read(line: str, count: int, *, begins: bool = True, item: int = 0) -> Read:
    """Read a line; the passages are numbered 1 to `count`.

    `begins`: not the rest of a line whose beginning was read already. The number of a list is
    taken for one if it is 1, or `item` + 1.
    """
    reading = _Reading(line)
    for found in _TOKEN.finditer(line):
        if found["marker"] is None:
            reading.drop(*found.span())
        elif (numbers := markers.numbers(found["marker"], count)) is not None:
            reading.drop(*found.span(), numbers)
    return reading.read(begins=begins, item=item)


def shown(line: str, count: int, *, begins: bool = True, item: int = 0) -> str:
    """Return what of an unfinished line a reader may see: nothing that is half a marker."""
    if (at := markers.begun(line)) is not None:
        line = line[:at]
    return read(_HALF.sub("", line), count, begins=begins, item=item).text.strip()


class _Reading:
    """Puts the kept pieces of a line together."""

    def __init__(self, line: str) -> None:
        self._line = line
        self._done = 0
        self._text = ""
        self._kept: list[int] = []
        self._stood: list[int] = []
        self._named: list[tuple[int, tuple[int, ...]]] = []

    def drop(self, start: int, end: int, numbers: tuple[int, ...] | None = None) -> None:
        """Leave `[start, end)` out; a marker also takes a space that would stay double."""
        self._keep(start)
        self._done = end
        if numbers is None:
            return
        following = self._line[end : end + 1]
        if following.isalnum() or following in tuple("“„«‘\"'("):
            if not self._text.endswith((" ", "(", "“", "„", "«")):
                self._add(" ", end)
        else:
            self._text = self._text.rstrip()
            while self._kept and self._kept[-1] > len(self._text):
                del self._kept[-1], self._stood[-1]
        self._named.append((len(self._text.rstrip()), numbers))

    def read(self, *, begins: bool, item: int) -> Read:
        self._keep(len(self._line))
        text, cut = self._text, 0
        number: int | None = None
        if begins:
            cut = _ahead(text, 0)
            if (found := _NUMBERED.match(text, cut)) and int(found[1]) in (1, item + 1):
                number = int(found[1])
                cut = _ahead(text, found.end())
        named = ((max(0, at - cut), numbers) for at, numbers in self._named)
        kept = (at - cut for at in self._kept)
        return Read(text[cut:], tuple(named), number, tuple(kept), tuple(self._stood))

    def _keep(self, end: int) -> None:
        if self._done < end:
            self._add(self._line[self._done : end], self._done)

    def _add(self, text: str, stood: int) -> None:
        self._kept.append(len(self._text))
        self._stood.append(stood)
        self._text += text


def _ahead(text: str, at: int) -> int:
    found = _BEFORE.match(text, at)
    return found.end() if found else at


def numbers_between(
    named: tuple[tuple[int, tuple[int, ...]], ...], start: int, end: int
) -> Iterator[int]:
    """Yield the passages named behind `start`, and up to `end`."""
    for at, numbers in named:
        if start < at <= end:
            yield from numbers
