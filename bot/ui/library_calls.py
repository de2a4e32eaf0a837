"""What the page's scripts may call about the library; see `calls`."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

from bot.service import Service
from bot.ui import forms, frame, shelf
from bot.ui.calls import Given, Result, storable, word
from bot.wording import count
from vectorstore import curation
from vectorstore.bin import Bin
from vectorstore.catalogue import Catalogue
from vectorstore.dates import parse_published
from vectorstore.errors import ParleyError
from vectorstore.readers.raw import MAX_ARCHIVE_BYTES

_TICK_SECONDS = 0.2
_WAIT_SECONDS = 10
_PAGE = 50
_MOST = 5_000
_LONGEST_NAME = 120
_DAMAGED = "The form is damaged: reload the page and try again."

Uploaded = Callable[[str], Path]
"""From what a browser says it uploaded to the file; ParleyError if it is no upload."""


class LibraryCalls:
    """The calls about the library."""

    def __init__(self, service: Service, uploaded: Uploaded) -> None:
        self._service = service
        self._corpus = service.corpus
        self._jobs = service.jobs
        self._uploaded = uploaded

    def overview(self, _given: Given) -> Result:
        """Return what the page says about the library."""
        overview = self._service.overview()
        return {
            "welcome": frame.welcome(overview),
            "facts": frame.facts(overview),
            "count": f"{overview.articles:,}",
        }

    def articles(self, given: Given) -> Result:
        """Return the list of articles that a search and a filter leave."""
        catalogue = Catalogue(self._corpus.library)
        search, publisher = word(given, "search"), word(given, "publisher")
        kind = word(given, "kind")
        narrowed = bool(search or publisher) or kind in ("samples", "own")
        kind = kind if self._service.samples else "own"
        limit = given.get("limit")
        limit = min(limit, _MOST) if isinstance(limit, int) and limit > 0 else _PAGE
        page = catalogue.page(search, publisher or None, word(given, "sort"), kind, limit)
        binned = Bin(self._corpus.library).count()
        foreign = catalogue.foreign(kind) if self._corpus.embedder.english_only else 0
        return {
            "html": shelf.articles(page.rows, page.total, narrowed, binned, foreign),
            "publishers": shelf.publishers(catalogue.publishers(kind), publisher),
        }

    def edit_form(self, given: Given) -> Result:
        """Return the dialog in which an article's metadata are mended."""
        article = word(given, "article")
        library = self._corpus.library
        return {"html": forms.edit_form(library.article(article), library.as_read(article))}

    def edit(self, given: Given) -> Result:
        """Store the reader's corrections."""
        fields = given.get("fields")
        if not isinstance(fields, Mapping):
            raise ParleyError(_DAMAGED)
        form = cast("Mapping[str, object]", fields)
        changes = {name: word(form, name) for name, value in form.items() if isinstance(value, str)}
        if len(changes) < len(form):
            raise ParleyError(_DAMAGED)
        curation.correct(self._corpus, changes.pop("article", ""), changes)
        return {}

    def delete_articles(self, given: Given) -> Result:
        """Put articles into the bin."""
        articles = _ids(given)
        if not articles:
            raise ParleyError("No article is picked: tick some.")
        curation.remove_articles(self._corpus, articles)
        was = "was" if len(articles) == 1 else "were"
        return {"said": f"{count(len(articles), 'article')} {was} deleted.", "articles": articles}

    def remove_samples(self, _given: Given) -> Result:
        """Put all samples into the bin."""
        page = Catalogue(self._corpus.library).page(kind="samples", limit=_MOST)
        samples = [row.id for row in page.rows]
        if not samples:
            raise ParleyError("There are no samples here any more.")
        curation.remove_samples(self._corpus)
        return {"said": "The samples were removed.", "articles": samples}

    def restore_articles(self, given: Given) -> Result:
        """Bring articles back from the bin; without any named, all."""
        binned = [article.id for article in curation.binned(self._corpus)]
        wanted = set(_ids(given)) if "articles" in given else set(binned)
        curation.restore_articles(self._corpus, [each for each in binned if each in wanted])
        return {}

    def purge(self, _given: Given) -> Result:
        """Delete for good what is in the bin."""
        self._service.purge()
        return {}

    def reindex(self, _given: Given) -> Result:
        """Begin to make the indexes anew."""
        self._jobs.reindex()
        return {}

    def paste_form(self, _given: Given) -> Result:
        """Return the dialog in which a text is pasted."""
        return {"html": forms.paste_form()}

    def paste(self, given: Given) -> Result:
        """Begin to take a pasted text in."""
        if not word(given, "text").strip():
            raise ParleyError("There is no text: paste one.")
        published = word(given, "published").strip()
        if published and parse_published(published) is None:
            raise ParleyError(
                f"The date {published[:40]!r} is unclear: write it as YYYY-MM-DD, or as much of "
                "it as is known."
            )
        known = ("title", "publisher", "published", "url")
        self._jobs.take_text(word(given, "text"), {name: word(given, name) for name in known})
        return {}

    def take(self, given: Given) -> Result:
        """Begin to take an uploaded file in, under the name that it has on its reader's disk."""
        uploaded = self._uploaded(word(given, "path"))
        name, later = _file_name(word(given, "name")), given.get("later") is True
        self._jobs.take_file(uploaded, name, more=_more(given), later=later)
        return {}

    def too_large(self, given: Given) -> Result:
        """Note a file that is too large to be uploaded."""
        size = given.get("size")
        shown = f" ({size / 1e6:,.0f} MB)" if isinstance(size, int) and 0 < size < 1e15 else ""
        self._jobs.reject(
            _file_name(word(given, "name")),
            f"It is too large{shown}: nothing over {MAX_ARCHIVE_BYTES / 1e6:.0f} MB is taken in, "
            "so split it.",
            more=_more(given),
        )
        return {}

    def not_uploaded(self, given: Given) -> Result:
        """Note a file that did not come through."""
        self._jobs.reject(
            _file_name(word(given, "name")),
            "It did not come through: add it again.",
            more=_more(given),
        )
        return {}

    async def progress(self, given: Given) -> Result:
        """Return how far the work has come, once that is not the given revision any more."""
        for _ in range(round(_WAIT_SECONDS / _TICK_SECONDS)):
            state = self._jobs.progress
            if state.revision != given.get("revision") or not state.running:
                break
            await asyncio.sleep(_TICK_SECONDS)
        state = self._jobs.progress
        return {
            "revision": state.revision,
            "running": state.running,
            "html": shelf.progress(state),
        }

    def cancel(self, _given: Given) -> Result:
        """Stop taking in; what is left waits."""
        self._jobs.cancel()
        return {}

    def resume(self, _given: Given) -> Result:
        """Go on with what is left."""
        self._jobs.resume()
        return {}

    def discard(self, _given: Given) -> Result:
        """Let be what is left."""
        self._jobs.discard()
        return {}

    def clear_progress(self, _given: Given) -> Result:
        """Forget the rows of what was taken in."""
        self._jobs.clear()
        return {}


def _ids(given: Given) -> list[str]:
    """Return the ids of articles that a browser gave; what is no text is none."""
    articles = given.get("articles")
    given_ids = cast("list[object]", articles) if isinstance(articles, list) else []
    return [storable(each) for each in given_ids if isinstance(each, str)]


def _file_name(name: str) -> str:
    """Return a name that is safe on a disk and ends as the reader's does."""
    name = "".join(char if char.isprintable() else "_" for char in name)
    # Without dots at its ends it is neither hidden nor another folder's name.
    name = name.replace("\\", "/").rpartition("/")[2].strip(" .")
    # The end is kept, since it says how to read the file.
    ending = name.encode(errors="replace")[-_LONGEST_NAME:].decode(errors="ignore")
    return ending.strip(" .") or "unnamed"


def _more(given: Given) -> int:
    """Return how many files of the same choice are still to come."""
    more = given.get("more")
    return min(more, _MOST) if isinstance(more, int) and more > 0 else 0
