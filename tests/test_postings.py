"""Scores by words are FTS5's own, found by another way."""

import pytest

from vectorstore.corpus import Corpus
from vectorstore.documents import Filter, Kind

STEMS = ("harbour", "norland", "propos", "treati", "talk")


def by_fts5(corpus: Corpus, stems: tuple[str, ...]) -> dict[str, float]:
    rows = corpus.library.connection.execute(
        "SELECT s.id, -w.rank FROM sentence_words w JOIN spans s ON s.rowid = w.rowid "
        "WHERE sentence_words MATCH ? ORDER BY w.rank",
        (" OR ".join(f'"{stem}"' for stem in stems),),
    )
    return dict(rows.fetchall())


@pytest.mark.parametrize("stems", [STEMS[:1], STEMS[1:3], STEMS, ("fish", "nowher")])
def test_sentences_have_the_scores_that_fts5_gives_them(
    filled: Corpus, stems: tuple[str, ...]
) -> None:
    expected = by_fts5(filled, stems)

    found = filled.spans.words(Kind.SENTENCE, stems, 100, Filter())

    assert found == pytest.approx(expected, rel=1e-5)
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_a_long_sentence_is_known_to_be_long(corpus: Corpus, take_in) -> None:
    take_in(f"The envoy met {'talks ' * 200}.\n\nThe envoy left.")

    found = corpus.spans.words(Kind.SENTENCE, ["envoy", "left"], 10, Filter())

    assert found == pytest.approx(by_fts5(corpus, ("envoy", "left")), rel=1e-5)


def test_a_number_with_a_point_is_found_as_one(corpus: Corpus, take_in) -> None:
    take_in("The tariff is 3.5 per cent.\n\nOn page 5 there are 3 tariffs.")

    (found,) = corpus.spans.get(list(corpus.spans.words(Kind.SENTENCE, ["3.5"], 10, Filter())))

    assert found.start == 0


def test_a_passage_holds_what_its_sentences_hold(filled: Corpus) -> None:
    (passage, *_) = filled.spans.words(Kind.PASSAGE, ["ambassador", "orlo"], 5, Filter())
    sentences = filled.spans.words(Kind.SENTENCE, ["ambassador", "orlo"], 5, Filter())

    owners = {span.passage_id for span in filled.spans.get(list(sentences))}
    assert passage in owners


def test_a_passage_that_holds_a_word_more_often_comes_first(corpus: Corpus, take_in) -> None:
    filler = " ".join(f"Clause {n} was read aloud to all who had come to listen." for n in range(6))
    for number, text in enumerate(
        ("Grain was shipped. No more came.", "Grain was sold. Grain rose.")
    ):
        take_in(f"{text} {filler}", f"{number}.txt")

    (first, second) = corpus.spans.words(Kind.PASSAGE, ["grain"], 5, Filter()).items()

    (best,) = corpus.spans.get([first[0]])
    assert "Grain rose" in corpus.library.article(best.article_id).text
    assert first[1] > second[1]


def test_only_the_best_are_returned_and_of_those_that_may_pass(filled: Corpus) -> None:
    everything = filled.spans.words(Kind.SENTENCE, STEMS, 100, Filter())
    narrow = Filter(publishers=("Brenn Gazette",))

    assert list(filled.spans.words(Kind.SENTENCE, STEMS, 3, Filter())) == list(everything)[:3]
    passing = set(filled.spans.allowed(Kind.SENTENCE, narrow))
    expected = [each for each in everything if each in passing]
    assert list(filled.spans.words(Kind.SENTENCE, STEMS, 100, narrow)) == expected
    assert 0 < len(expected) < len(everything)


def test_a_word_counts_as_often_as_sentences_hold_it(filled: Corpus) -> None:
    before = filled.spans.frequency("envoy")
    (envoy,) = [a for a in filled.library.articles() if a.publisher == "Brenn Gazette"]

    filled.library.remove([envoy.id])

    assert (before, filled.spans.frequency("envoy"), filled.spans.frequency("quell")) == (1, 0, 0)
