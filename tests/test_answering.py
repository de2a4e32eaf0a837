"""What becomes of an engine's steps: checked, kept, turned down or replaced by quotations."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from bot.answering import answered
from bot.answers import Answer, Usage
from bot.engine import Draft, Ended, Evidence, Line, Standalone, Step, Writing
from vectorstore.documents import Article
from vectorstore.retriever import Retrieval

TEXT = (
    "The Norland delegation was led by Ana Kestrel. She said 22 ships were waiting. "
    "The next round is planned for 20 May in Brenn."
)
ARTICLE = Article(TEXT, title="Talks open", publisher="Vell Courier", id="a" * 24)
LED, WAITING, NEXT = "Ana Kestrel led it.", "There were 22 ships.", "It is planned for 20 May."


def cited(text: str, part: str = TEXT) -> Draft:
    start = TEXT.index(part)
    return Draft(text, (Evidence(ARTICLE, start, start + len(part)),))


LIE = cited("The Norland delegation was led by Boris Melnik.")
UNCITED = Draft("Everyone went home.", ())


class Scripted:
    """Yields the steps that it was given, whatever is asked."""

    name = "llm"
    model = "tale-1"
    host = None

    def __init__(self, *steps: Step, model: str | None = "tale-1") -> None:
        self.steps = steps
        self.model = model

    def condense(self, question: str, earlier: Sequence[Answer]) -> Standalone:
        return Standalone(question)

    def answer(self, question: str, found: Retrieval) -> Iterator[Step]:
        yield from self.steps

    def summarise(
        self, articles: Sequence[Sequence[Line]], sentences: int | None = None
    ) -> Iterator[Step]:
        yield from self.steps


QUOTED = "The Norland delegation was led by Ana Kestrel."
QUOTING = Scripted(cited(QUOTED, QUOTED), model=None)
BEGUN = Answer("Who led it?", "Who led it?", "llm", "tale-1")


def told(*steps: Step, begun: Answer = BEGUN, quoting: Scripted = QUOTING) -> list[Answer]:
    engine = Scripted(*steps)
    return list(answered(begun, engine, quoting, lambda each: each.answer("?", Retrieval((), ()))))


def texts(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


def test_what_is_verified_is_shown_as_it_comes_with_what_is_yet_to_be_whole() -> None:
    first, second, *_, last = told(Writing("Ana Kes"), cited(LED), Ended())

    assert (first.pending, texts(first)) == ("Ana Kes", [])
    assert (second.pending, texts(second)) == ("", [LED])
    assert second.sentences[0].status == "verified"
    assert (texts(last), last.model, last.draft, last.notices) == ([LED], "tale-1", None, ())


def test_where_nothing_is_new_the_very_same_answer_is_yielded() -> None:
    steps = [Writing("Ana"), Writing("Ana"), Writing("Ana", doing="Reading"), Ended()]
    one, same, other, *_ = told(*steps)

    assert one is same
    assert other.doing == "Reading"


def test_a_sentence_that_cannot_be_verified_is_shown_as_such_beside_one_that_can() -> None:
    answer = told(cited(LED), LIE)[-1]

    assert [each.status for each in answer.sentences] == ["verified", "unverified"]
    assert any("Melnik" in problem for problem in answer.sentences[1].problems)
    assert (answer.engine, answer.draft) == ("llm", None)


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([UNCITED], "no sentence that the model wrote could be verified"),
        ([LIE, UNCITED], "no sentence that the model wrote could be verified"),
        ([cited(LED), LIE, UNCITED], "only 1 of the 3 sentences"),
    ],
)
def test_a_text_of_which_most_cannot_be_verified_is_turned_down(
    steps: list[Draft], why: str
) -> None:
    answer = told(*steps, Ended(usage=Usage(12, 5)))[-1]

    assert (texts(answer), answer.engine, answer.model) == ([QUOTED], "extractive", None)
    assert all(sentence.status == "verified" for sentence in answer.sentences)
    assert [citation.quote for citation in answer.citations] == [QUOTED]
    assert why in answer.notices[0]
    assert answer.draft == " ".join(draft.text for draft in steps)
    assert (answer.usage, answer.incomplete) == (Usage(12, 5), False)


def test_a_model_that_writes_nothing_is_replaced_too() -> None:
    answer = told(Ended())[-1]

    assert (texts(answer), answer.draft) == ([QUOTED], None)
    assert "wrote nothing" in answer.notices[0]


def test_what_a_model_refuses_is_refused() -> None:
    answer = told(Ended(refused=True, usage=Usage(9, 2)))[-1]

    assert (texts(answer), answer.model, answer.usage) == ([], "tale-1", Usage(9, 2))


def test_a_fault_before_anything_came_is_told_and_the_answer_quoted() -> None:
    answer = told(Ended(fault="The endpoint is gone: start it."))[-1]

    assert (texts(answer), answer.incomplete) == ([QUOTED], False)
    assert answer.notices == ("These are quotations: The endpoint is gone: start it.",)


def test_a_fault_later_keeps_what_was_verified_and_quotes_beside_it() -> None:
    fault = Ended(fault="It broke off: try again.", begun=True, usage=Usage(7, 3))
    answer = told(Writing("T"), cited(WAITING), LIE, Writing("Then"), fault)[-1]

    assert (texts(answer), answer.incomplete, answer.pending) == ([WAITING], True, "")
    assert [sentence.text for sentence in answer.quoted] == [QUOTED]
    numbers = [number for each in answer.quoted for number in each.citations]
    assert {answer.citation(number).quote for number in numbers} <= {TEXT, QUOTED}
    assert answer.notices == ("It broke off: try again.",)
    assert "Melnik" in (answer.draft or "")


def test_a_fault_with_nothing_verified_shows_the_quotations_as_the_answer() -> None:
    answer = told(LIE, Ended(fault="It broke off: try again.", begun=True))[-1]

    assert (texts(answer), answer.incomplete, answer.quoted) == ([QUOTED], True, ())
    assert (answer.engine, answer.draft) == ("extractive", LIE.text)


def test_where_nothing_can_be_quoted_either_the_fault_is_told_all_the_same() -> None:
    answer = told(Ended(fault="It is gone: start it."), quoting=Scripted(model=None))[-1]

    assert (texts(answer), answer.notices) == ([], ("It is gone: start it.",))


def test_what_making_the_question_standalone_consumed_is_counted() -> None:
    begun = replace(BEGUN, usage=Usage(100, 10, 0.5))

    assert told(cited(LED), Ended(usage=Usage(7, 3, 0.25)), begun=begun)[-1].usage == Usage(
        107, 13, 0.75
    )
    assert told(cited(LED), begun=begun)[-1].usage == Usage(100, 10, 0.5)
    assert told(cited(LED), Ended(usage=Usage(7, 3)), begun=begun)[-1].usage == Usage(107, 13)


def test_what_the_articles_do_not_say_is_kept_with_the_answer() -> None:
    assert told(cited(LED), Ended(missing=("who paid for it",)))[-1].missing == ("who paid for it",)
