import zipfile

import pytest

from tests.documents import NORLAND, archive, column, docx, mail, pdf
from vectorstore.readers.sniff import misnamed, sniff

DOCX = docx(NORLAND)


@pytest.mark.parametrize(
    ("content", "kind", "ending"),
    [
        (pdf([column([NORLAND])]), "a PDF", ".pdf"),
        (b"\n" + pdf([]), "a PDF", ".pdf"),
        (DOCX, "a Word document", ".docx"),
        (archive({"a.txt": NORLAND}), "a ZIP archive", ".zip"),
        (archive({"word/a.txt": NORLAND}), "a ZIP archive", ".zip"),
        (
            archive({"mimetype": "application/epub+zip"}, zipfile.ZIP_STORED),
            "an EPUB book",
            ".epub",
        ),
        (
            archive({"mimetype": "application/vnd.oasis.opendocument.text"}, zipfile.ZIP_STORED),
            "an OpenDocument text",
            ".odt",
        ),
        (mail(NORLAND, From="a@x.example").as_bytes(), "a mail", ".eml"),
        (b"<!DOCTYPE html><html><body>x", "a web page", ".html"),
        (b"\xef\xbb\xbf\n<!-- saved -->\n<HTML lang=en>", "a web page", ".html"),
        ('<?xml version="1.0"?>\n<html>'.encode("utf-16"), "a web page", ".html"),
        (b'<?xml version="1.0"?><rss version="2.0">', "a news feed", ".rss"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a JPEG picture", ".jpg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a WebP picture", ".webp"),
        (b"\x00\x00\x00\x18ftypmp42", "a video", ".mp4"),
        (b"{\\rtf1\\ansi", "an RTF document", ".rtf"),
        (b"MZ\x90\x00" + bytes(60), "a program", ".exe"),
    ],
)
def test_a_content_is_known_by_how_it_begins(content: bytes, kind: str, ending: str) -> None:
    found = sniff(content[:65_536])

    assert found is not None
    assert (found.name, found.ending) == (kind, ending)
    assert misnamed(f"talks{ending}", content) is None
    assert misnamed("talks.png", content) == found


@pytest.mark.parametrize(
    "text",
    [
        NORLAND,
        "",
        "MZ is what the minister calls it.",
        "BMs are ballistic missiles.",
        "From the harbour: a report.\nDate: none.\n\nText.",
        "From: Vell\nSubject: Harbour\n\nA text that begins as a mail might.",
        "RIFF between the two delegations",
        "ID3 documents were shown",
        "%PDF is how such a file begins.",
        "<p>Harbour talks open</p>\n\nMarkdown may begin like this.",
        "<!-- a note -->\n# Harbour talks open\n",
        "---\ntitle: Harbour talks\n---\nText.",
        '{"text": "Harbour talks"}',
    ],
)
def test_a_text_is_not_taken_for_anything_else(text: str) -> None:
    assert sniff(text.encode()) is None
    assert misnamed("talks.txt", text.encode()) is None


def test_a_word_document_is_one_wherever_its_text_lies() -> None:
    big = archive({"word/media/a.bin": bytes(range(256)) * 600}, zipfile.ZIP_STORED)

    assert misnamed("talks.docx", big[:65_536]) is None
