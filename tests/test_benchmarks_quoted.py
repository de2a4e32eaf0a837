"""Every figure that is quoted is the one that was measured: both come from one file."""

from tests.bench import report, results
from tests.bench.growth_picture import checksum, points

MEND = "run `python -m tests.bench.report`"


def test_the_benchmarks_page_is_what_the_results_say() -> None:
    assert report.PAGE.read_text(encoding="utf-8") == report.page(results.load()), MEND


def test_the_readme_quotes_what_the_results_say() -> None:
    readme = report.README.read_text(encoding="utf-8")
    assert readme.count(report.BEGIN) == readme.count(report.END) == 1, "the figures have no place"
    assert readme == report.with_figures(readme, results.load()), MEND


def test_the_picture_is_of_the_figures_that_were_measured() -> None:
    drawn = points(results.load())
    if drawn:
        assert checksum(drawn) in report.PICTURE.read_text(encoding="utf-8"), MEND
