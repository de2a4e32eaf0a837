"""Briefings made in the background and kept in the library.

One goes on being made while nobody looks, so that a reload costs nothing; whoever follows it
compares its revision, which changes with everything in it. Nothing here knows how a briefing
is shown, or what makes it.
"""

import logging
import secrets
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from threading import BoundedSemaphore

from bot.briefing.kept import (
    Kept,
    KeptRow,
    first_title,
    from_stored,
    settled,
    to_stored,
)
from bot.briefing.parts import Briefing
from bot.briefing.request import Make, Progress, Request
from bot.run import Background, Work, closable
from bot.titles import tidy_title
from vectorstore.briefing_table import BriefingTable
from vectorstore.errors import ParleyError
from vectorstore.library import Library

__all__ = ["Briefings", "Kept", "KeptRow"]

# Each reads hundreds of articles: more at once only make one another slower.
_AT_ONCE = 2
_WAITING = "Waiting for another briefing to be done"
_NOTHING = "Nothing came of this briefing: make it again, on another topic or more articles."

_logger = logging.getLogger(__name__)


class _Making(Work):
    """A briefing on its way; `kept` is how far it has come."""

    def __init__(self, kept: Kept, slots: BoundedSemaphore) -> None:
        super().__init__(slots)
        self.kept = kept


class Briefings(Background[_Making]):
    """The briefings of a library that this process owns; safe to share between threads."""

    def __init__(self, library: Library, make: Make) -> None:
        super().__init__(_AT_ONCE)
        self._table = BriefingTable(library)
        self._make = make

    def find(self, search: str = "") -> list[KeptRow]:
        """Return the briefings that hold the search's words, newest first."""
        with self._lock:
            found = self._table.find(search)
            lost = {row.id for row in found if row.state == "running"} - self._running.keys()
        return [replace(row, state="stopped") if row.id in lost else row for row in found]

    def get(self, briefing_id: str) -> Kept:
        """Return a briefing as it stands now; NotFoundError if there is none."""
        with self._lock:
            making = self._running.get(briefing_id)
            kept = making.kept if making else from_stored(self._table.get(briefing_id))
            return replace(kept, revision=self.revision(briefing_id))

    def start(self, request: Request) -> str:
        """Begin to make a briefing; return its id at once.

        ParleyError if it is to be compared with one that cannot be read; an error while it is
        made ends up in what is kept.
        """
        with self._lock:
            earlier = self._earlier(request)
            kept = replace(_blank(request), doing=_WAITING)
            self._table.add(to_stored(kept))
            making = self._running[kept.id] = _Making(kept, self._slots)
            self._start(self._work, making, earlier, name="parley-briefing")
        return kept.id

    def add(self, briefing: Briefing, request: Request) -> str:
        """Keep a briefing that was made elsewhere; return its id."""
        kept = _with(_blank(request), briefing)
        self._table.add(to_stored(replace(kept, state="done")))
        return kept.id

    def _earlier(self, request: Request) -> Briefing | None:
        if request.earlier is None:
            return None
        earlier = self.get(request.earlier)
        if earlier.briefing is None or earlier.state == "running":
            raise ParleyError(
                f"“{earlier.title}” is not there to be compared with: choose another briefing, "
                "or none."
            )
        return earlier.briefing

    def _work(self, making: _Making, earlier: Briefing | None) -> None:
        if not making.begin():
            return
        error = None
        try:
            with closing(closable(self._make(making.kept.request, earlier))) as coming:
                self._take(making, coming)
            error = None if making.kept.briefing else _NOTHING
        except ParleyError as failure:
            error = str(failure)
        except Exception as failure:
            # A bug must be named as one and leave its traceback in the log, not on the page.
            _logger.exception("a briefing could not be made")
            error = f"Parley itself failed ({type(failure).__name__}); its log says where."
        with self._lock:
            if self._running.get(making.kept.id) is making:
                ended = settled(making.kept, "failed" if error else "done", error)
                try:
                    self._end(making, ended)
                except ParleyError:
                    # Nobody waits in this thread who could be told.
                    _logger.exception("a briefing could not be kept")

    def _take(self, making: _Making, coming: Iterator[Progress]) -> None:
        for progress in coming:
            with self._lock:
                if not making.wanted:
                    return
                kept = replace(making.kept, doing=progress.doing)
                if progress.briefing is not None:
                    kept = _with(kept, progress.briefing)
                making.kept = kept
                self._changes[kept.id] += 1

    def _end(self, making: _Making, kept: Kept) -> None:
        making.end()
        making.kept = kept
        stored = to_stored(kept)
        try:
            self._table.put(stored)
        except ParleyError:
            # Another writer held the library for long; the briefing is worth a second try.
            self._table.put(stored)
        finally:
            del self._running[kept.id]
            self._changed(kept.id)
            making.ended.set()

    def wait(self, briefing_id: str) -> Kept:
        """Wait until it is not being made any more; return it."""
        making = self._running.get(briefing_id)
        if making is not None:
            making.ended.wait()
        return self.get(briefing_id)

    def stop(self, id_: str) -> None:
        """Stop the making at once, and keep what has come, marked as incomplete."""
        with self._lock:
            making = self._running.get(id_)
            if making is not None:
                self._end(making, settled(making.kept, "stopped"))

    def rename(self, briefing_id: str, title: str) -> None:
        """Give the briefing another title; ParleyError if that is empty or there is none."""
        tidy = tidy_title(title, "briefing")
        with self._lock:
            self.get(briefing_id)
            self._table.rename(briefing_id, tidy)
            making = self._running.get(briefing_id)
            if making is not None:
                making.kept = replace(making.kept, title=tidy, typed=True)
            self._changed(briefing_id)

    def delete(self, briefing_id: str) -> None:
        """Put the briefing into the bin, from which `restore` brings it back; NotFoundError."""
        with self._lock:
            self.get(briefing_id)
            self.stop(briefing_id)
            self._table.bin(briefing_id)
            self._changed(briefing_id)

    def restore(self, briefing_id: str) -> None:
        """Bring the briefing back from the bin; NotFoundError if it is not there either."""
        self._table.restore(briefing_id)
        self._table.get(briefing_id)
        self._changed(briefing_id)

    def binned(self) -> list[str]:
        """Return the ids of the briefings in the bin."""
        return self._table.binned()

    def empty_bin(self) -> None:
        """Delete for good the briefings in the bin."""
        self._table.empty_bin()

    def export(self, briefing_id: str, format_: str) -> tuple[str, bytes]:
        """Return a name for a file and the briefing in one of `export.FORMATS`.

        ParleyError if there is nothing of it yet, or the format is another.
        """
        # Imported late: it is only needed here.
        from bot.briefing.export import file_name, render

        kept = self.get(briefing_id)
        if kept.briefing is None or kept.state == "running":
            raise ParleyError(
                f"“{kept.title}” is not there to be exported: wait until it is done, or make it "
                "again."
            )
        briefing = replace(kept.briefing, title=kept.title)
        return file_name(briefing, format_), render(briefing, format_)


def _blank(request: Request) -> Kept:
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    # Random, since two briefings may be asked for with the same words.
    return Kept(secrets.token_hex(8), first_title(request), request, made_at=now)


def _with(kept: Kept, briefing: Briefing) -> Kept:
    title = kept.title if kept.typed else briefing.title or kept.title
    return replace(kept, title=title, briefing=briefing)
