"""The command line: words into calls, errors into exit codes, and nothing else.

Exit codes: 0 done; 1 the input or the environment is at fault (one line on standard
error: what, which, how to mend); 2 wrong usage. Commands import what they need when they
run, so that `parley --help` is quick.
"""

import sqlite3
import sys
from importlib.metadata import version

import click

from bot.cli import (
    articles,
    ask,
    brief,
    chat,
    conversations,
    doctor,
    evaluate,
    feedback,
    ingest,
    verify,
)
from vectorstore.errors import ParleyError

_EPILOG = """
\b
Examples:
  parley chat                                   open the page, with samples to try
  parley ingest coverage/                       take a folder of articles in
  parley ask "Who led the Russian delegation?"  ask on the command line
  parley brief "the ceasefire" --words 150       brief on a topic, neutrally
"""


@click.group(
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
)
@click.version_option(version("parley-news"), prog_name="parley")
def parley() -> None:
    """Cited answers from news articles about talks and diplomacy.

    Every sentence of an answer points to the passage that says it. Works with no key and
    no network, by quoting.
    """


for command in (chat.chat, ingest.ingest, ask.ask, brief.brief, articles.articles):
    parley.add_command(command)
for command in (verify.verify, evaluate.evaluate, conversations.conversations):
    parley.add_command(command)
for command in (feedback.feedback, doctor.doctor):
    parley.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its status."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    try:
        status = parley.main(arguments, prog_name="parley", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "parley"
        return _fail(f"{error.format_message()} See `{path} --help`.", 2)
    except (ParleyError, click.ClickException) as error:
        message = error.format_message() if isinstance(error, click.ClickException) else str(error)
        return _fail(message, 1)
    except sqlite3.DatabaseError as error:
        return _fail(
            f"The library is damaged or cannot be used ({error}): `parley doctor` looks into it; "
            "restore library.sqlite3 from a backup, or move it away and ingest again.",
            1,
        )
    except (KeyboardInterrupt, click.Abort):
        return _fail("Stopped.", 130)
    except BrokenPipeError:
        # The reader of our output (`head`, a pager) has seen enough.
        sys.stderr.close()
        return 0
    return status if isinstance(status, int) else 0


def _fail(message: str, status: int) -> int:
    click.echo(f"parley: {' '.join(message.split())}", err=True)
    return status
