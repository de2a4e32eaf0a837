"""The articles that a reader may be shown, in the order of the list, and their sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from bot.engine import Line
from vectorstore.corpus import Corpus
from vectorstore.documents import Article, Filter, Kind
from vectorstore.retriever import ANY

_DAY = len("2022-02-28")


class Catalogue(Protocol):
    """The articles that a reader may be shown."""

    @property
    def narrowed(self) -> bool:
        """Whether the library may hold others, which a filter keeps back."""
        ...

    def articles(self) -> list[Article]:
        """Return the articles by publication, oldest first and undated last, then by title."""
        ...

    def lines(self, article: Article) -> list[Line]:
        """Return the sentences of one of them, in order."""
        ...


@dataclass(frozen=True, slots=True)
class CorpusCatalogue:
    """The articles of a corpus that pass `narrow`; see `Catalogue`."""

    corpus: Corpus
    narrow: Filter = ANY

    @property
    def narrowed(self) -> bool:
        """Whether a filter is in force."""
        return bool(self.narrow)

    def articles(self) -> list[Article]:
        """Return the articles in the order of the list."""
        with self.corpus.library.snapshot():
            articles = self.corpus.library.articles()
            if self.narrow:
                passing = self.corpus.spans.articles(self.narrow)
                articles = [article for article in articles if article.id in passing]
        return sorted(articles, key=_by_publication)

    def lines(self, article: Article) -> list[Line]:
        """Return the sentences of an article, in order."""
        return read_lines(self.corpus, [article])[0]


def read_lines(corpus: Corpus, articles: Sequence[Article]) -> list[list[Line]]:
    """Return the sentences of each article's current version, in order, with their vectors.

    None are returned for an article that is no longer there.
    """
    of_id: dict[str, list[Line]] = {article.id: [] for article in articles}
    by_id = {article.id: article for article in articles}
    if of_id:
        narrow = Filter(articles=tuple(of_id))
        for span in corpus.spans.get(corpus.spans.allowed(Kind.SENTENCE, narrow)):
            article = by_id[span.article_id]
            of_id[article.id].append(Line(article, span.start, span.end, span.vector))
    for lines in of_id.values():
        lines.sort(key=lambda line: line.start)
    return [of_id[article.id] for article in articles]


def _by_publication(article: Article) -> tuple[bool, str, float, str, str]:
    """Order by the day that is shown, then by the moment, which outlets give in many zones."""
    published = article.published or ""
    moment = 0.0  # of an article whose day alone is known: before the day's others
    if len(published) > _DAY:
        known = datetime.fromisoformat(published)
        moment = (known if known.tzinfo else known.replace(tzinfo=UTC)).timestamp()
    title = (article.title or "").casefold()
    return not published, published[:_DAY], moment, title, article.id
