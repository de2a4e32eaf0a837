"""Briefings as files: Markdown, JSON, and DOCX and PDF by the bundled Pandoc and Typst.

Nothing is fetched, and nothing outside a private folder is read: pictures, markup of other
languages and links other than http and https are taken out before either writes, and both
run closed in. PDFs are set in the fonts that Typst brings, so that they look the same
everywhere; only for letters that these lack are the machine's own fonts looked through.
What a briefing consists of, only its Markdown and its JSON form know.
"""

import json
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from bot.briefing.parts import Briefing
from bot.escaping import line
from vectorstore.errors import ParleyError

# What a briefing is exported as: the ending of the file, and what readers call it.
FORMATS = {"md": "Markdown", "docx": "Word", "pdf": "PDF", "json": "JSON"}
BINARY = frozenset({"docx", "pdf"})

_READ = "commonmark+footnotes+pipe_tables+superscript"
_DEADLINE = 60  # seconds; a briefing of 800 words takes a tenth of one
_MEMORY = "1G"
_LONGEST_NAME = 60
# Scripts of which the fonts that Typst brings have the letters in common use, by how the
# names of these begin: found by setting every letter and reading the PDF back.
_BUNDLED = frozenset({"LATIN", "GREEK", "CYRILLIC", "HEBREW", "ARABIC", "ARMENIAN", "GEORGIAN"})
# Signs that have a letter's category and a name of their own.
_SIGNS = frozenset({"FEMININE", "MASCULINE", "MODIFIER", "MICRO", "OHM", "KELVIN", "ANGSTROM"})
_OTHER_LETTERS = (
    "Letters of other scripts than Latin, Greek, Cyrillic, Hebrew, Arabic, Armenian and Georgian "
    "show here only if the machine that made this file had a font for them."
)
_MEND = "the Markdown export has all of it (`--format md`)"
_DEFINITION = re.compile(r"^\[\^(\w{1,20})\]:", re.MULTILINE)
_REFERENCE = re.compile(r"\\.|\[\^(\w{1,20})\](?!:)", re.DOTALL)
# Pandoc leaves a slash as it is where Typst would begin a list of terms with it.
_TERM = re.compile(r"(^[ \t]*(?:[-+=]+[ \t]+|\d+\.[ \t]+)?|\[)/", re.MULTILINE)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_OUTSIDE = re.compile(r"https?://", re.IGNORECASE)
_PAGE = """\
#set document(title: sys.inputs.title)
#set page(paper: "a4", margin: 25mm, numbering: "1")
#set text(
  font: ("Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono"), size: 10.5pt, lang: "en",
)
#set par(leading: 0.62em, spacing: 1.1em)
#set table(stroke: (_, y) => if y > 0 { (top: 0.4pt + luma(180)) }, inset: (x: 0.5em, y: 0.45em))
#show heading: set block(above: 1.5em, below: 0.8em)
#show heading.where(level: 1): set text(size: 1.2em)
#show figure: set block(breakable: true)
#show table: set text(size: 9pt)
#show table.cell.where(y: 0): strong
#show footnote.entry: set text(size: 8pt)
#show link: set text(fill: rgb("#1a4f8b"))
"""


def file_name(briefing: Briefing, form: str) -> str:
    """Return a name for the file that holds a briefing, fit for any system."""
    words = re.findall(r"\w+", line(briefing.title).casefold())
    while len(words) > 1 and len("-".join(words)) > _LONGEST_NAME:
        words.pop()
    day = re.match(r"\d{4}-\d{2}-\d{2}", briefing.as_of or briefing.made_at)
    parts = ["briefing", "-".join(words)[:_LONGEST_NAME], day[0] if day else ""]
    return f"{'-'.join(filter(None, parts))}.{form}"


def render(briefing: Briefing, form: str) -> bytes:
    """Return a briefing as a file of one of `FORMATS`.

    ParleyError if there is no such format, or it cannot be made.
    """
    # Imported late: the Markdown is made of what this package holds.
    from bot.briefing.export.markdown import as_markdown

    if form not in FORMATS:
        *others, last = FORMATS
        known = f"{', '.join(others)} or {last}"
        raise ParleyError(f"A briefing cannot be exported as {form[:20]}: choose {known}.")
    if form == "json":
        return _encoded(json.dumps(briefing.to_json(), ensure_ascii=False) + "\n")
    markdown = as_markdown(briefing)
    if form == "md":
        return _encoded(markdown)
    return to_docx(markdown) if form == "docx" else to_pdf(markdown)


def _encoded(text: str) -> bytes:
    # Half a character, as a browser may send, can neither be printed nor stored.
    return _SURROGATE.sub("\ufffd", text).encode()


def to_docx(markdown: str) -> bytes:
    """Return the DOCX of a briefing in Markdown; ParleyError if it cannot be made."""
    document = json.dumps(_document(markdown))
    # The title becomes the document's.
    return _pandoc(document, "json", "docx", "--shift-heading-level-by=-1")


def to_pdf(markdown: str) -> bytes:
    """Return the PDF of a briefing in Markdown; ParleyError if it cannot be made."""
    other = _has_other_letters(markdown)
    if other:
        markdown = f"{markdown}\n\n*{_OTHER_LETTERS}*\n"
    body = _pandoc(json.dumps(_document(markdown)), "json", "typst", "--wrap=none").decode()
    body = _TERM.sub(r"\1\/", body)
    title = re.match(r"# (.*)", markdown)
    return _typeset(_PAGE + body, title[1].replace("\\", "") if title else "Briefing", other)


def _has_other_letters(text: str) -> bool:
    letters = {char for char in text if not char.isascii() and char.isalpha()}
    scripts = {unicodedata.name(char, "?").split()[0] for char in letters}
    return not scripts <= _BUNDLED | _SIGNS


def _typeset(source: str, title: str, other_letters: bool) -> bytes:
    import typst

    # Its types are of another form than what it takes.
    run: Callable[..., bytes] = cast("Any", typst.compile)
    fonts = typst.Fonts(include_system_fonts=other_letters)
    with tempfile.TemporaryDirectory(prefix="parley-") as folder:
        try:
            return run(
                source.encode(),
                root=folder,
                font_paths=fonts,
                package_path=folder,
                package_cache_path=folder,
                sys_inputs={"title": title},
            )
        except RuntimeError as error:
            raise ParleyError(f"The PDF could not be set ({line(str(error))}): {_MEND}.") from error


def _document(markdown: str) -> dict[str, Any]:
    """Return the document in Pandoc's form, with nothing in it that is not text."""
    # A footnote that is referred to again keeps its number and is not printed again.
    read = _pandoc(_noted_once(markdown), _READ, "json")
    try:
        return cast("dict[str, Any]", _harmless(json.loads(read)))
    except RecursionError as error:
        raise ParleyError(f"The briefing is nested too deeply to be set: {_MEND}.") from error


def _noted_once(markdown: str) -> str:
    defined = set(_DEFINITION.findall(markdown))
    numbers: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        n = found[1]
        if n in numbers:
            return f"^{numbers[n]}^"
        if n in defined:
            numbers[n] = len(numbers) + 1
        return found[0]

    return _REFERENCE.sub(number, markdown)


def _harmless(node: Any) -> Any:
    if isinstance(node, list):
        return [made for each in cast("list[Any]", node) for made in _parts(each)]
    if isinstance(node, dict):
        found = cast("dict[str, Any]", node)
        made = {key: _harmless(value) for key, value in found.items()}
        return _with_widths(made) if made.get("t") == "Table" else made
    return node


def _parts(node: Any) -> Iterator[Any]:
    """Yield what stands in place of a node: itself, or what a reader can read of it."""
    kind, content = _tagged(node)
    if kind == "Image" or (kind == "Link" and not _OUTSIDE.match(content[2][0])):
        yield from _harmless(content[1])
    elif kind == "RawInline":
        yield {"t": "Str", "c": content[1]}
    elif kind == "RawBlock":
        yield {"t": "Para", "c": [{"t": "Str", "c": content[1]}]}
    else:
        yield _harmless(node)


def _tagged(node: Any) -> tuple[str, Any]:
    """Return a node's kind and content; empty if it is none."""
    found = cast("dict[str, Any]", node if isinstance(node, dict) else {})
    return found.get("t", ""), found.get("c")


def _with_widths(table: dict[str, Any]) -> dict[str, Any]:
    """Give a table's columns the widths that their longest cells ask for."""
    _, _, columns, head, bodies, _ = table["c"]
    rows = [*head[1], *(row for body in bodies for row in body[3])]
    longest = [12] * len(columns)
    for _, cells in rows:
        for at, cell in enumerate(cells[: len(columns)]):
            longest[at] = max(longest[at], min(_length(cell[4]), 60))
    for column, length in zip(columns, longest, strict=True):
        column[1] = {"t": "ColWidth", "c": round(length / sum(longest), 3)}
    return table


def _length(node: Any) -> int:
    """Return how many characters of text stand in a node, footnotes aside."""
    if isinstance(node, list):
        return sum(map(_length, cast("list[Any]", node)))
    kind, content = _tagged(node)
    if kind == "Str":
        return len(content)
    return 1 if kind == "Space" else 0 if kind == "Note" else _length(content)


def _pandoc(text: str, given: str, wanted: str, *options: str) -> bytes:
    """Have the bundled Pandoc turn `text` from one form into another."""
    command = [str(_program()), "+RTS", f"-M{_MEMORY}", "-RTS", "--sandbox", "--quiet"]
    command += ["-f", given, "-t", wanted, "-o", "-", *options]
    try:
        done = subprocess.run(
            command, input=text.encode(), capture_output=True, timeout=_DEADLINE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ParleyError(f"The briefing could not be converted ({error}): {_MEND}.") from error
    if done.returncode:
        said = line(done.stderr.decode(errors="replace")) or f"status {done.returncode}"
        raise ParleyError(f"The briefing could not be converted ({said[:200]}): {_MEND}.")
    return done.stdout


def _program() -> Path:
    """Return the Pandoc that came with Parley, whatever else is on the machine."""
    found = find_spec("pypandoc")
    name = "pandoc.exe" if sys.platform == "win32" else "pandoc"
    program = Path(found.origin).parent / "files" / name if found and found.origin else None
    if program is None or not program.is_file():
        raise ParleyError(
            "Pandoc, which turns briefings into DOCX and PDF, is missing: "
            "`pip install pypandoc-binary` brings it."
        )
    return program
