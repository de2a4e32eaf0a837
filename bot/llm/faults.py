"""What can go wrong when a model is asked, told in one line with the mend, and whether it passes.

What any endpoint may do wrong `vectorstore.endpoint_errors` tells; here is what only one that
writes can. An answer that began with status 200 and failed afterwards is an IncompleteError.
"""

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import cast

from bot.llm.wire import Blank, Endless, Overdue, Page, Refused
from vectorstore.endpoint_errors import (
    ADDRESS,
    LOG,
    Place,
    Wording,
    member,
    of_status,
    quoted,
    words,
)
from vectorstore.errors import EndpointError, IncompleteError

_ANOTHER = "try again, or set PARLEY_MODEL to another model"
CHAT = Wording(
    asked="asked to write with the model {model}",
    lacks="chat",
    expected="what the protocol has",
    setting="PARLEY_MODEL",
    fit="chats",
    slow="set PARLEY_DEADLINE to more seconds if the model is slow, or try again",
)
MODELS = Wording(
    asked="asked for its models",
    lacks="models",
    expected="a list of models",
    setting="PARLEY_MODEL",
    fit="chats",
    slow="look whether it has too much to do, and try again",
    instead="; or set PARLEY_MODEL to the name of a model that it serves",
)

# As OpenAI, vLLM, llama.cpp, Ollama, LM Studio and Mistral put it.
_TOO_LONG = re.compile(
    r"context.?(?:length|size|window)|maximum context|prompt is too long|too large for model"
    r"|input tokens exceed|input is too long|(?:greater|longer) than the context",
    re.IGNORECASE,
)
_CUT = ("length", "max_tokens", "model_length")
_FAILED = ("error", "abort")


class Waits(Exception):
    """The endpoint asks for a wait of more `seconds` than there are."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Faults:
    """Tells what went wrong at `place`, in whose seconds an answer is to be whole.

    `silence` is how many seconds the endpoint may say nothing.
    """

    place: Place
    silence: float
    wording: Wording = CHAT

    def of(self, error: Exception, *, begun: bool) -> EndpointError:
        """Return what to tell of an exception; `begun` says whether status 200 had come."""
        begun = begun and not isinstance(error, Refused | Waits)
        kind = IncompleteError if begun else EndpointError
        return kind(self.wording.line(self.place, *self._explained(error, begun=begun)))

    def of_end(self, reason: str | None, most_tokens: int, *, text: bool) -> EndpointError | None:
        """Return what to tell of an answer that ended for `reason`; None if it is whole."""
        if reason in _CUT:
            happened = f"was cut at {most_tokens} tokens" + ("" if text else " before any text")
            mend = "ask for less at once, or set PARLEY_MODEL to a model that is briefer"
        elif reason == "content_filter":
            happened, mend = "was stopped by its content_filter", f"ask in other words, {_ANOTHER}"
        elif reason in _FAILED:
            happened, mend = f"broke off (“{reason}”)", LOG
        elif reason is None and text:
            happened, mend = "broke off before the end", LOG
        elif reason is None:
            happened, mend = "sent no answer", f"{ADDRESS}, or {LOG}"
        else:
            return None
        return IncompleteError(self.wording.line(self.place, happened, mend))

    def _explained(self, error: Exception, *, begun: bool) -> tuple[str, str]:
        import openai

        transport = _transport(error)
        if transport is not None:
            return self._of_transport(transport, begun=begun)
        if isinstance(error, Refused):
            return self._of_body(error.body) or of_status(
                error.status, error.body, self.place, self.wording
            )
        if isinstance(error, openai.APIError):
            return self._of_words(error.body or error.message)
        told: object = error.args[0] if error.args else None
        if type(error) is ValueError and isinstance(told, dict):
            return self._of_words(cast(object, told))  # LangChain's, of an error in an answer
        return self._of_own(error, begun=begun)

    def _of_own(self, error: Exception, *, begun: bool) -> tuple[str, str]:
        match error:
            case Waits():
                told = quoted(words(getattr(error.__cause__, "body", None)), self.place)
                return (
                    f"takes no more for now and asks to wait {error.seconds:.0f} seconds{told}",
                    "try again by then, or look into the account's limits",
                )
            case Overdue():
                happened = "did not come to an end" if begun else "did not answer"
                return f"{happened} within {self.place.seconds:g} seconds", self.wording.slow
            case Page():
                return "sends a web page", ADDRESS
            case Blank():
                return "sends an empty answer", f"{ADDRESS}, or {LOG}"
            case Endless():
                return "writes without end", _ANOTHER
            case _:
                # Its own words may quote all that was sent.
                happened = f"answers with something else than {self.wording.expected}"
                return happened, f"{ADDRESS}, or {LOG}"

    def _of_body(self, body: object) -> tuple[str, str] | None:
        """Return what an error's body means where it means more than its status."""
        told = words(body)
        if _spent(body):
            return (
                f"says that the account's quota is spent{quoted(told, self.place)}",
                "look into the account's plan, or set OPENAI_API_KEY to the key of another",
            )
        if member(body, "code") == "context_length_exceeded" or _TOO_LONG.search(told):
            return (
                f"was asked more than the model takes in{quoted(told, self.place)}",
                "set PARLEY_CONTEXT_TOKENS to the model's window",
            )
        return None

    def _of_words(self, body: object) -> tuple[str, str]:
        """Return what an error inside an answer means."""
        told = quoted(words(body), self.place)
        return self._of_body(body) or (f"fails inside its answer{told}", LOG)

    def _of_transport(self, error: Exception, *, begun: bool) -> tuple[str, str]:
        name, causes = type(error).__name__, list(_causes(error))
        if any(isinstance(each, socket.gaierror) for each in causes):
            return (
                "cannot be found",
                "look whether OPENAI_BASE_URL is spelt rightly, or into the network",
            )
        if any(isinstance(each, ConnectionRefusedError) for each in causes):
            return (
                "cannot be reached since nothing listens there",
                "start it, or set OPENAI_BASE_URL to its address",
            )
        if "Connect" in name or "Proxy" in name:
            return (
                f"cannot be reached{quoted(str(error), self.place)}",
                "look into the network, or set OPENAI_BASE_URL to its address",
            )
        if "Timeout" in name:
            happened = "fell silent for" if begun else "did not answer within"
            return f"{happened} {self.silence:g} seconds", self.wording.slow
        return f"broke off ({name})", LOG


def passing(error: Exception) -> bool:
    """Return whether it may go otherwise the next time."""
    if isinstance(error, Refused):
        status = error.status
        return (status in (408, 409, 429) or status >= 500) and not _spent(error.body)
    return _transport(error) is not None


def asked_wait(error: Exception) -> float | None:
    """Return how many seconds an endpoint asks to wait; None if it does not say."""
    if not isinstance(error, Refused):
        return None
    milliseconds = _number(error.headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    told = error.headers.get("retry-after", "")
    seconds = _number(told)
    if seconds is not None:
        return seconds
    try:
        until = parsedate_to_datetime(told)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def refusal(error: Exception) -> str:
    """Return what is said of a request that is refused as it stands; "" if it is not that."""
    if not isinstance(error, Refused) or error.status not in (400, 422):
        return ""
    return "" if _TOO_LONG.search(words(error.body)) else str(error.body)[:4000]


def _number(told: str) -> float | None:
    try:
        number = float(told)
    except ValueError:
        return None
    return max(0.0, number) if isfinite(number) else None


def _spent(body: object) -> bool:
    return "insufficient_quota" in (member(body, "code"), member(body, "type"))


def _transport(error: Exception) -> Exception | None:
    """Return what went wrong below the protocol, if that is what went wrong."""
    import httpx2

    return next((each for each in _causes(error) if isinstance(each, httpx2.TransportError)), None)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
