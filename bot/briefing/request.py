"""What a reader asks of a briefing, and how far the making of it has come.

Plain values and the form in which the library keeps a request. Nothing here knows how a
briefing is made.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from bot.answers import MAX_QUESTION
from bot.briefing.parts import Briefing
from bot.scope import ALL, Scope
from vectorstore.errors import ParleyError

SHORTEST, LONGEST = 50, 800


@dataclass(frozen=True, slots=True)
class Request:
    """What to brief on; without a topic, on all that the scope lets pass.

    `words` is how long the briefing may be; `earlier` is the id of a kept briefing, what is new
    since which is told. ParleyError if the length is out of bounds or the topic too long.
    """

    topic: str | None = None
    words: int = 200
    scope: Scope = ALL
    earlier: str | None = None

    def __post_init__(self) -> None:
        if not SHORTEST <= self.words <= LONGEST:
            raise ParleyError(
                f"A briefing cannot have {self.words:,} words: "
                f"choose a length of {SHORTEST} to {LONGEST}."
            )
        if self.topic is not None and len(self.topic) > MAX_QUESTION:
            raise ParleyError(
                f"The topic has more than {MAX_QUESTION:,} characters: shorten it to a few words."
            )

    def to_json(self) -> str:
        """Return the request as JSON text."""
        return json.dumps(
            {
                "topic": self.topic,
                "words": self.words,
                "scope": json.loads(self.scope.to_json()),
                "earlier": self.earlier,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "Request":
        """Read what `to_json` wrote; ValueError if it wrote no such text."""
        found: object = json.loads(text)
        if not isinstance(found, dict):
            raise ValueError("a request's JSON form is an object")
        form = cast("dict[str, Any]", found)
        topic, words, earlier = form.get("topic"), form.get("words"), form.get("earlier")
        if not isinstance(words, int) or not all(
            each is None or isinstance(each, str) for each in (topic, earlier)
        ):
            raise ValueError("a part of the request is of another kind")
        try:
            return cls(topic, words, Scope.of(form.get("scope", {})), earlier)
        except ParleyError as error:
            raise ValueError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being done, for the reader, and the briefing as far as it has come."""

    doing: str
    briefing: Briefing | None = None


Make = Callable[[Request, Briefing | None], Iterator[Progress]]
"""Makes a briefing, beside an earlier one if there is such: the last that comes is whole."""
