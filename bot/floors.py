"""Floors for an evaluation's figures: what a run must not fall below, pinned with its data.

A TOML file has a table for each set, by a short name, with the checksum of its data (see
`outcomes.checksum`), and below it one for each evaluation with a floor a metric:

    [harbour]
    sha256 = "0f3a…"

    [harbour.retrieval]
    r1 = 0.812
    sentence_top1 = 0.704

For a metric of which less is better the figure is a ceiling. A floor is set at the lower end of
a figure's 95 % interval: what another draw of such questions would give is no loss. It is only
ever raised here; lowering one, or giving a set other data, is done by hand in the file, where
everyone sees it. Nothing here knows how a figure comes about.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    FiniteFloat,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from bot.floor_lines import with_floors
from bot.metrics import Better, Metric
from vectorstore.errors import ParleyError

_DIGITS = 3


class _Set(BaseModel):
    # What else a set's table has are its evaluations, each with the floor of each metric.
    model_config = ConfigDict(frozen=True)

    sha256: str
    # Nothing is below a floor that is no number.
    floors: dict[str, dict[str, FiniteFloat]]

    @model_validator(mode="before")
    @classmethod
    def _gathered(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        table = dict(cast("dict[str, Any]", given))
        return {"sha256": table.pop("sha256", None), "floors": table}


_Sets = dict[str, _Set]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A figure beyond its floor, or its ceiling; `value` is None where it was not computed."""

    metric: str
    value: float | None
    floor: float
    is_ceiling: bool = False

    def __str__(self) -> str:
        kind, side = ("ceiling", "above") if self.is_ceiling else ("floor", "below")
        if self.value is None:
            return f"{self.metric} was not computed; its {kind} is {self.floor:g}"
        by = abs(self.value - self.floor)
        return f"{self.metric} {self.value:.4f} is {by:.4f} {side} its {kind} {self.floor:g}"


@dataclass(frozen=True, slots=True)
class Floors:
    """The floors of one evaluation on one set of the data `sha256`; empty: none is set yet."""

    path: Path
    name: str
    evaluation: str
    sha256: str
    floors: Mapping[str, float]

    def shortfalls(
        self, metrics: Mapping[str, Metric], better: Mapping[str, Better]
    ) -> list[Shortfall]:
        """Return what is beyond its floor, in the file's order."""
        found: list[Shortfall] = []
        for name, floor in self.floors.items():
            is_ceiling = better.get(name) == "lower"
            value = metrics[name]["value"] if name in metrics else None
            if value is None or (value > floor if is_ceiling else value < floor):
                found.append(Shortfall(name, value, floor, is_ceiling))
        return found

    def raised(
        self, metrics: Mapping[str, Metric], better: Mapping[str, Better]
    ) -> dict[str, float]:
        """Return the floors that these figures raise or add, ceilings that they lower among them.

        A metric of which neither value is better gets none.
        """
        raised: dict[str, float] = {}
        for name, metric in metrics.items():
            if better.get(name) == "higher":
                floor = _rounded_down(metric["low"])
                # None of these figures can be below zero: that would be no floor.
                if floor > self.floors.get(name, 0.0):
                    raised[name] = floor
            elif better.get(name) == "lower":
                ceiling = -_rounded_down(-metric["high"])
                if ceiling < self.floors.get(name, math.inf):
                    raised[name] = ceiling
        return raised

    def write(self, raised: Mapping[str, float]) -> None:
        """Write these floors into the file, a line each, and leave its other lines as they are.

        Raises:
            ParleyError: The file cannot be written, or has a layout that can't be added to.
        """
        try:
            text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
            new = with_floors(text, self.name, self.sha256, self.evaluation, raised)
            self._check(new, {**self.floors, **raised})
            self.path.write_text(new, encoding="utf-8")
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise ParleyError(f"{self.path} cannot be written: {reason}.") from error

    def _check(self, text: str, floors: Mapping[str, float]) -> None:
        try:
            written = _parse(self.path, text)[self.name].floors[self.evaluation]
        except (ParleyError, KeyError):
            written = {}
        if written != floors:
            raise ParleyError(
                f"{self.path} is laid out otherwise than floors are written: give it a table "
                "[set] and one [set.evaluation] with a metric on each line."
            )


def load_floors(
    path: Path, name: str, evaluation: str, sha256: str, *, may_be_new: bool = False
) -> Floors:
    """Return the floors of an evaluation on the set called `name`, whose data is `sha256`.

    Raises:
        ParleyError: The file is none of floors, or has none for this set, this data or, unless
            they `may_be_new`, this evaluation.
    """
    sets = _read(path, may_be_new)
    pinned = sets.get(name)
    if pinned is None:
        if may_be_new:
            return Floors(path, name, evaluation, sha256, {})
        known = f" (it has {', '.join(sorted(sets))})" if sets else ""
        raise ParleyError(
            f"{path} knows no set “{name}”{known}: name the right one with --name, or add this "
            "one with --raise-floors."
        )
    if pinned.sha256 != sha256:
        raise ParleyError(
            f"The data of “{name}” is not what its floors in {path} were set on (SHA-256 "
            f"{sha256[:12]}…, pinned is {pinned.sha256[:12]}…): measure on the data that they are "
            "for, or remove the set's tables from the file and set them anew with --raise-floors."
        )
    floors = pinned.floors.get(evaluation, {})
    if not floors and not may_be_new:
        raise ParleyError(
            f"{path} has no floor for {evaluation} on “{name}”: set them with --raise-floors."
        )
    return Floors(path, name, evaluation, sha256, floors)


def _read(path: Path, may_be_new: bool) -> dict[str, _Set]:
    if may_be_new and not path.exists():
        return {}
    try:
        return _parse(path, path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ParleyError(
            f"{path} cannot be read: name a file of floors, or make one with --raise-floors."
        ) from error


def _parse(path: Path, text: str) -> dict[str, _Set]:
    try:
        given: dict[str, Any] = tomllib.loads(text)
        return TypeAdapter(_Sets).validate_python(given)
    except tomllib.TOMLDecodeError as error:
        raise ParleyError(f"{path} is not TOML: {error}.") from error
    except ValidationError as error:
        raise ParleyError(
            f"{path}: {_fault(error.errors()[0]['loc'])}. A set needs `sha256`, and a table of "
            "numbers for each evaluation."
        ) from error


def _fault(place: tuple[int | str, ...]) -> str:
    """Return what is wrong at a place of the sets as they are read, in the file's own terms."""
    match place:
        case (name, "floors", evaluation, metric):
            return f"the floor of {metric} in [{name}.{evaluation}] is not a number"
        case (name, "floors", evaluation):
            return f"{evaluation} in [{name}] is not a table of floors"
        case (name, "sha256"):
            return f"[{name}] has no `sha256`, the checksum of its data, in quotes"
        case _:
            return f"{'.'.join(map(str, place))} is not a table"


def _rounded_down(value: float) -> float:
    # What is rounded already may lie a hair below itself in binary.
    return math.floor(value * 10**_DIGITS + 1e-6) / 10**_DIGITS
