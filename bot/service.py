"""What the page needs from the rest of Parley, and nothing more.

The page knows no engine, library or index: whatever can answer these three calls can
stand behind it, which is how its tests run.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.answers import Answer
from vectorstore.documents import Article

# Characters; no question is longer, and a text of millions would take minutes to search for.
MAX_QUESTION = 2_000


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page says about the library and the engine.

    `articles` counts all articles, `samples` those of them that came with Parley;
    `engine` is the engine's name and `model` the name of what writes, if anything does;
    `examples` are questions to start with.
    """

    articles: int
    samples: int
    engine: str
    model: str | None = None
    examples: tuple[str, ...] = ()


class Service(Protocol):
    """The seam between the page and everything behind it."""

    def ask(self, question: str, earlier: Sequence[Answer]) -> Iterator[Answer]:
        """Yield the answer as far as it has come, each time whole; the last is final.

        `earlier` are the conversation's answers so far, oldest first. Raises a
        `ParleyError` that is fit to be shown.
        """
        ...

    def article(self, article_id: str, version: int) -> Article:
        """Return one version of an article; NotFoundError if there is none."""
        ...

    def overview(self) -> Overview:
        """Return what is in the library now."""
        ...
