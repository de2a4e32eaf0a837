"""Whether edited copies of a story are linked to it, and no two stories to each other.

    python -m tests.bench.near_copies [FOLDER] [--seed 0] [--json]

FOLDER (or $PARLEY_BENCH) holds allsides/triples.jsonl (Lee et al. 2022, "NeuS"): three outlets'
leads on each of 307 events, some 70 words each. Half of the articles get one to three copies.
A copy has two or three of these edits, which together touch at most a fifth of its words:

- a dateline before it; a promotional line between its sentences
- words replaced by any others, here and there
- a sentence dropped, one of another article added, one moved to another place
- quotation marks and dashes of another style, other spellings and abbreviations
- a number corrected
- for one in three: the end cut off first, down to no less than 55 % (this touches no word)

For three events in ten, the third outlet's lead is not taken as it is, but as a later story that
repeats a piece of the first outlet's, which makes a third of it. All are compared in a random
order with those before them, as an ingest does it, and join the family of what they are found
to be copies of.

Counted are pairs of articles: linked if they are in one family, rightly if they are of one
original. Outlets print agency texts, so two originals count as one if nearly all of the shorter
one (nine in ten of its runs of five words) stands in the other to the letter; in what is called
strict they count as two. The constants of `vectorstore.near_copies` were chosen on the first
half of the events. Intervals are 95 % bootstraps over the originals.
"""

import argparse
import json
import math
import os
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from vectorstore.near_copies import NearCopies, sketch
from vectorstore.questionset import read_rows
from vectorstore.text import sentence_ranges, tokens

FILE = Path("allsides") / "triples.jsonl"
COPIED, CUT, UPDATED = 0.5, 1 / 3, 0.3
TOUCHED, LEAST_KEPT, REPEATED = 0.2, 0.55, 1 / 3
RUN, VERBATIM = 5, 0.9

DATELINES = ("GENEVA (Harbour Wire) - ", "Ankara, 3 May, Meridian Press: ", "VELL — ")
PROMOTION = (
    "Follow us on Facebook and Instagram.", "Sign up for our daily newsletter.",
    "Read more on our website.", "Click here to subscribe.", "Watch the video above.",
)  # fmt: skip
STYLES = (
    ("“", '"'), ("”", '"'), ("’", "'"), (" — ", " - "), (" – ", ", "), ('"', "'"),
    ("%", " percent"), ("zation", "sation"), ("ize", "ise"), ("izing", "ising"), ("yze", "yse"),
    ("abor", "abour"), ("efense", "efence"), ("avor", "avour"), ("enter", "entre"),
    ("rogram", "rogramme"), ("U.S.", "US"), ("President", "Pres."), ("Senator", "Sen."),
    ("percent", "per cent"), ("Monday", "Mon."), ("Tuesday", "Tue."), ("Wednesday", "Wed."),
    ("Thursday", "Thu."), ("Friday", "Fri."), ("January", "Jan."), ("October", "Oct."),
)  # fmt: skip
WORD = re.compile(r"\w[\w'’-]*")
NUMBER = re.compile(r"\b\d+\b")


@dataclass(frozen=True, slots=True)
class Printed:
    """An article; `story` is its original's id, `edits` what was done to that one's text.

    A later story is an original, and `follows` the story that it has a third from.
    """

    id: str
    story: str
    text: str
    edits: tuple[str, ...] = ()
    follows: str | None = None


Pair = tuple[Printed, Printed]


@dataclass(frozen=True, slots=True)
class Editor:
    """Makes copies; `elsewhere` are the sentences, and `vocabulary` the words, of all articles.

    An edit gets a text's sentences and how many words it may touch, and returns the sentences
    as edited, or None if it can do nothing with so few.
    """

    rng: random.Random
    elsewhere: Sequence[str]
    vocabulary: Sequence[str]

    def copy(self, text: str) -> tuple[str, tuple[str, ...]]:
        """Return an edited copy, and the names of its edits."""
        sentences, done = _sentences(text), list[str]()
        wanted = self.rng.choice((2, 3))
        if self.rng.random() < CUT:
            words = " ".join(sentences).split()
            kept = math.ceil(self.rng.uniform(LEAST_KEPT, 0.95) * len(words))
            sentences, done = _sentences(" ".join(words[:kept])), ["cut"]
        budget = int(TOUCHED * len(tokens(" ".join(sentences))))
        for edit in self.rng.sample(EDITS, len(EDITS)):
            if len(done) == wanted:
                break
            edited = edit(self, list(sentences), budget)
            if edited is not None and edited != sentences:
                budget -= _touched(sentences, edited)
                sentences, done = edited, [*done, edit.__name__]
        return " ".join(sentences), tuple(done)

    def update(self, earlier: str, later: str) -> str:
        """Return `later` with a piece of `earlier` in it, which makes a third of its words."""
        words, (first, *rest) = earlier.split(), _sentences(later)
        count = round(len(later.split()) * REPEATED / (1 - REPEATED))
        start = self.rng.randrange(max(1, len(words) - count))
        return " ".join((first, *words[start : start + count], *rest))

    def dateline(self, sentences: list[str], budget: int) -> list[str] | None:
        line = self._fitting(DATELINES, budget)
        return [line + sentences[0], *sentences[1:]] if line else None

    def promote(self, sentences: list[str], budget: int) -> list[str] | None:
        return self._insert(sentences, self._fitting(PROMOTION, budget))

    def reword(self, sentences: list[str], budget: int) -> list[str] | None:
        text = " ".join(sentences)
        words = list(WORD.finditer(text))
        count = min(budget, round(self.rng.uniform(0.03, 0.15) * len(words)))
        for word in sorted(self.rng.sample(words, count), key=lambda at: -at.start()):
            text = text[: word.start()] + self.rng.choice(self.vocabulary) + text[word.end() :]
        return _sentences(text) if count else None

    def drop(self, sentences: list[str], budget: int) -> list[str] | None:
        if (dropped := self._fitting(sentences[1:], budget)) is None:
            return None
        return [each for each in sentences if each != dropped]

    def add(self, sentences: list[str], budget: int) -> list[str] | None:
        return self._insert(sentences, self._fitting(self.rng.sample(self.elsewhere, 50), budget))

    def move(self, sentences: list[str], budget: int) -> list[str] | None:
        moved = sentences.pop(self.rng.randrange(len(sentences)))
        return self._insert(sentences, moved) if len(sentences) > 1 else None

    def restyle(self, sentences: list[str], budget: int) -> list[str] | None:
        text = " ".join(sentences)
        for old, new in self.rng.sample(STYLES, len(STYLES) // 2):
            edited = text.replace(old, new)
            text = edited if _touched(sentences, [edited]) <= budget else text
        return _sentences(text)

    def correct(self, sentences: list[str], budget: int) -> list[str] | None:
        text = " ".join(sentences)
        numbers = list(NUMBER.finditer(text))
        if not numbers or not budget:
            return None
        at = self.rng.choice(numbers)
        number = int(at.group()) + self.rng.randint(1, 9)
        return _sentences(f"{text[: at.start()]}{number}{text[at.end() :]}")

    def _fitting(self, lines: Sequence[str], budget: int) -> str | None:
        fitting = [line for line in lines if len(tokens(line)) <= budget]
        return self.rng.choice(fitting) if fitting else None

    def _insert(self, sentences: list[str], sentence: str | None) -> list[str] | None:
        at = self.rng.randint(0, len(sentences))
        return [*sentences[:at], sentence, *sentences[at:]] if sentence else None


Edit = Callable[[Editor, list[str], int], list[str] | None]
EDITS: tuple[Any, ...] = (
    Editor.dateline, Editor.promote, Editor.reword, Editor.drop, Editor.add, Editor.move,
    Editor.restyle, Editor.correct,
)  # fmt: skip


def main() -> int:
    arguments = _arguments()
    folder = arguments.folder or os.environ.get("PARLEY_BENCH")
    if not folder or not (file := Path(folder) / FILE).is_file():
        print(f"skipped: no {FILE}; name its folder, or set PARLEY_BENCH", file=sys.stderr)
        return 0
    events = [row for _, row in read_rows(file)]
    printed = corpus(events, random.Random(arguments.seed))
    family = link(printed)
    first = {row["id"] for row in events[: len(events) // 2]}
    halves: dict[bool, list[Printed]] = {True: [], False: []}
    for one in printed:
        halves[one.story.partition("/")[0] in first].append(one)
    named = {"first half": halves[True], "other half": halves[False], "all": printed}
    parts = {name: measure(part, family) for name, part in named.items()}
    result = {"dataset": str(file), "seed": arguments.seed, "parts": parts}
    print(json.dumps(result) if arguments.json else _report(result))
    return 0


def corpus(events: Sequence[Mapping[str, Any]], rng: random.Random) -> list[Printed]:
    """Return the originals, copies of half of them, and some later stories, in any order."""
    texts = [each["text"] for row in events for each in row["articles"]]
    sentences = [sentence for text in texts for sentence in _sentences(text)]
    editor = Editor(rng, sentences, [word for text in texts for word in WORD.findall(text)])
    made: list[Printed] = []
    for row in events:
        leads = {f"{row['id']}/{n}": each["text"] for n, each in enumerate(row["articles"])}
        leads = {story: text for story, text in leads.items() if tokens(text)}
        if len(leads) == 3 and rng.random() < UPDATED:
            story, later = leads.popitem()
            follows, earlier = next(iter(leads.items()))
            text = editor.update(earlier, later)
            made.append(Printed(story, story, text, ("update",), follows))
        for story, text in leads.items():
            made.append(Printed(story, story, text))
            for number in range(rng.randint(1, 3) if rng.random() < COPIED else 0):
                made.append(Printed(f"{story}/{number}", story, *editor.copy(text)))
    rng.shuffle(made)
    return made


def link(printed: Iterable[Printed]) -> dict[str, str]:
    """Take articles in one after another, and return the first one of each one's family."""
    texts: dict[str, str] = {}
    family: dict[str, str] = {}
    known = NearCopies((), texts.get)
    for one in printed:
        made = sketch(one.text)
        near = known.find(one.text, made)
        family[one.id] = one.id if near is None else family[near]
        texts[one.id] = one.text
        known.add(one.id, made)
    return family


def measure(printed: Sequence[Printed], family: Mapping[str, str]) -> dict[str, Any]:
    """Return how rightly pairs were linked, and the ids of those which were not."""
    originals = {one.story: one for one in printed if one.id == one.story}
    linked = list(_pairs(printed, lambda one: family[one.id]))
    copies = list(_pairs(printed, lambda one: one.story))
    outlets = [pair for pair in linked if not pair[0].edits and not pair[1].edits]
    updates = [(originals[one.follows], one) for one in printed if one.follows]

    def is_found(pair: Pair) -> bool:
        return family[pair[0].id] == family[pair[1].id]

    def is_same(pair: Pair) -> bool:
        return pair[0].story == pair[1].story

    def is_right(pair: Pair) -> bool:
        return is_same(pair) or _is_agency_text(*(originals[one.story] for one in pair))

    return {
        "articles": len(printed),
        "metrics": {
            "precision": _share(linked, is_right),
            "precision_strict": _share(linked, is_same),
            "recall": _share(copies, is_found),
            "later_linked": _share(updates, is_found),
        },
        "outlets_linked": _ids(outlets),
        "outlets_linked_wrongly": _ids(pair for pair in outlets if not is_right(pair)),
        "wrong": _ids(pair for pair in linked if not is_right(pair)),
        "missed": _ids(pair for pair in copies if not is_found(pair)),
    }


def _pairs(printed: Iterable[Printed], group: Callable[[Printed], str]) -> Iterator[Pair]:
    groups: defaultdict[str, list[Printed]] = defaultdict(list)
    for one in printed:
        groups[group(one)].append(one)
    for members in groups.values():
        yield from combinations(members, 2)


def _is_agency_text(one: Printed, other: Printed) -> bool:
    """Whether two outlets printed nearly the same words; later stories are made, not printed."""
    if one.edits or other.edits:
        return False
    words = tokens(one.text), tokens(other.text)
    runs = [set(zip(*(each[n:] for n in range(RUN)), strict=False)) for each in words]
    return len(runs[0] & runs[1]) >= VERBATIM * max(1, min(map(len, runs)))


def _share(pairs: Sequence[Pair], holds: Callable[[Pair], bool]) -> dict[str, float]:
    """Return the share of pairs for which something holds, resampled by the first's story."""
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for pair in pairs:
        counts[pair[0].story][0] += holds(pair)
        counts[pair[0].story][1] += 1
    table = np.array(list(counts.values()))
    rng = np.random.default_rng(0)
    drawn = table[rng.integers(len(table), size=(1_000, len(table)))].sum(axis=1)
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
    right, of = table.sum(axis=0)
    return {"value": right / of, "low": float(low), "high": float(high), "of": int(of)}


def _ids(pairs: Iterable[Pair]) -> list[list[str]]:
    return [sorted(one.id for one in pair) for pair in pairs]


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_ranges(text)]


def _touched(before: Iterable[str], after: Iterable[str]) -> int:
    """Return how many words were replaced, added or dropped."""
    old, new = (Counter(tokens(" ".join(text))) for text in (before, after))
    return max((old - new).total(), (new - old).total())


def _report(result: Mapping[str, Any]) -> str:
    lines: list[str] = []
    for name, part in result["parts"].items():
        lines.append(f"{name}: {part['articles']} articles")
        for metric, each in part["metrics"].items():
            interval = f"({each['low']:.3f}–{each['high']:.3f})"
            lines.append(f"  {metric:18} {each['value']:.3f}  {interval}  of {each['of']} pairs")
        linked, wrongly = len(part["outlets_linked"]), len(part["outlets_linked_wrongly"])
        lines.append(
            f"  two outlets' stories were linked {linked} times, {wrongly} of them wrongly"
        )
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.near_copies",
        description="Edited copies found, and other stories kept apart, on AllSides leads.",
    )
    parser.add_argument("folder", nargs="?", metavar="FOLDER", help="default: $PARLEY_BENCH")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
