"""Answers written by a model: the chain with its real parts and a scripted endpoint.

Whatever the endpoint does, the reader gets an answer whose every sentence is checked or
quoted, soon, and hears what happened.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from time import monotonic

import pytest
from langchain_core.runnables import RunnableLambda

from bot.answers import Answer, Usage
from bot.catalogue import read_lines
from bot.chain import AnswerChain, Question
from bot.engine import Draft, Ended, Line, Selected
from bot.llm import WritingEngine
from bot.llm.endpoint import ChatEndpoint
from bot.settings import Price
from tests import openai_server
from tests.faults import FAULTS
from tests.openai_server import (
    OpenAIServer,
    cut_off,
    declined,
    dripping,
    failing_inside,
    garbled,
    said,
    status,
    unfinished,
)
from vectorstore.corpus import Corpus
from vectorstore.retriever import Retriever

KEY = "sk-a-key-that-nobody-may-see"
LED = "Who led the Norland delegation?"
HELD = "Trade Minister Ana Kestrel led the delegation of Norland."
LIE = "The Norland delegation was led by Boris Melnik."
# Within it, whatever the endpoint does; half a minute is what a reader may have to wait.
SECONDS, HALF_A_MINUTE = 3.0, 30.0


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with openai_server.running() as running:
        yield running


@pytest.fixture
def model(server: OpenAIServer) -> ChatEndpoint:
    return ChatEndpoint("tale-1", server.url, KEY, window=8_192, seconds=SECONDS)


@pytest.fixture
def chain(filled: Corpus, model: ChatEndpoint) -> AnswerChain:
    return AnswerChain(Retriever(filled), WritingEngine(model, SECONDS))


def texts(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


def test_a_model_words_the_answer_and_each_sentence_leads_to_the_very_one_that_says_it(
    chain: AnswerChain, server: OpenAIServer, filled: Corpus
) -> None:
    server.always = said(f"{HELD[:-1]} [1].", usage=(900, 20))

    answer = chain.invoke(Question(LED))

    assert (texts(answer), answer.engine, answer.model) == ([HELD], "llm", "tale-1")
    assert answer.sentences[0].status == "verified"
    (citation,) = answer.citations
    article = filled.library.article(citation.article_id)
    assert citation.quote == article.text[citation.start : citation.end]
    assert citation.quote == "The Norland delegation was led by Trade Minister Ana Kestrel."
    assert (answer.usage, answer.draft, answer.notices) == (Usage(900, 20), None, ())
    assert (answer.incomplete, answer.quoted, answer.refused) == (False, (), False)


def test_the_question_stands_outside_the_marks_and_the_articles_within(
    chain: AnswerChain, server: OpenAIServer
) -> None:
    chain.invoke(Question(LED))

    (asked,) = server.asked
    system, user = asked.body["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    assert "Kestrel" not in system["content"]
    assert user["content"].index("Ana Kestrel") < user["content"].index(LED)
    assert asked.headers["authorization"] == f"Bearer {KEY}"


def test_langchains_own_stream_yields_the_answer_as_it_comes(
    chain: AnswerChain, server: OpenAIServer
) -> None:
    server.always = said(f"{HELD} [1] Kestrel said 22 ships were waiting. [1]", pause=0.02)

    composed = RunnableLambda(lambda text: Question(text)) | chain
    snapshots = list(composed.stream(LED))

    assert all(isinstance(snapshot, Answer) for snapshot in snapshots)
    pending = [snapshot.pending for snapshot in snapshots if snapshot.pending]
    assert any(HELD.startswith(part) and part != HELD for part in pending)
    counts = [len(snapshot.sentences) for snapshot in snapshots]
    assert counts == sorted(counts)
    assert {0, 1, 2} <= set(counts)
    assert (snapshots[-1].pending, len(snapshots[-1].sentences)) == ("", 2)
    assert server.asked[0].streams


def test_many_questions_at_once_are_each_answered_with_their_own(
    chain: AnswerChain, server: OpenAIServer
) -> None:
    server.says = lambda asked: (
        f"{HELD} [1]" if LED in asked.prompt else "22 ships were still waiting [1]."
    )

    answers = chain.batch([Question(LED), Question("How many ships were waiting?")] * 4)

    assert [texts(answer)[0][:4] for answer in answers] == ["Trad", "22 s"] * 4


def test_an_unverified_sentence_is_shown_with_the_reason_beside_a_verified_one(
    chain: AnswerChain, server: OpenAIServer
) -> None:
    server.always = said(f"{HELD} [1] Boris Melnik led the Sudmark delegation. [1]")

    answer = chain.invoke(Question(LED))

    assert [each.status for each in answer.sentences] == ["verified", "unverified"]
    assert any("Melnik" in problem for problem in answer.sentences[1].problems)


@pytest.mark.parametrize(
    "text", [f"{LIE} [1]", HELD, f"{HELD} [9]", f"{HELD} [1] {LIE} [1] Everyone agreed."]
)
def test_what_cannot_be_verified_gives_way_to_quotations_and_is_kept_as_a_draft(
    chain: AnswerChain, server: OpenAIServer, text: str
) -> None:
    server.always = said(text)

    answer = chain.invoke(Question(LED))

    assert (answer.engine, answer.model, answer.incomplete) == ("extractive", None, False)
    assert "Ana Kestrel" in answer.text
    assert all(sentence.status == "verified" for sentence in answer.sentences)
    assert "that the model wrote could be verified" in answer.notices[0]
    assert (answer.draft or "")[:10] == text[:10]
    assert answer.usage == Usage(12, 5)


@pytest.mark.parametrize("text", ["NOT STATED", "not stated.", "The passages do not say."])
def test_what_the_model_does_not_find_is_refused(
    chain: AnswerChain, server: OpenAIServer, text: str
) -> None:
    server.always = said(text)

    answer = chain.invoke(Question(LED))

    assert (answer.refused, answer.sentences, answer.text) == (True, (), "The articles do not say.")
    assert (answer.engine, answer.model, bool(answer.nearest)) == ("llm", "tale-1", True)
    assert answer.notices == ("tale-1 finds no answer in these passages.",)


def test_what_the_protocol_calls_a_refusal_is_one(chain: AnswerChain, server: OpenAIServer) -> None:
    server.always = declined("I cannot talk about that.")

    answer = chain.invoke(Question(LED))

    assert (answer.refused, answer.sentences) == (True, ())


def test_what_is_missing_is_told_beside_what_is_not(
    chain: AnswerChain, server: OpenAIServer
) -> None:
    server.always = said(f"{HELD} [1]\nNOT STATED: who else was in it")

    answer = chain.invoke(Question(LED))

    assert (texts(answer), answer.missing) == ([HELD], ("who else was in it",))
    assert not answer.refused


def test_a_question_of_which_nothing_is_found_is_not_even_sent(
    corpus: Corpus, model: ChatEndpoint, server: OpenAIServer
) -> None:
    answer = AnswerChain(Retriever(corpus), WritingEngine(model, SECONDS)).invoke(Question(LED))

    assert answer.refused
    assert "no articles yet" in answer.text
    assert server.asked == []


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_ends_in_a_quoted_answer_that_tells_what_happened(
    chain: AnswerChain, server: OpenAIServer, fault: str
) -> None:
    server.always, word, begun = FAULTS[fault].reply, FAULTS[fault].word, FAULTS[fault].begun

    started = monotonic()
    answer = chain.invoke(Question(LED))

    assert monotonic() - started < HALF_A_MINUTE
    assert (answer.question, answer.engine, answer.model) == (LED, "extractive", None)
    assert "Ana Kestrel" in answer.text
    assert all(sentence.status == "verified" for sentence in answer.sentences)
    (notice,) = answer.notices
    assert notice.startswith("These are quotations: ")
    assert word in notice
    assert "\n" not in notice
    assert answer.incomplete is begun
    assert KEY not in json.dumps(answer.to_json())


def test_a_refused_connection_ends_in_a_quoted_answer_too(filled: Corpus) -> None:
    gone = ChatEndpoint("tale-1", "http://127.0.0.1:1/v1", KEY, seconds=SECONDS)

    answer = AnswerChain(Retriever(filled), WritingEngine(gone, SECONDS)).invoke(Question(LED))

    assert "Ana Kestrel" in answer.text
    assert "127.0.0.1:1" in answer.notices[0]
    assert "cannot be reached" in answer.notices[0]
    assert not answer.incomplete


BROKEN = {
    "cut off": cut_off,
    "garbled": garbled,
    "error inside": failing_inside,
    "no reason to end": unfinished,
    "too long": lambda text: said(text, finish="length"),
    "drip": lambda text: said(text, pieces=[text, *" still" * 3_000], pause=0.05),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_what_was_verified_before_a_fault_is_kept_and_the_articles_quoted_beside_it(
    chain: AnswerChain, server: OpenAIServer, fault: str
) -> None:
    server.always = BROKEN[fault](f"{HELD} [1] {LIE} [1] And then the")

    answer = chain.invoke(Question(LED))

    assert (texts(answer), answer.engine, answer.incomplete) == ([HELD], "llm", True)
    assert "Ana Kestrel" in answer.quoted[0].text
    assert all(sentence.citations for sentence in answer.quoted)
    quotes = {citation.n: citation.quote for citation in answer.citations}
    assert answer.quoted[0].text in " ".join(quotes[answer.quoted[0].citations[0]].split())
    assert LIE in (answer.draft or "")
    assert len(answer.notices) == 1


def test_a_last_sentence_that_was_closed_counts_though_the_text_broke_off(
    chain: AnswerChain, server: OpenAIServer
) -> None:
    server.always = unfinished(f"{HELD} [1]")

    answer = chain.invoke(Question(LED))

    assert (texts(answer), answer.incomplete) == ([HELD], True)


@pytest.mark.parametrize("code", [429, 500, 503])
def test_a_passing_fault_is_got_over(chain: AnswerChain, server: OpenAIServer, code: int) -> None:
    server.replies.append(status(code, "Busy.", retry_after_ms="20"))
    server.says = lambda _asked: f"{HELD} [1]"

    assert texts(chain.invoke(Question(LED))) == [HELD]


def test_who_no_longer_wants_the_answer_ends_the_request(
    chain: AnswerChain, server: OpenAIServer
) -> None:
    server.always = dripping(f"{HELD} [1] ", pause=0.05)

    with closing(chain.stream(Question(LED))) as snapshots:
        next(snapshot for snapshot in snapshots if snapshot.sentences)

    wait_until(lambda: server.gone == 1)
    assert not [each for each in threading.enumerate() if each.name.startswith("parley-model")]


def wait_until(holds: Callable[[], bool], seconds: float = 10) -> None:
    end = monotonic() + seconds
    while not holds():
        assert monotonic() < end, "it did not come about"
        threading.Event().wait(0.02)


# Follow-ups.


def earlier(text: str = "Ana Kestrel led it.") -> tuple[Answer, ...]:
    from bot.answers import Sentence

    return (Answer(LED, LED, "llm", "tale-1", sentences=(Sentence(text),)),)


def scripted(condensed: str, answer: str = f"{HELD} [1]") -> Callable[[openai_server.Asked], str]:
    """Answer the request that makes a question standalone, and the one that answers it."""
    return lambda asked: answer if asked.streams else condensed


def test_a_follow_up_is_made_standalone_by_the_model_and_its_tokens_count(
    chain: AnswerChain, server: OpenAIServer
) -> None:
    server.says = scripted("How many ships did Ana Kestrel say were waiting?")

    answer = chain.invoke(Question("How many ships did she speak of?", earlier=earlier()))

    assert answer.standalone_question == "How many ships did Ana Kestrel say were waiting?"
    assert "How many ships did Ana Kestrel say" in server.prompts[1]
    assert answer.usage == Usage(24, 10)


@pytest.mark.parametrize(
    "condensed",
    [
        "What did Boris Melnik say?",
        "How many of the 40 ships did Ana Kestrel see?",
        "Ana Kestrel led it.\nShe came from Norland.",
        "",
        "What " + "a long " * 100 + "question?",
        "Ana Kestrel said that 22 ships were waiting.",
    ],
)
def test_a_question_that_the_reader_cannot_have_meant_is_not_asked(
    chain: AnswerChain, server: OpenAIServer, condensed: str
) -> None:
    server.says = scripted(condensed)

    answer = chain.invoke(Question("What did she say?", earlier=earlier()))

    assert answer.standalone_question == "What did Ana Kestrel say?"


@pytest.mark.parametrize(
    "condensed",
    [
        "Standalone question: {}",
        "**{}**",
        "“{}”",
        "{} [1]",
        "<think>She is\nAna Kestrel.</think>\n\n{}",
    ],
)
def test_what_a_model_puts_around_a_question_is_no_part_of_it(
    chain: AnswerChain, server: OpenAIServer, condensed: str
) -> None:
    server.says = scripted(condensed.format("How many ships did Ana Kestrel count?"))

    answer = chain.invoke(Question("How many ships did she count?", earlier=earlier()))

    assert answer.standalone_question == "How many ships did Ana Kestrel count?"


def test_a_follow_up_is_made_standalone_by_rule_where_the_model_fails(
    chain: AnswerChain, server: OpenAIServer
) -> None:
    server.always = status(500, "Broken.")

    answer = chain.invoke(Question("What did she say?", earlier=earlier()))

    assert answer.standalone_question == "What did Ana Kestrel say?"
    assert "500" in answer.notices[0]


# Summaries.


def test_a_summary_is_written_from_the_article_that_was_asked_for(
    chain: AnswerChain, server: OpenAIServer
) -> None:
    server.always = said("Kestrel said 22 ships were waiting. [1]")

    answer = chain.invoke(Question("summarise article 1"))

    assert texts(answer) == ["Kestrel said 22 ships were waiting."]
    assert (answer.engine, answer.usage) == ("llm", Usage(12, 5))
    assert "Harbour talks open in Vell" in answer.notices[0]
    assert "three to five sentences" in server.prompts[0]
    assert "Mira Sol" not in server.prompts[0]


def test_a_summary_falls_back_like_an_answer(chain: AnswerChain, server: OpenAIServer) -> None:
    server.always = status(500)

    answer = chain.invoke(Question("summarise article 1"))

    assert answer.engine == "extractive"
    assert answer.sentences
    assert "500" in answer.notices[-1]


def story(number: int) -> str:
    """Return an article of about 600 words whose facts no other has."""
    facts = [
        f"On day {number * 100 + n} the delegation of Region{number} counted {number * 1000 + n} "
        f"crates in the warehouse."
        for n in range(40)
    ]
    return f"---\ntitle: Report {number}\n---\n" + "\n\n".join(facts)


def first_fact(asked: openai_server.Asked) -> str:
    """Say what the first sentence that is given says, citing its passage."""
    import re

    found = re.search(r"On day (\d+) the delegation of (Region\d) counted (\d+)", asked.prompt)
    assert found is not None
    return f"{found[2]} counted {found[3]} crates on day {found[1]}. [1]"


def test_articles_beyond_the_window_are_read_one_by_one_and_the_citations_kept(
    corpus: Corpus, take_in, server: OpenAIServer
) -> None:
    for number in (1, 2, 3):
        take_in(story(number), f"{number}.md")
    model = ChatEndpoint("tale-1", server.url, KEY, window=2_048, seconds=SECONDS)
    server.says = first_fact
    chain = AnswerChain(Retriever(corpus), WritingEngine(model, SECONDS))

    snapshots = list(chain.stream(Question("summarise all articles")))
    answer = snapshots[-1]

    *stages, last = server.prompts
    assert len(stages) >= 3
    read = [[n for n in "123" if f"Region{n} " in prompt] for prompt in stages]
    assert sorted({n for each in read for n in each}) == ["1", "2", "3"]
    assert all(len(each) == 1 for each in read)
    assert all(f"Region{n} counted" in " ".join(last.split()) for n in "123")
    assert any("part 2 of" in (each.doing or "") for each in snapshots)
    assert texts(answer) == ["Region1 counted 1000 crates on day 100."]
    assert answer.sentences[0].status == "verified"
    assert "day 100 the delegation of Region1 counted 1000 crates" in answer.citations[0].quote
    assert answer.usage == Usage(12 * len(server.prompts), 5 * len(server.prompts))


def test_an_article_of_which_nothing_could_be_verified_is_not_left_out_in_silence(
    corpus: Corpus, take_in, server: OpenAIServer
) -> None:
    for number in (1, 2, 3):
        take_in(story(number), f"{number}.md")
    model = ChatEndpoint("tale-1", server.url, KEY, window=2_048, seconds=SECONDS)
    server.says = lambda asked: (
        f"{LIE} [1]"
        if "Region3" in asked.prompt and "Region1" not in asked.prompt
        else first_fact(asked)
    )

    answer = AnswerChain(Retriever(corpus), WritingEngine(model, SECONDS)).invoke(
        Question("summarise all articles")
    )

    assert any("1 of the 3 articles" in notice for notice in answer.notices)


def test_a_fault_in_a_later_stage_keeps_what_the_earlier_ones_found(
    corpus: Corpus, take_in, server: OpenAIServer
) -> None:
    for number in (1, 2, 3):
        take_in(story(number), f"{number}.md")
    model = ChatEndpoint("tale-1", server.url, KEY, window=2_048, seconds=SECONDS)
    server.says = lambda asked: first_fact(asked)
    server.replies.append(said("Region1 counted 1000 crates on day 100. [1]"))
    server.always = status(401, "No.")

    answer = AnswerChain(Retriever(corpus), WritingEngine(model, SECONDS)).invoke(
        Question("summarise all articles")
    )

    assert texts(answer) == ["Region1 counted 1000 crates on day 100."]
    assert (answer.incomplete, bool(answer.quoted)) == (True, True)


def test_passages_are_fitted_to_a_small_window(
    corpus: Corpus, take_in, server: OpenAIServer
) -> None:
    for number in (1, 2, 3):
        take_in(story(number), f"{number}.md")
    small, large = (
        ChatEndpoint("tale-1", server.url, KEY, window=window, seconds=SECONDS)
        for window in (1_536, 16_000)
    )

    for model in (small, large):
        AnswerChain(Retriever(corpus), WritingEngine(model, SECONDS)).invoke(
            Question("How many crates did the delegation of Region2 count on day 205?")
        )

    few, many = server.prompts
    assert 0 < few.count("counted") < many.count("counted")
    assert "day 205" in few


def test_a_window_too_small_for_anything_is_told_without_asking(
    filled: Corpus, server: OpenAIServer
) -> None:
    model = ChatEndpoint("tale-1", server.url, KEY, window=300, seconds=SECONDS)

    answer = AnswerChain(Retriever(filled), WritingEngine(model, SECONDS)).invoke(Question(LED))

    assert server.asked == []
    assert "PARLEY_CONTEXT_TOKENS" in answer.notices[0]
    assert "Ana Kestrel" in answer.text


def test_a_configured_price_makes_the_cost(
    filled: Corpus, model: ChatEndpoint, server: OpenAIServer
) -> None:
    server.always = said(f"{HELD} [1]", usage=(1_000, 100))
    engine = WritingEngine(model, SECONDS, Price(input=0.5, output=2.0))

    answer = AnswerChain(Retriever(filled), engine).invoke(Question(LED))

    assert answer.usage is not None
    assert answer.usage.cost_usd == pytest.approx(0.0007)


def test_the_key_is_in_no_log_at_its_noisiest(
    chain: AnswerChain, server: OpenAIServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.key = "another"
    with caplog.at_level(logging.DEBUG):
        for reply in (None, status(401, f"Incorrect key: {KEY}"), garbled("Ana")):
            server.always = reply
            chain.invoke(Question(LED))

    assert caplog.text
    assert KEY not in caplog.text


# Briefings and claims.


def lines_of(corpus: Corpus) -> list[list[Line]]:
    return read_lines(corpus, corpus.library.articles())


def selected(corpus: Corpus) -> Selected:
    return Selected((), tuple(tuple(lines) for lines in lines_of(corpus)))


def test_a_briefing_is_written_on_a_topic_at_a_length_and_as_of_a_day(
    filled: Corpus, model: ChatEndpoint, server: OpenAIServer
) -> None:
    server.always = said("Norland accepted the proposal in principle, its delegation said. [1]")
    engine = WritingEngine(model, SECONDS)

    steps = list(engine.brief(selected(filled), "the treaty", 120, "22 May 2031"))

    (draft,) = (step for step in steps if isinstance(step, Draft))
    assert draft.text.startswith("Norland accepted")
    assert draft.evidence
    (prompt,) = server.prompts
    for part in ("The topic: the treaty", "As of: 22 May 2031", "120 words", "Ana Kestrel"):
        assert part in prompt


def test_a_models_claims_are_kept_where_a_span_says_them(
    filled: Corpus, model: ChatEndpoint, server: OpenAIServer
) -> None:
    told = {"speaker": "Orlo", "via": None, "verb": "told", "quoted": False, "date": None}
    held = "Sudmark would lift the blockade only after a fishing treaty was signed"
    claims = [{**told, "text": text, "passage": n} for text in (held, "We won") for n in (1, 2)]
    server.says = lambda _asked: f"```json\n{json.dumps({'claims': claims})}\n```"

    *found, ended = WritingEngine(model, SECONDS).statements(lines_of(filled))

    assert isinstance(ended, Ended)
    assert ended.usage is not None
    assert [(claim.speaker, claim.verb) for claim in found] == [("Orlo", "told")]
    evidence = found[0].evidence
    assert evidence.article.text[evidence.start : evidence.end] == held
    schema = server.asked[0].body["response_format"]["json_schema"]["schema"]
    assert "claims" in schema["properties"]
