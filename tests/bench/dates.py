"""Reads small articles whose publication dates are known, and counts those read right.

    python -m tests.bench.dates [--json]

The set, tests/data/dates.jsonl, is pages, texts, Markdown, JSON Lines and file names, each with
the answer of a careful reader, more than a third of them with none to give. What is called
"later-" was written once the code was there, in other layouts than it was written for; the
rest before. Each is read as a file under its name, as any input is. Right is the date, how
exactly it is known and where it stands; unclear is no date where there is one; anything else
is wrong. To date an article to the day of the run is what must never happen: that fails.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from vectorstore.assembly import assemble
from vectorstore.readers import Raw, read_source

SET = Path(__file__).parents[1] / "data" / "dates.jsonl"

Read = tuple[str, str, str]


@dataclass(frozen=True)
class Outcome:
    id: str
    kind: str
    wanted: Read | None
    read: Read | None

    @property
    def verdict(self) -> str:
        if self.read == self.wanted:
            return "right"
        return "unclear" if self.read is None else "wrong"

    @property
    def is_of_today(self) -> bool:
        """Whether the date read, and not written, is the day of the run, in any zone."""
        now = datetime.now(UTC)
        days = {(now + timedelta(days=days)).date().isoformat() for days in (-1, 0, 1)}
        return self.verdict == "wrong" and self.read is not None and self.read[0][:10] in days


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    result = measure(run(load()))
    print(json.dumps(result, ensure_ascii=False) if arguments.json else report(result))
    return 1 if result["of_today"] else 0


def load() -> list[dict[str, Any]]:
    return [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines()]


def run(items: Iterable[Mapping[str, Any]]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for item in items:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / item["name"]
            file.write_text(item["content"], encoding="utf-8")
            ((_, raw),) = read_source(str(file))
        if not isinstance(raw, Raw):
            raise raw
        article, _ = assemble(raw)
        wanted = (item["published"], item["precision"], item["from"])
        read = (article.published, article.published_precision, article.published_from)
        outcomes.append(Outcome(item["id"], item["kind"], _known(wanted), _known(read)))
    return outcomes


def _known(dated: tuple[str | None, str | None, str | None]) -> Read | None:
    published, precision, place = dated
    return None if published is None else (published, str(precision), str(place))


def measure(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    verdicts = Counter(outcome.verdict for outcome in outcomes)
    kinds = Counter(outcome.kind for outcome in outcomes)
    right = Counter(outcome.kind for outcome in outcomes if outcome.verdict == "right")
    return {
        "items": len(outcomes),
        **{verdict: verdicts[verdict] for verdict in ("right", "unclear", "wrong")},
        "share_right": round(verdicts["right"] / len(outcomes), 4),
        "by_kind": {kind: {"items": kinds[kind], "right": right[kind]} for kind in kinds},
        "of_today": [outcome.id for outcome in outcomes if outcome.is_of_today],
        "missed": [
            {"id": each.id, "verdict": each.verdict, "wanted": each.wanted, "read": each.read}
            for each in outcomes
            if each.verdict != "right"
        ],
    }


def report(result: Mapping[str, Any]) -> str:
    lines = [
        f"{result['right']} of {result['items']} right ({result['share_right']:.1%}), "
        f"{result['unclear']} unclear, {result['wrong']} wrong, "
        f"{len(result['of_today'])} dated to the day of the run"
    ]
    lines += [
        f"  {kind}: {counts['right']} of {counts['items']}"
        for kind, counts in result["by_kind"].items()
    ]
    lines += [
        f"  {each['verdict']}: {each['id']}: {each['read']}, not {each['wanted']}"
        for each in result["missed"]
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
