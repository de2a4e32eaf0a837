"""`parley articles`: what is in the library, and how it is put right."""

from dataclasses import asdict
from typing import Any

import click

from bot.cli.common import notice, print_json, progress
from bot.edits import Piece
from bot.wording import origins
from vectorstore.documents import Article
from vectorstore.errors import ParleyError


@click.group(short_help="List, show, remove and re-index the library's articles.")
def articles() -> None:
    """List, show, correct, remove, restore and re-index the library's articles."""


@articles.command(
    "list", epilog="\b\nExamples:\n  parley articles list\n  parley articles list --deleted"
)
@click.option("--deleted", is_flag=True, help="List what was removed and can be restored.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_articles(deleted: bool, as_json: bool) -> None:
    """List the articles, newest first; or the deleted ones, the last deleted first.

    A date with a question mark is the one in the file's name.
    """
    from bot.app import open_library
    from bot.settings import load
    from vectorstore.bin import Bin
    from vectorstore.families import Families

    with open_library(load()) as library:
        found = Bin(library).articles() if deleted else library.articles()
        origin_of = Families(library).origins()
    if as_json:
        rows = [{**_summary(each), "duplicate_of": origin_of.get(each.id)} for each in found]
        print_json({"articles": rows})
        return
    for article in found:
        origin = origin_of.get(article.id)
        click.echo(_line(article) + (f", a copy of {origin}" if origin else ""))
    if not found and deleted:
        notice("no article is deleted.")
    elif not found:
        notice("the library is empty: `parley ingest FILE` adds articles.")


@articles.command()
@click.argument("article_id", metavar="ID")
@click.option("--version", type=int, metavar="N", help="An earlier version of it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(article_id: str, version: int | None, as_json: bool) -> None:
    """Show an article: its text, its metadata and what was cut from it."""
    from bot.app import open_library
    from bot.settings import load
    from vectorstore.families import Families

    with open_library(load()) as library:
        article = library.article(article_id, version)
        family = [each for each in Families(library).of(article_id) if each.id != article_id]
        versions = len(library.versions(article_id))
    if as_json:
        kept = {name: value for name, value in asdict(article).items() if name != "id"}
        copies = [each.id for each in family]
        print_json({"article_id": article.id, **kept, "versions": versions, "copies": copies})
        return
    derived = " (derived from the text)" if article.title_derived else ""
    click.secho(f"{article.title}{derived}", bold=True)
    described = (
        article.publisher,
        article.author,
        _dated(article),
        article.url,
    )
    click.echo(", ".join(part for part in described if part))
    if versions > 1:
        click.echo(f"Version {article.version} of {versions}; `parley articles diff` compares.")
    if family:
        said = origins([article.publisher, *(each.publisher for each in family)])
        click.echo(f"{said}: the same story is in {', '.join(each.id for each in family)}")
    click.echo(f"\n{article.text}")
    for cut in article.removed:
        click.secho(f"[cut] {cut.text}", dim=True)


@articles.command(
    epilog="\b\nExamples:\n  parley articles diff 3f2a…\n"
    "  parley articles diff 3f2a… --from 1 --to 3"
)
@click.argument("article_id", metavar="ID")
@click.option("--from", "old", type=int, metavar="N", help="The version before.")
@click.option("--to", "new", type=int, metavar="N", help="The version after.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def diff(article_id: str, old: int | None, new: int | None, as_json: bool) -> None:
    """Show what was changed from one version of an article to another.

    New text at the same address is a new version: this shows what was edited in silence.
    """
    from bot.app import open_library
    from bot.edits import edits
    from bot.settings import load

    with open_library(load()) as library:
        after = library.article(article_id, new)
        known = library.versions(article_id)
        if old is None and after.version == known[0][0]:
            raise ParleyError(
                f"Version {after.version} is the first of {article_id}: nothing came before it."
            )
        before = library.article(article_id, after.version - 1 if old is None else old)
    found = edits(before, after)
    if as_json:
        print_json(
            {"article_id": article_id, "from": before.version, "to": after.version, **asdict(found)}
        )
        return
    click.secho(f"{after.title}: version {before.version} to {after.version}", bold=True)
    for name, was, now in found.fields:
        click.echo(f"{name}: {was or 'not given'} → {now or 'not given'}")
    for paragraph in found.paragraphs:
        if any(piece.kind != "same" for piece in paragraph):
            click.echo("\n" + "".join(map(_edited, paragraph)))


def _edited(piece: Piece) -> str:
    """Return a piece as a terminal shows it, with marks where there is no colour."""
    if piece.kind == "same":
        return piece.text
    mark, colour = {"added": ("+", "green"), "removed": ("-", "red")}[piece.kind]
    stripped = piece.text.rstrip()
    return click.style(f"[{mark}{stripped}{mark}]", fg=colour) + piece.text[len(stripped) :]


@articles.command(
    epilog="\b\nExamples:\n  parley articles remove --samples\n  parley articles remove 3f2a…"
)
@click.argument("article_ids", nargs=-1, metavar="ID...")
@click.option("--samples", is_flag=True, help="Remove the bundled samples.")
def remove(article_ids: tuple[str, ...], samples: bool) -> None:
    """Remove articles, or all samples; `restore` brings them back, until a `purge`."""
    if bool(article_ids) == samples:
        raise click.UsageError("Give either the ids of articles or --samples.")
    from bot.app import own_corpus
    from bot.settings import load
    from vectorstore.curation import remove_articles, remove_samples

    ids = tuple(dict.fromkeys(article_ids))
    with own_corpus(load(), "articles remove", notice) as corpus:
        count = len(ids)
        if samples:
            count = remove_samples(corpus)
        else:
            remove_articles(corpus, ids)
    back = "--all" if count > 1 else " ".join(ids) or "--all"
    notice(
        f"removed {_articles(count)}. `parley articles restore {back}` brings "
        f"{'it' if count == 1 else 'them'} back, `parley articles purge` deletes for good."
    )


@articles.command(
    epilog="\b\nExamples:\n  parley articles restore 3f2a…\n  parley articles restore --all"
)
@click.argument("article_ids", nargs=-1, metavar="ID...")
@click.option("--all", "everything", is_flag=True, help="Restore all that is deleted.")
def restore(article_ids: tuple[str, ...], everything: bool) -> None:
    """Bring removed articles back, as they were."""
    if bool(article_ids) == everything:
        raise click.UsageError("Give either the ids of removed articles or --all.")
    from bot.app import own_corpus
    from bot.settings import load
    from vectorstore.curation import binned, restore_articles

    with own_corpus(load(), "articles restore", notice) as corpus:
        if everything:
            article_ids = tuple(article.id for article in binned(corpus))
        count = restore_articles(corpus, article_ids)
    notice(f"restored {_articles(count)}.")


@articles.command(
    epilog="\b\nExamples:\n  parley articles list --deleted\n  parley articles purge --yes"
)
@click.option("--yes", is_flag=True, help="Do not ask first.")
def purge(yes: bool) -> None:
    """Delete for good what was removed: texts, versions and corrections.

    It cannot be undone. Nothing of the texts is left in the data folder; what conversations
    quote of them becomes "[removed]".
    """
    from bot.app import own_corpus
    from bot.purging import purge as delete_for_good
    from bot.settings import load
    from vectorstore.curation import binned

    with own_corpus(load(), "articles purge", notice) as corpus:
        found = binned(corpus)
        for article in found:
            click.echo(_line(article), err=True)
        if found and not yes:
            question = f"Delete {_articles(len(found))} for good? This cannot be undone."
            click.confirm(question, abort=True, err=True)
        count = delete_for_good(corpus)
    if count:
        notice(f"deleted {_articles(count)} for good.")
    else:
        notice("no article is deleted; what earlier purges may have left was cleared.")


def _field(name: str, what: str) -> Any:
    return click.option(f"--{name}", metavar=name.upper(), help=what)


@articles.command(
    epilog="\b\nExamples:\n  parley articles edit 3f2a… --published 2022-03-29\n"
    '  parley articles edit 3f2a… --publisher "Vell Courier" --author ""'
)
@click.argument("article_id", metavar="ID")
@_field("title", "Its title; empty: as it was read.")
@_field("publisher", "Who published it.")
@_field("author", "Who wrote it.")
@_field("published", "When: YYYY-MM-DD, YYYY-MM, YYYY, or with a time.")
@_field("url", "Its address on the web.")
@_field("language", "The code of its language, such as en or pt-BR.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def edit(article_id: str, as_json: bool, **fields: str | None) -> None:
    """Correct what is known of an article.

    An empty value says that it is unknown; the value that was read takes a correction back.
    What is corrected holds in lists, filters and citations, also if the article is read again.
    """
    changes = {name: value for name, value in fields.items() if value is not None}
    if not changes:
        raise click.UsageError("Name what is to be corrected, for example --published DATE.")
    from bot.app import own_corpus
    from bot.settings import load
    from vectorstore.curation import correct

    with own_corpus(load(), "articles edit", notice) as corpus:
        article = correct(corpus, article_id, changes)
    if as_json:
        print_json(_summary(article))
    else:
        click.echo(_line(article))


@articles.command()
def reindex() -> None:
    """Make vectors, word index and vector index anew from the articles' texts."""
    from bot.app import own_corpus
    from bot.settings import load
    from vectorstore.curation import reindex as make_anew

    with own_corpus(load(), "articles reindex", notice, any_embedder=True) as corpus:
        total = corpus.library.counts()["articles"]
        if not total:
            raise ParleyError("The library is empty: `parley ingest FILE` adds articles.")
        with progress("Re-indexing", total) as advance:
            make_anew(corpus, on_article=lambda article: advance(article.title or ""))
    notice(f"re-indexed {total} articles.")


def _articles(count: int) -> str:
    return f"{count} article{'' if count == 1 else 's'}"


def _dated(article: Article) -> str:
    """Return the publication date with where it stood, as far as it is known."""
    if article.published is None:
        return "date unknown"
    found_in = article.published_from
    return f"{article.published} (from: {found_in})" if found_in else article.published


def _line(article: Article) -> str:
    described = (article.title, article.publisher, "sample" if article.sample else None)
    date = (article.published or "date unknown")[:12].partition("T")[0]
    date += "?" if article.published_from == "file name" else ""
    return f"{article.id}  {date:12}  {', '.join(part for part in described if part)}"


def _summary(article: Article) -> dict[str, Any]:
    kept = (
        *("title", "title_derived", "publisher", "published", "published_precision"),
        *("published_from", "author", "url", "language", "sample", "version"),
    )
    return {"article_id": article.id, **{name: getattr(article, name) for name in kept}}
