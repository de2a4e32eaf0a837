"""How long a briefing takes over many articles, with the built-in engine.

    python -m tests.bench.briefing_speed [--articles 30 300] [--words 200] [--json]

The articles are those of `ask_speed`, in a folder of their own that is deleted afterwards. Each
briefing is over all of them, made as `parley brief` makes it, in this process (`warm`, the second
time) and by the command itself (`cold`: from starting it to the end of its output). Seconds.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bot.app import open_reader, own_corpus
from bot.briefing.request import Request
from bot.settings import Settings
from tests.bench.ask_speed import articles
from vectorstore.ingest import ingest


def main() -> int:
    arguments = _arguments()
    results = [measure(count, arguments.words) for count in arguments.articles]
    for result in results:
        print(json.dumps(result) if arguments.json else _report(result))
    return 0


def measure(count: int, words: int) -> dict[str, float]:
    """Make briefings over `count` articles; return seconds."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        settings = Settings(home=home, engine="extractive", chroma_url=None)
        file = Path(folder) / "articles.jsonl"
        file.write_text("".join(json.dumps(each) + "\n" for each in articles(count)), "utf-8")
        with own_corpus(settings, "bench", lambda _message: None) as corpus:
            ingest(corpus, [str(file)])
            sentences = corpus.library.counts()["sentences"]
        with open_reader(settings) as parley:
            seconds: list[float] = []
            for _ in range(2):
                started = time.perf_counter()
                *_, step = parley.briefer.make(Request(words=words))
                seconds.append(time.perf_counter() - started)
        assert step.briefing is not None
        started = time.perf_counter()
        command = [sys.executable, "-m", "bot", "brief", "--words", str(words), "--format", "json"]
        environment = {**os.environ, "PARLEY_HOME": str(home), "PARLEY_ENGINE": "extractive"}
        subprocess.run(command, env=environment, check=True, capture_output=True)
        cold = time.perf_counter() - started
    return {
        "articles": count,
        "sentences": sentences,
        "first_s": round(seconds[0], 2),
        "warm_s": round(seconds[1], 2),
        "cold_s": round(cold, 2),
        "words": step.briefing.words,
    }


def _report(result: dict[str, float]) -> str:
    return (
        f"{result['articles']} articles, {result['sentences']} sentences: {result['words']} words "
        f"in {result['first_s']} s, again in {result['warm_s']} s; "
        f"`parley brief` from its start {result['cold_s']} s"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, nargs="+", default=[30, 300])
    parser.add_argument("--words", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
