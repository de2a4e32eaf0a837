"""Draws how time, memory and size on disk grow, as an SVG that says which figures it shows.

On a light ground of its own, so that it can be read on a dark page as well. Drawn the same way
from the same figures; their checksum is in the file (`checksum`), for a test to compare.
"""

import hashlib
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from tests.bench.goals import Sections

_GROUND, _INK, _FAINT = "#fbfaf7", "#2b2b2b", "#d8d5cc"
_OURS, _READING, _PEER = "#1f5f8b", "#5a9bc4", "#b3541e"
_READERS = (("off", "Parley, reader off", _OURS), ("on", "Parley, reader on", _READING))


@dataclass(frozen=True, slots=True)
class Point:
    """The figures at one size."""

    articles: int
    parley: Mapping[str, Any]
    peer: Mapping[str, Any]

    @property
    def sides(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Parley's figures, and the peer's."""
        return self.parley, self.peer


def points(sections: Sections) -> list[Point]:
    """Return the sizes that were measured, the smallest first."""
    found = [section["figures"] for name, section in sections.items() if name.startswith("growth/")]
    measured = [Point(each["articles"], each["parley"], each["peer"]) for each in found]
    return sorted(measured, key=lambda point: point.articles)


def checksum(drawn: Sequence[Point]) -> str:
    """Return what the picture of these figures is known by."""
    told = json.dumps([(each.articles, each.parley, each.peer) for each in drawn], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a panel: how it looks, and its value at each size (None: not measured)."""

    name: str
    colour: str
    value: Callable[[Point], float | None]
    style: str = "-"


def draw(drawn: Sequence[Point]) -> str:
    """Return the picture as SVG."""
    out = io.StringIO()
    # Text stays text, and nothing in the file hangs on the day or on chance.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "growth", "font.size": 9}):
        figure = Figure(figsize=(11, 3.7), facecolor=_GROUND, layout="constrained")
        panels = figure.subplots(1, 3)
        for panel, (title, unit, lines) in zip(panels, _panels(drawn), strict=True):
            _draw_panel(panel, f"{title}, {unit}", lines, drawn)
        handles, labels = panels[0].get_legend_handles_labels()
        place = {"loc": "outside lower center", "ncols": len(labels)}
        figure.legend(handles, labels, frameon=False, labelcolor=_INK, **place)
        about = {"Date": None, "Description": checksum(drawn), "Title": "Growth"}
        figure.savefig(out, format="svg", facecolor=_GROUND, metadata=about)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _draw_panel(panel: Any, title: str, lines: Sequence[Line], drawn: Sequence[Point]) -> None:
    for line in lines:
        values = [(point.parley["passages"], line.value(point)) for point in drawn]
        known = [pair for pair in values if pair[1] is not None]
        if known:
            panel.plot(
                *zip(*known, strict=True), line.style, color=line.colour, marker="o", ms=4,
                label=line.name,
            )  # fmt: skip
    panel.set(xscale="log", yscale="log", facecolor=_GROUND)
    panel.set_title(title, color=_INK, loc="left", fontsize=10)
    panel.set_xlabel("Parley's passages", color=_INK)
    panel.grid(which="major", color=_FAINT, linewidth=0.8)
    panel.tick_params(which="both", colors=_INK)
    panel.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_major_formatter(lambda value, _place: f"{value:,.10g}")
        axis.set_minor_formatter(lambda _value, _place: "")
    for side in panel.spines.values():
        side.set_color(_FAINT)


def _panels(drawn: Sequence[Point]) -> list[tuple[str, str, list[Line]]]:
    return [
        ("Time to answer", "ms", _time(drawn)),
        ("Memory while serving", "MB", _memory(drawn)),
        (
            "Size on disk",
            "MB",
            [
                Line("Parley", _OURS, lambda point: point.parley["disk_mb"]),
                Line("peer", _PEER, lambda point: point.peer["disk_mb"]),
            ],
        ),
    ]


def _time(drawn: Sequence[Point]) -> list[Line]:
    def ours(reader: str, narrow: str, what: str) -> Callable[[Point], float]:
        return lambda point: point.parley["ask"][reader]["page"][narrow][what]

    def peers(narrow: str, what: str) -> Callable[[Point], float]:
        return lambda point: point.peer["ask"][narrow][what]

    return [
        *(
            Line(name, colour, ours(reader, "all", "median_ms"))
            for reader, name, colour in _READERS
            if reader in drawn[0].parley["ask"]
        ),
        Line("peer, retrieval alone", _PEER, peers("all", "median_ms")),
        Line("Parley filtered, 95th percentile", _OURS, ours("off", "broad", "p95_ms"), ":"),
        Line("peer filtered, 95th percentile", _PEER, peers("broad", "p95_ms"), ":"),
    ]


def _memory(drawn: Sequence[Point]) -> list[Line]:
    def ours(reader: str) -> Callable[[Point], float | None]:
        return lambda point: point.parley["serving"][reader].get("asked", {}).get("resident_mb")

    return [
        *(
            Line(name, colour, ours(reader))
            for reader, name, colour in _READERS
            if reader in drawn[0].parley["serving"]
        ),
        Line("peer", _PEER, lambda point: point.peer["ask"]["memory"].get("resident_mb")),
    ]
