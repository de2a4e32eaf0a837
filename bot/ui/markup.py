"""Text as markup that cannot act, links that lead where they say, drawings.

Titles, articles, questions and answers are hostile data. Everything here is pure, and
`text` is the only road from a string into the page.
"""

import re
import unicodedata
from dataclasses import dataclass

from bot.wording import day

# The front end's components are template engines: beside the five characters that HTML
# needs, those that open a template (`${…}`, `{{…}}`, backticks) become entities, so that
# no engine can find one in what it is given.
_ENTITIES = {ord(char): f"&#{ord(char)};" for char in "&<>\"'`${}"}

# A lone surrogate cannot be sent as UTF-8 and would fail the whole page; other control
# characters are read differently by every parser.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_PLACE = re.compile(
    r"#(?:article/(?P<whole>[0-9a-f]{8,64})/(?P<of>[1-9][0-9]{0,5})"
    r"|cite/(?P<id>[0-9a-f]{8,64})/(?P<version>[1-9][0-9]{0,5})"
    r"/(?P<start>[0-9]{1,9})/(?P<end>[0-9]{1,9}))"
)
# Drawn here on a grid of 16 by 16, since nothing may be fetched.
_ICONS = {
    "menu": "M2 4h12M2 8h12M2 12h12",
    "plus": "M8 3v10M3 8h10",
    "close": "M4 4l8 8M12 4l-8 8",
    "more": "M3.5 8h.01M8 8h.01M12.5 8h.01",
    "rename": "M10.5 3l2.5 2.5L6 12.5l-3 .5.5-3z",
    "export": "M8 2v8M5 7l3 3 3-3M3 13.5h10",
    "link": "M7 9.5l2-3M6 5.5l2-2.3a2.4 2.4 0 013.6 3.2L10 8.5M10 10.5l-2 2.3"
    "a2.4 2.4 0 01-3.6-3.2L6 7.5",
    "delete": "M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.5 9h6l.5-9M7 7v4M9 7v4",
    "copy": "M5.5 5.5h7v8h-7zM3.5 10.5v-8h7",
    "retry": "M12.5 5.5A5 5 0 103.5 10M12.7 2.2v3.3H9.4",
    "undo": "M6 3L3 6l3 3M3 6h6a3.5 3.5 0 010 7H6",
    "up": "M5 7.5l2.5-5c1.5 0 2 1 1.5 3h3.8l-1 8H5zM5 7.5H2.5v6H5",
    "down": "M11 8.5l-2.5 5c-1.5 0-2-1-1.5-3H3.2l1-8H11zM11 8.5h2.5v-6H11",
    "previous": "M10 3L5 8l5 5",
    "next": "M6 3l5 5-5 5",
    "warn": "M8 2.5l6 10.8H2zM8 6.5v3.2M8 11.5v.01",
}


def shown(value: str) -> str:
    """Return `value` as a reader sees it: unprintable characters as U+FFFD."""
    return _UNPRINTABLE.sub("\ufffd", value.replace("\r\n", "\n").replace("\r", "\n"))


def text(value: str) -> str:
    """Escape `value` for element content and for quoted attributes."""
    return shown(value).translate(_ENTITIES)


def isolated(value: str) -> str:
    """Escape `value` so that its right-to-left controls cannot reach past it."""
    return f"<bdi>{text(value)}</bdi>"


def direction(value: str) -> str:
    """Return "rtl" or "ltr", by the first letter that has a direction.

    For an element whose texts are isolated, which `dir="auto"` does not look into.
    """
    strong = (unicodedata.bidirectional(char) for char in value)
    first = next((each for each in strong if each in ("L", "R", "AL")), "L")
    return "ltr" if first == "L" else "rtl"


@dataclass(frozen=True, slots=True)
class Place:
    """A range of one version of an article, or with no range all of it: where links lead."""

    article_id: str
    version: int
    start: int = 0
    end: int = 0

    @property
    def link(self) -> str:
        """The link, which holds all that is needed to open the place."""
        if not self.end:
            return f"#article/{self.article_id}/{self.version}"
        return f"#cite/{self.article_id}/{self.version}/{self.start}/{self.end}"


def place(link: object) -> Place | None:
    """Read a link to an article or a passage as it came from a browser; None if it is neither."""
    match = _PLACE.fullmatch(link) if isinstance(link, str) else None
    if match is None:
        return None
    if match["whole"]:
        return Place(match["whole"], int(match["of"]))
    found = Place(match["id"], int(match["version"]), int(match["start"]), int(match["end"]))
    return found if found.start < found.end else None


def icon(name: str) -> str:
    """Return a drawing that says nothing by itself: what it stands in must be labelled."""
    return (
        '<svg class="p-svg" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" '
        f'focusable="false"><path d="{_ICONS[name]}" /></svg>'
    )


def moment(at: str) -> str:
    """Render a moment (ISO, UTC), which the script shows in the reader's own time zone."""
    return f'<time datetime="{text(at)}">{text(at[:16].replace("T", " "))} UTC</time>'


def dated(published: str | None, found_in: str | None) -> str:
    """Render a publication date with where it was found, as far as either is known.

    One that a file's name gave is a guess, and must not pass for the outlet's own.
    """
    shown_day = isolated(day(published))
    if published is None or found_in is None:
        return shown_day
    if found_in == "file name":
        return f"{shown_day} (from the file's name)"
    if found_in == "reader":
        return f"{shown_day} (as you set it)"
    where = text(f"Where the date was found: {found_in}")
    return f'<span title="{where}">{shown_day}</span>'


def close_button(label: str) -> str:
    """Render the button that closes what it stands in."""
    return (
        f'<button type="button" class="p-icon p-close" data-do="close" aria-label="{label}" '
        f'title="{label} (Esc)">{icon("close")}</button>'
    )
