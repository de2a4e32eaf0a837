"""Trains the ranker's two linear models, without a reader and with one; writes `ranker.json`.

    python -m vectorstore.models.train_ranker FOLDER --readers READERS [--check]

FOLDER is a question set (see `vectorstore.questionset`); the shipped weights were made
from one half of SQuAD 2.0's development articles (Rajpurkar et al. 2018, CC BY-SA 4.0).
READERS is what `train_reader` leaves: a folder for each of `folds.json` with the reader that
has not seen these articles. The script prints how each article's questions fare with weights
trained on the others, which is what an unseen article can expect, without a reader and with
one; `--check` prints only and writes nothing. Weights that have not seen a fold's articles are
left beside its reader, for `tests.bench.unseen`.
"""

import argparse
import json
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from vectorstore.corpus import Corpus
from vectorstore.documents import Article, Filter
from vectorstore.embeddings import MiniLM
from vectorstore.features import FEATURES
from vectorstore.models.examples import Example, collect, cut
from vectorstore.models.fitting import Fitted, Groups, fit, judged
from vectorstore.questionset import Item, fill, load_set
from vectorstore.ranker import EVIDENCE, READ_EVIDENCE, WEIGHTS_FILE
from vectorstore.reader import PairReader, Reader
from vectorstore.retriever import ENOUGH, Retriever

# What is kept of the questions with an answer that are not hopeless (see `ranker.doubt`):
# more where one article is all there is, since what it lacks is then seldom answered (1 %).
_KEPT, _KEPT_ALONE = 0.98, 0.99

Readers = Mapping[str, Reader]
Thresholds = tuple[tuple[float, float], tuple[float, float]]


def judge(fitted: Fitted, example: Example) -> tuple[bool, bool, bool]:
    """Return whether the first sentence, one of three, and the first passage are right."""
    order = np.argsort(-fitted.logits(example), kind="stable")
    right = example.right[order]
    return bool(right[:1].any()), bool(right[:3].any()), bool(example.right_passages[order[0]])


def check(groups: Groups, read: bool) -> Thresholds:
    """Print how each article fares with weights fitted on the others; return the thresholds.

    These are the logits of evidence at which enough is kept, asking all articles and one
    alone, with the mean logarithm of how many sentences were searched.
    """
    judgements: list[tuple[bool, bool, bool]] = []
    evidence: dict[tuple[str, bool], list[float]] = {}
    for held_out in sorted({example.topic for example in groups.answered}):
        fitted = fit(groups.where(lambda each, out=held_out: each.topic != out), read)
        unseen = groups.where(lambda each, out=held_out: each.topic == out)
        judgements += (judge(fitted, each) for each in unseen.answered if not each.alone)
        for kind in ("answered", "unanswerable", "absent"):
            for alone in (False, True):
                examples = [each for each in getattr(unseen, kind) if each.alone is alone]
                evidence.setdefault((kind, alone), []).extend(judged(fitted, examples).tolist())
    first, three, passage = np.array(judgements).mean(0)
    with_reader = "with a reader" if read else "without a reader"
    print(f"unseen articles, {len(judgements)} questions, {with_reader}:")
    print(f"  sentence {first:.4f}, in three {three:.4f}, passage {passage:.4f}")
    thresholds: list[tuple[float, float]] = []
    for alone in (False, True):
        logits = evidence["answered", alone]
        kept = _KEPT_ALONE if alone else _KEPT
        threshold = float(np.quantile([each for each in logits if np.isfinite(each)], 1 - kept))
        searched = [e.search.searched for e in groups.answered if e.alone is alone]
        thresholds.append((threshold, float(np.mean(np.log(searched)))))
        print(
            f"{'one article alone' if alone else 'all articles'}: {np.mean(searched):.0f} sentences"
        )
        for kind in ("answered", "unanswerable", "absent"):
            share = np.mean(np.array(evidence[kind, alone]) >= threshold)
            print(f"  kept of {kind}: {share:.3f}")
        area = _before(logits, evidence["unanswerable", alone])
        print(f"  answered before unanswerable: {area:.3f}")
    return thresholds[0], thresholds[1]


def _before(high: Sequence[float], low: Sequence[float]) -> float:
    """Return the area under the ROC curve."""
    ordered = np.argsort(np.argsort([*high, *low]))
    above = ordered[: len(high)].sum() - len(high) * (len(high) - 1) / 2
    return float(above / len(high) / len(low))


def stored(fitted: Fitted, thresholds: Thresholds) -> dict[str, Any]:
    """Return both models as written, the evidence moved so that `ENOUGH` is the threshold.

    It is so for many sentences and for few: the weight of their number is not what was
    fitted, which balances all errors alike, but what joins the two thresholds.
    """
    (many, log_many), (few, log_few) = thresholds
    slope = (few - many) / (log_many - log_few)
    moved = fitted.bias - many - slope * log_many + float(np.log(ENOUGH / (1 - ENOUGH)))
    seen = EVIDENCE if fitted.margin is None else READ_EVIDENCE
    evidence = dict(zip(seen, fitted.evidence.tolist(), strict=True))
    evidence["searched"] += slope
    weights = {} if fitted.margin is None else {"margin": round(fitted.margin, 4)}
    return weights | {
        "ranking": {n: round(float(w), 4) for n, w in zip(FEATURES, fitted.ranking, strict=True)},
        "evidence": {name: round(weight, 4) for name, weight in evidence.items()}
        | {"bias": round(moved, 4)},
    }


def search_all(articles: Sequence[Article], items: Sequence[Item], readers: Readers) -> Groups:
    """Ask every question of all articles at hand, or of all but its own."""
    ids = {item.article_id for item in items}

    def reader(item: Item) -> Reader:
        return readers[item.article_id]

    with _filled(articles) as retriever:
        answerable = [item for item in items if item.answers]
        return Groups(
            collect(retriever, answerable, reader=reader),
            collect(retriever, [item for item in items if not item.answers], reader=reader),
            # Every second question is plenty for the few weights of the evidence model.
            collect(
                retriever,
                answerable[::2],
                lambda item: Filter(articles=tuple(ids - {item.article_id})),
                reader=reader,
            ),
        )


def search_alone(articles: Sequence[Article], items: Sequence[Item], readers: Readers) -> Groups:
    """Ask questions of one article only, as long as a report: of the right or a wrong one."""
    pieces, cut_items, topics = cut(articles, items)
    ids = list(pieces)
    answerable = [item for item in cut_items if item.answers]
    others = [item for item in cut_items if not item.answers]

    def right(item: Item) -> Filter:
        return Filter(articles=(item.article_id,))

    def wrong(item: Item) -> Filter:
        # Half the pieces further on is another article's.
        return Filter(articles=(ids[(ids.index(item.article_id) + len(ids) // 2) % len(ids)],))

    def reader(item: Item) -> Reader:
        return readers[topics[item.article_id]]

    with _filled(list(pieces.values())) as retriever:
        return Groups(
            collect(retriever, answerable[::2], right, topics, reader),
            collect(retriever, others[::2], right, topics, reader),
            collect(retriever, answerable[1::4], wrong, topics, reader),
        )


def load_readers(folder: Path, folds: Mapping[str, Sequence[str]]) -> Readers:
    """Return, for each article of the folds, the reader that has not seen it."""
    readers = {name: PairReader(folder / name) for name in folds}
    return {topic: readers[name] for name, topics in folds.items() for topic in topics}


@contextmanager
def _filled(articles: Sequence[Article]) -> Generator[Retriever]:
    with (
        tempfile.TemporaryDirectory() as home,
        Corpus.own(Path(home), MiniLM(), "train") as corpus,
    ):
        fill(corpus, articles)
        yield Retriever(corpus)


def main() -> None:
    """Fit, print what unseen articles can expect, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="a question set")
    parser.add_argument("--readers", type=Path, required=True, help="what train_reader left")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    articles, items = load_set(arguments.folder)
    folds = json.loads((arguments.readers / "folds.json").read_text(encoding="utf-8"))
    readers = load_readers(arguments.readers, folds)
    groups = search_all(list(articles.values()), items, readers) + search_alone(
        list(articles.values()), items, readers
    )
    thresholds = check(groups, read=False), check(groups, read=True)
    if arguments.check:
        return
    write(WEIGHTS_FILE, groups, thresholds)
    for name, topics in folds.items():
        seen = groups.where(lambda each, unseen=topics: each.topic not in unseen)
        write(arguments.readers / name / WEIGHTS_FILE.name, seen, thresholds)


def write(file: Path, groups: Groups, thresholds: tuple[Thresholds, Thresholds]) -> None:
    """Fit both variants, without a reader and with one, and write their weights."""
    plain, read = (
        stored(fit(groups, read=read), threshold)
        for read, threshold in zip((False, True), thresholds, strict=True)
    )
    weights = {"trained_on": "one half of the development articles of SQuAD 2.0, CC BY-SA 4.0"}
    text = json.dumps(weights | plain | {"with_reader": read}, indent=1)
    file.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
