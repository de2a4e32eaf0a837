"""The seam between the chain and whatever words an answer.

An engine is given a question and what was retrieved for it, and yields whole sentences,
each with the stretches of articles that it rests on: structure rather than markers in a
text, so that an article's own "[3]" can never be taken for a citation. Checking the
sentences, numbering the citations and showing them is not the engine's business.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.answers import Answer
from vectorstore.documents import Article
from vectorstore.retriever import Retrieval


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch `[start, end)` of an article's text that a sentence quotes or rests on."""

    article: Article = field(repr=False)
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence as an engine words it, not yet checked.

    `short_answer` is the range in `text` that answers by itself.
    """

    text: str
    evidence: tuple[Evidence, ...]
    short_answer: tuple[int, int] | None = None


class Engine(Protocol):
    """Words answers. `model` names what writes, and is None where nothing does."""

    @property
    def name(self) -> str:
        """The engine's name as the reader is shown it."""
        ...

    @property
    def model(self) -> str | None:
        """The model's name, if there is one."""
        ...

    @property
    def host(self) -> str | None:
        """The host that questions and passages are sent to; None if they stay here."""
        ...

    def condense(self, question: str, earlier: Sequence[Answer]) -> str:
        """Return `question` as it reads without the answers before it, oldest first."""
        ...

    def answer(self, question: str, found: Retrieval) -> Iterator[Draft]:
        """Yield the answer's sentences in order; to yield none is to refuse."""
        ...
