"""`parley eval compare`: which differences are called real, and what cannot be compared."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.cli import run as run_parley
from bot.comparison import BETTER, CHANCE, NOT_JUDGED, WORSE, compare
from bot.evaluate import EVALUATION as RETRIEVAL
from bot.evaluate_answers import EVALUATION as ANSWERS
from bot.evaluate_grounding import EVALUATION as GROUNDING
from bot.evaluate_loaded import EVALUATION as LOADED
from bot.evaluate_neutrality import EVALUATION as NEUTRALITY
from bot.metrics import auroc, draws, f1, macro_f1, mean, measure, share
from bot.outcomes import Evaluation, checksum, stamp, write
from vectorstore.errors import ParleyError

DATA = Path(__file__).parent / "data"


def found(question: str, *, rank: int | None = 1, **more: Any) -> dict[str, Any]:
    row = {"question": question, "answers": ["x"], "passage_rank": rank, "sentence_rank": rank}
    return {**row, "evidence": 0.5, "answer_f1": 0.0, **more}


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Path]:
    """Write rows as `--output` does."""
    written = iter(range(100))

    def written_run(
        rows: list[dict[str, Any]], evaluation: Evaluation[Any] = RETRIEVAL, data: str = "d"
    ) -> Path:
        path = tmp_path / f"{next(written)}.jsonl"
        write(path, stamp(evaluation, data, rows))
        return path

    return written_run


def ranks(run: Callable[..., Path], right: Callable[[int], bool], items: int = 200) -> Path:
    return run([found(f"q{n}", rank=1 if right(n) else 4) for n in range(items)])


def test_a_change_for_the_better_in_many_items_is_real(run) -> None:
    before, after = ranks(run, lambda n: n % 2 == 0), ranks(run, lambda n: n % 5 != 0)

    metrics = compare(before, after).metrics

    r1 = metrics["r1"]
    assert (r1.before, r1.after, r1.verdict) == (0.5, 0.8, BETTER)
    assert 0.1 < r1.low < 0.3 < r1.high < 0.5
    assert compare(after, before).metrics["r1"].verdict == WORSE
    assert metrics["r5"].verdict == CHANCE


def test_the_interval_is_that_of_paired_items(run) -> None:
    """Items are as hard in one run as in the other: drawn apart, these two could not be told."""
    before, after = ranks(run, lambda n: n >= 100), ranks(run, lambda n: n >= 80)

    r1 = compare(before, after).metrics["r1"]

    # Of 200 paired items 20 differ: the standard error of their share is sqrt(.1 · .9 / 200).
    error = np.sqrt(0.1 * 0.9 / 200)
    assert r1.low == pytest.approx(0.1 - 1.96 * error, abs=0.006)
    assert r1.high == pytest.approx(0.1 + 1.96 * error, abs=0.006)
    assert (r1.changed, r1.verdict) == (20, BETTER)


def test_as_many_better_as_worse_is_chance(run) -> None:
    before, after = ranks(run, lambda n: n % 2 == 0), ranks(run, lambda n: n % 2 == 1)

    r1 = compare(before, after).metrics["r1"]

    assert (r1.changed, r1.verdict) == (200, CHANCE)


def test_the_same_run_twice_differs_in_nothing(run) -> None:
    before = ranks(run, lambda n: n % 3 == 0)

    for each in compare(before, before).metrics.values():
        assert (each.low, each.high, each.changed, each.verdict) == (0, 0, 0, CHANCE)


def test_hardly_an_item_that_differs_is_no_evidence(run) -> None:
    before, after = ranks(run, lambda n: n >= 9, 20), ranks(run, lambda _: True, 20)

    r1 = compare(before, after).metrics["r1"]

    assert r1.low > 0
    assert (r1.changed, r1.verdict) == (9, CHANCE)


def test_among_many_figures_one_must_differ_more_to_be_real(run) -> None:
    """A p of .03 is one in thirty: real if one figure was looked at, and not if seven were."""
    # Of 32 items that differ 22 are better: two standard errors.
    before = ranks(run, lambda n: n < 10 or n >= 32)
    after = ranks(run, lambda n: n >= 10)

    r1 = compare(before, after).metrics["r1"]

    assert r1.p < 0.05 < (r1.adjusted or 0)
    assert r1.low > 0
    assert r1.verdict == CHANCE


def test_runs_that_differ_by_chance_are_rarely_told_apart(run) -> None:
    chance = random.Random(7)
    false = 0
    for _ in range(8):
        before, after = (ranks(run, lambda _n: chance.random() < 0.6, 60) for _ in range(2))
        metrics = compare(before, after).metrics
        false += any(each.verdict in (BETTER, WORSE) for each in metrics.values())

    assert false <= 1


def test_figures_that_are_no_mean_are_computed_anew_of_each_draw(run) -> None:
    def judged(right: Callable[[int], bool]) -> Path:
        labels = ("Biased", "Non-biased")
        rows = [
            {"text": f"s{n}", "label": labels[n % 2], "flagged": (n % 2 == 0) == right(n)}
            for n in range(120)
        ]
        return run([{**row, "vader": 0.0} for row in rows], LOADED)

    metrics = compare(judged(lambda n: n % 3 > 0), judged(lambda n: n % 12 > 0)).metrics

    assert metrics["macro_f1"].verdict == BETTER
    assert metrics["macro_f1"].before == pytest.approx(2 / 3, abs=0.01)
    assert metrics["macro_f1"].low > 0.1
    assert metrics["vader_macro_f1"].verdict == NOT_JUDGED


def test_refusals_are_compared_by_how_they_are_told_apart(run) -> None:
    def evidence(apart: float) -> Path:
        rows = [found(f"q{n}", evidence=(n % 10) / 10 + apart) for n in range(60)]
        none = [found(f"n{n}", answers=[], evidence=(n % 10) / 10) for n in range(60)]
        return run([*rows, *none])

    auroc = compare(evidence(0.1), evidence(0.6)).metrics["unanswerable_auroc"]

    assert auroc.verdict == BETTER
    assert auroc.before < 0.7 < 0.85 < auroc.after


def test_evidence_on_another_scale_that_tells_apart_as_well_changes_no_item(run) -> None:
    def scaled(by: float) -> Path:
        rows = [found(f"q{n}", evidence=by * (n + 20)) for n in range(40)]
        none = [found(f"n{n}", answers=[], evidence=by * (n + 0.5)) for n in range(40)]
        return run([*rows, *none])

    auroc = compare(scaled(0.01), scaled(0.005)).metrics["unanswerable_auroc"]

    assert auroc.before == auroc.after
    assert (auroc.changed, auroc.verdict) == (0, CHANCE)


def test_hardly_a_refusal_that_moves_is_no_evidence_although_it_passes_many(run) -> None:
    def misled(count: int, by: float = 1.0) -> Path:
        rows = [found(f"q{n}", evidence=by * (0.5 + n / 1000)) for n in range(60)]
        none = [0.9 if n < count else n / 1000 for n in range(20)]
        return run(
            [
                *rows,
                *(found(f"n{n}", answers=[], evidence=by * each) for n, each in enumerate(none)),
            ]
        )

    few = compare(misled(9), misled(0, by=0.5)).metrics["unanswerable_auroc"]
    enough = compare(misled(10), misled(0, by=0.5)).metrics["unanswerable_auroc"]

    assert few.low > 0.2
    assert (few.changed, few.verdict) == (9, CHANCE)
    assert (enough.changed, enough.verdict) == (10, BETTER)


def test_less_of_what_is_bad_is_better(run) -> None:
    def events(density: float) -> Path:
        rows = [
            {**dict.fromkeys(NEUTRALITY.row.model_fields, 1.0), "words": 60, "id": f"e{n}"}
            for n in range(30)
        ]
        return run([{**row, "loaded_density": density} for row in rows], NEUTRALITY)

    metrics = compare(events(0.05), events(0.04)).metrics

    assert metrics["loaded_density"].verdict == BETTER
    assert metrics["words"].verdict == NOT_JUDGED


def test_items_are_matched_by_what_they_ask_and_not_by_their_place(run) -> None:
    rows = [found(f"q{n}", rank=1 if n < 6 else None) for n in range(12)]

    comparison = compare(run(rows), run(rows[::-1]))

    assert comparison.items == 12
    assert all(each.changed == 0 for each in comparison.metrics.values())


def test_a_question_that_a_set_has_twice_is_two_items(run) -> None:
    twice = [found("q", rank=1), found("q", rank=None)]

    comparison = compare(run(twice), run(twice))

    assert comparison.items == 2
    assert comparison.metrics["r1"].changed == 0


def test_what_is_in_one_run_only_is_named_and_left_out(run) -> None:
    rows = [found(f"q{n}") for n in range(12)]
    judged_otherwise = {**rows[0], "answers": ["y"]}

    comparison = compare(run(rows), run([judged_otherwise, *rows[1:], found("new")], data="e"))

    assert comparison.items == 11
    assert comparison.only_before == ["q0"]
    assert comparison.only_after == ["q0", "new"]
    assert not comparison.same_data


def test_a_figure_of_one_run_only_is_named(run) -> None:
    verdicts = {
        name: False if kind.annotation is bool else 0
        for name, kind in ANSWERS.row.model_fields["verdicts"].annotation.model_fields.items()
    }
    row = {"question": "q", "answers": ["x"], "sentences": [], "disagree": None}

    before = run([{**row, "verdicts": verdicts}], ANSWERS)
    after = run([{**row, "verdicts": {**verdicts, "short_marked": True}}], ANSWERS)

    assert compare(before, after).metrics_in_one == ["short_exact_of_marked"]


def test_what_cannot_be_compared_is_refused_with_what_to_do(run, tmp_path: Path) -> None:
    rows = [found("q0"), found("q1")]
    whole = run(rows)
    pair = {"sentence": "s", "passages": ["p"], "falsified": None, "status": "verified"}
    no_figure = run([pair], GROUNDING)
    with pytest.raises(ParleyError, match=r"No figure can be computed .* give runs over a set"):
        compare(no_figure, no_figure)
    twice = tmp_path / "twice.jsonl"
    twice.write_text(whole.read_text() * 2)
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    lacking = run([{"question": "q", "answers": []}])

    for other, said in (
        (run([pair], GROUNDING), "cannot be compared: give two runs of the same evaluation"),
        (run([found("other")]), "no item in common: give two runs over the same data"),
        (twice, "line 3: another run begins"),
        (empty, "holds no item: give a file"),
        (lacking, "line 1 is not of a run that can be compared: write it anew"),
        (DATA / "grounding.jsonl", "line 1 is not of a run that can be compared: write it anew"),
    ):
        with pytest.raises(ParleyError, match=said):
            compare(whole, other)


def test_the_command_compares_what_output_wrote(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before, after = tmp_path / "before.jsonl", tmp_path / "after.jsonl"
    dataset = DATA / "grounding_written.jsonl"
    for output in (before, after):
        run_parley(["eval", "grounding", str(dataset), "--json", "--output", str(output)])
    figures = json.loads(capfd.readouterr().out.splitlines()[0])["metrics"]
    rows = [json.loads(line) for line in before.read_text("utf-8").splitlines()]
    for row in rows:
        row["status"] = "unverified"
    after.write_text("".join(json.dumps(row) + "\n" for row in rows))

    status = run_parley(["eval", "compare", str(before), str(after), "--json"])
    out, err = capfd.readouterr()
    assert run_parley(["eval", "compare", str(before), str(after)]) == status == 0
    shown = capfd.readouterr().out

    compared = json.loads(out)
    assert err == ""
    assert {row["data"] for row in rows} == {checksum(dataset)}
    assert set(compared) == {
        "evaluation",
        "before",
        "after",
        "same_data",
        "items",
        "only_before",
        "only_after",
        "metrics",
        "metrics_in_one",
    }
    # Computed anew of what was written, a figure is what it was.
    assert {name: each["before"] for name, each in compared["metrics"].items()} == {
        name: each["value"] for name, each in figures.items()
    }
    assert compared["metrics"]["recall"]["verdict"] == BETTER
    assert compared["metrics"]["precision"]["verdict"] == WORSE
    assert shown.startswith("grounding: 150 items in both runs")
    assert any(line.split()[0] == "recall" and line.endswith(BETTER) for line in shown.splitlines())


def test_items_in_one_run_are_told_on_standard_error(
    run, capfd: pytest.CaptureFixture[str]
) -> None:
    rows = [found(f"q{n} \x1b[31m") for n in range(9)]

    run_parley(["eval", "compare", str(run(rows)), str(run(rows[5:], data="e"))])

    err = capfd.readouterr().err
    assert "over different data: compared are the items that both have" in err
    assert "5 items are in " in err
    assert "“q0 [31m”; “q1 [31m”; “q2 [31m” …" in err


def test_each_figure_is_what_it_says() -> None:
    found, right = np.array([1, 1, 0, 0, 0], bool), np.array([1, 0, 1, 0, 0], bool)
    none = np.zeros(3, bool)

    assert f1(found, right).value == 0.5
    assert macro_f1(found, right).value == pytest.approx((0.5 + 2 / 3) / 2)
    assert (f1(none, none).value, macro_f1(none, none).value) == (0, 0.5)
    assert mean([1.0, 2.0, 9.0], [True, True, False]).value == 1.5
    assert share(found, right).value == 0.5
    assert auroc([0.9, 0.5, 0.5, 0.1], np.array([1, 1, 0, 0], bool)).value == 7 / 8
    nothing = {"share": share(none, none), "mean": mean([]), "auroc": auroc([1], ~none[:1])}
    assert measure(nothing) == {}


def test_a_figure_of_a_draw_is_that_of_the_items_drawn() -> None:
    chance = np.random.default_rng(3)
    scores, high = chance.integers(0, 6, 30) / 5, chance.random(30) < 0.4
    figures = [auroc(scores, high), macro_f1(scores > 0.5, high), share(high, scores > 0.5)]

    for figure, again in zip(
        figures,
        (
            lambda at: auroc(scores[at], high[at]),
            lambda at: macro_f1(scores[at] > 0.5, high[at]),
            lambda at: share(high[at], scores[at] > 0.5),
        ),
        strict=True,
    ):
        (weights,) = draws(figure, 20)
        drawn = [np.repeat(np.arange(30), row.astype(int)) for row in weights]
        expected = [again(at).value for at in drawn]
        assert figure.of(figure.parts, weights) == pytest.approx(expected)
