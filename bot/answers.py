"""What the conversation side says: answers, their sentences and their citations.

A citation is an article, a character range in its text and the quote that stands there,
word for word. The types are plain values; their JSON form is `Answer.to_json()` and is
the same on the command line, in the library and in exports. Nothing here knows which
engine wrote a sentence or how it is shown.
"""

from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache
from typing import Any, Literal, cast

from pydantic import TypeAdapter

Status = Literal["verified", "unverified"]

# Characters; no question is longer, and a text of millions would take minutes to search for.
MAX_QUESTION = 2_000


@dataclass(frozen=True, slots=True)
class Citation:
    """`quote` is exactly `[start, end)` of the text of version `version` of the article."""

    n: int
    article_id: str
    title: str | None
    publisher: str | None
    published: str | None
    url: str | None
    start: int
    end: int
    quote: str
    version: int = 1


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer with the numbers of the citations that carry it.

    `problems` says, in words for the reader, what the cited passages do not hold;
    `short_answer` is the range in `text` that answers by itself.
    """

    text: str
    citations: tuple[int, ...] = ()
    status: Status = "verified"
    problems: tuple[str, ...] = ()
    short_answer: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """One of several values that the articles give for the same thing."""

    value: str
    published: str | None
    newest: bool
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What the shown passages disagree about, and each value they give."""

    about: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """What a writing engine consumed; `cost_usd` is None where its price is not known."""

    input_tokens: int
    output_tokens: int
    cost_usd: float | None = None

    def __add__(self, other: "Usage") -> "Usage":
        costs = (self.cost_usd, other.cost_usd)
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            None if None in costs else sum(cost or 0.0 for cost in costs),
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, whole or (while it streams) as far as it has come.

    A refusal has no sentences and may offer `nearest`; `incomplete` says that the engine
    ended before its time, and then `quoted` are sentences of the articles that are offered
    besides; `missing` is what a model says of what the articles do not say; `draft` is text
    that was written and is not shown as the answer, since grounding turned it down. While an
    answer streams, `pending` is what of the next sentence is there, not yet checked, and
    `doing` what is being done meanwhile; neither is kept.
    """

    question: str
    standalone_question: str
    engine: str
    model: str | None = None
    refused: bool = False
    incomplete: bool = False
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    nearest: tuple[Citation, ...] = ()
    draft: str | None = None
    usage: Usage | None = None
    notices: tuple[str, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict[str, float])
    message: str | None = None
    quoted: tuple[Sentence, ...] = ()
    missing: tuple[str, ...] = ()
    pending: str = ""
    doing: str | None = None

    @property
    def text(self) -> str:
        """The answer as text with `[n]` markers, or the message of a refusal."""
        if self.message is not None:
            return self.message
        return " ".join(
            sentence.text + "".join(f" [{n}]" for n in sentence.citations)
            for sentence in self.sentences
        )

    @property
    def short_answer(self) -> str | None:
        """The marked part of the first sentence that has one."""
        for sentence in self.sentences:
            if sentence.short_answer is not None:
                return sentence.text[slice(*sentence.short_answer)]
        return None

    def citation(self, n: int) -> Citation:
        """Return the citation or near passage numbered `n`; KeyError if there is none."""
        for citation in (*self.citations, *self.nearest):
            if citation.n == n:
                return citation
        raise KeyError(n)

    def to_json(self) -> dict[str, Any]:
        """Return the answer's JSON form."""
        form = asdict(self)
        for name in _NOT_KEPT:
            del form[name]
        form["answer"] = self.text
        form["short_answer"] = self.short_answer
        return form

    @classmethod
    def from_json(cls, form: object) -> "Answer":
        """Return the answer that `to_json` gave this form of; ValueError if it gave no such."""
        if not isinstance(form, dict):
            raise ValueError("an answer's JSON form is an object")
        form = cast("dict[str, Any]", form)
        parts = {name: value for name, value in form.items() if name in _FIELDS}
        answer = _adapter().validate_python(parts)
        # A message stands in place of the sentences' text, so that it can be told from that.
        said = str(form.get("answer", ""))
        return answer if said == answer.text else replace(answer, message=said)


# The message stands in the text.
_NOT_KEPT = ("message", "pending", "doing")
_FIELDS = frozenset(each.name for each in fields(Answer)) - set(_NOT_KEPT)


@cache
def _adapter() -> TypeAdapter[Answer]:
    return TypeAdapter(Answer)
