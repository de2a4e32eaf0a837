"""Who says what, read from sentences written for it, half of them before any rule was tuned."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.briefing.statements import find_statements
from bot.engine import Line, Statement
from vectorstore.documents import Article
from vectorstore.text import sentence_ranges

ITEMS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "statements.jsonl").read_text().splitlines()
]
VECTOR = np.zeros(4, np.float32)


def lines_of(text: str, published: str | None = None) -> list[Line]:
    article = Article(text=text, published=published, language="en").identified()
    return [Line(article, start, end, VECTOR) for start, end in sentence_ranges(text)]


def statements_of(text: str, published: str | None = None) -> list[Statement]:
    return find_statements(lines_of(text, published))


def pairs(item: dict[str, Any]) -> tuple[list[tuple[dict[str, Any], Statement]], int, int]:
    """Return each wanted statement with the one found; how many are wanted, and were found."""
    found = statements_of(item["text"], item["published"])
    free = list(found)
    paired: list[tuple[dict[str, Any], Statement]] = []
    for wanted in item["statements"]:
        best = max(free, key=lambda each: likeness(wanted["text"], each.text), default=None)
        if best is not None and likeness(wanted["text"], best.text) >= 0.6:
            free.remove(best)
            paired.append((wanted, best))
    return paired, len(item["statements"]), len(found)


def likeness(one: str, other: str) -> float:
    ours, theirs = set(one.lower().split()), set(other.lower().split())
    return len(ours & theirs) / len(ours | theirs)


def measure(items: Sequence[dict[str, Any]]) -> dict[str, float]:
    counted: Counter[str] = Counter()
    for item in items:
        paired, wanted, found = pairs(item)
        counted.update(wanted=wanted, found=found, paired=len(paired))
        for each, statement in paired:
            for part in ("speaker", "verb", "to", "via", "quoted", "date", "text"):
                counted[part] += each[part] == getattr(statement, part)
    return {
        "recall": counted["paired"] / counted["wanted"],
        "precision": counted["paired"] / counted["found"],
        **{
            part: counted[part] / counted["paired"]
            for part in ("speaker", "verb", "to", "via", "quoted", "date", "text")
        },
    }


# Held-out half as first measured, before and after tuning on the other: recall .93, precision
# .95, speaker .98, text .93, all else 1.
FLOORS = {
    "dev": {
        "recall": 0.97, "precision": 0.97, "speaker": 0.97, "verb": 0.97, "to": 0.97, "via": 0.97,
        "quoted": 0.97, "date": 0.97, "text": 0.95,
    },
    "held-out": {
        "recall": 0.9, "precision": 0.92, "speaker": 0.95, "verb": 0.97, "to": 0.97, "via": 0.97,
        "quoted": 0.97, "date": 0.97, "text": 0.9,
    },
}  # fmt: skip


@pytest.mark.parametrize("half", FLOORS)
def test_statements_are_found_with_their_speakers(half: str) -> None:
    own = [item for item in ITEMS if item["half"] == half]
    assert len(own) >= 30
    reached = measure(own)
    for part, floor in FLOORS[half].items():
        assert reached[part] >= floor, (part, reached[part])


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["id"])
def test_what_is_given_as_said_stands_there_word_for_word(item: dict[str, Any]) -> None:
    for each in statements_of(item["text"], item["published"]):
        evidence = each.evidence
        assert evidence.article.text[evidence.start : evidence.end] == each.text
        assert each.text.strip() == each.text


def test_a_quotation_over_several_sentences_keeps_its_speaker() -> None:
    text = "“The road is mined,” Mira Sol said. “Nobody can pass. We will wait for the night.”"
    found = [(each.speaker, each.quoted) for each in statements_of(text)]
    assert len(found) >= 2
    assert set(found) == {("Mira Sol", True)}


def test_a_last_name_is_given_in_full_only_where_one_person_bears_it() -> None:
    one = "Mira Sol led the talks in Geneva.\n\nSol said the sides were close."
    assert statements_of(one)[0].speaker == "Mira Sol"
    two = f"Davor Sol stayed at home with the children.\n\n{one}"
    assert statements_of(two)[0].speaker == "Sol"


def test_a_pronoun_is_nobody_where_two_may_be_meant() -> None:
    certain = statements_of("Mira Sol said the talks were over. She said nothing was signed.")
    assert [each.speaker for each in certain] == ["Mira Sol", "Mira Sol"]
    doubtful = statements_of(
        "Mira Sol said the talks were over, but Petr Orlo warned of war. He said all was lost."
    )
    assert doubtful[-1].speaker is None
    apart = statements_of("Mira Sol said the talks were over.\n\nHe said all was lost.")
    assert apart[-1].speaker is None


def test_an_article_that_is_one_long_run_of_marks_is_read_in_time() -> None:
    for text in (
        "said " * 4_000 + ".",
        "“" * 3_000 + " X said " + "”" * 3_000,
        "Norland, " * 3_000 + "said that it was so.",
        "according to " * 2_000 + "X.",
        "Ana (" * 2_000 + "said that it was so.",
        " and ".join(["Norland"] * 2_000) + " agreed to meet.",
        "told " + "Aa " * 5_000 + "that it was so.",
    ):
        article = Article(text=text)
        statements = find_statements([Line(article, 0, len(text), VECTOR)])
        assert len(statements) < 100


def test_a_pronoun_stands_only_for_what_it_can_mean() -> None:
    body = statements_of("The ministry said the road was shut. He said it would open soon.")
    assert [each.speaker for each in body] == ["the ministry", None]
    other = statements_of(
        "Mira Sol said the road was shut, though Petr Orlo had crossed it. He said it was calm."
    )
    assert [each.speaker for each in other] == ["Mira Sol", None]


def test_who_passed_a_statement_on_is_told_beside_who_made_it() -> None:
    for text in (
        "Ilya Dane told Ana Vell that the base would close, the Kremlin said.",
        "The Kremlin said Ilya Dane told Ana Vell that the base would close.",
        "Ilya Dane told Ana Vell that the base would close, according to the Kremlin.",
    ):
        (found,) = statements_of(text)
        assert (found.speaker, found.to, found.via) == ("Ilya Dane", "Ana Vell", "the Kremlin")
        assert found.text == "the base would close"


def test_what_nobody_said_is_no_statement() -> None:
    for text in (
        "Sudmark did not say that its troops would leave.",
        "The envoy was told that the road was shut.",
        "Vell would never say that the talks had failed.",
        "Orlo called off the strike after a night of talks.",
        "Orlo could have warned that the bridge was mined.",
    ):
        assert statements_of(text) == [], text


def test_the_day_of_a_meeting_is_not_the_day_of_what_is_said_of_it() -> None:
    published = "2024-05-15"
    of_meeting = "Vell said after the meeting on Monday that the road was shut."
    assert statements_of(of_meeting, published)[0].date is None
    plain = "Vell said on Monday that the road was shut."
    assert statements_of(plain, published)[0].date == "2024-05-13"
    assert statements_of(plain)[0].date is None
    aside = "Ana Vell, who led the talks on Monday, said the road was shut."
    assert statements_of(aside, published)[0].date is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Norland offered to open the port, according to what was found in the drawer.",
            "to open the port",
        ),
        (
            "Norland demanded a truce, rejected the draft, and closed the border.",
            "a truce",
        ),
        (
            "Norland announced a truce, and met with the envoys for an hour.",
            "a truce",
        ),
        (
            "Norland offered little comfort, even suggesting that the port would close.",
            "little comfort",
        ),
        (
            "Norland accused Sudmark of delay, and they've asked the court to rule.",
            "Sudmark of delay",
        ),
        (
            "Norland said that, short of a miracle, the talks would fail.",
            "short of a miracle, the talks would fail",
        ),
        ("Norland said that that was an insult.", "that was an insult"),
        ('Norland said that the corridor would open on Monday. "', "the corridor would open"),
        ("Norland said it would sign, and that Sudmark would, too.", "it would sign, and that"),
    ],
)
def test_what_is_said_ends_where_something_else_begins(text: str, said: str) -> None:
    found = statements_of(text)[0].text
    assert found == said or (said in found and said.endswith(("open", "that")))
    assert not found.endswith((' "', ". "))


def test_a_source_put_into_a_sentence_is_given_all_of_it() -> None:
    (found,) = statements_of("It is a scheme that, according to Mira Sol, will cost a fortune.")
    assert (found.speaker, found.verb) == ("Mira Sol", "according to")
    assert found.text.startswith("It is a scheme")
    assert found.text.endswith("cost a fortune")


def test_neither_the_reader_nor_an_outlet_that_prints_it_is_the_speaker() -> None:
    assert statements_of("You said the port was closed.") == []
    told = statements_of("The port will open, said Mira Sol, an envoy, reports the Vell Times.")
    assert [(each.speaker, each.text) for each in told] == [("Mira Sol", "The port will open")]
