"""What is not the same thing must not answer for it."""

import pytest

from vectorstore.distinctions import counted_alike, owned_alike


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("The first round was held on 28 February.", False),
        ("The 2nd round was held on 3 March.", False),
        ("The third round followed the first round.", True),
        ("The 3rd round was held on Monday.", True),
        ("The opening round lasted five hours.", False),
        ("It was the first meeting at that level.", None),
        ("The round was held on Monday.", None),
    ],
)
def test_the_first_round_does_not_answer_for_the_third(text: str, same: bool | None) -> None:
    assert counted_alike("When was the third round held?", text) is same


@pytest.mark.parametrize(
    ("question", "text", "same"),
    [
        ("Who led the Norlandic delegation?", "The Sudian delegation was led by Vell.", False),
        ("Who led the Norlandic delegation?", "Vell led Norland's delegation.", True),
        ("Who led the Norlandic delegation?", "Vell led the delegation of Norland.", True),
        (
            "Who led the Norlandic delegation?",
            "While Norland sent a minister, the Sudian delegation was led by Vell.",
            False,
        ),
        ("Who led the Norlandic delegation?", "Vell led the Norlandic peace delegation.", True),
        ("Who led the Norlandic delegation?", "Vell led the delegation on Monday.", None),
        ("Who led the Kremlin delegation?", "The Russian delegation was led by Vell.", True),
        ("Who led Russia's delegation?", "The Kremlin delegation was led by Vell.", True),
        ("Who led Gomel's delegation?", "Homyel's delegation was led by Vell.", True),
        ("Who headed Sudia's team?", "Vell led the Norlandic delegation.", False),
        ("Who spoke at Monday's meeting?", "Vell spoke at Tuesday's meeting.", None),
        # A place beside a meeting is not whose it is, and nobody owns what he did.
        ("What was agreed at the Brenn meeting?", "Vell met Lorn in Norland.", None),
        ("What came of the Norlandic meeting?", "In Brenn, Sudian Lorn met Vell.", None),
        ("Who is the Norlandic president?", "Norlandic President Ana Vell spoke.", True),
        ("What did President Vell say?", "President Ana Vell said it was late.", None),
        ("When did the Monday meeting begin?", "The Tuesday meeting began late.", None),
        ("What did Norland demand?", "Sudia demands a ceasefire.", None),
    ],
)
def test_one_side_does_not_answer_for_the_other(
    question: str, text: str, same: bool | None
) -> None:
    assert owned_alike(question, text) is same
