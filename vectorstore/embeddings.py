"""Turns texts into vectors: the seam, and the bundled model behind it.

An embedder is named by its fingerprint, which is stored with the vectors it made: vectors
of two embedders are never compared. Knows neither articles nor the library.
"""

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

from vectorstore.bundle import MODELS, batches, open_session, open_tokenizer, storable, sums, usable

MODEL_FILE = "all-MiniLM-L6-v2.int8.onnx"

# Of 1 to 8 texts a batch, 1 or 2 were fastest for passages and 4 or 8 for sentences. Batches
# at once on a core each did 30 to 60 % more than one over all cores; a query lost nothing.
_BATCH_TEXTS, _BATCH_TOKENS = 8, 256


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What made a vector; only vectors of equal ones are compared. No slash in `revision`."""

    model: str
    dimension: int
    revision: str

    def __str__(self) -> str:
        return f"{self.model}/{self.dimension}/{self.revision}"


class Embedder(Protocol):
    """A function from texts to unit vectors; safe to share between threads."""

    @property
    def fingerprint(self) -> Fingerprint:
        """What is to be stored with the vectors."""
        ...

    @property
    def max_tokens(self) -> int:
        """The most tokens of a text that its vector reflects; the rest is cut off."""
        ...

    @property
    def english_only(self) -> bool:
        """Whether texts in other languages than English have vectors that mean little."""
        ...

    @property
    def host(self) -> str | None:
        """The host that texts are sent to; None if they stay here."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (texts, dimension) vectors of length 1, in order.

        May raise ModelError, or EndpointError where texts are sent to a host.
        """
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return each text's tokens before any cut, the encoder's special tokens included."""
        ...


class MiniLM:
    """all-MiniLM-L6-v2 in int8 on the CPU, from the files in `vectorstore/models`.

    The model card is beside them. `threads` embed at once; None: one a core, at most four.
    """

    max_tokens = 256
    dimension = 384
    english_only = True
    host = None

    def __init__(self, folder: Path = MODELS, threads: int | None = None) -> None:
        self._folder = folder
        self._threads = threads or min(os.cpu_count() or 1, 4)
        self._lock = Lock()

    @property
    def fingerprint(self) -> Fingerprint:
        """The model with 12 digits of its file's SHA-256, as listed and not hashed anew."""
        return Fingerprint("all-MiniLM-L6-v2", self.dimension, sums(self._folder)[MODEL_FILE][:12])

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (texts, 384) vectors of length 1, in the order of `texts`.

        A text over 256 wordpieces is cut. A text's vector differs only by rounding (cosine
        ≥ .9999) with the texts beside it. ModelError if a file is missing or damaged.
        """
        last = self.max_tokens - 1  # the place of the separator, which a cut text keeps
        rows = [[*ids[:last], ids[-1]] if ids[last:] else ids for ids in self._token_ids(texts)]
        vectors = np.empty((len(rows), self.dimension), dtype=np.float32)
        with ThreadPoolExecutor(self._threads) as pool:
            divided = batches([len(row) for row in rows], _BATCH_TEXTS, _BATCH_TOKENS)
            inputs = [[rows[place] for place in batch] for batch in divided]
            for batch, output in zip(divided, pool.map(self._run, inputs), strict=True):
                vectors[batch] = output
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return each text's wordpieces, uncut, with the two special tokens: 2 if empty."""
        return [len(ids) for ids in self._token_ids(texts)]

    def _run(self, rows: list[list[int]]) -> NDArray[np.float32]:
        """Embed one batch of token ids, padded to its longest row."""
        width = max(map(len, rows))
        ids = np.array([row + [0] * (width - len(row)) for row in rows], dtype=np.int64)
        mask = (ids != 0).astype(np.int64)  # no text has the padding's id
        with self._lock:
            session = self._session
        with usable(self._folder / MODEL_FILE):
            return session.run(None, {"input_ids": ids, "attention_mask": mask})[0]

    def _token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        with self._lock:
            tokenizer = self._tokenizer
        # encode_batch would start a thread pool that complains when the process forks.
        return [tokenizer.encode(storable(text)).ids for text in texts]

    # These two are read under the lock only, so that threads that start together share them.
    @cached_property
    def _tokenizer(self) -> Any:
        return open_tokenizer(self._folder)

    @cached_property
    def _session(self) -> Any:
        return open_session(self._folder / MODEL_FILE)
