"""Re-checks a briefing's footnotes against the library, and what it states against them.

A footnote holds if its passage stands in the article where it says, and still does in the
article's current text. A sentence holds if the passages of its footnotes carry it, as the
library has them, whatever the file quotes; the check is the one that every sentence passes
before it is shown. Nothing here knows files or how findings are shown.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.answers import Citation
from bot.briefing.export.entries import Passage, miscounted, unsupported
from bot.briefing.export.footnotes import Footnote, source
from bot.briefing.export.parsing import Parsed
from bot.briefing.export.units import Stated
from bot.escaping import line, unescape
from vectorstore.documents import Article
from vectorstore.errors import NotFoundError
from vectorstore.library import Library

_MARKED = "the file itself says that it is not verified"


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence, an entry of a table or list, or a heading, and why it does not hold.

    One that is `marked` says of itself that it is not verified: it does not hold, and is no
    fault of the file.
    """

    text: str
    kind: str
    problems: tuple[str, ...]
    marked: bool = False

    @property
    def holds(self) -> bool:
        """Whether what it cites carries it."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class CheckedFootnote:
    """A footnote, by the number that the file gives it, and why it does not hold."""

    n: str
    problems: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the passage stands where it says."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Verification:
    """What became of all that a briefing states.

    `unchecked` are lines that no passage can carry, each with the heading that it is under.
    """

    sentences: tuple[CheckedSentence, ...]
    footnotes: tuple[CheckedFootnote, ...]
    unchecked: tuple[tuple[str, str], ...] = ()

    @property
    def holds(self) -> bool:
        """Whether all holds that is not marked as unverified."""
        checked = (*(each for each in self.sentences if not each.marked), *self.footnotes)
        return all(each.holds for each in checked)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "holds": self.holds,
            "sentences": [
                {
                    "text": each.text,
                    "kind": each.kind,
                    "holds": each.holds,
                    "marked": each.marked,
                    "problems": list(each.problems),
                }
                for each in self.sentences
            ],
            "footnotes": [
                {
                    "n": int(each.n) if each.n.isdecimal() else each.n,
                    "holds": each.holds,
                    "problems": list(each.problems),
                }
                for each in self.footnotes
            ],
            "unchecked": [{"under": under, "text": text} for under, text in self.unchecked],
        }


def verify(parsed: Parsed, library: Library) -> Verification:
    """Check a briefing against the library as it is now."""
    footnotes: list[CheckedFootnote] = []
    passages: dict[str, Passage | None] = {}
    with library.snapshot():
        for note in parsed.footnotes:
            check = _Check(note)
            passages[note.n] = check.passage(library, len(passages) + 1)
            footnotes.append(CheckedFootnote(note.n, tuple(check.problems)))
    footnotes.extend(CheckedFootnote(n, (why,)) for n, why in parsed.unreadable)
    unreadable = {n for n, _ in parsed.unreadable}
    sentences = [
        CheckedSentence(
            each.text,
            each.kind,
            (_MARKED,) if each.marked else tuple(_faults(each, passages, unreadable)),
            each.marked,
        )
        for each in parsed.stated
    ]
    return Verification(tuple(sentences), tuple(footnotes), parsed.unchecked)


def _faults(
    stated: Stated, passages: Mapping[str, Passage | None], unreadable: set[str]
) -> Iterator[str]:
    """Yield why a sentence does not hold."""
    if not stated.references:
        yield "it cites nothing"
        return
    also = stated.account.also if stated.account else ()
    for n in (*stated.references, *also):
        if n not in passages and n not in unreadable:
            yield f"its footnote {n} is not in the file"
    held = [found for n in stated.references if (found := passages.get(n)) is not None]
    others = [found for n in also if (found := passages.get(n)) is not None]
    if not held:
        yield "no passage that it cites stands any more"
        return
    yield from unsupported(stated, held)
    if len(held) + len(others) == len(stated.references) + len(also):
        yield from miscounted(stated, held, others)


@dataclass(slots=True)
class _Check:
    """The check of one footnote; `problems` fill as it goes on."""

    note: Footnote
    problems: list[str]

    def __init__(self, note: Footnote) -> None:
        self.note = note
        self.problems = []

    def passage(self, library: Library, n: int) -> Passage | None:
        """Return the passage as the library has it, if it stands in the current text."""
        note = self.note
        current = self._article(library, None)
        if current is None:
            self.problems.append(_gone(library, note.article_id))
            return None
        article = current
        if note.version != current.version:
            kept = self._article(library, note.version)
            if kept is None:
                self.problems.append(f"the library has no version {note.version} of the article")
            article = kept or current
        if note.text_hash and note.text_hash != article.text_hash:
            self.problems.append("the article’s text is not the one that the hash is of")
        place = self._place(article)
        if place is None:
            return None
        cited = _citation(article, place, n)
        self._check_source(cited)
        if article.version != current.version and not _find(cited.quote, current.text):
            self.problems.append(
                "edited since: the passage is not in the article’s current text "
                f"(version {current.version})"
            )
            return None
        return Passage(cited, article)

    def _article(self, library: Library, version: int | None) -> Article | None:
        try:
            return library.article(self.note.article_id, version)
        except NotFoundError:
            return None

    def _place(self, article: Article) -> tuple[int, int] | None:
        """Return where the passage stands, or what the footnote's characters give instead."""
        note, text = self.note, article.text
        given = note.start, note.end
        there = line(text[slice(*given)]) if note.start < note.end else ""
        if note.quote and there == note.quote:
            return given
        found = _find(note.quote, text)
        if found is not None:
            said = f"characters {found[0]}–{found[1]} of the article, not at {given[0]}–{given[1]}"
            self.problems.append(f"the passage stands at {said}")
            return found
        if not there:
            self.problems.append("its passage is not in the article")
            return None
        self.problems.append(f"its passage is not in the article; there stands “{_short(there)}”")
        return given

    def _check_source(self, cited: Citation) -> None:
        known = source(cited)
        if line(known) != line(self.note.source):
            shown = unescape(known).replace("*", "")
            self.problems.append(f"the library knows its source as {shown}")


def _gone(library: Library, article_id: str) -> str:
    if library.is_binned(article_id):
        return f"the article was deleted (`parley articles restore {article_id}` undoes that)"
    return "the article is not in the library"


def _citation(article: Article, place: tuple[int, int], n: int) -> Citation:
    start, end = place
    known = (article.title, article.publisher, article.published, article.url)
    return Citation(
        n, article.id, *known, start, end, article.text[start:end], version=article.version
    )


def _find(passage: str, text: str) -> tuple[int, int] | None:
    """Return where `passage` stands in `text`, however either is broken into lines."""
    words: Sequence[str] = passage.split()
    if not words:
        return None
    found = re.search(r"\s+".join(map(re.escape, words)), text)
    return found.span() if found else None


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79].rstrip()}…"
