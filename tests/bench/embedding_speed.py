"""Embeds the same passages with the bundled model and with Chroma's own ONNX function.

    python -m tests.bench.embedding_speed [--passages N] [--articles FILE] [--json]

Both run in this process, in turns, on the same weights (see `chroma_minilm`). The report says
which weights those were, and how far the vectors agree.
"""

import argparse
import json
import math
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.bench.chroma_minilm import exact_model, found, function_in, lay_out
from tests.bench.results import Run, add_save_option
from vectorstore.embeddings import MiniLM

Embed = Callable[[Sequence[str]], NDArray[np.float32]]

WARM_UP = 8
PORTION = 40
QUERIES = 30
QUERY_WORDS = 12


def main() -> int:
    arguments = _arguments()
    run = Run.begin()
    articles = found(arguments.articles, "squad/articles.jsonl")
    if articles is None:
        print("skipped: no articles; give --articles FILE or set PARLEY_BENCH", file=sys.stderr)
        return 0
    passages = _sample(_paragraphs(articles), arguments.passages)
    with _chroma_embedder(exact_model(arguments.chroma_model)) as (chroma, weights):
        result = measure(MiniLM().embed, chroma, passages, arguments.rounds)
    result["chroma_weights"] = weights
    if arguments.save:
        run.save("embedding", result, "python -m tests.bench.embedding_speed --save")
    print(json.dumps(result) if arguments.json else _report(result))
    return 1 if arguments.at_least and result["ratio"] < arguments.at_least else 0


def measure(ours: Embed, chroma: Embed, passages: Sequence[str], rounds: int) -> dict[str, Any]:
    """Time both on `passages` and on short queries.

    They take turns at each portion of the passages, `rounds` times over, and the fastest
    time for a portion counts: whatever else runs on the machine can only add to it.
    """
    embedders = {"ours": ours, "chroma": chroma}
    portions = [passages[i : i + PORTION] for i in range(0, len(passages), PORTION)]
    best = {name: [math.inf] * len(portions) for name in embedders}
    for embed in embedders.values():
        embed(passages[:WARM_UP])
    vectors: dict[str, list[NDArray[np.float32]]] = {}
    for _ in range(rounds):
        vectors = {name: [] for name in embedders}
        for number, portion in enumerate(portions):
            for name, embed in embedders.items():
                seconds, embedded = _timed(embed, portion)
                best[name][number] = min(best[name][number], seconds)
                vectors[name].append(embedded)
    queries = [[" ".join(passage.split()[:QUERY_WORDS])] for passage in passages[:QUERIES]]
    pace = {name: len(passages) / sum(seconds) for name, seconds in best.items()}
    both = [np.concatenate(parts) for parts in vectors.values()]
    return {
        "passages": len(passages),
        "rounds": rounds,
        "passages_per_second": {name: round(value, 1) for name, value in pace.items()},
        "ratio": round(pace["ours"] / pace["chroma"], 2),
        "query_ms": {
            name: round(1000 * median(_timed(embed, query)[0] for query in queries), 2)
            for name, embed in embedders.items()
        },
        "cosine_between": round(float((both[0] * both[1]).sum(axis=1).mean()), 4),
    }


def _timed(embed: Embed, texts: Sequence[str]) -> tuple[float, NDArray[np.float32]]:
    start = time.perf_counter()
    vectors = embed(texts)
    return time.perf_counter() - start, vectors


@contextmanager
def _chroma_embedder(exact: Path | None) -> Generator[tuple[Embed, str]]:
    with tempfile.TemporaryDirectory() as folder:
        weights = lay_out(Path(folder), exact)
        function = function_in(Path(folder))
        yield lambda texts: np.array(function(list(texts)), dtype=np.float32), weights


def _paragraphs(path: Path) -> list[str]:
    """Return the paragraphs of a text file, or of the `text` of each line of a JSONL file."""
    content = path.read_text(encoding="utf-8")
    texts = [content]
    if path.suffix == ".jsonl":
        texts = [json.loads(line)["text"] for line in content.splitlines() if line.strip()]
    paragraphs = [part.strip() for text in texts for part in text.split("\n\n")]
    return [paragraph for paragraph in paragraphs if paragraph]


def _sample(paragraphs: list[str], count: int) -> list[str]:
    """Return `count` paragraphs from all over the file, the same on every run."""
    step = max(len(paragraphs) / count, 1)
    return [paragraphs[int(i * step)] for i in range(min(count, len(paragraphs)))]


def _report(result: dict[str, Any]) -> str:
    pace, query = result["passages_per_second"], result["query_ms"]
    rows = (
        ("Parley's MiniLM", "ours", "int8"),
        ("Chroma's ONNX function", "chroma", result["chroma_weights"]),
    )
    return "\n".join(
        (
            f"{result['passages']} passages, the best of {result['rounds']} rounds",
            *(
                f"  {name:24}{pace[key]:6.1f} passages/s, {query[key]:6.2f} ms a query  ({weights})"
                for name, key, weights in rows
            ),
            f"  ratio {result['ratio']}; mean cosine between the two {result['cosine_between']}",
        )
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.embedding_speed",
        description="Passages per second: Parley's embedder and Chroma's own ONNX function.",
    )
    parser.add_argument("--passages", type=int, default=120, metavar="N")
    parser.add_argument("--rounds", type=int, default=4, metavar="N")
    parser.add_argument("--articles", type=Path, metavar="FILE", help="text, or JSONL with `text`")
    parser.add_argument("--chroma-model", type=Path, metavar="FILE", help="a float32 export")
    parser.add_argument("--at-least", type=float, metavar="RATIO", help="exit 1 below this ratio")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_save_option(parser)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
