"""`parley eval loaded-words`: what is counted, what is printed, what each item comes out as."""

import json
from pathlib import Path

import pytest

from bot.cli import run as run_parley
from bot.evaluate_loaded import evaluate
from vectorstore.errors import ParleyError

ROWS = [
    {"text": "The regime met again.", "label_bias": "Biased", "outlet": "x"},
    {"text": "Unfortunately, the disgraceful debacle went on!", "label_bias": "Biased"},
    {"text": "The envoy arrived quietly.", "label_bias": "Biased"},
    {"text": "The sides met on Monday, he said.", "label_bias": "Non-biased"},
    {"text": "Ten people were murdered on Monday.", "label_bias": "Non-biased"},
    {"text": "Nobody judged this.", "label_bias": "No agreement"},
    {"text": "Nor this.", "label_bias": None},
]


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    path = tmp_path / "sentences.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return path


def test_the_command_prints_the_figures_and_writes_the_items(
    dataset: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "outcomes.jsonl"

    status = run_parley(["eval", "loaded-words", str(dataset), "--json", "--output", str(output)])
    figures = json.loads(capfd.readouterr().out)
    assert run_parley(["eval", "loaded-words", str(dataset)]) == status == 0
    shown = capfd.readouterr().out

    assert (figures["questions"], figures["skipped"]) == (5, 2)
    assert set(figures["metrics"]) == {
        "macro_f1",
        "f1_flagged",
        "f1_calm",
        "precision",
        "recall",
        "vader_macro_f1",
    }
    assert all(set(metric) == {"value", "low", "high"} for metric in figures["metrics"].values())
    assert "5 sentences, 2 without a label passed over" in shown
    assert "macro_f1               0.800" in shown
    rows = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert [(row["label"], row["flagged"]) for row in rows] == [
        ("Biased", True),
        ("Biased", True),
        ("Biased", False),
        ("Non-biased", False),
        ("Non-biased", False),
    ]
    assert rows[0]["spans"][0] == {"start": 4, "end": 10, "text": "regime", "rule": "loaded word"}


def test_an_output_that_cannot_be_written_is_told_before_anything_is_measured(
    dataset: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    # What comes first is told: the set is not even read.
    dataset.write_text("no JSON")
    output = tmp_path / "none" / "outcomes.jsonl"

    status = run_parley(["eval", "loaded-words", str(dataset), "--output", str(output)])

    out, err = capfd.readouterr()
    assert (status, out) == (1, "")
    assert f"{output} cannot be written (no such file or directory): name a file" in err


def test_a_run_that_fails_leaves_the_output_as_it_was(dataset: Path, tmp_path: Path) -> None:
    dataset.write_text("no JSON")
    old, new = tmp_path / "old.jsonl", tmp_path / "new.jsonl"
    old.write_text("earlier\n")

    for output in (old, new):
        assert run_parley(["eval", "loaded-words", str(dataset), "--output", str(output)]) == 1

    assert old.read_text() == "earlier\n"
    assert not new.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full, a disk that is full")
def test_the_figures_are_shown_even_if_the_disk_is_full_at_the_end(
    dataset: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    status = run_parley(["eval", "loaded-words", str(dataset), "--output", "/dev/full"])

    out, err = capfd.readouterr()
    assert status == 1
    assert "macro_f1               0.800" in out
    assert "/dev/full cannot be written (no space left on device): name a file" in err


def test_the_figures_are_those_of_both_labels(dataset: Path) -> None:
    values = {name: metric["value"] for name, metric in evaluate(dataset).metrics.items()}

    assert values["precision"] == 1
    assert values["recall"] == pytest.approx(2 / 3, abs=1e-4)
    assert values["f1_flagged"] == pytest.approx(0.8)
    assert values["f1_calm"] == pytest.approx(0.8)


def test_a_line_that_is_no_sentence_is_named(tmp_path: Path) -> None:
    path = tmp_path / "wrong.jsonl"
    path.write_text(json.dumps(ROWS[0]) + '\n{"text": 3, "label_bias": "Biased"}\n', "utf-8")

    with pytest.raises(ParleyError, match="line 2: text"):
        evaluate(path)


def test_a_set_without_labels_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "none.jsonl"
    path.write_text(json.dumps(ROWS[-1]) + "\n", "utf-8")

    with pytest.raises(ParleyError, match="has no sentence to measure on: give lines"):
        evaluate(path)
