"""Reads plain text, with or without front matter; lines wrapped at a column are joined."""

import re

from vectorstore.readers.frontmatter import split_front_matter
from vectorstore.readers.raw import Input, Raw, decode

_BLANK = re.compile(r"\n[ \t]*\n")
_SENTENCE_END = re.compile(r"[.!?:;…][\"'”’»)]*$")

_LIST_ITEM = re.compile(r"[-*•–—] |\d{1,3}[.)] ")

# Mail programs and terminals wrap between these widths; a paragraph pasted as one line is
# longer, a list or a poem shorter.
_WRAP_WIDTHS = (45, 100)


def read(file: Input) -> list[Raw]:
    """Return the file's one article; ReadError if it is not text."""
    return [from_text(decode(file.read(), file.name), file.source)]


def from_text(text: str, source: str) -> Raw:
    """Return `text` as an article, its front matter taken off."""
    metadata, body, notes = split_front_matter(text)
    published_from = "front matter" if "published" in metadata else None
    return Raw(source, unwrap(body), metadata, published_from, notes)


def unwrap(text: str) -> str:
    """Join lines that were broken at a column, so that a line is a paragraph again.

    Only where it is plain to see: within blocks divided by blank lines, most lines but
    the last have a wrapping width and end in the middle of a sentence.
    """
    text = text.replace("\r\n", "\n")
    blocks = [block.split("\n") for block in _BLANK.split(text)]
    inner = [line.strip() for block in blocks for line in block[:-1] if line.strip()]
    if not inner:
        return text
    narrow, wide = _WRAP_WIDTHS
    broken = sum(narrow <= len(line) <= wide and not _SENTENCE_END.search(line) for line in inner)
    listed = sum(bool(_LIST_ITEM.match(line.strip())) for line in text.split("\n"))
    if broken < 0.6 * len(inner) or listed > 1:
        return text
    return "\n\n".join(_joined([line.strip() for line in block], narrow) for block in blocks)


def _joined(lines: list[str], narrow: int) -> str:
    """Join a block's lines if one of them was wrapped; title, byline and date are lines."""
    is_wrapped = any(len(line) >= narrow for line in lines[:-1])
    return (" " if is_wrapped else "\n").join(lines)
