"""From a question to a grounded answer, as a LangChain Runnable.

command? or else: standalone question → time words → retrieve → answer and ground → compare.
`invoke` returns the whole answer, `stream` yields it as far as it has come, each time whole
and the last one final, `batch` answers many side by side. Nothing here knows which engine
answers or how the answer is shown.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

import prompts
from bot.answering import Ask, answered
from bot.answers import MAX_QUESTION, Answer
from bot.catalogue import CorpusCatalogue
from bot.citing import nearest, with_disagreement, with_list
from bot.commands import Command, recognise
from bot.disagreements import find_variants
from bot.engine import Engine
from bot.extractive import ExtractiveEngine
from bot.replies import reply
from bot.selection import relevant
from bot.timeframe import understand
from vectorstore.documents import Filter
from vectorstore.errors import ParleyError
from vectorstore.questions import analyse
from vectorstore.retriever import ANY, Retrieval, Retriever

_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, of which articles, and after which answers of one conversation."""

    text: str
    narrow: Filter = ANY
    earlier: tuple[Answer, ...] = ()


class AnswerChain(Runnable[Question, Answer]):
    """Answers questions from a corpus through an engine; safe to share between threads.

    `quoting` is the engine that answers where what another wrote is not fit to be shown.
    """

    def __init__(self, retriever: Retriever, engine: Engine, quoting: Engine | None = None) -> None:
        self._retriever = retriever
        self._engine = engine
        self._quoting = quoting or ExtractiveEngine()

    def invoke(
        self, input: Question, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Answer:
        """Return the whole answer."""
        return self._call_with_config(self._whole, input, config, **kwargs)

    def stream(
        self, input: Question, config: RunnableConfig | None = None, **kwargs: Any | None
    ) -> Iterator[Answer]:
        """Yield the answer as far as it has come; the last is whole."""
        yield from self._transform_stream_with_config(
            iter([input]), self._transform, config, **kwargs
        )

    def _transform(self, questions: Iterator[Question]) -> Iterator[Answer]:
        for question in questions:
            yield from self._snapshots(question)

    def _whole(self, question: Question) -> Answer:
        *_, last = self._snapshots(question)
        return last

    def _snapshots(self, question: Question) -> Iterator[Answer]:
        if len(question.text) > MAX_QUESTION:
            raise ParleyError(
                f"The question has more than {MAX_QUESTION:,} characters. Shorten it."
            )
        command = recognise(question.text)
        if command is None:
            yield from self._answers(question)
        else:
            yield from self._obey(command, question)

    def _answers(self, question: Question) -> Iterator[Answer]:
        started = time.perf_counter()
        asked = self._engine.condense(question.text, question.earlier)
        newest = self._retriever.newest(question.narrow)
        frame = understand(asked.question, newest, question.narrow)
        near = self._retriever.retrieve(frame.text, narrow=frame.narrow)
        if frame.newest_first:
            near = near.newest_first()
        found = relevant(frame.text, near)
        retrieved = time.perf_counter()
        begun = answer = replace(self._begun(question, frame.shown), usage=asked.usage)
        for answer in self._by_engine(begun, lambda engine: engine.answer(frame.text, found)):
            yield answer
        if answer.sentences:
            answer = _compared(answer, frame.text, found)
        else:
            answer = replace(
                answer,
                refused=True,
                message=prompts.load(_refusal(near, frame.narrow)).body,
                nearest=nearest(near.sentences[:_NEAREST]),
            )
        yield replace(answer, timings_ms=_timings(started, retrieved, time.perf_counter()))

    def _obey(self, command: Command, question: Question) -> Iterator[Answer]:
        """Do what the reader told Parley to do, rather than asked."""
        catalogue = CorpusCatalogue(self._retriever.corpus, question.narrow)
        said = reply(command, catalogue, question.earlier)
        begun = answer = replace(self._begun(question, question.text), notices=said.notices)
        if said.articles:
            for answer in self._by_engine(
                begun, lambda engine: engine.summarise(said.articles, said.sentences)
            ):
                yield answer
            message = None if answer.sentences else prompts.load("no_summary").fill()
            yield replace(answer, message=message)
        else:
            yield replace(with_list(begun, said.citations), message=said.message)

    def _begun(self, question: Question, shown: str) -> Answer:
        return Answer(question.text, shown, self._engine.name, self._engine.model)

    def _by_engine(self, begun: Answer, ask: Ask) -> Iterator[Answer]:
        return answered(begun, self._engine, self._quoting, ask)


def _refusal(near: Retrieval, narrow: Filter) -> str:
    """Name what is said: that the articles do not say, or that there were none to be asked."""
    if near.sentences:
        return "refusal"
    return "no_articles_pass" if narrow else "no_articles"


def _compared(answer: Answer, asked: str, found: Retrieval) -> Answer:
    """Add what the articles disagree about, if they do."""
    variants = find_variants(analyse(asked), found.sentences)
    if not variants:
        return answer
    return with_disagreement(answer, answer.standalone_question, variants)


def _timings(started: float, retrieved: float, ended: float) -> dict[str, float]:
    return {
        "retrieve": round(1000 * (retrieved - started), 1),
        "answer": round(1000 * (ended - retrieved), 1),
        "total": round(1000 * (ended - started), 1),
    }
