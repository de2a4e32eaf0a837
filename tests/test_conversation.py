"""A conversation through the real chain: commands, follow-ups, refusals, other figures, days."""

from collections.abc import Callable

import pytest

from bot.answers import Answer
from bot.chain import AnswerChain, Question
from bot.extractive import ExtractiveEngine
from vectorstore.corpus import Corpus
from vectorstore.errors import ParleyError
from vectorstore.retriever import Retriever

OPENING = """---
title: Talks open in Vell
publisher: Vell Courier
published: 2031-05-06
---
The first round of talks between Norland and Sudmark opened in Vell on Tuesday. Ana Kestrel led
the Norlandic delegation. The Sudmarkian delegation was led by Boris Melnik.

Some 1,200 people have fled the border villages, the Red Crescent said. Sudmark demanded the
return of the port. Norland demanded a ceasefire.
"""
SECOND = """---
title: Second round ends in Brenn
publisher: Brenn Post
published: 2031-05-13
---
A second round of talks was held in Brenn on Tuesday. The harbour stayed closed.

More than 3,000 people have fled the border villages, the Red Crescent said.
"""

Ask = Callable[[str], Answer]


@pytest.fixture
def ask(corpus: Corpus, take_in: Callable[..., object]) -> Ask:
    """Ask in one conversation."""
    take_in(OPENING, "opening.md")
    take_in(SECOND, "second.md")
    chain = AnswerChain(Retriever(corpus), ExtractiveEngine())
    earlier: list[Answer] = []

    def one(question: str) -> Answer:
        answer = chain.invoke(Question(question, earlier=tuple(earlier)))
        earlier.append(answer)
        return answer

    return one


def test_a_follow_up_is_understood_from_what_was_asked_before(ask: Ask) -> None:
    assert "Ana Kestrel" in ask("Who led the Norlandic delegation?").sentences[0].text

    other = ask("And the Sudmarkian one?")

    assert other.standalone_question == "Who led the Sudmarkian delegation?"
    assert "Boris Melnik" in other.sentences[0].text


def test_a_refusal_follows_an_answer_as_it_would_stand_alone(ask: Ask) -> None:
    alone = ask("How long is the Great Wall of China?")
    ask("Who led the Norlandic delegation?")
    after = ask("How long is the Great Wall of China?")

    assert alone.refused
    assert after.refused
    assert after.standalone_question == "How long is the Great Wall of China?"
    assert after.nearest


def test_another_round_does_not_answer(ask: Ask) -> None:
    assert "Brenn" in ask("Where was the second round held?").text
    assert ask("Where was the third round held?").refused


def test_different_figures_are_all_shown_dated_and_the_newest_marked(ask: Ask) -> None:
    answer = ask("How many people have fled the border villages?")

    (found,) = answer.disagreements
    assert {(value.value, value.published, value.newest) for value in found.values} == {
        ("Some 1,200", "2031-05-06", False),
        ("More than 3,000", "2031-05-13", True),
    }
    for value in found.values:
        assert value.value in answer.citation(value.citations[0]).quote


def test_as_of_a_day_later_articles_say_nothing(ask: Ask) -> None:
    answer = ask("As of 10 May, how many people had fled the border villages?")

    assert "1,200" in answer.text
    assert "3,000" not in answer.text
    assert not answer.disagreements


def test_the_list_numbers_what_a_summary_then_means(ask: Ask) -> None:
    listed = ask("List the articles")
    summary = ask("Summarise article 2")

    assert [citation.title for citation in listed.citations] == [
        "Talks open in Vell",
        "Second round ends in Brenn",
    ]
    assert not listed.refused
    assert summary.sentences
    assert {citation.title for citation in summary.citations} == {"Second round ends in Brenn"}
    assert all(sentence.status == "verified" for sentence in summary.sentences)


@pytest.mark.parametrize(
    "question",
    [
        "Please, who led the Norlandic delegation?",
        "Thanks! Who led the Norlandic delegation?",
        "Explain to me who Ana Kestrel led.",
        "Who is Ana Kestrel?",
    ],
)
def test_courtesies_are_no_names_and_a_person_may_be_described(ask: Ask, question: str) -> None:
    assert "Ana Kestrel" in ask(question).text


def test_a_name_that_no_article_knows_is_not_answered(ask: Ask) -> None:
    assert ask("Who led the Ostrian delegation in Karvo?").refused


def test_the_same_words_are_quoted_once(ask: Ask) -> None:
    quotes = [sentence.text for sentence in ask("What did Sudmark and Norland demand?").sentences]

    assert all(one not in other for one in quotes for other in quotes if one != other)


def test_a_question_without_end_is_turned_down(ask: Ask) -> None:
    with pytest.raises(ParleyError, match=r"more than 2,000 characters"):
        ask("who " * 1_000)


def test_small_talk_is_no_search(ask: Ask) -> None:
    hello = ask("Hello!")

    assert (hello.refused, hello.sentences, hello.citations) == (False, (), ())
    assert hello.text
