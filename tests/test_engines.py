"""What every engine must keep to, whatever it words its answers with."""

import re
from collections.abc import Iterator
from contextlib import closing
from threading import Thread

import pytest

from bot.answers import Answer, Sentence
from bot.catalogue import read_lines
from bot.engine import Draft, Ended, Engine, Step, Writing
from bot.extractive import ExtractiveEngine
from bot.llm import WritingEngine
from bot.llm.endpoint import ChatEndpoint
from tests import openai_server
from tests.openai_server import Asked
from vectorstore.corpus import Corpus
from vectorstore.retriever import Retrieval, Retriever

LED = "Who led the Norland delegation?"


def obedient(asked: Asked) -> str:
    """Speak as a model does that keeps to its prompt, and knows no more than it."""
    question = asked.prompt.rpartition("question: ")[2]
    if not asked.streams:
        return question
    passages = re.findall(r"<<<\w+ passage (\d+)>>>\n(.*?)\n<<<", asked.prompt, re.DOTALL)
    wanted = set(re.findall(r"\w{4,}", question.lower())) - {"what", "when", "said"}
    for number, text in passages:
        for sentence in re.findall(r"[A-Z][^.?!]{15,}\.", text.partition("\n\n")[2]):
            if "Sum up" in question or len(wanted & set(re.findall(r"\w+", sentence.lower()))) > 1:
                return f"{' '.join(sentence.split())} [{number}]"
    return "NOT STATED"


@pytest.fixture(params=["extractive", "llm"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "extractive":
        yield ExtractiveEngine()
    else:
        with openai_server.running() as server:
            server.says = obedient
            model = ChatEndpoint("tale-1", server.url, window=8_192, seconds=10)
            yield WritingEngine(model, 10, here=True)


def retrieved(corpus: Corpus, question: str) -> Retrieval:
    return Retriever(corpus).retrieve(question)


def drafts(steps: Iterator[Step]) -> list[Draft]:
    return [step for step in steps if isinstance(step, Draft)]


def test_it_has_a_name_and_says_what_writes_and_where(engine: Engine) -> None:
    assert engine.name in ("extractive", "llm")
    assert (engine.model is None) == (engine.name == "extractive")
    assert engine.host is None


def test_each_sentence_rests_on_stretches_of_what_was_found(engine: Engine, filled: Corpus) -> None:
    found = retrieved(filled, LED)
    told = drafts(engine.answer(LED, found))

    assert "Ana Kestrel" in " ".join(draft.text for draft in told)
    given = {each.article.id for each in found.passages}
    for draft in told:
        assert draft.text == " ".join(draft.text.split()) != ""
        assert draft.evidence
        for evidence in draft.evidence:
            assert 0 <= evidence.start < evidence.end <= len(evidence.article.text)
            assert evidence.article.id in given


def test_a_short_answer_is_a_range_of_its_sentence(engine: Engine, filled: Corpus) -> None:
    first, *_ = drafts(engine.answer(LED, retrieved(filled, LED)))

    assert first.short_answer is not None
    assert first.text[slice(*first.short_answer)].endswith("Ana Kestrel")


def test_what_is_not_there_is_not_answered(engine: Engine, filled: Corpus) -> None:
    question = "What is the boiling point of mercury?"

    assert drafts(engine.answer(question, retrieved(filled, question))) == []


def test_where_nothing_was_found_nothing_is_answered(engine: Engine) -> None:
    assert drafts(engine.answer(LED, Retrieval((), ()))) == []


def test_nothing_follows_how_it_ended(engine: Engine, filled: Corpus) -> None:
    steps = list(engine.answer(LED, retrieved(filled, LED)))

    assert all(isinstance(step, Draft | Writing | Ended) for step in steps)
    assert not [step for step in steps[:-1] if isinstance(step, Ended)]


def test_a_first_question_is_left_as_it_was_typed(engine: Engine) -> None:
    assert engine.condense("And  when?", ()).question == "And  when?"


def test_a_question_that_stands_by_itself_is_kept(engine: Engine) -> None:
    before = Answer(LED, LED, engine.name, sentences=(Sentence("Ana Kestrel led it."),))

    assert engine.condense("Where is Brenn?", (before,)).question == "Where is Brenn?"


def test_a_summary_rests_on_the_articles_that_were_given(engine: Engine, filled: Corpus) -> None:
    first, second = filled.library.articles()
    told = drafts(engine.summarise(read_lines(filled, [first])))

    assert told
    assert {evidence.article.id for draft in told for evidence in draft.evidence} == {first.id}
    assert second.id != first.id


def test_nothing_is_summed_up_to_nothing(engine: Engine) -> None:
    assert drafts(engine.summarise([])) == []
    assert drafts(engine.summarise([[]])) == []


def test_it_can_be_left_at_any_step(engine: Engine, filled: Corpus) -> None:
    found = retrieved(filled, LED)
    for steps in range(3):
        with closing(engine.answer(LED, found)) as answering:  # type: ignore[type-var]
            for _ in range(steps):
                next(answering, None)


def test_threads_may_share_it(engine: Engine, filled: Corpus) -> None:
    questions = [LED, "How many ships were still waiting outside the harbour?"]
    found = {question: retrieved(filled, question) for question in questions}
    told: dict[int, str] = {}

    def ask(number: int) -> None:
        question = questions[number % 2]
        told[number] = " ".join(
            each.text for each in drafts(engine.answer(question, found[question]))
        )

    threads = [Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ["Kestrel" in told[number] for number in (0, 2, 4)] == [True] * 3
    assert ["22 ships" in told[number] for number in (1, 3, 5)] == [True] * 3
