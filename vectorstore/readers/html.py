"""Reads saved web pages: the article's text and metadata by trafilatura.

A page that was saved whole carries its pictures and fonts within; they are taken out before
anything is parsed.
"""

import re

from vectorstore.errors import ReadError
from vectorstore.readers.page_metadata import PageMetadata, find_metadata
from vectorstore.readers.raw import MAX_BYTES, MAX_DOCUMENT_BYTES, Input, Raw, select_metadata

_EMBEDDED = re.compile(rb"data:[\w.+-]+/[\w.+-]+(?:;[\w=.+-]+)*;base64,[A-Za-z0-9+/=%]*+")


_OPENING = 4_096


def read(file: Input) -> list[Raw]:
    """Return the page's one article; ReadError if none is found in it."""
    content = _EMBEDDED.sub(b"", file.read(MAX_DOCUMENT_BYTES))
    if len(content) > MAX_BYTES:
        raise ReadError(
            f"{file.name} has more than {MAX_BYTES / 1e6:.0f} MB of text: save the page of a "
            "single article."
        )
    return [from_html(content, file.source, file.name)]


def from_html(content: bytes, source: str, name: str) -> Raw:
    """Return the article in `content`, decoded as the page itself declares.

    ReadError if it is no page, or a page without an article.
    """
    # Imported late: it takes most of a second, which text and Markdown need not pay.
    from trafilatura import bare_extraction
    from trafilatura.utils import load_html

    if b"\x00" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ReadError(f"{name} is not HTML (it holds NUL bytes): save the page again.")
    tree = load_html(content)
    # Before the extraction, which takes out of the tree what is no text.
    page = PageMetadata() if tree is None else find_metadata(tree, _opening(content))
    document = tree is not None and bare_extraction(
        tree,
        include_comments=False,
        include_tables=True,
        with_metadata=True,
        # Its dates do not say where they stood.
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    text = (document.text or "") if document else ""
    if not document or not text.strip():
        raise ReadError(f"{name} holds no article text: save the page of a single article.")
    found = select_metadata(
        [
            ("title", page.title or document.title),
            ("publisher", page.publisher or document.sitename),
            ("author", page.author or document.author),
            ("published", page.published and page.published[0]),
            ("url", page.url or document.url),
            ("language", page.language or document.language),
        ]
    )
    return Raw(source, text, found, page.published_from)


def _opening(content: bytes) -> str:
    """Return where a browser that saved the page left its address, as text."""
    return content[:_OPENING].decode("utf-8", errors="replace")
