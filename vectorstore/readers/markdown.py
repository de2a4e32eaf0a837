"""Reads Markdown: front matter, a first heading as the title, and the text without markup."""

import re
from collections.abc import Sequence
from html import unescape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from vectorstore.readers.frontmatter import split_front_matter
from vectorstore.readers.raw import Input, Raw, decode
from vectorstore.readers.text import unwrap

# Beyond this depth CommonMark's parser drops text; no article quotes a quote so often.
_PARSER = MarkdownIt("commonmark", {"maxNesting": 200})

_HEADING = re.compile(r"h[1-6]")

# Tags, and what a browser hides: scripts, styles, comments, to the end if they are not closed.
# Possessive, since the standard library's parser takes minutes over a file of open tags.
_HIDDEN = re.compile(
    r"<!--(?:[^-]|-(?!->))*+(?:-->|\Z)"
    r"|<(script|style)\b(?:[^<]|<(?!/\1))*+(?:</\1\s*>|\Z)"
    r"|<[^<>]*+>",
    re.IGNORECASE,
)


def read(file: Input) -> list[Raw]:
    """Return the file's one article; ReadError if it is not text."""
    metadata, body, notes = split_front_matter(decode(file.read(), file.name))
    published_from = "front matter" if "published" in metadata else None
    blocks = _blocks(_PARSER.parse(body))
    if blocks and blocks[0][0] == "h1" and metadata.get("title") in (None, blocks[0][1]):
        metadata = {"title": blocks[0][1], **metadata}
        blocks = blocks[1:]
    text = "\n\n".join(text for _, text in blocks)
    return [Raw(file.source, text, metadata, published_from, notes)]


def _blocks(tokens: Sequence[Token]) -> list[tuple[str, str]]:
    """Return (tag, plain text) of every block that holds text, in order."""
    blocks: list[tuple[str, str]] = []
    # A renderer would join all lines of a paragraph. Where they were not wrapped at a column,
    # each may be a thing of its own: a button, a credit, a line of promotion.
    between = " " if _wrapped(tokens) else "\n"
    tag = "p"
    for token in tokens:
        if token.type.endswith("_open"):
            tag = token.tag
        elif token.type == "inline":
            # A title is one line, however it was broken.
            lines = _lines(token)
            blocks.append((tag, (" " if _HEADING.fullmatch(tag) else between).join(lines)))
        elif token.type in ("fence", "code_block"):
            blocks.append(("pre", token.content.strip()))
        elif token.type == "html_block":
            blocks.append(("div", _visible(token.content)))
    return [(tag, text) for tag, text in blocks if text]


def _wrapped(tokens: Sequence[Token]) -> bool:
    """Return whether the paragraphs' lines were broken at a column, with markup or without."""
    inline = [token for token in tokens if token.type == "inline"]
    written = "\n\n".join(token.content for token in inline)
    shown = "\n\n".join("\n".join(_lines(token)) for token in inline)
    return any(unwrap(text) != text for text in (written, shown))


def _lines(token: Token) -> list[str]:
    text = "".join(_plain(child) for child in token.children or ())
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return [line for line in lines if line]


def _plain(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    # A picture is not text, and its description is not the article's.
    return token.content if token.type in ("text", "code_inline") else ""


def _visible(html: str) -> str:
    lines = unescape(_HIDDEN.sub("", html)).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())
