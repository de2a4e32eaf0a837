"""The source panel on what was changed from one version of an article to another.

Pure functions to markup that cannot act.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.edits import Edits, Paragraph, Piece
from bot.ui.markup import Place, direction, isolated, moment, text
from bot.wording import count
from vectorstore.documents import Article

_LINK = re.compile(r"#changes/([0-9a-f]{8,64})/([1-9][0-9]{0,5})/([1-9][0-9]{0,5})")
# What is the same is shown around what is not; the rest of it is folded away.
_AROUND = 1
_TAGS = {"added": "ins", "removed": "del"}
_FIELDS = {
    "title": "Title",
    "publisher": "Publisher",
    "author": "Author",
    "published": "Published",
    "url": "Address",
    "language": "Language",
}


@dataclass(frozen=True, slots=True)
class Changes:
    """What was changed from version `old` to version `new` of an article: a link leads there."""

    article_id: str
    old: int
    new: int

    @property
    def link(self) -> str:
        """The link, which holds all that is needed to open it."""
        return f"#changes/{self.article_id}/{self.old}/{self.new}"


def changes(link: object) -> Changes | None:
    """Read a link to what was changed as it came from a browser; None if it is none."""
    match = _LINK.fullmatch(link) if isinstance(link, str) else None
    return match and Changes(match[1], int(match[2]), int(match[3]))


def versions(article: Article, known: Sequence[tuple[int, str]]) -> str:
    """Render which version of an article this is, when it was read, and the way to the others."""
    if len(known) < 2:
        return ""
    numbers = [number for number, _ in known]
    read_at = dict(known).get(article.version)
    said = f"Version {article.version} of {len(numbers)}"
    when = f", read {moment(read_at)}" if read_at else ""
    links: list[str] = []
    at = numbers.index(article.version) if article.version in numbers else 0
    if at > 0:
        there = Changes(article.id, numbers[at - 1], article.version)
        links.append(f'<a href="{text(there.link)}">What changed since the one before</a>')
    if article.version != numbers[-1]:
        there = Place(article.id, numbers[-1])
        links.append(f'<a href="{text(there.link)}">Open the newest</a>')
    return f'<p class="p-note p-versions">{said}{when}. {" · ".join(links)}</p>'


def view(
    place: Changes, article: Article, edits: Edits, known: Sequence[tuple[int, str]]
) -> tuple[str, str]:
    """Render what was changed: the head, and the text with what was cut and what was added."""
    read_at = dict(known)
    name = article.title or "Untitled article"
    older = f'<a href="{text(Place(article.id, place.old).link)}">version {place.old}</a>'
    newer = f'<a href="{text(Place(article.id, place.new).link)}">version {place.new}</a>'
    when = f", read {moment(read_at[place.new])}" if place.new in read_at else ""
    head = (
        f'<h2 dir="{direction(name)}">{isolated(name)}</h2>'
        f'<p class="p-about">{isolated(article.publisher or "publisher not given")}</p>'
        f'<p class="p-note">What was changed from {older} to {newer}{when}: '
        f"{count(edits.count('removed'), 'word')} cut, {count(edits.count('added'), 'word')} "
        f"added.</p>{_fields(edits)}"
    )
    return head, _body(edits.paragraphs)


def _fields(edits: Edits) -> str:
    rows = "".join(
        f"<li>{_FIELDS[name]}: <del>{isolated(was or 'not given')}</del> "
        f"<ins>{isolated(now or 'not given')}</ins></li>"
        for name, was, now in edits.fields
    )
    return f'<ul class="p-changed">{rows}</ul>' if rows else ""


def _body(paragraphs: Sequence[Paragraph]) -> str:
    changed = [any(piece.kind != "same" for piece in paragraph) for paragraph in paragraphs]
    near = [any(changed[max(0, at - _AROUND) : at + _AROUND + 1]) for at in range(len(changed))]
    parts: list[str] = []
    folded: list[str] = []
    for paragraph, shown in zip(paragraphs, near, strict=True):
        rendered = f'<p dir="auto">{"".join(map(_piece, paragraph))}</p>'
        if shown:
            parts += [_folded(folded), rendered]
            folded = []
        else:
            folded.append(rendered)
    return "".join((*parts, _folded(folded)))


def _folded(same: Sequence[str]) -> str:
    if not same:
        return ""
    what = count(len(same), "paragraph")
    return f'<details class="p-same"><summary>{what} unchanged</summary>{"".join(same)}</details>'


def _piece(piece: Piece) -> str:
    tag = _TAGS.get(piece.kind)
    return f"<{tag}>{text(piece.text)}</{tag}>" if tag else text(piece.text)
