"""What the page's scripts may call about conversations, their filter and sources; see `calls`."""

import asyncio
import json
from collections.abc import Sequence
from typing import cast

from bot.answers import Citation
from bot.scope import ALL, Scope, ScopeError
from bot.service import Service
from bot.turns import Conversation, Turn
from bot.ui import forms, frame, markup, render, source, turns
from bot.ui.calls import Given, Result, word
from vectorstore.catalogue import Catalogue
from vectorstore.documents import content_id
from vectorstore.errors import NotFoundError
from vectorstore.families import Families

# How often a running answer is looked at: often enough to seem immediate, and seldom enough
# that rendering it costs little.
_TICK_SECONDS = 0.07
# A browser that waits is answered now and then, so that one which left is noticed.
_WAIT_SECONDS = 10
_MOST_ARTICLES = 2_000


class ConversationCalls:
    """The calls about conversations, sources and the filter."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._conversations = service.conversations

    def conversations(self, given: Given) -> Result:
        """Return the list of conversations, those that hold the words of a search."""
        search = word(given, "search")
        found = self._conversations.find(search)
        current = given.get("conversation")
        binned = 0 if search else len(self._conversations.binned())
        return {"html": frame.conversations(found, current, bool(search), binned)}

    async def thread(self, given: Given) -> Result:
        """Return a conversation's turns, once its revision is not the given one any more.

        `known` maps the turns that the page has to their digests: only turns that are new or
        look otherwise come again. While one is being answered only the last can.
        """
        conversation = word(given, "conversation")
        revision = word(given, "revision")
        for _ in range(round(_WAIT_SECONDS / _TICK_SECONDS)):
            if self._conversations.revision(conversation) != revision:
                break
            await asyncio.sleep(_TICK_SECONDS)
        return await asyncio.to_thread(self._thread, conversation, given.get("known"))

    def _thread(self, conversation_id: str, known: object) -> Result:
        whole = self._conversations.get(conversation_id)
        shown = cast("dict[str, object]", known) if isinstance(known, dict) else {}
        last = whole.turns[-1:]
        busy = any(turn.state == "running" for turn in last)
        looked_at = [
            turn for turn in whole.turns if not busy or turn in last or turn.id not in shown
        ]
        rendered = self._rendered(looked_at)
        return {
            "revision": whole.revision,
            "busy": busy,
            "title": whole.title,
            "order": [turn.id for turn in whole.turns],
            "changed": {
                turn_id: {"html": html, "digest": digest}
                for turn_id, html, digest in rendered
                if shown.get(turn_id) != digest
            },
            **self._scope(whole.scope),
        }

    def _rendered(self, given: Sequence[Turn]) -> list[tuple[str, str, str]]:
        """Return each turn's id, markup and a digest of that."""
        # What is still on its way names no sources, and is looked at many times a second.
        whole = any(turn.state != "running" for turn in given)
        copies = Families(self._service.corpus.library).origins() if whole else {}
        titles = self._titles(*(turn.scope for turn in given))
        pages = [(turn.id, turns.turn(turn, copies, titles)) for turn in given]
        return [(turn_id, html, content_id(html)) for turn_id, html in pages]

    def ask(self, given: Given) -> Result:
        """Ask in a conversation or, without one, in a new one; return its id at once."""
        scope = Scope.of(given.get("scope"))
        return {
            "conversation": self._conversations.ask(
                word(given, "conversation") or None, word(given, "question"), scope
            )
        }

    def stop(self, given: Given) -> Result:
        """Stop what is being answered."""
        self._conversations.stop(word(given, "conversation"))
        return {}

    def retry(self, given: Given) -> Result:
        """Ask the last question anew."""
        self._conversations.retry(
            word(given, "conversation"), word(given, "turn"), Scope.of(given.get("scope"))
        )
        return {}

    def undo(self, given: Given) -> Result:
        """Take the last turn out; return its question."""
        return {
            "question": self._conversations.undo(word(given, "conversation"), word(given, "turn"))
        }

    def rate(self, given: Given) -> Result:
        """Store what the reader says of an answer."""
        conversation, turn = word(given, "conversation"), word(given, "turn")
        rating = given.get("rating")
        self._conversations.rate(
            conversation, turn, rating if rating in ("up", "down") else None, word(given, "comment")
        )
        return {}

    def rename_form(self, given: Given) -> Result:
        """Return the dialog in which a conversation is renamed."""
        return {"html": forms.rename_form(self._get(given).title)}

    def rename(self, given: Given) -> Result:
        """Give a conversation another title."""
        self._conversations.rename(self._get(given).id, word(given, "title"))
        return {}

    def delete(self, given: Given) -> Result:
        """Put a conversation into the bin."""
        self._conversations.delete(self._get(given).id)
        return {"said": "The conversation was deleted."}

    def restore(self, given: Given) -> Result:
        """Bring a conversation back from the bin; without one, all."""
        one = word(given, "conversation")
        for conversation in [one] if one else self._conversations.binned():
            self._conversations.restore(conversation)
        return {}

    def empty(self, _given: Given) -> Result:
        """Delete for good the conversations in the bin."""
        self._conversations.empty_bin()
        return {}

    def export(self, given: Given) -> Result:
        """Return a conversation as Markdown, and a name for its file."""
        name, content = self._conversations.export(word(given, "conversation"))
        return {"name": name, "content": content}

    def bar(self, given: Given) -> Result:
        """Return how a filter reads, without setting it."""
        return self._scope(Scope.of(given.get("scope")))

    def scope(self, given: Given) -> Result:
        """Set the filter, in a conversation if one is given, and return how it reads."""
        scope = Scope.of(given.get("scope"))
        conversation = word(given, "conversation")
        if conversation:
            self._conversations.set_scope(self._get(given).id, scope)
        return self._scope(scope)

    def _scope(self, scope: Scope) -> Result:
        return {
            "scope": json.loads(scope.to_json()),
            "bar": frame.scope_bar(scope, self._titles(scope), self._service.articles()),
        }

    def scope_form(self, given: Given) -> Result:
        """Return the dialog in which the filter is set."""
        try:
            scope = Scope.of(given.get("scope"))
        except ScopeError:
            scope = ALL
        catalogue = Catalogue(self._service.corpus.library)
        kind = "all" if self._service.samples else "own"
        rows = catalogue.page(kind=kind, limit=_MOST_ARTICLES).rows
        publishers = catalogue.publishers(kind)
        return {"html": forms.scope_form(scope, publishers, rows, self._titles(scope))}

    def source(self, given: Given) -> Result:
        """Return what a link leads to."""
        link = given.get("link")
        quoted = self._quoted(given, link)
        return {"html": source.open_source(self._service, link, given.get("others"), quoted)}

    def _quoted(self, given: Given, link: object) -> Citation | None:
        """Return the citation that a link leads to, as what is open beside it has it."""
        place = markup.place(link)
        if place is None:
            return None
        cited = (
            *self._cited(word(given, "conversation")),
            *self._cited_in_briefing(word(given, "briefing")),
        )
        return next((each for each in cited if render.place_of(each) == place), None)

    def _cited(self, conversation: str) -> Sequence[Citation]:
        try:
            known = self._conversations.get(conversation).turns if conversation else ()
        except NotFoundError:
            return ()
        answers = [turn.answer for turn in known if turn.answer is not None]
        return [each for answer in answers for each in (*answer.citations, *answer.nearest)]

    def _cited_in_briefing(self, briefing: str) -> Sequence[Citation]:
        try:
            kept = self._service.briefings.get(briefing).briefing if briefing else None
        except NotFoundError:
            return ()
        return kept.citations if kept else ()

    def _get(self, given: Given) -> Conversation:
        return self._conversations.get(word(given, "conversation"))

    def _titles(self, *scopes: Scope) -> dict[str, str]:
        """Return the titles of the articles that scopes name."""
        return self._service.titles({each for scope in scopes for each in scope.articles})
