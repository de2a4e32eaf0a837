"""How speed, memory and size on disk grow with the library, Parley's and the peer's.

    python -m tests.bench.growth [--sizes 100 1000 10000 100000p] [--keep FOLDER]
                                 [--reader on|off|both] [--save] [--json]

A size is a number of articles of `ask_speed` (600 words each) or, with a p, of Parley's passages,
and as many articles as that takes. Everything at one size is measured by processes of its own
(see `growth_steps`), so that memory is its own, and --save keeps a size's figures as soon as it is
done: a run that was broken off goes on with the sizes that are left.

Ingest is timed with real vectors, up to 1,000 articles; embedding 10,000 would take either side
the better part of an hour. Beyond, both sides are given the vectors of `big_library`, and their
ingest is not timed. Parley's passages come with a vector for each of their sentences, the peer's
chunks do not. `ask` is Parley's whole answer, as the page asks (Chroma's index) and as the command
does, and for the peer retrieval alone, the embedding of the question included; both also with
filters on dates and publishers. `serving` is the memory of a `parley chat` after its page is ready
in a headless Chromium, and after 20 questions on it, the samples among its articles. With --keep
libraries stay in FOLDER, with how long their ingest took, and are used again.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.ask_speed import ASKED, WORDS, articles, questions
from tests.bench.chroma_minilm import exact_model, lay_out
from tests.bench.growth_steps import FILTERS, memory_mb
from tests.bench.page import NO_CHROMIUM, ask, chat, chromium, open_page
from tests.bench.parleys import add_reader_option, environment, readers
from tests.bench.results import Run, add_save_option
from tests.browser.conftest import ROOT

SIZES = ("100", "1000", "10000", "100000p")
# Above, vectors are not the model's, and ingest is not timed.
REAL_UP_TO = 1_000
ON_THE_PAGE = 20


@dataclass(frozen=True, slots=True)
class Size:
    """How big a library is to be: by its articles, or by its passages."""

    name: str
    articles: int | None
    passages: int | None

    @classmethod
    def read(cls, name: str) -> "Size":
        """Read 1000 as so many articles, and 1000p as so many passages."""
        if not re.fullmatch(r"[1-9]\d*p?", name):
            raise argparse.ArgumentTypeError(f"{name} is no size: give 1000, or 1000p for passages")
        number = int(name.rstrip("p"))
        return cls(name, None, number) if name.endswith("p") else cls(name, number, None)

    @property
    def real(self) -> bool:
        """Whether it is small enough for the model's own vectors."""
        return self.articles is not None and self.articles <= REAL_UP_TO


def main() -> int:
    arguments = _arguments()
    results: dict[str, Any] = {}
    kept = nullcontext(arguments.keep) if arguments.keep else tempfile.TemporaryDirectory()
    with kept as folder:
        for size in arguments.sizes:
            run = Run.begin()
            results[size.name] = measure(size, Path(folder), arguments)
            if arguments.save:
                command = f"python -m tests.bench.growth --sizes {size.name} --save"
                run.save(f"growth/{size.name}", results[size.name], command)
            if not arguments.json:
                print(_report(size.name, results[size.name]), flush=True)
    if arguments.json:
        print(json.dumps(results))
    return 0


def measure(size: Size, folder: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    """Make both libraries of a size, and measure both."""
    home, store, model = (folder / size.name / part for part in ("parley", "peer", "model"))
    weights = lay_out(model, exact_model(arguments.chroma_model))
    real = ("--real",) if size.real else ()
    ours = _made(home, lambda: step("parley-take-in", home, *_wanted(size), *real))
    count = ours["articles"]
    theirs = _made(
        store,
        lambda: step("peer-take-in", store, "--articles", count, "--model", model, *real),
    )
    words = sum(len(each["text"].split()) for each in articles(count))
    asked = ("--asked", arguments.asked)
    on_disk = {"parley": disk_mb(home), "peer": disk_mb(store)}
    return {
        "articles": count,
        "words": words,
        "vectors": "real" if size.real else "stand-in",
        "parley": {
            **{name: ours[name] for name in ("passages", "sentences")},
            "disk_mb": on_disk["parley"],
            **({"ingest": _pace(ours, ours["passages"], words)} if size.real else {}),
            "ask": {
                reader: {
                    way: step("parley-ask", home, "--way", way, "--reader", reader, *asked)
                    for way in ("page", "command")
                }
                for reader in readers(arguments.reader)
            },
            "serving": {reader: serve(home, reader) for reader in readers(arguments.reader)},
        },
        "peer": {
            "chunks": theirs["chunks"],
            "disk_mb": on_disk["peer"],
            "weights": weights,
            **({"ingest": _pace(theirs, theirs["chunks"], words)} if size.real else {}),
            "ask": step("peer-ask", store, "--model", model, *asked),
        },
    }


def step(name: str, folder: Path, *options: object) -> dict[str, Any]:
    """Run one step in a process of its own, and return what it measured."""
    command = [sys.executable, "-m", "tests.bench.growth_steps", name, str(folder)]
    done = subprocess.run(
        [*command, *map(str, options)],
        cwd=ROOT,
        env=environment(folder),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def _wanted(size: Size) -> tuple[str, int]:
    if size.articles is not None:
        return "--articles", size.articles
    return "--passages", size.passages or 0


def _made(folder: Path, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return what making a library said: now, or in the run that kept it."""
    beside = folder.with_name(f"{folder.name}-made.json")
    if not beside.exists():
        made = make()
        beside.write_text(json.dumps(made), encoding="utf-8")
    return json.loads(beside.read_text(encoding="utf-8"))


def _pace(made: Mapping[str, Any], pieces: int, words: int) -> dict[str, Any]:
    """Return how fast articles were taken in, by pieces (passages or chunks) and by words."""
    return {
        "seconds": made["seconds"],
        "pieces_per_s": round(pieces / made["seconds"], 1),
        "words_per_s": round(words / made["seconds"]),
        "memory": made["memory"],
    }


def serve(home: Path, reader: str) -> dict[str, Any]:
    """Return the memory of a `parley chat` when its page is ready, and after some questions."""
    with chromium() as browser:
        if browser is None:
            print(f"skipped: memory while serving, for {NO_CHROMIUM}", file=sys.stderr)
            return {"skipped": NO_CHROMIUM}
        with chat(environment(home, reader)):
            pass  # the first start takes the samples in, which would be the highest
        with chat(environment(home, reader)) as program:
            page = open_page(browser, program.address)
            ready = memory_mb(program.pid)
            for question in questions(ON_THE_PAGE):
                ask(page, question)
            return {"ready": ready, "asked": memory_mb(program.pid)}


def disk_mb(folder: Path) -> float:
    """Return how much the files in a folder hold, in MB of a million bytes."""
    return round(sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6, 1)


def _report(name: str, result: Mapping[str, Any]) -> str:
    ours, theirs = result["parley"], result["peer"]
    lines = [
        f"{result['articles']} articles of {WORDS} words: {ours['passages']} passages and "
        f"{ours['sentences']} sentences, {theirs['chunks']} chunks; {result['vectors']} vectors",
        f"  on disk        {ours['disk_mb']} MB, peer {theirs['disk_mb']} MB",
    ]
    if "ingest" in ours:
        pace, peers = ours["ingest"], theirs["ingest"]
        lines.append(
            f"  ingest         {pace['pieces_per_s']} passages/s, peer {peers['pieces_per_s']} "
            f"chunks/s; {pace['words_per_s']} words/s, peer {peers['words_per_s']}"
        )
    for narrow in ("all", *FILTERS):
        lines.append(f"  ask, filter {narrow}: peer {_spent(theirs['ask'][narrow])}")
        for reader, ways in ours["ask"].items():
            lines += [
                f"    {way}, reader {reader}: {_spent(asked[narrow])}"
                for way, asked in ways.items()
            ]
    lines += [f"  serving, reader {reader}: {each}" for reader, each in ours["serving"].items()]
    return "\n".join((name, *lines))


def _spent(asked: Mapping[str, Any]) -> str:
    return f"median {asked['median_ms']} ms, p95 {asked['p95_ms']} ms"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.growth",
        description="Speed, memory and size with more and more articles, and the peer's.",
    )
    parser.add_argument(
        "--sizes", nargs="+", type=Size.read, metavar="N", default=[Size.read(n) for n in SIZES]
    )
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the libraries here")
    parser.add_argument("--asked", type=int, default=ASKED, metavar="N", help="questions a way")
    parser.add_argument("--chroma-model", type=Path, metavar="FILE", help="a float32 export")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_reader_option(parser)
    add_save_option(parser)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
