"""The Library view as HTML: what is in the library, and what is being taken in.

Pure functions from values to markup that cannot act.
"""

from collections.abc import Mapping, Sequence

from bot.jobs import Progress
from bot.ui.changes import Changes
from bot.ui.frame import add_buttons, formats
from bot.ui.markup import Place, dated, icon, isolated, text
from bot.wording import count, day
from vectorstore.catalogue import Row
from vectorstore.ingest import Item
from vectorstore.languages import is_english
from vectorstore.planning import Status

_SORTS = {
    "newest": "Newest first",
    "oldest": "Oldest first",
    "added": "Last added first",
    "title": "By title",
    "publisher": "By publisher",
}
_KINDS = {"all": "All articles", "own": "Without samples", "samples": "Samples only"}
_WORDS: dict[Status, str] = {
    "added": "added",
    "updated": "updated",
    "unchanged": "already there",
    "duplicate": "copy",
    "rejected": "rejected",
}


def view() -> str:
    """Render the Library view; its parts are filled when it is opened."""
    return (
        '<div class="p-column"><h2 class="p-heading">Library</h2>'
        f'<div class="p-drop"><p>Drop files anywhere on this page.</p>{add_buttons()}'
        f'<p class="p-note">{formats()}</p></div>'
        '<input type="file" class="p-files" multiple hidden aria-label="Files to add" />'
        '<div data-part="progress"></div>'
        '<form class="p-find" role="search" aria-label="Find articles">'
        '<input type="search" name="search" class="p-field" placeholder="Search titles and texts" '
        'aria-label="Search titles and texts" /><span data-part="publishers"></span>'
        f"{_select('kind', 'Which articles', _KINDS)}{_select('sort', 'Order', _SORTS)}</form>"
        '<div data-part="articles"></div></div>'
    )


def _select(name: str, label: str, options: Mapping[str, str], chosen: str = "") -> str:
    rows = "".join(
        f'<option value="{text(value)}"{" selected" if value == chosen else ""}>{text(shown)}'
        "</option>"
        for value, shown in options.items()
    )
    return f'<select name="{name}" class="p-field" aria-label="{label}">{rows}</select>'


def publishers(found: Sequence[tuple[str, int]], chosen: str) -> str:
    """Render the choice of a publisher."""
    options = {"": "All publishers"} | {name: f"{name} ({number:,})" for name, number in found}
    return _select("publisher", "Publisher", options, chosen)


def articles(rows: Sequence[Row], total: int, narrowed: bool, binned: int, foreign: int = 0) -> str:
    """Render the list of articles, of which `total` were found, and what is in the bin.

    `foreign` is how many are in a language that the embedder does not know.
    """
    if not rows:
        said = (
            "No article matches."
            if narrowed
            else "There are no articles yet: drop files on this page."
        )
        listed = f'<p class="p-note p-none">{said}</p>'
    else:
        listed = _listed(rows, total)
    kept = (
        f'<p class="p-note p-bin">{count(binned, "deleted article")}. <button type="button" '
        'class="p-link" data-do="restore-articles">Bring back</button> <button type="button" '
        'class="p-link" data-do="purge">Delete for good</button></p>'
        if binned
        else ""
    )
    again = (
        '<p class="p-note">Search finds too little? <button type="button" class="p-link" '
        'data-do="reindex">Make the indexes anew</button></p>'
        if rows
        else ""
    )
    return f"{_foreign(foreign)}{listed}{kept}{again}"


def _foreign(articles: int) -> str:
    if not articles:
        return ""
    verb, its = ("is", "its") if articles == 1 else ("are", "their")
    return (
        f'<p class="p-note p-foreign">{count(articles, "article")} {verb} not in English, which '
        f"is what the built-in model knows. Ask in {its} own language: the answer is found by "
        "words, not by meaning. <bdi>PARLEY_EMBEDDING_MODEL</bdi> and <bdi>OPENAI_BASE_URL</bdi> "
        "name a multilingual model instead.</p>"
    )


def _listed(rows: Sequence[Row], total: int) -> str:
    more = (
        f'<button type="button" class="p-button" data-do="more">Show more of {total:,}</button>'
        if total > len(rows)
        else ""
    )
    return (
        '<div class="p-picked"><label class="p-tick"><input type="checkbox" data-pick="all" />'
        f"<span>{_shown(len(rows), total)}</span></label>"
        '<span class="p-tools" hidden data-part="picks"><span data-part="picked"></span>'
        '<button type="button" class="p-button" data-do="ask-picked">Ask these</button>'
        '<button type="button" class="p-button" data-do="brief-picked">Brief on these</button>'
        '<button type="button" class="p-button" data-do="delete-picked">Delete</button></span>'
        f'</div><ul class="p-rows">{"".join(map(_row, rows))}</ul>{more}'
    )


def _shown(rows: int, total: int) -> str:
    return count(total, "article") if rows == total else f"The first {rows:,} of {total:,} articles"


def _row(row: Row) -> str:
    name = text(row.title or "Untitled article")
    link = text(Place(row.id, row.version).link)
    return (
        f'<li class="p-row" data-article="{text(row.id)}" data-title="{name}">'
        f'<input type="checkbox" data-pick aria-label="Pick {name}" />'
        f'<div class="p-entry"><a class="p-title" href="{link}">'
        f"{isolated(row.title or 'Untitled article')}</a> {_tags(row)}"
        f'<p class="p-about">{_about(row)}</p></div><div class="p-tools">'
        f'<button type="button" class="p-icon" data-do="edit" aria-label="Edit {name}" '
        f'title="Edit what is known of it">{icon("rename")}</button>'
        f'<button type="button" class="p-icon" data-do="delete-article" '
        f'aria-label="Delete {name}" title="Delete">{icon("delete")}</button></div></li>'
    )


def _tags(row: Row) -> str:
    tags: list[tuple[str, str]] = []
    if row.sample:
        tags.append(("sample", "Came with Parley"))
    if row.title_derived:
        tags.append(("title derived", "Made from the text: none was given"))
    if row.copies:
        outlets = row.outlets if row.outlets > 1 else len(row.copies) + 1
        said = count(outlets, "outlet" if row.outlets > 1 else "article")
        which = "a copy" if row.duplicate_of else "the first of them"
        tags.append((f"{said}, 1 origin", f"The same story in other articles; this is {which}"))
    if row.corrected:
        tags.append(("corrected", f"By you: {', '.join(row.corrected)}"))
    shown = [f'<span class="p-tag" title="{text(why)}">{tag}</span>' for tag, why in tags]
    if row.version > 1:
        link = text(Changes(row.id, row.version - 1, row.version).link)
        shown.append(
            f'<a class="p-tag" href="{link}" title="New text came at the same address: see what '
            f'changed">version {row.version}</a>'
        )
    return " ".join(shown)


def _about(row: Row) -> str:
    published = dated(row.published, row.published_from)
    facts = [isolated(row.publisher or "publisher not given"), published]
    if row.author:
        facts.append(isolated(row.author))
    facts.append(count(row.words, "word"))
    if row.removed_lines:
        facts.append(f"{count(row.removed_lines, 'line')} cut")
    if not is_english(row.language):
        facts.append(isolated(row.language or ""))
    return " · ".join(facts)


def progress(state: Progress) -> str:
    """Render how far the work on the library has come, and a row for every input."""
    if not (state.running or state.items or state.said or state.error or state.left):
        return ""
    head = _running(state) if state.running else _done(state) + _left(state.left)
    wrong = f'<p class="p-card p-error" dir="auto">{text(state.error)}</p>' if state.error else ""
    # What was rejected first, and then the newest, so that both are in sight.
    newest = state.items[::-1]
    rejected = [item for item in newest if item.status == "rejected"]
    others = [item for item in newest if item.status != "rejected"]
    rows = "".join(map(_item, [*rejected, *others]))
    listed = f'<ul class="p-items">{rows}</ul>' if rows else ""
    return f'<div class="p-card p-progress">{head}{wrong}{listed}</div>'


def _running(state: Progress) -> str:
    total = max(1, state.total)
    cancel = (
        '<button type="button" class="p-button" data-do="cancel">Stop</button>'
        if state.can_be_cancelled
        else ""
    )
    return (
        f'<div class="p-line"><p role="status"><strong>{state.done:,} of {state.total:,}</strong> '
        f"{'re-indexed' if state.reindexing else isolated(state.current)}</p>{cancel}</div>"
        f'<progress max="{total}" value="{state.done}" aria-label="Progress"></progress>'
    )


def _left(left: int) -> str:
    """Render what waits, and that it can be gone on with."""
    if not left:
        return ""
    waits = "waits" if left == 1 else "wait"
    return (
        f'<div class="p-line"><p>{count(left, "file")} still {waits} to be taken in.</p>'
        '<span class="p-tools"><button type="button" class="p-button" data-do="resume">Go on'
        '</button><button type="button" class="p-button" data-do="discard">Leave out</button>'
        "</span></div>"
    )


def _done(state: Progress) -> str:
    if state.left and not (state.items or state.said or state.error):
        return ""
    counts = dict(state.counts)
    said = ", ".join(
        f"{counts[status]:,} {word}" for status, word in _WORDS.items() if status in counts
    )
    done = text(state.said or f"{said or 'Nothing was taken in'}.")
    return (
        f'<div class="p-line"><p role="status">{done}</p><button type="button" class="p-button" '
        'data-do="clear-progress">Hide</button></div>'
    )


def _item(item: Item) -> str:
    named = item.reason is not None and item.reason.startswith(item.source)
    facts = [] if named else [isolated(item.source)]
    if item.article_id:
        facts.append(text(day(item.published)))
        facts.append(count(item.passages, "passage"))
    if item.reason:
        facts.append(isolated(item.reason))
    title = f"<strong>{isolated(item.title)}</strong> " if item.title else ""
    return (
        f'<li class="p-item p-{item.status}"><span class="p-tag">{_WORDS[item.status]}</span> '
        f'<span>{title}<span class="p-about">{" · ".join(facts)}</span></span></li>'
    )
