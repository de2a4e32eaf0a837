"""How long a question takes with many articles, as `parley ask` does it or as the page does.

    python -m tests.bench.ask_speed [--articles 1000] [--owner] [--reader on|off] [--json]

The articles are made of the samples' sentences, 600 words each, with names, places, numbers
and days drawn from lists, and sentences made of word lists between them, so that no two
texts are nearly the same; the same on every run. They are ingested into a folder of their
own, deleted afterwards. By default vectors are searched exactly, beside no holder (`parley
ask`); with --owner in Chroma's index (`parley chat`). The model and the vectors are warm.
The reader is off unless it is switched on. `growth` asks the same at other sizes, and the peer.
"""

import argparse
import itertools
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.app import SEEDS, Parley, open_owner, open_reader, own_corpus
from bot.chain import Question
from bot.settings import Settings
from tests.bench.parleys import OFF, ON, silent
from tests.bench.parleys import settings as set_up
from vectorstore.documents import Filter
from vectorstore.ingest import ingest
from vectorstore.readers import Raw, read_source
from vectorstore.retriever import ANY
from vectorstore.text import sentence_ranges

WORDS = 600
ASKED = 60
WARM_UP = 3
MADE_SHARE = 0.4  # of the sentences; the others are the samples', reworded

FIRST = (
    "Ana", "Boris", "Celia", "Davit", "Elena", "Farid", "Greta", "Hamid", "Irina", "Jonas",
    "Katya", "Lev", "Mira", "Nadia", "Oleg",
)  # fmt: skip
LAST = (
    "Kestrel", "Orlo", "Sol", "Varga", "Dunmore", "Petrov", "Halim", "Okafor", "Lindqvist",
    "Moreau", "Tanaka", "Reyes",
)  # fmt: skip
PLACES = (
    "Vell", "Brenn", "Norland", "Sudmark", "Tallow", "Harrowgate", "Ostrava", "Lisbon", "Geneva",
    "Cairo", "Ankara",
)  # fmt: skip
BODIES = (
    "the harbour authority", "the fishing council", "the border commission",
    "the relief mission", "the trade ministry", "the observers' office", "the energy board",
    "the council of elders",
)  # fmt: skip
VERBS = (
    "proposed", "rejected", "welcomed", "postponed", "discussed", "signed", "questioned",
    "published",
)  # fmt: skip
THINGS = (
    "a treaty on grain exports", "an exchange of prisoners", "a pause in the shelling",
    "the reopening of the railway", "a list of detained sailors", "an inspection of the dam",
    "a tariff on steel", "the withdrawal of heavy guns", "a hotline between the general staffs",
    "the return of the ambassadors", "a census of the displaced", "a corridor for ambulances",
)  # fmt: skip
ENDS = (
    "after {n} hours of talks in {place}", "despite protests in {place}",
    "for the first time in {n} years", "at a meeting attended by {n} delegates",
    "while {n} lorries waited at the crossing near {place}", "according to a note seen in {place}",
)  # fmt: skip
ASKS = (
    "Who {verb} {thing}?", "Where did {body} discuss {thing}?", "When was {thing} agreed?",
    "How many delegates attended the meeting in {place}?", "What did {name} say about {thing}?",
    "Why was {thing} postponed?", "Did {body} accept {thing}?",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("February", "March")
NAME = re.compile(r"(?<=[a-z,] )(?!(?:" + "|".join((*DAYS, *MONTHS)) + r")\b)[A-Z][a-zçğöşü]{3,}")

NUMBER = re.compile(r"\d+")


def main() -> int:
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as home:
        settings = set_up(Path(home) / "home", arguments.reader)
        result: dict[str, Any] = {
            "articles": arguments.articles,
            "owner": arguments.owner,
            "reader": arguments.reader,
        }
        result |= _fill(settings, Path(home) / "articles.jsonl", arguments.articles)
        opened = open_owner(settings, "bench", silent) if arguments.owner else open_reader(settings)
        with opened as parley:
            result |= measure(parley)
    print(json.dumps(result) if arguments.json else _report(result))
    return 0


def _fill(settings: Settings, file: Path, count: int) -> dict[str, Any]:
    with file.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(article) + "\n" for article in articles(count))
    started = time.perf_counter()
    with own_corpus(settings, "bench", silent) as corpus:
        report = ingest(corpus, [str(file)])
        counts = corpus.library.counts()
    seconds = time.perf_counter() - started
    if report.count("added") != count:
        raise RuntimeError(f"only {report.count('added')} of {count} articles were added")
    return {"ingest_s": round(seconds, 1), "sentences": counts["sentences"]}


def measure(parley: Parley, narrow: Filter = ANY, count: int = ASKED) -> dict[str, Any]:
    """Ask every question once, after a few that warm the model and the vectors."""
    asked = list(questions(count + WARM_UP))
    answers = [parley.chain.invoke(Question(question, narrow)) for question in asked][WARM_UP:]
    parts = {name: [answer.timings_ms[name] for answer in answers] for name in ORDER}
    totals = parts["total"]
    return {
        "questions": len(answers),
        "refused": sum(answer.refused for answer in answers),
        "median_ms": round(float(np.median(totals)), 1),
        "p95_ms": round(float(np.percentile(totals, 95)), 1),
        "mean_ms": {name: round(float(np.mean(values)), 1) for name, values in parts.items()},
    }


ORDER = ("retrieve", "answer", "total")


def articles(count: int | None = None) -> Iterator[dict[str, str]]:
    """Yield so many articles of `WORDS` words, or without end: the same ones on every run."""
    drawn = random.Random(0)
    known = _sample_sentences()
    for number in range(count) if count is not None else itertools.count():
        paragraphs: list[str] = []
        words = 0
        while words < WORDS:
            made = drawn.random() < MADE_SHARE
            sentence = _made(drawn) if made else _reworded(drawn.choice(known), drawn)
            paragraphs.append(sentence)
            words += len(sentence.split())
        yield {
            "title": _made(drawn).rstrip("."),
            "text": "\n\n".join(
                " ".join(paragraphs[i : i + 3]) for i in range(0, len(paragraphs), 3)
            ),
            "publisher": f"{drawn.choice(PLACES)} Courier",
            "published": f"20{31 + number % 9}-{drawn.randint(1, 12):02}-{drawn.randint(1, 28):02}",
            "url": f"https://example.org/{number}",
        }


def questions(count: int) -> Iterator[str]:
    """Yield questions about what the articles speak of."""
    drawn = random.Random(1)
    for number in range(count):
        yield ASKS[number % len(ASKS)].format(**_choices(drawn))


def _sample_sentences() -> Sequence[str]:
    """Return the samples' sentences in which enough can be replaced that copies are rare."""
    texts = [raw.text for _, raw in read_source(str(SEEDS)) if isinstance(raw, Raw)]
    sentences = [text[start:end] for text in texts for start, end in sentence_ranges(text)]
    return [each for each in sentences if len(NAME.findall(each)) + len(NUMBER.findall(each)) > 1]


def _made(drawn: random.Random) -> str:
    chosen = _choices(drawn)
    who = drawn.choice((chosen["name"], chosen["body"].capitalize()))
    end = drawn.choice(ENDS).format(**chosen)
    return f"{who} {chosen['verb']} {chosen['thing']} on {drawn.choice(DAYS)} {end}."


def _reworded(sentence: str, drawn: random.Random) -> str:
    """Put other names and places for those inside the sentence, and other numbers."""
    sentence = NAME.sub(lambda _: drawn.choice((*LAST, *PLACES)), sentence)
    # What could be a day of the month stays one.
    return NUMBER.sub(
        lambda number: str(drawn.randint(2, 28 if int(number.group()) < 32 else 900)), sentence
    )


def _choices(drawn: random.Random) -> dict[str, str]:
    return {
        "name": f"{drawn.choice(FIRST)} {drawn.choice(LAST)}",
        "body": drawn.choice(BODIES),
        "verb": drawn.choice(VERBS),
        "thing": drawn.choice(THINGS),
        "place": drawn.choice(PLACES),
        "n": str(drawn.randint(2, 900)),
    }


def _report(result: Mapping[str, Any]) -> str:
    mean = ", ".join(f"{name} {value}" for name, value in result["mean_ms"].items())
    way = "Chroma's index (owner)" if result["owner"] else "exact search (reader)"
    return "\n".join(
        (
            f"{result['articles']} articles of {WORDS} words, {result['sentences']} sentences, "
            f"ingested in {result['ingest_s']} s",
            f"  {result['questions']} questions, {way}, reader {result['reader']}, "
            f"{result['refused']} refused",
            f"  median {result['median_ms']} ms, p95 {result['p95_ms']} ms",
            f"  mean in ms: {mean}",
        )
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.ask_speed",
        description="Milliseconds a question with many articles.",
    )
    parser.add_argument("--articles", type=int, default=1000, metavar="N")
    parser.add_argument("--owner", action="store_true", help="ask through Chroma's index")
    parser.add_argument("--reader", choices=(ON, OFF), default=OFF, help="default: off")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
