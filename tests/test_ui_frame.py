"""The page around the answers as markup: header, conversations, welcome, filter, Library."""

import inspect
import re
from collections import Counter
from dataclasses import replace
from importlib import resources

import pytest
from hypothesis import given

from bot.jobs import Progress
from bot.scope import ALL, Scope
from bot.service import Overview
from bot.ui import (
    briefing_shelf,
    briefing_view,
    forms,
    frame,
    markup,
    shelf,
    source,
    turns,
)
from bot.ui.briefing_calls import BriefingCalls
from bot.ui.conversation_calls import ConversationCalls
from bot.ui.library_calls import LibraryCalls
from tests.page_service import COPY, PAYLOADS, REPORT
from tests.test_ui_briefing import KEPT, KEPT_ROW
from tests.test_ui_render import answered, hostile, tree, untimed
from vectorstore.catalogue import Row
from vectorstore.documents import Article
from vectorstore.ingest import Item
from vectorstore.readers import FORMATS
from vectorstore.transcripts import StoredConversation

OVERVIEW = Overview(12, 9, "extractive", examples=("Who met?", PAYLOADS[0]))
LOCAL = replace(OVERVIEW, engine="llm", model="mini-4")
REMOTE = replace(LOCAL, host="api.example.org")
TALK = StoredConversation("c1", "Talks", "{}", "2031-05-06T14:05:00+00:00", "2031-05-07", 2)
ROW = Row(
    *("a1" * 12, "Talks in Vell", False, "Vell Courier", "Mira Sorg", "2031-05-06", None, "page"),
    *("https://a.example", "en", False, "2031-05-07", 1, 1_234, 7, 0, None, (), 1, ()),
)
ITEM = Item("harbour.md", "added", "a1" * 12, title="Talks", published="2031-05-06", passages=3)
GONE = markup.Place(COPY.id, 1)
PLACES = [markup.Place(REPORT.id, 1, start, start + 5) for start in (0, 9)]
IDLE = Progress(False, False, 0, 0, "", (), None, None, 0, 0)
STATES = ("running", "done", "stopped")
ASSETS = sorted((resources.files("bot.ui") / "assets").iterdir(), key=str)
SCRIPTS = "\n".join(each.read_text("utf-8") for each in ASSETS if each.name.endswith(".js"))


def page(overview: Overview = OVERVIEW) -> str:
    return frame.page(overview, briefing_shelf.view(), shelf.view())


class TestHeader:
    @pytest.mark.parametrize(
        ("overview", "words"),
        [
            (OVERVIEW, "Parley quotes, word for word, on this machine"),
            (LOCAL, "mini-4 writes, on this machine"),
            (REMOTE, "mini-4 writes; passages go to api.example.org"),
            (
                replace(REMOTE, embedding_host="vectors.example.org"),
                "mini-4 writes; passages go to api.example.org and vectors.example.org",
            ),
            (
                replace(OVERVIEW, embedding_host="vectors.example.org"),
                "Parley quotes, word for word, passages go to vectors.example.org",
            ),
            (replace(REMOTE, model="<b>", host="<i>"), "<b> writes; passages go to <i>"),
            (replace(OVERVIEW, engine="llm"), "llm writes, on this machine"),
            (
                replace(REMOTE, embedding_host="api.example.org"),
                "mini-4 writes; passages go to api.example.org",
            ),
            (
                replace(LOCAL, embedding_host="vectors.example.org"),
                "mini-4 writes; passages go to vectors.example.org",
            ),
            (
                replace(OVERVIEW, host="api.example.org"),
                "Parley quotes, word for word, passages go to api.example.org",
            ),
        ],
    )
    def test_it_names_what_answers_and_where_passages_go(
        self, overview: Overview, words: str
    ) -> None:
        whole = tree(page(overview))
        assert whole.find("p-head")[0].find("p-facts")[0].text == words
        assert whole.find("p-side")[0].find("p-facts-side")[0].text == words
        assert tree(frame.facts(overview)).text == words

    def test_it_counts_the_articles(self) -> None:
        head = tree(page(replace(OVERVIEW, articles=12_345))).find("p-head")[0]
        assert head.find("p-tabs")[0].text == "AskBriefingLibrary 12,345"


class TestWelcome:
    @pytest.mark.parametrize(
        ("articles", "samples", "words"),
        [
            (12, 0, "In the library: 12 articles."),
            (12, 9, "In the library: 12 articles, 9 samples among them."),
            (12, 1, "In the library: 12 articles, 1 sample among them."),
            (1, 1, "In the library: 1 article, all of them samples."),
            (1_200, 1_200, "In the library: 1,200 articles, all of them samples."),
        ],
    )
    def test_it_counts_what_is_there(self, articles: int, samples: int, words: str) -> None:
        welcome = tree(frame.welcome(Overview(articles, samples, "extractive")))
        assert words in welcome.text
        assert ("remove-samples" in welcome.all("data-do")) == bool(samples)

    def test_an_empty_library_says_what_to_do(self) -> None:
        welcome = tree(frame.welcome(Overview(0, 0, "extractive", examples=("Who?",))))
        assert "There are no articles yet" in welcome.find("h2")[0].text
        assert welcome.all("data-do") == ["choose", "paste"]
        assert not welcome.find("p-example")

    def test_it_offers_questions(self) -> None:
        welcome = tree(frame.welcome(OVERVIEW))
        assert welcome.all("data-ask") == list(OVERVIEW.examples)
        assert [each.text for each in welcome.find("p-example")] == list(OVERVIEW.examples)
        assert "Try one" not in frame.welcome(replace(OVERVIEW, examples=()))

    @pytest.mark.parametrize(
        ("overview", "words"),
        [
            (OVERVIEW, "no model writes. Nothing leaves this machine."),
            (
                replace(OVERVIEW, embedding_host="vectors.example.org"),
                "articles and questions are sent to vectors.example.org.",
            ),
            (LOCAL, "mini-4 writes the answers, on this machine. Nothing leaves this machine."),
            (REMOTE, "that they are about are sent to api.example.org."),
            (
                replace(REMOTE, embedding_host="api.example.org"),
                "are sent to api.example.org. To be found by meaning, all articles and questions "
                "are sent there, too.",
            ),
            (
                replace(REMOTE, embedding_host="vectors.example.org"),
                "are sent to api.example.org. To be found by meaning, all articles and questions "
                "are sent to vectors.example.org.",
            ),
            (
                replace(LOCAL, embedding_host="vectors.example.org"),
                "on this machine. To be found by meaning, all articles and questions are sent to "
                "vectors.example.org.",
            ),
        ],
    )
    def test_it_says_what_leaves_the_machine(self, overview: Overview, words: str) -> None:
        assert words in tree(frame.welcome(overview)).text

    def test_it_promises_no_more_than_is_done_with_what_a_model_writes(self) -> None:
        assert "cites the passage that says it" in frame.welcome(OVERVIEW)
        for overview in (LOCAL, REMOTE):
            said = frame.welcome(overview)
            assert "cites the passage that says it" not in said
            assert "marked if they do not say it" in said

    def test_where_something_is_sent_nothing_stays_here(self) -> None:
        for said in (frame.welcome(REMOTE), page(REMOTE)):
            assert "nothing leaves" not in said
            assert "on this machine" not in said


class TestConversations:
    def test_each_has_its_link_time_and_actions(self) -> None:
        other = replace(TALK, id="c2", title="Brenn")
        listed = tree(frame.conversations([TALK, other], "c2", False, 0))
        first, second = listed.find("p-talk")
        assert first.find("a")[0].attributes["href"] == "?c=c1"
        assert first.find("p-talk-title")[0].text == "Talks"
        assert first.find("time")[0].attributes["datetime"] == "2031-05-07"
        assert first.all("data-do") == ["rename", "export", "link", "delete"]
        assert first.all("aria-current") == []
        assert second.all("aria-current") == ["page"]

    @pytest.mark.parametrize(
        ("searched", "words"), [(True, "None holds these words."), (False, "are kept here")]
    )
    def test_where_there_is_none_it_says_why(self, searched: bool, words: str) -> None:
        assert words in tree(frame.conversations([], None, searched, 0)).text

    def test_its_actions_are_plain_buttons(self) -> None:
        (talk,) = tree(frame.conversations([TALK], "c1", False, 0)).find("p-talk")
        menu = talk.find("p-menu")[0]
        assert len(menu.find("button")) == 4
        assert menu.all("role") == []

    def test_the_bin_is_offered_where_there_is_one(self) -> None:
        assert "deleted" not in frame.conversations([TALK], None, False, 0)
        kept = tree(frame.conversations([], None, False, 2))
        assert "2 deleted conversations." in kept.text
        assert kept.all("data-do") == ["restore-conversations", "empty-conversations"]


class TestScope:
    @pytest.mark.parametrize(
        ("articles", "words"),
        [(0, "no article yet"), (1, "the one article"), (1_234, "all 1,234 articles")],
    )
    def test_without_a_filter_it_asks_all(self, articles: int, words: str) -> None:
        bar = tree(frame.scope_bar(ALL, {}, articles))
        assert bar.text == f"Asking {words}Narrow down"
        assert bar.all("data-do") == ["filter"]

    def test_a_filter_is_said_part_by_part_and_can_be_cleared(self) -> None:
        scope = Scope("2031-05-01", None, "2031-06-01", ("Vell Courier",), ("a1", "b2"))
        bar = tree(frame.scope_bar(scope, {"a1": "Talks", "b2": "a deleted article"}, 12))
        assert [each.text for each in bar.find("p-chip")] == [
            *("2 articles: Talks; a deleted article", "Vell Courier"),
            *("from 1 May 2031", "as of 1 June 2031"),
        ]
        assert bar.all("data-do") == ["filter", "clear-scope"]

    def test_the_form_holds_the_filter(self) -> None:
        scope = Scope("2031-05-01", "2031-05-31", None, ("VELL courier",), (ROW.id,))
        bare = replace(ROW, id="b2" * 12, title=None, publisher=None, published=None)
        form = tree(
            forms.scope_form(scope, [("Vell Courier", 1_200), ("Herald", 1)], [ROW, bare], {})
        )
        days = [each for each in form.find("input") if each.attributes["type"] == "date"]
        assert [(each.attributes["name"], each.attributes["value"]) for each in days] == [
            *(("since", "2031-05-01"), ("until", "2031-05-31"), ("as_of", ""))
        ]
        boxes = [each.find("input")[0].attributes for each in form.find("p-tick")]
        assert [(each["value"], "checked" in each) for each in boxes] == [
            *(("Vell Courier", True), ("Herald", False), (ROW.id, True), (bare.id, False))
        ]
        words = [each.text for each in form.find("p-tick")]
        assert words[0] == "Vell Courier 1,200"
        assert words[2:] == [
            "Talks in Vell Vell Courier, 6 May 2031",
            "Untitled article publisher not given, date unknown",
        ]


class TestLibrary:
    def test_it_says_what_can_be_read(self) -> None:
        note = tree(shelf.view()).find("p-drop")[0].find("p-note")[0].text
        assert all(ending in note for ending in FORMATS)

    def test_a_row_says_what_is_known(self) -> None:
        (row,) = tree(shelf.articles([ROW], 1, False, 0)).find("p-row")
        assert row.find("a")[0].attributes["href"] == f"#article/{ROW.id}/1"
        assert row.find("p-about")[0].text.startswith(
            "Vell Courier · 6 May 2031 · Mira Sorg · 1,234 words"
        )
        assert row.find("p-tag") == []
        assert row.all("data-do") == ["edit", "delete-article"]

    @pytest.mark.parametrize(
        ("known", "tag", "why"),
        [
            ({"sample": True}, "sample", "Came with Parley"),
            ({"title_derived": True}, "title derived", "none was given"),
            ({"copies": ("b2",), "duplicate_of": "b2"}, "2 articles, 1 origin", "this is a copy"),
            ({"copies": ("b2", "c3"), "outlets": 2}, "2 outlets, 1 origin", "the first of them"),
            ({"corrected": ("title", "url")}, "corrected", "By you: title, url"),
            ({"version": 3}, "version 3", "same address"),
        ],
    )
    def test_what_is_odd_about_an_article_is_a_tag(
        self, known: dict[str, object], tag: str, why: str
    ) -> None:
        (found,) = tree(shelf.articles([replace(ROW, **known)], 1, False, 0)).find("p-tag")
        assert found.text == tag
        assert why in found.attributes["title"]

    def test_what_is_not_known_is_said(self) -> None:
        bare = replace(ROW, title=None, publisher=None, author=None, published=None)
        (row,) = tree(shelf.articles([bare], 1, False, 0)).find("p-row")
        assert row.find("p-title")[0].text == "Untitled article"
        assert row.find("p-about")[0].text.startswith("publisher not given · date unknown · ")

    def test_a_guessed_date_and_cut_lines_are_said(self) -> None:
        row = replace(ROW, published_from="file name", removed_lines=2, words=1)
        about = tree(shelf.articles([row], 1, False, 0)).find("p-about")[0].text
        assert "6 May 2031 (from the file's name)" in about
        assert "1 word · 2 lines cut" in about

    def test_the_list_counts_what_was_found_and_what_was_deleted(self) -> None:
        listed = tree(shelf.articles([ROW], 1_234, True, 1))
        assert "The first 1 of 1,234 articles" in listed.text
        assert "Show more of 1,234" in listed.text
        assert "1 deleted article." in listed.text
        assert {"more", "restore-articles", "purge", "reindex"} < set(listed.all("data-do"))
        listed = tree(shelf.articles([ROW], 1, False, 0))
        assert "1 article" in listed.text
        assert "The first" not in listed.text
        assert not {"more", "restore-articles", "purge"} & set(listed.all("data-do"))

    @pytest.mark.parametrize(
        ("narrowed", "words"), [(True, "No article matches"), (False, "no articles yet")]
    )
    def test_an_empty_list_says_why(self, narrowed: bool, words: str) -> None:
        assert words in tree(shelf.articles([], 0, narrowed, 0)).text


class TestProgress:
    def test_where_nothing_happened_nothing_is_said(self) -> None:
        assert shelf.progress(IDLE) == ""

    def test_what_is_at_hand_is_named_and_can_be_cancelled(self) -> None:
        state = Progress(True, False, 1, 1_200, "harbour.md", (ITEM,), None, None, 0, 3)
        card = tree(shelf.progress(state))
        assert "1 of 1,200 harbour.md" in card.text
        assert card.all("data-do") == ["cancel"]
        (bar,) = card.find("progress")
        assert (bar.attributes["max"], bar.attributes["value"]) == ("1200", "1")

    def test_re_indexing_says_so_and_cannot_be_cancelled(self) -> None:
        card = tree(shelf.progress(Progress(True, True, 1, 1_200, "", (), None, None, 0, 3)))
        assert "1 of 1,200 re-indexed" in card.text
        assert card.all("data-do") == []
        done = tree(shelf.progress(replace(IDLE, said="2 articles re-indexed.")))
        assert "2 articles re-indexed." in done.text

    @pytest.mark.parametrize("running", [True, False])
    def test_only_the_count_is_read_out(self, running: bool) -> None:
        card = tree(shelf.progress(replace(IDLE, running=running, items=(ITEM,))))
        (said,) = [each for each in card.walk() if each.attributes.get("role") == "status"]
        assert said.tag == "p"
        assert "harbour.md" not in said.text
        assert card.all("aria-live") == []

    def test_every_input_has_a_row_the_newest_first(self) -> None:
        items = (
            ITEM,
            replace(ITEM, source="b.md", status="updated", passages=1),
            replace(ITEM, source="c.md", status="unchanged", published=None, title=None),
            replace(ITEM, source="d.md", status="duplicate", reason="the date is unclear"),
            Item("e.png", "rejected", reason="e.png has .png; Parley reads .md."),
            Item("f.png", "rejected", reason="f.png is empty."),
        )
        counts = tuple(Counter(item.status for item in items).items())
        card = tree(shelf.progress(replace(IDLE, items=items, counts=counts)))
        assert [row.text for row in card.find("p-item")] == [
            "rejected f.png is empty.",
            "rejected e.png has .png; Parley reads .md.",
            "copy Talks d.md · 6 May 2031 · 3 passages · the date is unclear",
            "already there c.md · date unknown · 3 passages",
            "updated Talks b.md · 6 May 2031 · 1 passage",
            "added Talks harbour.md · 6 May 2031 · 3 passages",
        ]
        assert "1 added, 1 updated, 1 already there, 1 copy, 2 rejected." in card.text
        assert card.all("data-do") == ["clear-progress"]

    def test_an_error_is_told_beside_what_was_taken_in(self) -> None:
        card = tree(shelf.progress(replace(IDLE, items=(ITEM,), error="Clear the disk.")))
        assert card.find("p-error")[0].text == "Clear the disk."
        assert len(card.find("p-item")) == 1
        assert "Nothing was taken in" in shelf.progress(replace(IDLE, error="Clear the disk."))


class TestForms:
    def test_what_was_read_stands_beside_what_was_corrected(self) -> None:
        now = replace(REPORT, title="Talks", publisher=None, author="Mira")
        form = tree(forms.edit_form(now, replace(REPORT, author=None)))
        values = {each.attributes["name"]: each.attributes["value"] for each in form.find("input")}
        assert values == {
            "article": REPORT.id,
            "title": "Talks",
            "publisher": "",
            "author": "Mira",
            "published": "2025-05-13",
            "url": REPORT.url,
            "language": "",
        }
        assert [each.text for each in form.find("p-note")][:-1] == [
            f"As read: {REPORT.title}",
            "As read: The Lake Courier",
            "As read: not given",
        ]
        assert "As read" not in forms.edit_form(REPORT, REPORT)

    @pytest.mark.parametrize(
        "html",
        [
            forms.rename_form("Talks"),
            forms.paste_form(),
            forms.scope_form(ALL, [], [], {}),
            forms.edit_form(REPORT, REPORT),
        ],
    )
    def test_a_dialog_has_a_title_a_way_out_and_labelled_fields(self, html: str) -> None:
        form = tree(html)
        assert form.find("h2")[0].attributes["id"] == "p-dialog-title"
        assert "close" in form.all("data-do")
        assert form.find("p-wrong")[0].attributes["role"] == "alert"
        # It stays in sight, however long the form is.
        assert form.find("p-scroll")[0].find("p-wrong") == []
        labelled = [each for label in form.find("label") for each in label.walk()]
        for field in (*form.find("input"), *form.find("textarea")):
            named = field in labelled or "aria-label" in field.attributes
            assert named or field.attributes["type"] == "hidden"


class TestHostility:
    @untimed
    @given(hostile)
    def test_whatever_is_shown_is_text(self, value: str) -> None:
        expected = markup.shown(value)
        overview = Overview(2, 1, value, value, value or None, (value,))
        whole = tree(page(overview))
        assert whole.all("data-ask") == [expected]
        assert tree(frame.welcome(replace(overview, model=None))).all("data-ask") == [expected]

        talk = StoredConversation(value, value, value, value, value, 1)
        listed = tree(frame.conversations([talk], value, False, 1))
        assert listed.find("p-talk-title")[0].text == expected
        assert listed.all("data-title") == [expected]

        scope = Scope(value, value, value, (value,), (value,))
        bar = tree(frame.scope_bar(scope, {value: value}, 1))
        assert len(bar.find("p-chip")) == 2 + 3 * bool(value)
        tree(forms.scope_form(scope, [(value, 1)], [rowed(value)], {value: value}))
        renamed = tree(forms.rename_form(value)).find("input")[0]
        assert renamed.attributes["value"] == expected

        (row,) = tree(shelf.articles([rowed(value)], 1, False, 0)).find("p-row")
        assert row.attributes["data-title"] == (expected or "Untitled article")
        options = tree(shelf.publishers([(value, 1)], value)).find("option")
        assert options[-1].attributes["value"] in (expected, "")

        items = (Item(value, "added", value, value, value, value, value, value, 1, 1, value),)
        card = tree(shelf.progress(Progress(True, False, 1, 1, value, items, value, value, 0, 1)))
        assert len(card.find("p-item")) == 1
        article = Article(value, value, True, value, value, value, None, value, value, value)
        form = tree(forms.edit_form(replace(article, id=value), article))
        assert form.find("input")[0].attributes["value"] == expected

    @pytest.mark.parametrize("payload", PAYLOADS)
    def test_attacks_are_text(self, payload: str) -> None:
        (row,) = tree(shelf.articles([rowed(payload)], 1, False, 0)).find("p-row")
        assert row.find("p-title")[0].text == markup.shown(payload)
        (item,) = tree(
            shelf.progress(
                replace(IDLE, items=(Item(payload, "rejected", reason=f"Not {payload}"),))
            )
        ).find("p-item")
        name, reason = (each.text for each in item.find("bdi"))
        assert (name, reason) == (markup.shown(payload), f"Not {markup.shown(payload)}")


def rowed(value: str) -> Row:
    """Return a row that holds `value` wherever an input can put a text."""
    given = ("title", "publisher", "author", "published", "published_from", "url", "language")
    return replace(ROW, **dict.fromkeys(given, value), title_derived=True, corrected=(value,))


class TestScripts:
    """What the scripts look for is there, and what is there leads somewhere."""

    markups = "\n".join(
        (
            *(page(), frame.conversations([TALK], "c1", False, 1), forms.paste_form()),
            *(forms.rename_form("x"), forms.scope_form(Scope("2031-05-01"), [], [ROW], {})),
            *(frame.scope_bar(Scope("2031-05-01"), {}, 1), shelf.articles([ROW], 2, False, 1)),
            *(
                shelf.progress(replace(IDLE, items=(ITEM,), left=2)),
                forms.edit_form(REPORT, REPORT),
            ),
            *(shelf.progress(replace(IDLE, running=True)), frame.welcome(OVERVIEW)),
            *(turns.turn(replace(answered(), rating="up"), {}, {}), shelf.publishers([], "")),
            *(source.panel(REPORT, PLACES[0], PLACES[1:], (COPY,)), source._gone(GONE, True, None)),
            turns.turn(replace(answered(pending="It", doing="Reading"), state="running"), {}, {}),
            *(briefing_view.view(replace(KEPT, state=state), {}, {}) for state in STATES),
            *(briefing_shelf.briefings([KEPT_ROW], False, 1), briefing_shelf.earlier([], "")),
            *(
                briefing_shelf.scope_bar(Scope("2031-05-01"), {}, 1),
                forms.rename_form("x", "briefing"),
            ),
            forms.scope_form(ALL, [], [], {}, "briefing"),
        )
    )

    def values(self, attribute: str) -> set[str]:
        return set(re.findall(rf' {attribute}="([^"]*)"', self.markups))

    def test_every_button_and_form_does_something(self) -> None:
        does = set(re.findall(r"^actions(?:\.(\w+)|\[\"([\w-]+)\"\]) =", SCRIPTS, re.MULTILINE))
        assert self.values("data-do") == {plain or quoted for plain, quoted in does}
        assert self.values("data-form") == set(
            re.findall(r"^forms\.(\w+) =", SCRIPTS, re.MULTILINE)
        )

    def test_every_call_is_there_and_every_one_is_used(self) -> None:
        called = set(re.findall(r"(?:call|newest)\(\"(\w+)\"", SCRIPTS))
        offered = {
            name
            for calls in (BriefingCalls, ConversationCalls, LibraryCalls)
            for name, _ in inspect.getmembers(calls, inspect.isfunction)
            if not name.startswith("_")
        }
        assert called == offered

    def test_every_part_that_is_filled_is_there_once_but_for_the_facts(self) -> None:
        filled = set(re.findall(r"(?:fill|part)\(\"([\w-]+)\"", SCRIPTS))
        filled |= set(re.findall(r'\[data-part="([\w-]+)"\]', SCRIPTS))
        assert filled <= self.values("data-part")
        parts = tree(page()).all("data-part")
        assert {name: parts.count(name) for name in parts} == {
            name: 2 if name == "facts" else 1 for name in parts
        }
        ids = tree(page()).all("id")
        assert len(ids) == len(set(ids))

    def test_every_class_that_a_script_looks_for_is_there(self) -> None:
        sought = set(re.findall(r"\.(p-[\w-]+)", SCRIPTS))
        there = {name for each in self.values("class") for name in each.split()}
        there |= set(re.findall(r"classList\.\w+\(\"(p-[\w-]+)\"", SCRIPTS))
        assert sought <= there


def test_an_outlet_is_chosen_whatever_its_case_and_accents() -> None:
    form = tree(forms.scope_form(Scope(publishers=("abc",)), [("Ábc", 1)], [], {}))
    ticks = [each.find("input")[0].attributes for each in form.find("p-tick")]
    assert [(each["value"], "checked" in each) for each in ticks] == [("Ábc", True)]


def test_the_page_is_put_into_a_page_that_has_its_own_main() -> None:
    assert tree(page()).find("main") == []


def test_what_is_not_listed_any_more_stays_in_the_filter() -> None:
    scope = Scope(publishers=("Gone Post",), articles=("c3" * 12,))
    form = tree(forms.scope_form(scope, [("Herald", 1)], [ROW], {"c3" * 12: "a deleted article"}))
    ticked = [each for each in form.find("input") if "checked" in each.attributes]
    assert [each.attributes["value"] for each in ticked] == ["Gone Post", "c3" * 12]
