"""The small words behind what a briefing states: whose word it is, and how many carry it.

Only what the export itself writes is read; a remark of any other form is a statement.
"""

import re
from dataclasses import dataclass

from bot.briefing.export.markdown import STATUS
from bot.escaping import line, unescape
from bot.neutrality.flags import ClaimStatus

_BY_WORD: dict[str, ClaimStatus] = {word: status for status, (word, _) in STATUS.items()}
_ORIGINS = re.compile(r"([\d,]{1,9}) origins?(?:, also ((?:\[\^\w{1,20}\])+))?")
_REFERENCE = re.compile(r"\[\^(\w{1,20})\]")
# The day behind a speaker.
_DATE = re.compile(r"(?:^|, )((?:\d{1,2} )?(?:\w+ )?\d{4})$")
_NEWEST = re.compile(r"(?:^|, )newest$")


@dataclass(frozen=True, slots=True)
class Account:
    """Whose word a sentence gives, by how many origins; `also` are footnotes that carry it too."""

    status: ClaimStatus = "outlet"
    origins: int = 1
    also: tuple[str, ...] = ()


def account(remark: str) -> Account | None:
    """Return what the remark behind a sentence tells, None if it is none of Parley's."""
    word, _, behind = line(remark).partition(" · ")
    status = _BY_WORD.get(word)
    rest = behind if status else line(remark)
    found = _ORIGINS.fullmatch(rest)
    if found is None:
        return Account(status) if status and not rest else None
    origins = int(found[1].replace(",", "") or 0)
    return Account(status or "outlet", origins, tuple(_REFERENCE.findall(found[2] or "")))


def value_day(remark: str) -> str:
    """Return the day that the remark behind a differing value gives."""
    return _NEWEST.sub("", line(unescape(remark)))


def speaker_and_day(remark: str) -> tuple[str, str]:
    """Return the speaker and the day, each empty if not told, behind someone's words."""
    told = line(unescape(remark))
    found = _DATE.search(told)
    return (told[: found.start()], found[1]) if found else (told, "")


def references(remark: str) -> tuple[str, ...]:
    """Return the footnotes that a remark refers to."""
    return tuple(_REFERENCE.findall(remark))


def words(remark: str) -> str:
    """Return what a remark says, without its references."""
    return line(unescape(_REFERENCE.sub("", remark)))
