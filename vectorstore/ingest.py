"""Takes inputs into the library: read, clean, compare, chunk, embed, commit, index.

An item is reported only after the commit that holds it, so a report is a promise. The
same input twice changes nothing, and a killed ingest is resumed by running it again.
Inputs are compared with what was read before, not with the reader's corrections of it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from vectorstore.assembly import assemble
from vectorstore.chunking import chunk
from vectorstore.corpus import Corpus
from vectorstore.documents import Article
from vectorstore.errors import ParleyError, ReadError
from vectorstore.library import Library
from vectorstore.readers import Raw, read_source
from vectorstore.rows import Embedded
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
    """An article as the library is to have it, and how it will be reported."""

    article: Article
    source: str
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
    inputs = (pair for source in sources for pair in read_source(source))
    return take_in(corpus, inputs, sample=sample, on_item=on_item)


def take_in(
    corpus: Corpus,
    inputs: Iterable[tuple[str, Raw | ReadError]],
    *,
    sample: bool = False,
    on_item: Callable[[Item], None] | None = None,
) -> IngestReport:
    """Take (source, what was read or why not) pairs into `corpus`, which this process owns.

    `on_item` is called once for every row of the report, after the row's commit. Other
    writers get their turn between batches, and while inputs are read and embedded.
    """
    return _Intake(corpus, sample, on_item).run(inputs)


class _Intake:
    def __init__(
        self, corpus: Corpus, sample: bool, on_item: Callable[[Item], None] | None
    ) -> None:
        self._corpus = corpus
        self._sample = sample
        self._on_item = on_item
        self._batch: list[tuple[Article, str | None]] = []
        self._items: list[Item] = []

    def run(self, inputs: Iterable[tuple[str, Raw | ReadError]]) -> IngestReport:
        for source, read in inputs:
            try:
                if isinstance(read, ReadError):
                    raise read
                article, notes = assemble(read, sample=self._sample)
            except ReadError as error:
                self._report(Item(source, "rejected", reason=str(error)))
                continue
            if self._touches_batch(article):
                self._flush()
            self._batch.append((article, "; ".join(notes) or None))
            if len(self._batch) >= _BATCH_ARTICLES:
                self._flush()
        self._flush()
        return IngestReport(tuple(self._items))

    def _touches_batch(self, article: Article) -> bool:
        return any(
            other.text_hash == article.text_hash
            or (article.url is not None and other.url == article.url)
            for other, _ in self._batch
        )

    def _flush(self) -> None:
        batch, self._batch = self._batch, []
        if not batch:
            return
        try:
            items = self._settle(batch)
        except ParleyError as error:
            for article, _ in batch:
                self._report(Item(article.source, "rejected", reason=f"Not stored: {error}"))
            raise
        for item in items:
            self._report(item)

    def _settle(self, batch: Sequence[tuple[Article, str | None]]) -> list[Item]:
        planned = self._plan(batch)
        embedded = self._embed(planned)
        with self._corpus.writing:
            # Embedding takes seconds, in which another thread may have changed the library.
            if (now := self._plan(batch)) != planned:
                planned, embedded = now, self._embed(now)
            self._store(embedded)
            return [self._item(plan) for plan in planned]

    def _plan(self, batch: Sequence[tuple[Article, str | None]]) -> list[_Planned]:
        return [_plan(self._corpus.library, article, reason) for article, reason in batch]

    def _embed(self, planned: Sequence[_Planned]) -> list[Embedded]:
        changed = [plan for plan in planned if plan.status != "unchanged"]
        return embed_articles(self._corpus, [(plan.article, plan.duplicate_of) for plan in changed])

    def _store(self, embedded: Sequence[Embedded]) -> None:
        library = self._corpus.library
        if embedded:
            if library.get_meta("fingerprint") is None:
                library.set_meta("fingerprint", str(self._corpus.embedder.fingerprint))
            library.put(embedded)
        sync(self._corpus.spans, self._corpus.index)

    def _item(self, plan: _Planned) -> Item:
        article = plan.article
        return Item(
            plan.source,
            plan.status,
            article.id,
            plan.duplicate_of if plan.status != "unchanged" else None,
            article.title,
            article.published,
            article.published_precision,
            article.published_from,
            self._corpus.library.passage_count(article.id),
            len(article.removed),
            plan.reason,
        )

    def _report(self, item: Item) -> None:
        self._items.append(item)
        if self._on_item:
            self._on_item(item)


def _plan(library: Library, article: Article, reason: str | None) -> _Planned:
    """Compare an article with the library, and say what is to become of it."""
    same_text = library.find(text_hash=article.text_hash)
    known = library.find(url=article.url) if article.url else []
    known = known or [other for other in same_text if _is_same(article, other)]
    if not known:
        here = [other.id for other in same_text if not library.is_binned(other.id)]
        origin = here[0] if here else None
        status: Status = "duplicate" if origin else "added"
        return _Planned(article.identified(), article.source, status, origin, reason)
    merged = _merge(article, known[0])
    if library.is_binned(merged.id):
        # Whoever takes in again what they once deleted wants it: it comes out of the bin, as
        # an article of their own choosing even if it was a sample.
        merged = replace(merged, sample=article.sample)
        return _Planned(merged, article.source, "added", None, reason)
    if merged == replace(known[0], source=merged.source):
        return _Planned(known[0], article.source, "unchanged", None, reason)
    origin = library.duplicates().get(merged.id)
    return _Planned(merged, article.source, "updated", origin, reason)


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
