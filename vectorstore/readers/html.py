"""Reads saved web pages: the article's text and metadata by trafilatura.

A page that was saved whole carries its pictures and fonts within; they are taken out before
anything is parsed.
"""

import re

from vectorstore.errors import ReadError
from vectorstore.readers.raw import MAX_BYTES, MAX_DOCUMENT_BYTES, Input, Raw, select_metadata

_EMBEDDED = re.compile(rb"data:[\w.+-]+/[\w.+-]+(?:;[\w=.+-]+)*;base64,[A-Za-z0-9+/=%]*+")


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
    """Return the article in `content`, decoded as the page itself declares."""
    # Imported late: it takes most of a second, which text and Markdown need not pay.
    from trafilatura import bare_extraction

    if b"\x00" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ReadError(f"{name} is not HTML (it holds NUL bytes): save the page again.")
    document = bare_extraction(
        content,
        include_comments=False,
        include_tables=True,
        with_metadata=True,
        # Only a date that the page gives as its own: a year in a footer is not the article's.
        date_extraction_params={
            "extensive_search": False,
            "original_date": True,
            "outputformat": "%Y-%m-%dT%H:%M:%S%z",
        },
    )
    text = (document.text or "") if document is not None else ""
    if document is None or not text.strip():
        raise ReadError(f"{name} holds no article text: save the page of a single article.")
    found = select_metadata(
        [
            ("title", document.title),
            ("publisher", document.sitename),
            ("author", document.author),
            ("published", (document.date or "").removesuffix("T00:00:00")),
            ("url", document.url),
            ("language", document.language),
        ]
    )
    return Raw(source, text, found, "web page" if "published" in found else None)
