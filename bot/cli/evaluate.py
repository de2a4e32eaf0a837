"""`parley eval`: figures on a set of questions, the reader's own or a benchmark's."""

import json
import tempfile
from pathlib import Path
from typing import Any

import click

from bot.cli.common import notice, print_json, progress
from vectorstore.errors import ParleyError

_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_output_option = click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write each item's outcome."
)


@click.group("eval")
def evaluate() -> None:
    """Measure Parley on questions with known answers."""


@evaluate.command(epilog="\b\nExample:\n  parley eval retrieval my-questions/ --json")
@click.argument("dataset", type=click.Path(path_type=Path, file_okay=False, exists=True))
@_json_option
@_output_option
def retrieval(dataset: Path, as_json: bool, output: Path | None) -> None:
    """Measure whether the right passage and sentence are found.

    DATASET is a folder with articles.jsonl and questions.jsonl. Its articles go into a
    library of their own, which is deleted afterwards.
    """
    from bot.app import make_embedder
    from bot.evaluate import Outcome, outcomes, summarise
    from bot.settings import load
    from vectorstore.corpus import Corpus
    from vectorstore.questionset import fill, load_set
    from vectorstore.retriever import Retriever

    articles, items = load_set(dataset)
    with (
        tempfile.TemporaryDirectory(prefix="parley-eval-") as folder,
        Corpus.own(Path(folder), make_embedder(load()), "eval") as corpus,
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
    _write(output, [result.to_json() for result in results])
    report = {"dataset": str(dataset), "questions": len(items), "metrics": metrics}
    if as_json:
        print_json(report)
        return
    click.echo(f"{dataset}: {len(items)} questions")
    _echo_metrics(metrics)


@evaluate.command(epilog="\b\nExample:\n  parley eval grounding my-pairs.jsonl --json")
@click.argument("dataset", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@_json_option
@_output_option
def grounding(dataset: Path, as_json: bool, output: Path | None) -> None:
    """Measure whether falsified sentences come out unverified, and right ones verified.

    DATASET is a file of JSON Lines with sentence, passages, supported, falsified and, if
    known, published.
    """
    from bot.evaluate_grounding import evaluate as evaluate_pairs

    report = evaluate_pairs(dataset)
    _write(output, [outcome.to_json() for outcome in report.outcomes])
    if as_json:
        print_json(report.to_json())
        return
    click.echo(f"{dataset}: {len(report.outcomes)} sentences")
    _echo_metrics(report.metrics)
    for kind, (flagged, count) in report.confusion.items():
        click.echo(f"  {kind:20} {flagged} of {count} unverified")


@evaluate.command(
    epilog="\b\nExamples:\n  parley eval answers my-questions/ --json\n"
    "  parley eval answers my-items.jsonl --output outcomes.jsonl"
)
@click.argument("dataset", type=click.Path(path_type=Path, exists=True))
@_json_option
@_output_option
def answers(dataset: Path, as_json: bool, output: Path | None) -> None:
    """Measure whole answers: right, short, quoted word for word, or refused with reason.

    DATASET is a folder with articles.jsonl and questions.jsonl, or a file of JSON Lines with
    question, answers (empty if the articles do not say), articles (each with text) and, where
    they matter, sentences (fragments of the right ones) and disagree. Lines whose answers are
    null, as `parley feedback export` may leave them, are passed over. The articles go into a
    library of their own, which is deleted afterwards.
    """
    from bot.answer_sets import count_steps, load_groups
    from bot.evaluate_answers import evaluate as evaluate_answers
    from bot.settings import load

    groups = load_groups(dataset, notice)
    with progress("Indexing and asking", count_steps(groups)) as advance:
        report = evaluate_answers(dataset, groups, load(), advance)
    _write(output, [outcome.to_json() for outcome in report.outcomes])
    if as_json:
        print_json(report.to_json())
        return
    click.echo(f"{dataset}: {len(report.outcomes)} questions")
    _echo_metrics(report.metrics)


@evaluate.command(
    "loaded-words", epilog="\b\nExample:\n  parley eval loaded-words my-sentences.jsonl --json"
)
@click.argument("dataset", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@_json_option
@_output_option
def loaded_words(dataset: Path, as_json: bool, output: Path | None) -> None:
    """Measure whether sentences with loaded words are flagged, and calm ones are not.

    DATASET is a file of JSON Lines with text and label_bias, “Biased” or “Non-biased”; lines
    with another label are passed over and counted.
    """
    from bot.evaluate_loaded import evaluate as evaluate_loaded

    report = evaluate_loaded(dataset)
    _write(output, [outcome.to_json() for outcome in report.outcomes])
    if as_json:
        print_json(report.to_json())
        return
    passed_over = f", {report.skipped} without a label passed over" if report.skipped else ""
    click.echo(f"{dataset}: {len(report.outcomes)} sentences{passed_over}")
    _echo_metrics(report.metrics)


@evaluate.command(
    epilog="\b\nExamples:\n  parley eval neutrality my-events.jsonl --json\n"
    "  parley eval neutrality my-events.jsonl --words 200 --output outcomes.jsonl"
)
@click.argument("dataset", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--words", type=click.IntRange(50, 800), default=65, show_default=True, help="Length of a text."
)
@click.option("--limit", type=click.IntRange(1), help="Read only so many events.")
@_json_option
@_output_option
def neutrality(
    dataset: Path, words: int, limit: int | None, as_json: bool, output: Path | None
) -> None:
    """Measure the sentences chosen for a briefing against an editor's neutral text.

    DATASET is a file of JSON Lines with id, articles (each with title and text) and neutral.
    The built-in engine chooses; LexRank, at the same length, is measured beside it.
    """
    from bot.app import make_embedder
    from bot.evaluate_neutrality import evaluate as evaluate_neutrality
    from bot.evaluate_neutrality import load_events
    from bot.settings import load

    events = load_events(dataset, limit)
    with progress("Summing up", len(events)) as advance:
        report = evaluate_neutrality(dataset, events, make_embedder(load()), words, advance)
    _write(output, [outcome.to_json() for outcome in report.outcomes])
    if as_json:
        print_json(report.to_json())
        return
    click.echo(f"{dataset}: {len(report.outcomes)} events")
    _echo_metrics(report.metrics)


def _write(output: Path | None, rows: list[dict[str, Any]]) -> None:
    if output is None:
        return
    try:
        with output.open("w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ParleyError(f"{output} cannot be written: {reason}.") from error


def _echo_metrics(metrics: dict[str, dict[str, float]]) -> None:
    for name, metric in metrics.items():
        click.echo(f"  {name:22} {metric['value']:.3f}  ({metric['low']:.3f}–{metric['high']:.3f})")
