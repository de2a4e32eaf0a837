"""The page's frame: header, conversations, welcome, question, the filter in force.

Pure functions from values to markup that cannot act. The script fills the parts that are
marked `data-part` with what the calls return.
"""

from collections.abc import Iterable, Mapping, Sequence

from bot.scope import Scope
from bot.service import Overview
from bot.transcript import scope_in_words
from bot.ui.markup import icon, isolated, moment, text
from bot.wording import count
from vectorstore.readers import FORMATS
from vectorstore.readers.raw import MAX_ARCHIVE_BYTES, MAX_BYTES, MAX_DOCUMENT_BYTES
from vectorstore.transcripts import StoredConversation


def page(overview: Overview, briefing: str, library: str) -> str:
    """Render the whole page, before anything was asked, with its other views."""
    return (
        '<div class="p-app" data-view="ask">'
        '<a class="p-skip" href="#p-box">Skip to the question</a>'
        f"{_header(overview)}{_side(overview)}"
        f'<div class="p-main"><section class="p-ask" aria-label="Ask">'
        f'<div data-part="welcome">{welcome(overview)}</div>'
        '<div class="p-log" role="log" aria-live="polite" aria-label="Conversation" '
        f'aria-busy="false"></div></section>{_asking(overview)}'
        f'<section class="p-briefing" aria-label="Briefing">{briefing}</section>'
        f'<section class="p-library" aria-label="Library">{library}</section></div>'
        '<aside class="p-panel" tabindex="-1" aria-label="Source" data-part="source"></aside>'
        '<div class="p-shade" data-do="menu" aria-hidden="true"></div>'
        '<div class="p-toast" role="status" aria-live="polite"></div>'
        '<div class="p-dropping" aria-hidden="true"><p>Drop to add to the library</p></div>'
        '<dialog class="p-dialog" aria-labelledby="p-dialog-title"></dialog></div>'
    )


def _header(overview: Overview) -> str:
    return (
        '<header class="p-head"><button type="button" class="p-icon p-burger" data-do="menu" '
        'aria-label="Conversations" aria-expanded="false" aria-controls="p-side">'
        f'{icon("menu")}</button><h1 class="p-name">Parley</h1>'
        '<nav class="p-tabs" aria-label="Views"><a href="?" data-view="ask" aria-current="page">'
        'Ask</a><a href="?view=briefing" data-view="briefing">Briefing</a>'
        '<a href="?view=library" data-view="library">Library <span data-part="count">'
        f"{overview.articles:,}</span></a></nav>"
        f'<p class="p-facts" data-part="facts">{facts(overview)}</p></header>'
    )


def facts(overview: Overview) -> str:
    """Name what answers and where passages go, in a line."""
    hosts = list(dict.fromkeys(filter(None, (overview.host, overview.embedding_host))))
    where = f"passages go to {' and '.join(hosts)}" if hosts else "on this machine"
    if overview.model is None and overview.engine == "extractive":
        return text(f"Parley quotes, word for word, {where}")
    writer = overview.model or overview.engine
    return text(f"{writer} writes{';' if hosts else ','} {where}")


def _side(overview: Overview) -> str:
    return (
        '<nav class="p-side" id="p-side" aria-label="Conversations">'
        f'<button type="button" class="p-new" data-do="new">{icon("plus")} New conversation'
        '</button><input type="search" class="p-field" data-search="conversations" '
        'placeholder="Search conversations" aria-label="Search conversations" />'
        '<div class="p-talks" data-part="conversations"></div>'
        f'<p class="p-note p-facts-side" data-part="facts">{facts(overview)}</p></nav>'
    )


def conversations(
    found: Sequence[StoredConversation], current: str | None, searched: bool, binned: int
) -> str:
    """Render the list of conversations."""
    rows = "".join(_talk(each, each.id == current) for each in found)
    if not rows:
        said = "None holds these words." if searched else "Conversations are kept here."
        rows = f'<li class="p-note">{said}</li>'
    kept = (
        f'<p class="p-note">{count(binned, "deleted conversation")}. '
        '<button type="button" class="p-link" data-do="restore-conversations">Bring back</button> '
        '<button type="button" class="p-link" data-do="empty-conversations">Delete for good'
        "</button></p>"
        if binned
        else ""
    )
    return f"<ul>{rows}</ul>{kept}"


def _talk(stored: StoredConversation, current: bool) -> str:
    name = text(stored.title)
    actions = "".join(
        f'<button type="button" data-do="{action}">{icon(action)} {label}</button>'
        for action, label in (
            ("rename", "Rename"),
            ("export", "Save as Markdown"),
            ("link", "Copy link"),
            ("delete", "Delete"),
        )
    )
    here = ' aria-current="page"' if current else ""
    return (
        f'<li class="p-talk" data-conversation="{text(stored.id)}" data-title="{name}">'
        f'<a href="?c={text(stored.id)}" data-open{here}><span class="p-talk-title">'
        f"{isolated(stored.title)}</span>{moment(stored.changed_at)}</a>"
        f'<details class="p-menu"><summary aria-label="Actions for {name}">{icon("more")}'
        f"</summary><div>{actions}</div></details></li>"
    )


def welcome(overview: Overview) -> str:
    """Render what a reader sees before the first question."""
    if not overview.articles:
        return (
            '<div class="p-welcome"><h2>There are no articles yet</h2><p>Parley answers only '
            "from articles that you give it, and every sentence of an answer cites the passage "
            "that says it. Drop files anywhere on this page, or:</p>"
            f"{add_buttons()}</div>"
        )
    held = f"<strong>{count(overview.articles, 'article')}</strong>"
    samples = ""
    if overview.samples:
        which = (
            "all of them samples"
            if overview.samples == overview.articles
            else (f"{count(overview.samples, 'sample')} among them")
        )
        held += f", {which}"
        samples = (
            ' <button type="button" class="p-link" data-do="remove-samples">Remove the samples'
            "</button>"
        )
    cites = (
        "Every sentence of an answer cites the passage that says it."
        if overview.model is None
        else "Every sentence of an answer is checked against the passages that it cites, and is "
        "marked if they do not say it."
    )
    return (
        '<div class="p-welcome"><h2>Ask the articles</h2>'
        f"<p>{cites} Where the articles do not say, neither does Parley. Drop files anywhere on "
        "this page to add your own.</p>"
        f'<p class="p-held">In the library: {held}.{samples}</p>'
        f'<p class="p-held">{text(_who(overview))}</p>{_examples(overview.examples)}</div>'
    )


def _who(overview: Overview) -> str:
    found = _embedded(overview)
    if overview.host:
        return (
            f"{overview.model or overview.engine} writes the answers: your questions, the answers "
            "before them, and the passages or articles that they are about are sent to "
            f"{overview.host}. {found}"
        ).rstrip()
    writes = (
        "Answers are quotations, and no model writes."
        if overview.model is None
        else f"{overview.model} writes the answers, on this machine."
    )
    return f"{writes} {found or 'Nothing leaves this machine.'}"


def _embedded(overview: Overview) -> str:
    """Say where articles go to be found by meaning; nothing, if that is here."""
    if not overview.embedding_host:
        return ""
    if overview.embedding_host == overview.host:
        return "To be found by meaning, all articles and questions are sent there, too."
    return (
        f"To be found by meaning, all articles and questions are sent to {overview.embedding_host}."
    )


def add_buttons() -> str:
    """Render the two ways to add articles beside dropping them."""
    return (
        '<p class="p-add"><button type="button" class="p-primary" data-do="choose">Choose files'
        '</button> <button type="button" class="p-button" data-do="paste">Paste a text</button>'
        "</p>"
    )


def formats() -> str:
    """Name the endings of files that can be read, and how large those may be."""
    sizes = (
        f"texts up to {MAX_BYTES / 1e6:.0f} MB, documents and saved pages up to "
        f"{MAX_DOCUMENT_BYTES / 1e6:.0f} MB, archives up to {MAX_ARCHIVE_BYTES / 1e6:.0f} MB"
    )
    return f"{', '.join(sorted(FORMATS))}; {sizes}."


def _examples(questions: Iterable[str]) -> str:
    buttons = "".join(
        f'<li><button type="button" class="p-example" data-ask="{text(question)}">'
        f"{isolated(question)}</button></li>"
        for question in questions
    )
    return f'<h3>Try one of these</h3><ul class="p-examples">{buttons}</ul>' if buttons else ""


def _asking(overview: Overview) -> str:
    return (
        '<form class="p-asking" aria-label="Ask a question">'
        f'<div class="p-scope" data-part="scope">{scope_bar(Scope(), {}, overview.articles)}</div>'
        '<div class="p-line"><textarea id="p-box" rows="1" dir="auto" enterkeyhint="send" '
        'autocomplete="off" aria-label="Your question" placeholder="Ask about the articles">'
        '</textarea><button type="submit" class="p-primary p-send">Ask</button>'
        '<button type="button" class="p-button p-stop" data-do="stop">Stop</button></div></form>'
    )


def scope_bar(scope: Scope, titles: Mapping[str, str], articles: int) -> str:
    """Render the filter in force: what the next question is asked of."""
    if scope:
        parts = scope_in_words(scope, titles)
        said = "".join(f'<li class="p-chip">{isolated(part)}</li>' for part in parts)
        words = f'<span>Asking only</span><ul class="p-chips" aria-label="Filter">{said}</ul>'
        clear = '<button type="button" class="p-link" data-do="clear-scope">Ask all</button>'
    else:
        words, clear = f"<span>Asking {_all(articles)}</span>", ""
    return (
        f'{words}<button type="button" class="p-link" data-do="filter" aria-haspopup="dialog">'
        f"{'Change' if scope else 'Narrow down'}</button>{clear}"
    )


def _all(articles: int) -> str:
    return (
        "no article yet"
        if not articles
        else ("the one article" if articles == 1 else f"all {articles:,} articles")
    )
