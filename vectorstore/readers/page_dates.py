"""Finds where a web page says when its article was published, the most trusted first.

JSON-LD, meta tags, a marked `time` element or the only one at the article's head, the date in
the address, a line that can be seen at the article's head. Dates of updating, of comments, of
related articles, of the masthead and of the copyright are no publication's.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from vectorstore.date_texts import ENGLISH_MONTHS, Day, calendar_day
from vectorstore.datelines import find_date_line, is_label, read_date_line, says_updated
from vectorstore.dates import parse_date
from vectorstore.documents import Precision
from vectorstore.readers.page_tree import Element, Head, Line, is_apart, words_of

# From those that mean nothing else to those that some use for the day of a change.
META_TAGS = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "article:published",
    "datepublished",
    "og:pubdate",
    "rnews:datepublished",
    "citation_publication_date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.issued",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "article.published",
    "shareaholic:article_published_time",
    "pubdate",
    "pub_date",
    "publishdate",
    "publish-date",
    "publish_date",
    "published",
    "published_date",
    "published-date",
    "published_at",
    "publication_date",
    "publication-date",
    "article:post_date",
    "originalpublicationdate",
    "displaydate",
    "dc.date",
    "dcterms.date",
    "date",
)
_PRECISIONS = (Precision.YEAR, Precision.MONTH, Precision.DAY, Precision.MINUTE)
_MARKED = re.compile(r"publish|pub-?date|^(?!.*(?:updat|modif)).*\b(?:entry|post)-date\b", re.I)
_CHANGED = re.compile(r"updat|modif|edited", re.I)
_LONGEST_VALUE = 200
_TIMES = "//time | //*[contains(@itemprop, 'datePublished')] | //abbr[@title and @class]"
# Of one article; a page with more is a list of them.
_MOST_MARKS = 400
_MOST_TIMES = 40
_MOST_LINES = 80
_MOST_HEADINGS = 60

_IN_ADDRESS = re.compile(
    r"/(?P<y>(?:19|20)\d\d)(?P<s>[/-])(?P<m>\d{1,2}|[a-z]{3})(?:(?P=s)(?P<d>\d{1,2})(?=[/.-]|$)|(?=/|$))"
    r"|/(?P<y2>(?:19|20)\d\d)(?P<m2>\d\d)(?P<d2>\d\d)(?=/|$)",
    re.I,
)

Dated = tuple[Day, str]


def find_date(
    tree: Element,
    head: Head,
    in_json: str,
    tags: Mapping[str, Sequence[str]],
    addresses: Sequence[str],
    language: str | None,
) -> Dated | None:
    """Return the date and where it stands, or None if the page does not say.

    A less trusted place counts only to tell the same day, month or year more exactly.
    """
    best: Dated | None = None
    for day, place in _candidates(tree, head, in_json, tags, addresses, language):
        if best is None or _is_finer(day, best[0]):
            best = (day, place)
    return best


def date_in_address(address: str) -> Day | None:
    """Return the day or month in an address's path, as in /2022/03/29/ or /2022/mar/29/."""
    for match in _IN_ADDRESS.finditer(address.partition("?")[0]):
        parts = match.groupdict()
        month = (parts["m"] or parts["m2"]).lower()
        number = int(month) if month.isdecimal() else ENGLISH_MONTHS.get(month, 0)
        day = parts["d"] or parts["d2"]
        if found := calendar_day(int(parts["y"] or parts["y2"]), number, int(day) if day else None):
            return found
    return None


def _candidates(
    tree: Element,
    head: Head,
    in_json: str,
    tags: Mapping[str, Sequence[str]],
    addresses: Sequence[str],
    language: str | None,
) -> Iterator[Dated]:
    if day := _without_midnight(parse_date(in_json, language)):
        yield day, "JSON-LD"
    for name in META_TAGS:
        if day := _only_day(parse_date(value, language) for value in tags.get(name, ())):
            yield day, "meta tag"
    if day := _marked_time(tree, head, language) or _head_time(head, language):
        yield day, "time element"
    for address in addresses:
        if day := date_in_address(address):
            yield day, "address"
    if day := _visible_line(tree, head, language):
        yield day, "date line"


def _is_finer(day: Day, than: Day) -> bool:
    return _PRECISIONS.index(day[1]) > _PRECISIONS.index(than[1]) and day[0].startswith(than[0])


def _without_midnight(day: Day | None) -> Day | None:
    """Take midnight off: it is what a program writes where it knows the day only."""
    if day and day[1] is Precision.MINUTE and day[0][11:19] == "00:00:00":
        return day[0][:10], Precision.DAY
    return day


def _only_day(found: Iterable[Day | None]) -> Day | None:
    """Return the most exact of the days if they are one day, else None."""
    days = [day for each in found if (day := _without_midnight(each))]
    if len({day[0][:10] for day in days}) != 1:
        return None
    return max(days, key=lambda day: _PRECISIONS.index(day[1]))


def _marked_time(tree: Element, head: Head, language: str | None) -> Day | None:
    found = [
        element
        for element in tree.xpath(_TIMES)[:_MOST_MARKS]
        if _is_marked(element) and not is_apart(element, head)
    ]
    if len(found) > _MOST_TIMES:
        return None
    own = [element for element in found if element in head.within]
    return _only_day(_value(element, language) for element in own or found)


def _is_marked(element: Element) -> bool:
    properties = (element.get("itemprop") or "").split()
    if element.tag == "meta":
        return False
    if "datePublished" in properties or element.get("pubdate") is not None:
        return True
    classes = (element.get("class") or "")[:_LONGEST_VALUE]
    return (
        element.tag in ("time", "abbr") and not properties and _MARKED.search(classes) is not None
    )


def _head_time(head: Head, language: str | None) -> Day | None:
    return _only_day(
        _value(element, language)
        for line in head.lines[:_MOST_LINES]
        for element, number in line.times[:_MOST_TIMES]
        if not _is_changed(element, line, number)
    )


def _is_changed(element: Element, line: Line, number: int) -> bool:
    """Tell if the time is of a change, or of another article in a list."""
    marks = f"{element.get('class') or ''} {element.get('itemprop') or ''}"[:_LONGEST_VALUE]
    before = " ".join(line.texts[:number])
    alone = len(line.times) == 1 and not is_label(before)
    return (
        _CHANGED.search(marks) is not None
        or says_updated(before)
        or (alone and any(map(_CHANGED.search, line.texts)))
        or (line.in_list and bool(before) and not is_label(before))
    )


def _value(element: Element, language: str | None) -> Day | None:
    held = (element.get(key) for key in ("datetime", "content", "title"))
    written = [each.strip() for each in held if each] + [words_of(element)]
    return next((day for each in written if (day := parse_date(each, language))), None)


def _visible_line(tree: Element, head: Head, language: str | None) -> Day | None:
    lines = (_written(line, language) for line in head.lines[:_MOST_LINES])
    found = find_date_line(lines, language)
    if found is None or not (found[1] or _is_one_day(tree, language)):
        return None
    return _without_midnight(found[0])


def _written(line: Line, language: str | None) -> str:
    """Return a line as it runs on, or else with its elements apart, as they are seen."""
    together = " ".join(line.texts)
    if line.in_list or read_date_line(together, language):
        return together
    return " | ".join(line.texts)


def _is_one_day(tree: Element, language: str | None) -> bool:
    """Tell if no two days head parts of the story, as in a chronology or a live report."""
    headings = (words_of(each) for each in tree.xpath("//h2 | //h3 | //h4 | //h5")[:_MOST_HEADINGS])
    found = (parse_date(each, language) for each in headings)
    return len({day[0] for day in found if day}) <= 1
