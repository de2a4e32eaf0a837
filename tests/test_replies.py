"""What commands are answered with, over a real library."""

import pytest

from bot.answers import Answer
from bot.catalogue import Catalogue, CorpusCatalogue
from bot.citing import with_list, with_sentence
from bot.commands import recognise
from bot.engine import Draft
from bot.extractive import ExtractiveEngine
from bot.replies import Reply, reply
from vectorstore.corpus import Corpus
from vectorstore.documents import Filter

THIRD = """\
---
title: Harbour of Vell opens again
publisher: Brenn Gazette
published: 2031-05-21T08:00:00+00:00
---
The harbour of Vell opened on Wednesday to fishing boats of both countries.

Some 22 ships entered the port before noon, its master said.
"""


@pytest.fixture
def three(filled: Corpus, take_in) -> CorpusCatalogue:
    take_in(THIRD)
    return CorpusCatalogue(filled)


def said(catalogue: Catalogue, text: str, *earlier: Answer) -> Reply:
    command = recognise(text)
    assert command is not None, text
    return reply(command, catalogue, earlier)


def answered(given: Reply) -> Answer:
    """Make an answer of a reply, as the chain does."""
    answer = Answer("?", "?", "extractive", message=given.message, notices=given.notices)
    for draft in drafts(given):
        answer = with_sentence(answer, draft)
    return with_list(answer, given.citations)


def drafts(given: Reply) -> list[Draft]:
    """Return the sentences that sum up what is to be summed up."""
    return list(ExtractiveEngine().summarise(given.articles, given.sentences))


def titles(given: Reply) -> list[str | None]:
    """Return the titles of what is listed or quoted, each once, in order."""
    quoted = [each for draft in drafts(given) for each in draft.evidence]
    return list(dict.fromkeys(each.article.title for each in (*given.citations, *quoted)))


HARBOUR, ENVOY, OPENS = (
    "Harbour talks open in Vell",
    "Envoy proposes a fishing treaty",
    "Harbour of Vell opens again",
)


@pytest.mark.parametrize("text", ["hello", "thanks", "bye", "help", "who are you?"])
def test_small_talk_is_answered_in_words_alone(corpus: Corpus, text: str) -> None:
    given = said(CorpusCatalogue(corpus), text)

    assert given.message
    assert given == Reply(given.message)


def test_help_names_only_what_is_understood(corpus: Corpus) -> None:
    message = said(CorpusCatalogue(corpus), "help").message or ""
    lines = [line for line in message.splitlines() if line.startswith("- ")]

    assert len(lines) >= 4
    for line in lines:
        assert recognise(line.split("“")[1].split("”")[0]), line


def test_the_list_is_numbered_by_publication(three: CorpusCatalogue) -> None:
    given = said(three, "list the articles")
    answer = answered(given)

    assert (given.message or "").startswith("There are 3 articles")
    assert [(c.n, c.title, c.published) for c in answer.citations] == [
        (1, HARBOUR, "2031-05-06"),
        (2, ENVOY, "2031-05-21"),
        (3, OPENS, "2031-05-21"),
    ]
    assert answer.citations[0].publisher == "Vell Courier"
    assert answer.citations[2].quote == (
        "The harbour of Vell opened on Wednesday to fishing boats of both countries."
    )
    assert (answer.sentences, answer.refused) == ((), False)


def test_a_list_has_its_end(corpus: Corpus, tmp_path) -> None:
    from vectorstore.ingest import ingest

    for n in range(52):
        file = tmp_path / f"{n}.md"
        text = f"Envoy number {n} reached the port of Vell. Talks began at hour {n}."
        file.write_text(f"---\ntitle: Envoy {n:02}\npublished: 2031-05-06\n---\n{text}\n")
    ingest(corpus, [str(tmp_path)])
    catalogue = CorpusCatalogue(corpus)

    listed = said(catalogue, "list the articles")

    assert (listed.message or "").startswith("There are 52 articles")
    assert titles(listed) == [f"Envoy {n:02}" for n in range(50)]
    assert listed.notices[0].startswith("2 more")
    assert titles(said(catalogue, "summarise article 52", answered(listed))) == ["Envoy 51"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("summarise article 1", HARBOUR),
        ("sum up the second article", ENVOY),
        ("summarise the latest article", OPENS),
        ("summarise the envoy article", ENVOY),
        ("summarise the article about the opening of Vell harbour again", OPENS),
        ("summarise the article from the Vell Courier", HARBOUR),
    ],
)
def test_one_article_is_summed_up_in_its_own_sentences(
    three: CorpusCatalogue, text: str, title: str
) -> None:
    given = said(three, text)
    answer = answered(given)

    assert titles(given) == [title]
    assert title in given.notices[0]
    assert given.message is None
    assert answer.sentences
    assert all(sentence.status == "verified" for sentence in answer.sentences)
    for citation in answer.citations:
        article = three.corpus.library.article(citation.article_id)
        assert citation.quote == article.text[citation.start : citation.end]


def test_a_number_means_the_list_that_was_shown(three: CorpusCatalogue, take_in) -> None:
    listed = answered(said(three, "list the articles"))
    take_in("---\ntitle: Older\npublished: 2030-01-01\n---\nSudmark closed the harbour of Vell.")
    summed_up = answered(said(three, "summarise article 2", listed))

    assert titles(said(three, "summarise article 1")) == ["Older"]
    assert titles(said(three, "summarise article 1", listed)) == [HARBOUR]
    assert titles(said(three, "summarise article 1", listed, summed_up)) == [HARBOUR]
    assert titles(said(three, "summarise article 1", summed_up)) == ["Older"]


def test_several_numbers_are_summed_up_together(three: CorpusCatalogue) -> None:
    assert titles(said(three, "summarise articles 3 and 1")) == [HARBOUR, OPENS]


@pytest.mark.parametrize(
    "text", ["summarise article 4", "summarise article 0", "summarise articles 1 and 9"]
)
def test_a_number_that_is_not_there_is_named(three: CorpusCatalogue, text: str) -> None:
    given = said(three, text)

    assert (given.message or "").startswith(f"There is no article {text[-1]}.")
    assert "There are 3 articles" in (given.message or "")
    assert "list the articles" in (given.message or "")
    assert given.articles == ()


def test_a_title_that_is_not_there_is_named(three: CorpusCatalogue) -> None:
    for text in ("summarise the article about Atlantis", "summarise the “of the” article"):
        given = said(three, text)
        assert (given.message or "").startswith("No article's title holds “")
        assert given.articles == ()


def test_a_title_of_several_sums_them_all_up(three: CorpusCatalogue) -> None:
    given = said(three, "summarise the Vell article")

    assert titles(given) == [HARBOUR, OPENS]
    assert given.notices == ("2 articles are named so: “list the articles” gives their numbers.",)


def test_this_is_what_the_last_answer_cites_first(three: CorpusCatalogue) -> None:
    envoy = answered(said(three, "summarise article 2"))
    thanks = answered(said(three, "thanks"))
    refused = Answer("?", "?", "extractive", refused=True, message="The articles do not say.")

    assert titles(said(three, "summarise this", envoy, thanks, refused)) == [ENVOY]


def test_this_is_every_article_where_none_was_spoken_of(three: CorpusCatalogue) -> None:
    listed = answered(said(three, "list the articles"))
    gone = answered(said(three, "summarise article 2"))
    only_vell = CorpusCatalogue(three.corpus, Filter(publishers=("Vell Courier",)))

    for given in (said(three, "summarise it"), said(three, "tl;dr", listed)):
        assert titles(given) == [HARBOUR, ENVOY, OPENS]
        assert "summarise article 1" in given.notices[0]
    assert titles(said(only_vell, "summarise it", gone)) == [HARBOUR]
    assert said(three, "summarise the articles").notices == ()


@pytest.mark.parametrize(
    ("narrow", "passing"),
    [
        (Filter(publishers=("brenn gazette",)), [ENVOY, OPENS]),
        (Filter(until="2031-05-10"), [HARBOUR]),
        (Filter(since="2031-05-21"), [ENVOY, OPENS]),
        (Filter(samples=False), [HARBOUR, ENVOY, OPENS]),
    ],
)
def test_a_filter_is_kept_to(three: CorpusCatalogue, narrow: Filter, passing: list[str]) -> None:
    catalogue = CorpusCatalogue(three.corpus, narrow)

    assert titles(said(catalogue, "list the articles")) == passing
    assert titles(said(catalogue, "summarise article 1")) == passing[:1]
    assert set(titles(said(catalogue, "summarise the articles"))) == set(passing)


def test_one_article_can_be_filtered_by_its_id(three: CorpusCatalogue) -> None:
    envoy = three.articles()[1].id
    catalogue = CorpusCatalogue(three.corpus, Filter(articles=(envoy,)))

    listed = said(catalogue, "list the articles")

    assert titles(listed) == [ENVOY]
    assert (listed.message or "").startswith("There is 1 article,")


def test_undated_articles_stand_last(three: CorpusCatalogue, take_in) -> None:
    take_in("---\ntitle: Another\n---\nSudmark closed the harbour of Vell to all ships.")

    assert titles(said(three, "list the articles"))[-1] == "Another"
    assert titles(said(three, "summarise the latest article")) == [OPENS]


def test_an_article_without_a_title_is_known_by_its_file(three: CorpusCatalogue, take_in) -> None:
    take_in("Sudmark closed the harbour of Vell to all ships. Rain fell.", "norland_daily.txt")

    assert titles(said(three, "summarise the Norland Daily article")) == [
        "Sudmark closed the harbour of Vell to all ships"
    ]


@pytest.mark.parametrize("text", ["list the articles", "summarise this", "summarise article 1"])
def test_without_articles_the_mend_is_named(corpus: Corpus, filled: Corpus, text: str) -> None:
    nothing = CorpusCatalogue(filled, Filter(until="1999-01-01"))

    assert "filter" in (said(nothing, text).message or "")


@pytest.mark.parametrize("text", ["list the articles", "summarise this", "summarise article 1"])
def test_an_empty_library_names_the_command_that_fills_it(corpus: Corpus, text: str) -> None:
    assert "`parley ingest FILE`" in (said(CorpusCatalogue(corpus), text).message or "")
