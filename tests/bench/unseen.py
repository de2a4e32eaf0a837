"""What `parley eval retrieval` says where neither reader nor ranker has seen the article asked of.

    python -m tests.bench.unseen FOLDER READERS [--json]

FOLDER is the question set that both were trained on, READERS what `train_reader` and
`train_ranker` left: for each fold of its articles a reader and a ranker's weights that were
trained on the others. Each question is asked, of all articles at once, with the fold's that has
not seen its own. With three folds, the shipped ones have learned from half as much again.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.evaluate import Outcome, outcomes, report_on
from vectorstore.corpus import Corpus
from vectorstore.embeddings import MiniLM
from vectorstore.questionset import Item, fill, load_set
from vectorstore.ranker import WEIGHTS_FILE
from vectorstore.reader import PairReader
from vectorstore.retriever import Retriever


def main() -> int:
    arguments = _arguments()
    articles, items = load_set(arguments.folder)
    folds = json.loads((arguments.readers / "folds.json").read_text(encoding="utf-8"))
    results: dict[str, list[Outcome]] = {"off": [], "on": []}
    with (
        tempfile.TemporaryDirectory() as home,
        Corpus.own(Path(home), MiniLM(), "unseen") as corpus,
    ):
        fill(corpus, list(articles.values()))
        for name, topics in folds.items():
            asked = [item for item in items if item.article_id in topics]
            for reader in results:
                results[reader] += _asked(corpus, arguments.readers / name, asked, reader)
    reports = {reader: report_on(arguments.folder, found) for reader, found in results.items()}
    print(json.dumps(reports) if arguments.json else _report(reports))
    return 0


def _asked(corpus: Corpus, fold: Path, asked: list[Item], reader: str) -> Iterator[Outcome]:
    chosen = PairReader(fold) if reader == "on" else None
    yield from outcomes(Retriever(corpus, chosen, fold / WEIGHTS_FILE.name), asked)


def _report(reports: dict[str, dict]) -> str:
    lines = [f"{reports['on']['questions']} questions of articles that were not trained on"]
    lines.append(f"  {'':20} {'reader off':>22} {'reader on':>22}")
    for name in reports["on"]["metrics"]:
        cells = [reports[reader]["metrics"][name] for reader in ("off", "on")]
        told = [f"{c['value']:.3f} ({c['low']:.3f}–{c['high']:.3f})" for c in cells]
        lines.append(f"  {name:20} {told[0]:>22} {told[1]:>22}")
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.unseen",
        description="Retrieval on articles that nothing learned has seen.",
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("readers", type=Path, help="what train_reader and train_ranker left")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
