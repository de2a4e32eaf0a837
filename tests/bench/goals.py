"""The goals of the benchmarks beside what was measured, from the sections of `results`.

Where something was measured in more than one way, the worst of them counts.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Sections = Mapping[str, Mapping[str, Any]]

AT_1_000, AT_10_000, AT_PASSAGES = "growth/1000", "growth/10000", "growth/100000p"


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be reached: at least or at most so much, in words and as a figure."""

    what: str
    bound: Literal["≥", "≤"]
    limit: float
    unit: str
    measure: Callable[[Sections], float]

    @property
    def wanted(self) -> str:
        """The goal, as a cell of a table."""
        return f"{self.bound} {_shown(self.limit)} {self.unit}"

    def measured(self, sections: Sections) -> float | None:
        """Return what was measured; None if it was not."""
        try:
            return self.measure(sections)
        except (KeyError, ValueError):  # no such section, or nothing in it
            return None

    def row(self, sections: Sections) -> tuple[str, str, str, str]:
        """Return what, goal, measured, and whether it is met."""
        value = self.measured(sections)
        if value is None:
            return self.what, self.wanted, "not measured", "–"
        met = value >= self.limit if self.bound == "≥" else value <= self.limit
        return self.what, self.wanted, f"{_shown(value)} {self.unit}", "yes" if met else "no"


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _ingest(sections: Sections) -> float:
    figures = _figures(sections, AT_1_000)
    paces = (figures[side]["ingest"]["pieces_per_s"] for side in ("parley", "peer"))
    return next(paces) / next(paces)


def _ask(reader: str) -> Callable[[Sections], float]:
    def ratio(sections: Sections) -> float:
        figures = _figures(sections, AT_1_000)
        ours = figures["parley"]["ask"][reader]
        theirs = figures["peer"]["ask"]["all"]["median_ms"]
        return max(ways["all"]["median_ms"] for ways in ours.values()) / theirs

    return ratio


def _filtered(way: str) -> Callable[[Sections], float]:
    def slowest(sections: Sections) -> float:
        asked = _figures(sections, AT_PASSAGES)["parley"]["ask"]["off"][way]
        return max(asked[narrow]["p95_ms"] for narrow in ("broad", "narrow"))

    return slowest


def _serving(sections: Sections) -> float:
    serving = _figures(sections, AT_10_000)["parley"]["serving"].values()
    return max(each["asked"]["resident_mb"] for each in serving)


def _start(what: str) -> Callable[[Sections], float]:
    def seconds(sections: Sections) -> float:
        libraries = _figures(sections, "start")["libraries"].values()
        return max(each[what]["median_s"] for by_reader in libraries for each in by_reader.values())

    return seconds


def _figures(sections: Sections, name: str) -> Mapping[str, Any]:
    return sections[name]["figures"]


GOALS = (
    Goal("ingest, passages/s against the peer's chunks/s, 1,000 articles", "≥", 2.5, "×", _ingest),
    Goal(
        "ask, median against the peer's retrieval alone, 1,000 articles, reader off",
        "≤", 0.5, "×", _ask("off"),
    ),
    Goal("the same, reader on", "≤", 2, "×", _ask("on")),
    Goal(
        "ask on the page, p95 at 100,000 passages, dates and publishers filtered, reader off",
        "≤", 100, "ms", _filtered("page"),
    ),
    Goal("the same by `parley ask`, once it has started", "≤", 100, "ms", _filtered("command")),
    Goal("memory serving 10,000 articles, after 20 questions", "≤", 900, "MB", _serving),
    Goal("cold `parley ask` to the answer", "≤", 3.5, "s", _start("ask")),
    Goal("page ready after `parley chat`", "≤", 10, "s", _start("page")),
)  # fmt: skip


def rows(sections: Sections) -> Iterator[tuple[str, str, str, str]]:
    """Yield a row a goal: what, goal, measured, met."""
    for goal in GOALS:
        yield goal.row(sections)
