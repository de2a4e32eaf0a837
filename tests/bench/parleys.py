"""What the benchmarks share of starting Parley: its settings, its reader, its programs."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.settings import Settings

# The learned pair scorer, which a setting switches.
ON, OFF = "on", "off"


def settings(home: Path, reader: str = OFF) -> Settings:
    """Return the settings for a data folder, quoting, with the reader on or off."""
    known: dict[str, Any] = {"reader": reader}
    return Settings(home=home, engine="extractive", chroma_url=None, **known)


def environment(home: Path, reader: str = OFF) -> dict[str, str]:
    """Return the same for a program of its own, whatever else is set where this one runs."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PARLEY_", "OPENAI_"))
    }
    given = {"PARLEY_HOME": str(home), "PARLEY_ENGINE": "extractive", "PARLEY_READER": reader}
    return kept | given


def add_reader_option(parser: argparse.ArgumentParser) -> None:
    """Let a benchmark be told whether the reader is on; see `readers`."""
    parser.add_argument(
        "--reader",
        choices=(ON, OFF, "both"),
        default="both",
        help="with the learned pair scorer, or without (default: both)",
    )


def readers(wanted: str) -> Sequence[str]:
    """Return the states of the reader that are to be measured."""
    return (OFF, ON) if wanted == "both" else (wanted,)


def reader_name(reader: str) -> str:
    """Return what Parley with the reader on or off is called beside the peer."""
    return f"Parley, reader {reader}"


def silent(_message: str) -> None:
    """Take a notice that nobody is to be shown."""
