"""Questions made by rule ask for what their sentence says, and point at it."""

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.documents import Article
from vectorstore.models import made_questions
from vectorstore.models.made_questions import Made, make_questions, spread
from vectorstore.models.made_words import base_of
from vectorstore.text import sentence_ranges


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """No word is left out or said otherwise, so that the rules alone are seen."""
    monkeypatch.setattr(made_questions, "_OFTEN_SHORTENED", 0)
    monkeypatch.setattr(made_questions, "_OFTEN_REWORDED", 0)


def _made(text: str) -> list[Made]:
    return list(make_questions([Article(text).identified()], per_sentence=50))


def _asked(text: str, rule: str) -> set[tuple[str, str]]:
    return {(one.question, text[slice(*one.answer)]) for one in _made(text) if one.rule == rule}


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize(
    ("rule", "text", "question", "answer"),
    [
        (
            "time",
            "The council met in Brenn on 3 May 2031.",
            "On what date did the council meet in Brenn?",
            "3 May 2031",
        ),
        (
            "time",
            "The council was dissolved in 2031 by the king.",
            "When was the council dissolved by the king?",
            "2031",
        ),
        (
            "time",
            "The port has been closed since May 2031.",
            "Since when has the port been closed?",
            "May 2031",
        ),
        (
            "place",
            "The envoys met in Brenn on Monday.",
            "Where did the envoys meet on Monday?",
            "Brenn",
        ),
        (
            "place",
            "In Norland, the harvest failed twice.",
            "Where did the harvest fail twice?",
            "Norland",
        ),
        (
            "number",
            "The agency counted about 1,400 refugees in the camp.",
            "How many refugees did the agency count in the camp?",
            "about 1,400",
        ),
        (
            "number",
            "There are twelve bridges in the capital.",
            "How many bridges are there in the capital?",
            "twelve",
        ),
        (
            "number",
            "The embargo covers 40% of the grain trade.",
            "What percentage of the grain trade does the embargo cover?",
            "40%",
        ),
        (
            "duration",
            "The delegates waited at the border for six hours.",
            "How long did the delegates wait at the border?",
            "six hours",
        ),
        (
            "reason",
            "The talks were postponed because the bridge had collapsed.",
            "Why were the talks postponed?",
            "the bridge had collapsed",
        ),
        (
            "reason",
            "Due to heavy snow, the convoy turned back.",
            "Why did the convoy turn back?",
            "heavy snow",
        ),
        (
            "manner",
            "The rebels ended the siege by opening the northern gate.",
            "How did the rebels end the siege?",
            "by opening the northern gate",
        ),
        (
            "object",
            "The mediators proposed a joint commission in June.",
            "What did the mediators propose in June?",
            "a joint commission",
        ),
        (
            "object",
            "Norland will release the sailors on Friday.",
            "What will Norland release on Friday?",
            "the sailors",
        ),
        (
            "stranded",
            "The treaty consists of two annexes.",
            "What does the treaty consist of?",
            "two annexes",
        ),
        (
            "to do",
            "Norland agreed to withdraw its patrol boats.",
            "What did Norland agree to do?",
            "withdraw its patrol boats",
        ),
        (
            "copula",
            "Brenn is the largest port in Norland.",
            "What is Brenn?",
            "the largest port in Norland",
        ),
        (
            "content",
            "The minister said that the corridor would open at noon.",
            "What did the minister say about the corridor?",
            "the corridor would open at noon",
        ),
        (
            "apposition",
            "The hall was empty when Ana Kestrel, the envoy of Norland, came in.",
            "Who is Ana Kestrel?",
            "the envoy of Norland",
        ),
        (
            "abbreviation",
            "The Northern Trade Union (NTU) sent observers.",
            "What does NTU stand for?",
            "Northern Trade Union",
        ),
        (
            "example",
            "The pact covers heavy metals such as tin and lead.",
            "What are examples of heavy metals mentioned?",
            "tin and lead",
        ),
    ],
)
def test_each_rule_asks_for_what_it_takes_out(
    rule: str, text: str, question: str, answer: str
) -> None:
    assert (question, answer) in _asked(text, rule)


@pytest.mark.usefixtures("plain")
def test_who_is_asked_of_persons_and_what_of_things() -> None:
    assert ("Who signed the accord in Brenn?", "President Kestrel") in _asked(
        "President Kestrel signed the accord in Brenn.", "subject"
    )
    asked = _asked("The new dam flooded the valley in spring.", "subject")
    assert asked <= {
        ("What flooded the valley in spring?", "The new dam"),
        ("Which dam flooded the valley in spring?", "The new dam"),
        ("By what was the valley flooded in spring?", "The new dam"),
    }
    assert asked


@pytest.mark.usefixtures("plain")
def test_the_doer_of_a_passive_is_asked_for() -> None:
    assert _asked("The bridge was built by the Norse in 1031.", "agent") <= {
        ("What built the bridge in 1031?", "the Norse"),
        ("By what was the bridge built in 1031?", "the Norse"),
    }
    ((question, answer),) = _asked("The plan was written by President Kestrel.", "agent")
    assert answer == "President Kestrel"
    assert question in ("Who wrote the plan?", "By whom was the plan written?")


@pytest.mark.usefixtures("plain")
def test_a_pronoun_is_replaced_by_what_the_sentence_before_is_about() -> None:
    text = "The council rules the port of Brenn. It was founded in 1931."

    (founded,) = [one for one in _made(text) if one.rule == "time"]

    assert founded.question.endswith("was the council founded?")
    assert text[slice(*founded.sentence)] == "It was founded in 1931."
    assert not _asked(text.replace(". It", ".\n\nIt"), "time")
    assert not _asked("It was founded in 1931.", "time")


@pytest.mark.usefixtures("plain")
def test_both_verbs_of_a_subject_are_asked_about() -> None:
    text = "The envoy praised the draft and signed the letter in Brenn."

    answers = {answer for _, answer in _asked(text, "object")}

    assert answers == {"the draft", "the letter"}
    assert ("Where did the envoy sign the letter?", "Brenn") in _asked(text, "place")


@pytest.mark.parametrize(
    "text",
    [
        "The council did not meet in Brenn on 3 May.",  # denied
        "The council was never dissolved in 2031.",
        "The council signed this in 2031.",  # what is not named
        "These were rejected in 2031.",
        "The treaty signed in Brenn.",  # no verb: "signed" without what
        "Minutes of the council, 2031",  # a heading
        "Met it in Brenn, he did.",
    ],
)
def test_nothing_is_asked_that_could_not_be_understood_or_would_be_wrong(text: str) -> None:
    assert [one for one in _made(text) if one.rule in ("time", "object", "number")] == []


@pytest.mark.usefixtures("plain")
def test_a_participle_is_not_taken_for_the_verb() -> None:
    text = "The treaty signed in Brenn was torn up in 2033."

    assert ("What was torn up in 2033?", "The treaty signed in Brenn") in _asked(text, "subject")
    assert not _asked(text, "place")


def test_a_question_does_not_hold_its_own_answer() -> None:
    text = "The Brenn council met in Brenn on Monday."

    assert _asked(text, "time")
    assert not _asked(text, "place")


def test_some_words_are_left_out_or_said_otherwise() -> None:
    text = " ".join(
        f"The {word} delegation started the talks about the border in the old town hall."
        for word in "first northern southern eastern western younger older larger".split()  # noqa: SIM905
    )

    questions = " ".join(one.question for one in _made(text))

    assert "negotiations" in questions
    assert "talks" in questions
    assert re.search(r"(?:talks|negotiations) about the border in the old town hall\?", questions)
    assert re.search(r"(?:talks|negotiations)(?: about the border)?\?", questions)


@pytest.mark.parametrize(
    ("past", "base"),
    [
        ("created", "create"), ("treated", "treat"), ("belonged", "belong"), ("invited", "invite"),
        ("stopped", "stop"), ("hoped", "hope"), ("called", "call"), ("controlled", "control"),
        ("agreed", "agree"), ("carried", "carry"), ("changed", "change"), ("offered", "offer"),
        ("required", "require"), ("explained", "explain"), ("defined", "define"), ("met", "meet"),
        ("wrote", "write"), ("hundred", None), ("speed", None), ("oil-based", None),
    ],
)  # fmt: skip
def test_the_base_of_a_past_form_is_found(past: str, base: str | None) -> None:
    assert base_of(past) == base


_REPORT = """The council met in Brenn on 3 May 2031. President Kestrel signed the accord in Vell.
The agency counted 1,400 refugees. The mediators proposed a joint commission in June. Norland agreed
to withdraw its boats. The bridge was built by the Norse in 1031 and was closed in 2030."""


def test_the_same_text_gives_the_same_questions() -> None:
    made = _made(_REPORT)

    assert all(_made(_REPORT) == made for _ in range(5))


def test_choosing_takes_from_every_rule_and_sentence_before_it_repeats() -> None:
    articles = [Article(_REPORT).identified(), Article(_REPORT + " More.").identified()]
    made = list(make_questions(articles))

    chosen = spread(made, len(made) // 2)

    assert len(chosen) == len(set(chosen)) == len(made) // 2
    assert {one.rule for one in chosen} == {one.rule for one in made}
    assert {one.article_id for one in chosen} == {article.id for article in articles}
    assert Counter(spread(made, 10_000)) == Counter(made)


@pytest.mark.usefixtures("plain")
def test_choosing_goes_through_the_sentences_in_turn() -> None:
    said = (
        "The king signed the pact at dawn.",
        "The queen left the hall at dawn.",
        "The envoy praised the draft at dawn.",
        "The pilot crossed the border at dawn.",
        "The judge wrote the verdict at dawn.",
    )
    for left_out in said:
        made = _made(" ".join(one for one in said if one != left_out))

        assert len({one.sentence for one in spread(made, 4)}) == 4


def test_a_sentence_gives_no_more_than_so_many_questions() -> None:
    article = Article(_REPORT).identified()

    counts = Counter(one.sentence for one in make_questions([article], per_sentence=2))

    assert max(counts.values()) == 2


_WORDS = st.sampled_from(
    """
    The the council Brenn Kestrel met signed was were is has had been by in on at of to and which
    who that said because 3 May 2031 1,400 40% people boats built "draft" (NTU) , . ; : - – It She
    they did will can a an its There are twelve for six hours such as due In By after é Ж
    """.split()  # noqa: SIM905 - as text it can be read
) | st.text(max_size=6)


@settings(max_examples=60, deadline=None)
@given(st.lists(_WORDS, max_size=60), st.sampled_from([" ", "\n", ""]))
def test_of_any_text_each_range_lies_in_it_and_twice_the_same_is_made(
    words: list[str], end: str
) -> None:
    article = Article(" ".join(words) + "." + end).identified()

    made = list(make_questions([article]))

    sentences = set(sentence_ranges(article.text))
    for one in made:
        assert one.sentence in sentences
        assert one.sentence[0] <= one.answer[0] < one.answer[1] <= one.sentence[1]
        assert one.article_id == article.id
        assert one.question.endswith("?")
    assert made == list(make_questions([article]))
    assert spread(made, 5) == spread(made, 5)
