"""Reads sentences for what a question asks: does this one answer it, and with which words?

MiniLM fine-tuned on pairs of a question and a sentence (with its article's title and the
sentence before), with a head for relevance and one for the answer's ends, in int8 on the
CPU; `models/READER.md` is its card. It sees what similarity does not: whether the sentence
speaks of the same relation. Nothing here knows the library or how sentences were found.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.bundle import MODELS, batches, open_session, open_tokenizer, storable, usable

MODEL_FILE = "reader.int8.onnx"

# What the network was trained on; longer texts are cut.
_QUESTION_TOKENS, _SENTENCE_TOKENS, _CONTEXT_TOKENS = 48, 100, 44
_BATCH_PAIRS, _BATCH_TOKENS = 4, 256
# The longest answer, in wordpieces: 98 % of SQuAD's are shorter.
_LONGEST = 16


# A margin reached by SURE_SHARE
SURE = 4.0


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a sentence as token ids.

    `offsets` are the ranges in the sentence of its tokens, of which the first is `ids[first]`.
    """

    ids: list[int]
    first: int
    offsets: tuple[tuple[int, int], ...]

    def tokens_of(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the first and last token of `[start, end)` of the sentence, if kept whole."""
        inside = [n for n, (a, b) in enumerate(self.offsets) if a < end and b > start]
        if not inside or self.offsets[inside[-1]][1] < end:
            return None
        return self.first + inside[0], self.first + inside[-1]


@dataclass(frozen=True, slots=True)
class Reading:
    """`relevance` is a logit; `answer` the likeliest range of the sentence to answer alone.

    `margin` is how much likelier, in logits, that range is than that there is none.
    """

    relevance: float
    answer: tuple[int, int]
    margin: float

    @property
    def sure(self) -> tuple[int, int] | None:
        """The answer's range, if the reader is sure of it."""
        return self.answer if self.margin >= SURE else None


def encode(tokenizer: Any, question: str, sentence: str, context: str) -> Pair:
    """Return the pair's tokens: question, sentence and context, each cut to its share."""
    asked, said, around = (
        tokenizer.encode(storable(text)) for text in (question, sentence, context)
    )
    begin, separator = asked.ids[0], asked.ids[-1]
    head = [begin, *asked.ids[1:-1][:_QUESTION_TOKENS], separator]
    body = said.ids[1:-1][:_SENTENCE_TOKENS]
    tail = [separator, *around.ids[1:-1][:_CONTEXT_TOKENS], separator]
    offsets = tuple((a, b) for a, b in said.offsets[1:-1][:_SENTENCE_TOKENS])
    return Pair([*head, *body, *tail], len(head), offsets)


class Reader:
    """Reads pairs with the bundled network; safe to share between threads."""

    def __init__(self, folder: Path = MODELS, threads: int = 2) -> None:
        self._folder = folder
        self._threads = threads
        self._lock = Lock()

    def read(self, question: str, sentences: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return a reading of each (sentence, context), in order; may raise ModelError."""
        with self._lock:
            tokenizer, session = self._tokenizer, self._session
        pairs = [encode(tokenizer, question, *each) for each in sentences]
        divided = batches([len(pair.ids) for pair in pairs], _BATCH_PAIRS, _BATCH_TOKENS)

        def run(batch: list[int]) -> list[Reading]:
            ids = padded([pairs[place] for place in batch])
            mask = (ids != 0).astype(np.int64)
            with usable(self._folder / MODEL_FILE):
                scores = session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
            return [_reading(pairs[p], row) for p, row in zip(batch, scores, strict=True)]

        readings: dict[int, Reading] = {}
        with ThreadPoolExecutor(self._threads) as pool:
            for batch, read in zip(divided, pool.map(run, divided), strict=True):
                readings.update(zip(batch, read, strict=True))
        return [readings[place] for place in range(len(pairs))]

    # These two are read under the lock only, so that threads that start together share them.
    @cached_property
    def _tokenizer(self) -> Any:
        return open_tokenizer(self._folder)

    @cached_property
    def _session(self) -> Any:
        return open_session(self._folder / MODEL_FILE)


def padded(pairs: Sequence[Pair]) -> NDArray[np.int64]:
    """Return the pairs' token ids, (pairs, longest), filled up with 0."""
    width = max(len(pair.ids) for pair in pairs)
    return np.array([pair.ids + [0] * (width - len(pair.ids)) for pair in pairs], np.int64)


def _reading(pair: Pair, scores: NDArray[np.float32]) -> Reading:
    """Read off a pair's (length, 3): relevance, and the logits of the answer's ends."""
    nothing = float(scores[0, 1] + scores[0, 2])
    ends = scores[pair.first : pair.first + len(pair.offsets), 1:]
    if not len(ends):
        return Reading(float(scores[0, 0]), (0, 0), -np.inf)
    spans = ends[:, :1] + ends[:, 1]
    allowed = np.triu(np.ones_like(spans)) - np.triu(np.ones_like(spans), _LONGEST)
    start, end = np.unravel_index(np.argmax(np.where(allowed > 0, spans, -np.inf)), spans.shape)
    place = pair.offsets[start][0], pair.offsets[end][1]
    return Reading(float(scores[0, 0]), place, float(spans[start, end]) - nothing)
