"""`parley verify`: whether an exported briefing still holds."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.common import print_json
from bot.wording import count
from vectorstore.errors import ReadError

if TYPE_CHECKING:
    from bot.briefing.export.verification import CheckedSentence, Verification

# No briefing is a hundredth of it.
_LARGEST = 20_000_000  # bytes
_LONGEST = 100  # characters of a sentence that is named
_KINDS = {
    "sentence": ("sentence", "sentences"),
    "entry": ("entry", "entries"),
    "heading": ("heading", "headings"),
}
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

    A text that is quoted from the articles must stand there word for word. What a model wrote is
    checked by rule: an edit that keeps to its passages’ names and numbers may pass. The
    title, the line below it, and the names of parties and issues are not checked, nor are
    notices, what the articles do not say, which articles were edited and the report on wording:
    their lines are counted.
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
    parts = [
        _how_many([each.holds for each in _unmarked(checked, kind)], *forms)
        for kind, forms in _KINDS.items()
    ]
    notes = _how_many([each.holds for each in checked.footnotes], "footnote", "footnotes")
    told = [*filter(None, parts), notes or "no footnote"]
    said = f"{_listing(told)} hold." if len(told) > 1 else f"{told[0].capitalize()} holds."
    if marked := sum(each.marked for each in checked.sentences):
        said += (
            f" {count(marked, 'sentence')} {'is' if marked == 1 else 'are'} marked as not verified."
        )
    return said + _unchecked(checked)


def _unmarked(checked: "Verification", kind: str) -> "list[CheckedSentence]":
    return [each for each in checked.sentences if each.kind == kind and not each.marked]


def _how_many(held: list[bool], one: str, several: str) -> str:
    """Say how many hold (“3 of 4 sentences”), nothing of none."""
    noun = one if len(held) == 1 else several
    if not held:
        return ""
    return f"{len(held):,} {noun}" if all(held) else f"{sum(held):,} of {len(held):,} {noun}"


def _unchecked(checked: "Verification") -> str:
    """Say how many lines are not checked, if any, and where they stand."""
    under = Counter(heading for heading, _ in checked.unchecked)
    told = [f"{count(number, 'line')} under “{heading}”" for heading, number in under.items()]
    return f" Not checked: {_listing(told)}." if told else ""


def _listing(parts: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"
