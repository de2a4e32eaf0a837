"""The source panel on the wording of an article: the same report that a briefing has on its own.

But for looking the article up, pure functions to markup that cannot act.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.neutrality.flags import Neutrality
from bot.ui import briefing_tables, pictures, source
from bot.ui.markup import Place, direction, isolated, text
from bot.wording import day
from vectorstore.documents import Article
from vectorstore.errors import ParleyError
from vectorstore.languages import is_english
from vectorstore.library import Library

_LINK = re.compile(r"#wording/([0-9a-f]{8,64})/([1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True)
class Wording:
    """The wording of a version of an article: a link leads there."""

    article_id: str
    version: int

    @property
    def link(self) -> str:
        """The link, which holds all that is needed to open it."""
        return f"#wording/{self.article_id}/{self.version}"


def wording(link: object) -> Wording | None:
    """Read a link to an article's wording as it came from a browser; None if it is none."""
    match = _LINK.fullmatch(link) if isinstance(link, str) else None
    return match and Wording(match[1], int(match[2]))


def open_wording(library: Library, link: object) -> tuple[str, dict[str, pictures.Figure]]:
    """Render the report that a link leads to with its pictures, or why there is none."""
    found = wording(link)
    if found is None:
        return source.sheet(str(link), source.notice("This link is damaged. Open it anew.")), {}
    try:
        article = library.article(found.article_id, found.version)
    except ParleyError as error:
        return source.sheet(found.link, source.notice(str(error))), {}
    # Imported late: it brings tables of words that nothing else on the page needs.
    from bot.briefing.article_report import report_on

    report, sentences = report_on(article)
    return _panel(article, found, report, sentences), briefing_tables.share_figures(report)


def _panel(article: Article, found: Wording, report: Neutrality, sentences: Sequence[str]) -> str:
    name = article.title or "Untitled article"
    back = text(Place(article.id, article.version).link)
    outlet = isolated(article.publisher or "publisher not given")
    head = (
        f'<h2 dir="{direction(name)}">{isolated(name)}</h2>'
        f'<p class="p-about">{outlet} · {isolated(day(article.published))}</p>'
        f'<p class="p-note"><a href="{back}">Read the article</a></p>'
    )
    if is_english(article.language):
        body = briefing_tables.neutrality(report, sentences, several=False)
    else:
        body = f'<p class="p-note">Not checked: {briefing_tables.ENGLISH_ONLY}</p>'
    inner = f'<div class="p-about-source">{head}</div><div class="p-report">{body}</div>'
    return source.sheet(found.link, inner, "Wording")
