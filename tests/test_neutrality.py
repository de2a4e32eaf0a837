"""The rules of neutral wording: what they flag, what they leave alone, and the words instead."""

import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.neutrality import find_flags, loaded_density, plainer
from vectorstore.text import sentence_ranges

SEEDS = Path(__file__).parent.parent / "seeds"


def flagged(*sentences: str) -> list[tuple[str, str]]:
    return [(flag.rule, flag.span) for flag in find_flags(sentences)]


@pytest.mark.parametrize(
    ("sentence", "rule", "spans"),
    [
        (
            "The minister slammed the regime's brutal plan on Tuesday.",
            "loaded word",
            ["slammed", "regime", "brutal"],
        ),
        ("Rebels were under fire for the far-fetched plan.", "loaded word", ["under fire"]),
        ("He claimed that the bridge was shelled.", "judging verb of saying", ["claimed"]),
        ("The envoy admitted the talks stalled.", "judging verb of saying", ["admitted"]),
        ("She refused to say when.", "judging verb of saying", ["refused to say"]),
        ("The so-called ceasefire broke down.", "doubt marker", ["so-called"]),
        ("The alleged offer reached Geneva.", "doubt marker", ["alleged"]),
        ("The “liberation” of the town left 40 dead.", "scare quotes", ["liberation"]),
        ("Critics say the deal goes too far.", "weasel sourcing", ["Critics say"]),
        ("Sources said the offer stood.", "weasel sourcing", ["Sources said"]),
        (
            "It is widely believed that he will go.",
            "weasel sourcing",
            ["It is widely believed"],
        ),
        ("The move may signal a shift.", "unattributed speculation", ["may signal"]),
        ("Unfortunately, the talks ended.", "editorial voice", ["Unfortunately"]),
        ("Both sides should meet again.", "editorial voice", ["should"]),
        ("We saw the convoy leave.", "editorial voice", ["We"]),
        ("Will the talks succeed?", "editorial voice", ["?"]),
    ],
)
def test_each_rule_flags_its_words(sentence: str, rule: str, spans: list[str]) -> None:
    found = [span for named, span in flagged(sentence) if named == rule]

    assert [span for span in found if span in spans] == spans


@pytest.mark.parametrize(
    "sentence",
    [
        "Ukraine claims the territory as its own.",
        "The group claimed responsibility for the attack.",
        "A soldier was admitted to hospital in Gomel.",
        "The delegation insists on a full withdrawal.",
        "The ministry conceded defeat in the vote.",
        "The ceasefire was supposed to begin at noon.",
        "Two analysts said the offer stood.",
        "US officials said the offer stood.",
        "Three sources close to the talks said the offer stood.",
        "The move may signal a shift, the envoy said.",
        "Talks resume in May, and the envoy could not attend.",
        "Under the agreement, troops must withdraw by Friday.",
        "The foreign minister said both sides must show restraint.",
        "Should talks fail, the sanctions stay.",
        "World War I ended in 1918.",
        "The visa regime for Georgian citizens was lifted.",
        "The car slammed into a wall, and a mine exploded near it.",
        "The army described its “special operation” as complete.",
        "The film “Cold Winter” opened in Geneva.",
        "A reporter from The Savage met the US envoy.",
    ],
)
def test_the_plain_sense_of_a_listed_word_is_left_alone(sentence: str) -> None:
    assert flagged(sentence) == []


def test_quoted_words_are_the_speakers() -> None:
    assert flagged("“This brutal regime must fall! We will see,” the minister said.") == []


def test_a_quotation_is_the_speakers_over_several_sentences() -> None:
    sentences = (
        "He said: “They will never give up.",
        "We will fight the brutal regime.",
        "It was shocking,” he said, and slammed the plan.",
    )

    assert flagged(*sentences) == [("loaded word", "slammed")]


def test_a_mark_that_nothing_closes_does_not_hide_the_rest_of_the_text() -> None:
    assert ("loaded word", "slammed") in flagged("He said: “No.", "They slammed the plan.")


def test_a_new_paragraph_of_a_quotation_opens_it_again() -> None:
    sentences = ("He said: “They will fight.", "“The brutal regime met.” He slammed it.")

    assert flagged(*sentences) == [("loaded word", "slammed")]


@pytest.mark.parametrize(
    "sentence",
    [
        'The hotel "Winter" opened in Geneva.',
        'The sides "made progress", he said.',
        'The floes ("pancake ice") closed the port.',
    ],
)
def test_titles_glosses_and_attributed_words_are_no_scare_quotes(sentence: str) -> None:
    assert flagged(sentence) == []


def test_the_longest_phrase_that_is_listed_counts_once() -> None:
    assert flagged("Aid to the puppet government ended.") == [("loaded word", "puppet government")]
    assert flagged("Illegal aliens left.") == [("loaded word", "Illegal aliens")]


def test_a_flag_says_where_the_words_stand_and_what_would_be_plainer() -> None:
    (flag,) = find_flags(["Talks went on.", "The minister slams the plan."])

    assert (flag.sentence, flag.start, flag.span) == (1, 13, "slams")
    assert flag.note.endswith("plainer: “criticises”.")


def test_a_word_that_adds_nothing_is_to_be_left_out() -> None:
    (flag,) = find_flags(["The text is utterly new."])

    assert "can be left out" in flag.note


def test_two_rules_do_not_flag_the_same_words() -> None:
    flags = find_flags(["Unfortunately, critics claimed that they met wrongly!"])
    places = [(flag.start, flag.start + len(flag.span)) for flag in flags]

    assert all(end <= start for (_, end), (start, _) in pairwise(places))
    assert len(flags) == 4


def test_no_note_gives_a_verdict() -> None:
    text = (
        "Critics say the so-called regime must fall! He claimed that we may be “free”, "
        "and unfortunately slammed it."
    )

    assert not any(re.search("bias", f"{flag.rule} {flag.note}") for flag in find_flags([text]))


def test_the_neutral_articles_we_ship_are_clean() -> None:
    flags: list[tuple[str, str, str]] = []
    for path in sorted(SEEDS.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        if text.startswith("---"):
            body = text.split("---", 2)[2]
            sentences = [body[start:end] for start, end in sentence_ranges(body)]
            flags += [(path.name, *flag) for flag in flagged(*sentences)]

    assert flags == []


@pytest.mark.parametrize(
    ("word", "instead"),
    [
        ("slammed", "criticised"),
        ("slamming", "criticising"),
        ("regimes", "governments"),
        ("henchmen", "associates"),
        ("ignited", "started"),
        ("Doubled down", "repeated it"),
        ("utterly", None),
        ("meeting", None),
        ("", None),
    ],
)
def test_a_plainer_word_has_the_form_of_the_word(word: str, instead: str | None) -> None:
    assert plainer(word) == instead


def test_density_is_the_share_of_loaded_words_outside_quotations() -> None:
    assert loaded_density("The sides met in Gomel on Monday.") == 0
    assert loaded_density("“Brutal, shocking, vile,” he said.") == 0
    assert loaded_density("The brutal regime met on Monday.") == pytest.approx(2 / 6)
    # A word of VADER's lexicon that people rated strongly, on no list of ours.
    assert loaded_density("The murderer met them.") == pytest.approx(1 / 4)
    assert loaded_density("") == 0


@given(
    st.lists(st.text(alphabet="ab I!?\"“”'claimed some say slammed\n,.", max_size=60), max_size=4)
)
def test_a_span_is_verbatim_whatever_the_text(sentences: list[str]) -> None:
    for flag in find_flags(sentences):
        text = sentences[flag.sentence]
        assert text[flag.start : flag.start + len(flag.span)] == flag.span != ""


def test_hostile_text_takes_no_longer_than_its_length() -> None:
    started = time.process_time()

    for text in (
        "I " * 20_000,
        "A" * 40_000,
        '"a b" ' * 8_000,
        "experts also " * 8_000,
        "?" * 40_000,
    ):
        find_flags([text])

    # Seconds where the square of the length would take hours.
    assert time.process_time() - started < 20
