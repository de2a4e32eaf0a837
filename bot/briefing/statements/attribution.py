"""An attribution of a sentence: who says which of its words, and where all that stands.

What stands in quotation marks is masked before a sentence is read for its verbs, so that a
verb within a quotation is nobody's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.briefing.statements.nouns import Phrase
from bot.briefing.statements.subjects import MASK

Range = tuple[int, int]
Form = Literal["ahead", "behind"]

_WORDS = re.compile(r"[^\W_]+")
_MASKED = re.compile(f"{MASK}+")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says the words `content`; all places count in the sentence.

    `who` is None for one whom the sentence does not name. `told` are the stretches that may
    say when it was said.
    """

    verb: str
    start: int
    end: int
    who: Phrase | None
    form: Form
    content: tuple[Range, ...]
    to: str | None = None
    via: Phrase | None = None
    told: tuple[Range, ...] = ()
    shared: bool = False


def mask(text: str, quotations: Sequence[Range]) -> str:
    """Return `text` with what is quoted masked, each character at its place."""
    pieces: list[str] = []
    at = 0
    for start, end in quotations:
        pieces += [text[at:start], MASK * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])


def words(text: str) -> int:
    """Count the words of a masked text; a quotation counts as three."""
    return len(_WORDS.findall(_MASKED.sub(" x x x ", text)))
