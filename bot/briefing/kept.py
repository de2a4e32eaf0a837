"""Briefings as they are kept: values for the reader, and the form in which the library has them.

Nothing here knows how a briefing is made, or which of them are being made now.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, cast

from bot.briefing.parts import Briefing
from bot.briefing.request import Request
from bot.titles import title_of
from vectorstore.briefing_table import BriefingRow as KeptRow
from vectorstore.briefing_table import State, StoredBriefing

__all__ = ["Kept", "KeptRow", "first_title", "from_stored", "parse", "settled", "to_stored"]

_UNREADABLE = "This briefing is damaged in the library and cannot be read: make it again."
_INTERRUPTED = "Parley ended before this was done: make it again."


@dataclass(frozen=True, slots=True)
class Kept:
    """A briefing as far as it has come; `error` is what went wrong, in words for the reader.

    While it runs, `doing` says what is being done. `made_at` is when it was asked for; `typed`
    says that the reader gave the title.
    """

    id: str
    title: str
    request: Request
    state: State = "running"
    briefing: Briefing | None = None
    doing: str = ""
    error: str | None = None
    made_at: str = ""
    revision: str = ""
    typed: bool = False


def first_title(request: Request) -> str:
    """Return what a briefing is called before it has a title of its own."""
    return title_of(request.topic or "") or "Briefing"


def settled(kept: Kept, state: State, error: str | None = None) -> Kept:
    """Return what is kept of a briefing that ended so; one that is not whole says so."""
    briefing = kept.briefing
    if briefing is not None and state != "done":
        briefing = replace(briefing, incomplete=True)
    return replace(kept, state=state, briefing=briefing, error=error, doing="")


def to_stored(kept: Kept) -> StoredBriefing:
    """Return the form in which the library keeps a briefing."""
    found = kept.briefing
    said = _searchable(found) if found else ()
    return StoredBriefing(
        kept.id,
        kept.title,
        kept.request.to_json(),
        kept.state,
        json.dumps(found.to_json()) if found else None,
        kept.error,
        kept.made_at,
        found.words if found else 0,
        found.origins.articles if found else 0,
        "\n".join((kept.request.topic or "", *said)),
        kept.typed,
    )


def _searchable(briefing: Briefing) -> Iterator[str]:
    """Yield the words by which a briefing is found: its own, and those of its boards."""
    yield from (sentence.text for sentence in briefing.sentences)
    for position in briefing.positions:
        yield from (position.party, position.issue, position.statement or "")
    for claim in briefing.claims:
        yield from (claim.speaker or "", claim.text)
    yield from dict.fromkeys(each.publisher or "" for each in briefing.citations)


def from_stored(stored: StoredBriefing) -> Kept:
    """Return a briefing as the library keeps it.

    One that is kept as running, and runs nowhere, was lost with the process.
    """
    lost = stored.state == "running"
    error = _INTERRUPTED if lost else stored.error
    briefing, request = None, Request()
    try:
        request = Request.from_json(stored.request)
        briefing = parse(stored.briefing) if stored.briefing is not None else None
    except ValueError:
        error = _UNREADABLE
    return Kept(
        stored.id,
        stored.title,
        request,
        "stopped" if lost else stored.state,
        briefing,
        "",
        error,
        stored.made_at,
        typed=stored.typed,
    )


def parse(stored: str) -> Briefing:
    """Return a briefing that the library keeps as JSON text; ValueError if it is damaged."""
    try:
        form: object = json.loads(stored)
    except RecursionError as error:
        raise ValueError("the text is nested too deep") from error
    if not isinstance(form, dict):
        raise ValueError("a briefing's JSON form is an object")
    return Briefing.from_json(cast("dict[str, Any]", form))
