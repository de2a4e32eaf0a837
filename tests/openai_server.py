"""A real server on loopback that speaks OpenAI's protocol as a test scripts it.

    with running() as server:
        EndpointEmbedder("any-model", server.url)

It answers each request by the protocol unless a reply is queued for it, and keeps what it was
asked. Replies are functions from what was asked to a response, so a test can queue a status,
a page, a silence, or anything else that a server may do.
"""

import asyncio
import hashlib
import json
import socket
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Mapping, Sequence
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


Reply = Callable[[Asked], Awaitable[Response]]


def hashed(text: str) -> Sequence[float]:
    """Return sixteen numbers that only this text has: a vector without any meaning."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).normal(size=16).tolist()


@dataclass
class OpenAIServer:
    """The running server; a test changes its behaviour and reads what it was asked.

    Attributes:
        url: What OPENAI_BASE_URL is set to.
        vector: Makes a text's vector.
        models: The models that are served; any other name is refused. Empty: all names are.
        key: The only key that is accepted; None accepts any.
        replies: Replies to the next requests, taken in turn.
        always: The reply to every request for which none is queued.
        asked: What was asked, in order.
    """

    url: str
    vector: Callable[[str], Sequence[float]] = hashed
    models: Sequence[str] = ()
    key: str | None = None
    replies: deque[Reply] = field(default_factory=deque)
    always: Reply | None = None
    asked: list[Asked] = field(default_factory=list)

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://").partition("/")[0]

    @property
    def texts(self) -> list[str]:
        """Every text that was to be embedded, in order."""
        return [text for each in self.asked for text in each.body.get("input", ())]

    async def respond(self, request: Request) -> Response:
        """Answer a request: as queued, as always, or by the protocol."""
        raw = await request.body()
        asked = Asked(
            request.method, request.url.path, dict(request.headers), json.loads(raw) if raw else {}
        )
        self.asked.append(asked)
        if self.replies:
            return await self.replies.popleft()(asked)
        return await (self.always or self.by_protocol)(asked)

    async def by_protocol(self, asked: Asked) -> Response:
        if self.key is not None and asked.headers.get("authorization") != f"Bearer {self.key}":
            return await status(401, "Incorrect API key provided.", "invalid_api_key")(asked)
        if asked.path == "/v1/models":
            return JSONResponse({"object": "list", "data": [_model(name) for name in self.models]})
        model = asked.body["model"]
        if self.models and model not in self.models:
            said = f"The model `{model}` does not exist."
            return await status(404, said, "model_not_found")(asked)
        return JSONResponse(embeddings([self.vector(text) for text in asked.body["input"]], model))


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


@contextmanager
def running() -> Generator[OpenAIServer]:
    """Run a server on a free port of loopback until the block ends."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = OpenAIServer(f"http://127.0.0.1:{listening.getsockname()[1]}/v1")
        app = Starlette(
            routes=[
                Route("/v1/embeddings", server.respond, methods=["POST"]),
                Route("/v1/models", server.respond, methods=["GET"]),
            ]
        )
        config = uvicorn.Config(
            app, log_config=None, log_level="critical", lifespan="off", ws="none"
        )
        running_server = uvicorn.Server(config)
        thread = threading.Thread(target=running_server.run, args=([listening],), daemon=True)
        thread.start()
        while not running_server.started:
            time.sleep(0.01)
        try:
            yield server
        finally:
            running_server.should_exit = running_server.force_exit = True
            thread.join(10)
