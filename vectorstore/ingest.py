"""Takes inputs into the library: read, clean, compare, chunk, embed, commit, index.

An item is reported only after the commit that holds it, so a report is a promise. The
same input twice changes nothing, and a killed ingest is resumed by running it again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from vectorstore.assembly import assemble
from vectorstore.chunking import chunk
from vectorstore.corpus import Corpus
from vectorstore.documents import Article
from vectorstore.errors import ReadError
from vectorstore.library import Embedded
from vectorstore.readers import Raw, read_source
from vectorstore.upkeep import sync

Status = Literal["added", "updated", "unchanged", "duplicate", "rejected"]

# Articles embedded and committed together: enough to sort texts by length, few enough
# that a kill costs seconds of work.
_BATCH_ARTICLES = 16

_OPTIONAL = ("publisher", "author", "url", "language")


@dataclass(frozen=True, slots=True)
class Item:
    """What became of one article of the input."""

    source: str
    status: Status
    article_id: str | None = None
    duplicate_of: str | None = None
    title: str | None = None
    published: str | None = None
    published_precision: str | None = None
    published_from: str | None = None
    passages: int = 0
    removed_lines: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class IngestReport:
    """An ingest's rows, in the order in which they were settled."""

    items: tuple[Item, ...]

    def count(self, status: Status) -> int:
        """Return how many items ended as `status`."""
        return sum(item.status == status for item in self.items)

    def to_json(self) -> dict[str, Any]:
        """Return the report's JSON form."""
        return {
            "added": self.count("added"),
            "updated": self.count("updated"),
            "unchanged": self.count("unchanged"),
            "duplicates": self.count("duplicate"),
            "rejected": self.count("rejected"),
            "items": [asdict(item) for item in self.items],
        }


@dataclass(frozen=True, slots=True)
class _Planned:
    """An article to be stored, and how it will be reported."""

    article: Article
    status: Status
    duplicate_of: str | None
    reason: str | None


def ingest(
    corpus: Corpus,
    sources: Sequence[str],
    *,
    sample: bool = False,
    on_item: Callable[[Item], None] | None = None,
) -> IngestReport:
    """Take files and folders into `corpus`, which this process owns.

    `on_item` is called once for every row of the report, after the row's commit.
    """
    return _Ingest(corpus, sample, on_item).run(
        pair for source in sources for pair in read_source(source)
    )


class _Ingest:
    def __init__(
        self, corpus: Corpus, sample: bool, on_item: Callable[[Item], None] | None
    ) -> None:
        self._corpus = corpus
        self._sample = sample
        self._on_item = on_item
        self._batch: list[_Planned] = []
        self._items: list[Item] = []

    def run(self, inputs: Iterable[tuple[str, Raw | ReadError]]) -> IngestReport:
        for source, read in inputs:
            try:
                if isinstance(read, ReadError):
                    raise read
                article, notes = assemble(read, sample=self._sample)
                self._plan(article, "; ".join(notes) or None)
            except ReadError as error:
                self._report(Item(source, "rejected", reason=str(error)))
        self._flush()
        sync(self._corpus.spans, self._corpus.index)
        return IngestReport(tuple(self._items))

    def _plan(self, article: Article, reason: str | None) -> None:
        if self._touches_batch(article):
            self._flush()
        library = self._corpus.library
        same_text = library.find(text_hash=article.text_hash)
        known = library.find(url=article.url) if article.url else []
        known = known or [other for other in same_text if _is_same(article, other)]
        if not known:
            origin = same_text[0].id if same_text else None
            status: Status = "duplicate" if origin else "added"
            self._batch.append(_Planned(article.identified(), status, origin, reason))
        elif (merged := _merge(article, known[0])) == replace(known[0], source=merged.source):
            self._report(self._item(known[0], article.source, "unchanged", None, reason))
        else:
            origin = library.duplicates().get(merged.id)
            self._batch.append(_Planned(merged, "updated", origin, reason))
        if len(self._batch) >= _BATCH_ARTICLES:
            self._flush()

    def _touches_batch(self, article: Article) -> bool:
        return any(
            planned.article.text_hash == article.text_hash
            or (article.url is not None and planned.article.url == article.url)
            for planned in self._batch
        )

    def _flush(self) -> None:
        if not self._batch:
            return
        embedder = self._corpus.embedder
        if self._corpus.library.get_meta("fingerprint") is None:
            self._corpus.library.set_meta("fingerprint", str(embedder.fingerprint))
        batch, self._batch = self._batch, []
        self._corpus.library.put(
            embed_articles(self._corpus, [(plan.article, plan.duplicate_of) for plan in batch])
        )
        sync(self._corpus.spans, self._corpus.index)
        for plan in batch:
            self._report(
                self._item(
                    plan.article, plan.article.source, plan.status, plan.duplicate_of, plan.reason
                )
            )

    def _item(
        self,
        article: Article,
        source: str,
        status: Status,
        duplicate_of: str | None,
        reason: str | None,
    ) -> Item:
        return Item(
            source,
            status,
            article.id,
            duplicate_of,
            article.title,
            article.published,
            article.published_precision,
            article.published_from,
            self._corpus.library.passage_count(article.id),
            len(article.removed),
            reason,
        )

    def _report(self, item: Item) -> None:
        self._items.append(item)
        if self._on_item:
            self._on_item(item)


def _is_same(article: Article, known: Article) -> bool:
    """Whether an article of the same text is the known one, as far as both say who they are."""
    return all(
        None in (getattr(article, name), getattr(known, name))
        or getattr(article, name) == getattr(known, name)
        for name in ("publisher", "url")
    )


def _merge(article: Article, known: Article) -> Article:
    """Return the known article as `article` has it now.

    What `article` does not say stays as it was known, and a sample stays a sample: reading
    a poorer copy must not cost what a richer one told.
    """
    kept = {name: getattr(article, name) or getattr(known, name) for name in _OPTIONAL}
    if article.title_derived and not known.title_derived:
        kept |= {"title": known.title, "title_derived": False}
    if article.published is None:
        dated = ("published", "published_precision", "published_from")
        kept |= {name: getattr(known, name) for name in dated}
    version = known.version + (article.text != known.text)
    return replace(article, id=known.id, version=version, sample=known.sample, **kept)


def embed_articles(
    corpus: Corpus, articles: Sequence[tuple[Article, str | None]]
) -> list[Embedded]:
    """Chunk and embed (article, duplicate of) pairs, all their spans in one go."""
    embedder = corpus.embedder
    chunked = [
        chunk(article, embedder.count_tokens, embedder.max_tokens) for article, _ in articles
    ]
    spans = [
        [*passages, *(sentence for passage in passages for sentence in passage.sentences)]
        for passages in chunked
    ]
    vectors = embedder.embed(
        [
            article.text[span.start : span.end]
            for (article, _), of_article in zip(articles, spans, strict=True)
            for span in of_article
        ]
    )
    embedded: list[Embedded] = []
    first = 0
    for (article, duplicate_of), passages, of_article in zip(articles, chunked, spans, strict=True):
        own = vectors[first : first + len(of_article)]
        first += len(of_article)
        embedded.append(
            Embedded(article, passages, own[: len(passages)], own[len(passages) :], duplicate_of)
        )
    return embedded


def reindex(corpus: Corpus, on_article: Callable[[Article], None] | None = None) -> int:
    """Make word index, vectors and vector index anew; return how many articles that were.

    For an embedder that has changed, or an index that is wanting.
    """
    corpus.library.rebuild_words()
    articles = corpus.library.articles()
    duplicates = corpus.library.duplicates()
    corpus.index.clear()
    # Until all are done the library holds vectors of two embedders, which must not be asked.
    corpus.library.set_meta("fingerprint", "an unfinished re-indexing")
    for first in range(0, len(articles), _BATCH_ARTICLES):
        batch = [
            (article, duplicates.get(article.id))
            for article in articles[first : first + _BATCH_ARTICLES]
        ]
        corpus.library.put(embed_articles(corpus, batch))
        sync(corpus.spans, corpus.index)
        if on_article:
            for article, _ in batch:
                on_article(article)
    corpus.library.set_meta("fingerprint", str(corpus.embedder.fingerprint))
    return len(articles)


def add_samples(
    corpus: Corpus, folder: str, on_item: Callable[[Item], None] | None = None
) -> IngestReport | None:
    """Take the samples in, once in a library's life; None if they were here before."""
    if corpus.library.get_meta("samples") is not None:
        return None
    report = ingest(corpus, [folder], sample=True, on_item=on_item)
    corpus.library.set_meta("samples", "added")
    return report


def remove_articles(corpus: Corpus, article_ids: Sequence[str]) -> None:
    """Remove articles from library and index; NotFoundError if one is not there."""
    corpus.library.remove(article_ids)
    sync(corpus.spans, corpus.index)


def remove_samples(corpus: Corpus) -> int:
    """Remove all samples for good; return how many there were."""
    samples = [article.id for article in corpus.library.articles() if article.sample]
    remove_articles(corpus, samples)
    corpus.library.set_meta("samples", "removed")
    return len(samples)
