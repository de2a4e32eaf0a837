"""A run of an evaluation as `--output` writes it: one JSON line an item.

Each line names the evaluation, the checksum of the data and the item, and holds what the
figures are computed from, so that figures can be computed anew of what was written. An item's
name is a hash of what it asks and what would be right, with its number where a set has it
twice; so it is the same in any order of a set. Nothing here knows what is measured.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from bot.metrics import Figures
from vectorstore.errors import ParleyError
from vectorstore.questionset import read_rows

Row = TypeVar("Row", bound=BaseModel)
# What a set's folder holds; both decide what comes of it.
_FILES = ("articles.jsonl", "questions.jsonl")


@dataclass(frozen=True, slots=True)
class Evaluation(Generic[Row]):
    """One kind of evaluation: its name, and how its figures are computed of its lines.

    `row` is what the figures need of a line; `identity` are the fields that say which item it
    is, the first in words for the reader.
    """

    name: str
    row: type[Row]
    identity: tuple[str, ...]
    figures: Callable[[Sequence[Row]], Figures]

    def of(self, rows: Iterable[Mapping[str, Any]]) -> Figures:
        """Return the figures of lines as they are written."""
        return self.figures([self.row.model_validate(row) for row in rows])

    def label(self, row: Mapping[str, Any]) -> str:
        """Return what an item is called in one line for the reader."""
        words = " ".join(str(row.get(self.identity[0], "")).split())
        return "".join(char for char in words if char.isprintable())


@dataclass(frozen=True, slots=True)
class Run:
    """What a file of outcomes holds: `rows` by item, over data with these checksums."""

    path: Path
    evaluation: str
    data: str
    rows: Mapping[str, Mapping[str, Any]]


def checksum(dataset: Path) -> str:
    """Return the SHA-256 of a set in hexadecimal: a file's own, or that of a folder's list.

    The list is what `sha256sum articles.jsonl questions.jsonl` prints in the folder.
    """
    try:
        if not dataset.is_dir():
            return hashlib.sha256(dataset.read_bytes()).hexdigest()
        digests = {
            name: hashlib.sha256((dataset / name).read_bytes()).hexdigest() for name in _FILES
        }
    except OSError as error:
        raise ParleyError(f"{error.filename} cannot be read: a set needs this file.") from error
    listed = "".join(f"{digest}  {name}\n" for name, digest in digests.items())
    return hashlib.sha256(listed.encode()).hexdigest()


def stamp(
    evaluation: Evaluation[Any], data: str, rows: Iterable[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield the rows with the evaluation, the data's checksum and the item that each is of."""
    seen: Counter[str] = Counter()
    for row in rows:
        told = json.dumps([row[name] for name in evaluation.identity], ensure_ascii=False)
        key = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        seen[key] += 1
        item = key if seen[key] == 1 else f"{key}-{seen[key]}"
        yield {"evaluation": evaluation.name, "data": data, "item": item, **row}


def check_writable(path: Path) -> None:
    """Raise a ParleyError if a file cannot be written; what it holds stays, and none is left."""
    is_new = not path.exists()
    # A pipe that is opened and closed would end for whoever reads it.
    if not (is_new or path.is_file()):
        return
    try:
        path.open("a").close()
        if is_new:
            path.unlink()
    except OSError as error:
        raise _not_writable(path, error) from error


def write(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON line a row; ParleyError if the file cannot be written."""
    try:
        with path.open("w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    except OSError as error:
        raise _not_writable(path, error) from error


def _not_writable(path: Path, error: OSError) -> ParleyError:
    reason = (error.strerror or str(error)).lower()
    return ParleyError(
        f"{path} cannot be written ({reason}): name a file that can, in a folder that there is."
    )


def read(path: Path, evaluations: Mapping[str, Evaluation[Any]]) -> Run:
    """Read what an evaluation wrote; ParleyError says what is wrong with it."""
    rows: dict[str, Mapping[str, Any]] = {}
    runs: set[tuple[str, str]] = set()
    for number, row in read_rows(path):
        kind, data, item = (str(row.get(name, "")) for name in ("evaluation", "data", "item"))
        if not (data and item and kind in evaluations):
            raise _not_written(path, number)
        try:
            evaluations[kind].row.model_validate(row)
        except ValidationError as error:
            raise _not_written(path, number) from error
        runs.add((kind, data))
        if len(runs) > 1 or item in rows:
            raise ParleyError(
                f"{path}, line {number}: another run begins in the same file: give one run of one "
                "evaluation, as `--output` writes it."
            )
        rows[item] = row
    if not runs:
        raise ParleyError(f"{path} holds no item: give a file that `parley eval … --output` wrote.")
    ((kind, data),) = runs
    return Run(path, kind, data, rows)


def _not_written(path: Path, number: int) -> ParleyError:
    return ParleyError(
        f"{path}, line {number} is not of a run that can be compared: write it anew with "
        "`parley eval … --output`."
    )
