"""`parley eval`: figures on a set of questions, the reader's own or a benchmark's."""

import tempfile
from pathlib import Path
from typing import Any

import click

from bot.cli.common import notice, print_json, progress
from bot.cli.evaluation import Measuring, echo_table, evaluation_options

_SET_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
# So many of the items that only one run has are named.
_NAMED = 3


@click.group(
    "eval",
    epilog="\b\nExamples:\n"
    "  parley eval answers my-questions/ --output before.jsonl\n"
    "  parley eval compare before.jsonl after.jsonl\n"
    "  parley eval answers my-questions/ --floors floors.toml --raise-floors",
)
def evaluate() -> None:
    """Measure Parley on questions with known answers.

    Every figure comes with its 95 % interval. What --output writes of two runs can be compared;
    a file of floors makes a run that is worse than it was exit with 1.
    """


@evaluate.command(
    epilog="\b\nExamples:\n  parley eval retrieval my-questions/ --json\n"
    "  parley eval retrieval my-questions/ --output outcomes.jsonl"
)
@click.argument("dataset", type=click.Path(path_type=Path, file_okay=False, exists=True))
@evaluation_options
def retrieval(dataset: Path, **options: Any) -> int:
    """Measure whether the right passage and sentence are found.

    DATASET is a folder with articles.jsonl and questions.jsonl. Its articles go into a
    library of their own, which is deleted afterwards.
    """
    from bot.app import make_embedder, make_reader
    from bot.evaluate import EVALUATION, Outcome, outcomes, report_on
    from bot.settings import load
    from vectorstore.corpus import Corpus
    from vectorstore.questionset import fill, load_set
    from vectorstore.retriever import Retriever

    measuring = Measuring(EVALUATION, dataset, options)
    settings = load()
    articles, items = load_set(dataset)
    with (
        tempfile.TemporaryDirectory(prefix="parley-eval-") as folder,
        Corpus.own(Path(folder), make_embedder(settings), "eval") as corpus,
    ):
        with progress("Indexing", len(articles)) as advance:
            for key, article in articles.items():
                fill(corpus, [article])
                advance(key)
        retriever = Retriever(corpus, make_reader(settings))
        results: list[Outcome] = []
        with progress("Asking", len(items)) as advance:
            for result in outcomes(retriever, items):
                results.append(result)
                advance(result.item.question)
    rows = [result.to_json() for result in results]
    report = report_on(dataset, results)
    return measuring.finish(rows, report, [f"{dataset}: {len(items)} questions"])


@evaluate.command(epilog="\b\nExample:\n  parley eval grounding my-pairs.jsonl --json")
@click.argument("dataset", type=_SET_FILE)
@evaluation_options
def grounding(dataset: Path, **options: Any) -> int:
    """Measure whether falsified sentences come out unverified, and right ones verified.

    DATASET is a file of JSON Lines with sentence, passages, supported, falsified and, if
    known, published.
    """
    from bot.evaluate_grounding import EVALUATION
    from bot.evaluate_grounding import evaluate as evaluate_pairs

    measuring = Measuring(EVALUATION, dataset, options)
    report = evaluate_pairs(dataset)
    said = [
        f"{dataset}: {len(report.outcomes)} sentences",
        *(
            f"  {kind:20} {flagged} of {count} unverified"
            for kind, (flagged, count) in report.confusion.items()
        ),
    ]
    rows = [outcome.to_json() for outcome in report.outcomes]
    return measuring.finish(rows, report.to_json(), said)


@evaluate.command(
    epilog="\b\nExamples:\n  parley eval answers my-questions/ --json\n"
    "  parley eval answers my-items.jsonl --output outcomes.jsonl"
)
@click.argument("dataset", type=click.Path(path_type=Path, exists=True))
@evaluation_options
def answers(dataset: Path, **options: Any) -> int:
    """Measure whole answers: right, short, quoted word for word, or refused with reason.

    DATASET is a folder with articles.jsonl and questions.jsonl, or a file of JSON Lines with
    question, answers (empty if the articles do not say), articles (each with text) and, where
    they matter, sentences (fragments of the right ones) and disagree. Lines whose answers are
    null, as `parley feedback export` may leave them, are passed over. The articles go into a
    library of their own, which is deleted afterwards.
    """
    from bot.answer_sets import count_steps, load_groups
    from bot.evaluate_answers import EVALUATION
    from bot.evaluate_answers import evaluate as evaluate_answers
    from bot.settings import load

    measuring = Measuring(EVALUATION, dataset, options)
    groups = load_groups(dataset, notice)
    with progress("Indexing and asking", count_steps(groups)) as advance:
        report = evaluate_answers(dataset, groups, load(), advance)
    rows = [outcome.to_json() for outcome in report.outcomes]
    said = [f"{dataset}: {len(report.outcomes)} questions"]
    return measuring.finish(rows, report.to_json(), said)


@evaluate.command(
    "loaded-words", epilog="\b\nExample:\n  parley eval loaded-words my-sentences.jsonl --json"
)
@click.argument("dataset", type=_SET_FILE)
@evaluation_options
def loaded_words(dataset: Path, **options: Any) -> int:
    """Measure whether sentences with loaded words are flagged, and calm ones are not.

    DATASET is a file of JSON Lines with text and label_bias, “Biased” or “Non-biased”; lines
    with another label are passed over and counted.
    """
    from bot.evaluate_loaded import EVALUATION
    from bot.evaluate_loaded import evaluate as evaluate_loaded

    measuring = Measuring(EVALUATION, dataset, options)
    report = evaluate_loaded(dataset)
    passed_over = f", {report.skipped} without a label passed over" if report.skipped else ""
    said = [f"{dataset}: {len(report.outcomes)} sentences{passed_over}"]
    rows = [outcome.to_json() for outcome in report.outcomes]
    return measuring.finish(rows, report.to_json(), said)


@evaluate.command(
    epilog="\b\nExamples:\n  parley eval neutrality my-events.jsonl --json\n"
    "  parley eval neutrality my-events.jsonl --words 200 --output outcomes.jsonl"
)
@click.argument("dataset", type=_SET_FILE)
@click.option(
    "--words", type=click.IntRange(50, 800), default=65, show_default=True, help="Length of a text."
)
@click.option("--limit", type=click.IntRange(1), help="Read only so many events.")
@evaluation_options
def neutrality(dataset: Path, words: int, limit: int | None, **options: Any) -> int:
    """Measure the sentences chosen for a briefing against an editor's neutral text.

    DATASET is a file of JSON Lines with id, articles (each with title and text) and neutral.
    The built-in engine chooses; LexRank, at the same length, is measured beside it.
    """
    from bot.app import make_embedder
    from bot.evaluate_neutrality import EVALUATION, load_events
    from bot.evaluate_neutrality import evaluate as evaluate_neutrality
    from bot.settings import load

    if limit is not None and options["floors"] is not None:
        raise click.UsageError("--floors are for the whole set: leave --limit out.")
    measuring = Measuring(EVALUATION, dataset, options)
    events = load_events(dataset, limit)
    with progress("Summing up", len(events)) as advance:
        report = evaluate_neutrality(dataset, events, make_embedder(load()), words, advance)
    rows = [outcome.to_json() for outcome in report.outcomes]
    said = [f"{dataset}: {len(report.outcomes)} events"]
    return measuring.finish(rows, report.to_json(), said)


@evaluate.command(
    epilog="\b\nExample:\n"
    "  parley eval answers my-questions/ --output before.jsonl\n"
    "  PARLEY_ENGINE=llm parley eval answers my-questions/ --output after.jsonl\n"
    "  parley eval compare before.jsonl after.jsonl"
)
@click.argument("before", type=_SET_FILE)
@click.argument("after", type=_SET_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def compare(before: Path, after: Path, as_json: bool) -> None:
    """Compare two runs, and say which differences are real.

    BEFORE and AFTER are files that --output wrote, of the same evaluation over the same data.
    Differences come with a 95 % interval, from drawing the items that both runs have ten
    thousand times (a paired bootstrap). Of twenty figures one seems to differ by chance, so a
    difference counts as better or worse only if its p, adjusted for the number of figures
    (Holm), is at most .05, and at least ten items came out differently.
    """
    from bot.comparison import compare as compare_runs

    found = compare_runs(before, after)
    if not found.same_data:
        notice("The runs are over different data: compared are the items that both have.")
    for path, only in ((before, found.only_before), (after, found.only_after)):
        if only:
            named = "; ".join(f"“{each[:60]}”" for each in only[:_NAMED])
            notice(f"{len(only)} items are in {path} only: {named}{' …' * (len(only) > _NAMED)}")
    for name in found.metrics_in_one:
        notice(f"{name} could be computed of one run only, and is left out.")
    if as_json:
        print_json(found.to_json())
        return
    click.echo(f"{found.before.evaluation}: {found.items:,} items in both runs")
    rows = [["", "before", "after", "difference", "95 % interval", "items changed", "verdict"]]
    for name, each in found.metrics.items():
        rows.append(
            [
                name,
                f"{each.before:.3f}",
                f"{each.after:.3f}",
                f"{each.after - each.before:+.3f}",
                f"{each.low:+.3f} to {each.high:+.3f}",
                f"{each.changed:,}",
                each.verdict,
            ]
        )
    echo_table(rows, words=(0, len(rows[0]) - 1))
