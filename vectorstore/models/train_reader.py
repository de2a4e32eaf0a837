"""Trains the reader: MiniLM that judges whether a sentence answers a question, and where.

    python -m vectorstore.models.train_reader FOLDER --weights model.safetensors --output OUT

A maintainer's script, in an environment with Parley, torch and safetensors. FOLDER is a question
set (see `vectorstore.questionset`); the shipped reader was trained on one half of SQuAD 2.0's
development articles (Rajpurkar et al. 2018, CC BY-SA 4.0). First comes one pass over questions
made by rules from the text of those articles of the set that nobody asked about, and of what
`--text` names; then `--passes` over the set's own questions. OUT gets a folder for each reader,
with the file that Parley runs: `reader` has learned from everything, `fold-0` and the others not
from the articles that `folds.json` lists under their names, so that `train_ranker` learns what a
reader is worth on articles that it has not seen. `export_reader` puts the first where Parley
looks for it.
"""

import argparse
import json
import math
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from torch import Tensor
from torch.nn import functional

from vectorstore.assembly import assemble
from vectorstore.bundle import MODELS, SUMS_FILE, TOKENIZER_FILE, open_tokenizer, sums
from vectorstore.corpus import Corpus
from vectorstore.embeddings import MiniLM
from vectorstore.models.export_reader import export, load_tensors
from vectorstore.models.reader_examples import Lesson, lessons, made_items
from vectorstore.models.reader_network import ReaderNetwork, Weights
from vectorstore.pairs import Pair, padded
from vectorstore.questionset import Range, fill, load_set
from vectorstore.readers import Raw, read_source
from vectorstore.retriever import Retriever

_RATE, _HEADS_RATE = 1e-4, 1e-3
_WARM_UP = 0.06  # of the steps; then the rate falls in a line
_GROUPS = 12  # questions a step
_POOL = 16  # steps whose questions are sorted by length together, so that little is padding
_MADE = 1_600  # of some 2,100; the others all ask for a subject
_SPAN_WEIGHT = 0.5

Group = list[tuple[Pair, Range | None]]


def main() -> None:
    """Train, and write every reader as it is done."""
    arguments = _arguments()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    output: Path = arguments.output
    output.mkdir(parents=True, exist_ok=True)
    made, asked = _all_lessons(arguments.folder, arguments.text)
    print(f"{len(made)} made questions, {len(asked)} of the set", flush=True)
    begun = train(load_file(arguments.weights), made, 1.0, "made questions")
    topics = sorted({lesson.topic for lesson in asked})
    folds = {f"fold-{n}": topics[n :: arguments.folds] for n in range(arguments.folds)}
    (output / "folds.json").write_text(json.dumps(folds, indent=1) + "\n", encoding="utf-8")
    for name in arguments.only or [*folds, "reader"]:
        seen = [lesson for lesson in asked if lesson.topic not in folds.get(name, ())]
        _leave(train(begun, seen, arguments.passes, name), output / name)


def _leave(weights: Weights, folder: Path) -> None:
    """Write a reader as trained, and as Parley runs it."""
    folder.mkdir(exist_ok=True)
    save_file(weights, folder / "reader.safetensors")
    shutil.copy(MODELS / TOKENIZER_FILE, folder)
    known = f"{sums(MODELS)[TOKENIZER_FILE]}  {TOKENIZER_FILE}\n"
    (folder / SUMS_FILE).write_text(known, encoding="utf-8")
    export(load_tensors(folder / "reader.safetensors"), folder)


def train(weights: Weights, seen: Sequence[Lesson], passes: float, name: str) -> Weights:
    """Return the weights after so many passes over `seen`; heads that are missing begin anew."""
    network = ReaderNetwork(weights)
    network.train()
    steps = math.ceil(passes * len(seen) / _GROUPS)
    optimiser = torch.optim.AdamW(
        [
            {"params": network.trained_body(), "lr": _RATE},
            {"params": network.heads(), "lr": _HEADS_RATE},
        ],
        weight_decay=0.01,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate_at(step / steps))
    started, totals = time.perf_counter(), np.zeros(3)
    for step, groups in zip(range(1, steps + 1), _batches(seen), strict=False):
        losses = _losses(network, groups)
        (losses[0] + losses[1] + _SPAN_WEIGHT * losses[2]).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        totals += [loss.item() for loss in losses]
        if step % 20 == 0 or step == steps:
            means = ", ".join(f"{value / (step % 20 or 20):.3f}" for value in totals)
            print(
                f"{name}: {step}/{steps}, {means}, {time.perf_counter() - started:.0f} s",
                flush=True,
            )
            totals[:] = 0
    return network.tensors()


def _rate_at(done: float) -> float:
    return min(done / _WARM_UP, max(0.0, (1 - done) / (1 - _WARM_UP))) + 1e-3


def _batches(seen: Sequence[Lesson]) -> Iterator[list[Group]]:
    """Yield batches for ever, every lesson once a pass, drawn anew in each."""
    random = Random(0)
    while True:
        order = random.sample(range(len(seen)), len(seen))
        for first in range(0, len(order), _GROUPS * _POOL):
            drawn = [seen[place].draw(random) for place in order[first : first + _GROUPS * _POOL]]
            drawn.sort(key=lambda group: max(len(pair.ids) for pair, _ in group))
            batches = [drawn[at : at + _GROUPS] for at in range(0, len(drawn), _GROUPS)]
            random.shuffle(batches)
            yield from batches


def _losses(network: ReaderNetwork, groups: Sequence[Group]) -> tuple[Tensor, Tensor, Tensor]:
    """Return the losses: each pair by itself, the right one among its group, and the spans."""
    rows = [each for group in groups for each in group]
    ids, mask = map(torch.from_numpy, padded([pair.ids for pair, _ in rows]))
    with torch.autocast("cpu", torch.bfloat16):
        relevance, spans = network(ids, mask)
    relevance, spans = relevance.float(), spans.float()
    right = torch.tensor([float(answer is not None) for _, answer in rows])
    alone = functional.binary_cross_entropy_with_logits(relevance, right)
    among = _among(relevance, groups)
    # Only the sentence's tokens can be an answer; the first token says that none is.
    allowed = torch.zeros(ids.shape, dtype=torch.bool)
    allowed[:, 0] = True
    for number, (pair, _) in enumerate(rows):
        allowed[number, pair.first : pair.first + len(pair.places)] = True
    spans = spans.masked_fill(~allowed[..., None], -1e4)
    starts = torch.tensor([answer[0] if answer else 0 for _, answer in rows])
    ends = torch.tensor([answer[1] - 1 if answer else 0 for _, answer in rows])
    where = functional.cross_entropy(spans[..., 0], starts) + functional.cross_entropy(
        spans[..., 1], ends
    )
    return alone, among, where


def _among(relevance: Tensor, groups: Sequence[Group]) -> Tensor:
    """Return the listwise loss (Cao et al. 2007) over the groups with a right pair, their first."""
    losses: list[Tensor] = []
    at = 0
    for group in groups:
        if group[0][1] is not None and len(group) > 1:
            losses.append(-functional.log_softmax(relevance[at : at + len(group)], 0)[0])
        at += len(group)
    return torch.stack(losses).mean() if losses else torch.zeros(())


def _all_lessons(folder: Path, texts: Sequence[Path]) -> tuple[list[Lesson], list[Lesson]]:
    """Return the lessons of questions made by rules, and of the set's own."""
    known, items = load_set(folder)
    articles = list(known.values())
    asked_about = {item.article_id for item in items}
    for path in texts:
        for _, raw in read_source(str(path)):
            if not isinstance(raw, Raw):
                raise raw
            articles.append(assemble(raw)[0].identified())
    plain = [article for article in articles if article.id not in asked_about]
    tokenizer = open_tokenizer(MODELS)
    with (
        tempfile.TemporaryDirectory() as home,
        Corpus.own(Path(home), MiniLM(), "train") as corpus,
    ):
        fill(corpus, articles)
        retriever = Retriever(corpus)
        made = list(lessons(retriever, tokenizer, made_items(plain, _MADE)))
        return made, list(lessons(retriever, tokenizer, items))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="a question set")
    parser.add_argument("--weights", type=Path, required=True, help="MiniLM's model.safetensors")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--text", type=Path, nargs="*", default=[], help="plain text besides")
    parser.add_argument("--passes", type=float, default=2.0)
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--only", nargs="*", help="of fold-0 … and reader")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
