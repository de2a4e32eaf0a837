"""`parley articles`: what is in the library."""

from dataclasses import asdict
from typing import Any

import click

from bot.cli.common import notice, print_json, progress
from vectorstore.documents import Article
from vectorstore.errors import ParleyError


@click.group()
def articles() -> None:
    """List, show, remove and re-index the library's articles."""


@articles.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_articles(as_json: bool) -> None:
    """List the articles, newest first."""
    from bot.app import open_reader
    from bot.settings import load

    with open_reader(load()) as parley:
        found = parley.corpus.library.articles()
    if as_json:
        print_json({"articles": [_summary(article) for article in found]})
        return
    for article in found:
        described = (article.title, article.publisher, "sample" if article.sample else None)
        date = (article.published or "date unknown")[:12].partition("T")[0]
        click.echo(f"{article.id}  {date:12}  {', '.join(part for part in described if part)}")
    if not found:
        notice("the library is empty: `parley ingest FILE` adds articles.")


@articles.command()
@click.argument("article_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(article_id: str, as_json: bool) -> None:
    """Show an article: its text, its metadata and what was cut from it."""
    from bot.app import open_reader
    from bot.settings import load

    with open_reader(load()) as parley:
        article = parley.article(article_id)
    if as_json:
        print_json(
            {"article_id": article.id, **{k: v for k, v in asdict(article).items() if k != "id"}}
        )
        return
    derived = " (derived from the text)" if article.title_derived else ""
    click.secho(f"{article.title}{derived}", bold=True)
    described = (
        article.publisher,
        article.author,
        article.published or "date unknown",
        article.url,
    )
    click.echo(", ".join(part for part in described if part) + "\n")
    click.echo(article.text)
    for cut in article.removed:
        click.secho(f"[cut] {cut.text}", dim=True)


@articles.command(
    epilog="\b\nExamples:\n  parley articles remove --samples\n  parley articles remove 3f2a…"
)
@click.argument("article_ids", nargs=-1, metavar="ID...")
@click.option("--samples", is_flag=True, help="Remove the bundled samples, for good.")
def remove(article_ids: tuple[str, ...], samples: bool) -> None:
    """Remove articles, or all samples."""
    if bool(article_ids) == samples:
        raise click.UsageError("Give either the ids of articles or --samples.")
    from bot.app import own_corpus
    from bot.settings import load
    from vectorstore.ingest import remove_articles, remove_samples

    with own_corpus(load(), "articles remove", notice) as corpus:
        count = len(article_ids)
        if samples:
            count = remove_samples(corpus)
        else:
            remove_articles(corpus, article_ids)
    notice(f"removed {count} article{'' if count == 1 else 's'}.")


@articles.command()
def reindex() -> None:
    """Make vectors, word index and vector index anew from the articles' texts."""
    from bot.app import own_corpus
    from bot.settings import load
    from vectorstore.ingest import reindex as make_anew

    with own_corpus(load(), "articles reindex", notice, any_embedder=True) as corpus:
        total = corpus.library.counts()["articles"]
        if not total:
            raise ParleyError("The library is empty: `parley ingest FILE` adds articles.")
        with progress("Re-indexing", total) as advance:
            make_anew(corpus, on_article=lambda article: advance(article.title or ""))
    notice(f"re-indexed {total} articles.")


def _summary(article: Article) -> dict[str, Any]:
    kept = ("title", "title_derived", "publisher", "published", "url", "sample", "version")
    return {"article_id": article.id, **{name: getattr(article, name) for name in kept}}
