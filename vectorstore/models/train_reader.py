"""Trains the reader, the pair scorer with a span head, and writes it as int8 ONNX.

    python -m vectorstore.models.train_reader FOLDER
    python -m vectorstore.models.train_reader FOLDER --folds 4 --readings FILE

FOLDER is a question set (see `vectorstore.questionset`); the shipped weights were made
from one half of SQuAD 2.0's development articles (Rajpurkar et al. 2018, CC BY-SA 4.0).
A maintainer's script: it needs torch and onnx besides Parley, and 20 to 40 minutes of two
cores. First one pass over questions made by rule from the set's own texts, then over its
real ones: groups of one right and some hard wrong sentences (none that holds the answer),
with a binary loss, a softmax over the group, and the cross-entropy of the answer's ends.
`--folds` trains
without each fold of articles in turn and writes what these readers make of the articles that
they have not seen; from that, `train_ranker` fits how much a reading counts.
"""

import argparse
import json
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, TextIO

import numpy as np
import torch
from torch.nn import functional

from vectorstore.bundle import MODELS, TOKENIZER_FILE, open_tokenizer
from vectorstore.corpus import Corpus
from vectorstore.documents import Article
from vectorstore.embeddings import MiniLM
from vectorstore.models.examples import Example, collect
from vectorstore.models.made_questions import make_questions
from vectorstore.models.minilm_graph import reader_model
from vectorstore.models.reader_net import ReaderNet
from vectorstore.questionset import fill, load_set
from vectorstore.ranker import load_weights
from vectorstore.reader import MODEL_FILE, Pair, Reader, encode, padded
from vectorstore.retriever import Retriever
from vectorstore.text import sentence_ranges

_SEED = 20
_PASSES = 2
_MADE = 2_400
_WRONG, _WRONG_UNANSWERABLE = 3, 2
_HARD = 15  # wrong sentences are drawn from so many of the best candidates
_READ = 15  # candidates whose readings are written
_SAME_PASSAGE = 3.0  # times as likely
_GROUPS = 6  # a step
# So many answerable questions are asked a second time about something else.
_SWAPPED = 0.35
_SWAPPABLE = (
    re.compile(r"(?<=[a-z,] )[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*"),
    re.compile(r"\b\d[\d,.]*\d\b"),
)
_RATE, _HEADS_RATE = 2e-4, 1e-3
_WARMUP = 0.1


@dataclass(frozen=True, slots=True)
class Group:
    """A question's pairs; `ends` are the answer's first and last token in the first pair.

    Without `ends` no pair is right.
    """

    pairs: tuple[Pair, ...]
    ends: tuple[int, int] | None


def real_groups(tokenizer: Any, examples: Sequence[Example], random: Random) -> Iterator[Group]:
    """Yield a group for every example whose answer is among its candidates, or that has none."""
    for example in examples:
        answers = example.item.answers
        wrong = _hard_wrong(example, random)
        right = np.flatnonzero(example.right)
        if not answers:
            yield Group(tuple(_encode(tokenizer, example, n) for n in wrong), None)
        elif len(right):
            chosen = int(random.choice(right.tolist()))
            pairs = tuple(_encode(tokenizer, example, n) for n in (chosen, *wrong))
            text = example.candidates[chosen].text
            start, answer = next(((text.find(a), a) for a in answers if a in text), (-1, ""))
            if start >= 0 and (ends := pairs[0].tokens_of(start, start + len(answer))):
                yield Group(pairs, ends)
                if random.random() < _SWAPPED and (other := _swapped(example, random)):
                    candidate = example.candidates[chosen]
                    yield Group(
                        (encode(tokenizer, other, candidate.text, candidate.context),), None
                    )


def _swapped(example: Example, random: Random) -> str | None:
    """Return the question about another name or number, which its right sentence lacks."""
    question = example.item.question
    held = " ".join(candidate.text for candidate in example.candidates[:_HARD])
    for pattern in random.sample(_SWAPPABLE, len(_SWAPPABLE)):
        mine = pattern.findall(question, 1)  # the first word is capitalised whatever it is
        others = sorted({name for name in pattern.findall(held) if name not in question})
        if mine and others:
            return question.replace(random.choice(mine), random.choice(others), 1)
    return None


def _hard_wrong(example: Example, random: Random) -> list[int]:
    answers = [answer.lower() for answer in example.item.answers]
    wrong = [
        n
        for n, candidate in enumerate(example.candidates)
        if not example.right[n] and not any(a in candidate.text.lower() for a in answers)
    ][:_HARD]
    weights = [_SAME_PASSAGE if example.right_passages[n] else 1.0 for n in wrong]
    count = _WRONG if answers else _WRONG_UNANSWERABLE
    chosen: list[int] = []
    while wrong and len(chosen) < count:
        place = random.choices(range(len(wrong)), weights)[0]
        chosen.append(wrong.pop(place))
        weights.pop(place)
    return chosen


def _encode(tokenizer: Any, example: Example, n: int) -> Pair:
    candidate = example.candidates[n]
    return encode(tokenizer, example.item.question, candidate.text, candidate.context)


def made_groups(tokenizer: Any, articles: Sequence[Article], random: Random) -> list[Group]:
    """Return groups of questions made by rule; the wrong ones are the sentence's neighbours."""
    groups: list[Group] = []
    for article in articles:
        sentences = [article.text[slice(*place)] for place in sentence_ranges(article.text)]
        for made in make_questions(sentences, random):
            at = sentences.index(made.sentence)
            answer = made.sentence[slice(*made.answer)].lower()
            near = [n for n in range(max(0, at - 4), at + 5) if n != at and n < len(sentences)]
            wrong = [n for n in near if answer not in sentences[n].lower()]
            pairs = [
                encode(tokenizer, made.question, sentences[n], sentences[n - 1] if n else "")
                for n in (at, *random.sample(wrong, min(_WRONG, len(wrong))))
            ]
            if ends := pairs[0].tokens_of(*made.answer):
                groups.append(Group(tuple(pairs), ends))
    random.shuffle(groups)
    return groups[:_MADE]


def train(passes: Sequence[Sequence[Group]]) -> ReaderNet:
    """Return the network after one step for every `_GROUPS` groups of each pass."""
    torch.manual_seed(_SEED)
    net = ReaderNet()
    heads = list(net.heads.parameters())
    optimiser = torch.optim.AdamW(
        [
            {"params": list(net.trained.parameters()), "lr": _RATE},
            {"params": heads, "lr": _HEADS_RATE},
        ],
        weight_decay=0.01,
    )
    steps = sum(-(-len(groups) // _GROUPS) for groups in passes)
    plan = torch.optim.lr_scheduler.LambdaLR(
        optimiser,
        lambda step: min((step + 1) / (_WARMUP * steps), (steps - step) / ((1 - _WARMUP) * steps)),
    )
    net.train()
    started = time.monotonic()
    step, shown = 0, 0.0
    for groups in passes:
        for batch in _batches(groups):
            optimiser.zero_grad()
            with torch.autocast("cpu", dtype=torch.bfloat16):
                loss = _loss(net, batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            plan.step()
            step += 1
            shown = 0.95 * shown + 0.05 * loss.item() if step > 1 else loss.item()
            if step % 50 == 0:
                print(
                    f"  {step}/{steps}: loss {shown:.3f}, {time.monotonic() - started:.0f} s",
                    flush=True,
                )
    return net.eval()


def _batches(groups: Sequence[Group]) -> Iterator[list[Group]]:
    """Yield groups of about one length together, in shuffled order, to pad little."""
    order = sorted(groups, key=lambda group: max(len(pair.ids) for pair in group.pairs))
    batches = [order[first : first + _GROUPS] for first in range(0, len(order), _GROUPS)]
    Random(len(groups)).shuffle(batches)
    yield from batches


def _loss(net: ReaderNet, groups: Sequence[Group]) -> torch.Tensor:
    pairs = [pair for group in groups for pair in group.pairs]
    ids = torch.from_numpy(padded(pairs))
    relevance, ends = (output.float() for output in net(ids))
    inside = torch.full(ids.shape, -1e4)
    inside[:, 0] = 0
    for row, pair in enumerate(pairs):
        inside[row, pair.first : pair.first + len(pair.offsets)] = 0
    ends = ends + inside[:, :, None]
    wanted = torch.zeros(len(pairs), dtype=torch.long), torch.zeros(len(pairs), dtype=torch.long)
    right = torch.zeros(len(pairs))
    lists: list[torch.Tensor] = []
    row = 0
    for group in groups:
        if group.ends:
            right[row] = 1
            wanted[0][row], wanted[1][row] = group.ends
            lists.append(-functional.log_softmax(relevance[row : row + len(group.pairs)], 0)[0])
        row += len(group.pairs)
    loss = functional.binary_cross_entropy_with_logits(relevance, right)
    if lists:
        loss = loss + torch.stack(lists).mean()
    return loss + sum(functional.cross_entropy(ends[:, :, k], wanted[k]) for k in (0, 1)) / 2


def train_on(tokenizer: Any, examples: Sequence[Example], articles: Sequence[Article]) -> ReaderNet:
    """Train on `examples`, after questions made from `articles`."""
    random = Random(_SEED)
    passes = [made_groups(tokenizer, articles, random)]
    passes += [list(real_groups(tokenizer, examples, random)) for _ in range(_PASSES)]
    return train(passes)


def save(net: ReaderNet, folder: Path) -> None:
    """Write the network as int8 ONNX."""
    model = reader_model(net.tensors())
    (folder / MODEL_FILE).write_bytes(model.SerializeToString(deterministic=True))


def write_readings(net: ReaderNet, examples: Sequence[Example], file: TextIO) -> None:
    """Append what the network makes of each example's best candidates, a line an example."""
    with tempfile.TemporaryDirectory() as folder:
        save(net, Path(folder))
        shutil.copy(MODELS / TOKENIZER_FILE, folder)
        reader = Reader(Path(folder))
        for example in examples:
            logits = example.rows @ load_weights().ranking
            best = [example.candidates[n] for n in np.argsort(-logits)[:_READ]]
            question = example.item.question
            readings = reader.read(question, [(each.text, each.context) for each in best])
            seen = {
                each.text: (reading.relevance, reading.margin, each.text[slice(*reading.answer)])
                for each, reading in zip(best, readings, strict=True)
            }
            file.write(json.dumps({"question": question, "seen": seen}) + "\n")


def main() -> None:
    """Train and write, or check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--folds", type=int, default=0, help="train without each of so many")
    parser.add_argument("--readings", type=Path, help="what readers make of unseen articles")
    arguments = parser.parse_args()
    stored, items = load_set(arguments.folder)
    articles = list(stored.values())
    with (
        tempfile.TemporaryDirectory() as home,
        Corpus.own(Path(home), MiniLM(), "train") as corpus,
    ):
        fill(corpus, articles)
        retriever = Retriever(corpus)
        examples = collect(retriever, items, without=False)
        absent = collect(retriever, [i for i in items if i.answers][::2], without=True)
    tokenizer = open_tokenizer(MODELS)
    if not arguments.folds:
        save(train_on(tokenizer, examples, articles), MODELS)
        return
    asked_of = sorted({item.article_id for item in items})
    with arguments.readings.open("w", encoding="utf-8") as file:
        for fold in range(arguments.folds):
            held = set(asked_of[fold :: arguments.folds])
            seen = [each for each in examples if each.item.article_id not in held]
            net = train_on(tokenizer, seen, [each for each in articles if each.id not in held])
            unseen = [e for e in (*examples, *absent) if e.item.article_id in held]
            write_readings(net, unseen, file)


if __name__ == "__main__":
    main()
