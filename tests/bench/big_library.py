"""Makes a library of thousands of articles within minutes, by vectors that cost next to nothing.

    python -m tests.bench.big_library FOLDER (--articles N | --passages N) [--real] [--json]

The articles are those of `ask_speed`. They go through the whole ingest, word index, near-copies
and Chroma's index included; only the embedder is another one, unless --real is given. It gives
a text the sum of its words' vectors, each of them embedded by the bundled model once, with noise
of the text's own, so that vectors lie as close together as real ones, where a question's real
vector finds them, and no two are equal. It has the bundled model's fingerprint, so Parley opens
such a library and embeds questions in earnest. Speed, memory and size are as with real vectors;
what is found is not, so nothing that such a library answers says anything about quality. FOLDER
is a data folder (PARLEY_HOME); a run that was broken off is gone on with.
"""

import argparse
import json
import sys
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.bench.ask_speed import articles
from vectorstore.assembly import assemble
from vectorstore.corpus import Corpus
from vectorstore.embeddings import Embedder, Fingerprint, MiniLM
from vectorstore.ingest import take_in
from vectorstore.readers import Raw
from vectorstore.reading import Found
from vectorstore.text import sentence_ranges, tokens

Vector = NDArray[np.float32]

# So that two sentences' cosine is as among real vectors: on sentences of twelve more articles
# .14 and .80 at the median and the 99.9th percentile, to .15 and .81, and .71 to .72 to the
# nearest. A word's sum has length 1, the noise this length, and real vectors' mean is added.
_NOISE = 0.4
_KNOWN_BY = 12  # articles whose sentences are embedded by the bundled model to know that mean
# Articles between two looks at how many passages there are.
_STEP = 50


class WordVectors:
    """Stands in for MiniLM as an embedder of texts; safe to share between threads."""

    max_tokens = MiniLM.max_tokens
    english_only = MiniLM.english_only
    host = None

    def __init__(self) -> None:
        self._real = MiniLM()
        self._words: dict[str, Vector] = {}
        self._lock = Lock()

    @property
    def fingerprint(self) -> Fingerprint:
        """The bundled model's."""
        return self._real.fingerprint

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return each text's tokens as the bundled model counts them."""
        return self._real.count_tokens(texts)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (texts, dimension) vectors of length 1: of each text's words, with noise."""
        worded = [tokens(text) for text in texts]
        with self._lock:
            centre, mean = self._real_vectors
            self._learn(word for words in worded for word in words)
        rows = np.empty((len(texts), MiniLM.dimension), np.float32)
        for row, text, words in zip(rows, texts, worded, strict=True):
            drawn = np.random.default_rng(zlib.crc32(text.encode()))
            noise = drawn.standard_normal(MiniLM.dimension, np.float32)
            row[:] = mean + _NOISE * _unit(noise)
            if words:
                row += _unit(np.sum([self._words[word] - centre for word in words], axis=0))
            row[:] = _unit(row)
        return rows

    @cached_property
    def _real_vectors(self) -> tuple[Vector, Vector]:
        """The mean vector of a running word, and of a sentence; read under the lock only."""
        texts = [given["text"] for given in articles(_KNOWN_BY)]
        running = [word for text in texts for word in tokens(text)]
        self._learn(running)
        sentences = [text[start:end] for text in texts for start, end in sentence_ranges(text)]
        return (
            np.mean([self._words[word] for word in running], axis=0),
            self._real.embed(sentences).mean(axis=0),
        )

    def _learn(self, words: Iterable[str]) -> None:
        new = sorted({word for word in words if word not in self._words})
        if new:
            self._words.update(zip(new, self._real.embed(new), strict=True))


def _unit(vector: Vector) -> Vector:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)


def make(
    folder: Path,
    *,
    article_count: int | None = None,
    passage_count: int | None = None,
    embedder: Embedder | None = None,
) -> dict[str, Any]:
    """Fill a data folder up to so many articles, or passages; say what it holds, and the time.

    Which are there already are kept, and their time is not known. The last article may go
    beyond `passage_count`.
    """
    started = time.perf_counter()
    with Corpus.own(folder, embedder or WordVectors(), "bench") as corpus:
        before = corpus.library.counts()
        report = take_in(corpus, _found(corpus, before["articles"], article_count, passage_count))
        counts = corpus.library.counts()
    lost = [item.reason for item in report.items if item.status not in ("added", "duplicate")]
    if lost:
        raise RuntimeError(f"{len(lost)} articles were not added, the first because: {lost[0]}")
    return {
        **{name: counts[name] for name in ("articles", "passages", "sentences")},
        "added": {name: counts[name] - before[name] for name in ("articles", "passages")},
        "duplicates": report.count("duplicate"),
        "seconds": round(time.perf_counter() - started, 1),
    }


def _found(
    corpus: Corpus, have: int, article_count: int | None, passage_count: int | None
) -> Iterator[Found]:
    """Yield the articles that follow those which the library has, until it has enough."""
    started = time.perf_counter()
    for number, given in enumerate(islice(articles(), have, article_count), start=have):
        if (number - have) % _STEP == 0:
            passages = corpus.library.counts()["passages"]
            if passage_count is not None and passages >= passage_count:
                return
            if (number - have) % (20 * _STEP) == 0:
                seconds = time.perf_counter() - started
                print(f"{number} articles, {passages} passages, {seconds:.0f} s", file=sys.stderr)
        metadata = {key: value for key, value in given.items() if key != "text"}
        article, notes = assemble(Raw(given["url"], given["text"], metadata))
        yield Found(given["url"], article, notes)


def main() -> int:
    """Make the library and say what it holds."""
    arguments = _arguments()
    result = make(
        arguments.folder,
        article_count=arguments.articles,
        passage_count=arguments.passages,
        embedder=MiniLM() if arguments.real else None,
    )
    print(json.dumps(result) if arguments.json else _report(result))
    return 0


def _report(result: Mapping[str, Any]) -> str:
    return (
        f"{result['articles']} articles, {result['passages']} passages and {result['sentences']} "
        f"sentences; {result['added']['articles']} articles were added in {result['seconds']} s"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.big_library",
        description="A data folder with thousands of articles, made within minutes.",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a data folder, new or not")
    size = parser.add_mutually_exclusive_group(required=True)
    size.add_argument("--articles", type=int, metavar="N", help="as many articles")
    size.add_argument("--passages", type=int, metavar="N", help="at least as many passages")
    parser.add_argument("--real", action="store_true", help="embed by the bundled model")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
