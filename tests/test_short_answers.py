import pytest
from hypothesis import given

from bot.short_answers import mark
from tests.test_text import any_text
from vectorstore.questions import analyse


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        (
            "Who led the Norland delegation?",
            "The Norland delegation was led by Trade Minister Ana Kestrel.",
            "Trade Minister Ana Kestrel",
        ),
        (
            "Who led the delegation of Sudmark?",
            "Iven Orlo, President Mara Velt's adviser on fishing, led the delegation of Sudmark.",
            "Iven Orlo",
        ),
        ("How many ships were waiting?", "Kestrel said that 22 ships were waiting.", "22"),
        ("How many ships were waiting?", "Twenty-two ships were waiting.", "Twenty-two"),
        ("When is the next round?", "The next round is planned for 20 May in Brenn.", "20 May"),
        ("When did the blockade begin?", "The blockade began on Feb. 24, 2031.", "Feb. 24, 2031"),
        (
            "How long did the talks last?",
            "The talks lasted nearly five hours.",
            "nearly five hours",
        ),
    ],
)
def test_the_words_that_answer_are_marked(question: str, sentence: str, expected: str) -> None:
    place = mark(analyse(question), sentence)

    assert place is not None
    assert sentence[slice(*place)] == expected


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        # Two of the kind: either could be meant.
        ("How many ships were waiting?", "Of 40 ships 22 were still waiting."),
        ("When did they meet?", "They met on 3 May and again on 9 May."),
        # The only one is in the question already.
        ("How many of the 22 ships left?", "The 22 ships left in the night."),
        # A date is no count, and an ordinal neither.
        ("How many talks were there?", "The first talks were on 20 May."),
        # The name belongs to something else than the doer.
        ("Who led the delegation?", "The envoy of Norland led the delegation."),
        ("Who led the delegation?", "Norland's envoy led the delegation."),
        ("Who led the delegation?", "The delegation was led by a woman."),
        ("Why did the talks fail?", "The talks failed in Vell on Tuesday."),
    ],
)
def test_nothing_is_marked_where_it_is_not_plain(question: str, sentence: str) -> None:
    assert mark(analyse(question), sentence) is None


@given(any_text, any_text)
def test_a_mark_lies_within_its_sentence_whatever_is_asked(question: str, sentence: str) -> None:
    for opening in ("", "When ", "How many ", "Who led ", "How long "):
        place = mark(analyse(opening + question), sentence)
        assert place is None or 0 <= place[0] < place[1] <= len(sentence)
