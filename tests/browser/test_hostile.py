"""Text that tries to act: in articles, answers, questions, names and files it stays text.

`watch` fails each of these if anything ran, or asked for anything elsewhere.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.answers import Answer
from bot.ui.markup import shown
from bot.wording import gaps
from tests.browser.conftest import Open, Program, ask, fits, on_a_phone, open_source
from tests.page_service import HOSTILE, PAYLOADS

pytestmark = pytest.mark.browser

ACTING = "img, script, iframe, object, embed, video, audio, style, link, base, meta, a[href^=java]"


TEXTS = "(all) => all.map((one) => one.textContent)"


def missing() -> tuple[str, ...]:
    return gaps(Answer("", "", "", missing=PAYLOADS))


def settle(page: Page) -> None:
    # Nothing tells that a request will not be made; those of a load are made at once.
    page.wait_for_timeout(300)


def test_an_answer_is_only_text(page: Page) -> None:
    turn = ask(page, "hostile")
    for part in (".p-question ~ .p-answer", ".p-quoted .p-answer"):
        sentences = turn.locator(f"{part} .p-sentence > bdi")
        assert sentences.evaluate_all(TEXTS) == [shown(payload) for payload in PAYLOADS]
    assert turn.locator(".p-missing bdi").evaluate_all(TEXTS) == list(map(shown, missing()))
    turn.locator(".p-draft summary").click()
    written = turn.locator(".p-draft p").evaluate_all(TEXTS)
    assert "\n\n".join(written) == shown("\n\n".join(PAYLOADS))
    expect(turn.locator(ACTING)).to_have_count(0)
    for link in turn.locator("a.p-cite").all()[:3]:
        link.hover()
    settle(page)


def test_what_is_being_written_is_only_text(page: Page) -> None:
    page.fill("#p-box", "stream hostile")
    page.press("#p-box", "Enter")
    expect(page.locator(".p-pending")).to_be_visible()
    said = "\n".join(PAYLOADS)
    live = page.locator("[data-live]")
    assert live.evaluate_all(TEXTS) == [shown(" ".join(said.split())), shown(said)]
    expect(page.locator(f".p-turn :is({ACTING})")).to_have_count(0)
    settle(page)
    page.click(".p-stop")
    expect(page.locator(".p-stopped")).to_be_visible()


def test_a_question_is_only_text_wherever_it_stands(page: Page) -> None:
    for start in range(0, len(PAYLOADS), 10):
        question = "\n".join(PAYLOADS[start : start + 10])
        turn = ask(page, question)
        typed = turn.locator(".p-question").text_content() or ""
        assert typed == shown(question.strip())
    # A conversation's title is its first question: in the list, the window's title, the forms.
    talk = page.locator(".p-talk", has=page.locator("[aria-current]"))
    talk.locator("summary").click()
    talk.locator("[data-do=rename]").click()
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator(".p-turn").first).to_be_visible()
    expect(page.locator(f".p-app :is({ACTING})")).to_have_count(0)
    settle(page)


def test_a_refusal_is_only_text(page: Page) -> None:
    turn = ask(page, "refuse hostile")
    expect(turn.locator(".p-nearest li")).to_have_count(len(PAYLOADS))
    assert turn.locator(".p-missing bdi").evaluate_all(TEXTS) == list(map(shown, missing()))
    turn.locator(".p-draft summary").click()
    expect(turn.locator(".p-draft p").first).to_have_text(PAYLOADS[0])
    expect(turn.locator(ACTING)).to_have_count(0)
    settle(page)


def test_an_error_is_only_text(page: Page) -> None:
    turn = ask(page, "fail hostile")
    said = turn.locator(".p-error p").nth(1).text_content()
    assert said == shown("\n".join(PAYLOADS))
    settle(page)


def test_articles_are_only_text(page: Page) -> None:
    turn = ask(page, "refuse hostile")
    links = turn.locator(".p-nearest a")
    for number, article in enumerate(HOSTILE):
        sheet = open_source(page, links.nth(number))
        title = sheet.locator("h2 > bdi")
        expect(title).not_to_be_empty()
        assert title.text_content() == shown(article.title or "")
        lines = [line for line in article.text.split("\n") if line]
        shown_lines = sheet.locator(".p-text > p")
        assert shown_lines.first.text_content() == shown(lines[0])
        expect(sheet.locator(ACTING)).to_have_count(0)
        sheet.locator("summary").click()
    settle(page)


def test_the_library_and_the_filter_are_only_text(page: Page) -> None:
    page.get_by_role("link", name="Library").click()
    page.get_by_role("button", name="Show more").click()
    titles = page.locator(".p-row .p-title > bdi")
    expect(titles).to_have_count(len(HOSTILE) + 3)
    listed = set(titles.evaluate_all(TEXTS))
    assert {shown(payload) for payload in PAYLOADS} <= listed
    for row in page.locator(".p-row").all()[:3]:
        row.get_by_role("button", name="Edit").click()
        expect(page.locator("dialog form")).to_be_visible()
        page.keyboard.press("Escape")
    page.get_by_role("link", name="Ask", exact=True).click()
    page.get_by_role("button", name="Narrow down").click()
    expect(page.locator("dialog form")).to_be_visible()
    page.locator("dialog input[type=checkbox]").evaluate_all(
        "(ticks) => ticks.forEach((tick) => { tick.checked = true; })"
    )
    page.get_by_role("button", name="Ask only these").click()
    expect(page.locator(".p-chip")).to_have_count(2)
    expect(page.locator(f".p-app :is({ACTING})")).to_have_count(0)
    settle(page)


def test_file_names_and_searches_are_only_text(
    own_program: Program, open_page: Open, tmp_path: Path
) -> None:
    page = open_page(own_program.address, "?view=library").page
    names = [f"{payload}.txt" for payload in PAYLOADS]
    page.evaluate(
        "(names) => { const all = new DataTransfer(); names.forEach((name) => "
        "all.items.add(new File([`Talks about ${name} opened.`], name))); const input = "
        "document.querySelector('input[type=file]'); input.files = all.files; "
        "input.dispatchEvent(new Event('change')); }",
        names[:20],
    )
    expect(page.locator(".p-item")).to_have_count(20)
    expect(page.locator(":is(.p-added, .p-duplicate)")).to_have_count(20)
    for payload in PAYLOADS[:8]:
        with page.expect_response("**/component_server/"):
            page.get_by_label("Search titles and texts").fill(payload)
            page.get_by_label("Search conversations").fill(payload)
    expect(page.locator(f".p-app :is({ACTING})")).to_have_count(0)
    settle(page)


@pytest.mark.parametrize("link", [f"?c={payload}#{payload}" for payload in PAYLOADS[:12]])
def test_an_address_is_only_text(program: Program, open_page: Open, link: str) -> None:
    page = open_page(program.address, link).page
    expect(page.locator(f".p-app :is({ACTING})")).to_have_count(0)


@on_a_phone
def test_nothing_sticks_out_on_a_phone(page: Page) -> None:
    assert fits(page)
    turn = ask(page, "hostile")
    assert fits(page)
    sheet = open_source(page, turn.locator("a.p-source").last)
    assert fits(page)
    wide = "(part) => part.scrollWidth > part.clientWidth"
    assert not sheet.locator(".p-scroll").evaluate(wide)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Library").click()
    expect(page.locator(".p-row").first).to_be_visible()
    assert fits(page)
