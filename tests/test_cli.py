"""The command line as a person meets it: what it prints, where, and how it ends."""

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.cli import run as run_parley

README = Path(__file__).parents[1] / "README.md"


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def parley(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    for name in list(os.environ):
        if name.startswith(("PARLEY_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PARLEY_ENGINE", "extractive")
    monkeypatch.setenv("PARLEY_HOME", str(home))
    # Wide enough that no table wraps the words which the tests look for.
    monkeypatch.setenv("COLUMNS", "300")

    def run(*arguments: str) -> Ran:
        status = run_parley(list(arguments))
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return Ran(status, out, err)

    return run


def test_a_conversation_is_gone_on_with_and_kept(parley, inputs: Path) -> None:
    parley("ingest", str(inputs))
    name = "  The harbour   talks "

    first = parley(
        "ask", "--conversation", name, "--until", "2031-05-10", "Who led the Norland delegation?"
    )
    second = parley("ask", "--conversation", "The harbour talks", "--json", "And the Sudmark one?")
    (kept,) = parley("conversations", "list", "--json").json["conversations"]

    assert "Ana Kestrel. [1]" in first.out
    assert second.json["standalone_question"] == "Who led the Sudmark delegation?"
    assert (kept["title"], kept["turns"]) == ("The harbour talks", 2)
    # A question without a filter of its own leaves the conversation's as it was.
    assert kept["scope"] == {"until": "2031-05-10"}


def test_copies_are_named_as_one_origin(parley, inputs: Path) -> None:
    copy = (inputs / "harbour.md").read_text().replace("Vell Courier", "Brenn Gazette")
    (inputs / "copy.md").write_text(copy.replace("/harbour-talks", "/copied"))
    parley("ingest", str(inputs))
    ran = parley("ask", "--json", "Who led the Norland delegation?").json
    assert len(ran["sentences"][0]["citations"]) == 2
    assert ran["notices"] == ["[1], [2]: 2 outlets, 1 origin."]
    assert (
        "Note: [1], [2]: 2 outlets, 1 origin."
        in parley("ask", "Who led the Norland delegation?").out
    )


def test_what_was_edited_in_silence_is_shown(parley, inputs: Path) -> None:
    file = inputs / "envoy.md"
    article_id = parley("ingest", str(file), "--json").json["items"][0]["article_id"]
    assert "nothing came before it" in parley("articles", "diff", article_id).err
    file.write_text(file.read_text().replace("two weeks", "three weeks"))
    assert parley("ingest", str(file), "--json").json["updated"] == 1

    shown = parley("articles", "diff", article_id)
    given = parley("articles", "diff", article_id, "--from", "1", "--to", "2", "--json").json

    assert "asked for [-two-][+three+] weeks" in shown.out
    assert "both navies" not in shown.out
    assert (given["from"], given["to"]) == (1, 2)
    kinds = [piece["kind"] for paragraph in given["paragraphs"] for piece in paragraph]
    assert (kinds.count("added"), kinds.count("removed")) == (1, 1)
    assert "two weeks" in parley("articles", "show", article_id, "--version", "1").out
    assert parley("articles", "diff", article_id, "--to", "7").status == 1


def test_a_text_on_standard_input_is_an_article(
    parley, monkeypatch: pytest.MonkeyPatch, inputs: Path
) -> None:
    text = io.TextIOWrapper(io.BytesIO("Посол прибыл в Велль. Talks began.".encode()))
    monkeypatch.setattr("sys.stdin", text)
    known = ("--publisher", "Herald", "--published", "2031-05", "--title", "Arrival")

    ran = parley("ingest", "-", str(inputs), *known, "--json")

    first = ran.json["items"][0]
    assert (first["title"], first["published"], first["published_from"]) == (
        *("Arrival", "2031-05"),
        "reader",
    )
    assert ran.json["added"] == 3
    assert "Посол прибыл" in parley("articles", "show", first["article_id"]).out
    refused = parley("ingest", str(inputs), "--title", "Mine")
    assert (refused.status, "go with a text on -" in refused.err) == (2, True)


@pytest.mark.parametrize("name", ["", "   "])
def test_a_conversation_needs_a_name(parley, inputs: Path, name: str) -> None:
    parley("ingest", str(inputs))

    ran = parley("ask", "--conversation", name, "Who led the Norland delegation?")

    assert ran.status == 1
    assert "needs a title" in ran.err
    assert parley("conversations", "list", "--json").json == {"conversations": []}


def test_ingest_then_ask_answers_with_the_source(parley, inputs: Path) -> None:
    assert parley("ingest", str(inputs)).status == 0

    asked = parley("ask", "Who led the Norland delegation?")

    assert asked.status == 0
    assert "Ana Kestrel. [1]" in asked.out
    assert "[1] Harbour talks open in Vell, Vell Courier, 2031-05-06" in asked.out


def test_json_is_one_object_and_all_of_standard_output(parley, inputs: Path) -> None:
    report = parley("ingest", "--json", str(inputs))
    answer = parley("ask", "--json", "Who led the Norland delegation?")
    refusal = parley("ask", "--json", "Who won the cup final?")

    assert report.json["added"] == 2
    assert answer.json["engine"] == "extractive"
    assert answer.json["citations"][0]["quote"] in answer.json["answer"]
    assert (refusal.status, refusal.json["refused"]) == (0, True)


def test_a_file_of_questions_is_answered_line_by_line(parley, inputs: Path, tmp_path: Path) -> None:
    parley("ingest", str(inputs))
    questions = ["Who led the Norland delegation?", "What did the envoy propose?"]
    (tmp_path / "questions.txt").write_text("\n\n".join(questions) + "\n", encoding="utf-8")

    asked = parley("ask", "--json", "--file", str(tmp_path / "questions.txt"))

    assert [json.loads(line)["question"] for line in asked.out.splitlines()] == questions


def test_filters_narrow_a_question(parley, inputs: Path) -> None:
    parley("ingest", str(inputs))

    late = parley("ask", "--json", "--since", "2031-05-20", "What was proposed at the talks?")
    as_of = parley("ask", "--json", "--as-of", "2031-05-10", "What was proposed at the talks?")

    def publishers(ran: Ran) -> set[str]:
        return {each["publisher"] for each in (*ran.json["citations"], *ran.json["nearest"])}

    assert publishers(late) == {"Brenn Gazette"}
    assert publishers(as_of) == {"Vell Courier"}


def test_a_rejected_input_is_named_and_the_rest_taken_in(parley, inputs: Path) -> None:
    (inputs / "broken.txt").write_bytes(b"\xff\xfe\xfd\x00\x01")

    ran = parley("ingest", str(inputs))

    assert ran.status == 1
    assert "2 added, 1 rejected." in ran.err
    assert "broken.txt" in ran.err


def test_articles_are_listed_shown_and_removed(parley, inputs: Path) -> None:
    parley("ingest", str(inputs))
    listed = parley("articles", "list", "--json").json["articles"]
    (harbour,) = [each for each in listed if each["publisher"] == "Vell Courier"]

    shown = parley("articles", "show", "--json", harbour["article_id"]).json
    removed = parley("articles", "remove", harbour["article_id"])

    assert shown["removed"][0]["text"] == "Follow the Vell Courier on Facebook and Instagram"
    assert "22 ships" in shown["text"]
    assert removed.status == 0
    assert "Harbour" not in parley("articles", "list").out
    asked = parley("ask", "--json", "Who led the Norland delegation?").json
    assert "Kestrel" not in json.dumps(asked)


def test_deleted_articles_are_listed_restored_and_purged(parley, inputs: Path) -> None:
    parley("ingest", str(inputs))
    (harbour, envoy) = (
        next(each["article_id"] for each in listed if each["publisher"] == publisher)
        for listed in [parley("articles", "list", "--json").json["articles"]]
        for publisher in ("Vell Courier", "Brenn Gazette")
    )
    assert "no article is deleted" in parley("articles", "purge").err

    removed = parley("articles", "remove", harbour)
    assert f"parley articles restore {harbour}" in removed.err
    assert f"parley articles restore {harbour}" in parley("articles", "show", harbour).err
    assert harbour in parley("articles", "list", "--deleted").out
    assert "1 article" in parley("articles", "restore", harbour).err
    assert "22 ships" in parley("articles", "show", harbour).out

    parley("articles", "remove", harbour, envoy)
    assert "2 articles" in parley("articles", "restore", "--all").err
    parley("articles", "remove", envoy)
    purged = parley("articles", "purge", "--yes")
    assert (purged.status, purged.out) == (0, "")
    assert envoy in purged.err
    assert parley("articles", "list", "--deleted", "--json").json == {"articles": []}
    assert parley("articles", "restore", envoy).status == 1


def test_a_purge_asks_first(parley, inputs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parley("ingest", str(inputs))
    (first, _) = parley("articles", "list", "--json").json["articles"]
    parley("articles", "remove", first["article_id"])

    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    refused = parley("articles", "purge")

    assert refused.status == 130
    assert "cannot be undone" in refused.err
    assert first["article_id"] in parley("articles", "list", "--deleted").out


def test_what_is_known_of_an_article_is_corrected(parley, inputs: Path) -> None:
    parley("ingest", str(inputs))
    (newest, _) = parley("articles", "list", "--json").json["articles"]
    assert newest.pop("duplicate_of") is None

    edited = parley(
        *("articles", "edit", newest["article_id"], "--json"),
        *("--publisher", "Brenn Evening Gazette", "--url", ""),
    )
    wrong = parley("articles", "edit", newest["article_id"], "--published", "Tuesday")

    assert edited.json == {**newest, "publisher": "Brenn Evening Gazette", "url": None}
    assert (wrong.status, wrong.err.count("\n")) == (1, 1)
    assert "YYYY-MM-DD" in wrong.err
    asked = parley("ask", "What did the envoy propose?", "--publisher", "brenn evening gazette")
    assert "Brenn Evening Gazette" in asked.out


def test_reindex_and_doctor_leave_everything_well(parley, inputs: Path) -> None:
    parley("ingest", str(inputs))

    assert parley("articles", "reindex").status == 0

    verdicts = parley("doctor", "--json").json["verdicts"]
    assert {verdict["part"]: verdict["well"] for verdict in verdicts} == {
        "model": True,
        "reader": True,
        "embedder": True,
        "library": True,
        "index": True,
        "engine": True,
    }


def test_doctor_names_what_is_damaged_and_the_mend(parley, inputs: Path, home: Path) -> None:
    parley("ingest", str(inputs))
    (home / "index" / "chroma.sqlite3").write_bytes(b"damage" * 1000)

    ran = parley("doctor")

    assert ran.status == 1
    assert "parley articles reindex" in ran.out
    assert parley("articles", "reindex").status == 0
    assert parley("doctor").status == 0


def _small_set(folder: Path) -> Path:
    text = "Ana Kestrel led the delegation.\n\nThe talks took place in the port of Vell."
    at = text.index("Vell")
    folder.mkdir()
    (folder / "articles.jsonl").write_text(json.dumps({"id": "a", "text": text}) + "\n")
    questions = [
        {"question": "Where were the talks?", "answers": ["Vell"], "answer_spans": [[at, at + 4]]},
        {"question": "Who won the cup?", "answers": [], "answer_spans": []},
    ]
    (folder / "questions.jsonl").write_text(
        "".join(json.dumps({"article_id": "a", **question}) + "\n" for question in questions)
    )
    return folder


def test_eval_measures_a_readers_own_questions(parley, tmp_path: Path) -> None:
    folder = _small_set(tmp_path / "set")

    ran = parley("eval", "retrieval", str(folder), "--json", "--output", str(tmp_path / "o.jsonl"))

    metrics = ran.json["metrics"]
    assert ran.json["questions"] == 2
    assert metrics["sentence_top1"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert metrics["unanswerable_auroc"]["value"] == 1.0
    rows = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text().splitlines()]
    assert rows[0]["sentences"][0] == "The talks took place in the port of Vell."


def test_eval_names_the_line_that_is_wrong(parley, tmp_path: Path) -> None:
    folder = _small_set(tmp_path / "set")
    with (folder / "questions.jsonl").open("a") as file:
        file.write('{"question": "Who?", "article_id": "unknown"}\n')

    ran = parley("eval", "retrieval", str(folder))

    assert ran.status == 1
    assert "questions.jsonl, line 3" in ran.err


@pytest.mark.parametrize(
    ("arguments", "status", "named"),
    [
        (["ask", "Who?", "--nonsense"], 2, "--nonsense"),
        (["nonsense"], 2, "nonsense"),
        (["ask"], 2, "--file"),
        (["ask", "   "], 2, "empty"),
        (["ask", "Who?", "--since", "yesterday"], 2, "yesterday"),
        (["articles", "remove"], 2, "--samples"),
        (["articles", "restore"], 2, "--all"),
        (["articles", "edit", "some-id"], 2, "--published"),
        (["ask", "Who?"], 1, "parley ingest"),
        (["ask", "--file", "no-such-file.txt"], 1, "no-such-file.txt"),
        (["articles", "list"], 1, "parley ingest"),
        (["chat", "--port", "0"], 2, "port"),
    ],
)
def test_a_mistake_is_one_clear_line(parley, arguments: list[str], status: int, named: str) -> None:
    ran = parley(*arguments)

    assert ran.status == status
    assert ran.out == ""
    assert ran.err.count("\n") == 1
    assert named in ran.err


def test_an_unknown_article_is_named(parley, inputs: Path) -> None:
    parley("ingest", str(inputs))

    for command in ("show", "remove", "restore"):
        ran = parley("articles", command, "no-such-id")
        assert ran.status == 1
        assert "no-such-id" in ran.err


@pytest.mark.parametrize(
    ("name", "value"),
    [("PARLEY_ENGINE", "oracle"), ("PARLEY_CHROMA_URL", "http://127.0.0.1:1")],
)
def test_a_setting_that_cannot_be_met_is_named(
    parley, inputs: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    ran = parley("ingest", str(inputs))

    assert ran.status == 1
    assert name in ran.err
    assert ran.err.count("\n") == 1


def test_a_broken_settings_file_is_named(parley, inputs: Path, home: Path) -> None:
    home.mkdir()
    (home / "parley.toml").write_text("engine = [", encoding="utf-8")

    assert "parley.toml" in parley("ingest", str(inputs)).err


def test_the_environment_wins_over_the_settings_file(
    parley, inputs: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir()
    (home / "parley.toml").write_text('engine = "oracle"', encoding="utf-8")
    monkeypatch.delenv("PARLEY_ENGINE")
    assert parley("ingest", str(inputs)).status == 1

    monkeypatch.setenv("PARLEY_ENGINE", "extractive")

    assert parley("ingest", str(inputs)).status == 0


def test_a_data_folder_that_cannot_be_made_is_named(
    parley, inputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_way = inputs / "harbour.md" / "home"
    monkeypatch.setenv("PARLEY_HOME", str(in_the_way))

    ran = parley("ingest", str(inputs))

    assert ran.status == 1
    assert str(in_the_way) in ran.err
    assert ran.err.count("\n") == 1


def test_an_occupied_port_is_named(parley) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        ran = parley("chat", "--port", str(port))

    assert ran.status == 1
    assert str(port) in ran.err
    assert "--port" in ran.err


@pytest.fixture
def chat(home: Path) -> Iterator[subprocess.Popen[str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "chat", "--no-samples", "--port", str(port)],
        env={**os.environ, "PARLEY_HOME": str(home)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "http://" in line:
            break
    yield process
    process.kill()
    process.wait()
    process.stderr.close()


def test_beside_the_page_reading_works_and_writing_is_refused_with_who_and_why(
    parley, inputs: Path, chat: subprocess.Popen[str]
) -> None:
    refused = parley("ingest", str(inputs))

    assert refused.status == 1
    assert f"`parley chat` (process {chat.pid}" in refused.err
    assert chat.poll() is None  # the refusal did not wait for the holder to end
    assert parley("articles", "list").status == 0


def test_the_page_ends_cleanly_when_told_to(chat: subprocess.Popen[str]) -> None:
    chat.send_signal(signal.SIGINT)

    assert chat.wait(timeout=60) in (0, 130)


def test_samples_are_left_out_on_request(parley, home: Path, monkeypatch) -> None:
    from bot.app import open_owner
    from bot.settings import load
    from vectorstore.documents import Filter

    with open_owner(load(), "test", print) as opened:
        opened.add_samples()
        assert opened.service().overview().samples == 10
    with open_owner(load(), "test", print, Filter(samples=False)) as opened:
        assert opened.service().overview().articles == 0
        *_, answer = opened.ask("Who led the Russian delegation?")

    assert (answer.refused, answer.nearest) == (True, ())


def test_beside_the_page_the_doctor_is_content(
    parley, inputs: Path, chat: subprocess.Popen[str]
) -> None:
    assert chat.poll() is None

    ran = parley("doctor")

    assert ran.status == 0
    assert "in use" in ran.out


def test_a_damaged_library_is_named_with_a_mend(parley, inputs: Path, home: Path) -> None:
    parley("ingest", str(inputs))
    library = home / "library.sqlite3"
    content = bytearray(library.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    library.write_bytes(content)

    for command in (["ask", "Who led the delegation?"], ["articles", "list"], ["doctor"]):
        ran = parley(*command)
        assert ran.status == 1
        assert "damaged" in ran.err + ran.out


def test_version_and_help(parley) -> None:
    assert parley("--version").out.strip().endswith(version("parley-news"))
    for command in ([], ["chat"], ["ingest"], ["ask"], ["articles"], ["eval"], ["doctor"]):
        assert "Usage: parley" in parley(*command, "--help").out


def test_the_readmes_command_line_help_is_what_the_program_says(
    parley, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "96")
    shown = re.search(r"```text\n(Usage: parley .*?)```", README.read_text("utf-8"), re.DOTALL)

    assert shown is not None
    assert shown[1].split() == parley("--help").out.split()
