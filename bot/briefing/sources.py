"""What a briefing is made from: articles as their sentences, each with its origin."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.engine import Line
from vectorstore.documents import Article


@dataclass(frozen=True, slots=True)
class Source:
    """An article to be briefed on, as its sentences in order; it has one at least.

    `origin` is the id of the article that printed the story first, its own if it is no copy;
    `bearing` is how much each line bears on the topic, in 0..1, and empty without a topic.
    """

    lines: Sequence[Line]
    origin: str
    bearing: Sequence[float] = ()

    @property
    def article(self) -> Article:
        """The article."""
        return self.lines[0].article
