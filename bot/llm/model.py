"""The seam between the writing engine and the endpoint at which its model is served.

Whatever is behind it is asked with messages and gives text in pieces. What the text says,
and what is to be made of it, is not known here.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from bot.answers import Usage

Message = tuple[Literal["system", "user"], str]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text as it comes in; empty where time passed and nothing came.

    On the last, `usage` is what the endpoint says was consumed, without a cost, and `refused`
    whether the model declined in the way that the protocol has for it; its reason is the text.
    """

    text: str = ""
    usage: Usage | None = None
    refused: bool = False


class Model(Protocol):
    """A model that writes; safe to share between threads."""

    @property
    def name(self) -> str:
        """The model's name, as the endpoint knows it."""
        ...

    @property
    def host(self) -> str:
        """The endpoint's host, with its port if one is named, as errors name it."""
        ...

    @property
    def window(self) -> int:
        """How many tokens a request and its answer may have together."""
        ...

    def stream(
        self, messages: Sequence[Message], *, most_tokens: int, seconds: float | None = None
    ) -> Generator[Piece]:
        """Yield the model's text as it comes in, at least five pieces a second, empty or not.

        Closing the generator ends the request. `most_tokens` is the most that the model may
        write, `seconds` the most that all of it may take, retries included (None: as the
        model was set up). EndpointError if the endpoint fails before any text came,
        IncompleteError if it does so afterwards, or if the text does not end as it should.
        """
        ...

    def complete(
        self,
        messages: Sequence[Message],
        *,
        most_tokens: int,
        seconds: float | None = None,
        schema: Mapping[str, Any] | None = None,
    ) -> Piece:
        """Return the model's whole text; the rest as for `stream`.

        `schema` is the JSON schema that the text should follow. An endpoint that cannot hold
        its model to one is asked without, so what returns need not follow it.
        """
        ...
