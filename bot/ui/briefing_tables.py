"""A briefing's tables as HTML: positions, timeline, statements, the report on the wording.

Pure functions from values to markup that cannot act. A table is stacked where the page is
narrow, so each of its cells names its column, and its roles are told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.answers import Citation
from bot.briefing.parts import Briefing, Claim, Event, Position
from bot.neutrality.flags import Flag, Neutrality
from bot.ui import pictures
from bot.ui.markup import isolated, text
from bot.ui.render import cite_link
from bot.wording import count, day

Cited = Mapping[int, Citation]

_NOT_STATED = "not stated in these articles"
# More rows than this are folded away below the first.
_ROWS = 12
# A picture has nothing to say that its table does not.
_PICTURE = (
    '<figure class="p-picture" data-picture="{name}" hidden><div role="img" '
    'aria-label="{label}"></div>{caption}</figure>'
)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column; the first of a table heads its rows."""

    name: str
    kind: str = ""


_WHAT = _Column("What", "p-what")


def positions(whole: Briefing, cited: Cited) -> str:
    """Render what each party says on each issue, and where none of the articles tells."""
    if not whole.positions:
        return '<p class="p-note">No party’s position was found.</p>'
    moved = set(whole.changes.moved) if whole.changes else set[int]()
    parties = list(dict.fromkeys(each.party for each in whole.positions))
    issues = list(dict.fromkeys(each.issue for each in whole.positions))
    cells: dict[tuple[str, str], str] = {}
    for at, each in enumerate(whole.positions):
        place = (each.issue, each.party)
        cells[place] = cells.get(place, "") + _position(each, cited, at in moved)
    rows = [
        [isolated(issue), *(cells.get((issue, party)) or _unstated() for party in parties)]
        for issue in issues
    ]
    columns = [_Column("Issue"), *(_Column(party) for party in parties)]
    return _table("Positions: an issue a row, a party a column", columns, rows, "p-board")


def _position(found: Position, cited: Cited, moved: bool) -> str:
    if found.statement is None:
        return _unstated()
    about = [isolated(found.speaker)] if found.speaker else []
    if found.date:
        about.append(isolated(day(found.date)))
    tag = ' <span class="p-tag p-status">moved</span>' if moved else ""
    return (
        f'<div class="p-span"><span dir="auto">{text(found.statement)}</span> '
        f'<span class="p-about">{", ".join(about)} {_cite(found.citation, cited)}</span>{tag}</div>'
    )


def _unstated() -> str:
    return f'<span class="p-unstated">{_NOT_STATED}</span>'


def timeline(whole: Briefing, cited: Cited) -> str:
    """Render what happened when, and when that was reported."""
    events = whole.timeline
    left_out = ""
    if whole.undated:
        left_out = (
            f'<p class="p-note">{count(whole.undated, "sentence")} on what happened on no day '
            "that the articles tell: left out.</p>"
        )
    if not events:
        return f'<p class="p-note">Nothing with a date was found.</p>{left_out}'
    caption = (
        '<figcaption class="p-note"><span class="p-dot p-happened"></span> happened '
        '<span class="p-dot p-reported"></span> reported; a bar is a month or a year of which '
        "no day is told. The numbers are the table’s.</figcaption>"
    )
    picture = _PICTURE.format(
        name="timeline", label="When it happened and when it was reported", caption=caption
    )
    columns = [_Column("No."), _Column("Happened", "p-when"), _WHAT, _Column("Reported", "p-when")]
    rows = [_event(number, each, cited) for number, each in enumerate(events, 1)]
    return f"{picture}{_table('Timeline', columns, rows)}{left_out}"


def _event(number: int, event: Event, cited: Cited) -> list[str]:
    return [
        str(number),
        text(day(pictures.known(event))),
        f'<span dir="auto">{text(event.text)}</span> {_cite(event.citation, cited)}',
        text(day(event.reported)) if event.reported else "not known",
    ]


def statements(claims: Sequence[Claim], cited: Cited) -> str:
    """Render who said what, by which verb, to whom and through whom."""
    if not claims:
        return '<p class="p-note">No statement was found.</p>'
    columns = [_Column("Who"), _Column("Said"), _WHAT, _Column("When", "p-when")]
    return _table("Statements", columns, [_claim(each, cited) for each in claims])


def _claim(claim: Claim, cited: Cited) -> list[str]:
    who = (
        isolated(claim.speaker) if claim.speaker else '<span class="p-unstated">unattributed</span>'
    )
    via = f'<span class="p-about">through {isolated(claim.via)}</span>' if claim.via else ""
    to = f" to {isolated(claim.to)}" if claim.to else ""
    how = "quoted" if claim.quoted else "paraphrased"
    return [
        f"{who}{via}",
        f'{isolated(claim.verb)}{to}<span class="p-about">{how}</span>',
        f'<span dir="auto">{text(claim.text)}</span> {_cite(claim.citation, cited)}',
        text(day(claim.date)) if claim.date else "not stated",
    ]


def neutrality(found: Neutrality, sentences: Sequence[str], *, several: bool = True) -> str:
    """Render the report on wording: flagged words of `sentences`, and whose words they are.

    `several`: whether they rest on several articles, so that publishers can be compared.
    """
    outlets = _by_outlet(found) if several else {}
    return (
        f"{_flags(found.flags, sentences)}"
        f"{_shares('parties', 'Share of words, by party', 'Party', _by_party(found))}"
        f"{_shares('publishers', 'Share of words, by publisher', 'Publisher', outlets)}"
    )


def figures(whole: Briefing) -> dict[str, pictures.Figure]:
    """Return the pictures that the tables have room for, by name."""
    found = {"timeline": pictures.timeline(whole.timeline)} | share_figures(whole.neutrality)
    return {name: figure for name, figure in found.items() if figure is not None}


def share_figures(found: Neutrality) -> dict[str, pictures.Figure]:
    """Return the pictures of a report on wording, by name."""
    drawn = {
        "parties": pictures.shares(_by_party(found)),
        "publishers": pictures.shares(_by_outlet(found)),
    }
    return {name: figure for name, figure in drawn.items() if figure is not None}


def _by_party(found: Neutrality) -> dict[str, dict[str, float]]:
    series = {"All words": found.share_by_party, "Words in quotation marks": found.quotes_by_party}
    return {name: values for name, values in series.items() if values}


def _by_outlet(found: Neutrality) -> dict[str, dict[str, float]]:
    return {"All words": found.share_by_publisher} if found.share_by_publisher else {}


def _flags(flags: Sequence[Flag], sentences: Sequence[str]) -> str:
    note = (
        '<p class="p-note">A flag says where to look and is no verdict. Words in quotation marks '
        "are the speaker’s and are not flagged.</p>"
    )
    if not flags:
        return f"<p>No flagged words in {count(len(sentences), 'sentence')}.</p>{note}"
    said = f"<p>{count(len(flags), 'flag')} in {count(len(sentences), 'sentence')}.</p>"
    columns = [_Column("Flagged words"), _Column("Why"), _Column("Sentence", "p-what")]
    rows = [[_words(each, sentences), _why(each), _context(each, sentences)] for each in flags]
    return f"{said}{note}{_table('Flagged words', columns, rows)}"


def _words(flag: Flag, sentences: Sequence[str]) -> str:
    whole = 0 <= flag.sentence < len(sentences) and flag.span == sentences[flag.sentence]
    return "the whole sentence" if whole else isolated(flag.span)


def _why(flag: Flag) -> str:
    return f'{isolated(flag.rule)}<span class="p-about">{isolated(flag.note)}</span>'


def _context(flag: Flag, sentences: Sequence[str]) -> str:
    """Render the sentence with the flagged words marked where they stand in it."""
    if not 0 <= flag.sentence < len(sentences):
        return ""
    whole, end = sentences[flag.sentence], flag.start + len(flag.span)
    if not flag.span or whole[flag.start : end] != flag.span:
        return f'<span dir="auto">{text(whole)}</span>'
    return (
        f'<span dir="auto">{text(whole[: flag.start])}<mark>{text(flag.span)}</mark>'
        f"{text(whole[end:])}</span>"
    )


def _shares(name: str, title: str, of: str, series: Mapping[str, Mapping[str, float]]) -> str:
    if not series:
        return ""
    names = list(dict.fromkeys(each for values in series.values() for each in values))
    columns = [_Column(of), *(_Column(each) for each in series)]
    rows = [
        [isolated(each), *(f"{values.get(each, 0.0):.0%}" for values in series.values())]
        for each in names
    ]
    keys = "".join(
        f'<span class="p-dot {dot}"></span> {text(each.lower())} '
        for each, dot in zip(series, ("p-happened", "p-quoted-share"), strict=False)
    )
    caption = f'<figcaption class="p-note">{keys}</figcaption>' if len(series) > 1 else ""
    picture = _PICTURE.format(name=name, label=title, caption=caption)
    return f"<h4>{title}</h4>{picture}{_table(title, columns, rows, 'p-numbers-table')}"


def _cite(n: int | None, cited: Cited) -> str:
    return "" if n is None else cite_link(n, cited.get(n))


def _table(
    label: str, columns: Sequence[_Column], rows: Sequence[Sequence[str]], kind: str = ""
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
    label: str, heads: str, columns: Sequence[_Column], rows: Sequence[Sequence[str]], kind: str
) -> str:
    body = "".join(f'<tr role="row">{_cells(row, columns)}</tr>' for row in rows)
    # What is wider than its place scrolls by itself, for a keyboard, too.
    return (
        f'<div class="p-wide" tabindex="0" role="region" aria-label="{text(label)}">'
        f'<table class="p-table {kind}" role="table" aria-label="{text(label)}">'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table></div>'
    )


def _cells(row: Sequence[str], columns: Sequence[_Column]) -> str:
    head = f'<th role="rowheader" scope="row">{row[0]}</th>'
    return head + "".join(
        f'<td role="cell" class="{column.kind}" data-label="{text(column.name)}">{cell}</td>'
        for cell, column in zip(row[1:], columns[1:], strict=True)
    )
