"""Turns texts into vectors by a model behind an OpenAI-compatible endpoint.

openai is not imported before a text is embedded. Whatever goes wrong becomes an EndpointError
in `endpoint_errors`. What the endpoint does with a text is not known here: neither its tokens,
which are estimated, nor whether the model knows the language.
"""

import hashlib
import json
import weakref
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from vectorstore.bundle import batches
from vectorstore.embeddings import Fingerprint
from vectorstore.endpoint_errors import Place, member, translate
from vectorstore.errors import FingerprintError
from vectorstore.token_estimates import cut, estimate

if TYPE_CHECKING:
    from openai import OpenAI

OPENAI = "https://api.openai.com/v1"

# Text Embeddings Inference takes 32 texts in a request unless it is told otherwise. So many
# characters are what a server without a GPU embeds well within a minute.
_BATCH_TEXTS, _BATCH_CHARACTERS = 32, 20_000
_REQUESTS_AT_ONCE = 4
_CONNECT_SECONDS = 5.0
# 32 vectors of 8,192 numbers, written out at length, are a fifth of it.
_MOST_BYTES = 32 * 1024 * 1024

# Part of a revision: to be raised when texts are prepared in another way than before.
_PREPARATION = 1

# The bundled model in 8 bits and in 32 has a mean cosine of .994, and a coarser
# quantisation less; vectors of two models have one about 0.
_SAME_MODEL = 0.9


class EndpointEmbedder:
    """The model of that name at `base_url`, which usually ends in "/v1".

    `key` may be None where the endpoint asks for none. An answer may take so many `seconds`;
    an endpoint that is busy, failing or out of reach is tried `retries` more times.

    The fingerprint names the model and not the address, so that a model may move house
    without every article being embedded anew. What is served can change under one name at
    one address, though, and neither would tell: `check_unchanged` does.
    """

    max_tokens = 256
    english_only = False

    def __init__(
        self,
        model: str,
        base_url: str = OPENAI,
        key: str | None = None,
        *,
        seconds: float = 60.0,
        retries: int = 2,
    ) -> None:
        host = urlsplit(base_url).netloc.rpartition("@")[2]
        self._place = Place(host, model, key, seconds)
        self._base_url = base_url
        self._retries = retries
        self._dimension: int | None = None
        self._lock = Lock()

    @property
    def host(self) -> str:
        """The endpoint's host, with its port if one is named."""
        return self._place.host

    @property
    def fingerprint(self) -> Fingerprint:
        """The model, and as its revision a hash of its name; the dimension is asked for once.

        The index names its collections by revision and dimension, hence the hash.
        """
        if self._dimension is None:
            self.embed(["talks"])
        model = self._place.model
        revision = hashlib.sha256(f"{_PREPARATION} {model}".encode()).hexdigest()[:12]
        return Fingerprint(model, cast(int, self._dimension), revision)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (texts, dimension) vectors of length 1, in the order of `texts`.

        A text over 256 tokens, as `count_tokens` counts them, is cut. EndpointError if the
        endpoint fails, or does not answer with one sound vector a text.
        """
        if not texts:
            return np.empty((0, self.fingerprint.dimension), np.float32)
        prepared = [cut(text, self.max_tokens) for text in texts]
        divided = batches([len(text) for text in prepared], _BATCH_TEXTS, _BATCH_CHARACTERS)
        inputs = [[prepared[place] for place in batch] for batch in divided]
        with ThreadPoolExecutor(_REQUESTS_AT_ONCE) as pool:
            outputs = list(pool.map(self._ask, inputs))
        vectors = np.empty((len(texts), outputs[0].shape[1]), np.float32)
        for batch, output in zip(divided, outputs, strict=True):
            vectors[batch] = output
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return an estimate of each text's tokens before any cut, high rather than low."""
        return [estimate(text) for text in texts]

    def check_unchanged(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Raise FingerprintError if another model than this made `vectors` of `texts`."""
        cosines = (self.embed(texts) * vectors).sum(axis=1)
        if float(np.median(cosines)) < _SAME_MODEL:
            raise FingerprintError(
                f"What {self.host} serves as {self._place.model} is another model than the one "
                "that made the library's vectors: `parley articles reindex` makes them anew."
            )

    def _ask(self, texts: list[str]) -> NDArray[np.float32]:
        try:
            body = self._receive(texts)
        except Exception as error:  # the client lets its transport's exceptions through
            raise translate(error, self._place) from error
        try:
            vectors = _unit_vectors(body, len(texts))
            with self._lock:
                known = self._dimension = self._dimension or vectors.shape[1]
            if known != vectors.shape[1]:
                raise ValueError(f"vectors of {vectors.shape[1]} numbers after some of {known}")
        except (ValueError, RecursionError) as error:
            raise translate(error, self._place) from error
        return vectors

    def _receive(self, texts: list[str]) -> bytes:
        """Return the body that answers one request."""
        with self._lock:
            embeddings = self._client.embeddings
        with embeddings.with_streaming_response.create(
            model=self._place.model, input=texts, encoding_format="float"
        ) as response:
            # The client's own limit is on the wait for each part of a body, however small.
            end = monotonic() + self._place.seconds
            body = bytearray()
            for part in response.iter_bytes():
                body += part
                if monotonic() > end:
                    raise TimeoutError
                if len(body) > _MOST_BYTES:
                    raise ValueError("an answer without end")
        return bytes(body)

    # Read under the lock only, so that threads that start together share it.
    @cached_property
    def _client(self) -> "OpenAI":
        import openai

        timeout = openai.Timeout(self._place.seconds, connect=_CONNECT_SECONDS)
        # Texts go to the host that the reader named and to no other.
        transport = openai.DefaultHttpxClient(follow_redirects=False, timeout=timeout)
        weakref.finalize(self, transport.close)
        client = openai.OpenAI(
            api_key=self._place.key or "none",  # it insists on one
            base_url=self._base_url,
            timeout=timeout,
            max_retries=self._retries,
            http_client=transport,
        )
        # It takes these from the environment, where they are meant for another host.
        client.organization = client.project = None
        return client


def _unit_vectors(body: bytes, count: int) -> NDArray[np.float32]:
    """Return the (count, dimension) vectors in an answer, in order; ValueError if unsound."""
    rows = _rows(json.loads(body), count)
    if len({len(row) for row in rows}) != 1 or not rows[0]:
        raise ValueError("vectors of unequal length, or empty ones")
    numbers = np.array(rows)
    if numbers.ndim != 2 or numbers.dtype.kind not in "fi" or not np.isfinite(numbers).all():
        raise ValueError("vectors of something else than finite numbers")
    largest = np.abs(numbers).max(axis=1, keepdims=True)
    if not largest.all():
        raise ValueError("a vector of zeros")
    # Divided by the largest first, no number is too large to be squared.
    scaled = numbers / largest
    return (scaled / np.linalg.norm(scaled, axis=1, keepdims=True)).astype(np.float32)


def _rows(answer: object, count: int) -> list[list[Any]]:
    """Return the rows of numbers in an answer, each in its place."""
    data = member(answer, "data")
    if not isinstance(data, list):
        raise ValueError("no list of embeddings")
    found: dict[str, list[Any]] = {}
    for place, item in enumerate(cast(list[object], data)):
        row = member(item, "embedding")
        if not isinstance(row, list):
            raise ValueError("an embedding that is no list of numbers")
        found[str(member(item, "index", place))] = cast(list[Any], row)
    numbered = {str(place) for place in range(count)}
    if len(cast(list[object], data)) != count or found.keys() != numbered:
        raise ValueError(f"not one vector for each of {count} texts")
    return [found[str(place)] for place in range(count)]
