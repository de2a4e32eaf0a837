"""The steps of `growth`, each in a process of its own, so that its memory is its own.

    python -m tests.bench.growth_steps parley-take-in HOME --articles N [--real]
    python -m tests.bench.growth_steps parley-ask HOME --way page|command --reader on|off
    python -m tests.bench.growth_steps peer-take-in FOLDER --model FOLDER --articles N [--real]
    python -m tests.bench.growth_steps peer-ask FOLDER --model FOLDER

Each prints one JSON object. Without --real, vectors are those of `big_library`, for either side.
Memory is Linux's own account of it (`VmRSS`, `VmHWM`), and absent elsewhere.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from bot.app import Parley, open_owner, open_reader, own_corpus
from tests.bench.ask_speed import ASKED, PLACES, WARM_UP, articles, measure, questions
from tests.bench.big_library import WordVectors, make
from tests.bench.chroma_minilm import function_in
from tests.bench.parleys import OFF, ON, settings, silent
from tests.bench.peer import Peer, Source, where
from vectorstore.documents import Filter
from vectorstore.ingest import ingest

# A broad filter, which leaves a fifth of the articles, and a narrow one, which leaves a hundredth:
# the articles' publishers are eleven, and their days lie in the nine years from 2031 on.
SINCE, UNTIL = "2033-01-01", "2037-12-31"
FILTERS = {
    "broad": (SINCE, UNTIL, [f"{place} Courier" for place in PLACES[:4]]),
    "narrow": (SINCE, "2033-12-31", [f"{PLACES[0]} Courier"]),
}
_ADDED_AT_ONCE = 100


def parley_take_in(arguments: argparse.Namespace) -> dict[str, Any]:
    """Take articles in as `parley ingest FILE` does, or with vectors that cost next to nothing."""
    if not arguments.real:
        return make(
            arguments.folder, article_count=arguments.articles, passage_count=arguments.passages
        )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "articles.jsonl"
        with file.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(each) + "\n" for each in articles(arguments.articles))
        started = time.perf_counter()
        with own_corpus(settings(arguments.folder), "bench", silent) as corpus:
            report = ingest(corpus, [str(file)])
            counts = corpus.library.counts()
        seconds = time.perf_counter() - started
    if report.count("added") != arguments.articles:
        raise RuntimeError(
            f"{report.count('added')} of {arguments.articles} articles were added, which says "
            f"nothing of the time that all take: delete {arguments.folder}."
        )
    return {
        **{name: counts[name] for name in ("articles", "passages", "sentences")},
        "seconds": round(seconds, 1),
    }


def parley_ask(arguments: argparse.Namespace) -> dict[str, Any]:
    """Ask through the whole chain, as the page does (Chroma's index) or as `parley ask` does."""
    given = settings(arguments.folder, arguments.reader)
    opened: AbstractContextManager[Parley] = (
        open_owner(given, "bench", silent) if arguments.way == "page" else open_reader(given)
    )
    with opened as parley:
        result = {"all": measure(parley, count=arguments.asked)}
        for name, (since, until, publishers) in FILTERS.items():
            narrow = Filter(since, until, tuple(publishers))
            result[name] = measure(parley, narrow, arguments.asked)
    return result


def peer_take_in(arguments: argparse.Namespace) -> dict[str, Any]:
    """Cut, embed and store the same articles with the peer."""
    embed = None if arguments.real else WordVectors().embed
    sources = (
        Source(each["url"], each["text"], each["publisher"], each["published"])
        for each in articles(arguments.articles)
    )
    with Peer(arguments.folder, function_in(arguments.model)) as peer:
        started = time.perf_counter()
        for some in _parted(sources, _ADDED_AT_ONCE):
            peer.add(some, embed)
        seconds = time.perf_counter() - started
        return {"chunks": peer.count(), "seconds": round(seconds, 1)}


def peer_ask(arguments: argparse.Namespace) -> dict[str, Any]:
    """Retrieve with the peer, the embedding of the question included."""
    with Peer(arguments.folder, function_in(arguments.model)) as peer:
        result = {"all": _timed(peer.ask, arguments.asked)}
        for name, given in FILTERS.items():
            result[name] = _timed(partial(peer.ask, where=where(*given)), arguments.asked)
    return result


def _timed(ask: Callable[[str], object], count: int) -> dict[str, Any]:
    spent: list[float] = []
    for question in questions(count + WARM_UP):
        started = time.perf_counter()
        ask(question)
        spent.append(1000 * (time.perf_counter() - started))
    return {
        "questions": count,
        "median_ms": round(float(np.median(spent[WARM_UP:])), 1),
        "p95_ms": round(float(np.percentile(spent[WARM_UP:], 95)), 1),
    }


def memory_mb(pid: int | str = "self") -> dict[str, float]:
    """Return a process's resident memory now and at its highest, in MB of a million bytes."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return {}
    rows = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
    names = {"resident_mb": "VmRSS", "peak_mb": "VmHWM"}
    return {name: round(int(rows[row].split()[0]) * 1.024e-3) for name, row in names.items()}


def _parted(sources: Iterator[Source], size: int) -> Iterator[Sequence[Source]]:
    while some := list(islice(sources, size)):
        yield some


STEPS: Mapping[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "parley-take-in": parley_take_in,
    "parley-ask": parley_ask,
    "peer-take-in": peer_take_in,
    "peer-ask": peer_ask,
}


def main() -> int:
    arguments = _arguments()
    result = STEPS[arguments.step](arguments)
    print(json.dumps({**result, "memory": memory_mb()}))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth_steps")
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--articles", type=int, metavar="N")
    parser.add_argument("--passages", type=int, metavar="N")
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--model", type=Path, metavar="FOLDER")
    parser.add_argument("--way", choices=("page", "command"))
    parser.add_argument("--reader", choices=(ON, OFF), default=OFF)
    parser.add_argument("--asked", type=int, default=ASKED, metavar="N")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
