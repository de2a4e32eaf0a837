"""The briefing's pictures as Plotly figures: plain values that go to the page as JSON.

A colour is the name of one of the page's (`--p-accent`), which the script looks up, so that a
picture fits light and dark. Plotly reads some HTML in its texts: whatever comes from an article
passes `_label`. Plotly's script lies in its Python package and is served from there; nothing
here imports that package, and nothing draws.
"""

import calendar
import textwrap
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib import metadata, util
from pathlib import Path
from typing import Any

from bot.briefing.parts import Event
from bot.ui.markup import shown
from bot.wording import day

Figure = dict[str, Any]
"""`data` and `layout` as Plotly takes them."""

# Pixels a row: room for a line of text and for a finger.
_ROW = 28
_AROUND = 60
# Where one silence takes more of the time than this, what lies before it is left to the table:
# what came after would be one spot.
_WIDEST_GAP = 0.6
_HOVER_WIDTH = 38
_HOVER_MOST = 240
_LONGEST_NAME = 28
# As much of a date as is known, by its precision, in characters of its ISO form.
_KNOWN = {"day": 10, "month": 7, "year": 4}


@cache
def script() -> tuple[str, Path]:
    """Return the name under which Plotly's script is served, and where it lies.

    The name holds the version, so that a browser may keep it for ever.
    """
    found = util.find_spec("plotly")
    folder = Path((found and found.origin) or "plotly").parent
    name = f"plotly-{metadata.version('plotly')}.min.js"
    return name, folder / "package_data" / "plotly.min.js"


def known(event: Event) -> str:
    """Return when an event happened (ISO), no more exactly than is known."""
    return event.date[: _KNOWN[event.precision]]


def timeline(events: Sequence[Event]) -> Figure | None:
    """Return when events happened and were reported: a row for each, numbered as in the table.

    None where there are fewer than two days to show.
    """
    rows = [
        (number, event, span)
        for number, event in enumerate(events, 1)
        if (span := _span(event)) is not None
    ]
    rows = _together(rows)
    if len({span for _, _, span in rows}) < 2:
        return None
    happened = [_happened(number, event, span) for number, event, span in rows]
    reported = [
        (event.reported, number, event)
        for number, event, _ in rows
        if event.reported and _day(event.reported)
    ]
    data = [
        *(_between(number, span[1], event.reported) for number, event, span in rows),
        *happened,
        {
            **_points("Reported", [(when, number) for when, number, _ in reported]),
            # A ring, so that what happened on the same day can be seen within.
            "marker": {"symbol": "circle-open", "color": "--p-soft", "size": 15},
            "hovertext": [f"Reported {_label(day(when))}" for when, _, _ in reported],
        },
    ]
    layout = _layout(_AROUND + _ROW * len(rows))
    layout["yaxis"] |= {
        "tickmode": "array",
        "tickvals": [number for number, _, _ in rows],
        "range": [rows[-1][0] + 0.7, rows[0][0] - 0.7],
    }
    layout["xaxis"] |= {"type": "date", "side": "top"}
    return {"data": [each for each in data if each], "layout": layout}


def shares(series: Mapping[str, Mapping[str, float]]) -> Figure | None:
    """Return shares (0..1) as bars: a row for each name and a colour for each of the series.

    None where there is nothing to compare.
    """
    names = list(dict.fromkeys(name for values in series.values() for name in values))
    if len(names) < 2:
        return None
    colours = ("--p-accent", "--p-edge")
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": _label(title),
            "x": [round(100 * values.get(name, 0.0), 1) for name in names],
            "y": list(range(len(names))),
            "hovertext": [_label(f"{name}: {values.get(name, 0.0):.0%}") for name in names],
            "hoverinfo": "text",
            "marker": {"color": colour},
        }
        for (title, values), colour in zip(series.items(), colours, strict=False)
    ]
    layout = _layout(_AROUND + _ROW * len(names) * len(data))
    layout |= {"barmode": "group", "bargap": 0.25}
    layout["margin"] |= {"t": 12}
    layout["xaxis"] |= {"ticksuffix": "%", "rangemode": "tozero", "nticks": 6}
    layout["yaxis"] |= {
        "tickmode": "array",
        "tickvals": list(range(len(names))),
        "ticktext": [_label(_short(name)) for name in names],
        "autorange": "reversed",
        "automargin": True,
    }
    return {"data": data, "layout": layout}


_Row = tuple[int, Event, tuple[date, date]]


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso[:10])
    except ValueError:
        return None


def _span(event: Event) -> tuple[date, date] | None:
    """Return the first and the last day on which it can have happened."""
    try:
        numbers = [int(each) for each in known(event).split("-")]
        match numbers:
            case [year]:
                return date(year, 1, 1), date(year, 12, 31)
            case [year, month]:
                last = calendar.monthrange(year, month)[1]
                return date(year, month, 1), date(year, month, last)
            case _:
                return (exact := date(*numbers)), exact
    except (ValueError, TypeError):
        return None


def _together(rows: list[_Row]) -> list[_Row]:
    """Leave out what lies so far back that the rest would be one spot."""
    rows = sorted(rows, key=lambda row: row[2])
    while len(rows) > 2:
        whole = (rows[-1][2][1] - rows[0][2][0]).days
        gap = (rows[1][2][0] - rows[0][2][1]).days
        if gap <= _WIDEST_GAP * whole or whole < 60:
            break
        rows = rows[1:]
    return sorted(rows, key=lambda row: row[0])


def _happened(number: int, event: Event, span: tuple[date, date]) -> Figure:
    """Return a point, or a bar as long as the month or the year."""
    hover = _wrapped(f"{number}. {day(known(event))}: {event.text}")
    if span[0] == span[1]:
        return {
            **_points("Happened", [(span[0].isoformat(), number)]),
            "marker": {"color": "--p-accent", "size": 9},
            "hovertext": [hover],
        }
    return {
        **_points("Happened", [(each.isoformat(), number) for each in span]),
        "mode": "lines",
        "line": _line("--p-accent", 9),
        "opacity": 0.55,
        "hovertext": [hover, hover],
    }


def _between(number: int, end: date, reported: str | None) -> Figure | None:
    then = _day(reported) if reported else None
    if then is None or then <= end:
        return None
    return {
        **_points("", [(end.isoformat(), number), (then.isoformat(), number)]),
        "mode": "lines",
        "line": _line("--p-edge", 1),
        "hoverinfo": "skip",
    }


def _points(name: str, at: Sequence[tuple[str, int]]) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [x[:10] for x, _ in at],
        "y": [y for _, y in at],
        "hoverinfo": "text",
        "showlegend": False,
    }


def _line(colour: str, width: int) -> Figure:
    return {"color": colour, "width": width}


def _layout(height: float) -> Figure:
    axis: Figure = {
        "gridcolor": "--p-line",
        "linecolor": "--p-line",
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"color": "--p-soft"},
    }
    return {
        "height": round(height),
        "margin": {"l": 36, "r": 12, "t": 36, "b": 24},
        "paper_bgcolor": "--p-surface",
        "plot_bgcolor": "--p-surface",
        "font": {"color": "--p-ink", "size": 13},
        "hoverlabel": {"bgcolor": "--p-raised", "font": {"color": "--p-ink"}, "align": "left"},
        "hovermode": "closest",
        "dragmode": False,
        "showlegend": False,
        "xaxis": dict(axis),
        "yaxis": dict(axis),
    }


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _wrapped(value: str) -> str:
    short = textwrap.shorten(shown(value), _HOVER_MOST, placeholder=" …")
    return "<br>".join(_label(line) for line in textwrap.wrap(short, _HOVER_WIDTH))


def _label(value: str) -> str:
    """Return a text that Plotly shows as it is: it has a markup and entities of its own."""
    return shown(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
