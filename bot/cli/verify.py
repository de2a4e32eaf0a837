"""`parley verify`: whether an exported briefing still holds."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.common import print_json
from vectorstore.errors import ReadError

if TYPE_CHECKING:
    from bot.briefing.export.verification import Verification

# No briefing is a hundredth of it.
_LARGEST = 20_000_000  # bytes
_LONGEST = 100  # characters of a sentence that is named
_EXPORT = "`parley brief --format md --output FILE` writes one that can be verified."


@click.command(
    short_help="Check an exported briefing against the library.",
    epilog="\b\nExamples:\n  parley verify briefing.md\n  parley verify briefing.md --json",
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def verify(context: click.Context, file: Path, as_json: bool) -> None:
    """Check an exported briefing against the library.

    FILE is a briefing in Markdown, as exported or edited since. Every footnote is looked up
    in its article, every sentence and table entry is checked against the passages of its
    footnotes, and what no longer holds is named, a line each. Exit status 1 if anything
    does not hold. Sentences that the file itself marks as not verified are counted only.
    """
    from bot.app import open_library
    from bot.briefing.export.parsing import parse
    from bot.briefing.export.verification import verify as check
    from bot.settings import load

    parsed = parse(_read(file))
    if not parsed.is_briefing:
        raise ReadError(f"{file} is not a briefing in Markdown as Parley exports it: {_EXPORT}")
    with open_library(load()) as library:
        checked = check(parsed, library)
    if as_json:
        print_json({"file": str(file), **checked.to_json()})
    else:
        _show(checked)
    context.exit(0 if checked.holds else 1)


def _read(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            content = opened.read(_LARGEST + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ReadError(f"{file} cannot be read: {reason}. {_EXPORT}") from error
    if len(content) > _LARGEST:
        raise ReadError(f"{file} is larger than any briefing: {_EXPORT}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError(f"{file} is not a text in UTF-8: {_EXPORT}") from error


def _show(checked: "Verification") -> None:
    for note in checked.footnotes:
        if not note.holds:
            click.echo(f"Footnote {note.n}: {'; '.join(note.problems)}.")
    for sentence in checked.sentences:
        if not sentence.holds and not sentence.marked:
            name = sentence.kind.capitalize()
            click.echo(f"{name} “{_short(sentence.text)}”: {'; '.join(sentence.problems)}.")
    click.echo(summary(checked))


def summary(checked: "Verification") -> str:
    """Say how much holds (“12 sentences and 14 footnotes hold.”)."""
    from bot.wording import count

    marked = sum(each.marked for each in checked.sentences)
    kinds = [
        [each.holds for each in checked.sentences if each.kind == "sentence" and not each.marked],
        [each.holds for each in checked.sentences if each.kind == "entry" and not each.marked],
        [each.holds for each in checked.footnotes],
    ]
    parts = [
        count(len(held), noun) if all(held) else f"{sum(held):,} of {count(len(held), noun)}"
        for held, noun in zip(kinds, ("sentence", "entry", "footnote"), strict=True)
        if held or noun != "entry"
    ]
    said = f"{', '.join(parts[:-1])} and {parts[-1]} hold.".replace("entrys", "entries")
    if marked:
        are = "is" if marked == 1 else "are"
        said += f" {count(marked, 'sentence')} {are} marked as not verified."
    return said


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"
