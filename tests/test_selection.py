"""What an answer quotes: enough to be sure, copies together, nothing of another kind."""

import pytest

from bot.selection import choose, relevant
from vectorstore.documents import Article, ScoredSentence
from vectorstore.questions import analyse
from vectorstore.retriever import Retrieval


def _sentence(text: str, score: float, title: str = "Talks") -> ScoredSentence:
    article = Article(text, title=title).identified()
    return ScoredSentence(article, "passage", 0, len(text), score, 0.5)


def _texts(question: str, *rows: tuple[str, float]) -> list[str]:
    sentences = [_sentence(text, score) for text, score in rows]
    return [group[0].text for group in choose(analyse(question), sentences)]


LED = "Ana Kestrel led the Norlandic delegation."


def test_a_sure_sentence_stands_alone() -> None:
    assert _texts("Who led the delegation?", (LED, 0.95), ("Iven Orlo was there.", 0.05)) == [LED]


def test_where_it_is_not_sure_others_are_shown_and_never_more_than_three() -> None:
    rows = [(f"Envoy Number{n} Orlo led it in the year {n}.", 0.2) for n in range(5)]

    assert len(_texts("Who led the delegation?", *rows)) == 3


def test_a_list_takes_more() -> None:
    rows = [(f"Minister Orlo{n} Vell took part in it.", 0.2) for n in range(5)]

    assert len(_texts("Which ministers took part?", *rows)) == 5


def test_a_sentence_without_the_kind_asked_for_makes_nothing_sure() -> None:
    other = "The delegation was led with great care."
    rows = ((other, 0.92), (LED, 0.08))

    assert _texts("Who led the delegation?", *rows) == [other, LED]


@pytest.mark.parametrize(
    ("other", "together"),
    [
        ("Ana Kestrel led the big Norlandic delegation to Vell on the first day of May.", True),
        ("Ana Kestrel led the Norlandic delegation to Brenn on the first day of May.", False),
        ("Ana Kestrel led the Norlandic delegation to Vell on the second day of May.", False),
    ],
)
def test_copies_are_quoted_once_and_other_facts_are_no_copies(other: str, together: bool) -> None:
    one = "Ana Kestrel led the Norlandic delegation to Vell on the first day of May."
    sentences = [_sentence(one, 0.5), _sentence(other, 0.3)]

    groups = choose(analyse("Who led the delegation?"), sentences)

    assert [len(group) for group in groups] == ([2] if together else [1, 1])


def test_another_round_is_dropped_by_the_sentence_or_its_headline() -> None:
    first = _sentence("The first round was held in Vell.", 0.6)
    headed = _sentence("It was held in Orlo.", 0.3, title="Third round ends")
    second = _sentence("The second round was held in Brenn.", 0.1)
    found = Retrieval((), (first, headed, second), 0.8)

    assert relevant("Where was the second round held?", found).sentences == (second,)
    nothing = relevant("Where was the fifth round held?", found)
    assert (nothing.sentences, nothing.evidence) == ((), 0.0)
