"""The reader as it is switched on and off, and what the doctor says of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.app import make_reader, open_owner, own_corpus
from bot.settings import SettingsError, load
from vectorstore.ingest import ingest
from vectorstore.reader import READER_FILE

ROOT = Path(__file__).parent.parent
LED = "Who led the Norland delegation?"


@pytest.fixture(autouse=True)
def _home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_HOME", str(home))
    monkeypatch.delenv("PARLEY_READER", raising=False)


@pytest.mark.parametrize(("said", "reads"), [("on", True), ("off", False)])
def test_the_reader_is_switched_in_the_environment_or_the_file(
    home: Path, monkeypatch: pytest.MonkeyPatch, said: str, reads: bool
) -> None:
    home.mkdir()
    (home / "parley.toml").write_text(f'reader = "{said}"\n', encoding="utf-8")
    assert (make_reader(load()) is not None) is reads

    (home / "parley.toml").write_text('reader = "on"\n', encoding="utf-8")
    monkeypatch.setenv("PARLEY_READER", said)
    assert (make_reader(load()) is not None) is reads


def test_another_word_is_an_error_that_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_READER", "sometimes")

    with pytest.raises(SettingsError, match=r"PARLEY_READER .*'on' or 'off'"):
        load()


def _silent(_: str) -> None:
    pass


@pytest.mark.parametrize(("said", "reads"), [("on", True), ("off", False)])
def test_questions_are_read_if_it_is_on_and_topics_never(
    inputs: Path, monkeypatch: pytest.MonkeyPatch, said: str, reads: bool
) -> None:
    monkeypatch.setenv("PARLEY_READER", said)

    with open_owner(load(), "test", _silent) as parley:
        ingest(parley.corpus, [str(inputs)])
        (best, *_) = parley.retriever.retrieve(LED).sentences
        assert (best.marked is not None) is reads
        (best, *_) = parley.briefer.retriever.retrieve(LED).sentences
        assert best.marked is None
        *_, answer = parley.ask(LED)

    assert "Ana Kestrel" in answer.text


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """An installation of its own, whose models' files a test may take away."""
    folder = tmp_path / "installed"
    models = folder / "vectorstore" / "models"
    models.mkdir(parents=True)
    for package in ("bot", "prompts"):
        (folder / package).symlink_to(ROOT / package)
    for source, target in (
        (ROOT / "vectorstore", models.parent),
        (ROOT / "vectorstore" / "models", models),
    ):
        for each in source.iterdir():
            if each.name not in ("models", "__pycache__"):
                (target / each.name).symlink_to(each)
    return folder


def test_a_missing_reader_is_named_with_the_mend_and_missed_only_if_it_is_on(
    installed: Path, home: Path, inputs: Path
) -> None:
    (installed / "vectorstore" / "models" / READER_FILE).unlink()

    def parley(*arguments: str, reader: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "bot", *arguments]
        environment = os.environ | {"PARLEY_READER": reader, "PARLEY_ENGINE": "extractive"}
        return subprocess.run(
            command, cwd=installed, env=environment, capture_output=True, text=True, check=False
        )

    with own_corpus(load(), "test", _silent) as corpus:
        ingest(corpus, [str(inputs)])
    asked = parley("ask", LED, reader="on")
    assert (asked.returncode, asked.stderr.count("\n")) == (1, 1)
    assert f"{READER_FILE} is missing: reinstall Parley" in asked.stderr

    for reader, status in (("on", 1), ("off", 0)):
        probed = parley("doctor", "--json", reader=reader)
        verdicts = {each["part"]: each for each in json.loads(probed.stdout)["verdicts"]}
        assert probed.returncode == status
        assert verdicts["model"]["well"]
        assert verdicts["reader"]["well"] is (status == 0)
    assert "PARLEY_READER is off" in verdicts["reader"]["found"]
