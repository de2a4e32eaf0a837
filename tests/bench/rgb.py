"""Asks RGB's news queries of snippets that are right, beside the point, or falsified.

    python -m tests.bench.rgb [FOLDER] [--output FOLDER] [--json]

FOLDER (or $PARLEY_BENCH) holds rgb/counterfactual.jsonl (Chen et al. 2023, "Benchmarking
Large Language Models in Retrieval-Augmented Generation"). A query is asked three times, each
snippet an article without metadata: of right ones among others on the topic (is a sentence
with the answer shown?), of right ones and the same with the answer falsified (is the
disagreement shown?), and of right ones alone (is one shown that is not there?).
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.answer_sets import load_groups
from bot.evaluate_answers import Report, evaluate
from bot.settings import Settings
from vectorstore.assembly import assemble
from vectorstore.errors import ReadError
from vectorstore.questionset import read_rows
from vectorstore.readers import Raw

FILE = Path("rgb") / "counterfactual.jsonl"
RIGHT, BESIDE, FALSIFIED = 4, 6, 4
# Each way of asking, and the figure that it is for.
FIGURES = {
    "noise": "sentence_shown",
    "falsified": "disagreement_shown",
    "alone": "disagreement_false",
}


def main() -> int:
    arguments = _arguments()
    folder = arguments.folder or os.environ.get("PARLEY_BENCH")
    if not folder or not (file := Path(folder) / FILE).is_file():
        print(f"skipped: no {FILE}; name its folder, or set PARLEY_BENCH", file=sys.stderr)
        return 0
    rows = [row for _, row in read_rows(file)]
    metrics: dict[str, dict[str, float]] = {}
    for way, figure in FIGURES.items():
        report = _measure(way, rows)
        metrics[figure] = report.metrics[figure]
        if arguments.output:
            _write(arguments.output / f"rgb-{way}.jsonl", (o.to_json() for o in report.outcomes))
    result = {"dataset": str(file), "questions": len(rows), "metrics": metrics}
    print(json.dumps(result) if arguments.json else _report(result))
    return 0


def _measure(way: str, rows: Iterable[Mapping[str, Any]]) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "items.jsonl"
        _write(file, (item(way, row) for row in rows))
        return evaluate(file, load_groups(file), Settings())


def item(way: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a query as an item of `parley eval answers`."""
    others = {"noise": row["negative"][:BESIDE], "falsified": row["positive_wrong"][:FALSIFIED]}
    snippets = [*row["positive"][:RIGHT], *others.get(way, ())]
    snippets = [text for text in snippets if _is_article(text)]
    disagree = {"falsified": True, "alone": False}.get(way)
    return {
        "question": row["query"],
        "answers": list(_strings(row["answer"])),
        "articles": [{"text": text} for text in snippets],
        "disagree": disagree,
    }


def _is_article(text: str) -> bool:
    """Whether anything is left of a snippet once promotion is cut: one is a cookie notice."""
    try:
        assemble(Raw("", text))
    except ReadError:
        return False
    return True


def _strings(answer: str | list[Any]) -> Iterator[str]:
    """Yield the answer's variants: RGB gives a string, or lists of lists of them."""
    if isinstance(answer, str):
        yield answer
    else:
        for each in answer:
            yield from _strings(each)


def _write(file: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    file.write_text("".join(lines), encoding="utf-8")


def _report(result: Mapping[str, Any]) -> str:
    lines = [f"{result['questions']} queries"]
    for name, metric in result["metrics"].items():
        interval = f"({metric['low']:.2f}–{metric['high']:.2f})"
        lines.append(f"  {name:20} {metric['value']:.2f}  {interval}")
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.rgb",
        description="Right sentences among noise, and contradictions shown, on RGB.",
    )
    parser.add_argument("folder", nargs="?", metavar="FOLDER", help="default: $PARLEY_BENCH")
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="write each outcome here")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
