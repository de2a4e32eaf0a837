"""Takes off a PDF's pages what is not the text's: running heads and feet, page numbers.

Such a line stands near the edge of the page, and on page after page at the same height with
the same words, whatever its numbers. What a browser prints around a page (title and day of
printing above, address and page number below) is known by its form, on a single page too.
What is taken off is counted.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from vectorstore.readers.pdf_lines import Line, Page

# Shares of the page's height, from either edge.
_EDGE = 0.12
_OUTER_EDGE = 0.065
# Points by which a running head's height may differ: the pages of a book are not cut alike.
_SAME_HEIGHT = 6.0

_DIGITS = re.compile(r"\d+")
_PAGE_WORD = r"(?:pages?|pg\.?|p\.|seite|página|pagina|str(?:ona)?\.?|стр(?:аница)?\.?|с\.)"
_PAGE_NUMBER = re.compile(
    rf"[\W_]*(?:{_PAGE_WORD} ?)?(?:\d{{1,4}}|[ivxlc]{{1,7}})"
    r"(?: ?(?:of|de|von|из|/|\|) ?\d{1,4})?[\W_]*",
    re.IGNORECASE,
)
_PAGE_OF = re.compile(r"(?:^| )\d{1,4} ?(?:/|of|de|von|из) ?\d{1,4}(?:$| )")
_DAY = re.compile(r"\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b")
_TIME = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
_ADDRESS = re.compile(r"(?:^| )((?:https?|file)://\S+)(?= \d+ ?(?:/|of) ?\d+$|$| )", re.IGNORECASE)
_CUT_OFF = ("…", "...")


@dataclass(frozen=True, slots=True)
class Text:
    """The lines that are left, how many were not, and the address that a browser printed."""

    lines: tuple[Line, ...]
    left_out: int
    address: str | None


def without_furniture(pages: Sequence[Page]) -> Text:
    """Return the pages' own lines, in order."""
    taken = _repeated(pages)
    addresses = Counter[str]()
    for page in pages:
        taken |= _page_numbers(page)
        printed, address = _printed_by_browser(page)
        taken |= printed
        if address is not None:
            addresses[address] += 1
    lines = tuple(line for page in pages for line in page.lines if id(line) not in taken)
    return Text(lines, len(taken), addresses.most_common(1)[0][0] if addresses else None)


def _repeated(pages: Sequence[Page]) -> set[int]:
    """Return the lines that stand near an edge of several pages, by their identity."""
    places: defaultdict[tuple[bool, int, str], list[Line]] = defaultdict(list)
    for page in pages:
        for line in page.lines:
            words = _DIGITS.sub("#", line.text.casefold())
            if any(char.isalpha() for char in words) and _near_edge(line, page, _EDGE):
                at_top = line.y > page.height / 2
                places[at_top, round(line.size), words].append(line)
    # Two pages are enough where there are only two or three; heads may change with the chapter.
    needed = 2 if len(pages) <= 3 else 3
    taken: set[int] = set()
    for lines in places.values():
        heights = [line.y for line in lines]
        on_pages = {line.page for line in lines}
        if len(on_pages) >= needed and max(heights) - min(heights) <= _SAME_HEIGHT:
            taken |= {id(line) for line in lines}
    return taken


def _page_numbers(page: Page) -> set[int]:
    """Return the page's first or last line if it is only its number."""
    heights = [line.y for line in page.lines]
    if len(heights) < 2:
        return set()
    ends = (max(heights), min(heights))
    outermost = (line for line in page.lines if line.y in ends and _near_edge(line, page, _EDGE))
    return {id(line) for line in outermost if _PAGE_NUMBER.fullmatch(line.text)}


def _printed_by_browser(page: Page) -> tuple[set[int], str | None]:
    outer = [line for line in page.lines if _near_edge(line, page, _OUTER_EDGE)]
    found = [(line, _ADDRESS.search(line.text)) for line in outer]
    addresses = [match[1] for _, match in found if match is not None]
    dated = [line for line in outer if _DAY.search(line.text) and _TIME.search(line.text)]
    counted = any(_PAGE_OF.search(line.text) for line in outer)
    # An address by itself may be a footnote's.
    if not addresses or not (dated or counted):
        return set(), None
    printed = {id(line) for line, match in found if match is not None} | {
        id(line) for line in dated
    }
    whole = [each for each in addresses if not any(cut in each for cut in _CUT_OFF)]
    return printed, whole[0] if whole else None


def _near_edge(line: Line, page: Page, share: float) -> bool:
    edge = page.height * share
    return line.y <= edge or line.y >= page.height - edge
