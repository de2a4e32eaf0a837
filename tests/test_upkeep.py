"""An index that was lost, damaged or left behind is made anew from the library."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from tests.conftest import ENVOY
from vectorstore.corpus import Corpus
from vectorstore.documents import Filter, Kind
from vectorstore.embeddings import Fingerprint, MiniLM
from vectorstore.errors import FingerprintError, LibraryError
from vectorstore.ingest import ingest
from vectorstore.retriever import Retriever
from vectorstore.upkeep import probe, wanting


def _fill(home: Path, embedder: MiniLM, inputs: Path) -> None:
    with Corpus.own(home, embedder, "test") as corpus:
        ingest(corpus, [str(inputs)])


def _open_again(home: Path, embedder: MiniLM) -> list[str]:
    notices: list[str] = []
    with Corpus.own(home, embedder, "test", on_notice=notices.append) as corpus:
        assert wanting(corpus.spans, corpus.index) is None
    return notices


def test_a_sound_index_is_left_as_it_is(home: Path, embedder: MiniLM, inputs: Path) -> None:
    _fill(home, embedder, inputs)

    assert _open_again(home, embedder) == []


def test_a_deleted_index_is_made_anew(home: Path, embedder: MiniLM, inputs: Path) -> None:
    _fill(home, embedder, inputs)
    for folder, _, names in os.walk(home / "index", topdown=False):
        for name in names:
            Path(folder, name).unlink()
        Path(folder).rmdir()

    _open_again(home, embedder)


@pytest.mark.parametrize("damage", [b"", b"\x00" * 64, b"nonsense" * 500])
def test_a_damaged_index_is_made_anew(
    home: Path, embedder: MiniLM, inputs: Path, damage: bytes
) -> None:
    _fill(home, embedder, inputs)
    (home / "index" / "chroma.sqlite3").write_bytes(damage)

    (notice,) = _open_again(home, embedder)

    assert "made anew from the library" in notice


def test_vectors_that_the_index_lost_are_noticed(
    home: Path, embedder: MiniLM, inputs: Path
) -> None:
    _fill(home, embedder, inputs)
    with Corpus.own(home, embedder, "test") as corpus:
        lost = [span.id for span in corpus.spans.sample(Kind.PASSAGE, 3)]
        corpus.index.delete(lost)

    (notice,) = _open_again(home, embedder)

    assert "cannot be found" in notice


def test_a_probe_says_what_is_wrong_without_harm_to_its_caller(tmp_path: Path) -> None:
    assert probe(tmp_path, "none") == "there is no index yet"


def test_what_a_killed_writer_left_in_the_outbox_is_taken_in_at_the_next_start(
    home: Path, embedder: MiniLM, inputs: Path
) -> None:
    _fill(home, embedder, inputs)
    with Corpus.own(home, embedder, "test") as corpus:
        corpus.index.clear()
        corpus.spans.fill_outbox()

    assert _open_again(home, embedder) == []


def test_a_library_whose_sentences_were_in_the_index_is_brought_up_to_date(
    home: Path, embedder: MiniLM, inputs: Path
) -> None:
    _fill(home, embedder, inputs)
    with closing(sqlite3.connect(home / "library.sqlite3")) as old:
        old.executescript(
            "CREATE VIRTUAL TABLE passage_words USING fts5 (stems);"
            "INSERT INTO outbox SELECT id, kind FROM spans WHERE kind = 'sentence';"
            "DROP INDEX passages; DROP INDEX spans_by_article;"
            "CREATE INDEX spans_by_article ON spans (article_id);"
            "PRAGMA user_version = 4"
        )
    with pytest.raises(LibraryError, match="another version"):
        Corpus.read(home, embedder)

    assert _open_again(home, embedder) == []

    with Corpus.read(home, embedder) as reader:
        assert reader.library.words_whole()
        assert reader.spans.outbox_size() == 0
        best = Retriever(reader).retrieve("Who led the Norland delegation?").sentences[0]
        assert "Ana Kestrel" in best.text


class OtherEmbedder(MiniLM):
    """The same weights under another name, as a changed model would have."""

    @property
    def fingerprint(self) -> Fingerprint:
        return Fingerprint("another-model", 384, "0" * 12)


def test_vectors_of_two_embedders_never_mix(home: Path, embedder: MiniLM, inputs: Path) -> None:
    _fill(home, embedder, inputs)

    with pytest.raises(FingerprintError, match="parley articles reindex"):
        Corpus.own(home, OtherEmbedder(), "test")
    with pytest.raises(FingerprintError, match="parley articles reindex"):
        Corpus.read(home, OtherEmbedder())


def test_a_reader_beside_the_holder_finds_what_the_holder_takes_in(
    filled: Corpus, home: Path, embedder: MiniLM, tmp_path: Path
) -> None:
    (tmp_path / "more.md").write_text("The mediators flew to Quell.", encoding="utf-8")
    with Corpus.read(home, embedder) as reader:
        retriever = Retriever(reader)
        assert "Quell" not in retriever.retrieve("Where did the mediators go?").passages[0].text

        ingest(filled, [str(tmp_path / "more.md")])

        assert "Quell" in retriever.retrieve("Where did the mediators go?").passages[0].text


def test_a_reader_of_an_empty_folder_is_told_what_to_do(home: Path, embedder: MiniLM) -> None:
    with pytest.raises(LibraryError, match="parley ingest"):
        Corpus.read(home, embedder)


def test_files_in_the_working_folder_are_never_run(
    home: Path, embedder: MiniLM, inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(home, embedder, inputs)
    (inputs / "numpy.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')", encoding="utf-8")
    monkeypatch.chdir(inputs)

    assert _open_again(home, embedder) == []
    assert not (tmp_path / "ran").exists()


def test_a_lost_word_index_is_made_anew(home: Path, embedder: MiniLM, inputs: Path) -> None:
    _fill(home, embedder, inputs)
    with Corpus.own(home, embedder, "test") as corpus:
        corpus.library.connection.execute("DELETE FROM sentence_words")

    (notice,) = _open_again(home, embedder)

    assert "word index" in notice
    with Corpus.read(home, embedder) as reader:
        assert reader.spans.words(Kind.SENTENCE, ["kestrel"], 10, Filter())


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files in /proc")
def test_threads_that_end_take_their_connections_with_them(filled: Corpus) -> None:
    def ask() -> None:
        filled.library.counts()

    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(50):
        thread = Thread(target=ask)
        thread.start()
        thread.join()

    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 5


def test_a_question_sees_one_state_of_the_library(
    filled: Corpus, take_in, monkeypatch: pytest.MonkeyPatch
) -> None:
    retriever = Retriever(filled)
    gather = retriever._gather

    def gather_while_another_thread_writes(found):
        gathered = gather(found)
        writer = Thread(target=take_in, args=(ENVOY.replace("two weeks", "three months"),))
        writer.start()
        writer.join()
        return gathered

    take_in(ENVOY)
    monkeypatch.setattr(retriever, "_gather", gather_while_another_thread_writes)

    best = retriever.retrieve("How long did Sudmark ask for to study the text?").sentences[0]

    assert best.text == "Sudmark asked for two weeks to study the text."
