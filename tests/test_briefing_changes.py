"""What is new, has moved or was edited since an earlier briefing on the topic."""

import hashlib
from dataclasses import replace

import pytest

from bot.answers import Citation
from bot.briefing.changes import find_changes, stated_before
from bot.briefing.parts import Briefing, BriefSentence, Event, Position

TEXT = "Norland freed 30 prisoners on Monday. Orlo called it a first step."
QUOTE = "Norland freed 30 prisoners on Monday."


def _briefing(*sentences: str, positions: tuple[Position, ...] = ()) -> Briefing:
    return Briefing(
        title="Prisoners",
        topic="prisoners",
        engine="extractive",
        as_of=None,
        made_at="2031-05-14T10:00:00+00:00",
        sentences=tuple(BriefSentence(sentence) for sentence in sentences),
        positions=positions,
    )


def _citing(quote: str, text: str = TEXT) -> Briefing:
    citation = Citation(1, "a1", "Talks", "Wire", "2031-05-13", None, 0, len(quote), quote)
    hashed = {"a1": hashlib.sha256(text.encode()).hexdigest()}
    return replace(_briefing(QUOTE), citations=(citation,), hashes=hashed)


def test_it_is_since_the_day_set_or_else_the_day_it_was_made() -> None:
    earlier = _briefing(QUOTE)
    assert find_changes(earlier, earlier, {}).since == "2031-05-14"
    assert find_changes(replace(earlier, as_of="2031-05-02"), earlier, {}).since == "2031-05-02"


def test_the_same_briefing_twice_has_nothing_new() -> None:
    position = Position("Norland", "prisoners", "it would free the rest in June")
    briefing = replace(_citing(QUOTE), positions=(position,))
    changes = find_changes(briefing, briefing, {"a1": TEXT})
    assert (changes.new, changes.moved, changes.edited) == ((), (), ())


@pytest.mark.parametrize(
    ("sentence", "is_new"),
    [
        ("On Monday, Norland freed 30 prisoners.", False),
        ("30 prisoners were freed on Monday by Norland.", False),
        ("Norland freed 45 prisoners on Monday.", True),
        ("Sudmark freed 30 prisoners on Monday.", True),
        ("Norland freed no prisoners on Monday.", True),
        ("Norland freed 30 prisoners on Monday after a call between Orlo and Kestrel.", True),
        ("The two sides will meet again in Brenn.", True),
    ],
)
def test_a_sentence_is_new_if_its_fact_was_not_told_in_other_words(
    sentence: str, is_new: bool
) -> None:
    changes = find_changes(_briefing(QUOTE), _briefing(sentence), {})
    assert changes.new == ((0,) if is_new else ())


def test_another_spelling_of_a_name_makes_no_news() -> None:
    earlier = _briefing("The delegations met in Kiev on Monday for five hours.")
    now = _briefing("The delegations met in Kyiv on Monday for five hours.")
    assert find_changes(earlier, now, {}).new == ()


def test_what_was_only_cited_or_on_the_timeline_is_no_news() -> None:
    event = Event("2031-05-12", "day", "2031-05-13", "Sudmark closed its embassy in Vell.", 1)
    earlier = replace(_citing("Orlo called it a first step."), timeline=(event,))
    now = _briefing("Orlo called it a first step.", "Sudmark closed its embassy in Vell.", "A new")
    assert find_changes(earlier, now, {}).new == (2,)


@pytest.mark.parametrize(
    ("before", "now", "is_moved"),
    [
        ("it would free the rest in June", "the rest would be freed in June", False),
        ("it would free the rest in June", "it would not free the rest in June", True),
        ("it would free 30 more in June", "it would free 20 more in June", True),
        ("it would free the rest in June", "first the strait must be opened", True),
        (None, "it would free the rest in June", True),
        ("it would free the rest in June", None, False),
        (None, None, False),
    ],
)
def test_a_position_has_moved_if_another_statement_stands_in_its_place(
    before: str | None, now: str | None, is_moved: bool
) -> None:
    earlier = _briefing(positions=(Position("Norland", "Prisoners", before),))
    later = _briefing(positions=(Position("Norland", "prisoners", now),))
    assert find_changes(earlier, later, {}).moved == ((0,) if is_moved else ())


@pytest.mark.parametrize(("party", "issue"), [("Sudmark", "prisoners"), ("Norland", "straits")])
def test_the_first_position_of_a_party_or_on_an_issue_has_moved(party: str, issue: str) -> None:
    earlier = _briefing(positions=(Position("Norland", "prisoners", "it would free the rest"),))
    first = Position(party, issue, "it had none")
    now = _briefing(positions=(Position(party, "borders"), first))
    assert find_changes(earlier, now, {}).moved == (1,)
    assert list(stated_before(earlier, first)) == []


def test_nothing_moved_since_one_that_ended_before_it_had_a_board() -> None:
    now = _briefing(positions=(Position("Norland", "prisoners", "it would free the rest"),))
    assert find_changes(replace(_briefing(QUOTE), incomplete=True), now, {}).moved == ()
    assert find_changes(_briefing(QUOTE), now, {}).moved == (0,)


def test_what_a_party_stated_before_is_found_again() -> None:
    first = Position("Norland", "Prisoners", "it would free the rest")
    other = Position("Sudmark", "prisoners", "it had none")
    earlier = _briefing(positions=(first, other, Position("Norland", "prisoners")))
    now = Position("Norland", "prisoners", "first the strait must be opened")
    assert list(stated_before(earlier, now)) == [first]


def test_one_of_two_statements_of_a_party_that_stays_has_not_moved() -> None:
    first = Position("Norland", "prisoners", "it would free the rest in June")
    second = Position("Norland", "prisoners", "the lists must be checked by both sides")
    changes = find_changes(_briefing(positions=(first, second)), _briefing(positions=(second,)), {})
    assert changes.moved == ()


def test_an_article_of_another_text_was_edited() -> None:
    edited = TEXT.replace("first step", "small step")
    now = _briefing(QUOTE)
    assert find_changes(_citing(QUOTE), now, {"a1": edited}).edited == ("a1",)
    hashed = replace(now, hashes={"a1": hashlib.sha256(edited.encode()).hexdigest()})
    assert find_changes(_citing(QUOTE), hashed, {}).edited == ("a1",)


def test_an_article_without_its_quote_was_edited_even_if_no_hash_was_kept() -> None:
    earlier = replace(_citing(QUOTE), hashes={})
    edited = TEXT.replace("30", "28")
    assert find_changes(earlier, _briefing(QUOTE), {"a1": edited}).edited == ("a1",)
    assert find_changes(earlier, _briefing(QUOTE), {"a1": TEXT}).edited == ()


def test_an_article_that_is_gone_is_not_said_to_be_edited() -> None:
    assert find_changes(_citing(QUOTE), _briefing(QUOTE), {}).edited == ()
