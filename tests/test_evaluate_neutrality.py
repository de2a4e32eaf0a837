"""`parley eval neutrality`: what it measures, beside which peer, and what it refuses."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.cli import run as run_parley
from bot.lexrank import lexrank

HARBOUR = {
    "id": "harbour",
    "articles": [
        {
            "title": "Harbour of Vell opens",
            "text": "Norland and Sudmark agreed in Vell on Tuesday to open the harbour to boats. "
            "Some 22 ships of both countries were waiting outside the port. "
            "Bread prices in the capital have doubled since the blockade began.",
        },
        {
            "title": "Boats may enter Vell",
            "text": "Boats may enter the harbour of Vell again, Norland and Sudmark agreed. "
            "The United Nations envoy, Mira Sol, offered to watch over the entrance of the port.",
        },
        {
            "title": "Norland caves in",
            "text": "A monstrous swindle crowned the shameful betrayal of honest sailors. "
            "Sudmark wants a treaty on fishing rights before its navy leaves the coast.",
        },
    ],
    "neutral": "Norland and Sudmark agreed to open the harbour of Vell to boats. "
    "Some 22 ships were waiting outside the port.",
}
TREATY = {
    "id": "treaty",
    "articles": [
        {"title": None, "text": "The envoy, Mira Sol, proposed a fishing treaty in Brenn."},
        {"title": "An empty one", "text": ""},
    ],
    "neutral": "A fishing treaty was proposed in Brenn by the envoy.",
}
NAMES = ("rouge1_recall", "rouge2_f1", "loaded_density", "words")

Evaluate = Callable[..., tuple[int, str, str]]


@pytest.fixture
def evaluate(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Evaluate:
    """Return what measures a set of these rows; a string is a line as it is."""
    for name in list(os.environ):
        if name.startswith(("PARLEY_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PARLEY_HOME", str(home))
    dataset = tmp_path / "events.jsonl"

    def run(rows: list[Any], *options: str) -> tuple[int, str, str]:
        lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
        dataset.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        status = run_parley(["eval", "neutrality", str(dataset), *options])
        return status, *capfd.readouterr()

    return run


def test_every_figure_comes_with_its_interval_and_beside_its_peer(evaluate: Evaluate) -> None:
    status, out, _ = evaluate([HARBOUR, TREATY], "--json")
    report = json.loads(out)

    assert status == 0
    assert report["questions"] == 2
    expected = {*NAMES, *(f"lexrank_{name}" for name in NAMES), "neutral_loaded_density"}
    assert set(report["metrics"]) == expected
    for metric in report["metrics"].values():
        assert metric["low"] <= metric["value"] <= metric["high"]
    assert 50 < report["metrics"]["rouge1_recall"]["value"] <= 100


def test_each_text_is_written_out_with_its_scores(evaluate: Evaluate, tmp_path: Path) -> None:
    output = tmp_path / "outcomes.jsonl"
    status, out, _ = evaluate([HARBOUR, TREATY], "--output", str(output), "--words", "50")
    harbour, treaty = map(json.loads, output.read_text(encoding="utf-8").splitlines())

    assert status == 0
    assert "2 events" in out
    assert harbour["id"] == "harbour"
    assert "agreed" in harbour["text"]
    assert len(harbour["text"].split()) == harbour["words"] <= 55
    assert len(harbour["lexrank"].split()) == harbour["lexrank_words"] <= 55
    assert treaty["text"] == treaty["lexrank"] == TREATY["articles"][0]["text"]
    # Eight of the editor's ten words, all but “was” and “by”.
    assert treaty["rouge1_recall"] == pytest.approx(80)


def test_only_so_many_events_are_read_as_were_asked_for(evaluate: Evaluate) -> None:
    status, out, _ = evaluate([HARBOUR, TREATY, "no JSON"], "--json", "--limit", "1")

    assert status == 0
    assert json.loads(out)["questions"] == 1


def test_an_empty_set_is_no_set(evaluate: Evaluate) -> None:
    status, out, err = evaluate([], "--json")

    assert (status, out) == (1, "")
    assert "holds no event" in err


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({key: value for key, value in HARBOUR.items() if key != "neutral"}, "neutral"),
        ({**HARBOUR, "articles": []}, "articles"),
        ({**HARBOUR, "articles": [{"title": "No text"}]}, "articles.0.text"),
        ({**HARBOUR, "id": 7}, "id"),
    ],
)
def test_a_line_that_lacks_something_is_named(
    evaluate: Evaluate, wrong: dict[str, Any], named: str
) -> None:
    status, _, err = evaluate([HARBOUR, wrong])

    assert status == 1
    assert f"line 2: {named}: " in err


def test_lexrank_takes_the_centre_within_the_length_and_nothing_twice() -> None:
    sentences = [
        "The fleet of Norland sailed home.",
        "Norland and Sudmark agreed to open the harbour of Vell.",
        "The harbour of Vell will open, Norland and Sudmark agreed.",
        "Bread is dear.",
        "The harbour of Vell was closed by Sudmark in spring.",
    ]
    taken = lexrank(sentences, 20)

    assert len({1, 2} & set(taken)) == 1
    assert taken == sorted(taken)
    assert sum(len(sentences[place].split()) for place in taken) <= 20
    assert lexrank(sentences, 2) == []
    assert lexrank([], 20) == []
    assert lexrank(["Of the", "…"], 20)
