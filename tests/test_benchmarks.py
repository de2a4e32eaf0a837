"""What the benchmarks' figures rest on: the peer's rule of rightness, the file, the goals."""

import json
import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chromadb import EmbeddingFunction

from tests.bench import goals, results
from tests.bench.big_library import WordVectors, make
from tests.bench.parleys import settings
from tests.bench.peer import Peer, Source, where
from tests.bench.quality import differences, peer_row
from tests.bench.results import Run
from vectorstore.corpus import Corpus
from vectorstore.embeddings import MiniLM
from vectorstore.questionset import Item

WORDS = ("harbour", "treaty", "prisoners", "dam")


class Counting(EmbeddingFunction[Any]):
    """A tiny embedding function: how often each of four words occurs, as a unit vector."""

    def __init__(self) -> None:
        """Need nothing."""

    def __call__(self, input: Sequence[str]) -> list[Any]:
        """Return a vector a text."""
        rows = [[text.lower().count(word) + 0.01 for word in WORDS] for text in input]
        return [np.array(row, np.float32) / math.hypot(*row) for row in rows]

    @staticmethod
    def name() -> str:
        """The name that Chroma keeps."""
        return "counting"

    def get_config(self) -> dict[str, Any]:
        """Nothing needs to be kept."""
        return {}

    @staticmethod
    def build_from_config(config: dict[str, Any]) -> "Counting":
        """Make one of what was kept."""
        del config
        return Counting()


def paragraph(word: str, times: int) -> str:
    return f"The delegates spoke of the {word} in the morning and in the evening. " * times


HARBOUR, DAM = paragraph("harbour", 30), paragraph("dam", 14)
TEXT = f"{HARBOUR.strip()}\n\n{DAM.strip()}"
SECOND = TEXT.index(DAM[:40])


@pytest.fixture
def peer(tmp_path: Path) -> Any:
    with Peer(tmp_path, Counting()) as made:
        made.add(
            [
                Source("a", TEXT, "Vell Courier", "2031-05-06"),
                Source("b", paragraph("treaty", 3), "Brenn Courier", "2033-01-02"),
            ]
        )
        yield made


def item(question: str, first: int, last: int, article: str = "a") -> Item:
    return Item(question, article, ("an answer",), ((first, last),), None)


class TestPeer:
    def test_a_chunk_is_where_its_text_stands_in_the_article(self, peer: Peer) -> None:
        best = peer.ask("the dam")[0]
        assert (best.article_id, TEXT[best.start :][:20]) == ("a", TEXT[SECOND:][:20])
        assert best.end <= len(TEXT)

    def test_similarity_is_the_cosine(self, peer: Peer) -> None:
        assert peer.ask("the dam")[0].similarity == pytest.approx(1, abs=0.01)
        half = peer.ask("the harbour and the dam")[0]
        assert half.similarity == pytest.approx(math.sqrt(0.5), abs=0.01)

    def test_chunks_overlap_and_hold_at_most_a_thousand_characters(self, peer: Peer) -> None:
        chunks = sorted(peer.ask("the harbour and the dam", 20), key=lambda each: each.start)
        chunks = [each for each in chunks if each.article_id == "a"]
        assert len(chunks) >= 3
        assert all(each.end - each.start <= 1_000 for each in chunks)
        shared = [one.end - next_.start for one, next_ in pairwise(chunks)]
        assert max(shared) > 100

    def test_a_chunk_that_holds_the_answer_is_right(self, peer: Peer) -> None:
        assert peer_row(peer, item("the dam", SECOND, SECOND + 10)).passage_rank == 1
        later = peer_row(peer, item("the dam", 0, 10))
        assert later.passage_rank is not None
        assert later.passage_rank > 1

    def test_the_place_counts_and_the_article_and_not_the_words(self, peer: Peer) -> None:
        assert peer_row(peer, item("the dam", SECOND, SECOND + 10, "b")).passage_rank is None

    def test_a_chunk_mostly_in_the_right_paragraph_is_right(self, peer: Peer) -> None:
        asked = Item("the dam", "a", ("elsewhere",), ((0, len(TEXT)),), (SECOND, len(TEXT)))
        assert peer_row(peer, asked).passage_rank == 1

    def test_dates_and_publishers_narrow_it(self, peer: Peer) -> None:
        both = ["Vell Courier", "Brenn Courier"]
        found = peer.ask("the harbour", 9, where("2033-01-02", "2033-12-31", both))
        assert {chunk.article_id for chunk in found} == {"b"}
        assert peer.ask("the harbour", 9, where("2031-01-01", "2039-12-31", ["Orlo"])) == []

    def test_a_difference_is_in_parleys_favour_where_it_finds_more(self, peer: Peer) -> None:
        missed = peer_row(peer, item("the dam", SECOND, SECOND + 10, "b"))
        theirs = [missed.model_copy(update={"question": f"{n}"}) for n in range(20)]
        ours = [row.model_copy(update={"passage_rank": 1}) for row in theirs]
        found = differences(theirs, ours, "data")
        assert (found["r1"]["difference"], found["r1"]["verdict"]) == (1, "better")
        assert "sentence_top1" not in found


class TestResults:
    def test_a_section_is_replaced_and_the_others_stay(self, tmp_path: Path) -> None:
        file = tmp_path / "results.json"
        results.merge("growth/100", {"figures": {"a": 1}}, file)
        results.merge("quality", {"figures": {"b": 2}}, file)
        results.merge("growth/100", {"figures": {"c": 3}}, file)
        assert results.load(file) == {
            "growth/100": {"figures": {"c": 3}},
            "quality": {"figures": {"b": 2}},
        }

    def test_a_section_says_when_how_and_where_but_not_whose_machine(self, tmp_path: Path) -> None:
        file = tmp_path / "results.json"
        Run.begin().save("start", {"median_s": 1.5}, "python -m x", file)
        section = results.load(file)["start"]
        assert section["figures"] == {"median_s": 1.5}
        assert section["machine"]["cores"] >= 1
        assert section["versions"].keys() >= {"python", "chromadb", "onnxruntime", "parley-news"}
        assert str(Path.home()) not in json.dumps(section)

    def test_work_of_this_process_is_not_taken_for_that_of_others(self) -> None:
        run = Run.begin()
        if run.busy is None:
            pytest.skip("what processors do is known on Linux alone")
        mine = Run(run.started - 100, run.busy - 100, run.own - 100)
        others = Run(run.started - 100, run.busy - 100, run.own)
        assert (mine.others() or 0) < 0.5 < (others.others() or 0)


class TestGoals:
    def test_what_was_not_measured_is_said_to_be_so(self) -> None:
        assert {(row[2], row[3]) for row in goals.rows({})} == {("not measured", "–")}

    def test_the_worst_of_several_ways_counts(self) -> None:
        libraries = {
            "samples": {"off": {"ask": {"median_s": 2.0}}},
            "articles": {"off": {"ask": {"median_s": 3.6}}, "on": {"ask": {"median_s": 3.2}}},
        }
        sections = {"start": {"figures": {"libraries": libraries}}}
        row = next(row for row in goals.rows(sections) if row[0].startswith("cold"))
        assert row[1:] == ("≤ 3.5 s", "3.6 s", "no")


@pytest.mark.slow
class TestBigLibrary:
    def test_a_broken_off_library_is_gone_on_with_and_the_bundled_model_opens_it(
        self, tmp_path: Path
    ) -> None:
        embedder = WordVectors()
        make(tmp_path, article_count=2, embedder=embedder)
        made = make(tmp_path, article_count=4, embedder=embedder)
        assert (made["articles"], made["added"]["articles"]) == (4, 2)
        with Corpus.read(settings(tmp_path).home, MiniLM()) as corpus:
            assert corpus.library.counts()["articles"] == 4
