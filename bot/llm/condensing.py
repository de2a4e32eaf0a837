"""Whether a question that a model made standalone is still the reader's.

A model may answer instead of rewording, or put in a name that nobody mentioned: such a
question is not asked. Nothing here knows how else it is reworded.
"""

import re
from collections.abc import Iterable, Sequence

from bot.answers import Answer
from bot.grounding.names import NameIndex, names
from bot.grounding.words import read_line, read_lines

_LONGEST = 400  # characters
_THOUGHT = re.compile(r"<(think(?:ing)?)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_LABEL = re.compile(r"(?:[a-z-]+ ){0,2}question\s*:[\s*]*", re.IGNORECASE)
_MARKERS = re.compile(r"(?:\s*\[\d{1,3}\])+$")
_SIGNS = " \t\"“”'*`_"
_ASKS = ("?", "؟", "？", ";")
# The question before last may still be what "he" means.
_LOOKED_BACK = 3


def exchanges(earlier: Sequence[Answer]) -> list[tuple[str, str]]:
    """Return the last questions, as they were understood, with what was answered."""
    return [(each.standalone_question or each.question, each.text) for each in _recent(earlier)]


def sound(text: str, question: str, earlier: Sequence[Answer]) -> str | None:
    """Return the question that a model gave, or None if it is not one that could be meant.

    It must be one line, a question if that is what was typed, and its names and numbers must
    stand there or in the exchanges before, in whatever spelling. What a model thinks aloud
    first, a label and Markdown's signs are no part of it.
    """
    lines = [line.strip() for line in _THOUGHT.sub("", text).splitlines() if line.strip()]
    if len(lines) != 1 or not 0 < len(lines[0]) <= _LONGEST:
        return None
    told = _MARKERS.sub("", _LABEL.sub("", lines[0].strip(_SIGNS))).strip(_SIGNS)
    if question.rstrip().endswith(_ASKS) and not told.endswith(_ASKS):
        return None
    known = [line for each in _said(question, earlier) for line in read_lines(each)]
    index = NameIndex(known)
    line = read_line(told)
    named = (
        word for name in names(line, index.small) for word in line.words[name.first : name.last + 1]
    )
    numbers = {word.key for word in line.words if word.is_number}
    if not all(map(index.holds, named)) or numbers - {w.key for each in known for w in each.words}:
        return None
    return told or None


def _recent(earlier: Sequence[Answer]) -> Sequence[Answer]:
    return earlier[-_LOOKED_BACK:]


def _said(question: str, earlier: Sequence[Answer]) -> Iterable[str]:
    yield question
    for answer in _recent(earlier):
        yield answer.question
        yield answer.standalone_question
        yield answer.text
        for citation in answer.citations:
            yield citation.quote
            yield citation.title or ""
