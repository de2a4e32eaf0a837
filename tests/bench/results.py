"""The benchmarks' figures, kept in one versioned file: each benchmark merges its own section.

    results.json = {section: {"date", "command", "machine", "versions", "figures"}}

Each section says when, by which command, on what machine and with which versions it was taken,
and what else ran there meanwhile (`others`: how many cores' worth of other programs' work), so
that a figure taken on a busy machine can be told from one that was not. Knows nothing of what
the figures are.
"""

import argparse
import json
import os
import platform
import resource
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("results.json")
VERSIONS = ("parley-news", "chromadb", "onnxruntime", "langchain-text-splitters")
_CPU, _MEMORY, _STATE = Path("/proc/cpuinfo"), Path("/proc/meminfo"), Path("/proc/stat")
# Of /proc/stat's first line, by proc(5): what is neither idle nor waiting for a disk.
_IDLE, _WAITING, _OF_GUESTS = 3, 4, 8


@dataclass(frozen=True, slots=True)
class Run:
    """A benchmark on its way: begun when, and what processors had been used for by then."""

    started: float
    busy: float | None
    own: float

    @classmethod
    def begin(cls) -> "Run":
        """Begin, before anything is measured."""
        return cls(time.monotonic(), _busy_seconds(), _own_seconds())

    def others(self) -> float | None:
        """Return how many cores other programs took since; None where that cannot be known."""
        busy = _busy_seconds()
        if self.busy is None or busy is None:
            return None
        elsewhere = busy - self.busy - (_own_seconds() - self.own)
        return round(max(elsewhere, 0.0) / max(time.monotonic() - self.started, 1e-9), 2)

    def save(
        self, section: str, figures: Mapping[str, Any], command: str, file: Path = FILE
    ) -> None:
        """Put the figures into the file in place of this section's last ones."""
        merge(
            section,
            {
                "date": datetime.now(UTC).date().isoformat(),
                "command": command,
                "machine": {**machine(), "others": self.others()},
                "versions": versions(),
                "figures": dict(figures),
            },
            file,
        )


def load(file: Path = FILE) -> dict[str, Any]:
    """Return all sections; none where there is no file yet."""
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def merge(section: str, entry: Mapping[str, Any], file: Path = FILE) -> None:
    """Replace one section; the others stay as they are, whatever ends this process."""
    sections = load(file) | {section: entry}
    text = json.dumps(sections, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    beside = file.with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)


def add_save_option(parser: argparse.ArgumentParser) -> None:
    """Let a benchmark be told to keep its figures."""
    parser.add_argument("--save", action="store_true", help=f"keep the figures in {FILE.name}")


def machine() -> dict[str, Any]:
    """Return what the machine is, without its name."""
    return {
        "cores": os.cpu_count(),
        "cpu": _value(_CPU, "model name") or platform.processor() or platform.machine(),
        "memory_gb": round(int((_value(_MEMORY, "MemTotal") or "0 kB").split()[0]) / 1e6, 1),
        "os": f"{platform.system()} {platform.release()}",
    }


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that the figures hang on."""
    return {"python": platform.python_version(), **{name: version(name) for name in VERSIONS}}


def _value(file: Path, name: str) -> str | None:
    """Return what follows a name and a colon in one of Linux's tables, None elsewhere."""
    if not file.exists():
        return None
    rows = (line.partition(":") for line in file.read_text(encoding="utf-8").splitlines())
    return next((value.strip() for key, _, value in rows if key.strip() == name), None)


def _busy_seconds() -> float | None:
    """Return for how long the machine's processors have worked, all together."""
    if not _STATE.exists():
        return None
    spent = [int(part) for part in _STATE.read_text(encoding="utf-8").split()[1 : 1 + _OF_GUESTS]]
    worked = sum(spent) - spent[_IDLE] - spent[_WAITING]
    return worked / os.sysconf("SC_CLK_TCK")


def _own_seconds() -> float:
    """Return for how long they have worked for this process and its ended children."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)
