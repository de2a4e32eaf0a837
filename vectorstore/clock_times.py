"""Takes the time of day and its zone out of a written date.

A zone's offset is what was written, or what its abbreviation means wherever it is used; an
abbreviation of several zones gives none. Knows nothing of days, and never the present hour.
"""

import re
from datetime import time, timedelta, timezone

from vectorstore.date_texts import ENGLISH_MONTHS, is_beside_the_point

# In minutes. CST, IST, BST, PST, MST and AST are several zones each; ET and PT have two
# offsets. These are left out, and so is what nobody knows.
_OFFSETS = {
    **dict.fromkeys(("Z", "UTC", "UT", "GMT", "WET"), 0),
    **dict.fromkeys(("CET", "WEST", "WAT"), 60),
    **dict.fromkeys(("CEST", "EET", "CAT", "SAST"), 120),
    **dict.fromkeys(("EEST", "MSK", "МСК", "EAT", "TRT", "IDT"), 180),
    "PKT": 300,
    "NPT": 345,
    "WIB": 420,
    **dict.fromkeys(("HKT", "SGT", "AWST", "WITA"), 480),
    **dict.fromkeys(("JST", "KST"), 540),
    "AEST": 600,
    "AEDT": 660,
    "NZST": 720,
    "NZDT": 780,
    "EDT": -240,
    **dict.fromkeys(("EST", "CDT"), -300),
    "MDT": -360,
    "PDT": -420,
}
_FURTHEST_OFFSET = 14 * 60

# Other ways to write 14:30, brought to that one.
_VARIANTS = tuple(
    (re.compile(pattern), minutes)
    for pattern, minutes in (
        (r"(?<![\d.:])(\d{1,2}) ?[hH] ?(\d\d)(?!\d)", r"\1:\2"),
        (r"(?<!\d)(\d{1,2}) ?[時时시] ?(\d\d) ?[分분]", r"\1:\2"),
        (r"(?<![\d.:])(\d{1,2})\.(\d\d)(?= ?(?:Uhr|[AaPp]\.? ?[Mm]\b))", r"\1:\2"),
        (r"(?<=\d{4} )(\d{1,2})\.(\d\d)(?![\d.])", r"\1:\2"),
        (r"(?<=\d{4}, )(\d{1,2})\.(\d\d)(?![\d.])", r"\1:\2"),
        (r"(?<=klo )(\d{1,2})\.(\d\d)(?![\d.])", r"\1:\2"),
        (r"(?<=kl\. )(\d{1,2})\.(\d\d)(?![\d.])", r"\1:\2"),
        (r"(?:오후|下午|午後) ?(\d{1,2}:\d\d)(?![\d:])", r"\1 PM"),
        (r"(?:오전|上午|午前) ?(\d{1,2}:\d\d)(?![\d:])", r"\1 AM"),
        (r"(?<![\d:])(\d{1,2}:\d\d) ?م(?!\w)", r"\1 PM"),
        (r"(?<![\d:])(\d{1,2}:\d\d) ?ص(?!\w)", r"\1 AM"),
        (r"(?<![\d.:])(\d{1,2}) ?(?=[AaPp]\.? ?[Mm]\b)", r"\1:00 "),
    )
)
_TIME = re.compile(
    r"(?<![\d.:])(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?(?![\d:])"
    r"(?: ?(?P<half>[AaPp])\.? ?[Mm]\b\.?)?"
    r"(?: ?\(?(?:"
    r"(?P<utc>(?:[Uu][Tt][Cc]|[Gg][Mm][Tt]) ?)?(?P<sign>[+-])(?P<hours>\d{1,2})(?P<colon>:?)"
    r"(?P<minutes>\d\d)?"
    r"|(?P<zone>Z|[A-ZМСК]{2,5}|[Uu]tc|[Gg]mt|мск)"
    r")\)?(?![\w.:+-]))?"
    r"(?: ?\([A-Za-z][\w ]{1,40}\))?"
    # In whose time, without its offset.
    r"(?: (?:(?:[A-Z]\w+ )?[Ll]ocal|[A-Z]\w+) time\b| по \w+(?: времени)?| за \w+ часом)?"
)
_BETWEEN = " -–—|•·,@/"


def take_time(text: str) -> tuple[time | None, str] | None:
    """Return the time of day, None if there is none, and the rest of `text`.

    None if there are two times, or an impossible one.
    """
    for pattern, minutes in _VARIANTS:
        text = pattern.sub(minutes, text)
    found = list(_TIME.finditer(text))
    if len(found) != 1:
        return None if found else (None, text)
    match = found[0]
    zone = match["zone"]
    after = text[match.end() :]
    if zone and (is_beside_the_point(zone) or zone.lower() in ENGLISH_MONTHS):
        zone, after = None, f"{zone} {after}"
    moment = _time(match, zone)
    if moment is None:
        return None
    before = re.sub(r"(?<=\d)[Tt]$", "", text[: match.start()])
    return moment, f"{before.rstrip(_BETWEEN)} {after.lstrip(_BETWEEN)}"


def _time(match: re.Match[str], zone: str | None) -> time | None:
    hour = _of_the_day(int(match["hour"]), match["half"])
    minutes = _OFFSETS.get(zone.upper()) if zone else None
    if match["hours"]:
        minutes = _written_offset(match)
        if minutes is None:
            return None
    tzinfo = None if minutes is None else timezone(timedelta(minutes=minutes))
    if hour is None or hour > 23 or int(match["minute"]) > 59 or int(match["second"] or 0) > 59:
        return None
    return time(hour, int(match["minute"]), int(match["second"] or 0), tzinfo=tzinfo)


def _of_the_day(hour: int, half: str | None) -> int | None:
    """Return the hour from 0 to 23, or None if it contradicts its half of the day."""
    if half is None:
        return hour
    afternoon = half.lower() == "p"
    if 1 <= hour <= 12:
        return hour % 12 + 12 * afternoon
    return hour if afternoon and hour > 12 else None


def _written_offset(match: re.Match[str]) -> int | None:
    # From 10:00-12:00 something happens; nothing is published.
    if match["sign"] == "-" and match["colon"] and not (match["second"] or match["utc"]):
        return None
    hours, minutes = int(match["hours"]), int(match["minutes"] or 0)
    if minutes > 59 or hours * 60 + minutes > _FURTHEST_OFFSET:
        return None
    return (hours * 60 + minutes) * (-1 if match["sign"] == "-" else 1)
