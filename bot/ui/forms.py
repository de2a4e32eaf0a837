"""The dialogs' forms as HTML: the filter, a title, a pasted text, an article's metadata.

Pure functions from values to markup that cannot act. A form's script is named as its
`data-form`.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from bot.scope import Scope
from bot.ui.markup import close_button, isolated, text
from bot.wording import day
from vectorstore.catalogue import Row
from vectorstore.documents import Article
from vectorstore.text import fold

# The dialog's title, its form's name, and what its buttons say and do.
_SCOPES = {
    "question": (*("Ask only some articles", "scope", "Ask only these", "clear-scope", "Ask all"),),
    "briefing": (
        *("Brief on only some articles", "brief_scope", "Only these"),
        *("clear-brief-scope", "All articles"),
    ),
}


def scope_form(
    scope: Scope,
    publishers: Sequence[tuple[str, int]],
    rows: Sequence[Row],
    titles: Mapping[str, str],
    of: Literal["question", "briefing"] = "question",
) -> str:
    """Render the dialog in which the filter `of` a question or of a briefing is set.

    What is chosen stands there even if it is not among the publishers or rows any more:
    saving must not let it fall out of the filter unseen.
    """
    days = "".join(
        f'<label>{label}<input type="date" class="p-field" name="{name}" '
        f'value="{text(value or "")}" /></label>'
        for name, label, value in (
            ("since", "From", scope.since),
            ("until", "To", scope.until),
            ("as_of", "As of", scope.as_of),
        )
    )
    chosen = set(map(fold, scope.publishers))
    listed = {fold(name) for name, _ in publishers}
    gone = [(name, 0) for name in scope.publishers if fold(name) not in listed]
    outlets = "".join(
        _tick("publishers", name, fold(name) in chosen, isolated(name), f"{number:,}")
        for name, number in (*gone, *publishers)
    )
    here = {row.id for row in rows}
    articles = "".join(
        _tick("articles", article_id, True, isolated(titles[article_id]), "")
        for article_id in scope.articles
        if article_id not in here
    )
    articles += "".join(
        _tick(
            "articles",
            row.id,
            row.id in scope.articles,
            isolated(row.title or "Untitled article"),
            f"{isolated(row.publisher or 'publisher not given')}, {text(day(row.published))}",
        )
        for row in rows
    )
    title, name, submit, clear, everything = _SCOPES[of]
    return _dialog(
        title,
        name,
        f'<div class="p-days">{days}</div><p class="p-note">As of a day: only what was published '
        "by then.</p>"
        f'<fieldset><legend>Publishers</legend><div class="p-ticks">{outlets}</div></fieldset>'
        "<fieldset><legend>Articles</legend>"
        '<input type="search" class="p-field" data-search="ticks" placeholder="Find an article" '
        f'aria-label="Find an article" /><div class="p-ticks p-long">{articles}</div></fieldset>',
        submit,
        f'<button type="button" class="p-button" data-do="{clear}">{everything}</button>',
    )


def _tick(name: str, value: str, ticked: bool, label: str, about: str) -> str:
    checked = " checked" if ticked else ""
    return (
        f'<label class="p-tick"><input type="checkbox" name="{name}" value="{text(value)}"'
        f'{checked} /><span>{label} <span class="p-about">{about}</span></span></label>'
    )


def rename_form(title: str, of: Literal["conversation", "briefing"] = "conversation") -> str:
    """Render the dialog in which a conversation or a briefing is renamed."""
    return _dialog(
        f"Rename the {of}",
        "rename" if of == "conversation" else "rename_brief",
        f'<label>Title<input class="p-field" name="title" maxlength="80" value="{text(title)}" '
        "required autofocus /></label>",
        "Rename",
    )


def paste_form() -> str:
    """Render the dialog in which a text is pasted."""
    fields = "".join(
        f'<label>{label}<input class="p-field" name="{name}" maxlength="500"{more} /></label>'
        for name, label, more in (
            ("title", "Title", ""),
            ("publisher", "Publisher", ""),
            ("published", "Published", ' placeholder="2022-03-29" inputmode="numeric"'),
            ("url", "Address", ' placeholder="https://…" inputmode="url"'),
        )
    )
    return _dialog(
        "Paste a text",
        "paste",
        '<label>The article<textarea class="p-field" name="text" rows="9" dir="auto" required '
        'autofocus></textarea></label><p class="p-note">What you know of it; each may stay '
        f'empty.</p><div class="p-fields">{fields}</div>',
        "Add to the library",
    )


def edit_form(article: Article, read: Article) -> str:
    """Render the dialog in which metadata are mended; `read` is the article as it was read."""
    fields = "".join(
        f'<label>{label}<input class="p-field" name="{name}" maxlength="500" dir="auto" '
        f'value="{text(getattr(article, name) or "")}" /></label>{_as_read(article, read, name)}'
        for name, label in (
            ("title", "Title"),
            ("publisher", "Publisher"),
            ("author", "Author"),
            ("published", "Published (a day, or as much of it as is known)"),
            ("url", "Address"),
            ("language", "Language"),
        )
    )
    return _dialog(
        "What is known of this article",
        "edit",
        f'<input type="hidden" name="article" value="{text(article.id)}" />{fields}'
        '<p class="p-note">An empty field means unknown. What was read is kept, and your '
        "corrections stay when the article is read again.</p>",
        "Save",
    )


def _as_read(article: Article, read: Article, name: str) -> str:
    was = getattr(read, name)
    if was == getattr(article, name):
        return ""
    return f'<p class="p-note">As read: {isolated(was or "not given")}</p>'


def _dialog(title: str, name: str, inner: str, submit: str, more: str = "") -> str:
    """Render a dialog's form; the script sends it to what `name` names."""
    return (
        f'<form method="dialog" data-form="{name}"><div class="p-bar"><h2 id="p-dialog-title">'
        f"{title}</h2>{close_button('Close')}</div>"
        f'<div class="p-scroll">{inner}</div><p class="p-wrong" role="alert"></p>'
        f'<div class="p-buttons">{more}<button type="submit" class="p-primary">{submit}</button>'
        "</div></form>"
    )
