"""`parley eval retrieval`: its figures, the short answer's among them, and those of each kind."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.breakdown import by_kind
from bot.cli import run as run_parley
from bot.evaluate import EVALUATION, Row, figures, outcomes
from tests.pointing_reader import PointingReader
from vectorstore.corpus import Corpus
from vectorstore.questionset import fill, load_set
from vectorstore.retriever import Retriever

VELL = (
    "Delegations from Norland and Sudmark met in the port of Vell on Tuesday.\n\n"
    "The Norland delegation was led by Trade Minister Ana Kestrel.\n\n"
    "Kestrel said that 22 ships were waiting outside the harbour."
)
QUESTIONS = {
    "Who led the Norland delegation?": "Ana Kestrel",
    "How many ships were waiting outside the harbour?": "22",
    "Which player scored in the cup final?": None,
}


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "articles.jsonl").write_text(json.dumps({"id": "v", "text": VELL}))
    with (folder / "questions.jsonl").open("w") as file:
        for question, answer in QUESTIONS.items():
            start = VELL.index(answer) if answer else 0
            spans = [[start, start + len(answer)]] if answer else []
            row = {"question": question, "article_id": "v", "answers": [answer] if answer else []}
            file.write(json.dumps({**row, "answer_spans": spans}) + "\n")
    return folder


@pytest.fixture
def evaluate(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    for name in list(os.environ):
        if name.startswith(("PARLEY_", "OPENAI_")):
            monkeypatch.delenv(name)

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        status = run_parley(["eval", "retrieval", *map(str, arguments)])
        return status, *capfd.readouterr()

    return run


def test_the_figures_the_items_and_the_kinds_agree(evaluate, dataset, tmp_path: Path) -> None:
    output = tmp_path / "outcomes.jsonl"

    status, out, _ = evaluate(dataset, "--json", "--output", output)

    report = json.loads(out)
    rows = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    assert status == 0
    assert set(report) == {"dataset", "questions", "metrics", "by_kind"}
    assert set(report["metrics"]) == {
        "r1",
        "r5",
        "r10",
        "mrr10",
        "sentence_top1",
        "sentence_top3",
        "answer_f1",
        "unanswerable_auroc",
    }
    assert {name: each.value for name, each in EVALUATION.of(rows).items()} == pytest.approx(
        {name: each["value"] for name, each in report["metrics"].items()}, abs=1e-4
    )
    assert report["metrics"]["sentence_top1"]["value"] == 1
    # The number is marked by rule, and is right.
    assert rows[1]["short_answer"] == "22"
    assert rows[1]["answer_f1"] == 1
    assert rows[2]["answer_f1"] == 0
    assert {kind: each["questions"] for kind, each in report["by_kind"].items()} == {
        "number": 1,
        "other": 1,
        "person": 1,
    }
    assert report["by_kind"]["number"]["metrics"]["answer_f1"]["value"] == 1
    assert "unanswerable_auroc" not in report["by_kind"]["number"]["metrics"]


def test_people_are_shown_the_kinds_and_which_of_them_are_few(evaluate, dataset) -> None:
    status, out, _ = evaluate(dataset)

    *_, heads, number, other, _person, note = out.splitlines()
    assert status == 0
    assert heads.split()[-4:] == ["questions", "r1", "sentence_top1", "answer_f1"]
    assert number.split()[:3] == ["number", "1", "*1.00"]
    assert other.split() == ["other", "1", "–", "–", "–"]
    assert note.strip() == "* of fewer than 10 questions"


def test_words_that_the_reader_is_not_sure_of_are_measured_too(
    corpus: Corpus, dataset: Path
) -> None:
    articles, (led, *_) = load_set(dataset)
    fill(corpus, list(articles.values()))
    # A question that no rule marks an answer to.
    item = replace(led, question="What was the Norland delegation led by?")
    doubtful = PointingReader({"Minister Ana Kestrel": (200, 0.01)})

    (outcome,) = outcomes(Retriever(corpus, doubtful), [item])

    assert outcome.short_answer == "Minister Ana Kestrel"
    assert outcome.to_json()["answer_f1"] == 0.8


def row(question: str, answered: bool, **more: Any) -> Row:
    found = {"passage_rank": 1, "sentence_rank": None, "evidence": 0.5, "answer_f1": 0.5}
    return Row(question=question, answers=("x",) if answered else (), **{**found, **more})


def test_a_kind_has_the_figures_of_its_questions_alone() -> None:
    when = [row("When did it open?", True, passage_rank=1 + n % 2) for n in range(12)]
    who = [row("Who led it?", True, passage_rank=None) for _ in range(11)]
    unanswered = [row("Who led it?", False, evidence=0.1)]

    kinds = by_kind([*when, *who, *unanswered], figures)

    assert list(kinds) == ["person", "time"]
    assert (kinds["time"]["questions"], kinds["person"]["questions"]) == (12, 12)
    assert kinds["time"]["metrics"]["r1"]["value"] == 0.5
    assert kinds["time"]["metrics"]["r1"]["low"] < 0.4
    assert kinds["person"]["metrics"]["r1"]["value"] == 0
    # Eleven can be told from one: it is the one that makes it a figure of few.
    assert kinds["person"]["few"] == ["unanswerable_auroc"]
    assert kinds["time"]["few"] == []
