"""Deleting for good: of kept briefings too, not a word of an article is left in any file."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event as Signal

import pytest

from bot.answers import Citation, Disagreement, Value
from bot.app import Parley
from bot.briefing.parts import Briefing, BriefSentence, Changes, Claim, Event, Origins, Position
from bot.briefing.request import Progress, Request
from bot.briefings import Briefings
from bot.neutrality.flags import Flag, Neutrality
from bot.purging import purge
from bot.redaction import REMOVED
from bot.scope import Scope
from bot.service import Service
from tests.test_purging import (
    CORRECTED,
    PATIENCE,
    WORDS,
    canal,
    killed,
    parley,
    service,
    traces,
)
from vectorstore.bin import Bin
from vectorstore.briefing_table import BriefingTable, StoredBriefing
from vectorstore.curation import correct, remove_articles
from vectorstore.documents import Article

__all__ = ["canal", "parley", "service"]

TOPIC = Request("barges at the lock", 120)
SAID = "Axelby's flentish court hears the klaptrap of Quorvane."


def cite(n: int, article: Article, quote: str) -> Citation:
    start = article.text.index(quote)
    return Citation(
        *(n, article.id, article.title, article.publisher, article.published, article.url),
        *(start, start + len(quote), quote, article.version),
    )


@pytest.fixture
def briefing(parley: Parley, canal: str) -> Briefing:
    """A briefing in each part of which there are the article's words, and another's."""
    mine = parley.article(canal)
    (other,) = [each for each in parley.corpus.library.articles() if "pilots' union" in each.text]
    barges = "The commission counted 28 barges at the lock on 1 June, the pilots' union said."
    citations = (
        cite(1, mine, mine.text),
        cite(2, other, barges),
    )
    said = BriefSentence(mine.text, (1,), short_answer=(0, 7))
    chair = "Mordwin Axelby"
    return Briefing(
        title=mine.title or "",
        topic=None,
        engine="llm",
        as_of=None,
        model="mini-4",
        sentences=(
            said,
            BriefSentence(barges, (2,)),
            BriefSentence(SAID, (1, 2)),
            BriefSentence(SAID, (2,), "unverified", (SAID,)),
            BriefSentence(SAID),
        ),
        citations=citations,
        claims=(
            Claim(chair, "Ombrigold", "the grelling ministry", "said", SAID, True, "2031-06-01", 1),
            Claim("the pilots' union", None, None, "said", barges, False, None, 2),
        ),
        positions=(
            Position("Žuvalden", "corridors", SAID, chair, "2031-06-01", 1),
            Position("Žuvalden", "next meeting"),
            Position("pilots", "corridors", "28 barges", "the pilots' union", None, 2),
        ),
        timeline=(Event("2031-06-01", "day", "2031-06-02", SAID, 1),),
        disagreements=(
            Disagreement(
                "barges at the Thornwick lock",
                (Value("31 (Thornwick)", None, False, (1,)), Value("28", None, True, (2,))),
            ),
        ),
        changes=Changes("2031-06-01", (0,), (0,), (canal,)),
        neutrality=Neutrality(
            flags=(
                Flag("loaded word", "klaptrap", 0, "klaptrap: say clatter"),
                Flag("allegation", "barges", 1, "no answer of Žuvalden is given here"),
            ),
            share_by_party={"Žuvalden": 0.8, "pilots": 0.2},
            quotes_by_party={"Žuvalden": 1.0},
        ),
        origins=Origins(2, 2),
        missing=(SAID,),
        notices=(f"Of “{mine.title}” no sentence could be quoted.", "2 articles were read."),
        draft=SAID,
        read_at={canal: "2031-06-02", other.id: "2031-06-03"},
        hashes={canal: "f" * 64, other.id: "e" * 64},
    )


@pytest.fixture
def kept(parley: Parley) -> Iterator[Briefings]:
    with closing(Briefings(parley.corpus.library, lambda *_: iter(()))) as opened:
        yield opened


def test_not_a_word_of_a_purged_article_is_left_in_any_briefing(
    parley: Parley, kept: Briefings, briefing: Briefing, canal: str, home: Path
) -> None:
    named, whole = kept.add(briefing, Request()), kept.add(briefing, Request())
    by_topic = kept.add(replace(briefing, topic=TOPIC.topic, title=TOPIC.topic or ""), TOPIC)
    binned = kept.add(briefing, Request())
    kept.rename(named, "My barges")
    kept.delete(binned)
    before = [kept.get(each) for each in (named, whole, by_topic)]
    correct(parley.corpus, canal, CORRECTED)
    remove_articles(parley.corpus, [canal])
    assert traces(home) == set(WORDS)

    assert purge(parley.corpus, None, kept) == 1

    assert traces(home) == set()
    assert [kept.get(each.id).title for each in before] == [
        *("My barges", REMOVED, "barges at the lock")
    ]
    for was in before:
        now = kept.get(was.id)
        assert (now.request, now.state, now.error) == (was.request, "done", None)
        assert now.revision != was.revision
        assert now.made_at == was.made_at
        assert now.briefing is not None
        texts = [each.text for each in now.briefing.sentences]
        assert texts == [REMOVED, briefing.sentences[1].text, REMOVED, REMOVED, REMOVED]
        assert [each.quote for each in now.briefing.citations] == [
            *(REMOVED, briefing.citations[1].quote)
        ]
        assert now.briefing.claims == briefing.claims[1:]
        assert now.briefing.positions[2] == briefing.positions[2]
        assert [each.value for each in now.briefing.disagreements[0].values] == [REMOVED, "28"]
        assert now.briefing.notices == (REMOVED, "2 articles were read.")
    assert kept.find("axelby") == []
    assert len(kept.find("pilots")) == 3
    assert [row.words for row in kept.find("barges lock")] == [
        *([each.words for each in (now.briefing, now.briefing, now.briefing)])
    ]
    kept.restore(binned)
    assert kept.get(binned).title == REMOVED
    assert purge(parley.corpus, None, kept) == 0
    assert traces(home) == set()


def test_briefings_on_other_articles_stay_as_they_are(
    parley: Parley, kept: Briefings, briefing: Briefing, canal: str
) -> None:
    other = replace(
        briefing,
        title="2 articles",
        sentences=briefing.sentences[1:2],
        citations=briefing.citations[1:],
        claims=briefing.claims[1:],
        positions=briefing.positions[2:],
        timeline=(),
        disagreements=(),
        neutrality=Neutrality(share_by_party={"Orland": 1.0}),
        notices=("2 articles were read.",),
        missing=(),
        draft=None,
        read_at={},
        hashes={},
    )
    kept.add(other, Request())
    table = BriefingTable(parley.corpus.library)
    table.add(StoredBriefing("b1", "Told", TOPIC.to_json(), "failed", None, "No endpoint."))
    named = f"“{parley.article(canal).title}” cannot be read."
    table.add(StoredBriefing("b2", "Named", TOPIC.to_json(), "failed", None, named))
    before = list(table.everything())
    remove_articles(parley.corpus, [canal])

    purge(parley.corpus, None, kept)

    first, second, third = table.everything()
    assert first == before[0]
    # Where nothing was made, what went wrong is told in words of Parley's.
    assert second == before[1]
    assert third == replace(before[2], error=REMOVED)


def test_one_that_is_being_made_is_stopped_and_does_not_bring_it_back(
    parley: Parley, briefing: Briefing, canal: str, home: Path
) -> None:
    said, go, ended = Signal(), Signal(), Signal()

    def make(_request: Request, _earlier: Briefing | None) -> Iterator[Progress]:
        try:
            yield Progress(SAID, briefing)
            said.set()
            assert go.wait(PATIENCE)
            yield Progress(SAID, briefing)
        finally:
            ended.set()

    with closing(Briefings(parley.corpus.library, make)) as briefings:
        briefing_id = briefings.start(TOPIC)
        assert said.wait(PATIENCE)
        correct(parley.corpus, canal, CORRECTED)
        remove_articles(parley.corpus, [canal])

        assert purge(parley.corpus, None, briefings) == 1
        go.set()
        assert ended.wait(PATIENCE)

        found = briefings.wait(briefing_id)
    assert (found.state, found.doing) == ("stopped", "")
    assert found.briefing is not None
    assert found.briefing.sentences[0].text == REMOVED
    assert traces(home) == set()


def test_damaged_briefings_are_dropped_where_they_may_quote_it(
    parley: Parley, kept: Briefings, briefing: Briefing, canal: str, home: Path
) -> None:
    table = BriefingTable(parley.corpus.library)
    whole = json.dumps(briefing.to_json())
    other = json.dumps({"article_id": "a1" * 12, "sentences": 7})
    damaged = {
        "cut": whole[: whole.index("citations")],
        "naming": json.dumps({"article": canal, "quote": "Mordwin Axelby"}),
        "other": other,
    }
    for name, text in damaged.items():
        said = "" if name == "other" else "Mordwin Axelby"
        row = StoredBriefing(name, said, TOPIC.to_json(), "done", text, searchable=said)
        table.add(row)
    table.add(replace(row, id="untold", title=SAID, request="{", briefing=damaged["cut"]))
    failed = StoredBriefing("failed", "Lock", "{}", "failed", whole, f"The model refuses: {SAID}")
    table.add(failed)
    correct(parley.corpus, canal, CORRECTED)
    remove_articles(parley.corpus, [canal])

    purge(parley.corpus, None, kept)

    assert traces(home) == set()
    assert {each.id: each.briefing for each in table.everything() if each.id != "failed"} == {
        "cut": None,
        "naming": None,
        "other": other,
        "untold": None,
    }
    shown = kept.get("cut")
    assert shown.title == "barges at the lock"
    assert "make it again" in (shown.error or "")
    assert kept.get("untold").title == REMOVED
    assert table.get("failed").error == REMOVED
    assert len(kept.find("barges")) == 3


def test_a_purge_that_was_broken_off_leaves_briefings_redacted_and_is_made_up_for(
    parley: Parley, kept: Briefings, briefing: Briefing, canal: str, home: Path
) -> None:
    briefing_id = kept.add(briefing, Request())
    correct(parley.corpus, canal, CORRECTED)
    remove_articles(parley.corpus, [canal])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Bin, "purge", killed)
        with pytest.raises(SystemExit):
            purge(parley.corpus, None, kept)

    found = kept.get(briefing_id).briefing
    assert found is not None
    assert found.sentences[0].text == REMOVED
    assert purge(parley.corpus, None, kept) == 1
    assert traces(home) == set()


def test_briefings_as_parley_makes_them_keep_nothing_of_it_either(
    parley: Parley, service: Service, canal: str, home: Path
) -> None:
    briefings = service.briefings
    ids = [
        briefings.start(each)
        for each in (
            Request(words=120),
            TOPIC,
            Request(words=50, scope=Scope(articles=(canal,))),
        )
    ]
    made = [briefings.wait(each) for each in ids]
    assert [(each.state, each.error) for each in made] == [("done", None)] * 3
    later = briefings.start(replace(made[0].request, earlier=ids[0]))
    assert briefings.wait(later).state == "done"
    said = json.dumps([each.briefing and each.briefing.to_json() for each in made])
    assert all(word in said for word in ("Mordwin", "klaptrap", "Quorvane"))
    correct(parley.corpus, canal, CORRECTED)
    remove_articles(parley.corpus, [canal])

    assert service.purge() == 1

    assert traces(home) == set()
    for each in (*ids, later):
        left = briefings.get(each)
        assert left.briefing is not None
        assert REMOVED in {citation.quote for citation in left.briefing.citations}
        assert REMOVED in briefings.export(each, "md")[1].decode().replace("\\", "")
