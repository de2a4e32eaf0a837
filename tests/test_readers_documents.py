import http.server
import logging
import struct
import threading

import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from tests.documents import (
    NORLAND,
    SHIPS,
    Drawn,
    column,
    docx,
    encrypted,
    given,
    pdf,
    repacked,
)
from vectorstore.errors import ReadError
from vectorstore.readers import docx as docx_reader
from vectorstore.readers import pdf as pdf_reader
from vectorstore.readers.raw import Raw

# A column of forty letters or so.
WRAPPED = (
    "Delegations from Norland and Sudmark met",
    "in the port of Vell on Tuesday for the",
    "first talks since the blockade began. The",
    "Norland delegation was led by Ana Kestrel.",
)
JOINED = " ".join(WRAPPED)


def read_pdf(content: bytes, name: str = "talks.pdf") -> Raw:
    (raw,) = pdf_reader.read(given(content, name))
    return raw


def read_docx(content: bytes, name: str = "talks.docx") -> Raw:
    (raw,) = docx_reader.read(given(content, name))
    return raw


def refusal(content: bytes, name: str) -> str:
    reader = pdf_reader if name.endswith(".pdf") else docx_reader
    with pytest.raises(ReadError) as caught:
        reader.read(given(content, name))
    assert str(caught.value).startswith(name)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# PDF: the text


def test_lines_of_a_pdf_are_paragraphs_again() -> None:
    raw = read_pdf(pdf([column([*WRAPPED, "", *WRAPPED])]))

    assert raw.text.split("\n\n") == [JOINED, JOINED]
    assert raw.notes == ()


def test_paragraphs_that_are_only_indented_are_told_apart() -> None:
    lines = column([*WRAPPED, *WRAPPED])
    indented = [line._replace(x=90.0) if at % 4 == 0 else line for at, line in enumerate(lines)]

    assert read_pdf(pdf([indented])).text.split("\n\n") == [JOINED, JOINED]


def test_a_headline_and_a_byline_are_lines_of_their_own() -> None:
    page = [Drawn("Harbour talks open", 760, size=20), Drawn("By Mira Sol", 730), *column(WRAPPED)]

    assert read_pdf(pdf([page])).text.split("\n\n") == ["Harbour talks open", "By Mira Sol", JOINED]


def test_what_stands_on_every_page_is_not_in_the_middle_of_a_sentence() -> None:
    pages = [
        [Drawn("Vell Courier, 6 May 2031", 800), *column(lines), Drawn(f"Page {number} of 2", 30)]
        for number, lines in enumerate((WRAPPED[:2], WRAPPED[2:]), 1)
    ]

    raw = read_pdf(pdf(pages))

    assert raw.text == JOINED
    assert raw.notes == ("4 lines at the pages' edges were left out (heads, numbers)",)


def test_a_line_that_only_looks_like_a_page_number_stays() -> None:
    page = [*column(WRAPPED), Drawn("1918", 400), *column(WRAPPED, top=380)]

    assert "1918" in read_pdf(pdf([page])).text.split("\n\n")


def test_a_hyphen_at_a_lines_end_goes_only_where_the_text_says_so() -> None:
    lines = [
        "The negotiations went on. After the nego-",
        "tiations a majority of more than two-",
        "thirds of the members of the council of",
        "Vell was found for a well-known treaty.",
    ]

    text = read_pdf(pdf([column(lines)])).text

    assert "After the negotiations a majority of more than two-thirds of" in text


def test_a_mark_of_a_footnote_does_not_become_part_of_a_year() -> None:
    page = [
        Drawn("The treaty of 1918", 700),
        Drawn("2", 704, x=72 + 18 * 5.5, size=6),
        Drawn("is still in force.", 700, x=72 + 20 * 5.5),
    ]

    raw = read_pdf(pdf([page]))

    assert raw.text == "The treaty of 1918 is still in force."
    assert raw.notes == ("1 marks of footnotes were left out",)


def test_hebrew_is_in_the_order_of_reading_with_its_numbers_and_names() -> None:
    # A PDF draws from the left what is read from the right.
    seen = "(3 דומע ואר) Ana Kestrel הרשה הרמא ,תוניפס 22"

    assert read_pdf(pdf([[Drawn(seen, 700)]])).text == (
        "22 ספינות, אמרה השרה Ana Kestrel (ראו עמוד 3)"
    )


def test_letters_that_are_drawn_as_one_are_letters_again() -> None:
    assert read_pdf(pdf([[Drawn("The ﬁrst oﬃcer arrived.", 700)]])).text == (
        "The first officer arrived."
    )


# PDF: what is known of it


def test_a_page_printed_by_a_browser_has_its_address_and_no_date() -> None:
    pages = [
        [
            Drawn("11/25/31, 8:35 AM", 822, x=24, size=8),
            Drawn("Harbour talks open | Vell Courier", 822, x=250, size=8),
            Drawn("Harbour talks open", 760, size=24),
            *column(WRAPPED),
            Drawn("https://example.org/harbour-talks", 18, x=24, size=8),
            Drawn("1/1", 18, x=560, size=8),
        ]
    ]
    info = {"Title": "Harbour talks open | Vell Courier", "CreationDate": "D:20311125083554Z"}

    raw = read_pdf(pdf(pages, info=info))

    assert raw.metadata == {
        "title": "Harbour talks open",
        "url": "https://example.org/harbour-talks",
    }
    assert raw.published_from is None
    assert raw.text.split("\n\n") == ["Harbour talks open", JOINED]


def test_an_address_in_a_footnote_is_not_the_articles() -> None:
    page = [*column(WRAPPED), Drawn("The treaty is at https://example.org/treaty", 40, size=8)]

    raw = read_pdf(pdf([page]))

    assert "url" not in raw.metadata
    assert "https://example.org/treaty" in raw.text


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Harbour talks open", "Harbour talks open"),
        ("Microsoft Word - harbour talks.docx", None),
        ("untitled", None),
        ("Untitled-1", None),
        ("talks", None),
        ("harbour_talks_final2.indd", None),
        ("https://example.org/talks", None),
        ("", None),
    ],
)
def test_only_a_real_title_of_a_pdf_is_taken(title: str, expected: str | None) -> None:
    content = pdf([column(WRAPPED)], info={"Title": title, "Author": "Typist", "ModDate": "2031"})

    metadata = read_pdf(content).metadata

    assert metadata == ({"title": expected} if expected else {})


# PDF: what cannot be read


def test_a_pdf_with_a_password_is_refused_and_one_that_is_only_locked_is_read() -> None:
    content = pdf([column(WRAPPED)])

    assert read_pdf(encrypted(content, "")).text == JOINED
    assert refusal(encrypted(content, "secret"), "talks.pdf") == (
        "talks.pdf is encrypted: save it without a password."
    )


def test_of_a_pdf_that_is_cut_off_what_is_there_is_read_and_that_is_said() -> None:
    content = pdf([column(WRAPPED), column(WRAPPED), column(WRAPPED)])
    cut = content[: content.rindex(b"<</Type /Page ")]

    raw = read_pdf(cut)

    assert raw.text.split("\n\n") == [JOINED, JOINED]
    assert "cut off" in raw.notes[0]
    assert "cut off" in refusal(content[:400], "talks.pdf")


def test_a_scan_is_told_from_a_text() -> None:
    assert refusal(pdf([[], []], pictures=True), "scan.pdf") == (
        "scan.pdf holds pictures of pages and no text: run it through OCR first."
    )


def test_pages_that_are_pictures_among_others_are_named() -> None:
    raw = read_pdf(pdf([column(WRAPPED), []], pictures=True))

    assert raw.text == JOINED
    assert raw.notes == ("page 2 hold no text but a picture",)


def test_letters_without_a_meaning_are_no_text() -> None:
    assert "OCR" in refusal(pdf([[Drawn("ab cd ef", 700)]], meaning=False), "talks.pdf")


def test_a_pdf_that_is_mended_says_nothing_on_the_side(caplog: pytest.LogCaptureFixture) -> None:
    content = pdf([column(WRAPPED)]).replace(b"startxref\n", b"startxref\n9")

    with caplog.at_level(logging.WARNING):
        assert read_pdf(content).text == JOINED

    assert caplog.records == []


@over(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_pdf_is_an_article_or_an_error(data: st.DataObject) -> None:
    content = bytearray(pdf([column(WRAPPED), column(WRAPPED)]))
    places = st.integers(0, len(content) - 1)
    for place in data.draw(st.lists(places, min_size=1, max_size=30)):
        content[place] = data.draw(st.integers(0, 255))

    try:
        assert any(char.isalnum() for char in read_pdf(bytes(content)).text)
    except ReadError as error:
        assert str(error).startswith("talks.pdf ")


# Word: the text


def run(text: str, properties: str = "") -> str:
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


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

    raw = read_docx(docx("Harbour", paragraph, "Heading 2|What is next", SHIPS))

    assert raw.text.split("\n\n") == [
        "Harbour",
        "Delegations from Norland and Sudmark met in Vell on Tuesday.",
        "What is next",
        SHIPS,
    ]
    assert raw.notes == ("1 tracked deletion was left out", "1 hidden passage was left out")


def cell(*paragraphs: str) -> str:
    return "<w:tc>" + "".join(f"<w:p>{run(each)}</w:p>" for each in paragraphs) + "</w:tc>"


def test_tables_stand_where_they_are_and_a_layout_is_no_table() -> None:
    figures = f"<w:tbl><w:tr>{cell('Norland')}{cell('12 ships')}</w:tr></w:tbl>"
    layout = f"<w:tbl><w:tr>{cell(NORLAND, SHIPS)}{cell('Advertisement')}</w:tr></w:tbl>"

    text = read_docx(docx("Before.", figures, "After.", layout)).text

    assert text.split("\n\n") == [
        *("Before.", "Norland | 12 ships", "After."),
        *(NORLAND, SHIPS, "Advertisement"),
    ]


def test_a_text_box_that_is_there_twice_is_read_once() -> None:
    compatibility = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    box = f"<w:txbxContent><w:p>{run('A quotation.')}</w:p></w:txbxContent>"
    paragraph = (
        f"<w:p>{run('Text around it.')}<w:r><mc:AlternateContent xmlns:mc='{compatibility}'>"
        f"<mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )

    assert read_docx(docx(paragraph)).text == "Text around it.\n\nA quotation."


def test_footnotes_stand_at_the_end_and_that_is_said() -> None:
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    content = docx(f'<w:p>{run("It is signed.")}<w:r><w:footnoteReference w:id="2"/></w:r></w:p>')
    with_part = repacked(
        content,
        changed={
            "word/_rels/document.xml.rels": _member(
                content, "word/_rels/document.xml.rels"
            ).replace(
                b"</Relationships>",
                b'<Relationship Id="rId99" Target="footnotes.xml" Type="http://schemas.openxmlformats'
                b'.org/officeDocument/2006/relationships/footnotes"/></Relationships>',
            )
        },
        added={
            "word/footnotes.xml": f"<w:footnotes {names}><w:footnote w:id='2'><w:p>{run('In 1918.')}"
            "</w:p></w:footnote></w:footnotes>".encode()
        },
    )

    raw = read_docx(with_part)

    assert raw.text == "It is signed.\n\nIn 1918."
    assert raw.notes == ("1 footnote was put at the end",)


# Word: what is known of it


def test_the_title_of_a_word_document_is_the_one_that_is_seen() -> None:
    seen = read_docx(docx("Title|Harbour talks open", SHIPS, title="Template", author="Typist"))
    kept = read_docx(docx(SHIPS, title="Harbour talks open", author="Typist"))
    none = read_docx(docx(SHIPS, title="Microsoft Word - talks.doc", author="Typist"))

    assert [each.metadata for each in (seen, kept, none)] == [
        {"title": "Harbour talks open"},
        {"title": "Harbour talks open"},
        {},
    ]
    assert {each.text for each in (seen, kept, none)} == {SHIPS}
    assert kept.published_from is None


# Word: what is not opened


def _member(content: bytes, name: str) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read(name)


GOOD = docx(SHIPS)
TYPES = _member(GOOD, "[Content_Types].xml")
MAIN = _member(GOOD, "word/document.xml")
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
            repacked(GOOD, added={"word/media/a.bin": bytes(61_000_000)}), "60 MB", id="a bomb"
        ),
        pytest.param(repacked(GOOD, without=["[Content_Types].xml"]), "ZIP archive", id="a zip"),
        pytest.param(docx(), "no text", id="empty"),
    ],
)
def test_what_is_no_word_document_is_refused_with_the_reason(content: bytes, says: str) -> None:
    assert says in refusal(content, "talks.docx")


def test_nothing_that_a_document_refers_to_is_opened() -> None:
    asked: list[str] = []

    class Listening(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    with http.server.HTTPServer(("127.0.0.1", 0), Listening) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/template.dotx".encode()
        rels = "word/_rels/document.xml.rels"
        outside = (
            b'<Relationship Id="rId98" TargetMode="External" Target="' + address + b'" '
            b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
            b'attachedTemplate"/></Relationships>'
        )
        content = repacked(GOOD, {rels: _member(GOOD, rels).replace(b"</Relationships>", outside)})
        assert read_docx(content).text == SHIPS
        server.shutdown()

    assert asked == []


@over(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_word_document_is_an_article_or_an_error(data: st.DataObject) -> None:
    content = bytearray(GOOD)
    places = st.integers(0, len(content) - 1)
    for place in data.draw(st.lists(places, min_size=1, max_size=8)):
        struct.pack_into("B", content, place, data.draw(st.integers(0, 255)))

    try:
        assert read_docx(bytes(content)).text
    except ReadError as error:
        assert str(error).startswith("talks.docx ")
