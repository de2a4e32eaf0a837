"""Reads a question and a sentence together: whether it answers, and with which words.

The seam, and the bundled model behind it. A vector is made of a text by itself; the reader
sees both at once, which tells a sentence that answers from one that is about the same thing,
and takes a hundred times as long. So it is given the few best that were found. Knows neither
articles nor the library; how a pair is laid out is `pairs`' business.
"""

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vectorstore.bundle import MODELS, batches, open_session, open_tokenizer, usable
from vectorstore.pairs import Pair, Surrounded, lay_out, padded

READER_FILE = "reader.int8.onnx"

# Of SQuAD's pairs, 70 tokens long, two to four a batch were fastest (8 at once: a fifth slower).
# As for the embedder, batches run at once on a core each.
_BATCH_PAIRS, _BATCH_TOKENS = 8, 256
_LONGEST = 30  # wordpieces of a span; of SQuAD's answers 1 % are longer
_NO_WORDS = -20.0  # the margin of a sentence without any: less than others have


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of a sentence.

    `span`: the range in its text that answers best, None if it has no words. `margin`: by how much
    the span's logits exceed those of there being none, which tells sentences that answer from
    others. `certainty` (0..1): the probability of just this span among all, none included.
    """

    span: tuple[int, int] | None
    margin: float
    certainty: float


class Reader(Protocol):
    """Judges how sentences answer a question; safe to share between threads."""

    def read(self, question: str, sentences: Sequence[Surrounded]) -> list[Reading]:
        """Return what is made of each sentence, in order. May raise ModelError."""
        ...


class PairReader:
    """The bundled reader, all-MiniLM-L6-v2 fine-tuned, in int8 on the CPU.

    From the files in `vectorstore/models`, its card beside them. `threads` read at once; None: one
    a core, at most four.
    """

    def __init__(self, folder: Path = MODELS, threads: int | None = None) -> None:
        self._folder = folder
        self._threads = threads or min(os.cpu_count() or 1, 4)
        self._lock = Lock()

    def read(self, question: str, sentences: Sequence[Surrounded]) -> list[Reading]:
        """Return what is made of each sentence, in order.

        A sentence's logits differ only by rounding (.01) with the sentences beside it. ModelError
        if a file is missing or damaged.
        """
        if not sentences:
            return []
        with self._lock:
            tokenizer = self._tokenizer
        pairs = lay_out(tokenizer, question, sentences)
        divided = batches([len(pair.ids) for pair in pairs], _BATCH_PAIRS, _BATCH_TOKENS)
        read: dict[int, Reading] = {}
        with ThreadPoolExecutor(self._threads) as pool:
            inputs = [[pairs[place] for place in batch] for batch in divided]
            for batch, output in zip(divided, pool.map(self._run, inputs), strict=True):
                read.update(zip(batch, output, strict=True))
        return [read[place] for place in range(len(pairs))]

    def _run(self, pairs: list[Pair]) -> list[Reading]:
        """Read one batch, padded to its longest pair."""
        ids, mask = padded([pair.ids for pair in pairs])
        with self._lock:
            session = self._session
        with usable(self._folder / READER_FILE):
            spans = session.run(["spans"], {"input_ids": ids, "attention_mask": mask})[0]
        return [_best_span(pair, logits) for pair, logits in zip(pairs, spans, strict=True)]

    # These two are read under the lock only, so that threads that start together share them.
    @cached_property
    def _tokenizer(self) -> Any:
        return open_tokenizer(self._folder)

    @cached_property
    def _session(self) -> Any:
        return open_session(self._folder / READER_FILE)


def _best_span(pair: Pair, logits: NDArray[np.float32]) -> Reading:
    """Return the likeliest span, from (length, 2) logits.

    A span's logit is its first token's as a start and its last's as an end (Devlin et al. 2019,
    section 4.3), and that of no span the same of the first token of all.
    """
    size = len(pair.places)
    if not size:
        return Reading(None, _NO_WORDS, 0.0)
    starts, ends = logits[pair.first : pair.first + size].T
    places = np.arange(size)
    reach = places - places[:, np.newaxis]
    allowed = (reach >= 0) & (reach < _LONGEST)
    joint = np.where(allowed, starts[:, np.newaxis] + ends, -np.inf)
    start, end = np.unravel_index(np.argmax(joint), joint.shape)
    none, best = float(logits[0].sum()), float(joint[start, end])
    highest = max(none, best)
    odds = float(np.exp(joint - highest).sum()) + math.exp(none - highest)
    span = pair.places[start][0], pair.places[end][1]
    return Reading(span, best - none, math.exp(best - highest) / odds)
