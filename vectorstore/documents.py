"""The corpus side's domain types: articles, and the spans that retrieval scores.

All are frozen. Offsets count Unicode code points of `Article.text`, half-open, so that
`article.text[start:end]` is always exactly what is quoted. Nothing here knows how an
article is read, stored or embedded.
"""

import hashlib
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Precision(StrEnum):
    """How exactly a publication date is known."""

    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Kind(StrEnum):
    """The two granularities that are embedded, indexed and scored together."""

    PASSAGE = "passage"
    SENTENCE = "sentence"


@dataclass(frozen=True, slots=True)
class Removed:
    """Text that cleaning cut; `offset` is the place in the cleaned text where it stood."""

    offset: int
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """One version of one article.

    `text` is the cleaned text: what is embedded, quoted and cited. `title_derived` says
    that the title was made from the text because none was given. `published` is an ISO
    date or date-time as precise as `published_precision` says, and `published_from`
    names where it was found. `source` is the file or line that the text was read from.
    """

    text: str
    title: str | None = None
    title_derived: bool = False
    publisher: str | None = None
    author: str | None = None
    published: str | None = None
    published_precision: Precision | None = None
    published_from: str | None = None
    url: str | None = None
    language: str | None = None
    removed: tuple[Removed, ...] = ()
    sample: bool = False
    source: str = ""
    id: str = ""
    version: int = 1

    @property
    def text_hash(self) -> str:
        """SHA-256 of the cleaned text, in hex: equal for identical texts of any outlet."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def identified(self) -> "Article":
        """Return the article with the id that its text, outlet and address hash to."""
        return replace(self, id=content_id(self.text, self.publisher or "", self.url or ""))


@dataclass(frozen=True, slots=True)
class Span:
    """A passage or sentence of an article's text: `[start, end)` in code points."""

    id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage(Span):
    """A run of whole sentences that fits the embedder, with those sentences."""

    sentences: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence as retrieved: its place, its text and its joint score in 0..1.

    Where a reader read it, `marked` is the range of the article's text that the reader takes
    for the answer, and `certainty` (0..1) how sure it is of just that (see `reader.Reading`).
    """

    article: Article = field(repr=False)
    passage_id: str
    start: int
    end: int
    score: float
    cosine: float
    marked: tuple[int, int] | None = None
    certainty: float = 0.0

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage as retrieved: its place, its text and its fused score in 0..1."""

    article: Article = field(repr=False)
    id: str
    start: int
    end: int
    score: float
    cosine: float

    @property
    def text(self) -> str:
        """The passage, verbatim."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles may be searched; an empty filter lets all pass.

    `since` and `until` are ISO dates, both inclusive; an article whose date is known to the
    month or year passes if it may lie between them, an undated one passes no date.
    Publishers are compared without regard to case. `samples`: whether bundled ones pass.
    """

    since: str | None = None
    until: str | None = None
    publishers: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    samples: bool = True

    def __bool__(self) -> bool:
        """Whether anything is filtered at all."""
        return self != Filter()


def content_id(*parts: object) -> str:
    """Hash `parts` to a stable id of 24 hex digits (96 bits of SHA-256)."""
    joined = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(joined.encode()).hexdigest()[:24]
