"""Where spans lie, and what passes a filter, is what the library's rows say."""

import pytest

from tests.conftest import ENVOY
from vectorstore.corpus import Corpus
from vectorstore.curation import correct, remove_articles, restore_articles
from vectorstore.documents import Filter, Kind
from vectorstore.errors import LibraryError
from vectorstore.layout import Layout


def rows(corpus: Corpus, kind: Kind) -> list[tuple[int, str, str]]:
    return corpus.library.connection.execute(
        "SELECT rowid, passage_id, article_id FROM spans WHERE kind = ? ORDER BY rowid", (kind,)
    ).fetchall()


def check(corpus: Corpus) -> None:
    layout = Layout.read(corpus.library.connection)
    passages, sentences = rows(corpus, Kind.PASSAGE), rows(corpus, Kind.SENTENCE)
    assert layout.passages.tolist() == [row[0] for row in passages]
    assert layout.sentences.tolist() == [row[0] for row in sentences]
    owners = [passages[place][1] for place in layout.owners.tolist()]
    assert owners == [row[1] for row in sentences]
    articles = [layout.shelf.ids[place] for place in layout.articles.tolist()]
    assert articles == [row[2] for row in passages]


def test_every_sentence_is_in_its_passage_whatever_became_of_the_articles(
    filled: Corpus, take_in
) -> None:
    check(filled)
    (harbour,) = [a.id for a in filled.library.articles() if a.publisher == "Vell Courier"]
    remove_articles(filled, [harbour])
    check(filled)
    take_in(ENVOY.replace("two weeks", "three months"))
    check(filled)
    restore_articles(filled, [harbour])
    check(filled)


def test_an_empty_library_has_an_empty_layout(corpus: Corpus) -> None:
    check(corpus)
    assert corpus.spans.count(Kind.SENTENCE) == 0
    assert corpus.spans.newest(Filter()) is None


def test_rows_in_another_order_are_named_with_a_mend(filled: Corpus) -> None:
    first, second = (row[0] for row in rows(filled, Kind.SENTENCE)[::8][:2])
    filled.library.connection.execute("UPDATE spans SET rowid = 9999 WHERE rowid = ?", (first,))
    filled.library.connection.execute("UPDATE spans SET rowid = ? WHERE rowid = ?", (first, second))
    filled.library.connection.execute("UPDATE spans SET rowid = ? WHERE rowid = 9999", (second,))

    with pytest.raises(LibraryError, match="parley articles reindex"):
        Layout.read(filled.library.connection)


@pytest.mark.parametrize(
    ("narrow", "count"),
    [
        (Filter(since="2031-05-10"), 1),
        (Filter(until="2031-05-10"), 1),
        (Filter(since="2031-05-06", until="2031-05-21"), 2),
        (Filter(publishers=("BRENN gazette", "nobody")), 1),
        (Filter(articles=("no such",)), 0),
        (Filter(samples=False), 2),
        (Filter(since="2031-05-10", publishers=("Vell Courier",)), 0),
    ],
)
def test_as_many_spans_are_counted_as_pass(filled: Corpus, narrow: Filter, count: int) -> None:
    assert len(filled.spans.articles(narrow)) == count
    for kind in Kind:
        assert filled.spans.count(kind, narrow) == len(filled.spans.allowed(kind, narrow))


def test_an_undated_article_is_from_no_time(filled: Corpus, take_in) -> None:
    dated = filled.spans.articles(Filter())
    take_in("The mediators flew to Quell.", "undated.txt")

    for narrow in (Filter(since="1900-01-01"), Filter(until="2999-12-31")):
        assert filled.spans.articles(narrow) == dated


def test_a_correction_counts_for_the_next_filter(filled: Corpus) -> None:
    narrow = Filter(publishers=("Brenn Gazette",))
    (envoy,) = filled.spans.articles(narrow)

    correct(filled, envoy, {"publisher": "Quell Post"})

    assert filled.spans.articles(narrow) == set()
    assert filled.spans.articles(Filter(publishers=("quell post",))) == {envoy}
