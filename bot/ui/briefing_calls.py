"""What the page's scripts may call about briefings and wording; see `calls`."""

import asyncio
import base64
import json
from typing import Any

from bot.briefing.request import Request
from bot.briefings import Kept
from bot.scope import ALL, Scope, ScopeError
from bot.service import Service
from bot.ui import (
    briefing_shelf,
    briefing_tables,
    briefing_view,
    briefing_wording,
    forms,
    pictures,
)
from bot.ui.calls import Given, Result, word
from vectorstore.catalogue import Catalogue
from vectorstore.documents import content_id
from vectorstore.errors import NotFoundError, ParleyError
from vectorstore.families import Families

_TICK_SECONDS = 0.1
# A browser that waits is answered now and then, so that one which left is noticed.
_WAIT_SECONDS = 10
_MOST_ARTICLES = 2_000
_TYPES = {
    "md": "text/markdown",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "json": "application/json",
}


class BriefingCalls:
    """The calls about briefings."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._briefings = service.briefings

    def briefings(self, given: Given) -> Result:
        """Return the list of kept briefings, and the choice of one to compare with."""
        search = word(given, "search")
        found = self._briefings.find(search)
        everything = self._briefings.find() if search else found
        binned = 0 if search else len(self._briefings.binned())
        return {
            "html": briefing_shelf.briefings(found, bool(search), binned),
            "earlier": briefing_shelf.earlier(everything, word(given, "earlier")),
        }

    def brief_bar(self, given: Given) -> Result:
        """Return how the filter of the next briefing reads."""
        scope = Scope.of(given.get("scope"))
        titles = self._service.titles(set(scope.articles))
        return {
            "scope": json.loads(scope.to_json()),
            "bar": briefing_shelf.scope_bar(scope, titles, self._service.articles()),
        }

    def brief_scope_form(self, given: Given) -> Result:
        """Return the dialog in which that filter is set."""
        try:
            scope = Scope.of(given.get("scope"))
        except ScopeError:
            scope = ALL
        catalogue = Catalogue(self._service.corpus.library)
        kind = "all" if self._service.samples else "own"
        rows = catalogue.page(kind=kind, limit=_MOST_ARTICLES).rows
        titles = self._service.titles(set(scope.articles))
        publishers = catalogue.publishers(kind)
        return {"html": forms.scope_form(scope, publishers, rows, titles, "briefing")}

    def brief(self, given: Given) -> Result:
        """Begin to make a briefing; return its id at once."""
        request = Request(
            word(given, "topic").strip() or None,
            _words(given.get("words")),
            Scope.of(given.get("scope")),
            word(given, "earlier") or None,
        )
        return {"briefing": self._briefings.start(request)}

    def again_brief(self, given: Given) -> Result:
        """Begin to make a briefing anew, as it was asked for; return the new one's id."""
        kept = self._briefings.get(word(given, "briefing"))
        if kept.request.earlier is not None and self._earlier(kept) is None:
            raise ParleyError(
                "The briefing that this one was compared with is not there any more: make a new "
                "one from the list of all briefings."
            )
        return {"briefing": self._briefings.start(kept.request)}

    async def briefing(self, given: Given) -> Result:
        """Return a briefing, once its revision is not the given one any more."""
        briefing, revision = word(given, "briefing"), word(given, "revision")
        for _ in range(round(_WAIT_SECONDS / _TICK_SECONDS)):
            if self._briefings.revision(briefing) != revision:
                break
            await asyncio.sleep(_TICK_SECONDS)
        return await asyncio.to_thread(self._briefing, briefing)

    def _briefing(self, briefing_id: str) -> Result:
        kept = self._briefings.get(briefing_id)
        running = kept.state == "running"
        copies = {} if running else Families(self._service.corpus.library).origins()
        earlier = None if running else self._earlier(kept)
        html = briefing_view.view(kept, copies, self._titles(kept), earlier)
        whole = None if running else kept.briefing
        return {
            "revision": kept.revision,
            "busy": running,
            "title": kept.title,
            "html": html,
            "digest": content_id(html),
            **_drawn(briefing_tables.figures(whole) if whole else {}),
        }

    def _titles(self, kept: Kept) -> dict[str, str]:
        """Return the titles of the articles that are named without being cited."""
        changes = kept.briefing.changes if kept.briefing else None
        edited = changes.edited if changes else ()
        return self._service.titles({*edited, *kept.request.scope.articles})

    def _earlier(self, kept: Kept) -> Kept | None:
        """Return the briefing that one was compared with, if it is still kept."""
        if kept.request.earlier is None:
            return None
        try:
            return self._briefings.get(kept.request.earlier)
        except NotFoundError:
            return None

    def wording(self, given: Given) -> Result:
        """Return the report on an article's wording that a link leads to."""
        library = self._service.corpus.library
        html, figures = briefing_wording.open_wording(library, given.get("link"))
        return {"html": html, **_drawn(figures)}

    def stop_brief(self, given: Given) -> Result:
        """Stop what is being made."""
        self._briefings.stop(word(given, "briefing"))
        return {}

    def rename_brief_form(self, given: Given) -> Result:
        """Return the dialog in which a briefing is renamed."""
        title = self._briefings.get(word(given, "briefing")).title
        return {"html": forms.rename_form(title, "briefing")}

    def rename_brief(self, given: Given) -> Result:
        """Give a briefing another title."""
        self._briefings.rename(word(given, "briefing"), word(given, "title"))
        return {}

    def delete_brief(self, given: Given) -> Result:
        """Put a briefing into the bin."""
        self._briefings.delete(word(given, "briefing"))
        return {"said": "The briefing was deleted."}

    def restore_brief(self, given: Given) -> Result:
        """Bring a briefing back from the bin; without one, all."""
        one = word(given, "briefing")
        for briefing in [one] if one else self._briefings.binned():
            self._briefings.restore(briefing)
        return {}

    def empty_briefs(self, _given: Given) -> Result:
        """Delete for good the briefings in the bin."""
        self._briefings.empty_bin()
        return {}

    def export_brief(self, given: Given) -> Result:
        """Return a briefing as a file: its name, its type and its bytes in base64."""
        form = word(given, "format")
        if form not in _TYPES:
            raise ParleyError(f"There is no format {form[:20]!r}: choose {', '.join(_TYPES)}.")
        name, content = self._briefings.export(word(given, "briefing"), form)
        return {
            "name": name,
            "type": _TYPES[form],
            "content": base64.b64encode(content).decode("ascii"),
        }


def _words(given: object) -> int:
    """Return the length that a browser gave, as a number or as what was typed."""
    try:
        return int(str(given)[:6])
    except ValueError as error:
        raise ParleyError("The length is no number: give it in words, such as 200.") from error


def _drawn(figures: dict[str, pictures.Figure]) -> dict[str, Any]:
    """Return pictures with the name of the script that draws them."""
    return {"pictures": figures, "plotly": pictures.script()[0] if figures else ""}
