"""Reads Markdown: front matter, a first heading as the title, and the text without markup."""

from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from vectorstore.readers.frontmatter import split_front_matter
from vectorstore.readers.raw import Raw, decode, read_bytes

# Beyond this depth CommonMark's parser drops text; no article quotes a quote so often.
_PARSER = MarkdownIt("commonmark", {"maxNesting": 200})


def read(path: Path) -> list[Raw]:
    """Return the file's one article; ReadError if it is not text."""
    source = str(path)
    metadata, body, notes = split_front_matter(decode(read_bytes(path), path.name))
    published_from = "front matter" if "published" in metadata else None
    blocks = _blocks(_PARSER.parse(body))
    if blocks and blocks[0][0] == "h1" and metadata.get("title") in (None, blocks[0][1]):
        metadata = {"title": blocks[0][1], **metadata}
        blocks = blocks[1:]
    text = "\n\n".join(text for _, text in blocks)
    return [Raw(source, text or body, metadata, published_from, notes)]


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
        elif token.type in ("fence", "code_block"):
            blocks.append(("pre", token.content.strip()))
        elif token.type == "html_block":
            blocks.append(("div", _visible(token.content)))
    return [(tag, text) for tag, text in blocks if text]


def _plain(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    # A picture is not text, and its description is not the article's.
    return token.content if token.type in ("text", "code_inline") else ""


class _Visible(HTMLParser):
    """Collects what a reader of the page would see."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._hidden += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style") and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text.append(data)


def _visible(html: str) -> str:
    parser = _Visible()
    parser.feed(html)
    parser.close()
    return " ".join("".join(parser.text).split())
