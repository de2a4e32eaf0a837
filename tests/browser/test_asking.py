"""Asking on the page: answers, what one can do with them, and their sources."""

import signal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Program, Watch, ask, fits, on_a_phone, open_source
from tests.page_service import AGREED, COPY, CROSSING, REPORT, TEXT

pytestmark = pytest.mark.browser

QUESTION = "How many prisoners will be exchanged?"


class TestAnswers:
    def test_an_answer_streams_in_with_its_citations(self, page: Page) -> None:
        turn = ask(page, QUESTION)
        expect(turn.locator(".p-question")).to_have_text(QUESTION)
        expect(turn.locator(".p-sentence").first).to_have_text(f"{AGREED} [1] [4]")
        expect(turn.locator(".p-sentence strong").first).to_have_text("120 prisoners")
        expect(turn.locator(".p-unverified")).to_contain_text("40 is not there.")
        expect(turn.locator(".p-disagree li")).to_have_count(2)
        expect(turn.locator(".p-notices")).to_contain_text("One wire story")
        expect(turn.locator(".p-actions")).to_contain_text("Quoted by Parley")
        assert page.input_value("#p-box") == ""

    def test_an_example_is_asked_once_by_a_click_or_two(self, page: Page) -> None:
        talks = page.locator(".p-talk")
        before = talks.count()
        page.locator(".p-example").first.dblclick()
        expect(page.locator(".p-question")).to_have_text(QUESTION)
        expect(page.locator(".p-sources")).to_be_visible()
        expect(page.locator(".p-welcome")).to_be_hidden()
        expect(talks).to_have_count(before + 1)

    def test_a_follow_up_shows_how_it_was_understood(self, page: Page) -> None:
        ask(page, QUESTION)
        expect(ask(page, "And when?").locator(".p-note")).to_contain_text("the follow-up")

    def test_shift_enter_is_a_new_line(self, page: Page) -> None:
        page.fill("#p-box", "one")
        page.press("#p-box", "Shift+Enter")
        assert page.input_value("#p-box") == "one\n"
        expect(page.locator(".p-turn")).to_have_count(0)

    def test_a_refusal_offers_what_is_nearest(self, page: Page) -> None:
        turn = ask(page, "How tall is the mayor?")
        expect(turn.locator(".p-refusal")).to_contain_text("The articles do not say.")
        expect(turn.locator(".p-answer")).to_have_count(0)
        nearest = turn.locator(".p-nearest")
        expect(nearest.locator("h3")).to_contain_text("do not answer")
        sheet = open_source(page, nearest.locator("a").first)
        expect(sheet.locator("mark:not(.p-faint)")).to_have_text(CROSSING)

    def test_an_error_is_a_message_and_keeps_the_question(self, page: Page) -> None:
        turn = ask(page, "Is it broken?")
        expect(turn.locator(".p-question")).to_have_text("Is it broken?")
        expect(turn.locator(".p-error")).to_contain_text("Start it, or set PARLEY_ENGINE")

    def test_stopping_keeps_what_came(self, page: Page) -> None:
        page.fill("#p-box", "An endless answer, please")
        page.press("#p-box", "Enter")
        expect(page.locator(".p-sentence")).to_contain_text("word word")
        expect(page.locator(".p-send")).to_be_hidden()
        page.fill("#p-box", "What is typed meanwhile")
        page.press("#p-box", "Enter")
        page.click(".p-stop")
        expect(page.locator(".p-stopped")).to_be_visible()
        expect(page.locator(".p-turn")).to_have_count(1)
        expect(page.locator(".p-sentence")).to_contain_text("word word")
        assert page.input_value("#p-box") == "What is typed meanwhile"
        expect(page.locator(".p-send")).to_be_visible()
        expect(ask(page, QUESTION).locator(".p-sources")).to_be_visible()

    def test_the_last_question_is_asked_anew_in_its_place(self, page: Page) -> None:
        ask(page, QUESTION)
        turn = ask(page, "Is it broken?")
        was = turn.get_attribute("data-turn")
        expect(page.locator("[data-do=retry]:visible")).to_have_count(1)
        turn.locator("[data-do=retry]").click()
        expect(page.locator(f'[data-turn="{was}"]')).to_have_count(0)
        expect(page.locator(".p-turn")).to_have_count(2)
        expect(page.locator(".p-turn .p-error")).to_have_count(1)

    def test_an_undone_question_is_back_in_the_box(self, page: Page) -> None:
        ask(page, QUESTION)
        ask(page, "And when?").locator("[data-do=undo]").click()
        expect(page.locator(".p-turn")).to_have_count(1)
        expect(page.locator("#p-box")).to_have_value("And when?")
        expect(page.locator("#p-box")).to_be_focused()

    def test_a_copied_answer_carries_readable_citations(self, page: Page) -> None:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        ask(page, QUESTION).locator("[data-do=copy]").click()
        expect(page.locator(".p-toast")).to_contain_text("copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert QUESTION in copied
        assert f"{AGREED} [1]" in copied
        assert "The Lake Courier" in copied
        assert "13 May 2025" in copied

    def test_a_thumb_and_a_word_stay_with_the_answer(self, page: Page) -> None:
        turn = ask(page, QUESTION)
        turn.locator("[data-rating=down]").click()
        expect(turn.locator("[data-rating=down]")).to_have_attribute("aria-pressed", "true")
        expect(turn.locator("[data-rating=down]")).to_be_focused()
        turn.get_by_label("Why this rating").fill("The number is the other one.")
        turn.get_by_role("button", name="Save").click()
        expect(page.locator(".p-toast")).to_contain_text("Kept with the answer")
        page.reload()
        again = page.locator(".p-turn")
        expect(again.locator("[data-rating=down]")).to_have_attribute("aria-pressed", "true")
        expect(again.get_by_label("Why this rating")).to_have_value("The number is the other one.")
        again.locator("[data-rating=down]").click()
        expect(again.locator("[data-rating=down]")).to_have_attribute("aria-pressed", "false")

    def test_the_conversation_is_announced(self, page: Page) -> None:
        log = page.locator("[role=log][aria-live=polite]")
        expect(log).to_have_count(1)
        ask(page, QUESTION)
        expect(log).to_have_attribute("aria-busy", "false")
        expect(page.get_by_label("Your question")).to_be_visible()

    def test_what_was_there_does_not_move_while_an_answer_comes(self, page: Page) -> None:
        ask(page, QUESTION)
        page.evaluate(
            "window.shifts = []; new PerformanceObserver((list) => list.getEntries().forEach("
            "(entry) => window.shifts.push(entry.value))).observe("
            "{ type: 'layout-shift', buffered: false });"
        )
        page.fill("#p-box", "An endless answer, please")
        page.press("#p-box", "Enter")
        expect(page.locator(".p-sentence").last).to_contain_text("word word word word word")
        page.click(".p-stop")
        expect(page.locator(".p-stopped")).to_be_visible()
        assert sum(page.evaluate("window.shifts")) < 0.02

    def test_nothing_moves_when_a_source_opens(self, page: Page) -> None:
        link = ask(page, QUESTION).locator("a.p-cite").first
        before = link.bounding_box()
        open_source(page, link)
        assert link.bounding_box() == before

    def test_what_is_half_typed_stays_with_its_conversation(self, page: Page) -> None:
        ask(page, QUESTION)
        page.fill("#p-box", "And what about")
        page.reload()
        expect(page.locator("#p-box")).to_have_value("And what about")
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator("#p-box")).to_have_value("")
        page.go_back()
        expect(page.locator("#p-box")).to_have_value("And what about")

    def test_an_answer_from_right_to_left_stands_on_the_right(self, page: Page) -> None:
        answer = ask(page, "rtl").locator(".p-answer")
        assert answer.evaluate("(node) => getComputedStyle(node).direction") == "rtl"

    def test_there_is_nothing_of_gradio_to_be_seen(self, page: Page) -> None:
        assert page.title() == "Parley"
        expect(page.locator("footer")).to_have_count(0)
        expect(page.locator("body")).not_to_contain_text("Gradio", use_inner_text=True)


class TestSource:
    def test_a_citation_opens_its_article_at_the_sentence(self, page: Page) -> None:
        turn = ask(page, QUESTION)
        sheet = open_source(page, turn.locator("a.p-cite").first)
        expect(sheet.locator("mark:not(.p-faint)")).to_have_text(AGREED)
        expect(sheet.locator("mark.p-faint")).to_have_text(CROSSING)
        expect(sheet.locator("h2")).to_contain_text("Arland and Bresk agree")
        expect(sheet.locator(".p-about-source")).to_contain_text("The Lake Courier")
        expect(sheet.locator(".p-about-source")).to_contain_text("13 May 2025")
        expect(sheet.locator(".p-tag")).to_have_text("sample")
        original = sheet.get_by_role("link", name="Open the original at news.example")
        expect(original).to_have_attribute("href", REPORT.url or "")
        lines = [line for line in TEXT.split("\n") if line]
        assert sheet.locator(".p-text > p").all_inner_texts() == lines
        expect(sheet.locator(".p-removed li")).to_be_hidden()
        sheet.locator("summary").click()
        expect(sheet.locator("details")).to_contain_text("Sign up for our newsletter.")

    @pytest.mark.parametrize(
        "kind", ["a.p-cite", ".p-disagree a.p-cite", ".p-sources a.p-source", "a.p-copy"]
    )
    def test_every_kind_of_citation_opens(self, page: Page, kind: str) -> None:
        turn = ask(page, QUESTION)
        sheet = open_source(page, turn.locator(kind).last)
        expect(sheet.locator("mark:not(.p-faint)").first).to_be_in_viewport()

    def test_citations_are_walked_through(self, page: Page) -> None:
        turn = ask(page, QUESTION)
        open_source(page, turn.locator("a.p-cite").first)
        panel = page.locator(".p-panel")
        expect(panel.locator(".p-steps")).to_contain_text("1 of 4")
        expect(panel.locator("[data-do=previous]")).to_be_disabled()
        panel.locator("[data-do=next]").click()
        expect(panel.locator(".p-steps")).to_contain_text("2 of 4")
        expect(panel.locator("h2")).to_contain_text(COPY.title or "")
        panel.locator("[data-do=next]").click()
        expect(panel.locator("mark:not(.p-faint)")).to_have_text(CROSSING)
        panel.locator("[data-do=previous]").click()
        expect(panel.locator(".p-steps")).to_contain_text("2 of 4")

    def test_copies_of_one_story_are_one_origin(self, page: Page) -> None:
        turn = ask(page, QUESTION)
        expect(turn.locator(".p-sources > ul > li")).to_have_count(2)
        expect(turn.locator(".p-sources")).to_contain_text("2 outlets, 1 origin")
        sheet = open_source(page, turn.locator("a.p-cite").first)
        expect(sheet.locator(".p-about-source")).to_contain_text("2 outlets, 1 origin")
        sheet.get_by_role("link", name="Bresk Herald").click()
        expect(page.locator(".p-panel h2")).to_have_text(COPY.title or "")

    def test_a_passage_far_down_is_scrolled_to(self, page: Page) -> None:
        turn = ask(page, QUESTION)
        sheet = open_source(page, turn.locator("a.p-cite", has_text="[3]").first)
        expect(sheet.locator("mark:not(.p-faint)")).to_have_text(CROSSING)
        expect(sheet.locator("mark:not(.p-faint)")).to_be_in_viewport()
        sheet = open_source(page, turn.locator("a.p-cite").first)
        expect(sheet.locator("h2")).to_be_in_viewport()

    def test_what_is_open_survives_a_reload_and_goes_back(self, page: Page) -> None:
        turn = ask(page, QUESTION)
        open_source(page, turn.locator("a.p-cite").first)
        page.reload()
        expect(page.locator(".p-panel mark:not(.p-faint)")).to_have_text(AGREED)
        expect(page.locator(".p-steps")).to_contain_text("1 of 4")
        page.go_back()
        expect(page.locator(".p-sheet")).to_have_count(0)
        expect(page.locator(".p-turn")).to_have_count(1)

    @pytest.mark.parametrize(
        ("link", "words"),
        [
            ("#cite/x/1/0/5", "damaged"),
            ("#cite/ffffffffffffffff/1/0/5", "has no article ffffffffffffffff"),
            (f"#cite/{'a1' * 12}/1/0/999999", "does not lie within this text"),
        ],
    )
    def test_a_link_that_leads_nowhere_says_so(self, page: Page, link: str, words: str) -> None:
        page.evaluate("(link) => { location.hash = link; }", link)
        expect(page.locator(".p-panel")).to_contain_text(words)

    @on_a_phone
    def test_on_a_phone_it_covers_the_page_and_closes(self, page: Page) -> None:
        turn = ask(page, QUESTION)
        sheet = open_source(page, turn.locator("a.p-cite").first)
        expect(sheet.locator("mark:not(.p-faint)")).to_be_in_viewport()
        size = "(part) => [part.offsetLeft, part.offsetWidth, part.offsetHeight]"
        assert page.locator(".p-panel").evaluate(size) == [0, 390, 844]
        assert page.locator(".p-main").evaluate("(part) => part.inert")
        assert fits(page)
        sheet.locator(".p-close").click()
        expect(page.locator(".p-panel")).to_be_hidden()
        assert not page.locator(".p-main").evaluate("(part) => part.inert")


class TestNothingIsLost:
    """What was asked is there after a reload, a restart, and a kill while answering."""

    def test_a_citation_opens_after_a_reload(self, page: Page) -> None:
        ask(page, QUESTION)
        page.reload()
        turn = page.locator(".p-turn")
        expect(turn.locator(".p-question")).to_have_text(QUESTION)
        sheet = open_source(page, turn.locator("a.p-cite").first)
        expect(sheet.locator("mark:not(.p-faint)")).to_have_text(AGREED)

    def test_an_answer_goes_on_through_a_reload(self, page: Page) -> None:
        page.fill("#p-box", "An endless answer, please")
        page.press("#p-box", "Enter")
        expect(page.locator(".p-sentence")).to_contain_text("word word")
        page.reload()
        expect(page.locator(".p-sentence")).to_contain_text("word word word")
        expect(page.locator("[data-busy]")).to_be_visible()
        page.click(".p-stop")
        expect(page.locator(".p-stopped")).to_be_visible()

    def test_a_citation_opens_after_a_restart(self, own_program: Program, open_page: Open) -> None:
        watch = open_page(own_program.address)
        # While the server is away, requests to it fail, as they must.
        watch.allowed = ("console: Failed to load resource",)
        page = watch.page
        ask(page, QUESTION)
        assert own_program.end() == 0
        own_program.start()
        turn = page.locator(".p-turn")
        sheet = open_source(page, turn.locator("a.p-cite").first)
        expect(sheet.locator("mark:not(.p-faint)")).to_have_text(AGREED)
        page.reload()
        expect(turn.locator(".p-question")).to_have_text(QUESTION)
        expect(page.locator(".p-panel mark:not(.p-faint)")).to_have_text(AGREED)
        expect(ask(page, "And when?").locator(".p-note")).to_contain_text("the follow-up")

    def test_a_kill_while_answering_is_said_and_costs_nothing_else(
        self, own_program: Program, open_page: Open
    ) -> None:
        watch = open_page(own_program.address)
        watch.allowed = ("console: Failed to load resource",)
        page = watch.page
        ask(page, QUESTION)
        page.fill("#p-box", "An endless answer, please")
        page.press("#p-box", "Enter")
        expect(page.locator(".p-sentence").last).to_contain_text("word word")
        own_program.end(signal.SIGKILL)
        expect(page.locator(".p-toast")).to_contain_text("Parley does not answer")
        own_program.start()
        expect(page.locator(".p-turn").last).to_contain_text("ended before this was answered")
        expect(page.locator(".p-toast")).to_be_empty()
        expect(page.locator(".p-turn").first).to_contain_text(AGREED)
        expect(ask(page, QUESTION).locator(".p-sources")).to_be_visible()

    def test_a_server_that_is_away_keeps_the_typed_question(
        self, own_program: Program, open_page: Open
    ) -> None:
        watch = open_page(own_program.address)
        watch.allowed = ("console: Failed to load resource",)
        page = watch.page
        own_program.end()
        page.fill("#p-box", QUESTION)
        page.press("#p-box", "Enter")
        expect(page.locator(".p-toast")).to_contain_text("start it again")
        expect(page.locator("#p-box")).to_have_value(QUESTION)
        own_program.start()


class TestTwoWindows:
    """One conversation, open twice."""

    def test_each_shows_what_is_asked_in_the_other(self, watch: Watch, open_page: Open) -> None:
        ask(watch.page, QUESTION)
        path = watch.page.url.removeprefix(watch.address)
        other = open_page(watch.address, path).page
        for page in (watch.page, other):
            page.fill("#p-box", "And when?")
        for page in (watch.page, other):
            page.press("#p-box", "Enter")
        for page in (watch.page, other):
            expect(page.locator(".p-turn .p-actions")).to_have_count(3)
            expect(page.locator("[data-busy]")).to_have_count(0)
        other.locator("[data-rating=up]").first.click()
        rated = watch.page.locator("[data-rating=up]").first
        expect(rated).to_have_attribute("aria-pressed", "true")

    def test_a_turn_that_is_not_the_last_is_not_taken_back(
        self, watch: Watch, open_page: Open
    ) -> None:
        page = watch.page
        ask(page, QUESTION)
        stale = open_page(watch.address, page.url.removeprefix(watch.address))
        stale.allowed = ("console: Failed to load resource",)
        other = stale.page
        expect(other.locator(".p-turn")).to_have_count(1)
        # The other window does not get to know of the next turn.
        other.route("**/component_server/", lambda route: route.abort())
        ask(page, "And when?")
        other.unroute("**/component_server/")
        other.evaluate("document.querySelector('[data-do=undo]').click()")
        expect(page.locator(".p-turn")).to_have_count(2)


class TestTwoReaders:
    def test_two_conversations_at_once_never_mix(self, watch: Watch, open_page: Open) -> None:
        one, other = watch.page, open_page(watch.address).page
        for round_ in range(3):
            for page, name in ((one, "first"), (other, "second")):
                page.fill("#p-box", f"{name} reader, question {round_}?")
            for page in (one, other):
                page.press("#p-box", "Enter")
            for page in (one, other):
                expect(page.locator(".p-turn .p-actions")).to_have_count(round_ + 1)
        for page, name in ((one, "first"), (other, "second")):
            asked = page.locator(".p-question").all_inner_texts()
            assert asked == [f"{name} reader, question {n}?" for n in range(3)]
        assert one.url != other.url

    def test_a_conversation_has_a_link(self, watch: Watch, open_page: Open) -> None:
        ask(watch.page, QUESTION)
        path = watch.page.url.removeprefix(watch.address)
        other = open_page(watch.address, path).page
        expect(other.locator(".p-question")).to_have_text(QUESTION)
