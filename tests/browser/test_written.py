"""What a model writes, on the page: while it comes, once it is whole, and when it is not fit."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, ask, fits, open_source
from tests.browser.test_looks import check
from tests.page_service import AGREED, CROSSING, DRAFT, FAULT, HALF, WRITTEN

pytestmark = pytest.mark.browser

BADLY, IN_PART = "What is written badly?", "What is written in part?"

# Notes where anything is put in or taken out.
_NOTE = """() => {
  window.changed = new Set();
  new MutationObserver((all) => all.forEach(({ target }) => window.changed.add(target.outerHTML
    .replace(/>[^]*/, ">")))).observe(document.querySelector(".p-log"),
    { childList: true, subtree: true });
}"""


def begin(page: Page, question: str = "What is written for ever?") -> None:
    """Ask for what a model never ends writing, and see two sentences and half of the next."""
    page.fill("#p-box", question)
    page.press("#p-box", "Enter")
    expect(page.locator(".p-turn").last.locator(".p-pending bdi")).to_contain_text(HALF)


class TestWhileItComes:
    def test_sentences_stand_checked_and_the_next_one_behind_them(self, page: Page) -> None:
        begin(page)
        turn = page.locator(".p-turn")
        expect(turn.locator(".p-sentence").first).to_have_text(f"{WRITTEN} [1]")
        expect(turn.locator(".p-unverified")).to_contain_text("40 is not there.")
        pending = turn.locator(".p-answer > .p-pending:last-child")
        expect(pending).to_have_text(f"Not checked yet: {HALF}")
        expect(turn.locator(".p-wait")).to_have_text("Still answering …")
        expect(turn.locator(".p-actions")).to_have_count(0)
        # What has come can be looked into already, and stays open while more comes.
        sheet = open_source(page, turn.locator("a.p-cite").first)
        expect(sheet.locator("mark:not(.p-faint)")).to_have_text(AGREED)
        page.click(".p-stop")

    def test_only_its_text_changes_while_it_is_written(self, page: Page) -> None:
        begin(page, "What is written on and on, for ever?")
        page.evaluate(_NOTE)
        pending = page.locator(".p-pending bdi")
        for _ in range(3):
            expect(pending).to_contain_text((pending.text_content() or "") + " read")
        changed = page.evaluate("[...window.changed]")
        assert changed == ['<bdi dir="auto" data-live="">']
        page.click(".p-stop")

    def test_it_says_what_is_being_done(self, page: Page) -> None:
        page.fill("#p-box", "What is written after reading?")
        page.press("#p-box", "Enter")
        expect(page.locator(".p-wait")).to_have_text("Reading 3 of 12 articles")
        page.click(".p-stop")
        expect(page.locator(".p-stopped")).to_be_visible()
        # Nothing was answered that could be copied or rated.
        expect(page.locator(".p-tools [data-do]")).to_have_text(["Ask again", "Undo"])

    def test_a_stop_keeps_what_was_checked_and_no_half_sentence(self, page: Page) -> None:
        begin(page)
        page.click(".p-stop")
        turn = page.locator(".p-turn")
        for _ in range(2):
            expect(turn.locator(".p-stopped")).to_be_visible()
            expect(turn.locator(".p-sentence")).to_have_count(2)
            expect(turn.locator(".p-pending")).to_have_count(0)
            expect(turn).not_to_contain_text(HALF)
            page.reload()


class TestWhole:
    def test_it_says_who_wrote_it_what_it_took_and_what_is_missing(self, page: Page) -> None:
        turn = ask(page, "What is written well?")
        expect(turn.locator(".p-sentence")).to_have_count(2)
        expect(turn.locator(".p-unverified .p-flag")).to_have_text("Unverified")
        expect(turn.locator(".p-missing")).to_have_text(
            "Not in these articles, by the model's account: who signed it; when the last group "
            "crosses"
        )
        expect(turn.locator(".p-actions .p-about")).to_contain_text(
            "Written by mini-4 · 1,204 + 96 tokens · $0.0003 · "
        )
        for absent in (".p-draft", ".p-quoted", ".p-pending"):
            expect(turn.locator(absent)).to_have_count(0)

    def test_what_is_not_fit_gives_way_to_quotations_and_can_be_looked_at(self, page: Page) -> None:
        turn = ask(page, BADLY)
        expect(turn.locator(".p-sentence")).to_have_text([f"{AGREED} [1]"])
        expect(turn.locator(".p-notices")).to_contain_text("These are quotations")
        expect(turn.locator(".p-notices")).not_to_contain_text("before it was whole")
        expect(turn.locator(".p-actions .p-about")).to_contain_text(
            "Quoted by Parley · 1,204 + 96 tokens used · $0.0003 · "
        )
        draft = turn.locator(".p-draft")
        expect(draft.locator("p").first).to_be_hidden()
        draft.get_by_text("What the model wrote, not verified").click()
        expect(draft.locator("p")).to_have_text(DRAFT.split("\n\n"))
        # It stays open when the answer is rated, which shows it anew.
        turn.locator("[data-rating=down]").click()
        expect(turn.get_by_label("Why this rating")).to_be_visible()
        expect(draft.locator("p").first).to_be_visible()

    def test_what_broke_off_stands_above_what_the_articles_say(self, page: Page) -> None:
        turn = ask(page, IN_PART)
        expect(turn.locator(".p-question ~ .p-answer")).to_have_text(f"{WRITTEN} [1]")
        notices = turn.locator(".p-notices li")
        expect(notices).to_have_text(["The answer ended before it was whole.", FAULT])
        quoted = turn.locator(".p-quoted")
        expect(quoted.locator("h3")).to_have_text("From the articles, word for word")
        expect(quoted.locator(".p-sentence")).to_have_text(f"{CROSSING} [2]")
        sheet = open_source(page, quoted.locator("a.p-cite"))
        expect(sheet.locator("mark:not(.p-faint)")).to_have_text(CROSSING)

    def test_after_a_reload_it_is_all_there(self, page: Page) -> None:
        questions = ("What is written well?", BADLY, IN_PART)
        before = [ask(page, question).inner_text() for question in questions]
        page.reload()
        expect(page.locator(".p-turn")).to_have_count(len(before))
        # The buttons that only the last turn has are the same then, too.
        assert page.locator(".p-turn").last.inner_text() == before[-1]


@pytest.mark.parametrize(
    "watch",
    [
        form | {"color_scheme": theme, "reduced_motion": "reduce"}
        for form in (DESKTOP, PHONE)
        for theme in ("light", "dark")
    ],
    indirect=True,
    ids=["desktop-light", "desktop-dark", "phone-light", "phone-dark"],
)
def test_everything_that_is_written_can_be_read(page: Page) -> None:
    for question in ("What is written well?", BADLY, IN_PART):
        turn = ask(page, question)
    page.locator(".p-draft summary").click()
    check(page)
    begin(page)
    check(page)
    assert fits(page)
    page.click(".p-stop")
    expect(turn).to_be_visible()
