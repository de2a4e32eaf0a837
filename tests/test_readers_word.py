import contextlib
import http.server
import threading

import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from tests.documents import NORLAND, SHIPS, docx, given, member, repacked, run
from vectorstore.errors import ReadError
from vectorstore.readers import docx as reader
from vectorstore.readers.raw import Raw


def read(content: bytes, name: str = "talks.docx") -> Raw:
    (raw,) = reader.read(given(content, name))
    return raw


# The text


def test_a_word_document_is_read_with_its_changes_accepted() -> None:
    paragraph = (
        "<w:p>"
        + run("Delegations from Norland ")
        + f'<w:ins w:id="1">{run("and Sudmark ")}</w:ins>'
        + '<w:del w:id="2"><w:r><w:delText>never </w:delText></w:r></w:del>'
        + f"<w:hyperlink>{run('met in Vell')}</w:hyperlink>"
        + f"<w:sdt><w:sdtContent>{run(' on Tuesday.')}</w:sdtContent></w:sdt>"
        + run(" To the desk: unconfirmed.", "<w:rPr><w:vanish/></w:rPr>")
        + "</w:p>"
    )

    raw = read(docx("Harbour", paragraph, "Heading 2|What is next", SHIPS))

    assert raw.text.split("\n\n") == [
        "Harbour",
        "Delegations from Norland and Sudmark met in Vell on Tuesday.",
        "What is next",
        SHIPS,
    ]
    assert raw.notes == ("tracked deletions left out: 1", "hidden passages left out: 1")


def cell(*paragraphs: str) -> str:
    return "<w:tc>" + "".join(f"<w:p>{run(each)}</w:p>" for each in paragraphs) + "</w:tc>"


def test_tables_stand_where_they_are_and_a_layout_is_no_table() -> None:
    figures = f"<w:tbl><w:tr>{cell('Norland')}{cell('12 ships')}</w:tr></w:tbl>"
    columns = f"<w:tbl><w:tr>{cell(NORLAND)}{cell(SHIPS)}</w:tr></w:tbl>"
    layout = f"<w:tbl><w:tr>{cell('First.', 'Second.')}{cell('Third.')}</w:tr></w:tbl>"

    text = read(docx("Before.", figures, "After.", columns, layout)).text

    assert text.split("\n\n") == [
        *("Before.", "Norland | 12 ships", "After."),
        *(NORLAND, SHIPS, "First.", "Second.", "Third."),
    ]


def test_a_text_box_that_is_there_twice_is_read_once() -> None:
    compatibility = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    box = f"<w:txbxContent><w:p>{run('A quotation.')}</w:p></w:txbxContent>"
    paragraph = (
        f"<w:p>{run('Text around it.')}<w:r><mc:AlternateContent xmlns:mc='{compatibility}'>"
        f"<mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )

    assert read(docx(paragraph)).text == "Text around it.\n\nA quotation."


NAMES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "word/_rels/document.xml.rels"


def related(content: bytes, kind: str, target: str, mode: str = "") -> bytes:
    """The document with one more relation to something."""
    relation = f'<Relationship Id="rId99" Type="{RELATIONS}/{kind}" Target="{target}" {mode}/>'
    rels = member(content, RELS).replace(b"</Relation", relation.encode() + b"</Relation")
    return repacked(content, {RELS: rels})


def test_footnotes_stand_at_the_end_and_that_is_said() -> None:
    content = docx(f'<w:p>{run("It is signed.")}<w:r><w:footnoteReference w:id="2"/></w:r></w:p>')
    note = f'<w:footnote w:id="2"><w:p>{run("In 1918.")}</w:p></w:footnote>'
    part = f"<w:footnotes {NAMES}>{note}</w:footnotes>".encode()

    raw = read(
        repacked(related(content, "footnotes", "footnotes.xml"), added={"word/footnotes.xml": part})
    )

    assert raw.text == "It is signed.\n\nIn 1918."
    assert raw.notes == ("footnotes put at the end: 1",)


# What is known of it


def test_the_title_of_a_word_document_is_the_one_that_is_seen() -> None:
    seen = read(docx("Title|Harbour talks open", SHIPS, title="Template", author="Typist"))
    kept = read(docx(SHIPS, title="Harbour talks open", author="Typist"))
    none = read(docx(SHIPS, title="Microsoft Word - talks.doc", author="Typist"))

    assert [each.metadata for each in (seen, kept, none)] == [
        {"title": "Harbour talks open"},
        {"title": "Harbour talks open"},
        {},
    ]
    assert {each.text for each in (seen, kept, none)} == {SHIPS}
    assert kept.published_from is None


# What is not opened


GOOD = docx(SHIPS)
TYPES = member(GOOD, "[Content_Types].xml")
MAIN = member(GOOD, "word/document.xml")
BOMB = (
    b'<!DOCTYPE w:document [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]>"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(OLE + bytes(600), "old Office document", id="a .doc by another name"),
        pytest.param(
            OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted", id="with a password"
        ),
        pytest.param(
            repacked(GOOD, added={"word/vbaProject.bin": b"x"}), "holds macros", id="macros"
        ),
        pytest.param(
            repacked(
                GOOD,
                {
                    "[Content_Types].xml": TYPES.replace(
                        b"openxmlformats-officedocument.wordprocessingml.document.main",
                        b"ms-word.document.macroEnabled.main",
                    )
                },
            ),
            "with macros",
            id="a .docm by another name",
        ),
        pytest.param(
            repacked(
                GOOD,
                {
                    "[Content_Types].xml": TYPES.replace(
                        b"wordprocessingml.document.main", b"spreadsheetml.sheet.main"
                    )
                },
            ),
            "Excel workbook",
            id="a .xlsx by another name",
        ),
        pytest.param(GOOD[: len(GOOD) // 2], "cut off", id="cut off"),
        pytest.param(repacked(GOOD, without=["word/document.xml"]), "lacks a part", id="no text"),
        pytest.param(
            repacked(GOOD, {"word/document.xml": MAIN[: len(MAIN) // 2]}),
            "damaged",
            id="half a part",
        ),
        pytest.param(
            repacked(GOOD, {"word/document.xml": BOMB + MAIN.partition(b"?>")[2]}),
            "entities",
            id="a bomb of entities",
        ),
        pytest.param(
            repacked(
                GOOD,
                {
                    "word/document.xml": b"<!--"
                    + b" " * 70_000
                    + b"-->"
                    + BOMB
                    + MAIN.partition(b"?>")[2]
                },
            ),
            "entities",
            id="a bomb behind a long comment",
        ),
        pytest.param(
            repacked(GOOD, added={"word/media/a.bin": bytes(61_000_000)}), "60 MB", id="a bomb"
        ),
        pytest.param(repacked(GOOD, without=["[Content_Types].xml"]), "ZIP archive", id="a zip"),
        pytest.param(docx(), "no text", id="empty"),
    ],
)
def test_what_is_no_word_document_is_refused_with_the_reason(content: bytes, says: str) -> None:
    with pytest.raises(ReadError, match=rf"^talks\.docx .*{says}") as caught:
        read(content)
    assert "\n" not in str(caught.value)


def test_nothing_that_a_document_refers_to_is_opened() -> None:
    asked: list[str] = []

    class Listening(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    with http.server.HTTPServer(("127.0.0.1", 0), Listening) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/template.dotx"
        content = related(GOOD, "attachedTemplate", address, 'TargetMode="External"')
        assert read(content).text == SHIPS
        server.shutdown()

    assert asked == []


@over(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_word_document_is_an_article_or_an_error(data: st.DataObject) -> None:
    content = bytearray(GOOD)
    places = st.integers(0, len(content) - 1)
    for place in data.draw(st.lists(places, min_size=1, max_size=8)):
        content[place] = data.draw(st.integers(0, 255))

    with contextlib.suppress(ReadError):
        assert read(bytes(content)).text
