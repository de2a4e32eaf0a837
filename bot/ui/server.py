"""Serving the page: one address, strict headers, nothing from elsewhere, a clean end.

The page runs on a server of its own rather than on Gradio's `launch()`, which looks at
its own address through whatever proxy the environment names, and takes a port that is
busy on another interface for free.
"""

import asyncio
import errno
import ipaddress
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from bot.service import Service
from bot.ui.guard import LOOPBACK, Guard
from vectorstore.errors import ParleyError

# Streams to open browsers never end by themselves; requests have this long to end.
_GRACE_SECONDS = 1


class AddressError(ParleyError):
    """The page cannot be served at the address that was asked for."""


def serve(service: Service, *, host: str, port: int, on_ready: Callable[[str], None]) -> None:
    """Serve the page until Ctrl+C or SIGTERM.

    `on_ready` gets the page's address once it answers; port 0 takes any free one. Raises
    `AddressError`, before anything slow happens, where the address cannot be had.
    """
    with _interruptible(), _listening(host, port) as listener:
        address = _address(host, listener.getsockname()[1])
        _run(_application(service, host), listener, lambda: on_ready(address))


def check_port(host: str, port: int) -> None:
    """Raise `AddressError` if the page could not be served there now."""
    with _listening(host, port):
        pass


@contextmanager
def _interruptible() -> Generator[None]:
    """End the block quietly on Ctrl+C, and on SIGTERM in the same way."""
    in_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, signal.default_int_handler) if in_main else None
    try:
        yield
    except KeyboardInterrupt:
        return
    finally:
        if in_main:
            signal.signal(signal.SIGTERM, before)


@contextmanager
def _listening(host: str, port: int) -> Generator[socket.socket]:
    listener = None
    if not 0 <= port <= 65_535:
        raise AddressError(f"There is no port {port}. Choose one up to 65535 with --port.")
    try:
        family, kind, number, _, where = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM
        )[0]
        listener = socket.socket(family, kind, number)
        if os.name == "posix":
            # Else the port stays taken for a minute after the last run.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
        # Two processes may bind to one port; only one may listen.
        listener.listen(128)
    except OSError as error:
        if listener is not None:
            listener.close()
        raise AddressError(_why(host, port, error)) from error
    with listener:
        yield listener


def _why(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is in use by another program (perhaps another Parley). "
            "End that one, or choose another port with --port."
        )
    return (
        f"The page cannot be served on port {port} of {host} ({error.strerror}). "
        "Choose another port with --port, or another address with --host."
    )


def _address(host: str, port: int) -> str:
    host = host.strip("[]")
    if host in ("0.0.0.0", "::", ""):
        host = "localhost"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _application(service: Service, host: str) -> Guard:
    # Gradio reads the environment when it is imported, which takes seconds: not before.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    from bot.ui.page import STYLES, application, asset

    style = "".join(asset(name) for name in STYLES)
    return Guard(application(service), style=style, hosts=_hosts(host.strip("[]")))


def _hosts(host: str) -> tuple[str, ...] | None:
    """Return the names that a page on loopback answers to; None where it is not on it."""
    try:
        local = host in LOOPBACK or ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    return (*LOOPBACK, host) if local else None


def _run(application: Guard, listener: socket.socket, on_ready: Callable[[], None]) -> None:
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            # Told from a thread of its own: it may well ask the page something.
            if self.started:
                await asyncio.to_thread(on_ready)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # Every stream that is cut off now would leave a traceback on the terminal.
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            await super().shutdown(sockets)

    config: dict[str, Any] = {
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,
        "ws": "none",
        "timeout_graceful_shutdown": _GRACE_SECONDS,
    }
    Server(uvicorn.Config(application, **config)).run(sockets=[listener])
