"""The forms in which models write the number of a passage, and what is no such form.

“[1]”, “[1, 2]”, “[1-3]”, “[^1]”, “[[1]]”, “【1†source】”, “[passage 1]”, “(source: 1)” and
their like are markers. Round brackets need the word “passage” or “source”: “(3)” is as often a
count, and “(Article 5)” a treaty's. A number of three digits is one only if there are so many
passages, and one of four never: “[2022]” is what an editor put into a quotation. Where in a
sentence a marker stands, and what the sentence says, is not known here.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

_LABELS = (
    *("passages", "passage", "sources", "source", "articles", "article", "references", "refs"),
    *("reference", "ref", "citations", "citation", "documents", "document", "docs", "doc"),
)
_LABEL = rf"(?:{'|'.join(_LABELS)})\s?[:#.]?\s?"
_ROUND_LABELS = ("passages", "passage", "sources", "source")
_ROUND_LABEL = rf"(?:{'|'.join(_ROUND_LABELS)})\s?[:#.]?\s?"
_ONE = r"[\^#]?\d{1,3}(?!\d)"
_JOIN = r"\s?(?:,\s?and\b|and\b|[,;&+]|[-–—])\s?"
_NUMBERS = rf"{_ONE}(?:{_JOIN}(?:{_LABEL})?{_ONE}){{0,30}}"
# What follows the number in 【1†source】, and in [passage 1: Vell Courier].
_SOURCE = r"†[^\[\]【】\n]{0,60}"
_TITLE = r"[:,]\s[^\[\]\d\n][^\[\]\n]{0,80}"
_LINK = r"(?:\((?:https?:|#)[^()\s]{0,200}\))?"
PATTERN = re.compile(
    rf"\[{{1,2}}\s?(?:{_NUMBERS}(?:{_SOURCE})?|{_LABEL}{_NUMBERS}(?:{_SOURCE}|{_TITLE})?)\s?"
    rf"\]{{1,2}}{_LINK}"
    rf"|【\s?(?:{_LABEL})?(?:\d{{1,3}}:)?{_NUMBERS}(?:{_SOURCE})?\s?】"
    rf"|\(\s?{_ROUND_LABEL}{_NUMBERS}\s?\)",
    re.IGNORECASE,
)

# What may yet become one of these when more of the text is there.
_LONGEST = 210


def _named(labels: tuple[str, ...], label: str) -> str:
    starts = "|".join({each[:length] for each in labels for length in range(1, len(each))})
    return rf"(?:{starts}|{label}(?:[\^#]?\d[^\[\]【】()\n]{{0,140}})?)"


_BEGUN = re.compile(
    rf"(?:\[\[?|【)\s?(?:[\^#]|[\^#]?\d[^\[\]【】\n]{{0,140}}\]?|{_named(_LABELS, _LABEL)}\]?)?$"
    rf"|\((?:\s?{_named(_ROUND_LABELS, _ROUND_LABEL)})?$"
    r"|(?<=\])\((?:h|ht|htt|https?|https?:[^()\s]*|#[^()\s]*)$",
    re.IGNORECASE,
)
_REST = re.compile(rf"†|\]\(|(?<=\d)[:,]\s?(?!{_LABEL}|and\b)[^\d\s]", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_PART = re.compile(r"\d+|[-–—]")
_LONGEST_BARE = 99


@lru_cache(maxsize=4_096)
def numbers(marker: str, count: int) -> tuple[int, ...] | None:
    """Return the passages of 1 to `count` that a match of PATTERN names; None if it is none."""
    said = _REST.split(marker, maxsplit=1)[0]
    if "【" in said:  # the number of a message may stand before that of the passage
        said = said.rpartition(":")[2]
    most = max(_LONGEST_BARE, count)
    if any(int(number) > most for number in _NUMBER.findall(said)):
        return None
    named = (number for number in _expanded(said, count) if 1 <= number <= count)
    return tuple(dict.fromkeys(named))


def _expanded(said: str, count: int) -> Iterator[int]:
    """Yield the numbers that stand there and, in a range, those between."""
    last, through = 0, False
    for part in _PART.findall(said):
        if not part.isdecimal():
            through = last > 0
            continue
        number = int(part)
        if through:
            yield from range(last + 1, min(number, count + 1))
        yield number
        last, through = number, False


def begun(text: str) -> int | None:
    """Return where, at the end of `text`, something stands that may become a marker yet."""
    offset = max(0, len(text) - _LONGEST)
    found = _BEGUN.search(text, offset)
    return None if found is None or PATTERN.fullmatch(text, found.start()) else found.start()
