"""Finds the story in a forwarded mail: its text, and what stood in its own header.

A mail program that passes a mail on writes a few lines of its header before it ("From: …
Sent: … Subject: …"), in the language of whoever passes it on. Nothing here parses mails.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

_LABELS = {
    "from": "from|von|de|da|van|od|från|fra|от|від|מאת|من",
    "date": "date|sent|datum|gesendet|envoyé|fecha|enviado|enviado el|data|inviato|verzonden|"
    "дата|отправлено|надіслано|תאריך|נשלח|التاريخ",
    "subject": "subject|betreff|objet|asunto|assunto|oggetto|onderwerp|temat|тема|נושא|الموضوع",
    "other": "to|cc|bcc|an|à|para|a|aan|do|кому|копия|копія|אל|إلى|reply-to|importance|"
    "attachments|organization",
}
_LABEL_OF = {label: key for key, labels in _LABELS.items() for label in labels.split("|")}
_QUOTED = r"[>|\s]*"
_HEADER_LINE = re.compile(rf"{_QUOTED}[*_]?([^\W\d_][\w -]{{0,12}}?)[*_]?\s?:[*_]?\s*(.*)")
_RULE = re.compile(rf"{_QUOTED}(?:[-_=*]{{5,}}|[-=*]{{2,}}\s*\S.*\S\s*[-=*]{{2,}})\s*")
_FORWARDED = re.compile(r"forward|weitergeleit|transféré|reenviad|inoltrat|пересыл|пересл", re.I)
# A note above a forwarded mail is no longer than that; a longer text is the mail's own.
_LONGEST_NOTE = 500
_MOST_IN_ONE_ANOTHER = 5
_MOST_LINES = 60
_LONGEST_RULE = 120
_LONGEST_LINE = 2_000
_MOST_GOING_ON = 4

_MONTHS: tuple[str, ...] = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_MONTH = r"(?P<month>[a-z]{3})[a-z]*\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DATES = (
    re.compile(rf"\b{_DAY}\.? {_MONTH},? (?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(rf"\b{_MONTH} {_DAY},? (?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(r"\b(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})\b"),
    re.compile(r"\b(?P<day>\d{1,2})\.(?P<number>\d{2})\.(?P<year>\d{4})\b"),
)
_TIME = re.compile(r"\b(\d{1,2}):(\d{2})(?::\d{2})?(?:[\s\u202f]*([ap])\.?m\b)?", re.IGNORECASE)
_ZONE = re.compile(r"(?<=[\d ])([+-]\d{2}):?(\d{2})\b")


@dataclass(frozen=True, slots=True)
class Story:
    """A forwarded mail: its own sender, day and subject as they are written, and its text."""

    sender: str
    date: str
    subject: str
    text: str


def story(text: str, *, forwarded: bool) -> Story | None:
    """Return the innermost of the mails that `text` passes on, or None if it passes on none.

    `forwarded` says that the mail's subject says so.
    """
    found: Story | None = None
    for _ in range(_MOST_IN_ONE_ANOTHER):
        inner = _first(text, forwarded=forwarded)
        if inner is None:
            break
        found, text, forwarded = inner, inner.text, False
    return found


def _first(text: str, *, forwarded: bool) -> Story | None:
    lines = text.split("\n")
    for start, end, fields in islice(_headers(lines), 20):
        above = [line.strip() for line in lines[:start] if line.strip()]
        marker = above[-1] if above else ""
        short = len(marker) <= _LONGEST_RULE
        marked = short and bool(_FORWARDED.search(marker))
        ruled = short and bool(_RULE.fullmatch(marker))
        note = "".join(above[:-1] if marked or ruled else above)
        body = _unquoted(lines[end:])
        begins = forwarded or marked or ruled or not above
        if begins and body and (forwarded or marked or len(note) <= _LONGEST_NOTE):
            return Story(fields["from"], fields.get("date", ""), fields["subject"], body)
    return None


def _headers(lines: list[str]) -> Iterator[tuple[int, int, dict[str, str]]]:
    """Yield (first line, line after the last, fields) of each group of lines of a header."""
    at = 0
    while at < len(lines):
        end, fields = _header(lines[at : at + _MOST_LINES])
        if fields.get("from") and "subject" in fields and len(fields) > 2:
            yield at, at + end, fields
        at += max(end, 1)


def _header(lines: list[str]) -> tuple[int, dict[str, str]]:
    """Return how many of the lines are a header's, and what they say."""
    fields: dict[str, str] = {}
    last, end = "", 0
    for at, line in enumerate(lines):
        match = _HEADER_LINE.fullmatch(line.rstrip()) if len(line) <= _LONGEST_LINE else None
        key = _LABEL_OF.get(match[1].strip().casefold()) if match else None
        if match and key:
            # A long list of addresses goes on in the next line, but another label follows.
            goes_on = " ".join(each.strip("> \t") for each in lines[end:at])
            if last:
                fields[last] = f"{fields[last]} {goes_on}".strip()
            fields.setdefault(key, match[2].strip())
            last, end = key, at + 1
        elif not last or not line.strip("> \t\r") or at - end > _MOST_GOING_ON:
            break
    return end, fields


def _unquoted(lines: list[str]) -> str:
    """Return the lines without the marks of quoting, if most of them have one."""
    worded = [line for line in lines if line.strip()]
    quoted = sum(line.lstrip().startswith(">") for line in worded)
    if quoted > 0.6 * len(worded):
        lines = [re.sub(r"^\s*> ?", "", line) for line in lines]
    return "\n".join(lines).strip("\n")


def iso_date(written: str) -> str | None:
    """Return the day, with its time if there is one, in ISO form; None if it is unclear.

    "05/06/2031" is unclear: it is in May or in June.
    """
    found = next((match for date in _DATES if (match := date.search(written))), None)
    if found is None:
        return None
    parts = found.groupdict()
    month = parts.get("number") or _month(parts.get("month") or "")
    if month is None:
        return None
    rest = written[: found.start()] + " " + written[found.end() :]
    time, zone = _TIME.search(rest), _ZONE.search(rest)
    value = f"{parts['year']}-{int(month):02}-{int(parts['day']):02}"
    if time is not None:
        value += f"T{_hour(int(time[1]), (time[3] or '').lower()):02}:{time[2]}:00"
        value += f"{zone[1]}:{zone[2]}" if zone is not None else ""
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return None
    return value


def _month(name: str) -> int | None:
    return _MONTHS.index(name.lower()) + 1 if name.lower() in _MONTHS else None


def _hour(hour: int, half: str) -> int:
    if not half:
        return hour
    return hour % 12 + (12 if half == "p" else 0)
