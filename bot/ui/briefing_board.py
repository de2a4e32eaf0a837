"""The board of positions as HTML: what each party says on each issue, or that none tells.

Pure functions from values to markup that cannot act. Few parties are columns of a table; of
many, each issue lists those that say something, so that nothing lies out of sight.
"""

from collections.abc import Mapping, Sequence

from bot.briefing.parts import Briefing, Position
from bot.ui.grid import Cited, Column, cite, table
from bot.ui.markup import isolated, text
from bot.wording import NOT_STATED, day

# With more, a column is too narrow to be read, or beyond the edge.
_COLUMNS = 3

_Cells = Mapping[tuple[str, str], str]
"""What is said, by issue and party; there is none where no article tells."""


def positions(whole: Briefing, cited: Cited) -> str:
    """Render what each party says on each issue, and where none of the articles tells."""
    if not whole.positions:
        return '<p class="p-note">No party’s position was found.</p>'
    moved = set(whole.changes.moved) if whole.changes else set[int]()
    parties = list(dict.fromkeys(each.party for each in whole.positions))
    issues = list(dict.fromkeys(each.issue for each in whole.positions))
    cells: dict[tuple[str, str], str] = {}
    for at, each in enumerate(whole.positions):
        if each.statement is not None:
            place = (each.issue, each.party)
            cells[place] = cells.get(place, "") + _position(each, cited, at in moved)
    if len(parties) > _COLUMNS:
        return "".join(_stacked(issue, parties, cells) for issue in issues)
    rows = [
        [isolated(issue), *(cells.get((issue, party)) or _unstated() for party in parties)]
        for issue in issues
    ]
    columns = [Column("Issue"), *(Column(party) for party in parties)]
    return table("Positions: an issue a row, a party a column", columns, rows, "p-board")


def _stacked(issue: str, parties: Sequence[str], cells: _Cells) -> str:
    """Render an issue with those who say something on it, and in one line those who do not."""
    stated = [party for party in parties if (issue, party) in cells]
    silent = ", ".join(isolated(party) for party in parties if party not in stated)
    said = "".join(
        f'<li><span class="p-party">{isolated(party)}</span>'
        f'<div class="p-told">{cells[issue, party]}</div></li>'
        for party in stated
    )
    listed = f'<ul class="p-positions">{said}</ul>' if said else ""
    others = f'<p class="p-unstated">{NOT_STATED.capitalize()}: {silent}</p>' if silent else ""
    return f'<div class="p-issue"><h4>{isolated(issue)}</h4>{listed}{others}</div>'


def _position(found: Position, cited: Cited, moved: bool) -> str:
    about = [isolated(found.speaker)] if found.speaker else []
    if found.date:
        about.append(isolated(day(found.date)))
    tag = ' <span class="p-tag p-status">moved</span>' if moved else ""
    return (
        f'<div class="p-span"><span dir="auto">{text(found.statement or "")}</span> '
        f'<span class="p-about">{", ".join(about)} {cite(found.citation, cited)}</span>{tag}</div>'
    )


def _unstated() -> str:
    return f'<span class="p-unstated">{NOT_STATED}</span>'
