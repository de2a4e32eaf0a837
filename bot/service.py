"""What the page needs from the rest of Parley, and nothing more.

The page knows no engine, index or settings: whatever is put together here can stand behind
it, which is how its tests have it answer whatever they like.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from bot.briefings import Briefings
from bot.conversations import Conversations
from bot.jobs import Jobs
from bot.purging import purge
from vectorstore.catalogue import Catalogue
from vectorstore.corpus import Corpus


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page says about the library and the engine.

    `articles` counts all articles, `samples` those of them that came with Parley;
    `engine` is the engine's name and `model` the name of what writes, if anything does;
    `host` is where passages are sent to be written about, and `embedding_host` to be searched
    by meaning; None if nothing leaves the machine for that; `examples` are questions to start
    with.
    """

    articles: int
    samples: int
    engine: str
    model: str | None = None
    host: str | None = None
    examples: tuple[str, ...] = ()
    embedding_host: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """What stands behind the page. `samples`: whether the bundled articles are asked too."""

    corpus: Corpus
    conversations: Conversations
    jobs: Jobs
    overview: Callable[[], Overview]
    briefings: Briefings
    samples: bool = True

    def articles(self) -> int:
        """Return how many articles there are to be asked."""
        return Catalogue(self.corpus.library).count("all" if self.samples else "own")

    def titles(self, article_ids: Collection[str]) -> dict[str, str]:
        """Return titles by id, such as a reader can be shown for each of these articles."""
        known = Catalogue(self.corpus.library).titles(article_ids)
        return {each: known.get(each, "a deleted article") for each in article_ids}

    def purge(self) -> int:
        """Delete for good what is in the bin; return how many articles that were.

        What is being answered or made is stopped first, since it may quote them.
        """
        return purge(self.corpus, self.conversations, self.briefings)

    def close(self) -> None:
        """Stop what is going on, keeping what has come."""
        self.conversations.close()
        self.briefings.close()
        self.jobs.close()
