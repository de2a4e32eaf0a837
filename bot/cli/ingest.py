"""`parley ingest`: articles into the library."""

import click

from bot.cli.common import console, item_progress, notice, print_json, progress
from vectorstore.ingest import IngestReport

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
    from bot.app import open_owner
    from bot.settings import load
    from vectorstore.ingest import ingest as take_in

    with (
        open_owner(load(), "ingest", notice) as parley,
        progress("Ingesting", None) as advance,
    ):
        report = take_in(parley.corpus, sources, on_item=item_progress(advance))
    if as_json:
        print_json(report.to_json())
    else:
        _show(report)
    context.exit(1 if report.count("rejected") else 0)


def _show(report: IngestReport) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in ("", "date", "passages", "cut", "title, or what is wrong"):
        table.add_column(heading, justify="right" if heading in ("passages", "cut") else "left")
    for item in report.items:
        said = "; ".join(part for part in (item.title, item.reason) if part)
        if item.status == "rejected":
            said = item.reason or ""
        table.add_row(
            Text(item.status, style=_STYLES[item.status]),
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
