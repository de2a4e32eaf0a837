"""What the evaluations' commands share: their options, what is printed, and the floors."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import notice, print_json

if TYPE_CHECKING:
    from bot.floors import Floors
    from bot.metrics import Better, Metric
    from bot.outcomes import Evaluation

_FILE = click.Path(path_type=Path, dir_okay=False)
# A bare key of TOML, which needs no quotes.
_NAME = re.compile(r"[A-Za-z0-9_-]+")
# A kind's figures stand in one line; --json has all of them.
_BY_KIND = ("r1", "sentence_top1", "answered", "sentence_first", "answer_f1", "unanswerable_auroc")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the options ask of an evaluation besides its set."""

    as_json: bool
    output: Path | None
    floors: Path | None
    name: str | None
    raise_floors: bool


def evaluation_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that every evaluation has; they make a `Wanted`."""
    options = (
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
        click.option("--output", type=_FILE, help="Write each item's outcome, a JSON line each."),
        click.option(
            "--floors",
            type=_FILE,
            help="A TOML file of floors: exit 1 if a figure is below its floor.",
        ),
        click.option(
            "--name", metavar="SET", help="What the floors call the set. [default: its file's name]"
        ),
        click.option(
            "--raise-floors",
            is_flag=True,
            help="Raise the floors to the lower ends of the intervals; none is ever lowered.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


class Measuring:
    """One evaluation of one set, from its floors, read before anything is measured, to the end."""

    def __init__(self, evaluation: "Evaluation[Any]", dataset: Path, options: dict[str, Any]):
        from bot.outcomes import check_writable, checksum

        self._evaluation = evaluation
        self._dataset = dataset
        self._wanted = wanted = Wanted(**options)
        if wanted.floors is None and (wanted.raise_floors or wanted.name):
            option = "--raise-floors" if wanted.raise_floors else "--name"
            raise click.UsageError(f"{option} needs --floors FILE.")
        self._data = checksum(dataset)
        self._floors = wanted.floors and self._load(wanted.floors)
        if wanted.output is not None:
            check_writable(wanted.output)

    def _load(self, path: Path) -> "Floors":
        from bot.floors import load_floors

        name = self._wanted.name or self._dataset.resolve().stem
        if not _NAME.fullmatch(name):
            raise click.UsageError(
                f"“{name}” is no name for a set: give one of letters, digits, - and _ with --name."
            )
        return load_floors(
            path, name, self._evaluation.name, self._data, may_be_new=self._wanted.raise_floors
        )

    def finish(
        self, rows: Sequence[Mapping[str, Any]], report: Mapping[str, Any], said: Iterable[str]
    ) -> int:
        """Print what was measured, hold it against the floors, write it; return the exit status.

        `said` is what is printed for people above the figures. These come first, and whether the
        output can be written was seen to at the start: a disk may be full only later.
        """
        from bot.outcomes import stamp, write

        if self._wanted.as_json:
            print_json(dict(report))
        else:
            for line in said:
                click.echo(line)
            _echo_metrics(report["metrics"])
            _echo_kinds(report.get("by_kind", {}))
        try:
            return self._hold(rows, report["metrics"])
        finally:
            if self._wanted.output is not None:
                write(self._wanted.output, stamp(self._evaluation, self._data, rows))

    def _hold(self, rows: Sequence[Mapping[str, Any]], metrics: "Mapping[str, Metric]") -> int:
        floors = self._floors
        if floors is None:
            return 0
        better: dict[str, Better] = {
            name: each.better for name, each in self._evaluation.of(rows).items()
        }
        shortfalls = floors.shortfalls(metrics, better)
        for each in shortfalls:
            notice(f"{floors.name}, {floors.evaluation}: {each}.")
        if shortfalls:
            return 1
        if self._wanted.raise_floors and (raised := floors.raised(metrics, better)):
            floors.write(raised)
            new = sum(name not in floors.floors for name in raised)
            notice(f"{floors.path}: {len(raised) - new} floors raised, {new} added.")
        return 0


def echo_table(rows: Sequence[Sequence[str]], words: Collection[int] = (0,)) -> None:
    """Print rows of cells one below the other; columns of `words` to the left, others right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell.ljust(width) if place in words else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        click.echo("  " + "  ".join(cells).rstrip())


def _echo_metrics(metrics: "Mapping[str, Metric]") -> None:
    for name, metric in metrics.items():
        click.echo(f"  {name:22} {metric['value']:.3f}  ({metric['low']:.3f}–{metric['high']:.3f})")


def _echo_kinds(kinds: Mapping[str, Mapping[str, Any]]) -> None:
    """Print what was measured of each kind of question, marked where it is of few."""
    names = [name for name in _BY_KIND if any(name in kind["metrics"] for kind in kinds.values())]
    if not names:
        return
    rows = [["by what is asked for", "questions", *names]]
    rows += [
        [name, f"{kind['questions']:,}", *(_cell(kind, metric) for metric in names)]
        for name, kind in kinds.items()
    ]
    click.echo("")
    echo_table(rows)
    if any(kind["few"] for kind in kinds.values()):
        from bot.breakdown import FEW

        click.echo(f"  * of fewer than {FEW} questions")


def _cell(kind: Mapping[str, Any], name: str) -> str:
    metric = kind["metrics"].get(name)
    if metric is None:
        return "–"
    few = "*" if name in kind["few"] else ""
    return f"{few}{metric['value']:.2f} ({metric['low']:.2f}–{metric['high']:.2f})"
