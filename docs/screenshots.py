"""Makes the README's pictures: a fresh data folder, real questions, a real Chromium.

Run by `make screenshots`; writes beside itself. The pictures get few colours, to stay small.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
COLOURS = 96
PORT = "7899"
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def main() -> None:
    """Make all pictures."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        sys.exit("Chromium is needed to make the pictures: install it.")
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        answer(browser, address, "answer", DESKTOP, "light")
        answer(browser, address, "phone", PHONE, "dark")
        library(browser, address, "library", DESKTOP, "dark")
        briefing(browser, address, "briefing", DESKTOP, "light")
        browser.close()


@contextmanager
def served() -> Generator[str]:
    """Run `parley chat` over a fresh data folder; yield its address."""
    with tempfile.TemporaryDirectory() as home:
        chat = subprocess.Popen(
            [sys.executable, "-m", "bot", "chat", "--port", PORT],
            env=os.environ | {"PARLEY_HOME": home},
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert chat.stderr is not None
            lines = iter(chat.stderr.readline, "")
            yield next(found[0] for line in lines if (found := re.search(r"http://\S+", line)))
        finally:
            chat.terminate()
            chat.wait()


def opened(browser: Browser, address: str, size: Any, theme: Any) -> Page:
    """Open the page in a window of that size."""
    page = browser.new_page(viewport=size, color_scheme=theme, reduced_motion="reduce")
    page.goto(address)
    page.wait_for_selector(".p-ready", state="attached")
    return page


def answer(browser: Browser, address: str, name: str, size: Any, theme: Any) -> None:
    """Show an answer with its sources and, where there is room, one of them opened."""
    page = opened(browser, address, size, theme)
    for question in ("Who led the Russian delegation?", "What did Ukraine propose in Istanbul?"):
        page.fill("#p-box", question)
        page.press("#p-box", "Enter")
        page.wait_for_selector(f".p-turn:has-text({question!r}) .p-actions")
    if size is DESKTOP:
        page.locator(".p-turn").last.locator("a.p-cite").first.click()
        page.wait_for_selector(".p-sheet mark")
    save(page, name)


def briefing(browser: Browser, address: str, name: str, size: Any, theme: Any) -> None:
    """Show a briefing with the source of one of its sentences opened."""
    page = opened(browser, f"{address}?view=briefing", size, theme)
    page.get_by_role("button", name="Make the briefing").click()
    page.wait_for_selector(".p-brief [data-section=timeline]")
    page.locator(".p-brief a.p-cite").first.click()
    page.wait_for_timeout(1_000)
    save(page, name)


def library(browser: Browser, address: str, name: str, size: Any, theme: Any) -> None:
    """Show the Library view."""
    page = opened(browser, f"{address}?view=library", size, theme)
    page.wait_for_selector(".p-row")
    page.locator("[data-pick]").nth(2).check()
    save(page, name)


def save(page: Page, name: str) -> None:
    """Write what the page shows, with few colours."""
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(500)
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(HERE / f"{name}.png", optimize=True)
    page.context.close()


if __name__ == "__main__":
    main()
