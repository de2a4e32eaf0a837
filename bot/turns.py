"""Turns and conversations as values, and the form in which the library keeps a turn."""

import json
from dataclasses import dataclass, replace

from bot.answers import Answer
from bot.scope import ALL, Scope
from vectorstore.transcripts import Rating, State, StoredFeedback, StoredTurn, Transcripts

_UNREADABLE = "This answer is damaged in the library and cannot be read. Ask again."
_INTERRUPTED = "Parley was ended before this was answered. Ask again."


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answer as far as it has come, or with what went wrong.

    `scope` is what it was asked of; `rating` and `comment` what the reader said of it.
    """

    id: str
    question: str
    scope: Scope = ALL
    answer: Answer | None = None
    error: str | None = None
    state: State = "running"
    asked_at: str = ""
    rating: Rating | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation, whole; `scope` is what the next question is asked of."""

    id: str
    title: str
    scope: Scope
    turns: tuple[Turn, ...]
    revision: str = ""


def read(transcripts: Transcripts, conversation_id: str) -> Conversation:
    """Return a conversation as the library keeps it; NotFoundError if there is none."""
    stored = transcripts.get(conversation_id)
    said = {each.turn_id: each for each in transcripts.feedback(conversation_id)}
    turns = (from_stored(turn, said.get(turn.id)) for turn in transcripts.turns(conversation_id))
    return Conversation(stored.id, stored.title, Scope.from_json(stored.scope), tuple(turns))


def settled(answer: Answer | None) -> Answer | None:
    """Return what is kept of an answer as far as it has come, if anything has come.

    Half a sentence, which was never checked, is not, nor what was being done.
    """
    if answer is None:
        return None
    answer = replace(answer, pending="", doing=None)
    said = (answer.sentences, answer.quoted, answer.citations, answer.disagreements)
    besides = (answer.message, answer.draft, answer.missing, answer.refused)
    return answer if any((*said, *besides)) else None


def to_stored(turn: Turn) -> StoredTurn:
    """Return the form in which the library keeps a turn."""
    said = turn.answer.text if turn.answer else ""
    return StoredTurn(
        turn.id,
        turn.question,
        turn.scope.to_json(),
        turn.state,
        json.dumps(turn.answer.to_json()) if turn.answer else None,
        turn.error,
        turn.asked_at,
        f"{turn.question}\n{said}",
    )


def from_stored(stored: StoredTurn, given: StoredFeedback | None) -> Turn:
    """Return a turn as the library keeps it, with what the reader said of it.

    A turn that is kept as running and runs nowhere was lost with the process.
    """
    lost = stored.state == "running"
    answer, error = None, _INTERRUPTED if lost else stored.error
    try:
        answer = Answer.from_json(json.loads(stored.answer)) if stored.answer else None
    except ValueError:
        error = _UNREADABLE
    return Turn(
        stored.id,
        stored.question,
        Scope.from_json(stored.scope),
        answer,
        error,
        "done" if lost else stored.state,
        stored.asked_at,
        given.rating if given else None,
        given.comment if given else "",
    )
