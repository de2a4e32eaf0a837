"""Reads Markdown: front matter, a first heading as the title, and the text without markup."""

from collections.abc import Sequence
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from vectorstore.readers.frontmatter import split_front_matter
from vectorstore.readers.raw import Raw, decode, read_bytes


def read(path: Path) -> list[Raw]:
    """Return the file's one article; ReadError if it is not text."""
    source = str(path)
    metadata, body, notes = split_front_matter(decode(read_bytes(path), path.name))
    published_from = "front matter" if "published" in metadata else None
    blocks = _blocks(MarkdownIt("commonmark").parse(body))
    if blocks and blocks[0][0] == "h1":
        metadata = {"title": blocks[0][1], **metadata}
        blocks = blocks[1:]
    text = "\n\n".join(text for _, text in blocks)
    return [Raw(source, text, metadata, published_from, notes)]


def _blocks(tokens: Sequence[Token]) -> list[tuple[str, str]]:
    """Return (tag, plain text) of every block that holds text, in order."""
    blocks: list[tuple[str, str]] = []
    tag = "p"
    for token in tokens:
        if token.type.endswith("_open"):
            tag = token.tag
        elif token.type == "inline":
            text = "".join(_plain(child) for child in token.children or ())
            blocks.append((tag, " ".join(text.split())))
        elif token.type in ("fence", "code_block", "html_block"):
            blocks.append(("pre", token.content.strip()))
    return [(tag, text) for tag, text in blocks if text]


def _plain(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    # A picture is not text, and its description is not the article's.
    return token.content if token.type in ("text", "code_inline", "html_inline") else ""
