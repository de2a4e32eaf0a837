from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_text import any_text
from vectorstore.chunking import chunk
from vectorstore.cleaning import clean
from vectorstore.documents import Article, Passage
from vectorstore.text import sentence_ranges

Count = Callable[[Sequence[str]], list[int]]


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) + 2 for text in texts]


def letters(texts: Sequence[str]) -> list[int]:
    """As an embedder counts a script that it has no words for."""
    return [sum(not char.isspace() for char in text) + 2 for text in texts]


def sentence(n: int, length: int) -> str:
    return " ".join([f"Clause{n}", *["word"] * (length - 1)]) + "."


def texts(article: Article, passages: Sequence[Passage]) -> list[str]:
    return [article.text[passage.start : passage.end] for passage in passages]


_ARTICLES = st.one_of(
    st.lists(st.lists(st.integers(1, 40), min_size=1, max_size=8), min_size=1, max_size=6).map(
        lambda paragraphs: "\n\n".join(
            " ".join(sentence(n, length) for n, length in enumerate(lengths))
            for lengths in paragraphs
        )
    ),
    any_text,
    any_text.map(lambda text: text * 20),
)


@given(_ARTICLES, st.sampled_from([words, letters]), st.sampled_from([5, 12, 40, 256]))
@settings(max_examples=200, deadline=None)
def test_every_sentence_is_in_one_passage_and_every_passage_fits(
    page: str, count: Count, max_tokens: int
) -> None:
    article = Article(clean(page)[0], id="a")
    passages = chunk(article, count, max_tokens)

    spans = [span for passage in passages for span in passage.sentences]
    held = [at for span in spans for at in range(span.start, span.end)]
    assert held == sorted(set(held))
    assert {at for at, char in enumerate(article.text) if not char.isspace()} <= set(held)
    for passage in passages:
        quoted = article.text[passage.start : passage.end]
        assert quoted
        assert count([quoted])[0] <= max_tokens
        assert passage.start == passage.sentences[0].start
        assert passage.end == passage.sentences[-1].end


@given(_ARTICLES, st.sampled_from([12, 40, 256]))
@settings(max_examples=100, deadline=None)
def test_a_sentence_that_fits_is_never_cut(page: str, max_tokens: int) -> None:
    article = Article(clean(page)[0], id="a")
    spans = {
        (span.start, span.end)
        for passage in chunk(article, words, max_tokens)
        for span in passage.sentences
    }

    for start, end in sentence_ranges(article.text):
        if words([article.text[start:end]])[0] <= max_tokens:
            assert (start, end) in spans


def test_paragraphs_of_a_line_share_a_passage() -> None:
    article = Article("\n\n".join(sentence(n, 12) for n in range(4)))

    assert len(chunk(article, words, 256)) == 1


def test_a_paragraph_that_can_stand_alone_is_not_mixed_with_the_next() -> None:
    paragraphs = [
        " ".join(sentence(10 * p + n, 30) for n in range(4))  # 120 words each
        for p in range(3)
    ]
    article = Article("\n\n".join(paragraphs))

    assert texts(article, chunk(article, words, 256)) == paragraphs


def test_a_paragraph_over_the_limit_is_cut_into_even_parts() -> None:
    article = Article(" ".join(sentence(n, 15) for n in range(20)))  # 300 words

    sizes = [size - 2 for size in words(texts(article, chunk(article, words, 256)))]

    assert len(sizes) == 2
    assert max(sizes) - min(sizes) <= 15


def test_a_sentence_longer_than_the_limit_is_cut_between_words() -> None:
    article = Article(" ".join(f"word{n}" for n in range(1000)))

    passages = chunk(article, words, 64)

    assert " ".join(texts(article, passages)) == article.text
    assert all(
        word.startswith("word") for text in texts(article, passages) for word in text.split()
    )


def test_a_sentence_without_any_space_is_cut_all_the_same() -> None:
    article = Article("会谈" * 400)

    passages = chunk(article, letters, 64)

    assert "".join(texts(article, passages)) == article.text
    assert max(letters(texts(article, passages))) <= 64


def test_a_paragraph_that_the_embedder_has_no_tokens_for_does_not_stop_the_article() -> None:
    article = Article("\ufffd" * 300 + "\n\nThe talks ended on Monday.")

    passages = chunk(article, lambda many: [2 + text.count("t") for text in many], 256)

    assert texts(article, passages)[-1].endswith("The talks ended on Monday.")


@pytest.mark.parametrize("text", ["", " \n\n "])
def test_a_text_without_sentences_has_no_passages(text: str) -> None:
    assert chunk(Article(text), words, 256) == []


def test_ids_are_the_same_each_time_and_differ_by_place_article_and_version() -> None:
    text = "\n\n".join(sentence(n, 90) for n in range(3))

    def ids(article: Article) -> list[str]:
        return [
            span.id
            for passage in chunk(article, words, 256)
            for span in (passage, *passage.sentences)
        ]

    first = ids(Article(text, id="a"))
    assert first == ids(Article(text, id="a", title="Corrected by a reader"))
    assert len(set(first)) == len(first) == 6
    assert not set(first) & set(ids(Article(text, id="b")))
    assert not set(first) & set(ids(Article(text, id="a", version=2)))


def test_passages_follow_the_text() -> None:
    article = Article("\n".join(sentence(n, 25) for n in range(40)))

    passages = chunk(article, words, 256)

    assert len(passages) > 3
    assert all(before.end < after.start for before, after in pairwise(passages))
