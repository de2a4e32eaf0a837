"""A real server on loopback that speaks OpenAI's protocol as a test scripts it.

    with running() as server:
        EndpointEmbedder("any-model", server.url)
        ChatEndpoint("any-model", server.url)

It answers each request by the protocol unless a reply is queued for it, and keeps what it was
asked. Replies are functions from what was asked to a response, so a test can queue a status,
a page, a silence, or anything else that a server may do:

    server.says = lambda asked: "Ana Kestrel led it." if "led" in asked.prompt else "Nobody."
    server.replies.append(status(503))                    # the next request, then by protocol
    server.always = said("The talks resu", finish="length")              # every request
    assert "Who led it?" in server.prompts[0]             # what a model was asked, in order
    assert server.asked[0].body["temperature"] == 0       # all that was asked, in order

Those that speak for a model (`said` and all below it) answer in one JSON object or as a stream
of events, by what was asked. The server runs in a thread of its own: what a test sets holds
from the next request on.
"""

import asyncio
import hashlib
import json
import re
import socket
import threading
import time
from collections import deque
from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Generator,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route


@dataclass(frozen=True)
class Asked:
    """One request, as it came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        """The contents of a chat's messages, joined by an empty line."""
        return "\n\n".join(str(each["content"]) for each in self.body.get("messages", ()))

    @property
    def streams(self) -> bool:
        return self.body.get("stream") is True


Reply = Callable[[Asked], Awaitable[Response]]


def hashed(text: str) -> Sequence[float]:
    """Return sixteen numbers that only this text has: a vector without any meaning."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).normal(size=16).tolist()


def sentence(_asked: Asked) -> str:
    """Return what a model says that a test does not care about."""
    return "The delegations met in the port of Vell on Tuesday."


@dataclass
class OpenAIServer:
    """The running server; a test changes its behaviour and reads what it was asked.

    Attributes:
        url: What OPENAI_BASE_URL is set to.
        vector: Makes a text's vector.
        says: Makes a model's text from what it was asked.
        models: The models that are served; any other name is refused. Empty: all names are.
        key: The only key that is accepted; None accepts any.
        refuses: The parameters of a chat that are refused with status 400.
        replies: Replies to the next requests, taken in turn.
        always: The reply to every request for which none is queued.
        asked: What was asked, in order.
        gone: How many clients hung up before they had been answered wholly.
    """

    url: str
    vector: Callable[[str], Sequence[float]] = hashed
    says: Callable[[Asked], str] = sentence
    models: Sequence[str] = ()
    key: str | None = None
    refuses: Sequence[str] = ()
    replies: deque[Reply] = field(default_factory=deque)
    always: Reply | None = None
    asked: list[Asked] = field(default_factory=list)
    gone: int = 0

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://").partition("/")[0]

    @property
    def texts(self) -> list[str]:
        """Every text that was to be embedded, in order."""
        return [text for each in self.asked for text in each.body.get("input", ())]

    @property
    def prompts(self) -> list[str]:
        """What each chat asked, in order: the contents of its messages, joined."""
        return [each.prompt for each in self.asked if "messages" in each.body]

    def reset(self) -> None:
        """Forget what was scripted and asked, for the next test of several that share it."""
        vars(self).update(vars(OpenAIServer(self.url)))

    async def respond(self, request: Request) -> Response:
        """Answer a request: as queued, as always, or by the protocol."""
        raw = await request.body()
        asked = Asked(
            request.method, request.url.path, dict(request.headers), json.loads(raw) if raw else {}
        )
        self.asked.append(asked)
        reply = self.replies.popleft() if self.replies else self.always or self.by_protocol
        response = await self._unless_gone(reply(asked), request)
        if isinstance(response, StreamingResponse):
            response.body_iterator = self._watched(response.body_iterator)
        return response

    async def _unless_gone(self, reply: Awaitable[Response], request: Request) -> Response:
        """Return the response, or an empty one as soon as the client has hung up."""
        answered = asyncio.ensure_future(reply)
        hung_up = asyncio.ensure_future(request.receive())
        await asyncio.wait([answered, hung_up], return_when=asyncio.FIRST_COMPLETED)
        hung_up.cancel()
        if answered.done():
            return answered.result()
        answered.cancel()
        self.gone += 1
        return Response()

    async def _watched(self, parts: AsyncIterable[Any]) -> AsyncIterator[Any]:
        try:
            async for part in parts:
                yield part
        except (asyncio.CancelledError, GeneratorExit):
            self.gone += 1
            raise

    async def by_protocol(self, asked: Asked) -> Response:
        if self.key is not None and asked.headers.get("authorization") != f"Bearer {self.key}":
            return await status(401, "Incorrect API key provided.", "invalid_api_key")(asked)
        if asked.path == "/v1/models":
            return JSONResponse({"object": "list", "data": [_model(name) for name in self.models]})
        model = asked.body["model"]
        if self.models and model not in self.models:
            words = f"The model `{model}` does not exist."
            return await status(404, words, "model_not_found")(asked)
        if asked.path == "/v1/chat/completions":
            return await self._chat(asked)
        return JSONResponse(embeddings([self.vector(text) for text in asked.body["input"]], model))

    async def _chat(self, asked: Asked) -> Response:
        for name in self.refuses:
            if name in asked.body:
                words = f"Unsupported parameter: '{name}' is not supported with this model."
                return await status(400, words, "unsupported_parameter")(asked)
        return await said(self.says(asked))(asked)


def embeddings(vectors: Sequence[Sequence[float]], model: str = "any") -> dict[str, Any]:
    """Return the body that carries these vectors."""
    data = [
        {"object": "embedding", "index": index, "embedding": list(vector)}
        for index, vector in enumerate(vectors)
    ]
    usage = {"prompt_tokens": len(data), "total_tokens": len(data)}
    return {"object": "list", "data": data, "model": model, "usage": usage}


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "test"}


def status(code: int, said: str = "", kind: str | None = None, **headers: str) -> Reply:
    """Return an error in the protocol's form; `retry_after_ms=` is a header."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def reply(_asked: Asked) -> Response:
        body = {"error": {"message": said, "type": "error", "param": None, "code": kind}}
        return JSONResponse(body, code, named)

    return reply


def body(content: object, code: int = 200) -> Reply:
    """Return `content`: bytes as they are, a string as a page, anything else as JSON."""

    async def reply(_asked: Asked) -> Response:
        if isinstance(content, bytes):
            return Response(content, code, media_type="application/json")
        return HTMLResponse(content, code) if isinstance(content, str) else _json(content, code)

    return reply


def _json(content: object, code: int) -> Response:
    # Starlette's own refuses NaN, which servers do send.
    return Response(json.dumps(content), code, media_type="application/json")


def silence(seconds: float = 30) -> Reply:
    """Say nothing for so long."""

    async def reply(_asked: Asked) -> Response:
        await asyncio.sleep(seconds)
        return Response()

    return reply


def drip(part: bytes = b" ", pause: float = 0.02) -> Reply:
    """Begin a body and never end it."""

    async def parts() -> AsyncIterator[bytes]:
        while True:
            yield part
            await asyncio.sleep(pause)

    async def reply(_asked: Asked) -> Response:
        return StreamingResponse(parts(), media_type="application/json")

    return reply


def break_off(begun: bytes = b'{"data": [') -> Reply:
    """Begin a body, promise more, and hang up."""

    async def reply(_asked: Asked) -> Response:
        return Response(begun, headers={"content-length": "100000"}, media_type="application/json")

    return reply


def elsewhere(address: str) -> Reply:
    """Redirect to `address`, in the way that keeps the method and the body."""

    async def reply(_asked: Asked) -> Response:
        return Response(status_code=307, headers={"location": address})

    return reply


class _HangUp(Exception):
    """Raised in a stream, it makes the server close the connection."""


def raw(*parts: str | bytes, media_type: str = "text/event-stream", pause: float = 0) -> Reply:
    """Send these parts of a body as they are; `hang_up` as the last closes the connection."""

    async def each() -> AsyncIterator[str | bytes]:
        for part in parts:
            if part is hang_up:
                raise _HangUp
            yield part
            await asyncio.sleep(pause)

    async def reply(_asked: Asked) -> Response:
        return StreamingResponse(each(), media_type=media_type)

    return reply


hang_up = "(hang up)"


def event(content: object) -> str:
    """Return one event of a stream; a string stands as it is."""
    return f"data: {content if isinstance(content, str) else json.dumps(content)}\n\n"


def chunk(
    asked: Asked, delta: Mapping[str, Any] | None = None, finish: str | None = None, **more: Any
) -> str:
    """Return the event that carries a delta, or without one the event of the usage alone."""
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return event(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1_700_000_000,
            "model": asked.body["model"],
            "choices": [] if delta is None else [choice],
            **more,
        }
    )


def completion(
    asked: Asked,
    text: str | None,
    *,
    finish: str | None = "stop",
    usage: tuple[int, int] | None = (12, 5),
    refusal: str | None = None,
) -> dict[str, Any]:
    """Return the body that carries a model's whole text."""
    message = {"role": "assistant", "content": text, "refusal": refusal}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": asked.body["model"],
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish}],
        **({"usage": _usage(*usage)} if usage else {}),
    }


def _usage(taken: int, given: int) -> dict[str, int]:
    return {"prompt_tokens": taken, "completion_tokens": given, "total_tokens": taken + given}


def _words(text: str) -> list[str]:
    """Return `text` in small pieces, as models send it: a word each, with the space before."""
    return re.findall(r"\s*\S+|\s+$", text)


def _spoken(asked: Asked, pieces: Iterable[str]) -> Iterator[str]:
    """Yield the events of a stream that has begun: the role, then what is said."""
    yield chunk(asked, {"role": "assistant", "content": "", "refusal": None})
    for piece in pieces:
        yield chunk(asked, {"content": piece})


def _either(
    events: Callable[[Asked], Iterable[str]], whole: Callable[[Asked], Reply], pause: float = 0
) -> Reply:
    async def reply(asked: Asked) -> Response:
        return await (raw(*events(asked), pause=pause) if asked.streams else whole(asked))(asked)

    return reply


def said(
    text: str,
    *,
    finish: str | None = "stop",
    usage: tuple[int, int] | None = (12, 5),
    pieces: Sequence[str] | None = None,
    pause: float = 0,
) -> Reply:
    """Say `text`, as a stream in `pieces` (None: word by word) with pauses of so many seconds.

    `finish` is the reason to end: "stop", "length", "content_filter", or None for none.
    `usage` is (tokens taken, tokens given); a stream has it only where it was asked for.
    """

    def events(asked: Asked) -> Iterator[str]:
        yield from _spoken(asked, _words(text) if pieces is None else pieces)
        if finish:
            yield chunk(asked, {}, finish)
        if usage and (asked.body.get("stream_options") or {}).get("include_usage"):
            yield chunk(asked, usage=_usage(*usage))
        yield event("[DONE]")

    return _either(
        events, lambda asked: body(completion(asked, text, finish=finish, usage=usage)), pause
    )


def unfinished(text: str) -> Reply:
    """Say `text` and end in an orderly way, but without a reason to end."""
    return said(text, finish=None)


def declined(reason: str) -> Reply:
    """Decline in the way that the protocol has for it."""

    def events(asked: Asked) -> Iterator[str]:
        yield from _spoken(asked, [])
        for piece in _words(reason):
            yield chunk(asked, {"refusal": piece})
        yield chunk(asked, {}, "stop")
        yield event("[DONE]")

    return _either(events, lambda asked: body(completion(asked, None, refusal=reason)))


def cut_off(text: str) -> Reply:
    """Say `text` and close the connection in the middle of the answer."""
    return _either(
        lambda asked: [*_spoken(asked, _words(text)), hang_up],
        lambda asked: break_off(json.dumps(completion(asked, text))[:-20].encode()),
    )


def garbled(text: str) -> Reply:
    """Say `text` and then something that is no JSON."""
    return _either(
        lambda asked: [*_spoken(asked, _words(text)), event('{"choices": [{"del'), event("[DONE]")],
        lambda asked: body(json.dumps(completion(asked, text))[:-20].encode()),
    )


def failing_inside(text: str, words: str = "CUDA is out of memory.") -> Reply:
    """Say `text`, and then with status 200 all the same that something failed."""
    error = {"error": {"message": words, "type": "server_error", "param": None, "code": None}}
    return _either(
        lambda asked: [*_spoken(asked, _words(text)), event(error)], lambda _asked: body(error)
    )


def dripping(text: str = "and ", pause: float = 0.05) -> Reply:
    """Say `text` again and again, a piece each, without end."""

    async def events(asked: Asked) -> AsyncIterator[str]:
        for first in _spoken(asked, []):
            yield first
        while True:
            yield chunk(asked, {"content": text})
            await asyncio.sleep(pause)

    async def reply(asked: Asked) -> Response:
        if asked.streams:
            return StreamingResponse(events(asked), media_type="text/event-stream")
        return await drip(pause=pause)(asked)

    return reply


def page(code: int = 200) -> Reply:
    """Send a web page, whatever was asked."""
    return body("<!doctype html><title>Welcome</title><h1>Welcome to our server</h1>", code)


class _Uvicorn(uvicorn.Server):
    """Ends as soon as it is told to, and not a tenth of a second later."""

    async def main_loop(self) -> None:
        while not await self.on_tick(1):
            await asyncio.sleep(0.01)


@contextmanager
def running() -> Generator[OpenAIServer]:
    """Run a server on a free port of loopback until the block ends."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = OpenAIServer(f"http://127.0.0.1:{listening.getsockname()[1]}/v1")
        app = Starlette(
            routes=[
                Route("/v1/chat/completions", server.respond, methods=["POST"]),
                Route("/v1/embeddings", server.respond, methods=["POST"]),
                Route("/v1/models", server.respond, methods=["GET"]),
            ]
        )
        config = uvicorn.Config(
            app, log_config=None, log_level="critical", lifespan="off", ws="none"
        )
        running_server = _Uvicorn(config)
        thread = threading.Thread(target=running_server.run, args=([listening],), daemon=True)
        thread.start()
        while not running_server.started:
            time.sleep(0.01)
        try:
            yield server
        finally:
            running_server.should_exit = running_server.force_exit = True
            thread.join(10)
