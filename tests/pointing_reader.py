"""A reader that says what a test tells it to, for tests of what is made of a reading."""

from collections.abc import Mapping, Sequence

from vectorstore.pairs import Surrounded
from vectorstore.reader import Reading


class PointingReader:
    """Points at the first of some phrases that a sentence holds; `asked` is what was read.

    Each phrase has a margin and a certainty. In other sentences it points at the first character,
    and says `otherwise` of it: that this is no answer.
    """

    def __init__(
        self, phrases: Mapping[str, tuple[float, float]], otherwise: tuple[float, float] = (-9, 0)
    ) -> None:
        self._phrases = phrases
        self._otherwise = otherwise
        self.asked: list[tuple[str, Sequence[Surrounded]]] = []

    def read(self, question: str, sentences: Sequence[Surrounded]) -> list[Reading]:
        self.asked.append((question, sentences))
        return [self._reading(each.text) for each in sentences]

    def _reading(self, text: str) -> Reading:
        for phrase, judged in self._phrases.items():
            if (at := text.find(phrase)) >= 0:
                return Reading((at, at + len(phrase)), *judged)
        return Reading((0, 1) if text else None, *self._otherwise)
