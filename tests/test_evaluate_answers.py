"""`parley eval answers`: what counts as right, both forms of a set, what is printed."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.answer_sets import Case, contains, load_groups
from bot.answers import Answer, Citation, Disagreement, Sentence, Value
from bot.cli import run as run_parley
from bot.evaluate_answers import Outcome, summarise, token_f1

VELL = {
    "text": "Delegations from Norland and Sudmark met in the port of Vell on Tuesday.\n\n"
    "The Norland delegation was led by Trade Minister Ana Kestrel.\n\n"
    "Kestrel said that 22 ships were waiting outside the harbour.",
    "title": "Harbour talks open",
    "publisher": "Vell Courier",
    "published": "2031-05-06",
}
BRENN = {"text": "The envoy, Mira Sol, proposed a fishing treaty at the talks in Brenn."}


def item(question: str, answers: list[str], articles: list[dict[str, str]], **more: Any) -> dict:
    return {"question": question, "answers": answers, "articles": articles, **more}


LED = item("Who led the Norland delegation?", ["Ana Kestrel"], [VELL])
CUP = item("Which player scored in the cup final?", [], [VELL])


def write_lines(path: Path, rows: list[Any]) -> Path:
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def items(tmp_path: Path) -> Callable[..., Path]:
    return lambda *rows: write_lines(tmp_path / "items.jsonl", list(rows))


@pytest.fixture
def evaluate(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    for name in list(os.environ):
        if name.startswith(("PARLEY_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PARLEY_ENGINE", "extractive")
    monkeypatch.setenv("PARLEY_HOME", str(home))

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        status = run_parley(["eval", "answers", *map(str, arguments)])
        return status, *capfd.readouterr()

    return run


@pytest.fixture
def measured(evaluate: Callable[..., tuple[int, str, str]]) -> Callable[[Path], dict[str, float]]:
    def run(dataset: Path) -> dict[str, float]:
        status, out, err = evaluate(dataset, "--json")
        assert status == 0, err
        return {name: metric["value"] for name, metric in json.loads(out)["metrics"].items()}

    return run


@pytest.mark.parametrize(
    ("text", "phrase", "held"),
    [
        ("It was founded in 1838.", "8", False),
        ("There were 8 of them.", "8", True),
        ("They met in Reykjavík’s harbour.", "reykjavik", True),
        ("Çavuşoğlu called it civil.", "Cavusoglu", True),
        ("More than 1,500 ships", "1500 ships", True),
        ("ships of Norland", "Norland ships", False),
        ("The port, of Vell", "port of Vell", True),
        ("any text", "…", False),
    ],
)
def test_a_phrase_stands_in_a_text_word_for_word(text: str, phrase: str, held: bool) -> None:
    assert contains(text, phrase) is held


@pytest.mark.parametrize(
    ("given", "answers", "f1"),
    [
        ("the port of Vell", ["Port of Vell."], 1.0),
        ("Vell", ["the port of Vell"], 0.5),
        ("Ana Kestrel", ["Mira Sol", "Minister Ana Kestrel"], 0.8),
        ("Ana Ana", ["Ana"], 2 / 3),
        ("“Vell”", ["Vell"], 1.0),
        ("Brenn", ["Vell"], 0.0),
        ("", ["Vell"], 0.0),
        ("Vell", [], 0.0),
    ],
)
def test_f1_follows_squad(given: str, answers: list[str], f1: float) -> None:
    assert token_f1(given, answers) == pytest.approx(f1)


def test_items_are_answered_from_their_own_articles(measured, items) -> None:
    wrong = item("How many ships were waiting outside the harbour?", ["31"], [VELL])
    here = item("Who proposed a fishing treaty?", ["Mira Sol"], [BRENN])

    metrics = measured(items(here, LED, wrong, CUP))

    assert metrics["answered"] == 1.0
    assert metrics["refused"] == 1.0
    assert metrics["sentence_shown"] == pytest.approx(2 / 3, abs=1e-4)
    assert metrics["sentence_first"] == pytest.approx(2 / 3, abs=1e-4)
    assert metrics["quote_verbatim"] == 1.0
    assert metrics["verified"] == 1.0
    assert not {"disagreement_shown", "disagreement_false"} & set(metrics)


def test_what_an_earlier_item_brought_is_gone(evaluate, items, tmp_path: Path) -> None:
    question = "Who proposed a fishing treaty?"
    here, elsewhere = item(question, ["Mira Sol"], [BRENN]), item(question, [], [VELL])
    output = tmp_path / "outcomes.jsonl"

    status, *_ = evaluate(items(here, elsewhere), "--output", output)

    assert status == 0
    first, second = (json.loads(line)["produced"] for line in output.read_text().splitlines())
    assert "Mira Sol" in json.dumps(first)
    assert "Mira Sol" not in json.dumps(second)


def test_given_fragments_decide_instead_of_the_answers(measured, items) -> None:
    right = {**LED, "sentences": ["led by Trade Minister"]}
    wrong = {**LED, "sentences": ["waiting outside the dock"]}

    assert measured(items(right))["sentence_first"] == 1.0
    assert measured(items(wrong))["sentence_shown"] == 0.0


def test_the_same_articles_are_taken_in_once(items) -> None:
    other = item("Who proposed it?", ["Mira Sol"], [BRENN])

    groups = load_groups(items(LED, CUP, other, LED), pytest.fail)

    assert [len(group.cases) for group in groups] == [2, 1, 1]


def test_items_whose_answers_are_null_are_passed_over_and_counted(
    evaluate, items, tmp_path: Path
) -> None:
    unknown = {**CUP, "answers": None}
    output = tmp_path / "outcomes.jsonl"

    status, out, err = evaluate(items(unknown, LED, unknown), "--json", "--output", output)

    assert status == 0
    assert json.loads(out)["questions"] == 1
    assert [json.loads(line)["question"] for line in output.read_text().splitlines()] == [
        LED["question"]
    ]
    assert "2 of 3 items have `answers` null" in err
    assert "fill them in" in err


def test_a_set_with_no_known_answers_is_refused(evaluate, items) -> None:
    dataset = items({**LED, "answers": None})

    status, out, err = evaluate(dataset)

    assert (status, out) == (1, "")
    assert f"{dataset}: 1 of 1 items have `answers` null" in err
    assert err.count("\n") == 1


def test_a_file_without_items_is_refused_with_what_to_do(evaluate, items) -> None:
    dataset = items()

    status, out, err = evaluate(dataset)

    assert (status, out) == (1, "")
    assert f"{dataset} holds no item: give it a line of JSON for each" in err


def small_set(folder: Path, questions: list[dict[str, Any]]) -> Path:
    folder.mkdir()
    write_lines(folder / "articles.jsonl", [{"id": "v", **VELL}, {"id": "b", **BRENN}])
    rows = [{"article_id": "v", **question} for question in questions]
    write_lines(folder / "questions.jsonl", rows)
    return folder


def span(text: str, words: str) -> list[int]:
    start = text.rindex(words)
    return [start, start + len(words)]


def test_a_folder_is_judged_by_its_spans(measured, tmp_path: Path) -> None:
    question = {"question": "Who led the Norland delegation?", "answers": ["Kestrel"]}
    led = [span(VELL["text"], "Ana Kestrel")]
    # The name stands there too, but this is not where the question is answered.
    said = [span(VELL["text"], "Kestrel said that 22 ships")]

    right = measured(small_set(tmp_path / "a", [{**question, "answer_spans": led}]))
    wrong = measured(small_set(tmp_path / "b", [{**question, "answer_spans": said}]))

    assert right["sentence_first"] == 1.0
    assert wrong["sentence_first"] == 0.0


def test_a_folder_without_spans_is_judged_by_its_answers(measured, tmp_path: Path) -> None:
    asked = "Who led the Norland delegation?"
    questions = [
        {"question": asked, "answers": ["Ana Kestrel"]},
        {"question": asked, "answers": ["22 ships"]},
        {"question": "Which player scored in the cup final?", "answers": []},
    ]

    metrics = measured(small_set(tmp_path / "set", questions))

    assert metrics["sentence_first"] == 0.5
    assert metrics["refused"] == 1.0


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("{", "line 2"),
        ("[]", "line 2"),
        ({**LED, "question": " "}, "line 2: question"),
        ({**LED, "answers": "Ana Kestrel"}, "line 2: answers"),
        ({key: LED[key] for key in ("question", "articles")}, "line 2: answers"),
        ({**LED, "answers": [""]}, "line 2: answers.0"),
        ({**LED, "articles": []}, "line 2: articles"),
        ({**LED, "articles": [{"title": "no text"}]}, "line 2: articles.0.text"),
        ({**LED, "articles": [{"text": "Subscribe to our newsletter"}]}, "line 2"),
        ({**LED, "disagree": "yes"}, "line 2: disagree"),
        ({**CUP, "sentences": ["a fragment"]}, "line 2"),
    ],
)
def test_a_wrong_line_is_named(evaluate, items, line: Any, named: str) -> None:
    dataset = write_lines(items(LED), [LED, line])

    status, out, err = evaluate(dataset)

    assert (status, out) == (1, "")
    assert named in err
    assert "Traceback" not in err


def test_json_has_the_form_of_the_other_evaluations(evaluate, items) -> None:
    dataset = items(LED, CUP)

    status, out, _ = evaluate(dataset, "--json")

    report = json.loads(out)
    assert status == 0
    assert set(report) == {"dataset", "questions", "metrics", "by_kind"}
    assert (report["dataset"], report["questions"]) == (str(dataset), 2)
    assert report["metrics"]["sentence_first"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert all(set(each) == {"value", "low", "high"} for each in report["metrics"].values())


def test_output_tells_what_was_produced_and_the_verdicts(evaluate, items, tmp_path: Path) -> None:
    output = tmp_path / "outcomes.jsonl"

    status, out, _ = evaluate(items(LED, CUP), "--output", output)

    led, cup = (json.loads(line) for line in output.read_text("utf-8").splitlines())
    assert status == 0
    assert "sentence_first" in out
    assert (led["question"], led["answers"]) == (LED["question"], ["Ana Kestrel"])
    assert "Ana Kestrel" in led["produced"]["sentences"][0]["text"]
    assert "timings_ms" not in led["produced"]
    assert led["verdicts"]["sentence_first"] is True
    assert cup["verdicts"]["refused"] is True
    assert cup["verdicts"]["sentence_shown"] is False


# What the built-in engine would not produce on demand is built by hand.
TEXT = "22 ships were waiting in Vell."
CITATION = Citation(1, "a", None, None, None, None, 0, len(TEXT), TEXT)
TWENTY_TWO = Answer(
    "How many?",
    "How many?",
    "extractive",
    sentences=(Sentence(TEXT, (1,), short_answer=(0, 8)),),
    citations=(CITATION,),
)
REFUSAL = Answer("How many?", "How many?", "extractive", refused=True, message="No.")


def figures(*outcomes: Outcome) -> dict[str, float]:
    return {name: metric["value"] for name, metric in summarise(outcomes).items()}


def outcome(
    answer: Answer, *answers: str, disagree: bool | None = None, is_verbatim: bool = True
) -> Outcome:
    case = Case("How many?", answers, answers, disagree=disagree)
    return Outcome(case, answer, is_verbatim)


def test_short_answers_count_over_the_answerable_and_over_the_marked() -> None:
    unmarked = replace(TWENTY_TWO, sentences=(Sentence(TEXT, (1,)),))

    metrics = figures(
        outcome(TWENTY_TWO, "22 ships"),
        outcome(TWENTY_TWO, "22"),
        outcome(unmarked, "22"),
        outcome(REFUSAL, "22"),
        outcome(TWENTY_TWO),
    )

    assert metrics["answered"] == 0.75
    assert metrics["refused"] == 0.0
    assert metrics["short_marked"] == 0.5
    assert metrics["short_exact_of_marked"] == 0.5
    assert metrics["answer_f1"] == pytest.approx((1 + 2 / 3) / 4, abs=1e-4)


def test_the_first_sentence_counts_apart_from_the_others() -> None:
    other = Sentence("It rained.", (1,), "unverified", ("nothing says so",))
    second = replace(TWENTY_TWO, sentences=(other, *TWENTY_TWO.sentences))

    metrics = figures(outcome(second, "22 ships"), outcome(REFUSAL, "22 ships"))

    assert metrics["sentence_first"] == 0.0
    assert metrics["sentence_shown"] == 0.5
    assert metrics["verified"] == 0.5


def test_a_quote_that_is_not_verbatim_shows() -> None:
    false = outcome(TWENTY_TWO, "22", is_verbatim=False)

    # A refusal that offers no passages quotes nothing, and says nothing of quotes.
    assert figures(false, outcome(TWENTY_TWO, "22"), outcome(REFUSAL))["quote_verbatim"] == 0.5
    assert "quote_verbatim" not in figures(outcome(REFUSAL))


def test_disagreements_count_where_two_values_are_shown() -> None:
    values = (Value("22", None, False, (1,)), Value("31", None, True, (1,)))
    both = replace(TWENTY_TWO, disagreements=(Disagreement("ships", values),))
    one = replace(TWENTY_TWO, disagreements=(Disagreement("ships", values[:1]),))

    metrics = figures(
        outcome(both, "22", disagree=True),
        outcome(one, "22", disagree=True),
        outcome(TWENTY_TWO, "22", disagree=False),
        outcome(both, "22", disagree=False),
        outcome(TWENTY_TWO, "22", disagree=False),
        outcome(both, "22"),
    )

    assert metrics["disagreement_shown"] == 0.5
    assert metrics["disagreement_false"] == pytest.approx(1 / 3, abs=1e-4)


def test_nothing_to_measure_is_no_figure() -> None:
    assert summarise([]) == {}
