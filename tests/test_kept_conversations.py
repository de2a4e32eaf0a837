"""What becomes of conversations once they were asked: changed, rated, deleted, kept, exported."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answers import MAX_QUESTION, Answer, Sentence, Usage
from bot.conversations import Conversations, tidy_title
from bot.scope import ALL
from tests.page_service import PageAnswers, cite
from tests.test_conversations import (
    FIRST,
    LAST,
    PATIENCE,
    SPRING,
    Changing,
    Held,
    Told,
    asked,
    held,
    last,
    library,
    over,
    settle,
)
from vectorstore.corpus import Corpus
from vectorstore.errors import NotFoundError, ParleyError
from vectorstore.library import Library
from vectorstore.transcripts import StoredTurn, Transcripts

__all__ = ["held", "library"]


def undone(conversations: Conversations, conversation: str) -> str:
    return conversations.undo(conversation, last(conversations, conversation).id)


class TestChanging:
    def test_asking_again_replaces_the_last_answer(self, library: Library) -> None:
        engine = Told(FIRST)
        conversations = over(library, engine)
        conversation = asked(conversations, "Who?")
        asked(conversations, "Where?", conversation)
        before = conversations.get(conversation).turns
        engine.says = (LAST,)

        conversations.retry(conversation, before[1].id, SPRING)

        settle()
        kept, anew = conversations.get(conversation).turns
        assert kept == before[0]
        assert (anew.question, anew.answer, anew.scope) == ("Where?", LAST, SPRING)
        assert anew.id != before[1].id
        assert engine.asked[-1] == ("Where?", SPRING, (FIRST,))

    def test_asking_the_only_question_again_keeps_the_title_that_it_was_given(
        self, library: Library
    ) -> None:
        conversations = over(library, Told(FIRST))
        conversation = asked(conversations)
        conversations.rename(conversation, "The delegation")
        conversations.retry(conversation, last(conversations, conversation).id, ALL)
        settle()
        assert conversations.get(conversation).title == "The delegation"

    def test_undo_takes_the_last_turn_out_and_gives_its_question_back(
        self, library: Library, held: Held
    ) -> None:
        engine = Changing(Told(FIRST))
        conversations = over(library, engine)
        conversation = asked(conversations, "Who?")
        engine.ask = held
        conversations.ask(conversation, "Where?", ALL)
        assert held.said.wait(PATIENCE)

        assert undone(conversations, conversation) == "Where?"

        assert [turn.question for turn in conversations.get(conversation).turns] == ["Who?"]
        held.go.set()
        settle()
        assert [turn.question for turn in conversations.get(conversation).turns] == ["Who?"]

    def test_a_conversation_without_turns_is_not_listed_and_gets_a_new_title(
        self, library: Library
    ) -> None:
        conversations = over(library, Told(FIRST))
        conversation = asked(conversations, "Who?")
        turn = last(conversations, conversation).id
        assert conversations.undo(conversation, turn) == "Who?"
        assert conversations.find() == []
        assert conversations.get(conversation).turns == ()
        with pytest.raises(ParleyError, match="not the last question"):
            conversations.undo(conversation, turn)

        asked(conversations, "Where did they meet?", conversation)

        (found,) = conversations.find()
        assert (found.id, found.title) == (conversation, "Where did they meet?")

    def test_only_the_last_turn_is_undone_or_asked_again(
        self, library: Library, held: Held
    ) -> None:
        engine = Changing(Told(FIRST))
        conversations = over(library, engine)
        conversation = asked(conversations, "Who?")
        first = last(conversations, conversation).id
        engine.ask = held
        conversations.ask(conversation, "Where?", ALL)
        assert held.said.wait(PATIENCE)

        for turn in (first, "", "t1"):
            with pytest.raises(ParleyError, match="not the last question any more"):
                conversations.undo(conversation, turn)
            with pytest.raises(ParleyError, match="not the last question any more"):
                conversations.retry(conversation, turn, ALL)

        # Nor is what runs stopped by it.
        assert conversations.is_running(conversation)
        held.go.set()
        settle()
        turns = conversations.get(conversation).turns
        assert [(turn.question, turn.answer) for turn in turns] == [
            *(("Who?", FIRST), ("Where?", LAST))
        ]

    def test_a_second_question_leaves_the_title(self, library: Library) -> None:
        conversations = over(library, Told(FIRST))
        conversation = asked(conversations, "Who?")
        asked(conversations, "Where?", conversation)
        assert conversations.get(conversation).title == "Who?"

    def test_a_long_question_is_a_short_title(self, library: Library) -> None:
        conversations = over(library, Told(FIRST))
        conversation = asked(conversations, "Who led \n the delegation " * 10)
        title = conversations.get(conversation).title
        assert title.startswith("Who led the delegation Who led")
        assert title.endswith(" …")
        assert len(title) <= 82

    def test_a_conversation_is_renamed(self, library: Library) -> None:
        conversations = over(library, Told(FIRST))
        conversation = asked(conversations)
        conversations.rename(conversation, "  Talks\n in Vell " + "x" * 100)
        title = conversations.get(conversation).title
        assert title.startswith("Talks in Vell xxx")
        assert len(title) == 80
        with pytest.raises(ParleyError, match="title"):
            conversations.rename(conversation, " \n")
        assert conversations.get(conversation).title == title

    @pytest.mark.parametrize(
        ("given", "title"),
        [
            ("Talks", "Talks"),
            (" \tTalks\n in  Vell ", "Talks in Vell"),
            ("x" * 79 + " tail", "x" * 79),
            ("x" * 100, "x" * 80),
        ],
    )
    def test_a_title_is_one_line_without_blanks_at_its_ends(self, given: str, title: str) -> None:
        assert tidy_title(given) == title
        assert tidy_title(title) == title

    def test_what_is_in_no_bin_cannot_be_brought_back(self, library: Library) -> None:
        conversations = over(library, Told(FIRST))
        with pytest.raises(NotFoundError, match="no such conversation"):
            conversations.restore("c1")

    def test_what_is_deleted_comes_back_until_the_bin_is_emptied(
        self, library: Library, held: Held
    ) -> None:
        conversations = over(library, held)
        conversation = conversations.ask(None, "Who?", ALL)
        assert held.said.wait(PATIENCE)

        conversations.delete(conversation)

        assert conversations.find() == []
        assert conversations.binned() == [conversation]

        conversations.restore(conversation)
        turn = last(conversations, conversation)
        assert (turn.answer, turn.state) == (FIRST, "stopped")
        assert conversations.binned() == []

        conversations.delete(conversation)
        for use in (conversations.get, conversations.export):
            with pytest.raises(NotFoundError):
                use(conversation)
        for change in (
            lambda: conversations.ask(conversation, "Where?", ALL),
            lambda: conversations.undo(conversation, turn.id),
            lambda: conversations.retry(conversation, turn.id, ALL),
        ):
            with pytest.raises(NotFoundError):
                change()
        conversations.empty_bin()
        for use in (conversations.restore, conversations.get):
            with pytest.raises(NotFoundError):
                use(conversation)
        assert conversations.find() == []

    def test_titles_questions_and_answers_are_searched(self, library: Library) -> None:
        conversations = over(library, Told(FIRST))
        conversation = asked(conversations, "Who led them?")
        conversations.rename(conversation, "Brenn")
        for search in ("brenn", "LED", "kestrel who", ""):
            assert [each.id for each in conversations.find(search)] == [conversation]
        assert conversations.find("Orlo") == []

    def test_every_change_is_seen_in_the_revision(self, library: Library, held: Held) -> None:
        held.says = ()
        conversations = over(library, held)
        conversation = conversations.ask(None, "Who?", ALL)
        turn = last(conversations, conversation).id
        revisions = [conversations.revision(conversation)]
        for change in (
            lambda: (held.go.set(), settle()),
            lambda: conversations.rate(conversation, turn, "up", ""),
            lambda: conversations.rename(conversation, "Talks"),
            lambda: conversations.set_scope(conversation, SPRING),
            lambda: (held.go.clear(), conversations.ask(conversation, "Where?", ALL)),
            lambda: conversations.stop(conversation),
            lambda: undone(conversations, conversation),
            lambda: conversations.delete(conversation),
            lambda: conversations.restore(conversation),
        ):
            change()
            revisions.append(conversations.revision(conversation))
        assert len(set(revisions)) == len(revisions)
        assert conversations.get(conversation).revision == revisions[-1]

    def test_nothing_but_a_change_changes_the_revision(self, library: Library) -> None:
        conversations = over(library, Told(FIRST))
        conversation = asked(conversations)
        before = conversations.get(conversation).revision
        asked(conversations)
        conversations.export(conversation)
        assert conversations.get(conversation).revision == before

    def test_a_revision_of_an_earlier_process_is_not_taken_for_this_ones(
        self, library: Library
    ) -> None:
        first, second = over(library, Told(FIRST)), over(library, Told(FIRST))
        assert first.revision("c1") != second.revision("c1")


class TestRating:
    def test_a_rating_is_kept_with_its_answer_and_passages(self, filled: Corpus) -> None:
        library = filled.library
        harbour = next(a for a in library.articles() if "22 ships" in a.text)
        quote = "22 ships were still waiting"
        answer = replace(FIRST, citations=(cite(1, harbour, quote),))
        conversations = over(library, Told(answer))
        conversation = asked(conversations)
        turn = last(conversations, conversation)

        conversations.rate(conversation, turn.id, "up", "  Just so. ")

        rated = last(conversations, conversation)
        assert (rated.rating, rated.comment) == ("up", "Just so.")
        (kept,) = Transcripts(library).feedback(conversation)
        assert Answer.from_json(json.loads(kept.answer)) == answer
        (passage,) = json.loads(kept.passages)
        assert (passage["article_id"], passage["title"]) == (harbour.id, harbour.title)
        assert quote in passage["text"]
        assert passage["text"] in harbour.text

        conversations.rate(conversation, turn.id, "down", "x" * 5_000)
        rated = last(conversations, conversation)
        assert (rated.rating, rated.comment) == ("down", "x" * MAX_QUESTION)

        conversations.rate(conversation, turn.id, None, "")
        assert last(conversations, conversation) == turn
        assert Transcripts(library).feedback() == []

    def test_a_rating_goes_with_its_question(self, library: Library) -> None:
        conversations = over(library, Told(FIRST))
        conversation = asked(conversations)
        kept = Transcripts(library)
        for change in (
            lambda turn: conversations.retry(conversation, turn, ALL),
            lambda turn: conversations.undo(conversation, turn),
        ):
            turn = last(conversations, conversation).id
            conversations.rate(conversation, turn, "up", "")
            assert [each.turn_id for each in kept.feedback()] == [turn]
            change(turn)
            settle()
            assert kept.feedback() == []

    def test_each_turn_has_its_own_rating(self, library: Library) -> None:
        conversations = over(library, Told(FIRST))
        conversation = asked(conversations)
        for _ in range(2):
            asked(conversations, "Where?", conversation)
        first, _, third = (turn.id for turn in conversations.get(conversation).turns)
        conversations.rate(conversation, third, "down", "No.")
        conversations.rate(conversation, first, "up", "")
        turns = conversations.get(conversation).turns
        assert [(turn.rating, turn.comment) for turn in turns] == [
            *(("up", ""), (None, ""), ("down", "No."))
        ]

    def test_only_an_answer_can_be_rated(self, library: Library) -> None:
        conversations = over(library, Told(ParleyError("broken")))
        conversation = asked(conversations)
        for turn in ("t1", last(conversations, conversation).id):
            with pytest.raises(NotFoundError, match="reload"):
                conversations.rate(conversation, turn, "up", "")
        with pytest.raises(NotFoundError):
            conversations.rate("c1", "t1", "up", "")
        assert Transcripts(library).feedback() == []


class TestKeeping:
    @pytest.mark.parametrize(
        ("title", "name"),
        [
            ("Who led the delegation?", "who-led-the-delegation.md"),
            ("../../etc/passwd", "etc-passwd.md"),
            ("Wer ging nach Брюссель, 2031?", "wer-ging-nach-брюссель-2031.md"),
            ("?!", "conversation.md"),
            ("x" * 79, "x" * 60 + ".md"),
            ("a" * 59 + " bc", "a" * 59 + ".md"),
        ],
    )
    def test_a_conversation_is_exported_under_its_title(
        self, library: Library, title: str, name: str
    ) -> None:
        conversations = over(library, Told(FIRST))
        conversation = asked(conversations)
        conversations.rename(conversation, title)
        assert conversations.export(conversation)[0] == name

    def test_an_export_holds_every_turn(self, library: Library) -> None:
        engine = Told(FIRST)
        conversations = over(library, engine)
        conversation = asked(conversations, "Who led them?", scope=SPRING)
        engine.says = (ParleyError("No endpoint answers."),)
        asked(conversations, "Where was it?", conversation)
        _, content = conversations.export(conversation)
        for words in ("# Who led", "It was Ana Kestrel", "Vell Courier", "Where was it?"):
            assert words in content
        assert "No endpoint answers" in content

    def test_after_reopening_everything_is_as_it_was(self, tmp_path: Path) -> None:
        answers = [
            *(list(PageAnswers().ask(each, ALL, ()))[-1] for each in ("Who?", "hostile", "mayor")),
            *PageAnswers().ask("hostile refuse", ALL, ()),
            replace(LAST, usage=Usage(3, 4, 0.5), draft="No.", timings_ms={"all": 1.5}),
            replace(LAST, incomplete=True, model="mini-4", message="Said by itself."),
            replace(LAST, sentences=(Sentence("a\ud800b\x00c"),)),
        ]
        library = Library.open(tmp_path, writable=True)
        engine = Told()
        conversations = over(library, engine)
        conversation = None
        for number, answer in enumerate(answers):
            engine.says = (answer,)
            conversation = asked(conversations, f"{number}?", conversation, SPRING)
        assert conversation is not None
        engine.says = (FIRST, ParleyError("broken"))
        asked(conversations, "broken?", conversation)
        turns = conversations.get(conversation).turns
        conversations.rate(conversation, turns[0].id, "down", "No.")
        before = conversations.get(conversation)
        library.close()

        library = Library.open(tmp_path, writable=True)
        after = over(library, engine).get(conversation)
        library.close()

        assert after == replace(before, revision=after.revision)
        assert [turn.answer for turn in after.turns] == [*answers, FIRST]

    @pytest.mark.parametrize("answer", ["{", "[]", "{}", '"x"', "null", '{"sentences": 7}'])
    def test_an_answer_that_cannot_be_read_is_an_error_in_its_turn(
        self, library: Library, answer: str
    ) -> None:
        kept = Transcripts(library)
        kept.add("c1", "Talks", "{}")
        kept.put_turn("c1", StoredTurn("t1", "Who?", "{}", "done", answer))
        engine = Told(LAST)
        conversations = over(library, engine)

        turn = last(conversations, "c1")
        assert (turn.question, turn.answer, turn.state) == ("Who?", None, "done")
        assert "damaged" in (turn.error or "")
        assert "damaged" in conversations.export("c1")[1]

        asked(conversations, "Where?", "c1")
        first, second = conversations.get("c1").turns
        assert (first, second.answer) == (turn, LAST)
        assert engine.asked[0][2] == ()

    def test_what_was_running_when_the_process_died_was_interrupted(self, library: Library) -> None:
        kept = Transcripts(library)
        kept.add("c1", "Talks", "{}")
        so_far = json.dumps(FIRST.to_json())
        kept.put_turn("c1", StoredTurn("t1", "Who?", "{}", "running", so_far))
        engine = Told(LAST)
        conversations = over(library, engine)

        turn = last(conversations, "c1")
        assert (turn.state, turn.answer) == ("done", FIRST)
        assert "Ask again" in (turn.error or "")

        asked(conversations, "Where?", "c1")
        assert conversations.get("c1").turns[0] == turn
        assert engine.asked[0][2] == (FIRST,)

        undone(conversations, "c1")
        conversations.retry("c1", last(conversations, "c1").id, ALL)
        settle()
        turn = last(conversations, "c1")
        assert (turn.question, turn.answer, turn.error) == ("Who?", LAST, None)
