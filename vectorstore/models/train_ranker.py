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
from pathlib import Path
from typing import Any

import numpy as np

from vectorstore.corpus import Corpus
from vectorstore.embeddings import MiniLM
from vectorstore.models.examples import Example, collect
from vectorstore.models.fitting import Fitted, Floats, Groups, fit, winners
from vectorstore.questionset import fill, load_set
from vectorstore.ranker import EVIDENCE, FEATURES, WEIGHTS_FILE, logistic
from vectorstore.retriever import ENOUGH, Retriever

_KEPT = 0.95


def judge(ranking: Floats, example: Example) -> tuple[bool, bool, bool]:
    """Return whether the first sentence, one of three, and the first passage are right."""
    order = np.argsort(-(example.rows @ ranking), kind="stable")
    right = example.right[order]
    return bool(right[:1].any()), bool(right[:3].any()), bool(example.right_passages[order[0]])


def check(groups: Groups) -> float:
    """Print how each article fares with weights fitted on the others; return the threshold.

    That is the logit of evidence which keeps `_KEPT` of the questions with an answer.
    """
    judged: list[tuple[bool, bool, bool]] = []
    evidence: dict[str, list[float]] = {"answered": [], "unanswerable": [], "absent": []}
    for held_out in sorted({example.item.article_id for example in groups.answered}):
        fitted = fit(groups.where(lambda each, out=held_out: each.item.article_id != out))
        unseen = groups.where(lambda each, out=held_out: each.item.article_id == out)
        judged.extend(judge(fitted.ranking, example) for example in unseen.answered)
        for kind, logits in evidence.items():
            seen = winners(fitted.ranking, getattr(unseen, kind))
            logits.extend((seen @ fitted.evidence + fitted.bias).tolist())
    first, three, passage = np.array(judged).mean(0)
    print(f"unseen articles, {len(judged)} questions:")
    print(f"  sentence {first:.4f}, in three {three:.4f}, passage {passage:.4f}")
    threshold = float(np.quantile(evidence["answered"], 1 - _KEPT))
    for kind, logits in evidence.items():
        print(f"  kept of {kind}: {np.mean(np.array(logits) >= threshold):.3f}")
    ordered = np.argsort(np.argsort([*evidence["answered"], *evidence["unanswerable"]]))
    count, others = len(evidence["answered"]), len(evidence["unanswerable"])
    above = ordered[:count].sum() - count * (count - 1) / 2
    print(f"  answered before unanswerable: {above / count / others:.3f}")
    return threshold


def stored(fitted: Fitted, threshold: float) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return both models as written, the evidence moved so that `ENOUGH` is the threshold."""
    moved = fitted.bias - threshold + float(np.log(ENOUGH / (1 - ENOUGH)))
    assert abs(logistic(threshold + moved - fitted.bias) - ENOUGH) < 1e-6
    return (
        {n: round(float(w), 4) for n, w in zip(FEATURES, fitted.ranking, strict=True)},
        {n: round(float(w), 4) for n, w in zip(EVIDENCE, fitted.evidence, strict=True)}
        | {"bias": round(moved, 4)},
    )


def main() -> None:
    """Fit, print what unseen articles can expect, and write the weights."""
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
        groups = Groups(
            collect(retriever, answerable, without=False),
            collect(retriever, [i for i in items if not i.answers], without=False),
            # Every second question is plenty for the ten weights of the evidence model.
            collect(retriever, answerable[::2], without=True),
        )
    weights = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    weights["trained_on"] = "one half of the development articles of SQuAD 2.0, CC BY-SA 4.0"
    threshold = check(groups)
    weights["ranking"], weights["evidence"] = stored(fit(groups), threshold)
    if not arguments.check:
        WEIGHTS_FILE.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
