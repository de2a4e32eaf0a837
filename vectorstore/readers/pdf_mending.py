"""Gives a PDF that was cut off an end again, so that what there is of it can be read.

A PDF's table of contents is its end. pypdf finds the objects of a file without one by
itself, but not which of them the pages are. Nothing here mends what is inside an object.
"""

import re

_OBJECT = re.compile(rb"(?<!\d)(\d{1,9})\s+0\s+obj\b(.{0,2000}?)(?:endobj|stream)", re.DOTALL)
_CATALOG = re.compile(rb"/Type\s*/Catalog\b")
_PAGE = re.compile(rb"/Type\s*/Page\b")
_MOST_PAGES = 5000


def with_new_end(content: bytes) -> bytes:
    """Return the content up to its last whole object, and an end that names its pages."""
    whole = content[: content.rfind(b"endobj") + len(b"endobj")]
    catalog: int | None = None
    last = 0
    pages: list[int] = []
    for found in _OBJECT.finditer(whole):
        number = int(found[1])
        last = max(last, number)
        if _CATALOG.search(found[2]):
            catalog = number
        elif _PAGE.search(found[2]) and len(pages) < _MOST_PAGES:
            pages.append(number)
    added = b""
    if catalog is None and pages:
        catalog, tree, last = last + 1, last + 2, last + 2
        kids = b" ".join(b"%d 0 R" % page for page in pages)
        added = (
            b"\n%d 0 obj\n<</Type /Catalog /Pages %d 0 R>>\nendobj\n"
            b"%d 0 obj\n<</Type /Pages /Count %d /Kids [%s]>>\nendobj\n"
        ) % (catalog, tree, tree, len(pages), kids)
    # Where the catalog lies in a compressed object, pypdf looks for it among so many.
    root = b"" if catalog is None else b" /Root %d 0 R" % catalog
    end = b"\ntrailer\n<</Size %d%s>>\nstartxref\n0\n%%%%EOF\n" % (last + 1, root)
    return whole + added + end
