"""Whose word a sentence gives, from its own words and from the passage it rests on."""

import pytest

from bot.briefing.statements.status import claim_status
from bot.engine import Evidence
from vectorstore.documents import Article


def passage(text: str, stretch: str | None = None) -> list[Evidence]:
    start = text.index(stretch) if stretch else 0
    return [Evidence(Article(text=text), start, start + len(stretch or text))]


@pytest.mark.parametrize(
    "text",
    [
        "Ana Vell said the corridor would open within a week.",
        "Norland demanded a withdrawal of Sudmark's troops.",
        "“We will not sign,” Vell told reporters.",
        "The foreign ministry denied the report.",
        "It asked for security guarantees in return.",
        "Under the proposal, Norland would enter no alliance.",
        "Vell said in a statement that the talks were over.",
    ],
)
def test_what_a_named_side_says_demands_or_denies_is_a_partys_word(text: str) -> None:
    assert claim_status(text, passage(text)) == "party"


@pytest.mark.parametrize(
    "text",
    [
        "Officials said the convoy had been turned back.",
        "The talks failed, according to two diplomats familiar with the draft.",
        "A source familiar with the matter said the raid had failed.",
        "The general is believed to have left the city.",
        "The number of refugees has reached 2.2 million, according to one report.",
        "Some reports spoke only of an undisclosed place.",
        "The governor reportedly resigned.",
        "Some headway was reported on the exchange of detainees.",
        "No movement has been reported since.",
        "The envoys were said to have left the palace.",
        "A deal is widely believed to be near.",
        "The session yielded reports of a breakthrough.",
        "Accounts varied on where they had met.",
    ],
)
def test_a_source_without_a_name_is_unnamed(text: str) -> None:
    assert claim_status(text, passage(text)) == "unnamed"


@pytest.mark.parametrize(
    "text",
    [
        "A Kremlin readout added “denazification” to the list.",
        "The court filing said the funds had been moved.",
        "The agency reported their agreement, citing a statement.",
        "The resolution calls for an immediate ceasefire.",
    ],
)
def test_a_paper_that_speaks_is_a_document(text: str) -> None:
    assert claim_status(text, passage(text)) == "document"


@pytest.mark.parametrize(
    "text",
    [
        "The delegations met in the Gomel region of Belarus, by the river.",
        "Most of the demands were met and the calls went on all night.",
        "Mr. Orlo would not say whether the troops would leave.",
        "The proposed treaty has 14 articles.",
        "The losses were reported on Monday by the harbour office.",
        "The reports of the committee are kept in the archive.",
    ],
)
def test_what_nobody_is_said_to_say_is_the_outlets_own(text: str) -> None:
    assert claim_status(text, passage(text)) == "outlet"


def test_a_written_sentence_that_drops_the_speaker_keeps_the_passages_status() -> None:
    held = "The corridor to the port will open within a week, Ana Vell said on Monday."
    told = "The corridor to the port will open within a week."
    assert claim_status(told, passage(held)) == "party"
    unnamed = held.replace("Ana Vell", "officials")
    assert claim_status(told, passage(unnamed)) == "unnamed"
    assert claim_status(told, passage(held.partition(", Ana")[0] + ".")) == "outlet"


def test_a_sentence_out_of_the_middle_of_a_quotation_is_no_outlets_own() -> None:
    text = "“The road is mined. Nobody can pass. We will wait,” Mira Sol said."
    assert claim_status("Nobody can pass.", passage(text, "Nobody can pass.")) == "party"
    named = text.replace("“", "").replace("”", "").replace(", Mira Sol said", "")
    assert claim_status("Nobody can pass.", passage(named, "Nobody can pass.")) == "outlet"


def test_what_rests_on_no_passage_is_nobodys_word_and_not_the_outlets() -> None:
    assert claim_status("The corridor opened at noon.", []) == "unnamed"
    assert claim_status("Ana Vell said the corridor had opened at noon.", []) == "party"
