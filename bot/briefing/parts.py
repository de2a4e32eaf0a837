"""What a briefing consists of, as plain values, and their JSON form.

A part points to the passage that says it by the number of a citation; numbers of sentences
and positions count from 0. Nothing here knows how a part is found, or how it is shown.
"""

from dataclasses import asdict, dataclass, field, fields
from functools import cache
from typing import Any, Literal, cast

from pydantic import TypeAdapter

from bot.answers import Citation, Disagreement, Sentence, Usage
from bot.neutrality.flags import ClaimStatus, Neutrality

EventPrecision = Literal["day", "month", "year"]


@dataclass(frozen=True, slots=True)
class BriefSentence(Sentence):
    """A sentence of a briefing.

    `origins` is how many independent origins carry what it says; `also` numbers passages that
    carry it besides those that it cites.
    """

    claim_status: ClaimStatus = "outlet"
    origins: int = 1
    also: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """Who said what to whom; `text` is verbatim, and None is what the article does not tell.

    `via` is through whom it is reported (“Putin told Macron …, the Kremlin said”); `date` is
    the ISO day, month or year on which it was said.
    """

    speaker: str | None
    to: str | None
    via: str | None
    verb: str
    text: str
    quoted: bool
    date: str | None
    citation: int


@dataclass(frozen=True, slots=True)
class Position:
    """What a party says on an issue, verbatim; `statement` is None where no article tells."""

    party: str
    issue: str
    statement: str | None = None
    speaker: str | None = None
    date: str | None = None
    citation: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What happened when (`date`, ISO, as exact as `precision` says), and when it was reported."""

    date: str
    precision: EventPrecision
    reported: str | None
    text: str
    citation: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new since an earlier briefing of the day `since`.

    `new` numbers sentences, `moved` positions; `edited` are the ids of articles whose text
    is another than the earlier briefing was made from.
    """

    since: str
    new: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()
    edited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origins:
    """How many articles were read, and how many origins they have: copies are no second one."""

    articles: int
    origins: int


@dataclass(frozen=True, slots=True)
class Briefing:
    """A neutral briefing. `undated` counts what happened on no day that the articles tell.

    `as_of` is the last day whose articles were read, if one was set; `made_at` the moment at
    which it was made, in UTC; `read_at` when each cited article was taken in, and `hashes`
    the SHA-256 of its text, both by the article's id.
    """

    title: str
    topic: str | None
    engine: str
    as_of: str | None
    model: str | None = None
    made_at: str = ""
    incomplete: bool = False
    sentences: tuple[BriefSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    claims: tuple[Claim, ...] = ()
    positions: tuple[Position, ...] = ()
    timeline: tuple[Event, ...] = ()
    undated: int = 0
    disagreements: tuple[Disagreement, ...] = ()
    changes: Changes | None = None
    neutrality: Neutrality = field(default_factory=Neutrality)
    origins: Origins = Origins(0, 0)
    missing: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    draft: str | None = None
    usage: Usage | None = None
    read_at: dict[str, str] = field(default_factory=dict[str, str])
    hashes: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def words(self) -> int:
        """The words of the sentences."""
        return sum(len(sentence.text.split()) for sentence in self.sentences)

    def citation(self, n: int) -> Citation:
        """Return the citation numbered `n`; KeyError if there is none."""
        for citation in self.citations:
            if citation.n == n:
                return citation
        raise KeyError(n)

    def to_json(self) -> dict[str, Any]:
        """Return the briefing's JSON form."""
        return {**asdict(self), "words": self.words}

    @classmethod
    def from_json(cls, form: object) -> "Briefing":
        """Return the briefing that `to_json` gave this form of; ValueError if it gave no such."""
        if not isinstance(form, dict):
            raise ValueError("a briefing's JSON form is an object")
        given = cast("dict[str, Any]", form)
        names = {each.name for each in fields(cls)}
        return _adapter().validate_python(
            {name: value for name, value in given.items() if name in names}
        )


@cache
def _adapter() -> TypeAdapter[Briefing]:
    return TypeAdapter(Briefing)
