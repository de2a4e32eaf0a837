"""Which questions the articles at hand give, and which they must not."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings

from bot.answers import Answer, Citation, Sentence
from bot.chain import AnswerChain, Question
from bot.examples import make_examples
from bot.extractive import ExtractiveEngine
from tests.conftest import HARBOUR
from tests.test_text import any_text
from vectorstore.corpus import Corpus
from vectorstore.documents import Article
from vectorstore.ingest import ingest
from vectorstore.retriever import Retriever
from vectorstore.text import sentence_ranges, tokens

# Behind a sentence under test: it shows that these are names, and gives no question.
AROUND = (
    "It was cold in the port, and the boats of Norland and Sudmark were not to be seen by Kestrel. "
    "The people of the town had come to the harbour, but there was nothing for them to see."
)
NOT_ENGLISH = (
    "Die Delegationen trafen sich am Dienstag im Hafen, wie die Zeitung berichtet. "
    "Beide Seiten wollen die Blockade nach langem Streit bald beenden. "
    "Kestrel said that 22 ships were still waiting outside the harbour."
)


def article(*sentences: str, name: str = "a", **known: str) -> Article:
    return Article("\n".join((*sentences, AROUND)), id=name, **known)


def cited(question: str, *places: tuple[str, int, int]) -> Answer:
    citations = tuple(
        Citation(n, name, None, None, None, None, start, end, "…")
        for n, (name, start, end) in enumerate(places, 1)
    )
    first = Sentence("…", tuple(range(1, len(places) + 1)))
    return Answer(question, question, "fake", sentences=(first,), citations=citations)


def telling(articles: Sequence[Article]) -> Callable[[str], Answer]:
    """Return what answers every question, with every sentence there is."""
    places = [
        (each.id, start, end) for each in articles for start, end in sentence_ranges(each.text)
    ]
    return lambda question: cited(question, *places)


def made_of(*sentences: str, most: int = 12) -> tuple[str, ...]:
    articles = [article(*sentences)]
    return make_examples(articles, telling(articles), most)


@pytest.fixture
def ask(filled: Corpus) -> Callable[[str], Answer]:
    chain = AnswerChain(Retriever(filled), ExtractiveEngine())
    return lambda question: chain.invoke(Question(question))


def test_the_questions_come_from_the_articles_at_hand(filled: Corpus, ask) -> None:
    shown = make_examples(filled.library.articles(), ask)

    assert shown == (
        "What did Mira Sol propose?",
        "Where did delegations from Norland and Sudmark meet?",
        "How many ships were still waiting outside the harbour?",
        "When is the next round planned?",
    )


@pytest.mark.parametrize("name", ["Harbour talks open in Vell", "Envoy proposes a fishing treaty"])
def test_every_question_is_answered_from_its_article(filled: Corpus, ask, name: str) -> None:
    (only,) = [each for each in filled.library.articles() if each.title == name]

    shown = make_examples([only], ask)

    assert shown
    for question in shown:
        answer = ask(question)
        assert not answer.refused
        first = [answer.citation(n) for n in answer.sentences[0].citations]
        assert [citation.article_id for citation in first] == [only.id]
        new = set(tokens(question)) - set(tokens(first[0].quote))
        assert new <= {"what", "where", "when", "who", "how", "many", "did", "propose", "meet"}


def test_no_more_are_shown_than_are_wanted(filled: Corpus, ask) -> None:
    assert len(make_examples(filled.library.articles(), ask, most=2)) == 2


def test_an_empty_library_gives_none_and_asks_nothing() -> None:
    def never(question: str) -> Answer:
        raise AssertionError(question)

    assert make_examples([], never) == ()
    assert make_examples([Article("", id="a")], never) == ()


@pytest.mark.parametrize("language", ["de", "fr-CA", None])
def test_an_article_that_is_not_in_english_gives_none(language: str | None) -> None:
    text = HARBOUR.split("---")[2] if language else NOT_ENGLISH
    articles = [Article(text, id="a", language=language)]

    assert make_examples(articles, telling(articles)) == ()
    english = [Article(HARBOUR.split("---")[2], id="a", language="en-GB")]
    assert make_examples(english, telling(english))


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The Norland delegation was led by Trade Minister Ana Kestrel.",
         "Who led the Norland delegation?"),
        ("Ana Kestrel, a lawyer from Vell, led the Norland delegation on Monday.",
         "Who led the Norland delegation?"),
        ("Iven Orlo, the Sudmark foreign ministry spokesman, was in the hall.",
         "Who is the Sudmark foreign ministry spokesman?"),
        ("Sudmark has won the Brenn Fishing Cup, its coach said.",
         "Who won the Brenn Fishing Cup?"),
        ("Trade Minister Ana Kestrel proposed on Monday that the sides meet again.",
         "What did Ana Kestrel propose?"),
        ("President Orlo urged Norland to lift the blockade.",
         "What did President Orlo urge Norland to do?"),
        ("The United Nations called on Norland to lift the blockade.",
         "What did the United Nations call on Norland to do?"),
        ("Ana Kestrel and Iven Orlo agreed on a fishing treaty.",
         "What did Ana Kestrel and Iven Orlo agree on?"),
        ("Sudmark has threatened to close the port.", "What did Sudmark threaten to do?"),
        ("On Tuesday, Iven Orlo accused Norland of breaking the truce.",
         "What did Iven Orlo accuse Norland of?"),
        ("Gov. Ana Kestrel said she would open the harbour in May.",
         "What did Ana Kestrel say she would do?"),
        ("Ana Kestrel told reporters on Monday that Sudmark would open the harbour.",
         "What did Ana Kestrel say Sudmark would do?"),
        ("Sudmark will open the harbour, Foreign Minister Ana Kestrel said on Monday.",
         "What did Ana Kestrel say Sudmark will do?"),
        ("Mira Sol of the envoys stood by, but Ana Kestrel said the fishing treaty was ready.",
         "What did Ana Kestrel say about the fishing treaty?"),
        ("Kestrel said of the second round that all were there.",
         "What did Kestrel say about the second round?"),
        ("President Iven Orlo told his Norland counterpart that the port was open.",
         "What did Iven Orlo tell his Norland counterpart?"),
        ("The envoys of Norland and Sudmark met on Tuesday in the port of Vell.",
         "Where did the envoys of Norland and Sudmark meet?"),
        ("A second round of talks was held on Monday in the town of Brenn.",
         "Where was the second round of talks held?"),
        ("The next round will be held on 20 May.", "When will the next round be held?"),
        ("The Norland blockade began on 3 March.", "When did the Norland blockade begin?"),
        ("More than 1,200 people have fled the border villages since March.",
         "How many people have fled the border villages?"),
        ("Norland on Friday released 22 Sudmark sailors.",
         "How many Sudmark sailors did Norland release?"),
    ],
)  # fmt: skip
def test_what_a_sentence_may_be_asked(sentence: str, question: str) -> None:
    assert question in made_of(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "She proposed that the sides meet again in Vell.",
        "The ministry proposed that the sides meet again in Vell.",
        "The Foreign Ministry proposed that the sides meet again in Vell.",
        "ANAXIMANDER VELL proposed that the sides meet again.",
        "The minister said the fishing treaty was ready.",
        "Officials said the fishing treaty was ready.",
        "The office of President Ana Kestrel said the fishing treaty was ready.",
        "Ana Kestrel rejected it on Monday.",
        "Ana Kestrel agreed to a fishing treaty.",
        "The two sides met in Brenn.",
        "The meeting took place in Brenn.",
        "The talks lasted 22 days in the town of Brenn.",
        "At least 120 people were arrested.",
        "CLICK HERE NOW AND WINNERS SAID the fishing treaty was ready.",
        "Did Ana Kestrel propose that the sides meet again?",
        "Ana <b>Kestrel</b> proposed that the sides meet again.",
        "Kestrel said of the <b>second round</b> that all were there.",
        "Kestrel said of the \u202esecond round that all were there.",
        "Kestrel said of the vell.example/round that all were there.",
        "The Ana Kestrel League proposed at the long and cold talks about fishing that all meet.",
        "Ana Kestrel\u202e proposed that the sides meet again.",
        "Ana http://vell.example/Kestrel proposed that the sides meet again.",
        "The Anaaaaaaaaaaaaaaaaaaaaaaaaaa League proposed that the sides meet again.",
        "The League of Vell, the Ana Kestrel Party of Sudmark and Norland, and the Union of"
        " All Fishing Boats of Brenn, Karvo and Ostria proposed that the sides meet again.",
    ],
)
def test_what_would_be_unclear_or_odd_is_not_asked(sentence: str) -> None:
    assert made_of(sentence) == ()


@given(text=any_text)
@settings(max_examples=60, deadline=None)
def test_whatever_is_read_the_questions_are_short_and_plain(text: str) -> None:
    text = re.sub("[\ud800-\udfff]", "", text)  # the library holds none
    articles = [
        article(text, f"Ana {text[:30]} Kestrel said the fishing treaty was ready.", title=text),
        article(f"The {text[:20]} League proposed that the sides meet.", text, name="b"),
    ]

    for question in make_examples(articles, telling(articles)):
        assert question.isprintable()
        assert question.endswith("?")
        assert len(question) <= 80
        assert not set(question) & set('<>[]{}()"`*_#|\\/:;&=')


PROPOSED = "Ana Kestrel proposed that the sides meet again in Vell."


def test_a_question_is_shown_only_if_its_own_sentence_answers() -> None:
    articles = [article(PROPOSED)]
    end = len(PROPOSED)

    def shown(answer: Answer) -> tuple[str, ...]:
        return make_examples(articles, lambda _: answer)

    assert shown(cited("", ("a", 0, end))) == ("What did Ana Kestrel propose?",)
    assert shown(cited("", ("b", 0, end), ("a", 0, end)))
    assert shown(cited("", ("b", 0, end))) == ()
    assert shown(cited("", ("a", end + 1, end + 40))) == ()
    assert shown(Answer("", "", "fake", refused=True)) == ()


def test_of_copies_any_may_answer() -> None:
    articles = [article(PROPOSED), article(PROPOSED, name="b")]

    shown = make_examples(articles, lambda asked: cited(asked, ("b", 0, len(PROPOSED))))

    assert shown == ("What did Ana Kestrel propose?",)


def test_the_chain_is_asked_a_dozen_times_at_most_and_nothing_twice() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    articles = [
        article(PROPOSED.replace("Ana", f"{letter.upper()}na"), name=letter) for letter in letters
    ]
    asked: list[str] = []

    def refuses(question: str) -> Answer:
        asked.append(question)
        return Answer(question, question, "fake", refused=True)

    assert make_examples(articles, refuses) == ()
    assert len(asked) == len(set(asked)) == 12
    assert asked[0] == "What did Ana Kestrel propose?"


def test_the_questions_differ_in_kind_and_article() -> None:
    articles = [
        article(PROPOSED, "Iven Orlo rejected a fishing treaty.", name="a"),
        article("Mira Sol demanded a new ceasefire.", name="b"),
        article("Tomas Brandt banned all-night fishing.",
                "The Norland delegation was led by Rhea Moss.", name="c"),
        article("More than 1,200 people have fled the border villages.", name="d"),
        article("The next round will be held on 20 May.", name="e"),
    ]  # fmt: skip

    shown = make_examples(articles, telling(articles))

    assert set(shown) == {
        "What did Ana Kestrel propose?",
        "Who led the Norland delegation?",
        "How many people have fled the border villages?",
        "When will the next round be held?",
    }


def test_the_newest_articles_and_first_sentences_come_first() -> None:
    newest = article(AROUND, AROUND, "Iven Orlo rejected a fishing treaty.", name="new")
    older = [
        article(f"{name} Vell demanded a new ceasefire.", name=name) for name in ("Rhea", "Tomas")
    ]

    assert make_examples([newest, *older], telling([newest, *older]), most=1) == (
        "What did Rhea Vell demand?",
    )
    assert make_examples([older[1], older[0]], telling(older), most=1) == (
        "What did Tomas Vell demand?",
    )
    second = article("It was cold.", "Iven Orlo rejected a fishing treaty.", name="new")
    assert make_examples([second, *older], telling([second, *older]), most=1) == (
        "What did Iven Orlo reject?",
    )


def test_old_articles_of_a_large_library_are_not_read() -> None:
    silent = [article(name=f"n{number}") for number in range(40)]
    old = article(PROPOSED, name="old")

    assert make_examples([*silent[1:], old], telling([old])) == ("What did Ana Kestrel propose?",)
    assert make_examples([*silent, old], telling([old])) == ()


def test_what_somebody_said_is_asked_only_where_there_is_little_else() -> None:
    said = article("Ana Kestrel said nobody knew.", "Iven Orlo said everybody knew.")
    others = [article(name=f"n{number}") for number in range(9)]

    assert make_examples([said], telling([said])) == ("What did Ana Kestrel say?",)
    assert make_examples([said, *others], telling([said])) == ()


def test_the_samples_give_four_questions(corpus: Corpus) -> None:
    ingest(corpus, [str(Path(__file__).parents[1] / "seeds")], sample=True)
    chain = AnswerChain(Retriever(corpus), ExtractiveEngine())

    shown = make_examples(
        corpus.library.articles(), lambda question: chain.invoke(Question(question))
    )

    assert len(shown) == 4
    assert len({question.partition(" ")[0] for question in shown}) >= 3
