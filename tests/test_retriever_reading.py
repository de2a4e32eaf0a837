"""What becomes of what is found when a reader reads it first."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chain import AnswerChain, Question
from bot.engine import Draft
from bot.extractive import ExtractiveEngine
from tests.pointing_reader import PointingReader
from tests.test_text import any_text
from vectorstore.corpus import Corpus
from vectorstore.documents import Article, ScoredSentence
from vectorstore.features import features
from vectorstore.pairs import Surrounded
from vectorstore.ranker import EVIDENCE, READ_EVIDENCE, evidence_features, read_best
from vectorstore.reader import PairReader, Reader, Reading
from vectorstore.retriever import ENOUGH, Retrieval, Retriever

LED = "Who led the Norland delegation?"


@pytest.fixture(scope="module", params=[None, PairReader()], ids=["off", "on"])
def reader(request: pytest.FixtureRequest) -> Reader | None:
    return request.param


def test_the_right_sentence_comes_first_with_the_reader_and_without(
    filled: Corpus, reader: Reader | None
) -> None:
    retriever = Retriever(filled, reader)

    for question, words in {
        LED: "Ana Kestrel",
        "How many ships were waiting?": "22 ships",
        "When is the next round of talks?": "20 May",
    }.items():
        found = retriever.retrieve(question)
        assert words in found.sentences[0].text
        assert found.evidence >= ENOUGH
    assert retriever.retrieve("Who won the chess tournament in Reykjavik?").evidence < ENOUGH


def test_only_with_a_reader_words_are_marked(filled: Corpus, reader: Reader | None) -> None:
    for sentence in Retriever(filled, reader).retrieve(LED).sentences:
        if reader is None:
            assert (sentence.marked, sentence.certainty) == (None, 0)
        elif sentence.marked is not None:
            start, end = sentence.marked
            assert sentence.start <= start < end <= sentence.end
            assert 0 < sentence.certainty <= 1
        else:
            assert sentence.certainty == 0


def test_a_sentence_is_read_with_its_headline_and_the_sentence_before(filled: Corpus) -> None:
    reader = PointingReader({})

    Retriever(filled, reader).retrieve(LED)

    ((question, sentences),) = reader.asked
    (led,) = (each for each in sentences if "was led by" in each.text)
    assert question == LED
    assert led.title == "Harbour talks open in Vell"
    assert led.previous.startswith("Delegations from Norland and Sudmark met")


def test_what_the_reader_finds_an_answer_in_comes_first_and_is_marked_in_its_article(
    filled: Corpus,
) -> None:
    reader = PointingReader({"Iven Orlo": (200, 0.75)})

    (first, second, *_) = Retriever(filled, reader).retrieve(LED).sentences

    assert first.marked is not None
    assert first.article.text[slice(*first.marked)] == "Iven Orlo"
    assert first.certainty == 0.75
    assert second.certainty == 0
    assert first.score > 0.9 > second.score


def test_what_the_reader_finds_nothing_in_is_less_evidence(filled: Corpus) -> None:
    sure = PointingReader({}, (1_000, 0))
    doubtful = PointingReader({}, (-1_000, 0))

    found = [Retriever(filled, each).retrieve(LED) for each in (sure, doubtful)]

    assert found[0].evidence > ENOUGH > found[1].evidence


def test_evidence_looks_at_what_is_said_of_the_best_and_at_the_most_that_is_said(
    filled: Corpus,
) -> None:
    retriever = Retriever(filled)
    search = retriever.shortlist(LED).search
    rows = features(search, retriever.idf())
    readings = read_best(search, rows, PointingReader({"Iven Orlo": (3, 0.2), "Kestrel": (2, 0.9)}))
    (best,) = (n for n, each in enumerate(search.candidates) if "was led by" in each.text)

    seen = evidence_features(search, rows, rows[:, 0], best, readings)

    said = dict(zip(READ_EVIDENCE, seen.tolist(), strict=True))
    assert (said["margin"], said["highest_margin"]) == (2, 3)
    # What is said besides is the same as without a reader.
    unread = evidence_features(search, rows, rows[:, 0], best)
    assert said.items() >= {
        (name, value)
        for name, value in zip(EVIDENCE, unread.tolist(), strict=True)
        if name in READ_EVIDENCE
    }


class _FallingReader(PointingReader):
    """Finds each sentence to answer much less than the one before."""

    def read(self, question: str, sentences: Sequence[Surrounded]) -> list[Reading]:
        readings = super().read(question, sentences)
        return [replace(each, margin=-50.0 * place) for place, each in enumerate(readings)]


def test_more_than_twelve_are_not_read_and_what_is_not_read_is_not_preferred(
    corpus: Corpus, take_in
) -> None:
    lines = [
        f"Delegate {name * 3} of Norland spoke in Vell." for name in "abcdefghijklmnopqrstuvwx"
    ]
    take_in(" ".join(lines))
    reader = _FallingReader({})

    found = Retriever(corpus, reader).retrieve("Who spoke for Norland in Vell?")

    ((_, sentences),) = reader.asked
    read = [each.marked is not None for each in found.sentences]
    assert len(sentences) == 12
    assert len(found.sentences) == 24
    assert all(read[:11])  # the last that was read is as little preferred as those that were not
    assert read.count(True) == 12


def test_a_question_in_another_language_is_not_read(corpus: Corpus, take_in) -> None:
    take_in("Переговоры в Бренне завершились. Делегация Норланда уехала в столицу.", "ru.txt")
    reader = PointingReader({})

    found = Retriever(corpus, reader).retrieve("Куда уехала делегация Норланда?")

    assert found.foreign
    assert found.sentences[0].marked is None
    assert reader.asked == []


def test_nothing_found_is_nothing_to_read(corpus: Corpus) -> None:
    reader = PointingReader({})

    assert Retriever(corpus, reader).retrieve(LED).sentences == ()
    assert reader.asked == []


def _short_answer(corpus: Corpus, question: str, reader: Reader | None) -> str | None:
    chain = AnswerChain(Retriever(corpus, reader), ExtractiveEngine())
    return chain.invoke(Question(question)).short_answer


def test_the_answer_marks_what_the_reader_is_sure_of(filled: Corpus) -> None:
    question = "What did the United Nations envoy propose?"

    for certainty, marked in ((0.9, "fishing treaty"), (0.1, None)):
        reader = PointingReader({"a fishing treaty": (200, certainty)})
        assert _short_answer(filled, question, reader) == marked
    assert _short_answer(filled, question, None) is None


def test_where_the_rule_marks_words_they_go_before_the_readers(filled: Corpus) -> None:
    many = "How many ships were waiting?"

    for reader in (None, *(PointingReader({"22 ships": (200, sure)}) for sure in (0.1, 0.99))):
        assert _short_answer(filled, many, reader) == "22"


def _scored(text: str, sentence: str, marked: str, *, score: float, sure: float) -> ScoredSentence:
    start, at = text.index(sentence), text.index(marked)
    return ScoredSentence(
        *(Article(text), "passage", start, start + len(sentence), score, 0.5),
        *((at, at + len(marked)), sure),
    )


def _drafted(
    question: str, *scored: ScoredSentence, engine: ExtractiveEngine | None = None
) -> Draft:
    draft = next((engine or ExtractiveEngine()).answer(question, Retrieval((), scored, 1.0)))
    assert isinstance(draft, Draft)
    return draft


def _answered(text: str, sentence: str, marked: str, question: str) -> Draft:
    return _drafted(question, _scored(text, sentence, marked, score=0.9, sure=1.0))


@pytest.mark.parametrize(
    ("score", "sure", "shown"),
    [(0.9, 0.5, True), (0.5, 0.9, True), (0.9, 0.3, False), (0.5, 0.6, False)],
)
def test_words_must_be_likely_as_well_as_their_sentence(
    score: float, sure: float, shown: bool
) -> None:
    text = "Sudmark lifted the blockade of the harbour."
    scored = _scored(text, text, "blockade", score=score, sure=sure)

    assert (_drafted("What did Sudmark lift?", scored).short_answer is not None) is shown
    # Who wants to know what it would say, however doubtful, is told.
    short = _drafted("What did Sudmark lift?", scored, engine=ExtractiveEngine(sure=0)).short_answer
    assert short is not None
    assert text[slice(*short)] == "blockade"


def test_a_sentence_that_several_articles_have_is_as_likely_as_they_are_together() -> None:
    text = "Sudmark lifted the blockade of the harbour."
    one = _scored(text, text, "blockade", score=0.3, sure=0.9)
    again = replace(one, article=Article(text, title="Reprinted").identified())

    assert _drafted("What did Sudmark lift?", one).short_answer is None
    assert _drafted("What did Sudmark lift?", one, again).short_answer is not None


def test_a_mark_keeps_its_place_where_lines_are_joined_and_the_sentence_before_comes_along() -> (
    None
):
    sentence = "He  brought a map\nof\tthe mine fields (all) off the coast of Sudmark."
    text = f"Before that. The envoy  of Norland, Iven Orlo, came to\tVell.  {sentence} He left."

    draft = _answered(text, sentence, "map\nof\tthe mine fields (all)", "What came from Norland?")

    assert draft.text.startswith(
        "The envoy of Norland, Iven Orlo, came to Vell. He brought a map of"
    )
    assert draft.short_answer is not None
    assert draft.text[slice(*draft.short_answer)] == "map of the mine fields (all)"


def test_a_dateline_that_is_not_quoted_is_not_marked() -> None:
    text = "VELL (Harbour Wire) - Sudmark lifted the blockade of the harbour."

    for marked, expected in (("Harbour Wire", None), ("the blockade of", "blockade of")):
        draft = _answered(text, text, marked, "What did Sudmark lift?")
        short = draft.short_answer and draft.text[slice(*draft.short_answer)]
        assert (draft.text, short) == (text.partition(" - ")[2], expected)


def _inked(text: str) -> int:
    return len("".join(text.split()))


@settings(deadline=None)
@given(any_text, st.integers(0, 200), st.integers(1, 40))
def test_a_mark_lies_in_what_is_quoted_wherever_the_reader_points(
    text: str, start: int, length: int
) -> None:
    sentence = f"Kestrel said: {text} and left."
    start %= len(sentence)
    marked = (start, min(start + length, len(sentence)))
    scored = ScoredSentence(Article(sentence), "passage", 0, len(sentence), 0.9, 0.5, marked, 1.0)

    for draft in ExtractiveEngine().answer("What was said?", Retrieval((), (scored,), 1.0)):
        assert isinstance(draft, Draft)
        if draft.short_answer is not None:
            first, last = draft.short_answer
            assert 0 <= first < last <= len(draft.text)
            assert draft.text[first:last].strip() == draft.text[first:last]
            # What was pointed at and what is marked overlap, white space apart.
            pointed = [_inked(sentence[:place]) for place in marked]
            shown = [_inked(draft.text[:place]) for place in (first, last)]
            assert max(pointed[0], shown[0]) < min(pointed[1], shown[1])
