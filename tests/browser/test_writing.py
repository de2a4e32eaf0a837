"""The page with a model that writes: the program as it is started, and a scripted endpoint."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import openai_server
from tests.browser.conftest import PHONE, ROOT, Open, ask, fits, open_source
from tests.conftest import ENVOY, HARBOUR
from tests.openai_server import OpenAIServer, cut_off, said, status
from vectorstore.corpus import Corpus
from vectorstore.embeddings import MiniLM
from vectorstore.ingest import ingest

LED = "Who led the Norland delegation?"
HELD = "Trade Minister Ana Kestrel led the delegation of Norland."
SHIPS = "Kestrel said 22 ships were waiting."
LIE = "Boris Melnik led the Sudmark delegation."


@contextmanager
def serving(home: Path, **environ: str) -> Iterator[str]:
    """Run `parley chat` until the block ends; yield the page's address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "chat", "--no-samples", "--port", "7899"],
        cwd=ROOT,
        env={**os.environ, "PARLEY_HOME": str(home), **environ},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if "the page is at " in line:
            break
    address = said.rpartition("the page is at ")[2].strip()
    try:
        assert address.startswith("http"), said
        yield address.rstrip("/") + "/"
    finally:
        process.send_signal(signal.SIGTERM)
        process.stderr.close()
        process.wait(30)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[OpenAIServer]:
    with openai_server.running() as server:
        server.models = ["tale-1"]
        yield server


@pytest.fixture(scope="module")
def address(
    endpoint: OpenAIServer, embedder: MiniLM, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("writing")
    for name, text in (("harbour.md", HARBOUR), ("envoy.md", ENVOY)):
        (folder / name).write_text(text, encoding="utf-8")
    with Corpus.own(folder / "home", embedder, "test") as corpus:
        ingest(corpus, [str(folder / "harbour.md"), str(folder / "envoy.md")])
    with serving(folder / "home", PARLEY_ENGINE="llm", OPENAI_BASE_URL=endpoint.url) as served:
        yield served


@pytest.fixture
def server(endpoint: OpenAIServer) -> OpenAIServer:
    endpoint.always, endpoint.gone = None, 0
    endpoint.replies.clear()
    return endpoint


@pytest.fixture
def page(open_page: Open, address: str, request: pytest.FixtureRequest) -> Page:
    return open_page(address, **getattr(request, "param", {})).page


def test_an_answer_is_seen_as_it_is_written_and_its_sentences_lead_to_their_passages(
    page: Page, server: OpenAIServer
) -> None:
    server.always = said(f"{HELD} [1] {SHIPS} [1]", pause=0.25, usage=(1_204, 96))
    page.fill("#p-box", LED)
    page.press("#p-box", "Enter")

    turn = page.locator(".p-turn")
    expect(turn).to_contain_text("Trade Minister Ana")
    assert HELD not in turn.inner_text()
    expect(turn.locator(".p-sentence")).to_have_count(1)
    expect(turn).to_contain_text("Kestrel said")
    expect(turn.locator(".p-actions")).to_be_visible()

    expect(turn.locator(".p-sentence")).to_have_count(2)
    expect(turn.locator(".p-actions")).to_contain_text("Written by tale-1")
    expect(turn.locator(".p-actions")).to_contain_text("1,204 + 96 tokens")
    sheet = open_source(page, turn.locator(".p-sentence a.p-cite").first)
    expect(sheet.locator("mark").first).to_have_text(
        "The Norland delegation was led by Trade Minister Ana Kestrel."
    )


def test_who_writes_and_where_is_said_above_the_page(page: Page) -> None:
    expect(page.locator(".p-facts")).to_have_text("tale-1 writes, on this machine")


def test_a_stopped_answer_keeps_its_checked_sentences_and_the_model_is_let_go(
    page: Page, server: OpenAIServer
) -> None:
    server.always = said(f"{HELD} [1] " + "And then " * 200, pause=0.2)
    page.fill("#p-box", LED)
    page.press("#p-box", "Enter")
    turn = page.locator(".p-turn")
    expect(turn.locator(".p-sentence")).to_have_count(1)
    expect(turn).to_contain_text("And then")

    page.locator('[data-do="stop"]').click()

    expect(turn).to_contain_text("Stopped")
    expect(turn.locator(".p-sentence")).to_have_count(1)
    expect(turn).not_to_contain_text("And then")
    for _ in range(100):
        if server.gone:
            break
        page.wait_for_timeout(100)
    assert server.gone == 1
    page.reload()
    expect(page.locator(".p-turn")).to_contain_text(HELD)


def test_an_unverified_sentence_is_shown_as_such(page: Page, server: OpenAIServer) -> None:
    server.always = said(f"{HELD} [1] {LIE} [1]")

    turn = ask(page, LED)

    unverified = turn.locator(".p-unverified")
    expect(unverified).to_contain_text("Unverified")
    expect(unverified).to_contain_text("Melnik")


@pytest.mark.parametrize("page", [{}, PHONE], indirect=True)
def test_what_does_not_hold_is_quoted_instead_and_the_draft_can_be_opened(
    page: Page, server: OpenAIServer
) -> None:
    server.always = said(f"{LIE} [1]")

    turn = ask(page, LED)

    expect(turn.locator(".p-answer")).to_contain_text("led by Trade Minister Ana Kestrel")
    expect(turn.locator(".p-notices")).to_contain_text("could be verified")
    draft = turn.locator("details")
    expect(draft.get_by_text(LIE)).to_be_hidden()
    draft.locator("summary").click()
    expect(draft.get_by_text(LIE)).to_be_visible()
    assert fits(page)


def test_a_dead_endpoint_costs_nothing_but_the_wording(page: Page, server: OpenAIServer) -> None:
    server.always = status(401, "Incorrect API key provided.", "invalid_api_key")

    turn = ask(page, LED)

    expect(turn.locator(".p-answer")).to_contain_text("Ana Kestrel")
    expect(turn.locator(".p-notices")).to_contain_text("OPENAI_API_KEY")
    expect(turn.locator(".p-actions")).to_contain_text("Quoted by Parley")


def test_of_what_broke_off_the_verified_part_stays_with_quotations_below(
    page: Page, server: OpenAIServer
) -> None:
    server.always = cut_off(f"{HELD} [1] And then the")

    turn = ask(page, LED)

    expect(turn.locator(".p-answer").first).to_contain_text(HELD)
    expect(turn).to_contain_text("The answer ended before it was whole.")
    expect(turn).to_contain_text("From the articles, word for word")
    expect(turn).not_to_contain_text("And then the")
