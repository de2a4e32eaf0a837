"""The Briefing view around a briefing as HTML: what to brief on, and the briefings kept.

Pure functions from values to markup that cannot act.
"""

from collections.abc import Mapping, Sequence

from bot.answers import MAX_QUESTION
from bot.briefing.request import LONGEST, SHORTEST, Request
from bot.briefings import KeptRow
from bot.scope import Scope
from bot.transcript import scope_in_words
from bot.ui.markup import icon, isolated, moment, text
from bot.wording import count

STATES = {"running": "being made", "stopped": "stopped", "failed": "not finished"}
"""What a briefing that is not whole is said to be, in the list and on its page."""
_STEP = 10


def view() -> str:
    """Render the Briefing view; its parts are filled when it is opened."""
    words = Request().words
    return (
        '<div class="p-column p-briefs"><h2 class="p-heading">Briefing</h2>'
        '<p class="p-note">A neutral text on what the articles agree on. Every sentence cites the '
        "passage that says it; below it stand positions, a timeline, where reports differ and a "
        "report on the wording.</p>"
        '<form class="p-card p-order" data-form="brief" aria-label="New briefing">'
        f'<label class="p-wide-field">Topic<input class="p-field" name="topic" id="p-topic" '
        f'maxlength="{MAX_QUESTION}" dir="auto" autocomplete="off" '
        'placeholder="All that the articles tell, or what you name here" /></label>'
        # The label is of the first field in it.
        '<div class="p-choices"><label>Length in words<span class="p-length">'
        f'<input type="number" class="p-field" name="words" min="{SHORTEST}" max="{LONGEST}" '
        f'value="{words}" required inputmode="numeric" /><input type="range" name="slider" '
        f'min="{SHORTEST}" max="{LONGEST}" step="{_STEP}" value="{words}" tabindex="-1" '
        'aria-hidden="true" /></span></label>'
        '<label>Compare with<span data-part="earlier"></span></label></div>'
        '<div class="p-from" data-part="brief-scope"></div>'
        '<button type="submit" class="p-primary">Make the briefing</button></form>'
        '<h3 class="p-subheading" tabindex="-1">Kept briefings</h3>'
        '<input type="search" class="p-field p-seek" data-search="briefings" '
        'placeholder="Search briefings" aria-label="Search briefings" />'
        '<div data-part="briefings"></div></div>'
        '<div class="p-column" data-part="briefing"></div>'
    )


def scope_bar(scope: Scope, titles: Mapping[str, str], articles: int) -> str:
    """Render which articles the next briefing is made from."""
    if scope:
        parts = scope_in_words(scope, titles)
        said = "".join(f'<li class="p-chip">{isolated(part)}</li>' for part in parts)
        words = f'<span>From only</span><ul class="p-chips" aria-label="Articles">{said}</ul>'
        clear = (
            '<button type="button" class="p-link" data-do="clear-brief-scope">All articles</button>'
        )
    else:
        words, clear = f"<span>From {_all(articles)}</span>", ""
    return (
        f'{words}<button type="button" class="p-link" data-do="brief-filter" '
        f'aria-haspopup="dialog">{"Change" if scope else "Narrow down"}</button>{clear}'
    )


def _all(articles: int) -> str:
    if articles < 2:
        return "the one article" if articles else "no article yet"
    return f"all {articles:,} articles"


def earlier(rows: Sequence[KeptRow], chosen: str) -> str:
    """Render the choice of an earlier briefing, what is new since which is told.

    One that holds nothing has nothing to be compared with.
    """
    options = "".join(
        f'<option value="{text(row.id)}"{" selected" if row.id == chosen else ""}>'
        f"{text(row.title)}, {text(row.made_at[:10])}</option>"
        for row in rows
        if row.state != "running" and row.words
    )
    return (
        '<select name="earlier" class="p-field" aria-label="Compare with">'
        f'<option value="">no earlier briefing</option>{options}</select>'
    )


def briefings(rows: Sequence[KeptRow], searched: bool, binned: int) -> str:
    """Render the list of kept briefings, and what is in the bin."""
    listed = "".join(map(_row, rows))
    if not listed:
        said = "None holds these words." if searched else "Briefings are kept here."
        listed = f'<li class="p-note p-none">{said}</li>'
    kept = (
        f'<p class="p-note p-bin">{count(binned, "deleted briefing")}. '
        '<button type="button" class="p-link" data-do="restore-briefs">Bring back</button> '
        '<button type="button" class="p-link" data-do="empty-briefs">Delete for good</button></p>'
        if binned
        else ""
    )
    return f'<ul class="p-rows">{listed}</ul>{kept}'


def _row(row: KeptRow) -> str:
    name = text(row.title)
    facts = [moment(row.made_at), count(row.words, "word"), count(row.articles, "article")]
    state = STATES.get(row.state)
    tag = f' <span class="p-tag">{state}</span>' if state else ""
    tools = "".join(
        f'<button type="button" class="p-icon" data-do="{action}-brief" '
        f'aria-label="{label} {name}" title="{label}">{icon(action)}</button>'
        for action, label in (("rename", "Rename"), ("link", "Copy the link to"))
    )
    return (
        f'<li class="p-kept" data-briefing="{text(row.id)}" data-title="{name}">'
        f'<div class="p-entry"><a class="p-title" href="?view=briefing&amp;b={text(row.id)}" '
        f'data-read>{isolated(row.title)}</a>{tag}<p class="p-about">{" · ".join(facts)}</p></div>'
        f'<div class="p-tools">{tools}<button type="button" class="p-icon" data-do="delete-brief" '
        f'aria-label="Delete {name}" title="Delete">{icon("delete")}</button></div></li>'
    )
