"""From a question to a grounded answer, as a LangChain Runnable.

time words → retrieve → answer → ground. `invoke` returns the whole answer, `stream` yields it
as far as it has come, each time whole and the last one final, `batch` answers many side
by side. Nothing here knows which engine answers or how the answer is shown.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

import prompts
from bot.answers import Answer, Citation, Sentence
from bot.engine import Draft, Engine, Evidence
from bot.grounding import ground
from bot.timeframe import understand
from vectorstore.documents import Filter
from vectorstore.retriever import ANY, Retrieval, Retriever

_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and of which articles."""

    text: str
    narrow: Filter = ANY


class AnswerChain(Runnable[Question, Answer]):
    """Answers questions from a corpus through an engine; safe to share between threads."""

    def __init__(self, retriever: Retriever, engine: Engine) -> None:
        self._retriever = retriever
        self._engine = engine

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
        started = time.perf_counter()
        newest = self._retriever.newest(question.narrow)
        frame = understand(question.text, newest, question.narrow)
        found = self._retriever.retrieve(frame.text, narrow=frame.narrow)
        if frame.newest_first:
            found = found.newest_first()
        retrieved = time.perf_counter()
        answer = Answer(question.text, frame.text, self._engine.name, self._engine.model)
        for draft in self._engine.answer(frame.text, found):
            answer = _with_sentence(answer, draft)
            yield answer
        if not answer.sentences:
            answer = replace(
                answer, refused=True, message=prompts.load("refusal").body, nearest=_nearest(found)
            )
        ended = time.perf_counter()
        timings = {
            "retrieve": round(1000 * (retrieved - started), 1),
            "answer": round(1000 * (ended - retrieved), 1),
            "total": round(1000 * (ended - started), 1),
        }
        yield replace(answer, timings_ms=timings)


def _with_sentence(answer: Answer, draft: Draft) -> Answer:
    """Number the draft's citations, check the draft, and append it."""
    citations = list(answer.citations)
    cited: list[Citation] = []
    for evidence in draft.evidence:
        known = next((c for c in citations if _is_of(c, evidence)), None)
        if known is None:
            known = _cite(len(citations) + 1, evidence)
            citations.append(known)
        cited.append(known)
    sentence: Sentence = ground(draft.text, cited)
    if sentence.status == "verified":
        sentence = replace(sentence, short_answer=draft.short_answer)
    return replace(answer, sentences=(*answer.sentences, sentence), citations=tuple(citations))


def _is_of(citation: Citation, evidence: Evidence) -> bool:
    place = (evidence.article.id, evidence.start, evidence.end)
    return (citation.article_id, citation.start, citation.end) == place


def _cite(n: int, evidence: Evidence) -> Citation:
    article = evidence.article
    return Citation(
        n=n,
        article_id=article.id,
        title=article.title,
        publisher=article.publisher,
        published=article.published[:10] if article.published else None,
        url=article.url,
        start=evidence.start,
        end=evidence.end,
        quote=article.text[evidence.start : evidence.end],
        version=article.version,
    )


def _nearest(found: Retrieval) -> tuple[Citation, ...]:
    return tuple(
        _cite(n, Evidence(sentence.article, sentence.start, sentence.end))
        for n, sentence in enumerate(found.sentences[:_NEAREST], start=1)
    )
