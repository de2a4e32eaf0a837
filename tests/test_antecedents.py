"""What is quoted reads by itself: who "he" is stands before it, and no dateline."""

import pytest

from bot.antecedents import leans_back, start_with_antecedent
from vectorstore.documents import Article


@pytest.mark.parametrize(
    "sentence",
    [
        "He refused the offer.",
        "But they left Vell at noon.",
        "Its delegation stayed away.",
        "The move surprised Norland.",
        "“We will wait,” she said.",
        "That was not what Norland wanted.",
    ],
)
def test_a_sentence_that_points_back_is_known(sentence: str) -> None:
    assert leans_back(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Ana Kestrel refused the offer.",
        "It is not clear who fired first.",
        "The two sides met in Vell.",
        "The statement by the Norland ministry named no day.",
        "“We will wait,” Ana Kestrel said.",
        "Theirs was the third ship.",
    ],
)
def test_a_sentence_that_stands_by_itself_is_left_alone(sentence: str) -> None:
    assert not leans_back(sentence)


@pytest.mark.parametrize(
    ("text", "sentence", "quoted"),
    [
        (
            "Ana Kestrel came late. She left at noon.",
            "She left at noon.",
            "Ana Kestrel came late. She left at noon.",
        ),
        ("She left at noon. Nobody saw it.", "She left at noon.", "She left at noon."),
        # Two sentences before would be too much: the reader opens the source.
        ("Ana came. She sat. She left.", "She left.", "She left."),
        (
            "VELL (Harbour Wire) - Talks ended.",
            "VELL (Harbour Wire) - Talks ended.",
            "Talks ended.",
        ),
        (f"Ana {'very ' * 80}much wanted it. She left.", "She left.", "She left."),
    ],
)
def test_a_quote_begins_where_it_can_be_understood(text: str, sentence: str, quoted: str) -> None:
    start = text.index(sentence)
    end = start + len(sentence)

    assert text[start_with_antecedent(Article(text), start, end) : end] == quoted
