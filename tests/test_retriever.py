from pathlib import Path

import pytest

from vectorstore.corpus import Corpus
from vectorstore.documents import Filter
from vectorstore.embeddings import MiniLM
from vectorstore.langchain import ParleyRetriever
from vectorstore.retriever import Retriever


def test_the_sentence_that_answers_comes_first(filled: Corpus) -> None:
    retriever = Retriever(filled)

    for question, words in {
        "Who led the Norland delegation?": "Ana Kestrel",
        "How many ships were waiting?": "22 ships",
        "When is the next round of talks?": "20 May",
        "What did the UN envoy suggest?": "proposed a fishing treaty",
    }.items():
        assert words in retriever.retrieve(question).sentences[0].text


def test_words_find_what_the_embedder_does_not_know(take_in, filled: Corpus) -> None:
    take_in("Переговоры в Бренне завершились. Делегация Норланда уехала в столицу.", "ru.txt")

    best = Retriever(filled).retrieve("Куда уехала делегация Норланда?").sentences[0]

    assert best.text == "Делегация Норланда уехала в столицу."


def test_every_sentence_is_verbatim_in_its_article(filled: Corpus) -> None:
    found = Retriever(filled).retrieve("talks")

    for sentence in found.sentences:
        assert sentence.text == sentence.article.text[sentence.start : sentence.end]
        assert 0 <= sentence.score <= 1


def test_a_filter_holds_for_passages_and_sentences(filled: Corpus) -> None:
    narrow = Filter(publishers=("Brenn Gazette",))

    found = Retriever(filled).retrieve("Who led the Norland delegation?", narrow=narrow)

    publishers = {each.article.publisher for each in (*found.passages, *found.sentences)}
    assert publishers == {"Brenn Gazette"}


def test_what_is_found_does_not_hang_on_the_way_that_was_taken(
    filled: Corpus, home: Path, embedder: MiniLM
) -> None:
    question = "Who led the Norland delegation?"
    by_index = Retriever(filled).retrieve(question)
    by_filter = Retriever(filled).retrieve(question, narrow=Filter(until="2031-12-31"))
    with Corpus.read(home, embedder) as reader:
        beside = Retriever(reader).retrieve(question)

    places = [[(s.article.id, s.start) for s in f.sentences] for f in (by_filter, beside)]
    assert places == [[(s.article.id, s.start) for s in by_index.sentences]] * 2
    assert by_filter.evidence == pytest.approx(by_index.evidence)
    assert beside.evidence == pytest.approx(by_index.evidence)


def test_a_filter_that_lets_nothing_through_finds_nothing(filled: Corpus) -> None:
    found = Retriever(filled).retrieve("talks", narrow=Filter(publishers=("nobody",)))

    assert (found.passages, found.sentences) == ((), ())


def test_an_empty_library_finds_nothing(corpus: Corpus) -> None:
    assert Retriever(corpus).retrieve("Who led the delegation?").sentences == ()


def test_a_question_without_any_word_is_no_error(filled: Corpus) -> None:
    for question in ("?", "…", 'AND OR NOT "', "NEAR(a b)", "* ^ :", "🕊️"):
        Retriever(filled).retrieve(question)


def test_langchain_gets_the_same_passages_as_documents(filled: Corpus) -> None:
    retriever = Retriever(filled)

    documents = ParleyRetriever(retriever=retriever, k=2).invoke("Who led the delegation?")

    passages = retriever.retrieve("Who led the delegation?", passages=2).passages
    assert [d.page_content for d in documents] == [p.text for p in passages]
    assert documents[0].metadata["publisher"] == passages[0].article.publisher
    place = slice(documents[0].metadata["start"], documents[0].metadata["end"])
    article = filled.library.article(documents[0].metadata["article_id"])
    assert article.text[place] == documents[0].page_content
