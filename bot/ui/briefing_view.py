"""A briefing as HTML: its text, what was said and when, and what the text itself is like.

Pure functions from values to markup that cannot act. The tables are in `briefing_tables`, the
list of kept briefings and the form in `briefing_shelf`.
"""

from collections.abc import Mapping, Sequence

from bot.answers import Citation
from bot.briefing.paragraphs import paragraphs
from bot.briefing.parts import Briefing, BriefSentence, Changes
from bot.briefings import Kept
from bot.ui import briefing_tables, render
from bot.ui.markup import Place, direction, icon, isolated, moment, text
from bot.ui.render import Copies
from bot.wording import count, day

FORMATS = {"md": "Markdown", "docx": "Word", "pdf": "PDF", "json": "JSON"}

_STATUS = {
    "party": ("party’s word", "What a party says, told as its word"),
    "unnamed": ("unnamed source", "The article does not name who says it"),
    "document": ("document", "What an official document says"),
}
_ENGINES = {"extractive": "quoted by Parley"}
_SECTIONS = {
    "text": "Text",
    "changes": "What changed",
    "positions": "Positions",
    "timeline": "Timeline",
    "disagreements": "Where reports differ",
    "statements": "Statements",
    "neutrality": "Wording",
    "sources": "Sources",
}


def view(kept: Kept, copies: Copies, titles: Mapping[str, str]) -> str:
    """Render a briefing as far as it has come; `titles` are articles' by their ids."""
    briefing = kept.briefing
    running = kept.state == "running"
    sections = {} if briefing is None else _sections(briefing, copies, titles, running=running)
    parts = [
        '<p class="p-back"><a href="?view=briefing" data-list>'
        f"{icon('previous')} All briefings</a></p>",
        _head(kept),
        _jumps(sections) if len(sections) > 1 else "",
        *(_section(name, inner) for name, inner in sections.items()),
        _state(kept),
    ]
    return f'<article class="p-brief" data-brief="{text(kept.id)}">{"".join(parts)}</article>'


def _head(kept: Kept) -> str:
    rests = _rests_on(kept.briefing) if kept.briefing is not None else []
    facts = [
        *rests,
        f"made {moment(kept.made_at)}" if kept.made_at else "",
    ]
    topic = kept.request.topic
    about = f'<p class="p-note">Topic: {isolated(topic)}</p>' if topic else ""
    return (
        f'<header class="p-brief-head"><h2 class="p-heading" tabindex="-1" '
        f'dir="{direction(kept.title)}">{isolated(kept.title)}</h2>'
        f'<p class="p-about">{" · ".join(filter(None, facts))}</p>{about}'
        f"{_tools(kept)}</header>"
    )


def _rests_on(briefing: Briefing) -> list[str]:
    origins = briefing.origins
    facts = [f"{count(origins.articles, 'article')}, {count(origins.origins, 'origin')}"]
    if briefing.as_of:
        facts.append(f"as of {text(day(briefing.as_of))}")
    by = f"written by {isolated(briefing.model)}" if briefing.model else ""
    facts.append(by or text(_ENGINES.get(briefing.engine, briefing.engine)))
    facts.append(count(briefing.words, "word"))
    return facts


def _tools(kept: Kept) -> str:
    if kept.state == "running" or kept.briefing is None:
        return ""
    saves = "".join(
        f'<button type="button" class="p-button" data-do="export-brief" data-format="{name}" '
        f'aria-label="Save as {label}">{icon("export")} {label}</button>'
        for name, label in FORMATS.items()
    )
    return f'<div class="p-tools p-saves" role="group" aria-label="Save">{saves}</div>'


def _jumps(sections: Mapping[str, str]) -> str:
    links = "".join(
        f'<li><button type="button" class="p-jump" data-do="jump" data-to="{name}">'
        f"{_SECTIONS[name]}</button></li>"
        for name in sections
    )
    return f'<nav class="p-jumps" aria-label="Parts of the briefing"><ul>{links}</ul></nav>'


def _section(name: str, inner: str) -> str:
    # The text needs no heading in sight: it stands below the briefing's own.
    hidden = ' class="p-unseen"' if name == "text" else ""
    return (
        f'<section class="p-part" data-section="{name}"><h3 tabindex="-1"{hidden}>'
        f"{_SECTIONS[name]}</h3>{inner}</section>"
    )


def _state(kept: Kept) -> str:
    if kept.state == "running":
        return (
            '<div class="p-line p-making"><p class="p-wait" role="status">'
            '<span aria-hidden="true"></span><bdi dir="auto" data-live>'
            f"{text(kept.doing or 'Reading the articles …')}</bdi></p>"
            '<button type="button" class="p-button" data-do="stop-brief">Stop</button></div>'
        )
    if kept.error is not None:
        return (
            '<div class="p-card p-error" role="alert"><p class="p-kicker">The briefing could not '
            f'be finished</p><p dir="auto">{text(kept.error)}</p></div>'
        )
    if kept.state == "stopped":
        return '<p class="p-note p-stopped">Stopped. The briefing may be incomplete.</p>'
    return ""


def _sections(
    whole: Briefing, copies: Copies, titles: Mapping[str, str], *, running: bool
) -> dict[str, str]:
    """Return each part's markup; while more is to come, that of the text alone."""
    cited = {citation.n: citation for citation in whole.citations}
    said = _text(whole, cited)
    if running:
        return {"text": said} if said else {}
    differ = "".join(render.disagreement(found, cited) for found in whole.disagreements)
    sources = render.sources(whole.citations, copies, told=True)
    sections = {
        "text": f"{said or _nothing(whole)}{_besides(whole)}",
        "changes": "" if whole.changes is None else _changes(whole, whole.changes, titles),
        "positions": briefing_tables.positions(whole, cited),
        "timeline": briefing_tables.timeline(whole, cited),
        "disagreements": differ or '<p class="p-note">No difference was found.</p>',
        "statements": briefing_tables.statements(whole.claims, cited),
        "neutrality": briefing_tables.neutrality(
            whole.neutrality, [sentence.text for sentence in whole.sentences]
        ),
        "sources": sources,
    }
    if not whole.sentences:
        return {"text": sections["text"]}
    return {name: inner for name, inner in sections.items() if inner}


def _nothing(whole: Briefing) -> str:
    asked = f" about {isolated(whole.topic)}" if whole.topic else ""
    return (
        '<div class="p-card p-refusal"><p class="p-kicker">No briefing</p>'
        f"<p>The articles do not say enough{asked}.</p></div>"
    )


def _besides(whole: Briefing) -> str:
    notes = render.notices(whole.notices)
    return f"{render.missing(whole.missing)}{notes}{render.draft(whole.draft)}{_legend(whole)}"


def _legend(whole: Briefing) -> str:
    if not whole.sentences:
        return ""
    return (
        '<p class="p-note p-legend">A sentence without a label is the outlets’ own reporting; '
        "the number of origins counts reports that are no copies of one another.</p>"
    )


def _text(whole: Briefing, cited: Mapping[int, Citation]) -> str:
    """Render the sentences as paragraphs, each sentence with its citations and its status."""
    new = set(whole.changes.new) if whole.changes else set[int]()
    way = direction(" ".join(sentence.text for sentence in whole.sentences))
    parts: list[str] = []
    shown: str | None = None
    for paragraph in paragraphs(whole):
        if paragraph.reported != shown:
            when = text(day(paragraph.reported)) if paragraph.reported else "on an unknown day"
            parts.append(f'<p class="p-reported">Reported {when}</p>')
        shown = paragraph.reported
        told = " ".join(
            render.sentence(
                whole.sentences[at], cited, _labels(whole.sentences[at], at in new, cited)
            )
            for at in paragraph.sentences
        )
        parts.append(f'<div class="p-answer" dir="{way}">{told}</div>')
    return "".join(parts)


def _labels(sentence: BriefSentence, new: bool, cited: Mapping[int, Citation]) -> str:
    labels: list[tuple[str, str]] = []
    if sentence.claim_status in _STATUS:
        labels.append(_STATUS[sentence.claim_status])
    if sentence.origins > 1:
        labels.append((count(sentence.origins, "origin"), "Reports that are no copies say it"))
    if new:
        labels.append(("new", "Not in the earlier briefing"))
    shown = "".join(
        # A label at the start of a line would seem to be the next sentence's.
        f'\N{NO-BREAK SPACE}<span class="p-tag p-status" title="{why}">{label}</span>'
        for label, why in labels
    )
    links = "".join(render.cite_link(n, cited.get(n)) for n in sentence.also)
    return f'{shown}<span class="p-also"> also {links}</span>' if links else shown


def _changes(whole: Briefing, changes: Changes, titles: Mapping[str, str]) -> str:
    told = [
        _listed(
            "New facts",
            [isolated(whole.sentences[at].text) for at in _within(changes.new, whole.sentences)],
        ),
        _listed(
            "Moved positions",
            [
                f"{isolated(moved.party)} on {isolated(moved.issue)}: "
                f"{isolated(moved.statement or 'not stated in these articles')}"
                for moved in (whole.positions[at] for at in _within(changes.moved, whole.positions))
            ],
        ),
        _listed(
            "Articles that were edited since",
            [_edited(article, titles) for article in changes.edited],
        ),
    ]
    found = "".join(told) or '<p class="p-note">Nothing was found to have changed.</p>'
    return f'<p class="p-note">Since the briefing of {text(day(changes.since))}.</p>{found}'


def _within(numbers: Sequence[int], of: Sequence[object]) -> list[int]:
    return [number for number in numbers if 0 <= number < len(of)]


def _edited(article: str, titles: Mapping[str, str]) -> str:
    link = text(Place(article, 1).link)
    return f'<a href="{link}">{isolated(titles.get(article, "a deleted article"))}</a>'


def _listed(head: str, rows: Sequence[str]) -> str:
    if not rows:
        return ""
    return f'<h4>{head}</h4><ul class="p-bullets">{"".join(f"<li>{row}</li>" for row in rows)}</ul>'
