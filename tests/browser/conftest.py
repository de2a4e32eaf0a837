"""A real Chromium, a page service as a program of its own, and a watch on what a page does."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# The browser must not go anywhere by itself either.
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PATIENCE = 30_000
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}

expect.set_options(timeout=PATIENCE)

on_a_phone = pytest.mark.parametrize("watch", [PHONE], indirect=True)


@dataclass
class Program:
    """The page service, which can be killed and started again at its address."""

    home: Path
    port: int = 0
    address: str = ""
    process: subprocess.Popen[str] | None = None

    def start(self) -> "Program":
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.page_service", str(self.home), str(self.port)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()
        assert self.address, "the page service did not start"
        self.port = int(self.address.rstrip("/").rpartition(":")[2])
        return self

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        status = self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status


# Of these tests alone: while it runs, nothing else here can run an event loop.
@pytest.fixture(scope="package")
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
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A page service for a module's tests; it must end when told to."""
    program = Program(tmp_path_factory.mktemp("home")).start()
    yield program
    assert program.end() == 0


@pytest.fixture
def own_program(tmp_path: Path) -> Iterator[Program]:
    """A page service for one test, which may kill it."""
    program = Program(tmp_path / "home").start()
    yield program
    program.end(signal.SIGKILL)


class Watch:
    """What a page did that it should not have; `allowed` begins what a test brings about."""

    def __init__(self, page: Page, address: str) -> None:
        self.address = address
        self.wrongs: list[str] = []
        self.allowed: tuple[str, ...] = ()
        page.on("request", self._request)
        page.on("console", lambda line: self._note("console", line.text, line.type == "error"))
        page.on("pageerror", lambda error: self._note("error", str(error)))
        page.on("popup", lambda other: self._note("popup", other.url))
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
        # What is asked for is in the path; a query is what a test put into the address.
        self._note("request", url, not inside or "HIT" in url.partition("?")[0])

    def all(self) -> list[str]:
        refused = [f"policy: {what}" for what in self.page.evaluate("window.refused")]
        hit = ["a payload ran"] if self.page.evaluate("window.hit !== undefined") else []
        noted = [each for each in self.wrongs if not each.startswith(self.allowed)]
        return [*(noted if self.allowed else self.wrongs), *refused, *hit]


Open = Callable[..., Watch]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open an address in a browser context of its own; nothing wrong may happen there."""
    watches: list[Watch] = []

    def opened(address: str, path: str = "", **options: Any) -> Watch:
        context = browser.new_context(**(DESKTOP | options))
        context.set_default_timeout(PATIENCE)
        watch = Watch(context.new_page(), address)
        watches.append(watch)
        watch.page.goto(address + path)
        expect(watch.page.locator(".p-ready")).to_be_attached()
        return watch

    yield opened
    for watch in watches:
        assert watch.all() == []
        watch.page.context.close()


@pytest.fixture
def watch(open_page: Open, program: Program, request: pytest.FixtureRequest) -> Watch:
    return open_page(program.address, **getattr(request, "param", {}))


@pytest.fixture
def page(watch: Watch) -> Page:
    return watch.page


def ask(page: Page, question: str) -> Locator:
    """Ask, and return the turn once it is done."""
    before = page.locator(".p-turn").count()
    page.fill("#p-box", question)
    page.press("#p-box", "Enter")
    turn = page.locator(".p-turn").nth(before)
    expect(turn).to_be_visible()
    expect(turn.locator(".p-actions")).to_be_visible()
    return turn


def open_source(page: Page, link: Locator) -> Locator:
    """Follow `link` and return the panel with what it leads to."""
    link.click()
    expect(link).to_have_attribute("aria-current", "true")
    address = link.get_attribute("href")
    sheet = page.locator(f'.p-sheet[data-link="{address}"]')
    expect(sheet).to_be_visible()
    return sheet


def fits(page: Page) -> bool:
    """Whether nothing sticks out at the sides."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
