"""The page as a browser shows it, and what stands between it and the network."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from bot.ui.guard import LOOPBACK, Guard
from bot.ui.markup import shown
from bot.ui.server import AddressError, check_port, serve
from tests.page_service import AGREED, CROSSING, HOSTILE, PAYLOADS, TEXT, PageService
from vectorstore.errors import ParleyError

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# The browser must not go anywhere by itself either.
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
QUESTION = "How many prisoners will be exchanged?"
PATIENCE = 30_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        assert os.environ.get("PARLEY_REQUIRE_BROWSER") != "1", "no Chromium found"
        pytest.skip(f"none of {', '.join(CHROMIUM)} is installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The page's address; it runs as a program of its own, and must end when told to."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.page_service"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        yield program.stdout.readline().strip()
        program.send_signal(signal.SIGTERM)
        assert program.wait(30) == 0


class Watch:
    """What a page did that it should not have."""

    def __init__(self, page: Page, address: str) -> None:
        self.address = address
        self.wrongs: list[str] = []
        page.on("request", self._request)
        page.on("console", lambda line: self._note("console", line.text, line.type == "error"))
        page.on("pageerror", lambda error: self._note("error", str(error)))
        page.on("popup", lambda other: self._note("popup", other.url))
        page.on("dialog", lambda dialog: (self._note("dialog", dialog.message), dialog.dismiss()))
        page.on("framenavigated", lambda frame: self._request(frame))
        page.add_init_script(
            "window.refused = []; document.addEventListener('securitypolicyviolation',"
            " (event) => window.refused.push(event.violatedDirective + event.blockedURI));"
        )
        self.page = page

    def _note(self, kind: str, what: str, wrong: bool = True) -> None:
        if wrong:
            self.wrongs.append(f"{kind}: {what}")

    def _request(self, request: Any) -> None:
        url = request.url
        inside = url.startswith((self.address, "data:", "blob:", "about:blank"))
        self._note("request", url, not inside or "HIT" in url)

    def all(self) -> list[str]:
        refused = [f"policy: {what}" for what in self.page.evaluate("window.refused")]
        hit = ["a payload ran"] if self.page.evaluate("window.hit !== undefined") else []
        return [*self.wrongs, *refused, *hit]


@pytest.fixture
def watch(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Watch]:
    options = getattr(request, "param", {"viewport": {"width": 1440, "height": 900}})
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    watch = Watch(context.new_page(), address)
    watch.page.goto(address)
    expect(watch.page.locator("#p-box textarea")).to_be_visible(timeout=PATIENCE)
    yield watch
    assert watch.all() == []
    context.close()


@pytest.fixture
def page(watch: Watch) -> Page:
    return watch.page


def ask(page: Page, question: str) -> Locator:
    """Ask, and return the turn once it is done."""
    before = page.locator(".p-turn").count()
    page.fill("#p-box textarea", question)
    page.press("#p-box textarea", "Enter")
    turn = page.locator(".p-turn").nth(before)
    expect(turn).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[data-busy]")).to_have_count(0, timeout=PATIENCE)
    return turn


def open_source(page: Page, link: Locator) -> Locator:
    """Follow `link` and return the panel with what it leads to."""
    link.click()
    expect(link).to_have_attribute("aria-current", "true", timeout=PATIENCE)
    expect(page.locator("#p-source .p-loading")).to_have_count(0, timeout=PATIENCE)
    panel = page.locator("#p-source .p-panel")
    expect(panel).to_be_visible(timeout=PATIENCE)
    return panel


phone = pytest.mark.parametrize(
    "watch", [{"viewport": {"width": 390, "height": 844}, "has_touch": True}], indirect=True
)


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.browser
class TestAsking:
    def test_an_answer_streams_in_with_its_citations(self, page: Page) -> None:
        turn = ask(page, QUESTION)
        expect(turn.locator(".p-question")).to_have_text(QUESTION)
        expect(turn.locator(".p-sentence").first).to_have_text(f"{AGREED} [1]")
        expect(turn.locator(".p-sentence strong").first).to_have_text("120 prisoners")
        expect(turn.locator(".p-unverified")).to_contain_text("40 is not there.")
        expect(turn.locator(".p-disagree li")).to_have_count(2)
        expect(turn.locator(".p-notices")).to_contain_text("One wire story")
        assert page.input_value("#p-box textarea") == ""

    def test_an_example_is_asked_by_a_click(self, page: Page) -> None:
        page.locator(".p-example").first.click()
        expect(page.locator(".p-question")).to_have_text(QUESTION)
        expect(page.locator(".p-sources")).to_be_visible(timeout=PATIENCE)

    def test_a_follow_up_shows_how_it_was_understood(self, page: Page) -> None:
        ask(page, QUESTION)
        expect(ask(page, "And when?").locator(".p-note")).to_contain_text("the follow-up")

    def test_shift_enter_is_a_new_line(self, page: Page) -> None:
        page.fill("#p-box textarea", "one")
        page.press("#p-box textarea", "Shift+Enter")
        assert page.input_value("#p-box textarea") == "one\n"
        expect(page.locator(".p-turn")).to_have_count(0)

    def test_a_refusal_offers_what_is_nearest(self, page: Page) -> None:
        turn = ask(page, "How tall is the mayor?")
        expect(turn.locator(".p-refusal")).to_contain_text("The articles do not say.")
        expect(turn.locator(".p-answer")).to_have_count(0)
        nearest = turn.locator(".p-nearest")
        expect(nearest.locator("h3")).to_contain_text("do not answer")
        panel = open_source(page, nearest.locator("a").first)
        expect(panel.locator("mark")).to_have_text(CROSSING)

    def test_an_error_is_a_message_and_keeps_the_question(self, page: Page) -> None:
        turn = ask(page, "Is it broken?")
        expect(turn.locator(".p-question")).to_have_text("Is it broken?")
        expect(turn.locator(".p-error")).to_contain_text("Start it, or set PARLEY_ENGINE")
        turn.locator(".p-again").click()
        expect(page.locator(".p-error")).to_have_count(2, timeout=PATIENCE)

    def test_stopping_keeps_what_came(self, page: Page) -> None:
        page.fill("#p-box textarea", "An endless answer, please")
        page.press("#p-box textarea", "Enter")
        expect(page.locator(".p-sentence")).to_contain_text("word word", timeout=PATIENCE)
        expect(page.locator("#p-send")).to_be_hidden()
        page.fill("#p-box textarea", "What is typed meanwhile")
        page.press("#p-box textarea", "Enter")
        page.click("#p-stop")
        expect(page.locator(".p-stopped")).to_be_visible(timeout=PATIENCE)
        expect(page.locator(".p-turn")).to_have_count(1)
        expect(page.locator(".p-sentence")).to_contain_text("word word")
        assert page.input_value("#p-box textarea") == "What is typed meanwhile"
        expect(page.locator("#p-send")).to_be_visible()
        expect(ask(page, QUESTION).locator(".p-sources")).to_be_visible()

    def test_there_is_nothing_of_gradio_to_be_seen(self, page: Page) -> None:
        assert page.title() == "Parley"
        expect(page.locator("footer")).to_have_count(0)
        expect(page.locator("body")).not_to_contain_text("Gradio", use_inner_text=True)

    def test_the_conversation_is_announced(self, page: Page) -> None:
        log = page.locator("[role=log][aria-live=polite]")
        expect(log).to_have_count(1)
        ask(page, QUESTION)
        expect(log).to_have_attribute("aria-busy", "false")
        expect(page.get_by_label("Your question")).to_be_visible()


@pytest.mark.browser
class TestSourcePanel:
    def test_a_citation_opens_its_article_at_the_sentence(self, page: Page) -> None:
        turn = ask(page, QUESTION)
        panel = open_source(page, turn.locator("a.p-cite").first)
        expect(panel.locator("mark")).to_have_text(AGREED)
        expect(panel.locator("h2")).to_contain_text("Arland and Bresk agree")
        expect(panel.locator(".p-facts")).to_contain_text("The Lake Courier · 13 May 2025")
        expect(panel.locator(".p-tag")).to_have_text("sample")
        lines = [line for line in TEXT.split("\n") if line]
        assert panel.locator(".p-text p").all_inner_texts() == lines
        panel.locator("summary").click()
        expect(panel.locator("details")).to_contain_text("Sign up for our newsletter.")

    def test_a_passage_far_down_is_scrolled_to(self, page: Page) -> None:
        turn = ask(page, QUESTION)
        panel = open_source(page, turn.locator("a.p-cite", has_text="[3]").first)
        expect(panel.locator("mark")).to_have_text(CROSSING)
        expect(panel.locator("mark")).to_be_in_viewport(timeout=PATIENCE)
        panel = open_source(page, turn.locator("a.p-cite").first)
        expect(panel.locator("h2")).to_be_in_viewport(timeout=PATIENCE)

    def test_what_is_open_survives_a_reload_and_goes_back(self, page: Page) -> None:
        turn = ask(page, QUESTION)
        open_source(page, turn.locator("a.p-cite").first)
        page.reload()
        expect(page.locator("#p-source mark")).to_have_text(AGREED, timeout=PATIENCE)
        page.go_back()
        expect(page.locator("#p-source")).to_be_hidden(timeout=PATIENCE)

    @pytest.mark.parametrize(
        ("link", "words"),
        [
            ("#cite/x/1/0/5", "damaged"),
            ("#cite/ffffffffffffffff/1/0/5", "holds no article ffffffffffffffff"),
            (f"#cite/{'a1' * 12}/1/0/999999", "does not lie within this text"),
        ],
    )
    def test_a_link_that_leads_nowhere_says_so(self, page: Page, link: str, words: str) -> None:
        page.evaluate("(link) => { location.hash = link; }", link)
        expect(page.locator("#p-source")).to_contain_text(words, timeout=PATIENCE)

    def test_a_keyboard_is_enough(self, page: Page) -> None:
        page.focus("#p-box textarea")
        page.keyboard.type(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator(".p-sources")).to_be_visible(timeout=PATIENCE)
        page.evaluate("document.activeElement.blur()")
        focused = page.locator(":focus")
        for _ in range(20):
            page.keyboard.press("Tab")
            if focused.evaluate("(node) => node.matches('a.p-cite')"):
                break
        assert focused.inner_text() == "[1]"
        assert focused.evaluate("(node) => getComputedStyle(node).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        expect(page.locator("#p-source mark")).to_have_text(AGREED, timeout=PATIENCE)
        expect(page.locator("#p-source .p-panel")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.locator(".p-close")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("#p-source")).to_be_hidden()
        expect(page.locator("a.p-cite").first).to_be_focused()

    @phone
    def test_on_a_phone_it_covers_the_page_and_closes(self, page: Page) -> None:
        turn = ask(page, QUESTION)
        panel = open_source(page, turn.locator("a.p-cite").first)
        expect(panel.locator("mark")).to_be_in_viewport()
        size = "(part) => [part.offsetLeft, part.offsetWidth, part.offsetHeight]"
        assert page.locator("#p-source").evaluate(size) == [0, 390, 844]
        assert page.locator("#p-asking").evaluate("(part) => part.inert")
        assert fits(page)
        panel.locator(".p-close").click()
        expect(page.locator("#p-source")).to_be_hidden()
        assert not page.locator("#p-asking").evaluate("(part) => part.inert")


@pytest.mark.browser
class TestHostileText:
    """`watch` fails each of these if anything ran, or asked for anything elsewhere."""

    def settle(self, page: Page) -> None:
        # Nothing tells that a request will not be made; those of a load are made at once.
        page.wait_for_timeout(300)

    def test_an_answer_is_only_text(self, page: Page) -> None:
        turn = ask(page, "hostile")
        sentences = turn.locator(".p-sentence > bdi")
        assert sentences.evaluate_all("(all) => all.map((one) => one.textContent)") == [
            shown(payload) for payload in PAYLOADS
        ]
        expect(turn.locator("img, script, iframe, svg, video, form, style")).to_have_count(0)
        for link in turn.locator("a.p-cite").all()[:3]:
            link.hover()
        self.settle(page)

    def test_a_question_is_only_text(self, page: Page) -> None:
        for start in range(0, len(PAYLOADS), 10):
            question = "\n".join(PAYLOADS[start : start + 10])
            turn = ask(page, question)
            typed = turn.locator(".p-question").text_content() or ""
            assert typed == shown(question.strip())
        self.settle(page)

    def test_a_refusal_is_only_text(self, page: Page) -> None:
        turn = ask(page, "refuse hostile")
        expect(turn.locator(".p-nearest li")).to_have_count(len(PAYLOADS))
        self.settle(page)

    def test_an_error_is_only_text(self, page: Page) -> None:
        turn = ask(page, "fail hostile")
        said = turn.locator(".p-error p").nth(1).text_content()
        assert said == shown("\n".join(PAYLOADS))
        self.settle(page)

    def test_articles_are_only_text(self, page: Page) -> None:
        turn = ask(page, "refuse hostile")
        links = turn.locator(".p-nearest a")
        for number, article in enumerate(HOSTILE):
            panel = open_source(page, links.nth(number))
            title = panel.locator("h2 > bdi")
            expect(title).not_to_be_empty()
            assert title.text_content() == shown(article.title or "")
            assert panel.locator(".p-text p").first.text_content() is not None
            expect(panel.locator("img, script, iframe, svg, form, a[href^=java]")).to_have_count(0)
            panel.locator("summary").click()
        self.settle(page)

    @phone
    def test_nothing_sticks_out_on_a_phone(self, page: Page) -> None:
        assert fits(page)
        turn = ask(page, "hostile")
        assert fits(page)
        panel = open_source(page, turn.locator("a.p-source").last)
        assert fits(page)
        wide = "(part) => part.scrollWidth > part.clientWidth"
        assert not panel.locator(".p-scroll").evaluate(wide)


class TestServedPage:
    """What comes over the network, without a browser."""

    @pytest.fixture
    def fetch(self, address: str) -> Iterator[Callable[..., HTTPResponse]]:
        parts = urlsplit(address)
        connection = HTTPConnection(parts.hostname or "", parts.port or 0, timeout=60)

        def fetch(path: str, method: str = "GET", **options: Any) -> HTTPResponse:
            connection.request(method, path, **options)
            return connection.getresponse()

        yield fetch
        connection.close()

    def test_headers_keep_everything_at_home(self, fetch: Callable[..., HTTPResponse]) -> None:
        headers = fetch("/").headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers

    def test_the_document_names_no_other_site(self, fetch: Callable[..., HTTPResponse]) -> None:
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
    def test_what_the_page_does_not_need_is_not_served(
        self, fetch: Callable[..., HTTPResponse], path: str
    ) -> None:
        assert fetch(path).status in (403, 404)

    def test_no_event_is_a_public_endpoint(self, fetch: Callable[..., HTTPResponse]) -> None:
        info = json.loads(fetch("/gradio_api/info").read())
        assert info == {"named_endpoints": {}, "unnamed_endpoints": {}}

    def test_it_answers_only_to_its_own_name_and_page(
        self, fetch: Callable[..., HTTPResponse]
    ) -> None:
        rebound = fetch("/", headers={"Host": "evil.example"})
        assert (rebound.status, rebound.read()) == (421, b"This page answers only to localhost.")
        foreign = {"Origin": "http://evil.example", "Content-Type": "text/plain"}
        assert fetch("/gradio_api/queue/join", "POST", body="{}", headers=foreign).status == 403

    def test_an_upload_has_a_limit(self, fetch: Callable[..., HTTPResponse]) -> None:
        head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="x.txt"\r\n\r\n'
        body = head + b"x" * 21 * 1024 * 1024 + b"\r\n--b--\r\n"
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        assert fetch("/gradio_api/upload", "POST", body=body, headers=headers).status == 413


class TestAddress:
    @pytest.fixture
    def taken(self) -> Iterator[int]:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            yield other.getsockname()[1]

    def test_a_taken_port_is_named_with_what_to_do(self, taken: int) -> None:
        with pytest.raises(ParleyError, match=rf"Port {taken} on 127\.0\.0\.1 .*--port"):
            serve(PageService(), host="127.0.0.1", port=taken, on_ready=lambda _: None)

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
