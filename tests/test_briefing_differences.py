"""Where independent reports differ, and what only looks like it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.briefing.differences import Difference, find_differences
from bot.briefing.sources import Source
from bot.engine import Line
from vectorstore.documents import Article
from vectorstore.embeddings import MiniLM
from vectorstore.text import sentence_ranges

Sourcing = Callable[..., Source]
Finding = Callable[..., list[Difference]]

DAY = "2031-05-14"


@pytest.fixture
def source(embedder: MiniLM) -> Sourcing:
    """Return a maker of sources from their text, day of publication and origin."""

    def make(text: str, published: str = DAY, origin: str = "") -> Source:
        article = Article(text, title="Talks", published=published, publisher=text[:30])
        article = article.identified()
        ranges = sentence_ranges(text)
        vectors = embedder.embed([text[start:end] for start, end in ranges])
        lines = [
            Line(article, start, end, vector)
            for (start, end), vector in zip(ranges, vectors, strict=True)
        ]
        return Source(lines, origin or article.id)

    return make


@pytest.fixture
def between(source: Sourcing) -> Finding:
    """Return a finder of the differences between texts, or texts with their days."""

    def find(*rows: str | tuple[str, str]) -> list[Difference]:
        pairs = [(row, DAY) if isinstance(row, str) else row for row in rows]
        return find_differences([source(text, day) for text, day in pairs])

    return find


def _shown(found: list[Difference]) -> list[tuple[str, list[str]]]:
    return [(each.about, [value.value for value in each.values]) for each in found]


@pytest.mark.parametrize(
    ("one", "other", "about", "values"),
    [
        (
            "A bomb at the port of Vell killed at least 12 people on Tuesday, the ministry said.",
            "At least 19 people were killed on Tuesday by a bomb at the port of Vell.",
            "people killed",
            ["at least 12", "At least 19"],
        ),
        (
            "Norland freed 30 prisoners under the deal on Monday.",
            "Under the deal, Norland released 28 prisoners on Monday.",
            "prisoners",
            ["30", "28"],
        ),
        (
            "The Reform party won 157 of 338 seats in the Norlandic parliament.",
            "The Reform party took 156 of the 338 seats in the Norlandic parliament.",
            "seats",
            ["157", "156"],
        ),
        (
            "By Tuesday there were more than 3.8 million refugees from Norland.",
            "Refugees from Norland now number nearly 4 million.",
            "refugees",
            ["more than 3.8 million", "nearly 4 million"],
        ),
        (
            "The talks on Monday lasted four hours, the Norlandic delegation said.",
            "The talks on Monday lasted six hours, the Sudmark delegation said.",
            "how long the talks lasted",
            ["four hours", "six hours"],
        ),
        (
            "The third round of talks on Monday lasted three hours and ended in a row.",
            "The third round lasted two hours.",
            "how long the third round lasted",
            ["three hours", "two hours"],
        ),
        (
            "The next round will be held on 16 May.",
            "The next round will be held on 18 May, Orlo said.",
            "day of the next round",
            ["16 May", "18 May"],
        ),
        (
            "On Monday the sides had agreed on six corridors.",
            "The two sides had agreed on eight corridors last Monday.",
            "corridors",
            ["six", "eight"],
        ),
        (
            "Some reports said 12 people were killed in Vell on Sunday; the council put the toll"
            " at 21.",
            "Nineteen people were killed in Vell on Sunday, the governor said.",
            "people killed",
            ["12", "Nineteen", "21"],
        ),
        (
            "The third round of talks on Monday lasted three hours and ended with a ceasefire of"
            " 48 hours.",
            "A third round of talks between Norland and Sudmark on Monday ended without a"
            " ceasefire, though progress was reported.",
            "whether the third round ended with a ceasefire",
            ["with a ceasefire", "without a ceasefire"],
        ),
        (
            "The fishing treaty was signed on 19 June 2030 in the town hall of Vell.",
            "The fishing treaty was signed on 9 June 2030 in the town hall of Vell.",
            "The fishing treaty",
            ["19 June 2030", "9 June 2030"],
        ),
        (
            "The talks were the first face to face between the two sides since 3 April.",
            "The two sides had not met face to face since 9 April.",
            "first face to face",
            ["3 April", "9 April"],
        ),
        (
            "Ana Orlo, the foreign minister, signed the accord.",
            "Defence Minister Ana Orlo signed the accord in Vell.",
            "Ana Orlo",
            ["the foreign minister", "Defence Minister"],
        ),
        (
            "Ana Orlo, a presidential aide, leads the delegation.",
            "Ana Orlo, the president's adviser on trade, leads the delegation.",
            "Ana Orlo",
            ["a presidential aide", "the president's adviser on trade"],
        ),
        (
            "Norland blamed the breakdown of the talks on the Sudmark delegation.",
            "Sudmark blamed Norland for the breakdown of the talks.",
            "the breakdown of the talks",
            [
                "Norland blamed the breakdown of the talks on the Sudmark delegation",
                "Sudmark blamed Norland for the breakdown of the talks",
            ],
        ),
        (
            "The delegations met on Tuesday at an undisclosed location near the border.",
            "The two delegations met on Tuesday in the town of Brenn.",
            "place of the delegations",
            ["an undisclosed location near the border", "the town of Brenn"],
        ),
        (
            "Since 3 May, the start of what Norland calls a “border protection mission”, 4,000"
            " have fled.",
            "The invasion began on 3 May, when tanks crossed the river.",
            "what began on 3 May",
            ["what Norland calls a “border protection mission”", "invasion"],
        ),
    ],
)
def test_two_origins_that_differ_are_shown_with_what_each_says(
    between: Finding, one: str, other: str, about: str, values: list[str]
) -> None:
    assert _shown(between(one, other)) == [(about, values)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            "A bomb at the port of Vell killed 12 people on Tuesday.",
            "A flood in the hills of Brenn killed 40 people on Tuesday.",
            id="another event",
        ),
        pytest.param(
            "Norland freed 30 prisoners under the deal on Monday.",
            "Norland freed 28 prisoners under the deal on Tuesday.",
            id="another day",
        ),
        pytest.param(
            "Norland freed 30 prisoners under the deal on Monday.",
            "Norland freed thirty prisoners under the deal on Monday.",
            id="the same number in words",
        ),
        pytest.param(
            "A bomb at the port of Vell killed at least 12 people on Tuesday.",
            "A bomb at the port of Vell killed 14 people on Tuesday.",
            id="a bound that the other keeps",
        ),
        pytest.param(
            "Norland's economy added 250,000 jobs in April.",
            "Analysts had expected Norland's economy to add 190,000 jobs in April.",
            id="expected, not counted",
        ),
        pytest.param(
            "Norland will send 4 million doses of vaccine to Sudmark and Vell.",
            "Norland will send 2.5 million doses of vaccine to Sudmark and 1.5 million to Vell.",
            id="parts of a whole",
        ),
        pytest.param(
            "There are 3 million refugees from Norland.",
            "There are 2 million refugees from Sudmark.",
            id="another's",
        ),
        pytest.param(
            "The second round of the talks ended on Monday after 5 sessions.",
            "The third round of the talks ended on Monday after 7 sessions.",
            id="another round",
        ),
        pytest.param(
            "Foreign Minister Ana Orlo signed the accord.",
            "Deputy Foreign Minister Ana Orlo signed the accord.",
            id="an office that may be part of the other",
        ),
        pytest.param(
            "Ana Orlo, a presidential aide, leads the delegation.",
            "Ana Orlo, a presidential adviser, leads the delegation.",
            id="another word for the same office",
        ),
        pytest.param(
            "The delegations met on Tuesday in the Gomel region of Belarus.",
            "The delegations met on Tuesday in the Homyel region of Belarus.",
            id="another spelling",
        ),
        pytest.param(
            "The talks were the first face to face between the two sides since 3 April.",
            "“The two sides had not met face to face since 9 April,” Orlo said.",
            id="quoted words",
        ),
        pytest.param(
            "The talks on Monday lasted four hours, the envoy said.",
            "The talks on Tuesday lasted six hours, the envoy said.",
            id="another day's talks",
        ),
        pytest.param(
            "The talks lasted four hours, the envoy said.",
            "In Vell the talks lasted six hours behind closed doors.",
            id="nobody knows which talks",
        ),
        pytest.param(
            "The talks on Monday lasted nearly five hours, the envoy said.",
            "The talks in Vell on Monday lasted five hours, an aide said.",
            id="a round number of hours",
        ),
        pytest.param(
            "Talks between Norland and Vell on Monday lasted four hours.",
            "Talks between Sudmark and Brenn on Monday lasted six hours.",
            id="others' talks",
        ),
        pytest.param(
            "The third round will be held on 16 May.",
            "The fourth round will be held on 20 May, Orlo said.",
            id="the round after the next",
        ),
        pytest.param(
            "The third round on Monday ended with an agreement on corridors.",
            "The third round on Monday ended without an agreement on a ceasefire.",
            id="agreement on one thing and none on another",
        ),
        pytest.param("", "", id="nothing"),
    ],
)
def test_what_is_no_difference_is_not_shown(between: Finding, one: str, other: str) -> None:
    assert between(one or "Orlo spoke in Vell.", other or "Kestrel spoke in Brenn.") == []


def test_copies_of_a_story_never_differ_from_it(source: Sourcing) -> None:
    one = source("Norland freed 30 prisoners under the deal on Monday.", origin="wire")
    other = source("Under the deal, Norland released 28 prisoners on Monday.", origin="wire")
    assert find_differences([one, other]) == []


def test_a_copy_stands_with_its_origin_beside_what_another_says(source: Sourcing) -> None:
    told = "Norland freed 30 prisoners under the deal on Monday."
    copies = [source(told, origin="wire"), source(told + " Orlo left.", origin="wire")]
    other = source("Under the deal, Norland released 28 prisoners on Monday.")
    found = find_differences([*copies, other])
    assert [len(value.evidence) for value in found[0].values] == [2, 1]


def test_what_grows_in_all_is_shown_with_each_day_and_not_averaged(between: Finding) -> None:
    found = between(
        ("The death toll from the quake rose to 1,200.", "2031-05-14"),
        ("The death toll from the quake has reached 2,000, officials said.", "2031-05-16"),
    )
    assert _shown(found) == [("death toll", ["1,200", "2,000"])]
    days = [value.evidence[0].article.published for value in found[0].values]
    assert days == ["2031-05-14", "2031-05-16"]


def test_a_next_round_that_is_over_when_another_is_announced_is_not_that_one(
    between: Finding,
) -> None:
    found = between(
        ("The next round will be held on 13 May.", "2031-05-12"),
        ("The next round will be held on 18 May, Orlo said.", "2031-05-14"),
    )
    assert found == []


def test_an_article_that_gives_two_tolls_itself_is_believed(between: Finding) -> None:
    found = between(
        "Some reports said 12 people were killed in Vell on Sunday; the council put the toll at 21."
    )
    assert _shown(found) == [("people killed", ["12", "21"])]


def test_a_difference_of_days_that_is_also_told_of_is_one_and_says_what_it_is_of(
    between: Finding,
) -> None:
    found = between(
        "The talks were the first face to face between the two sides since 3 April.",
        "The two sides had not met face to face since 9 April.",
        "Reports differed on whether the Vell talks were the first in person since 3 April, which"
        " counts the envoys, or since 9 April.",
    )
    assert _shown(found) == [("the Vell talks were the first in person", ["3 April", "9 April"])]
    assert [len(value.evidence) for value in found[0].values] == [2, 2]


@pytest.mark.parametrize(
    ("text", "about", "values"),
    [
        (
            "Reports differed on whether the talks were the first since 3 April, which counts the"
            " envoys, or since 9 April.",
            "the talks were the first",
            ["since 3 April, which counts the envoys", "since 9 April"],
        ),
        (
            "One report put the number of ships at 12 and another at 20.",
            "the number of ships",
            ["12", "20"],
        ),
        (
            "Kestrel left the hall early; some reports said she had been asked to leave.",
            "Kestrel left the hall",
            ["Kestrel left the hall early", "some reports said she had been asked to leave"],
        ),
    ],
)
def test_an_article_that_says_that_reports_differ_is_believed(
    between: Finding, text: str, about: str, values: list[str]
) -> None:
    assert _shown(between(text)) == [(about, values)]


def test_what_an_article_says_of_a_difference_is_put_with_the_reports(between: Finding) -> None:
    found = between(
        "By Tuesday there were more than 3.8 million refugees from Norland.",
        "Refugees from Norland now number nearly 4 million.",
        "Reports differed on the number of refugees from Norland, with one giving more than 3.8"
        " million and another nearly 4 million.",
    )
    assert _shown(found) == [("refugees", ["more than 3.8 million", "nearly 4 million"])]
    assert [len(value.evidence) for value in found[0].values] == [2, 2]


def test_two_causes_in_one_sentence_are_two(between: Finding) -> None:
    found = between(
        "Norland put the late start down to a delay on the Sudmark side.",
        "The talks started late, which Norland put down to a delay on the Sudmark side and Sudmark"
        " sources to the safety of the road.",
    )
    assert [value.value for value in found[0].values] == [
        "Norland put the late start down to a delay on the Sudmark side",
        "Sudmark sources to the safety of the road",
    ]


def test_no_more_are_shown_than_asked_for_and_those_of_most_origins_first(
    source: Sourcing,
) -> None:
    sources = [
        source("Norland freed 30 prisoners under the deal on Monday."),
        source("Under the deal, Norland released 28 prisoners on Monday."),
        source("Norland let 28 prisoners go on Monday under the deal."),
        source("Ana Orlo, the foreign minister, signed the accord."),
        source("Defence Minister Ana Orlo signed the accord in Vell."),
    ]
    assert [each.about for each in find_differences(sources)] == ["prisoners", "Ana Orlo"]
    assert [each.about for each in find_differences(sources, most=1)] == ["prisoners"]


def test_the_samples_show_each_of_the_seven_on_which_they_differ(source: Sourcing) -> None:
    sources: list[Source] = []
    for seed in sorted(Path("seeds").glob("2022-*.md")):
        body = seed.read_text("utf-8").split("---\n", 2)[2].strip()
        published, copied = seed.name[:10], seed.name.endswith(("-end.md", "-consult.md"))
        sources.append(source(body, published, "wire" if copied else ""))
    shown = {
        each.about: [value.value for value in each.values] for each in find_differences(sources)
    }
    # Two of the seven are on one card: what was counted by 10 and by 29 March.
    assert shown["refugees"] == [
        "more than 1.5 million",
        "2.2 million",
        "more than 3.8 million",
        "nearly 4 million",
    ]
    assert len(shown["the delay"]) == len(shown["Vladimir Medinsky"]) == 2
    assert shown["place of the meeting"] == [
        "an undisclosed place on the border",
        "the Gomel region",
    ]
    assert shown["the Istanbul talks were the first in person"] == ["10 March", "7 March"]
    assert len(shown) == 6
    assert "invasion" in shown["what began on 24 February"]


def test_each_value_stands_in_the_sentences_that_give_it(source: Sourcing) -> None:
    seeds = sorted(Path("seeds").glob("2022-03-29*.md"))
    found = find_differences([source(seed.read_text("utf-8"), "2022-03-29") for seed in seeds])
    assert "refugees" in [each.about for each in found]
    for value in (value for each in found for value in each.values):
        told = value.evidence[0]
        sentence = " ".join(told.article.text[told.start : told.end].split())
        assert value.value in sentence
