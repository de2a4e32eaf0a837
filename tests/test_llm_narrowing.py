"""The reader is led to the sentence that carries what is said, not to the passage around it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.citing import cite
from bot.engine import Evidence
from bot.grounding import ground
from bot.llm.narrowing import narrowed
from vectorstore.documents import Article

HARBOUR = Article(
    "Ships wait off Vell. Nobody knows for how long.\n"
    "Delegations from Norland and Sudmark met in Vell on Tuesday. The Norland delegation was led "
    "by Trade Minister Ana Kestrel. She said that 22 ships were still waiting outside the "
    "harbour. Sudmark sent its ambassador, Iven Orlo. He asked for two weeks to study the text. "
    "Orlo said that Sudmark had not agreed to lift the blockade. The next round is planned for 20 "
    "May in Brenn.",
    "Harbour talks open",
    publisher="Vell Courier",
    published="2031-05-06",
    id="harbour",
)
ENVOY = Article(
    "Reporters waited for hours. The United Nations envoy, Mira Sol, proposed a fishing treaty. "
    "Both navies would withdraw thirty miles from the coast. Norland accepted the proposal in "
    "principle, its delegation said.",
    published="2031-05-21",
    id="envoy",
)
START = HARBOUR.text.index("Delegations")
WHOLE = Evidence(HARBOUR, START, len(HARBOUR.text))
OTHER = Evidence(ENVOY, 0, len(ENVOY.text))


def quotes(text: str, *cited: Evidence) -> list[str]:
    return [each.article.text[each.start : each.end] for each in narrowed(text, cited or (WHOLE,))]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        (
            "The delegation of Norland was led by Ana Kestrel.",
            "The Norland delegation was led by Trade Minister Ana Kestrel.",
        ),
        ("The next round is in Brenn on 20 May.", "The next round is planned for 20 May in Brenn."),
        (
            "Orlo said Sudmark has not agreed to lift the blockade.",
            "Orlo said that Sudmark had not agreed to lift the blockade.",
        ),
        (
            "Norland and Sudmark met in Vell.",
            "Delegations from Norland and Sudmark met in Vell on Tuesday.",
        ),
    ],
)
def test_a_passage_is_narrowed_to_the_sentence_that_says_it(text: str, quote: str) -> None:
    assert quotes(text) == [quote]


def test_a_sentence_that_leans_back_brings_the_one_before() -> None:
    assert quotes("22 ships were still waiting outside the harbour, she said.") == [
        "The Norland delegation was led by Trade Minister Ana Kestrel. She said that 22 ships were "
        "still waiting outside the harbour."
    ]


def test_what_neighbours_say_together_is_shown_with_them_all() -> None:
    text = "Sudmark's ambassador, Iven Orlo, said Sudmark had not agreed to lift the blockade."

    (quote,) = quotes(text)

    assert quote.startswith("Sudmark sent its ambassador")
    assert quote.endswith("lift the blockade.")


LONG = (
    "The ambassador asked for two weeks to study the text of a fishing treaty that the envoy had "
    "proposed in the mountain town of Brenn."
)
ASKED = "Orlo" + LONG.removeprefix("The ambassador")


def test_a_neighbour_is_shown_where_the_sentence_does_not_verify_without_it() -> None:
    article = Article(f"It rained. Iven Orlo came to Vell. {LONG} It snowed.", id="long")

    assert quotes(ASKED, Evidence(article, 0, len(article.text))) == [
        f"Iven Orlo came to Vell. {LONG}"
    ]


def test_a_passage_that_is_needed_whole_does_not_keep_the_others_whole() -> None:
    article = Article(f"{LONG} It rained. It snowed. It hailed. His name is Iven Orlo.", id="long")
    whole = Evidence(article, 0, len(article.text))
    beside = Article("It was late. The envoy had proposed a fishing treaty in Brenn.", id="beside")

    kept, narrow = narrowed(ASKED, (whole, Evidence(beside, 0, len(beside.text))))

    assert kept == whole
    assert beside.text[narrow.start : narrow.end].startswith("The envoy had proposed")


def test_what_no_three_neighbours_hold_is_shown_whole() -> None:
    text = "Delegations met in Vell on Tuesday, and the next round is in Brenn on 20 May."

    assert narrowed(text, (WHOLE,)) == (WHOLE,)


def test_each_of_several_passages_is_narrowed_in_its_place() -> None:
    text = "Norland accepted the proposal of Mira Sol for a fishing treaty after talks in Vell."

    first, second = quotes(text, OTHER, WHOLE)

    assert first.startswith("The United Nations envoy")
    assert first.endswith("its delegation said.")
    assert second == "Delegations from Norland and Sudmark met in Vell on Tuesday."


def test_a_passage_that_shares_nothing_keeps_its_whole_stretch() -> None:
    text = "Norland's delegation was led by Ana Kestrel."
    weather = Evidence(Article("It rained. It snowed. It hailed.", id="w"), 0, 32)

    assert narrowed(text, (weather, WHOLE))[0] == weather
    assert quotes(text, weather, WHOLE)[1].endswith("Ana Kestrel.")


@pytest.mark.parametrize(
    "text",
    [
        "The Norland delegation was led by Iven Orlo of Kolm.",
        "Kestrel said that 23 ships were waiting.",
        "Sudmark agreed to lift the blockade.",
    ],
)
def test_what_does_not_verify_is_shown_with_all_that_was_cited(text: str) -> None:
    assert narrowed(text, (WHOLE, OTHER)) == (WHOLE, OTHER)


def test_a_narrow_passage_does_not_begin_before_the_wide_one() -> None:
    start = HARBOUR.text.index("She said")
    cited = Evidence(HARBOUR, start, len(HARBOUR.text))

    (narrow,) = narrowed("22 ships were still waiting, she said.", (cited,))

    assert narrow.start == start
    assert narrow.end < cited.end


def test_nothing_cited_is_nothing_narrowed() -> None:
    assert narrowed("Talks opened.", ()) == ()


SENTENCES = [
    HARBOUR.text[start : start + 60] for start in range(START, len(HARBOUR.text) - 60, 23)
] + ["Kestrel led Norland's delegation.", "22 ships wait.", "", "?", "Orlo said no.", "x" * 3_000]


@given(st.sampled_from(SENTENCES), st.lists(st.sampled_from([WHOLE, OTHER]), max_size=8))
@settings(max_examples=80, deadline=None)
def test_narrowing_changes_neither_the_verdict_nor_the_articles(
    text: str, cited: list[Evidence]
) -> None:
    narrow = narrowed(text, cited)

    assert [each.article.id for each in narrow] == [each.article.id for each in cited]
    for each, wide in zip(narrow, cited, strict=True):
        assert wide.start <= each.start < each.end <= wide.end
    before = ground(text, [cite(n, each) for n, each in enumerate(cited, 1)]).status
    assert ground(text, [cite(n, each) for n, each in enumerate(narrow, 1)]).status == before
