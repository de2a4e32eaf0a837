"""What a reader does to articles: deleting, bringing back, correcting, looking through."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bot.chain import AnswerChain, Question
from bot.extractive import ExtractiveEngine
from tests.conftest import ENVOY, HARBOUR
from tests.test_upkeep import OtherEmbedder
from vectorstore import schema
from vectorstore.bin import Bin
from vectorstore.catalogue import Catalogue
from vectorstore.corpus import Corpus
from vectorstore.curation import (
    add_samples,
    binned,
    correct,
    purge,
    reindex,
    remove_articles,
    remove_samples,
    restore_articles,
)
from vectorstore.documents import Filter, Kind, Precision
from vectorstore.embeddings import MiniLM
from vectorstore.errors import CorrectionError, NotFoundError
from vectorstore.families import Families
from vectorstore.ingest import IngestReport, ingest
from vectorstore.retriever import Retrieval, Retriever
from vectorstore.upkeep import wanting

Take = Callable[..., IngestReport]

WHO = "Who led the Norland delegation?"
RARE = "The quartermaster hid nineteen zithers beneath the chancery."


def _harbour(corpus: Corpus) -> str:
    (article,) = [a for a in corpus.library.articles() if "22 ships" in a.text]
    return article.id


def _found(corpus: Corpus, question: str = WHO) -> Retrieval:
    return Retriever(corpus).retrieve(question)


def _is_sound(corpus: Corpus) -> bool:
    return (
        wanting(corpus.spans, corpus.index) is None
        and corpus.spans.outbox_size() == 0
        and corpus.library.words_whole()
    )


def test_a_deleted_article_is_nowhere_at_once(filled: Corpus) -> None:
    harbour = _harbour(filled)
    vectors = [each for each in filled.spans.sample(Kind.PASSAGE, 99) if each.article_id == harbour]

    remove_articles(filled, [harbour])

    assert "Kestrel" not in " ".join(each.text for each in _found(filled).sentences)
    assert harbour not in filled.spans.articles(Filter())
    assert filled.spans.newest(Filter(until="2031-05-10")) is None
    assert filled.library.counts()["articles"] == 1
    assert filled.spans.words(Kind.SENTENCE, ["kestrel"], 10, Filter()) == {}
    nearest = filled.index.query(vectors[0].vector, 99)
    assert nearest.keys().isdisjoint(each.id for each in vectors)
    with pytest.raises(NotFoundError, match=f"parley articles restore {harbour}"):
        filled.library.article(harbour)
    with pytest.raises(NotFoundError):
        remove_articles(filled, [harbour])


def test_a_deleted_article_comes_back_as_it_was_without_being_embedded(
    filled: Corpus, home: Path, embedder: MiniLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    harbour, before = _harbour(filled), _found(filled)
    remove_articles(filled, [harbour])
    filled.close()

    with Corpus.own(home, embedder, "test") as corpus:
        assert [article.id for article in binned(corpus)] == [harbour]
        with monkeypatch.context() as patched:
            patched.setattr(MiniLM, "embed", lambda *_: pytest.fail("embedded"), raising=True)
            # Nothing to embed is not asked of the model at all.
            patched.setattr("vectorstore.curation.embed_articles", lambda _, some: list(some))
            assert restore_articles(corpus, [harbour]) == 1

        assert _found(corpus) == before
        assert binned(corpus) == []
    with Corpus.own(home, embedder, "test") as again:
        assert _found(again) == before
        assert _is_sound(again)


def test_deleting_is_all_or_nothing_and_so_is_bringing_back(filled: Corpus) -> None:
    harbour = _harbour(filled)

    with pytest.raises(NotFoundError, match="parley articles list"):
        remove_articles(filled, [harbour, "no-such-article"])
    assert filled.library.article(harbour)

    remove_articles(filled, [harbour, harbour])
    with pytest.raises(NotFoundError, match="--deleted"):
        restore_articles(filled, [harbour, "no-such-article"])
    assert [article.id for article in binned(filled)] == [harbour]


def test_bringing_back_what_is_there_changes_nothing(filled: Corpus) -> None:
    before = _found(filled)

    assert restore_articles(filled, [_harbour(filled)]) == 0

    assert _found(filled) == before


def test_reading_a_deleted_article_again_brings_it_back(
    filled: Corpus, inputs: Path, take_in: Take
) -> None:
    harbour = _harbour(filled)
    correct(filled, harbour, {"publisher": "The Courier of Vell"})
    remove_articles(filled, [harbour])

    (item,) = ingest(filled, [str(inputs / "harbour.md")]).items

    assert (item.status, item.article_id) == ("added", harbour)
    assert filled.library.article(harbour).publisher == "The Courier of Vell"
    assert binned(filled) == []
    assert _is_sound(filled)
    assert take_in(HARBOUR).items[0].status == "unchanged"


def test_a_copy_stands_by_itself_while_its_origin_is_deleted(corpus: Corpus, take_in: Take) -> None:
    (first,) = take_in(ENVOY).items
    copy = ENVOY.replace("Brenn Gazette", "Vell Post").replace("/envoy", "/copied")
    (second,) = take_in(copy).items
    assert first.article_id is not None
    assert second.article_id is not None
    catalogue = Catalogue(corpus.library)

    remove_articles(corpus, [first.article_id])
    assert Families(corpus.library).origins() == {}
    assert (
        _found(corpus, "What did the envoy propose?").sentences[0].article.id == second.article_id
    )

    third = copy.replace("Vell Post", "Quell News").replace("/copied", "/third")
    assert take_in(third).items[0].duplicate_of == second.article_id

    restore_articles(corpus, [first.article_id])
    assert set(Families(corpus.library).origins().values()) == {first.article_id}
    rows = catalogue.page().rows
    assert [(len(row.copies), row.outlets) for row in rows] == [(2, 3)] * 3
    assert [row.id for row in rows if row.duplicate_of is None] == [first.article_id]


def test_a_purge_leaves_no_byte_of_the_text(filled: Corpus, take_in: Take, home: Path) -> None:
    (old,) = take_in(f"---\nurl: https://example.org/rare\n---\n{RARE}\n").items
    take_in("---\nurl: https://example.org/rare\n---\nNothing was hidden anywhere, it is said.\n")
    assert old.article_id is not None
    assert RARE in filled.library.article(old.article_id, 1).text
    correct(filled, old.article_id, {"author": "Zebulon Quartermain"})
    remove_articles(filled, [old.article_id])
    before = _found(filled)

    assert purge(filled) == 1

    kept = b"".join(file.read_bytes() for file in home.glob("library.sqlite3*"))
    for trace in (RARE, "zither", "anywhere, it is said", "Zebulon"):
        assert trace.encode() not in kept
    assert b"Kestrel" in kept
    assert purge(filled) == 0
    assert _found(filled) == before
    assert _is_sound(filled)
    with pytest.raises(NotFoundError, match="--deleted"):
        restore_articles(filled, [old.article_id])


def test_what_was_deleted_before_a_reindexing_is_embedded_anew(filled: Corpus, home: Path) -> None:
    harbour = _harbour(filled)
    remove_articles(filled, [harbour])
    filled.close()

    with Corpus.own(home, OtherEmbedder(), "test", any_embedder=True) as corpus:
        assert reindex(corpus) == 1
        assert restore_articles(corpus, [harbour]) == 1

        assert "Kestrel" in _found(corpus).sentences[0].text
        assert _is_sound(corpus)


def test_reindexing_keeps_corrections_apart_from_what_was_read(filled: Corpus) -> None:
    harbour = _harbour(filled)
    correct(filled, harbour, {"title": "Talks in Vell"})

    reindex(filled)

    assert filled.library.article(harbour).title == "Talks in Vell"
    assert filled.library.as_read(harbour).title == "Harbour talks open in Vell"


def test_samples_that_were_removed_stay_away_until_they_are_brought_back(
    corpus: Corpus, inputs: Path
) -> None:
    add_samples(corpus, str(inputs))

    assert remove_samples(corpus) == 2
    assert (corpus.library.articles(), corpus.library.get_meta("samples")) == ([], "removed")
    assert add_samples(corpus, str(inputs)) is None

    assert restore_articles(corpus, [article.id for article in binned(corpus)]) == 2
    assert all(article.sample for article in corpus.library.articles())
    assert corpus.library.get_meta("samples") == "added"


def test_a_correction_holds_in_citations_filters_and_the_newest_date(filled: Corpus) -> None:
    harbour = _harbour(filled)
    changes = {"published": "2031-06", "publisher": "Ζεφύρ  Étoile\n", "author": "", "title": ""}

    known = correct(filled, harbour, changes)

    assert (known.published, known.published_precision) == ("2031-06", Precision.MONTH)
    assert (known.published_from, known.publisher) == ("reader", "Ζεφύρ Étoile")
    assert filled.library.corrected(harbour) == ("publisher", "published")
    chain = AnswerChain(Retriever(filled), ExtractiveEngine())
    narrow = Filter(since="2031-06-01", publishers=("ζεφύρ étoile",))
    (citation,) = chain.invoke(Question(WHO, narrow)).citations
    assert (citation.publisher, citation.published) == ("Ζεφύρ Étoile", "2031-06")
    assert filled.spans.articles(Filter(until="2031-05-31")).isdisjoint([harbour])
    assert filled.spans.newest(Filter()) == "2031-06"
    assert filled.library.articles()[0].id == harbour


def test_corrections_survive_reading_the_article_again(
    filled: Corpus, inputs: Path, take_in: Take
) -> None:
    harbour = _harbour(filled)
    changes = {"title": "Talks in Vell", "url": "https://example.org/other", "published": ""}
    correct(filled, harbour, changes)

    assert {item.status for item in ingest(filled, [str(inputs)]).items} == {"unchanged"}
    (item,) = take_in(HARBOUR.replace("22 ships", "23 ships")).items

    assert (item.status, item.article_id) == ("updated", harbour)
    article = filled.library.article(harbour)
    assert "23 ships" in article.text
    assert (article.title, article.url) == ("Talks in Vell", "https://example.org/other")
    assert (article.published, article.published_precision) == (None, None)
    assert filled.library.as_read(harbour).published == "2031-05-06"


def test_a_correction_is_taken_back_by_what_was_read(filled: Corpus) -> None:
    harbour = _harbour(filled)
    read = filled.library.article(harbour)
    correct(filled, harbour, {"title": "Other", "published": "2030", "author": "Somebody"})

    back = correct(filled, harbour, {"title": "", "published": "2031-05-06", "author": ""})

    assert back == read == filled.library.as_read(harbour)
    assert filled.library.corrected(harbour) == ()


@pytest.mark.parametrize(
    ("field", "value", "mend"),
    [
        ("published", "last Tuesday", "YYYY-MM-DD"),
        ("published", "2031-02-30", "YYYY-MM-DD"),
        ("url", "javascript:alert(1)", "https://"),
        ("url", "example.org/harbour", "https://"),
        ("language", "English, mostly", "pt-BR"),
        ("title", "x" * 501, "500"),
        ("text", "Another text.", "publisher"),
    ],
)
def test_a_correction_of_no_use_names_field_and_mend_and_changes_nothing(
    filled: Corpus, field: str, value: str, mend: str
) -> None:
    harbour = _harbour(filled)
    before = filled.library.article(harbour)

    with pytest.raises(CorrectionError, match=field) as raised:
        correct(filled, harbour, {"author": "Somebody", field: value})

    assert mend in str(raised.value)
    assert "\n" not in str(raised.value)
    assert filled.library.article(harbour) == before


def test_correcting_what_is_not_there_is_refused(filled: Corpus) -> None:
    with pytest.raises(NotFoundError, match="no-such-article"):
        correct(filled, "no-such-article", {"title": "Any"})


def test_a_change_is_seen_by_those_who_keep_something(filled: Corpus) -> None:
    harbour, seen = _harbour(filled), {filled.spans.generation()}

    for change in (
        lambda: correct(filled, harbour, {"title": "Any"}),
        lambda: remove_articles(filled, [harbour]),
        lambda: restore_articles(filled, [harbour]),
    ):
        change()
        assert filled.spans.generation() not in seen
        seen.add(filled.spans.generation())


def _variant(name: str, number: int, place: str = "mountain") -> str:
    text = HARBOUR.replace("22 ships", f"{number} ships").replace("mountain", place)
    return text.replace("/harbour", f"/{name}{number}")


def test_threads_that_write_at_once_leave_all_consistent(corpus: Corpus, take_in: Take) -> None:
    def come_and_go() -> None:
        for number in range(12):
            (item,) = take_in(_variant("gone", number), "gone.md").items
            assert item.article_id is not None
            remove_articles(corpus, [item.article_id])
            if number % 3 == 0:
                restore_articles(corpus, [item.article_id])
            if number % 5 == 0:
                purge(corpus)

    def share(name: str) -> None:
        for number in range(12):
            take_in(_variant("shared", number % 6, f"{name} {number}"), f"{name}.md")

    with ThreadPoolExecutor() as pool:
        done = [pool.submit(come_and_go), pool.submit(share, "hill"), pool.submit(share, "lake")]
    for each in done:
        each.result()

    assert _is_sound(corpus)
    assert len(corpus.library.articles()) == 4 + 6
    held = {article.id for article in corpus.library.articles()}
    rows = corpus.library.connection.execute("SELECT DISTINCT article_id FROM spans")
    assert {row[0] for row in rows} == held
    # Each text that was taken in is kept as a version of its own.
    kept = corpus.library.connection.execute(
        "SELECT count(DISTINCT text_hash) FROM versions WHERE url LIKE '%shared%'"
    )
    assert kept.fetchone() == (24,)


def _downgraded(home: Path, folder: Path) -> Path:
    """Copy a library as one of the first schema would hold it."""
    folder.mkdir()
    old = sqlite3.connect(folder / "library.sqlite3", isolation_level=None)
    old.executescript(schema._STEPS[0])
    old.execute("PRAGMA user_version = 1")
    old.execute("ATTACH ? AS new", (str(home / "library.sqlite3"),))
    old.execute(
        "INSERT INTO articles SELECT id, current, sample, duplicate_of, added_at FROM new.articles"
    )
    for table in ("versions", "spans"):
        old.execute(f"INSERT INTO {table} SELECT * FROM new.{table}")
    old.execute("INSERT OR REPLACE INTO meta SELECT * FROM new.meta")
    old.close()
    return folder


def test_a_library_of_the_first_schema_is_brought_up_to_date(
    filled: Corpus, home: Path, tmp_path: Path, embedder: MiniLM
) -> None:
    articles, before = filled.library.articles(), _found(filled)
    filled.close()

    with Corpus.own(_downgraded(home, tmp_path / "old"), embedder, "test") as corpus:
        assert corpus.library.articles() == articles
        assert [each.text for each in _found(corpus).passages] == [
            each.text for each in before.passages
        ]
        remove_articles(corpus, [_harbour(corpus)])
        assert len(binned(corpus)) == 1


def test_the_catalogue_tells_of_each_article_what_a_row_shows(filled: Corpus) -> None:
    harbour = _harbour(filled)
    correct(filled, harbour, {"author": "Somebody"})

    page = Catalogue(filled.library).page()

    assert page.total == 2
    (row,) = [row for row in page.rows if row.id == harbour]
    article = filled.library.article(harbour)
    assert row.words == len(article.text.split())
    assert row.passages == filled.library.passage_count(harbour)
    assert (row.removed_lines, row.version, row.sample) == (1, 1, False)
    assert (row.author, row.corrected) == ("Somebody", ("author",))
    assert row.published_precision is Precision.DAY


@pytest.fixture
def catalogue(corpus: Corpus, tmp_path: Path) -> Catalogue:
    file = tmp_path / "some.jsonl"
    file.write_text(
        '{"text": "Talks opened in Łódź.", "title": "Zebra", "publisher": "Ábc",'
        ' "published": "2031-01-02"}\n'
        '{"text": "Nothing new, said 50% of them.", "title": "Émile", "publisher": "Other"}\n'
        '{"text": "The talks went on.", "title": "alpha", "published": "2031-01"}\n',
        encoding="utf-8",
    )
    ingest(corpus, [str(file)])
    return Catalogue(corpus.library)


@pytest.mark.parametrize(
    ("given", "titles"),
    [
        ({}, ["Zebra", "alpha", "Émile"]),
        ({"sort": "oldest"}, ["alpha", "Zebra", "Émile"]),
        ({"sort": "title"}, ["alpha", "Émile", "Zebra"]),
        ({"sort": "publisher"}, ["Zebra", "Émile", "alpha"]),
        ({"sort": "; DROP TABLE articles"}, ["Zebra", "alpha", "Émile"]),
        ({"search": "talk"}, ["Zebra", "alpha"]),
        ({"search": "LODZ abc"}, ["Zebra"]),
        ({"search": "lodz émile"}, []),
        ({"search": "0%"}, ["Émile"]),
        ({"search": "_"}, []),
        ({"search": "\ud800"}, []),
        ({"search": " ".join(f"talks {number}" for number in range(5000))}, []),
        ({"publisher": "abc"}, ["Zebra"]),
        ({"kind": "own", "limit": 1}, ["Zebra"]),
        ({"limit": 2, "sort": "title"}, ["alpha", "Émile"]),
        ({"kind": "samples"}, []),
        ({"limit": 0}, []),
        ({"limit": -1}, []),
    ],
)
def test_the_catalogue_is_searched_sorted_and_cut(
    catalogue: Catalogue, given: dict[str, Any], titles: list[str]
) -> None:
    assert [row.title for row in catalogue.page(**given).rows] == titles


def test_a_page_tells_how_many_there_are_in_all(catalogue: Catalogue) -> None:
    assert catalogue.page(limit=1).total == 3
    assert catalogue.page(search="talks", limit=1).total == 2
    assert catalogue.publishers() == [("Ábc", 1), ("Other", 1)]


def test_counts_titles_and_publishers_are_of_what_is_there(
    corpus: Corpus, catalogue: Catalogue, take_in: Take
) -> None:
    (sample,) = take_in("---\npublisher: Herald\n---\nThe mediators flew to Quell.").items
    assert sample.article_id is not None
    corpus.library.connection.execute(
        "UPDATE articles SET sample = 1 WHERE id = ?", (sample.article_id,)
    )
    assert [catalogue.count(kind) for kind in ("all", "own", "samples")] == [4, 3, 1]
    assert catalogue.publishers("samples") == [("Herald", 1)]
    assert catalogue.publishers("own") == [("Ábc", 1), ("Other", 1)]
    (zebra,) = [row.id for row in catalogue.page().rows if row.title == "Zebra"]
    titles = catalogue.titles([zebra, sample.article_id, "a1" * 12])
    assert titles == {zebra: "Zebra", sample.article_id: "The mediators flew to Quell"}
    assert catalogue.titles([]) == {}
    assert Bin(corpus.library).count() == 0

    remove_articles(corpus, [zebra, sample.article_id])

    assert [catalogue.count(kind) for kind in ("all", "own", "samples")] == [2, 2, 0]
    assert catalogue.publishers() == [("Other", 1)]
    assert catalogue.titles([zebra]) == {}
    assert Bin(corpus.library).count() == 2


def test_what_was_added_last_comes_first_and_what_is_deleted_not_at_all(
    filled: Corpus, take_in: Take
) -> None:
    (item,) = take_in("The mediators flew to Quell.").items
    assert item.article_id is not None
    catalogue = Catalogue(filled.library)
    assert catalogue.page(sort="added").rows[0].id == item.article_id

    remove_articles(filled, [item.article_id])

    assert catalogue.page(sort="added").total == 2
    assert catalogue.page(search="mediators").total == 0
