"""What went wrong at an OpenAI-compatible endpoint, told in one line with the mend.

It knows what the client and its transport raise and what a status means, for any request;
`Wording` says what is particular to one. openai is imported when there is something to tell.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from vectorstore.errors import EndpointError

if TYPE_CHECKING:
    from openai import APIStatusError


@dataclass(frozen=True, slots=True)
class Place:
    """Where requests are sent and for which model, as an error names it; `key` is never shown."""

    host: str
    model: str
    key: str | None = field(default=None, repr=False)
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Wording:
    """How an error tells of one kind of request.

    `asked` is what the endpoint was asked for, with the model's name as `{model}`; `lacks`
    what a wrong address does not have; `expected` what an answer should have been; `setting`
    names the model, and `fit` is what such a model does. `slow` mends an answer that comes
    late, and `instead` is what can be done without any endpoint.
    """

    asked: str
    lacks: str
    expected: str
    setting: str
    fit: str
    slow: str = "look whether it has too much to do, and try again"
    instead: str = ""

    def line(self, place: Place, happened: str, mend: str) -> str:
        """Return the line that tells it; the first ": " stands before the mend."""
        # A model's name is the reader's own, and no format.
        asked = self.asked.replace("{model}", place.model.replace(": ", ":"))
        return f"The endpoint {place.host}, {asked}, {happened}: {mend}{self.instead}."


VECTORS = Wording(
    asked="asked for vectors of the model {model}",
    lacks="embeddings",
    expected="one sound vector a text",
    setting="PARLEY_EMBEDDING_MODEL",
    fit="embeds",
    instead="; or unset PARLEY_EMBEDDING_MODEL to use the bundled model",
)

ADDRESS = "set OPENAI_BASE_URL to the address of its API, which usually ends in /v1"
LOG = "look into its log, and try again"


def translate(error: Exception, place: Place, wording: Wording = VECTORS) -> EndpointError:
    """Return what to tell the reader of `error`: what happened, to what, and the mend."""
    return EndpointError(wording.line(place, *_explained(error, place, wording)))


def _explained(error: Exception, place: Place, wording: Wording) -> tuple[str, str]:
    """Return what happened and the mend, for anything that the client raises or lets through."""
    import openai

    cause = type(error.__cause__ or error).__name__
    if isinstance(error, openai.APIStatusError):
        return _of_error(error, place, wording)
    if isinstance(error, openai.APIConnectionError) and "Connect" in cause:
        return (
            f"cannot be reached{quoted(str(error.__cause__ or ''), place)}",
            "start it, look into the network, or set OPENAI_BASE_URL to its address",
        )
    if isinstance(error, openai.APITimeoutError | TimeoutError) or "Timeout" in cause:
        return f"did not answer within {place.seconds:g} seconds", wording.slow
    if isinstance(error, ValueError | RecursionError | openai.APIResponseValidationError):
        # A decoder's own words may quote all that was sent.
        reason = str(error) if type(error) is ValueError else "no JSON"
        return (
            f"answers with something else than {wording.expected} ({reason})",
            f"{ADDRESS}, and {wording.setting} to a model that {wording.fit}",
        )
    return f"broke off ({cause})", LOG


def _of_error(error: "APIStatusError", place: Place, wording: Wording) -> tuple[str, str]:
    return of_status(error.status_code, error.body, place, wording)


def of_status(status: int, body: object, place: Place, wording: Wording) -> tuple[str, str]:
    """Return what a status means, with what the endpoint says of it, and the mend.

    `body` is the decoded body, or what stands in it under "error".
    """
    told = words(body)
    of_model = member(body, "code") == "model_not_found" or bool(
        place.model and place.model in told
    )
    known = {
        400: ("refuses the request", f"set {wording.setting} to a model that {wording.fit}"),
        401: ("refuses the key", "set OPENAI_API_KEY to one that it issued"),
        403: ("forbids that", "set OPENAI_API_KEY to a key that may use the model"),
        404: (
            ("does not have that model", f"set {wording.setting} to one that it serves")
            if of_model
            else (f"has no {wording.lacks} at that address", ADDRESS)
        ),
        429: ("takes no more for now", "wait a while, or look into the account's limits"),
    }
    known[413] = known[422] = known[400]
    happened, mend = known.get(status, (f"fails with status {status}", "look into its log"))
    if status < 400:
        return "sends elsewhere", "set OPENAI_BASE_URL to the address where it is"
    if status == 401:
        # What is said of a wrong key often repeats it in part.
        return (happened, mend) if place.key else ("asks for a key", "set OPENAI_API_KEY")
    return happened + quoted(told, place), mend


def words(body: object) -> str:
    """Return what a body says of an error, in the server's own words; "" if nothing."""
    told = body if isinstance(body, str) else ""
    return str(member(body, "message") or member(body, "detail") or told)


def quoted(told: str, place: Place) -> str:
    """Return the words of another in a form fit for the middle of a line; no page, no key."""
    if place.key:
        told = told.replace(place.key, "…")
    line = " ".join("".join(char if char.isprintable() else " " for char in told).split())
    # The first ": " of a message stands between what happened and the mend.
    line = line.replace(": ", ", ").strip(". ")[:200]
    return f" (“{line}”)" if line and not line.startswith("<") else ""


def member(value: object, name: str, default: object = None) -> object:
    """Return what a decoded JSON object holds under `name`; `default` if it is none."""
    return cast(dict[str, object], value).get(name, default) if isinstance(value, dict) else default
