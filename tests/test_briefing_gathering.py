"""Which articles a briefing is made from, and what a reader is told of that."""

from collections.abc import Callable

import pytest

from bot.briefing import gathering
from bot.briefing.gathering import gather
from bot.briefing.headings import remarks
from bot.briefing.parts import Briefing
from bot.briefing.request import Request
from vectorstore.corpus import Corpus
from vectorstore.retriever import ANY, Retriever


@pytest.fixture
def several(corpus: Corpus, take_in: Callable[..., object]) -> Corpus:
    for number, (day, said) in enumerate(
        (
            ("published: 2031-05-01\n", "The dam at Vell held through the night, engineers said."),
            ("published: 2031-05-03\n", "Norland asked for a ceasefire at the talks in Brenn."),
            ("", "Fishermen in Norvik counted forty boats in the harbour."),
            ("published: 2031-05-02\n", "Sudmark offered a ceasefire of ten days at the talks."),
        )
    ):
        take_in(f"---\ntitle: Report {number}\n{day}---\n\n{said}\n", f"report{number}.md")
    return corpus


def titles(corpus: Corpus, topic: str | None = None) -> list[str | None]:
    return [each.article.title for each in gather(Retriever(corpus), topic, ANY).sources]


def test_articles_come_by_day_and_the_undated_last(several: Corpus) -> None:
    assert titles(several) == ["Report 0", "Report 3", "Report 1", "Report 2"]


def test_of_too_many_the_newest_are_read_and_the_undated_go_first(
    several: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "_MOST", 2)

    found = gather(Retriever(several), None, ANY)

    assert [each.article.title for each in found.sources] == ["Report 3", "Report 1"]
    (said,) = remarks(Request(), found, None)
    assert said == "Of 4 articles, the 2 newest were read."


def test_a_topic_takes_the_articles_and_the_lines_that_bear_on_it(several: Corpus) -> None:
    found = gather(Retriever(several), "a ceasefire", ANY)

    assert {each.article.title for each in found.sources} == {"Report 1", "Report 3"}
    assert all(0 <= bears <= 1 for each in found.sources for bears in each.bearing)
    assert remarks(Request("a ceasefire"), found, None) == ()


def test_a_topic_in_a_large_library_says_how_many_were_near(
    several: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "_MOST", 3)
    monkeypatch.setattr(gathering, "_PASSAGES", 2)

    found = gather(Retriever(several), "a ceasefire", ANY)

    (said,) = remarks(Request("a ceasefire"), found, None)
    assert said == "Of 4 articles, the 2 nearest to the topic were read."


def test_lines_that_bear_on_nothing_are_off_the_topic(
    corpus: Corpus, take_in: Callable[..., object]
) -> None:
    take_in("Norland asked for a ceasefire at the talks.\n\nThe hall in Brenn was cold and dark.\n")

    (source,) = gather(Retriever(corpus), "ceasefire", ANY).sources

    assert [line.text for line in source.on_topic.lines] == [
        "Norland asked for a ceasefire at the talks."
    ]


def test_articles_in_other_languages_are_told(
    corpus: Corpus, take_in: Callable[..., object]
) -> None:
    take_in("---\nlanguage: ru\n---\n\nМинистр заявил в среду, что переговоры будут продолжены.\n")

    (said,) = remarks(Request(), gather(Retriever(corpus), None, ANY), None)

    assert said.startswith("1 article in other languages than English")


def test_an_earlier_briefing_on_something_else_is_told(several: Corpus) -> None:
    found = gather(Retriever(several), "a ceasefire", ANY)
    other = Briefing("the dam", "the dam", "extractive", None)

    (said,) = remarks(Request("a ceasefire"), found, other)

    assert "“the dam”" in said
    assert remarks(Request("the dam"), found, other) == ()
