"""The Briefing view: making, reading, saving, finding again, and the wording of an article."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.ui import pictures
from bot.ui.markup import shown
from tests.briefing_service import SLAMMED
from tests.browser.conftest import DESKTOP, PHONE, Open, Program, fits, open_source
from tests.browser.test_hostile import ACTING, TEXTS, settle
from tests.browser.test_looks import check
from tests.page_service import AGREED, NOTE, PAYLOADS, REPORT

pytestmark = pytest.mark.browser

PICTURES = ".p-brief .p-picture .main-svg"


@pytest.fixture
def page(program: Program, open_page: Open, request: pytest.FixtureRequest) -> Page:
    """The Briefing view."""
    return open_page(program.address, "?view=briefing", **getattr(request, "param", {})).page


def make(page: Page, topic: str) -> Locator:
    """Have a briefing made, and return it once it is there."""
    begin(page, topic)
    expect(page.locator(".p-saves")).to_be_visible()
    return page.locator(".p-brief")


def begin(page: Page, topic: str) -> None:
    page.get_by_label("Topic").fill(topic)
    page.get_by_role("button", name="Make the briefing").click()
    expect(page.locator(".p-brief h2")).to_have_text(topic)


def row(page: Page, title: str) -> Locator:
    return page.locator(".p-kept", has=page.get_by_role("link", name=title, exact=True))


class TestReading:
    def test_a_sentence_opens_its_source_and_the_steps_lead_through_all(self, page: Page) -> None:
        brief = make(page, "The sources")
        sheet = open_source(page, brief.locator(".p-answer a.p-cite").first)
        expect(sheet.locator("mark:not(.p-faint)")).to_have_text(AGREED)
        page.get_by_role("button", name="Next citation").click()
        expect(page.locator(".p-panel h2")).to_have_count(1)
        expect(page.locator('.p-panel [data-part="step"]')).to_have_text("2 of 4")
        page.keyboard.press("Escape")
        expect(page.locator(".p-open")).to_have_count(0)
        cell = brief.locator(".p-board td a.p-cite").first
        sheet = open_source(page, cell)
        expect(sheet.locator("h2")).to_contain_text(REPORT.title or "")

    def test_what_is_read_stays_where_it_is_when_its_source_opens(self, page: Page) -> None:
        brief = make(page, "Steady")
        cell = brief.locator('[data-section="statements"] a.p-cite').first
        cell.scroll_into_view_if_needed()
        top = "(node) => node.getBoundingClientRect().top"
        before = cell.evaluate(top)
        open_source(page, cell)
        assert abs(cell.evaluate(top) - before) < 3

    def test_the_preview_of_a_passage_is_no_wider_than_the_briefing(self, page: Page) -> None:
        brief = make(page, "Previews")
        cite = brief.locator(".p-answer a.p-cite").first
        cite.hover()
        width = cite.evaluate("(node) => parseFloat(getComputedStyle(node, '::after').width)")
        assert 100 < width <= brief.evaluate("(node) => node.clientWidth")

    def test_pictures_are_drawn_from_this_server_alone(self, page: Page) -> None:
        with page.expect_response(f"**/{pictures.script()[0]}") as answered:
            make(page, "Pictures")
        assert "immutable" in (answered.value.header_value("cache-control") or "")
        expect(page.locator(PICTURES).first).to_be_visible()
        assert page.locator(".p-picture:not([hidden])").count() == 3
        expect(page.locator(".p-picture").first).to_contain_text("happened")
        points = page.locator('[data-picture="timeline"] .point').count()
        assert points >= 4

    def test_where_no_picture_can_be_drawn_the_tables_stand_alone(
        self, program: Program, open_page: Open
    ) -> None:
        watch = open_page(program.address, "?view=briefing")
        watch.allowed = ("console: Failed to load resource",)
        watch.page.route("**/plotly-*", lambda route: route.abort())
        brief = make(watch.page, "No pictures")
        expect(brief.locator('[data-section="timeline"] table')).to_be_visible()
        expect(brief.locator(".p-picture:visible")).to_have_count(0)

    def test_a_part_is_jumped_to_by_keyboard(self, page: Page) -> None:
        brief = make(page, "Jumping")
        jump = brief.get_by_role("button", name="Wording")
        jump.focus()
        page.keyboard.press("Enter")
        expect(brief.get_by_role("heading", name="Wording")).to_be_focused()
        expect(brief.get_by_role("heading", name="Wording")).to_be_in_viewport()
        expect(jump).to_be_in_viewport()

    def test_an_open_briefing_is_there_after_a_reload_and_by_back(self, page: Page) -> None:
        make(page, "Reloading")
        address = page.url
        page.reload()
        expect(page.locator(".p-brief h2")).to_have_text("Reloading")
        assert page.title().startswith("Reloading")
        page.get_by_role("link", name="All briefings").click()
        expect(page.locator(".p-brief")).to_have_count(0)
        expect(page.get_by_label("Topic")).to_be_visible()
        page.go_back()
        expect(page.locator(".p-brief h2")).to_have_text("Reloading")
        assert page.url == address
        page.get_by_role("link", name="Library").click()
        page.get_by_role("link", name="Briefing", exact=True).click()
        expect(page.locator(".p-brief h2")).to_have_text("Reloading")
        page.get_by_role("link", name="Briefing", exact=True).click()
        expect(page.get_by_label("Topic")).to_be_visible()

    def test_a_briefing_that_is_not_there_leads_to_all(
        self, program: Program, open_page: Open
    ) -> None:
        page = open_page(program.address, "?view=briefing&b=nothing").page
        expect(page.locator(".p-toast")).to_contain_text("briefing")
        expect(page.get_by_label("Topic")).to_be_visible()


class TestMaking:
    def test_what_is_being_done_is_told_and_can_be_stopped(self, page: Page) -> None:
        begin(page, "endless talks")
        expect(page.locator(".p-wait")).to_contain_text("Checking again")
        expect(page.locator(".p-brief .p-sentence")).to_contain_text(f"{AGREED} [1] [4]")
        page.get_by_role("button", name="Stop").click()
        expect(page.locator(".p-stopped")).to_be_visible()
        page.get_by_role("link", name="All briefings").click()
        expect(row(page, "endless talks").locator(".p-tag")).to_have_text("stopped")

    def test_what_goes_wrong_is_told(self, page: Page) -> None:
        begin(page, "broken")
        expect(page.locator(".p-brief .p-error")).to_contain_text("No endpoint answers.")

    def test_a_length_out_of_bounds_is_not_sent(self, page: Page) -> None:
        page.get_by_label("Length in words").fill("900")
        page.get_by_role("button", name="Make the briefing").click()
        assert page.locator("[name=words]:invalid").count() == 1
        expect(page.locator(".p-brief")).to_have_count(0)

    def test_its_articles_are_chosen_in_the_dialog_and_in_the_library(self, page: Page) -> None:
        page.get_by_role("button", name="Narrow down").click()
        page.locator("dialog").get_by_label("As of").fill("2025-05-20")
        page.locator("dialog").get_by_role("button", name="Only these").click()
        expect(page.locator(".p-order .p-chip")).to_have_text("as of 20 May 2025")
        page.get_by_role("link", name="Library").click()
        page.get_by_label("Search titles and texts").fill(NOTE.title or "")
        page.get_by_label(f"Pick {NOTE.title}", exact=True).check()
        page.get_by_role("button", name="Brief on these").click()
        expect(page.locator(".p-order .p-chip")).to_contain_text(NOTE.title or "")
        page.locator(".p-order").get_by_role("button", name="All articles").click()
        expect(page.locator(".p-order .p-chip")).to_have_count(0)
        # The question's own filter is another.
        page.get_by_role("link", name="Ask", exact=True).click()
        expect(page.locator(".p-asking .p-scope")).to_contain_text("Asking all")

    def test_a_later_one_tells_what_changed(self, page: Page) -> None:
        make(page, "Before")
        page.get_by_role("link", name="All briefings").click()
        expect(page.locator("[name=earlier] option", has_text="Before")).to_have_count(1)
        option = page.locator("[name=earlier] option", has_text="Before").get_attribute("value")
        page.locator("[name=earlier]").select_option(option)
        brief = make(page, "After")
        expect(brief.locator('[data-section="changes"]')).to_contain_text("Bresk on prisoners")
        expect(brief.locator(".p-status", has_text="new")).to_have_count(1)

    def test_a_double_click_makes_one(self, own_program: Program, open_page: Open) -> None:
        page = open_page(own_program.address, "?view=briefing").page
        page.get_by_label("Topic").fill("Twice")
        page.get_by_role("button", name="Make the briefing").dblclick()
        expect(page.locator(".p-saves")).to_be_visible()
        page.get_by_role("link", name="All briefings").click()
        expect(row(page, "Twice")).to_have_count(1)

    def test_one_that_came_to_nothing_is_made_again(self, page: Page) -> None:
        begin(page, "broken again")
        expect(page.locator(".p-brief .p-error .p-kicker")).to_have_text("Not finished")
        before = page.url
        page.get_by_role("button", name="Make it again").click()
        page.wait_for_function("(before) => location.href !== before", arg=before)
        expect(page.locator(".p-brief h2")).to_have_text("broken again")
        page.get_by_role("link", name="All briefings").click()
        expect(row(page, "broken again")).to_have_count(2)
        expect(row(page, "broken again").locator(".p-tag").first).to_have_text("not finished")
        # What holds nothing is not offered.
        expect(page.locator("[name=earlier] option", has_text="broken again")).to_have_count(0)

    def test_what_is_chosen_is_there_after_a_reload(self, page: Page) -> None:
        make(page, "Compared with")
        page.get_by_role("link", name="All briefings").click()
        option = page.locator("[name=earlier] option", has_text="Compared with")
        value = option.get_attribute("value") or ""
        page.locator("[name=earlier]").select_option(value)
        page.reload()
        expect(page.locator("[name=earlier]")).to_have_value(value)

    def test_back_closes_the_dialog_alone(self, page: Page) -> None:
        page.get_by_role("link", name="Library").click()
        page.get_by_role("link", name="Briefing", exact=True).click()
        page.get_by_label("Topic").fill("Half typed")
        page.get_by_role("button", name="Narrow down").click()
        expect(page.locator("dialog")).to_be_visible()
        address = page.url
        page.evaluate("history.back()")
        expect(page.locator("dialog")).to_be_hidden()
        page.wait_for_url(address)
        expect(page.get_by_label("Topic")).to_have_value("Half typed")
        expect(page.get_by_label("Topic")).to_be_visible()
        page.go_back()
        expect(page.get_by_label("Search titles and texts")).to_be_visible()


class TestKeeping:
    def test_the_focus_stays_in_its_row_when_the_list_is_read_anew(self, page: Page) -> None:
        for topic in ("Kept below", "Kept above"):
            make(page, topic)
            page.get_by_role("link", name="All briefings").click()
        delete = page.get_by_role("button", name="Delete Kept below")
        delete.focus()
        stale = delete.element_handle()
        # As when the reader comes back from another window.
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.wait_for_function("(old) => !old.isConnected", arg=stale)
        expect(delete).to_be_focused()
        page.keyboard.press("Enter")
        expect(row(page, "Kept below")).to_have_count(0)
        expect(row(page, "Kept above")).to_have_count(1)
        page.locator(".p-toast").get_by_role("button", name="Undo").click()
        expect(page.get_by_role("link", name="Kept below", exact=True)).to_be_focused()

    def test_one_is_found_renamed_deleted_and_brought_back(
        self, own_program: Program, open_page: Open
    ) -> None:
        watch = open_page(own_program.address, "?view=briefing")
        # The server is ended and started again.
        watch.allowed = ("console: Failed to load resource",)
        page = watch.page
        for topic in ("The corridors", "The ceasefire"):
            make(page, topic)
            page.get_by_role("link", name="All briefings").click()
        expect(page.locator(".p-kept")).to_have_count(2)
        page.get_by_label("Search briefings").fill("corridors")
        expect(page.locator(".p-kept")).to_have_count(1)
        page.get_by_role("button", name="Rename The corridors").click()
        page.locator("dialog").get_by_label("Title").fill("Ways out")
        page.locator("dialog").get_by_role("button", name="Rename").click()
        page.get_by_label("Search briefings").fill("")
        expect(row(page, "Ways out")).to_be_visible()
        page.get_by_role("button", name="Delete Ways out").click()
        expect(row(page, "Ways out")).to_have_count(0)
        page.locator(".p-toast").get_by_role("button", name="Undo").click()
        expect(row(page, "Ways out")).to_be_visible()
        own_program.end()
        own_program.start()
        page.goto(f"{own_program.address}?view=briefing")
        row(page, "Ways out").get_by_role("link").click()
        expect(page.locator(".p-brief .p-unverified")).to_contain_text(SLAMMED)

    def test_one_is_saved_as_a_file(self, page: Page, tmp_path: Path) -> None:
        make(page, "Saving")
        for name, begins in (("Markdown", b"#"), ("PDF", b"%PDF"), ("Word", b"PK"), ("JSON", b"{")):
            with page.expect_download() as saved:
                page.get_by_role("button", name=f"Save as {name}").click()
            file = tmp_path / saved.value.suggested_filename
            saved.value.save_as(file)
            assert file.read_bytes().startswith(begins)
        assert json.loads(file.read_text("utf-8"))["title"] == "Saving"


def test_the_wording_of_an_article_is_checked_beside_it(page: Page) -> None:
    brief = make(page, "Wording")
    open_source(page, brief.locator(".p-answer a.p-cite").first)
    page.get_by_role("link", name="Check the wording").click()
    expect(page.locator(".p-panel .p-report")).to_contain_text("no verdict")
    page.get_by_role("link", name="Read the article").click()
    page.get_by_role("button", name="Brief on this article").click()
    expect(page.locator(".p-order .p-chip")).to_contain_text(REPORT.title or "")
    expect(page.get_by_label("Topic")).to_be_focused()


def test_a_hostile_briefing_is_only_text(page: Page) -> None:
    brief = make(page, "hostile")
    expect(page.locator(PICTURES).first).to_be_attached()
    sentences = brief.locator(".p-sentence > bdi")
    assert sentences.evaluate_all(TEXTS) == [shown(payload) for payload in PAYLOADS]
    expect(page.locator(f".p-briefing :is({ACTING}):not(.p-picture *)")).to_have_count(0)
    for point in page.locator('[data-picture="timeline"] .point').all()[:12]:
        point.hover(force=True)
    expect(page.locator(".p-picture :is(a, image[href^=http], script)")).to_have_count(0)
    settle(page)


@pytest.mark.parametrize("page", [PHONE], indirect=True)
@pytest.mark.parametrize("topic", ["hostile", "plain"])
def test_nothing_of_it_sticks_out_on_a_phone(page: Page, topic: str) -> None:
    assert fits(page)
    make(page, topic)
    expect(page.locator(PICTURES).first).to_be_attached()
    assert fits(page)
    small = page.locator(".p-jump, .p-saves button, .p-back a").evaluate_all(
        "(all) => all.filter((each) => each.getBoundingClientRect().height < 24).length"
    )
    assert small == 0


@pytest.mark.parametrize(
    "page",
    [
        form | {"color_scheme": theme, "reduced_motion": "reduce"}
        for form in (DESKTOP, PHONE)
        for theme in ("light", "dark")
    ],
    indirect=True,
    ids=["desktop-light", "desktop-dark", "phone-light", "phone-dark"],
)
def test_everything_of_it_can_be_read(page: Page) -> None:
    check(page)
    make(page, "Contrast")
    check(page)
    page.get_by_role("link", name="All briefings").click()
    page.get_by_role("button", name="Narrow down").click()
    expect(page.locator("dialog")).to_be_visible()
    check(page)
