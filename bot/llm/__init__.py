"""The writing engine: a model at an OpenAI-compatible endpoint words the answers.

It is given what was retrieved, as numbered passages between delimiters that no article can
know, and its text comes back as sentences with the passages that they cite. It is not trusted:
checking the sentences is for whoever takes them, and so is what to show where it fails. Which
model, and how it is reached, `model` and `endpoint` know.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import prompts
from bot.answers import Answer, Usage
from bot.engine import Draft, Ended, Evidence, Line, Selected, Standalone, Statement, Step
from bot.followups import standalone
from bot.llm.claims import SCHEMA, read_claims
from bot.llm.condensing import exchanges, sound
from bot.llm.material import quoted_data, wrap
from bot.llm.model import Model
from bot.llm.stages import Stages, divided, passages
from bot.llm.writer import Writer
from bot.settings import Price
from bot.short_answers import mark
from vectorstore.errors import EndpointError
from vectorstore.questions import analyse
from vectorstore.retriever import Retrieval

# Of the time that a text may take: making a question standalone must leave time to answer.
_CONDENSING = 1 / 3
# Tokens, of which a model that thinks aloud spends most before the question.
_MOST_OF_A_QUESTION = 800
_ONE, _SEVERAL = "three to five sentences", "at most six sentences"


class WritingEngine:
    """Writes by a model; see `bot.engine.Engine`.

    `seconds` is what one text may take, `price` what the model costs, if that is known;
    `here`: the model is on this machine.
    """

    name = "llm"

    def __init__(
        self, model: Model, seconds: float, price: Price | None = None, *, here: bool = False
    ) -> None:
        self._model = model
        self._seconds = seconds
        self._here = here
        self._writer = Writer(model, price)

    @property
    def model(self) -> str:
        """The model's name."""
        return self._model.name

    @property
    def host(self) -> str | None:
        """The host that passages are sent to; None for this machine."""
        return None if self._here else self._model.host

    def condense(self, question: str, earlier: Sequence[Answer]) -> Standalone:
        """Have the model make a follow-up standalone; by rule if it fails to."""
        if not earlier:
            return Standalone(question)
        material = wrap(())
        asked = prompts.load("condense").messages(
            mark=material.mark,
            exchanges=quoted_data(exchanges(earlier), material.mark),
            question=question,
        )
        try:
            told = self._model.complete(
                asked, most_tokens=_MOST_OF_A_QUESTION, seconds=self._seconds * _CONDENSING
            )
        except EndpointError:
            # Whoever answers meets the same fault, and can tell the reader.
            return Standalone(standalone(question, earlier))
        usage = self._writer.priced(told.usage)
        by_model = None if told.refused else sound(told.text, question, earlier)
        return Standalone(by_model or standalone(question, earlier), usage)

    def answer(self, question: str, found: Retrieval) -> Iterator[Step]:
        """Yield what the model answers from the passages found, if any sentence was found."""
        items = [Evidence(each.article, each.start, each.end) for each in found.passages]
        if not (items and found.sentences):
            yield Ended(refused=True)
            return
        asked = analyse(question)
        first = True
        for step in self._writer.write(prompts.load("answer"), items, question=question):
            if first and isinstance(step, Draft):
                step, first = replace(step, short_answer=mark(asked, step.text)), False
            yield step

    def summarise(
        self, articles: Sequence[Sequence[Line]], sentences: int | None = None
    ) -> Iterator[Step]:
        """Yield what the model writes to sum up articles, in stages if need be."""
        wanted = [passages(lines) for lines in articles if lines]
        summary = prompts.load("summary")
        yield from Stages(self._writer, summary, summary).write(
            wanted, sentences=_length(sentences, len(wanted))
        )

    def brief(
        self, selected: Selected, topic: str | None, words: int, as_of: str
    ) -> Iterator[Step]:
        """Yield what the model writes from the sentences selected."""
        wanted = [passages(lines) for lines in selected.material]
        stages = Stages(self._writer, prompts.load("summary"), prompts.load("briefing"))
        about = topic or "what these articles report"
        yield from stages.write(wanted, topic=about, words=str(words), as_of=as_of)

    def statements(self, articles: Sequence[Sequence[Line]]) -> Iterator[Statement | Ended]:
        """Yield what the model gives that a span carries; the rest is dropped."""
        usage: Usage | None = None
        prompt = prompts.load("claims")
        room = self._writer.room(prompt)
        for part in divided([passages(lines) for lines in articles if lines], room):
            material = wrap(part)
            told = self._model.complete(
                prompt.messages(mark=material.mark, passages=material.text),
                most_tokens=self._writer.most_tokens,
                schema=SCHEMA,
            )
            yield from read_claims(told.text, material.items)
            used = self._writer.priced(told.usage)
            usage = usage + used if usage and used else used or usage
        yield Ended(usage=usage)


def _length(sentences: int | None, articles: int) -> str:
    if sentences is None:
        return _ONE if articles == 1 else _SEVERAL
    return "one sentence" if sentences == 1 else f"{sentences} sentences"
