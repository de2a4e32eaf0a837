"""How long a reader waits for a program that has just been started.

    python -m tests.bench.start_speed [--articles 1000] [--runs 7] [--keep FOLDER]
                                      [--reader on|off|both] [--save] [--json]

Cold means a new process on a warm disk: one run before those that count. `ask` is from starting
`parley ask` until its answer is on standard output, on a library of the samples alone and on one
of so many articles of `ask_speed` (made by `big_library`, whose questions are embedded in
earnest). `page` is from starting `parley chat` until its page can be used (`.p-ready`) in a
headless Chromium that runs already, on the same libraries. Libraries are deleted afterwards,
unless they are in FOLDER.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser

from bot.app import open_owner
from tests.bench.ask_speed import questions
from tests.bench.big_library import make
from tests.bench.page import NO_CHROMIUM, chat, chromium, open_page
from tests.bench.parleys import add_reader_option, environment, readers, settings, silent
from tests.bench.results import Run, add_save_option

OF_SAMPLES = "Who led the Russian delegation?"


def main() -> int:
    arguments = _arguments()
    run = Run.begin()
    result: dict[str, Any] = {"runs": arguments.runs, "libraries": {}}
    with _kept(arguments.keep) as folder, chromium() as browser:
        if browser is None:
            result["skipped"] = f"page: {NO_CHROMIUM}"
            print(f"skipped: the page, for {NO_CHROMIUM}", file=sys.stderr)
        for name, home, question in _libraries(folder, arguments.articles):
            result["libraries"][name] = {
                reader: measure(environment(home, reader), question, arguments.runs, browser)
                for reader in readers(arguments.reader)
            }
    if arguments.save:
        run.save("start", result, "python -m tests.bench.start_speed --save")
    print(json.dumps(result) if arguments.json else _report(result))
    return 0


def _libraries(folder: Path, count: int) -> Generator[tuple[str, Path, str]]:
    """Make each library, and say how it is called and what is asked of it."""
    samples = folder / "start-samples"
    with open_owner(settings(samples), "bench", silent) as parley:
        parley.add_samples()
        held = parley.corpus.library.counts()["articles"]
    yield f"{held} samples", samples, OF_SAMPLES
    many = folder / f"start-{count}"
    make(many, article_count=count)
    yield f"{count} articles", many, next(questions(1))


def measure(
    given: Mapping[str, str], question: str, runs: int, browser: Browser | None
) -> dict[str, Any]:
    """Return seconds; the first run of each is not counted."""
    asked = [time_ask(given, question) for _ in range(runs + 1)][1:]
    result = {"ask": _summary(asked)}
    if browser is not None:
        result["page"] = _summary([time_page(given, browser) for _ in range(runs + 1)][1:])
    return result


def time_ask(given: Mapping[str, str], question: str) -> float:
    """Return the seconds until `parley ask` has printed its answer."""
    command = [sys.executable, "-m", "bot", "ask", question]
    started = time.perf_counter()
    with subprocess.Popen(
        command, env=dict(given), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as program:
        assert program.stdout is not None
        first = program.stdout.readline()
        seconds = time.perf_counter() - started
        program.stdout.read()
    if program.returncode or not first.strip():
        raise RuntimeError(f"`parley ask` gave no answer: status {program.returncode}")
    return seconds


def time_page(given: Mapping[str, str], browser: Browser) -> float:
    """Return the seconds until the page of `parley chat` can be used."""
    with chat(given) as program:
        page = open_page(browser, program.address)
        seconds = time.perf_counter() - program.started
        page.context.close()
    return seconds


def _summary(seconds: list[float]) -> dict[str, float]:
    return {"median_s": round(median(seconds), 2), "slowest_s": round(max(seconds), 2)}


@contextmanager
def _kept(folder: Path | None) -> Generator[Path]:
    if folder is not None:
        yield folder
        return
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def _report(result: Mapping[str, Any]) -> str:
    lines = [f"medians of {result['runs']} new processes, warm disk"]
    for name, by_reader in result["libraries"].items():
        for reader, each in by_reader.items():
            parts = (f"{what} {spent['median_s']} s" for what, spent in each.items())
            lines.append(f"  {name}, reader {reader}: {', '.join(parts)}")
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.start_speed",
        description="Seconds from starting a program to its answer, and to its page.",
    )
    parser.add_argument("--articles", type=int, default=1000, metavar="N")
    parser.add_argument("--runs", type=int, default=7, metavar="N")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the libraries here")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_reader_option(parser)
    add_save_option(parser)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
