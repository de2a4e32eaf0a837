"""Rebuilds paragraphs from a PDF's lines, and words from their hyphenated halves.

A new paragraph is where more is left free than between lines, where a line begins further in,
where the type changes, or where the line before ends early with a sentence. A paragraph goes
on over the end of a page or column in the middle of a sentence. Nothing here knows pages'
heads and feet; they have to be gone.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from vectorstore.readers.pdf_lines import Line

_SENTENCE_END = re.compile(r"[.!?:…。！？][\"'”’»)\]]*$")
_BULLET = re.compile(r"[•▪●◦‣·■□–—*-]$|[•▪●◦‣·■□] ?\S|[–—*-] \S|\(?\d{1,2}[.)] \S")
_SURE_BULLET = re.compile(r"[•▪●◦‣■□]")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_HALF_BEFORE = re.compile(r"([^\W\d_]+)(?:-| ?[\u2010\u00ad])$")
_HALF_AFTER = re.compile(r"[^\W\d_]+")
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]")

# A half of a word is no longer; what stands before it need not be looked at.
_LONGEST_HALF = 60

# How much wider than between two lines the space between two paragraphs is, at the least.
_GAP = 1.25
# A line's first letter this far in, in sizes of the type, begins a paragraph.
_INDENT = 0.8
# A line ends early if the next word would have left this share of the full width free.
_EARLY = 0.75
# In text that is not hyphenated, a compound's own hyphen ends one line in a hundred and fifty.
_HYPHENATED = 0.03
# What English compounds begin with, mostly; their hyphen is their own.
_FIRST_PART = re.compile(
    r"all|anti|cease|co|cross|east|ex|far|first|five|four|half|high|ill|in|inter|left|long|low|mid|"
    r"multi|near|nine|non|north|off|on|one|out|over|part|post|pre|pro|right|second|self|semi|"
    r"seven|short|six|so|south|ten|third|three|twenty|two|under|up|vice|well|west"
)


@dataclass(frozen=True, slots=True)
class _Measures:
    """What is usual in the document: between lines of a size, at lines' ends, in its words."""

    leading: dict[int, float]
    width: dict[int, int]
    body: int
    hyphenated: bool
    words: Counter[str]


def paragraphs(lines: Sequence[Line]) -> list[str]:
    """Return the text's paragraphs, each on one line, in the lines' order."""
    measures = _measure(lines)
    found: list[list[Line]] = []
    for line in lines:
        if found and not _begins(found[-1], line, measures):
            found[-1].append(line)
        else:
            found.append([line])
    return [_joined([line.text for line in paragraph], measures) for paragraph in found]


def _measure(lines: Sequence[Line]) -> _Measures:
    gaps: defaultdict[int, list[float]] = defaultdict(list)
    lengths: defaultdict[int, list[int]] = defaultdict(list)
    letters = Counter[int]()
    for before, line in pairwise(lines):
        size, gap = _size(line), before.y - line.y
        if _size(before) == size and before.page == line.page and 0 < gap < 3 * line.size:
            gaps[size].append(gap)
    for line in lines:
        lengths[_size(line)].append(len(line.text))
        letters[_size(line)] += len(line.text)
    halves = {match[0] for line in lines if (match := _half(line.text))}
    return _Measures(
        {size: _usual(found) for size, found in gaps.items()},
        {size: sorted(found)[int(0.9 * (len(found) - 1))] for size, found in lengths.items()},
        max(letters, key=lambda size: letters[size], default=0),
        len(halves) >= max(2, _HYPHENATED * len(lines)),
        _words(lines),
    )


def _usual(gaps: Sequence[float]) -> float:
    """Return the smallest space between two lines that is no exception."""
    counts = Counter(round(gap) for gap in gaps)
    enough = min(2, len(gaps)) if len(gaps) < 20 else 0.1 * len(gaps)
    return min((gap for gap, count in counts.items() if count >= enough), default=min(counts))


def _words(lines: Sequence[Line]) -> Counter[str]:
    """Count the words that stand whole on a line."""
    words = Counter[str]()
    halved = False
    for line in lines:
        text = _HALF_AFTER.sub("", line.text, count=1) if halved else line.text
        half = _half(text)
        halved = half is not None
        whole = text[: -len(half[0])] if half else text
        words.update(_WORD.findall(whole.casefold().replace("\u2010", "-")))
    return words


def _size(line: Line) -> int:
    return round(2 * line.size)


def _begins(paragraph: Sequence[Line], line: Line, measures: _Measures) -> bool:
    """Return whether `line` begins a new paragraph after what there is of the one before."""
    before = paragraph[-1]
    if abs(_size(line) - _size(before)) > 1 or line.bold != before.bold:
        return True
    if _begins_item(before, line, listed=bool(_BULLET.match(paragraph[0].text))):
        return True
    gap = before.y - line.y
    if line.page != before.page or gap < 0:
        return not _goes_on(before, line, measures)
    if gap > _GAP * measures.leading.get(_size(line), gap) + 0.5:
        return True
    return _is_indented(paragraph, line, measures) or _ended_early(before, line, measures)


def _goes_on(before: Line, line: Line, measures: _Measures) -> bool:
    """Return whether a sentence is cut in two between the lines, by a page's end say."""
    if _size(line) != _size(before):
        return False
    if _SENTENCE_END.search(before.text) or _BULLET.match(line.text):
        return False
    starts_inside = line.text[0].islower() or _half(before.text) is not None
    full = len(before.text) >= _EARLY * measures.width.get(_size(before), 0)
    return starts_inside or (full and _size(line) == measures.body)


def _begins_item(before: Line, line: Line, *, listed: bool) -> bool:
    if _SURE_BULLET.match(line.text):
        return True
    # A dash or a number may begin a line in the middle of a sentence as well.
    ended = listed or bool(_SENTENCE_END.search(before.text))
    return ended and bool(_BULLET.match(line.text))


def _is_indented(paragraph: Sequence[Line], line: Line, measures: _Measures) -> bool:
    if _BULLET.match(paragraph[0].text) or _size(line) > measures.body:
        return False  # a list's lines hang, and a headline's may be centred
    if unicodedata.bidirectional(line.text[0]) in ("R", "AL"):
        return False  # it begins at the right, and its left end says nothing
    return _INDENT * line.size < line.x - paragraph[-1].x < 6 * line.size


def _ended_early(before: Line, line: Line, measures: _Measures) -> bool:
    first_word = line.text.split(" ", 1)[0]
    needed = len(before.text) + 1 + len(first_word)
    if needed > _EARLY * measures.width.get(_size(line), 0):
        return False
    return bool(_SENTENCE_END.search(before.text)) or not line.text[0].islower()


def _half(text: str) -> re.Match[str] | None:
    """Return the half of a word at the end of a line, if there is one, with its hyphen."""
    return _HALF_BEFORE.search(text[-_LONGEST_HALF:])


def _joined(lines: Sequence[str], measures: _Measures) -> str:
    pieces = [lines[0]]
    for line in lines[1:]:
        last = pieces[-1]
        before, after = _half(last), _HALF_AFTER.match(line)
        if before and after and line[0].islower():
            whole = _is_one_word(before[0], before[1], after[0], measures)
            pieces[-1] = last[: len(last) - len(before[0]) + len(before[1])]
            pieces.append(("" if whole else "-") + line)
        elif _WIDE.match(last[-1]) and _WIDE.match(line[0]):
            pieces.append(line)
        else:
            pieces.append(f" {line}")
    return "".join(pieces).replace("\u00ad", "")


def _is_one_word(half: str, head: str, tail: str, measures: _Measures) -> bool:
    """Return whether the hyphen came with the line's end; if unsure, it is the word's own."""
    head, tail, words = head.casefold(), tail.casefold(), measures.words
    one, two = words[head + tail], words[f"{head}-{tail}"]
    if one or two:
        return one >= two
    if not half.endswith("-"):
        return True  # a character that is only for a line's end, or that only a program sets
    # "Ceasefire" or "cease-fire"? Halves that are words of the text speak for a compound.
    compound = words[head] or words[tail] or _FIRST_PART.fullmatch(head)
    return measures.hyphenated and not compound
