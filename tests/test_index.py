"""One contract for every vector index: exact, Chroma embedded, Chroma as a server."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from vectorstore.corpus import Corpus
from vectorstore.documents import Filter, Kind
from vectorstore.embeddings import MiniLM
from vectorstore.errors import VectorIndexError
from vectorstore.index import ChromaIndex, ExactIndex, VectorIndex
from vectorstore.ingest import ingest
from vectorstore.upkeep import sync, wanting


@contextmanager
def running_server(folder: Path) -> Generator[tuple[subprocess.Popen[bytes], str]]:
    """Start a real `chroma run` on a free port of loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    chroma = Path(sys.executable).parent / "chroma"
    process = subprocess.Popen(
        [chroma, "run", "--path", folder, "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(300):
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_server(tmp_path_factory.mktemp("server")) as (_, url):
        yield url


@pytest.fixture(params=["exact", "embedded", "server"])
def index(request: pytest.FixtureRequest, filled: Corpus, tmp_path: Path) -> Iterator[VectorIndex]:
    if request.param == "exact":
        opened: VectorIndex = ExactIndex(filled.spans)
    elif request.param == "embedded":
        opened = ChromaIndex.embedded(tmp_path / "index", "test")
    else:
        opened = ChromaIndex.server(request.getfixturevalue("server"), tmp_path.name[-20:])
        opened.clear()
    filled.spans.fill_outbox()
    sync(filled.spans, opened)
    yield opened
    opened.close()


def test_every_vector_finds_itself_first(index: VectorIndex, filled: Corpus) -> None:
    for span in filled.spans.sample(Kind.PASSAGE, 100):
        (best, cosine), *_ = index.query(span.vector, 5).items()

        assert best == span.id
        assert cosine == pytest.approx(1, abs=1e-3)


def test_neighbours_and_cosines_are_those_of_exact_search(
    index: VectorIndex, filled: Corpus
) -> None:
    query = filled.embedder.embed(["Who led the delegation?"])[0]
    exact = ExactIndex(filled.spans).query(query, 5)

    found = index.query(query, 5)

    assert list(found) == list(exact)
    assert np.allclose(list(found.values()), list(exact.values()), atol=1e-3)


@pytest.mark.parametrize("k", [1, 2, 100])
def test_with_a_filter_the_nearest_of_those_that_may_pass_are_found(
    filled: Corpus, take_in, k: int
) -> None:
    take_in("The mediators flew to Quell. Nobody met them there.")
    query = filled.embedder.embed(["Who led the delegation?"])[0]
    narrow = Filter(until="2031-05-10")
    passing = filled.spans.get(filled.spans.allowed(Kind.PASSAGE, narrow))
    expected = sorted(((float(each.vector @ query), each.id) for each in passing), reverse=True)

    found = filled.spans.nearest(query, k, narrow)

    assert list(found) == [span_id for _, span_id in expected[:k]]
    assert list(found.values()) == pytest.approx([cosine for cosine, _ in expected[:k]])


def test_asking_for_more_than_there_are_returns_all(index: VectorIndex, filled: Corpus) -> None:
    query = filled.embedder.embed(["talks"])[0]

    assert len(index.query(query, 1000)) == filled.spans.count(Kind.PASSAGE)


def test_what_the_library_dropped_is_gone_once_synced(index: VectorIndex, filled: Corpus) -> None:
    query = filled.embedder.embed(["the envoy proposed a fishing treaty"])[0]
    (envoy,) = [a for a in filled.library.articles() if a.publisher == "Brenn Gazette"]
    gone = {
        span.id for span in filled.spans.sample(Kind.PASSAGE, 100) if span.article_id == envoy.id
    }

    filled.library.remove([envoy.id])
    sync(filled.spans, index)

    assert gone
    assert gone.isdisjoint(index.query(query, 100))


def test_an_index_that_fails_says_so_in_parleys_words(filled: Corpus, tmp_path: Path) -> None:
    index = ChromaIndex.embedded(tmp_path / "index", "test")
    wrong = np.ones((1, 3), np.float32)
    index.upsert(["one"], filled.embedder.embed(["talks"]))

    with pytest.raises(VectorIndexError, match="parley doctor"):
        index.upsert(["two"], wrong)
    index.close()


def test_two_libraries_share_a_server_without_harm(
    server: str, embedder: MiniLM, inputs: Path, tmp_path: Path
) -> None:
    homes = [tmp_path / "one", tmp_path / "two"]
    for home, name in zip(homes, ("harbour.md", "envoy.md"), strict=True):
        with Corpus.own(home, embedder, "test", server) as corpus:
            ingest(corpus, [str(inputs / name)])

    for home in homes:
        with Corpus.read(home, embedder, server) as reader:
            assert wanting(reader.spans, reader.index) is None


def test_a_server_killed_in_the_middle_is_named_and_nothing_is_lost(
    embedder: MiniLM, inputs: Path, home: Path, tmp_path: Path
) -> None:
    with running_server(tmp_path / "server") as (process, url):
        corpus = Corpus.own(home, embedder, "test", url)
        process.kill()
        process.wait()
        with corpus, pytest.raises(VectorIndexError, match="start it again") as failed:
            ingest(corpus, [str(inputs)])
    assert url in str(failed.value)

    with Corpus.own(home, embedder, "test") as corpus:  # the embedded index takes over
        assert ingest(corpus, [str(inputs)]).count("unchanged") == 2
        assert wanting(corpus.spans, corpus.index) is None


def test_a_server_that_does_not_answer_is_named_with_a_mend() -> None:
    with pytest.raises(VectorIndexError, match=r"No Chroma server answers.*chroma run"):
        ChromaIndex.server("http://127.0.0.1:1", "test")


@pytest.mark.parametrize(
    "address", ["127.0.0.1:8000", "ftp://127.0.0.1", "nonsense", "http://127.0.0.1:99999"]
)
def test_an_address_that_is_none_is_named(address: str) -> None:
    with pytest.raises(VectorIndexError, match="PARLEY_CHROMA_URL"):
        ChromaIndex.server(address, "test")


def test_the_index_holds_no_text(filled: Corpus, home: Path) -> None:
    filled.index.close()
    raw = b"".join(file.read_bytes() for file in (home / "index").rglob("*") if file.is_file())

    assert b"Kestrel" not in raw
    shutil.rmtree(home / "index")
