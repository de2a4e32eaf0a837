"""Ratings: what is kept with one, and the way from a rated answer to an evaluation."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.answers import Answer, Citation, Sentence
from bot.chain import AnswerChain, Question
from bot.cli import run as run_parley
from bot.extractive import ExtractiveEngine
from bot.feedback import ArticleOf, evaluation_items, passages
from bot.scope import Scope
from tests.conftest import HARBOUR
from vectorstore.corpus import Corpus
from vectorstore.documents import Article
from vectorstore.errors import LibraryError, NotFoundError
from vectorstore.ingest import ingest
from vectorstore.retriever import Retriever
from vectorstore.transcripts import StoredFeedback, StoredTurn, Transcripts

FIRST = "Delegations met in Vell on Tuesday. The first talks took a day."
SECOND = "Kestrel led the Norland delegation. Orlo led the other."
THIRD = "The next round is planned for May."
REPORT = Article(
    f"{FIRST}\n\n{SECOND}\n{THIRD}",
    title="Harbour talks",
    publisher="Vell Courier",
    author="Mira Sorg",
    published="2031-05-06T10:00:00",
    url="https://example.org/talks",
    language="en",
    id="a1",
    version=2,
)
KESTREL = "Kestrel led the Norland delegation."


def cite(n: int, quote: str, article: Article = REPORT) -> Citation:
    start = article.text.index(quote)
    return Citation(
        *(n, article.id, article.title, article.publisher, "2031-05-06", article.url),
        *(start, start + len(quote), quote, article.version),
    )


ANSWER = Answer(
    "And who led Norland's?",
    "Who led the Norland delegation?",
    "extractive",
    sentences=(Sentence(KESTREL, (1,), short_answer=(0, 7)), Sentence(THIRD, (2,))),
    citations=(cite(1, KESTREL), cite(2, THIRD)),
)
REFUSAL = Answer(
    "Who won the cup?",
    "Who won the cup?",
    "extractive",
    refused=True,
    nearest=(cite(1, FIRST[:35]),),
    message="The articles do not say.",
)


def there(article_id: str, version: int) -> Article:
    if (article_id, version) != ("a1", 2):
        raise NotFoundError(article_id)
    return REPORT


def gone(article_id: str, version: int) -> Article:
    raise NotFoundError(f"{article_id} {version}")


def rated(
    answer: Answer, rating: Any = "up", article_of: ArticleOf = there, comment: str = ""
) -> StoredFeedback:
    given_at = "2031-06-01T10:00:00+00:00"
    shown, kept = json.dumps(answer.to_json()), passages(answer, article_of)
    return StoredFeedback("t1", rating, comment, given_at, shown, kept)


def row(given: StoredFeedback, article_of: ArticleOf = there) -> dict[str, Any]:
    (only,) = evaluation_items([given], article_of)
    return only


# What is kept with a rating


def test_the_paragraphs_behind_an_answer_are_kept_with_what_is_known_of_them() -> None:
    first, second = json.loads(passages(ANSWER, there))

    start = REPORT.text.index(SECOND)
    assert first == {
        "article_id": "a1",
        "version": 2,
        "start": start,
        "end": start + len(SECOND),
        "title": "Harbour talks",
        "publisher": "Vell Courier",
        "published": "2031-05-06T10:00:00",
        "url": "https://example.org/talks",
        "text": SECOND,
    }
    assert second["text"] == THIRD == REPORT.text[second["start"] : second["end"]]


def test_near_passages_are_kept_too() -> None:
    (only,) = json.loads(passages(REFUSAL, there))

    assert (only["text"], only["start"], only["end"]) == (FIRST, 0, len(FIRST))


def test_a_quote_over_two_paragraphs_keeps_both() -> None:
    quote = REPORT.text[REPORT.text.index("Orlo") : REPORT.text.index("planned")]
    answer = replace(ANSWER, citations=(cite(1, quote),))

    (only,) = json.loads(passages(answer, there))

    assert only["text"] == f"{SECOND}\n{THIRD}"


def test_a_paragraph_that_is_cited_twice_is_kept_once() -> None:
    answer = replace(ANSWER, citations=(cite(1, KESTREL), cite(2, "Orlo led the other.")))

    assert [each["text"] for each in json.loads(passages(answer, there))] == [SECOND]


@pytest.mark.parametrize(
    "article_of", [gone, lambda _id, _version: replace(REPORT, text=f"Anew. {REPORT.text}")]
)
def test_of_an_article_that_is_gone_or_another_the_quote_is_kept(article_of: ArticleOf) -> None:
    first, _ = json.loads(passages(ANSWER, article_of))

    start = REPORT.text.index(KESTREL)
    assert (first["text"], first["start"], first["end"]) == (KESTREL, start, start + len(KESTREL))
    assert (first["title"], first["published"]) == ("Harbour talks", "2031-05-06")


# From ratings to a set of questions


def test_a_right_answer_becomes_a_question_with_its_short_answer() -> None:
    assert row(rated(ANSWER, comment="Just so.")) == {
        "question": "Who led the Norland delegation?",
        "answers": ["Kestrel"],
        "articles": [
            {
                "text": REPORT.text,
                "title": "Harbour talks",
                "publisher": "Vell Courier",
                "author": "Mira Sorg",
                "published": "2031-05-06T10:00:00",
                "url": "https://example.org/talks",
                "language": "en",
            }
        ],
        "sentences": [KESTREL, THIRD],
        "rating": "up",
        "comment": "Just so.",
        "given_at": "2031-06-01T10:00:00+00:00",
        "shown": ANSWER.to_json() | json.loads(json.dumps(ANSWER.to_json())),
    }


def test_without_a_short_answer_the_sentences_are_the_answers() -> None:
    unmarked = replace(ANSWER, sentences=(Sentence(KESTREL, (1,)), Sentence("  ", (2,))))

    assert row(rated(unmarked))["answers"] == [KESTREL]
    assert row(rated(unmarked))["sentences"] == [KESTREL]


def test_only_what_stands_in_its_source_tells_a_right_sentence() -> None:
    written = replace(
        ANSWER, sentences=(Sentence("Norland was led by Kestrel.", (1,)), Sentence(KESTREL, (2,)))
    )

    assert row(rated(written))["sentences"] == []
    # Nor is another answer wrong for being worded otherwise: a person says what is right.
    assert row(rated(written))["answers"] is None
    assert row(rated(replace(written, sentences=(*written.sentences, Sentence(THIRD, (2,))))))[
        "answers"
    ] == [THIRD]


def test_a_sentence_that_could_not_be_verified_tells_nothing() -> None:
    unverified = replace(
        ANSWER,
        sentences=(
            Sentence(KESTREL, (1,), "unverified", ("no",), (0, 7)),
            Sentence(THIRD, (2,)),
        ),
    )

    assert row(rated(unverified))["answers"] == row(rated(unverified))["sentences"] == [THIRD]


def test_a_rightly_refused_question_has_no_answers() -> None:
    refused = row(rated(REFUSAL))

    assert (refused["answers"], refused["sentences"]) == ([], [])
    assert refused["articles"][0]["text"] == REPORT.text


def test_what_is_right_instead_of_a_wrong_answer_is_left_to_a_person() -> None:
    for answer in (ANSWER, REFUSAL):
        wrong = row(rated(answer, "down", comment="No."))

        assert (wrong["answers"], wrong["sentences"]) == (None, [])
        assert (wrong["rating"], wrong["comment"]) == ("down", "No.")
        assert wrong["articles"][0]["text"] == REPORT.text


@pytest.mark.parametrize(
    "answer",
    [
        Answer("hello", "hello", "extractive", message="Hello!"),
        replace(ANSWER, question="list the articles", sentences=(), message="There is one."),
        replace(ANSWER, question="summarise article 1"),
        replace(REFUSAL, nearest=()),
    ],
)
def test_what_is_no_answer_from_articles_is_kept_but_not_counted(answer: Answer) -> None:
    assert row(rated(answer))["answers"] is None


def test_of_an_article_that_is_gone_the_kept_paragraphs_are_asked() -> None:
    shuffled = replace(ANSWER, citations=(cite(2, THIRD), cite(1, KESTREL)))

    (article,) = row(rated(shuffled), gone)["articles"]

    assert article == {
        "text": f"{SECOND}\n\n{THIRD}",
        "title": "Harbour talks",
        "publisher": "Vell Courier",
        "published": "2031-05-06T10:00:00",
        "url": "https://example.org/talks",
    }


def test_a_title_that_was_made_from_the_text_is_not_given() -> None:
    derived = replace(REPORT, title=FIRST, title_derived=True)

    (article,) = row(rated(ANSWER), lambda _id, _version: derived)["articles"]

    assert "title" not in article
    assert article["text"] == REPORT.text


def test_each_article_comes_once_and_each_version_for_itself() -> None:
    other = replace(REPORT, id="b2", version=1, text="The envoy waited in Brenn.")
    answer = replace(ANSWER, citations=(*ANSWER.citations, cite(3, "The envoy waited", other)))

    def both(article_id: str, version: int) -> Article:
        return other if article_id == "b2" else there(article_id, version)

    articles = row(rated(answer, article_of=both), both)["articles"]

    assert [article["text"] for article in articles] == [REPORT.text, other.text]


@pytest.mark.parametrize("damage", [{"answer": "{"}, {"answer": "{}"}, {"passages": "["}])
def test_a_rating_that_cannot_be_read_is_named(damage: dict[str, str]) -> None:
    with pytest.raises(LibraryError, match=r"2031-06-01.*answer t1"):
        row(replace(rated(ANSWER), **damage))


# The commands


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def parley(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    for name in list(os.environ):
        if name.startswith(("PARLEY_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PARLEY_ENGINE", "extractive")
    monkeypatch.setenv("PARLEY_HOME", str(home))

    def run(*arguments: str | Path) -> Ran:
        status = run_parley(list(map(str, arguments)))
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return Ran(status, out, err)

    return run


@pytest.fixture
def asked(filled: Corpus) -> Callable[..., Answer]:
    """Ask of two articles, and keep the answer's rating; the folder stays held for writing."""
    chain = AnswerChain(Retriever(filled), ExtractiveEngine())

    def ask(question: str, rating: Any, comment: str = "", turn_id: str | None = None) -> Answer:
        answer = chain.invoke(Question(question))
        stored = StoredFeedback(
            *(turn_id or question, rating, comment, ""),
            json.dumps(answer.to_json()),
            passages(answer, filled.library.article),
        )
        Transcripts(filled.library).put_feedback(stored)
        return answer

    return ask


LED = "Who led the Norland delegation?"
CUP = "Which player scored in the cup final?"


def evaluated(parley: Callable[..., Ran], file: Path) -> tuple[dict[str, float], int]:
    ran = parley("eval", "answers", file, "--json")
    assert ran.status == 0, ran.err
    report = json.loads(ran.out)
    return {key: each["value"] for key, each in report["metrics"].items()}, report["questions"]


def test_a_rated_answer_comes_right_in_the_evaluation(parley, asked, tmp_path: Path) -> None:
    answer = asked(LED, "up")
    assert asked(CUP, "up").refused
    file = tmp_path / "rated.jsonl"

    ran = parley("feedback", "export", "--output", file)

    assert (ran.status, ran.out) == (0, "")
    assert "exported 2 rated answers" in ran.err
    metrics, questions = evaluated(parley, file)
    assert questions == 2
    assert metrics["sentence_shown"] == metrics["refused"] == metrics["answered"] == 1.0
    # It can come out wrong, too: the same set with another answer does.
    first, second = map(json.loads, file.read_text("utf-8").splitlines())
    assert first["shown"] == json.loads(json.dumps(answer.to_json()))
    wrong = {**first, "answers": ["Iven Orlo"], "sentences": []}
    file.write_text("".join(json.dumps(each) + "\n" for each in (wrong, second)), "utf-8")
    assert evaluated(parley, file)[0]["sentence_shown"] < 1.0


def test_a_rated_answer_comes_right_after_its_article_is_gone(
    parley, asked, filled: Corpus, tmp_path: Path
) -> None:
    asked(LED, "up")
    filled.library.remove([article.id for article in filled.library.articles()])

    ran = parley("feedback", "export")

    (exported,) = ran.rows
    assert "22 ships" not in json.dumps(exported["articles"])
    (tmp_path / "rated.jsonl").write_text(ran.out, "utf-8")
    assert evaluated(parley, tmp_path / "rated.jsonl")[0]["sentence_shown"] == 1.0


def test_a_wrong_answer_is_passed_over_until_it_is_filled_in(parley, asked, tmp_path: Path) -> None:
    asked(LED, "up")
    asked("What did the envoy propose?", "down", "Which treaty?")
    file = tmp_path / "rated.jsonl"

    exported = parley("feedback", "export", "--output", file)

    assert "1 of them with `answers` null" in exported.err
    assert "1 of 2 items have `answers` null" in parley("eval", "answers", file).err
    first, second = map(json.loads, file.read_text("utf-8").splitlines())
    assert second["comment"] == "Which treaty?"
    second["answers"] = ["a fishing treaty"]
    file.write_text("".join(json.dumps(each) + "\n" for each in (first, second)), "utf-8")
    assert evaluated(parley, file)[1] == 2


def test_ratings_are_chosen_from(parley, asked) -> None:
    asked(LED, "up")
    asked(CUP, "down")

    def questions(*options: str) -> list[str]:
        return [each["question"] for each in parley("feedback", "export", *options).rows]

    assert questions() == questions("--rating", "all") == [LED, CUP]
    assert questions("--rating", "up") == [LED]
    assert questions("--rating", "down") == [CUP]
    assert parley("feedback", "export", "--rating", "good").status == 2


@pytest.mark.parametrize("options", [[], ["--rating", "down"]])
def test_nothing_rated_is_no_error(parley, asked, tmp_path: Path, options: list[str]) -> None:
    if options:
        asked(LED, "up")
    file = tmp_path / "rated.jsonl"

    ran = parley("feedback", "export", *options, "--output", file)

    assert (ran.status, ran.out) == (0, "")
    assert "no answer has been rated" in ran.err
    assert not file.exists()


def test_a_file_that_cannot_be_written_is_named(parley, asked, tmp_path: Path) -> None:
    asked(LED, "up")

    ran = parley("feedback", "export", "--output", tmp_path / "missing" / "rated.jsonl")

    assert (ran.status, ran.out) == (1, "")
    assert "rated.jsonl cannot be written" in ran.err
    assert ran.err.count("\n") == 1


def test_half_a_character_in_a_question_can_be_exported(parley, asked) -> None:
    asked("Who led the Norland delegation \ud83d?", "up", turn_id="t1")

    (exported,) = parley("feedback", "export").rows

    assert exported["shown"]["question"].endswith("\ufffd?")


@pytest.fixture
def talked(asked: Callable[..., Answer], filled: Corpus) -> Transcripts:
    transcripts = Transcripts(filled.library)
    (harbour,) = [a for a in filled.library.articles() if a.publisher == "Vell Courier"]
    answer = asked(LED, "up")
    transcripts.add("c1", "Who led\x1b[2J whom", "{}")
    scope = Scope(articles=(harbour.id, "gone")).to_json()
    shown = json.dumps(answer.to_json())
    transcripts.put_turn(
        "c1", StoredTurn("t1", LED, scope, "done", shown, searchable=f"{LED} {answer.text}")
    )
    transcripts.put_turn("c1", StoredTurn("t2", CUP, "{}", "stopped"))
    # All that was asked in it was taken back.
    transcripts.add("c2", "The envoy's plan", '{"since": "2031-05-01"}')
    return transcripts


def test_conversations_with_questions_are_listed_last_changed_first(
    parley, talked: Transcripts
) -> None:
    talked.add("c3", "What else", "{}")
    talked.put_turn("c3", StoredTurn("t3", CUP, "{}", "done"))

    ran = parley("conversations", "list")

    day = talked.get("c1").changed_at[:10]
    assert ran.status == 0
    assert ran.out.splitlines() == [
        f"c3  {day}  What else (1 question)",
        f"c1  {day}  Who led[2J whom (2 questions)",
    ]


def test_conversations_are_searched(parley, talked: Transcripts) -> None:
    found = parley("conversations", "list", "--search", "KESTREL led", "--json")
    none = parley("conversations", "list", "--search", "cup tie")

    conversations = json.loads(found.out)["conversations"]
    assert [each["id"] for each in conversations] == ["c1"]
    assert (none.status, none.out) == (0, "")
    assert "no conversation holds all these words" in none.err


def test_conversations_as_json_are_one_object(parley, talked: Transcripts) -> None:
    talked.put_turn("c2", StoredTurn("t3", CUP, "{}", "done"))

    listed = json.loads(parley("conversations", "list", "--json").out)

    second = talked.get("c2")
    assert [each["id"] for each in listed["conversations"]] == ["c2", "c1"]
    assert listed["conversations"][0] == {
        "id": "c2",
        "title": "The envoy's plan",
        "scope": {"since": "2031-05-01"},
        "created_at": second.created_at,
        "changed_at": second.changed_at,
        "turns": 1,
    }


def test_no_conversations_is_no_error(parley, filled: Corpus) -> None:
    ran = parley("conversations", "list")

    assert (ran.status, ran.out) == (0, "")
    assert "parley chat" in ran.err


def test_a_conversation_is_exported_with_its_sources(
    parley, talked: Transcripts, tmp_path: Path
) -> None:
    file = tmp_path / "talks.md"

    printed = parley("conversations", "export", "c1")
    written = parley("conversations", "export", "c1", "--output", file)

    assert (written.status, written.out) == (0, "")
    markdown = file.read_text("utf-8")
    assert f"## {LED}\n" in markdown
    assert "Ana Kestrel. [1]" in markdown
    assert "Asked of: 2 articles: Harbour talks open in Vell; 1 other" in markdown
    assert "Vell Courier, 6 May 2031, <https://example.org/harbour-talks>" in markdown
    assert f"## {CUP}\n\n**Stopped.**" in markdown
    # But for the minute of its export it is the same.
    assert printed.out.splitlines()[4:] == markdown.splitlines()[4:]


def test_a_conversation_outlives_the_articles_that_it_cites(
    parley, talked: Transcripts, filled: Corpus
) -> None:
    filled.library.remove([article.id for article in filled.library.articles()])

    exported = parley("conversations", "export", "c1")

    assert exported.status == 0
    assert "Asked of: 2 articles: Harbour talks open in Vell; 1 other" in exported.out


def test_an_unknown_conversation_is_named(parley, talked: Transcripts) -> None:
    talked.bin("c2")

    for conversation_id in ("c2", "c3"):
        ran = parley("conversations", "export", conversation_id)
        assert (ran.status, ran.out) == (1, "")
        assert f"no conversation {conversation_id}: `parley conversations list`" in ran.err


def test_a_turn_that_cannot_be_read_is_named(parley, talked: Transcripts) -> None:
    talked.put_turn("c2", StoredTurn("t3", "What was planned?", "{}", "done", "{"))

    ran = parley("conversations", "export", "c2")

    assert (ran.status, ran.out) == (1, "")
    assert "“What was planned?” cannot be read" in ran.err


def test_an_exported_article_is_taken_in_again_as_it_was(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "first.md").write_text(HARBOUR, "utf-8")
    ingest(corpus, [str(tmp_path / "first.md")])
    (article,) = corpus.library.articles()
    answer = replace(ANSWER, citations=(cite(1, article.text[:20], article),))

    (given,) = row(rated(answer, article_of=corpus.library.article), corpus.library.article)[
        "articles"
    ]
    (tmp_path / "again.jsonl").write_text(json.dumps(given), "utf-8")
    report = ingest(corpus, [str(tmp_path / "again.jsonl")])

    (again,) = corpus.library.articles()
    assert report.count("rejected") == 0
    where_it_stood = {"source": "", "published_from": "", "removed": ()}
    assert replace(again, **where_it_stood) == replace(article, **where_it_stood)
