"""The report on a text: allegations without an answer, single sources, whose words it gives."""

import pytest

from bot.neutrality import Told, report
from bot.neutrality.flags import Neutrality
from bot.neutrality.report import is_checked

SINGLE = "single source"
UNANSWERED = "allegation without an answer"

ACCUSED = Told("Russia accused Ukraine of shelling the dam.", ("Post",), "Russia", 2, "party")


def found_by(rule: str, neutrality: Neutrality) -> list[tuple[int, str, str]]:
    return [(flag.sentence, flag.span, flag.note) for flag in neutrality.flags if flag.rule == rule]


def test_an_allegation_that_nobody_answers_is_flagged_with_the_accused() -> None:
    found = report([ACCUSED, Told("The sides meet on Monday.", ("Post",))])

    assert found_by(UNANSWERED, found) == [
        (0, "accused Ukraine of", "No answer of Ukraine is given here.")
    ]


@pytest.mark.parametrize(
    "answer",
    [
        Told("Kyiv denied this.", ("Post",)),
        Told("A Ukrainian spokesman declined to comment.", ("Post",)),
        Told("The dam was hit from the east, the envoy said.", ("Post",), "Ukraine", 1, "party"),
    ],
)
def test_an_answer_in_another_sentence_is_enough(answer: Told) -> None:
    assert found_by(UNANSWERED, report([ACCUSED, answer])) == []


def test_anothers_denial_is_no_answer_of_the_accused() -> None:
    found = report([ACCUSED, Told("Belarus denied that it took part.", ("Post",), "Belarus")])

    assert len(found_by(UNANSWERED, found)) == 1


def test_a_denial_in_the_sentence_itself_is_an_answer() -> None:
    told = Told("Russia accused Ukraine of shelling the dam, which Kyiv denied.", (), "Russia")

    assert found_by(UNANSWERED, report([told])) == []


def test_a_partys_word_that_another_did_wrong_is_an_allegation() -> None:
    told = Told("Kyiv said Russian troops had shelled a hospital.", (), "Ukraine", 1, "party")

    assert found_by(UNANSWERED, report([told])) == [
        (0, "Russian troops had shelled", "No answer of Russian troops is given here.")
    ]


def test_what_the_outlet_reports_or_a_party_owns_is_no_allegation() -> None:
    assert found_by(UNANSWERED, report([Told("Russian troops shelled a hospital.")])) == []
    own = Told("Russia said Russian forces had shelled the depot.", (), "Russia", 1, "party")
    assert found_by(UNANSWERED, report([own])) == []


def test_the_side_of_an_accused_person_may_answer() -> None:
    told = [
        Told("Russia accused Ms Orlova of spying.", (), "Russia", 1, "party"),
        Told("The talks went on, Kyiv said.", (), "Ukraine", 1, "party"),
    ]
    sides = {"Ms Orlova": "Ukraine", "Orlova": "Ukraine"}

    assert len(found_by(UNANSWERED, report(told))) == 1
    assert found_by(UNANSWERED, report(told, side_of=sides.get)) == []


def test_only_the_outlets_own_word_of_one_origin_is_a_single_source() -> None:
    told = [
        Told("The dam broke at noon.", ("Post",), None, 1, "outlet"),
        Told("Forty people fled.", ("Post", "Courier"), None, 2, "outlet"),
        Told("Russia said it was safe.", ("Post",), "Russia", 1, "party"),
    ]

    assert found_by(SINGLE, report(told)) == [
        (0, "The dam broke at noon.", "No other origin was found to say this.")
    ]


def test_where_all_is_of_one_origin_nothing_is_singled_out() -> None:
    told = [Told("The dam broke.", ("Post",)), Told("It rained.", ("Courier",))]

    assert found_by(SINGLE, report(told, origins=1)) == []
    assert len(found_by(SINGLE, report(told))) == 2


def test_shares_are_of_all_words_and_the_largest_comes_first() -> None:
    told = [
        Told("One two three four.", ("Post", "Courier"), "Ukraine"),
        Told("He said “five six” today now.", ("Courier",), "Russia"),
        Told("“Seven eight”, she said again.", ("Courier",), "Ukraine"),
        Told("Nine ten “eleven twelve thirteen fourteen”.", ("Post",), None),
    ]

    found = report(told)

    assert list(found.share_by_party.items()) == [("Ukraine", 0.4286), ("Russia", 0.2857)]
    assert list(found.share_by_publisher.items()) == [("Courier", 0.619), ("Post", 0.381)]
    assert found.quotes_by_party == {"Russia": 0.25, "Ukraine": 0.25}


def test_a_text_of_nothing_has_a_report() -> None:
    assert report([]) == Neutrality()


def test_flags_stand_in_the_order_of_the_text() -> None:
    told = [Told("It is widely believed that the dam broke.", ("A",)), Told("We left.", ("B",))]
    places = [(flag.sentence, flag.start) for flag in report(told).flags]

    assert places == sorted(places)
    assert {flag.rule for flag in report(told).flags} == {
        "weasel sourcing",
        "editorial voice",
        SINGLE,
    }


@pytest.mark.parametrize(
    "text",
    [
        'השר אמר כי "המבצע" יימשך.',
        "قال الوزير إن «العملية» ستستمر.",
        "Министр назвал это «операцией» НАТО (NATO).",
    ],
)
def test_a_sentence_in_another_script_is_not_checked_by_rules_for_english(text: str) -> None:
    found = report([Told(text, ("A",)), Told("Orlo slammed the plan.", ("B",), origins=2)])

    assert {flag.sentence for flag in found.flags} == {1}
    assert not is_checked(text)


@pytest.mark.parametrize("text", ["Orlo slammed the “Чайка”.", "Škoda Üçgen said no.", "10:30."])
def test_a_name_in_its_own_script_leaves_a_sentence_checked(text: str) -> None:
    assert is_checked(text)
