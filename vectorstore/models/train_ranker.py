"""Trains the ranker's two linear models and writes `ranker.json`; needs nothing but Parley.

    python -m vectorstore.models.train_ranker FOLDER [--check]

FOLDER is a question set (see `vectorstore.questionset`); the shipped weights were made
from one half of SQuAD 2.0's development articles (Rajpurkar et al. 2018, CC BY-SA 4.0).
The script prints how each article's questions fare with weights trained on the others,
which is what an unseen article can expect; `--check` prints only and writes nothing.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vectorstore.corpus import Corpus
from vectorstore.documents import Filter
from vectorstore.embeddings import MiniLM
from vectorstore.questionset import Item, fill, load_set
from vectorstore.ranker import EVIDENCE, FEATURES, WEIGHTS_FILE, evidence_features, features
from vectorstore.retriever import Retriever

Floats = NDArray[np.float64]

_L2 = 1e-2
# Questions that only look answerable weigh less than questions about a missing article:
# more of them moves their own figure by .01 and costs answers that are right.
_UNANSWERABLE_WEIGHT = 0.3
_KEPT = 0.95


@dataclass(frozen=True, slots=True)
class Example:
    """A question's candidates: their features, which are right, and whose passage is."""

    item: Item
    rows: Floats
    right: NDArray[np.bool_]
    passages: tuple[str, ...]
    right_passages: NDArray[np.bool_]


def collect(retriever: Retriever, items: Sequence[Item], without: bool) -> list[Example]:
    """Shortlist every question; `without`: in a corpus that lacks the question's article."""
    articles = {item.article_id for item in items}
    examples: list[Example] = []
    idf = retriever.idf()
    for item in items:
        narrow = Filter(articles=tuple(articles - {item.article_id})) if without else Filter()
        short = retriever.shortlist(item.question, narrow)
        passages = {span.id: span for span in short.passages.spans}
        places = [(span.article_id, span.start, span.end) for span, *_ in short.sentences]
        owners = [passages[span.passage_id] for span, *_ in short.sentences]
        examples.append(
            Example(
                item,
                features(short.asked, short.candidates, idf),
                np.array([item.answered_by(*place) for place in places]),
                tuple(owner.id for owner in owners),
                np.array([item.in_paragraph(o.article_id, o.start, o.end) for o in owners]),
            )
        )
    return examples


def fit_ranking(examples: Sequence[Example]) -> Floats:
    """Return (features,) weights that make the right candidates likely, all of them counting."""
    examples = [example for example in examples if example.right.any()]
    scale = np.concatenate([example.rows for example in examples]).std(0) + 1e-9
    longest = max(len(example.rows) for example in examples)
    rows = np.zeros((len(examples), longest, len(FEATURES)))
    mask = np.full((len(examples), longest), -1e9)
    right = np.zeros((len(examples), longest))
    for number, example in enumerate(examples):
        count = len(example.rows)
        rows[number, :count] = example.rows / scale
        mask[number, :count] = 0
        right[number, :count] = example.right

    def gradient(weights: Floats) -> Floats:
        logits = rows @ weights + mask
        odds = np.exp(logits - logits.max(1, keepdims=True))
        probabilities = odds / odds.sum(1, keepdims=True)
        wanted = probabilities * right
        wanted /= wanted.sum(1, keepdims=True) + 1e-12
        slope = np.einsum("qc,qcf->f", probabilities - wanted, rows) / len(examples)
        return slope + _L2 * weights

    return _descend(gradient, len(FEATURES)) / scale


def fit_evidence(
    ranking: Floats,
    answered: Sequence[Example],
    unanswerable: Sequence[Example],
    absent: Sequence[Example],
) -> tuple[Floats, float]:
    """Return (evidence,) weights and a bias: `answered` against the two kinds of others."""
    groups = [_winners(ranking, group) for group in (answered, unanswerable, absent)]
    shares = (1.0, _UNANSWERABLE_WEIGHT, len(answered) / len(absent))
    raw = np.concatenate(groups)
    wanted = np.concatenate([np.full(len(group), n == 0) for n, group in enumerate(groups)])
    weigh = np.concatenate(
        [np.full(len(group), share) for group, share in zip(groups, shares, strict=True)]
    )
    mean, scale = raw.mean(0), raw.std(0) + 1e-9
    rows = np.c_[(raw - mean) / scale, np.ones(len(raw))]

    def gradient(weights: Floats) -> Floats:
        probabilities = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ ((probabilities - wanted) * weigh) / weigh.sum()
        return slope + _L2 * np.r_[weights[:-1], 0]

    weights = _descend(gradient, rows.shape[1])
    return weights[:-1] / scale, float(weights[-1] - (weights[:-1] * mean / scale).sum())


def _winners(ranking: Floats, examples: Sequence[Example]) -> Floats:
    return np.stack([evidence_features(e.rows, ranking) for e in examples if len(e.rows)])


def _descend(gradient, size: int) -> Floats:
    """Adam (Kingma and Ba 2015) from zero; both problems are convex or nearly so."""
    weights, mean, square = np.zeros(size), np.zeros(size), np.zeros(size)
    for step in range(1, 801):
        slope = gradient(weights)
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        weights -= 0.05 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return weights


def judge(ranking: Floats, example: Example) -> tuple[bool, bool, bool]:
    """Return whether the first sentence, one of three, and the first passage are right."""
    order = np.argsort(-(example.rows @ ranking), kind="stable")
    right = example.right[order]
    return bool(right[:1].any()), bool(right[:3].any()), bool(example.right_passages[order[0]])


def main() -> None:
    """Train, print what unseen articles can expect, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    articles, items = load_set(arguments.folder)
    with (
        tempfile.TemporaryDirectory() as home,
        Corpus.own(Path(home), MiniLM(), "train") as corpus,
    ):
        fill(corpus, list(articles.values()))
        retriever = Retriever(corpus)
        answerable = [item for item in items if item.answers]
        answered = collect(retriever, answerable, without=False)
        unanswerable = collect(retriever, [i for i in items if not i.answers], without=False)
        # Every second question is plenty for the ten weights of the evidence model.
        absent = collect(retriever, answerable[::2], without=True)

    judged: list[tuple[bool, bool, bool]] = []
    evidence: dict[str, list[float]] = {"answered": [], "unanswerable": [], "absent": []}
    for held_out in sorted({item.article_id for item in items}):
        seen, unseen = (
            [
                [e for e in group if (e.item.article_id == held_out) is wanted]
                for group in (answered, unanswerable, absent)
            ]
            for wanted in (False, True)
        )
        ranking = fit_ranking(seen[0])
        weights, bias = fit_evidence(ranking, seen[0], seen[1], seen[2])
        judged.extend(judge(ranking, example) for example in unseen[0])
        for name, group in zip(evidence, unseen, strict=True):
            if group:
                evidence[name].extend((_winners(ranking, group) @ weights + bias).tolist())
    first, three, passage = np.array(judged).mean(0)
    print(f"unseen articles: sentence {first:.4f}, in three {three:.4f}, passage {passage:.4f}")
    threshold = float(np.quantile(evidence["answered"], 1 - _KEPT))
    for name, values in evidence.items():
        kept = np.mean(np.array(values) >= threshold)
        print(f"  at {1 / (1 + np.exp(-threshold)):.3f}: {kept:.3f} {name} kept")

    ranking = fit_ranking(answered)
    weights, bias = fit_evidence(ranking, answered, unanswerable, absent)
    stored = {
        "trained_on": "one half of the development articles of SQuAD 2.0, CC BY-SA 4.0",
        "ranking": {n: round(float(w), 4) for n, w in zip(FEATURES, ranking, strict=True)},
        "evidence": {n: round(float(w), 4) for n, w in zip(EVIDENCE, weights, strict=True)}
        | {"bias": round(bias, 4)},
    }
    if not arguments.check:
        WEIGHTS_FILE.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
