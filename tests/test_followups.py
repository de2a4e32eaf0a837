"""A follow-up question stands by itself, and a new one is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import Answer, Citation, Sentence
from bot.followups import standalone


def _answer(
    question: str, text: str = "", short: str = "", quotes: tuple[str, ...] = (), title: str = ""
) -> Answer:
    """Return an answer of one sentence with a marked part; a refusal without a sentence."""
    marked = (text.index(short), text.index(short) + len(short)) if short else None
    return Answer(
        question=question,
        standalone_question=question,
        engine="extractive",
        refused=not text,
        message=None if text else "The articles do not say.",
        sentences=(Sentence(text, (1,), short_answer=marked),) if text else (),
        citations=tuple(
            Citation(n, "a", title or None, None, None, None, 0, len(quote), quote)
            for n, quote in enumerate((text, *quotes) if text else quotes, start=1)
        ),
    )


ROUND = _answer(
    "Where did the second round of talks take place?",
    "The second round of talks took place in Vell, near the border.",
    "Vell",
)
LED = _answer(
    "Who led the Norlandic delegation?",
    "Ana Kestrel led the Norlandic delegation in Vell.",
    "Ana Kestrel",
    quotes=("The Norlandic and Sudian delegations met in Vell.", "Norland and Sudia disagreed."),
    title="Sudia and Norland talk",
)
DEMAND = _answer(
    "What did Norland demand?",
    "Norland demanded that the port be opened, envoy Iven Orlo said.",
    quotes=("The Sudian side refused.", "Norland and Sudia have met twice."),
)
DEMAND_OF = _answer("What did Norland demand of Sudia?")
REFUGEES = _answer("How many refugees had left Sudia by 29 March?", "Some 4,000 had left by then.")
SAID = _answer("What did Kestrel say about corridors?", "Ana Kestrel said that they were needed.")
SIGNED = _answer("When was the Harbour Treaty signed?", "It was signed on 3 May.", "3 May")
MINISTERS = _answer("Where did the ministers meet?", "The ministers met in Vell.", "Vell")
BOTH = _answer("What did Norland and Sudia agree on 7 March?", "They agreed on corridors.")
MET = _answer("Who met Orlo in Vell?", "Ana Kestrel met Iven Orlo in Vell.", "Ana Kestrel")
TWO = _answer(
    "Who met in Vell?", "Ana Kestrel and Iven Orlo met in Vell.", "Ana Kestrel and Iven Orlo"
)
POLAR = _answer("Did Norland announce a ceasefire?", "Norland announced a ceasefire on Monday.")
RELEASED = _answer("How many prisoners did Norland release in May?")
DELEGATION = _answer("What did the Russian delegation propose?", "It proposed a truce.")
HARBOUR_TALKS = _answer("Who led the Sudian team at the talks in Vell?")


@pytest.mark.parametrize(
    ("question", "before", "expected"),
    [
        # A question word alone takes over the question before.
        ("When?", ROUND, "When did the second round of talks take place?"),
        ("how long?", ROUND, "How long did the second round of talks last?"),
        ("Why?", ROUND, "Why did the second round of talks take place?"),
        ("When was this?", ROUND, "When did the second round of talks take place?"),
        ("And when was it?", ROUND, "When did the second round of talks take place?"),
        ("When?", LED, "When was the Norlandic delegation led?"),
        ("Why?", LED, "Why (Ana Kestrel led the Norlandic delegation)?"),
        ("When?", DEMAND, "When did Norland demand this?"),
        ("Where?", SAID, "Where did Kestrel say this about corridors?"),
        ("Where was that?", SIGNED, "Where was the Harbour Treaty signed?"),
        ("Who?", SIGNED, "Who signed the Harbour Treaty?"),
        ("By whom?", SIGNED, "By whom was the Harbour Treaty signed?"),
        ("When?", POLAR, "When did Norland announce a ceasefire?"),
        ("Why?", REFUGEES, "Why had refugees left Sudia by 29 March?"),
        ("Why?", RELEASED, "Why did Norland release the prisoners in May?"),
        ("When exactly?", SIGNED, "When was the Harbour Treaty signed?"),
        ("Which city?", ROUND, "In which city did the second round of talks take place?"),
        ("Who?", ROUND, "Who (the second round of talks)?"),
        # Like is swapped with like.
        ("And the third?", ROUND, "Where did the third round of talks take place?"),
        ("What about the first round?", ROUND, "Where did the first round of talks take place?"),
        ("The 4th?", ROUND, "Where did the 4th round of talks take place?"),
        ("What about Sudia?", DEMAND, "What did Sudia demand?"),
        ("Sudia?", DEMAND, "What did Sudia demand?"),
        ("And the Sudian side?", DEMAND, "What did the Sudian side demand?"),
        ("And Sudia?", DEMAND_OF, "What did Sudia demand of Norland?"),
        ("And of Ostmark?", DEMAND_OF, "What did Norland demand of Ostmark?"),
        ("And the Sudian one?", LED, "Who led the Sudian delegation?"),
        ("And Sudia?", LED, "Who led the Sudian delegation?"),
        ("And Ukraine?", DELEGATION, "What did Ukraine's delegation propose?"),
        ("And Ostmark?", BOTH, "What did Ostmark agree on 7 March?"),
        ("And on 9 March?", BOTH, "What did Norland and Sudia agree on 9 March?"),
        ("And by 10 March?", REFUGEES, "How many refugees had left Sudia by 10 March?"),
        (
            "And on 7 March?",
            ROUND,
            "Where did the second round of talks take place on 7 March?",
        ),
        ("And in Ostport?", MET, "Who met Orlo in Ostport?"),
        ("What about Mira Quill?", MET, "Who met Mira Quill in Vell?"),
        ("What about the blockade?", SAID, "What did Kestrel say about the blockade?"),
        ("And the blockade?", DEMAND, "What did Norland demand about the blockade?"),
        ("And the Port Treaty?", SIGNED, "When was the Port Treaty signed?"),
        ("And Sudia?", ROUND, "What about Sudia (the second round of talks)?"),
        # "Else", "then" and doubt.
        ("Who else?", LED, "Who else led the Norlandic delegation?"),
        ("Anything else?", DEMAND, "What else did Norland demand?"),
        ("Who else?", ROUND, "Who else (the second round of talks)?"),
        ("And then?", ROUND, "What happened after the second round of talks?"),
        ("Did they?", POLAR, "Did Norland announce a ceasefire?"),
        ("Why not?", POLAR, "Why not (Norland announce a ceasefire)?"),
        ("Where were they held?", HARBOUR_TALKS, "Where were the talks in Vell held?"),
        ("Really?", LED, "Who led the Norlandic delegation?"),
        ("Says who?", REFUGEES, "Who said “Some 4,000 had left by then.”?"),
        # Pronouns.
        ("And when did it end?", ROUND, "When did the second round of talks end?"),
        ("How long did they last?", HARBOUR_TALKS, "How long did the talks in Vell last?"),
        ("Who else was there?", ROUND, "Who else was at the second round of talks?"),
        ("Who else was there?", MINISTERS, "Who else was in Vell?"),
        ("What did she say?", LED, "What did Ana Kestrel say?"),
        ("What was her position?", LED, "What was Ana Kestrel's position?"),
        ("What else did he say?", DEMAND, "What else did Iven Orlo say?"),
        ("What did she say about grain?", SAID, "What did Kestrel say about grain?"),
        ("What did he say?", TWO, "What did he say (Ana Kestrel and Iven Orlo met in Vell)?"),
        ("What did they discuss?", MINISTERS, "What did the ministers discuss?"),
        ("Why did it demand that?", DEMAND, "Why did Norland demand that?"),
        ("Who counted them?", REFUGEES, "Who counted the refugees?"),
        ("Who signed it?", SIGNED, "Who signed the Harbour Treaty?"),
        ("Why did that fail?", ROUND, "Why did the second round of talks fail?"),
        ("What happened after that?", ROUND, "What happened after the second round of talks?"),
        ("Who led it then?", ROUND, "Who led the second round of talks?"),
        # What is spoken of as known.
        ("How long did the meeting last?", ROUND, "How long did the second round of talks last?"),
        ("Who hosted those talks?", ROUND, "Who hosted the second round of talks?"),
        ("Who paid the delegation?", LED, "Who paid the Norlandic delegation?"),
        # The other party.
        ("And what did the other side want?", LED, "What did Sudia want?"),
        ("What did the other delegation say?", LED, "What did the Sudian delegation say?"),
        ("And the other side?", DEMAND, "What did Sudia demand?"),
        (
            "What did the other side want?",
            MINISTERS,
            "What did the other side want (the ministers meet)?",
        ),
        # Hardly a word of its own.
        ("What was agreed?", ROUND, "What was agreed at the second round of talks?"),
        ("What was the outcome?", ROUND, "What was the outcome of the second round of talks?"),
        ("Who objected?", POLAR, "Who objected (Norland announce a ceasefire)?"),
        (
            "What did both sides agree?",
            ROUND,
            "What did both sides agree (the second round of talks)?",
        ),
    ],
)
def test_a_follow_up_says_what_it_is_about(question: str, before: Answer, expected: str) -> None:
    assert standalone(question, [before]) == expected


@pytest.mark.parametrize(
    "question",
    [
        "How many refugees had left Ukraine by 29 March?",
        "What did the Arab League say?",
        "Where did the ministers meet in Antalya?",
        "Who is Boris Gryzlov?",
        "What did Podolyak say about corridors?",
        "And what did the Arab League say about the blockade?",
        "But who led the Sudian delegation?",
        "  Who  led the Sudian  delegation? ",
        "Is it true that Sudia closed the port?",
        "How long did it take to reach Vell?",
        "Why did Mira Quill say she was disappointed?",
        "What did Ostmark say it wanted?",
        "What did the rebels say they wanted?",
        "How many ships were there by May?",
        "Who said that the blockade had failed?",
        "What happened to grain prices this week?",
        "How long did the talks in Ostport last?",
        "Who spoke at the fourth meeting on 9 March?",
        "What can you do?",
        "Кто возглавил судийскую делегацию?",
        "ceasefire proposals grain",
        "Why was the president of Ostmark absent as of 10 March?",
        "",
        "  ",
        "?",
        "And",
    ],
)
@pytest.mark.parametrize("before", [ROUND, LED, REFUGEES], ids=["round", "led", "refugees"])
def test_a_question_with_a_subject_of_its_own_is_left_alone(question: str, before: Answer) -> None:
    assert standalone(question, [before]) == question


@pytest.mark.parametrize("question", ["When?", "And the third?", "What did he say?", "Who else?"])
def test_without_a_question_before_there_is_nothing_to_go_on_from(question: str) -> None:
    assert standalone(question, []) == question


def test_small_talk_is_no_question_and_a_refusal_is_one() -> None:
    talk = Answer("Thanks!", "Thanks!", "extractive", message="You are welcome.")
    refusal = _answer("When was the Port Treaty signed?")

    assert standalone("Where?", [talk]) == "Where?"
    assert standalone("Where?", [ROUND, refusal, talk]) == "Where was the Port Treaty signed?"


def test_a_follow_up_builds_on_what_the_last_one_was_understood_as() -> None:
    conversation = [ROUND]
    for typed in ("When?", "And the third?", "How long?"):
        understood = standalone(typed, conversation)
        conversation.append(Answer(typed, understood, "extractive", refused=True, message="No."))

    assert conversation[-1].standalone_question == "How long did the third round of talks last?"


def test_what_stands_in_brackets_is_carried_on_and_not_nested() -> None:
    understood = standalone("Why?", [LED])
    next_answer = Answer("Why?", understood, "extractive", refused=True, message="No.")

    assert standalone("When?", [LED, next_answer]) == (
        "When (Ana Kestrel led the Norlandic delegation)?"
    )


def test_a_person_is_looked_for_one_question_further_back_and_no_further() -> None:
    assert standalone("What did she say?", [LED, ROUND]) == "What did Ana Kestrel say?"
    assert standalone("What did she say?", [LED, ROUND, ROUND]) == (
        "What did she say (the second round of talks)?"
    )


def test_the_questions_own_person_is_preferred_to_one_in_the_answer() -> None:
    answer = _answer("What did Ana Vell propose?", "A truce, Iven Orlo said of the proposal.")

    assert standalone("Where did she say so?", [answer]) == "Where did Ana Vell say so?"


def test_a_place_that_answers_is_no_person() -> None:
    answer = _answer("Where did Ana Vell speak?", "She spoke in Sankt Orlo.", "Sankt Orlo")

    assert standalone("What did she say?", [answer]) == "What did Ana Vell say?"


def test_two_equally_likely_other_parties_are_not_guessed_between() -> None:
    answer = _answer(
        "What did Norland demand?",
        "Norland demanded a truce.",
        quotes=("Norland and Sudia spoke.", "Norland and Ostmark spoke."),
    )

    assert standalone("What did the other side say?", [answer]) == (
        "What did the other side say (Norland demand)?"
    )


def test_long_questions_are_left_alone() -> None:
    hostile = "And what about " + "the that it there he " * 100 + "?"

    assert standalone(hostile, [ROUND]) == hostile
    assert standalone("When?", [_answer("Where " + "was he there " * 100)]) == "When?"


_HOSTILE = [
    "(",
    ")",
    "?",
    "'s",
    "7 March",
    "second round",
    "\u0301",
    "\ud800",
    "İ",
    "the other side",
]
_TYPED = [
    "what about",
    "and",
    "it",
    "there",
    "he",
    "they",
    "that",
    "Norland",
    "third",
    "else",
    "did",
]
_WORDS = st.sampled_from([*_HOSTILE, *_TYPED, "How many", "Who", "When", "the talks", "of"])
_TEXT = st.one_of(st.text(max_size=120), st.lists(_WORDS, max_size=25).map(" ".join))


def test_a_verb_that_no_list_knows_is_no_part_of_the_thing() -> None:
    asked = _answer("Where did the ferry sink?", "The ferry sank off Vell.", "Vell")

    assert standalone("When did it sink?", [asked]) == "When did the ferry sink?"
    assert standalone("Who owned it?", [asked]) == "Who owned the ferry?"


@given(question=_TEXT, before=_TEXT, sentence=_TEXT)
def test_whatever_is_typed_something_short_comes_back(
    question: str, before: str, sentence: str
) -> None:
    answer = _answer(before, sentence, sentence[:20])

    said = standalone(question, [LED, answer])

    assert bool(said) == bool(question)
    assert len(said) <= len(question) + max(len(before), len(LED.question)) + 200
