"""Walks a parsed web page: its article's head, and what stands apart from the article.

The head runs from the beginning of what holds the title and the story to the story's first
paragraph: title, standfirst, byline, date. Knows lxml's elements by what it asks of them,
and nothing of dates.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

_PROSE = 80
_MOST_PROSE = 2
_SHORTEST_TITLE = 8
_MOST_ELEMENTS = 2_000
_MOST_TEXTS = 60
_LONGEST_TEXT = 400

_BLOCKS = re.compile(
    "address|article|aside|blockquote|body|br|d[dlt]|details|div|fieldset|fig(?:caption|ure)|footer"
    "|form|h[1-6]|header|hr|html|li|main|nav|ol|p|pre|section|summary|t(?:able|body|d|h|head|r)|ul"
)
_HIDDEN = re.compile(
    "aside|button|figure|footer|form|iframe|nav|noscript|object|option|script|select|style|svg"
    "|template|textarea|title"
)
_APART = re.compile(
    r"(?:^|[\s_-])(?:comments?(?:list|-(?:area|body|content|list|section|thread))?(?=$|\s)|disqus"
    r"|related|recommend\w*|most-?(?:read|popular)|popular|trending|latest|side-?bar|newsletter"
    r"|promo\w*|advert\w*|footer|teasers?|carousel|breadcrumbs?|copyright|widgets?|masthead"
    r"|read-?(?:more|next|also)|more-(?:stories|news|on)|site-header|caption)(?:$|[\s_-])",
    re.I,
)


class Element(Protocol):
    """What is used of lxml's elements; the tag of a comment is a function."""

    tag: object
    text: str | None
    tail: str | None

    def get(self, key: str, /) -> str | None: ...  # noqa: D102
    def iterancestors(self) -> "Iterator[Element]": ...  # noqa: D102
    def iterdescendants(self) -> "Iterator[Element]": ...  # noqa: D102
    def itertext(self) -> Iterator[str]: ...  # noqa: D102
    def xpath(self, path: str, /) -> Any: ...  # noqa: D102
    def __iter__(self) -> "Iterator[Element]": ...


@dataclass(slots=True)
class Line:
    """A line of the head: the texts of its elements, and its `time` elements.

    With each of these is the number of texts before it. Lists are more often of other
    articles than of the byline and the date.
    """

    in_list: bool = False
    texts: list[str] = field(default_factory=list[str])
    times: list[tuple[Element, int]] = field(default_factory=list[tuple[Element, int]])


@dataclass(slots=True)
class Head:
    """An article's head: its title, all that holds it, all within the head, and its lines."""

    title: Element | None = None
    above: set[Element] = field(default_factory=set[Element])
    within: set[Element] = field(default_factory=set[Element])
    lines: list[Line] = field(default_factory=list[Line])


def read_head(tree: Element) -> Head:
    """Return the head of the page's article; an empty one if it has no title or no story."""
    title = _find_title(tree)
    if title is None:
        return Head()
    above = [title, *title.iterancestors()]
    head = Head(title, set(above))
    holder = next((each for each in above if _has_prose(each)), None)
    if holder is not None and holder.tag != "html":
        _Walk(head, title, holder).go()
    return head


def words_of(element: Element) -> str:
    """Return an element's text on one line, cut where it is longer than any title."""
    texts = islice(element.itertext(), _MOST_TEXTS)
    return " ".join("".join(text[:_LONGEST_TEXT] for text in texts).split())[:_LONGEST_TEXT]


def is_apart(element: Element, head: Head) -> bool:
    """Tell if an element belongs to what is not the article: comments, related articles."""
    for each in (element, *element.iterancestors()):
        if each in head.above:
            return False
        if _is_hidden(each) or (each.tag == "article" and head.above):
            return True
    return False


def _find_title(tree: Element) -> Element | None:
    """Return the heading that the page is named after, or else the first of its article."""
    named = " ".join(words_of(each) for each in tree.xpath("//head/title")[:1])
    largest, next_largest = (
        [each for each in tree.xpath(path)[:_MOST_TEXTS] if words_of(each) and _is_open(each)]
        for path in ("//h1", "//h2")
    )
    in_article = [each for each in largest if _stands_in(each, "article", "main")]
    # A first heading in the page's header is the outlet's name.
    below = [each for each in largest if each in in_article or not _stands_in(each, "header")]
    for each in (*below, *next_largest):
        if len(words_of(each)) >= _SHORTEST_TITLE and named.startswith(words_of(each)):
            return each
    next_in_article = [each for each in next_largest if _stands_in(each, "article", "main")]
    return next(iter((*in_article, *below, *next_in_article, *largest)), None)


def _stands_in(element: Element, *tags: str) -> bool:
    return any(each.tag in tags for each in element.iterancestors())


def _is_open(element: Element) -> bool:
    return not any(map(_is_hidden, element.iterancestors()))


def _has_prose(element: Element) -> bool:
    within = islice(element.iterdescendants(), _MOST_ELEMENTS)
    return any(_is_prose(each) or len((each.tail or "").strip()) >= _PROSE for each in within)


def _is_prose(element: Element) -> bool:
    if element.tag == "p":
        return len(words_of(element)) >= _PROSE
    return not _is_hidden(element) and len((element.text or "").strip()) >= _PROSE


def _is_hidden(element: Element) -> bool:
    if not isinstance(element.tag, str) or _HIDDEN.fullmatch(element.tag):
        return True
    # What holds the whole page is often marked with what is somewhere in it.
    if element.tag in ("html", "body", "main"):
        return False
    marks = f"{element.get('class') or ''} {element.get('id') or ''}"
    return len(marks) > 1 and _APART.search(marks[:_LONGEST_TEXT]) is not None


class _Walk:
    """Fills a head with what stands in `holder` down to the story below the title.

    A standfirst may be as long as a paragraph, so that the second ends the walk.
    """

    def __init__(self, head: Head, title: Element, holder: Element) -> None:
        self._head = head
        self._title = title
        self._holder = holder
        # What stands above the title on a page without an article element may be the masthead.
        self._is_counted = holder.tag != "body"
        self._is_below = False
        self._prose = 0
        self._line = Line()

    def go(self) -> None:
        waiting: list[tuple[Element, bool]] = [(self._holder, True)]
        for _ in range(2 * _MOST_ELEMENTS):
            if not waiting or self._prose >= _MOST_PROSE:
                break
            element, is_start = waiting.pop()
            if isinstance(element.tag, str) and _BLOCKS.fullmatch(element.tag):
                self._end_line(element, is_start)
            if element is self._title:
                self._is_counted = self._is_below = True
            if is_start and self._enter(element):
                waiting.append((element, False))
                waiting += [(child, True) for child in reversed(list(element))]
            elif element is not self._holder:
                self._take(element.tail)
        self._end_line(self._holder, False)

    def _enter(self, element: Element) -> bool:
        """Take in what begins, and tell if its children are to be visited."""
        if _is_hidden(element) and element not in self._head.above:
            return False
        if element.tag == "p" and _is_prose(element):
            self._prose += self._is_below
            return False
        self._head.within.add(element)
        if element.tag == "time" and self._is_counted:
            self._line.times.append((element, len(self._line.texts)))
        self._take(element.text)
        return True

    def _take(self, text: str | None) -> None:
        if text and (words := " ".join(text[:_LONGEST_TEXT].split())):
            self._line.texts.append(words)
            self._prose += self._is_below and len(words) >= _PROSE

    def _end_line(self, element: Element, is_start: bool) -> None:
        if self._is_counted and (self._line.texts or self._line.times):
            self._head.lines.append(self._line)
        in_list = element.tag == "li" if is_start else False
        self._line = Line(in_list or any(a.tag == "li" for a in element.iterancestors()))
