"""Where a command's result goes: to standard output or into a file."""

import re
from pathlib import Path

import click

from vectorstore.errors import ParleyError

_SURROGATE = re.compile(r"[\ud800-\udfff]")

output_option = click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write into this file instead of to standard output.",
)


def write_text(text: str, output: Path | None) -> None:
    """Write `text` into the file, or to standard output if there is none.

    ParleyError if the file cannot be written.
    """
    # Half a character, as a browser may send, can neither be printed nor stored.
    text = _SURROGATE.sub("\ufffd", text)
    if output is None:
        click.echo(text, nl=False)
        return
    write_bytes(text.encode(), output)


def write_bytes(content: bytes, output: Path) -> None:
    """Write `content` into the file; ParleyError if it cannot be written."""
    try:
        output.write_bytes(content)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ParleyError(f"{output} cannot be written: {reason}.") from error
