"""Finds the articles that a briefing is made from, and how much their sentences bear on its topic.

A sentence bears on a topic by the words that they share, each weighed by how rare it is, and by
how near their vectors lie; what its title and the sentence before it say counts in part, since
a sentence need not name again what it goes on about. Nothing here chooses sentences.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.briefing.sources import BEARS, Source
from bot.catalogue import CorpusCatalogue, read_lines
from bot.engine import Floats, Line
from vectorstore.documents import Article, Filter
from vectorstore.families import Families
from vectorstore.retriever import Retriever
from vectorstore.text import content_stems

# Articles; more are not read for one briefing, which would quote a sentence in hundreds.
_MOST = 500
# Passages by which the articles on a topic are found in a library that holds more.
_PASSAGES = 200
# What a sentence's bearing consists of; they add up to 1.
_OWN_WORDS, _SETTING, _NEARNESS = 0.45, 0.15, 0.4
# A cosine of MiniLM below the first says nothing, and above the second two texts are on one
# thing: read off the sentences of the samples under a dozen topics.
_FAR, _NEAR = 0.15, 0.6


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was found: `sources` by publication, oldest first, undated last.

    `passing` articles there were to be read and `read` of them were, the newest or, on a topic,
    the nearest to it; `read_at` is when each was taken in, by its id.
    """

    sources: tuple[Source, ...]
    passing: int
    read: int
    read_at: Mapping[str, str]


def gather(retriever: Retriever, topic: str | None, narrow: Filter) -> Gathered:
    """Return the articles that `narrow` lets pass, or those of them that are on `topic`."""
    catalogue = CorpusCatalogue(retriever.corpus, narrow)
    with retriever.corpus.library.snapshot():
        articles = catalogue.articles()
        read = articles
        if topic is not None and len(articles) > _MOST:
            found = retriever.retrieve(topic, passages=_PASSAGES, narrow=narrow).passages
            near = {passage.article.id for passage in found}
            read = [article for article in articles if article.id in near]
        read = _newest(read)
        library = retriever.corpus.library
        read_at = {each.id: dict(library.versions(each.id))[each.version] for each in read}
        lines = read_lines(retriever.corpus, read)
        copies = Families(retriever.corpus.library).origins()
        idf = retriever.idf()
    sources = [
        Source(each, copies.get(article.id, article.id))
        for article, each in zip(read, lines, strict=True)
        if each
    ]
    if topic is not None:
        vector = retriever.corpus.embedder.embed([topic])[0]
        sources = list(_on_topic(sources, _Topic.of(topic, vector, idf)))
    return Gathered(tuple(sources), len(articles), len(read), read_at)


def _newest(articles: Sequence[Article]) -> list[Article]:
    """Return the newest of the articles, in their order; what has no date counts as oldest."""
    by_age = sorted(articles, key=lambda article: article.published is not None)
    kept = {article.id for article in by_age[-_MOST:]}
    return [article for article in articles if article.id in kept]


@dataclass(frozen=True, slots=True)
class _Topic:
    """A topic's vector, and its stems with what each weighs; the weights add up to 1."""

    vector: Floats
    stems: dict[str, float]

    @classmethod
    def of(cls, text: str, vector: Floats, idf: Callable[[str], float]) -> "_Topic":
        weights = {stem: idf(stem) for stem in content_stems(text)}
        total = sum(weights.values()) or 1.0
        return cls(vector, {stem: weight / total for stem, weight in weights.items()})

    def share(self, stems: frozenset[str]) -> float:
        """Return the share of the topic's words that are among `stems`, by weight."""
        return sum(weight for stem, weight in self.stems.items() if stem in stems)


def _on_topic(sources: Sequence[Source], topic: _Topic) -> list[Source]:
    bearing = ((source, _bearing(source.lines, topic)) for source in sources)
    return [
        Source(source.lines, source.origin, told) for source, told in bearing if max(told) >= BEARS
    ]


def _bearing(lines: Sequence[Line], topic: _Topic) -> tuple[float, ...]:
    """Return how much each line of an article bears on the topic, in 0..1."""
    near = np.stack([line.vector for line in lines]) @ topic.vector
    nearness = np.clip((near - _FAR) / (_NEAR - _FAR), 0.0, 1.0)
    own = [_stems(line.text) for line in lines]
    titled = _stems(_title(lines[0].article))
    told: list[float] = []
    for place, (stems, close) in enumerate(zip(own, nearness.tolist(), strict=True)):
        before = own[place - 1] if place else frozenset[str]()
        setting = topic.share(stems | before | titled)
        told.append(_OWN_WORDS * topic.share(stems) + _SETTING * setting + _NEARNESS * close)
    return tuple(told)


def _stems(text: str) -> frozenset[str]:
    return frozenset(content_stems(text))


def _title(article: Article) -> str:
    return article.title or ""
