"""Takes articles into the library: compare, chunk, embed, commit, index.

An item is reported only after the commit that holds it, so a report is a promise. The
same input twice changes nothing, and an ingest that was killed or left is resumed by running
it again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from vectorstore.chunking import chunk
from vectorstore.corpus import Corpus
from vectorstore.documents import Article
from vectorstore.errors import ParleyError, ReadError
from vectorstore.near_copies import sketch
from vectorstore.planning import Known, Planned, Status, Taken, may_be_one
from vectorstore.reading import Found, Reading
from vectorstore.rows import Embedded
from vectorstore.upkeep import sync

# Articles embedded and committed together: enough to sort texts by length, few enough
# that a kill costs seconds of work.
_BATCH_ARTICLES = 16
_BATCH_CHARACTERS = 200_000


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
    with Reading() as reading:
        found = (each for source in sources for each in reading.source(source))
        return take_in(corpus, found, sample=sample, on_item=on_item)


def take_in(
    corpus: Corpus,
    inputs: Iterable[Found],
    *,
    sample: bool = False,
    on_item: Callable[[Item], None] | None = None,
) -> IngestReport:
    """Take what was read into `corpus`, which this process owns.

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
        self._batch: list[Taken] = []
        self._items: list[Item] = []
        self._known = Known(corpus.library)

    def run(self, inputs: Iterable[Found]) -> IngestReport:
        try:
            for found in inputs:
                self._take(found)
        finally:
            # What was read is stored, whatever ended the reading of the rest.
            self._flush()
        return IngestReport(tuple(self._items))

    def _take(self, found: Found) -> None:
        if isinstance(found.read, ReadError):
            self._report(Item(found.source, "rejected", reason=str(found.read)))
            return
        article = replace(found.read, sample=self._sample)
        taken = Taken(article, sketch(article.text), "; ".join(found.notes) or None)
        if self._is_full(taken):
            self._flush()
        self._batch.append(taken)

    def _is_full(self, taken: Taken) -> bool:
        """Whether what is waiting is to be stored before `taken` can be looked at."""
        size = sum(len(other.article.text) for other in self._batch) + len(taken.article.text)
        return (
            len(self._batch) >= _BATCH_ARTICLES
            or size > _BATCH_CHARACTERS
            or any(may_be_one(taken, other) for other in self._batch)
        )

    def _flush(self) -> None:
        batch, self._batch = self._batch, []
        if not batch:
            return
        try:
            items = self._settle(batch)
        except Exception as error:
            why = error if isinstance(error, ParleyError) else "Parley itself failed."
            for taken in batch:
                reason = f"Not stored: {why}"
                self._report(Item(taken.article.source, "rejected", reason=reason))
            raise
        for item in items:
            self._report(item)

    def _settle(self, batch: Sequence[Taken]) -> list[Item]:
        generation = self._corpus.spans.generation()
        planned = self._plan(batch)
        embedded = self._embed(planned)
        with self._corpus.writing:
            # Embedding takes seconds, in which another thread may have changed the library.
            changed = self._corpus.spans.generation() != generation
            if changed and (now := self._plan(batch)) != planned:
                planned, embedded = now, self._embed(now)
            self._store(embedded)
            return [self._item(plan) for plan in planned]

    def _plan(self, batch: Sequence[Taken]) -> list[Planned]:
        return [self._known.plan(taken) for taken in batch]

    def _embed(self, planned: Sequence[Planned]) -> list[Embedded]:
        changed = [plan for plan in planned if plan.status != "unchanged"]
        embedded = embed_articles(self._corpus, [plan.article for plan in changed])
        return [
            replace(
                item,
                duplicate_of=plan.duplicate_of,
                sketch=plan.sketch,
                leaves_family=plan.leaves_family,
            )
            for plan, item in zip(changed, embedded, strict=True)
        ]

    def _store(self, embedded: Sequence[Embedded]) -> None:
        library = self._corpus.library
        if embedded:
            if library.get_meta("fingerprint") is None:
                library.set_meta("fingerprint", str(self._corpus.embedder.fingerprint))
            library.put(embedded)
            self._known.add(embedded)
        sync(self._corpus.spans, self._corpus.index)

    def _item(self, plan: Planned) -> Item:
        # As its reader knows it, corrections and all.
        article = self._corpus.library.article(plan.article.id)
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


def embed_articles(corpus: Corpus, articles: Sequence[Article]) -> list[Embedded]:
    """Chunk and embed articles, all their spans in one go."""
    embedder = corpus.embedder
    chunked = [chunk(article, embedder.count_tokens, embedder.max_tokens) for article in articles]
    spans = [
        [*passages, *(sentence for passage in passages for sentence in passage.sentences)]
        for passages in chunked
    ]
    vectors = embedder.embed(
        [
            article.text[span.start : span.end]
            for article, of_article in zip(articles, spans, strict=True)
            for span in of_article
        ]
    )
    embedded: list[Embedded] = []
    first = 0
    for article, passages, of_article in zip(articles, chunked, spans, strict=True):
        own = vectors[first : first + len(of_article)]
        first += len(of_article)
        embedded.append(Embedded(article, passages, own[: len(passages)], own[len(passages) :]))
    return embedded
