"""Time words mean the articles' days, not the reader's."""

import pytest

from bot.timeframe import understand
from vectorstore.documents import Filter

NEWEST = "2031-05-14"  # a Wednesday


@pytest.mark.parametrize(
    ("question", "text", "since", "until"),
    [
        (
            "What was agreed yesterday?",
            "What was agreed on 13 May 2031?",
            "2031-05-13",
            "2031-05-14",
        ),
        ("Who spoke today?", "Who spoke on 14 May 2031?", "2031-05-14", "2031-05-14"),
        (
            "What happened last week?",
            "What happened between 5 May 2031 and 11 May 2031?",
            "2031-05-05",
            "2031-05-12",
        ),
        (
            "As of 10 May, how many ships had sailed?",
            "How many ships had sailed?",
            None,
            "2031-05-10",
        ),
        (
            "How many ships had sailed as of May 10th, 2031?",
            "How many ships had sailed?",
            None,
            "2031-05-10",
        ),
        ("Who led the talks as of 2031-05-01?", "Who led the talks?", None, "2031-05-01"),
        # Without a year, the last such day: the articles do not speak of the future.
        ("How many had sailed as of 1 June?", "How many had sailed?", None, "2030-06-01"),
    ],
)
def test_time_words_are_resolved_against_the_newest_article(
    question: str, text: str, since: str | None, until: str
) -> None:
    frame = understand(question, NEWEST, Filter())

    assert frame.text == text
    assert (frame.narrow.since, frame.narrow.until) == (since, until)


@pytest.mark.parametrize(
    "question",
    [
        "What did “Yesterday's Men” report?",
        "How long did the talks last?",
        "Who signed on 10 May?",
        "What was agreed as of the second round?",
    ],
)
def test_other_words_are_left_alone(question: str) -> None:
    frame = understand(question, NEWEST, Filter())

    assert (frame.text, frame.narrow) == (question, Filter())


def test_a_filter_in_force_is_only_narrowed() -> None:
    narrow = Filter(since="2031-05-14", until="2031-05-14", publishers=("Gazette",))

    frame = understand("What was said last week?", NEWEST, narrow)

    assert frame.narrow.since == "2031-05-14"
    assert frame.narrow.until == "2031-05-12"
    assert frame.narrow.publishers == ("Gazette",)


def test_without_a_dated_article_nothing_is_relative() -> None:
    assert understand("Who spoke yesterday?", None, Filter()).text == "Who spoke yesterday?"
    assert understand("Who spoke yesterday?", "2031", Filter()).text == "Who spoke yesterday?"


@pytest.mark.parametrize(
    ("question", "newest"),
    [
        ("What is the latest on the corridors?", True),
        ("How many refugees are there now?", True),
        ("How long did the talks last?", False),
        ("Who knows the envoy?", False),
    ],
)
def test_the_latest_is_asked_for_or_not(question: str, newest: bool) -> None:
    assert understand(question, NEWEST, Filter()).newest_first is newest
