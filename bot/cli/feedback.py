"""`parley feedback`: what readers said of answers, as a set of questions."""

import json
from pathlib import Path

import click

from bot.cli.common import notice
from bot.cli.output import output_option, write_text


@click.group()
def feedback() -> None:
    """Export rated answers as a set of questions."""


@feedback.command(
    epilog="\b\nExamples:\n  parley feedback export --output rated.jsonl\n"
    "  parley feedback export --rating down > wrong.jsonl"
)
@click.option(
    "--rating",
    type=click.Choice(["up", "down", "all"]),
    default="all",
    show_default=True,
    help="Only answers that were rated so.",
)
@output_option
def export(rating: str, output: Path | None) -> None:
    """Export rated answers as JSON Lines, in the form that `parley eval answers` reads.

    Each line has the question, its answers and articles, the rating with its comment, and
    what was shown. Of an answer that was rated down the right one is not known: its
    `answers` are null, to be filled in.
    """
    from bot.app import open_library
    from bot.feedback import evaluation_items
    from bot.settings import load
    from bot.wording import count
    from vectorstore.transcripts import Transcripts

    with open_library(load()) as library:
        given = Transcripts(library).feedback()
        stored = [each for each in given if rating in ("all", each.rating)]
        rows = list(evaluation_items(stored, library.article))
    if not rows:
        none = "no answer has been rated" + ("" if rating == "all" else f" {rating}")
        notice(f"{none} yet: rate some in `parley chat`.")
        return
    write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), output)
    notice(f"exported {count(len(rows), 'rated answer')}.")
    unknown = sum(row["answers"] is None for row in rows)
    if unknown:
        notice(
            f"{unknown} of them with `answers` null: fill these in (a list, empty if the "
            "articles do not say), and `parley eval answers` counts them."
        )
