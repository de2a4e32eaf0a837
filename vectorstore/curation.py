"""What a reader does to the articles of a corpus: corrects, deletes, brings back, re-indexes.

Every function holds the corpus for writing while it works, and has told the vector index
when it returns. Nothing here reads inputs; see `ingest`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from vectorstore.bin import Bin
from vectorstore.corpus import Corpus
from vectorstore.corrections import check
from vectorstore.documents import Article
from vectorstore.families import Families
from vectorstore.index_files import clear_unused
from vectorstore.ingest import IngestReport, Item, embed_articles, ingest
from vectorstore.planning import Known
from vectorstore.rows import drop_spans
from vectorstore.upkeep import sync

_BATCH_ARTICLES = 16


def correct(corpus: Corpus, article_id: str, changes: Mapping[str, str]) -> Article:
    """Correct an article's metadata; return the article as it is now known.

    `changes` maps names of `library.FIELDS` to values. One that equals what was read takes
    the correction back, and so does an empty title; any other empty one says "unknown".

    Raises:
        NotFoundError: There is no such article.
        CorrectionError: A value is of no use; then none of the changes is made.
    """
    with corpus.writing:
        stored = check(changes, corpus.library.as_read(article_id))
        if stored:
            corpus.library.correct(article_id, stored)
        return corpus.library.article(article_id)


def remove_articles(corpus: Corpus, article_ids: Sequence[str]) -> None:
    """Put articles into the bin, out of every search; NotFoundError if one is not there."""
    with corpus.writing:
        Bin(corpus.library).put(article_ids)
        sync(corpus.spans, corpus.index)


def restore_articles(corpus: Corpus, article_ids: Sequence[str]) -> int:
    """Bring articles back out of the bin; return how many were in it.

    NotFoundError, and none is brought back, if the library does not have one of them.
    """
    with corpus.writing:
        library, bin_ = corpus.library, Bin(corpus.library)
        articles = bin_.those(article_ids)
        bare = bin_.without_spans(articles)
        anew = embed_articles(corpus, bare)
        bin_.restore(articles, anew)
        sync(corpus.spans, corpus.index)
        _link(corpus, {article.id for article in articles})
        if any(article.sample for article in articles):
            library.set_meta("samples", "added")
    return len(articles)


def binned(corpus: Corpus) -> list[Article]:
    """Return the articles in the bin, the last deleted first."""
    return Bin(corpus.library).articles()


def purge(corpus: Corpus) -> int:
    """Delete for good what is in the bin, which may be empty; return how many articles that were.

    Nothing of their texts is left in the data folder but what conversations, and ratings of
    their answers, quote: whoever knows what an answer is takes that out first. LibraryError if
    the articles are deleted, but something keeps their texts in the library's files: purge again.
    """
    with corpus.writing:
        clear_unused(corpus.folder / "index")
        return Bin(corpus.library).purge()


def add_samples(
    corpus: Corpus, folder: str, on_item: Callable[[Item], None] | None = None
) -> IngestReport | None:
    """Take the samples in, once in a library's life; None if they were here before."""
    with corpus.writing:
        if corpus.library.get_meta("samples") is not None:
            return None
        report = ingest(corpus, [folder], sample=True, on_item=on_item)
        corpus.library.set_meta("samples", "added")
    return report


def remove_samples(corpus: Corpus) -> int:
    """Put all samples into the bin; return how many there were."""
    with corpus.writing:
        samples = [article.id for article in corpus.library.articles() if article.sample]
        remove_articles(corpus, samples)
        corpus.library.set_meta("samples", "removed")
    return len(samples)


def reindex(corpus: Corpus, on_article: Callable[[Article], None] | None = None) -> int:
    """Make word index, vectors and vector index anew; return how many articles that were.

    For an embedder that has changed, or an index that is wanting.
    """
    library = corpus.library
    with corpus.writing:
        library.rebuild_words()
        # Of another embedder, perhaps; what is brought back from the bin is embedded anew.
        Bin(library).drop_spans()
        ids = [article.id for article in library.articles()]
        corpus.index.clear()
        # Until all are done, what the library holds must not be asked, also after a kill.
        library.set_meta("fingerprint", "an unfinished re-indexing")
        _link(corpus, set(ids))
        # Vectors of two embedders, perhaps of unlike dimensions, are never there together.
        with library.transaction() as connection:
            for article_id in ids:
                drop_spans(connection, article_id)
    for first in range(0, len(ids), _BATCH_ARTICLES):
        batch = _reembed(corpus, ids[first : first + _BATCH_ARTICLES])
        if on_article:
            for article in batch:
                on_article(article)
    library.set_meta("fingerprint", str(corpus.embedder.fingerprint))
    return len(ids)


def _link(corpus: Corpus, article_ids: Collection[str]) -> None:
    """Link articles that stand by themselves to what they are near-copies of."""
    known, families = Known(corpus.library), Families(corpus.library)
    # What came first is the origin.
    for article_id, _ in families.sketches():
        if article_id in article_ids and len(families.of(article_id)) == 1:
            (article,) = corpus.library.find(article_id=article_id)
            if (origin := known.origin(article)) is not None:
                families.link(article_id, origin)


def _reembed(corpus: Corpus, article_ids: Sequence[str]) -> list[Article]:
    """Embed articles anew, of these those that are still there."""
    with corpus.writing:
        among = f"id IN ({', '.join('?' * len(article_ids))})"
        articles = corpus.library.select("known", f"version = current AND {among}", article_ids)
        embedded = embed_articles(corpus, articles)
        corpus.library.put_spans(embedded)
        sync(corpus.spans, corpus.index)
    return articles
