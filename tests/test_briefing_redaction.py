"""What is left of a briefing once articles that it rests on were deleted for good."""

import json
from dataclasses import replace

import pytest

from bot.answers import Citation, Disagreement, Value
from bot.briefing.parts import Briefing, BriefSentence, Changes, Claim, Event, Origins, Position
from bot.briefing_redaction import redact_briefing, rests_on
from bot.neutrality.flags import Flag, Neutrality
from bot.redaction import REMOVED

ORLO, SOL, LUND = "a1" * 12, "b2" * 12, "c3" * 12


def cite(n: int, article: str, title: str, quote: str) -> Citation:
    url = f"https://example.org/{title}"
    return Citation(n, article, title, "Vell Courier", "2031-05-06", url, 0, len(quote), quote)


BRIEFING = Briefing(
    title="3 articles, 6 May 2031",
    topic=None,
    engine="llm",
    as_of="2031-05-07",
    model="mini-4",
    made_at="2031-05-08T10:00:00+00:00",
    sentences=(
        BriefSentence("Orlo counted 22 ships.", (1,), claim_status="party", origins=2),
        BriefSentence("Sol counted 24 ships for Norland.", (2,)),
        BriefSentence("Orlo and Sol counted ships.", (1, 2)),
        BriefSentence("Sol saw Orlo.", (2,), "unverified", ("“Orlo” is not there",)),
    ),
    citations=(
        cite(1, ORLO, "Orlo counts", "Orlo counted 22 ships."),
        cite(2, SOL, "Sol counts", "Sol counted 24 ships for Norland."),
    ),
    claims=(
        Claim("Orlo", None, "Orloland", "counted", "22 ships", False, "2031-05-05", 1),
        Claim("Sol", None, None, "counted", "24 ships", False, "2031-05-06", 2),
    ),
    positions=(
        Position("Orloland", "ceasefire", "We wait.", "Orlo", "2031-05-05", 1),
        Position("Orloland", "withdrawal"),
        Position("Norland", "ceasefire", "24 ships", "Sol", "2031-05-06", 2),
        Position("European Union", "withdrawal", "Leave.", "Orlo", "2031-05-05", 1),
    ),
    timeline=(
        Event("2031-05-05", "day", "2031-05-06", "Orlo counted 22 ships.", 1),
        Event("2031-05-06", "day", "2031-05-06", "Sol counted 24 ships for Norland.", 2),
    ),
    undated=3,
    disagreements=(
        Disagreement(
            "ships counted by Orlo",
            (Value("22", "2031-05-06", False, (1,)), Value("24", "2031-05-07", True, (2,))),
        ),
        Disagreement(
            "counted ships", (Value("22", None, False, (1,)), Value("24", None, True, (2,)))
        ),
        Disagreement("Orlo", (Value("22", None, False, (1,)), Value("21", None, True, (1,)))),
        Disagreement("Norland", (Value("24", None, False, (2,)),)),
    ),
    changes=Changes("2031-05-01", (0, 1), (0,), (ORLO,)),
    neutrality=Neutrality(
        flags=(
            Flag("loaded word", "counted", 0, "plainer: said"),
            Flag("single source", "Sol", 1, "only one origin carries this", 0),
            Flag("allegation", "ships", 1, "no answer of Orloland is given here", 15),
            Flag("scare quotes", "Orlo", 3, "nobody's words"),
        ),
        share_by_party={"Orloland": 0.5, "Norland": 0.3, "European Union": 0.1, "Orlo's men": 0.1},
        share_by_publisher={"Vell Courier": 1.0},
        quotes_by_party={"Norland": 0.6, "Orloland": 0.4},
    ),
    origins=Origins(3, 2),
    missing=("who sent Orlo",),
    notices=("The newest 3 articles were read.", "Of “Orlo counts” no sentence could be quoted."),
    draft="Orlo saw 22 ships and Sol 24.",
    read_at={ORLO: "2031-05-06T12:00:00", SOL: "2031-05-06T12:00:01"},
    hashes={ORLO: "f" * 64, SOL: "e" * 64},
)


def test_what_rests_on_a_gone_article_is_removed_and_nothing_else_changes() -> None:
    redacted = redact_briefing(BRIEFING, {ORLO})

    sol = BRIEFING.disagreements[3]
    values = (Value(REMOVED, "2031-05-06", False, ()), Value("24", "2031-05-07", True, (2,)))
    undated = (Value(REMOVED, None, False, ()), Value("24", None, True, (2,)))
    assert redacted == replace(
        BRIEFING,
        sentences=(
            BriefSentence(REMOVED, (1,), claim_status="party", origins=2),
            BRIEFING.sentences[1],
            BriefSentence(REMOVED, (1, 2)),
            BriefSentence(REMOVED, (2,), "unverified"),
        ),
        citations=(
            replace(BRIEFING.citations[0], title=REMOVED, url=None, quote=REMOVED),
            BRIEFING.citations[1],
        ),
        claims=BRIEFING.claims[1:],
        positions=(
            Position(REMOVED, "ceasefire", REMOVED, citation=1),
            Position(REMOVED, "withdrawal"),
            BRIEFING.positions[2],
            # Which countries and bodies there are is known without the article.
            Position("European Union", "withdrawal", REMOVED, citation=1),
        ),
        timeline=BRIEFING.timeline[1:],
        disagreements=(
            Disagreement(REMOVED, values),
            Disagreement("counted ships", undated),
            sol,
        ),
        neutrality=Neutrality(
            flags=(BRIEFING.neutrality.flags[1], Flag("allegation", "ships", 1, REMOVED, 15)),
            share_by_party={REMOVED: 0.6, "Norland": 0.3, "European Union": 0.1},
            share_by_publisher={"Vell Courier": 1.0},
            quotes_by_party={"Norland": 0.6, REMOVED: 0.4},
        ),
        missing=(),
        notices=(BRIEFING.notices[0], REMOVED),
        draft=None,
        hashes={SOL: "e" * 64},
    )
    assert "Orlo" not in json.dumps(redacted.to_json())
    assert rests_on(redacted, {ORLO})


@pytest.mark.parametrize("gone", [{ORLO}, {SOL}, {ORLO, SOL}])
def test_redacting_again_changes_nothing(gone: set[str]) -> None:
    redacted = redact_briefing(BRIEFING, gone, titles=["Lund counts"])

    assert redact_briefing(redacted, gone, titles=["Lund counts"]) is redacted
    stored = Briefing.from_json(json.loads(json.dumps(redacted.to_json())))
    assert stored == redacted


def test_one_article_after_another_is_as_both_at_once() -> None:
    both = redact_briefing(BRIEFING, {ORLO, SOL})
    assert redact_briefing(redact_briefing(BRIEFING, {ORLO}), {SOL}) == both
    assert "Sol" not in json.dumps(both.to_json())


def test_a_value_stays_while_another_article_gives_it() -> None:
    both = Value("22 ships", "2031-05-06", False, (1, 2))
    other = Value("24 ships", "2031-05-07", True, (1,))
    differs = replace(BRIEFING, disagreements=(Disagreement("counted ships", (both, other)),))
    (left,) = redact_briefing(differs, {ORLO}).disagreements
    assert left.values == (replace(both, citations=(2,)), Value(REMOVED, "2031-05-07", True, ()))
    nothing = redact_briefing(differs, {ORLO, SOL})
    assert nothing.disagreements == ()
    assert redact_briefing(redact_briefing(differs, {ORLO}), {SOL}) == nothing


def test_one_that_rests_on_none_of_them_loses_only_what_cites_nothing() -> None:
    another = redact_briefing(BRIEFING, {LUND}, titles=["Lund counts"])
    assert another == replace(BRIEFING, missing=(), draft=None)
    quoted = replace(BRIEFING, missing=(), draft=None)
    assert redact_briefing(quoted, {LUND}, titles=["Lund counts"]) is quoted
    assert redact_briefing(BRIEFING, ()) is BRIEFING


@pytest.mark.parametrize(
    ("title", "topic", "left"),
    [
        ("Orlo counts", None, REMOVED),
        ("Lund counts", None, REMOVED),
        ("What Lund counts on", None, "What Lund counts on"),
        ("Orlo counts", "Orlo counts", "Orlo counts"),
        ("2 articles, 6 May 2031", None, "2 articles, 6 May 2031"),
    ],
)
def test_a_title_that_is_an_articles_goes_and_the_readers_topic_stays(
    title: str, topic: str | None, left: str
) -> None:
    named = replace(BRIEFING, title=title, topic=topic)
    assert redact_briefing(named, {ORLO}, titles=["Lund counts"]).title == left


def test_a_party_that_the_reader_named_stays() -> None:
    asked = replace(BRIEFING, topic="What does Orloland want?")
    parties = {each.party for each in redact_briefing(asked, {ORLO}).positions}
    assert "Orloland" in parties
