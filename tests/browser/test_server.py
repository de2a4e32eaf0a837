"""What comes over the network, and what stands between it and the page; no browser."""

import json
import re
import socket
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.ui.guard import LOOPBACK, Guard
from bot.ui.server import AddressError, check_port, serve
from tests.browser.conftest import Program
from tests.page_service import page_service
from vectorstore.errors import ParleyError

Fetch = Callable[..., HTTPResponse]


def fetching(program: Program) -> Iterator[Fetch]:
    parts = urlsplit(program.address)
    connection = HTTPConnection(parts.hostname or "", parts.port or 0, timeout=60)

    def fetch(path: str, method: str = "GET", **options: Any) -> HTTPResponse:
        connection.request(method, path, **options)
        return connection.getresponse()

    yield fetch
    connection.close()


class TestServedPage:
    """What comes over the network, without a browser."""

    @pytest.fixture
    def fetch(self, program: Program) -> Iterator[Fetch]:
        yield from fetching(program)

    def test_headers_keep_everything_at_home(self, fetch: Fetch) -> None:
        headers = fetch("/").headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers

    def test_the_document_names_no_other_site(self, fetch: Fetch) -> None:
        html = fetch("/").read().decode()
        assert not re.findall(r"(?:src|href|content)=\"(?:https?:)?//[^\"]+", html)
        theme = fetch("/theme.css").read().decode()
        assert not re.findall(r"url\((?!\"data:)|@import|@font-face", theme)

    @pytest.mark.parametrize(
        "path",
        [
            "/monitoring",
            "/monitoring/summary",
            "/gradio_api/runs",
            "/gradio_api/mcp/schema",
            "/openapi.json",
            "/docs",
        ],
    )
    def test_what_the_page_does_not_need_is_not_served(self, fetch: Fetch, path: str) -> None:
        assert fetch(path).status in (403, 404)

    def test_no_event_is_a_public_endpoint(self, fetch: Fetch) -> None:
        info = json.loads(fetch("/gradio_api/info").read())
        assert info == {"named_endpoints": {}, "unnamed_endpoints": {}}

    def test_it_answers_only_to_its_own_name_and_page(self, fetch: Fetch) -> None:
        rebound = fetch("/", headers={"Host": "evil.example"})
        assert (rebound.status, rebound.read()) == (421, b"This page answers only to localhost.")
        foreign = {"Origin": "http://evil.example", "Content-Type": "text/plain"}
        assert fetch("/gradio_api/queue/join", "POST", body="{}", headers=foreign).status == 403

    def test_an_upload_has_a_limit(self, fetch: Fetch) -> None:
        head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="x.txt"\r\n\r\n'
        body = head + b"x" * 101 * 1024 * 1024 + b"\r\n--b--\r\n"
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        assert fetch("/gradio_api/upload", "POST", body=body, headers=headers).status == 413


class TestAddress:
    @pytest.fixture
    def taken(self) -> Iterator[int]:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            yield other.getsockname()[1]

    def test_a_taken_port_is_named_with_what_to_do(self, taken: int, tmp_path: Path) -> None:
        with (
            page_service(tmp_path) as service,
            pytest.raises(ParleyError, match=rf"Port {taken} on 127\.0\.0\.1 .*--port"),
        ):
            serve(service, host="127.0.0.1", port=taken, on_ready=lambda _: None)

    def test_a_port_can_be_checked_before(self, taken: int) -> None:
        with pytest.raises(AddressError):
            check_port("127.0.0.1", taken)
        check_port("127.0.0.1", 0)

    def test_there_are_only_so_many_ports(self) -> None:
        with pytest.raises(AddressError, match=r"no port 70000.*--port"):
            check_port("127.0.0.1", 70_000)

    @pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 7860), ("no.invalid", 1)])
    def test_an_address_that_cannot_be_had_is_named(self, host: str, port: int) -> None:
        with pytest.raises(AddressError, match=rf"{port} of {re.escape(host)} \(.+--host"):
            check_port(host, port)


class TestGuard:
    """Requests as a server hands them over, without a server."""

    def request(
        self, method: str = "GET", path: str = "/x", hosts: Any = LOOPBACK, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        seen: list[dict[str, Any]] = []

        async def inner(scope: Any, receive: Any, send: Any) -> None:
            html = '<head><meta property="og:image" content="https://a.example/x"></head>'
            start = {"type": "http.response.start", "status": 200}
            await send({**start, "headers": [(b"content-length", str(len(html)).encode())]})
            await send({"type": "http.response.body", "body": html.encode()})

        async def receive() -> dict[str, Any]:
            return {"type": "http.request"}

        async def send(message: Any) -> None:
            seen.append(message)

        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        guard = Guard(inner, style="p{}", hosts=hosts)
        # By hand, since a browser's event loop may be running in this thread already.
        with pytest.raises(StopIteration):
            guard(scope, receive, send).send(None)
        names = {name.decode(): value.decode() for name, value in seen[0]["headers"]}
        return seen[0]["status"], names, seen[1]["body"].decode()

    @pytest.mark.parametrize("host", ["localhost:7860", "127.0.0.1", "[::1]:7860", "LOCALHOST"])
    def test_names_of_this_machine_are_answered(self, host: str) -> None:
        status, headers, _ = self.request(host=host)
        assert status == 200
        assert "content-security-policy" in headers

    @pytest.mark.parametrize("host", ["evil.example", "", "127.0.0.1.evil.example", "[::1", "a@b"])
    def test_other_names_are_not(self, host: str) -> None:
        status, headers, _ = self.request(host=host)
        assert status == 421
        assert "content-security-policy" in headers

    def test_a_page_that_others_may_reach_answers_to_any_name(self) -> None:
        assert self.request(host="desk.example", hosts=None)[0] == 200

    @pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:1"])
    def test_other_sites_cannot_post(self, origin: str) -> None:
        assert self.request("POST", host="localhost:7860", origin=origin)[0] == 403

    @pytest.mark.parametrize("origin", [{}, {"origin": "http://localhost:7860"}])
    def test_the_page_itself_can(self, origin: dict[str, str]) -> None:
        assert self.request("POST", host="localhost:7860", **origin)[0] == 200

    def test_the_document_loses_adverts_and_gains_the_style(self) -> None:
        _, headers, html = self.request(path="/", host="localhost")
        assert "a.example" not in html
        assert "<style>p{}</style></head>" in html
        assert int(headers["content-length"]) == len(html)


class TestCalls:
    """The page's calls as a browser sends them."""

    def call(self, fetch: Fetch, name: str, /, **given: Any) -> Any:
        page = json.loads(fetch("/config").read())
        component = next(
            part["id"] for part in page["components"] if part["props"].get("elem_id") == "p-page"
        )
        body = {"data": given, "component_id": component, "session_hash": "x", "fn_name": name}
        headers = {"Content-Type": "application/json"}
        answered = fetch(
            "/gradio_api/component_server/", "POST", body=json.dumps(body), headers=headers
        )
        return answered.status, json.loads(answered.read())

    @pytest.fixture
    def fetch(self, program: Program) -> Iterator[Fetch]:
        yield from fetching(program)

    def test_only_calls_can_be_called(self, fetch: Fetch) -> None:
        assert self.call(fetch, "call_overview")[0] == 200
        for name in ("overview", "call__titles", "get_config", "__init__"):
            assert self.call(fetch, name)[0] == 404

    @pytest.mark.parametrize("path", ["/etc/passwd", "../../etc/passwd", "", "/tmp", "\0"])
    def test_only_uploads_can_be_taken_in(self, fetch: Fetch, path: str) -> None:
        status, said = self.call(fetch, "call_take", path=path, name="notes.txt")
        assert status == 200
        assert "choose the file again" in said["error"]

    def test_nonsense_is_an_error_with_a_message(self, fetch: Fetch) -> None:
        for name in ("call_ask", "call_thread", "call_scope", "call_edit", "call_rate"):
            status, said = self.call(fetch, name, question=[1], scope="x", fields=7, known={})
            assert status == 200
            assert said["error"]
            assert "Parley itself" not in said["error"]
