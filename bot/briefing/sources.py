"""What a briefing is made from: articles as their sentences, each with its origin."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.engine import Line
from vectorstore.documents import Article

# What bears less on a topic is left out of all that is told on it; read off the sentences of the
# samples under a dozen topics.
BEARS = 0.3


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

    @property
    def on_topic(self) -> "Source":
        """The source with those lines alone that bear on the topic."""
        if not self.bearing:
            return self
        pairs = zip(self.lines, self.bearing, strict=True)
        return Source([line for line, bears in pairs if bears >= BEARS], self.origin)
