"""Makes PDFs, Word documents, mails and archives for tests, as their programs make them."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from typing import NamedTuple

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pypdf import PdfWriter

from vectorstore.readers.raw import Input

NORLAND = (
    "Delegations from Norland and Sudmark met in the port of Vell on Tuesday for the first talks "
    "since the blockade began. The Norland delegation was led by Trade Minister Ana Kestrel."
)
SHIPS = (
    "Kestrel said that 22 ships were still waiting outside the harbour and that every day of "
    "delay cost both countries dearly. The next round is planned for 20 May in Brenn."
)


def given(content: bytes, name: str) -> Input:
    """The file as a reader is given it."""
    return Input(f"inputs/{name}", name, lambda: io.BytesIO(content))


# PDF


class Drawn(NamedTuple):
    """A piece of text on a page; `x` and `y` in points from the lower left corner."""

    text: str
    y: float
    x: float = 72.0
    size: float = 11.0


def column(lines: Sequence[str], top: float = 700.0, leading: float = 14.0) -> list[Drawn]:
    """Lines one below the other; an empty one leaves the space between two paragraphs."""
    return [Drawn(line, top - leading * at) for at, line in enumerate(lines) if line]


def pdf(
    pages: Sequence[Sequence[Drawn]],
    *,
    info: Mapping[str, str] | None = None,
    pictures: bool = False,
    meaning: bool = True,
) -> bytes:
    """A PDF with those pages, of A4's height nearly; `meaning` is whether its font has one."""
    letters = sorted({char for page in pages for drawn in page for char in drawn.text})
    codes = {char: code for code, char in enumerate(letters, 1)}
    mapping = "\n".join(f"<{code:02x}> <{ord(char):04x}>" for char, code in codes.items())
    unicode = (
        "/CIDInit /ProcSet findresource begin begincmap\n"
        "1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{mapping}\nendbfchar\nendcmap end"
    )
    widths = " ".join(["500"] * 256)
    font = (
        f"<</Type /Font /Subtype /TrueType /BaseFont /Vell /FirstChar 0 /LastChar 255 "
        f"/Widths [{widths}]{' /ToUnicode 4 0 R' if meaning else ''}>>"
    )
    listed = "".join(f"/{key} ({value}) " for key, value in (info or {}).items())
    kids = " ".join(f"{7 + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        "<</Type /Catalog /Pages 2 0 R>>",
        f"<</Type /Pages /Count {len(pages)} /Kids [{kids}]>>",
        font,
        _stream(unicode),
        f"<<{listed}>>",
        _stream(
            "\x00\x00\x00",
            "/Type /XObject /Subtype /Image /Width 1 /Height 1 "
            "/ColorSpace /DeviceRGB /BitsPerComponent 8 ",
        ),
    ]
    for at, page in enumerate(pages):
        painted = "/XObject <</P 6 0 R>>" if pictures else ""
        objects.append(
            f"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {8 + 2 * at} 0 R "
            f"/Resources <</Font <</F 3 0 R>> {painted}>>>>"
        )
        shown = "".join(
            f"BT /F {each.size} Tf {each.x} {each.y} Td <{_coded(each.text, codes)}> Tj ET\n"
            for each in page
        )
        objects.append(_stream(("q 595 0 0 842 0 0 cm /P Do Q\n" if pictures else "") + shown))
    return _file(objects)


def _coded(text: str, codes: Mapping[str, int]) -> str:
    return "".join(f"{codes[char]:02x}" for char in text)


def _stream(content: str, keys: str = "") -> str:
    return f"<<{keys}/Length {len(content)}>>\nstream\n{content}\nendstream"


def _file(objects: Sequence[str]) -> bytes:
    content = b"%PDF-1.4\n"
    places: list[int] = []
    for number, each in enumerate(objects, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{each}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return content + (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<</Size {len(objects) + 1} /Root 1 0 R /Info 5 0 R>>\n"
        f"startxref\n{len(content)}\n%%EOF\n"
    ).encode("ascii")


def encrypted(content: bytes, password: str) -> bytes:
    """The PDF with a password; an empty one only forbids printing it."""
    writer = PdfWriter(clone_from=io.BytesIO(content))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


# Word


def docx(*blocks: str, title: str = "", author: str = "") -> bytes:
    """A document of paragraphs; one that begins with "<w:" is taken as it is, as XML."""
    document = Document()
    document.core_properties.title = title
    document.core_properties.author = author
    for block in blocks:
        if block.startswith("<w:"):
            # The element's own name, and after it the namespace that it needs by itself.
            declared = re.sub(r"^<w:\w+", rf"\g<0> {nsdecls('w')}", block)
            document.element.body.insert(-1, parse_xml(declared))
        else:
            style, _, text = block.rpartition("|")
            document.add_paragraph(text, style=style or None)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def run(text: str, properties: str = "") -> str:
    """A run of text as XML, for a paragraph that is given as XML."""
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def member(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read(name)


def repacked(
    content: bytes,
    changed: Mapping[str, bytes] | None = None,
    without: Sequence[str] = (),
    added: Mapping[str, bytes] | None = None,
) -> bytes:
    """The archive with some members changed, left out or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            if name not in without:
                new.writestr(name, (changed or {}).get(name, old.read(name)))
        for name, data in (added or {}).items():
            new.writestr(name, data)
    return out.getvalue()


# Mails and archives


def mail(text: str, html: str = "", **headers: str) -> EmailMessage:
    """A mail; a header's name is written with underscores."""
    message = EmailMessage()
    for name, value in {"Subject": "Harbour talks open", **headers}.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def archive(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return out.getvalue()
