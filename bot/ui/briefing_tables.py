"""A briefing's tables as HTML: timeline, statements, the report on the wording.

Pure functions from values to markup that cannot act. The positions are in `briefing_board`.
"""

from collections.abc import Mapping, Sequence

from bot.briefing.parts import Briefing, Claim, Event
from bot.neutrality.flags import Flag, Neutrality
from bot.neutrality.report import is_checked
from bot.ui import pictures
from bot.ui.grid import Cited, Column, cite, table
from bot.ui.markup import isolated, text
from bot.wording import count, day

ENGLISH_ONLY = "the rules are for English."
# A picture has nothing to say that its table does not.
_PICTURE = (
    '<figure class="p-picture" data-picture="{name}" hidden><div role="img" '
    'aria-label="{label}"></div>{caption}</figure>'
)


_WHAT = Column("What", "p-what")


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
    columns = [Column("No."), Column("Happened", "p-when"), _WHAT, Column("Reported", "p-when")]
    rows = [_event(number, each, cited) for number, each in enumerate(events, 1)]
    return f"{picture}{table('Timeline', columns, rows)}{left_out}"


def _event(number: int, event: Event, cited: Cited) -> list[str]:
    return [
        str(number),
        text(day(pictures.known(event))),
        f'<span dir="auto">{text(event.text)}</span> {cite(event.citation, cited)}',
        text(day(event.reported)) if event.reported else "not known",
    ]


def statements(claims: Sequence[Claim], cited: Cited) -> str:
    """Render who said what, by which verb, to whom and through whom."""
    if not claims:
        return '<p class="p-note">No statement was found.</p>'
    columns = [Column("Who"), Column("Said"), _WHAT, Column("When", "p-when")]
    return table("Statements", columns, [_claim(each, cited) for each in claims])


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
        f'<span dir="auto">{text(claim.text)}</span> {cite(claim.citation, cited)}',
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
    checked = sum(map(is_checked, sentences))
    others = len(sentences) - checked
    unread = f" {count(others, 'sentence')} not checked: {ENGLISH_ONLY}" if others else ""
    if not flags:
        return f"<p>No flagged words in {count(checked, 'sentence')}.{unread}</p>{note}"
    said = f"<p>{count(len(flags), 'flag')} in {count(checked, 'sentence')}.{unread}</p>"
    columns = [Column("Flagged words"), Column("Why"), Column("Sentence", "p-what")]
    rows = [[_words(each, sentences), _why(each), _context(each, sentences)] for each in flags]
    return f"{said}{note}{table('Flagged words', columns, rows)}"


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
    columns = [Column(of), *(Column(each) for each in series)]
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
    return f"<h4>{title}</h4>{picture}{table(title, columns, rows, 'p-numbers-table')}"
