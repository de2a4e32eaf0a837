"""What changed since an earlier briefing, as HTML.

Pure functions from values to markup that cannot act.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from bot.briefing.changes import stated_before
from bot.briefing.kept import Kept
from bot.briefing.parts import Briefing, BriefSentence, Changes, Position
from bot.ui.grid import Cited, cite
from bot.ui.markup import Place, isolated, text
from bot.wording import NOT_STATED, day

T = TypeVar("T")


def changed(
    whole: Briefing,
    changes: Changes,
    cited: Cited,
    titles: Mapping[str, str],
    earlier: Kept | None = None,
) -> str:
    """Render what is new, what moved and from where, and what was edited.

    `titles` are articles' by their ids. `earlier` is the briefing compared with, if it is
    still kept: without it nobody knows what a party said before.
    """
    sentences = _picked(changes.new, whole.sentences)
    moved = _picked(changes.moved, whole.positions)
    before = earlier.briefing if earlier else None
    told = (
        _listed("New facts", [_new(each, cited) for each in sentences]),
        _listed("Moved positions", [_moved(each, cited, before) for each in moved]),
        _listed(
            "Articles that were edited since",
            [_edited(article, titles) for article in changes.edited],
        ),
    )
    found = "".join(told) or '<p class="p-note">Nothing was found to have changed.</p>'
    return f"{_since(changes, earlier)}{found}"


def _since(changes: Changes, earlier: Kept | None) -> str:
    said = f"the briefing of {text(day(changes.since))}"
    if earlier is None:
        return f'<p class="p-note">Since {said}.</p>'
    link = f'<a href="?view=briefing&amp;b={text(earlier.id)}" data-read>{said}</a>'
    return (
        f'<p class="p-note" data-briefing="{text(earlier.id)}">Since {link}, '
        f"{isolated(earlier.title)}.</p>"
    )


def _new(sentence: BriefSentence, cited: Cited) -> str:
    links = "".join(f" {cite(n, cited)}" for n in sentence.citations)
    return f"{isolated(sentence.text)}{links}"


def _moved(position: Position, cited: Cited, before: Briefing | None) -> str:
    stated = isolated(position.statement or NOT_STATED)
    link = f" {cite(position.citation, cited)}" if position.citation is not None else ""
    was = _before(position, before) if before else ""
    return f"{isolated(position.party)} on {isolated(position.issue)}: {stated}{link}{was}"


def _before(position: Position, before: Briefing) -> str:
    known = "; ".join(map(_dated, stated_before(before, position))) or "not stated"
    return f'<span class="p-before">Before: {known}</span>'


def _dated(position: Position) -> str:
    when = f" ({isolated(day(position.date))})" if position.date else ""
    return f"{isolated(position.statement or '')}{when}"


def _picked(numbers: Sequence[int], of: Sequence[T]) -> Iterator[T]:
    return (of[number] for number in numbers if 0 <= number < len(of))


def _edited(article: str, titles: Mapping[str, str]) -> str:
    link = text(Place(article, 1).link)
    return f'<a href="{link}">{isolated(titles.get(article, "a deleted article"))}</a>'


def _listed(head: str, rows: Sequence[str]) -> str:
    if not rows:
        return ""
    return f'<h4>{head}</h4><ul class="p-bullets">{"".join(f"<li>{row}</li>" for row in rows)}</ul>'
