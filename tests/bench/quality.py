"""What is found, by Parley and by the peer, for the same questions in one run.

    python -m tests.bench.quality [FOLDER] [--reader on|off|both] [--save] [--json]

FOLDER (or $PARLEY_BENCH) holds squad/: articles.jsonl and questions.jsonl, as
`parley eval retrieval` takes them. Both sides are given the same cleaned texts. A passage of
Parley's and a chunk of the peer's are right by one rule (`questionset.Item.in_paragraph`), and
ten of each count, though the peer's pipeline shows but four. Sentences are Parley's alone: the
peer has none. Whether a question can be answered is told by Parley's evidence, and for the peer
by the similarity of its best chunk. Intervals and differences are those of `parley eval` and
`parley eval compare`, paired by question.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.app import open_owner
from bot.breakdown import by_kind
from bot.comparison import compare
from bot.evaluate import EVALUATION, Row, figures, outcomes
from bot.metrics import Figure
from bot.metrics import measure as metrics
from bot.outcomes import checksum, stamp, write
from tests.bench.chroma_minilm import exact_model, function_in, lay_out
from tests.bench.parleys import add_reader_option, reader_name, readers, settings, silent
from tests.bench.peer import Peer, Source
from tests.bench.results import Run, add_save_option
from vectorstore.documents import Article
from vectorstore.questionset import Item, fill, load_set

PEER = "peer"
DEPTH = 10
# What the peer cannot be asked: it finds no sentences and marks no words in them.
NOT_THE_PEERS = ("sentence_top1", "sentence_top3", "answer_f1")
# With fewer questions of a kind, its figures would say little.
_LEAST = 30


def main() -> int:
    arguments = _arguments()
    bench = arguments.folder or os.environ.get("PARLEY_BENCH")
    if not bench or not (folder := Path(bench) / "squad").is_dir():
        print("skipped: no squad/; name its folder, or set PARLEY_BENCH", file=sys.stderr)
        return 0
    run = Run.begin()
    articles, items = load_set(folder)
    items = items[:: arguments.every]
    sides = {
        reader_name(reader): ask_parley(list(articles.values()), items, reader)
        for reader in readers(arguments.reader)
    }
    peer, weights = ask_peer(list(articles.values()), items, exact_model(arguments.chroma_model))
    result = {
        "questions": len(items),
        "answerable": sum(bool(item.answers) for item in items),
        "articles": len(articles),
        "peer_weights": weights,
        **measure(sides, peer, checksum(folder)),
    }
    if arguments.save:
        run.save("quality", result, "python -m tests.bench.quality --save")
    print(json.dumps(result) if arguments.json else _report(result))
    return 0


def ask_parley(articles: Sequence[Article], items: Sequence[Item], reader: str) -> list[Row]:
    """Retrieve for every question as `parley eval retrieval` does."""
    with (
        tempfile.TemporaryDirectory() as home,
        open_owner(settings(Path(home), reader), "bench", silent) as parley,
    ):
        fill(parley.corpus, articles)
        found = outcomes(parley.retriever, items)
        return [Row.model_validate(outcome.to_json()) for outcome in found]


def ask_peer(
    articles: Sequence[Article], items: Sequence[Item], exact: Path | None
) -> tuple[list[Row], str]:
    """Do the same with the peer; return whose weights it had, too."""
    with tempfile.TemporaryDirectory() as folder:
        weights = lay_out(Path(folder) / "model", exact)
        with Peer(Path(folder) / "chroma", function_in(Path(folder) / "model")) as peer:
            peer.add([Source(article.id, article.text) for article in articles])
            return [peer_row(peer, item) for item in items], weights


def peer_row(peer: Peer, item: Item) -> Row:
    """Ask the peer a question; a chunk is right by the rule for Parley's passages."""
    chunks = peer.ask(item.question, DEPTH)
    right = (
        rank
        for rank, chunk in enumerate(chunks, 1)
        if item.in_paragraph(chunk.article_id, chunk.start, chunk.end)
    )
    return Row(
        question=item.question,
        answers=item.answers,
        passage_rank=next(right, None),
        sentence_rank=None,
        evidence=chunks[0].similarity if chunks else 0.0,
        answer_f1=0.0,
    )


def measure(sides: Mapping[str, Sequence[Row]], peer: Sequence[Row], data: str) -> dict[str, Any]:
    """Return all figures with their intervals, and how each side's differ from the peer's."""
    return {
        "metrics": {
            **{name: metrics(figures(rows)) for name, rows in sides.items()},
            PEER: metrics(peer_figures(peer)),
        },
        "differences": {name: differences(peer, rows, data) for name, rows in sides.items()},
        "by_kind": {
            **{name: _by_kind(rows, figures) for name, rows in sides.items()},
            PEER: _by_kind(peer, peer_figures),
        },
    }


def peer_figures(rows: Sequence[Row]) -> Mapping[str, Figure]:
    """Return the figures that the peer can be asked for."""
    return {name: each for name, each in figures(rows).items() if name not in NOT_THE_PEERS}


def differences(peer: Sequence[Row], rows: Sequence[Row], data: str) -> dict[str, Any]:
    """Compare a side with the peer as `parley eval compare` does."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("peer.jsonl", "parley.jsonl")]
        for file, run in zip(files, (peer, rows), strict=True):
            write(file, stamp(EVALUATION, data, (row.model_dump() for row in run)))
        compared = compare(*files).to_json()["metrics"]
    return {name: each for name, each in compared.items() if name not in NOT_THE_PEERS}


def _by_kind(
    rows: Sequence[Row], of: Callable[[Sequence[Row]], Mapping[str, Figure]]
) -> dict[str, Any]:
    kinds = by_kind([row for row in rows if row.answers], of)
    return {
        kind: {"questions": each["questions"], "metrics": each["metrics"]}
        for kind, each in kinds.items()
        if each["questions"] >= _LEAST
    }


def _report(result: Mapping[str, Any]) -> str:
    lines = [f"{result['questions']} questions, {result['answerable']} of them answerable"]
    for name, found in result["metrics"].items():
        lines.append(name)
        for metric, each in found.items():
            line = f"  {metric:20}{each['value']:.3f}  ({each['low']:.3f}–{each['high']:.3f})"
            by = result["differences"].get(name, {}).get(metric)
            if by:
                bounds = f"({by['low']:+.3f} to {by['high']:+.3f})"
                line += f"  {by['difference']:+.3f} {bounds} {by['verdict']}"
            lines.append(line)
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.quality",
        description="Retrieval by Parley and by the peer, for the same questions.",
    )
    parser.add_argument("folder", nargs="?", metavar="FOLDER", help="default: $PARLEY_BENCH")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="ask every Nth question")
    parser.add_argument("--chroma-model", type=Path, metavar="FILE", help="a float32 export")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_reader_option(parser)
    add_save_option(parser)
    arguments = parser.parse_args()
    if arguments.save and arguments.every > 1:
        parser.error("figures on some of the questions are not to be kept: leave --every out")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
