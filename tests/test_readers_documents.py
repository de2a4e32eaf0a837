import contextlib
import logging

import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from tests.documents import Drawn, column, encrypted, given, pdf
from vectorstore.errors import ReadError
from vectorstore.readers import markdown
from vectorstore.readers import pdf as reader
from vectorstore.readers.raw import Raw

# A column of forty letters or so.
WRAPPED = (
    "Delegations from Norland and Sudmark met",
    "in the port of Vell on Tuesday for the",
    "first talks since the blockade began. The",
    "Norland delegation was led by Ana Kestrel.",
)
JOINED = " ".join(WRAPPED)


def read(content: bytes, name: str = "talks.pdf") -> Raw:
    (raw,) = reader.read(given(content, name))
    return raw


def refusal(content: bytes, name: str) -> str:
    with pytest.raises(ReadError) as caught:
        read(content, name)
    assert str(caught.value).startswith(name)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# The text


def test_lines_of_a_pdf_are_paragraphs_again() -> None:
    raw = read(pdf([column([*WRAPPED, "", *WRAPPED])]))

    assert raw.text.split("\n\n") == [JOINED, JOINED]
    assert raw.notes == ()


def test_paragraphs_that_are_only_indented_are_told_apart() -> None:
    lines = column([*WRAPPED, *WRAPPED])
    indented = [line._replace(x=90.0) if at % 4 == 0 else line for at, line in enumerate(lines)]

    assert read(pdf([indented])).text.split("\n\n") == [JOINED, JOINED]


def test_a_headline_and_a_byline_are_lines_of_their_own() -> None:
    page = [Drawn("Harbour talks open", 760, size=20), Drawn("By Mira Sol", 730), *column(WRAPPED)]

    assert read(pdf([page])).text.split("\n\n") == ["Harbour talks open", "By Mira Sol", JOINED]


def test_what_stands_on_every_page_is_not_in_the_middle_of_a_sentence() -> None:
    pages = [
        [Drawn("Vell Courier, 6 May 2031", 800), *column(lines), Drawn(f"Page {number} of 2", 30)]
        for number, lines in enumerate((WRAPPED[:2], WRAPPED[2:]), 1)
    ]

    raw = read(pdf(pages))

    assert raw.text == JOINED
    assert raw.notes == ("lines at the pages' edges (heads, feet, numbers) left out: 4",)


def test_a_line_that_only_looks_like_a_page_number_stays() -> None:
    page = [*column(WRAPPED), Drawn("1918", 400), *column(WRAPPED, top=380)]

    assert "1918" in read(pdf([page])).text.split("\n\n")


def test_a_hyphen_at_a_lines_end_goes_only_where_the_text_says_so() -> None:
    lines = [
        "The negotiations went on. After the nego-",
        "tiations a majority of more than two-",
        "thirds of the members of the council of",
        "Vell was found for a well-known treaty.",
    ]

    text = read(pdf([column(lines)])).text

    assert "After the negotiations a majority of more than two-thirds of" in text


def test_a_mark_of_a_footnote_does_not_become_part_of_a_year() -> None:
    page = [
        Drawn("The treaty of 1918", 700),
        Drawn("2", 704, x=72 + 18 * 5.5, size=6),
        Drawn("is still in force.", 700, x=72 + 20 * 5.5),
    ]

    raw = read(pdf([page]))

    assert raw.text == "The treaty of 1918 is still in force."
    assert raw.notes == ("footnote marks left out: 1",)


def test_hebrew_is_in_the_order_of_reading_with_its_numbers_and_names() -> None:
    # A PDF draws from the left what is read from the right.
    seen = "(3 דומע ואר) Ana Kestrel הרשה הרמא ,תוניפס 22"

    assert read(pdf([[Drawn(seen, 700)]])).text == ("22 ספינות, אמרה השרה Ana Kestrel (ראו עמוד 3)")


def test_letters_that_are_drawn_as_one_are_letters_again() -> None:
    assert read(pdf([[Drawn("The ﬁrst oﬃcer arrived.", 700)]])).text == (
        "The first officer arrived."
    )


# What is known of it


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

    raw = read(pdf(pages, info=info))

    assert raw.metadata == {
        "title": "Harbour talks open",
        "url": "https://example.org/harbour-talks",
    }
    assert raw.published_from is None
    assert raw.text.split("\n\n") == ["Harbour talks open", JOINED]


def test_an_address_in_a_footnote_is_not_the_articles() -> None:
    page = [*column(WRAPPED), Drawn("The treaty is at https://example.org/treaty", 40, size=8)]

    raw = read(pdf([page]))

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

    metadata = read(content).metadata

    assert metadata == ({"title": expected} if expected else {})


# What cannot be read


def test_a_pdf_with_a_password_is_refused_and_one_that_is_only_locked_is_read() -> None:
    content = pdf([column(WRAPPED)])

    assert read(encrypted(content, "")).text == JOINED
    assert refusal(encrypted(content, "secret"), "talks.pdf") == (
        "talks.pdf is encrypted: save it without a password."
    )


def test_of_a_pdf_that_is_cut_off_what_is_there_is_read_and_that_is_said() -> None:
    content = pdf([column(WRAPPED), column(WRAPPED), column(WRAPPED)])
    cut = content[: content.rindex(b"<</Type /Page ")]

    raw = read(cut)

    assert raw.text.split("\n\n") == [JOINED, JOINED]
    assert "cut off" in raw.notes[0]
    assert "cut off" in refusal(content[:400], "talks.pdf")


def test_a_scan_is_told_from_a_text() -> None:
    assert refusal(pdf([[], []], pictures=True), "scan.pdf") == (
        "scan.pdf holds pictures of pages and no text: run it through OCR first."
    )


def test_pages_that_are_pictures_among_others_are_named() -> None:
    raw = read(pdf([column(WRAPPED), []], pictures=True))

    assert raw.text == JOINED
    assert raw.notes == ("only a picture and no text: page 2",)


def test_letters_without_a_meaning_are_no_text() -> None:
    assert "OCR" in refusal(pdf([[Drawn("ab cd ef", 700)]], meaning=False), "talks.pdf")


def test_a_pdf_that_is_mended_says_nothing_on_the_side(caplog: pytest.LogCaptureFixture) -> None:
    content = pdf([column(WRAPPED)]).replace(b"startxref\n", b"startxref\n9")

    with caplog.at_level(logging.WARNING):
        assert read(content).text == JOINED

    assert caplog.records == []


@over(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_pdf_is_an_article_or_an_error(data: st.DataObject) -> None:
    content = bytearray(pdf([column(WRAPPED), column(WRAPPED)]))
    places = st.integers(0, len(content) - 1)
    for place in data.draw(st.lists(places, min_size=1, max_size=30)):
        content[place] = data.draw(st.integers(0, 255))

    with contextlib.suppress(ReadError):
        assert any(char.isalnum() for char in read(bytes(content)).text)


# Markdown


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            "Delegations met in Vell on Tuesday.\nFollow us on Facebook\n",
            "Delegations met in Vell on Tuesday.\nFollow us on Facebook",
            id="lines that were not wrapped stay lines",
        ),
        pytest.param(
            "Delegations from **Norland** and _Sudmark_ met in\n[Vell](https://example.org/vell).\n",
            "Delegations from Norland and Sudmark met in Vell.",
            id="a line was wrapped with its markup",
        ),
        pytest.param(
            "Harbour talks\nopen in Vell\n===\n\nText.\n", "Text.", id="a title is one line"
        ),
    ],
)
def test_only_wrapped_lines_of_markdown_are_joined(body: str, expected: str) -> None:
    (raw,) = markdown.read(given(body.encode(), "talks.md"))

    assert raw.text == expected
    assert raw.metadata.get("title", "Harbour talks open in Vell") == "Harbour talks open in Vell"
