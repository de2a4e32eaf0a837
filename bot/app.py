"""The composition root: builds Parley's parts from the settings, in one place."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from bot.answers import Answer
from bot.engine import Engine
from bot.extractive import ExtractiveEngine
from bot.service import Overview
from bot.settings import Settings
from vectorstore.corpus import Corpus
from vectorstore.documents import Article, Filter
from vectorstore.embeddings import MiniLM
from vectorstore.ingest import IngestReport, Item, add_samples
from vectorstore.retriever import ANY, Retriever
from vectorstore.spelling import use_names

if TYPE_CHECKING:
    from bot.chain import AnswerChain

# Data beside the packages, in a checkout and in an installation alike.
SEEDS = Path(__file__).parents[1] / "seeds"

# What a first-time reader may try on the samples.
_SAMPLE_QUESTIONS = (
    "Who led the Russian delegation?",
    "What did Ukraine propose in Istanbul?",
    "Where did the second round of talks take place?",
    "What did the Arab League say?",
)


@dataclass(frozen=True, slots=True)
class Parley:
    """An opened data folder and everything that answers from it; a context manager."""

    corpus: Corpus
    engine: Engine
    retriever: Retriever
    chain: "AnswerChain"
    narrow: Filter = ANY

    def ask(self, question: str, earlier: Sequence[Answer] = ()) -> Iterator[Answer]:
        """Yield the answer as far as it has come; the last is whole."""
        from bot.chain import Question

        yield from self.chain.stream(Question(question, self.narrow, tuple(earlier)))

    def article(self, article_id: str, version: int | None = None) -> Article:
        """Return an article; NotFoundError if there is none."""
        return self.corpus.library.article(article_id, version)

    def overview(self) -> Overview:
        """Return what the library holds and who answers."""
        counts = self.corpus.library.counts()
        samples = counts["samples"] if self.narrow.samples else 0
        return Overview(
            articles=counts["articles"] - counts["samples"] + samples,
            samples=samples,
            engine=self.engine.name,
            model=self.engine.model,
            examples=_SAMPLE_QUESTIONS if samples else (),
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
