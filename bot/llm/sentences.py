"""Reads a model's text, while it comes in, as sentences with the passages that each names.

However the text is cut into pieces, the sentences are the same: all is decided at places in
the text. What a model says only to itself (<think>) is left out, as are the signs of Markdown
and a closing list of sources. Whether a sentence holds is not known here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.llm.parting import Part, Parting
from bot.llm.refusals import declined
from vectorstore.text import clean_unicode

Kind = Literal["sentence", "gap", "refusal"]

_THOUGHTS = ("think", "thinking", "thought", "reasoning", "reflection", "scratchpad", "analysis")
_TAGS = {f"<{slash}{thought}>" for slash in ("", "/") for thought in _THOUGHTS}
_HALF_TAGS = frozenset(tag[:length] for tag in _TAGS for length in range(1, len(tag)))


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence without its markers, and the numbers of the passages that it names.

    A "gap" is what the model says that the passages do not say; a "refusal" is its word for
    finding no answer there, or for giving none.
    """

    text: str
    numbers: tuple[int, ...]
    kind: Kind = "sentence"


class SentenceReader:
    """Reads one text; the passages that it may name are numbered 1 to `count`.

    `language` is the code of the text's language, None for English or unknown.
    """

    def __init__(self, count: int, language: str | None = None) -> None:
        self._thinking = False
        self._tag = ""
        self._line = Parting(count, language)
        self._sorting = _Sorting()

    @property
    def pending(self) -> str:
        """What of the next sentence is there, in plain words; empty where it is none."""
        return self._line.pending

    def take(self, text: str) -> list[Said]:
        """Return the sentences that became whole with this next piece of the text."""
        for char in text:
            for seen in char if " " <= char <= "~" or char == "\n" else _seen(char):
                self._think(seen)
        return self._sorting.done(self._line.done())

    def end(self) -> list[Said]:
        """Return the rest; nothing may be taken afterwards."""
        said, self._tag = self._tag, ""
        self._pass_on(said)
        self._line.end()
        return [*self._sorting.done(self._line.done()), *self._sorting.end()]

    def _think(self, char: str) -> None:
        """Pass on what stands outside of thoughts."""
        if not self._tag and char != "<":
            if not self._thinking:
                self._line.take(char)
            return
        tag = f"{self._tag}{char}".lower()
        if tag in _TAGS:
            self._tag = ""
            ends = tag.startswith("</")
            if ends and not self._thinking:
                self._line.forget()  # some servers leave the opening tag out
            self._thinking = not ends
        elif tag in _HALF_TAGS:
            self._tag += char
        else:
            said, self._tag = self._tag, ""
            self._pass_on(said)
            self._think(char)  # it may begin a tag itself

    def _pass_on(self, said: str) -> None:
        if not self._thinking:
            for char in said:
                self._line.take(char)


@lru_cache(maxsize=4_096)
def _seen(char: str) -> str:
    """Return a character as a reader sees it: nothing, a line end, or itself."""
    return clean_unicode(char)[0]


class _Sorting:
    """Tells sentences from what is said of not answering."""

    def __init__(self) -> None:
        self._any = False
        self._held: list[str] = []

    def done(self, sentences: Sequence[Part]) -> list[Said]:
        """Return what can be told by now."""
        return [said for text, numbers in sentences for said in self._sorted(text, numbers)]

    def end(self) -> list[Said]:
        """Return what was held back, since a sentence might have followed."""
        held, self._held = self._held, []
        return [Said(text, (), "refusal") for text in held]

    def _sorted(self, text: str, numbers: tuple[int, ...]) -> Iterator[Said]:
        said = declined(text)
        if said is None or (said.kind == "plain" and numbers):
            yield from (Said(held, (), "gap") for held in self._held)
            self._held, self._any = [], True
            yield Said(text, numbers)
        elif said.kind != "plain":
            yield Said(said.text, (), said.kind)
        elif self._any:
            yield Said(text, (), "gap")
        else:
            self._held.append(text)
