"""Reading in a process of its own: hostile inputs cost their own row and nothing else."""

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from vectorstore.documents import Article
from vectorstore.errors import ReadError
from vectorstore.reading import Found, Reading, _Place

GOOD = "# Talks in Vell\n\nDelegations met in the port of Vell on Tuesday."
SAID = "The leader of the delegation said that they had come to open the harbour for the ships."
# CommonMark's parser takes minutes over these.
HANGS = "[" * 100_000 + "a" + "]" * 100_000
SECONDS = 2.0


@pytest.fixture(scope="module")
def reading() -> Iterator[Reading]:
    with Reading() as opened:
        yield opened


@pytest.fixture(scope="module")
def hasty() -> Iterator[Reading]:
    with Reading(SECONDS) as opened:
        yield opened


def error(found: Found) -> str:
    assert isinstance(found.read, ReadError), found
    return str(found.read)


def article(found: Found) -> Article:
    assert isinstance(found.read, Article), found
    return found.read


def test_articles_come_whole_with_what_was_mended(reading: Reading, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        json.dumps({"text": "Broken \ud800 word.\nFollow us on Facebook", "published": "2031"}),
    )
    (found,) = reading.source(str(tmp_path))
    read = article(found)
    assert read.text == "Broken \ufffd word."
    assert [cut.text for cut in read.removed] == ["Follow us on Facebook"]
    assert (read.published, read.published_precision, read.published_from) == (
        "2031",
        "year",
        "JSON key",
    )
    assert "1 broken character of the text" in found.notes[0]


def test_a_file_that_hangs_its_parser_is_left_and_the_next_is_read(
    hasty: Reading, tmp_path: Path
) -> None:
    (tmp_path / "a.md").write_text(HANGS)
    (tmp_path / "b.md").write_text(GOOD)
    (tmp_path / "c.md").write_text(HANGS)
    (tmp_path / "d.md").write_text(GOOD)
    first, second, third, fourth = hasty.source(str(tmp_path))
    assert error(first).startswith("a.md took longer than 2 seconds to read")
    assert first.source == str(tmp_path / "a.md")
    assert article(second).title == article(fourth).title == "Talks in Vell"
    assert error(third).startswith("c.md took longer")


def test_of_an_archive_only_the_member_that_hangs_is_lost(hasty: Reading, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name, content in (("a.md", GOOD), ("b.md", HANGS), ("c.md", GOOD + " Again.")):
            archive.writestr(name, content)
    first, second, third = hasty.source(str(tmp_path / "all.zip"))
    assert article(first).text != article(third).text
    assert error(second).startswith("b.md took longer")
    assert second.source.endswith("all.zip/b.md")


def test_a_process_that_is_killed_costs_one_row(reading: Reading, tmp_path: Path) -> None:
    lines = [json.dumps({"text": f"Delegation {number} met in Vell."}) for number in range(2_000)]
    (tmp_path / "lines.jsonl").write_text("\n".join(lines))
    found: list[Found] = []
    for each in reading.source(str(tmp_path)):
        found.append(each)
        if len(found) == 5:
            os.kill(reading.pid, signal.SIGKILL)
    wrong = [each for each in found if isinstance(each.read, ReadError)]
    assert len(wrong) == 1
    assert "signal 9" in error(wrong[0])
    texts = [article(each).text for each in found if each is not wrong[0]]
    # One that was on its way when the process ended may be lost, and none comes twice.
    assert len(texts) == len(set(texts))
    assert len(lines) - 1 <= len(texts) <= len(lines)


def test_what_breaks_it_between_two_articles_again_is_left() -> None:
    place = _Place("lines.jsonl")
    for _ in range(2):
        place.take({"kind": "part", "source": "lines.jsonl"})
        for number in range(place.items, 3):
            place.take({"kind": "item", "source": f"lines.jsonl:{number}"})
            place.take({"kind": "error", "source": f"lines.jsonl:{number}", "reason": "No text."})
        before = (place.parts, place.items)
        place.leave()
        assert before == (0, 3)
    assert (place.parts, place.items) == (1, 0)


def test_several_that_break_it_in_a_row_cost_only_themselves(
    hasty: Reading, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Text that cleaning takes minutes over, in lines whose reading takes none.
    hangs = {"text": "x\n" * 1_600_000}
    lines = [hangs, {"text": "One met."}, hangs, hangs, {"text": "Two met."}, {"text": "Three."}]
    (tmp_path / "lines.jsonl").write_text("\n".join(map(json.dumps, lines)))
    found = list(hasty.source(str(tmp_path)))
    said = [
        str(each.read)[:28] if isinstance(each.read, ReadError) else each.read.text
        for each in found
    ]
    assert said[1::3] == ["One met.", "Two met."]
    assert said[-1] == "Three."
    assert [each.source.rpartition(":")[2] for each in found] == list("123456")
    assert all("took longer" in error(found[at]) for at in (0, 2, 3))


def test_a_worker_that_ended_while_idle_is_replaced(reading: Reading, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(GOOD)
    (_,) = reading.source(str(tmp_path))
    ended = reading.pid
    os.kill(ended, signal.SIGKILL)
    os.waitid(os.P_PID, ended, os.WEXITED | os.WNOWAIT)
    (found,) = reading.source(str(tmp_path))
    assert article(found).title == "Talks in Vell"
    assert reading.pid != ended


def test_a_worker_ends_with_its_parent_and_holds_no_key(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(GOOD)
    (tmp_path / "b.md").write_text(HANGS)
    script = (
        "import sys; from vectorstore.reading import Reading\n"
        "reading = Reading(60)\n"
        "for _ in reading.source(sys.argv[1]): print(reading.pid, flush=True)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OPENAI_API_KEY": "sk-hidden"},
    )
    with parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        environment = Path(f"/proc/{worker}/environ")
        if environment.exists():
            assert b"sk-hidden" not in environment.read_bytes()
        parent.kill()
    for _ in range(200):
        if not _is_running(worker):
            return
        time.sleep(0.1)
    os.kill(worker, signal.SIGKILL)
    raise AssertionError("the worker outlived its parent")


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_memory_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": [' + "[{}]," * 990_000 + "[]]}")
    (tmp_path / "b.md").write_text(f"{GOOD} {SAID}")
    with Reading(memory=240_000_000) as reading:
        first, second = reading.source(str(tmp_path))
    assert "needs more than 240 MB of memory" in error(first)
    assert article(second).title == "Talks in Vell"


def test_a_reader_that_cannot_be_started_says_so_and_does_not_try_for_ever(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(GOOD)
    with Reading(memory=1_000_000) as reading:
        (found,) = reading.source(str(tmp_path))
    assert "needs more than 1 MB of memory" in error(found) or "broke its reader" in error(found)


def test_whoever_stops_listening_leaves_nothing_behind(reading: Reading, tmp_path: Path) -> None:
    lines = [json.dumps({"text": f"Delegation {number} met in Vell."}) for number in range(500)]
    (tmp_path / "lines.jsonl").write_text("\n".join(lines))
    (tmp_path / "good.md").write_text(GOOD)
    for found in reading.source(str(tmp_path / "lines.jsonl")):
        assert article(found)
        break
    (found,) = reading.source(str(tmp_path / "good.md"))
    assert article(found).title == "Talks in Vell"


def test_nothing_can_be_written_where_files_are_read(tmp_path: Path) -> None:
    """The limit that the process sets itself, as the system holds it."""
    with Reading() as reading:
        (_,) = reading.text(GOOD, {}, "pasted text")
        limits = Path(f"/proc/{reading.pid}/limits")
        if not limits.exists():
            pytest.skip("this system does not show a process's limits")
        (line,) = [line for line in limits.read_text().splitlines() if "Max file size" in line]
    assert line.split()[3] == "0"


def test_names_with_controls_are_shown_without(reading: Reading, tmp_path: Path) -> None:
    (tmp_path / "a\n\x1b[31m\u202e.md").write_text(GOOD)
    (found,) = reading.source(str(tmp_path))
    assert article(found).source == found.source == str(tmp_path / "a\ufffd\ufffd[31m\ufffd.md")


def test_a_text_that_is_too_long_is_refused_with_its_length(
    reading: Reading, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("word " * 250_000)
    (found,) = reading.source(str(tmp_path))
    assert "has 1,249,999 characters" in error(found)


def test_a_pasted_text_is_read_with_what_its_reader_says(reading: Reading) -> None:
    (found,) = reading.text(GOOD, {"title": "Mine", "published": "2031-05-06"}, "pasted text")
    read = article(found)
    assert (read.title, read.published_from, read.source) == ("Mine", "reader", "pasted text")
    (found,) = reading.text("  ", {}, "pasted text")
    assert "is empty" in error(found)
