"""The HTTP client that a model is asked by, whose requests another thread can end at any time.

`Line` is one exchange with an endpoint, whatever number of requests it takes: how long it may
still last, whether an answer has begun, and the socket that is shut to end it. What is asked,
and what an answer says, is not known here; only that an answer is no web page, and where one
object came instead of the stream that was asked for, that it is passed on as a stream's event.
"""

import ipaddress
import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from contextvars import ContextVar
from functools import cache
from threading import Event, Lock
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vectorstore.endpoint_errors import member

if TYPE_CHECKING:
    from httpx2 import Client, Response

# What OpenAI's client adds from the environment, or tells of this machine, is for no other host.
_SENT = frozenset("host accept connection user-agent content-type content-length".split())  # noqa: SIM905
_PAGES = ("text/html", "application/xhtml+xml")
_MOST_BYTES = 32 * 1024 * 1024


class Overdue(Exception):
    """The exchange has lasted as long as it may, or has been ended."""


class Page(Exception):
    """The answer is a web page."""


class Blank(Exception):
    """The answer is empty."""


class Refused(Exception):
    """The answer has another status than 200; `body` is decoded, as far as it can be.

    What OpenAI's protocol has under "error" is the body.
    """

    def __init__(self, status: int, headers: Mapping[str, str], raw: bytes) -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers
        self.body = _decoded(raw)


class Endless(Exception):
    """The answer is longer than any answer can be."""


def _decoded(raw: bytes) -> object:
    text = raw.decode(errors="replace")
    try:
        decoded = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return member(decoded, "error") or decoded


class Line:
    """An exchange that may last `seconds`; `hang_up` is for any thread.

    `begun` says whether the last request was answered with status 200, and `read_seconds` is
    how long the endpoint may be silent.
    """

    def __init__(self, seconds: float, connect_seconds: float, read_seconds: float) -> None:
        self._end = monotonic() + seconds
        self._connect_seconds = connect_seconds
        self._read_seconds = read_seconds
        self._ended = Event()
        self._lock = Lock()
        self._socket: socket.socket | None = None
        self.begun = False

    @property
    def left(self) -> float:
        """How many seconds are left; less than 0 when it is over."""
        return self._end - monotonic()

    @property
    def over(self) -> bool:
        """Whether it has been ended, or has lasted as long as it may."""
        return self._ended.is_set() or self.left <= 0

    def wait(self, seconds: float) -> None:
        """Wait so long, or until it is ended."""
        self._ended.wait(seconds)

    def hang_up(self) -> None:
        """End it: the endpoint sees that nobody listens, whoever reads stops at once."""
        with self._lock:
            self._ended.set()
            self._shut()

    def extensions(self) -> dict[str, Any]:
        """Return what the next request is to be sent with."""
        self.begun = False
        read = max(min(self._read_seconds, self.left), 0.001)
        connect = max(min(self._connect_seconds, self.left), 0.001)
        timeout = {"connect": connect, "read": read, "write": read, "pool": connect}
        return {"timeout": timeout, "trace": self._trace}

    def _trace(self, name: str, info: Mapping[str, Any]) -> None:
        """Keep the socket of a connection as soon as there is one; httpx calls this."""
        if not name.endswith(("connect_tcp.complete", "start_tls.complete")):
            return
        with self._lock:
            self._socket = info["return_value"].get_extra_info("socket")
            if self._ended.is_set():
                self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            # To close it would not wake the thread that reads from it.
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


_LINE: ContextVar[Line] = ContextVar("the line that requests of this thread belong to")


def use(line: Line) -> None:
    """Let every request of this thread's context belong to `line`."""
    _LINE.set(line)


def is_loopback(base_url: str) -> bool:
    """Return whether an address names this machine, going by the address alone."""
    try:
        host = (urlsplit(base_url).hostname or "").rstrip(".")
    except ValueError:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def make_client(base_url: str, key: str | None) -> "Client":
    """Return a client whose requests go to `base_url`'s host with `key`, and to no other.

    Every request has a connection of its own, which can be shut without harm to another. The
    environment's proxies hold, but not for this machine.
    """
    import httpx2

    return _client_class()(
        key,
        trust_env=not is_loopback(base_url),
        follow_redirects=False,
        limits=httpx2.Limits(max_keepalive_connections=0),
        # Read as it comes: it is looked at, and bounded, before it is decoded.
        headers={"accept-encoding": "identity"},
    )


@cache
def _client_class() -> Any:
    import httpx2

    class Client(httpx2.Client):
        """Sends each request on its thread's line."""

        def __init__(self, key: str | None, **options: Any) -> None:
            super().__init__(**options)
            self._key = key

        def send(
            self, request: httpx2.Request, *, stream: bool = False, **options: Any
        ) -> httpx2.Response:
            line = _LINE.get()
            headers = {name: each for name, each in request.headers.items() if name in _SENT}
            headers["accept-encoding"] = "identity"
            if self._key:
                headers["authorization"] = f"Bearer {self._key}"
            sent = httpx2.Request(
                request.method,
                request.url,
                headers=headers,
                content=request.content or None,
                extensions={**request.extensions, **line.extensions()},
            )
            response = super().send(sent, stream=True, **options)
            # Whoever asked looks into its headers for what it is to make of the answer.
            response.request = request
            try:
                response.stream = Parts(response.stream, _looked_at(response, line, stream))
                if response.status_code != 200:
                    raise Refused(response.status_code, response.headers, response.read())
                if not stream:
                    response.read()
            except BaseException:
                response.close()
                raise
            return response

    class Parts(httpx2.SyncByteStream):
        """What is read of an answer."""

        def __init__(self, stream: Any, parts: Iterator[bytes]) -> None:
            self._stream = stream
            self._parts = parts

        def __iter__(self) -> Iterator[bytes]:
            return self._parts

        def close(self) -> None:
            self._stream.close()

    return Client


def _looked_at(response: "Response", line: Line, stream: bool) -> Iterator[bytes]:
    """Yield what comes in of an answer, as a stream if that was asked for."""
    # Taken now: by the time that this is iterated it is another.
    parts = _bounded(response.stream, line)
    if response.status_code != 200:
        return parts
    line.begun = True
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    parts = _no_page(parts, kind)
    return _as_event(parts) if stream and kind == "application/json" else parts


def _bounded(stream: Any, line: Line) -> Iterator[bytes]:
    received = 0
    for part in stream:
        if line.over:
            raise Overdue
        received += len(part)
        if received > _MOST_BYTES:
            raise Endless
        yield part


def _no_page(parts: Iterator[bytes], kind: str) -> Iterator[bytes]:
    begun = False
    for part in parts:
        first = not begun and bool(part.strip())
        if first and (kind in _PAGES or part.lstrip().startswith(b"<")):
            raise Page
        begun = begun or first
        yield part
    if not begun:
        raise Blank


def _as_event(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Yield one JSON object as the only event of a stream."""
    yield b"data: "
    for part in parts:
        # No JSON string holds a line's end as such.
        yield part.replace(b"\r", b" ").replace(b"\n", b" ")
    yield b"\n\ndata: [DONE]\n\n"
