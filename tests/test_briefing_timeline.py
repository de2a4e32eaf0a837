"""What goes on a timeline, on which day, and what is left out because no day is sure."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.briefing.sources import Source
from bot.briefing.timeline import FoundEvent, Timeline, find_events
from bot.briefing.timeline.happened import read_happened
from bot.engine import Line
from vectorstore.documents import Article
from vectorstore.embeddings import MiniLM
from vectorstore.text import sentence_ranges

PUBLISHED = date(2031, 5, 14)  # a Wednesday

Sourcing = Callable[..., Source]


@pytest.fixture
def source(embedder: MiniLM) -> Sourcing:
    """Return a maker of sources from their text, day of publication and origin."""

    def make(
        text: str, published: str | None = "2031-05-14", origin: str = "", title: str = "Talks"
    ) -> Source:
        article = Article(text, title=title, published=published, publisher=text[:30])
        article = article.identified()
        ranges = sentence_ranges(text)
        vectors = embedder.embed([text[start:end] for start, end in ranges])
        lines = [
            Line(article, start, end, vector)
            for (start, end), vector in zip(ranges, vectors, strict=True)
        ]
        return Source(lines, origin or article.id)

    return make


def _dates(text: str) -> list[str]:
    return [each.when.iso for each in read_happened(text, PUBLISHED).events]


def _told(timeline: Timeline) -> list[tuple[str, str]]:
    return [(event.date, event.text) for event in timeline.events]


@pytest.mark.parametrize(
    ("sentence", "dates"),
    [
        ("The envoys signed a ceasefire in Vell on Monday.", ["2031-05-12"]),
        ("The envoys sat down in Vell on Wednesday.", ["2031-05-14"]),
        ("Norland recalled its envoy yesterday.", ["2031-05-13"]),
        ("The envoys will meet again in Vell on Friday.", ["2031-05-16"]),
        ("The ministers are to meet in Brenn next Tuesday.", ["2031-05-20"]),
        ("Orlo said the talks would resume on Friday.", ["2031-05-16"]),
        ("Norland's parliament is due to vote on the treaty on Thursday.", ["2031-05-15"]),
        ("The sides agreed to meet again on 20 May in Vell.", ["2031-05-20"]),
        ("The border was closed on 1 December.", ["2030-12-01"]),
        ("The border will reopen on 1 December.", ["2031-12-01"]),
        ("In March, Norland withdrew its troops from the strait.", ["2031-03"]),
        ("Norland joined the union in 2019.", ["2019"]),
        ("The two leaders last met in June 2030, when Norland hosted them.", ["2030-06"]),
        ("A fourth round ran from 2 to 5 May in Brenn.", ["2031-05-02"]),
        ("The Sudmark delegation arrived two days ago.", ["2031-05-12"]),
        ("They had agreed on it a week ago, on 7 May, in Brenn.", ["2031-05-07"]),
        ("On Sunday, the day before his call with Orlo, Vell closed the port.", ["2031-05-11"]),
        ("The sides had agreed the previous Thursday that it was needed.", ["2031-05-08"]),
        ("Kestrel told reporters on Tuesday evening that she had resigned.", ["2031-05-13"]),
    ],
)
def test_an_event_is_on_the_day_that_its_own_clause_names(sentence: str, dates: list[str]) -> None:
    assert _dates(sentence) == dates


@pytest.mark.parametrize(
    "sentence",
    [
        "Since the accord of 3 May, no shots have been fired.",
        "Orlo, who resigned on Monday, had led the delegation since 2029.",
        "After the shelling on Sunday, Norland recalled its envoy.",
        "The accord signed on 3 May has collapsed, the ministry said.",
        "The ministry published the 4 May letter.",
        "Wednesday's session was cut short.",
        "Negotiators met on Mondays in Vell.",
        "The deal may be signed on Friday.",
        "If the deal fails on Friday, the talks will end.",
        "The Sudmark delegation arrived two weeks ago.",
        "The talks were postponed from Monday to Thursday.",
        "The talks, planned for Monday, were called off.",
        "The ministry put off the vote to mid-June.",
        "The port has handled more ships this year.",
        "The report must be published by Friday.",
        "“We closed the port on Monday,” the minister said.",
        "The delegation will leave on Wednesday.",  # today, or in a week?
        "Norland chose a new parliament in 2031.",  # hardly more than “now”
    ],
)
def test_a_date_that_is_unclear_or_of_something_else_dates_nothing(sentence: str) -> None:
    assert _dates(sentence) == []


def test_of_two_dates_that_of_the_main_clause_counts() -> None:
    assert _dates("The talks, which began on 3 May, ended without result on Tuesday.") == [
        "2031-05-13"
    ]
    assert _dates("Orlo said on Tuesday that the talks would resume on Friday.") == ["2031-05-13"]
    assert _dates("Norland knew of the raid on 2 May, Orlo said on Monday.") == ["2031-05-12"]


def test_a_weekday_is_no_date_where_no_day_of_publication_is_known() -> None:
    assert read_happened("The envoys met in Vell on Monday.", None).events == ()
    dated = read_happened("The envoys met in Vell on 3 May 2031.", None)
    assert [each.when.iso for each in dated.events] == ["2031-05-03"]


def test_a_clause_that_tells_who_did_what_when_is_an_event_by_itself(source: Sourcing) -> None:
    text = "It was the first time that the envoys had met since Norland closed the strait on 3 May."
    assert _told(find_events([source(text)])) == [
        ("2031-05-03", "Norland closed the strait on 3 May")
    ]


def test_clauses_with_days_of_their_own_are_events_of_their_own(source: Sourcing) -> None:
    text = "On 9 May Norland freed 30 prisoners, and Sudmark released 28 on 10 May."
    assert _told(find_events([source(text)])) == [
        ("2031-05-09", "On 9 May Norland freed 30 prisoners"),
        ("2031-05-10", "Sudmark released 28 on 10 May."),
    ]


def test_in_a_chronology_what_stands_under_a_date_is_of_that_date(source: Sourcing) -> None:
    labelled = (
        "3 May: Delegations met in Vell for nine hours. Ana Kestrel rejected the Sudmark offer.\n\n"
        "7 May: Sudmark opened a corridor for grain ships."
    )
    headed = (
        "3 May 2031\n\nDelegations met in Vell for hours.\n\n"
        "7 May 2031\n\nSudmark opened a grain corridor."
    )
    assert _told(find_events([source(labelled)])) == [
        ("2031-05-03", "Delegations met in Vell for nine hours."),
        ("2031-05-03", "Ana Kestrel rejected the Sudmark offer."),
        ("2031-05-07", "Sudmark opened a corridor for grain ships."),
    ]
    assert [event.date for event in find_events([source(headed)]).events] == [
        "2031-05-03",
        "2031-05-07",
    ]


def test_the_day_before_counts_from_the_sentence_before(source: Sourcing) -> None:
    text = (
        "Sudmark reported on Monday that its ships had sailed. Orlo gave the order the day before."
    )
    assert [event.date for event in find_events([source(text)]).events] == [
        "2031-05-11",
        "2031-05-12",
    ]


def test_when_it_happened_and_when_it_was_reported_are_two_days(source: Sourcing) -> None:
    event = find_events([source("The envoys signed a ceasefire in Vell on Monday.")]).events[0]
    assert (event.date, event.precision, event.reported) == ("2031-05-12", "day", "2031-05-14")
    undated = source("The envoys signed a ceasefire in Vell on 12 May 2031.", None)
    assert find_events([undated]).events[0].reported is None


def test_what_has_no_day_is_left_out_and_counted_once(source: Sourcing) -> None:
    text = (
        "Norland recalled its envoy from the talks. Orlo said the talks had failed. The envoys"
        " signed a ceasefire in Vell on Monday. The port of Vell is closed to ships."
    )
    copy = source(text.replace("envoy from", "ambassador from"), origin="first")
    found = find_events([source(text, origin="first"), copy])
    assert [event.date for event in found.events] == ["2031-05-12"]
    assert found.undated == 1


def test_an_event_that_several_origins_tell_is_shown_once(source: Sourcing) -> None:
    tellings = [
        source("Norland and Sudmark signed a ceasefire in Vell on Monday.", "2031-05-13", "a"),
        source("Sudmark and Norland signed a ceasefire on 12 May in Vell.", "2031-05-14", "b"),
        source("Norland and Sudmark signed a ceasefire in Vell on Monday!", "2031-05-13", "a"),
    ]
    events = find_events(tellings).events
    assert [(event.date, event.origins) for event in events] == [("2031-05-12", 2)]
    assert events[0].reported == "2031-05-13"


def test_two_events_of_one_day_are_two(source: Sourcing) -> None:
    text = "Norland closed its embassy on Monday. A quake killed 40 villagers in Brenn on Monday."
    assert len(find_events([source(text)]).events) == 2


def test_of_too_many_events_each_day_keeps_one_before_any_has_three(source: Sourcing) -> None:
    busy = [
        "Norland closed its embassy on Monday.",
        "A quake struck the hills of Brenn on Monday.",
        "Farmers blocked the motorway to Vell on Monday.",
        "The opera house reopened after repairs on Monday.",
    ]
    quiet = ["On 2 May Sudmark banned grain exports.", "On 6 May Ana Kestrel resigned."]
    found = find_events([source(" ".join((*busy, *quiet)))], most=4).events
    assert {event.date for event in found} == {"2031-05-02", "2031-05-06", "2031-05-12"}


def test_the_sentence_before_is_shown_where_the_event_needs_it(source: Sourcing) -> None:
    text = "Ana Kestrel led the delegation to Vell. She resigned from it on Monday."
    assert _told(find_events([source(text)])) == [("2031-05-12", text)]


def test_what_only_the_sentence_before_explains_is_no_event(source: Sourcing) -> None:
    known = "Ana Kestrel read a statement. The talks ended without result on Monday."
    unknown = "Ana Kestrel read a statement. The words were broadcast in Vell on Monday."
    assert len(find_events([source(known)]).events) == 1
    assert find_events([source(unknown)]).events == ()


def test_an_agencys_dateline_is_no_part_of_an_event(source: Sourcing) -> None:
    text = "VELL (Harbour Wire) - The envoys signed a ceasefire on Monday."
    assert find_events([source(text)]).events[0].text == "The envoys signed a ceasefire on Monday."


def test_the_samples_are_told_on_the_right_days(source: Sourcing) -> None:
    sources: list[Source] = []
    for seed in sorted(Path("seeds").glob("2022-*.md")):
        _, front, body = seed.read_text("utf-8").split("---\n", 2)
        title = front.partition("title: ")[2].partition("\n")[0]
        origin = _ORIGINS.get(seed.name, seed.name)
        sources.append(source(body.strip(), seed.name[:10], origin, title))
    found = find_events(sources)
    told = {event.date: "" for event in found.events}
    for event in found.events:
        told[event.date] += f" {event.text} ({event.origins})"
    for day, words in _SAMPLES.items():
        assert words in told.pop(day, ""), day
    assert told.keys() <= {"2022-03", "2022-03-21"}


_ORIGINS = {
    "2022-02-28-envoys-return-to-consult.md": "wire",
    "2022-02-28-first-talks-end.md": "wire",
}
_SAMPLES = {
    "2022-02-24": "on 24 February",
    "2022-02-27": "Putin ordered Russia's nuclear forces onto high alert. (3)",
    "2022-02-28": "Delegations from Russia and Ukraine sat down in Belarus",
    "2022-03-03": "Ukraine and Russia agreed at a second round of talks on Thursday",
    "2022-03-06": "The United Nations on Sunday put the number of refugees at more than 1.5",
    "2022-03-07": "A third round of talks between Russia and Ukraine on Monday ended",
    "2022-03-10": "The foreign ministers of Russia and Ukraine met in Turkey on Thursday",
    "2022-03-14": "A fourth round opened by video link",
    "2022-03-29": "Ukraine proposed at talks with Russia in Istanbul on Tuesday",
    "2022-03-31": "Russia on Thursday played down the progress made in its talks",
}


def test_nothing_is_found_in_nothing() -> None:
    assert find_events([]) == Timeline((), 0)


_PIECES = st.sampled_from(
    [
        "3 May: Delegations met in Vell, and Sudmark opened a corridor on 4 May.",
        "VELL (Wire) - Norland closed the strait on Monday.",
        "It had  agreed on 2 May.",
        "“We met,” Orlo said on Tuesday; the port reopened on 7 May.",
        "Talks resumed on Friday (10 May), since Norland had left on 8 May.",
        "4 May 2031",
        "",
        "Он приехал 3 мая. Orlo left on Sunday’s train, she said on Monday…",
    ]
)


@settings(deadline=None, max_examples=30)
@given(st.lists(_PIECES, min_size=1, max_size=6))
def test_an_event_is_what_stands_in_the_article(pieces: Sequence[str]) -> None:
    text = "\n".join(pieces)
    article = Article(text, published="2031-05-14").identified()
    vector = np.full(4, 0.5, np.float32)
    lines = [Line(article, start, end, vector) for start, end in sentence_ranges(text)]
    events: tuple[FoundEvent, ...] = ()
    if lines:
        events = find_events([Source(lines, article.id)]).events
    for event in events:
        span = article.text[event.evidence.start : event.evidence.end]
        assert " ".join(span.split()) == event.text
    assert all(one.date <= other.date for one, other in pairwise(events))


def test_an_event_does_not_begin_in_the_middle_of_its_sentence(source: Sourcing) -> None:
    text = "A round opened on 3 May, and more sessions were held from 9 May."
    assert _told(find_events([source(text)])) == [
        ("2031-05-03", "A round opened on 3 May"),
        ("2031-05-09", text),
    ]
    behind = "Norland has closed two ports since talks collapsed on 3 May."
    assert ("2031-05-03", behind) in _told(find_events([source(behind)]))


def test_what_is_next_is_shown_on_its_own_day_whatever_is_told_before(source: Sourcing) -> None:
    text = (
        "Orlo left Vell on Monday. The next round will be held on 16 May. The leaders will meet"
        " on 20 May in Brenn."
    )
    told = _told(find_events([source(text)]))
    assert ("2031-05-16", "The next round will be held on 16 May.") in told
    assert ("2031-05-20", "The leaders will meet on 20 May in Brenn.") in told


def test_what_has_a_day_and_cannot_be_read_alone_is_counted(source: Sourcing) -> None:
    text = "Orlo closed the embassy on Monday. She left for the talks in Vell on Tuesday."
    found = find_events([source(text)])
    assert [event.date for event in found.events] == ["2031-05-12"]
    assert found.undated == 1


@pytest.mark.parametrize(
    ("sentence", "dates"),
    [
        ("Nine people were hurt when the port of Vell was hit on Monday.", ["2031-05-12"]),
        ("Nine people hurt at the port of Vell died on Monday, Orlo said.", ["2031-05-12"]),
        ("Nine people had left when the port of Vell was hit on Monday.", []),
        ("Orlo recalled the day when the port of Vell was hit on Monday.", []),
        ("The round opened in Vell, when the port was hit on Monday.", []),
        ("The meeting was the first between them since 10 March.", []),
    ],
)
def test_what_happened_when_something_else_did_is_of_its_day(
    sentence: str, dates: list[str]
) -> None:
    assert _dates(sentence) == dates
