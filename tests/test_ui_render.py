"""The page's markup, and the talk that it shows, without a browser or Gradio."""

import logging
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers import Answer, Citation, Disagreement, Sentence, Value
from bot.service import MAX_QUESTION, Overview
from bot.ui import markup, render, source
from bot.ui.talk import Talk, Turn
from tests.page_service import AGREED, HOSTILE, NOTE, PAYLOADS, REPORT, PageService, cite
from vectorstore.documents import Article
from vectorstore.errors import ParleyError

TAGS = re.compile(
    "a|article|aside|bdi|button|code|details|div|h[123]|li|mark|p|pre|section|span|strong|"
    "summary|ul"
)
ATTRIBUTES = re.compile(
    "aria-(busy|hidden|label|live)|class|data-(ask|busy|close|link|tip)|dir|href|id|rel|role|"
    "tabindex|target|title|type"
)
OVERVIEW = Overview(12, 9, "extractive", examples=("Who met?", PAYLOADS[0]))

# How long an example takes says how busy the machine is.
untimed = settings(deadline=None)
hostile = st.one_of(
    st.text(st.characters(exclude_categories=())),
    st.lists(st.sampled_from(PAYLOADS) | st.text(max_size=5), max_size=4).map("".join),
)


@dataclass
class Node:
    tag: str
    attributes: dict[str, str]
    children: list["Node | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def walk(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def find(self, name: str) -> list["Node"]:
        """Return the nodes with the tag or class `name`."""
        return [
            node
            for node in self.walk()
            if node.tag == name or name in node.attributes.get("class", "").split()
        ]


class Tree(HTMLParser):
    """Reads what was rendered and fails on anything that the page does not write itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open = [Node("", {})]
        # A template engine in the front end must find nothing to evaluate.
        assert not set("${}`") & set(html)
        self.feed(html)
        self.close()
        assert len(self.open) == 1, f"<{self.open[-1].tag}> is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert TAGS.fullmatch(tag)
        node = Node(tag, {name: value or "" for name, value in attrs})
        assert all(ATTRIBUTES.fullmatch(name) for name in node.attributes)
        assert re.match(r"#cite/|https?://[^/]", node.attributes.get("href", "#cite/"))
        self.open[-1].children.append(node)
        self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = unknown_decl = handle_pi = handle_comment


def tree(html: str) -> Node:
    return Tree(html).open[0]


def shown(turn: Turn) -> Node:
    return tree(render.conversation((turn,)))


def answered(**parts: object) -> Turn:
    answer = replace(Answer("Who?", "Who?", "extractive"), **parts)
    return Turn("Who?", answer, state="done")


def a_citation(text: str = "quote", n: int = 1) -> Citation:
    return Citation(n, "c3" * 12, text, text, text, text, 0, 5, text)


class TestText:
    @untimed
    @given(hostile)
    def test_any_text_comes_back_as_text(self, value: str) -> None:
        assert tree(f"<p>{markup.text(value)}</p>").text == markup.shown(value)

    @untimed
    @given(hostile)
    def test_any_text_comes_back_from_an_attribute(self, value: str) -> None:
        node = tree(f'<p title="{markup.text(value)}"></p>').find("p")[0]
        assert node.attributes["title"] == markup.shown(value)

    @untimed
    @given(hostile)
    def test_what_is_shown_can_be_sent(self, value: str) -> None:
        assert markup.shown(value).encode().decode() == markup.shown(value)

    def test_what_can_be_printed_stays_as_it_is(self) -> None:
        value = "«Тише» — 'quoted' “said”\n\tשלום 漢字 e\u0301 👩‍👩‍👧"
        assert markup.shown(value) == value


class TestPlace:
    @untimed
    @given(
        st.integers(1, 99_999),
        st.integers(0, 10_000),
        st.integers(1, 10_000),
        st.text("0123456789abcdef", min_size=8, max_size=64),
    )
    def test_a_link_leads_back(self, version: int, start: int, length: int, name: str) -> None:
        place = markup.Place(name, version, start, start + length)
        assert markup.place(place.link) == place

    @pytest.mark.parametrize(
        "link",
        [
            None,
            7,
            "",
            "#cite/",
            "#cite/a1a1a1a1/1/0",
            "#cite/a1a1a1a1/1/5/5",
            "#cite/a1a1a1a1/1/6/5",
            "#cite/a1a1a1a1/0/0/5",
            "#cite/a1a1a1a1/1/-1/5",
            "#cite/a1a1a1a1/1/0/5\n",
            "#cite/a1a1a1a1/1/0/١٢",
            "#cite/a1a1a1a1/1/0/9999999999",
            "#cite/A1A1A1A1/1/0/5",
            "#cite/../../etc/passwd/1/0/5",
            "x#cite/a1a1a1a1/1/0/5",
        ],
    )
    def test_anything_else_leads_nowhere(self, link: object) -> None:
        assert markup.place(link) is None


class TestOutside:
    @pytest.mark.parametrize("url", ["http://a.example", "https://a.example:81/x?q=1&r='#y"])
    def test_plain_addresses_are_links(self, url: str) -> None:
        assert markup.outside(url) == (url, "a.example")

    @pytest.mark.parametrize(
        "url",
        [
            None,
            "",
            "javascript:alert(1)",
            "JavaScript://a.example/%0aalert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "//a.example",
            "/path",
            "http://",
            "http:a.example",
            "https://good.example@evil.example/",
            "https://a.example\\@evil.example/",
            "http://a.example/ x",
            "\thttp://a.example",
            "java\nscript:alert(1)",
            "http://[::1",
        ],
    )
    def test_other_addresses_are_not(self, url: str | None) -> None:
        assert markup.outside(url) is None


@pytest.mark.parametrize(
    ("published", "words"),
    [
        (None, "date unknown"),
        ("", "date unknown"),
        ("2025", "2025"),
        ("2025-05", "May 2025"),
        ("2025-05-03", "3 May 2025"),
        ("2025-05-03T14:05:00Z", "3 May 2025, 14:05 UTC"),
        ("2025-05-03T14:05+02:00", "3 May 2025, 14:05 UTC+02:00"),
        ("2025-05-03 14:05", "3 May 2025, 14:05"),
        ("2025-13-40", "2025-13-40"),
        ("last Monday", "last Monday"),
    ],
)
def test_dates_are_as_precise_as_they_are_known(published: str | None, words: str) -> None:
    assert markup.day(published) == words


class TestAnswer:
    def test_sentences_carry_their_citations(self) -> None:
        page = shown(answered(sentences=(Sentence("It did.", (1,)),), citations=(a_citation(),)))
        sentence = page.find("p-sentence")[0]
        assert sentence.text == "It did. [1]"
        assert sentence.find("a")[0].attributes["href"] == f"#cite/{'c3' * 12}/1/0/5"

    def test_a_number_that_came_before_its_citation_is_no_link(self) -> None:
        page = shown(answered(sentences=(Sentence("It did.", (1,)),)))
        assert page.find("p-cite")[0].tag == "span"

    def test_the_short_answer_is_bold(self) -> None:
        page = shown(answered(sentences=(Sentence("It was 120.", short_answer=(7, 10)),)))
        assert [node.text for node in page.find("strong")] == ["120"]
        assert page.find("p-sentence")[0].text == "It was 120."

    def test_an_unverified_sentence_says_so_and_why(self) -> None:
        sentence = Sentence("It was 40.", (), "unverified", ("40 is not in the passage.",))
        node = shown(answered(sentences=(sentence,))).find("p-unverified")[0]
        assert "Unverified" in node.text
        assert "40 is not in the passage." in node.text

    def test_sources_name_each_article_once(self) -> None:
        citations = (a_citation("A", 1), replace(a_citation("A", 2), start=1), cite(3, NOTE, "110"))
        rows = shown(answered(sentences=(Sentence("x"),), citations=citations)).find("p-sources")
        assert [node.text for node in rows[0].find("p-numbers")] == ["[1] [2]", "[3]"]

    def test_disagreements_show_dates_and_the_newest(self) -> None:
        values = (Value("120", "2025-05-13", True, (1,)), Value("110", None, False, ()))
        page = shown(answered(disagreements=(Disagreement("prisoners", values),)))
        newest, older = page.find("p-disagree")[0].find("li")
        assert "13 May 2025" in newest.text
        assert "newest" in newest.text
        assert "date unknown" in older.text
        assert "newest" not in older.text

    def test_notices_and_a_rephrased_question_are_shown(self) -> None:
        page = shown(answered(notices=("Mind this.",), standalone_question="Who spoke?"))
        assert "Mind this." in page.find("p-notices")[0].text
        assert "Who spoke?" in page.find("p-note")[0].text

    def test_an_answer_that_broke_off_says_so(self) -> None:
        page = shown(answered(sentences=(Sentence("It"),), incomplete=True))
        assert "ended before it was whole" in page.find("p-notices")[0].text

    def test_what_stands_below_waits_until_the_sentences_are_there(self) -> None:
        turn = answered(sentences=(Sentence("It did.", (1,)),), citations=(a_citation(),))
        assert not shown(replace(turn, state="running")).find("p-sources")

    @untimed
    @given(hostile)
    def test_whatever_is_said_is_shown_as_text(self, value: str) -> None:
        page = shown(
            Turn(
                value,
                Answer(
                    value,
                    value + "!",
                    "extractive",
                    sentences=(Sentence(value, (1, 2), "unverified", (value,), (1, 3)),),
                    citations=(a_citation(value),),
                    disagreements=(Disagreement(value, (Value(value, value, True, (1,)),)),),
                    notices=(value,),
                ),
                error=value,
                state="stopped",
            )
        )
        expected = markup.shown(value)
        assert page.find("p-question")[0].text == expected
        assert page.find("p-unverified")[0].find("bdi")[0].text == expected
        assert page.find("p-title")[0].text == (expected or "Untitled article")
        assert page.find("p-again")[0].attributes["data-ask"] == expected

    @untimed
    @given(hostile)
    def test_a_refusal_shows_what_is_nearest_as_text(self, value: str) -> None:
        page = shown(answered(refused=True, message=value, nearest=(a_citation(value),)))
        assert not page.find("p-answer")
        assert page.find("p-nearest")
        if value:
            assert page.find("p-refusal")[0].find("p")[1].text == markup.shown(value)

    def test_a_refusal_offers_passages_and_says_that_they_do_not_answer(self) -> None:
        turn = answered(refused=True, nearest=(cite(1, REPORT, AGREED), cite(2, NOTE, "110")))
        nearest = shown(turn).find("p-nearest")[0]
        assert "do not answer" in nearest.find("h3")[0].text
        first, second = nearest.find("li")
        assert "The Lake Courier, 13 May 2025" in first.text
        assert AGREED in first.text
        assert "publisher not given, date unknown" in second.text


class TestWelcome:
    def test_it_counts_and_offers_questions(self) -> None:
        page = tree(render.welcome(OVERVIEW))
        assert "12 articles, 9 samples among them" in page.text
        assert page.find("p-example")[1].attributes["data-ask"] == PAYLOADS[0]

    def test_an_empty_library_says_what_to_do(self) -> None:
        page = tree(render.welcome(Overview(0, 0, "extractive", examples=("Who?",))))
        assert "parley ingest FILE" in page.text
        assert not page.find("p-example")

    def test_the_live_region_is_there_before_the_first_answer(self) -> None:
        before = tree(render.conversation(())).children[0]
        after = shown(Turn("Who?")).children[0]
        assert isinstance(before, Node)
        assert isinstance(after, Node)
        assert before.attributes["aria-live"] == after.attributes["aria-live"] == "polite"
        assert (before.attributes["aria-busy"], after.attributes["aria-busy"]) == ("false", "true")

    @pytest.mark.parametrize(
        ("engine", "model", "words"),
        [
            ("extractive", None, "quoting, no model"),
            ("llm", "mini-4", "mini-4"),
            ("llm", None, "llm"),
            ("llm", "<b>", "<b>"),
        ],
    )
    def test_the_header_names_what_answers(
        self, engine: str, model: str | None, words: str
    ) -> None:
        page = tree(render.header(Overview(1, 0, engine, model)))
        assert page.find("p-facts")[0].text == f"{words} · 1 article"


class TestSource:
    def test_the_whole_article_is_there_with_the_passage_marked(self) -> None:
        start = REPORT.text.index(AGREED)
        page = tree(source.panel(REPORT, start, start + len(AGREED)))
        (mark,) = page.find("mark")
        assert mark.text == AGREED
        assert mark.attributes["id"] == "p-cited"
        paragraphs = [node.text for node in page.find("p-text")[0].find("p")]
        assert paragraphs == [line for line in REPORT.text.split("\n") if line]

    def test_a_passage_over_several_lines_is_marked_in_each(self) -> None:
        article = Article("one two\n\nthree four\nfive", id="a1a1a1a1")
        marks = tree(source.panel(article, 4, 21)).find("mark")
        assert [mark.text for mark in marks] == ["two", "three four", "f"]
        assert [mark.attributes for mark in marks] == [{"id": "p-cited"}, {}, {}]

    def test_what_is_known_of_the_article_is_shown(self) -> None:
        page = tree(source.panel(REPORT, 0, 5))
        assert page.find("p-facts")[0].text == "The Lake Courier · 13 May 2025 · by Mira Sorg"
        assert [tag.text for tag in page.find("p-tag")] == ["sample"]
        (link,) = page.find("p-outside")
        assert link.attributes["href"] == REPORT.url
        assert link.attributes["rel"] == "noopener noreferrer"
        assert link.attributes["target"] == "_blank"
        assert "Sign up for our newsletter." in page.find("details")[0].text

    def test_what_is_not_known_is_said(self) -> None:
        page = tree(source.panel(NOTE, 0, 5))
        assert page.find("p-facts")[0].text == "publisher not given · date unknown"
        assert [tag.text for tag in page.find("p-tag")] == ["derived"]
        assert not page.find("p-outside")
        assert not page.find("details")

    def test_a_date_from_a_file_name_is_marked(self) -> None:
        article = replace(REPORT, published_from="file name")
        assert "(from the file's name)" in tree(source.panel(article, 0, 5)).text

    def test_a_range_outside_the_text_is_said(self) -> None:
        page = tree(source.panel(NOTE, 40, 4_000))
        assert "does not lie within this text" in page.text
        assert NOTE.text in page.text

    @pytest.mark.parametrize("article", HOSTILE, ids=lambda article: article.id)
    def test_hostile_articles_are_only_text(self, article: Article) -> None:
        page = tree(source.panel(article, 0, len(article.text)))
        assert page.find("h2")[0].text == markup.shown(article.title or "")
        assert not page.find("p-outside")
        lines = [line for line in re.split(r"\n+", article.text) if line]
        marks = [mark.text for mark in page.find("mark")]
        assert marks == [markup.shown(line) for line in lines]

    @untimed
    @given(hostile, st.integers(0, 40), st.integers(0, 40))
    def test_any_article_is_shown_whole(self, value: str, start: int, end: int) -> None:
        article = Article(
            value, value, True, value, value, value, None, value, value, id="a1a1a1a1"
        )
        page = tree(source.panel(article, start, end))
        paragraphs = [node.text for node in page.find("p-text")[0].find("p")]
        assert paragraphs == [markup.shown(line) for line in value.split("\n") if line]

    @pytest.mark.parametrize(
        ("link", "words"),
        [
            ("#cite/zz/1/0/5", "damaged"),
            (None, "damaged"),
            ("#cite/ffffffffffffffff/1/0/5", "holds no article ffffffffffffffff"),
            (f"#cite/{REPORT.id}/2/0/5", "holds no article"),
            (f"#cite/{REPORT.id}/1/0/11", "Delegations"),
        ],
    )
    def test_a_link_opens_its_article_or_says_why_not(self, link: object, words: str) -> None:
        assert words in tree(source.open_source(PageService(), link)).text


class Told(PageService):
    """Remembers what it was asked, and whether it was let finish."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self.answers = answers
        self.earlier: Sequence[Answer] = ()
        self.closed = False

    def ask(self, question: str, earlier: Sequence[Answer]) -> Iterator[Answer]:
        self.earlier = earlier
        try:
            for answer in self.answers:
                if isinstance(answer, Exception):
                    raise answer
                yield answer
        finally:
            self.closed = True


BLANK = Answer("Who?", "Who?", "extractive")


class Waiting(PageService):
    """An engine that says one thing and then waits, for as long as it is not let go."""

    def __init__(self) -> None:
        self.go = Event()
        self.closed = Event()

    def ask(self, question: str, earlier: Sequence[Answer]) -> Iterator[Answer]:
        try:
            yield BLANK
            self.go.wait()
            yield replace(BLANK, message="too late")
        finally:
            self.closed.set()


class TestTalk:
    def last(self, service: PageService, talk: Talk | None = None, question: str = "Who?") -> Turn:
        return list((talk or Talk()).ask(service, question))[-1][-1]

    def test_the_question_is_there_at_once_and_the_answer_at_the_end(self) -> None:
        answers = [replace(BLANK, sentences=(Sentence("x" * n),)) for n in range(50)]
        states = list(Talk().ask(Told(*answers), " Who? "))
        assert states[0] == (Turn("Who?"),)
        assert states[-1] == (Turn("Who?", answers[-1], state="done"),)

    def test_a_question_comes_with_the_answers_before_it(self) -> None:
        talk = Talk()
        first = replace(BLANK, message="No.")
        self.last(Told(first), talk)
        self.last(Told(ParleyError("broken")), talk, "Where?")
        service = Told(BLANK)
        self.last(service, talk, "When?")
        assert [turn.question for turn in talk.turns] == ["Who?", "Where?", "When?"]
        assert service.earlier == (first,)

    def test_an_error_keeps_the_question_and_what_was_said(self) -> None:
        turn = self.last(Told(BLANK, ParleyError("Start it.")))
        assert turn == Turn("Who?", BLANK, "Start it.", "done")

    def test_a_bug_is_named_and_logged_but_not_spelled_out(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.ERROR):
            turn = self.last(Told(KeyError("secret")))
        assert "KeyError" in (turn.error or "")
        assert "secret" not in (turn.error or "")
        assert "secret" in caplog.text

    def test_nothing_asked_changes_nothing(self) -> None:
        talk = Talk()
        assert list(talk.ask(Told(), "  \n")) == [()]
        assert talk.turns == ()

    def test_a_question_without_end_is_turned_away(self) -> None:
        service = Told(BLANK)
        turn = self.last(service, question="x" * (MAX_QUESTION + 1))
        assert "Shorten it" in (turn.error or "")
        assert not service.closed

    def test_a_stop_does_not_wait_for_the_engine(self) -> None:
        talk, service = Talk(), Waiting()
        states = talk.ask(service, "Who?")
        assert next(states)[-1].answer is None
        assert next(states)[-1].answer == BLANK
        stopped = (Turn("Who?", BLANK, state="stopped"),)
        assert talk.stop() == stopped
        assert list(states) == [stopped]
        service.go.set()
        assert service.closed.wait(30)
        assert talk.turns == stopped

    def test_a_new_question_stops_what_runs(self) -> None:
        talk, service = Talk(), Waiting()
        states = talk.ask(service, "Who?")
        next(states)
        self.last(Told(BLANK), talk, "Where?")
        assert [turn.state for turn in talk.turns] == ["stopped", "done"]
        assert list(states) == []
        service.go.set()

    def test_only_what_runs_can_be_stopped(self) -> None:
        talk = Talk()
        assert talk.stop() == ()
        done = self.last(Told(BLANK), talk)
        assert talk.stop() == (done,)

    def test_every_reader_gets_a_conversation_of_their_own(self) -> None:
        talk = Talk()
        other = deepcopy(talk)
        self.last(Told(BLANK), talk)
        assert other.turns == ()


def test_rendering_and_serving_do_not_import_gradio_before_it_is_needed() -> None:
    code = "import sys, bot.ui.render, bot.ui.server; sys.exit('gradio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
