"""The source panel: one article, whole, with the cited passage marked.

Pure functions from an `Article` and a range to markup that cannot act.
"""

import re

from bot.service import Service
from bot.ui.markup import Place, count, day, isolated, outside, place, text
from vectorstore.documents import Article
from vectorstore.errors import ParleyError

_LINE = re.compile(r"[^\n]+")


def open_source(service: Service, link: object) -> str:
    """Render what a citation link leads to, or why it cannot be opened.

    `link` comes from a browser and is checked before anything is looked up.
    """
    found = place(link)
    if found is None:
        damaged = "This citation's link is damaged. Open it from its answer again."
        return _frame(str(link), _notice(damaged))
    try:
        article = service.article(found.article_id, found.version)
    except ParleyError as error:
        return _frame(found.link, _notice(str(error)))
    return panel(article, found.start, found.end)


def closed() -> str:
    """Render the panel before anything was opened."""
    return _frame("", '<p class="p-note">Opening the article …</p>')


def panel(article: Article, start: int, end: int) -> str:
    """Render `article` with `[start, end)` of its text marked."""
    inside = 0 <= start < end <= len(article.text)
    lost = (
        ""
        if inside
        else '<p class="p-note" role="alert">The cited passage does not lie within this text.</p>'
    )
    head = "".join((_title(article), _facts(article), _address(article), lost))
    body = f'<div class="p-text">{_paragraphs(article.text, start, end)}</div>'
    inner = f'<div class="p-about-source">{head}</div>{body}{_removed(article)}'
    return _frame(Place(article.id, article.version, start, end).link, inner)


def _frame(link: str, inner: str) -> str:
    # By `data-link` the page knows whether this is what was asked for last.
    return (
        f'<aside class="p-panel" tabindex="-1" aria-label="Source" data-link="{text(link)}">'
        '<div class="p-bar"><p class="p-kicker">Source</p>'
        '<button type="button" class="p-close" data-close aria-label="Close the source" '
        'title="Close (Esc)"><span aria-hidden="true">&#215;</span></button></div>'
        f'<div class="p-scroll" tabindex="0" role="region" aria-label="Article">{inner}</div>'
        "</aside>"
    )


def _notice(message: str) -> str:
    return (
        '<div class="p-card p-error" role="alert"><p class="p-kicker">This source cannot be '
        f'shown</p><p dir="auto">{text(message)}</p></div>'
    )


def _title(article: Article) -> str:
    tags = ""
    if article.title and article.title_derived:
        tags += ' <span class="p-tag" title="Made from the text: none was given">derived</span>'
    if article.sample:
        tags += ' <span class="p-tag">sample</span>'
    return f"<h2>{isolated(article.title or 'Untitled article')}{tags}</h2>"


def _facts(article: Article) -> str:
    published = isolated(day(article.published))
    # A date that a file's name gave is a guess, and must not pass for the outlet's own.
    if article.published and "file" in (article.published_from or ""):
        published += " (from the file's name)"
    facts = [isolated(article.publisher or "publisher not given"), published]
    if article.author:
        facts.append(f"by {isolated(article.author)}")
    return f'<p class="p-facts">{" · ".join(facts)}</p>'


def _address(article: Article) -> str:
    if not article.url:
        return ""
    link = outside(article.url)
    if link is None:
        return f'<p class="p-note">Address, not linked: {isolated(article.url)}</p>'
    url, host = link
    return (
        f'<p><a class="p-outside" href="{text(url)}" target="_blank" '
        f'rel="noopener noreferrer">Open the original at {text(host)}'
        '<span aria-hidden="true"> &#8599;</span></a></p>'
    )


def _paragraphs(whole: str, start: int, end: int) -> str:
    paragraphs: list[str] = []
    marks = 0
    for line in _LINE.finditer(whole):
        first, last = max(start, line.start()), min(end, line.end())
        if first < last:
            marks += 1
            # The page scrolls to the first mark; a range may run over several lines.
            name = ' id="p-cited"' if marks == 1 else ""
            inner = (
                f"{text(whole[line.start() : first])}<mark{name}>{text(whole[first:last])}"
                f"</mark>{text(whole[last : line.end()])}"
            )
        else:
            inner = text(line.group())
        paragraphs.append(f'<p dir="auto">{inner}</p>')
    return "".join(paragraphs)


def _removed(article: Article) -> str:
    if not article.removed:
        return ""
    lines = "".join(f'<li dir="auto">{text(cut.text)}</li>' for cut in article.removed)
    what = count(len(article.removed), "line")
    was = "was" if len(article.removed) == 1 else "were"
    return (
        f'<details class="p-removed"><summary>{what} that {was} cut from this text</summary>'
        f"<p>Not the article's own words (promotion, credits, paste debris): never searched "
        f"and never cited.</p><ul>{lines}</ul></details>"
    )
