"""Reads to whom something is said: what stands between “told” and “that”."""

import re

from bot.briefing.statements.nouns import ROLES, bare, is_capital, read_phrase
from bot.grounding.words import listed

_WORD = re.compile(r"\s+([^\W\d_][\w'’.&-]*)")
_MOST = 9
_STOPS = frozenset(
    listed("""
    that on in at during to of about whether how what why he she they it if not against over as
    after before when while via by from there this we you i his her its their our for with into
    monday tuesday wednesday thursday friday saturday sunday such these those all no earlier late
    early last yesterday today
    """)
)
_DETERMINERS = frozenset(listed("the a an his her its their our several some two fellow"))
_HEARERS = frozenset(
    listed("""
    reporters journalists lawmakers parliament supporters voters senators officials allies
    colleagues staff staffers aides investors audience crowd people members ministers diplomats
    council conference newspaper agency court judge jury president minister leader leaders parties
    sides citizens residents employees families countries authorities police troops forces
    government administration companies public counterpart counterparts world party nation
    americans russians ukrainians israelis congress delegates negotiators magazine channel station
    broadcaster outlet network panel agency site attendees rally hearing meeting committee
    house judges donors
    """)
)
_OCCASIONS = frozenset(listed("conference rally hearing meeting crowd audience"))
_PRONOUNS = frozenset(listed("him them us me"))


def hearer(masked: str, start: int) -> tuple[str | None, int]:
    """Return who is told something, from `start` on, None if it names nobody; and the end."""
    words: list[str] = []
    end = start
    while len(words) < _MOST and (found := _WORD.match(masked, end)):
        word = found[1]
        key = word.lower().removesuffix("'s").removesuffix("’s")
        if key in _PRONOUNS and not words:
            return None, found.end()
        if key in _STOPS and not (key in ("his", "her", "its", "their", "our") and not words):
            break
        if words and (key in _DETERMINERS or _is_over(words, word)):
            break
        words.append(word)
        end = found.end()
        if masked[end : end + 1] in (",", ":", ";", "."):
            break
    return _named(words, start, end)


def _is_over(words: list[str], word: str) -> bool:
    """Say whether the hearer ends before `word`."""
    last = words[-1]
    if last.isupper() and len(last) > 1 and last not in ("UN", "US", "EU", "UK"):
        return word not in ("News", "Radio", "TV", "Television", "Business")
    if last.lower() in _HEARERS:
        return True
    known = word.lower() in _HEARERS or bare(word) in ROLES
    return (
        is_capital(last) and not is_capital(word) and not known and not last.endswith(("'s", "’s"))
    )


def _named(words: list[str], start: int, end: int) -> tuple[str | None, int]:
    if not words:
        return None, start
    last = words[-1].lower()
    if not is_capital(words[-1]) and last not in _HEARERS:
        return None, start
    if last in _OCCASIONS:
        return None, end
    text = " ".join(words)
    if not is_capital(words[-1]):
        return text, end
    read = read_phrase(text)
    return (read.name if read and read.name else text), end
