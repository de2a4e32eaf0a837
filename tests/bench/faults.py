"""How long a reader waits for an answer when the endpoint of a model is at fault.

    python -m tests.bench.faults [--json]

Each fault of `tests.faults` is put on by a real server on this machine, once at a first question
and once at a follow-up, where two requests are made; all with the settings that Parley has by
itself. Two small articles are asked. What is printed is the time to the last snapshot, and
whether the answer then holds the quotation that it should.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

from bot.answers import Answer, Sentence
from bot.app import own_corpus
from bot.chain import AnswerChain, Question
from bot.llm import WritingEngine
from bot.llm.endpoint import ChatEndpoint
from bot.settings import Settings
from tests import openai_server
from tests.conftest import ENVOY, HARBOUR
from tests.faults import FAULTS
from vectorstore.corpus import Corpus
from vectorstore.ingest import ingest
from vectorstore.retriever import Retriever

LED = "Who led the Norland delegation?"
AGAIN = "Who led it?"
# As many requests wait at once as there are faults: none of them costs any work.
AT_ONCE = 8


@dataclass(frozen=True)
class Row:
    """One fault: the seconds until the answer was whole, at first and as a follow-up."""

    fault: str
    first: float
    follow_up: float
    quoted: bool


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.faults", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home) / "home", engine="extractive", chroma_url=None)
        for name, text in (("harbour.md", HARBOUR), ("envoy.md", ENVOY)):
            (Path(home) / name).write_text(text, encoding="utf-8")
        with own_corpus(settings, "bench", lambda _notice: None) as corpus:
            ingest(corpus, [home])
            rows = sorted(_measured(corpus, settings), key=lambda row: -row.follow_up)
    if arguments.json:
        print(json.dumps({"faults": [asdict(row) for row in rows]}))
    else:
        for row in rows:
            lost = "" if row.quoted else "  NO QUOTATION"
            print(f"{row.fault:28} {row.first:5.1f} s  {row.follow_up:5.1f} s{lost}")
        longest = max(max(row.first, row.follow_up) for row in rows)
        print(
            f"{len(rows)} faults, {sum(row.quoted for row in rows)} quoted; longest {longest:.1f} s"
        )
    return 0 if all(row.quoted for row in rows) else 1


def _measured(corpus: Corpus, settings: Settings) -> Iterator[Row]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(lambda fault: _row(corpus, settings, fault), FAULTS)


def _row(corpus: Corpus, settings: Settings, fault: str) -> Row:
    before = Answer(LED, LED, "llm", sentences=(Sentence("Ana Kestrel led it."),))
    with openai_server.running() as server:
        server.always = FAULTS[fault].reply
        model = ChatEndpoint("any", server.url, seconds=settings.deadline)
        chain = AnswerChain(Retriever(corpus), WritingEngine(model, settings.deadline))
        first, one = _timed(chain, Question(LED))
        second, other = _timed(chain, Question(AGAIN, earlier=(before,)))
    quoted = all("Ana Kestrel" in answer.text for answer in (one, other))
    return Row(fault, round(first, 2), round(second, 2), quoted)


def _timed(chain: AnswerChain, question: Question) -> tuple[float, Answer]:
    started = perf_counter()
    answer = chain.invoke(question)
    return perf_counter() - started, answer


if __name__ == "__main__":
    sys.exit(main())
