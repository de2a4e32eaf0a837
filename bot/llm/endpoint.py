"""A model at an OpenAI-compatible endpoint, asked through LangChain.

The only module that imports langchain_openai, and not before the model is asked. Requests go to
the host that was named and to no other; whatever the endpoint does, an answer ends by its
deadline, and is whole only if the endpoint says so. What is asked, and what the text means,
is not known here.
"""

import re
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from bot.answers import Usage
from bot.llm.attempts import Exchange, Heard
from bot.llm.faults import Faults, refusal
from bot.llm.model import Message, Piece
from bot.llm.wire import Endless, Line, make_client
from vectorstore.endpoint_errors import Place

_OPENAI_HOST = "api.openai.com"
# No language has more characters to a token than this, on the whole of a text.
_MOST_CHARACTERS = 8
_LIMITS = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
# By which words an endpoint tells that it takes no such parameter.
_NAMES = {
    "temperature": "temperature",
    "max_tokens": "max_tokens",
    "max_completion_tokens": "max_completion_tokens",
    "stream_options": "stream_options|include_usage",
    "response_format": "response_format|json_schema|structured output|grammar",
}


class ChatEndpoint:
    """The model `name` at `base_url`, which usually ends in "/v1"; a `bot.llm.model.Model`.

    `key` may be None where the endpoint asks for none. A request and its answer may have
    `window` tokens together, and may take `seconds`, within which the endpoint may be silent
    for `read_seconds`; one that is busy, failing or out of reach is tried `retries` more times.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        key: str | None = None,
        *,
        window: int = 4096,
        seconds: float = 21.0,
        connect_seconds: float = 5.0,
        read_seconds: float = 15.0,
        retries: int = 2,
    ) -> None:
        host = urlsplit(base_url).netloc.rpartition("@")[2]
        self._place = Place(host, name, key, seconds)
        self._base_url = base_url
        self._window = window
        self._patience = (connect_seconds, read_seconds)
        self._retries = retries
        self._lock = Lock()
        self._chat: Any = None
        self._left_out: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The model's name, as the endpoint knows it."""
        return self._place.model

    @property
    def host(self) -> str:
        """The endpoint's host, with its port if one is named."""
        return self._place.host

    @property
    def window(self) -> int:
        """How many tokens a request and its answer may have together."""
        return self._window

    def stream(
        self, messages: Sequence[Message], *, most_tokens: int, seconds: float | None = None
    ) -> Generator[Piece]:
        """Yield the model's text as it comes in; see `Model.stream`."""

        def ask() -> Generator[Heard]:
            optional = self._optional(most_tokens, stream_options={"include_usage": True})
            counted = optional.pop("stream_options", None) is not None
            chunks = self._client().stream(messages, extra_body=optional, stream_usage=counted)
            with closing(chunks):
                for chunk in chunks:
                    yield _heard(chunk)

        return self._asked(ask, most_tokens, seconds)

    def complete(
        self,
        messages: Sequence[Message],
        *,
        most_tokens: int,
        seconds: float | None = None,
        schema: Mapping[str, Any] | None = None,
    ) -> Piece:
        """Return the model's whole text; see `Model.complete`."""
        form = schema and {
            "type": "json_schema",
            "json_schema": {"name": "reply", "schema": dict(schema)},
        }

        def ask() -> Generator[Heard]:
            optional = self._optional(most_tokens, **({"response_format": form} if form else {}))
            yield _heard(self._client().invoke(messages, extra_body=optional))

        *pieces, last = self._asked(ask, most_tokens, seconds)
        if last.refused:
            return last
        return Piece("".join(piece.text for piece in pieces), last.usage)

    def _asked(
        self, ask: Callable[[], Generator[Heard]], most_tokens: int, seconds: float | None
    ) -> Generator[Piece]:
        """Yield what is heard as pieces; the last says how it ended."""
        place = Place(
            self._place.host, self._place.model, self._place.key, seconds or self._place.seconds
        )
        faults = Faults(place, self._patience[1])
        line = Line(place.seconds, *self._patience)
        finish, usage, declined, length = None, None, "", 0
        exchange = Exchange(line, ask, self._adapt, self._retries)
        with closing(exchange.heard()) as everything:
            try:
                for heard in everything:
                    finish, usage = heard.finish or finish, heard.usage or usage
                    declined += heard.refusal
                    length += len(heard.text) + len(heard.refusal)
                    if length > _MOST_CHARACTERS * most_tokens:
                        raise Endless
                    yield Piece(heard.text)
            except Exception as error:
                raise faults.of(error, begun=line.begun) from error
        fault = faults.of_end(finish, most_tokens, text=length > 0)
        if fault is not None:
            raise fault
        yield Piece(declined, usage, refused=bool(declined))

    def _optional(self, most_tokens: int, **more: Any) -> dict[str, Any]:
        """Return the parameters that an endpoint need not know, as this one wants them."""
        if self._place.host.partition(":")[0] == _OPENAI_HOST:
            # Its models that think take no temperature, and know only the newer name.
            wanted: dict[str, Any] = {"max_completion_tokens": most_tokens}
        else:
            wanted = {"temperature": 0, "max_tokens": most_tokens}
        left_out = self._left_out
        for name, other in _LIMITS.items():
            if name in wanted and name in left_out:
                del wanted[name]
                wanted[other] = most_tokens
        return {key: value for key, value in {**wanted, **more}.items() if key not in left_out}

    def _adapt(self, error: Exception) -> bool:
        """Leave out from now on what the endpoint refuses; return whether there was any."""
        told = refusal(error)
        sent = self._optional(1, stream_options=1, response_format=1)
        refused = {
            name for name in sent if re.search(rf"\b(?:{_NAMES[name]})\b", told, re.IGNORECASE)
        }
        with self._lock:
            self._left_out |= refused
        return bool(refused)

    def _client(self) -> Any:
        with self._lock:
            if self._chat is None:
                self._chat = _make_chat(self._place, self._base_url)
            return self._chat


def _make_chat(place: Place, base_url: str) -> Any:
    """Return LangChain's client, which takes nothing from the environment."""
    chat = _chat_class()(
        model=place.model,
        base_url=base_url,
        api_key=place.key or "none",  # it insists on one
        openai_proxy="",
        max_retries=0,
        use_responses_api=False,
        http_client=make_client(base_url, place.key),
        http_socket_options=(),  # else it warns of proxies, which are not its business here
    )
    chat.root_client.organization = chat.root_client.project = None
    return chat


def _chat_class() -> Any:
    from langchain_openai import ChatOpenAI

    convert: Any = ChatOpenAI._convert_chunk_to_generation_chunk  # pyright: ignore

    class Chat(ChatOpenAI):
        """Hears what LangChain leaves out: a model that declines, and an answer all at once."""

        def _convert_chunk_to_generation_chunk(
            self, chunk: Any, default_chunk_class: Any, base_generation_info: Any
        ) -> Any:
            choices: list[dict[str, Any]] = chunk.get("choices") or [{}]
            delta: dict[str, Any] = choices[0].get("delta") or choices[0].get("message") or {}
            choices[0]["delta"] = delta
            generation: Any = convert(self, chunk, default_chunk_class, base_generation_info)
            declined = delta.get("refusal")
            if generation is not None and declined:
                generation.message.additional_kwargs["refusal"] = declined
            return generation

    return Chat


def _heard(message: Any) -> Heard:
    usage = message.usage_metadata
    return Heard(
        text=message.text,
        finish=message.response_metadata.get("finish_reason"),
        usage=usage and Usage(usage["input_tokens"], usage["output_tokens"]),
        refusal=message.additional_kwargs.get("refusal") or "",
    )
