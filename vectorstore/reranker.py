"""Orders the best sentences anew by what the reader makes of them.

The ranker's features and the reader's two, in a linear model of the same form, fitted on
readings by readers that had not seen the article; the evidence model likewise. Their
weights stand in `models/ranker.json` beside the ranker's, made by the same script.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from vectorstore.ranker import (
    EVIDENCE,
    FEATURES,
    WEIGHTS_FILE,
    Floats,
    Ranking,
    Weights,
    evidence_features,
    logistic,
)
from vectorstore.reader import Reading

COLUMNS = (*FEATURES, "relevance", "margin")
READ_EVIDENCE = (*EVIDENCE, "relevance", "margin", "highest_relevance")

# So many of the best are read: of the right sentences among thirty, READ_SHARE are here.
READ = 10


def best(ranking: Ranking) -> list[int]:
    """Return the places of the candidates worth reading, best first."""
    return np.argsort(-ranking.logits, kind="stable")[:READ].tolist()


def rerank(ranking: Ranking, read: Sequence[int], readings: Sequence[Reading]) -> Ranking:
    """Return the ranking with the candidates at `read` ordered anew, the others below them."""
    if not read:
        return ranking
    weights = load_weights()
    rows = columns(ranking.rows[list(read)], readings)
    logits = rows @ weights.ranking
    seen = evidence_features(rows, weights.ranking, COLUMNS, READ_EVIDENCE)
    others = np.delete(ranking.logits, list(read))
    drop = float(logits.min()) - float(others.max()) if len(others) else 0.0
    reordered = ranking.logits + drop
    reordered[list(read)] = logits
    sure = float(seen @ weights.evidence) + weights.bias
    return Ranking(ranking.rows, reordered, logistic(sure))


def columns(rows: Floats, readings: Sequence[Reading]) -> Floats:
    """Return (candidates, columns): the ranker's features with the reader's beside them."""
    return np.c_[rows, [(reading.relevance, reading.margin) for reading in readings]]


@lru_cache
def load_weights(file: Path = WEIGHTS_FILE) -> Weights:
    """Read the trained weights, (columns,) and (evidence,)."""
    stored = json.loads(file.read_text(encoding="utf-8"))
    return Weights(
        np.array([stored["reranking"][name] for name in COLUMNS]),
        np.array([stored["read_evidence"][name] for name in READ_EVIDENCE]),
        float(stored["read_evidence"]["bias"]),
    )
