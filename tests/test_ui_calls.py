"""What the page's scripts may call, without a browser or Gradio."""

import asyncio
import inspect
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.briefings import Briefings
from bot.conversations import Conversations
from bot.jobs import Jobs
from bot.scope import ALL
from bot.service import Overview, Service
from bot.ui.conversation_calls import ConversationCalls
from bot.ui.library_calls import LibraryCalls
from tests.conftest import ENVOY
from tests.page_service import PAYLOADS, cite
from tests.test_conversations import (
    FIRST,
    LAST,
    PATIENCE,
    Changing,
    Held,
    Told,
    asked,
    held,
    settle,
)
from tests.test_ui_render import Node, pressed, tree
from vectorstore.corpus import Corpus
from vectorstore.documents import Article
from vectorstore.errors import NotFoundError, ParleyError

__all__ = ["held"]

# What a hostile script may send in place of anything.
ODD = (
    *(None, True, 0, -1, 7, 10**400, 1.5, float("nan"), "", "\x00", "\ud800", "x" * 10_000),
    *([], [[]], [{}], ["\ud800"], [None, 7], {}, {"since": []}, {"articles": ["\ud800"]}),
    *({"publishers": 7}, {"article": "\ud800", "title": None}, "#cite/../1/0/5", PAYLOADS[0]),
)
Call = Callable[[dict[str, Any]], Any]


@pytest.fixture
def engine() -> Changing:
    return Changing(Told(FIRST))


@pytest.fixture
def service(filled: Corpus, engine: Changing) -> Iterator[Service]:
    library = filled.library

    def overview() -> Overview:
        counts = library.counts()
        return Overview(counts["articles"], counts["samples"], "extractive")

    conversations = Conversations(library, engine, library.article)
    briefings = Briefings(library, lambda _request, _earlier: iter(()))
    made = Service(filled, conversations, Jobs(filled), overview, briefings)
    yield made
    made.close()
    settle()


@pytest.fixture
def calls(service: Service) -> ConversationCalls:
    return ConversationCalls(service)


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where uploads lie; temporary folders are made beside it, and nowhere else."""
    folder = tmp_path / "page" / "uploads"
    folder.mkdir(parents=True)
    temporary = tmp_path / "page" / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    return folder


@pytest.fixture
def shelf(service: Service, uploads: Path) -> LibraryCalls:
    def uploaded(path: str) -> Path:
        found = {str(each): each for each in uploads.iterdir()}.get(path)
        if found is None:
            raise ParleyError("The upload is not here any more: choose the file again.")
        return found

    return LibraryCalls(service, uploaded)


def article(corpus: Corpus, words: str) -> Article:
    return next(each for each in corpus.library.articles() if words in each.text)


def thread(calls: ConversationCalls, conversation: str, **given: object) -> dict[str, Any]:
    return asyncio.run(calls.thread({"conversation": conversation, **given}))


def turn_of(result: dict[str, Any], turn: str) -> Node:
    return tree(result["changed"][turn]["html"])


def digests(result: dict[str, Any]) -> dict[str, str]:
    """Return what the page then knows."""
    return {turn: each["digest"] for turn, each in result["changed"].items()}


class Noted(dict[str, Any]):
    """Notes what is asked of it."""

    def __init__(self, given: dict[str, Any]) -> None:
        super().__init__(given)
        self.names = set[str]()

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)


def called(call: Call, given: dict[str, Any]) -> Any:
    result = call(given)
    return asyncio.run(result) if inspect.iscoroutine(result) else result


def every(*of: object) -> Iterator[tuple[str, Call]]:
    for each in of:
        for name, call in inspect.getmembers(each, inspect.ismethod):
            if not name.startswith("_"):
                yield name, call


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:30])
def test_whatever_is_sent_no_call_fails_but_in_words(
    calls: ConversationCalls,
    shelf: LibraryCalls,
    service: Service,
    odd: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.ui.conversation_calls._WAIT_SECONDS", 0)
    monkeypatch.setattr("bot.ui.library_calls._WAIT_SECONDS", 0)
    envoy = article(service.corpus, "fishing treaty on Wednesday")
    good = {"scope": {}, "question": "Who?", "article": envoy.id, "text": "A text.", "path": "no"}
    good |= {"link": f"#article/{envoy.id}/1", "fields": {"article": envoy.id}}
    wrong: list[str] = []

    def attempt(name: str, call: Call, given: dict[str, Any]) -> None:
        try:
            assert isinstance(called(call, given), dict)
        except Exception as error:  # noqa: BLE001 - all that goes wrong is told at once
            if not (isinstance(error, ParleyError) and str(error)):
                wrong.append(f"{name}: {type(error).__name__}: {error}"[:200])

    for name, call in every(calls, shelf):
        good["conversation"] = asked(service.conversations)
        good["turn"] = service.conversations.get(good["conversation"]).turns[0].id
        noted = Noted(good)
        attempt(name, call, noted)
        for each in noted.names:
            attempt(f"{name} {each}", call, {**good, each: odd})
    service.jobs.wait()
    assert wrong == []


class TestThread:
    def test_what_the_page_has_does_not_come_again(
        self, calls: ConversationCalls, service: Service
    ) -> None:
        conversation = asked(service.conversations, "First?")
        for question in ("Second?", "Third?"):
            asked(service.conversations, question, conversation)
        order = [turn.id for turn in service.conversations.get(conversation).turns]

        result = thread(calls, conversation)
        assert list(result["changed"]) == result["order"] == order
        assert (result["busy"], result["title"]) == (False, "First?")
        assert "Second?" in turn_of(result, order[1]).text

        known = digests(result)
        result = thread(calls, conversation, known={**known, order[1]: "another"})
        assert list(result["changed"]) == [order[1]]
        result = thread(calls, conversation, known={order[1]: known[order[1]]})
        assert list(result["changed"]) == [order[0], order[2]]
        result = thread(calls, conversation, known=known)
        assert (result["changed"], result["order"]) == ({}, order)

        # What was rated looks otherwise, wherever it stands.
        service.conversations.rate(conversation, order[0], "up", "")
        result = thread(calls, conversation, known=known)
        assert list(result["changed"]) == [order[0]]
        assert digests(result)[order[0]] != known[order[0]]

    def test_while_one_is_answered_only_the_last_and_unknown_ones_come(
        self, calls: ConversationCalls, service: Service, engine: Changing, held: Held
    ) -> None:
        conversation = asked(service.conversations, "First?")
        asked(service.conversations, "Second?", conversation)
        known = digests(thread(calls, conversation))
        engine.ask = held
        service.conversations.ask(conversation, "Third?", ALL)
        assert held.said.wait(PATIENCE)
        first, second, third = thread(calls, conversation)["order"]
        service.conversations.rate(conversation, first, "up", "")

        result = thread(calls, conversation, known=known)
        assert (result["busy"], list(result["changed"])) == (True, [third])
        result = thread(calls, conversation, known={first: known[first]} | digests(result))
        assert list(result["changed"]) == [second]

        held.go.set()
        settle()
        result = thread(calls, conversation, known=known)
        assert list(result["changed"]) == [first, third]

    @pytest.mark.parametrize("known", [None, [], 7, "x", {7: 7}, {"\ud800": []}])
    def test_what_is_no_digest_is_not_known(
        self, calls: ConversationCalls, service: Service, known: object
    ) -> None:
        conversation = asked(service.conversations)
        result = thread(calls, conversation, known=known)
        assert list(result["changed"]) == result["order"]

    def test_it_waits_for_a_change_while_an_answer_is_on_its_way(
        self, service: Service, engine: Changing, held: Held
    ) -> None:
        class Watched(Conversations):
            """Lets the engine go on once its revision was looked at again."""

            looks = 0

            def revision(self, conversation_id: str) -> str:
                self.looks += 1
                if self.looks == 4:
                    held.go.set()
                    settle()
                return super().revision(conversation_id)

        engine.ask = held
        library = service.corpus.library
        watched = Watched(library, engine, library.article)
        calls = ConversationCalls(replace(service, conversations=watched))
        conversation = watched.ask(None, "Who?", ALL)
        assert held.said.wait(PATIENCE)
        watched.looks = 0

        result = thread(calls, conversation, revision="")
        assert result["busy"]
        assert "who led them" not in "".join(each["html"] for each in result["changed"].values())

        # Looked at once before and once when it came; the next look but one is a second one.
        watched.looks = 2
        later = thread(calls, conversation, revision=result["revision"])
        assert later["revision"] != result["revision"]
        assert not later["busy"]
        assert "who led them" in "".join(each["html"] for each in later["changed"].values())

    def test_it_waits_for_a_change_by_another_window_while_nothing_is_answered(
        self, calls: ConversationCalls, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        slept: list[float] = []

        async def sleep(seconds: float) -> None:
            slept.append(seconds)
            if len(slept) == 3:
                service.conversations.rename(conversation, "Talks")
            assert len(slept) < 10, "it did not see the change"

        conversation = asked(service.conversations)
        before = thread(calls, conversation)
        monkeypatch.setattr(asyncio, "sleep", sleep)

        later = thread(calls, conversation, revision=before["revision"], known=digests(before))

        assert len(slept) == 3
        assert (later["title"], later["changed"]) == ("Talks", {})
        assert later["revision"] != before["revision"]
        # What is not the revision of now is not waited for.
        thread(calls, conversation, revision=before["revision"])
        assert len(slept) == 3

    def test_it_does_not_wait_for_ever(
        self, calls: ConversationCalls, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bot.ui.conversation_calls._WAIT_SECONDS", 0.2)
        conversation = asked(service.conversations)
        revision = service.conversations.revision(conversation)
        assert thread(calls, conversation, revision=revision)["revision"] == revision

    def test_it_says_what_the_next_question_is_asked_of(
        self, calls: ConversationCalls, service: Service
    ) -> None:
        envoy = article(service.corpus, "fishing treaty on Wednesday")
        conversation = asked(service.conversations)
        given = {"conversation": conversation, "scope": {"articles": [envoy.id]}}
        assert calls.scope(given)["scope"] == {"articles": [envoy.id]}
        result = thread(calls, conversation)
        assert result["scope"] == {"articles": [envoy.id]}
        assert "1 article: Envoy proposes a fishing treaty" in tree(result["bar"]).text

    def test_what_is_not_there_is_said(self, calls: ConversationCalls) -> None:
        with pytest.raises(NotFoundError, match="no such conversation"):
            thread(calls, "c1")


class TestTalking:
    def test_a_question_begins_a_conversation_or_goes_on_with_one(
        self, calls: ConversationCalls, service: Service
    ) -> None:
        first = calls.ask({"question": "Who?", "scope": {}})["conversation"]
        settle()
        again = {"conversation": first, "question": "Where?", "scope": {"until": "2031-05-07"}}
        assert calls.ask(again) == {"conversation": first}
        settle()
        assert calls.ask({"question": "Who?", "scope": {}})["conversation"] != first
        whole = service.conversations.get(first)
        assert [turn.question for turn in whole.turns] == ["Who?", "Where?"]
        assert whole.scope.until == "2031-05-07"

    @pytest.mark.parametrize("scope", [None, [], {"since": "soon"}, {"articles": "a1"}])
    def test_a_damaged_filter_asks_nothing(
        self, calls: ConversationCalls, service: Service, scope: object
    ) -> None:
        with pytest.raises(ParleyError):
            calls.ask({"question": "Who?", "scope": scope})
        assert service.conversations.find() == []

    def test_stop_retry_and_undo(
        self, calls: ConversationCalls, engine: Changing, held: Held
    ) -> None:
        engine.ask = held
        here = calls.ask({"question": "Who?", "scope": {}}) | {"scope": {}}
        assert held.said.wait(PATIENCE)
        assert calls.stop(here) == {}
        held.go.set()
        result = thread(calls, here["conversation"])
        (here["turn"],) = result["order"]
        assert "Stopped" in turn_of(result, here["turn"]).text

        engine.ask = Told(LAST)
        assert calls.retry(here) == {}
        settle()
        result = thread(calls, here["conversation"])
        (anew,) = result["order"]
        assert "who led them" in turn_of(result, anew).text
        # Another window asked again: what this one shows is not the last any more.
        for call in (calls.undo, calls.retry):
            with pytest.raises(ParleyError, match="not the last question any more"):
                call(here)
        assert calls.undo(here | {"turn": anew}) == {"question": "Who?"}
        assert thread(calls, here["conversation"])["order"] == []

    def test_a_rating_comes_back_in_its_turn(
        self, calls: ConversationCalls, service: Service
    ) -> None:
        here = {"conversation": asked(service.conversations)}
        here["turn"] = service.conversations.get(here["conversation"]).turns[0].id

        def rated_as(rating: str | None, comment: str = "") -> Node:
            assert calls.rate(here | {"rating": rating, "comment": comment}) == {}
            return turn_of(thread(calls, here["conversation"]), here["turn"])

        rated = rated_as("down", PAYLOADS[4])
        assert rated.find("p-turn")[0].attributes["data-turn"] == here["turn"]
        assert pressed(rated) == ["down"]
        assert rated.find("p-word")[0].find("input")[0].attributes["value"] == PAYLOADS[4]
        assert pressed(rated_as(None)) == []

    def test_conversations_are_listed_and_searched(
        self, calls: ConversationCalls, service: Service
    ) -> None:
        first = asked(service.conversations, "Who led them?")
        second = asked(service.conversations, "Where was it?")
        listed = tree(calls.conversations({"conversation": first})["html"])
        talks = listed.find("p-talk")
        assert [talk.attributes["data-conversation"] for talk in talks] == [second, first]
        current = [each for each in listed.walk() if "aria-current" in each.attributes]
        assert [link.attributes["href"] for link in current] == [f"?c={first}"]
        (talk,) = tree(calls.conversations({"search": "WHERE"})["html"]).find("p-talk")
        assert talk.attributes["data-conversation"] == second
        assert "None holds these words" in calls.conversations({"search": "Orlo"})["html"]

    def test_a_conversation_is_renamed_deleted_and_brought_back(
        self, calls: ConversationCalls, service: Service
    ) -> None:
        here = {"conversation": asked(service.conversations)}
        form = tree(calls.rename_form(here)["html"])
        assert form.find("input")[0].attributes["value"] == "Who?"
        assert calls.rename(here | {"title": "Talks"}) == {}
        assert calls.export(here)["name"] == "talks.md"
        assert "Kestrel" in calls.export(here)["content"]

        assert "deleted" in calls.delete(here)["said"]
        assert "1 deleted conversation" in calls.conversations({})["html"]
        assert "deleted conversation" not in calls.conversations({"search": "Who"})["html"]
        assert calls.restore(here) == {}
        other = {"conversation": asked(service.conversations)}
        for each in (here, other):
            calls.delete(each)
        assert calls.restore({}) == {}
        assert len(service.conversations.find()) == 2
        calls.delete(here)
        assert calls.empty({}) == {}
        calls.restore({})
        assert [each.id for each in service.conversations.find()] == [other["conversation"]]

    @pytest.mark.parametrize("name", ["rename_form", "rename", "delete", "export", "undo"])
    def test_only_what_is_there_can_be_changed(self, calls: ConversationCalls, name: str) -> None:
        with pytest.raises(NotFoundError):
            getattr(calls, name)({"conversation": "c1", "title": "Talks"})


class TestScope:
    def test_titles_stand_for_articles_and_deleted_ones_are_named_so(
        self, calls: ConversationCalls, shelf: LibraryCalls, service: Service
    ) -> None:
        envoy = article(service.corpus, "fishing treaty on Wednesday").id
        harbour = article(service.corpus, "22 ships").id
        scope = {"articles": [envoy, harbour]}
        conversation = calls.ask({"question": "Who?", "scope": scope})["conversation"]
        settle()
        shelf.delete_articles({"articles": [harbour]})

        result = thread(calls, conversation)

        words = "2 articles: Envoy proposes a fishing treaty; a deleted article"
        (turn,) = result["order"]
        assert words in turn_of(result, turn).text
        assert words in tree(result["bar"]).text
        assert result["scope"] == scope
        assert words in tree(calls.scope({"scope": scope})["bar"]).text

    def test_a_filter_is_read_without_being_set(
        self, calls: ConversationCalls, service: Service
    ) -> None:
        conversation = asked(service.conversations)
        given = {"conversation": conversation, "scope": {"since": "2031-05-01"}}
        result = calls.bar(given)
        assert result["scope"] == {"since": "2031-05-01"}
        assert "from 1 May 2031" in tree(result["bar"]).text
        assert service.conversations.get(conversation).scope == ALL
        assert calls.scope(given) == result
        assert service.conversations.get(conversation).scope.since == "2031-05-01"

    def test_the_form_has_what_is_there_with_what_is_chosen(
        self, calls: ConversationCalls, service: Service
    ) -> None:
        envoy = article(service.corpus, "fishing treaty on Wednesday").id
        scope = {"since": "2031-05-01", "publishers": ["vell courier"], "articles": [envoy]}
        form = tree(calls.scope_form({"scope": scope})["html"])
        values = {each.attributes["name"]: each.attributes for each in form.find("input")[:3]}
        assert [values[name]["value"] for name in ("since", "until", "as_of")] == [
            *("2031-05-01", "", "")
        ]
        ticks = [each for each in form.find("input") if each.attributes["type"] == "checkbox"]
        assert len(ticks) == 4
        assert {each.attributes["value"] for each in ticks if "checked" in each.attributes} == {
            *("Vell Courier", envoy)
        }

    def test_a_damaged_filter_opens_an_empty_form(self, calls: ConversationCalls) -> None:
        assert "checked" not in calls.scope_form({"scope": 7})["html"]


class TestSource:
    def cited(self, service: Service, quote: str) -> str:
        place = cite(1, article(service.corpus, quote), quote)
        return f"#cite/{place.article_id}/{place.version}/{place.start}/{place.end}"

    def opened(self, calls: ConversationCalls, link: object, others: object = None) -> Node:
        return tree(calls.source({"link": link, "others": others})["html"])

    def test_a_citation_opens_its_article_at_its_passage(
        self, calls: ConversationCalls, service: Service
    ) -> None:
        link = self.cited(service, "22 ships")
        page = self.opened(calls, link)
        assert page.find("p-sheet")[0].attributes["data-link"] == link
        assert [mark.text for mark in page.find("mark")] == ["22 ships"]
        assert "Harbour talks open in Vell" in page.find("h2")[0].text

    def test_an_article_opens_without_a_mark(
        self, calls: ConversationCalls, service: Service
    ) -> None:
        harbour = article(service.corpus, "22 ships")
        page = self.opened(calls, f"#article/{harbour.id}/{harbour.version}")
        assert page.find("mark") == []
        assert "22 ships" in page.text

    def test_what_the_answer_also_cites_is_marked_faintly(
        self, calls: ConversationCalls, service: Service
    ) -> None:
        link, other = self.cited(service, "22 ships"), self.cited(service, "Ana Kestrel")
        elsewhere = self.cited(service, "two weeks")
        damaged = [None, 7, [], {}, "", "#cite/zz/1/0/5", link + "9" * 9, f"#article/{'a1' * 8}/1"]
        page = self.opened(calls, link, [link, other, elsewhere, *damaged])
        assert [mark.text for mark in page.find("mark")] == ["Ana Kestrel", "22 ships"]
        assert [mark.text for mark in page.find("p-faint")] == ["Ana Kestrel"]

    @pytest.mark.parametrize(
        ("link", "words"),
        [
            (None, "damaged"),
            ([], "damaged"),
            ("#cite/zz/1/0/5", "damaged"),
            ("#article/../1", "damaged"),
            (f"#article/{'f' * 24}/1", "no article ffff"),
            (f"#cite/{'f' * 24}/1/0/5", "no article ffff"),
        ],
    )
    def test_what_cannot_be_opened_says_why(
        self, calls: ConversationCalls, link: object, words: str
    ) -> None:
        page = self.opened(calls, link)
        assert words in page.find("p-error")[0].text
        assert page.find("p-sheet")[0].attributes["data-link"] == str(link)

    def test_older_versions_open_and_deleted_articles_say_so(
        self,
        calls: ConversationCalls,
        shelf: LibraryCalls,
        service: Service,
        take_in: Callable[..., object],
    ) -> None:
        old = self.cited(service, "two weeks")
        take_in(ENVOY.replace("two weeks", "three weeks"))
        assert [mark.text for mark in self.opened(calls, old).find("mark")] == ["two weeks"]
        new = self.cited(service, "three weeks")
        assert [mark.text for mark in self.opened(calls, new).find("mark")] == ["three weeks"]
        changed = self.opened(calls, f"#changes/{new.split('/')[1]}/1/2")
        assert changed.find("del")[0].text.strip() == "two"
        assert changed.find("ins")[0].text.strip() == "three"
        assert "#changes/" in str(self.opened(calls, new).find("p-versions")[0])
        missing = self.opened(calls, f"#changes/{new.split('/')[1]}/2/9")
        assert "in version 9" in missing.find("p-error")[0].text
        later = new.replace("/2/", "/3/")
        assert "in version 3" in self.opened(calls, later).find("p-error")[0].text
        shelf.delete_articles({"articles": [article(service.corpus, "three weeks").id]})
        assert "was deleted" in self.opened(calls, old).find("p-error")[0].text

    def test_of_a_deleted_article_what_the_conversation_keeps_is_shown(
        self, calls: ConversationCalls, shelf: LibraryCalls, service: Service, engine: Changing
    ) -> None:
        harbour = article(service.corpus, "22 ships")
        citation = cite(1, harbour, "22 ships")
        nearest = cite(1, harbour, "Ana Kestrel")
        conversation = None
        for answer in (
            replace(FIRST, citations=(citation,)),
            replace(FIRST, sentences=(), refused=True, nearest=(nearest,)),
        ):
            engine.ask = Told(answer)
            conversation = asked(service.conversations, "Who?", conversation)
        engine.ask = Told(FIRST)
        links = [self.cited(service, quote) for quote in ("22 ships", "Ana Kestrel")]
        here = {"conversation": conversation}

        def opened(link: str, given: dict[str, Any] = here) -> Node:
            return tree(calls.source({"link": link, **given})["html"])

        for link, quote in zip(links, ("22 ships", "Ana Kestrel"), strict=True):
            assert len(opened(link).find("p-error")) == 0
            shelf.delete_articles({"articles": [harbour.id]})
            page = opened(link)
            assert [mark.text for mark in page.find("mark")] == [quote]
            assert "Harbour talks open in Vell" in page.find("h2")[0].text
            assert "Vell Courier, 6 May 2031" in page.find("p-about-source")[0].text
            assert page.find("p-error")[0].text == "This article was deleted. Bring it back"
            assert "restore-article" in page.all("data-do")
            assert harbour.id in page.all("data-article")
            # Elsewhere nothing is kept of it, but it can be brought back.
            for other in ({}, {"conversation": asked(service.conversations)}):
                page = opened(link, other)
                assert page.find("mark") == []
                assert "restore-article" in page.all("data-do")
            shelf.restore_articles({"articles": [harbour.id]})

        shelf.delete_articles({"articles": [harbour.id]})
        shelf.purge({})
        page = opened(links[0])
        assert [mark.text for mark in page.find("mark")] == ["[removed]"]
        assert "Vell Courier, 6 May 2031" in page.find("p-about-source")[0].text
        assert page.find("p-error")[0].text == "This article was deleted."
        assert "restore-article" not in page.all("data-do")


def test_no_call_needs_gradio() -> None:
    code = (
        "import sys, bot.ui.conversation_calls, bot.ui.library_calls as library\n"
        "assert library.LibraryCalls.take\n"
        "sys.exit('gradio' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
