"""Briefings in a real library file: order, search, bin, titles, old libraries, other processes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from vectorstore import schema
from vectorstore.briefing_table import BriefingTable, StoredBriefing
from vectorstore.errors import LibraryError, NotFoundError
from vectorstore.library import Library

TALKS = StoredBriefing("b1", "Talks in Vell", '{"words": 200}', "running")
DONE = replace(TALKS, state="done", briefing='{"title": "Talks"}', words=187, articles=12)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library.open(tmp_path, writable=True)
    yield opened
    opened.close()


@pytest.fixture
def table(library: Library) -> BriefingTable:
    return BriefingTable(library)


def ids(table: BriefingTable, search: str = "") -> list[str]:
    return [each.id for each in table.find(search)]


def test_a_briefing_comes_back_as_it_was_begun(table: BriefingTable) -> None:
    table.add(TALKS)

    found = table.get("b1")

    assert found == replace(TALKS, made_at=found.made_at)
    assert found.made_at.endswith("+00:00")
    (row,) = table.find()
    assert (row.id, row.title, row.made_at) == ("b1", "Talks in Vell", found.made_at)
    assert (row.words, row.articles, row.state) == (0, 0, "running")
    with pytest.raises(NotFoundError, match="no such briefing"):
        table.get("b2")


def test_its_newer_state_takes_the_place_of_the_older(table: BriefingTable) -> None:
    table.add(replace(TALKS, searchable="harbour", made_at="2031-05-06T10:00:00+00:00"))

    table.put(replace(DONE, title="Talks", searchable="Fishing", error="Half is missing."))

    found = table.get("b1")
    assert (found.title, found.state, found.briefing) == ("Talks", "done", DONE.briefing)
    assert (found.error, found.made_at) == ("Half is missing.", "2031-05-06T10:00:00+00:00")
    assert [(row.words, row.articles) for row in table.find()] == [(187, 12)]
    assert (ids(table, "fishing"), ids(table, "harbour")) == (["b1"], [])


def test_a_title_that_the_reader_gave_stays(table: BriefingTable) -> None:
    table.add(TALKS)
    table.rename("b1", "My talks")

    table.put(DONE)

    found = table.get("b1")
    assert (found.title, found.typed, found.state) == ("My talks", True, "done")


def test_what_is_gone_stays_gone(table: BriefingTable) -> None:
    table.add(TALKS)
    table.bin("b1")
    assert table.empty_bin() == 1

    table.put(DONE)
    table.rename("b1", "Again")

    assert ids(table) == []
    assert list(table.everything()) == []


def test_what_was_made_last_comes_first(table: BriefingTable) -> None:
    for number in range(1, 4):
        table.add(replace(TALKS, id=f"b{number}"))
    table.put(replace(DONE, id="b1"))
    assert ids(table) == ["b3", "b2", "b1"]
    table.add(replace(TALKS, id="b4", made_at="2001-01-01T00:00:00+00:00"))
    assert ids(table)[-1] == "b4"
    assert [each.id for each in table.everything()] == ["b1", "b2", "b3", "b4"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("gesprache LODZ", ["b1"]),
        ("Łódź", ["b1"]),
        ("cavusoglu", ["b1"]),
        ("gespräche Çavuşoğlu", ["b1"]),
        ("50% of", ["b2"]),
        ("fish_", ["b2"]),
        ("talks vell", []),
        ("", ["b2", "b1"]),
        (" \n", ["b2", "b1"]),
        ("fish " * 40_000, ["b2"]),
        ("\ud83d", []),
    ],
)
def test_titles_and_texts_are_searched_whatever_their_case_and_accents(
    table: BriefingTable, search: str, found: list[str]
) -> None:
    said = "Minister Mevlüt Çavuşoğlu was there."
    table.add(replace(TALKS, title="Gespräche in Łódź", searchable=said))
    table.add(replace(TALKS, id="b2", title="Fish_quota", searchable="50% of 1_000 fish"))

    assert ids(table, search) == found


def test_the_bin_holds_what_was_deleted_until_it_is_emptied(table: BriefingTable) -> None:
    for number in range(1, 4):
        table.add(replace(TALKS, id=f"b{number}"))
    table.bin("b1")
    table.bin("b3")

    assert (ids(table), table.binned()) == (["b2"], ["b3", "b1"])
    with pytest.raises(NotFoundError):
        table.get("b1")
    assert len(list(table.everything())) == 3
    table.restore("b1")
    assert (ids(table), table.binned()) == (["b2", "b1"], ["b3"])
    # What is in the bin is redacted with the rest.
    table.put(replace(DONE, id="b3"))
    assert table.empty_bin() == 1
    assert [each.id for each in table.everything()] == ["b1", "b2"]


def test_several_are_stored_whole_or_not_at_all(table: BriefingTable) -> None:
    table.add(TALKS)
    table.add(replace(TALKS, id="b2"))
    broken = replace(DONE, id="b2", words="many")  # type: ignore[arg-type]

    with pytest.raises(sqlite3.IntegrityError):
        table.put(DONE, broken)

    assert [each.state for each in table.everything()] == ["running", "running"]


def test_half_a_character_does_not_fail_a_write(table: BriefingTable) -> None:
    table.add(replace(TALKS, title="a\ud83d", error="b\ud83d", searchable="c\ud83d"))

    found = table.get("b1")
    assert (found.title, found.error, found.searchable) == ("a\ufffd", "b\ufffd", "c\ufffd")
    table.rename("b1", "\udfff")
    assert table.get("b1").title == "\ufffd"


def test_a_second_process_reads_what_the_first_writes(table: BriefingTable, tmp_path: Path) -> None:
    table.add(TALKS)
    with closing(Library.open(tmp_path)) as reader:
        beside = BriefingTable(reader)
        table.put(DONE)
        assert beside.get("b1") == table.get("b1")
        with pytest.raises(LibraryError, match="readonly"):
            beside.rename("b1", "Other")


def test_a_library_from_before_briefings_takes_them_and_keeps_all_it_had(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "library.sqlite3", isolation_level=None)
    for step in schema._STEPS[:3]:
        old.executescript(step)
    old.execute("PRAGMA user_version = 3")
    old.execute("INSERT INTO conversations VALUES ('c1', 'Talks', '{}', '', '', NULL)")
    old.close()
    with pytest.raises(LibraryError, match="another version"):
        Library.open(tmp_path)

    with closing(Library.open(tmp_path, writable=True)) as library:
        table = BriefingTable(library)
        assert table.find() == []
        table.add(DONE)
        assert ids(table) == ["b1"]
        titles = library.connection.execute("SELECT title FROM conversations").fetchall()
        assert titles == [("Talks",)]
