"""`parley eval`: figures on a set of questions, the reader's own or a benchmark's."""

import json
import tempfile
from pathlib import Path

import click

from bot.cli.common import print_json, progress


@click.group("eval")
def evaluate() -> None:
    """Measure Parley on questions with known answers."""


@evaluate.command(epilog="\b\nExample:\n  parley eval retrieval my-questions/ --json")
@click.argument("dataset", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write each item's outcome."
)
def retrieval(dataset: Path, as_json: bool, output: Path | None) -> None:
    """Measure whether the right passage and sentence are found.

    DATASET is a folder with articles.jsonl and questions.jsonl. Its articles go into a
    library of their own, which is deleted afterwards.
    """
    from bot.evaluate import Outcome, outcomes, summarise
    from vectorstore.corpus import Corpus
    from vectorstore.embeddings import MiniLM
    from vectorstore.questionset import fill, load_set
    from vectorstore.retriever import Retriever

    articles, items = load_set(dataset)
    with (
        tempfile.TemporaryDirectory(prefix="parley-eval-") as folder,
        Corpus.own(Path(folder), MiniLM(), "eval") as corpus,
    ):
        with progress("Indexing", len(articles)) as advance:
            for key, article in articles.items():
                fill(corpus, [article])
                advance(key)
        results: list[Outcome] = []
        with progress("Asking", len(items)) as advance:
            for result in outcomes(Retriever(corpus), items):
                results.append(result)
                advance(result.item.question)
    metrics = summarise(results)
    if output is not None:
        with output.open("w", encoding="utf-8") as file:
            for result in results:
                file.write(json.dumps(result.to_json(), ensure_ascii=False) + "\n")
    report = {"dataset": str(dataset), "questions": len(items), "metrics": metrics}
    if as_json:
        print_json(report)
        return
    click.echo(f"{dataset}: {len(items)} questions")
    for name, metric in metrics.items():
        click.echo(f"  {name:20} {metric['value']:.3f}  ({metric['low']:.3f}–{metric['high']:.3f})")
