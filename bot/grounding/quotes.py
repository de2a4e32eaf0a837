"""Words in quotation marks, and words that stand in a passage as they are.

Compared word for word: marks, dashes, spaces and the case of letters may differ, a word
may not. A cut (“…” or square brackets) may stand inside a quotation if what it cuts holds
no negation, which would turn the quotation round.
"""

import re
from collections.abc import Iterator, Sequence

from vectorstore.text import clean_unicode

Range = tuple[int, int]

_WORD = re.compile(r"\w+(?:'\w+)*|[%$€£¥₽₴₪₺₹]")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "‛": "'"})
_CUT = re.compile(r"…|\.\.\.+|\[[^\[\]]{0,80}\]")
_LONGEST_CUT = 400
_NEGATION = re.compile(r" (?:not|no|never|cannot|without|nor|\w+n't) ")

# What opens a quotation, and what may close it. German and Danish also quote »so«, and a
# single mark closes only where no word goes on, or it is an apostrophe.
_OPENS = re.compile(r"[“„«\"‟]|(?<!\w)[‘‚‹]|(?<!\S)»(?=\S)|(?<![\w'])'(?=\w)")
_CLOSES = {
    "“": re.compile('[”"]'),
    "‟": re.compile('[”"]'),
    "„": re.compile('[“”"]'),
    "«": re.compile("»"),
    "»": re.compile("«"),
    '"': re.compile('["”]'),
    "‘": re.compile(r"[’'](?!\w)"),
    "‚": re.compile(r"[‘’](?!\w)"),
    "‹": re.compile("›"),
    "'": re.compile(r"(?<=\S)['’](?!\w)"),
}
_SINGLE = "‘‚'‹"


def flat(text: str) -> str:
    """Return the words of `text` alone, between single spaces, with a space at each end."""
    clean = clean_unicode(text)[0].translate(_APOSTROPHES)
    return f" {' '.join(_WORD.findall(clean.casefold()))} "


def is_verbatim(text: str, passage: str) -> bool:
    """Say whether `text` stands in `passage`, as it is or word for word."""
    if text.strip() in passage:
        return True
    words = flat(text)
    return words.strip() != "" and words in flat(passage)


def quotations(text: str) -> Iterator[Range]:
    """Yield the ranges inside quotation marks, outermost only, in order.

    A double mark that nothing closes quotes to the end; a single one is an apostrophe.
    """
    position = 0
    unclosed: set[str] = set()
    while opener := _OPENS.search(text, position):
        mark, start = opener.group(), opener.end()
        closer = None if mark in unclosed else _CLOSES[mark].search(text, start)
        if closer is not None:
            yield start, closer.start()
            position = closer.end()
        elif mark in _SINGLE or mark == "»":
            unclosed.add(mark)
            position = start
        else:
            yield start, len(text)
            return


def missing_quotations(text: str, passages: Sequence[str]) -> Iterator[str]:
    """Yield the quotations in `text` that stand in none of `passages`."""
    held = [flat(passage) for passage in passages]
    for start, end in quotations(text):
        quoted = text[start:end].strip()
        pieces = [piece for part in _CUT.split(quoted) if (piece := flat(part)).strip()]
        if pieces and not any(_stands(pieces, passage) for passage in held):
            yield quoted


def _stands(pieces: Sequence[str], passage: str) -> bool:
    at = passage.find(pieces[0])
    if at < 0:
        return False
    at += len(pieces[0]) - 1
    for piece in pieces[1:]:
        found = passage.find(piece, at)
        cut = passage[at : found + 1]
        if found < 0 or len(cut) > _LONGEST_CUT or _NEGATION.search(cut):
            return False
        at = found + len(piece) - 1
    return True


def without_quotations(text: str) -> str:
    """Return `text` with spaces for what is quoted, each word at its old place."""
    pieces: list[str] = []
    position = 0
    for start, end in quotations(text):
        pieces += [text[position:start], " " * (end - start)]
        position = end
    return "".join([*pieces, text[position:]])
