"""`parley ingest`: articles into the library."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from bot.cli.common import console, item_progress, notice, print_json, progress
from vectorstore.errors import ParleyError
from vectorstore.ingest import IngestReport, Item
from vectorstore.readers import count_files
from vectorstore.reading import Found, Reading

_STYLES = {
    "added": "green",
    "updated": "cyan",
    "unchanged": "dim",
    "duplicate": "yellow",
    "rejected": "red",
}


@click.command(
    short_help="Take articles in: files or folders of them.",
    epilog="\b\nExamples:\n  parley ingest article.pdf saved-page.html mail.eml\n"
    "  parley ingest coverage/ archive.zip --json > report.json\n"
    '  pbpaste | parley ingest - --publisher "Vell Courier" --published 2022-03-29',
)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--title", metavar="TEXT", help="The title of a text on standard input.")
@click.option("--publisher", metavar="NAME", help="Who published it.")
@click.option("--author", metavar="NAME", help="Who wrote it.")
@click.option("--published", metavar="DATE", help="When: YYYY-MM-DD, YYYY-MM or YYYY.")
@click.option("--url", metavar="URL", help="Its address on the web.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.pass_context
def ingest(
    context: click.Context, sources: tuple[str, ...], as_json: bool, **given: str | None
) -> None:
    """Take articles in: files, folders of them, or a text on standard input (-).

    Text, Markdown, saved web pages, PDF, DOCX, mails (.eml), JSON Lines, and zip archives of
    any. The same input twice changes nothing; what was stopped goes on when run again. Exit
    status 1 if anything was rejected.
    """
    from bot.app import own_corpus
    from bot.settings import load
    from vectorstore.ingest import take_in

    metadata = {name: value for name, value in given.items() if value}

    pasted = _pasted(sources, metadata)
    settled: list[Item] = []
    try:
        with (
            own_corpus(load(), "ingest", notice) as corpus,
            Reading() as reading,
            progress("Ingesting", _total(sources)) as advance,
        ):
            moved = item_progress(advance)

            def settle(item: Item) -> None:
                settled.append(item)
                moved(item)

            found = _read(reading, sources, pasted, metadata)
            report = take_in(corpus, found, on_item=settle)
    except (ParleyError, KeyboardInterrupt) as error:
        report = IngestReport(tuple(settled))
        if settled:
            notice("the ingest broke off; what follows was taken in before:")
            print_json(report.to_json()) if as_json else _show(report)
        if isinstance(error, ParleyError):
            raise
        raise ParleyError(
            f"Stopped after {len(settled)} inputs. The same command again goes on where this ended."
        ) from error
    if as_json:
        print_json(report.to_json())
    else:
        _show(report)
    context.exit(1 if report.count("rejected") else 0)


def _pasted(sources: tuple[str, ...], metadata: Mapping[str, str]) -> str:
    """Return the text on standard input, if it is one of the sources."""
    if "-" in sources:
        return sys.stdin.buffer.read().decode("utf-8", errors="surrogateescape")
    if metadata:
        raise click.UsageError(
            "--title, --publisher, --author, --published and --url go with a text on -."
        )
    return ""


def _read(
    reading: Reading, sources: tuple[str, ...], pasted: str, metadata: Mapping[str, str]
) -> Iterator[Found]:
    for source in sources:
        if source == "-":
            yield from reading.text(pasted, metadata, "standard input")
        else:
            yield from reading.source(source)


def _total(sources: tuple[str, ...]) -> int | None:
    """Return how many articles are to come, where a file is an article."""
    if any(source.endswith((".jsonl", ".ndjson", ".zip", ".eml")) for source in sources):
        return None
    return count_files(sources)


def _show(report: IngestReport) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in ("", "input", "date", "passages", "cut", "title, or what is wrong"):
        table.add_column(heading, justify="right" if heading in ("passages", "cut") else "left")
    for item in report.items:
        copy = f"prints the story of {item.duplicate_of}" if item.duplicate_of else None
        said = "; ".join(part for part in (item.title, copy, item.reason) if part)
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
