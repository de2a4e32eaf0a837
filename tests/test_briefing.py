"""Briefings on the samples: what a desk officer would hold against them line by line."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.responses import Response

from bot.app import SEEDS
from bot.briefing.maker import BriefingMaker
from bot.briefing.paragraphs import paragraphs
from bot.briefing.parts import Briefing
from bot.briefing.request import Progress, Request
from bot.extractive import ExtractiveEngine
from bot.grounding.quotes import is_verbatim
from bot.llm import WritingEngine
from bot.llm.endpoint import ChatEndpoint
from bot.scope import Scope
from tests import openai_server
from tests.openai_server import Asked, OpenAIServer, cut_off, said, status
from vectorstore.corpus import Corpus
from vectorstore.curation import add_samples
from vectorstore.documents import Article
from vectorstore.embeddings import MiniLM
from vectorstore.errors import ParleyError
from vectorstore.families import Families
from vectorstore.retriever import Retriever

# What happened when, by the fact sheet that the samples were written from.
DAYS = {
    "2022-02-24": ("invasion", "invaded"),
    "2022-02-27": ("nuclear", "alert", "order"),
    "2022-02-28": (
        *(
            "talks",
            "met",
            "first round",
            "delegation",
            "nuclear",
            "Macron",
            "Cairo",
            "Kalin",
            "League",
        ),
    ),
    "2022-03-03": ("corridors", "second round", "Belovezhskaya", "Belavezhskaya", "Podolyak"),
    "2022-03-06": ("refugees", "United Nations"),
    "2022-03-07": ("third round", "Brest", "corridors", "face to face"),
    "2022-03-10": ("Antalya", "Lavrov", "Kuleba", "ministers"),
    "2022-03-14": ("video", "fourth round"),
    "2022-03-17": ("video", "fourth round"),
    "2022-03-21": ("video",),
    "2022-03-29": (
        *("Istanbul", "Dolmabah", "Fomin", "Medinsky", "Arakhamia", "refugees", "neutral"),
        *("delegations", "Kiev", "military activity", "Russia"),
    ),
    "2022-03-31": ("played down",),
}


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory, embedder: MiniLM) -> Iterator[Corpus]:
    home: Path = tmp_path_factory.mktemp("samples")
    with Corpus.own(home, embedder, "test") as corpus:
        add_samples(corpus, str(SEEDS))
        yield corpus


@pytest.fixture(scope="module")
def maker(samples: Corpus) -> BriefingMaker:
    quoting = ExtractiveEngine()
    return BriefingMaker(Retriever(samples), quoting, quoting)


@pytest.fixture(scope="module")
def whole(maker: BriefingMaker) -> Briefing:
    return last(maker.make(Request(words=300)))


def last(steps: Iterator[Progress]) -> Briefing:
    *_, step = steps
    assert step.briefing is not None
    return step.briefing


def articles(corpus: Corpus) -> dict[str, Article]:
    return {article.id: article for article in corpus.library.articles()}


def test_every_quote_stands_in_its_article_as_it_is(whole: Briefing, samples: Corpus) -> None:
    known = articles(samples)

    for citation in whole.citations:
        assert citation.quote == known[citation.article_id].text[citation.start : citation.end]
    for sentence in whole.sentences:
        assert sentence.status == "verified"
        assert all(is_verbatim(sentence.text, whole.citation(n).quote) for n in sentence.citations)
    for text, n in (
        *((claim.text, claim.citation) for claim in whole.claims),
        *((each.statement, each.citation) for each in whole.positions if each.statement),
        *((event.text, event.citation) for event in whole.timeline),
    ):
        assert n is not None
        assert is_verbatim(text, whole.citation(n).quote)


def test_it_is_as_long_as_the_reader_wants(maker: BriefingMaker) -> None:
    for words in (50, 65, 100, 150, 200, 300, 400):
        made = last(maker.make(Request(words=words)))
        assert 0.85 * words <= made.words <= words + 5


def test_both_delegations_say_what_they_want(whole: Briefing) -> None:
    stated = Counter(each.party for each in whole.positions if each.statement)
    assert stated["Russia"] >= 2
    assert stated["Ukraine"] >= 2
    assert any(each.statement is None for each in whole.positions)
    cells = Counter((each.party, each.issue) for each in whole.positions)
    assert max(cells.values()) == 1


def test_what_happened_stands_on_its_right_day(whole: Briefing) -> None:
    dated = [event for event in whole.timeline if event.precision == "day"]

    assert len({event.date for event in dated}) >= 8
    for event in dated:
        assert event.date in DAYS, event
        assert any(word in event.text for word in DAYS[event.date]), event
    assert [event.date for event in whole.timeline] == sorted(e.date for e in whole.timeline)


def test_where_the_samples_differ_every_value_is_shown(whole: Briefing) -> None:
    shown = [
        " | ".join(value.value for value in each.values).casefold() for each in whole.disagreements
    ]

    assert any("3.8 million" in values and "4 million" in values for values in shown)
    assert any("7 march" in values and "10 march" in values for values in shown)
    for each in whole.disagreements:
        assert len(each.values) > 1
        assert len({value.published for value in each.values if value.newest}) <= 1


def test_two_copies_of_a_wire_story_are_one_origin(whole: Briefing) -> None:
    assert (whole.origins.articles, whole.origins.origins) == (10, 9)


def test_what_else_carries_a_sentence_is_of_another_origin(
    whole: Briefing, samples: Corpus
) -> None:
    origins = Families(samples.library).origins()
    carried = [sentence for sentence in whole.sentences if sentence.also]

    assert carried
    for sentence in whole.sentences:
        told = {
            origins.get(article, article)
            for n in (*sentence.citations, *sentence.also)
            for article in [whole.citation(n).article_id]
        }
        assert sentence.origins == len(told)
        own = {whole.citation(n).article_id for n in sentence.citations}
        assert own.isdisjoint(whole.citation(n).article_id for n in sentence.also)


def test_a_quoted_text_is_told_day_by_day(whole: Briefing) -> None:
    told = paragraphs(whole)

    days = [paragraph.reported for paragraph in told]
    assert len(set(days)) > 2
    assert [n for each in told for n in each.sentences] == list(range(len(whole.sentences)))
    for paragraph in told:
        for n in paragraph.sentences:
            first = whole.citation(whole.sentences[n].citations[0])
            assert first.published == paragraph.reported
    written = paragraphs(replace(whole, model="tale-1"))
    assert {paragraph.reported for paragraph in written} == {None}


def test_what_was_published_later_is_not_known(maker: BriefingMaker) -> None:
    made = last(maker.make(Request(words=200, scope=Scope(as_of="2022-03-07"))))

    assert made.as_of == "2022-03-07"
    assert {citation.published or "" for citation in made.citations} <= {
        *("2022-02-28", "2022-03-03", "2022-03-07")
    }


def test_a_topic_keeps_to_itself(maker: BriefingMaker) -> None:
    made = last(maker.make(Request("humanitarian corridors", 100)))

    assert made.title == made.topic == "humanitarian corridors"
    about = [any(w in each.text for w in ("corridor", "civilians")) for each in made.sentences]
    assert sum(about) >= len(about) - 1


def test_of_many_sentences_the_beginnings_are_compared_and_that_is_said(
    maker: BriefingMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not last(maker.make(Request())).notices
    monkeypatch.setattr("bot.briefing.beginnings._MOST", 20)

    made = last(maker.make(Request()))

    assert any("the first 10 sentences of each article" in each for each in made.notices)
    assert made.timeline


def test_all_that_is_told_on_a_topic_is_on_it(maker: BriefingMaker) -> None:
    made = last(maker.make(Request("humanitarian corridors", 100)))

    assert made.timeline
    assert made.claims
    told = [event.text for event in made.timeline]
    told += [each.statement for each in made.positions if each.statement]
    told += [claim.text for claim in made.claims]
    assert not any("nuclear" in each or "Crimea" in each for each in told)


@pytest.mark.parametrize("topic", ["the price of coffee", "football", "climate change"])
def test_on_what_no_article_speaks_of_nothing_is_made(maker: BriefingMaker, topic: str) -> None:
    with pytest.raises(ParleyError, match="say nothing about") as told:
        last(maker.make(Request(topic)))
    assert topic in str(told.value)


def test_where_the_filter_lets_nothing_pass_that_is_said(maker: BriefingMaker) -> None:
    with pytest.raises(ParleyError, match="passes the filter"):
        last(maker.make(Request(scope=Scope(until="2021-01-01"))))


def test_its_json_is_what_it_was(whole: Briefing) -> None:
    form = json.loads(json.dumps(whole.to_json()))

    assert Briefing.from_json(form) == whole
    assert form["words"] == whole.words
    for name in ("title", "topic", "engine", "as_of", "changes", "neutrality", "origins"):
        assert name in form


def test_each_cited_article_comes_with_its_hash_and_when_it_was_read(
    whole: Briefing, samples: Corpus
) -> None:
    known = articles(samples)

    cited = {citation.article_id for citation in whole.citations}
    assert whole.hashes == {each: known[each].text_hash for each in cited}
    assert set(whole.read_at) == cited
    assert all(whole.read_at.values())


def test_an_earlier_briefing_tells_what_is_new(maker: BriefingMaker) -> None:
    earlier = last(maker.make(Request(words=200, scope=Scope(as_of="2022-03-03"))))
    later = last(maker.make(Request(words=200), earlier))

    assert later.changes is not None
    assert later.changes.since == "2022-03-03"
    assert later.changes.new
    told = " ".join(each.text for each in earlier.sentences)
    assert all(later.sentences[n].text not in told for n in later.changes.new)
    assert later.changes.edited == ()
    same = last(maker.make(Request(words=200), later)).changes
    assert same is not None
    assert (same.new, same.moved) == ((), ())


def test_the_same_again_is_the_same(maker: BriefingMaker, whole: Briefing) -> None:
    again = last(maker.make(Request(words=300)))
    assert again.sentences == whole.sentences
    assert again.positions == whole.positions
    assert again.timeline == whole.timeline


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with openai_server.running() as running:
        yield running


def writing(maker: BriefingMaker, server: OpenAIServer) -> BriefingMaker:
    model = ChatEndpoint("tale-1", server.url, window=8_192, seconds=10)
    return BriefingMaker(maker.retriever, WritingEngine(model, 10, here=True), maker.quoting)


WRITTEN = "Ukraine and Russia agreed that humanitarian corridors were needed. [{n}]"


def reply(asked: Asked) -> str:
    """Write one sentence with the passage that carries it; give no claims."""
    if "Who said what" in asked.prompt:
        return json.dumps({"claims": []})
    passages = asked.prompt.split("<<<")
    number = next(
        part.split("passage ")[1].split(">")[0]
        for part in passages
        if "humanitarian corridors were needed" in part and "passage " in part[:40]
    )
    return WRITTEN.format(n=number)


def test_a_model_writes_from_what_was_selected(maker: BriefingMaker, server: OpenAIServer) -> None:
    server.says = reply
    made = last(writing(maker, server).make(Request("humanitarian corridors", 100)))

    assert (made.engine, made.model) == ("llm", "tale-1")
    (sentence,) = made.sentences
    assert sentence.status == "verified"
    assert sentence.text.startswith("Ukraine and Russia agreed")
    assert made.timeline
    assert made.positions


def test_where_the_model_fails_the_briefing_is_quoted(
    maker: BriefingMaker, server: OpenAIServer
) -> None:
    server.always = status(401, "Incorrect key")
    made = last(writing(maker, server).make(Request("humanitarian corridors", 100)))

    assert (made.engine, made.model) == ("extractive", None)
    assert len(made.sentences) > 1
    assert any("key" in notice for notice in made.notices)


def test_what_a_model_makes_up_is_not_shown_as_the_briefing(
    maker: BriefingMaker, server: OpenAIServer
) -> None:
    server.says = lambda asked: (
        json.dumps({"claims": []})
        if "Who said what" in asked.prompt
        else "Norland signed a treaty with Sudmark on 12 May. [1]"
    )
    made = last(writing(maker, server).make(Request("humanitarian corridors", 100)))

    assert made.engine == "extractive"
    assert "Norland" in (made.draft or "")
    assert not any("Norland" in sentence.text for sentence in made.sentences)


def test_a_text_that_broke_off_is_filled_up_to_its_length(
    maker: BriefingMaker, server: OpenAIServer
) -> None:
    async def breaks_off(asked: Asked) -> Response:
        return await cut_off(f"{reply(asked)} And then it")(asked)

    server.always = breaks_off
    made = last(writing(maker, server).make(Request("humanitarian corridors", 100)))

    assert made.incomplete
    assert made.sentences[0].text.startswith("Ukraine and Russia agreed")
    assert len(made.sentences) > 1
    assert made.words <= 105
    assert any("are quotations" in notice for notice in made.notices)


def test_what_finding_claims_consumes_is_counted_too(
    maker: BriefingMaker, server: OpenAIServer
) -> None:
    server.says = reply
    made = last(writing(maker, server).make(Request("humanitarian corridors", 100)))

    assert made.usage is not None
    asked = len(server.prompts)
    assert asked > 1
    assert made.usage.output_tokens >= asked


def test_a_model_that_finds_nothing_to_say_does_not_outweigh_the_articles(
    maker: BriefingMaker, server: OpenAIServer
) -> None:
    server.always = said("NOT STATED")
    made = last(writing(maker, server).make(Request("humanitarian corridors", 100)))

    assert made.engine == "extractive"
    assert made.sentences
    assert any("tale-1" in notice for notice in made.notices)
