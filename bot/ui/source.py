"""The source panel: one article, whole, with the cited passage marked.

But for looking the article up, pure functions to markup that cannot act.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from operator import attrgetter
from typing import cast

from bot.answers import Citation
from bot.edits import edits
from bot.service import Service
from bot.ui import changes
from bot.ui.markup import Place, close_button, dated, direction, icon, isolated, place, text
from bot.ui.render import about
from bot.wording import count, origins, outside
from vectorstore.documents import Article, Removed
from vectorstore.errors import ParleyError
from vectorstore.families import Families
from vectorstore.library import Library

_LINE = re.compile(r"[^\n]+")
_MOST = 200

Range = tuple[int, int]
"""Where something begins and ends in a text; (0, 0) is nowhere."""


def open_source(
    service: Service, link: object, others: object = (), quoted: Citation | None = None
) -> str:
    """Render what a link leads to, or why it cannot be opened.

    `others` are the links of the same answer, whose passages are marked more faintly. Both
    come from a browser and are checked before anything is looked up. `quoted` is what a
    conversation keeps of the passage, for an article that is not there any more.
    """
    if (compared := changes.changes(link)) is not None:
        return _compared(service.corpus.library, compared)
    found = place(link)
    if found is None:
        return sheet(str(link), notice("This link is damaged. Open it from its answer again."))
    library = service.corpus.library
    try:
        article = library.article(found.article_id, found.version)
    except ParleyError as error:
        binned = library.is_binned(found.article_id)
        gone = _gone(found, binned, quoted) if binned or quoted else notice(str(error))
        return sheet(found.link, gone)
    given = cast("list[object]", others)[:_MOST] if isinstance(others, list) else []
    beside = [other for other in map(place, given) if other is not None]
    copies = [each for each in Families(library).of(article.id) if each.id != article.id]
    return panel(article, found, beside, copies, library.versions(article.id))


def _compared(library: Library, compared: changes.Changes) -> str:
    """Render what was changed from one version to another, or why that cannot be shown."""
    try:
        old, new = (
            library.article(compared.article_id, version)
            for version in (compared.old, compared.new)
        )
    except ParleyError as error:
        return sheet(compared.link, notice(str(error)))
    known = library.versions(new.id)
    head, body = changes.view(compared, new, edits(old, new), known)
    inner = f'<div class="p-about-source">{head}</div><div class="p-text">{body}</div>'
    return sheet(compared.link, inner, "What changed")


def panel(
    article: Article,
    found: Place,
    others: Sequence[Place] = (),
    copies: Sequence[Article] = (),
    versions: Sequence[tuple[int, str]] = (),
) -> str:
    """Render `article` with the found place marked, and the other places more faintly."""
    inside = not found.end or 0 <= found.start < found.end <= len(article.text)
    lost = (
        ""
        if inside
        else '<p class="p-note" role="alert">The cited passage does not lie within this text.</p>'
    )
    head = "".join(
        (
            *(_title(article), _facts(article), _address(article)),
            *(changes.versions(article, versions), _same(article, copies), _offers(article)),
            lost,
        )
    )
    faint = [
        (other.start, other.end)
        for other in others
        if (other.article_id, other.version) == (article.id, article.version) and other != found
    ]
    cited = (found.start, found.end) if inside else (0, 0)
    body = _body(article, cited, faint)
    inner = f'<div class="p-about-source">{head}</div><div class="p-text">{body}</div>'
    return sheet(found.link, inner)


def _offers(article: Article) -> str:
    return (
        f'<p class="p-note p-offers"><a href="#wording/{text(article.id)}/{article.version}">'
        'Check the wording</a> · <button type="button" class="p-link" data-do="brief-article" '
        f'data-article="{text(article.id)}">Brief on this article</button></p>'
    )


def _same(article: Article, copies: Sequence[Article]) -> str:
    if not copies:
        return ""
    links = ", ".join(
        f'<a href="{text(Place(copy.id, copy.version).link)}">'
        f"{isolated(copy.publisher or copy.title or 'Untitled article')}</a>"
        for copy in copies
    )
    return (
        f'<p class="p-note">{origins([article.publisher, *(copy.publisher for copy in copies)])}: '
        f"the same story is in {links}</p>"
    )


def sheet(link: str, inner: str, kicker: str = "Source") -> str:
    """Render the panel with `inner` in it, which `link` leads to."""
    # By `data-link` the page knows whether this is what was asked for last.
    return (
        f'<div class="p-sheet" data-link="{text(link)}"><div class="p-bar">'
        f'<p class="p-kicker">{kicker}</p><div class="p-steps" hidden>'
        f'<button type="button" class="p-icon" data-do="previous" aria-label="Previous citation">'
        f'{icon("previous")}</button><span class="p-about" data-part="step"></span>'
        f'<button type="button" class="p-icon" data-do="next" aria-label="Next citation">'
        f"{icon('next')}</button></div>{close_button('Close the source')}</div>"
        f'<div class="p-scroll" tabindex="0" role="region" aria-label="Article">{inner}</div></div>'
    )


def notice(message: str) -> str:
    """Render why a source cannot be shown."""
    return (
        '<div class="p-card p-error" role="alert"><p class="p-kicker">This source cannot be '
        f'shown</p><p dir="auto">{text(message)}</p></div>'
    )


def _gone(found: Place, binned: bool, quoted: Citation | None) -> str:
    """Render what is left of a deleted article, and the way back if there is one."""
    back = (
        f' <button type="button" class="p-link" data-do="restore-article" '
        f'data-article="{text(found.article_id)}">Bring it back</button>'
        if binned
        else ""
    )
    notice = f'<p class="p-card p-error">This article was deleted.{back}</p>'
    if quoted is None:
        return notice
    name = quoted.title or "Untitled article"
    return (
        f'<div class="p-about-source"><h2 dir="{direction(name)}">{isolated(name)}</h2>'
        f'<p class="p-about">{about(quoted)}</p></div>{notice}'
        f'<div class="p-text"><p dir="auto"><mark>{text(quoted.quote)}</mark></p></div>'
    )


def _title(article: Article) -> str:
    tags = ""
    if article.title and article.title_derived:
        tags += ' <span class="p-tag" title="Made from the text: none was given">derived</span>'
    if article.sample:
        tags += ' <span class="p-tag">sample</span>'
    name = article.title or "Untitled article"
    return f'<h2 dir="{direction(name)}">{isolated(name)}{tags}</h2>'


def _facts(article: Article) -> str:
    published = dated(article.published, article.published_from)
    facts = [isolated(article.publisher or "publisher not given"), published]
    if article.author:
        facts.append(f"by {isolated(article.author)}")
    return f'<p class="p-about">{" · ".join(facts)}</p>'


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


def _body(article: Article, cited: Range, faint: Sequence[Range]) -> str:
    """Render the text a line a paragraph, with what was cut folded away where it stood."""
    cuts = sorted(article.removed, key=attrgetter("offset"))
    parts: list[str] = []
    for line in _LINE.finditer(article.text):
        before = [cut for cut in cuts if cut.offset <= line.start()]
        cuts = cuts[len(before) :]
        parts += [_cut(before), _paragraph(article.text, line.span(), cited, faint)]
    return "".join((*parts, _cut(cuts)))


def _paragraph(whole: str, line: Range, cited: Range, faint: Sequence[Range]) -> str:
    edges = {*line}
    for start, end in (cited, *faint):
        edges |= {edge for edge in (start, end) if line[0] < edge < line[1]}
    pieces = [
        _piece(whole[start:end], start, end, cited, faint) for start, end in pairwise(sorted(edges))
    ]
    return f'<p dir="auto">{"".join(pieces)}</p>'


def _piece(piece: str, start: int, end: int, cited: Range, faint: Sequence[Range]) -> str:
    """Render a piece that lies wholly within each range or wholly without."""
    if cited[0] <= start and end <= cited[1]:
        # The page scrolls to the first of these; a range may run over several lines.
        return f"<mark>{text(piece)}</mark>"
    if any(first <= start and end <= last for first, last in faint):
        return f'<mark class="p-faint">{text(piece)}</mark>'
    return text(piece)


def _cut(removed: Sequence[Removed]) -> str:
    if not removed:
        return ""
    lines = "".join(f'<li dir="auto">{text(cut.text)}</li>' for cut in removed)
    what = count(len(removed), "line")
    return (
        f'<details class="p-removed"><summary>{what} cut here: not the article\'s own words'
        f"</summary><ul>{lines}</ul></details>"
    )
