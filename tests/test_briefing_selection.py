"""What a briefing's sentences are chosen by, how long they are, and whether they read."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pytest

from bot.briefing.selection import Pick, outlet_of_most, select
from bot.briefing.sources import Source
from bot.engine import Line
from vectorstore.documents import Article
from vectorstore.embeddings import MiniLM
from vectorstore.text import sentence_ranges

AGREED = "Norland and Sudmark agreed in Vell to open the harbour to fishing boats."
AGAIN = "Fishing boats may enter the harbour, Norland and Sudmark agreed at talks in Vell."
THIRD = "The harbour of Vell will open to fishing boats, as agreed by Norland and Sudmark."
LOUD = "A monstrous swindle crowned the shameful betrayal of honest sailors by their rulers."
SHIPS = "Some 22 ships of both countries were waiting outside the blockaded port on Monday."
TREATY = "Sudmark wants a treaty on fishing rights before its navy leaves the coast of Norland."
ROUND = "A second round is planned for 20 May in the mountain town of Brenn, Norland said."
PRICES = "Bread prices in the capital of Norland have doubled since the blockade of Vell began."
ENVOY = "The United Nations envoy, Mira Sol, offered to watch over the entrance of the port."
UNION = "The captains' union called for compensation of its members for four lost months."

Sources = Callable[..., Source]


@pytest.fixture
def source(embedder: MiniLM) -> Sources:
    """Return what makes a source of sentences, each a paragraph of its article."""

    def make(*sentences: str, origin: str = "", bearing: Sequence[float] = (), **known: str):
        text = "\n".join(sentences)
        about = {"published": "2031-05-06", **known}
        article = Article(text, id=f"{known}{text}", **about)  # pyright: ignore
        ranges = sentence_ranges(text)
        vectors = embedder.embed([text[start:end] for start, end in ranges])
        lines = [
            Line(article, *place, vector) for place, vector in zip(ranges, vectors, strict=True)
        ]
        return Source(lines, origin or article.id, bearing)

    return make


def texts(picks: Sequence[Pick]) -> list[str]:
    return [pick.draft.text for pick in picks]


def words(picks: Sequence[Pick]) -> int:
    return len(" ".join(texts(picks)).split())


def crowd(source: Sources) -> list[Source]:
    """Return six articles of three outlets, with enough for a long text."""
    told = [AGREED, SHIPS, TREATY, ROUND, PRICES, ENVOY, UNION]
    places = ("Brenn", "Orlo", "Tarn", "Luth", "Mard", "Pell")
    things = ("bridge", "railway", "school", "market", "lighthouse", "library")
    return [
        source(
            told[n],
            f"In {place}, {40 + 7 * n} builders went on working at the {thing} all week long.",
            f"The mayor of {place} said that its {thing} cost {n + 3} million crowns to repair.",
            publisher=("Vell Courier", "Brenn Gazette", "Tarn Post")[n % 3],
            published=f"2031-05-{6 + n // 2:02}",
        )
        for n, (place, thing) in enumerate(zip(places, things, strict=True))
    ]


def test_what_several_origins_tell_comes_before_a_lone_loud_sentence(source: Sources) -> None:
    picks = select([source(LOUD, AGREED), source(AGAIN, PRICES), source(THIRD)], sentences=1)

    assert texts(picks)[0] in (AGREED, AGAIN, THIRD)
    assert picks[0].origins == 3


def test_of_two_wordings_the_calmer_is_taken(source: Sources) -> None:
    calm = "Norland and Sudmark agreed in Vell to open the harbour to the fishing boats."
    loaded = "Norland and Sudmark agreed in Vell to open the wretched, disgraceful harbour."

    for order in ([calm, loaded], [loaded, calm]):
        assert texts(select([source(each) for each in order], sentences=1)) == [calm]


def test_copies_of_one_story_support_nothing_and_are_all_cited(source: Sources) -> None:
    outlets = ("Vell Courier", "Brenn Gazette", "Tarn Post", "Luth Times")
    copies = [source(TREATY, ENVOY, origin="wire", publisher=outlet) for outlet in outlets]
    others = [source(AGREED, PRICES), source(AGAIN, UNION)]

    lead, *_ = select([*copies, *others], sentences=1)
    assert lead.draft.text in (AGREED, AGAIN)

    picks = {pick.draft.text: pick for pick in select([*copies, *others], sentences=6)}
    assert picks[TREATY].origins == 1
    assert tuple(each.article.publisher for each in picks[TREATY].draft.evidence) == outlets


def test_nothing_is_said_twice(source: Sources) -> None:
    nearly = AGREED.replace("fishing boats", "fishing vessels")
    picks = select([source(AGREED, SHIPS), source(nearly, ENVOY), source(TREATY)], 100)

    assert len({AGREED, nearly} & set(texts(picks))) == 1


def test_no_outlet_has_most_of_the_sentences_where_others_would_do(source: Sources) -> None:
    told = (AGREED, TREATY, ENVOY, ROUND, SHIPS)
    talkative = [
        source(each, publisher=("Vell Courier", "VELL COURIER")[n % 2])
        for n, each in enumerate(told)
    ]
    other = source(AGAIN, "Why was that?", "Who knows?", PRICES, UNION, publisher="Brenn Gazette")

    picks = select([*talkative, other], sentences=5)

    outlets = Counter((pick.line.article.publisher or "").casefold() for pick in picks)
    assert outlets == {"vell courier": 3, "brenn gazette": 2}


def test_a_well_shared_text_is_taken_although_it_is_shorter(source: Sources) -> None:
    """Three sentences fill the length better, and two of them are one outlet's."""
    one = source(AGREED, TREATY, publisher="Vell Courier")
    other = source(ENVOY, publisher="Brenn Gazette")
    long = source(f"{ENVOY[:-1]}, and sailors were glad.", PRICES, publisher="Brenn Gazette")

    for asked in (40, 42):
        picks = select([one, other], asked)
        assert Counter(pick.line.article.publisher for pick in picks) == {
            "Vell Courier": 1,
            "Brenn Gazette": 1,
        }
    outlets = Counter(pick.line.article.publisher for pick in select([one, long], 58))
    assert outlets == {"Vell Courier": 2, "Brenn Gazette": 2}


def test_where_one_outlet_tells_nearly_all_it_has_most_and_that_is_known(source: Sources) -> None:
    one = source(AGREED, TREATY, SHIPS, ROUND, UNION, PRICES, publisher="Vell Courier")
    other = source(AGAIN, publisher="Brenn Gazette")
    nameless = source(AGREED, TREATY, title="Harbour to open")

    picks = select([one, other], 90)

    assert words(picks) >= 55
    assert outlet_of_most(picks) == "Vell Courier"
    assert outlet_of_most(select([source(AGREED, SHIPS), source(TREATY, ROUND)], 65)) is None
    assert outlet_of_most(select([one], sentences=1)) is None
    assert outlet_of_most(select([nameless], 65)) == "Harbour to open"


def test_what_bears_a_little_less_is_rather_told_than_one_outlets_word_alone(
    source: Sources,
) -> None:
    one = source(AGREED, SHIPS, publisher="Vell Courier", bearing=[0.9, 0.6])
    other = source(PRICES, UNION, publisher="Tarn Post", bearing=[0.25, 0.1])

    assert set(texts(select([one, other], 45))) >= {PRICES}
    assert UNION not in texts(select([one, other], 45))
    shared = source(TREATY, publisher="Brenn Gazette", bearing=[0.6])
    assert PRICES not in texts(select([one, shared, other], 45))


NORLAND = [
    "Norland said that the harbour of Vell belongs to its fishing boats alone.",
    "Norland's minister said that the treaty would have to name every harbour.",
    "Norland said that no ship would leave the harbour before the summer.",
]
SUDMARK = "Sudmark's envoy said that its navy guards the coast against smugglers."


def test_no_party_has_the_word_alone_where_the_other_has_a_say(source: Sources) -> None:
    loud = [source(AGREED, told, publisher=f"Post {n}") for n, told in enumerate(NORLAND)]
    low = source(THIRD, PRICES, UNION, ROUND, SUDMARK, publisher="Gazette")
    sides = [[None, "Norland"]] * 3 + [[None, None, None, None, "Sudmark"]]
    sources = [*loud, low]

    assert SUDMARK not in texts(select(sources, sentences=4))
    told = texts(select(sources, sentences=4, sides=sides))
    assert SUDMARK in told
    assert 1 <= len({*NORLAND} & {*told}) <= 2
    of_one = [[None, "Norland"]] * 3 + [[None] * 5]
    assert select(sources, sentences=4, sides=of_one) == select(sources, sentences=4)


def test_an_entry_of_a_chronology_is_left_to_the_timeline(source: Sources) -> None:
    labels = ("6 May: ", "6 May 2031: ", "May 6: ", "May 6, 2031: ", "2031-05-06: ")
    for label in labels:
        listed = source(f"{label}{AGREED}", publisher="Post")
        told = texts(select([listed, source(PRICES, AGAIN), source(UNION, THIRD)], sentences=2))
        assert not any(text.startswith(label) for text in told)
    # Where there is nothing else, it is told.
    assert texts(select([source(f"6 May: {AGREED}")], 60)) == [f"6 May: {AGREED}"]


def test_the_same_words_of_someone_are_given_once(source: Sources) -> None:
    first = "The harbour will open “by degrees, over many months”, minister Ana Kestrel said."
    later = "Norland spoke of opening 22 berths and two piers “by degrees, over many months”."
    early = source(first, published="2031-05-06", publisher="Post")
    late = source(later, SHIPS, published="2031-05-07", publisher="Gazette")

    assert len({first, later} & set(texts(select([early, late], 100)))) == 1


def test_an_outlet_that_is_alone_may_have_all(source: Sources) -> None:
    articles = [source(AGREED, SHIPS, publisher="Post"), source(TREATY, ROUND, publisher="Post")]

    assert len(select(articles, sentences=4)) == 4


@pytest.mark.parametrize("asked", [50, 65, 100, 150, 200])
def test_a_length_is_kept_to_within_five_words(source: Sources, asked: int) -> None:
    assert asked - 5 <= words(select(crowd(source), asked)) <= asked + 5


def test_more_than_there_is_cannot_be_had(source: Sources) -> None:
    assert sorted(texts(select([source(AGREED, SHIPS)], 800))) == [AGREED, SHIPS]
    assert select([], 100) == []
    assert select([source("Who came?", "Harbour talks")], 100) == []


def test_words_and_sentences_bound_a_text_together(source: Sources) -> None:
    assert len(select(crowd(source), 200, sentences=2)) == 2
    assert words(select(crowd(source), 60, sentences=20)) <= 65


def test_the_lead_comes_first_and_the_rest_by_day(source: Sources) -> None:
    days = [
        source(SHIPS, published="2031-05-06"),
        source(ENVOY, published="2031-05-07"),
        source(AGREED, PRICES, published="2031-05-08"),
        source(AGAIN, UNION, published="2031-05-09"),
        source(THIRD, published="2031-05-10"),
    ]

    picks = select(days, sentences=5)

    lead, *others = [pick.line.article.published for pick in picks]
    assert lead >= "2031-05-08"
    assert len(others) >= 3
    assert others == sorted(others)
    in_order = [pick.line.article.published for pick in select(days, sentences=5, lead_first=False)]
    assert in_order == sorted(in_order)


def test_what_bears_little_on_the_topic_is_left_out(source: Sources) -> None:
    articles = [
        source(AGREED, PRICES, bearing=[0.8, 0.1]),
        source(AGAIN, UNION, TREATY, bearing=[0.7, 0.05, 0.5]),
    ]

    assert not {PRICES, UNION} & set(texts(select(articles, 200)))
    assert TREATY in texts(select(articles, 200))


LEANING = "She said that its navy would leave the coast before the end of the month."
RESUMING = "The meeting took place in the town hall of Vell, by the old harbour wall."
INTRODUCING = "Trade Minister Ana Kestrel led the Norland delegation at the talks in Vell."
BARE = "Norland will lift its own blockade of three islands, Kestrel told the reporters."


@pytest.mark.parametrize("asked", [50, 65, 90, 120, 160])
def test_nothing_dangles_in_the_final_order(source: Sources, asked: int) -> None:
    one = source(INTRODUCING, LEANING, BARE, SHIPS, publisher="Post")
    other = source(AGREED, RESUMING, BARE.replace("three", "four"), ENVOY, publisher="Gazette")
    picks = select([one, source(AGAIN, PRICES, BARE), other], asked)
    told = texts(picks)

    for before, pick in pairwise([None, *picks]):
        if pick.draft.text == LEANING:
            assert before is not None
            assert before.draft.text == INTRODUCING
        if pick.draft.text == RESUMING:
            assert AGREED in told[: told.index(RESUMING)]
        if pick.line.article is one.article and pick.draft.text == BARE:
            assert INTRODUCING in told[: told.index(BARE)]


@pytest.mark.parametrize(
    "leaning",
    [
        "In other towns of the coast the blockade continued for the whole month.",
        "Norland and Sudmark had since talked by telephone about fishing rights.",
        "Mayor Ana Kestrel of Vell said that her town would demand both.",
    ],
)
def test_what_goes_on_from_the_sentence_before_stands_behind_it(
    source: Sources, leaning: str
) -> None:
    told = texts(select([source(TREATY, leaning, SHIPS), source(AGREED, PRICES)], 200))
    assert told[told.index(leaning) - 1] == TREATY

    unquotable = source("What does Sudmark want?", leaning, SHIPS)
    assert leaning not in texts(select([unquotable, source(AGREED, PRICES)], 200))


def test_what_needs_a_sentence_that_cannot_be_quoted_is_not_quoted_either(source: Sources) -> None:
    leaning = source("Who came to Vell on Tuesday?", LEANING, SHIPS)
    barely = source("Did Trade Minister Ana Kestrel come to Vell?", BARE, TREATY)
    told = texts(select([leaning, barely, source(AGREED)], 200))

    assert {SHIPS, TREATY, AGREED} == set(told)


def test_what_leans_on_the_lead_stands_behind_it(source: Sources) -> None:
    early = source(ENVOY, published="2031-05-01")
    late = source(AGREED, LEANING, published="2031-05-08")
    told = texts(select([early, late, source(AGAIN, published="2031-05-09")], sentences=4))

    assert LEANING not in told or told.index(LEANING) == told.index(AGREED) + 1


def test_every_sentence_is_verbatim_and_the_same_each_time(source: Sources) -> None:
    articles = crowd(source)
    picks = select(articles, 150)

    assert picks == select(articles, 150)
    for pick in picks:
        for place in pick.draft.evidence:
            assert place.article.text[place.start : place.end] == pick.draft.text
        assert pick.line.article is pick.draft.evidence[0].article


def test_a_mark_that_opens_the_next_sentence_is_not_quoted(source: Sources) -> None:
    articles = [source(f"{AGREED} “", "“We are glad of it,” the captains said."), source(PRICES)]

    assert AGREED in texts(select(articles, 60))


def test_thousands_of_sentences_are_chosen_from_without_waiting() -> None:
    """The bound catches only what grows with the square of the sentences, in a loop."""
    from time import monotonic

    random = np.random.default_rng(0)
    articles: list[Source] = []
    for n in range(300):
        sentences = [
            f"Delegate {n} of Norland said in round {k} that harbour {n * k} would open to boats."
            for k in range(20)
        ]
        text = "\n".join(sentences)
        article = Article(text, id=str(n), published=f"2031-05-{1 + n % 28:02}")
        vectors = random.normal(size=(20, 384)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        ranges = sentence_ranges(text)
        lines = [Line(article, *at, vector) for at, vector in zip(ranges, vectors, strict=True)]
        articles.append(Source(lines, str(n)))

    begun = monotonic()
    picks = select(articles, 800)

    assert 795 <= words(picks) <= 805
    assert monotonic() - begun < 30


def carried(source: Sources, said: str, other: str) -> int:
    (pick,) = [
        pick
        for pick in select([source(said, publisher="A"), source(other, publisher="B")], sentences=2)
        if pick.draft.text == said
    ] or select([source(said, publisher="A"), source(other, publisher="B")], sentences=1)
    return pick.origins


def test_another_figure_for_the_same_thing_carries_nothing(source: Sources) -> None:
    said = "At least 21 people were wounded in the harbour of Vell on Sunday, the ministry said."

    assert carried(source, said, said.replace("At least 21", "In all 21")) == 2
    assert carried(source, said, said.replace("21", "17")) == 1


def test_a_denial_does_not_carry_what_it_denies(source: Sources) -> None:
    said = "Norland agreed to withdraw its ships from the harbour of Vell, the envoy said."

    assert carried(source, said, said.replace("the envoy", "its own envoy")) == 2
    assert carried(source, said, said.replace("agreed to", "never agreed to")) == 1


def test_what_one_sentence_is_carried_by_is_not_told_again(source: Sources) -> None:
    said = "Norland announced a ceasefire of ten days to open roads from Vell, Brenn and Tarn."
    again = "Norland had announced a ceasefire of ten days to open roads from Vell, Brenn and Tarn."
    sources = [source(said, PRICES, publisher="A"), source(again, UNION, publisher="B")]

    picks = select(sources, 60)

    assert sum("ceasefire of ten days" in text for text in texts(picks)) == 1
    (told,) = [pick for pick in picks if "ceasefire of ten days" in pick.draft.text]
    assert told.origins == 2
