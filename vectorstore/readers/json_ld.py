"""Finds what a page's JSON-LD says of its own article.

Pages carry the data of other things beside it: the site, its owner, related articles. Only
an article that the page is about counts: the single one, or the one that has the page's
address or headline. Broken JSON is mended where that is plain (commas, comments, entities)
and passed over otherwise. Nothing here reads dates.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import unescape
from typing import cast
from urllib.parse import urlsplit

Node = Mapping[str, object]

_MOST_SCRIPTS = 50
_LONGEST_SCRIPT = 500_000
_MOST_NODES = 2_000
_MOST_VALUES = 20
_LONGEST_VALUE = 1_000
_SHORTEST_HEADLINE = 8

_ARTICLES = re.compile(
    r"(?:reportage|analysis|background|opinion|review|askpublic|advertisercontent|satirical|scholarly"
    r"|tech)?(?:news)?article|(?:live)?blogposting|socialmediaposting|report|specialannouncement"
)
_PAGES = re.compile(r"(?:web|item|about)page")
# What a thing of these types holds is described for its own sake, or leads to it.
_WITHIN = ("@graph", "mainEntity", "mainEntityOfPage")

_WRAPPING = re.compile(r"^\s*(?:<!--|<!\[CDATA\[)|(?:-->|\]\]>)\s*$")
_COMMENTS = re.compile(r'("(?:[^"\\]++|\\.)*+")|/\*.*?(?:\*/|\Z)|//[^\n]*', re.DOTALL)
_COMMAS = re.compile(r'("(?:[^"\\]++|\\.)*+")|,(?=\s*+[}\]])', re.DOTALL)
_WORD = re.compile(r"\w+")
_LONG_WORD = 4
_DECODER = json.JSONDecoder(strict=False)


def own_article(
    scripts: Iterable[str], addresses: Sequence[str], titles: Sequence[str]
) -> tuple[Node, Mapping[str, Node]]:
    """Return the page's own article, empty if there is none, and all nodes by their `@id`.

    `addresses` and `titles` are the page's own, to tell its article from others.
    """
    nodes: list[Node] = []
    for script in list(scripts)[:_MOST_SCRIPTS]:
        nodes += _nodes(_parse(script), _MOST_NODES - len(nodes))
    by_id = {each: node for node in nodes if isinstance(each := node.get("@id"), str)}
    for types in (_ARTICLES, _PAGES):
        found = [node for node in nodes if any(map(types.fullmatch, _types(node)))]
        own = [node for node in found if _is_about(node, addresses, titles)]
        if not own and len(found) == 1 and not _is_other(found[0], addresses, titles):
            own = found
        # A page's entry may stand beside its article's, which says more; so may two articles'.
        own.sort(key=lambda node: not value(node, "datePublished"))
        if own:
            return own[0], by_id
    return {}, by_id


def value(node: Node, key: str) -> str:
    """Return the plain value under `key`, the first of several, or "" if there is none."""
    return next(iter(_texts(node.get(key))), "")


def names(node: Node, key: str, by_id: Mapping[str, Node]) -> list[str]:
    """Return the names of the people or organisations under `key`, each once."""
    found: list[str] = []
    for each in _listed(node.get(key)):
        if isinstance(each, dict):
            thing = cast("Node", each)
            known = by_id.get(str(thing.get("@id")), {})
            found += (list(_texts(thing.get("name"))) or list(_texts(known.get("name"))))[:1]
        else:
            found += list(_texts(each))[:1]
    return list(dict.fromkeys(found))


def _parse(script: str) -> list[object]:
    if len(script) > _LONGEST_SCRIPT:
        return []
    found = _decode(script)
    if found is None:
        plain = _WRAPPING.sub("", script)
        plain = _COMMAS.sub(r"\1", _COMMENTS.sub(r"\1", plain))
        found = _decode(plain)
        if found is None and "&" in plain:
            found = _decode(unescape(plain))
    return found or []


def _decode(text: str) -> list[object] | None:
    """Return the values that stand one after another in `text`, or None if it is not JSON."""
    found: list[object] = []
    text = text.strip(" \t\r\n;,\ufeff")
    while text and len(found) < _MOST_SCRIPTS:
        try:
            each, end = cast("tuple[object, int]", _DECODER.raw_decode(text))
        except (ValueError, RecursionError):
            return None
        found.append(each)
        text = text[end:].lstrip(" \t\r\n;,")
    return found


def _nodes(parsed: Sequence[object], most: int) -> list[Node]:
    """Return the things described, in order, without those that are only listed or mentioned."""
    found: list[Node] = []
    waiting = list(reversed(parsed))
    while waiting and len(found) < most:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += reversed(cast("list[object]", each)[:_MOST_NODES])
        elif isinstance(each, dict):
            node = cast("Node", each)
            found.append(node)
            waiting += [node[key] for key in reversed(_WITHIN) if key in node]
    return found


def _types(node: Node) -> set[str]:
    return {re.split(r"[/:#]", each)[-1].lower() for each in _texts(node.get("@type"))}


def _is_about(node: Node, addresses: Sequence[str], titles: Sequence[str]) -> bool:
    if _paths(_addresses(node)) & _paths(addresses):
        return True
    headline = _letters(value(node, "headline") or value(node, "name"))
    return len(headline) >= _SHORTEST_HEADLINE and any(
        letters.startswith(headline) or headline.startswith(letters)
        for title in titles
        if len(letters := _letters(title)) >= _SHORTEST_HEADLINE
    )


def _is_other(node: Node, addresses: Sequence[str], titles: Sequence[str]) -> bool:
    """Tell if a page's only article is another's: its address is, or no word of its headline."""
    own, pages = _paths(_addresses(node)), _paths(addresses)
    if own and pages and not own & pages:
        return True
    words = _long_words(value(node, "headline"))
    return len(words) > 1 and bool(titles) and not words & _long_words(" ".join(titles))


def _long_words(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.casefold()) if len(word) >= _LONG_WORD}


def _addresses(node: Node) -> list[str]:
    found = [value(node, "url"), value(node, "@id")]
    for each in _listed(node.get("mainEntityOfPage")):
        if isinstance(each, str):
            found.append(each)
        elif isinstance(each, dict):
            page = cast("Node", each)
            found += [value(page, "@id"), value(page, "url")]
    return found


def _paths(addresses: Iterable[str]) -> set[str]:
    """Return the paths only: a page is saved from a mobile or a secure host as from another."""
    found: set[str] = set()
    for address in addresses:
        try:
            parts = urlsplit(address)
        except ValueError:
            continue
        path = parts.path.rstrip("/")
        if parts.scheme in ("http", "https") and path:
            found.add(f"{path}?{parts.query}")
    return found


def _letters(text: str) -> str:
    return "".join(char for char in unescape(text).casefold() if char.isalnum())


def _listed(held: object) -> list[object]:
    return cast("list[object]", held)[:_MOST_VALUES] if isinstance(held, list) else [held]


def _texts(held: object) -> Iterator[str]:
    for each in _listed(held):
        if isinstance(each, dict):
            each = cast("Node", each).get("@value")
        if isinstance(each, str) and (text := unescape(each[:_LONGEST_VALUE]).strip()):
            yield text
