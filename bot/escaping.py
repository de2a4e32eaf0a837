"""Given strings as Markdown that shows them as they are and does nothing, and back again.

Titles, articles, questions and answers are hostile data, and whoever opens a file may show
it with any Markdown program, HTML and automatic links switched on. Nothing here knows what
the strings are.
"""

import re
from urllib.parse import quote

from bot.wording import outside
from vectorstore.text import clean_unicode

# Escaped wherever they stand: what opens markup in CommonMark, GitHub's tables, strikethrough,
# mathematics and mentions, and templates; and what makes a bare address a link (“//”, “www.”
# and a dot between letters).
_ACTIVE = re.compile(
    r"[\\`*_{\[\]<>#|~&$@^]|(?<=/)/|/(?=/)|(?<=\w)\.(?=[^\W\d_]{2})|(?i:(?<=www)\.)"
)
# A list, a heading's underline, a definition or a title block, at the start of a line.
_OPENING = re.compile(r"^(\d{1,9}(?=[.)](?: |$))|(?=[-+=:%]))")
# Characters that an address may hold as it was given, and a link may not.
_UNSAFE_IN_LINKS = re.compile(r"[<>\"'`{}|^$]")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def line(given: str) -> str:
    """Return `given` on one line, without what no reader can see."""
    return " ".join(clean_unicode(given)[0].split())


def plain(given: str) -> str:
    """Return `given` on one line, as Markdown that shows it as it is and does nothing."""
    return _OPENING.sub(r"\1\\", _ACTIVE.sub(r"\\\g<0>", line(given)))


def unescape(markdown: str) -> str:
    """Return what `plain` made `markdown` of, on one line."""
    return _ESCAPED.sub(r"\1", markdown)


def address(url: str | None) -> str | None:
    """Return an address that may be a link, with nothing in it that could end the link."""
    found = outside(url)
    if found is None or line(found[0]) != found[0]:
        return None
    return _UNSAFE_IN_LINKS.sub(lambda char: quote(char[0], safe=""), found[0])
