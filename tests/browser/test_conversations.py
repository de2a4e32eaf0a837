"""The list of conversations, the filter that each has, and a keyboard and a phone as the means."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, Program, Watch, ask, fits, on_a_phone, open_source
from tests.page_service import AGREED, NOTE, REPORT

pytestmark = pytest.mark.browser

QUESTION = "How many prisoners will be exchanged?"


@pytest.fixture
def page(program: Program, open_page: Open) -> Page:
    """A page over a library without conversations."""
    with closing(sqlite3.connect(program.home / "library.sqlite3")) as library, library:
        library.execute("PRAGMA foreign_keys = ON")
        library.execute("DELETE FROM conversations")
    return open_page(program.address).page


def talks(page: Page) -> Locator:
    return page.locator(".p-talk")


def choose(page: Page, talk: Locator, action: str) -> None:
    """Choose from a conversation's menu."""
    talk.locator("summary").click()
    talk.get_by_role("button", name=action).click()


class TestList:
    def test_conversations_are_found_changed_and_searched(self, page: Page) -> None:
        ask(page, QUESTION)
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator(".p-turn")).to_have_count(0)
        expect(page.locator(".p-welcome")).to_be_visible()
        ask(page, "How tall is the mayor?")
        expect(talks(page)).to_have_count(2)
        expect(talks(page).first.locator("[aria-current]")).to_contain_text("mayor")

        talks(page).last.locator("a").click()
        expect(page.locator(".p-question")).to_have_text(QUESTION)
        expect(page.locator(".p-sentence").first).to_contain_text(AGREED)
        page.go_back()
        expect(page.locator(".p-question")).to_have_text("How tall is the mayor?")

        page.get_by_label("Search conversations").fill("PRISONERS geneva")
        expect(talks(page)).to_have_count(0)
        page.get_by_label("Search conversations").fill("Swiss prisoners")
        expect(talks(page)).to_have_count(1)
        expect(talks(page)).to_contain_text(QUESTION)

    def test_a_long_conversation_opens_at_its_newest_turn(self, page: Page) -> None:
        for number in range(4):
            ask(page, f"Question {number}, how many prisoners?")
        link = page.url
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator(".p-turn")).to_have_count(0)
        page.evaluate("sessionStorage.clear()")
        page.goto(link)
        expect(page.locator(".p-question").last).to_be_in_viewport()
        expect(page.locator(".p-question").first).not_to_be_in_viewport()

    def test_a_conversation_is_renamed(self, page: Page) -> None:
        ask(page, QUESTION)
        choose(page, talks(page), "Rename")
        page.locator("dialog").get_by_label("Title").fill("The exchange")
        page.locator("dialog").get_by_role("button", name="Rename").click()
        expect(talks(page)).to_contain_text("The exchange")
        page.reload()
        expect(talks(page)).to_contain_text("The exchange")
        expect(page).to_have_title("The exchange · Parley")

    def test_a_deleted_conversation_comes_back(self, page: Page) -> None:
        ask(page, QUESTION)
        choose(page, talks(page), "Delete")
        expect(talks(page)).to_have_count(0)
        expect(page.locator(".p-turn")).to_have_count(0)
        page.locator(".p-toast").get_by_role("button", name="Undo").click()
        expect(page.locator(".p-question")).to_have_text(QUESTION)
        expect(talks(page)).to_have_count(1)
        choose(page, talks(page), "Delete")
        page.reload()
        page.locator(".p-talks").get_by_role("button", name="Bring back").click()
        expect(talks(page)).to_have_count(1)

    def test_a_conversation_is_deleted_for_good(self, page: Page) -> None:
        ask(page, QUESTION)
        address = page.url
        choose(page, talks(page), "Delete")
        page.on("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Delete for good").click()
        expect(page.locator(".p-talks")).not_to_contain_text("deleted")
        page.goto(address)
        expect(page.locator(".p-toast")).to_contain_text("There is no such conversation here")
        expect(ask(page, QUESTION).locator(".p-sources")).to_be_visible()

    def test_a_conversation_is_saved_as_markdown(self, page: Page, tmp_path: Path) -> None:
        ask(page, QUESTION)
        with page.expect_download() as saved:
            choose(page, talks(page), "Save as Markdown")
        assert saved.value.suggested_filename == "how-many-prisoners-will-be-exchanged.md"
        saved.value.save_as(tmp_path / "saved.md")
        text = (tmp_path / "saved.md").read_text("utf-8")
        assert text.startswith(f"# {QUESTION}")
        assert AGREED in text
        assert "The Lake Courier" in text
        assert "<https://news.example/exchange>" in text

    def test_a_link_is_copied(self, page: Page) -> None:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        ask(page, QUESTION)
        choose(page, talks(page), "Copy link")
        expect(page.locator(".p-toast")).to_contain_text("link was copied")
        assert page.evaluate("navigator.clipboard.readText()") == page.url

    def test_times_are_the_readers(self, program: Program, open_page: Open) -> None:
        page = open_page(program.address, timezone_id="Asia/Kathmandu").page
        turn = ask(page, QUESTION)
        expect(turn.locator(".p-actions time")).to_contain_text("GMT+5:45")


class TestFilter:
    def test_a_filter_is_always_in_sight_and_stays(self, page: Page) -> None:
        bar = page.locator(".p-scope")
        expect(bar).to_contain_text("Asking all")
        bar.get_by_role("button", name="Narrow down").click()
        dialog = page.locator("dialog")
        dialog.get_by_label("From").fill("2025-05-01")
        dialog.get_by_label("The Lake Courier", exact=False).first.check()
        dialog.get_by_label("Find an article").fill("bresk will")
        expect(dialog.locator(".p-long .p-tick:visible")).to_have_count(1)
        dialog.locator(".p-long .p-tick:visible input").check()
        dialog.get_by_role("button", name="Ask only these").click()
        for words in ("from 1 May 2025", "The Lake Courier", NOTE.title or ""):
            expect(bar).to_contain_text(words)

        turn = ask(page, QUESTION)
        expect(turn.locator(".p-note").first).to_contain_text("The Lake Courier")
        page.reload()
        expect(bar).to_contain_text("from 1 May 2025")
        bar.get_by_role("button", name="Ask all").click()
        expect(bar).to_contain_text("Asking all")
        page.reload()
        expect(bar).to_contain_text("Asking all")
        expect(turn.locator(".p-note").first).to_contain_text("The Lake Courier")

    def test_days_that_exclude_each_other_are_said(self, page: Page) -> None:
        page.get_by_role("button", name="Narrow down").click()
        dialog = page.locator("dialog")
        dialog.get_by_label("From").fill("2025-05-02")
        dialog.get_by_label("To", exact=True).fill("2025-05-01")
        dialog.get_by_role("button", name="Ask only these").click()
        expect(dialog.locator(".p-wrong")).to_contain_text("no article can pass")
        page.keyboard.press("Escape")
        expect(page.locator(".p-scope")).to_contain_text("Asking all")

    def test_picked_articles_are_asked(self, page: Page) -> None:
        page.get_by_role("link", name="Library").click()
        page.get_by_label(f"Pick {REPORT.title}").check()
        page.get_by_role("button", name="Ask these").click()
        expect(page.locator(".p-scope")).to_contain_text(REPORT.title or "")
        expect(page.locator("#p-box")).to_be_focused()

    def test_each_conversation_has_its_own(self, page: Page) -> None:
        page.get_by_role("button", name="Narrow down").click()
        page.locator("dialog").get_by_label("As of").fill("2025-06-01")
        page.locator("dialog").get_by_role("button", name="Ask only these").click()
        expect(page.locator("dialog")).to_be_hidden()
        ask(page, QUESTION)
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator(".p-scope")).to_contain_text("Asking all")
        talks(page).locator("a").click()
        expect(page.locator(".p-scope")).to_contain_text("as of 1 June 2025")
        page.go_back()
        expect(page.locator(".p-turn")).to_have_count(0)
        expect(page.locator(".p-scope")).to_contain_text("Asking all")


class TestKeyboard:
    def reach(self, page: Page, selector: str) -> Locator:
        """Press Tab until something that matches has the focus."""
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("(one) => document.activeElement.matches(one)", selector):
                break
        focused = page.locator(f"{selector}:focus")
        expect(focused).to_have_count(1)
        return focused

    def test_a_keyboard_is_enough(self, page: Page) -> None:
        self.reach(page, ".p-skip")
        page.keyboard.press("Enter")
        expect(page.locator("#p-box")).to_be_focused()
        page.keyboard.type(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator(".p-sources")).to_be_visible()
        link = self.reach(page, "a.p-cite")
        assert link.evaluate("(node) => getComputedStyle(node).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        expect(page.locator(".p-panel mark:not(.p-faint)")).to_have_text(AGREED)
        expect(page.locator(".p-panel")).to_be_focused()
        self.reach(page, ".p-panel [data-do=next]")
        page.keyboard.press("Enter")
        expect(page.locator(".p-steps")).to_contain_text("2 of 4")
        page.keyboard.press("Escape")
        expect(page.locator(".p-sheet")).to_have_count(0)
        expect(page.locator("a.p-cite").first).to_be_focused()

    def test_menus_and_dialogs_too(self, page: Page) -> None:
        ask(page, QUESTION)
        self.reach(page, ".p-menu summary")
        page.keyboard.press("Enter")
        expect(page.locator(".p-menu [data-do=rename]")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".p-menu [data-do=rename]")).to_be_hidden()
        expect(page.locator(".p-menu summary")).to_be_focused()
        self.reach(page, "[data-do=filter]")
        page.keyboard.press("Enter")
        expect(page.locator("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_be_hidden()
        expect(page.locator("[data-do=filter]")).to_be_focused()


class TestPhone:
    @pytest.fixture
    def page(self, watch: Watch) -> Page:
        return watch.page

    @on_a_phone
    def test_conversations_are_a_drawer(self, page: Page) -> None:
        ask(page, QUESTION)
        expect(page.locator(".p-side")).to_be_hidden()
        page.get_by_role("button", name="Conversations").click()
        expect(page.locator(".p-side")).to_be_visible()
        assert page.locator(".p-main").evaluate("(part) => part.inert")
        page.keyboard.press("Escape")
        expect(page.locator(".p-side")).to_be_hidden()
        page.get_by_role("button", name="Conversations").click()
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator(".p-side")).to_be_hidden()
        expect(page.locator(".p-turn")).to_have_count(0)
        assert fits(page)

    @on_a_phone
    def test_everything_fits(self, page: Page) -> None:
        turn = ask(page, QUESTION)
        assert fits(page)
        turn.locator("[data-rating=up]").click()
        expect(turn.get_by_label("Why this rating")).to_be_visible()
        assert fits(page)
        open_source(page, turn.locator("a.p-cite").first)
        assert fits(page)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Narrow down").click()
        expect(page.locator("dialog")).to_be_visible()
        assert fits(page)
        page.keyboard.press("Escape")
        page.get_by_role("link", name="Library").click()
        expect(page.locator(".p-row").first).to_be_visible()
        assert fits(page)
