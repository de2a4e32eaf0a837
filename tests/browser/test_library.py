"""The Library view: taking articles in, finding, mending, deleting and bringing them back."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, Program, ask, open_source
from tests.conftest import ENVOY, HARBOUR
from tests.page_service import AGREED, ARTICLES, COPY, NOTE, REPORT

pytestmark = pytest.mark.browser

QUESTION = "How many prisoners will be exchanged?"


@pytest.fixture
def page(program: Program, open_page: Open) -> Page:
    """The Library view of a library that others leave as they found it."""
    return open_page(program.address, "?view=library").page


@pytest.fixture
def own_page(own_program: Program, open_page: Open) -> Page:
    """The Library view of a library of one's own."""
    return open_page(own_program.address, "?view=library").page


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two good files and two bad ones."""
    contents = {
        "harbour.md": HARBOUR.encode(),
        "photo.png": b"\x89PNG\r\n\x1a\n",
        "envoy.md": ENVOY.encode(),
        "empty.txt": b"  \n",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return [tmp_path / name for name in contents]


def row(page: Page, title: str) -> Locator:
    return page.locator(".p-row", has=page.get_by_role("link", name=title, exact=True))


def results(page: Page) -> Locator:
    return page.locator(".p-item")


class TestTakingIn:
    @pytest.fixture
    def page(self, own_page: Page) -> Page:
        return own_page

    def test_good_and_bad_files_together_have_a_row_each(
        self, page: Page, files: list[Path]
    ) -> None:
        page.locator("input[type=file]").set_input_files(files)
        expect(results(page)).to_have_count(4)
        expect(page.locator(".p-progress")).to_contain_text("2 added, 2 rejected")
        expect(page.locator(".p-rejected", has_text="photo.png")).to_contain_text(".png")
        expect(page.locator(".p-rejected", has_text="empty.txt")).to_contain_text("is empty")
        expect(page.locator(".p-added", has_text="harbour.md")).to_contain_text("6 May 2031")
        expect(row(page, "Harbour talks open in Vell")).to_contain_text("Vell Courier")
        expect(row(page, "Harbour talks open in Vell")).to_contain_text("1 line cut")
        page.reload()
        expect(results(page)).to_have_count(4)
        page.get_by_role("button", name="Hide").click()
        expect(results(page)).to_have_count(0)

    def test_files_can_be_dropped_anywhere(self, page: Page, files: list[Path]) -> None:
        page.get_by_role("link", name="Ask", exact=True).click()
        transfer = page.evaluate_handle(
            "(files) => { const all = new DataTransfer(); files.forEach(([name, text]) => "
            "all.items.add(new File([text], name))); return all; }",
            [[file.name, file.read_text("utf-8")] for file in files if file.suffix == ".md"],
        )
        page.dispatch_event(".p-welcome", "dragenter", {"dataTransfer": transfer})
        expect(page.locator(".p-dropping")).to_be_visible()
        page.dispatch_event(".p-welcome", "drop", {"dataTransfer": transfer})
        expect(page.locator(".p-dropping")).to_be_hidden()
        expect(page.locator(".p-progress")).to_contain_text("2 added")
        expect(row(page, "Envoy proposes a fishing treaty")).to_be_visible()

    def test_a_file_that_is_too_large_is_named(self, page: Page) -> None:
        page.evaluate(
            "() => { const all = new DataTransfer(); all.items.add(new File("
            "[new Uint8Array(101e6)], 'dump.txt')); const input = "
            "document.querySelector('input[type=file]'); input.files = all.files; "
            "input.dispatchEvent(new Event('change')); }"
        )
        expect(page.locator(".p-rejected", has_text="dump.txt")).to_contain_text("101 MB")

    def test_a_text_is_pasted(self, page: Page) -> None:
        page.get_by_role("button", name="Paste a text").first.click()
        dialog = page.locator("dialog")
        dialog.get_by_label("The article").fill("The envoy met both sides in Vell on Tuesday.")
        dialog.get_by_label("Title").fill("Both sides met")
        dialog.get_by_label("Publisher").fill("Vell Courier")
        dialog.get_by_label("Published").fill("2031-06-03")
        dialog.get_by_role("button", name="Add to the library").click()
        expect(page.locator(".p-progress")).to_contain_text("1 added")
        expect(row(page, "Both sides met")).to_contain_text("Vell Courier · 3 June 2031")

    def test_the_same_again_changes_nothing(self, page: Page, files: list[Path]) -> None:
        for said in ("1 added", "1 already there"):
            page.locator("input[type=file]").set_input_files(files[0])
            expect(page.locator(".p-progress")).to_contain_text(said)

    def test_a_server_that_is_away_is_said_and_the_files_are_named(
        self, own_program: Program, open_page: Open, files: list[Path]
    ) -> None:
        watch = open_page(own_program.address, "?view=library")
        watch.allowed = ("console: Failed to load resource",)
        own_program.end()
        watch.page.locator("input[type=file]").set_input_files(files[:1])
        expect(watch.page.locator(".p-toast")).to_contain_text("harbour.md")
        own_program.start()
        # Its return is noticed: what the page asks for comes again.
        with watch.page.expect_response(lambda reply: reply.ok):
            pass
        watch.page.get_by_label("Search titles and texts").fill(NOTE.title or "")
        expect(watch.page.locator(".p-row")).to_have_count(1)
        expect(watch.page.locator(".p-toast")).to_contain_text("Not added")


class TestFinding:
    def test_search_filter_and_order(self, page: Page) -> None:
        count = page.locator(".p-row").count
        expect(row(page, REPORT.title or "")).to_be_visible()
        everything = count()
        page.get_by_label("Search titles and texts").fill("toren BRIDGE")
        expect(page.locator(".p-row")).to_have_count(2)
        page.get_by_label("Publisher").select_option("Bresk Herald")
        expect(page.locator(".p-row")).to_have_count(1)
        expect(page.locator(".p-row")).to_contain_text(COPY.title or "")
        page.get_by_label("Search titles and texts").fill("no such words")
        expect(page.locator(".p-none")).to_contain_text("No article matches")
        page.get_by_label("Search titles and texts").fill("")
        page.get_by_label("Publisher").select_option("")
        expect(page.locator(".p-row")).to_have_count(everything)
        page.get_by_label("Which articles").select_option("samples")
        expect(page.locator(".p-row")).to_have_count(1)
        expect(page.locator(".p-row .p-tag").first).to_have_text("sample")

    def test_a_title_opens_the_article(self, page: Page) -> None:
        row(page, REPORT.title or "").get_by_role("link").click()
        expect(page.locator(".p-panel h2")).to_contain_text(REPORT.title or "")
        expect(page.locator(".p-panel mark")).to_have_count(0)
        page.reload()
        expect(page.locator(".p-panel h2")).to_contain_text(REPORT.title or "")


class TestMending:
    @pytest.fixture(autouse=True)
    def search(self, page: Page) -> None:
        page.get_by_label("Search titles and texts").fill(NOTE.title or "")
        expect(page.locator(".p-row")).to_have_count(1)

    def test_corrected_metadata_are_what_citations_show(self, page: Page) -> None:
        row(page, NOTE.title or "").get_by_role("button", name="Edit").click()
        dialog = page.locator("dialog")
        dialog.get_by_label("Publisher").fill("The Sea Courier")
        dialog.get_by_label("Published").fill("2025-05")
        dialog.get_by_role("button", name="Save").click()
        expect(row(page, NOTE.title or "")).to_contain_text("The Sea Courier · May 2025")
        expect(row(page, NOTE.title or "").locator(".p-tag").last).to_have_text("corrected")
        row(page, NOTE.title or "").get_by_role("link").click()
        expect(page.locator(".p-about-source")).to_contain_text("May 2025 (as you set it)")
        row(page, NOTE.title or "").get_by_role("button", name="Edit").click()
        expect(dialog).to_contain_text("As read: not given")

    def test_a_date_that_is_none_is_said(self, page: Page) -> None:
        row(page, NOTE.title or "").get_by_role("button", name="Edit").click()
        page.locator("dialog").get_by_label("Published").fill("next Tuesday")
        page.locator("dialog").get_by_role("button", name="Save").click()
        expect(page.locator("dialog .p-wrong")).to_contain_text("next Tuesday")


class TestDeleting:
    def test_a_deleted_article_comes_back(self, page: Page) -> None:
        title = REPORT.title or ""
        row(page, title).get_by_role("button", name="Delete").click()
        expect(row(page, title)).to_have_count(0)
        expect(page.locator(".p-bin")).to_contain_text("1 deleted article")
        page.locator(".p-toast").get_by_role("button", name="Undo").click()
        expect(row(page, title)).to_be_visible()
        page.get_by_role("link", name="Ask", exact=True).click()
        sheet = open_source(page, ask(page, QUESTION).locator("a.p-cite").first)
        expect(sheet.locator("mark:not(.p-faint)")).to_have_text(AGREED)

    def test_several_are_deleted_and_brought_back_after_a_reload(self, page: Page) -> None:
        for title in (REPORT.title, COPY.title):
            page.get_by_label(f"Pick {title}", exact=True).check()
        expect(page.locator(".p-picked")).to_contain_text("2 picked")
        page.locator("[data-do=delete-picked]").click()
        expect(page.locator(".p-toast")).to_contain_text("2 articles were deleted")
        page.reload()
        page.locator(".p-bin").get_by_role("button", name="Bring back").click()
        expect(row(page, REPORT.title or "")).to_be_visible()
        expect(row(page, COPY.title or "")).to_be_visible()

    def test_a_citation_of_what_was_deleted_says_so(self, page: Page) -> None:
        page.get_by_role("link", name="Ask", exact=True).click()
        turn = ask(page, QUESTION)
        page.get_by_role("link", name="Library").click()
        row(page, REPORT.title or "").get_by_role("button", name="Delete").click()
        expect(page.locator(".p-toast")).to_contain_text("1 article was deleted")
        page.get_by_role("link", name="Ask", exact=True).click()
        turn.locator("a.p-cite").first.click()
        panel = page.locator(".p-panel")
        expect(panel.locator(".p-error")).to_contain_text("This article was deleted")
        expect(panel.locator("h2")).to_have_text(REPORT.title or "")
        expect(panel.locator("mark")).to_have_text(AGREED)
        panel.get_by_role("button", name="Bring it back").click()
        expect(panel.locator(".p-error")).to_have_count(0)
        expect(panel.locator("mark:not(.p-faint)")).to_have_text(AGREED)

    def test_articles_are_deleted_for_good(self, own_page: Page) -> None:
        page = own_page
        row(page, REPORT.title or "").get_by_role("button", name="Delete").click()
        page.on("dialog", lambda dialog: dialog.accept())
        page.locator(".p-bin").get_by_role("button", name="Delete for good").click()
        expect(page.locator(".p-bin")).to_have_count(0)
        page.reload()
        expect(page.locator(".p-row").first).to_be_visible()
        expect(row(page, REPORT.title or "")).to_have_count(0)

    def test_samples_go_with_one_click_and_come_back(self, own_page: Page) -> None:
        page = own_page
        page.get_by_role("link", name="Ask", exact=True).click()
        expect(page.locator(".p-held").first).to_contain_text("1 sample among them")
        page.get_by_role("button", name="Remove the samples").click()
        expect(page.get_by_role("button", name="Remove the samples")).to_have_count(0)
        page.locator(".p-toast").get_by_role("button", name="Undo").click()
        expect(page.locator(".p-held").first).to_contain_text("1 sample among them")

    def test_an_empty_library_says_what_to_do(self, own_page: Page) -> None:
        page = own_page
        page.get_by_role("button", name="Show more").click()
        expect(page.locator(".p-row")).to_have_count(len(ARTICLES))
        page.locator("[data-pick=all]").check()
        page.locator("[data-do=delete-picked]").click()
        expect(page.locator(".p-none")).to_contain_text("drop files on this page")
        page.get_by_role("link", name="Ask", exact=True).click()
        expect(page.locator(".p-welcome")).to_contain_text("There are no articles yet")
        expect(
            page.locator(".p-welcome").get_by_role("button", name="Choose files")
        ).to_be_visible()
        expect(page.locator(".p-scope")).to_contain_text("Asking no article yet")

    def test_what_is_picked_stays_picked_out_of_sight(self, page: Page) -> None:
        page.get_by_label(f"Pick {REPORT.title}", exact=True).check()
        page.get_by_label("Search titles and texts").fill(NOTE.title or "")
        expect(page.locator(".p-row")).to_have_count(1)
        page.get_by_label(f"Pick {NOTE.title}", exact=True).check()
        expect(page.locator(".p-picked")).to_contain_text("2 picked")
        page.get_by_role("button", name="Ask these").click()
        expect(page.locator(".p-scope")).to_contain_text("2 articles")


def test_the_indexes_are_made_anew(page: Page) -> None:
    page.get_by_role("button", name="Make the indexes anew").click()
    expect(page.locator(".p-progress")).to_contain_text(f"{len(ARTICLES)} articles re-indexed.")
    expect(page.locator(".p-progress .p-error")).to_have_count(0)
