"""What the benchmarks share of starting Parley: its settings, its reader, its programs."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.settings import Settings

# The learned pair scorer: switched by a setting, where this Parley has it.
ON, OFF = "on", "off"
HAS_READER = "reader" in Settings.model_fields


def settings(home: Path, reader: str = OFF) -> Settings:
    """Return the settings for a data folder, quoting, with the reader on or off."""
    known: dict[str, Any] = {"reader": reader} if HAS_READER else {}
    return Settings(home=home, engine="extractive", chroma_url=None, **known)


def environment(home: Path, reader: str = OFF) -> dict[str, str]:
    """Return the same for a program of its own, whatever else is set where this one runs."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PARLEY_", "OPENAI_"))
    }
    known = {"PARLEY_READER": reader} if HAS_READER else {}
    return kept | known | {"PARLEY_HOME": str(home), "PARLEY_ENGINE": "extractive"}


def add_reader_option(parser: argparse.ArgumentParser) -> None:
    """Let a benchmark be told whether the reader is on; see `readers`."""
    parser.add_argument(
        "--reader",
        choices=(ON, OFF, "both"),
        help="with the learned pair scorer, or without (default: both, where there is one)",
    )


def readers(wanted: str | None) -> Sequence[str]:
    """Return the states of the reader that are to be measured."""
    if not HAS_READER and wanted in (ON, "both"):
        sys.exit("This Parley has no reader to switch on: leave --reader out, or give off.")
    if wanted in (ON, OFF):
        return (wanted,)
    return (OFF, ON) if HAS_READER else (OFF,)


def reader_name(reader: str) -> str:
    """Return what Parley with the reader on or off is called beside the peer."""
    return f"Parley, reader {reader}" if HAS_READER else "Parley"


def silent(_message: str) -> None:
    """Take a notice that nobody is to be shown."""
