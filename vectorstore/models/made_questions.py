"""Makes questions by rule from plain text, to start the reader off before real ones.

A date, a number, a place or a name is taken out of a sentence and asked for with the rest
of the sentence's clause, some words dropped. The questions are clumsy; what they teach is
where an answer of the kind asked for begins and ends.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from vectorstore.questions import MONTHS, NUMBER_WORDS

_MONTH = "|".join(month.capitalize() for month in MONTHS)
_DATE = rf"(?:\d{{1,2}} )?(?:{_MONTH})(?: \d{{1,2}})?(?:,? \d{{4}})?|(?:1\d|20)\d\d"
_NUMBER = (
    rf"(?:\d[\d,.]*\d|\d|(?:{'|'.join(sorted(NUMBER_WORDS))})\b)(?: (?:million|billion|percent|%))?"
)
_NAME = r"[A-Z][\w’'-]+(?: (?:(?:of|the|de|van) )?[A-Z][\w’'-]+)*"
_VERB = r"(?:was|is|has|had|were|are|[a-z]+ed)\b"
_RULES = (
    (re.compile(rf"\b(?:on|in|since|by|until|from) (?P<answer>{_DATE})\b"), "When"),
    (re.compile(rf"\b(?P<answer>{_NUMBER}) (?=[a-z]+s\b)"), "How many"),
    (re.compile(rf"\b(?:in|at|near|from) (?:the )?(?P<answer>{_NAME})"), "Where"),
    (
        re.compile(rf"^(?:The )?(?P<answer>{_NAME})(?= (?:was|is|has|had|were|are|[a-z]+ed)\b)"),
        "Who",
    ),
    (re.compile(rf"\bby (?:the )?(?P<answer>{_NAME})"), "By whom"),
)
_WORDS = (8, 40)
_REACH = 14  # words of the clause on either side that are kept
_DROPPED = 0.15


@dataclass(frozen=True, slots=True)
class MadeQuestion:
    """A question with the range of its answer in `sentence`."""

    question: str
    sentence: str
    answer: tuple[int, int]


def make_questions(sentences: Sequence[str], random: Random) -> Iterator[MadeQuestion]:
    """Yield at most one question a sentence."""
    for sentence in sentences:
        if not _WORDS[0] <= len(sentence.split()) <= _WORDS[1]:
            continue
        found = [(rule, m) for rule, m in ((w, p.search(sentence)) for p, w in _RULES) if m]
        if found:
            word, match = random.choice(found)
            before = sentence[: match.start()].split()[-_REACH:]
            after = sentence[match.end() :].split()[:_REACH]
            # "How many" is followed by what is counted, whatever stood before it.
            parts = [*after, *before] if word == "How many" else [*before, *after]
            kept = [part for part in parts if random.random() > _DROPPED]
            question = f"{word} {' '.join(kept)}".rstrip(" .,;:") + "?"
            yield MadeQuestion(question, sentence, match.span("answer"))
