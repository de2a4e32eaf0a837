"""What Parley says of itself in a briefing in Markdown, and the headings that it sets.

All else in the file is a statement that has to be carried by what it cites. Nothing here
knows what a sentence says.
"""

import re

from bot.briefing.export.markdown import (
    CHANGES,
    DIFFERENCES,
    EDITED,
    MISSING,
    MOVED,
    NEW,
    NOTICES,
    POSITIONS,
    QUOTED,
    REPORTED,
    STATUS,
    TIMELINE,
    UNKNOWN_DAY,
    WHO_SAID,
    WRITTEN,
    meaning,
)
from bot.briefing.export.neutrality_tables import BY_PARTY, BY_PUBLISHER, FLAGGED
from bot.briefing.export.neutrality_tables import HEADING as NEUTRALITY
from bot.escaping import line, unescape
from bot.wording import day

_DAY = r"(?:\d{1,2} )?(?:[A-Z][a-z]+ )?\d{4}"
_DESCRIPTION = re.compile(
    rf"\*Neutral briefing by Parley\* · (?P<by>{re.escape(QUOTED)}|{re.escape(WRITTEN)} .*)"
    r"(?: · (?:as of|made) [^·]*)* · [\d,]+ articles?, [\d,]+ origins? · [\d,]+ words?"
)
_OWN = re.compile(
    r"\*Whose word:\* "
    rf"(?:(?:{'|'.join(re.escape(meaning(each)) for each in STATUS)})(?:, |(?=;)))+"
    r"; where nothing is said, the outlet’s own report\."
    r"|\*Left out, of no day that the articles tell:\* [\d,]+ events?\.|\*Nothing new\.\*"
    r"|[\d,]+ flags? by rule\. A flag points at words to weigh; it is no verdict on them\."
    r"|No words flagged\."
)
_REPORTED = re.compile(rf"\*{REPORTED} (?:(?P<day>{_DAY})|{UNKNOWN_DAY}):\*")
_SINCE = re.compile(rf"{CHANGES} since {_DAY}(?:, \d\d:\d\d UTC)?")
_SECTIONS = frozenset({POSITIONS, TIMELINE, DIFFERENCES, MISSING, NOTICES, WHO_SAID, NEUTRALITY})
_BELOW: dict[str, frozenset[str]] = {
    NEUTRALITY: frozenset({FLAGGED, BY_PUBLISHER, BY_PARTY}),
    CHANGES: frozenset({NEW, MOVED, EDITED}),
}


def description(block: str) -> str | None:
    """Return by whom the line that says what the file is has it made, None if it is no such."""
    found = _DESCRIPTION.fullmatch(line(block))
    return found["by"] if found else None


def is_own(block: str) -> bool:
    """Whether a block is nothing but a remark of Parley's, which states nothing."""
    return _OWN.fullmatch(line(block)) is not None


def reported(block: str) -> str | None:
    """Return the day, for readers, that a block sets above sentences, None if it is no such."""
    found = _REPORTED.fullmatch(line(block))
    return (found["day"] or day(None)) if found else None


def section(level: int, heading: str) -> str | None:
    """Return the section that a heading of Parley's opens, None if it is none."""
    told = line(unescape(heading))
    if level != 2:
        return None
    return CHANGES if _SINCE.fullmatch(told) else told if told in _SECTIONS else None


def is_part(current: str | None, level: int, heading: str) -> bool:
    """Whether a heading is one that Parley sets within the current section."""
    return level == 3 and line(unescape(heading)) in _BELOW.get(current or "", ())
