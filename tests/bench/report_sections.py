"""The parts of docs/benchmarks.md, each from its sections of `results`.

What was not measured is said to be so. Nothing here knows where the text goes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tests.bench.goals import Sections
from tests.bench.growth_picture import Point
from tests.bench.growth_steps import FILTERS

METRICS = {
    "r1": "right passage first (R@1)",
    "r5": "among the first 5 (R@5)",
    "r10": "among the first 10 (R@10)",
    "mrr10": "MRR@10",
    "sentence_top1": "right sentence first",
    "sentence_top3": "among the first 3",
    "answer_f1": "marked short answer, F1",
    "unanswerable_auroc": "unanswerable told apart (AUROC)",
}
WAYS = {"page": "on the page", "command": "by `parley ask`"}
PEER = "peer"
# A run beside more work than this, in cores, was slowed down.
_QUIET = 0.2


def quality(sections: Sections) -> Iterator[str]:
    if "quality" not in sections:
        yield "Not measured yet: `python -m tests.bench.quality --save`."
        return
    figures = sections["quality"]["figures"]
    yield (
        f"SQuAD 2.0's development questions, a part of them: {figures['questions']:,} questions on "
        f"{figures['articles']} articles, {figures['answerable']:,} of which the articles answer; "
        "95 % intervals. A passage or chunk is right if it holds a whole answer or lies mostly in "
        "the right paragraph. The peer has no sentences and marks no short answers. Parley's "
        "ranker and reader were trained on these very questions, so its figures here are better "
        "than a new article can expect: README and vectorstore/models/READER.md have those of "
        "articles that nothing learned has seen. "
        f"The peer's weights: {figures['peer_weights']}."
    )
    sides = list(figures["metrics"])
    yield table(
        ("", *sides),
        (
            (label, *(metric(figures["metrics"][side].get(name)) for side in sides))
            for name, label in METRICS.items()
        ),
    )
    yield "Paired by question, the difference from the peer (adjusted by Holm's method):"
    yield table(
        ("", *figures["differences"]),
        (
            (METRICS[name], *(_difference(each[name]) for each in figures["differences"].values()))
            for name in next(iter(figures["differences"].values()))
        ),
    )
    yield "The right passage first, by what is asked for:"
    kinds = figures["by_kind"][PEER]
    yield table(
        ("kind", "questions", *sides),
        (
            (
                kind,
                f"{each['questions']:,}",
                *(metric(figures["by_kind"][side][kind]["metrics"]["r1"]) for side in sides),
            )
            for kind, each in kinds.items()
        ),
    )


def ingest(sections: Sections, growth: Sequence[Point]) -> Iterator[str]:
    timed = [point for point in growth if "ingest" in point.parley]
    if timed:
        yield (
            "From a file of articles (600 words each) to a library that can be asked. Parley's "
            "passages come with a vector for each of their sentences; the peer's chunks overlap, "
            "and are fewer for the same words."
        )
        yield table(
            (
                "articles",
                "Parley, passages/s",
                "peer, chunks/s",
                "Parley, words/s",
                "peer, words/s",
            ),
            (
                (
                    f"{point.articles:,}",
                    *(_number(side["ingest"]["pieces_per_s"]) for side in point.sides),
                    *(_number(side["ingest"]["words_per_s"]) for side in point.sides),
                )
                for point in timed
            ),
        )
    if "embedding" in sections:
        figures = sections["embedding"]["figures"]
        pace, query = figures["passages_per_second"], figures["query_ms"]
        yield (
            f"Embedding alone, the same {figures['passages']} paragraphs: {pace['ours']} a second "
            f"by Parley's embedder and {pace['chroma']} by Chroma's own function "
            f"({figures['ratio']} ×); a question takes {query['ours']} ms and {query['chroma']} ms."
        )
    if "ingest" in sections:
        figures = sections["ingest"]["figures"]
        first, again = figures["first"], figures["again"]
        yield (
            f"A folder of {figures['articles']:,} files, read and cleaned: {first['seconds']} s, "
            f"of which {first['embedder_share']:.0%} in the embedder; the same again: "
            f"{again['seconds']} s, and nothing changes."
        )
    if not timed and not {"embedding", "ingest"} & set(sections):
        yield "Not measured yet."


def growth(growth: Sequence[Point]) -> Iterator[str]:
    if not growth:
        yield "Not measured yet: `python -m tests.bench.growth --save`."
        return
    yield "![Time to answer, memory and size on disk against the number of passages](growth.svg)"
    yield (
        "Beyond 1,000 articles the vectors of either side are stand-ins "
        "(`tests/bench/big_library.py`), since embedding takes hours; questions are embedded in "
        "earnest everywhere. The broad filter (dates and publishers) leaves a fifth of the "
        "articles, the narrow one a hundredth. Of Parley the whole answer is timed, of the peer "
        "retrieval alone. Milliseconds, median / 95th percentile:"
    )
    heads = ("no filter", *(f"{name} filter" for name in FILTERS))
    yield table(("articles", "passages", "who", *heads), _asked(growth))
    yield (
        "Memory is what a process keeps resident, in MB of a million bytes: of `parley chat` when "
        "its page is ready and after 20 questions on it, and of the peer's process, which serves "
        "no page, after its questions."
    )
    yield table(
        ("articles", "sentences", "Parley, ready / asked", "peer", "Parley, disk", "peer, disk"),
        (
            (
                f"{point.articles:,}",
                f"{point.parley['sentences']:,}",
                _by_reader(point.parley["serving"]),
                f"{point.peer['ask']['memory'].get('resident_mb', '–')} MB",
                *(f"{_number(side['disk_mb'])} MB" for side in point.sides),
            )
            for point in growth
        ),
    )


def _asked(growth: Iterable[Point]) -> Iterator[tuple[str, ...]]:
    for point in growth:
        size = f"{point.articles:,}", f"{point.parley['passages']:,}"
        yield (*size, PEER, *_spent(point.peer["ask"]))
        for reader, ways in point.parley["ask"].items():
            for way, label in WAYS.items():
                yield (*size, f"Parley {label}, reader {reader}", *_spent(ways[way]))


def _spent(asked: Mapping[str, Any]) -> Iterator[str]:
    for narrow in ("all", *FILTERS):
        yield f"{_number(asked[narrow]['median_ms'])} / {_number(asked[narrow]['p95_ms'])}"


def _by_reader(serving: Mapping[str, Any]) -> str:
    return "; ".join(
        f"reader {reader}: {each['ready']['resident_mb']} / {each['asked']['resident_mb']} MB"
        if each.get("ready")
        else "not measured"
        for reader, each in serving.items()
    )


def start(sections: Sections) -> Iterator[str]:
    if "start" not in sections:
        yield "Not measured yet: `python -m tests.bench.start_speed --save`."
        return
    figures = sections["start"]["figures"]
    yield (
        f"New processes on a warm disk, the median of {figures['runs']} and the slowest, in "
        "seconds: `parley ask` until its answer is printed, `parley chat` until its page can be "
        "used in a headless Chromium."
    )
    yield table(
        ("library", "reader", "`parley ask`", "page ready"),
        (
            (library, reader, *(_start_cell(each.get(what)) for what in ("ask", "page")))
            for library, by_reader in figures["libraries"].items()
            for reader, each in by_reader.items()
        ),
    )


def _start_cell(spent: Mapping[str, float] | None) -> str:
    return "not measured" if spent is None else f"{spent['median_s']} ({spent['slowest_s']})"


def taken(sections: Sections) -> Iterator[tuple[str, ...]]:
    for name, section in sections.items():
        about = section["machine"]
        machine = f"{about['cores']} cores, {about['cpu']}, {about['memory_gb']} GB, {about['os']}"
        if about["others"] is None or about["others"] > _QUIET:
            beside = "unknown" if about["others"] is None else f"{about['others']} cores"
            machine += f" (beside other programs' work: {beside})"
        versions = ", ".join(f"{each} {number}" for each, number in section["versions"].items())
        yield name, section["date"], f"`{section['command']}`", machine, versions


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def metric(metric: Mapping[str, float] | None) -> str:
    if metric is None:
        return "–"
    return f"{metric['value']:.3f} ({metric['low']:.3f}–{metric['high']:.3f})"


def _difference(each: Mapping[str, Any]) -> str:
    bounds = f"{each['low']:+.3f} to {each['high']:+.3f}"
    return f"{each['difference']:+.3f} ({bounds}): {each['verdict']}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
