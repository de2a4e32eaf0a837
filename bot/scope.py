"""Which articles a conversation asks: what the reader ticked, as values, JSON and a filter.

Knows nothing of how articles are searched but the filter that it becomes.
"""

import json
import re
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, cast

from vectorstore.documents import Filter
from vectorstore.errors import ParleyError

_DAYS = {"since": "From", "until": "To", "as_of": "As of"}
# More than a reader ticks by hand, and few enough for one query.
_MOST = 2_000
_DAMAGED = "The filter is damaged: reload the page and set it again."


class ScopeError(ParleyError):
    """A filter cannot be understood; the message names its part."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The articles to ask; an empty scope is all of them.

    `since`, `until` and `as_of` are ISO days; an article is as of a day if published by then.
    `publishers` are names, `articles` ids; several of either mean any of them.
    """

    since: str | None = None
    until: str | None = None
    as_of: str | None = None
    publishers: tuple[str, ...] = field(default=())
    articles: tuple[str, ...] = field(default=())

    def __bool__(self) -> bool:
        """Whether anything is left out at all."""
        return self != Scope()

    @property
    def last(self) -> str | None:
        """The last day on which an article that passes can have been published."""
        return min((day for day in (self.until, self.as_of) if day), default=None)

    def narrow(self, base: Filter) -> Filter:
        """Return `base`, which has neither days nor names, narrowed to this scope."""
        return replace(
            base,
            since=self.since,
            until=self.last,
            publishers=self.publishers,
            articles=self.articles,
        )

    def to_json(self) -> str:
        """Return the scope as JSON text."""
        return json.dumps({name: value for name, value in asdict(self).items() if value})

    @classmethod
    def from_json(cls, text: str) -> "Scope":
        """Read what `to_json` wrote."""
        return cls.of(json.loads(text))

    @classmethod
    def of(cls, given: object) -> "Scope":
        """Return the scope that a page or a file gives; ScopeError names what is wrong in it."""
        if not isinstance(given, dict):
            raise ScopeError(_DAMAGED)
        fields = cast("dict[str, Any]", given)
        since, until, as_of = (_day(name, fields.get(name)) for name in _DAYS)
        publishers, articles = (_names(fields.get(name)) for name in ("publishers", "articles"))
        scope = cls(since, until, as_of, publishers, articles)
        if scope.since and scope.last and scope.since > scope.last:
            raise ScopeError("The filter's first day is after its last: no article can pass.")
        return scope


ALL = Scope()


def _day(name: str, given: object) -> str | None:
    if not given:
        return None
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", str(given)):
            raise ValueError
        return date.fromisoformat(str(given)).isoformat()
    except ValueError as error:
        shown = str(given)[:20]
        raise ScopeError(f"{_DAYS[name]}: {shown} is no day. Write it like 2022-03-29.") from error


def _names(given: object) -> tuple[str, ...]:
    if not given:
        return ()
    # Whatever is left out or cut here would let other articles pass than the reader chose.
    if not isinstance(given, list | tuple):
        raise ScopeError(_DAMAGED)
    found = cast("list[object]", given)
    if not all(isinstance(name, str) for name in found):
        raise ScopeError(_DAMAGED)
    # Halves of characters, which a script can send, could not be looked up.
    clean = (name.encode(errors="replace").decode() for name in cast("list[str]", found))
    names = tuple(dict.fromkeys(clean))
    if len(names) > _MOST:
        raise ScopeError(
            f"The filter names {len(names):,} articles or publishers and may name {_MOST:,}: "
            "choose fewer, or set days instead."
        )
    return names
