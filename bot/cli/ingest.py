"""`parley ingest`: articles into the library."""

from pathlib import Path

import click

from bot.cli.common import console, item_progress, notice, print_json, progress
from vectorstore.errors import ParleyError
from vectorstore.ingest import IngestReport, Item
from vectorstore.readers import count_files

_STYLES = {
    "added": "green",
    "updated": "cyan",
    "unchanged": "dim",
    "duplicate": "yellow",
    "rejected": "red",
}


@click.command(
    short_help="Take articles in: files or folders of them.",
    epilog="\b\nExamples:\n  parley ingest article.html notes.md\n"
    "  parley ingest coverage/ --json > report.json",
)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.pass_context
def ingest(context: click.Context, sources: tuple[str, ...], as_json: bool) -> None:
    """Take articles in: text, Markdown, HTML and JSON Lines files, or folders of them.

    The same input twice changes nothing. Exit status 1 if anything was rejected.
    """
    from bot.app import own_corpus
    from bot.settings import load
    from vectorstore.ingest import ingest as take_in

    settled: list[Item] = []
    try:
        with (
            own_corpus(load(), "ingest", notice) as corpus,
            progress("Ingesting", _total(sources)) as advance,
        ):
            moved = item_progress(advance)

            def settle(item: Item) -> None:
                settled.append(item)
                moved(item)

            report = take_in(corpus, sources, on_item=settle)
    except ParleyError:
        if settled:
            notice("the ingest broke off; what follows was taken in before:")
            _show(IngestReport(tuple(settled)))
        raise
    if as_json:
        print_json(report.to_json())
    else:
        _show(report)
    context.exit(1 if report.count("rejected") else 0)


def _total(sources: tuple[str, ...]) -> int | None:
    """Return how many articles are to come, where a file is an article."""
    if any(source.endswith((".jsonl", ".ndjson")) for source in sources):
        return None
    return count_files(sources)


def _show(report: IngestReport) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in ("", "input", "date", "passages", "cut", "title, or what is wrong"):
        table.add_column(heading, justify="right" if heading in ("passages", "cut") else "left")
    for item in report.items:
        said = "; ".join(part for part in (item.title, item.reason) if part)
        if item.status == "rejected":
            said = item.reason or ""
        table.add_row(
            Text(item.status, style=_STYLES[item.status]),
            Text(Path(item.source).name),
            (item.published or "unknown")[:10] if item.article_id else "",
            str(item.passages) if item.article_id else "",
            str(item.removed_lines) if item.article_id else "",
            Text(said),
        )
    shown = console()
    shown.print(table)
    counts = report.to_json()
    names = ("added", "updated", "unchanged", "duplicates", "rejected")
    shown.print(", ".join(f"{counts[name]} {name}" for name in names if counts[name]) + ".")
