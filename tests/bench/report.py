"""Makes docs/benchmarks.md, docs/growth.svg and README's figures from `results.json`.

    python -m tests.bench.report

Nothing is measured here and no figure is written by hand: a test holds the three to the file.
README's figures stand between the two comments that are `BEGIN` and `END`.
"""

import sys
from pathlib import Path

from tests.bench import goals, report_sections, results
from tests.bench.goals import Sections
from tests.bench.growth_picture import draw, points
from tests.bench.report_sections import METRICS, metric, table

DOCS = Path(__file__).parents[2] / "docs"
PAGE, PICTURE = DOCS / "benchmarks.md", DOCS / "growth.svg"
README = DOCS.parent / "README.md"
BEGIN = "<!-- Figures made by `python -m tests.bench.report`; do not edit by hand. -->"
END = "<!-- End of the figures. -->"

IN_README = ("r1", "r5", "mrr10", "unanswerable_auroc")


def main() -> int:
    sections = results.load()
    PAGE.write_text(page(sections), encoding="utf-8")
    if drawn := points(sections):
        PICTURE.write_text(draw(drawn), encoding="utf-8")
    readme = README.read_text(encoding="utf-8")
    if BEGIN not in readme or END not in readme:
        print(f"README.md has no place for figures: put these two lines in.\n{BEGIN}\n{END}")
        return 1
    README.write_text(with_figures(readme, sections), encoding="utf-8")
    return 0


def page(sections: Sections) -> str:
    """Return docs/benchmarks.md."""
    growth = points(sections)
    parts = [
        INTRODUCTION,
        "## Goals",
        table(("what", "goal", "measured", "met"), goals.rows(sections)),
        "## What is found",
        *report_sections.quality(sections),
        "## Ingest",
        *report_sections.ingest(sections, growth),
        "## Growth",
        *report_sections.growth(growth),
        "## Starting",
        *report_sections.start(sections),
        "## How these were taken",
        table(
            ("section", "day", "command", "machine", "versions"), report_sections.taken(sections)
        ),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


INTRODUCTION = """\
# Benchmarks

Made from `tests/bench/results.json` by `python -m tests.bench.report`; `make bench` takes the
figures anew. The **peer** is what a reader would build in an afternoon (`tests/bench/peer.py`):
LangChain's recursive splitter (1,000 characters, 200 overlap), Chroma with its own ONNX MiniLM, the
top 4 by similarity, on the weights of Parley's bundled model. It retrieves and does not answer.
In each table both were measured in one run, on one machine. The **reader** is Parley's learned
pair scorer, which `PARLEY_READER` switches on and off."""


def figures(sections: Sections) -> str:
    """Return README's figures, without the comments around them."""
    parts = [table(("what", "goal", "measured", "met"), goals.rows(sections))]
    if "quality" in sections:
        found = sections["quality"]["figures"]["metrics"]
        parts.append(
            table(
                (f"{sections['quality']['figures']['questions']:,} questions", *found),
                (
                    (METRICS[name], *(metric(side.get(name)) for side in found.values()))
                    for name in IN_README
                ),
            )
        )
        parts.append(
            "Parley's ranker and reader were trained on these very questions; what articles that "
            "they have not seen can expect stands above."
        )
    if points(sections):
        parts.append("![How time, memory and size on disk grow](docs/growth.svg)")
    return "\n\n".join(parts)


def with_figures(readme: str, sections: Sections) -> str:
    """Return README with the figures between the two comments."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{figures(sections)}\n\n{END}{after}"


if __name__ == "__main__":
    sys.exit(main())
