"""Tells a document's title from what programs put in its place.

A document's own field for the title holds what its typist's program wrote there, more often
than not: the name of a file, or of nothing. Nothing here looks at the text.
"""

import re
from pathlib import PurePath

_LONGEST = 300
_PROGRAM = re.compile(r"microsoft (?:office )?\w+ ?[-–—] ?|powerpoint presentation$", re.IGNORECASE)
_FILE_NAME = re.compile(
    r"\.(?:docx?|docm|dotx?|rtf|odt|pages|wpd|tex|dvi|indd|qxd|p65|pdf|pptx?|xlsx?|txt|html?|"
    r"xhtml|aspx?|php|eml|msg|tmp|jpe?g|png|tiff?)$",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"(?:untitled|no title|title|unknown|print|layout|scan(?:ned)?|document|doc|dokument|"
    r"presentation|slide|new document|new page|about:blank|без имени|без названия|документ)"
    r"[\W\d_]*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:\w+://|www\.)\S+$", re.IGNORECASE)
_SEPARATOR = re.compile(r" [|–—•·-] | :: | » ")


def real_title(title: str | None, name: str) -> str | None:
    """Return the title on one line; None if it is a file's name, a program's or none at all."""
    line = " ".join((title or "").split())
    worded = sum(char.isalpha() for char in line)
    if (
        worded < 3
        or len(line) > _LONGEST
        or any(not char.isprintable() or char == "\ufffd" for char in line)
    ):
        return None
    stem = PurePath(name).stem
    if line.casefold() in (name.casefold(), stem.casefold()) and " " not in line:
        return None
    made = (_PROGRAM.match, _FILE_NAME.search, _EMPTY.fullmatch, _ADDRESS.match)
    return None if any(found(line) for found in made) else line


def without_site(title: str, headings: list[str]) -> str:
    """Return the headline that a page's title begins with, where the text has it as a line.

    A browser's title is "Headline | Outlet", and so is what it prints.
    """
    for separator in reversed(list(_SEPARATOR.finditer(title))):
        headline = title[: separator.start()].strip()
        if headline in headings:
            return headline
    return title
