"""Answers, turns and sources as markup: whatever is in them, it is text and says what it must."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers import Answer, Citation, Disagreement, Sentence, Usage, Value
from bot.scope import Scope
from bot.turns import Turn
from bot.ui import markup, turns
from bot.ui.markup import Place
from tests.page_service import AGREED, COPY, CROSSING, NOTE, PAYLOADS, REPORT, cite

TAGS = re.compile(
    "a|article|aside|bdi|button|details|dialog|div|fieldset|figcaption|figure|footer|form|h[1234]|"
    "header|input|"
    "label|legend|li|main|mark|nav|option|ins|del|p|path|progress|section|select|span|strong|summary|"
    "svg|table|tbody|td|textarea|th|thead|time|tr|ul"
)
ATTRIBUTES = re.compile(
    "aria-(busy|controls|current|expanded|haspopup|hidden|label|labelledby|live|pressed)|"
    "autocomplete|autofocus|checked|class|d|datetime|dir|enterkeyhint|focusable|height|hidden|"
    "href|id|inputmode|max|maxlength|method|min|multiple|name|placeholder|rel|required|role|rows|"
    "scope|selected|step|tabindex|target|title|type|value|viewbox|width|"
    "data-(article|ask|brief|briefing|busy|conversation|copy|do|form|format|label|last|link|list|"
    "live|open|part|pick|picture|rating|read|search|section|tip|title|to|turn|view)"
)
# Where a link may lead: into an article, to another part of the page, or openly out of it.
HREFS = re.compile(
    r"#(?:cite|article|changes|wording)/[^\s]+|#p-box|\?|\?view=(?:library|briefing)"
    r"|\?c=.*|\?view=briefing&b=.*|https?://[^/].*",
    re.S,
)
# A browser closes a paragraph before any of these, and such a form or link before another.
BREAKS = {
    "p": {"article", "aside", "details", "dialog", "div", "fieldset", "figure", "footer", "form"}
    | {"h1", "h2", "h3", "h4", "header", "li", "main", "nav", "p", "section", "table", "ul"},
    "a": {"a", "button", "input", "label", "select", "textarea"},
    "button": {"a", "button", "div", "input", "label", "p", "select", "textarea", "ul"},
    "form": {"form"},
}

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

    def all(self, attribute: str) -> list[str]:
        """Return the values of an attribute, in order."""
        return [node.attributes[attribute] for node in self.walk() if attribute in node.attributes]


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
        assert TAGS.fullmatch(tag), tag
        node = Node(tag, {name: value or "" for name, value in attrs})
        assert len(node.attributes) == len(attrs), attrs
        unknown = [name for name in node.attributes if not ATTRIBUTES.fullmatch(name)]
        assert not unknown, unknown
        assert HREFS.fullmatch(node.attributes.get("href", "?")), node.attributes["href"]
        for around in self.open:
            assert tag not in BREAKS.get(around.tag, ()), f"<{tag}> in <{around.tag}>"
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


def shown(turn: Turn, **copies: str) -> Node:
    return tree(turns.turn(turn, copies, {}))


def answered(**parts: object) -> Turn:
    answer = replace(Answer("Who?", "Who?", "extractive"), **parts)
    return Turn("t1", "Who?", answer=answer, state="done", asked_at="2031-05-06T14:05:00+00:00")


def written(**parts: object) -> Turn:
    return answered(engine="llm", model="mini-4", **parts)


def a_citation(text: str = "quote", n: int = 1) -> Citation:
    return Citation(n, "c3" * 12, text, text, text, text, 0, 5, text)


def pressed(page: Node) -> list[str]:
    buttons = [node.attributes for node in page.find("button") if "data-rating" in node.attributes]
    return [each["data-rating"] for each in buttons if each["aria-pressed"] == "true"]


class TestText:
    @untimed
    @given(hostile)
    def test_any_text_comes_back_as_text(self, value: str) -> None:
        assert tree(f"<p>{markup.text(value)}</p>").text == markup.shown(value)
        assert tree(markup.isolated(value)).find("bdi")[0].text == markup.shown(value)

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

    def test_a_moment_says_its_zone(self) -> None:
        (time,) = tree(markup.moment("2031-05-06T14:05:00.5+00:00")).find("time")
        assert time.text == "2031-05-06 14:05 UTC"
        assert time.attributes["datetime"] == "2031-05-06T14:05:00.5+00:00"


class TestPlace:
    @untimed
    @given(
        st.integers(1, 99_999),
        st.integers(0, 10_000),
        st.integers(1, 10_000),
        st.text("0123456789abcdef", min_size=8, max_size=64),
    )
    def test_a_link_leads_back(self, version: int, start: int, length: int, name: str) -> None:
        for place in (Place(name, version, start, start + length), Place(name, version)):
            assert markup.place(place.link) == place

    @pytest.mark.parametrize(
        "link",
        [
            *(None, 7, [], "", "#cite/", "#cite/a1a1a1a1/1/0", "#cite/a1a1a1a1/1/5/5"),
            *("#cite/a1a1a1a1/1/6/5", "#cite/a1a1a1a1/0/0/5", "#cite/a1a1a1a1/1/-1/5"),
            *("#cite/a1a1a1a1/1/0/5\n", "#cite/a1a1a1a1/1/0/١٢", "#cite/a1a1a1a1/1/0/9999999999"),
            *("#cite/A1A1A1A1/1/0/5", "#cite/../../etc/passwd/1/0/5", "x#cite/a1a1a1a1/1/0/5"),
            *("#article/", "#article/a1a1a1a1", "#article/a1a1a1a1/0", "#article/a1a1a1a1/1/0/5"),
            *("#article/a1a1a1/1", "#article/a1a1a1a1/1\n", "#article/zzzzzzzz/1"),
        ],
    )
    def test_anything_else_leads_nowhere(self, link: object) -> None:
        assert markup.place(link) is None


class TestAnswer:
    def test_sentences_carry_their_citations(self) -> None:
        page = shown(answered(sentences=(Sentence("It did.", (1,)),), citations=(a_citation(),)))
        sentence = page.find("p-sentence")[0]
        assert sentence.text == "It did. [1]"
        (link,) = sentence.find("a")
        assert link.attributes["href"] == f"#cite/{'c3' * 12}/1/0/5"
        assert link.attributes["data-tip"] == "quote, quote\nquote"

    def test_a_long_quote_is_cut_between_words(self) -> None:
        page = shown(answered(citations=(replace(a_citation(), quote="word " * 99),)))
        tip = page.find("p-cite")[0].attributes["data-tip"]
        assert re.fullmatch(r"quote, quote\n(word ){40,48}…", tip)

    def test_a_number_that_came_before_its_citation_is_no_link(self) -> None:
        page = shown(answered(sentences=(Sentence("It did.", (1,)),)))
        assert page.find("p-cite")[0].tag == "span"

    def test_the_short_answer_is_bold(self) -> None:
        page = shown(answered(sentences=(Sentence("It was 120.", short_answer=(7, 10)),)))
        assert [node.text for node in page.find("strong")] == ["120"]
        assert page.find("p-sentence")[0].text == "It was 120."

    def test_an_unverified_sentence_says_so_and_why(self) -> None:
        problems = ("40 is not in the passage.", "Nobody crossed.")
        sentences = (Sentence("It was 40.", (), "unverified", problems), Sentence("It was."))
        unverified, verified = shown(answered(sentences=sentences)).find("p-sentence")
        assert unverified.find("p-flag")[0].text == "Unverified"
        assert [each.text for each in unverified.find("li")] == list(problems)
        assert "p-unverified" not in verified.attributes["class"]
        assert not verified.find("p-flag")

    def test_sources_name_each_article_once(self) -> None:
        citations = (a_citation("A", 1), replace(a_citation("A", 2), start=1), cite(3, NOTE, "110"))
        rows = shown(answered(sentences=(Sentence("x"),), citations=citations)).find("p-sources")
        assert [node.text for node in rows[0].find("p-numbers")] == ["[1] [2]", "[3]"]

    @pytest.mark.parametrize(
        ("said", "way"),
        [
            ("It did.", "ltr"),
            ("«120» — قالوا", "rtl"),
            ("120 נמסרו, said Reuters.", "rtl"),
            ("Reuters: נמסרו", "ltr"),
            ("120.", "ltr"),
        ],
    )
    def test_an_answer_runs_as_its_first_letter_does(self, said: str, way: str) -> None:
        turn = answered(sentences=(Sentence(said, (1,)),), citations=(a_citation("A"),))
        for page in (shown(turn), shown(replace(turn, state="running"))):
            assert page.find("p-answer")[0].attributes["dir"] == way

    def test_outlet_and_date_are_isolated_from_one_another(self) -> None:
        citation = replace(a_citation(), publisher="هاآرتس", published="2025-05-13")
        page = shown(answered(sentences=(Sentence("x", (1,)),), citations=(citation,)))
        about = page.find("p-entry")[0].find("p-about")[0]
        assert [each.text for each in about.find("bdi")] == ["هاآرتس", "13 May 2025"]

    def test_a_list_without_sentences_is_no_list_of_sources(self) -> None:
        citations = (a_citation("A"),)
        page = shown(answered(message="There is one.", citations=citations))
        assert [each.text for each in page.find("p-sources")[0].find("h3")] == ["Articles"]
        page = shown(answered(sentences=(Sentence("x", (1,)),), citations=citations))
        assert [each.text for each in page.find("p-sources")[0].find("h3")] == ["Sources"]

    def test_copies_are_one_story_with_one_origin(self) -> None:
        # The copy is cited first, and one of its origin's other copies is not cited at all.
        citations = (cite(1, COPY, AGREED), cite(2, NOTE, "110"), cite(3, REPORT, CROSSING))
        turn = answered(sentences=(Sentence("x", (1, 2, 3)),), citations=citations)
        story, other = shown(turn, **{COPY.id: REPORT.id}).find("p-sources")[0].find("li")
        assert story.find("p-numbers")[0].text == "[1] [3]"
        assert COPY.title in story.find("p-source")[0].text
        assert "2 outlets, 1 origin" in story.text
        (same,) = story.find("p-copy")
        assert same.text == "The Lake Courier, 13 May 2025"
        assert same.attributes["href"].startswith(f"#cite/{REPORT.id}/")
        assert "One story" not in other.text
        assert len(shown(turn).find("p-numbers")) == 3

    def test_disagreements_show_dates_and_the_newest(self) -> None:
        values = (Value("120", "2025-05-13", True, (1,)), Value("110", None, False, ()))
        page = shown(answered(disagreements=(Disagreement("prisoners", values),)))
        newest, older = page.find("p-disagree")[0].find("li")
        assert "13 May 2025" in newest.text
        assert "newest" in newest.text
        assert "date unknown" in older.text
        assert "newest" not in older.text

    def test_a_value_names_its_outlets_once(self) -> None:
        citations = (cite(1, REPORT, AGREED), cite(2, REPORT, CROSSING), cite(3, NOTE, "110"))
        values = (
            Value("120", "2025-05-13", True, (1, 2)),
            Value("110", None, False, (3,)),
            Value("100", None, False, (9,)),
        )
        page = shown(
            answered(citations=citations, disagreements=(Disagreement("prisoners", values),))
        )
        abouts = [each.find("p-about")[0].text for each in page.find("p-disagree")[0].find("li")]
        assert abouts == ["The Lake Courier, 13 May 2025", "date unknown", "date unknown"]

    def test_notices_and_a_rephrased_question_are_shown(self) -> None:
        page = shown(answered(notices=("Mind this.",), standalone_question="Who spoke?"))
        assert "Mind this." in page.find("p-notices")[0].text
        assert page.find("p-note")[0].text == "Understood as: Who spoke?"

    def test_an_answer_that_broke_off_says_so(self) -> None:
        page = shown(written(sentences=(Sentence("It"),), incomplete=True))
        assert "ended before it was whole" in page.find("p-notices")[0].text

    def test_of_what_is_quoted_instead_only_its_notice_says_what_broke_off(self) -> None:
        turn = answered(
            sentences=(Sentence("It"),), incomplete=True, model=None, notices=("It broke off.",)
        )
        assert shown(turn).find("p-notices")[0].text == "It broke off."

    def test_what_a_model_says_is_missing_is_said_to_be_its_account(self) -> None:
        missing = ("who signed it.", "when it  ends", " ")
        for parts in ({"sentences": (Sentence("It did."),)}, {"refused": True}):
            page = shown(written(missing=missing, **parts))
            (said,) = page.find("p-missing")
            assert said.text == (
                "Not in these articles, by the model's account: who signed it; when it ends"
            )
        assert not shown(written(sentences=(Sentence("It did."),), missing=("",))).find("p-missing")

    def test_what_is_quoted_beside_stands_apart_with_its_citations(self) -> None:
        page = shown(
            written(
                sentences=(Sentence("It did.", (1,)),),
                incomplete=True,
                quoted=(Sentence("It has done.", (2,)), Sentence("So it is.")),
                citations=(a_citation("A", 1), replace(a_citation("B", 2), start=1)),
            )
        )
        (quoted,) = page.find("p-quoted")
        assert quoted.find("h3")[0].text == "From the articles, word for word"
        assert [each.text for each in quoted.find("p-sentence")] == [
            *("It has done. [2]", "So it is.")
        ]
        assert quoted.find("a")[0].attributes["href"].endswith("/1/1/5")
        assert page.find("p-answer")[0].text == "It did. [1]"
        assert "ended before it was whole" in page.find("p-notices")[0].text
        assert [each.text for each in page.find("p-numbers")] == ["[1] [2]"]

    def test_a_draft_that_was_turned_down_is_there_when_it_is_opened(self) -> None:
        draft = "It was <b>40</b>.\n\nOr 50."
        for parts in ({"sentences": (Sentence("It did."),)}, {"refused": True}):
            (details,) = shown(answered(draft=draft, **parts)).find("p-draft")
            assert "open" not in details.attributes
            assert details.find("summary")[0].text == "What the model wrote, not verified"
            assert [each.text for each in details.find("p")] == ["It was <b>40</b>.", "Or 50."]
        assert not shown(answered(draft=" \n")).find("p-draft")

    def test_a_message_stands_in_its_paragraphs(self) -> None:
        said = shown(answered(message="Hello.\n\nAsk me\nanything.\n \n")).find("p-said")[0]
        assert [each.text for each in said.find("p")] == ["Hello.", "Ask me\nanything."]

    def test_a_refusal_offers_passages_and_says_that_they_do_not_answer(self) -> None:
        turn = answered(refused=True, nearest=(cite(1, REPORT, AGREED), cite(2, NOTE, "110")))
        page = shown(turn)
        assert "The articles do not say." in page.find("p-refusal")[0].text
        assert page.find("p-kicker")[0].text == "Not in these articles"
        nearest = page.find("p-nearest")[0]
        assert "do not answer" in nearest.find("h3")[0].text
        first, second = nearest.find("li")
        assert "The Lake Courier, 13 May 2025" in first.text
        assert AGREED in first.text
        assert "publisher not given, date unknown" in second.text

    def test_a_refusal_with_nothing_near_does_not_blame_the_articles(self) -> None:
        page = shown(answered(refused=True, message="There are no articles yet."))
        assert page.find("p-kicker")[0].text == "No answer"
        assert page.find("p-refusal")[0].find("p")[1].text == "There are no articles yet."
        assert page.find("p-nearest") == []

    @untimed
    @given(hostile)
    def test_a_refusal_shows_what_is_nearest_as_text(self, value: str) -> None:
        page = shown(answered(refused=True, message=value, nearest=(a_citation(value),)))
        assert not page.find("p-answer")
        assert page.find("p-nearest")[0].find("p-title")[0].text == (
            markup.shown(value) or "Untitled article"
        )
        if value:
            assert page.find("p-refusal")[0].find("p")[1].text == markup.shown(value)

    @untimed
    @given(hostile)
    def test_whatever_is_said_is_shown_as_text(self, value: str) -> None:
        answer = Answer(
            value,
            value + "!",
            value,
            value,
            incomplete=True,
            sentences=(Sentence(value, (1, 2), "unverified", (value,), (1, 3)),),
            citations=(a_citation(value), replace(a_citation(value, 2), article_id="d4" * 12)),
            disagreements=(Disagreement(value, (Value(value, value, True, (1,)),)),),
            notices=(value,),
            message=value,
            missing=(value,),
            quoted=(Sentence(value, (2,), "unverified", (value,)),),
            draft=value,
            pending=value,
            doing=value,
        )
        scope = Scope(publishers=(value,), articles=("a1",))
        turn = Turn(value, value, scope, answer, value, "stopped", value, "down", value)
        page = tree(turns.turn(turn, {"d4" * 12: "c3" * 12}, {"a1": value}))
        expected = markup.shown(value)
        assert page.find("p-question")[0].text == expected
        assert page.find("p-unverified")[0].find("bdi")[0].text == expected
        assert page.find("p-title")[0].text == (expected or "Untitled article")
        assert page.find("p-turn")[0].attributes["data-turn"] == expected
        assert page.find("p-word")[0].find("input")[0].attributes["value"] == expected
        assert page.find("p-error")[0].find("p")[1].text == expected
        assert page.find("p-quoted")[0].find("bdi")[0].text == expected
        running = tree(turns.turn(replace(turn, state="running", error=None), {}, {}))
        live = [each.text for each in running.walk() if "data-live" in each.attributes]
        pending = markup.shown(" ".join(value.split()))
        assert live == [*[pending] * bool(pending), expected or "Still answering …"]


class TestTurn:
    def test_what_is_on_its_way_says_so_and_offers_nothing(self) -> None:
        page = shown(Turn("t1", "Who?"))
        assert page.all("data-busy") == [""]
        assert "Looking through the articles" in page.find("p-wait")[0].text
        assert page.find("button") == []
        turn = answered(sentences=(Sentence("It did.", (1,)),), citations=(a_citation(),))
        page = shown(replace(turn, state="running"))
        assert "Still answering" in page.find("p-wait")[0].text
        assert page.find("p-sources") == page.find("button") == []
        assert page.find("p-cite")

    def test_the_next_sentence_stands_behind_the_others_marked_as_not_checked(self) -> None:
        sentences = (Sentence("It did.", (1,)), Sentence("It may.", (), "unverified", ("Not.",)))
        turn = written(sentences=sentences, citations=(a_citation(),), pending=" And\nso ")
        page = shown(replace(turn, state="running"))
        (answer,) = page.find("p-answer")
        assert answer.children[-1] is page.find("p-pending")[0]
        (pending,) = page.find("p-pending")
        assert pending.text == "Not checked yet: And so"
        assert pending.find("bdi")[0].attributes == {"dir": "auto", "data-live": ""}
        assert len(page.find("p-unverified")) == 1
        assert not shown(turn).find("p-pending")
        assert not shown(replace(written(pending=" "), state="running")).find("p-answer")

    def test_a_first_sentence_runs_as_its_letters_do(self) -> None:
        page = shown(replace(written(pending="قالوا"), state="running"))
        assert page.find("p-answer")[0].attributes["dir"] == "rtl"

    @pytest.mark.parametrize(
        ("parts", "words"),
        [
            ({}, "Looking through the articles …"),
            ({"pending": "It"}, "Still answering …"),
            ({"doing": "Reading 3 of 12 articles"}, "Reading 3 of 12 articles"),
            ({"pending": "It", "doing": "Reading"}, "Reading"),
        ],
    )
    def test_it_says_what_is_being_done(self, parts: dict[str, str], words: str) -> None:
        page = shown(replace(written(**parts), state="running"))
        assert page.find("p-wait")[0].text == words
        assert not shown(written(**parts)).find("p-wait")

    def test_what_is_done_can_be_copied_asked_again_undone_and_rated(self) -> None:
        page = shown(answered(sentences=(Sentence("It did."),)))
        assert page.all("data-busy") == []
        assert page.all("data-do") == ["copy", "retry", "undo", "rate", "rate"]
        last = [n.attributes["data-do"] for n in page.walk() if "data-last" in n.attributes]
        assert last == ["retry", "undo"]
        assert page.find("time")[0].text == "2031-05-06 14:05 UTC"

    @pytest.mark.parametrize(
        ("engine", "model", "words"),
        [
            ("extractive", None, "Quoted by Parley"),
            ("llm", "mini-4", "Written by mini-4"),
            ("llm", "<b>", "Written by <b>"),
        ],
    )
    def test_it_says_who_answered(self, engine: str, model: str | None, words: str) -> None:
        page = shown(answered(engine=engine, model=model, sentences=(Sentence(AGREED),)))
        assert page.find("p-actions")[0].find("p-about")[0].text.startswith(f"{words} · ")

    @pytest.mark.parametrize(
        ("usage", "words"),
        [
            (Usage(1_204, 96, 0.00031), "Written by mini-4 · 1,204 + 96 tokens · $0.00031 · "),
            (Usage(1_204, 96), "Written by mini-4 · 1,204 + 96 tokens · "),
            (Usage(12, 1, 0.0), "Written by mini-4 · 12 + 1 token · $0.00 · "),
            (Usage(1, 2, 0.00003), "tokens · < $0.0001 · "),
            (Usage(1, 2, 0.0003), "tokens · $0.0003 · "),
            (Usage(1, 2, 0.01234), "tokens · $0.012 · "),
            (Usage(1, 2, 0.5), "tokens · $0.50 · "),
            (Usage(1, 2, 0.999), "tokens · $1.00 · "),
            (Usage(1, 2, 1_234.567), "tokens · $1,234.57 · "),
        ],
    )
    def test_it_says_what_was_consumed(self, usage: Usage, words: str) -> None:
        page = shown(written(sentences=(Sentence(AGREED),), usage=usage))
        assert words in page.find("p-actions")[0].find("p-about")[0].text

    def test_what_a_model_consumed_in_vain_is_told_too(self) -> None:
        said = {"sentences": (Sentence(AGREED),), "usage": Usage(1_204, 96, 0.25)}
        page = shown(answered(**said))
        about = page.find("p-actions")[0].find("p-about")[0].text
        assert about.startswith("Quoted by Parley · 1,204 + 96 tokens used · $0.25 · ")
        page = shown(written(**said | {"sentences": (), "refused": True}))
        about = page.find("p-actions")[0].find("p-about")[0].text
        assert about.startswith("Answered by Parley · 1,204 + 96 tokens used · $0.25 · ")

    def test_a_refusal_quotes_nothing(self) -> None:
        page = shown(answered(refused=True))
        said = page.find("p-actions")[0].find("p-about")[0].text
        assert said.startswith("Answered by Parley · ")

    def test_a_copy_holds_question_answer_and_readable_citations(self) -> None:
        sentences = (Sentence(AGREED, (1,)), Sentence("It was 40.", (), "unverified", ("Not so.",)))
        turn = answered(sentences=sentences, citations=(cite(1, REPORT, AGREED),))
        (copied,) = shown(turn).all("data-copy")
        assert copied.startswith("Who?\n\n")
        assert f"{AGREED} [1]" in copied
        assert "unverified: Not so" in copied
        assert f"[1] “{AGREED}” — {REPORT.title}, The Lake Courier, 13 May 2025" in copied
        assert REPORT.url in copied
        assert "<" not in copied

    def test_an_error_says_whether_anything_was_answered(self) -> None:
        page = shown(Turn("t1", "Who?", error="Start it.", state="done"))
        assert page.find("p-error")[0].text == "No answer: something went wrongStart it."
        assert page.all("data-do") == ["retry", "undo"]
        page = shown(replace(answered(sentences=(Sentence("It did."),)), error="Start it."))
        assert "could not be finished" in page.find("p-error")[0].text

    def test_a_stopped_answer_says_so(self) -> None:
        page = shown(replace(answered(), state="stopped"))
        assert "Stopped" in page.find("p-stopped")[0].text
        assert shown(answered()).find("p-stopped") == []

    @pytest.mark.parametrize("rating", ["up", "down", None])
    def test_a_rating_is_pressed_and_has_room_for_a_word(self, rating: str | None) -> None:
        page = shown(replace(answered(), rating=rating, comment="Since 40 is wrong."))
        assert pressed(page) == [rating] * (rating is not None)
        words = [form.find("input")[0].attributes["value"] for form in page.find("p-word")]
        assert words == ["Since 40 is wrong."] * (rating is not None)

    def test_it_says_what_it_was_asked_of(self) -> None:
        scope = Scope("2025-05-01", articles=("a1", "b2"))
        page = tree(turns.turn(replace(answered(), scope=scope), {}, {"a1": "Talks"}))
        words = "Asked of 2 articles: Talks; 1 other; from 1 May 2025"
        assert page.find("p-note")[0].text == words
        assert "Asked of" not in shown(answered()).text


def test_rendering_and_serving_do_not_import_gradio_before_it_is_needed() -> None:
    code = "import sys, bot.ui.turns, bot.ui.server; sys.exit('gradio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
