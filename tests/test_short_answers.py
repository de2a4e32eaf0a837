import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.short_answers import mark, settle
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


@settings(deadline=None)
@given(any_text, any_text)
def test_a_mark_lies_within_its_sentence_whatever_is_asked(question: str, sentence: str) -> None:
    for opening in ("", "When ", "How many ", "Who led ", "How long "):
        place = mark(analyse(opening + question), sentence)
        assert place is None or 0 <= place[0] < place[1] <= len(sentence)


def _settled(question: str, sentence: str, found: str) -> str | None:
    start = sentence.index(found)
    place = settle(analyse(question), sentence, (start, start + len(found)))
    return place and sentence[slice(*place)]


@pytest.mark.parametrize(
    ("question", "sentence", "found", "expected"),
    [
        # Words and numbers are not cut in two, nor parted from what they are without.
        ("Who led?", "It was led by Ana Kestrel.", "Ana Kest", "Ana Kestrel"),
        ("How many fled?", "Some 1,400 people fled.", "400", "Some 1,400"),
        ("How many ships waited?", "About 22 ships waited.", "22", "About 22"),
        ("How much was paid?", "Sudmark paid $2.5 million for it.", "2.5", "$2.5 million"),
        ("By how much did it fall?", "Trade fell by 2.3% in May.", "2", "2.3%"),
        ("When did it begin?", "It began in the 1990s.", "1990", "1990s"),
        # What stands at the edges goes, unless it belongs there.
        (
            "What was signed?",
            "They signed “the Vell treaty”, he said.",
            " “the Vell treaty”,",
            None,
        ),
        ("What was agreed?", "They agreed on (a) truce.", "(a) truce.", "(a) truce"),
        ("Who came?", "The envoy (Iven Orlo) came.", "(Iven Orlo)", "Iven Orlo"),
        (
            "Who spoke?",
            "The Union of Ports (UP) spoke.",
            "Union of Ports (UP)",
            "Union of Ports (UP)",
        ),
        ("Where is it?", "It is in the U.S.", "U.S.", "U.S."),
        ("Where did they meet?", "They met in The Hague.", "The Hague.", "The Hague"),
        ("How cold was it?", "It was -5 degrees in Vell.", "-5 degrees", "-5 degrees"),
        # An article may be the number.
        ("How long did they talk?", "They talked for an hour.", "an hour", "an hour"),
        ("What did they take?", "They took an hour off.", "an hour", "hour"),
        # Where no date is there to say when, an event may.
        (
            "When will it be lifted?",
            "It will be lifted after a treaty is signed.",
            "after a treaty is signed",
            "after a treaty is signed",
        ),
    ],
)
def test_what_a_reader_found_is_made_fit_to_be_shown(
    question: str, sentence: str, found: str, expected: str | None
) -> None:
    assert _settled(question, sentence, found) == (expected or "Vell treaty")


@pytest.mark.parametrize(
    ("question", "sentence", "found"),
    [
        # The whole sentence.
        ("What happened?", "The talks in Vell failed.", "The talks in Vell failed."),
        # More than a phrase.
        (
            "What was said?",
            "She said Orlo would lift the blockade only after a fishing treaty was signed by all.",
            "Orlo would lift the blockade only after a fishing treaty was signed by all",
        ),
        # In the question already, or nothing at all.
        ("Who is Ana Kestrel?", "Trade Minister Ana Kestrel led it.", "Ana Kestrel"),
        ("What did it do?", "It did the most.", "the"),
        ("What was said?", "They said: “…” and left.", "“…”"),
        # Not of the kind asked for.
        ("When did they meet?", "They met in Vell on Tuesday.", "Vell"),
        (
            "When did it end?",
            "It ended in June after the talks in Vell.",
            "after the talks in Vell",
        ),
        ("How many ships waited?", "22 ships waited in Vell.", "in Vell"),
        ("How long did they talk?", "They talked for five hours in Vell.", "Vell"),
    ],
)
def test_what_a_reader_found_is_not_shown_where_it_is_no_answer(
    question: str, sentence: str, found: str
) -> None:
    assert _settled(question, sentence, found) is None


@settings(deadline=None)
@given(any_text, any_text, st.integers(0, 99), st.integers(0, 99))
def test_what_is_shown_lies_within_its_sentence_wherever_the_reader_points(
    question: str, sentence: str, start: int, length: int
) -> None:
    start = min(start, len(sentence))
    for opening in ("", "When ", "How many ", "Who led ", "How long "):
        place = settle(
            analyse(opening + question), sentence, (start, min(start + length, len(sentence)))
        )
        assert place is None or 0 <= place[0] < place[1] <= len(sentence)
