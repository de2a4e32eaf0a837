"""Walks a parsed web page: its article's head, and what stands apart from the article.

The head runs from the beginning of what holds the title and the story to the story's first
paragraph: title, standfirst, byline, date. Knows lxml's elements by what it asks of them,
and nothing of dates.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

_PROSE = 80
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
    r"(?:^|[\s_-])(?:comments?(?:list|s?-area|-body|-content)?|disqus|related|recommend\w*|"
    r"most-?read|most-?popular|popular|trending|side-?bar|newsletter|promo\w*|advert\w*|"
    r"footer|teasers?|carousel|breadcrumbs?|copyright|read-?(?:more|next|also)|latest|"
    r"more-(?:stories|news|on)|widgets?|masthead|site-header|caption)(?:$|[\s_-])",
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
class Head:
    """An article's head.

    `above` are the title and all that hold it; `within` are the elements of the head; `lines`
    are its lines, each as the texts of its elements; `times` are its `time` elements, each
    with the text before it in its line.
    """

    above: list[Element] = field(default_factory=list["Element"])
    within: list[Element] = field(default_factory=list["Element"])
    lines: list[Sequence[str]] = field(default_factory=list[Sequence[str]])
    times: list[tuple[Element, str]] = field(default_factory=list[tuple["Element", str]])


def read_head(tree: Element) -> Head:
    """Return the head of the page's article; an empty one if it has no title or no story."""
    head = Head()
    title = next((each for each in tree.xpath("//h1") if words_of(each)), None)
    if title is None:
        return head
    head.above = [title, *title.iterancestors()]
    holder = next((each for each in head.above if _has_prose(each)), None)
    if holder is None or holder.tag == "html":
        return head
    # What stands above the title on a page without an article element may be the masthead.
    is_past = holder.tag != "body"
    _walk(head, holder, title, is_past)
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


def _has_prose(element: Element) -> bool:
    return any(
        each.tag == "p" and len(words_of(each)) >= _PROSE
        for each in islice(element.iterdescendants(), _MOST_ELEMENTS)
    )


def _is_hidden(element: Element) -> bool:
    if not isinstance(element.tag, str) or _HIDDEN.fullmatch(element.tag):
        return True
    marks = f"{element.get('class') or ''} {element.get('id') or ''}"
    return len(marks) > 1 and _APART.search(marks[:_LONGEST_TEXT]) is not None


def _walk(head: Head, holder: Element, title: Element, is_counted: bool) -> None:
    """Fill `head` with what stands in `holder` down to the first paragraph below the title."""
    line: list[str] = []
    is_below = False
    for element, is_start in islice(_events(head, holder), 2 * _MOST_ELEMENTS):
        if isinstance(element.tag, str) and _BLOCKS.fullmatch(element.tag):
            _end(head, line, is_counted)
        if element is title:
            is_below, is_counted = True, True
        if is_start and is_below and element.tag == "p" and len(words_of(element)) >= _PROSE:
            return
        if is_start:
            head.within.append(element)
            if element.tag == "time" and is_counted:
                head.times.append((element, " ".join(line)))
        text = element.text if is_start else element.tail
        if (text or "").strip() and element is not holder:
            line.append(" ".join((text or "")[:_LONGEST_TEXT].split()))
    _end(head, line, is_counted)


def _end(head: Head, line: list[str], is_counted: bool) -> None:
    if line and is_counted:
        head.lines.append(tuple(line))
    line.clear()


def _events(head: Head, holder: Element) -> Iterator[tuple[Element, bool]]:
    """Yield the starts and ends of the elements in `holder`; a hidden one has only an end."""
    waiting: list[tuple[Element, bool]] = [(holder, True)]
    while waiting:
        element, is_start = waiting.pop()
        if is_start and _is_hidden(element) and element not in head.above:
            is_start = False
        yield element, is_start
        if is_start:
            waiting.append((element, False))
            waiting += [(child, True) for child in reversed(list(element))]
