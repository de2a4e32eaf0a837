"""Briefings as DOCX and PDF, read back with other programs than those that wrote them."""

import io
import json
import re
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from hypothesis import given, settings
from pypdf import PdfReader

from bot.answers import Citation
from bot.briefing.export import FORMATS, file_name, render, to_docx, to_pdf
from bot.briefing.export.markdown import as_markdown
from bot.briefing.parts import Briefing, BriefSentence
from tests.briefings import LED, SHIPS, make_briefing
from tests.page_service import PAYLOADS
from tests.test_briefing_markdown import all_of
from tests.test_transcript import hostile
from vectorstore.corpus import Corpus
from vectorstore.errors import ParleyError

CYRILLIC = "Делегации встретились в порту."
HEBREW = "המשלחות נפגשו בנמל."
GREEK = "Οι αντιπροσωπείες συναντήθηκαν."
_REMOTE = "![x](http://127.0.0.1:9/HIT.png)"


def said(*texts: str) -> str:
    """The Markdown of a briefing of these sentences, each word for word an article's."""
    citations = [
        Citation(n, f"a{n}", text, "Газета", "2031-05-06", None, 0, len(text), text)
        for n, text in enumerate(texts, 1)
    ]
    sentences = tuple(BriefSentence(each.quote, (each.n,)) for each in citations)
    return as_markdown(
        Briefing("Talks", None, "extractive", None, sentences=sentences, citations=tuple(citations))
    )


def docx_text(content: bytes) -> tuple[str, str]:
    """The text of a document's body and of its footnotes."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return tuple(
            " ".join(re.sub(r"<[^>]*>", "", parts.read(f"word/{name}.xml").decode()).split())
            for name in ("document", "footnotes")
        )


def pdf_text(content: bytes) -> str:
    return " ".join(
        " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split()
    )


@pytest.fixture
def markdown(filled: Corpus) -> str:
    return as_markdown(make_briefing(filled))


def test_the_docx_has_the_text_its_tables_and_each_footnote_once(markdown: str) -> None:
    content = to_docx(markdown)

    document = Document(io.BytesIO(content))
    paragraphs = [each.text for each in document.paragraphs]
    assert paragraphs[0] == "Harbour talks in Vell"
    assert document.core_properties.title == "Harbour talks in Vell"
    assert any(LED.startswith("The") and "Ana Kestrel led" in each for each in paragraphs)
    board = document.tables[0]
    assert [cell.text for cell in board.rows[0].cells] == ["Issue", "Norland", "Sudmark"]
    assert board.rows[1].cells[1].text == "not stated in these articles"
    _, notes = docx_text(content)
    assert notes.count("Vell Courier") == 5
    assert notes.count(SHIPS) == 1
    assert notes.count("version 1, characters") == 7


def test_a_footnote_that_is_referred_to_again_keeps_its_number(markdown: str) -> None:
    body, _ = docx_text(to_docx(markdown))

    # Passage 3 carries a sentence; of the value in the list below, its number is shown.
    assert "223 (6 May 2031)" in body


def test_the_pdf_has_the_text_and_the_footnotes(markdown: str) -> None:
    content = to_pdf(markdown)

    text = pdf_text(content)
    assert "Harbour talks in Vell" in text
    assert "not stated in these articles" in text
    assert text.count("version 1, characters") == 7
    assert "⚠" in text
    assert PdfReader(io.BytesIO(content)).metadata.title == "Harbour talks in Vell"


@pytest.mark.parametrize("sentence", [CYRILLIC, HEBREW, GREEK])
def test_letters_of_other_scripts_are_in_both(sentence: str) -> None:
    markdown = said(sentence)

    body, notes = docx_text(to_docx(markdown))
    assert sentence in body
    assert sentence in notes
    text = pdf_text(to_pdf(markdown))
    # A PDF may order the words of a line from right to left.
    for word in re.findall(r"\w+", sentence):
        assert text.count(word) + text.count(word[::-1]) >= 2
    assert "Letters of other scripts" not in text


def test_letters_that_the_fonts_lack_are_admitted() -> None:
    assert "Letters of other scripts" in pdf_text(to_pdf(said("代表团在港口会面。")))


def test_pictures_links_and_raw_markup_do_not_reach_either() -> None:
    """Whoever edits the Markdown by hand cannot make the exports fetch or run anything."""
    markdown = said("Talks began.") + (
        f"\n{_REMOTE} [run](javascript:alert) [read](file:///etc/passwd) <b>raw</b>\n\n"
        '<script>raw</script>\n\n```{=typst}\n#read("/etc/passwd")\n```\n\n'
        "[ours](https://example.org/a)\n"
    )

    with zipfile.ZipFile(io.BytesIO(to_docx(markdown))) as parts:
        assert not [name for name in parts.namelist() if "media" in name]
        links = parts.read("word/_rels/document.xml.rels").decode()
    assert "https://example.org/a" in links
    for address in ("HIT.png", "javascript", "passwd"):
        assert address not in links
    pages = PdfReader(io.BytesIO(to_pdf(markdown))).pages
    addresses = [
        str(note.get_object()["/A"]["/URI"])
        for page in pages
        for note in page.get("/Annots", ())
        if "/URI" in note.get_object().get("/A", {})
    ]
    assert addresses == ["https://example.org/a"]
    assert not any(page.images for page in pages)


def test_hostile_text_is_shown_as_it_is() -> None:
    markdown = said(*(" ".join(payload.split()) for payload in PAYLOADS))

    body, notes = docx_text(to_docx(markdown))
    text = pdf_text(to_pdf(markdown))

    for shown in ("![](http://127.0.0.1:9/HIT.png)", "[x](javascript:window.hit=1)"):
        assert shown in body
        assert shown in notes
        assert shown.replace(" ", "") in text.replace(" ", "")


@settings(deadline=None, max_examples=15)
@given(hostile)
def test_any_text_can_be_exported(given_text: str) -> None:
    markdown = as_markdown(all_of(given_text))

    assert to_docx(markdown).startswith(b"PK")
    assert to_pdf(markdown).startswith(b"%PDF")


def test_what_cannot_be_set_is_an_error_that_names_the_mend() -> None:
    deep = "> " * 3_000 + "x"

    with pytest.raises(ParleyError, match=r"--format md"):
        to_pdf(deep)


@pytest.mark.parametrize(
    ("title", "as_of", "name"),
    [
        ("The ceasefire", "2031-05-06", "briefing-the-ceasefire-2031-05-06.pdf"),
        ("../../etc/passwd\x00 <b>", None, "briefing-etc-passwd-b.pdf"),
        ("Переговоры", None, "briefing-переговоры.pdf"),
        ("", None, "briefing.pdf"),
    ],
)
def test_a_files_name_says_what_is_in_it_and_leads_nowhere(
    title: str, as_of: str | None, name: str
) -> None:
    assert file_name(Briefing(title, None, "extractive", as_of), "pdf") == name


def test_a_files_name_is_short_whatever_the_title() -> None:
    briefing = replace(Briefing("word " * 200, None, "extractive", None), title="слово" * 200)

    assert len(file_name(briefing, "docx")) < 80


def test_a_briefing_is_rendered_in_each_format_that_is_named(filled: Corpus) -> None:
    begins = {"md": b"# Harbour", "docx": b"PK", "pdf": b"%PDF", "json": b"{"}
    made = make_briefing(filled)

    assert all(render(made, form).startswith(begins[form]) for form in FORMATS)
    assert Briefing.from_json(json.loads(render(made, "json"))) == made
    with pytest.raises(ParleyError, match="choose md, docx, pdf or json"):
        render(made, "odt")
