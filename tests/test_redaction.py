"""What is left of an answer once articles that it rests on were deleted for good."""

import json
from dataclasses import replace

import pytest

from bot.answers import Answer, Citation, Disagreement, Sentence, Value
from bot.redaction import REMOVED, cites, is_redacted, redact
from bot.transcript import answer_as_text
from bot.ui import render

ORLO, SOL = "a1" * 12, "b2" * 12


def cite(n: int, article: str, title: str, quote: str, start: int = 0) -> Citation:
    return Citation(
        *(n, article, title, "Vell Courier", "2031-05-06", f"https://example.org/{title}"),
        *(start, start + len(quote), quote),
    )


ANSWER = Answer(
    "How many ships wait?",
    "How many ships wait outside Vell?",
    "extractive",
    sentences=(
        Sentence("Orlo counted 22 ships.", (1,), short_answer=(13, 21)),
        Sentence("Sol counted 24 ships.", (2,), short_answer=(12, 20)),
        Sentence("Orlo and Sol counted ships.", (1, 2), "unverified", ("“Sol” is not there",)),
    ),
    citations=(
        cite(1, ORLO, "Orlo counts", "Orlo counted 22 ships."),
        cite(2, SOL, "Sol counts", "Sol counted 24 ships.", 60),
    ),
    disagreements=(
        Disagreement(
            "How many ships wait outside Vell?",
            (Value("22", "2031-05-06", False, (1,)), Value("24", "2031-05-07", True, (2,))),
        ),
    ),
    draft="Orlo saw 22 ships and Sol 24.",
    notices=("[1], [2]: 2 outlets, 1 origin.",),
    timings_ms={"total": 12.5},
)
REFUSAL = Answer(
    "Who won the cup?",
    "Who won the cup?",
    "extractive",
    refused=True,
    message="The articles do not say.",
    nearest=ANSWER.citations,
)


def test_what_rests_on_a_gone_article_says_that_it_was_removed_and_nothing_else_changes() -> None:
    redacted = redact(ANSWER, {ORLO})

    assert redacted == replace(
        ANSWER,
        standalone_question="How many ships wait?",
        sentences=(
            Sentence(REMOVED, (1,)),
            ANSWER.sentences[1],
            Sentence(REMOVED, (1, 2), "unverified"),
        ),
        citations=(
            replace(ANSWER.citations[0], title=REMOVED, url=None, quote=REMOVED),
            ANSWER.citations[1],
        ),
        disagreements=(
            Disagreement(
                "How many ships wait?",
                (Value(REMOVED, "2031-05-06", False, (1,)), Value("24", "2031-05-07", True, (2,))),
            ),
        ),
        draft=None,
    )
    assert redacted.short_answer == "24 ships"
    assert "Orlo" not in json.dumps(redacted.to_json())
    assert (cites(redacted, {ORLO}), is_redacted(redacted)) == (True, True)
    assert not is_redacted(ANSWER)


def test_a_refusal_keeps_saying_so_without_its_near_passages() -> None:
    redacted = redact(REFUSAL, {ORLO})

    assert (redacted.refused, redacted.message) == (True, "The articles do not say.")
    assert [each.quote for each in redacted.nearest] == [REMOVED, "Sol counted 24 ships."]
    assert cites(REFUSAL, {ORLO})


@pytest.mark.parametrize("answer", [ANSWER, REFUSAL])
@pytest.mark.parametrize("gone", [{ORLO}, {ORLO, SOL}])
def test_redacting_again_changes_nothing(answer: Answer, gone: set[str]) -> None:
    redacted = redact(answer, gone, after=True, titles=["Sol counts"])

    assert redact(redacted, gone, after=True, titles=["Sol counts"]) is redacted
    stored = Answer.from_json(json.loads(json.dumps(redacted.to_json())))
    assert stored == redacted
    assert redact(stored, gone) is stored


def test_one_article_after_another_is_as_both_at_once() -> None:
    assert redact(redact(ANSWER, {ORLO}), {SOL}) == redact(ANSWER, {ORLO, SOL})


def test_an_answer_that_cites_none_of_them_is_the_very_same() -> None:
    undrafted = replace(ANSWER, draft=None)
    for answer in (undrafted, REFUSAL, Answer("hello", "hello", "extractive", message="Hello!")):
        assert redact(answer, {"c3" * 12}, titles=["Another"]) is answer
        assert redact(answer, ()) is answer


def test_a_sentence_that_names_no_source_goes_with_the_passages_it_may_be_from() -> None:
    sentences = (Sentence("Ships wait."), Sentence("Sol counts.", (2, 7)))
    loose = replace(ANSWER, sentences=sentences, draft=None)

    redacted = redact(loose, {ORLO})

    assert [each.text for each in redacted.sentences] == [REMOVED, REMOVED]
    assert redact(loose, {"c3" * 12}) is loose


def test_what_a_model_wrote_without_naming_its_passages_goes_and_what_is_quoted_beside_stays() -> (
    None
):
    written = replace(
        ANSWER,
        engine="llm",
        model="mini-4",
        incomplete=True,
        sentences=(
            Sentence("Sol saw 24 ships.", (2,)),
            Sentence("Orlo and Sol disagree.", (2,), "unverified", ("“Orlo” is not there",)),
        ),
        quoted=(
            Sentence("Orlo counted 22 ships.", (1,), short_answer=(13, 21)),
            Sentence("Sol counted 24 ships.", (2,)),
        ),
        missing=("who sent Orlo",),
    )

    redacted = redact(written, {ORLO})

    assert redacted.sentences == (*(written.sentences[0], Sentence(REMOVED, (2,), "unverified")),)
    assert redacted.quoted == (Sentence(REMOVED, (1,)), written.quoted[1])
    assert (redacted.missing, redacted.draft) == ((), None)
    assert (redacted.model, redacted.incomplete) == ("mini-4", True)
    assert "Orlo" not in json.dumps(redacted.to_json())
    assert redact(redacted, {ORLO}) is redacted
    for text in (answer_as_text(redacted), render.answer(redacted, {})):
        assert REMOVED in text
    # They may be from an article that is not even cited.
    another = redact(written, {"c3" * 12})
    assert another == replace(written, missing=(), draft=None)


def test_a_follow_up_of_a_gone_quote_is_left_as_it_was_asked() -> None:
    follow_up = Answer(
        "Says who?",
        "Who said “Orlo counted 22 ships.”?",
        "extractive",
        sentences=(Sentence("Sol said so.", (1,)),),
        citations=(cite(1, SOL, "Sol counts", "Sol said so."),),
        disagreements=(Disagreement("Who said “Orlo counted 22 ships.”?", ()),),
        draft="Orlo said so.",
        missing=("what Orlo ate",),
    )

    redacted = redact(follow_up, {ORLO}, after=True)

    assert redacted.standalone_question == "Says who?"
    assert [each.about for each in redacted.disagreements] == ["Says who?"]
    assert (redacted.sentences, redacted.citations) == (follow_up.sentences, follow_up.citations)
    assert "Orlo" not in json.dumps(redacted.to_json())


def test_a_notice_that_names_a_gone_article_goes_and_the_others_stay() -> None:
    remark = "A summary of “{}” (Vell Courier, 2031-05-06), in its own sentences."
    said = ("Only the newest 200 of 300 articles were read.", remark.format("Orlo counts"))
    summary = replace(ANSWER, question="summarise this", notices=said)
    unquoted = Answer("summarise this", "summarise this", "extractive", notices=said)

    assert redact(summary, {ORLO}).notices == (said[0], REMOVED)
    assert redact(unquoted, {ORLO}, titles=["Orlo counts"]).notices == (said[0], REMOVED)
    assert redact(summary, {SOL}).notices == said


def test_a_redacted_answer_is_shown_and_leads_to_where_its_articles_were() -> None:
    redacted = redact(ANSWER, {ORLO, SOL})
    shown = render.answer(redacted, {})

    assert REMOVED in shown
    assert "The articles disagree" in shown
    for before, after in zip(ANSWER.citations, redacted.citations, strict=True):
        assert render.place_of(before) == render.place_of(after)
        assert render.place_of(after).link in shown
    for gone in ("Orlo", "Sol", "count", "24 ships", "example.org"):
        assert gone not in shown + answer_as_text(redacted)
    assert REMOVED in render.refusal(redact(REFUSAL, {ORLO}))
