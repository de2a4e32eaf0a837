"""The background work on a real library: taking in, re-indexing, what breaks off."""

import json
import logging
import random
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from threading import Event

import pytest

from bot.jobs import Jobs, Progress
from tests.conftest import ENVOY, HARBOUR
from vectorstore.corpus import Corpus
from vectorstore.curation import remove_articles
from vectorstore.errors import ParleyError, VectorIndexError
from vectorstore.retriever import Retriever
from vectorstore.upkeep import wanting

PATIENCE = 30
NOTE = "Bresk will release 110 prisoners, its ministry said."
OTHERS = (
    NOTE,
    "The ferry to Quell sails again from Monday after the strike of the pilots ended.",
    "A court in Tarn freed two journalists who had been held since the winter elections.",
)


@pytest.fixture
def jobs(corpus: Corpus) -> Iterator[Jobs]:
    started = Jobs(corpus)
    yield started
    started.close()


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


def upload(uploads: Path, name: str, content: str | bytes) -> tuple[Path, str]:
    """Put a file where a browser's upload lies; return it and its reader's name for it."""
    file = Path(tempfile.mkdtemp(dir=uploads)) / "blob"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file, name


def lying(corpus: Corpus) -> list[str]:
    """Return the names of what lies in the inbox."""
    return sorted(path.name for path in corpus.folder.glob("inbox/*/*"))


def _distinct(number: int) -> str:
    """Return a text of its own: no two of them are copies of one."""
    draw = random.Random(number)
    words = ["".join(draw.choices("abdegiklmnoprstu", k=draw.randint(3, 9))) for _ in range(40)]
    return " ".join(words).capitalize() + "."


def rows(progress: Progress) -> list[tuple[str, str]]:
    return [(item.source, item.status) for item in progress.items]


class Gate:
    """Holds the work up where the vectors are made, until it is opened."""

    def __init__(self, corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached = Event()
        self.opened = Event()
        self._embed = corpus.embedder.embed
        monkeypatch.setattr(corpus.embedder, "embed", self)

    def __call__(self, texts: list[str]) -> object:
        self.reached.set()
        assert self.opened.wait(PATIENCE)
        return self._embed(texts)


@pytest.fixture
def gate(jobs: Jobs, corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    made = Gate(corpus, monkeypatch)
    yield made
    made.opened.set()
    jobs.wait()


class TestTakingIn:
    def test_files_and_texts_have_a_row_each_the_good_beside_the_bad(
        self, jobs: Jobs, corpus: Corpus, uploads: Path
    ) -> None:
        lines = "\n".join(json.dumps({"text": each}) for each in (NOTE, "", NOTE + " Again."))
        jobs.take_file(*upload(uploads, "harbour.md", HARBOUR))
        jobs.take_file(*upload(uploads, "picture.png", b"\x89PNG"))
        jobs.take_file(*upload(uploads, "lines.jsonl", lines))
        jobs.take_text(ENVOY.partition("---\n")[2].rpartition("---\n")[2], {"title": "Envoy"})
        jobs.take_text(" \n", {})
        jobs.take_file(*upload(uploads, "latin.txt", "Größe".encode("latin-1")))
        jobs.wait()

        progress = jobs.progress
        assert (progress.running, progress.error, progress.current) == (False, None, "")
        assert sorted(rows(progress)) == [
            ("harbour.md", "added"),
            ("latin.txt", "rejected"),
            ("lines.jsonl", "rejected"),
            ("lines.jsonl:1", "added"),
            ("lines.jsonl:3", "duplicate"),
            ("pasted text", "added"),
            ("pasted text", "rejected"),
            ("picture.png", "rejected"),
        ]
        assert all(item.reason for item in progress.items if item.status == "rejected")
        assert corpus.library.counts()["articles"] == 4
        assert "Ana Kestrel" in " ".join(
            sentence.text
            for sentence in Retriever(corpus).retrieve("Who led the delegation?").sentences
        )

    def test_temporary_folders_are_gone_and_named_nowhere(
        self, jobs: Jobs, corpus: Corpus, uploads: Path
    ) -> None:
        contents = {
            "harbour.md": HARBOUR.encode(),
            "empty.txt": b"",
            "none.md": b"---\ntitle: Nothing\n---\n",
            "picture.png": b"\x89PNG",
            "latin.txt": "Größe".encode("latin-1"),
            "lines.jsonl": b'{"text": ""}\n{"text": 5}\nno JSON\n',
            "page.html": b"<html></html>",
            "no ending": NOTE.encode(),
        }
        for name, content in contents.items():
            jobs.take_file(*upload(uploads, name, content))
        jobs.wait()

        assert lying(corpus) == []
        assert list((corpus.folder / "inbox").iterdir()) == []
        sources = {item.source.partition(":")[0] for item in jobs.progress.items}
        assert sources == {*contents}
        assert str(uploads) not in repr(jobs.progress)
        dump = "\n".join(corpus.library.connection.iterdump())
        assert "harbour.md" in dump
        assert str(uploads) not in dump
        assert {article.source for article in corpus.library.articles()} == {"harbour.md"}

    def test_what_the_reader_says_of_a_text_goes_before_what_stands_in_it(
        self, jobs: Jobs, corpus: Corpus
    ) -> None:
        jobs.take_text(NOTE, {"title": "Release", "published": "2031-06-01", "publisher": ""})
        jobs.wait()
        (item,) = jobs.progress.items
        assert (item.title, item.published, item.published_from) == (
            "Release",
            "2031-06-01",
            "reader",
        )
        (article,) = corpus.library.articles()
        assert (article.source, article.publisher) == ("pasted text", None)

    def test_what_comes_while_another_is_read_is_taken_in_too(
        self, jobs: Jobs, corpus: Corpus, uploads: Path, gate: Gate
    ) -> None:
        jobs.take_file(*upload(uploads, "harbour.md", HARBOUR))
        assert gate.reached.wait(PATIENCE)
        jobs.take_file(*upload(uploads, "envoy.md", ENVOY))
        jobs.take_text(NOTE, {})
        assert jobs.progress.running
        assert jobs.progress.total == 3

        gate.opened.set()
        jobs.wait()

        assert {source for source, _ in rows(jobs.progress)} == {
            *("harbour.md", "envoy.md", "pasted text")
        }
        assert corpus.library.counts()["articles"] == 3

    def test_only_the_newest_rows_are_kept(self, jobs: Jobs) -> None:
        for number in range(510):
            jobs.reject(f"{number}.md", "too large", more=509 - number)
        assert [item.source for item in jobs.progress.items] == [f"{n}.md" for n in range(10, 510)]

    def test_rows_of_an_earlier_choice_go_when_the_next_begins(
        self, jobs: Jobs, uploads: Path
    ) -> None:
        jobs.take_file(*upload(uploads, "harbour.md", HARBOUR), more=1)
        jobs.wait()
        jobs.reject("large.md", "too large")
        assert rows(jobs.progress) == [("harbour.md", "added"), ("large.md", "rejected")]

        jobs.take_file(*upload(uploads, "envoy.md", ENVOY))
        jobs.wait()
        assert rows(jobs.progress) == [("envoy.md", "added")]

        jobs.reject("huge.md", "too large")
        assert rows(jobs.progress) == [("huge.md", "rejected")]

    def test_what_is_still_to_come_is_counted(
        self, jobs: Jobs, corpus: Corpus, uploads: Path, gate: Gate
    ) -> None:
        jobs.take_file(*upload(uploads, "harbour.md", HARBOUR), more=2)
        assert gate.reached.wait(PATIENCE)
        assert jobs.progress.total == 3
        for left in (1, 0):
            jobs.take_file(*upload(uploads, f"{left}.md", f"{NOTE} {left}"), more=left)
            assert jobs.progress.total == 3
        # Another choice, while the first is at hand.
        jobs.take_file(*upload(uploads, "envoy.md", ENVOY), more=1)
        assert jobs.progress.total == 5
        jobs.take_text(NOTE, {})
        assert jobs.progress.total == 6
        jobs.take_file(*upload(uploads, "last.md", f"{NOTE} last"))
        assert jobs.progress.total == 6

        gate.opened.set()
        jobs.wait()

        assert jobs.progress.done == jobs.progress.total
        assert len(rows(jobs.progress)) == 6

    def test_what_comes_after_an_input_that_did_not_get_this_far_is_counted(
        self, jobs: Jobs, uploads: Path, gate: Gate
    ) -> None:
        jobs.take_file(*upload(uploads, "harbour.md", HARBOUR))
        assert gate.reached.wait(PATIENCE)
        jobs.reject("large.md", "too large", more=2)
        for left in (1, 0):
            jobs.take_file(*upload(uploads, f"{left}.md", f"{NOTE} {left}"), more=left)
        assert jobs.progress.total == 3


class TestCancelling:
    def test_what_is_read_is_taken_in_and_the_rest_waits_until_it_is_gone_on_with(
        self, jobs: Jobs, corpus: Corpus, uploads: Path, gate: Gate
    ) -> None:
        jobs.take_file(*upload(uploads, "harbour.md", HARBOUR), more=5)
        assert gate.reached.wait(PATIENCE)
        for number in range(3):
            jobs.take_file(*upload(uploads, f"{number}.md", OTHERS[number]), more=4 - number)

        jobs.cancel()
        gate.opened.set()
        jobs.wait()

        assert rows(jobs.progress) == [("harbour.md", "added")]
        assert (jobs.progress.running, jobs.progress.left) == (False, 3)
        assert lying(corpus) == ["0.md", "1.md", "2.md"]
        assert corpus.library.counts()["articles"] == 1

        jobs.resume()
        jobs.wait()
        assert sorted(rows(jobs.progress))[:3] == [(f"{n}.md", "added") for n in range(3)]
        assert (jobs.progress.done, jobs.progress.total, jobs.progress.left) == (3, 3, 0)
        assert lying(corpus) == []
        assert corpus.library.counts()["articles"] == 4

    def test_a_file_of_many_articles_is_left_between_them_and_gone_on_with(
        self, jobs: Jobs, corpus: Corpus, uploads: Path, gate: Gate
    ) -> None:
        lines = [json.dumps({"text": _distinct(number)}) for number in range(60)]
        jobs.take_file(*upload(uploads, "lines.jsonl", "\n".join(lines)))
        assert gate.reached.wait(PATIENCE)
        jobs.cancel()
        gate.opened.set()
        jobs.wait()
        stored = corpus.library.counts()["articles"]
        assert 0 < stored < 60
        assert jobs.progress.left == 1

        jobs.resume()
        jobs.wait()

        assert corpus.library.counts()["articles"] == 60
        counted = [status for _, status in rows(jobs.progress)][-60:]
        assert (counted.count("unchanged"), counted.count("added")) == (stored, 60 - stored)

    def test_what_is_left_can_be_left_out(
        self, jobs: Jobs, corpus: Corpus, uploads: Path, gate: Gate
    ) -> None:
        jobs.take_file(*upload(uploads, "harbour.md", HARBOUR))
        assert gate.reached.wait(PATIENCE)
        jobs.take_file(*upload(uploads, "note.md", NOTE))
        jobs.cancel()
        gate.opened.set()
        jobs.wait()

        jobs.discard()

        assert lying(corpus) == []
        assert jobs.progress.left == 0
        jobs.resume()
        assert not jobs.progress.running

    def test_what_was_not_reached_before_the_end_waits_for_the_next_start(
        self, jobs: Jobs, corpus: Corpus, uploads: Path
    ) -> None:
        for number in range(40):
            jobs.take_file(*upload(uploads, f"{number}.md", _distinct(number)))
        jobs.take_text(_distinct(99), {"title": "Pasted"})
        jobs.close()
        stored = corpus.library.counts()["articles"]
        assert not jobs.progress.running
        assert jobs.progress.left > 0

        again = Jobs(corpus)
        assert (again.progress.running, again.progress.left) == (False, jobs.progress.left)
        again.resume()
        again.wait()

        assert corpus.library.counts()["articles"] == 41 > stored
        assert "Pasted" in {article.title for article in corpus.library.articles()}
        assert list((corpus.folder / "inbox").iterdir()) == []

    def test_rows_are_forgotten_when_asked(self, jobs: Jobs) -> None:
        jobs.reject("large.md", "too large")
        jobs.clear()
        assert jobs.progress.items == ()

    def test_waiting_for_nothing_ends_at_once(self, jobs: Jobs) -> None:
        jobs.wait()
        jobs.cancel()
        assert (jobs.progress.running, jobs.progress.total) == (False, 0)


class TestReindexing:
    def test_it_goes_on_article_by_article_and_mends_the_indexes(
        self, filled: Corpus, jobs: Jobs, gate: Gate
    ) -> None:
        filled.index.clear()
        assert wanting(filled.spans, filled.index)

        jobs.reindex()

        assert gate.reached.wait(PATIENCE)
        progress = jobs.progress
        assert (progress.running, progress.done, progress.total) == (True, 0, 2)
        assert progress.reindexing
        assert not progress.can_be_cancelled
        gate.opened.set()
        jobs.wait()
        progress = jobs.progress
        assert (progress.running, progress.done, progress.error) == (False, 2, None)
        assert progress.said == "2 articles re-indexed."
        assert wanting(filled.spans, filled.index) is None

    def test_it_is_refused_while_other_work_goes_on(
        self, jobs: Jobs, uploads: Path, gate: Gate
    ) -> None:
        jobs.take_file(*upload(uploads, "harbour.md", HARBOUR))
        assert gate.reached.wait(PATIENCE)
        before = jobs.progress
        with pytest.raises(ParleyError, match="Wait until"):
            jobs.reindex()
        assert jobs.progress == before

    def test_what_comes_meanwhile_is_taken_in_afterwards(
        self, filled: Corpus, jobs: Jobs, uploads: Path, gate: Gate
    ) -> None:
        jobs.reindex()
        assert gate.reached.wait(PATIENCE)
        jobs.take_file(*upload(uploads, "note.md", NOTE))
        jobs.take_text(NOTE + " Again.", {})
        assert (jobs.progress.done, jobs.progress.total) == (0, 2)

        gate.opened.set()
        jobs.wait()

        assert rows(jobs.progress) == [("note.md", "added"), ("pasted text", "duplicate")]
        assert (jobs.progress.done, jobs.progress.total) == (2, 2)

    def test_deleted_articles_are_not_counted(self, filled: Corpus, jobs: Jobs) -> None:
        remove_articles(filled, [filled.library.articles()[0].id])
        jobs.reindex()
        jobs.wait()
        assert (jobs.progress.done, jobs.progress.total) == (1, 1)


class TestBreakingOff:
    def test_an_error_is_told_and_the_next_work_is_done(
        self, jobs: Jobs, corpus: Corpus, uploads: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_given: object) -> None:
            raise VectorIndexError("The index is full: clear the disk.")

        with monkeypatch.context() as patched:
            patched.setattr(type(corpus.index), "upsert", fail)
            jobs.take_file(*upload(uploads, "harbour.md", HARBOUR))
            jobs.wait()
        progress = jobs.progress
        assert (progress.running, progress.error) == (False, "The index is full: clear the disk.")
        assert (lying(corpus), progress.left) == (["harbour.md"], 1)
        (item,) = progress.items
        assert (item.source, item.status) == ("harbour.md", "rejected")
        assert item.reason == "Not stored: The index is full: clear the disk."

        jobs.take_file(*upload(uploads, "envoy.md", ENVOY))
        jobs.wait()
        assert jobs.progress.error is None
        assert ("envoy.md", "added") in rows(jobs.progress)

    def test_a_bug_is_named_and_logged_but_not_spelled_out(
        self,
        jobs: Jobs,
        corpus: Corpus,
        uploads: Path,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        def fail(*_given: object) -> None:
            raise KeyError("secret")

        with monkeypatch.context() as patched, caplog.at_level(logging.ERROR):
            patched.setattr(corpus.embedder, "embed", fail)
            jobs.take_file(*upload(uploads, "harbour.md", HARBOUR))
            jobs.wait()
        error = jobs.progress.error or ""
        assert "KeyError" in error
        assert "secret" not in error
        assert "secret" in caplog.text
        assert lying(corpus) == []

        jobs.clear()
        assert jobs.progress.error is None

    def test_what_waited_when_the_work_broke_off_is_not_lost_in_silence(
        self, jobs: Jobs, corpus: Corpus, uploads: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reached, go = Event(), Event()

        def fail(*_given: object) -> None:
            reached.set()
            go.wait(PATIENCE)
            raise VectorIndexError("The index is full: clear the disk.")

        monkeypatch.setattr(corpus.embedder, "embed", fail)
        jobs.take_file(*upload(uploads, "harbour.md", HARBOUR))
        assert reached.wait(PATIENCE)
        jobs.take_file(*upload(uploads, "envoy.md", ENVOY))
        go.set()
        jobs.wait()
        assert rows(jobs.progress) == [("harbour.md", "rejected")]
        assert (lying(corpus), jobs.progress.left) == (["envoy.md", "harbour.md"], 2)

        monkeypatch.undo()
        jobs.resume()
        jobs.wait()
        assert rows(jobs.progress)[-2:] == [("harbour.md", "added"), ("envoy.md", "added")]

    def test_what_broke_the_work_by_a_bug_is_not_tried_again(
        self, jobs: Jobs, corpus: Corpus, uploads: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_given: object) -> None:
            raise KeyError("secret")

        lines = "\n".join(json.dumps({"text": _distinct(number)}) for number in range(40))
        with monkeypatch.context() as patched:
            patched.setattr(corpus.embedder, "embed", fail)
            jobs.take_file(*upload(uploads, "lines.jsonl", lines))
            jobs.wait()
        *others, last = jobs.progress.items
        assert len(others) == 16
        assert (last.source, last.status) == ("lines.jsonl", "rejected")
        assert "add it again" in (last.reason or "")
        assert (lying(corpus), jobs.progress.left) == ([], 0)

    def test_what_is_rejected_stays_in_sight_and_all_is_counted(
        self, jobs: Jobs, corpus: Corpus, uploads: Path
    ) -> None:
        lines = "\n".join(json.dumps({"text": "Talks went on." if n else ""}) for n in range(600))
        jobs.take_file(*upload(uploads, "lines.jsonl", lines))
        jobs.wait()
        assert len(jobs.progress.items) == 500
        assert jobs.progress.items[0].status == "rejected"
        assert dict(jobs.progress.counts) == {"rejected": 1, "added": 1, "unchanged": 598}

    def test_a_file_that_comes_after_a_stop_waits_with_the_others(
        self, jobs: Jobs, corpus: Corpus, uploads: Path
    ) -> None:
        jobs.take_file(*upload(uploads, "late.md", NOTE), later=True)
        assert (jobs.progress.running, jobs.progress.left) == (False, 1)
        jobs.take_file(*upload(uploads, "harbour.md", HARBOUR))
        jobs.wait()
        assert rows(jobs.progress) == [("harbour.md", "added")]
        assert jobs.progress.left == 1

    def test_half_a_file_is_not_taken_for_a_whole_one(self, corpus: Corpus) -> None:
        folder = corpus.folder / "inbox" / "file-x"
        folder.mkdir(parents=True)
        (folder / ".part").write_text("Half an art")
        (folder / "gone.md").symlink_to(folder / "nowhere.md")
        assert Jobs(corpus).progress.left == 0

    def test_rows_stay_for_what_still_comes_of_a_choice_that_broke_off(
        self, jobs: Jobs, corpus: Corpus, uploads: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reached, go = Event(), Event()

        def fail(*_given: object) -> None:
            reached.set()
            go.wait(PATIENCE)
            raise VectorIndexError("The index is full: clear the disk.")

        with monkeypatch.context() as patched:
            patched.setattr(corpus.embedder, "embed", fail)
            jobs.take_file(*upload(uploads, "harbour.md", HARBOUR), more=2)
            assert reached.wait(PATIENCE)
            jobs.take_file(*upload(uploads, "envoy.md", ENVOY), more=1)
            go.set()
            jobs.wait()
        jobs.take_file(*upload(uploads, "note.md", NOTE))
        jobs.wait()
        assert sorted(rows(jobs.progress)) == [("harbour.md", "rejected"), ("note.md", "added")]
        assert jobs.progress.left == 2


def test_every_step_is_seen_in_the_revision(jobs: Jobs, gate: Gate, uploads: Path) -> None:
    gate.opened.set()
    seen = [jobs.progress]
    for change in (
        lambda: jobs.reject("large.md", "too large"),
        lambda: (jobs.take_file(*upload(uploads, "harbour.md", HARBOUR)), gate.reached.wait()),
        jobs.wait,
        jobs.clear,
        lambda: (jobs.reindex(), jobs.wait()),
    ):
        change()
        seen.append(jobs.progress)
    assert all(before.revision < after.revision for before, after in pairwise(seen))
