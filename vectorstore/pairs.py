"""Lays out a question and a sentence side by side, as the reader takes them in.

The reader sees `[CLS] question [SEP] sentence [SEP] title previous [SEP]`: behind the sentence
stands what it may lean on, the headline and the sentence before. Training and answering both
lay pairs out here, so that the model meets nothing that it was not trained on. Nothing here
knows what the reader makes of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.bundle import storable

CLS, SEP, PAD = 101, 102, 0

# In wordpieces. Of SQuAD's questions and sentences 1 % are longer; attention's time grows
# with the square of what is let in.
_QUESTION, _SENTENCE, _TITLE, _PREVIOUS = 48, 112, 12, 32

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Surrounded:
    """A sentence with its article's headline and the sentence before it, either may be empty."""

    text: str
    title: str = ""
    previous: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair as token ids; `places[i]` are the characters of the sentence's token `first + i`."""

    ids: list[int]
    first: int
    places: list[tuple[int, int]]


def lay_out(tokenizer: Any, question: str, sentences: Sequence[Surrounded]) -> list[Pair]:
    """Return each sentence's pair, in order; what is too long loses its end."""
    asked = _pieces(tokenizer, question).ids[1:-1][:_QUESTION]
    known: dict[str, list[int]] = {}
    pairs: list[Pair] = []
    for each in sentences:
        for text in (each.title, each.previous):
            if text not in known:
                known[text] = _pieces(tokenizer, text).ids[1:-1]
        sentence = _pieces(tokenizer, each.text)
        held = sentence.ids[1:-1][:_SENTENCE]
        around = [*known[each.title][:_TITLE], *known[each.previous][:_PREVIOUS]]
        pairs.append(
            Pair(
                [CLS, *asked, SEP, *held, SEP, *around, SEP],
                len(asked) + 2,
                sentence.offsets[1:-1][:_SENTENCE],
            )
        )
    return pairs


def padded(rows: Sequence[Sequence[int]]) -> tuple[Ids, Ids]:
    """Return the ids as (rows, longest), filled up with the padding's, and their mask."""
    ids = np.full((len(rows), max(map(len, rows))), PAD, np.int64)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = row
    return ids, (ids != PAD).astype(np.int64)


def _pieces(tokenizer: Any, text: str) -> Any:
    return tokenizer.encode(storable(text))
