"""`parley chat` as a program of its own, and a headless Chromium that opens its page.

Started as the browser tests start theirs; where there is no Chromium, `chromium` gives None.
"""

import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, DESKTOP, FLAGS, PATIENCE, ROOT

NO_CHROMIUM = f"none of {', '.join(CHROMIUM)} is installed"


@dataclass(frozen=True, slots=True)
class Chat:
    """A running `parley chat`: its process, its address, and when it was started."""

    pid: int
    address: str
    started: float


@contextmanager
def chromium() -> Generator[Browser | None]:
    """Start Chromium, if there is one."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        yield None
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def chat(environment: Mapping[str, str]) -> Generator[Chat]:
    """Run `parley chat` until the block is done; by then its page can be opened."""
    started = time.perf_counter()
    program = subprocess.Popen(
        [sys.executable, "-m", "bot", "chat", "--port", str(_free_port())],
        cwd=ROOT,
        env=dict(environment),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stderr is not None
    try:
        lines = iter(program.stderr.readline, "")
        address = next(
            (found[0] for line in lines if (found := re.search(r"http://\S+", line))), ""
        )
        if not address:
            raise RuntimeError(f"`parley chat` did not start: status {program.wait()}")
        yield Chat(program.pid, address, started)
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait(60)
        program.stderr.close()


def open_page(browser: Browser, address: str) -> Page:
    """Open the page, and return it when it can be used."""
    page = browser.new_context(**DESKTOP).new_page()
    page.set_default_timeout(4 * PATIENCE)
    page.goto(address)
    page.wait_for_selector(".p-ready", state="attached")
    return page


def ask(page: Page, question: str) -> None:
    """Ask on the page, and wait for the whole answer."""
    turns = page.locator(".p-turn")
    before = turns.count()
    page.fill("#p-box", question)
    page.press("#p-box", "Enter")
    turns.nth(before).locator(".p-actions").wait_for()


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]
