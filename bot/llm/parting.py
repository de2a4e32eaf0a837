"""Parts a text without thoughts into sentences, with the passages that are named in each.

A sentence is whole when the next has begun, or at the end of its line; one that names no
passage waits for the next line, which may hold nothing but that. Headings, fences of code and
a list of sources are no sentences. Where a sentence ends is asked at each full stop behind
which another word stands, so that the text may come in pieces of any size. What a sentence
says is not known here.
"""

import re
from typing import NamedTuple

from bot.grounding.quotes import quotations
from bot.llm import markers
from bot.llm.lines import Read, numbers_between, read, shown
from bot.llm.refusals import begins_strictly, declined
from vectorstore.languages import is_english
from vectorstore.text import clean_unicode, sentence_ranges

# What the check of a sentence still reads; a longer one is cut, so that no text without a
# full stop is read over and over.
_LONGEST = 2_000
_LONG = 400
_ENDS = frozenset(".!?…。！？।؟۔｡")
# A word that a sentence may begin with tells more than its first letter ("U.S. They").
_WORD_ENDS = frozenset(" ,.;:!?…)”\"’'")
_LONGEST_WORD = 24
_CLOSERS = " \"”’'»)]"
_SOURCES = re.compile(
    r"(?:sources?|references?|citations?|works cited|bibliography|passages?(?: (?:used|cited))?"
    r"|sources? used)\s?(?::|$)",
    re.IGNORECASE,
)
_FENCE = re.compile(r"\s*(?:```|~~~)")
_HEADING = re.compile(r"\s*(?:#{1,6}\s|\*\*[^*]*\*\*:?\s*$|__[^_]*__:?\s*$)")
_PREAMBLE = re.compile(
    r"(?:here(?:'s|’s| is| are)|based on|according to the (?:passages|articles)|sure|certainly"
    r"|of course|okay|ok)\b[^.]{0,120}:$",
    re.IGNORECASE,
)
_ENTRY = re.compile(r"\s*(?:[-*+•‣–]\s|\d{1,2}[.):]\s|\[|【|\(?passage\s\d)", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…。][\"”’)»]*$")


class Part(NamedTuple):
    """A sentence in plain words, and the passages that are named in it."""

    text: str
    numbers: tuple[int, ...]


class Parting:
    """Parts one text of a language, None for English; its passages are numbered 1 to `count`."""

    def __init__(self, count: int, language: str | None) -> None:
        self._count = count
        self._language = language
        self._out: list[Part] = []
        # The last sentence of a line that named no passage: the next line may.
        self._waiting: str | None = None
        self._in_sources = False
        self._item = 0
        self._begin_line()

    def _begin_line(self) -> None:
        self._raw = ""
        self._begins = True
        self._led: tuple[int, ...] = ()
        self._stop = 0  # behind the last full stop; 0 where none may have ended a sentence
        self._word = 0  # where the word behind it begins; 0 where none has begun
        self._next = 0  # how long the line must be to be looked at again

    @property
    def pending(self) -> str:
        """What of the next sentence is there."""
        said = "" if self._hidden() else self._shown(self._raw)
        said = said if _says(said) else ""
        return " ".join(clean_unicode(f"{self._waiting or ''} {said}")[0].split())

    def done(self) -> list[Part]:
        """Return what became whole since this was last asked."""
        done, self._out = self._out, []
        return done

    def forget(self) -> None:
        """Drop what is not whole: it was a thought."""
        self._waiting = None
        self._begin_line()

    def take(self, char: str) -> None:
        """Take the next character."""
        if char == "\n":
            self._end_line()
            return
        self._raw += char
        if self._waiting is not None and char.isalnum() and _says(self._shown(self._raw)):
            self._release()
        if len(self._raw) > _LONGEST:
            self._cut()
        elif self._may_part(char):
            self._part()

    def end(self) -> None:
        """Take the end of the text."""
        self._end_line()
        self._release()

    def _shown(self, raw: str) -> str:
        return shown(raw, self._count, begins=self._begins, item=self._item)

    def _read(self) -> Read:
        return read(self._raw, self._count, begins=self._begins, item=self._item)

    def _release(self) -> None:
        if self._waiting is not None:
            self._out.append(Part(self._waiting, ()))
            self._waiting = None

    def _may_part(self, char: str) -> bool:
        """Whether a sentence may have ended, and so much of the next is there as tells."""
        if char in _ENDS:
            self._stop, self._word = len(self._raw), 0
        elif self._stop and not self._word:
            if char.isspace() or not self._shown_behind_stop().strip(_CLOSERS):
                return False
            self._word = len(self._raw)
            # Elsewhere a letter may begin a month's name ("12. März").
            return is_english(self._language)
        elif self._word and (char in _WORD_ENDS or len(self._raw) - self._word > _LONGEST_WORD):
            self._stop = self._word = 0
            return True
        return False

    def _shown_behind_stop(self) -> str:
        return shown(self._raw[self._stop :], self._count, begins=False)

    def _hidden(self) -> bool:
        """Whether the line is looked at only when it is whole."""
        if not self._begins:
            return False
        if self._in_sources and _ENTRY.match(self._raw):
            return True
        if _FENCE.match(self._raw) or _HEADING.match(self._raw):
            return True
        said = self._shown(self._raw)
        return begins_strictly(said) or _SOURCES.match(said) is not None

    def _part(self) -> None:
        """Give away all whole sentences of the line but the one that has begun."""
        if len(self._raw) < self._next or markers.begun(self._raw) is not None or self._hidden():
            return
        # Of a sentence that long, every full stop so far was another one's.
        self._next = len(self._raw) + max(0, len(self._raw) - _LONG) // 8
        line = self._read()
        ranges = _ranges(line.text, self._language)
        if len(ranges) > 1 and not _is_open(line.text[: ranges[-1][0]]):
            self._give(line, ranges[:-1], behind=ranges[-1][0])

    def _cut(self) -> None:
        """Give away the beginning of a line without end."""
        line = self._read()
        ranges = _ranges(line.text, self._language)
        if len(ranges) > 1:
            self._give(line, ranges[:-1], behind=ranges[-1][0])
        elif line.text.strip():
            at = line.text.rfind(" ", 1)
            at = at if at > 0 else len(line.text) - 1
            self._give(line, [(0, at)], behind=at)
        else:
            self._raw = ""

    def _give(self, line: Read, ranges: list[tuple[int, int]], behind: int) -> None:
        """Give these sentences away and keep what stands from `behind` on."""
        self._sentences(line, ranges, goes_on=True)
        self._raw = self._raw[line.stood(behind) :]
        self._begins = False
        self._next = 0
        self._item = line.item or self._item
        self._stop = self._word = 0

    def _sentences(self, line: Read, ranges: list[tuple[int, int]], *, goes_on: bool) -> None:
        """Give sentences away, each with the passages that are named in or behind it.

        Where a marker leads a sentence, the one behind it leads the next.
        """
        led = self._led or tuple(numbers_between(line.named, -1, 0))
        for place, (start, end) in enumerate(ranges):
            inside = tuple(numbers_between(line.named, start, end - 1))
            behind = tuple(numbers_between(line.named, max(start, end - 1), end))
            leads = bool(led) and not inside and (goes_on or place + 1 < len(ranges))
            numbers = (*led, *inside, *(() if leads else behind))
            led = behind if leads else ()
            text = " ".join(clean_unicode(line.text[start:end])[0].split())
            if _says(text):
                self._out.append(Part(text, tuple(dict.fromkeys(numbers))))
        self._led = led

    def _end_line(self) -> None:
        if self._raw.strip():
            line = self._read()
            if not _says(line.text):
                self._name(line)
            elif not self._is_left_out(line):
                self._release()
                self._sentences(line, self._last_ranges(line.text), goes_on=False)
                if self._out and not self._out[-1].numbers:
                    self._waiting = self._out.pop().text
            self._item = line.item or self._item
        self._begin_line()

    def _last_ranges(self, text: str) -> list[tuple[int, int]]:
        said = declined(text) if self._begins else None
        whole = said is not None and said.kind == "gap"
        return [(0, len(text))] if whole else _ranges(text, self._language)

    def _name(self, line: Read) -> None:
        """Give the passages that a line names, and it does no more, to the sentence before."""
        numbers = tuple(numbers_between(line.named, -1, len(line.text)))
        if self._waiting is not None and numbers:
            self._out.append(Part(self._waiting, tuple(dict.fromkeys(numbers))))
            self._waiting = None

    def _is_left_out(self, line: Read) -> bool:
        """Whether the line is none of the text: a heading, a fence, an entry among sources."""
        if not self._begins:
            return False
        if self._in_sources and _ENTRY.match(self._raw):
            return True
        self._in_sources = False
        text = line.text.strip()
        whole = _SENTENCE_END.search(text) is not None
        if label := _SOURCES.match(text):
            self._in_sources = not _says(text[label.end() :])
            return self._in_sources or (bool(line.named) and not whole)
        if _FENCE.match(self._raw):
            return True
        heading = _HEADING.match(self._raw) is not None and not whole and not declined(text)
        return not line.named and (heading or _PREAMBLE.match(text) is not None)


def _says(text: str) -> bool:
    """Whether there is anything but signs."""
    return any(map(str.isalnum, text))


def _ranges(text: str, language: str | None) -> list[tuple[int, int]]:
    """Return the ranges of the sentences; none ends within a quotation."""
    inside = [each for each in quotations(text) if each[1] < len(text)]
    ranges: list[tuple[int, int]] = []
    for start, end in sentence_ranges(text, language):
        if ranges and any(ranges[-1][1] < b and a < start < b for a, b in inside):
            ranges[-1] = (ranges[-1][0], end)
        else:
            ranges.append((start, end))
    return ranges


def _is_open(text: str) -> bool:
    """Whether a quotation, or a bracket, is open where `text` ends."""
    quoted = any(end == len(text) for _, end in quotations(text))
    return quoted or text.count("(") > text.count(")")
