"""Conversations in a real library file: order, search, bin, turns, ratings, other processes."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from vectorstore.errors import LibraryError, NotFoundError
from vectorstore.library import Library
from vectorstore.transcripts import StoredFeedback, StoredTurn, Transcripts

LED = StoredTurn("t1", "Who led the delegation?", "{}", "done", '{"answer": "Ana Kestrel"}')
WHERE = StoredTurn("t2", "Where did they meet?", '{"since": "2031-05-01"}', "done")
UP = StoredFeedback("t1", "up", "Just so.", "", '{"question": "Who?"}', "[]")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library.open(tmp_path, writable=True)
    yield opened
    opened.close()


@pytest.fixture
def kept(library: Library) -> Transcripts:
    return Transcripts(library)


def ids(transcripts: Transcripts, search: str = "") -> list[str]:
    return [each.id for each in transcripts.find(search)]


def test_a_conversation_comes_back_as_it_was_begun(kept: Transcripts) -> None:
    kept.add("c1", "Talks in Vell", '{"publishers": ["Vell Courier"]}')

    found = kept.get("c1")

    assert (found.title, found.scope) == ("Talks in Vell", '{"publishers": ["Vell Courier"]}')
    assert (found.turns, found.created_at) == (0, found.changed_at)
    assert found.created_at.endswith("+00:00")
    assert kept.find() == [found]
    with pytest.raises(NotFoundError, match="no such conversation"):
        kept.get("c2")


def test_an_id_is_taken_once(kept: Transcripts) -> None:
    kept.add("c1", "First", "{}")

    with pytest.raises(sqlite3.IntegrityError):
        kept.add("c1", "Second", "{}")

    assert kept.get("c1").title == "First"


def test_what_changed_last_comes_first(kept: Transcripts) -> None:
    for number in range(1, 4):
        kept.add(f"c{number}", "Talks", "{}")
    assert ids(kept) == ["c3", "c2", "c1"]

    kept.put_turn("c1", LED)

    assert ids(kept) == ["c1", "c3", "c2"]
    assert kept.get("c1").changed_at > kept.get("c1").created_at


def test_neither_a_new_title_nor_a_new_scope_moves_a_conversation(kept: Transcripts) -> None:
    kept.add("c1", "Talks", "{}")
    kept.add("c2", "Talks", "{}")

    kept.rename("c1", "Talks in Brenn")
    kept.set_scope("c1", '{"until": "2031-06-01"}')

    assert ids(kept) == ["c2", "c1"]
    assert kept.get("c1").title == "Talks in Brenn"
    assert kept.get("c1").scope == '{"until": "2031-06-01"}'
    assert (kept.get("c2").title, kept.get("c2").scope) == ("Talks", "{}")


def test_turns_come_back_whole_and_in_their_order(kept: Transcripts) -> None:
    kept.add("c1", "Talks", "{}")
    # Neither ids nor times order them.
    turns = [
        replace(LED, id="z", asked_at="2031-05-02T10:00:00+00:00"),
        replace(WHERE, id="a", asked_at="2031-05-01T10:00:00+00:00", error="No.", state="stopped"),
    ]
    for turn in turns:
        kept.put_turn("c1", turn)

    assert kept.turns("c1") == turns
    assert kept.get("c1").turns == 2
    assert kept.turns("c2") == []


def test_the_library_says_when_a_turn_was_asked_if_nobody_does(kept: Transcripts) -> None:
    kept.add("c1", "Talks", "{}")

    kept.put_turn("c1", LED)

    assert kept.turns("c1")[0].asked_at >= kept.get("c1").created_at


def test_a_turn_is_updated_in_its_place(kept: Transcripts) -> None:
    kept.add("c1", "Talks", "{}")
    kept.put_turn("c1", replace(LED, state="running", answer=None, searchable="who"))
    kept.put_turn("c1", WHERE)
    asked_at = kept.turns("c1")[0].asked_at

    kept.put_turn("c1", replace(LED, error="Half of it is missing.", searchable="Kestrel"))

    first, second = kept.turns("c1")
    assert (first.id, first.state, first.answer) == ("t1", "done", LED.answer)
    assert (first.error, first.asked_at) == ("Half of it is missing.", asked_at)
    assert second.id == "t2"
    assert (ids(kept, "kestrel"), ids(kept, "who")) == (["c1"], [])


def test_a_turn_of_a_conversation_that_is_gone_is_let_be(kept: Transcripts) -> None:
    kept.add("c1", "Talks", "{}")
    kept.bin("c1")
    kept.empty_bin()

    kept.put_turn("c1", LED)

    assert kept.turns("c1") == []


def test_a_dropped_turn_is_gone_and_the_next_follows_the_last(kept: Transcripts) -> None:
    kept.add("c1", "Talks", "{}")
    for turn in (LED, WHERE):
        kept.put_turn("c1", turn)

    kept.drop_turn("t1")
    kept.put_turn("c1", replace(LED, id="t3"))

    assert [turn.id for turn in kept.turns("c1")] == ["t2", "t3"]


@pytest.fixture
def searched(kept: Transcripts) -> Transcripts:
    """Each is found by its title, and two of them by what was asked and answered."""
    titles = {"c1": "Gespräche in Łódź", "c2": "Fish_quota at 50% of 1_000", "c3": "Fish quotas"}
    for conversation_id, title in titles.items():
        kept.add(conversation_id, title, "{}")
    answered = replace(LED, searchable="Who led it?\nMinister Mevlüt Çavuşoğlu did.")
    kept.put_turn("c1", answered)
    kept.put_turn("c3", replace(WHERE, searchable=r"Is it in C:\talks or 'there'?"))
    return kept


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["c3", "c1", "c2"]),
        ("  ", ["c3", "c1", "c2"]),
        ("fish", ["c3", "c2"]),
        ("FISH quota", ["c3", "c2"]),
        ("quota fish", ["c3", "c2"]),
        ("fish fish", ["c3", "c2"]),
        ("fish led", []),
        # Words of the title, the question and the answer together.
        ("gesprache LED cavusoglu", ["c1"]),
        ("ÇAVUŞOĞLU", ["c1"]),
        ("lodz", ["c1"]),
        ("Łódź", ["c1"]),
        ("%", ["c2"]),
        ("50%", ["c2"]),
        ("5%", []),
        ("_", ["c2"]),
        ("h_q", ["c2"]),
        ("fish_quota", ["c2"]),
        ("\\", ["c3"]),
        (r"c:\talks", ["c3"]),
        ("'there'", ["c3"]),
        ('"', []),
        ("*", []),
        ("\ud800", []),
        ("no such word", []),
    ],
)
def test_a_search_finds_all_its_words_wherever_they_stand(
    searched: Transcripts, search: str, found: list[str]
) -> None:
    assert ids(searched, search) == found


def test_a_search_may_be_as_long_as_a_page(searched: Transcripts) -> None:
    many = " ".join(f"word{number}" for number in range(2_000))

    assert ids(searched, many) == []
    assert ids(searched, "fish " * 2_000) == ["c3", "c2"]
    assert ids(searched, "x" * 100_000) == []


def test_what_is_in_the_bin_is_nowhere_else(kept: Transcripts) -> None:
    for conversation_id in ("c1", "c2"):
        kept.add(conversation_id, "Talks", "{}")
        kept.put_turn(conversation_id, replace(LED, id=f"of-{conversation_id}"))

    kept.bin("c1")

    assert ids(kept) == ids(kept, "talks") == ["c2"]
    assert [each.id for each in kept.binned()] == ["c1"]
    with pytest.raises(NotFoundError):
        kept.get("c1")


def test_what_is_restored_is_as_it_was(kept: Transcripts) -> None:
    kept.add("c1", "Talks", "{}")
    kept.put_turn("c1", LED)
    before = kept.get("c1"), kept.turns("c1")

    kept.bin("c1")
    kept.restore("c1")

    assert (kept.get("c1"), kept.turns("c1")) == before
    assert kept.binned() == []
    assert kept.empty_bin() == 0


def test_emptying_the_bin_deletes_what_is_in_it_and_nothing_else(
    kept: Transcripts, library: Library
) -> None:
    for conversation_id in ("c1", "c2", "c3"):
        kept.add(conversation_id, "Talks", "{}")
        kept.put_turn(conversation_id, replace(LED, id=f"of-{conversation_id}"))
    kept.bin("c1")
    kept.bin("c3")

    assert kept.empty_bin() == 2

    assert kept.binned() == []
    assert ids(kept) == ["c2"]
    left = library.connection.execute("SELECT id FROM turns").fetchall()
    assert left == [("of-c2",)]
    kept.restore("c1")
    with pytest.raises(NotFoundError):
        kept.get("c1")


def test_a_rating_replaces_the_one_before_it(kept: Transcripts) -> None:
    kept.add("c1", "Talks", "{}")
    kept.add("c2", "Other talks", "{}")
    kept.put_turn("c1", LED)
    kept.put_turn("c2", WHERE)
    kept.put_feedback(UP)
    other = replace(UP, turn_id="t2", rating="down", given_at="2031-05-06T10:00:00+00:00")
    kept.put_feedback(other)

    again = replace(UP, rating="down", comment="Not quite.", given_at="2031-05-07T10:00:00+00:00")
    kept.put_feedback(again)

    assert kept.feedback() == [other, again]
    assert kept.feedback("c1") == [again]
    assert kept.feedback("c2") == [other]
    assert kept.feedback("t1") == kept.feedback("c3") == []


def test_a_rating_has_its_time_and_is_taken_back(kept: Transcripts) -> None:
    kept.put_feedback(UP)
    (given,) = kept.feedback()
    assert given.given_at.endswith("+00:00")
    assert replace(given, given_at="") == UP

    kept.drop_feedback("t1")

    assert kept.feedback() == []


def test_a_rating_lives_as_long_as_its_turn(kept: Transcripts) -> None:
    for conversation_id, turns in (("c1", (LED, WHERE)), ("c2", (replace(LED, id="t3"),))):
        kept.add(conversation_id, "Talks", "{}")
        for turn in turns:
            kept.put_turn(conversation_id, turn)
            kept.put_feedback(replace(UP, turn_id=turn.id))

    kept.drop_turn("t2")
    assert [given.turn_id for given in kept.feedback()] == ["t1", "t3"]

    kept.bin("c1")
    assert [given.turn_id for given in kept.feedback("c1")] == ["t1"]

    kept.empty_bin()
    assert [given.turn_id for given in kept.feedback()] == ["t3"]


def test_of_what_is_deleted_for_good_no_byte_is_left(
    kept: Transcripts, library: Library, tmp_path: Path
) -> None:
    kept.add("c1", "Zibeline", "{}")
    kept.put_turn("c1", replace(LED, question="Zibeline?", searchable="Zibeline?"))
    kept.put_feedback(replace(UP, comment="Zibeline."))

    def files() -> bytes:
        return b"".join(each.read_bytes() for each in tmp_path.iterdir() if each.is_file())

    assert b"Zibeline" in files()
    kept.bin("c1")
    kept.empty_bin()
    assert b"Zibeline" not in files()


def test_what_is_rewritten_keeps_its_place_and_all_else(kept: Transcripts) -> None:
    for conversation_id, turn in (("c1", LED), ("c2", WHERE)):
        kept.add(conversation_id, "Talks", "{}")
        kept.put_turn(conversation_id, turn)
        kept.put_feedback(replace(UP, turn_id=turn.id, given_at="2031-05-06T10:00:00+00:00"))
    kept.bin("c1")
    assert kept.ids() == ["c1", "c2"]
    before = kept.binned(), kept.find()
    (led,), (where,) = kept.turns("c1"), kept.turns("c2")
    anew = replace(led, answer=None, error="Gone.", searchable="Nobody")
    rating = replace(kept.feedback("c1")[0], answer="{}", passages='["none"]')

    kept.rewrite([anew, replace(led, id="t9")], [rating, replace(rating, turn_id="t9")])

    assert (kept.binned(), kept.find()) == before
    assert kept.turns("c1") == [replace(anew, searchable="nobody")]
    assert kept.turns("c2") == [where]
    assert kept.feedback("c1") == [rating]
    assert [given.turn_id for given in kept.feedback()] == ["t1", "t2"]


def test_half_a_character_does_not_fail_a_write(kept: Transcripts) -> None:
    kept.add("c1", "a\ud83d", "{}")
    kept.put_turn("c1", replace(LED, question="b\ud83d", error="c\udc00", searchable="d\ud83d"))
    kept.put_feedback(replace(UP, comment="e\ud83d"))

    (turn,) = kept.turns("c1")
    assert (turn.question, turn.error, turn.searchable) == ("b\ufffd", "c\ufffd", "d\ufffd")
    assert kept.get("c1").title == "a\ufffd"
    assert kept.feedback("c1")[0].comment == "e\ufffd"
    kept.rename("c1", "\udfff")
    assert kept.get("c1").title == "\ufffd"


def test_everything_outlives_the_program(tmp_path: Path) -> None:
    library = Library.open(tmp_path, writable=True)
    transcripts = Transcripts(library)
    transcripts.add("c1", "Talks", "{}")
    transcripts.add("c2", "Binned talks", "{}")
    for turn in (LED, WHERE):
        transcripts.put_turn("c1", turn)
    transcripts.put_feedback(UP)
    transcripts.bin("c2")

    def seen(transcripts: Transcripts) -> tuple[object, ...]:
        return (
            *(transcripts.find(), transcripts.binned()),
            *(transcripts.turns("c1"), transcripts.feedback()),
        )

    before = seen(transcripts)
    library.close()

    library = Library.open(tmp_path, writable=True)
    try:
        assert seen(Transcripts(library)) == before
        assert len(before[2]) == 2
    finally:
        library.close()


def test_a_second_process_reads_what_the_first_writes(kept: Transcripts, tmp_path: Path) -> None:
    kept.add("c1", "Gespräche", "{}")
    reader = Library.open(tmp_path)
    try:
        beside = Transcripts(reader)
        assert ids(beside, "gesprache") == ["c1"]

        kept.put_turn("c1", replace(LED, searchable="Kestrel"))
        kept.put_feedback(UP)
        with reader.snapshot():
            assert ids(beside, "kestrel") == ["c1"]
            kept.add("c2", "Later", "{}")
            # One state of the library, whatever is written meanwhile.
            assert ids(beside) == ["c1"]

        assert ids(beside) == ["c2", "c1"]
        assert beside.turns("c1") == kept.turns("c1")
        assert beside.feedback() == kept.feedback()
        with pytest.raises(LibraryError, match="readonly"):
            beside.rename("c1", "Other")
        assert kept.get("c1").title == "Gespräche"
    finally:
        reader.close()
