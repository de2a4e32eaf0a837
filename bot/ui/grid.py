"""Tables as HTML, whose cells are markup.

A table is stacked where the page is narrow, so each of its cells names its column, and its
roles are told. Nothing here knows what a table is of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.answers import Citation
from bot.ui.markup import isolated, text
from bot.ui.render import cite_link
from bot.wording import count

Cited = Mapping[int, Citation]
"""Citations by number."""

# More rows than this are folded away below the first.
_ROWS = 12


@dataclass(frozen=True, slots=True)
class Column:
    """A column; the first of a table heads its rows."""

    name: str
    kind: str = ""


def cite(n: int | None, cited: Cited) -> str:
    """Render the link to a passage; nothing where none is cited."""
    return "" if n is None else cite_link(n, cited.get(n))


def table(
    label: str, columns: Sequence[Column], rows: Sequence[Sequence[str]], kind: str = ""
) -> str:
    """Render a table of cells, which are markup; of a long one the end is folded away."""
    heads = "".join(
        f'<th role="columnheader" scope="col">{isolated(column.name)}</th>' for column in columns
    )
    first, more = rows[:_ROWS], rows[_ROWS:]
    shown = _grid(label, heads, columns, first, kind)
    if not more:
        return shown
    rest = _grid(f"{label}, continued", heads, columns, more, kind)
    return (
        f'{shown}<details class="p-more"><summary>{count(len(more), "more row")}</summary>'
        f"{rest}</details>"
    )


def _grid(
    label: str, heads: str, columns: Sequence[Column], rows: Sequence[Sequence[str]], kind: str
) -> str:
    body = "".join(f'<tr role="row">{_cells(row, columns)}</tr>' for row in rows)
    # What is wider than its place scrolls by itself, for a keyboard, too.
    return (
        f'<div class="p-wide" tabindex="0" role="region" aria-label="{text(label)}">'
        f'<table class="p-table {kind}" role="table" aria-label="{text(label)}">'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table></div>'
    )


def _cells(row: Sequence[str], columns: Sequence[Column]) -> str:
    head = f'<th role="rowheader" scope="row">{row[0]}</th>'
    return head + "".join(
        f'<td role="cell" class="{column.kind}" data-label="{text(column.name)}">{cell}</td>'
        for cell, column in zip(row[1:], columns[1:], strict=True)
    )
