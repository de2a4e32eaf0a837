"""The bundled samples: what a first-time reader meets must hold what it promises."""

import difflib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import SEEDS
from bot.chain import AnswerChain, Question
from bot.extractive import ExtractiveEngine
from vectorstore.corpus import Corpus
from vectorstore.curation import add_samples
from vectorstore.embeddings import MiniLM
from vectorstore.retriever import Retriever


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory, embedder: MiniLM) -> Iterator[Corpus]:
    home: Path = tmp_path_factory.mktemp("samples")
    with Corpus.own(home, embedder, "test") as corpus:
        report = add_samples(corpus, str(SEEDS))
        assert report is not None
        assert [item.reason for item in report.items if item.reason] == []
        yield corpus


def test_every_sample_is_dated_named_and_marked(samples: Corpus) -> None:
    articles = samples.library.articles()

    assert len(articles) >= 8
    assert all(article.sample and article.published and article.title for article in articles)
    assert all((article.publisher or "").endswith("(fictional)") for article in articles)
    assert len({article.publisher for article in articles}) == len(articles)


def test_two_samples_are_near_copies_of_one_wire_story(samples: Corpus) -> None:
    texts = [article.text for article in samples.library.articles()]

    alike = [
        difflib.SequenceMatcher(None, one.split(), other.split()).ratio() > 0.85
        for number, one in enumerate(texts)
        for other in texts[:number]
    ]

    assert sum(alike) == 1


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who led the Russian delegation?", ["Medinsky"]),
        ("Where did the second round of talks take place?", ["Belovezhskaya", "Belavezhskaya"]),
        ("What did Ukraine propose in Istanbul?", ["neutral"]),
        ("When was the third round held?", ["7 March", "Monday"]),
        ("Which ministers met in Antalya?", ["Kuleba", "Lavrov"]),
        ("What did the Arab League say?", ["dialogue and diplomacy"]),
        ("What did Fomin say Russia would do?", ["reduce", "mutual trust"]),
    ],
)
def test_the_samples_answer_what_they_report(
    samples: Corpus, question: str, expected: list[str]
) -> None:
    answer = AnswerChain(Retriever(samples), ExtractiveEngine()).invoke(Question(question))

    assert not answer.refused
    assert any(word in answer.text for word in expected), answer.text


@pytest.mark.parametrize(
    "question",
    [
        "Who led the Ukrainian delegation at the sixth round?",
        "How long is the Great Wall of China?",
        "What did the Japanese prime minister say?",
        "When did the talks take place in Geneva?",
    ],
)
def test_the_samples_do_not_answer_what_they_do_not_report(samples: Corpus, question: str) -> None:
    answer = AnswerChain(Retriever(samples), ExtractiveEngine()).invoke(Question(question))

    assert answer.refused, answer.text
    assert answer.nearest
