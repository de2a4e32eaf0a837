"""A briefing as HTML: its text, what was said and when, and what the text itself is like.

Pure functions from values to markup that cannot act. The tables are in `briefing_tables`, the
list of kept briefings and the form in `briefing_shelf`.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.answers import Citation
from bot.briefing.export import FORMATS
from bot.briefing.paragraphs import paragraphs
from bot.briefing.parts import Briefing, BriefSentence
from bot.briefings import Kept
from bot.transcript import scope_in_words
from bot.ui import briefing_tables, render
from bot.ui.briefing_board import positions
from bot.ui.briefing_changes import changed
from bot.ui.briefing_shelf import STATES
from bot.ui.markup import direction, icon, isolated, moment, text
from bot.ui.render import Copies
from bot.wording import count, day

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


def view(kept: Kept, copies: Copies, titles: Mapping[str, str], earlier: Kept | None = None) -> str:
    """Render a briefing as far as it has come.

    `titles` are articles' by their ids; `earlier` is the one that it was compared with, if that
    is still kept.
    """
    sections = _sections(kept, copies, titles, earlier)
    parts = [
        '<p class="p-back"><a href="?view=briefing" data-list>'
        f"{icon('previous')} All briefings</a></p>",
        _head(kept, titles),
        _jumps(sections) if len(sections) > 1 else "",
        *(_section(name, inner) for name, inner in sections.items()),
        _state(kept),
    ]
    return f'<article class="p-brief" data-brief="{text(kept.id)}">{"".join(parts)}</article>'


def _head(kept: Kept, titles: Mapping[str, str]) -> str:
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
        f"{_asked_of(kept, titles)}{_tools(kept)}</header>"
    )


def _asked_of(kept: Kept, titles: Mapping[str, str]) -> str:
    """Render which articles it was to be made from alone."""
    scope = kept.request.scope
    if kept.briefing is not None and kept.briefing.as_of == scope.as_of:
        # Its day stands among the facts.
        scope = replace(scope, as_of=None)
    parts = scope_in_words(scope, titles)
    if not parts:
        return ""
    said = "".join(f'<li class="p-chip">{isolated(part)}</li>' for part in parts)
    return (
        '<div class="p-from p-note"><span>From only</span>'
        f'<ul class="p-chips" aria-label="Made from">{said}</ul></div>'
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
    state = STATES.get(kept.state, "cannot be shown").capitalize()
    again = (
        f'<p><button type="button" class="p-button p-again" data-do="again-brief">{icon("retry")} '
        "Make it again</button></p>"
    )
    if kept.error is not None:
        return (
            f'<div class="p-card p-error" role="alert"><p class="p-kicker">{state}</p>'
            f'<p dir="auto">{text(kept.error)}</p>{again}</div>'
        )
    if kept.state == "stopped":
        left = (
            "The briefing may be incomplete."
            if kept.briefing is not None
            else "Nothing had come of it."
        )
        return f'<div class="p-note p-stopped"><p>{state}. {left}</p>{again}</div>'
    return ""


def _sections(
    kept: Kept, copies: Copies, titles: Mapping[str, str], earlier: Kept | None
) -> dict[str, str]:
    """Return each part's markup; while more is to come, that of the text alone."""
    whole = kept.briefing
    if whole is None:
        return {}
    cited = {citation.n: citation for citation in whole.citations}
    said = _text(whole, cited)
    if kept.state == "running":
        return {"text": said} if said else {}
    differ = "".join(render.disagreement(found, cited) for found in whole.disagreements)
    sources = render.sources(whole.citations, copies, told=True)
    sections = {
        "text": f"{said or _nothing(whole)}{_besides(whole)}",
        "changes": ""
        if whole.changes is None
        else changed(whole, whole.changes, cited, titles, earlier),
        "positions": positions(whole, cited),
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
            parts.append(f'<p class="p-on-day">Reported {when}</p>')
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
    links = [render.cite_link(n, cited.get(n)) for n in sentence.also]
    if not links:
        return shown
    # The word stays with the first; the others may go on in the next line.
    first = f'<span class="p-bound">also {links[0]}</span>'
    return f'{shown} <span class="p-also">{" ".join((first, *links[1:]))}</span>'
