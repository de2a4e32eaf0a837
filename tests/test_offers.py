"""A sentence is known to hold, or to lack, a thing of the kind that is asked for."""

import pytest

from vectorstore.offers import offered, states
from vectorstore.questions import analyse


@pytest.mark.parametrize(
    ("question", "better", "worse"),
    [
        ("When did they meet?", "They met on 3 May 2031.", "They met in May 2031."),
        ("When did they meet?", "They met in May 2031.", "They met in 2031."),
        ("When did they meet?", "They met in 2031.", "They met on Monday."),
        ("When did they meet?", "They met on Monday.", "They met at the harbour."),
        ("Who won in 2031?", "Ana Kestrel won in 2031.", "The final of 2031 was long."),
        ("When was the 2031 final?", "The final was on 3 May.", "The 2031 final was long."),
        ("How many ships waited?", "Some 22 ships waited.", "The 22-member Council waited."),
        ("How many ships waited?", "Some waited for 22 days.", "Many ships waited."),
        ("How long did they talk?", "They talked for five hours.", "They talked in Vell."),
        ("Who spoke for Norland?", "Then Ana Kestrel spoke for Norland.", "A woman spoke."),
        ("Who spoke?", "Then Minister Kestrel spoke.", "The Vell Council spoke."),
        ("Who is the minister?", "It is Ana Kestrel.", "Moscow and Ukraine have ministers."),
        ("Where did they meet?", "They met in Brenn.", "They met on a ship."),
    ],
)
def test_the_plainer_offer_counts_for_more(question: str, better: str, worse: str) -> None:
    asked = analyse(question)

    assert offered(asked, better) > offered(asked, worse)


def test_what_the_question_says_is_no_offer() -> None:
    assert offered(analyse("Who met Ana Kestrel?"), "They met Ana Kestrel.") == 0
    assert offered(analyse("How many of the 22 ships left?"), "All 22 ships were there.") == 0


def test_nothing_can_be_said_of_another_kind_of_question() -> None:
    assert offered(analyse("What was agreed?"), "Nothing.") == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("The delegations met in Vell.", True),
        ("The port is closed.", True),
        ("Norland demands a ceasefire.", True),
        ("Talks in Vell: the second round", False),
        ("Release date and trailer ...", False),
        ("Chief executive of the company", False),
    ],
)
def test_a_headline_states_nothing(text: str, says: bool) -> None:
    assert states(text) is says
