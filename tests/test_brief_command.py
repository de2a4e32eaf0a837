"""`parley brief` and `parley verify` as a reader runs them."""

import json
import re
from pathlib import Path

import pytest

from bot.briefing.parts import Briefing
from tests.test_cli import parley as parley

__all__ = ["parley"]


@pytest.fixture
def filled(parley, inputs: Path):
    assert parley("ingest", str(inputs)).status == 0
    return parley


def test_a_briefing_is_printed_as_markdown_with_its_footnotes(filled) -> None:
    ran = filled("brief", "--words", "60")

    assert ran.status == 0
    assert ran.out.startswith("# 2 articles")
    assert "[^1]" in ran.out
    assert "\n[^1]: “" in ran.out
    assert "Appendix: neutrality report" in ran.out


def test_json_is_one_object_and_nothing_else(filled) -> None:
    form = json.loads(filled("brief", "the talks", "--words", "60", "--format", "json").out)

    made = Briefing.from_json(form)
    assert made.topic == "the talks"
    assert made.sentences
    assert form["words"] == made.words


@pytest.mark.parametrize(("form", "magic"), [("docx", b"PK"), ("pdf", b"%PDF")])
def test_a_file_of_another_form_is_written(filled, tmp_path: Path, form, magic: bytes) -> None:
    file = tmp_path / f"briefing.{form}"

    ran = filled("brief", "--words", "60", "--format", form, "--output", str(file))

    assert (ran.status, ran.out) == (0, "")
    assert file.read_bytes().startswith(magic)


def test_the_ending_of_a_file_says_its_form(filled, tmp_path: Path) -> None:
    for name, begins in (("b.PDF", b"%PDF"), ("b.json", b"{"), ("b.md", b"# "), ("b.txt", b"# ")):
        file = tmp_path / name
        assert filled("brief", "--words", "60", "--output", str(file)).status == 0
        assert file.read_bytes().startswith(begins)


def test_a_file_that_is_no_text_is_not_printed(filled) -> None:
    ran = filled("brief", "--format", "pdf")
    assert ran.status == 2
    assert "--output" in ran.err


@pytest.mark.parametrize("words", ["49", "801", "many"])
def test_a_length_out_of_bounds_is_wrong_usage(filled, words: str) -> None:
    assert filled("brief", "--words", words).status == 2


def test_on_what_the_articles_do_not_say_one_line_says_so(filled) -> None:
    ran = filled("brief", "the price of coffee")

    assert (ran.status, ran.out) == (1, "")
    assert ran.err.count("\n") == 1
    assert "the price of coffee" in ran.err


def test_what_changed_since_an_earlier_one_is_told(filled, tmp_path: Path) -> None:
    file = tmp_path / "earlier.json"
    arguments = ("--words", "60", "--format", "json")
    assert filled("brief", *arguments, "--output", str(file)).status == 0

    form = json.loads(filled("brief", *arguments, "--earlier", str(file)).out)

    assert form["changes"]["new"] == []
    assert form["changes"]["edited"] == []


def test_a_kept_one_can_be_compared_with_by_its_id(filled) -> None:
    ran = filled("brief", "--words", "60", "--keep")
    (kept,) = re.findall(r"kept as (\w+):", ran.err)

    form = json.loads(filled("brief", "--format", "json", "--words", "60", "--earlier", kept).out)

    assert form["changes"]["new"] == []


@pytest.mark.parametrize("content", ["no JSON", "[]", "{}"])
def test_what_is_no_earlier_briefing_is_named(filled, tmp_path: Path, content: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(content, encoding="utf-8")

    ran = filled("brief", "--earlier", str(file))

    assert ran.status == 1
    assert "other.json" in ran.err
    assert "Traceback" not in ran.err
    assert filled("brief", "--earlier", "nosuchid").status == 1


def test_an_exported_briefing_verifies_until_it_is_tampered_with(filled, tmp_path: Path) -> None:
    file = tmp_path / "briefing.md"
    assert filled("brief", "--words", "60", "--output", str(file)).status == 0
    assert filled("verify", str(file)).status == 0

    text = file.read_text("utf-8")
    sentence = next(line for line in text.splitlines() if "[^1]" in line)
    file.write_text(text.replace(sentence, "Nobody came to Vell on 9 May.[^1]"), "utf-8")

    ran = filled("verify", str(file))
    assert ran.status == 1
    assert "Nobody came to Vell" in ran.out
