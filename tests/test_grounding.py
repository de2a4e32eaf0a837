"""The check of a sentence against its passages: what it lets through, and what it names."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.answers import Citation, Sentence
from bot.cli import run as run_parley
from bot.evaluate_grounding import evaluate
from bot.grounding import ground
from bot.grounding.speech import attributions
from bot.grounding.words import read_line
from vectorstore.errors import ParleyError

DATA = Path(__file__).parent / "data"

HARBOUR = (
    "Delegations from Norland and Sudmark met in the port of Vell on Tuesday for the first talks "
    "since the blockade began on 24 April. The 22-member Coastal League sent observers. "
    "The Norland delegation was led by Trade Minister Ana Kestrel. Sudmark sent its ambassador, "
    "Iven Orlo. Kestrel said that nearly 4 million people depended on the harbour. “We came to "
    "open the harbour, not to close a door,” she said. Orlo said that Sudmark had not agreed to "
    "lift the blockade. The United Nations envoy, Zelmira Yanovskaya, offered $2.2 million."
)


def cite(quote: str, n: int = 1, **metadata: str) -> Citation:
    given: dict[str, str | None] = {"title": None, "publisher": None, "published": None}
    return Citation(n, "a", url=None, start=0, end=len(quote), quote=quote, **given | metadata)


def check(text: str, quote: str = HARBOUR, **metadata: str) -> Sentence:
    return ground(text, [cite(quote, **({"published": "2031-05-06"} | metadata))])


@pytest.mark.parametrize(
    "text",
    [
        "The League has twenty-two members.",
        "About four million people depend on the harbour, according to Kestrel.",
        "The envoy of the UN offered 2,200,000 dollars.",
        "The delegations met in Vell on 6 May 2031.",
        "The talks of 2031-05-06 were held in Vell.",
        "The blockade began on April 24th.",
        "Zelmira Janovskaja is the envoy of the United Nations.",
        "Norlandic delegates were led by Kestrel.",
        'Kestrel said: "We came to open the harbour, not to close a door."',
        "Orlo said Sudmark did not agree to lift the blockade.",
        "Kestrel, who led Norland’s delegation, is its trade minister [1].",
        "Trade Minister Ana Kestrel led the delegation of Norland.",
        "Observers were sent by the 22-member Coastal League.",
    ],
)
def test_other_forms_of_the_same_verify(text: str) -> None:
    sentence = check(text)

    assert (sentence.problems, sentence.status) == ((), "verified")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("The League has 23 members.", "the number “23” is not in the cited passage"),
        (
            "The envoy offered 2.2 million euros.",
            "the number “2.2 million euros” is not in the cited passage",
        ),
        (
            "The delegations met in Vell on 7 May.",
            "the date “7 May” is not in the cited passage",
        ),
        (
            "The delegations met on Monday in Vell.",
            "the date “Monday” is not in the cited passage",
        ),
        ("Lavrov met Kestrel in Vell.", "the name “Lavrov” is not in the cited passage"),
        ("The moon is made of cheese.", "none of its words is in the cited passage"),
        (
            "Ana Kestrel led Norland’s delegation (https://evil.example/x).",
            "the address “https://evil.example/x” is not in the cited passage",
        ),
        ("Ana Orlo led a delegation.", "the name “Ana Orlo” is not in the cited passage"),
        (
            "Kestrel spoke of “a door to close”.",
            "the quoted words “a door to close” are not in the cited passage",
        ),
        (
            "Orlo said that Sudmark agreed to lift the blockade.",
            "on “agreed” the cited passage says the opposite",
        ),
        (
            "Orlo said that nearly 4 million people depend on the harbour.",
            "the cited passage gives this to “Kestrel”, not to “Orlo”",
        ),
        (
            "Nearly 4 million people depend on the harbour for their living.",
            "the cited passage gives this as the word of “Kestrel”, not as fact",
        ),
        (
            "The Sudmark delegation was led by Trade Minister Ana Kestrel.",
            "the cited passage says this of “Norland”, not of “Sudmark”",
        ),
    ],
)
def test_what_is_not_there_is_named(text: str, problem: str) -> None:
    sentence = check(text)

    assert sentence.status == "unverified"
    assert problem in sentence.problems


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Exports to Sudmark rose in May.", "the cited passage says “fell”, not “rose”"),
        ("Exports to Sudmark went down in May.", ""),
        ("Exports to Sudmark did not rise in May.", ""),
        (
            "The truce ended before the vote in Vell.",
            "the cited passage says “after”, not “before”",
        ),
        ("The vote in Vell came before the truce ended.", ""),
        ("Norland rejected the plan.", "the cited passage says “accepted”, not “rejected”"),
    ],
)
def test_a_direction_is_not_turned_round(text: str, problem: str) -> None:
    passage = (
        "Exports to Sudmark fell in May. The truce ended after the vote in Vell. "
        "Norland accepted the plan."
    )
    directions = [problem for problem in check(text, passage).problems if " says “" in problem]

    assert directions == ([problem] if problem else [])


def test_a_sentence_needs_a_citation_and_words() -> None:
    assert ground("Norland agreed.", []).problems == ("it cites no passage",)
    for nothing in ("", "  \n", "[1]", " [1] [2, 3]"):
        assert check(nothing).problems == ("it says nothing",)


def test_a_weekday_is_not_resolved_without_a_day_of_publication() -> None:
    text = "The delegations met in Vell on 6 May."

    assert check(text).status == "verified"
    assert ground(text, [cite(HARBOUR)]).problems == (
        "the date “6 May” is not in the cited passage",
    )


def test_the_day_of_publication_is_not_the_day_of_the_event() -> None:
    passage = "The delegations met in Vell."

    told = check("The delegations met in Vell on 6 May.", passage)
    reported = check("It was reported on 6 May that the delegations met in Vell.", passage)

    assert told.status == "unverified"
    assert reported.status == "verified"


def test_a_title_and_publisher_support_names_but_not_quotations() -> None:
    metadata = {"title": "Kestrel in Vell: “no door closed”", "publisher": "Brenn Gazette"}
    passage = "The minister met her counterpart."

    named = check(
        "Kestrel met her counterpart in Vell, the Brenn Gazette wrote.", passage, **metadata
    )
    quoted = check("The minister spoke of “no door closed”.", passage, **metadata)

    assert named.status == "verified"
    assert quoted.status == "unverified"


def test_several_passages_carry_a_sentence_together() -> None:
    cited = [cite("Norland sent 22 ships."), cite("The ships lie off Vell.", 2)]

    both = ground("Norland's 22 ships lie off Vell.", cited)
    wrong = ground("Norland's 23 ships lie off Vell.", cited)

    assert (both.status, both.citations) == ("verified", (1, 2))
    assert wrong.problems == ("the number “23” is not in the cited passages",)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Kyiv", "Kiev"),
        ("Zelensky", "Zelenskyy"),
        ("Gomel", "Homyel"),
        ("Lvov", "Lviv"),
        ("Belavezhskaya", "Belovezhskaya"),
        ("Erdogan", "Erdoğan"),
        ("Cavusoglu", "Çavuşoğlu"),
        ("O'Brien", "O’Brien"),
        ("OSCE", "Organization for Security and Co-operation in Europe"),
        ("European Union", "EU"),
        ("Ukrainian", "Ukraine"),
        ("Russia", "Moscow"),
    ],
)
def test_one_name_in_two_spellings(ours: str, theirs: str) -> None:
    assert check(f"Much was said of {ours} there.", f"They spoke a lot of {theirs}.").problems == ()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Oman", "Amman"),
        ("Niger", "Nigeria"),
        ("Iran", "Iraq"),
        ("Austria", "Australia"),
        ("Moscow", "Russia"),
        ("US", "us"),
    ],
)
def test_two_names_that_look_alike(ours: str, theirs: str) -> None:
    sentence = check(f"Much was said of {ours} there.", f"They spoke a lot of {theirs}.")

    assert sentence.problems == (f"the name “{ours}” is not in the cited passage",)


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("1,000 ships", "a thousand ships", True),
        ("a dozen ships", "12 ships", True),
        ("half a million ships", "500,000 ships", True),
        ("two and a half million ships", "2.5m ships", True),
        ("the 3rd round", "the third round", True),
        ("8% of ships", "8 per cent of ships", True),
        ("half of the ships", "50 percent of the ships", True),
        ("72 hours", "three days", True),
        ("10 to 15 percent", "10–15%", True),
        ("thousands of ships", "4,200 ships", True),
        ("nearly 4,000 ships", "3,950 ships", True),
        ("٢٢ ships", "22 ships", True),
        ("5.30 p.m.", "17:30", True),
        ("5.30 a.m.", "17:30", False),
        ("4 ships", "the fourth ship", False),
        ("8 ships", "8 percent of ships", False),
        ("more than 4,000 ships", "fewer than 4,000 ships", False),
        ("three days", "three years", False),
        ("€5 million", "$5 million", False),
    ],
)
def test_one_number_in_two_forms(ours: str, theirs: str, same: bool) -> None:
    sentence = check(f"It was about {ours} there.", f"They counted {theirs} in all.")

    assert (sentence.status == "verified") is same


@pytest.mark.parametrize("mark", ["“{}”", '"{}"', "«{}»", "„{}“", "‘{}’", "'{}'"])
def test_quoted_words_are_checked_in_any_marks(mark: str) -> None:
    passage = 'She said: "It isn\'t over - not yet."'

    assert check(f"She said: {mark.format('It isn’t over – not yet')}.", passage).problems == ()
    assert check(f"She said: {mark.format('It isn’t over at all')}.", passage).problems != ()


def test_a_cut_may_not_turn_a_quotation_round() -> None:
    passage = "He said they would leave the port by noon and would not come back."

    assert check("He said they “would leave … by noon”.", passage).problems == ()
    assert check("He said they “would leave the port … and come back”.", passage).problems != ()
    assert check("He said they “leave the port by noon and … come back”.", passage).problems != ()


def test_a_speaker_may_be_named_by_country_or_office() -> None:
    passage = "Kremlin spokesman Dmitry Peskov said the door to talks was still open in Minsk."

    for speaker in ("Peskov", "The Kremlin", "Russia", "Kremlin spokesman Peskov"):
        assert check(f"{speaker} said the door to talks was still open.", passage).problems == ()


def test_words_of_the_passage_verify_whoever_says_them() -> None:
    passage = "The convoy was shelled at dawn, the Kremlin said. It had not left the depot."

    assert check("The convoy was shelled at dawn.", passage).status == "verified"
    assert check("The convoy was, at dawn, shelled.", passage).status == "unverified"


SOUP = """
Monday 28 February 2022 said not no “ ” " ' ‘ ’ « » , . ; : - – — 22 twenty two and a half
million % $ per cent third of the Kyiv Putin's U.S. p.m. 5:30 before after ago years days
last 1,000 5.5 ½ [1] … É ʼ ß ١٢ ² 2022-02-30 99.99.2022 0 zero o'clock 31
"""
WORDS = st.sampled_from(SOUP.split())
TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(WORDS, max_size=30).map(" ".join),
    st.lists(WORDS, max_size=30).map("".join),
)
DAYS = st.sampled_from([None, "2022-02-28", "2022", "0001-01-01", "9999-12-31", "soon"])


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS, TEXTS, DAYS)
@example("", "1[0]0", "", None)
@example("e", "\u0301", "", None)
def test_a_text_verifies_against_what_contains_it(
    before: str, text: str, after: str, published: str | None
) -> None:
    sentence = ground(text, [cite(before + text + after, published=published or "")])

    assume(sentence.problems != ("it says nothing",))
    assert sentence.status == "verified"


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS, TEXTS, DAYS)
def test_nothing_makes_it_fail(text: str, quote: str, title: str, published: str | None) -> None:
    sentence = ground(text, [cite(quote, title=title, published=published or "")])

    assert (sentence.status == "verified") is (sentence.problems == ())
    assert all("\n" not in problem.strip() or "\n" in text for problem in sentence.problems)


@pytest.mark.parametrize(
    "piece",
    [
        "a. ",
        "Ab said no. ",
        "1 ",
        "28 May ",
        "“",
        "'a ",
        "Monday ",
        "two hundred and ",
        "[1]",
        "«",
        "9",
    ],
)
def test_a_hostile_passage_ends_quickly(piece: str) -> None:
    passage = piece * (100_000 // len(piece))
    claim = (piece * 2_000)[:1_900]
    started = time.process_time()

    for text in (f"{claim} Qx 77", "Qx said 77 ships did not leave on 3 May.", passage + "x"):
        check(text, passage)

    # Seconds where the square of the length would take hours.
    assert time.process_time() - started < 20


def test_the_command_prints_the_figures(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "outcomes.jsonl"
    path = DATA / "grounding_held_out.jsonl"

    status = run_parley(["eval", "grounding", str(path), "--json", "--output", str(output)])
    figures = json.loads(capfd.readouterr().out)
    assert run_parley(["eval", "grounding", str(path)]) == status == 0
    shown = capfd.readouterr().out

    assert set(figures) == {"dataset", "questions", "metrics"}
    assert set(figures["metrics"]["recall_date"]) == {"value", "low", "high"}
    rows = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == figures["questions"]
    assert {"precision", "recall", "supported"} <= set(shown.split())


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("[1]", "line 1: a line must be a JSON object"),
        ('{"sentence": "A."}', "line 1: passages"),
        (
            '{"sentence": "A.", "passages": ["A."], "supported": true, "falsified": "name"}',
            "line 1: the line",
        ),
    ],
)
def test_a_wrong_line_of_a_set_is_named(tmp_path: Path, line: str, fault: str) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text(line, encoding="utf-8")

    with pytest.raises(ParleyError) as caught:
        evaluate(path)

    assert fault in str(caught.value)


@pytest.mark.parametrize(
    "between", ["(DOT) on Monday", "late Sunday", "(DOT) in a joint statement", "on 5 May 2031"]
)
def test_what_stands_between_a_speaker_and_the_verb_is_not_the_speaker(between: str) -> None:
    held = f"The Department of Trade {between} announced that it sides with the court of Vell."

    assert [each.speaker for each in attributions(read_line(held))] == ["The Department of Trade"]
    told = "The Department of Trade announced that it sides with the court of Vell."
    assert check(told, held).status == "verified"
