"""Deleting for good: not a word of an article is left in any file of the data folder."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from bot.answers import Answer, Sentence
from bot.app import Parley, open_owner
from bot.cli import run as run_parley
from bot.conversations import Conversations
from bot.feedback import evaluation_items
from bot.purging import purge
from bot.redaction import REMOVED
from bot.scope import ALL, Scope
from bot.service import Service
from bot.settings import Settings
from bot.ui.render import place_of
from bot.ui.source import open_source
from vectorstore.bin import Bin
from vectorstore.corpus import Corpus
from vectorstore.curation import binned, correct, remove_articles, restore_articles
from vectorstore.embeddings import MiniLM
from vectorstore.errors import LibraryError
from vectorstore.index import ChromaIndex
from vectorstore.index_files import clear_unused
from vectorstore.ingest import ingest
from vectorstore.retriever import Retriever
from vectorstore.text import fold, stem
from vectorstore.transcripts import StoredFeedback, StoredTurn, Transcripts
from vectorstore.upkeep import wanting

PATIENCE = 30
CANAL = """\
---
title: Quorvane envoys weigh the Brastel accord
publisher: Vell Courier
author: Ildra Phentworth
published: 2031-06-02
url: https://example.org/plinthwick
---
Mordwin Axelby chairs the canal commission of Žuvalden, the grelling ministry said on Monday.

The commission counted 31 barges at the Thornwick lock on 1 June. "The klaptrap is over," Axelby
said.

Follow the Zeitnix Herald on Facebook and Instagram

Its next meeting will be held in the town of Ombrigold, where a flentish court will hear the pilots.
"""
CORRECTED = {"author": "Jurnwick Oblenska", "title": "Hespertine barges in sight"}
WORDS = (
    *("Quorvane", "Brastel", "Phentworth", "plinthwick", "Mordwin", "Axelby", "Žuvalden"),
    *("grelling", "Thornwick", "klaptrap", "Zeitnix", "Ombrigold", "flentish"),
    *("vexmoorish", "Jurnwick", "Oblenska", "Hespertine"),
)
OTHER = """\
---
title: Barges wait at the lock
publisher: Brenn Gazette
published: 2031-06-03
url: https://example.org/lock
---
The commission counted 28 barges at the lock on 1 June, the pilots' union said.

The union's chairwoman, Petra Lund, asked for a second pilot on every barge.
"""
ASKED = (
    *("Who chairs the canal commission?", "Says who?"),
    "Where will the commission hold its next meeting?",
    "How many barges did the commission count at the lock?",
    *("summarise this", "list the articles", "Which player scored in the cup final?"),
)
WHO, SAYS_WHO, WHERE, COUNTED, SUMMARY, LIST, CUP = range(len(ASKED))
UNION = "Who is the chairwoman of the pilots' union?"
# Asked after what the article says, of another that does not say it.
NARROW, HE_COUNTED = Scope(publishers=("Brenn Gazette",)), "How many barges did he count?"


def forms(word: str) -> Iterator[bytes]:
    """Yield a word as any file may hold it, in small letters as far as these are ASCII's."""
    written = (word, word.lower(), fold(word), stem(fold(word)), json.dumps(word)[1:-1])
    for each in dict.fromkeys(written):
        yield each.encode().lower()
        yield each.encode("utf-16-le").lower()


def traces(home: Path) -> set[str]:
    """Return which of the words, or of their stems, stand in any file of the data folder."""
    files = [file.read_bytes().lower() for file in home.rglob("*") if file.is_file()]
    assert len(files) > 5
    return {word for word in WORDS if any(form in held for held in files for form in forms(word))}


@pytest.fixture
def parley(home: Path) -> Iterator[Parley]:
    with open_owner(Settings(home=home), "test", print) as opened:
        yield opened


@pytest.fixture
def service(parley: Parley) -> Iterator[Service]:
    with closing(parley.service()) as opened:
        yield opened


@pytest.fixture
def canal(parley: Parley, inputs: Path) -> str:
    """Take in the article in two versions, corrected, beside three others; return its id."""
    (inputs / "other.md").write_text(OTHER, encoding="utf-8")
    file = inputs / "plain.md"
    file.write_text(CANAL.replace("a flentish court", "a vexmoorish court"), encoding="utf-8")
    ingest(parley.corpus, [str(inputs)])
    file.write_text(CANAL, encoding="utf-8")
    (item,) = ingest(parley.corpus, [str(file)]).items
    assert (item.status, item.removed_lines) == ("updated", 1)
    assert item.article_id is not None
    return item.article_id


def ask(
    conversations: Conversations,
    *questions: str,
    conversation: str | None = None,
    scope: Scope = ALL,
) -> str:
    for question in questions:
        conversation = conversations.ask(conversation, question, scope)
        assert conversations.wait(conversation).error is None
    assert conversation is not None
    return conversation


def answers(conversations: Conversations, conversation: str) -> list[Answer]:
    turns = conversations.get(conversation).turns
    return [turn.answer for turn in turns if turn.answer is not None]


@pytest.fixture
def talked(parley: Parley, service: Service, canal: str) -> str:
    """Ask and rate about the article, and about another; return the conversation's id."""
    conversations = service.conversations
    talk = ask(conversations, *ASKED)
    binned_talk = ask(conversations, *ASKED[:2])
    narrow = ask(conversations, ASKED[WHO])
    ask(conversations, HE_COUNTED, conversation=narrow, scope=NARROW)
    elsewhere = ask(conversations, UNION)
    correct(parley.corpus, canal, CORRECTED)
    ask(conversations, *ASKED[SUMMARY:CUP], conversation=talk)
    for each in (talk, binned_talk, narrow, elsewhere):
        for turn in conversations.get(each).turns:
            conversations.rate(each, turn.id, "up", "")
    conversations.delete(binned_talk)
    return talk


def test_not_a_word_of_a_purged_article_is_left_in_any_file(
    parley: Parley, service: Service, talked: str, canal: str, home: Path
) -> None:
    said = json.dumps([answer.to_json() for answer in answers(service.conversations, talked)])
    assert all(word in said for word in ("Who said \\u201cMordwin", "Quorvane", "Hespertine"))
    (narrow,) = [each.id for each in service.conversations.find(HE_COUNTED)]
    follow_up = answers(service.conversations, narrow)[-1]
    assert "Mordwin Axelby" in follow_up.standalone_question
    assert canal not in json.dumps(follow_up.to_json())
    remove_articles(parley.corpus, [canal])
    assert traces(home) == set(WORDS)

    assert purge(parley.corpus, service.conversations) == 1

    assert traces(home) == set()
    assert purge(parley.corpus, service.conversations) == 0
    # What is asked on in these conversations brings nothing back.
    ask(service.conversations, *ASKED, conversation=talked)
    assert traces(home) == set()


def test_conversations_say_where_something_was_removed_and_keep_the_rest(
    parley: Parley, service: Service, talked: str, canal: str
) -> None:
    conversations, transcripts = service.conversations, Transcripts(parley.corpus.library)
    (other,) = [each.id for each in conversations.find(UNION)]
    before = transcripts.turns(other), transcripts.feedback(other)
    order = [each.id for each in conversations.find()]
    was = conversations.get(talked)
    remove_articles(parley.corpus, [canal])

    purge(parley.corpus, conversations)

    now = conversations.get(talked)
    assert now.title == was.title
    assert [turn.question for turn in now.turns] == [turn.question for turn in was.turns]
    assert [turn.rating for turn in now.turns] == [turn.rating for turn in was.turns]
    found = answers(conversations, talked)
    assert found[WHO].text == "[removed] [1]"
    assert (found[SAYS_WHO].refused, found[SAYS_WHO].standalone_question) == (True, "Says who?")
    (disagreement,) = found[COUNTED].disagreements
    assert disagreement.about == ASKED[COUNTED]
    assert [each.value for each in disagreement.values] == [REMOVED, "28"]
    assert found[SUMMARY].notices == (REMOVED,)
    assert [each.quote == REMOVED for each in found[LIST].citations].count(True) == 1
    assert found[LIST].message == was.turns[LIST].answer.message  # type: ignore[union-attr]
    assert found[CUP] == was.turns[CUP].answer
    assert conversations.find("axelby") == []
    assert (transcripts.turns(other), transcripts.feedback(other)) == before
    assert [each.id for each in conversations.find()] == order
    (deleted,) = conversations.binned()
    conversations.restore(deleted)
    assert answers(conversations, deleted)[WHO].text == "[removed] [1]"


def test_an_open_window_hears_of_it_and_the_source_says_that_it_was_deleted(
    parley: Parley, service: Service, talked: str, canal: str
) -> None:
    seen = service.conversations.revision(talked)
    (cited,) = answers(service.conversations, talked)[WHO].citations
    remove_articles(parley.corpus, [canal])

    purge(parley.corpus, service.conversations)

    assert service.conversations.revision(talked) != seen
    (quoted,) = answers(service.conversations, talked)[WHO].citations
    assert (quoted.publisher, quoted.published) == (cited.publisher, cited.published)
    # The link of before leads there, too.
    assert place_of(quoted) == place_of(cited)
    panel = open_source(service, place_of(cited).link, quoted=quoted)
    assert "This article was deleted." in panel
    assert "<mark>[removed]</mark>" in panel


def test_what_was_rated_of_it_is_exported_for_a_person_to_fill_in(
    parley: Parley, service: Service, talked: str, canal: str
) -> None:
    remove_articles(parley.corpus, [canal])
    purge(parley.corpus, service.conversations)

    given = Transcripts(parley.corpus.library).feedback()
    rows = list(evaluation_items(given, parley.article))

    assert len(rows) == len(given)
    asked = {row["question"]: row for row in rows}
    assert asked[ASKED[WHO]]["answers"] is None
    # It cites another article, too, that alone does not tell what is right.
    assert asked[ASKED[COUNTED]]["answers"] is None
    assert [each["publisher"] for each in asked[ASKED[COUNTED]]["articles"]] == ["Brenn Gazette"]
    assert "Petra Lund" in asked[UNION]["answers"][0]
    assert REMOVED not in json.dumps([row["articles"] for row in rows])


class Gate:
    """Answers as Parley does, and waits before the end until it is opened."""

    def __init__(self, parley: Parley) -> None:
        self._parley = parley
        self.said, self.opened, self.ended = Event(), Event(), Event()

    def __call__(self, question: str, scope: Scope, earlier: Sequence[Answer]) -> Iterator[Answer]:
        found = list(self._parley.ask(question, scope, earlier))
        try:
            yield found[0]
            self.said.set()
            assert self.opened.wait(PATIENCE)
            yield found[-1]
        finally:
            self.ended.set()


def test_an_answer_that_is_being_written_does_not_bring_it_back(
    parley: Parley, canal: str, home: Path
) -> None:
    gate = Gate(parley)
    conversations = Conversations(parley.corpus.library, gate, parley.article)
    with closing(conversations):
        talk = conversations.ask(None, ASKED[WHO], ALL)
        assert gate.said.wait(PATIENCE)
        correct(parley.corpus, canal, CORRECTED)
        remove_articles(parley.corpus, [canal])

        assert purge(parley.corpus, conversations) == 1
        gate.opened.set()
        assert gate.ended.wait(PATIENCE)

    (turn,) = conversations.get(talk).turns
    assert (turn.state, turn.answer and turn.answer.text) == ("stopped", "[removed] [1]")
    assert traces(home) == set()


def test_what_a_model_wrote_of_it_goes_too(parley: Parley, canal: str, home: Path) -> None:
    correct(parley.corpus, canal, CORRECTED)
    said = "Axelby's flentish court hears the klaptrap of Quorvane."

    def written(question: str, _scope: Scope, _earlier: Sequence[Answer]) -> Iterator[Answer]:
        *_, last = parley.ask(question)
        mine = next(each.n for each in last.citations if each.article_id == canal)
        other = next(each.n for each in last.citations if each.article_id != canal)
        yield replace(
            last,
            engine="llm",
            model="mini-4",
            incomplete=True,
            sentences=(
                Sentence("The commission counted barges.", (other,)),
                Sentence(said, (mine,)),
                Sentence(said, (other,), "unverified", (said,)),
            ),
            quoted=tuple(Sentence(each.quote, (each.n,)) for each in last.citations),
            missing=(said,),
            draft=said,
            pending=said,
            doing=said,
        )

    conversations = Conversations(parley.corpus.library, written, parley.article)
    with closing(conversations):
        talk = ask(conversations, ASKED[COUNTED])
        (turn,) = conversations.get(talk).turns
        conversations.rate(talk, turn.id, "up", "")
        remove_articles(parley.corpus, [canal])

        assert purge(parley.corpus, conversations) == 1

        (turn,) = conversations.get(talk).turns
    assert turn.answer is not None
    assert [each.text for each in turn.answer.sentences] == [
        *("The commission counted barges.", REMOVED, REMOVED)
    ]
    kept = [each.text for each in turn.answer.quoted if each.text != REMOVED]
    assert len(kept) == 1 < len(turn.answer.quoted)
    assert "counted 28 barges" in kept[0]
    assert (turn.answer.draft, turn.answer.missing) == (None, ())
    assert traces(home) == set()


READER = """\
import sqlite3, sys
connection = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True, isolation_level=None)
connection.execute("BEGIN")
print(connection.execute("SELECT count(*) FROM versions").fetchone()[0], flush=True)
sys.stdin.read()
"""


def test_a_process_that_still_reads_is_told_of_and_then_a_second_purge_does_it(
    parley: Parley, service: Service, talked: str, canal: str, home: Path
) -> None:
    remove_articles(parley.corpus, [canal])
    parley.corpus.library.connection.execute("PRAGMA busy_timeout = 200")
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(home / "library.sqlite3")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline().strip() == b"5"

        with pytest.raises(LibraryError, match="another process still reads") as raised:
            purge(parley.corpus, service.conversations)

        assert "articles are deleted" in str(raised.value)
        assert "parley articles purge" in str(raised.value)
        assert binned(parley.corpus) == []
        assert traces(home)
        with pytest.raises(LibraryError, match="another process still reads"):
            purge(parley.corpus, service.conversations)
        reader.communicate()

    assert purge(parley.corpus, service.conversations) == 0
    assert traces(home) == set()


def killed(_bin: Bin) -> int:
    sys.exit("killed")


def test_one_that_was_broken_off_is_made_up_for_by_the_next(
    parley: Parley, service: Service, talked: str, canal: str, home: Path
) -> None:
    remove_articles(parley.corpus, [canal])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Bin, "purge", killed)
        with pytest.raises(SystemExit):
            purge(parley.corpus, service.conversations)

    assert [article.id for article in binned(parley.corpus)] == [canal]
    assert answers(service.conversations, talked)[WHO].text == "[removed] [1]"
    assert restore_articles(parley.corpus, [canal]) == 1
    remove_articles(parley.corpus, [canal])
    assert purge(parley.corpus, service.conversations) == 1
    assert traces(home) == set()


def test_what_earlier_deletions_left_goes_with_an_empty_bin(
    parley: Parley, canal: str, home: Path
) -> None:
    # SQLite does not overwrite every copy that it made of a row, even when it is told to.
    parley.corpus.library.connection.execute("PRAGMA secure_delete = OFF")
    parley.corpus.library.remove([canal])
    assert traces(home) == set(WORDS) - set(" ".join(CORRECTED.values()).split())
    parley.corpus.library.connection.execute("PRAGMA secure_delete = ON")

    assert purge(parley.corpus) == 0

    assert traces(home) == set()
    assert parley.corpus.library.words_whole()


def test_what_still_waits_to_be_taken_in_is_named_before_anything_is_deleted(
    parley: Parley, service: Service, talked: str, canal: str, home: Path
) -> None:
    remove_articles(parley.corpus, [canal])
    waiting = home / "inbox" / "file-1" / "plain.md"
    waiting.parent.mkdir(parents=True)
    waiting.write_text(CANAL, encoding="utf-8")
    kept = service.conversations.get(talked).turns

    with pytest.raises(LibraryError, match=r"\(plain\.md\).*purge again"):
        purge(parley.corpus, service.conversations)

    assert [article.id for article in binned(parley.corpus)] == [canal]
    assert service.conversations.get(talked).turns == kept
    waiting.unlink()
    assert purge(parley.corpus, service.conversations) == 1
    assert traces(home) == set()


def test_damaged_answers_are_dropped_where_they_may_quote_it(
    parley: Parley, service: Service, talked: str, canal: str, home: Path
) -> None:
    transcripts = Transcripts(parley.corpus.library)
    whole = transcripts.turns(talked)[WHO]
    assert whole.answer is not None
    other = json.dumps({"article_id": "a1" * 12, "sentences": 7})
    damaged = {
        "cut": whole.answer[: whole.answer.index("citations")],
        "naming": json.dumps({"article": canal, "quote": "Mordwin Axelby"}),
        "other": other,
    }
    transcripts.add("c1", "Damaged", "{}")
    for name, answer in damaged.items():
        turn = StoredTurn(name, "Who?", "{}", "done", answer, searchable="Who?\nMordwin Axelby")
        transcripts.put_turn("c1", replace(turn, searchable="Who?") if name == "other" else turn)
        rating = StoredFeedback(name, "down", "Why?", "", answer, answer)
        transcripts.put_feedback(rating)
    # An error may repeat what was asked, here with the words of the answer before it.
    failed = replace(whole, id="failed", error="The endpoint refuses “Who said Mordwin Axelby?”.")
    transcripts.put_turn("c1", replace(failed, answer=None, searchable="Who?"))
    remove_articles(parley.corpus, [canal])

    purge(parley.corpus, service.conversations)

    assert traces(home) == set()
    kept = {turn.id: turn for turn in transcripts.turns("c1")}
    assert {name: turn.answer for name, turn in kept.items()} == {
        "cut": None,
        "naming": None,
        "other": other,
        "failed": None,
    }
    shown = service.conversations.get("c1").turns
    assert "Ask again" in (shown[0].error or "")
    assert shown[0].comment == "Why?"
    assert shown[3].error == REMOVED


def test_a_title_that_is_only_named_goes_too(
    parley: Parley, service: Service, inputs: Path, home: Path
) -> None:
    """A summary of what cannot be quoted cites nothing, and says of what it is none."""
    file = inputs / "brief.md"
    file.write_text("---\ntitle: Quorvane and Brastel\n---\nHe did it, too.\n", encoding="utf-8")
    ingest(parley.corpus, [str(inputs)])
    (brief,) = [each for each in parley.corpus.library.articles() if "He did" in each.text]
    talk = ask(service.conversations, "list the articles", "summarise article 3")
    # Once as it was read, and once as it was corrected.
    correct(parley.corpus, brief.id, {"title": "Hespertine"})
    ask(service.conversations, "summarise article 3", conversation=talk)
    said = [answer.notices for answer in answers(service.conversations, talk)]
    assert ["Quorvane" in str(said[1]), "Hespertine" in str(said[2])] == [True, True]
    assert answers(service.conversations, talk)[1].citations == ()
    remove_articles(parley.corpus, [brief.id])

    purge(parley.corpus, service.conversations)

    assert traces(home) == set()


def test_what_an_index_took_along_from_memory_goes_too(
    filled: Corpus, home: Path, embedder: MiniLM
) -> None:
    """Chroma begins its files with room for vectors to come, and with whatever stood there."""
    question = "Who led the Norland delegation?"
    before = Retriever(filled).retrieve(question)
    begun = [*home.glob("index/*/length.bin"), *home.glob("index/*/data_level0.bin")]
    assert len(begun) == 2
    for file in begun:
        size = file.stat().st_size
        file.write_bytes((b"Mordwin Axelby " * size)[:size])
    assert traces(home) == {"Mordwin", "Axelby"}

    purge(filled)

    assert traces(home) == set()
    assert wanting(filled.spans, filled.index) is None
    filled.close()
    notices: list[str] = []
    with Corpus.own(home, embedder, "test", on_notice=notices.append) as again:
        assert notices == []
        assert Retriever(again).retrieve(question) == before


def test_of_an_index_no_vector_is_touched(tmp_path: Path) -> None:
    vectors = np.random.default_rng(7).normal(size=(1_200, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = [str(number) for number in range(len(vectors))]
    index = ChromaIndex.embedded(tmp_path, "own-model-384")
    index.upsert(ids[:150], vectors[:150])
    index.upsert(ids[150:], vectors[150:])
    written = {file: file.read_bytes() for file in tmp_path.glob("*/*.bin")}
    (lengths,) = [held for file, held in written.items() if file.name == "length.bin"]
    assert np.allclose(np.frombuffer(lengths, np.float32), 1)

    clear_unused(tmp_path)

    assert {file: file.read_bytes() for file in written} == written
    index.close()
    again = ChromaIndex.embedded(tmp_path, "own-model-384")
    for number in (0, 160, 1_199):
        assert str(number) in again.query(vectors[number], 10)
    again.close()


def test_the_command_does_it_too(
    parley: Parley,
    service: Service,
    talked: str,
    canal: str,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    remove_articles(parley.corpus, [canal])
    service.close()
    parley.close()
    monkeypatch.setenv("PARLEY_HOME", str(home))

    assert run_parley(["articles", "purge", "--yes"]) == 0

    assert traces(home) == set()
    assert run_parley(["articles", "purge"]) == 0
