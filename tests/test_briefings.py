"""Briefings over a real library file, made in the background by what a test writes down."""

import json
import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from bot.answers import MAX_QUESTION, Citation
from bot.briefing.parts import Briefing, BriefSentence, Origins
from bot.briefing.request import Make, Progress, Request
from bot.briefings import Briefings, Kept
from bot.scope import Scope
from vectorstore.briefing_table import BriefingTable, StoredBriefing
from vectorstore.errors import NotFoundError, ParleyError
from vectorstore.library import Library

PATIENCE = 30
SCOPE = Scope(until="2031-06-01", publishers=("Vell Courier",))
TALKS = Request("talks in Vell", 120, SCOPE)
LED = BriefSentence("The delegation was led by Ana Kestrel.", (1,), origins=2)
MET = BriefSentence("They met in Vell.", (1,), claim_status="party")
CITED = Citation(1, "a1" * 12, "Talks", "Vell Courier", "2031-05-06", None, 0, 8, "Kestrel.")
BEGUN = Briefing("Talks open in Vell", "talks in Vell", "extractive", None, origins=Origins(12, 9))
HALF = replace(BEGUN, sentences=(LED,), citations=(CITED,))
WHOLE = replace(HALF, sentences=(LED, MET))


class Told:
    """Makes what it is told to, and remembers what it was asked for."""

    def __init__(self, *says: Progress | Exception) -> None:
        self.says = says
        self.asked: list[tuple[Request, Briefing | None]] = []

    def __call__(self, request: Request, earlier: Briefing | None) -> Iterator[Progress]:
        self.asked.append((request, earlier))
        for each in self.says:
            if isinstance(each, Exception):
                raise each
            yield each


class Held(Told):
    """Makes what it is told to, then waits until it is let go, and makes the whole."""

    def __init__(self, *says: Progress | Exception) -> None:
        super().__init__(*says)
        self.said, self.go, self.closed = Event(), Event(), Event()
        self.at_once = threading.Semaphore(0)

    def __call__(self, request: Request, earlier: Briefing | None) -> Iterator[Progress]:
        try:
            yield from super().__call__(request, earlier)
            self.said.set()
            self.at_once.release()
            self.go.wait()
            yield Progress("Done", WHOLE)
        finally:
            self.closed.set()


def settle() -> None:
    for thread in threading.enumerate():
        if thread.name == "parley-briefing":
            thread.join(PATIENCE)
            assert not thread.is_alive()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library.open(tmp_path, writable=True)
    yield opened
    settle()
    opened.close()


@pytest.fixture
def held(library: Library) -> Iterator[Held]:
    maker = Held(Progress("Reading 12 articles …"), Progress("Writing …", HALF))
    yield maker
    maker.go.set()
    settle()


def made(library: Library, make: Make, request: Request = TALKS) -> Kept:
    briefings = Briefings(library, make)
    return briefings.wait(briefings.start(request))


class TestRequests:
    @pytest.mark.parametrize("words", [49, 801, 0, -1])
    def test_a_length_out_of_bounds_is_refused_with_the_bounds(self, words: int) -> None:
        with pytest.raises(ParleyError, match="choose a length of 50 to 800"):
            Request(words=words)

    def test_a_topic_is_a_few_words(self) -> None:
        with pytest.raises(ParleyError, match="shorten it"):
            Request("x" * (MAX_QUESTION + 1))

    @pytest.mark.parametrize("request_", [Request(), Request("a\u2028“b”", 50, SCOPE, "b1")])
    def test_one_comes_back_from_its_json_form(self, request_: Request) -> None:
        assert Request.from_json(request_.to_json()) == request_

    @pytest.mark.parametrize(
        "damaged",
        [
            *("", "{", "[]", "7", '{"words": "many"}', '{"words": 7}', '{"words": true}'),
            '{"words": 200, "topic": 7}',
            '{"words": 200, "scope": []}',
            '{"words": 200, "scope": {"since": "soon"}}',
        ],
    )
    def test_a_damaged_one_is_no_request(self, damaged: str) -> None:
        with pytest.raises(ValueError):  # noqa: PT011
            Request.from_json(damaged)


class TestMaking:
    def test_it_is_there_at_once_and_whole_in_the_end(self, library: Library, held: Held) -> None:
        briefings = Briefings(library, held)

        briefing_id = briefings.start(TALKS)

        assert held.said.wait(PATIENCE)
        coming = briefings.get(briefing_id)
        assert (coming.state, coming.doing, coming.briefing) == ("running", "Writing …", HALF)
        assert (coming.request, coming.title) == (TALKS, "Talks open in Vell")
        assert [row.state for row in briefings.find()] == ["running"]

        held.go.set()
        kept = briefings.wait(briefing_id)
        assert (kept.state, kept.doing, kept.error) == ("done", "", None)
        assert kept.briefing == WHOLE
        assert not kept.briefing.incomplete
        (row,) = briefings.find()
        assert (row.id, row.title, row.state) == (briefing_id, "Talks open in Vell", "done")
        assert (row.words, row.articles, row.made_at) == (WHOLE.words, 12, kept.made_at)
        assert held.asked == [(TALKS, None)]

    def test_until_it_has_a_title_it_is_called_by_its_topic(self, library: Library) -> None:
        maker = Held()
        briefings = Briefings(library, maker)
        for topic, title in ((None, "Briefing"), (" talks\n in Vell ", "talks in Vell")):
            assert briefings.get(briefings.start(Request(topic))).title == title
        maker.go.set()

    def test_an_earlier_one_comes_along_to_be_compared_with(self, library: Library) -> None:
        maker = Told(Progress("", WHOLE))
        briefings = Briefings(library, maker)
        first = briefings.start(TALKS)
        briefings.wait(first)

        second = replace(TALKS, earlier=first)
        briefings.wait(briefings.start(second))

        assert maker.asked == [(TALKS, None), (second, WHOLE)]

    def test_what_is_not_there_cannot_be_compared_with(self, library: Library, held: Held) -> None:
        briefings = Briefings(library, held)
        running = briefings.start(TALKS)
        with pytest.raises(ParleyError, match="choose another briefing"):
            briefings.start(replace(TALKS, earlier=running))
        briefings.delete(running)
        for gone in (running, "b1"):
            with pytest.raises(NotFoundError):
                briefings.start(replace(TALKS, earlier=gone))
        assert briefings.find() == []

    def test_an_error_is_told_and_what_has_come_is_kept_as_incomplete(
        self, library: Library
    ) -> None:
        kept = made(library, Told(Progress("", HALF), ParleyError("No endpoint: start it.")))
        assert (kept.state, kept.error) == ("failed", "No endpoint: start it.")
        assert kept.briefing == replace(HALF, incomplete=True)

    def test_a_bug_is_named_and_logged_but_not_spelled_out(
        self, library: Library, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.ERROR):
            kept = made(library, Told(KeyError("secret")))
        assert (kept.state, kept.briefing) == ("failed", None)
        assert kept.error == "Parley itself failed (KeyError); its log says where."
        assert "secret" in caplog.text

    def test_where_nothing_comes_of_it_that_is_told(self, library: Library) -> None:
        kept = made(library, Told(Progress("Reading …")))
        assert kept.state == "failed"
        assert "make it again" in (kept.error or "")

    def test_a_third_waits_and_can_be_stopped_meanwhile(self, library: Library, held: Held) -> None:
        briefings = Briefings(library, held)
        running = [briefings.start(TALKS) for _ in range(2)]
        for _ in running:
            assert held.at_once.acquire(timeout=PATIENCE)

        third, fourth = briefings.start(TALKS), briefings.start(TALKS)
        assert briefings.get(third).doing == "Waiting for another briefing to be done"
        briefings.stop(third)
        assert briefings.get(third).state == "stopped"

        briefings.stop(running[0])
        assert held.at_once.acquire(timeout=PATIENCE)
        assert briefings.get(fourth).briefing == HALF
        assert len(held.asked) == 3

    def test_one_that_was_made_elsewhere_is_kept_with_the_others(self, library: Library) -> None:
        briefings = Briefings(library, Told())
        kept = briefings.get(briefings.add(WHOLE, TALKS))
        assert (kept.briefing, kept.request, kept.state) == (WHOLE, TALKS, "done")
        assert kept.title == "Talks open in Vell"
        assert [row.id for row in briefings.find()] == [kept.id]


class TestStopping:
    def test_a_stop_does_not_wait_and_keeps_what_came_as_incomplete(
        self, library: Library, held: Held
    ) -> None:
        briefings = Briefings(library, held)
        briefing_id = briefings.start(TALKS)
        assert held.said.wait(PATIENCE)

        briefings.stop(briefing_id)

        stopped = briefings.get(briefing_id)
        assert (stopped.state, stopped.error) == ("stopped", None)
        assert stopped.briefing == replace(HALF, incomplete=True)
        held.go.set()
        # The maker is closed, so that no model is asked for more.
        assert held.closed.wait(PATIENCE)
        settle()
        assert briefings.get(briefing_id) == stopped
        briefings.stop(briefing_id)
        assert briefings.get(briefing_id) == stopped

    def test_closing_stops_all_and_does_not_wait_for_what_hangs(
        self, library: Library, held: Held, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bot.run._CLOSING_SECONDS", 0.1)
        briefings = Briefings(library, held)
        ids = [briefings.start(TALKS) for _ in range(3)]
        assert held.said.wait(PATIENCE)

        briefings.close()

        assert [Briefings(library, held).get(each).state for each in ids] == ["stopped"] * 3

    def test_a_rewriting_stops_what_runs_and_is_seen_by_who_follows(
        self, library: Library, held: Held
    ) -> None:
        briefings = Briefings(library, held)
        briefing_id = briefings.start(TALKS)
        assert held.said.wait(PATIENCE)
        begun = Event()

        def start() -> None:
            begun.set()
            briefings.start(TALKS)

        other = threading.Thread(target=start)
        with briefings.rewriting():
            kept = briefings.get(briefing_id)
            assert kept.state == "stopped"
            other.start()
            assert begun.wait(PATIENCE)
            # What is asked for meanwhile waits.
            assert [row.id for row in briefings.find()] == [briefing_id]
        other.join(PATIENCE)
        assert briefings.revision(briefing_id) != kept.revision
        assert len(briefings.find()) == 2


SCRIPT = """\
import sys, threading
from pathlib import Path
from bot.briefing.parts import Briefing
from bot.briefing.request import Progress, Request
from bot.briefings import Briefings
from vectorstore.library import Library

def make(request, earlier):
    yield Progress("Reading", Briefing("Half", request.topic, "extractive", None))
    print(next(iter(briefings._running)), flush=True)
    threading.Event().wait()

briefings = Briefings(Library.open(Path(sys.argv[1]), writable=True), make)
briefings.wait(briefings.start(Request("talks in Vell", 120)))
"""


@pytest.mark.slow
def test_what_was_made_when_the_process_was_killed_reads_as_stopped(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        briefing_id = process.stdout.readline().strip()
        process.send_signal(signal.SIGKILL)
        process.wait()

    library = Library.open(tmp_path, writable=True)
    briefings = Briefings(library, Told(Progress("", WHOLE)))
    kept = briefings.get(briefing_id)
    assert (kept.state, kept.request.words, kept.title) == ("stopped", 120, "talks in Vell")
    assert "Parley ended before this was done" in (kept.error or "")
    assert [row.state for row in briefings.find()] == ["stopped"]
    assert briefings.wait(briefing_id) == kept
    again = briefings.wait(briefings.start(kept.request))
    assert (again.state, again.briefing) == ("done", WHOLE)
    settle()
    library.close()


class TestKeeping:
    def test_titles_topics_and_texts_are_searched(self, library: Library) -> None:
        briefings = Briefings(library, Told(Progress("", WHOLE)))
        briefing_id = briefings.start(TALKS)
        briefings.wait(briefing_id)
        briefings.wait(briefings.start(Request()))
        briefings.rename(briefing_id, "Brenn")
        for search in ("brenn", "KESTREL brenn", "talks brenn led"):
            assert [each.id for each in briefings.find(search)] == [briefing_id]
        assert len(briefings.find("kestrel")) == 2
        assert briefings.find("Orlo") == []

    def test_a_title_that_the_reader_gives_meanwhile_stays(
        self, library: Library, held: Held
    ) -> None:
        briefings = Briefings(library, held)
        briefing_id = briefings.start(TALKS)
        assert held.said.wait(PATIENCE)

        briefings.rename(briefing_id, "  My\n talks ")

        assert briefings.get(briefing_id).title == "My talks"
        held.go.set()
        assert briefings.wait(briefing_id).title == "My talks"
        assert Briefings(library, held).get(briefing_id).title == "My talks"
        with pytest.raises(ParleyError, match="A briefing needs a title"):
            briefings.rename(briefing_id, " ")

    def test_what_is_deleted_comes_back_until_the_bin_is_emptied(
        self, library: Library, held: Held
    ) -> None:
        briefings = Briefings(library, held)
        briefing_id = briefings.start(TALKS)
        assert held.said.wait(PATIENCE)

        briefings.delete(briefing_id)

        assert (briefings.find(), briefings.binned()) == ([], [briefing_id])
        for use in (briefings.get, briefings.wait):
            with pytest.raises(NotFoundError, match="no such briefing"):
                use(briefing_id)
        with pytest.raises(NotFoundError):
            briefings.export(briefing_id, "md")
        briefings.restore(briefing_id)
        assert briefings.get(briefing_id).state == "stopped"
        briefings.delete(briefing_id)
        briefings.empty_bin()
        with pytest.raises(NotFoundError):
            briefings.restore(briefing_id)

    @pytest.mark.parametrize(
        "damaged", ["{", "[]", "{}", "null", '"x"', '{"sentences": 7}', "[" * 100_000]
    )
    def test_one_that_cannot_be_read_says_so(self, library: Library, damaged: str) -> None:
        row = StoredBriefing("b1", "Talks", TALKS.to_json(), "done", damaged, searchable="vell")
        BriefingTable(library).add(row)
        briefings = Briefings(library, Told(Progress("", WHOLE)))

        kept = briefings.get("b1")

        assert (kept.title, kept.request, kept.briefing) == ("Talks", TALKS, None)
        assert "damaged" in (kept.error or "")
        assert [row.id for row in briefings.find("vell")] == ["b1"]
        for use in (
            lambda: briefings.export("b1", "md"),
            lambda: briefings.start(replace(TALKS, earlier="b1")),
        ):
            with pytest.raises(ParleyError, match=r"“Talks” is not there"):
                use()
        briefings.delete("b1")
        briefings.restore("b1")

    def test_one_of_which_the_request_cannot_be_read_says_so(self, library: Library) -> None:
        BriefingTable(library).add(StoredBriefing("b1", "Talks", '{"words": 7}', "done"))
        kept = Briefings(library, Told()).get("b1")
        assert (kept.title, kept.request) == ("Talks", Request())
        assert "damaged" in (kept.error or "")

    def test_every_change_is_seen_in_the_revision_and_nothing_else_is(
        self, library: Library, held: Held
    ) -> None:
        briefings = Briefings(library, held)
        briefing_id = briefings.start(TALKS)
        assert held.said.wait(PATIENCE)
        revisions = [briefings.revision(briefing_id)]
        for change in (
            lambda: briefings.rename(briefing_id, "Talks"),
            lambda: briefings.stop(briefing_id),
            lambda: briefings.delete(briefing_id),
            lambda: briefings.restore(briefing_id),
        ):
            change()
            revisions.append(briefings.revision(briefing_id))
        assert len(set(revisions)) == len(revisions)
        briefings.find()
        briefings.export(briefing_id, "json")
        assert briefings.get(briefing_id).revision == revisions[-1]
        assert Briefings(library, held).revision(briefing_id) != revisions[-1]

    def test_what_comes_is_seen_in_the_revision(self, library: Library, held: Held) -> None:
        briefings = Briefings(library, held)
        briefing_id = briefings.start(TALKS)
        assert held.said.wait(PATIENCE)
        before = briefings.revision(briefing_id)
        held.go.set()
        assert briefings.wait(briefing_id).revision != before

    def test_after_reopening_everything_is_as_it_was(self, tmp_path: Path) -> None:
        hostile = replace(WHOLE, sentences=(BriefSentence("a\ud800b\x00<script>", (1,)),))
        library = Library.open(tmp_path, writable=True)
        briefings = Briefings(library, Told())
        ids = [briefings.add(each, TALKS) for each in (WHOLE, hostile)]
        before = [briefings.get(each) for each in ids]
        library.close()

        library = Library.open(tmp_path, writable=True)
        again = Briefings(library, Told())
        for each in before:
            after = again.get(each.id)
            assert after == replace(each, revision=after.revision)
        assert again.get(ids[1]).briefing == hostile
        library.close()


class TestExporting:
    def test_a_briefing_is_exported_under_the_readers_title(self, library: Library) -> None:
        briefings = Briefings(library, Told())
        briefing_id = briefings.add(WHOLE, TALKS)
        briefings.rename(briefing_id, "The delegation")

        name, content = briefings.export(briefing_id, "json")

        assert name.endswith(".json")
        assert "the-delegation" in name.lower()
        form = json.loads(content)
        assert Briefing.from_json(form) == replace(WHOLE, title="The delegation")
        name, content = briefings.export(briefing_id, "md")
        assert name.endswith(".md")
        assert "# The delegation" in content.decode()
        assert "led by Ana Kestrel" in content.decode()

    @pytest.mark.parametrize(("format_", "begins"), [("docx", b"PK"), ("pdf", b"%PDF")])
    def test_a_briefing_is_exported_for_other_programs(
        self, library: Library, format_: str, begins: bytes
    ) -> None:
        briefings = Briefings(library, Told())
        name, content = briefings.export(briefings.add(WHOLE, TALKS), format_)
        assert name.endswith(f".{format_}")
        assert content.startswith(begins)

    def test_what_is_not_whole_is_not_exported_while_it_comes(
        self, library: Library, held: Held
    ) -> None:
        briefings = Briefings(library, held)
        briefing_id = briefings.start(TALKS)
        assert held.said.wait(PATIENCE)
        with pytest.raises(ParleyError, match="wait until it is done"):
            briefings.export(briefing_id, "md")
        briefings.stop(briefing_id)
        assert "Ana Kestrel" in briefings.export(briefing_id, "md")[1].decode()

    def test_another_format_is_refused_with_those_there_are(self, library: Library) -> None:
        briefings = Briefings(library, Told())
        briefing_id = briefings.add(WHOLE, TALKS)
        with pytest.raises(ParleyError, match="md, docx, pdf or json"):
            briefings.export(briefing_id, "../odt")
