"""The composition root: builds Parley's parts from the settings, in one place."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING

from bot.answers import Answer
from bot.conversations import Conversations
from bot.engine import Engine
from bot.examples import make_examples
from bot.extractive import ExtractiveEngine
from bot.jobs import Jobs
from bot.scope import ALL, Scope
from bot.service import Overview, Service
from bot.settings import Settings
from vectorstore.corpus import Corpus
from vectorstore.curation import add_samples
from vectorstore.documents import Article, Filter
from vectorstore.embeddings import MiniLM
from vectorstore.ingest import IngestReport, Item
from vectorstore.retriever import ANY, Retriever
from vectorstore.spelling import use_names

if TYPE_CHECKING:
    from bot.chain import AnswerChain

# Data beside the packages, in a checkout and in an installation alike.
SEEDS = Path(__file__).parents[1] / "seeds"


@dataclass(frozen=True, slots=True)
class Parley:
    """An opened data folder and everything that answers from it; a context manager."""

    corpus: Corpus
    engine: Engine
    retriever: Retriever
    chain: "AnswerChain"
    narrow: Filter = ANY

    def ask(
        self, question: str, scope: Scope = ALL, earlier: Sequence[Answer] = ()
    ) -> Iterator[Answer]:
        """Yield the answer as far as it has come; the last is whole."""
        from bot.chain import Question

        narrow = scope.narrow(self.narrow)
        yield from self.chain.stream(Question(question, narrow, tuple(earlier)))

    def article(self, article_id: str, version: int | None = None) -> Article:
        """Return an article; NotFoundError if there is none."""
        return self.corpus.library.article(article_id, version)

    def service(self) -> Service:
        """Return what stands behind the page; this process must own the data folder."""
        return Service(
            self.corpus,
            Conversations(self.corpus.library, self.ask, self.article),
            Jobs(self.corpus),
            Overviews(self).now,
            self.narrow.samples,
        )

    def add_samples(self, on_item: Callable[[Item], None] | None = None) -> IngestReport | None:
        """Take the bundled samples in, unless they were here before."""
        return add_samples(self.corpus, str(SEEDS), on_item)

    def close(self) -> None:
        """Close the data folder."""
        self.corpus.close()

    def __enter__(self) -> "Parley":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class Overviews:
    """Says what the library holds and who answers; example questions are made once a change."""

    def __init__(self, parley: Parley) -> None:
        self._parley = parley
        self._made: tuple[str | None, tuple[str, ...]] = (None, ())
        self._lock = Lock()

    def now(self) -> Overview:
        """Return the overview as of now."""
        parley = self._parley
        counts = parley.corpus.library.counts()
        samples = counts["samples"] if parley.narrow.samples else 0
        return Overview(
            articles=counts["articles"] - counts["samples"] + samples,
            samples=samples,
            engine=parley.engine.name,
            model=parley.engine.model,
            host=parley.engine.host,
            examples=self._examples(),
        )

    def _examples(self) -> tuple[str, ...]:
        with self._lock:
            generation = self._parley.corpus.spans.generation()
            if self._made[0] != generation:
                self._made = generation, make_examples(self._articles(), self._answered)
            return self._made[1]

    def _articles(self) -> list[Article]:
        samples = self._parley.narrow.samples
        found = self._parley.corpus.library.articles()
        return [article for article in found if samples or not article.sample]

    def _answered(self, question: str) -> Answer:
        *_, answer = self._parley.ask(question)
        return answer


def open_reader(settings: Settings) -> Parley:
    """Open the data folder for asking, beside a holder or not."""
    return _assemble(settings, Corpus.read(settings.home, MiniLM(), settings.chroma_url))


def own_corpus(
    settings: Settings,
    purpose: str,
    on_notice: Callable[[str], None],
    any_embedder: bool = False,
) -> Corpus:
    """Open the data folder for writing; LockedError if another process holds it."""
    return Corpus.own(
        settings.home, MiniLM(), purpose, settings.chroma_url, on_notice, any_embedder
    )


def open_owner(
    settings: Settings, purpose: str, on_notice: Callable[[str], None], narrow: Filter = ANY
) -> Parley:
    """Open the data folder for writing and answering; `narrow` holds for every question."""
    return _assemble(settings, own_corpus(settings, purpose, on_notice), narrow)


def _assemble(settings: Settings, corpus: Corpus, narrow: Filter = ANY) -> Parley:
    # Imported late: LangChain takes two seconds, which a refused writer need not wait for.
    from bot.chain import AnswerChain

    use_names(settings.home / "names.toml")
    engine = ExtractiveEngine()
    retriever = Retriever(corpus)
    return Parley(corpus, engine, retriever, AnswerChain(retriever, engine), narrow)
