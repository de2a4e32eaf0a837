"""Which models an address serves, which of them is to write, and whether one runs on this machine.

A model is known by its name alone: whether it writes well is not known here. Whatever a server
lists is data from elsewhere, of which no more is taken than names and sizes.
"""

import json
import re
import socket
from collections.abc import Sequence
from contextlib import closing, suppress
from contextvars import copy_context
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import Timer
from typing import cast
from urllib.parse import urlsplit

from bot.llm.faults import MODELS, Faults
from bot.llm.wire import Line, Overdue, make_client, use
from bot.llm.wire import is_loopback as is_loopback
from vectorstore.endpoint_errors import Place, member

# Where Ollama, LM Studio, llama.cpp and vLLM listen unless they are told otherwise.
LOCAL_PORTS = (11434, 1234, 8080, 8000)

# OpenAI lists dozens; these are small, general, and do not think for long before they write.
PREFERRED = ("gpt-4.1-mini", "gpt-4o-mini", "gpt-4.1-nano", "gpt-5-mini", "gpt-5-nano")

# A local server lists what its owner chose; a longer list is a shop's, whose first is chance.
_MOST_LISTED = 20
_NO_CHAT = re.compile(
    r"embed|minilm|paraphrase|rerank|whisper|transcribe|tts|speech|audio|realtime|voice|kokoro"
    r"|dall-?e|image|diffusion|sdxl|flux|sora|video|moderation|guard"
    r"|(?:^|[/_-])(?:bge|e5|gte|clip|ocr)(?:[-_:]|$)",
    re.IGNORECASE,
)
# Those first that say what is loaded, rather than what the model was made for.
_WINDOWS = (
    "loaded_context_length",
    "max_model_len",
    "n_ctx",
    "context_length",
    "context_window",
    "max_context_length",
    "max_context_window",
    "n_ctx_train",
)
_MOST_BYTES = 1024 * 1024
_MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """A model that is served, and how many tokens it takes in, if that is told."""

    name: str
    window: int | None = None


def list_models(base_url: str, key: str | None, seconds: float = 5.0) -> tuple[Listed, ...]:
    """Return the models that an address lists, in its order; EndpointError if it does not."""
    host = urlsplit(base_url).netloc.rpartition("@")[2]
    faults = Faults(Place(host, "", key, seconds), seconds, MODELS)
    line = Line(seconds, seconds, seconds)
    timer = Timer(seconds, line.hang_up)
    timer.daemon = True
    timer.start()
    try:
        listed = _listed(json.loads(copy_context().run(_get, base_url, key, line)))
        if listed is None:
            raise ValueError
    except Exception as error:
        error = Overdue() if line.over else error
        raise faults.of(error, begun=False) from error
    finally:
        timer.cancel()
    return listed


def find_local(ports: Sequence[int] = LOCAL_PORTS, seconds: float = 0.5) -> str | None:
    """Return the address of the first server on this machine that lists a model that chats.

    Each port may take so many seconds; one where nothing listens takes none. Whatever else
    answers is passed over.
    """
    for port in ports:
        with suppress(OSError, HTTPException, ValueError, RecursionError):
            listed = _listed(json.loads(_get_local(port, seconds))) or ()
            if any(_chats(model.name) for model in listed):
                return f"http://127.0.0.1:{port}/v1"
    return None


def choose(listed: Sequence[Listed], preferred: Sequence[str] = PREFERRED) -> Listed | None:
    """Return the model that is to write where none is named; None if that is not plain."""
    by_name = {model.name: model for model in listed}
    for name in preferred:
        if name in by_name:
            return by_name[name]
    if len(listed) > _MOST_LISTED:
        return None
    return next((model for model in listed if _chats(model.name)), None)


def _get(base_url: str, key: str | None, line: Line) -> bytes:
    use(line)
    with make_client(base_url, key) as client:
        return client.get(f"{base_url.rstrip('/')}/models").content


def _get_local(port: int, seconds: float) -> bytes:
    """Return what is listed on a port of this machine: no proxy, no redirect, no other library."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=seconds)) as connection:
        connection.connect()
        # Its own limit is on the wait for each part, however small.
        timer = Timer(seconds, connection.sock.shutdown, (socket.SHUT_RDWR,))
        timer.daemon = True
        timer.start()
        try:
            connection.request("GET", "/v1/models", headers={"Accept": "application/json"})
            response = connection.getresponse()
            return response.read(_MOST_BYTES) if response.status == 200 else b""
        finally:
            timer.cancel()


def _chats(name: str) -> bool:
    return not _NO_CHAT.search(name)


def _listed(answer: object) -> tuple[Listed, ...] | None:
    """Return the models in an answer; None if it is no list of models."""
    data: object = member(answer, "data", answer)
    if not isinstance(data, list):
        return None
    items = cast(list[object], data)
    named = [(member(item, "id"), item) for item in items]
    return tuple(
        Listed(name, _window(item))
        for name, item in named
        if isinstance(name, str) and 0 < len(name) <= _MOST_CHARACTERS and name.isprintable()
    )


def _window(item: object) -> int | None:
    for name in _WINDOWS:
        for holder in (item, member(item, "meta")):
            size = member(holder, name)
            if isinstance(size, int) and size > 1:
                return size
    return None
