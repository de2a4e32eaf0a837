"""Who says it, and do they: denials, negation, unnamed sources, and whose position it is."""

import pytest

from bot.briefing.positions import FoundPosition, find_positions, unassigned
from bot.briefing.statements import find_statements
from bot.briefing.statements.parties import Sides
from bot.briefing.statements.status import claim_status
from bot.engine import Evidence, Statement
from tests.test_briefing_positions import cell, positions, source
from tests.test_briefing_statements import statements_of

RUSSIAN = "Russian Foreign Minister Sergey Lavrov"
UKRAINIAN = "Ukrainian Foreign Minister Dmytro Kuleba"
PUBLISHED = "2022-03-16"


def only(text: str, published: str | None = None) -> Statement:
    (found,) = statements_of(text, published)
    return found


def status(text: str) -> str:
    line = source(text).lines[0]
    return claim_status(line.text, [Evidence(line.article, line.start, line.end)])


def board(text: str) -> list[FoundPosition]:
    return positions([source(text, PUBLISHED)])


@pytest.mark.parametrize(
    "text",
    [
        f"{RUSSIAN} denied that Russia had refused a ceasefire.",
        f"{RUSSIAN} denied “Russia had refused a ceasefire”.",
        f"{RUSSIAN} ruled out that Russia would soon accept a ceasefire.",
        f"{RUSSIAN} dismissed claims that Russia had asked for a ceasefire.",
        f"{RUSSIAN} accused Ukraine of being against a ceasefire that was close.",
    ],
)
def test_what_is_denied_is_shown_with_the_denial(text: str) -> None:
    assert cell(board(text), "Russia", "Ceasefire").statement == text


def test_what_is_denied_in_a_sentence_too_long_to_show_is_left_out() -> None:
    long = " and ".join(["with a great many words that nobody reads to their end"] * 5)
    text = f"In Antalya, {long}, {RUSSIAN} denied that Russia had refused a ceasefire."
    for each in board(text):
        assert each.statement is None or "denied" in each.statement


@pytest.mark.parametrize(
    "text",
    [
        "Ukraine never agreed to neutrality.",
        "Ukraine never promised to disarm its army.",
        "Ukraine has never formally agreed to neutrality.",
        "Ukraine hardly promised more than a short truce.",
        "Ukraine no longer insists that the troops leave.",
        "Neither Russia nor Ukraine agreed to a ceasefire.",
        "Neither Russia or Ukraine agreed to a ceasefire.",
        "Neither side said that a ceasefire was near.",
        "No Russian official said a ceasefire was near.",
        "Nobody in Kyiv said a ceasefire was near.",
    ],
)
def test_what_was_never_said_is_nobodys_claim(text: str) -> None:
    assert statements_of(text) == []
    assert status(text) == "outlet"


def test_one_who_says_that_something_was_never_agreed_says_the_whole_of_it() -> None:
    found = only("Ukraine never agreed to neutrality, said Dmytro Kuleba.")
    assert (found.speaker, found.text) == ("Dmytro Kuleba", "Ukraine never agreed to neutrality")


@pytest.mark.parametrize("verb", ["denied", "declared", "demanded", "also said", "vanished"])
def test_a_verb_that_begins_like_a_particle_is_no_part_of_a_name(verb: str) -> None:
    sides = Sides.of([source(f"{RUSSIAN} {verb} that a ceasefire was near.")])
    assert sides.party("Sergey Lavrov") == "Russia"


def test_a_particle_is_part_of_a_name() -> None:
    told = source("Spanish minister Ana de Vell spoke. Syrian President Omar al-Sol left.")
    sides = Sides.of([told])
    assert (sides.party("Ana de Vell"), sides.party("Omar al-Sol")) == ("Spain", "Syria")
    assert sides.party("Sol") == "Syria"


def test_those_who_serve_two_speak_together_and_neither_of_the_two_does() -> None:
    who = "Senior advisers for Turkish President Omar Vell and US President Carl Boone"
    for text in (
        f"{who} agreed on Monday that the strait must stay open.",
        f"{who} have agreed that the strait must stay open.",
    ):
        found = only(text, PUBLISHED)
        assert found.speaker == who
        told = source(text)
        assert set(Sides.of([told]).parties(who)) == {"Turkey", "United States"}
    assert only("Envoys of Iran and Iraq said the road was shut.").speaker == (
        "Envoys of Iran and Iraq"
    )
    assert only("Aides to President Carl Boone said the road was shut.").speaker is None
    apart = statements_of("Aides to President Carl Boone left and Ana Vell said it was over.")
    assert [each.speaker for each in apart] == ["Ana Vell"]


@pytest.mark.parametrize(
    "text",
    [
        "The talks would resume soon, a delegate who asked not to be named said.",
        "An official who asked not to be named said the talks would resume soon.",
        "A diplomat who declined to be identified said the talks would resume soon.",
        "An official who was not authorised to speak publicly said the talks would resume soon.",
        "A delegate who asked not to be named because of the rules said the talks would resume.",
    ],
)
def test_one_who_will_not_be_named_says_it_all_the_same(text: str) -> None:
    found = only(text)
    assert found.speaker is None
    assert found.text.lower().startswith("the talks would resume")
    assert status(text) == "unnamed"


def test_a_clause_about_the_speaker_is_no_part_of_what_he_is_called() -> None:
    found = only("The Russian envoy who led the team said the road was shut.")
    assert found.speaker == "the Russian envoy"


@pytest.mark.parametrize(
    ("text", "via"),
    [
        ("Ilya Dane told Ana Vell that it was over, according to a Norland official.",
         "a Norland official"),
        ("Ilya Dane told Ana Vell that it was over, a person close to the talks told Beta.",
         "a person close to the talks"),
        ("A Norland official said Ilya Dane told Ana Vell that it was over.",
         "a Norland official"),
    ],
)  # fmt: skip
def test_an_unnamed_source_through_whom_it_is_told_is_told(text: str, via: str) -> None:
    found = only(text)
    assert (found.speaker, found.via, found.text) == ("Ilya Dane", via, "it was over")
    assert status(text) == "unnamed"


def test_what_another_side_does_is_no_position_of_the_one_who_tells_it() -> None:
    both = f"{RUSSIAN} met {UKRAINIAN}. Kuleba said "
    for told in (
        "Russia was not ready for a ceasefire.",
        "Russian troops had broken the ceasefire.",
        "Lavrov had not come ready to discuss a ceasefire.",
        "Moscow refuses to accept a ceasefire.",
    ):
        assert board(both + told) == [], told
    for held in (
        "Russia must accept a ceasefire at once.",
        "Russian troops have to keep to the ceasefire.",
        "Russia's demands for a ceasefire were not acceptable.",
        "a ceasefire was possible soon.",
    ):
        found = cell(board(both + held), "Ukraine", "Ceasefire")
        assert found.speaker == "Dmytro Kuleba", held


def test_what_is_said_in_an_aside_ends_with_it_and_has_its_day() -> None:
    text = f"{RUSSIAN}, who rejected a ceasefire on Friday, is to meet Ana Vell on Tuesday."
    found = only(text, PUBLISHED)
    assert (found.text, found.date) == ("a ceasefire", "2022-03-11")
    meeting = only("Ana Vell rejected a meeting on Friday.", PUBLISHED)
    assert (meeting.text, meeting.date) == ("a meeting on Friday", None)


def test_a_day_holds_for_two_who_are_joined_by_while_and_else_for_none() -> None:
    said = "Iranian envoy Ana Vell said on Tuesday that sanctions must end"
    other = "Iraqi envoy Petr Orlo said a ceasefire must be ready first"
    joined = cell(board(f"{said}, while {other}."), "Iraq", "Ceasefire")
    assert joined.date == "2022-03-15"
    apart = cell(board(f"{said}, but {other}."), "Iraq", "Ceasefire")
    assert apart.date is None


def test_a_time_and_how_a_paper_came_out_are_no_part_of_who_speaks() -> None:
    found = only("Last Wednesday the sides agreed to open the road.", PUBLISHED)
    assert (found.speaker, found.date) == ("the sides", "2022-03-09")
    assert only("Two days later the sides agreed to meet.").speaker == "the sides"
    paper = only("A ceasefire was near, according to a statement from the Kremlin published today.")
    assert paper.speaker == "a statement from the Kremlin"
    paper = only("A statement from the Kremlin published on Monday said a ceasefire was near.")
    assert paper.speaker == "a statement from the Kremlin"
    league = only("The Arab League said in a communique Monday it supported the talks.", PUBLISHED)
    assert (league.text, league.date) == ("it supported the talks", "2022-03-14")


def test_what_persons_of_no_known_side_say_on_an_issue_is_kept_apart() -> None:
    early = source(
        "Podol said a ceasefire was near. Podol said the weather was fine.", "2022-03-01"
    )
    late = source("Orlo said “a ceasefire must hold for a week”. Iran said sanctions must end.",
                  "2022-03-09")  # fmt: skip
    found = [each for told in (early, late) for each in find_statements(told.lines)]
    sides = Sides.of([early, late])
    apart = unassigned(found, sides)
    assert [(each.speaker, each.text) for each in apart] == [
        ("Orlo", "a ceasefire must hold for a week"),
        ("Podol", "a ceasefire was near"),
    ]
    assert {each.party for each in find_positions([early, late], found, sides)} == {"Iran"}
    many = [each for at in range(12) for each in find_statements(
        source(f"Orlo said ceasefire {at} was near.", f"2022-03-{at + 10}").lines)]  # fmt: skip
    assert unassigned(many, sides)[0].text == "ceasefire 11 was near"
    assert len(unassigned(many, sides)) == 10
