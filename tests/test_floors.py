"""Floors: a run below one fails, another set's data is refused, and nothing is ever lowered."""

import hashlib
import json
import os
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import run as run_parley
from bot.comparison import EVALUATIONS
from bot.floor_lines import with_floors
from bot.floors import Floors, load_floors
from bot.outcomes import checksum
from vectorstore.errors import ParleyError

OWN = Path(__file__).parent / "floors.toml"
DATA = Path(__file__).parent / "data"

ROWS = [
    {"text": "The regime met again.", "label_bias": "Biased"},
    {"text": "Unfortunately, the disgraceful debacle went on!", "label_bias": "Biased"},
    {"text": "The envoy arrived quietly.", "label_bias": "Biased"},
    {"text": "The sides met on Monday, he said.", "label_bias": "Non-biased"},
    {"text": "Ten people were murdered on Monday.", "label_bias": "Non-biased"},
]


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in 8 * ROWS))
    return path


@pytest.fixture
def floors(tmp_path: Path) -> Path:
    return tmp_path / "floors.toml"


@pytest.fixture
def evaluate(
    dataset: Path, floors: Path, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    def run(*options: str) -> tuple[int, str, str]:
        arguments = ["eval", "loaded-words", str(dataset), "--floors", str(floors), *options]
        return run_parley(arguments), *capfd.readouterr()

    return run


def pin(floors: Path, dataset: Path, *lines: str, name: str = "mine") -> None:
    pinned = f'[{name}]\nsha256 = "{checksum(dataset)}"\n\n[{name}.loaded-words]\n'
    floors.write_text(pinned + "".join(f"{line}\n" for line in lines))


def test_a_run_below_a_floor_fails_with_a_line_a_metric(evaluate, floors, dataset) -> None:
    pin(floors, dataset, "macro_f1 = 0.9", "precision = 1.0", "recall = 0.75")

    status, out, err = evaluate("--json")

    assert status == 1
    assert err.splitlines() == [
        "parley: mine, loaded-words: macro_f1 0.8000 is 0.1000 below its floor 0.9.",
        "parley: mine, loaded-words: recall 0.6667 is 0.0833 below its floor 0.75.",
    ]
    assert json.loads(out)["metrics"]["recall"]["value"] == 0.6667


def test_a_run_at_its_floors_passes(evaluate, floors, dataset) -> None:
    pin(floors, dataset, "macro_f1 = 0.8", "precision = 1.0")

    status, out, err = evaluate()

    assert (status, err) == (0, "")
    assert "macro_f1" in out


def test_a_metric_that_is_gone_is_below_its_floor(evaluate, floors, dataset) -> None:
    pin(floors, dataset, "macro_f2 = 0.5")

    status, _, err = evaluate()

    assert status == 1
    assert "macro_f2 was not computed; its floor is 0.5" in err


def test_other_data_is_refused_before_anything_is_measured(evaluate, floors, dataset) -> None:
    pin(floors, dataset, "macro_f1 = 0.1")
    dataset.write_text(dataset.read_text() + "\n")

    status, out, err = evaluate("--raise-floors")

    assert (status, out) == (1, "")
    assert "The data of “mine” is not what its floors" in err
    assert "remove the set's tables" in err


def test_an_unknown_set_or_evaluation_is_refused(evaluate, floors, dataset) -> None:
    pin(floors, dataset, "macro_f1 = 0.1", name="other")
    status, out, err = evaluate()
    assert (status, out) == (1, "")
    assert "knows no set “mine” (it has other): name the right one with --name" in err

    assert evaluate("--name", "other")[0] == 0

    floors.write_text(floors.read_text().replace("loaded-words", "retrieval"))
    status, _, err = evaluate("--name", "other")
    assert status == 1
    assert "no floor for loaded-words on “other”: set them with --raise-floors" in err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[mine", "is not TOML"),
        ("mine = 3", ": mine is not a table. A set needs `sha256`"),
        ("[mine.loaded-words]\nmacro_f1 = 0.5", ": [mine] has no `sha256`"),
        ('[mine]\nsha256 = "a"\nrecall = 0.5', ": recall in [mine] is not a table of floors"),
        (
            '[mine]\nsha256 = "a"\n[mine.loaded-words]\nmacro_f1 = "high"',
            ": the floor of macro_f1 in [mine.loaded-words] is not a number. A set needs",
        ),
        (
            '[mine]\nsha256 = "a"\n[mine.loaded-words]\nmacro_f1 = nan',
            ": the floor of macro_f1 in [mine.loaded-words] is not a number. A set needs",
        ),
        (None, "cannot be read: name a file of floors, or make one with --raise-floors"),
    ],
)
def test_a_file_that_is_none_of_floors_is_named(evaluate, floors, text, said) -> None:
    if text is not None:
        floors.write_text(text)

    status, out, err = evaluate()

    assert (status, out) == (1, "")
    assert said in err
    assert err.count("\n") == 1


def test_floors_are_set_at_the_lower_ends_and_then_held(evaluate, floors, dataset) -> None:
    status, out, err = evaluate("--raise-floors", "--json")

    metrics = json.loads(out)["metrics"]
    (pinned,) = tomllib.loads(floors.read_text()).values()
    assert status == 0
    assert "0 floors raised, 5 added" in err
    assert pinned["sha256"] == hashlib.sha256(dataset.read_bytes()).hexdigest()
    # VADER's own figure is a peer's, which no change of Parley's can make worse.
    assert set(pinned["loaded-words"]) == set(metrics) - {"vader_macro_f1"}
    for name, floor in pinned["loaded-words"].items():
        assert metrics[name]["low"] - 0.001 < floor <= metrics[name]["low"]

    before = floors.read_text()
    assert evaluate("--raise-floors")[0] == 0
    assert floors.read_text() == before
    assert evaluate()[0] == 0


def test_raising_changes_the_lines_of_what_rose_and_no_others(evaluate, floors, dataset) -> None:
    text = (
        "# What must not get worse.\n\n"
        f'[a]\nsha256 = "0"\n\n[mine]\nsha256 = "{checksum(dataset)}"\n\n'
        "[mine.loaded-words]\n# by hand\nf1_calm = 0.8\nprecision = 0.2  # as it was\n"
        "recall = 0.6667\n\n[z]\nsha256 = '1'\n"
    )
    floors.write_text(text)

    status, _, err = evaluate("--raise-floors")

    new = floors.read_text()
    gone = [line for line in text.splitlines() if line not in new.splitlines()]
    added = [line for line in new.splitlines() if line not in text.splitlines()]
    assert (status, gone) == (0, ["precision = 0.2  # as it was"])
    assert [line.split(" = ")[0] for line in added] == ["f1_flagged", "macro_f1", "precision"]
    assert "precision = 1.0  # as it was" in added
    assert "1 floors raised, 2 added" in err
    assert list(tomllib.loads(new)["mine"]["loaded-words"]) == [
        "f1_calm",
        "f1_flagged",
        "macro_f1",
        "precision",
        "recall",
    ]


def test_a_run_below_a_floor_raises_none(evaluate, floors, dataset) -> None:
    pin(floors, dataset, "macro_f1 = 0.9", "precision = 0.1")
    before = floors.read_text()

    status, *_ = evaluate("--raise-floors")

    assert (status, floors.read_text()) == (1, before)


def test_where_less_is_better_the_floor_is_a_ceiling() -> None:
    metric = {"value": 0.06, "low": 0.05, "high": 0.0701}
    held = Floors(Path("f"), "mine", "neutrality", "", {"loaded_density": 0.055})
    better = {"loaded_density": "lower", "words": "neither"}

    (beyond,) = held.shortfalls({"loaded_density": metric}, better)

    assert str(beyond) == "loaded_density 0.0600 is 0.0050 above its ceiling 0.055"
    assert held.raised({"loaded_density": metric, "words": metric}, better) == {}
    none = Floors(Path("f"), "mine", "neutrality", "", {})
    assert none.raised({"loaded_density": metric}, better) == {"loaded_density": 0.071}


def test_a_new_set_stands_in_its_place_under_what_opens_the_file() -> None:
    text = '# Floors.\n\n# the harbour\n[m]\nsha256 = "0"\n'

    for name in ("z", "b"):
        text = with_floors(text, name, "1", "retrieval", {"r5": 0.9, "r1": 0.5})

    assert text == (
        '# Floors.\n\n[b]\nsha256 = "1"\n\n[b.retrieval]\nr1 = 0.5\nr5 = 0.9\n\n'
        '# the harbour\n[m]\nsha256 = "0"\n\n'
        '[z]\nsha256 = "1"\n\n[z.retrieval]\nr1 = 0.5\nr5 = 0.9\n'
    )


def test_a_metric_with_any_name_can_have_a_floor(floors: Path) -> None:
    name = 'recall_of "all" = 3 # ñ'
    none = Floors(floors, "mine", "grounding", "0", {})

    none.write({name: 0.5, "recall": 0.25})
    held = load_floors(floors, "mine", "grounding", "0")
    held.write({name: 0.75})

    assert load_floors(floors, "mine", "grounding", "0").floors == {name: 0.75, "recall": 0.25}


def test_a_file_of_another_layout_is_left_alone(floors: Path) -> None:
    text = 'mine = {sha256 = "0", grounding = {recall = 0.5}}\n'
    floors.write_text(text)
    held = load_floors(floors, "mine", "grounding", "0")

    with pytest.raises(ParleyError, match="laid out otherwise than floors are written: give"):
        held.write({"recall": 0.75})

    assert floors.read_text() == text


def test_a_folder_is_pinned_by_both_its_files(tmp_path: Path) -> None:
    for name in ("articles.jsonl", "questions.jsonl"):
        (tmp_path / name).write_text(name)
    before = checksum(tmp_path)
    listed = "".join(
        f"{hashlib.sha256(name.encode()).hexdigest()}  {name}\n"
        for name in ("articles.jsonl", "questions.jsonl")
    )

    assert before == hashlib.sha256(listed.encode()).hexdigest()
    (tmp_path / "questions.jsonl").write_text("other")
    assert checksum(tmp_path) != before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["loaded-words", "{}", "--raise-floors"], "--raise-floors needs --floors FILE"),
        (["loaded-words", "{}", "--name", "x"], "--name needs --floors FILE"),
        (["loaded-words", "{}", "--floors", "f", "--name", "a b"], "is no name for a set"),
        (["neutrality", "{}", "--floors", "f", "--limit", "3"], "leave --limit out"),
    ],
)
def test_options_that_make_no_sense_are_wrong_usage(
    dataset: Path, arguments: list[str], said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    status = run_parley(["eval", *(each.replace("{}", str(dataset)) for each in arguments)])

    assert status == 2
    assert said in capfd.readouterr().err


def own_sets() -> dict[str, dict[str, dict[str, float]]]:
    return tomllib.loads(OWN.read_text(encoding="utf-8"))


def test_the_repositorys_own_floors_are_of_evaluations_and_metrics_that_there_are() -> None:
    assert {evaluation for each in own_sets().values() for evaluation in each} <= {
        "sha256",
        *EVALUATIONS,
    }


@pytest.mark.parametrize("name", ["grounding", "grounding_held_out", "grounding_written"])
def test_the_repositorys_own_sets_keep_their_floors(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    status = run_parley(["eval", "grounding", str(DATA / f"{name}.jsonl"), "--floors", str(OWN)])

    assert (status, capfd.readouterr().err) == (0, "")


@pytest.mark.slow
def test_the_rules_of_wording_keep_their_floors_on_the_benchmark(
    capfd: pytest.CaptureFixture[str],
) -> None:
    file = Path(os.environ.get("PARLEY_BENCH", "")) / "babe" / "sentences.jsonl"
    if not os.environ.get("PARLEY_BENCH") or not file.is_file():
        pytest.skip("no babe/sentences.jsonl: PARLEY_BENCH names the folder of the benchmark")

    arguments = ["eval", "loaded-words", str(file), "--floors", str(OWN), "--name", "babe"]

    assert (run_parley(arguments), capfd.readouterr().err) == (0, "")
