"""`parley ask`: questions on the command line."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from bot.answers import Answer
from bot.citing import with_origins
from bot.cli.answer_text import as_text, last_of
from bot.cli.common import filter_options, make_scope, notice, print_json
from bot.scope import Scope
from vectorstore.errors import ParleyError
from vectorstore.families import Families

_UNANSWERED = "The question was not answered: ask again."


@click.command(
    short_help="Ask a question and get an answer with its sources.",
    epilog="\b\nExamples:\n"
    '  parley ask "Who led the Russian delegation?"\n'
    '  parley ask --since 2022-03-01 --publisher "Harbour Wire" "What was agreed?"\n'
    "  parley ask --file questions.txt --json > answers.jsonl",
)
@click.argument("question", required=False)
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Answer each line of this file, each on its own.",
)
@click.option(
    "--conversation",
    metavar="NAME",
    help="Go on in the conversation of this title or id, or begin it; it is kept.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON: one object an answer.")
@filter_options
def ask(
    question: str | None,
    file: Path | None,
    conversation: str | None,
    as_json: bool,
    **narrow: Any,
) -> None:
    """Ask a question, or a file of them, and get answers with their sources."""
    asked = _questions(question, file)
    scope = make_scope(**narrow)
    watched = not as_json
    answers = (
        _each(asked, scope, watched)
        if conversation is None
        else _within(conversation, asked, scope, watched)
    )
    for text, answer in zip(asked, answers, strict=True):
        if as_json:
            print_json(answer.to_json())
        else:
            if file is not None:
                click.secho(text, bold=True)
            click.echo(as_text(answer))


def _each(asked: Sequence[str], scope: Scope, watched: bool) -> Iterator[Answer]:
    """Answer each question on its own."""
    from bot.app import open_reader
    from bot.settings import load

    with open_reader(load(), notice) as parley:
        families = Families(parley.corpus.library)
        for text in asked:
            answer = last_of(parley.ask(text, scope), watched=watched)
            if answer is None:
                raise ParleyError(_UNANSWERED)
            yield with_origins(answer, families.origin)


def _within(name: str, asked: Sequence[str], scope: Scope, watched: bool) -> Iterator[Answer]:
    """Answer one question after another in a conversation, which is kept."""
    from bot.app import open_owner
    from bot.settings import load
    from bot.titles import tidy_title

    with open_owner(load(), "ask", notice) as parley, closing(parley.service()) as service:
        conversations = service.conversations
        title = tidy_title(name)
        for text in asked:
            found = conversations.find()
            known = next((each for each in found if name.strip() == each.id), None) or next(
                (each for each in found if each.title == title), None
            )
            # Without a filter of its own, a question is asked of what the conversation asks.
            asks = scope or (Scope.from_json(known.scope) if known else scope)
            talk = conversations.ask(known.id if known else None, text, asks)
            turns = conversations.follow(talk)
            last_of((each.answer for each in turns if each.answer), watched=watched)
            turn = conversations.wait(talk)
            if known is None:
                conversations.rename(talk, title)
            if turn.answer is None or turn.error is not None:
                raise ParleyError(turn.error or _UNANSWERED)
            yield with_origins(turn.answer, Families(parley.corpus.library).origin)


def _questions(question: str | None, file: Path | None) -> list[str]:
    if (question is None) == (file is None):
        raise click.UsageError("Give either a question or --file.")
    if file is None:
        lines = [question or ""]
    else:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise ParleyError(f"{file} cannot be read: {reason.lower()}.") from error
    asked = [line.strip() for line in lines if line.strip()]
    if not asked:
        raise click.UsageError("The question is empty.")
    return asked
