"""What stands between the network and the page: who may ask, and what a page may load.

Plain ASGI, so that streamed answers pass through as they come. Knows nothing of Gradio
but the shape of the one document that it serves.
"""

import re
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

LOOPBACK = ("localhost", "127.0.0.1", "::1")

# Gradio needs inline scripts, and its HTML component compiles its template with
# `Function`; what remains is that nothing comes from or goes to another origin.
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' data: blob:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "frame-src 'none'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = [
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=()"),
]

# Gradio's document advertises Gradio to link previews, with images from its own sites.
_ADVERTS = re.compile(r'<meta\s+(?:property="og:|name="twitter:)[^>]*>\s*')
_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E"
    "%3Crect width='32' height='32' rx='7' fill='%231f5a7d'/%3E%3Cpath fill='%23fff' d='M7 "
    "21v-6q0-5 6-6v3q-3 .6-3 3h3v6zm12 0v-6q0-5 6-6v3q-3 .6-3 3h3v6z'/%3E%3C/svg%3E"
)


class Guard:
    """Wraps the page's application.

    `hosts` are the host names that a request may be addressed to; None allows any. A page
    on loopback must not answer to another name, or a site could have its own name lead
    here and read the reader's articles. `style` is put into the document itself, so that
    it is never seen without.
    """

    def __init__(
        self, application: Application, *, style: str, hosts: Collection[str] | None
    ) -> None:
        self._application = application
        self._hosts = hosts
        self._head = (
            '<meta name="color-scheme" content="light dark" />'
            f'<link rel="icon" href="{_ICON}" /><style>{style}</style></head>'
        )

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, or pass the server's start and end through."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        refusal = self._refusal(scope["method"], headers)
        if refusal is not None:
            await _say(send, *refusal)
        elif scope["path"] in ("", "/") and scope["method"] == "GET":
            await self._document(scope, receive, send)
        else:
            await self._application(scope, receive, _with_headers(send))

    def _refusal(self, method: str, headers: dict[str, str]) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if self._hosts is not None and _name(f"//{host}") not in self._hosts:
            return 421, "This page answers only to localhost."
        origin = headers.get("origin")
        # A form on another site can post here without asking; its answer is not needed.
        if method not in ("GET", "HEAD") and origin and urlsplit(origin).netloc != host:
            return 403, "Requests from other sites are refused."
        return None

    async def _document(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve the document without adverts and with the page's own head."""
        plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        started: Message = {}
        body = bytearray()

        async def hold(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.update(message)
            else:
                body.extend(message.get("body", b""))

        await self._application({**scope, "headers": plain}, receive, hold)
        html = body.decode("utf-8")
        html = _ADVERTS.sub("", html).replace("</head>", self._head, 1)
        await _answer(send, started, html.encode())


async def _answer(send: Send, started: Message, body: bytes) -> None:
    kept = [pair for pair in started["headers"] if pair[0] != b"content-length"]
    length = (b"content-length", str(len(body)).encode())
    await _with_headers(send)({**started, "headers": [*kept, length]})
    await send({"type": "http.response.body", "body": body})


async def _say(send: Send, status: int, words: str) -> None:
    start = {
        "type": "http.response.start",
        "status": status,
        "headers": [(b"content-type", b"text/plain; charset=utf-8")],
    }
    await _answer(send, start, words.encode())


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *_HEADERS]
        await send(message)

    return sending


def _name(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
