"""Says what a file really is by how it begins, whatever its name ends with.

Text that is nothing else (plain text, Markdown, JSON Lines) is not recognised: there the
name has to say. Nothing here reads a file whole, or reads articles.
"""

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

HEAD_BYTES = 65_536
"""How much of a file's beginning is enough, and worth reading."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a content is: as a reader is told ("a JPEG picture"), and what to do with it.

    `ending` is what such a file's name ends with by right. `mend` says what to do with one
    that Parley does not read.
    """

    name: str
    ending: str
    mend: str = "save its text in a format that Parley reads"


_AS_DOCX = "open it and save it as .docx"
_OCR = "run it through OCR and save the text"
_UNPACK = "unpack it, or pack it as .zip"
_TRANSCRIPT = "save a transcript as text"
_NO_ARTICLE = "there is no article in it"

_PDF = Kind("a PDF", ".pdf", "name it .pdf")
_DOCX = Kind("a Word document", ".docx", "name it .docx")
_HTML = Kind("a web page", ".html", "name it .html")
_MAIL = Kind("a mail", ".eml", "name it .eml")
_ZIP = Kind("a ZIP archive", ".zip", "name it .zip")
_MHTML = Kind("a saved web page (MHTML)", ".mhtml", 'save it as "web page, HTML only"')
_OLE = Kind("an old Office document or Outlook message", ".doc", _AS_DOCX)
_DOCM = Kind("a Word document with macros", ".docm", "save it as .docx, without macros")
_DOTX = Kind("a Word template", ".dotx", "save it as .docx")
_XLSX = Kind("an Excel workbook", ".xlsx", "save its cells as text")
_PPTX = Kind("a PowerPoint presentation", ".pptx", "save it as PDF")

# Each beginning is of one format only; what could begin a text as well is told apart below.
_BEGINNINGS: tuple[tuple[bytes, Kind], ...] = (
    (b"\x89PNG\r\n\x1a\n", Kind("a PNG picture", ".png", _OCR)),
    (b"\xff\xd8\xff", Kind("a JPEG picture", ".jpg", _OCR)),
    (b"GIF87a", Kind("a GIF picture", ".gif", _OCR)),
    (b"GIF89a", Kind("a GIF picture", ".gif", _OCR)),
    (b"II*\x00", Kind("a TIFF picture", ".tif", _OCR)),
    (b"MM\x00*", Kind("a TIFF picture", ".tif", _OCR)),
    (b"AT&TFORM", Kind("a DjVu scan", ".djvu", _OCR)),
    (b"8BPS\x00", Kind("a Photoshop picture", ".psd", _OCR)),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
    (b"{\\rtf", Kind("an RTF document", ".rtf", _AS_DOCX)),
    (b"\xffWPC", Kind("a WordPerfect document", ".wpd", _AS_DOCX)),
    (b"%!PS", Kind("a PostScript file", ".ps", "save it as PDF")),
    (b"bplist00", Kind("a Safari web archive", ".webarchive", "save it as page source")),
    (b"ITSF", Kind("a compiled help file", ".chm")),
    (b"\x1f\x8b", Kind("a gzip archive", ".gz", _UNPACK)),
    (b"BZh91AY&SY", Kind("a bzip2 archive", ".bz2", _UNPACK)),
    (b"\xfd7zXZ\x00", Kind("an xz archive", ".xz", _UNPACK)),
    (b"\x28\xb5\x2f\xfd", Kind("a zstd archive", ".zst", _UNPACK)),
    (b"7z\xbc\xaf\x27\x1c", Kind("a 7-Zip archive", ".7z", _UNPACK)),
    (b"Rar!\x1a\x07", Kind("a RAR archive", ".rar", _UNPACK)),
    (b"SQLite format 3\x00", Kind("an SQLite database", ".db", _NO_ARTICLE)),
    (b"\x7fELF", Kind("a program", ".bin", _NO_ARTICLE)),
    (b"\xcf\xfa\xed\xfe", Kind("a program", ".bin", _NO_ARTICLE)),
    (b"\xca\xfe\xba\xbe", Kind("a program", ".class", _NO_ARTICLE)),
    (b"ID3\x02", Kind("an MP3 recording", ".mp3", _TRANSCRIPT)),
    (b"ID3\x03", Kind("an MP3 recording", ".mp3", _TRANSCRIPT)),
    (b"ID3\x04", Kind("an MP3 recording", ".mp3", _TRANSCRIPT)),
    (b"\xff\xfb", Kind("an MP3 recording", ".mp3", _TRANSCRIPT)),
    (b"\xff\xf3", Kind("an MP3 recording", ".mp3", _TRANSCRIPT)),
    (b"fLaC", Kind("a FLAC recording", ".flac", _TRANSCRIPT)),
    (b"OggS\x00", Kind("an Ogg recording", ".ogg", _TRANSCRIPT)),
    (b"\x1aE\xdf\xa3", Kind("a Matroska video", ".mkv", _TRANSCRIPT)),
    (b"wOFF", Kind("a font", ".woff", _NO_ARTICLE)),
    (b"wOF2", Kind("a font", ".woff2", _NO_ARTICLE)),
)

_IMAGE_BRANDS = {b"heic": "an HEIC picture", b"mif1": "an HEIC picture", b"avif": "an AVIF picture"}

# An Office document says what it is in its list of content types; the rest by a member's name.
_OFFICE: tuple[tuple[bytes, Kind], ...] = (
    (b"word.document.macroEnabled.main", _DOCM),
    (b"wordprocessingml.template.main", _DOTX),
    (b"wordprocessingml.document.main", _DOCX),
    (b"spreadsheetml.sheet.main", _XLSX),
    (b"ms-excel.sheet.", _XLSX),
    (b"presentationml.presentation.main", _PPTX),
    (b"presentationml.slideshow.main", _PPTX),
    (b"ms-powerpoint.", _PPTX),
)
_MEMBERS: tuple[tuple[str, Kind], ...] = (
    ("word/document.xml", _DOCX),
    ("xl/workbook.xml", _XLSX),
    ("ppt/presentation.xml", _PPTX),
    ("Index/Document.iwa", Kind("an Apple Pages document", ".pages", _AS_DOCX)),
    ("META-INF/MANIFEST.MF", Kind("a Java program", ".jar", _NO_ARTICLE)),
    ("AndroidManifest.xml", Kind("an Android program", ".apk", _NO_ARTICLE)),
)
_MIMETYPES: tuple[tuple[bytes, Kind], ...] = (
    (b"application/epub+zip", Kind("an EPUB book", ".epub")),
    (b"opendocument.text", Kind("an OpenDocument text", ".odt", _AS_DOCX)),
    (b"opendocument.spreadsheet", Kind("an OpenDocument sheet", ".ods", "save its cells as text")),
    (b"opendocument.presentation", Kind("an OpenDocument presentation", ".odp", "save it as PDF")),
)

# Other endings that a kind goes by. What marks an Office document may lie beyond the head.
_ALSO = {
    ".html": (".htm", ".xhtml"),
    ".jpg": (".jpeg",),
    ".tif": (".tiff",),
    ".mhtml": (".mht",),
    ".doc": (".msg", ".xls", ".ppt"),
    ".zip": (".docx",),
}

_XML_PROLOGUE = re.compile(
    r"(?:\s|\ufeff|<\?xml[^>]*\?>|<\?xml-stylesheet[^>]*\?>|<!--(?:[^-]|-(?!->))*+-->)*+"
)
_ROOT = re.compile(r"<(!doctype\s+)?([\w:]+)", re.IGNORECASE)
_ROOTS = {
    "rss": Kind("a news feed", ".rss", "save its articles one by one"),
    "feed": Kind("a news feed", ".atom", "save its articles one by one"),
    "rdf:rdf": Kind("a news feed", ".rdf", "save its articles one by one"),
    "svg": Kind("an SVG picture", ".svg", _OCR),
    "w:worddocument": Kind("a Word XML document", ".xml", _AS_DOCX),
    "pkg:package": Kind("a Word XML document", ".xml", _AS_DOCX),
}
_PAGE_TAGS = frozenset(("html", "head", "body", "title", "meta", "script", "link"))
_XML = Kind("an XML file", ".xml")

_HEADER = re.compile(rb"([!-9;-~]+):(?=[ \t\r\n])[^\n]*\n(?:[ \t]+\S[^\n]*\n)*")
# What a mail's way leaves at its head; a text that begins with "Subject:" has none of these.
_WAY = frozenset(
    b"received return-path delivered-to message-id mime-version x-mozilla-status".split()
)


def sniff(head: bytes) -> Kind | None:
    """Return what a content is that begins with `head` (of `HEAD_BYTES`, or all there is).

    None if it is not recognised: it may be text, and then its name says of what kind.
    """
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if re.search(rb"(?:\A|[\r\n])%PDF-\d\.\d", head[:1024]):
        return _PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(head)
    tests: tuple[Callable[[bytes], Kind | None], ...] = (_binary_kind, _mail_kind, _markup_kind)
    return next((kind for test in tests if (kind := test(head)) is not None), None)


def misnamed(name: str, head: bytes) -> Kind | None:
    """Return what the content is if it is another thing than the name's ending says."""
    kind = sniff(head)
    ending = PurePath(name).suffix.lower()
    if kind is None or ending == kind.ending or ending in _ALSO.get(kind.ending, ()):
        return None
    return kind


def office_kind(content_types: bytes) -> Kind | None:
    """Return what an Office document is by its `[Content_Types].xml`."""
    return next((kind for part, kind in _OFFICE if part in content_types), None)


def _binary_kind(head: bytes) -> Kind | None:
    """Tell those apart whose first letters a text may begin with as well."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind("a WebP picture", ".webp", _OCR)
    if head[:4] == b"RIFF" and head[8:12] in (b"WAVE", b"AVI "):
        return Kind("a recording", ".wav", _TRANSCRIPT)
    if head[4:8] == b"ftyp":
        picture = _IMAGE_BRANDS.get(head[8:12])
        return Kind(picture, ".heic", _OCR) if picture else Kind("a video", ".mp4", _TRANSCRIPT)
    if head[:2] == b"MZ" and b"\x00" in head[:64]:
        return Kind("a program", ".exe", _NO_ARTICLE)
    if head[:2] == b"BM" and head[6:10] == b"\x00\x00\x00\x00":
        return Kind("a BMP picture", ".bmp", _OCR)
    if head[257:262] == b"ustar":
        return Kind("a tar archive", ".tar", _UNPACK)
    return None


def _zip_kind(head: bytes) -> Kind:
    """Look at the members that begin in the head; an Office document lists what it holds."""
    names: set[str] = set()
    for found in re.finditer(b"PK\x03\x04", head):
        entry = head[found.start() : found.start() + 30]
        if len(entry) < 30:
            break
        method, name_length, extra_length = struct.unpack("<H16xHH", entry[8:30])
        start = found.start() + 30
        name = head[start : start + name_length].decode("utf-8", errors="replace")
        names.add(name)
        data = head[start + name_length + extra_length :]
        if name == "mimetype" and method == 0:
            kinds = (kind for part, kind in _MIMETYPES if part in data[:80])
            return next(kinds, _ZIP)
        if name == "[Content_Types].xml":
            kind = office_kind(_unpacked(data, method))
            if kind is not None:
                return kind
    return next((kind for member, kind in _MEMBERS if member in names), _ZIP)


def _unpacked(data: bytes, method: int) -> bytes:
    if method == 0:
        return data[:HEAD_BYTES]
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, HEAD_BYTES)
    except zlib.error:
        return b""


def _mail_kind(head: bytes) -> Kind | None:
    if re.match(rb"From \S+ .*\d{4}\r?\n[!-9;-~]+: ", head):
        return Kind("a mailbox", ".mbox", "save its mails one by one")
    names: set[bytes] = set()
    end = 0
    while len(names) < 100 and (found := _HEADER.match(head, end)):
        names.add(found[1].lower())
        end = found.end()
    if b"snapshot-content-location" in names:
        return _MHTML
    addressed = b"from" in names and bool(names & {b"subject", b"date", b"to"})
    return _MAIL if addressed and names & _WAY else None


def _markup_kind(head: bytes) -> Kind | None:
    encoding = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(head[:2], "utf-8")
    text = head[:8192].decode(encoding, errors="replace")
    start = _XML_PROLOGUE.match(text)
    begin = start.end() if start else 0
    root = _ROOT.match(text, begin)
    if root is None:
        return None
    name = root[2].lower()
    if name in _PAGE_TAGS:
        return _HTML
    if name in _ROOTS:
        return _ROOTS[name]
    return _XML if text.lstrip("\ufeff \r\n\t").startswith("<?xml") else None
