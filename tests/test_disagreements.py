"""What is a disagreement between articles, and what only looks like one."""

import pytest

from bot.disagreements import Variant, find_variants
from vectorstore.documents import Article, ScoredSentence
from vectorstore.questions import analyse

Row = tuple[str, str]  # a day of publication and a sentence; each row is an article


def _sentence(
    text: str, published: str = "", score: float = 0.4, article: str = ""
) -> ScoredSentence:
    body = article or text
    start = body.index(text)
    found = Article(body, title="Talks", published=published or None, publisher=body[:40])
    return ScoredSentence(found.identified(), "passage", start, start + len(text), score, 0.5)


def _variants(question: str, *sentences: ScoredSentence | str) -> tuple[Variant, ...]:
    rows = [each if isinstance(each, ScoredSentence) else _sentence(each) for each in sentences]
    return find_variants(analyse(question), rows)


def _values(question: str, *sentences: ScoredSentence | str) -> list[str]:
    return [variant.value for variant in _variants(question, *sentences)]


@pytest.mark.parametrize(
    ("question", "one", "other", "values"),
    [
        (
            "Who led the Norland delegation?",
            "The Norland delegation at the harbour talks was led by Ana Kestrel.",
            "The Norland delegation at the harbour talks was led by Boris Melnik.",
            ["Ana Kestrel", "Boris Melnik"],
        ),
        (
            "Who won the election in Sudmark?",
            "Ana Kestrel won the election in Sudmark by a narrow margin.",
            "Boris Melnik won the election in Sudmark by a narrow margin.",
            ["Ana Kestrel", "Boris Melnik"],
        ),
        (
            "Who bought the port?",
            "The deal under which Norlinea bought the port was signed in spring.",
            "The deal under which Sudbank bought the port was signed in spring.",
            ["Norlinea", "Sudbank"],
        ),
        (
            "Where did the ministers sign the treaty?",
            "The ministers signed the treaty in Brenn after a night of talks.",
            "The ministers signed the treaty in Vell after a night of talks.",
            ["Brenn", "Vell"],
        ),
        (
            "Where did the ministers sign the treaty?",
            "The ministers signed the treaty in North Orlia after a night of talks.",
            "The ministers signed the treaty in South Orlia after a night of talks.",
            ["North Orlia", "South Orlia"],
        ),
        (
            "When was the treaty signed?",
            "The fishing treaty was signed on 19 June 2031 in the town hall.",
            "The fishing treaty was signed on 9 June 2030 in the town hall.",
            ["19 June 2031", "9 June 2030"],
        ),
        (
            "When was the treaty signed?",
            "The fishing treaty was signed in June 2031 in the town hall.",
            "The fishing treaty was signed in May 2031 in the town hall.",
            ["June 2031", "May 2031"],
        ),
        (
            "How many ships were waiting?",
            "Kestrel said that 22 ships were waiting outside the harbour.",
            "Kestrel said that 35 ships were waiting outside the harbour.",
            ["22", "35"],
        ),
        (
            "How long did the blockade last?",
            "The blockade of the harbour lasted nearly five weeks, officials said.",
            "The blockade of the harbour lasted eight weeks, officials said.",
            ["nearly five weeks", "eight weeks"],
        ),
        (
            "What was the ferry company's revenue?",
            "The ferry company reported revenue of $6.3 billion for the quarter.",
            "The ferry company reported revenue of $1.3 billion for the quarter.",
            ["$6.3 billion", "$1.3 billion"],
        ),
        (
            "What is the date of the summit?",
            "The summit of both navies is to be held on 4 May in Brenn.",
            "The summit of both navies is to be held on 8 May in Brenn.",
            ["4 May", "8 May"],
        ),
        (
            "What is the name of the ceasefire plan?",
            "The plan for a ceasefire has been given the name Lantern by its authors.",
            "The plan for a ceasefire has been given the name Beacon by its authors.",
            ["Lantern", "Beacon"],
        ),
    ],
)
def test_near_copies_that_differ_in_what_is_asked_disagree(
    question: str, one: str, other: str, values: list[str]
) -> None:
    assert _values(question, one, other) == values


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "How many ships were waiting?",
            "Kestrel said that 22 ships were waiting outside the harbour.",
            "Kestrel said that twenty-two ships were waiting outside the harbour.",
        ),
        (
            "How many refugees are there?",
            "The number of refugees in Norland has reached nearly 4 million.",
            "The number of refugees in Norland has reached 4 million.",
        ),
        (
            "How many refugees are there?",
            "The number of refugees in Norland has reached nearly 4 million.",
            "The number of refugees in Norland has reached more than 4 million.",
        ),
        (
            "How many refugees are there?",
            "The number of refugees in Norland has reached 2.2 million.",
            "The number of refugees in Norland has reached 2,200,000.",
        ),
        (
            "How long did the blockade last?",
            "The blockade of the harbour lasted 72 hours, officials said.",
            "The blockade of the harbour lasted three days, officials said.",
        ),
        (
            "Where did the ministers sign the treaty?",
            "The ministers signed the treaty in Kyiv after a night of talks.",
            "The ministers signed the treaty in Kiev after a night of talks.",
        ),
        (
            "Where did the ministers sign the treaty?",
            "The ministers signed the treaty in Belavesk after a night of talks.",
            "The ministers signed the treaty in the town of Belavesk after a night of talks.",
        ),
        (
            "Who led the delegation?",
            "The delegation at the harbour talks was led by Mr Kestrel.",
            "The delegation at the harbour talks was led by Ana Kestrel.",
        ),
        (
            "Who led the delegation?",
            "The delegation at the harbour talks was led by Oleksandr Veltsov.",
            "The delegation at the harbour talks was led by Alexander Veltsov.",
        ),
        (
            "Who proposed the treaty?",
            "The fishing treaty was proposed by the United Nations last week.",
            "The fishing treaty was proposed by the UN last week.",
        ),
        (
            "When was the treaty signed?",
            "The fishing treaty was signed on Feb. 28 in the town hall.",
            "The fishing treaty was signed on 28 February in the town hall.",
        ),
        (
            "When was the treaty signed?",
            "The fishing treaty was signed in May 2031 in the town hall.",
            "The fishing treaty was signed on 6 May 2031 in the town hall.",
        ),
    ],
)
def test_the_same_value_in_other_words_is_no_disagreement(
    question: str, one: str, other: str
) -> None:
    assert _values(question, one, other) == []


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        pytest.param(
            "Who led the delegation?",
            "The delegation that met in Brenn was led by Ana Kestrel.",
            "The delegation that met in Vell was led by Boris Melnik.",
            id="another place as well",
        ),
        pytest.param(
            "Where was the round held?",
            "The first round of talks between the navies was held in Brenn.",
            "The third round of talks between the navies was held in Vell.",
            id="another round",
        ),
        pytest.param(
            "How many ships were sunk?",
            "The navy said that 22 ships with 300 sailors were sunk.",
            "The navy said that 22 ships with 350 sailors were sunk.",
            id="something else counted",
        ),
        pytest.param(
            "Who met the envoy?",
            "Trade Minister Ana Kestrel met the envoy in Brenn for an hour.",
            "Trade Minister Ana Kestrel met the envoy in Vell for an hour.",
            id="a place, where a person is asked for",
        ),
        pytest.param(
            "Where was the treaty signed?",
            "The treaty on fishing was signed in Brenn by Ana Kestrel.",
            "The treaty on fishing was signed in Brenn by Boris Melnik.",
            id="a person, where a place is asked for",
        ),
        pytest.param(
            "When did the Norland delegation leave?",
            "The Norland delegation left the harbour talks with 22 aides.",
            "The Norland delegation left the harbour talks with 35 aides.",
            id="a number, where a date is asked for",
        ),
        pytest.param(
            "What did the Norland envoy propose?",
            "The Norland envoy proposed to lift the blockade of the port.",
            "The Sudmark envoy proposed to lift the blockade of the port.",
            id="an owner whom the question names",
        ),
        pytest.param(
            "What did Orlo propose?",
            "Orlo proposed at the talks to lift the blockade of the port.",
            "Kestrel proposed at the talks to lift the blockade of the port.",
            id="a name from the question",
        ),
        pytest.param(
            "Who accepted the plan?",
            "The plan to open the harbour was accepted by Ana Kestrel.",
            "The plan to open the harbour was not accepted by Boris Melnik.",
            id="a denial",
        ),
        pytest.param(
            "How many people in the port were hurt?",
            "Officials in the port said that 22 people were hurt.",
            "Officials in the port said that 35 people were evacuated.",
            id="another verb",
        ),
        pytest.param(
            "Why did the talks fail?",
            "The talks in the harbour failed because 22 ships stayed.",
            "The talks in the harbour failed because 35 ships stayed.",
            id="a reason is asked for",
        ),
        pytest.param(
            "Where did the ministers meet?",
            "The ministers of both navies met in Antavia on the margins of a forum.",
            "The ministers of both navies met in Sudmark, in Antavia on the margins of a forum.",
            id="one place within the other",
        ),
        pytest.param(
            "Where did the third round take place?",
            "The first round of the talks took place in Brenn, officials said.",
            "The first round of the talks took place in Vell, officials said.",
            id="not the round asked for",
        ),
        pytest.param(
            "Where were the talks held?",
            "The talks between the two navies were held in Brenn.",
            "The second talks between the two navies were held in Vell.",
            id="counted off in one only",
        ),
        pytest.param(
            "Who held talks with Norland?",
            "Norland held talks with Ana Kestrel.",
            "Norland, which closed its port after a storm and a fire, held talks with its many "
            "friends and with Boris Melnik.",
            id="few words in common",
        ),
        pytest.param(
            "When did the navies begin talks?",
            "The navies began talks in Vell after the truce of 4 May.",
            "The navies began talks in Vell on 9 June.",
            id="the date of something else",
        ),
        pytest.param(
            "When did the ministers sign the treaty?",
            "On 4 May in Vell the ministers of both navies signed a treaty that opens the harbour.",
            "The ministers, whose envoys had signed nothing for years, promised a treaty on 8 May.",
            id="another event of the same people",
        ),
        pytest.param(
            "How many refugees are there?",
            "The Norland camps hold 3 million refugees.",
            "Refugees in the Sudmark camps now number 4 million.",
            id="another's camps",
        ),
        pytest.param(
            "When did the talks begin?",
            "It was the first time that they had met since the talks began on 4 May.",
            "The talks between both navies began on 9 June in the port of Vell.",
            id="an event in passing",
        ),
        pytest.param(
            "How long did the talks last?",
            "The first talks lasted nearly five hours in the town hall.",
            "The second talks lasted eight hours in the town hall.",
            id="a span of other talks",
        ),
    ],
)
def test_what_differs_otherwise_is_no_disagreement(question: str, one: str, other: str) -> None:
    assert _values(question, one, other) == []


def test_numbers_of_one_thing_in_other_words_disagree_however_dated() -> None:
    found = _variants(
        "How many refugees have fled Norland?",
        _sentence("By Tuesday there were 3.8 million refugees from Norland.", "2031-03-29", 0.5),
        _sentence("Refugees from Norland now number 2.2 million.", "2031-03-10", 0.4),
        _sentence("The UN on Sunday put refugees from Norland at 1.5 million.", "2031-03-07", 0.01),
    )

    assert [variant.value for variant in found] == ["3.8 million", "2.2 million", "1.5 million"]
    assert [each.sentences[0].article.published for each in found] == [
        "2031-03-29",
        "2031-03-10",
        "2031-03-07",
    ]


def test_a_hedge_is_shown_with_its_number() -> None:
    assert _values(
        "How many refugees are there?",
        "The envoy put the number of refugees at more than 1.5 million.",
        "Refugees in all now number nearly 4 million, a great number.",
    ) == ["more than 1.5 million", "nearly 4 million"]


def test_dates_of_one_event_in_other_words_disagree() -> None:
    assert _values(
        "When did the ministers sign the treaty?",
        "On 4 May the ministers of both navies signed the treaty in Vell.",
        "The ministers signed the treaty on fishing in Vell, an aide said, on 8 May.",
    ) == ["4 May", "8 May"]


def test_spans_of_one_event_in_other_words_disagree_unless_on_other_days() -> None:
    question = "How long did the harbour talks last?"
    one = "The harbour talks lasted five hours, an aide said."
    other = "After three hours the harbour talks, which an aide said would last, ended."
    dated = other.replace("harbour talks,", "harbour talks of 9 May,")

    assert _values(question, one, other) == ["five hours", "three hours"]
    assert _values(question, one.replace("talks", "talks of 4 May"), dated) == []


def test_another_unit_is_another_thing() -> None:
    question = "How much aid was sent?"
    one = "Aid sent to the port came to 5 million dollars."
    other = "By May the port had got, of all the aid sent by sea, 9 percent."

    assert _values(question, one, other.replace("percent", "million dollars")) != []
    assert _values(question, one, other) == []
    assert _values(question, one, other.replace("percent", "million")) == []


def test_a_share_and_a_sum_are_no_two_values_of_one_thing() -> None:
    assert (
        _values(
            "What loss did the ferry company report?",
            "The ferry company reported a loss of $6 million for the quarter.",
            "The ferry company reported a loss of 9 percent for the quarter.",
        )
        == []
    )


def test_a_year_is_no_count() -> None:
    assert (
        _values(
            "How many refugees are there?",
            "The refugees in the northern camps fled the war of 1713.",
            "The refugees in the northern camps number 4 million.",
        )
        == []
    )


def test_a_weekday_is_resolved_by_the_day_of_publication() -> None:
    question = "When was the treaty signed?"
    monday = "The fishing treaty was signed on Monday in the town hall."
    dated = "The fishing treaty was signed on 5 May in the town hall."

    assert _values(question, _sentence(monday, "2031-05-05"), _sentence(dated, "2031-05-06")) == []
    assert _values(question, _sentence(monday, "2031-05-12"), _sentence(dated, "2031-05-13")) == [
        "Monday",
        "5 May",
    ]


def test_the_same_words_in_another_week_tell_of_another_meeting() -> None:
    question = "Where did the ministers meet?"
    here = "The ministers of both navies met in Brenn on Monday for talks."
    there = "The ministers of both navies met in Vell on Monday for talks."

    assert _values(question, _sentence(here, "2031-05-05"), _sentence(there, "2031-05-12")) == []
    assert _values(question, _sentence(here, "2031-05-05"), _sentence(there, "2031-05-06")) != []


ONE = "The Norland delegation at the harbour talks was led by Ana Kestrel."
OTHER = "The Norland delegation at the harbour talks was led by Boris Melnik."
WHO = "Who led the Norland delegation?"


def test_two_values_within_one_article_are_no_disagreement() -> None:
    both = f"{ONE} {OTHER}"

    assert _values(WHO, _sentence(ONE, article=both), _sentence(OTHER, article=both)) == []


def test_two_values_within_one_sentence_are_no_value() -> None:
    assert (
        _values(
            "How many refugees are there?",
            "They differed on the refugees, with one giving 3 million and another 4 million.",
            "The refugees in the north, the envoy said, number 2 million.",
        )
        == []
    )


def test_two_who_act_together_are_no_disagreement() -> None:
    together = f"{OTHER} Ana Kestrel and Boris Melnik shook hands."

    assert _values(WHO, ONE, _sentence(OTHER, article=together)) == []


def test_copies_of_one_value_are_one_variant_with_every_sentence() -> None:
    found = _variants(
        WHO,
        _sentence(ONE, score=0.5),
        _sentence(OTHER, score=0.4),
        _sentence(ONE, article=f"{ONE} Rain fell.", score=0.3),
    )

    assert [variant.value for variant in found] == ["Ana Kestrel", "Boris Melnik"]
    assert [each.score for each in found[0].sentences] == [0.5, 0.3]
    assert [each.score for each in found[1].sentences] == [0.4]


def test_each_of_three_values_is_shown_the_best_sentences_first() -> None:
    third = OTHER.replace("Boris Melnik", "Iven Orlo")

    assert _values(
        WHO, _sentence(third, score=0.5), _sentence(ONE, score=0.4), _sentence(OTHER, score=0.3)
    ) == ["Iven Orlo", "Ana Kestrel", "Boris Melnik"]


def test_an_unlikely_sentence_shows_nothing() -> None:
    count = "How many refugees are there?"
    many = _sentence("The number of refugees in the north has reached 4 million.", score=0.9)
    few = "Refugees in the north, the envoy said, number 2 million."

    assert _values(WHO, _sentence(ONE, score=0.9), _sentence(OTHER, score=0.03)) == []
    assert _values(count, many, _sentence(few, score=0.03)) == ["4 million", "2 million"]
    assert _values(count, many, _sentence(few, score=0.005)) == []


def test_a_less_likely_number_must_be_of_all_that_is_asked() -> None:
    question = "How many refugees crossed the mountain border?"
    one = _sentence("By Tuesday 3 million refugees had crossed the mountain border.", score=0.8)
    other = "Some 20,000 refugees had crossed to the islands by boat."

    assert _values(question, one, _sentence(other, score=0.1)) == []


def test_sentences_about_something_else_show_nothing() -> None:
    assert _values("Who scored in the cup final of the season?", ONE, OTHER) == []


def test_nothing_found_is_no_disagreement() -> None:
    assert find_variants(analyse(WHO), []) == ()
