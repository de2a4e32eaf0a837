"""The chain with its real parts, and with a scripted engine for what the real one never says."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from langchain_core.callbacks import BaseCallbackHandler

from bot.chain import AnswerChain, Question
from bot.engine import Draft
from bot.extractive import ExtractiveEngine
from tests.test_text import any_text
from vectorstore.corpus import Corpus
from vectorstore.documents import Article, Filter, ScoredSentence
from vectorstore.ingest import ingest
from vectorstore.retriever import Retrieval, Retriever


@pytest.fixture
def chain(filled: Corpus) -> AnswerChain:
    return AnswerChain(Retriever(filled), ExtractiveEngine())


def test_an_answer_quotes_its_article_word_for_word(chain: AnswerChain, filled: Corpus) -> None:
    answer = chain.invoke(Question("Who led the Norland delegation?"))

    assert "Ana Kestrel" in answer.text
    for citation in answer.citations:
        article = filled.library.article(citation.article_id)
        assert citation.quote == article.text[citation.start : citation.end]
        assert (citation.publisher, citation.published) == ("Vell Courier", "2031-05-06")
    assert all(sentence.status == "verified" for sentence in answer.sentences)


@pytest.mark.parametrize(
    "question",
    [
        "How long is the Great Wall of China?",
        "Which player scored in the cup final?",
        "What is the boiling point of mercury?",
    ],
)
def test_what_no_article_speaks_of_is_refused(chain: AnswerChain, question: str) -> None:
    answer = chain.invoke(Question(question))

    assert answer.refused
    assert answer.sentences == ()
    assert answer.text == "The articles do not say."
    assert answer.nearest


def test_where_time_words_let_no_article_pass_that_is_said(chain: AnswerChain) -> None:
    answer = chain.invoke(Question("What happened in the talks last month?"))

    assert (answer.refused, answer.nearest) == (True, ())
    assert "passes the filter" in answer.text


def test_what_a_sentence_leans_on_is_not_quoted_twice() -> None:
    first, second = "Ana Kestrel told Norland to wait.", "She told Sudmark to wait as well."
    article = Article(f"{first} {second}", title="Kestrel").identified()
    start = len(first) + 1
    found = [
        ScoredSentence(article, "p", 0, len(first), 0.5, 0.8),
        ScoredSentence(article, "p", start, start + len(second), 0.45, 0.7),
    ]

    for sentences in (found, found[::-1]):
        steps = ExtractiveEngine().answer(
            "Whom did she tell?", Retrieval((), tuple(sentences), 1.0)
        )
        told = " ".join(step.text for step in steps if isinstance(step, Draft))
        assert (told.count(first), told.count(second)) == (1, 1)


def test_where_no_article_passes_that_is_said(chain: AnswerChain) -> None:
    question = "Who led the Norland delegation?"
    for narrow in (Filter(since="2040-01-01"), Filter(publishers=("Gone Post",))):
        answer = chain.invoke(Question(question, narrow))

        assert (answer.refused, answer.sentences, answer.nearest) == (True, (), ())
        assert "passes the filter" in answer.text


def test_an_empty_library_says_that_it_is_empty(corpus: Corpus) -> None:
    chain = AnswerChain(Retriever(corpus), ExtractiveEngine())

    answer = chain.invoke(Question("Who led the Norland delegation?"))

    assert (answer.refused, answer.sentences, answer.nearest) == (True, (), ())
    assert "no articles yet" in answer.text


def test_a_stream_grows_and_ends_with_what_invoke_returns(chain: AnswerChain) -> None:
    question = Question("How many ships were waiting outside the harbour?")
    snapshots = list(chain.stream(question))

    lengths = [len(snapshot.sentences) for snapshot in snapshots]
    assert lengths == sorted(lengths)
    assert snapshots[-1].text == chain.invoke(question).text
    assert snapshots[-1].timings_ms["total"] > 0


def test_a_callback_hears_of_a_streamed_answer(chain: AnswerChain) -> None:
    heard: list[str] = []

    class Listener(BaseCallbackHandler):
        def on_chain_start(self, serialized, inputs, **kwargs):
            heard.append("start")

        def on_chain_end(self, outputs, **kwargs):
            heard.append("end")

    list(chain.stream(Question("Who led the talks?"), config={"callbacks": [Listener()]}))

    assert heard == ["start", "end"]


def test_a_batch_answers_each_question_by_itself(chain: AnswerChain) -> None:
    questions = ["Who led the Norland delegation?", "What did the envoy propose?"]

    answers = chain.batch([Question(question) for question in questions])

    assert [answer.question for answer in answers] == questions
    assert [answer.text for answer in answers] == [
        chain.invoke(Question(question)).text for question in questions
    ]


def test_a_filter_is_kept_to(chain: AnswerChain) -> None:
    narrow = Filter(publishers=("Brenn Gazette",))

    answer = chain.invoke(Question("Who led the Norland delegation?", narrow))

    assert {c.publisher for c in (*answer.citations, *answer.nearest)} == {"Brenn Gazette"}


def test_a_sentence_in_several_articles_is_quoted_once_and_cites_them_all(
    take_in, corpus: Corpus
) -> None:
    sentence = "The ministers signed the treaty in Brenn on Friday."
    take_in(f"{sentence} Rain fell all day.", "one.txt")
    take_in(f"{sentence} The hall was full.", "two.txt")

    answer = AnswerChain(Retriever(corpus), ExtractiveEngine()).invoke(
        Question("Where did the ministers sign the treaty?")
    )

    assert [s.text for s in answer.sentences] == [sentence]
    assert answer.sentences[0].citations == (1, 2)


def test_the_json_form_has_every_key(chain: AnswerChain) -> None:
    form = chain.invoke(Question("Who led the Norland delegation?")).to_json()

    assert set(form) == {
        "question", "standalone_question", "engine", "model", "refused", "incomplete", "answer",
        "short_answer", "sentences", "citations", "disagreements", "nearest", "draft", "usage",
        "notices", "timings_ms", "quoted", "missing",
    }  # fmt: skip
    assert form["answer"].endswith("[1]")


def test_an_article_that_cannot_be_summed_up_says_so(corpus: Corpus, take_in) -> None:
    take_in("---\ntitle: Notes\n---\nWho came? Who went?")

    answer = AnswerChain(Retriever(corpus), ExtractiveEngine()).invoke(
        Question("summarise article 1")
    )

    assert "by itself" in answer.text
    assert answer.sentences == ()


@given(text=any_text, question=any_text)
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_read_and_asked_every_quote_is_verbatim(
    filled: Corpus, tmp_path: Path, text: str, question: str
) -> None:
    file = tmp_path / "any.jsonl"
    file.write_text(json.dumps({"text": text}) + "\n", encoding="utf-8")
    ingest(filled, [str(file)])

    for asked in (question, text[:80], "Who led the Norland delegation?"):
        answer = AnswerChain(Retriever(filled), ExtractiveEngine()).invoke(Question(asked))
        for citation in (*answer.citations, *answer.nearest):
            article = filled.library.article(citation.article_id, citation.version)
            assert citation.quote == article.text[citation.start : citation.end] != ""
