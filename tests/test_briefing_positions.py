"""Which side speaks, and what each side says on each issue."""

from collections.abc import Sequence
from pathlib import Path

import frontmatter
import pytest

from bot.briefing.positions import FoundPosition, find_positions
from bot.briefing.sources import Source
from bot.briefing.statements import find_statements
from bot.briefing.statements.parties import Sides
from bot.engine import Line
from tests.test_briefing_statements import VECTOR, lines_of
from vectorstore.documents import Article
from vectorstore.text import sentence_ranges

SEEDS = Path(__file__).parents[1] / "seeds"


def source(text: str, published: str | None = None) -> Source:
    lines = lines_of(text, published)
    return Source(lines, lines[0].article.id)


def positions(sources: Sequence[Source]) -> list[FoundPosition]:
    found = [each for each_source in sources for each in find_statements(each_source.lines)]
    return find_positions(sources, found, Sides.of(sources))


def cell(found: Sequence[FoundPosition], party: str, issue: str) -> FoundPosition:
    return next(each for each in found if (each.party, each.issue) == (party, issue))


@pytest.fixture(scope="module")
def seeds() -> list[Source]:
    sources: list[Source] = []
    for file in sorted(SEEDS.glob("2*.md")):
        post = frontmatter.load(str(file))
        day = str(post["published"])[:10]
        article = Article(text=post.content, published=day, language="en").identified()
        lines = [Line(article, *span, VECTOR) for span in sentence_ranges(article.text)]
        sources.append(Source(lines, article.id))
    return sources


@pytest.fixture(scope="module")
def seed_positions(seeds: list[Source]) -> list[FoundPosition]:
    return positions(seeds)


def test_the_two_delegations_come_first_with_what_they_said(
    seed_positions: list[FoundPosition],
) -> None:
    parties = list(dict.fromkeys(each.party for each in seed_positions))
    assert set(parties[:2]) == {"Russia", "Ukraine"}
    ceasefire = cell(seed_positions, "Ukraine", "Ceasefire")
    assert ceasefire.statement is not None
    assert "ceasefire" in ceasefire.statement
    assert ceasefire.speaker is not None
    assert "Zelensky" in ceasefire.speaker
    neutral = cell(seed_positions, "Ukraine", "Neutral status")
    assert (neutral.speaker, neutral.date) == ("Ukraine", "2022-03-29")
    crimea = cell(seed_positions, "Russia", "Territory and sovereignty")
    assert crimea.statement is not None
    assert "sovereignty over Crimea recognised" in crimea.statement
    assert (crimea.speaker, crimea.date) == ("Vladimir Putin", "2022-02-28")


def test_an_issue_on_which_a_side_says_nothing_is_left_open(
    seed_positions: list[FoundPosition],
) -> None:
    withdrawal = cell(seed_positions, "Russia", "Withdrawal of troops")
    assert withdrawal == FoundPosition("Russia", "Withdrawal of troops")
    for party in {each.party for each in seed_positions}:
        assert any(each.statement for each in seed_positions if each.party == party)
    for issue in {each.issue for each in seed_positions}:
        assert any(each.statement for each in seed_positions if each.issue == issue)


def test_every_position_stands_in_its_article_word_for_word(
    seed_positions: list[FoundPosition],
) -> None:
    for each in seed_positions:
        if each.statement is None:
            assert each.evidence is None
            continue
        assert each.evidence is not None
        text = each.evidence.article.text[each.evidence.start : each.evidence.end]
        assert each.statement == " ".join(text.split())
        assert 4 <= len(each.statement.split()) <= 45


def test_persons_are_of_the_side_that_the_articles_give_them(seeds: list[Source]) -> None:
    sides = Sides.of(seeds)
    for name, side in {
        "Vladimir Medinsky": "Russia",
        "Davyd Arakhamia": "Ukraine",
        "Sergey Lavrov": "Russia",
        "Dmytro Kuleba": "Ukraine",
        "Emmanuel Macron": "France",
        "Volodymyr Zelenskyy's office": "Ukraine",
        "the Kremlin": "Russia",
        "the Arab League": "Arab League",
    }.items():
        assert sides.party(name) == side, name
    assert sides.party("Ukraine and Russia") is None
    assert sides.parties("Ukraine and Russia") == ("Ukraine", "Russia")
    assert sides.party("Mira Sol") is None
    assert sides.party(None) is None


def test_a_person_whom_two_sides_claim_belongs_to_none() -> None:
    told = source("Russian envoy Ana Vell spoke first. Ukrainian envoy Ana Vell spoke last.")
    assert Sides.of([told]).party("Ana Vell") is None
    assert Sides.of([source("Russian envoy Ana Vell spoke first.")]).party("Vell") == "Russia"


def test_at_home_the_parties_and_the_white_house_are_sides() -> None:
    home = source(
        "Republicans said the bill would fail. Democrats called it a fair compromise. "
        "Sen. Carla Boone, D-Ohio, said the hearing would go ahead."
    )
    sides = Sides.of([home])
    assert sides.party("Carla Boone") == "Democrats"
    assert sides.party("Senate Republicans") == "Republicans"
    assert sides.party("the White House") == "White House"
    abroad = source("Russia and Iran said the treaty would be signed in Moscow.")
    assert Sides.of([abroad]).party("the White House") == "United States"


def test_the_newest_position_is_shown() -> None:
    early = source("Iran said a ceasefire was out of the question.", "2024-05-01")
    late = source("Iran said a ceasefire would be accepted at once.", "2024-05-09")
    shown = cell(positions([late, early]), "Iran", "Ceasefire")
    assert shown.statement == "a ceasefire would be accepted at once"
    assert shown.date == "2024-05-09"


def test_what_one_side_says_of_the_others_stance_is_nobodys_position() -> None:
    told = source(
        "Israel said Iran had rejected a ceasefire. Iran said the sanctions must be lifted.",
        "2024-05-01",
    )
    found = positions([told])
    assert {each.issue for each in found} == {"Sanctions"}
    assert cell(found, "Iran", "Sanctions").statement == "the sanctions must be lifted"


def test_a_fragment_is_shown_with_the_sentence_that_makes_sense_of_it() -> None:
    told = source("Iran demanded an immediate ceasefire.", "2024-05-01")
    shown = cell(positions([told]), "Iran", "Ceasefire")
    assert shown.statement == "Iran demanded an immediate ceasefire."


def test_a_thing_that_was_offered_is_not_shown_without_its_giver() -> None:
    told = source("Iran offered Iraq a ceasefire that would be watched by monitors.", "2024-05-01")
    shown = cell(positions([told]), "Iran", "Ceasefire")
    assert shown.statement == "Iran offered Iraq a ceasefire that would be watched by monitors."


@pytest.mark.parametrize(
    ("text", "issue"),
    [
        ("Iran said the accord had to be finalised before the ministers met.", "Preconditions"),
        ("Iran said no talks could open until the troops had left.", "Preconditions"),
        ("Iran said the conditions were not yet ripe.", "Preconditions"),
        ("Iran said a sixth session would be held in Muscat.", "Next meeting"),
        ("Iran said the dispute must end through negotiation.", "Peace agreement"),
        ("Iran said it backed talks and diplomacy.", "Peace agreement"),
        ("Iran said evacuation routes would be opened.", "Humanitarian corridors"),
        ("Iran said imports from Iraq would be taxed.", "Trade and tariffs"),
        ("Iran said the occupied territories must be handed back.", "Territory and sovereignty"),
        ("Iran said face masks would be worn.", "Health care"),
    ],
)
def test_an_issue_is_known_by_more_than_one_wording(text: str, issue: str) -> None:
    assert cell(positions([source(text)]), "Iran", issue).statement is not None


@pytest.mark.parametrize(
    "text",
    [
        "Iran said every primary school would be closed.",
        "Iran said the dancers wore masks and feathers.",
        "Iran said the imports were late.",
        "Iran said the U.S. territory's roads were a mess.",
        "Iran said the parade was on Independence Day.",
        "Iran said the corridors of power were empty.",
    ],
)
def test_a_word_that_only_sounds_like_an_issue_is_none(text: str) -> None:
    assert positions([source(text)]) == []


@pytest.mark.parametrize("asked", ["demand both", "reject them", "insist on it", "do the same"])
def test_a_stance_that_points_back_yields_to_one_that_says_what_is_meant(asked: str) -> None:
    told = source(f"Iran said that for a ceasefire it would {asked}, and at once.", "2024-05-09")
    plain = source("Iran said a ceasefire would be accepted.", "2024-05-01")
    shown = cell(positions([told, plain]), "Iran", "Ceasefire")
    assert shown.statement == "a ceasefire would be accepted"


def test_a_long_demand_is_shown_with_its_sentence_and_not_from_its_middle() -> None:
    told = source(
        "Iran agreed to a ceasefire along all of the eastern border, where the two armies have"
        " faced each other across the river since the spring of the year before, and where the"
        " villages on both of its banks have been left by nearly all who lived there, in spite of"
        " promises of help that were never kept."
    )
    shown = cell(positions([told]), "Iran", "Ceasefire").statement
    assert shown is not None
    assert shown.startswith("Iran agreed to a ceasefire")
