import pytest

from vectorstore.questions import AnswerKind, analyse, asks_for_several


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who led the delegation?", AnswerKind.PERSON),
        ("When did the talks open?", AnswerKind.TIME),
        ("What year was the treaty signed?", AnswerKind.TIME),
        ("What is the opening date of the port?", AnswerKind.TIME),
        ("What is the name of Norland's defence minister?", AnswerKind.PERSON),
        ("Where did they meet?", AnswerKind.PLACE),
        ("In which city did they meet?", AnswerKind.PLACE),
        ("How many ships were waiting?", AnswerKind.NUMBER),
        ("How long did the talks last?", AnswerKind.DURATION),
        ("Why did Sudmark refuse?", AnswerKind.REASON),
        ("Did Norland agree?", AnswerKind.POLAR),
        ("What did the envoy propose?", AnswerKind.OTHER),
    ],
)
def test_a_question_asks_for_a_kind_of_thing(question: str, kind: AnswerKind) -> None:
    assert analyse(question).kind is kind


def test_names_and_numbers_of_a_question_are_known_and_its_first_word_is_no_name() -> None:
    asked = analyse("Which 22 ships did Ana Kestrel of Norland name?")

    assert asked.names == ("ana", "kestrel", "norland")
    assert asked.numbers == ("22",)


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("Who took part in the talks?", True),
        ("Which ministers met in Vell?", True),
        ("List the demands.", True),
        ("What were the conditions?", True),
        ("Who led the delegation?", False),
        ("What was agreed?", False),
        ("When did the talks open?", False),
    ],
)
def test_a_list_is_known_from_a_single_thing(question: str, several: bool) -> None:
    assert asks_for_several(question) is several
