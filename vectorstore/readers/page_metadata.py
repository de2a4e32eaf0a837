"""Finds a web page's own metadata: title, outlet, author, publication date, address, language.

For a tree that lxml has parsed. What a page says of other things (its site, related articles,
comments) is never its article's, and what the tool that saved it says counts for the address
alone. Never raises for what a page holds.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vectorstore.date_texts import Day
from vectorstore.readers.json_ld import Node, names, own_article, value
from vectorstore.readers.page_dates import find_date
from vectorstore.readers.page_tree import Element, Head, is_apart, read_head, words_of

Tags = Mapping[str, Sequence[str]]

_LONGEST_VALUE = 2_000
_LONGEST_NAME = 300
_MOST_TAGS = 2_000
_MOST_NAMES = 12
_MOST_VALUES = 12

_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.I)
_ARCHIVED = re.compile(r"https?://web\.archive\.org/web/\d{4,14}\w*/(?=https?://)", re.I)
_SAVED_FROM = re.compile(
    r"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url:\s*)(\S+)", re.I
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_TAIL = r"\s*(?:[|–—·•»]|\s-)\s*"
_PUBLISHERS = ("og:site_name", "dc.publisher", "dcterms.publisher", "publisher", "application-name")
_AUTHORS = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl")
_TITLES = ("og:title", "dc.title", "parsely-title", "sailthru.title", "twitter:title")


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """What a page says of its article; None for what it does not say.

    `published` is the ISO form and precision, and `published_from` says where it stood:
    "JSON-LD", "meta tag", "time element", "address" or "date line".
    """

    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: Day | None = None
    published_from: str | None = None
    url: str | None = None
    language: str | None = None


def find_metadata(tree: Element, opening: str = "") -> PageMetadata:
    """Return the metadata of the page's article.

    `opening` is the beginning of the file as text, where browsers that save a page leave its
    address in a comment.
    """
    head = read_head(tree)
    tags = _tags(tree, head)
    addresses = _addresses(tree, tags, opening)
    headings = [words_of(head.title)] if head.title is not None else []
    titles = [title for name in _TITLES for title in tags.get(name, ())]
    names_of_page = [words_of(each) for each in tree.xpath("//head/title | //html/title")[:1]]
    scripts = [
        script.text or ""
        for script in tree.xpath("//script[@type]")
        if "ld+json" in (script.get("type") or "").lower()
    ]
    article, by_id = own_article(scripts, addresses, [*titles, *headings, *names_of_page])
    language = _language(tree, tags, article)
    in_json = value(article, "datePublished")
    dated = find_date(tree, head, in_json, tags, addresses, language)
    publisher = _first([*names(article, "publisher", by_id), *_named(tags, _PUBLISHERS)])
    stated = [value(article, "headline"), *titles, *headings, *names_of_page]
    return PageMetadata(
        title=_title(stated, headings, publisher),
        publisher=publisher,
        author=_author(tree, tags, article, by_id),
        published=dated[0] if dated else None,
        published_from=dated[1] if dated else None,
        url=_first([*addresses, *_web([value(article, "url")])]),
        language=language,
    )


def _tags(tree: Element, head: Head) -> Tags:
    """Return the meta tags' values by name, in small letters; what is far too long is cut."""
    found: dict[str, list[str]] = {}
    for tag in tree.xpath("//meta[@content]")[:_MOST_TAGS]:
        if tag.get("itemprop") and is_apart(tag, head):
            continue
        content = " ".join((tag.get("content") or "")[:_LONGEST_VALUE].split())
        for key in ("name", "property", "itemprop"):
            if content and (name := (tag.get(key) or "").strip()[:_LONGEST_NAME].lower()):
                values = found.setdefault(name, [])
                values += [content] if len(values) < _MOST_VALUES else []
    return found


def _addresses(tree: Element, tags: Tags, opening: str) -> list[str]:
    """Return the page's addresses, the most trusted first; of an archive's, what it keeps."""
    links = [
        link.get("href") or ""
        for link in tree.xpath("//link[@rel and @href]")[:_MOST_TAGS]
        if "canonical" in (link.get("rel") or "").lower().split()
    ]
    saved = _SAVED_FROM.search(opening)
    return _web([*links, *tags.get("og:url", ()), *([saved[1]] if saved else [])])


def _web(addresses: Sequence[str]) -> list[str]:
    originals = [_ARCHIVED.sub("", each.strip()) for each in addresses]
    return [each for each in originals if len(each) <= _LONGEST_VALUE and _ADDRESS.fullmatch(each)]


def _language(tree: Element, tags: Tags, article: Node) -> str | None:
    root = next(iter(tree.xpath("//html")), tree)
    equivalents = (
        tag.get("content") or ""
        for tag in tree.xpath("//meta[@http-equiv and @content]")[:_MOST_TAGS]
        if (tag.get("http-equiv") or "").lower() == "content-language"
    )
    stated = [
        root.get("lang") or root.get("xml:lang") or "",
        *equivalents,
        *(
            each
            for key in ("content-language", "og:locale", "language")
            for each in tags.get(key, ())
        ),
        value(article, "inLanguage"),
    ]
    tidy = (each.strip().replace("_", "-") for each in stated)
    return next((each for each in tidy if _LANGUAGE.fullmatch(each)), None)


def _author(tree: Element, tags: Tags, article: Node, by_id: Mapping[str, Node]) -> str | None:
    found = names(article, "author", by_id) or _named(tags, _AUTHORS)
    if not found:
        found = [words_of(link) for link in tree.xpath("//a[@rel='author']")[:1]]
    plain = (re.sub(r"^by\s+", "", name, flags=re.I) for name in found)
    people = [name for name in plain if name and len(name) <= _LONGEST_NAME]
    return ", ".join(dict.fromkeys(people[:_MOST_NAMES])) or None


def _named(tags: Tags, keys: Sequence[str]) -> list[str]:
    """Return the values of the first key that has any that are names, not addresses."""
    for key in keys:
        if found := [each for each in tags.get(key, ()) if not re.match(r"https?:|@|www\.", each)]:
            return found
    return []


def _title(stated: Sequence[str], headings: Sequence[str], publisher: str | None) -> str | None:
    """Return the first title, without the outlet's name after it."""
    title = _first(stated)
    for heading in headings if title else ():
        if title and title.startswith(heading) and re.match(_TAIL, title[len(heading) :]):
            return heading
    if title and publisher:
        title = re.sub(rf"{_TAIL}{re.escape(publisher)}$", "", title, flags=re.I) or title
    return title


def _first(found: Sequence[str]) -> str | None:
    return next((each for each in found if each and len(each) <= _LONGEST_VALUE), None)
