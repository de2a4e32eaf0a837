import sqlite3
from pathlib import Path

import pytest

from tests.conftest import ENVOY
from vectorstore.corpus import Corpus
from vectorstore.curation import binned, remove_articles
from vectorstore.documents import Filter, Kind
from vectorstore.errors import LibraryError, NotFoundError
from vectorstore.library import Library
from vectorstore.spans import Spans


def test_an_article_comes_back_as_it_was_put_in(filled: Corpus) -> None:
    (article,) = [a for a in filled.library.articles() if a.publisher == "Vell Courier"]

    assert article.title == "Harbour talks open in Vell"
    assert article.published == "2031-05-06"
    assert article.published_from == "front matter"
    assert article.url == "https://example.org/harbour-talks"
    assert [cut.text for cut in article.removed] == [
        "Follow the Vell Courier on Facebook and Instagram"
    ]
    assert "Facebook" not in article.text
    assert article.text[article.removed[0].offset :].lstrip().startswith("Orlo told reporters")


def test_a_reader_sees_what_the_writer_committed_while_the_writer_is_open(
    filled: Corpus, home: Path
) -> None:
    reader = Library.open(home)
    try:
        assert reader.counts() == filled.library.counts()
        with pytest.raises(LibraryError, match="readonly"):
            reader.set_meta("key", "value")
    finally:
        reader.close()


def test_a_library_that_another_program_writes_to_is_named_and_left_as_it_was(
    filled: Corpus, home: Path
) -> None:
    library = filled.library
    library.connection.execute("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(library.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(LibraryError, match=r"locked.*try again") as raised:
            library.set_meta("key", "value")
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert str(library.path) in str(raised.value)
    assert library.get_meta("key") is None
    library.set_meta("key", "value")
    assert library.get_meta("key") == "value"


def test_what_was_begun_on_a_full_disk_is_taken_back(filled: Corpus) -> None:
    library = filled.library
    pages = library.connection.execute("PRAGMA page_count").fetchone()[0]
    library.connection.execute(f"PRAGMA max_page_count = {pages}")

    def write() -> None:
        with library.transaction() as connection:
            connection.execute("INSERT INTO meta VALUES ('small', 'x')")
            connection.execute("INSERT INTO meta VALUES ('large', ?)", ("x" * 10_000_000,))

    with pytest.raises(LibraryError, match=r"full.*disk has room"):
        write()
    assert library.get_meta("small") is None
    assert library.counts()["articles"] == 2


def test_removing_an_article_removes_its_text_from_search_and_library(filled: Corpus) -> None:
    (envoy,) = [a for a in filled.library.articles() if a.publisher == "Brenn Gazette"]

    filled.library.remove([envoy.id])

    with pytest.raises(NotFoundError, match="parley articles list"):
        filled.library.article(envoy.id)
    assert filled.spans.words(Kind.SENTENCE, ["envoy"], 10, Filter()) == {}


def test_removing_for_good_takes_from_the_bin_too(filled: Corpus) -> None:
    (envoy,) = [a for a in filled.library.articles() if a.publisher == "Brenn Gazette"]
    remove_articles(filled, [envoy.id])

    filled.library.remove([envoy.id])

    assert binned(filled) == []
    for table in ("versions", "binned_spans"):
        rows = filled.library.connection.execute(
            f"SELECT count(*) FROM {table} WHERE article_id = ?", (envoy.id,)
        )
        assert rows.fetchone() == (0,)


def test_removing_an_unknown_article_removes_nothing(filled: Corpus) -> None:
    known = [article.id for article in filled.library.articles()]

    with pytest.raises(NotFoundError):
        filled.library.remove([known[0], "no-such-article"])

    assert len(filled.library.articles()) == len(known)


def test_a_file_that_is_no_library_is_named_with_a_mend(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite3").write_bytes(b"not a database at all" * 100)

    with pytest.raises(LibraryError, match="restore it from a backup"):
        Library.open(tmp_path, writable=True)


def test_a_library_of_a_newer_parley_is_not_touched(home: Path) -> None:
    home.mkdir()
    library = Library.open(home, writable=True)
    library.connection.execute("PRAGMA user_version = 999")
    library.close()

    with pytest.raises(LibraryError, match="update Parley"):
        Library.open(home, writable=True)


@pytest.mark.parametrize(
    ("narrow", "expected"),
    [
        (Filter(since="2031-05-10"), {"Brenn Gazette"}),
        (Filter(until="2031-05-06"), {"Vell Courier"}),
        (Filter(since="2031-05-06", until="2031-05-21"), {"Brenn Gazette", "Vell Courier"}),
        (Filter(publishers=("vell courier",)), {"Vell Courier"}),
        (Filter(publishers=("nobody",)), set()),
    ],
)
def test_a_filter_lets_only_its_articles_through(
    filled: Corpus, narrow: Filter, expected: set[str]
) -> None:
    spans = Spans(filled.library)
    found = spans.get(list(spans.words(Kind.PASSAGE, ["talk", "treati"], 50, narrow)))

    publishers = {filled.library.article(span.article_id).publisher for span in found}

    assert publishers == expected


@pytest.mark.parametrize(
    ("published", "narrow", "passes"),
    [
        ("2031", Filter(since="2031-05-10"), True),
        ("2031", Filter(until="2031-05-10"), True),
        ("2031", Filter(since="2032-01-01"), False),
        ("2031-05", Filter(since="2031-05-10"), True),
        ("2031-05", Filter(until="2031-04-30"), False),
        ("2031-05-21T23:30:00+03:00", Filter(until="2031-05-21"), True),
    ],
)
def test_a_date_known_roughly_passes_if_it_may_lie_in_the_range(
    take_in, corpus: Corpus, published: str, narrow: Filter, passes: bool
) -> None:
    take_in(ENVOY.replace("2031-05-21", published))

    assert bool(corpus.spans.allowed(Kind.PASSAGE, narrow)) is passes


def test_an_undated_article_passes_no_date_filter(take_in, corpus: Corpus) -> None:
    take_in(ENVOY.replace("published: 2031-05-21\n", ""))

    assert corpus.spans.allowed(Kind.PASSAGE, Filter(since="1900-01-01")) == []
    assert corpus.spans.allowed(Kind.PASSAGE, Filter(publishers=("Brenn Gazette",))) != []
