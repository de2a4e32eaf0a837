"""`parley brief`: a neutral briefing on the command line."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from bot.briefing.export import BINARY, FORMATS, render
from bot.briefing.parts import Briefing
from bot.briefing.request import LONGEST, SHORTEST, Progress, Request
from bot.cli.common import console, filter_options, make_scope, notice
from bot.cli.output import output_option, write_bytes, write_text
from vectorstore.errors import NotFoundError, ParleyError
from vectorstore.library import Library


@click.command(
    short_help="Write a neutral briefing whose every line can be checked.",
    epilog="\b\nExamples:\n"
    '  parley brief "the ceasefire" --words 150\n'
    "  parley brief --since 2022-03-01 --as-of 2022-03-10 --output march.pdf\n"
    '  parley brief "the ceasefire" --output tuesday.json\n'
    '  parley brief "the ceasefire" --earlier tuesday.json',
)
@click.argument("topic", required=False)
@click.option(
    "--words",
    type=click.IntRange(SHORTEST, LONGEST),
    default=200,
    show_default=True,
    metavar="N",
    help=f"About so many words, {SHORTEST} to {LONGEST}.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    help="Markdown, Word, PDF or JSON; otherwise as FILE's ending says, or Markdown.",
)
@click.option(
    "--earlier",
    metavar="FILE|ID",
    help="Say what changed since this one: its JSON file, or its id on the page.",
)
@click.option("--keep", is_flag=True, help="Keep it on the page, too; not while that is open.")
@output_option
@filter_options
def brief(
    topic: str | None,
    words: int,
    form: str | None,
    earlier: str | None,
    keep: bool,
    output: Path | None,
    **narrow: Any,
) -> None:
    """Brief on TOPIC, or on all articles that the options let pass.

    Sentences come with footnotes, the parties' positions, a timeline, where reports differ, and
    a report on the briefing's own wording. `parley verify` checks an exported one.
    """
    form = form or _by_ending(output)
    if form in BINARY and output is None:
        raise click.UsageError(f"A {form.upper()} file needs --output FILE.")
    request = Request((topic or "").strip() or None, words, make_scope(**narrow))
    briefing = _made(request, earlier, keep=keep)
    for told in briefing.notices:
        notice(told)
    _write(briefing, form, output)


def _by_ending(output: Path | None) -> str:
    ending = output.suffix.lower().removeprefix(".") if output else ""
    return ending if ending in FORMATS else "md"


def _made(request: Request, earlier: str | None, *, keep: bool) -> Briefing:
    from bot.app import open_owner, open_reader
    from bot.briefings import Briefings
    from bot.settings import load

    opened = open_owner(load(), "brief", notice) if keep else open_reader(load(), notice)
    with opened as parley:
        before = _earlier(earlier, parley.corpus.library) if earlier else None
        briefing = _watched(parley.briefer.make(request, before))
        if briefing is None:
            raise ParleyError("The briefing was not made: try again.")
        if keep:
            made = Briefings(parley.corpus.library, parley.briefer.make).add(briefing, request)
            notice(f"kept as {made}: the page's Briefing tab has it.")
    return briefing


def _watched(steps: Iterator[Progress]) -> Briefing | None:
    """Return the last briefing that comes, and say meanwhile what is being done."""
    screen = console()
    briefing: Briefing | None = None
    with screen.status("Reading the articles …") if screen.is_terminal else nullcontext() as status:
        for step in steps:
            briefing = step.briefing
            if status is not None and step.doing:
                status.update(step.doing.replace("[", "("))
    return briefing


def _earlier(given: str, library: Library) -> Briefing:
    """Return the briefing of a JSON file, or the one that is kept under an id."""
    from bot.briefing.kept import from_stored
    from vectorstore.briefing_table import BriefingTable

    file = Path(given)
    if _is_file(file):
        try:
            return Briefing.from_json(json.loads(file.read_text("utf-8")))
        except (OSError, ValueError, RecursionError) as error:
            raise ParleyError(
                f"{file} is no briefing: give a file that `parley brief --format json` wrote."
            ) from error
    try:
        kept = from_stored(BriefingTable(library).get(given))
    except NotFoundError as error:
        raise ParleyError(
            f"{given} is neither a file nor the id of a kept briefing: give one of these."
        ) from error
    if kept.briefing is None:
        raise ParleyError(f"The briefing {given} was never made: give another one.")
    return kept.briefing


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long for one
        return False


def _write(briefing: Briefing, form: str, output: Path | None) -> None:
    content = render(briefing, form)
    if output is None:
        write_text(content.decode(), None)
    else:
        write_bytes(content, output)
