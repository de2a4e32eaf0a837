"""What a summary quotes, and what it must not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalogue import read_lines
from bot.engine import Line
from bot.summary import summarise
from tests.test_text import any_text
from vectorstore.corpus import Corpus
from vectorstore.documents import Article
from vectorstore.embeddings import MiniLM
from vectorstore.text import clean_unicode, sentence_ranges, tokens

LEAD = "Norland and Sudmark agreed in Vell on Tuesday to open the harbour to fishing boats."
TALKS = "Trade Minister Ana Kestrel led the Norland delegation at the talks in the port of Vell."
SHIPS = "Some 22 ships of both countries were waiting outside the blockaded harbour."
TREATY = "Sudmark wants a treaty on fishing rights before its navy leaves the coast of Norland."
ROUND = "A second round of the harbour talks is planned for 20 May in the town of Brenn."


VECTORS = np.eye(8, dtype=np.float32)


@pytest.fixture
def lines(embedder: MiniLM):
    """Return what makes an article's lines of its paragraphs."""

    def make(*paragraphs: str, published: str | None = "2031-05-06", **known: str) -> list[Line]:
        text = "\n".join(paragraphs)
        article = Article(text, published=published, id=text, **known)
        ranges = sentence_ranges(text)
        vectors = embedder.embed([text[start:end] for start, end in ranges])
        return [
            Line(article, *place, vector) for place, vector in zip(ranges, vectors, strict=True)
        ]

    return make


def said(*articles: list[Line], sentences: int | None = None) -> list[str]:
    drafts = summarise(articles, sentences)
    for draft in drafts:
        first, *copies = [each.article.text[each.start : each.end] for each in draft.evidence]
        assert " ".join(first.split()) == draft.text
        # A copy may have other quotation marks, not other words.
        assert all(tokens(copy) == tokens(first) for copy in copies)
    return [draft.text for draft in drafts]


def test_a_summary_begins_with_the_news_and_keeps_the_order(lines) -> None:
    told = [LEAD, TALKS, SHIPS, TREATY, ROUND, "Rain fell on the market square all day long."]

    summary = said(lines(*told))

    assert summary[0] == LEAD
    assert summary == [sentence for sentence in told if sentence in summary]
    assert 3 <= len(summary) <= 5
    assert "Rain fell on the market square all day long." not in summary


def test_a_long_article_is_summed_up_in_about_ninety_words(lines) -> None:
    more = [
        f"In town number {n}, the harbour talks were followed by many people." for n in "123456"
    ]

    summary = said(lines(LEAD, TALKS, SHIPS, TREATY, ROUND, *more))

    assert 60 <= len(" ".join(summary).split()) <= 115


def test_a_length_that_was_asked_for_is_kept(lines) -> None:
    article = lines(LEAD, TALKS, SHIPS, TREATY, ROUND)

    assert said(article, sentences=1) == [LEAD]
    assert len(said(article, sentences=2)) == 2
    assert len(said(article, sentences=9)) == 5


@pytest.mark.parametrize(
    "dangling",
    [
        "She said that 22 ships were still waiting outside the harbour of Vell.",
        "It came after Sudmark had closed the harbour to fishing boats of Norland.",
        "But the harbour of Vell stays closed to the warships of both countries.",
        "The harbour talks would go on and the ships would be let in, she said.",
        "Norland also asked Sudmark to call its warships back from the coast.",
        "Ahead of that round, Norland asked for the harbour to be opened to its boats.",
    ],
)
def test_a_sentence_that_needs_the_one_before_it_never_stands_without(lines, dangling) -> None:
    opener = "Why was the harbour of Vell closed to the fishing boats of Norland?"

    assert dangling not in said(lines(LEAD, TALKS, opener, dangling, TREATY, ROUND))
    assert said(lines(LEAD, dangling, TALKS), sentences=3) == [LEAD, dangling, TALKS]


def test_that_may_be_a_mere_conjunction(lines) -> None:
    sentence = "Norland said that the talks on the harbour of Vell would go on in the spring."

    assert said(lines(sentence)) == [sentence]


@pytest.mark.parametrize(
    "unfit",
    [
        "Will Norland and Sudmark open the harbour of Vell to fishing boats?",
        "Harbour talks of Norland and Sudmark in Vell",
        "and the harbour of Vell was opened to the fishing boats of Norland.",
        "“We will open the harbour of Vell to the fishing boats of Norland.”",
        "This is how Norland and Sudmark agreed to open the harbour of Vell.",
        "Talks in Vell.",
    ],
)
def test_what_states_nothing_by_itself_is_not_quoted(lines, unfit: str) -> None:
    assert unfit not in said(lines(unfit, LEAD, TALKS, SHIPS), sentences=4)
    assert said(lines(unfit)) == []


@pytest.mark.parametrize(
    "speech",
    [
        "Kestrel spoke of “a harbour for all. Sudmark broke the agreement on Vell. We shall see.”",
        'Kestrel said: "Norland did. Sudmark broke the agreement on Vell. We shall see."',
        "“Norland opened the harbour. Sudmark broke the agreement on the harbour of Vell.",
    ],
)
def test_a_speakers_words_are_never_told_as_fact(lines, speech: str) -> None:
    """The middle of a quotation bears no marks of its own."""
    for sentence in said(lines(LEAD, speech, TALKS, SHIPS), sentences=9):
        assert "broke" not in sentence or "Kestrel" in sentence


def test_a_part_of_a_sentence_is_not_quoted(lines) -> None:
    whole = lines(LEAD, TALKS, SHIPS)
    half = Line(whole[0].article, 0, 47, whole[0].vector)
    rest = Line(whole[0].article, 48, whole[0].end, whole[0].vector)

    assert LEAD[:20] not in " ".join(said([half, rest, *whole[1:]]))


def test_an_agencys_dateline_is_left_out(lines) -> None:
    for dateline in ("(Harbour Wire) - ", "VELL, May 6 (Harbour Wire) — "):
        assert said(lines(dateline + LEAD, TALKS, SHIPS))[0] == LEAD


def test_nothing_is_said_twice(lines) -> None:
    again = LEAD.replace("agreed in Vell on Tuesday", "agreed on Tuesday in Vell")

    summary = said(lines(LEAD, again, TALKS, SHIPS))

    assert summary == [LEAD, TALKS, SHIPS]


def test_copies_of_a_story_are_taken_once_and_cited_all(lines) -> None:
    copy = lines(LEAD, TALKS.replace("led", "headed"), SHIPS, "A copy has a line of its own.")
    other = lines(TREATY, ROUND, published="2031-05-07")

    drafts = summarise([lines(LEAD, TALKS, SHIPS), copy, other])
    texts = [draft.text for draft in drafts]

    assert texts.count(LEAD) == 1
    assert len(drafts[texts.index(LEAD)].evidence) == 2
    assert sum("Kestrel" in text for text in texts) <= 1


def test_several_articles_are_all_heard_in_the_order_given(lines) -> None:
    articles = [
        lines(LEAD, TALKS),
        lines(SHIPS, "The captains were tired.", published="2031-05-08"),
        lines(TREATY, "The text of it was long.", published="2031-05-09"),
        lines(ROUND, published=None),
    ]

    summary = said(*articles)

    assert len(summary) <= 6
    leads = [sentence for sentence in summary if sentence in (LEAD, SHIPS, TREATY, ROUND)]
    assert leads == [LEAD, SHIPS, TREATY, ROUND]


def test_of_many_articles_each_day_is_told_rather_than_one_day_six_times(lines) -> None:
    crowd = [
        lines(f"{LEAD[:-1]} and to {thing}.")
        for thing in ("ferries", "trawlers", "yachts", "tugs", "canoes", "rafts", "barges")
    ]
    later = lines("The envoy Mira Sol flew home to Brenn without a word.", published="2031-06-01")

    assert any("Mira Sol" in sentence for sentence in said(*crowd, later))


def test_without_anything_to_quote_there_is_no_summary(lines) -> None:
    assert summarise([]) == []
    assert summarise([[]]) == []
    assert said(lines("Who came?", "Harbour talks")) == []


def test_a_single_sentence_sums_itself_up(lines) -> None:
    assert said(lines(LEAD)) == [LEAD]


@given(st.lists(any_text, min_size=1, max_size=4), st.none() | st.integers(1, 9))
@settings(deadline=None)
def test_whatever_is_read_every_sentence_is_verbatim(texts: list[str], most: int | None) -> None:
    articles: list[list[Line]] = []
    for text in (clean_unicode(each)[0] for each in texts):
        article = Article(text, title=text[:30], id=text)
        places = sentence_ranges(text)
        articles.append([Line(article, *at, VECTORS[n % 8]) for n, at in enumerate(places)])

    assert len(said(*articles, sentences=most)) <= (most or 6)


def test_a_corpus_gives_an_articles_sentences_in_order(filled: Corpus) -> None:
    for article in filled.library.articles():
        lines = read_lines(filled, [article])[0]

        assert [(line.start, line.end) for line in lines] == sentence_ranges(article.text)
        assert all(abs(np.linalg.norm(line.vector) - 1) < 0.01 for line in lines)
