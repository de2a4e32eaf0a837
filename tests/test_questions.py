import pytest

from vectorstore.questions import AnswerKind, analyse, offers


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who led the delegation?", AnswerKind.PERSON),
        ("When did the talks open?", AnswerKind.TIME),
        ("What year was the treaty signed?", AnswerKind.TIME),
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
    ("question", "offering", "other"),
    [
        ("When did they meet?", "They met on 3 May.", "They met at the harbour."),
        ("How many ships were waiting?", "Some 22 ships waited.", "Many ships waited."),
        ("How long did they talk?", "They talked for five hours.", "They talked in Vell."),
        ("Who spoke for Norland?", "Then Ana Kestrel spoke for Norland.", "A woman spoke."),
        ("Where did they meet?", "They met in Brenn.", "They met on a ship."),
    ],
)
def test_a_sentence_offers_what_is_asked_for_or_not(
    question: str, offering: str, other: str
) -> None:
    assert offers(analyse(question), offering)
    assert not offers(analyse(question), other)
