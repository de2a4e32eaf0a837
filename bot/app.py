"""The composition root: builds Parley's parts from the settings, in one place."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np

from bot.answers import Answer
from bot.briefing.maker import BriefingMaker
from bot.briefings import Briefings
from bot.conversations import Conversations
from bot.engine import Engine
from bot.examples import make_examples
from bot.extractive import ExtractiveEngine
from bot.jobs import Jobs
from bot.scope import ALL, Scope
from bot.service import Overview, Service
from bot.settings import Settings, SettingsError
from vectorstore.corpus import Corpus
from vectorstore.curation import add_samples
from vectorstore.documents import Article, Filter, Kind
from vectorstore.embeddings import Embedder, MiniLM
from vectorstore.endpoint_embeddings import OPENAI, EndpointEmbedder
from vectorstore.errors import LibraryError
from vectorstore.ingest import IngestReport, Item
from vectorstore.library import Library
from vectorstore.reader import PairReader, Reader
from vectorstore.retriever import ANY, Retriever
from vectorstore.spelling import use_names

if TYPE_CHECKING:
    from bot.chain import AnswerChain

# Data beside the packages, in a checkout and in an installation alike.
SEEDS = Path(__file__).parents[1] / "seeds"

# Enough to know a model by, also where one was read badly; a question more a start.
_KNOWN_BY = 3


@dataclass(frozen=True)
class Parley:
    """An opened data folder and everything that answers from it; a context manager.

    `briefer` makes briefings by `engine`; `traced`: LangSmith's own variables may have it told
    what is asked.
    """

    corpus: Corpus
    engine: Engine
    retriever: Retriever
    briefer: BriefingMaker
    narrow: Filter = ANY
    traced: bool = False

    @cached_property
    def chain(self) -> "AnswerChain":
        """What answers by `engine`."""
        return self._chain(self.engine)

    @cached_property
    def quoting(self) -> "AnswerChain":
        """What answers by quoting alone, whichever the engine."""
        return self._chain(ExtractiveEngine())

    def _chain(self, engine: Engine) -> "AnswerChain":
        # Imported late: LangChain takes a second, for which no briefing need wait.
        from bot.chain import AnswerChain

        _trace(self.traced)
        return AnswerChain(self.retriever, engine)

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
            Briefings(self.corpus.library, self.briefer.make),
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
            embedding_host=parley.corpus.embedder.host,
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
        from bot.chain import Question

        # A model would be asked dozens of times for three examples.
        return self._parley.quoting.invoke(Question(question, self._parley.narrow))


def make_embedder(settings: Settings) -> Embedder:
    """Return the bundled embedder, or the one at the endpoint if a model is named.

    SettingsError if nothing says where that model is. Nothing is asked of the endpoint yet.
    """
    if settings.embedding_model is None:
        return MiniLM()
    endpoint = settings.endpoint()
    if endpoint is None:
        raise SettingsError(
            "PARLEY_EMBEDDING_MODEL names a model, and nothing says where it is: set "
            "OPENAI_API_KEY to use OpenAI, or OPENAI_BASE_URL to the address of a server of yours "
            "(such as http://127.0.0.1:11434/v1), or unset PARLEY_EMBEDDING_MODEL."
        )
    return EndpointEmbedder(settings.embedding_model, endpoint.base_url or OPENAI, endpoint.key)


def make_reader(settings: Settings) -> Reader | None:
    """Return the bundled reader, or None if it is off. It is not opened before its first use."""
    return PairReader() if settings.reader == "on" else None


@contextmanager
def open_library(settings: Settings) -> Generator[Library]:
    """Open the library for reading what it holds; no embedder, index or endpoint is needed."""
    if not (settings.home / "library.sqlite3").exists():
        raise LibraryError(
            f"There are no articles in {settings.home} yet: `parley ingest FILE` adds some, "
            "`parley chat` starts with samples."
        )
    library = Library.open(settings.home)
    try:
        yield library
    finally:
        library.close()


def _unheard(notice: str) -> None:
    """Take a notice that nobody is to be shown."""


def open_reader(settings: Settings, on_notice: Callable[[str], None] = _unheard) -> Parley:
    """Open the data folder for asking, beside a holder or not.

    The reader is told through `on_notice` which model writes, and where passages go.
    """
    return _assemble(settings, read_corpus(settings), on_notice)


def read_corpus(settings: Settings) -> Corpus:
    """Open the data folder for searching it, beside a holder or not."""
    return _checked(Corpus.read(settings.home, make_embedder(settings), settings.chroma_url))


def own_corpus(
    settings: Settings,
    purpose: str,
    on_notice: Callable[[str], None],
    any_embedder: bool = False,
) -> Corpus:
    """Open the data folder for writing; LockedError if another process holds it."""
    embedder = make_embedder(settings)
    corpus = Corpus.own(
        settings.home, embedder, purpose, settings.chroma_url, on_notice, any_embedder
    )
    return corpus if any_embedder else _checked(corpus)


def _checked(corpus: Corpus) -> Corpus:
    """Return `corpus` if its vectors are of the model that the endpoint serves now.

    Otherwise close it and raise FingerprintError. The bundled model has its own checksum.
    """
    if not isinstance(corpus.embedder, EndpointEmbedder):
        return corpus
    try:
        with corpus.library.snapshot():
            spans = corpus.spans.sample(Kind.SENTENCE, _KNOWN_BY)
            articles = [corpus.library.article(span.article_id) for span in spans]
        if spans:
            pairs = zip(articles, spans, strict=True)
            texts = [article.text[span.start : span.end] for article, span in pairs]
            corpus.embedder.check_unchanged(texts, np.stack([span.vector for span in spans]))
    except BaseException:
        corpus.close()
        raise
    return corpus


def open_owner(
    settings: Settings, purpose: str, on_notice: Callable[[str], None], narrow: Filter = ANY
) -> Parley:
    """Open the data folder for writing and answering; `narrow` holds for every question."""
    corpus = own_corpus(settings, purpose, on_notice)
    return _assemble(settings, corpus, on_notice, narrow)


def _assemble(
    settings: Settings,
    corpus: Corpus,
    on_notice: Callable[[str], None],
    narrow: Filter = ANY,
) -> Parley:
    # Imported late: a refused writer need not wait for it.
    from bot.engines import make_engine

    try:
        use_names(settings.home / "names.toml")
        engine = make_engine(settings, on_notice)
        if engine.model is not None:
            _trace(settings.langsmith)
    except BaseException:
        corpus.close()
        raise
    retriever = Retriever(corpus, make_reader(settings))
    quoting = ExtractiveEngine()
    # A topic is no question: there is nothing for a reader to find an answer to.
    briefer = BriefingMaker(Retriever(corpus), engine, quoting, narrow)
    return Parley(corpus, engine, retriever, briefer, narrow, settings.langsmith)


def _trace(wanted: bool) -> None:
    """Let LangSmith trace what LangChain does, or not, whatever its own variables say."""
    import langsmith

    # It would send questions and passages elsewhere where another program's variables are set.
    langsmith.configure(enabled=None if wanted else False)
