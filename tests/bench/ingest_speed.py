"""How long a folder of articles takes to be taken in, and where the time goes.

    python -m tests.bench.ingest_speed [--articles 1000] [--json]

The articles are those of `ask_speed`, 600 words each and no two nearly the same, a Markdown
file each. They are taken in as `parley ingest FOLDER` does it, and then again, which must
change nothing. What is timed are whole calls, from outside; what is not among them is "other".
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bot.app import own_corpus
from bot.settings import Settings
from tests.bench.ask_speed import articles
from tests.bench.results import Run, add_save_option
from vectorstore import ingest as ingest_module
from vectorstore.corpus import Corpus
from vectorstore.reading import Found, Reading

PARTS = ("embed", "count tokens", "read", "store", "index")


class Clock:
    """Adds up the seconds spent in calls, by part."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(PARTS, 0.0)

    def timed(self, part: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def timing(*given: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return call(*given, **named)
            finally:
                self.seconds[part] += time.perf_counter() - started

        return timing

    def each(self, part: str, found: Iterator[Found]) -> Iterator[Found]:
        """Time what it takes to get each next one."""
        while True:
            started = time.perf_counter()
            one = next(found, None)
            self.seconds[part] += time.perf_counter() - started
            if one is None:
                return
            yield one


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=1000, metavar="N")
    parser.add_argument("--json", action="store_true")
    add_save_option(parser)
    arguments = parser.parse_args()
    run = Run.begin()
    with tempfile.TemporaryDirectory() as given:
        folder = Path(given) / "articles"
        folder.mkdir()
        for number, article in enumerate(articles(arguments.articles)):
            _write(folder / f"{number:05}.md", article)
        settings = Settings(home=Path(given) / "home", engine="extractive", chroma_url=None)
        first = measure(settings, folder, "added", arguments.articles)
        again = measure(settings, folder, "unchanged", arguments.articles)
    result = {"articles": arguments.articles, "first": first, "again": again}
    if arguments.save:
        run.save("ingest", result, "python -m tests.bench.ingest_speed --save")
    print(json.dumps(result) if arguments.json else _report(result))
    return 0


def _write(file: Path, article: dict[str, Any]) -> None:
    known = "".join(
        f"{key}: {json.dumps(value)}\n" for key, value in article.items() if key != "text"
    )
    file.write_text(f"---\n{known}---\n\n{article['text']}\n", encoding="utf-8")


def measure(settings: Settings, folder: Path, status: str, count: int) -> dict[str, Any]:
    """Take the folder in, in a process that has loaded nothing yet but the modules."""
    clock = Clock()
    started = time.perf_counter()
    with own_corpus(settings, "bench", lambda _: None) as corpus, Reading() as reading:
        before = _state(corpus)
        _watch(corpus, clock)
        found = clock.each("read", reading.source(str(folder)))
        report = ingest_module.take_in(corpus, found)
        changed = _state(corpus) != before
    seconds = time.perf_counter() - started
    if report.count(status) != count:  # type: ignore[arg-type]
        raise RuntimeError(f"{count} articles should be {status}: {report.to_json()}")
    parts = {name: round(spent, 2) for name, spent in clock.seconds.items()}
    parts["other"] = round(seconds - sum(clock.seconds.values()), 2)
    embedder = clock.seconds["embed"] + clock.seconds["count tokens"]
    return {
        "seconds": round(seconds, 1),
        "embedder_share": round(embedder / seconds, 3),
        "changed": changed,
        "parts": parts,
    }


def _watch(corpus: Corpus, clock: Clock) -> None:
    embedder: Any = corpus.embedder
    embedder.embed = clock.timed("embed", embedder.embed)
    embedder.count_tokens = clock.timed("count tokens", embedder.count_tokens)
    library: Any = corpus.library
    library.put = clock.timed("store", library.put)
    ingest_module.sync = clock.timed("index", ingest_module.sync)  # type: ignore[assignment]


def _state(corpus: Corpus) -> tuple[object, ...]:
    return tuple(
        corpus.library.connection.execute(
            "SELECT count(*), max(added_at), (SELECT count(*) FROM versions), "
            "(SELECT value FROM meta WHERE key = 'generation') FROM articles"
        ).fetchone()
    )


def _report(result: dict[str, Any]) -> str:
    lines: list[str] = []
    for name, what in (("first", "taken in"), ("again", "taken in again")):
        run = result[name]
        lines.append(
            f"{result['articles']} articles {what}: {run['seconds']} s, of which "
            f"{100 * run['embedder_share']:.0f} % in the embedder; "
            f"{'the library changed' if run['changed'] else 'nothing changed'}"
        )
        lines += [f"  {part:14}{spent:8.2f} s" for part, spent in run["parts"].items()]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
