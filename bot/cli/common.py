"""What the commands share: notices, progress, JSON, and the filter's options."""

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bot.scope import Scope
from vectorstore.ingest import Item

_DATE = click.DateTime(["%Y-%m-%d"])


def console() -> Console:
    """Return the console for people: standard error, so that output stays clean."""
    return Console(stderr=True, highlight=False)


def notice(message: str) -> None:
    """Tell the person something on standard error."""
    click.echo(f"parley: {message}", err=True)


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object on one line of standard output."""
    click.echo(json.dumps(value, ensure_ascii=False))


@contextmanager
def progress(label: str, total: int | None) -> Generator[Callable[[str], None]]:
    """Show a progress bar on standard error; call what is yielded once an article."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}" + ("" if total is None else "/{task.total}")),
        TimeElapsedColumn(),
        TextColumn("{task.fields[current]}", style="dim"),
    )
    with Progress(*columns, console=console(), transient=True) as bar:
        task = bar.add_task(label, total=total, current="")

        def advance(current: str) -> None:
            bar.update(task, advance=1, current=current[:60].replace("[", "("))

        yield advance


def item_progress(advance: Callable[[str], None]) -> Callable[[Item], None]:
    """Return what an ingest calls for each item to move a progress bar on."""
    return lambda item: advance(item.title or item.source)


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that narrow a question to some articles."""
    options = (
        click.option("--since", type=_DATE, metavar="DATE", help="Only articles since this day."),
        click.option("--until", type=_DATE, metavar="DATE", help="Only articles up to this day."),
        click.option("--as-of", type=_DATE, metavar="DATE", help="As known on this day."),
        click.option("--publisher", multiple=True, metavar="NAME", help="Only this publisher's."),
        click.option("--article", multiple=True, metavar="ID", help="Only this article."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def make_scope(
    since: Any, until: Any, as_of: Any, publisher: tuple[str, ...], article: tuple[str, ...]
) -> Scope:
    """Make a scope of the options' values."""
    since, until, as_of = (day and day.date().isoformat() for day in (since, until, as_of))
    given = {"since": since, "until": until, "as_of": as_of}
    return Scope.of({**given, "publishers": publisher, "articles": article})
