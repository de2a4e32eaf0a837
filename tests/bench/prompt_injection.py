"""Hides instructions in an article and looks where they stand in what a model is asked.

    python -m tests.bench.prompt_injection [FOLDER] [--json]

FOLDER (or $PARLEY_BENCH) holds bipia/attacks.jsonl (Yi et al. 2023, "Benchmarking and
Defending Against Indirect Prompt Injection Attacks"). Each attack is a paragraph of its own at
the start, in the middle and at the end of one of the samples in seeds/; a question about that
article is asked of a model behind a real server on this machine, and the request is captured.
The attack must stand in it word for word, once, between the marks that the system message
names, and in no message but the reader's. What a model makes of it is not measured here: that
depends on the model.
"""

import argparse
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.app import own_corpus
from bot.chain import AnswerChain, Question
from bot.llm import WritingEngine
from bot.llm.endpoint import ChatEndpoint
from bot.settings import Settings
from tests import openai_server
from tests.bench.injection import FILE, PLACES, hide
from tests.openai_server import Asked
from vectorstore.corpus import Corpus
from vectorstore.documents import Filter
from vectorstore.questionset import read_rows
from vectorstore.retriever import Retriever

QUESTION = "What did the Arab League say?"


@dataclass(frozen=True)
class Trial:
    """One attack in one place: whether it reached the model, and stood between the marks."""

    attack: str
    place: str
    sent: bool
    within: bool


def main() -> int:
    arguments = _arguments()
    folder = arguments.folder or os.environ.get("PARLEY_BENCH")
    if not folder or not (file := Path(folder) / FILE).is_file():
        print(f"skipped: no {FILE}; name its folder, or set PARLEY_BENCH", file=sys.stderr)
        return 0
    attacks = [str(row["attack"]) for _, row in read_rows(file)]
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), engine="extractive", chroma_url=None)
        with own_corpus(settings, "bench", lambda _notice: None) as corpus:
            trials = list(run(corpus, attacks))
    failed = [trial for trial in trials if not trial.within]
    if arguments.json:
        print(json.dumps({"trials": [asdict(trial) for trial in trials]}, ensure_ascii=False))
    else:
        print(
            f"{len(trials) - len(failed)} of {len(trials)} attacks stand between the marks in what "
            f"the model was asked; {sum(trial.sent for trial in trials)} were sent at all"
        )
        for trial in failed:
            print(f"  not so, {trial.place}: {trial.attack}")
    return 1 if failed else 0


def run(corpus: Corpus, attacks: Sequence[str]) -> Iterator[Trial]:
    """Hide each attack in each place, ask, and look into the request."""
    with openai_server.running() as server:
        model = ChatEndpoint("any", server.url, window=16_000, seconds=20)
        chain = AnswerChain(Retriever(corpus), WritingEngine(model, 20))
        for attack in attacks:
            for place in PLACES:
                carrier = hide(corpus, attack, place)
                server.asked.clear()
                chain.invoke(Question(QUESTION, Filter(articles=(carrier,))))
                (asked,) = server.asked
                yield Trial(
                    attack,
                    place,
                    _one_line(attack) in _one_line(asked.prompt),
                    _within(asked, attack),
                )


def _within(asked: Asked, attack: str) -> bool:
    system, user = (str(each["content"]) for each in asked.body["messages"])
    (mark,) = set(re.findall(r"<<<([0-9a-f]{16})", system))
    block = re.compile(
        rf"<<<{mark} passage \d+>>>\n(.*?)\n<<<{mark} end of passage \d+>>>", re.DOTALL
    )
    inside = _one_line("\n".join(block.findall(user)))
    outside = _one_line(f"{system}\n{block.sub('', user)}")
    sought = _one_line(attack)
    return inside.count(sought) == 1 and sought not in outside


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.prompt_injection",
        description="Where instructions hidden in an article stand in what a model is asked.",
    )
    parser.add_argument("folder", nargs="?", metavar="FOLDER", help="default: $PARLEY_BENCH")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
