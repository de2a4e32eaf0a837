"""The seam between the chain and whatever words an answer.

An engine is given a question and what was retrieved for it, or articles to be summed up, and
yields steps: whole sentences, each with the stretches of articles that it rests on
(structure rather than markers in a text, so that an article's own "[3]" can never be taken
for a citation), what of the next sentence is there already, and how it ended. Checking the
sentences, numbering the citations and showing them is not the engine's business.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.answers import Answer, Usage
from vectorstore.documents import Article
from vectorstore.retriever import Retrieval

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch `[start, end)` of an article's text that a sentence quotes or rests on."""

    article: Article = field(repr=False)
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of an article that is summed up; `vector` is (dimension,), of unit length."""

    article: Article = field(repr=False)
    start: int
    end: int
    vector: Floats = field(repr=False)

    @property
    def text(self) -> str:
        """The sentence in one line."""
        return " ".join(self.article.text[self.start : self.end].split())


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence as an engine words it, not yet checked.

    `short_answer` is the range in `text` that answers by itself.
    """

    text: str
    evidence: tuple[Evidence, ...]
    short_answer: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Writing:
    """What of the next sentence is there, not yet whole, and what is being done meanwhile.

    Yielded also where nothing is new, several times a second, so that whoever no longer wants
    the answer can say so.
    """

    text: str = ""
    doing: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """How the writing ended: an engine that can fail, or that counts, yields it last.

    `fault` is what went wrong, in one line for the reader, and `begun` whether something had
    been written by then; `refused` that the engine finds no answer in what it was given;
    `missing` what it says of what the articles do not say; `notices` what the reader should
    know of how it was written; `usage` what was consumed.
    """

    fault: str | None = None
    begun: bool = False
    refused: bool = False
    missing: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    usage: Usage | None = None


Step = Draft | Writing | Ended


@dataclass(frozen=True, slots=True)
class Statement:
    """What `speaker` says to `to`, verbatim, and where it stands; None is what is not told.

    `via` is through whom it is reported; `quoted`: it stands in quotation marks there; `date`
    is an ISO day, month or year.
    """

    speaker: str | None
    to: str | None
    via: str | None
    verb: str
    text: str
    quoted: bool
    date: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Selected:
    """What was selected for a briefing.

    `drafts` are the sentences that make one up by themselves, verbatim and in reading order;
    `material` is what one is written from: more of the articles' sentences, by article.
    """

    drafts: tuple[Draft, ...]
    material: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question that can be understood by itself, and what making it consumed."""

    question: str
    usage: Usage | None = None


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

    def condense(self, question: str, earlier: Sequence[Answer]) -> Standalone:
        """Return `question` as it reads without the answers before it, oldest first."""
        ...

    def answer(self, question: str, found: Retrieval) -> Iterator[Step]:
        """Yield the answer's sentences in order; to yield none is to refuse."""
        ...

    def summarise(
        self, articles: Sequence[Sequence[Line]], sentences: int | None = None
    ) -> Iterator[Step]:
        """Yield what sums up `articles`, given as their sentences, in so many sentences."""
        ...

    def brief(
        self, selected: Selected, topic: str | None, words: int, as_of: str
    ) -> Iterator[Step]:
        """Yield a neutral briefing of about so many words; `as_of` is its day, in words."""
        ...

    def statements(self, articles: Sequence[Sequence[Line]]) -> Iterator[Statement | Ended]:
        """Yield who says what to whom in articles, given as sentences, each with its span.

        An engine that counts yields what it consumed last. EndpointError if it fails.
        """
        ...
