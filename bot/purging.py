"""Deletes articles for good: from the library, and from all that was said of them.

Conversations, ratings and briefings keep what they quote; of a deleted article they keep that
something stood there. What readers typed stays. Nothing here knows how an answer or a briefing
is redacted, or how a library's files are cleared.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.answers import Answer
from bot.briefing import kept
from bot.briefing.parts import Briefing
from bot.briefing_redaction import redact_briefing, rests_on
from bot.briefings import Briefings
from bot.conversations import Conversations
from bot.redaction import REMOVED, cites, redact, redact_notice
from bot.titles import title_of
from bot.turns import Turn, to_stored
from vectorstore import curation
from vectorstore.bin import Bin
from vectorstore.briefing_table import BriefingTable, StoredBriefing
from vectorstore.corpus import Corpus
from vectorstore.errors import LibraryError
from vectorstore.transcripts import StoredFeedback, StoredTurn, Transcripts

_LOST = (
    "This answer was damaged in the library, and went with an article that it may have quoted. "
    "Ask again."
)
_LOST_BRIEFING = (
    "This briefing was damaged in the library, and went with an article that it may have quoted: "
    "make it again."
)

# What waits may be hundreds of files; a message names the first.
_NAMED = 5


def purge(
    corpus: Corpus,
    conversations: Conversations | None = None,
    briefings: Briefings | None = None,
) -> int:
    """Delete for good the articles in the bin; return how many that were.

    Nothing of their texts is left in any file of the data folder, nor of what was purged
    before, so that an empty bin can be purged, too. `conversations` and `briefings` are those
    that this process answers in or makes: what is on its way is stopped.

    Raises:
        LibraryError: A file that waits to be taken in may hold the articles; then nothing is
            deleted. Or they are deleted, but something keeps their texts in the library's
            files.
    """
    with corpus.writing:
        bin_ = Bin(corpus.library)
        _refuse_waiting(corpus.folder)
        gone = _Gone(frozenset(article.id for article in bin_.articles()), bin_.titles())
        # First, since it can be done twice: a kill before the articles are deleted leaves them
        # in the bin. Meanwhile nothing new can quote them, for they are out of every search.
        if gone.ids:
            with ExitStack() as stack:
                for each in (conversations, briefings):
                    if each is not None:
                        stack.enter_context(each.rewriting())
                _redact(Transcripts(corpus.library), gone)
                table = BriefingTable(corpus.library)
                table.put(*_changed(table.everything(), gone))
        return curation.purge(corpus)


def _refuse_waiting(folder: Path) -> None:
    """Raise LibraryError if a file waits to be taken in, for it may hold the same text."""
    waiting = sorted(file.name for file in folder.glob("inbox/*/*"))
    if waiting:
        raise LibraryError(
            "What is to be deleted for good may also be in what waits to be taken in "
            f"({', '.join(waiting[:_NAMED])}{' …' if waiting[_NAMED:] else ''}): go on with that, "
            "or leave it out, in the page's Library, then purge again."
        )


@dataclass(frozen=True, slots=True)
class _Gone:
    """The articles that are to be deleted: their ids, and every title that they had."""

    ids: frozenset[str]
    titles: frozenset[str]

    def redacted(self, answer: Answer, after: bool) -> Answer:
        return redact(answer, self.ids, after=after, titles=self.titles)

    def redacted_briefing(self, briefing: Briefing) -> Briefing:
        return redact_briefing(briefing, self.ids, titles=self.titles)

    def may_be_in(self, damaged: str) -> bool:
        """Whether a text that is no answer, or no passages, may hold what the articles said."""
        # What is not even JSON may have been cut off before the ids that it named.
        return _parsed(damaged) is _NO_JSON or any(each in damaged for each in self.ids)


def _redact(transcripts: Transcripts, gone: _Gone) -> None:
    turns: list[StoredTurn] = []
    following: set[str] = set()
    for conversation_id in transcripts.ids():
        after = False
        for stored in transcripts.turns(conversation_id):
            if after:
                following.add(stored.id)
            redacted, after = _turn(stored, gone, after)
            if redacted != stored:
                turns.append(redacted)
    given = transcripts.feedback()
    ratings = [_rating(each, gone, each.turn_id in following) for each in given]
    changed = [new for new, old in zip(ratings, given, strict=True) if new != old]
    transcripts.rewrite(turns, changed)


def _changed(briefings: Iterable[StoredBriefing], gone: _Gone) -> Iterator[StoredBriefing]:
    """Yield those briefings that are redacted, as they are then."""
    for stored in briefings:
        redacted = _briefing(stored, gone)
        if redacted != stored:
            yield redacted


def _briefing(stored: StoredBriefing, gone: _Gone) -> StoredBriefing:
    """Return a briefing redacted; the very same if it has nothing of the articles."""
    found = _whole(stored.briefing) if stored.briefing is not None else None
    damaged = stored.briefing if found is None else None
    if damaged is not None:
        return _without_text(stored) if gone.may_be_in(damaged) else stored
    # What failed may have been told of by quoting what it was given; that nothing was found is
    # told in words of Parley's and the reader's.
    if stored.error is not None:
        rests = found is not None and rests_on(found, gone.ids)
        error = REMOVED if rests else redact_notice(stored.error, gone.titles)
        stored = replace(stored, error=error)
    if found is None or (redacted := gone.redacted_briefing(found)) is found:
        return stored
    form = kept.to_stored(replace(kept.from_stored(stored), briefing=redacted))
    return replace(
        stored,
        title=redacted.title or stored.title,
        briefing=form.briefing,
        words=form.words,
        searchable=form.searchable,
    )


def _without_text(stored: StoredBriefing) -> StoredBriefing:
    topic = kept.from_stored(stored).request.topic or ""
    return replace(
        stored,
        title=title_of(topic) or REMOVED,
        briefing=None,
        error=_LOST_BRIEFING,
        words=0,
        searchable=topic,
    )


def _whole(stored: str) -> Briefing | None:
    """Return a briefing as it is kept; None if it is damaged."""
    try:
        return kept.parse(stored)
    except ValueError:
        return None


def _turn(stored: StoredTurn, gone: _Gone, after: bool) -> tuple[StoredTurn, bool]:
    """Return a turn redacted, and whether it, or one before it, quotes the articles."""
    answer = _answer(stored.answer) if stored.answer is not None else None
    damaged = stored.answer if answer is None else None
    if damaged is not None and gone.may_be_in(damaged):
        return replace(stored, answer=None, error=_LOST, searchable=stored.question), True
    after = after or (answer is not None and cites(answer, gone.ids))
    if after and stored.error is not None:
        # What failed may have been told of by quoting what it was given.
        stored = replace(stored, error=REMOVED)
    if answer is None or (redacted := gone.redacted(answer, after)) is answer:
        return stored, after
    form = to_stored(Turn(stored.id, stored.question, answer=redacted))
    return replace(stored, answer=form.answer, searchable=form.searchable), after


def _rating(given: StoredFeedback, gone: _Gone, after: bool) -> StoredFeedback:
    answer, shown = _answer(given.answer), given.answer
    if answer is not None and (redacted := gone.redacted(answer, after)) is not answer:
        shown = json.dumps(redacted.to_json())
    elif answer is None and gone.may_be_in(shown):
        shown = "{}"
    return replace(given, answer=shown, passages=_passages(given.passages, gone))


def _passages(stored: str, gone: _Gone) -> str:
    """Return what is kept of the passages behind a rated answer without the articles' own."""
    kept: Any = _parsed(stored)
    try:
        left = [each for each in kept if each["article_id"] not in gone.ids]
    except (TypeError, KeyError):
        return "[]" if gone.may_be_in(stored) else stored
    return stored if len(left) == len(kept) else json.dumps(left)


_NO_JSON = object()


def _parsed(stored: str) -> object:
    try:
        return json.loads(stored)
    except (ValueError, RecursionError):
        return _NO_JSON


def _answer(stored: str) -> Answer | None:
    """Return an answer as it is kept; None if it is damaged."""
    try:
        return Answer.from_json(_parsed(stored))
    except ValueError:
        return None
