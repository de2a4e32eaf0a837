import io
import struct
import zipfile

import pytest

from tests.documents import NORLAND, archive, docx, given
from vectorstore.errors import ReadError
from vectorstore.readers import archive as reader
from vectorstore.readers import parts as all_parts
from vectorstore.readers import read_input
from vectorstore.readers.raw import Input, Raw


def parts(content: bytes) -> list[Input | ReadError]:
    return list(reader.parts(given(content, "coverage.zip")))


def refusals(content: bytes) -> list[str]:
    return [str(part) for part in parts(content) if isinstance(part, ReadError)]


def texts(content: bytes) -> dict[str, str]:
    """What is read of an archive, as a whole: text or reason, by the input."""
    found: dict[str, str] = {}
    for part in all_parts(given(content, "coverage.zip")):
        if isinstance(part, ReadError):
            found[str(part)] = ""
            continue
        for source, read in read_input(part):
            found[source] = read.text if isinstance(read, Raw) else str(read)
    return found


def test_the_files_of_an_archive_are_inputs_in_the_order_of_their_names() -> None:
    content = archive(
        {
            "b.txt": "Second.",
            "a/inner.md": "First.",
            "a/": "",
            "__MACOSX/a.txt": "x",
            ".hidden.txt": "x",
            "a/.git/config.txt": "x",
            "README.md": "x",
        }
    )

    found = parts(content)

    assert [(part.source, part.name) for part in found if isinstance(part, Input)] == [
        ("inputs/coverage.zip/a/inner.md", "inner.md"),
        ("inputs/coverage.zip/b.txt", "b.txt"),
    ]
    assert len(found) == 2
    # They can be read when the archive was left long ago, and more than once.
    first = found[0]
    assert isinstance(first, Input)
    assert [first.read(), first.read()] == [b"First.", b"First."]


def test_archives_in_archives_are_read_and_too_deep_ones_are_refused() -> None:
    content = archive({"deep.txt": NORLAND})
    for level in (1, 2, 3):
        content = archive({f"{level}.zip": content, f"{level}.txt": f"Level {level}."})

    found = texts(content)

    assert found["inputs/coverage.zip/3.zip/2.zip/1.txt"] == "Level 1."
    assert NORLAND not in found.values()
    assert any("3.zip/2.zip/1.zip lies in 3 archives" in source for source in found)


def test_a_document_in_an_archive_is_read() -> None:
    assert texts(archive({"a.docx": docx(NORLAND)})) == {"inputs/coverage.zip/a.docx": NORLAND}


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd.txt", "C:/a.txt", "a\\b.txt", "a/../../b.txt"]
)
def test_a_name_that_leads_out_is_refused_and_the_rest_is_read(name: str) -> None:
    content = archive({name: "x", "good.txt": NORLAND})

    (refusal,) = refusals(content)

    assert refusal.startswith(f"inputs/coverage.zip/{name} has a name that leads out")
    assert texts(content)["inputs/coverage.zip/good.txt"] == NORLAND


def test_a_name_is_shown_as_it_can_be_printed() -> None:
    content = archive({"a\x1b[2J\u202e.txt": "x"})

    (part,) = parts(content)

    assert isinstance(part, Input)
    assert part.source == "inputs/coverage.zip/a\ufffd[2J\ufffd.txt"


def test_names_that_no_program_could_decode_cost_nothing_else() -> None:
    bad = archive({"ä.txt": "First.", "b.txt": "Second."}).replace("ä".encode(), b"\xe4\xff")

    assert sorted(texts(bad).values()) == ["First.", "Second."]


def test_names_in_utf_8_are_read_where_the_archive_does_not_say_so() -> None:
    content = bytearray(archive({"Переговоры.txt": "x"}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.index(mark) + at
        struct.pack_into("<H", content, place, 0)

    (part,) = parts(bytes(content))

    assert isinstance(part, Input)
    assert part.name == "Переговоры.txt"


def flagged(content: bytes, name: str, *, flags: int = 0, method: int = 0) -> bytes:
    """The archive with a member's flags set, or another method of packing claimed."""
    changed = bytearray(content)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.rindex(mark, 0, content.index(name.encode(), content.index(mark)))
        struct.pack_into("<H", changed, place + at, flags)
        if method:
            struct.pack_into("<H", changed, place + at + 2, method)
    return bytes(changed)


GOOD = archive({"bad.txt": "A text.", "good.txt": NORLAND})


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(flagged(GOOD, "bad.txt", flags=1), "is encrypted", id="encrypted"),
        pytest.param(flagged(GOOD, "bad.txt", method=14), "packed with LZMA", id="another method"),
        pytest.param(
            archive({"bad.txt": b"0" * 3_000_000, "good.txt": NORLAND}), "as a bomb", id="a bomb"
        ),
    ],
)
def test_a_member_that_is_not_read_says_why_and_the_rest_is_read(content: bytes, says: str) -> None:
    (refusal,) = refusals(content)

    assert refusal.startswith("inputs/coverage.zip/bad.txt ")
    assert says in refusal
    assert texts(content)["inputs/coverage.zip/good.txt"] == NORLAND


def test_a_damaged_member_costs_only_itself() -> None:
    stored = archive({"bad.txt": "A text.", "good.txt": NORLAND}, zipfile.ZIP_STORED)

    found = texts(stored.replace(b"A text.", b"A lie..", 1))

    assert "is damaged" in found["inputs/coverage.zip/bad.txt"]
    assert found["inputs/coverage.zip/good.txt"] == NORLAND


def test_a_link_is_no_file() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, "/etc/passwd")

    assert "is a link" in refusals(out.getvalue())[0]


def test_what_an_archive_unpacks_to_is_bounded_across_those_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reader, "MAX_UNPACKED_BYTES", 6_000)
    letters = "".join(f"Line {n} of the text of it. " for n in range(100))
    inner = archive({f"{n}.txt": letters for n in range(5)})

    found = texts(archive({"a.txt": "First.", "b.zip": inner, "c.txt": "Last."}))

    assert found["inputs/coverage.zip/a.txt"] == "First."
    assert any("as a bomb does" in said for said in (*found, *found.values()))
    assert sum(said.startswith("Line 0") for said in found.values()) == 1
    assert "Last." not in found.values()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(GOOD[:-30], "cut off", id="cut off"),
        pytest.param(b"no archive", "cut off, or no ZIP archive", id="a text"),
        pytest.param(archive({}), "no files", id="empty"),
        pytest.param(archive({".a": "x", "d/": ""}), "no files", id="only hidden files"),
        pytest.param(
            archive({f"{n}.txt": "x" for n in range(10_001)}, 0), "more than 10000", id="too many"
        ),
    ],
)
def test_what_is_no_archive_is_refused_with_the_reason(content: bytes, says: str) -> None:
    with pytest.raises(ReadError, match=rf"^coverage\.zip .*{says}"):
        parts(content)
