"""Makes an `Article` of what a reader found: cleaned text, title, date, address.

Nothing here knows the format that the text came from, or whether the library has the
article already.
"""

import re
from urllib.parse import urlsplit, urlunsplit

from vectorstore.cleaning import clean
from vectorstore.datelines import find_published, published_from_name
from vectorstore.dates import parse_date
from vectorstore.documents import Article, Precision, Removed
from vectorstore.errors import ReadError
from vectorstore.languages import settle
from vectorstore.readers.raw import Raw
from vectorstore.text import clean_unicode, sentence_ranges

# Twice the longest novel; embedding more would take a reader's machine minutes.
_LONGEST_TEXT = 1_000_000
_LONGEST_TITLE = 90
_LONGEST_HEADLINE = 140
_ENDS_A_SENTENCE = re.compile(r"[.!?…:;,][\"'”’»)]*$")
_LINE_OF_FILE = re.compile(r":\d+$")
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id|igshid|ref_src")


def assemble(raw: Raw, *, sample: bool = False) -> tuple[Article, tuple[str, ...]]:
    """Return the article, not yet identified, and notes on what was mended.

    ReadError if nothing is left once promotion and debris are cut.
    """
    text, removed, surrogates = clean(raw.text)
    found = {key: _one_line(value) for key, value in raw.metadata.items()}
    title = found.get("title")
    if title and text.startswith(title + "\n"):
        body = text[len(title) :].lstrip()
        taken = len(text) - len(body)
        removed = tuple(Removed(max(0, cut.offset - taken), cut.text) for cut in removed)
        text = body
    if len(text) > _LONGEST_TEXT:
        raise ReadError(
            f"{raw.source} has {len(text):,} characters, and an article may have "
            f"{_LONGEST_TEXT:,}: split it."
        )
    if not any(char.isalnum() for char in text):
        raise ReadError(f"{raw.source} holds no article text once promotion is cut.")
    notes = list(raw.notes)
    if surrogates:
        broken = "1 broken character" if surrogates == 1 else f"{surrogates} broken characters"
        notes.append(f"{broken} of the text (lone surrogates) became \ufffd")
    language = settle(found.get("language"), text)
    published = _published(raw, found.get("published"), language)
    if "published" in found and published is None:
        notes.append(f"the date {found['published']!r} is unclear: give it as YYYY-MM-DD")
    url = normalise_url(found["url"]) if "url" in found else None
    if "url" in found and url is None:
        notes.append("its address is not one of the web and was left out")
    article = Article(
        text,
        title=title or derive_title(text, language),
        title_derived=not title,
        publisher=found.get("publisher"),
        author=found.get("author"),
        published=published[0] if published else None,
        published_precision=published[1] if published else None,
        published_from=published[2] if published else None,
        url=url,
        language=language,
        removed=removed,
        sample=sample,
        source=raw.source,
    )
    return article, tuple(notes)


def _published(
    raw: Raw, given: str | None, language: str | None
) -> tuple[str, Precision, str | None] | None:
    """Return (ISO form, precision, where) of the article's date, None if none says it clearly.

    What was given for it goes before what its text says, and that before its file's name.
    """
    if given is not None:
        dated = parse_date(given, language)
        return (*dated, raw.published_from) if dated else None
    if (in_text := find_published(raw.text, language)) is not None:
        return in_text
    # A line of a file is not what the file is named after.
    named = None if _LINE_OF_FILE.search(raw.source) else published_from_name(raw.source)
    return (*named, "file name") if named else None


def derive_title(text: str, language: str | None = None) -> str:
    """Make a title of `text`: a headline that opens it, or else its first sentence's start."""
    first_line = text.partition("\n")[0]
    worded = any(char.isalnum() for char in first_line)
    if worded and len(first_line) <= _LONGEST_HEADLINE and not _ENDS_A_SENTENCE.search(first_line):
        return first_line
    sentences = (text[start:end] for start, end in sentence_ranges(text, language))
    sentence = next(each for each in sentences if any(char.isalnum() for char in each))
    if len(sentence) <= _LONGEST_TITLE:
        return sentence.rstrip(".")
    cut = sentence.rfind(" ", 0, _LONGEST_TITLE)
    return sentence[: cut if cut > 0 else _LONGEST_TITLE].rstrip(" ,;:–—-") + "…"


def normalise_url(url: str) -> str | None:
    """Return the address without fragment and tracking, or None if it is not http(s)."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host or re.search(r"[\s<>\"]", url):
        return None
    # Left as it is encoded: decoding and encoding again would break older pages' addresses.
    kept = [
        pair for pair in parts.query.split("&") if not _TRACKING.fullmatch(pair.partition("=")[0])
    ]
    netloc = parts.netloc.rpartition("@")[2].lower()
    return urlunsplit((parts.scheme.lower(), netloc, parts.path or "/", "&".join(kept), ""))


def _one_line(value: str) -> str:
    return " ".join(clean_unicode(value)[0].split())
