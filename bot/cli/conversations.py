"""`parley conversations`: what was asked and answered on the page."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bot.answers import Answer
from bot.cli.common import notice, print_json
from bot.cli.output import output_option, write_text
from bot.scope import Scope
from vectorstore.catalogue import Catalogue
from vectorstore.errors import LibraryError, NotFoundError
from vectorstore.text import clean_unicode
from vectorstore.transcripts import State, StoredConversation, StoredTurn, Transcripts


@dataclass(frozen=True, slots=True)
class _Turn:
    question: str
    answer: Answer | None
    error: str | None
    state: State
    scope: Scope


@click.group()
def conversations() -> None:
    """List and export the page's conversations."""


@conversations.command("list")
@click.option("--search", default="", metavar="WORDS", help="Only those that hold all these words.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_conversations(search: str, as_json: bool) -> None:
    """List the conversations, the last changed first."""
    from bot.app import open_library
    from bot.settings import load
    from bot.wording import count

    with open_library(load()) as library:
        # One whose questions were all taken back is no conversation, until it is asked in again.
        known = Transcripts(library).find(search)
        found = [each for each in known if each.turns]
    if as_json:
        print_json({"conversations": [_summary(each) for each in found]})
        return
    for each in found:
        # A title may hold what moves a terminal's cursor.
        title = " ".join(clean_unicode(each.title)[0].split())
        click.echo(f"{each.id}  {each.changed_at[:10]}  {title} ({count(each.turns, 'question')})")
    if not found:
        none = "no conversation holds all these words" if search.split() else "none is kept yet"
        notice(f"{none}: `parley chat` starts conversations and keeps them.")


@conversations.command(epilog="\b\nExample:\n  parley conversations export 3f2a… --output talks.md")
@click.argument("conversation_id", metavar="ID")
@output_option
def export(conversation_id: str, output: Path | None) -> None:
    """Export a conversation as Markdown, with every answer's sources."""
    from bot.app import open_library
    from bot.settings import load
    from bot.transcript import as_markdown

    with open_library(load()) as library:
        transcripts = Transcripts(library)
        with library.snapshot():
            try:
                found = transcripts.get(conversation_id)
            except NotFoundError as error:
                raise NotFoundError(
                    f"There is no conversation {conversation_id}: `parley conversations list` "
                    "shows those there are."
                ) from error
            turns = [_turn(stored) for stored in transcripts.turns(conversation_id)]
            asked = {article_id for turn in turns for article_id in turn.scope.articles}
            titles = Catalogue(library).titles(asked)
    write_text(as_markdown(found.title, turns, datetime.now(UTC), titles), output)


def _turn(stored: StoredTurn) -> _Turn:
    try:
        answer = Answer.from_json(json.loads(stored.answer)) if stored.answer else None
        scope = Scope.from_json(stored.scope)
    except ValueError as error:
        raise LibraryError(
            f"The answer to “{stored.question[:80]}” cannot be read: restore the library from a "
            "backup, or take that question out of the conversation."
        ) from error
    return _Turn(stored.question, answer, stored.error, stored.state, scope)


def _summary(found: StoredConversation) -> dict[str, Any]:
    return {**asdict(found), "scope": json.loads(found.scope)}
