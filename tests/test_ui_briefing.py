"""The Briefing view: its markup, what its scripts may call, and the pictures."""

import asyncio
import base64
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from bot.briefing.article_report import report_on
from bot.briefing.kept import Kept, KeptRow
from bot.briefing.parts import Briefing, Event, Position
from bot.briefing.request import Request
from bot.neutrality.flags import Neutrality
from bot.scope import ALL, Scope
from bot.service import Service
from bot.ui import briefing_shelf, briefing_tables, briefing_view, briefing_wording, pictures
from bot.ui.briefing_calls import BriefingCalls
from bot.ui.conversation_calls import ConversationCalls
from bot.ui.markup import shown
from tests.page_service import BRIEFING, HOSTILE_BRIEFING, NOTE, PAYLOADS, REPORT, page_service
from tests.test_ui_calls import ODD, Noted, called, every
from tests.test_ui_render import Node, hostile, tree, untimed
from vectorstore import curation
from vectorstore.errors import NotFoundError, ParleyError

KEPT = Kept(
    *("b1" * 8, "The prisoner exchange", Request("prisoners"), "done", BRIEFING, "Reading", None),
    *("2025-05-21T09:30:00.000001+00:00", "r1"),
)
KEPT_ROW = KeptRow("b1" * 8, "The exchange", "2025-05-21T09:30:00+00:00", 43, 1_200, "done")
TITLES = {NOTE.id: "Bresk will release 110 prisoners"}


def view(kept: Kept = KEPT) -> Node:
    return tree(briefing_view.view(kept, {}, TITLES))


def section(name: str, kept: Kept = KEPT) -> Node:
    return next(each for each in view(kept).walk() if each.attributes.get("data-section") == name)


def told(**parts: Any) -> Kept:
    return replace(KEPT, briefing=replace(BRIEFING, **parts))


def rows(table: Node) -> list[list[str]]:
    return [
        [cell.text.strip() for cell in row.children if isinstance(cell, Node)]
        for body in table.find("tbody")
        for row in body.find("tr")
    ]


class TestReading:
    def test_it_says_what_it_rests_on(self) -> None:
        head = view().find("p-brief-head")[0]
        about = head.find("p-about")[0].text
        assert "3 articles, 2 origins · as of 20 May 2025 · quoted by Parley" in about
        assert "Topic: prisoners" in head.text
        written = told(engine="llm", model="mini-4")
        assert "written by mini-4" in view(written).find("p-brief-head")[0].text

    def test_it_says_what_it_was_asked_to_be_made_from(self) -> None:
        scope = Scope("2025-05-01", None, "2025-05-20", ("The Lake Courier",), (NOTE.id,))
        request = Request("prisoners", scope=scope)
        (made_from,) = view(replace(KEPT, request=request)).find("p-brief-head")[0].find("p-from")
        assert [each.text for each in made_from.find("p-chip")] == [
            f"1 article: {TITLES[NOTE.id]}",
            "The Lake Courier",
            "from 1 May 2025",
        ]
        begun = view(replace(KEPT, request=request, state="running", briefing=None))
        assert "as of 20 May 2025" in begun.find("p-from")[0].text
        assert not view().find("p-from")

    def test_each_sentence_has_its_citations_and_whose_word_it_is(self) -> None:
        said = section("text").find("p-sentence")
        assert [[link.text for link in each.find("p-cite")] for each in said] == [
            *(["[1]", "[4]"], ["[2]"], ["[2]"], ["[3]"])
        ]
        assert [[tag.text for tag in each.find("p-status")] for each in said] == [
            *(["unnamed source", "2 origins"], ["party’s word", "new"], [], ["document"])
        ]
        assert said[2].find("p-problems")[0].text == "“slammed” is not there."
        assert said[0].find("a")[0].attributes["href"].startswith(f"#cite/{REPORT.id}/1/")

    def test_a_long_text_is_broken_into_paragraphs(self) -> None:
        sentence = replace(BRIEFING.sentences[1], text="word " * 40)
        kept = told(sentences=(sentence,) * 5, changes=None)
        paragraphs = section("text", kept).find("p-answer")
        assert [len(each.find("p-sentence")) for each in paragraphs] == [2, 2, 1]

    def test_what_a_model_left_out_or_wrote_in_vain_is_told(self) -> None:
        text = section("text", told(draft="What was turned down."))
        assert "who signed it" in text.find("p-missing")[0].text
        assert "What was turned down." in text.find("p-draft")[0].text
        assert "One wire story" in text.find("p-notices")[0].text

    def test_every_part_can_be_jumped_to(self) -> None:
        whole = view()
        assert whole.all("data-to") == whole.all("data-section")
        assert len(whole.all("data-to")) == 8

    def test_while_it_is_made_there_is_the_text_alone_and_a_way_to_stop(self) -> None:
        running = view(replace(KEPT, state="running", doing="Checking sentence 2 of 4"))
        assert running.all("data-section") == ["text"]
        assert "Checking sentence 2 of 4" in running.find("p-wait")[0].text
        assert running.all("data-do") == ["stop-brief"]
        begun = view(replace(KEPT, state="running", briefing=None, doing=""))
        assert "Reading the articles" in begun.find("p-wait")[0].text

    def test_what_went_wrong_is_told(self) -> None:
        failed = view(replace(KEPT, state="failed", briefing=None, error="Add articles first."))
        assert "Add articles first." in failed.find("p-error")[0].text
        assert failed.all("data-do") == ["again-brief"]
        stopped = view(replace(KEPT, state="stopped"))
        assert "may be incomplete" in stopped.find("p-stopped")[0].text
        assert "again-brief" in stopped.all("data-do")
        assert "again-brief" not in view().all("data-do")

    @pytest.mark.parametrize(("state", "error"), [("stopped", "Parley ended."), ("failed", "No.")])
    def test_its_page_says_of_its_state_what_the_list_says(self, state: Any, error: str) -> None:
        page = view(replace(KEPT, state=state, error=error))
        listed = tree(briefing_shelf.briefings([replace(KEPT_ROW, state=state)], False, 0))
        assert page.find("p-kicker")[-1].text.lower() == listed.find("p-tag")[0].text

    def test_a_briefing_without_sentences_says_that_there_is_none(self) -> None:
        text = section("text", told(sentences=(), topic="whales"))
        assert "do not say enough about whales" in text.find("p-refusal")[0].text
        assert view(told(sentences=())).all("data-section") == ["text"]

    def test_it_can_be_saved_in_each_form(self) -> None:
        assert view().all("data-format") == ["md", "docx", "pdf", "json"]


class TestParts:
    def test_the_board_has_a_row_an_issue_and_a_column_a_party(self) -> None:
        board = section("positions").find("p-board")[0]
        assert [each.text for each in board.find("thead")[0].find("th")] == [
            *("Issue", "Arland", "Bresk")
        ]
        assert rows(board) == [
            [
                "prisoners",
                "exchange 120 prisoners Mira Sorg, 13 May 2025 [1]",
                "release 110 prisoners May 2025 [2] moved",
            ],
            ["ceasefire", "not stated in these articles", "no fire along the border  [2]"],
        ]
        assert len(board.find("p-unstated")) == 1

    def test_a_party_without_a_position_on_an_issue_is_said_to_have_none(self) -> None:
        kept = told(positions=(BRIEFING.positions[0], BRIEFING.positions[3]), changes=None)
        assert [row[1:] for row in rows(section("positions", kept).find("table")[0])] == [
            ["exchange 120 prisoners Mira Sorg, 13 May 2025 [1]", "not stated in these articles"],
            ["not stated in these articles", "no fire along the border  [2]"],
        ]

    def test_of_many_parties_each_issue_lists_those_that_say_something(self) -> None:
        others = (Position("Sudmark", "prisoners"), Position("Norland", "tolls", "lower them"))
        board = section("positions", told(positions=(*BRIEFING.positions, *others)))
        assert not board.find("table")
        blocks = board.find("p-issue")
        assert [each.find("h4")[0].text for each in blocks] == ["prisoners", "ceasefire", "tolls"]
        assert [each.text for each in blocks[0].find("p-party")] == ["Arland", "Bresk"]
        assert "release 110 prisoners May 2025 [2] moved" in blocks[0].text
        assert [each.find("p-unstated")[0].text for each in blocks] == [
            "Not stated in these articles: Sudmark, Norland",
            "Not stated in these articles: Arland, Sudmark, Norland",
            "Not stated in these articles: Arland, Bresk, Sudmark",
        ]

    def test_what_else_carries_a_sentence_may_go_on_in_the_next_line(self) -> None:
        also = replace(BRIEFING.sentences[0], also=(2, 3, 4))
        (said,) = section("text", told(sentences=(also,), changes=None)).find("p-also")
        assert said.text == "also [2] [3] [4]"
        assert said.find("p-bound")[0].text == "also [2]"

    def test_the_timeline_has_both_clocks_as_exact_as_is_known(self) -> None:
        timeline = section("timeline")
        assert rows(timeline.find("table")[0]) == [
            ["1", "March 2025", "The lists were drawn up. [1]", "13 May 2025"],
            ["2", "12 May 2025", "Delegations met in Geneva. [1]", "13 May 2025"],
            ["3", "30 June 2025", "The exchange is to be over. [2]", "not known"],
        ]
        assert "3 sentences on what happened on no day" in timeline.text

    def test_values_that_differ_stand_side_by_side_and_dated(self) -> None:
        card = section("disagreements").find("p-disagree")[0]
        values = [each.text for each in card.find("li")]
        assert values[0] == "120 The Lake Courier, 13 May 2025 newest [1]"
        assert values[1] == "110 date unknown [2]"

    def test_a_statement_is_told_with_speaker_verb_hearer_and_go_between(self) -> None:
        assert rows(section("statements").find("table")[0])[0][:2] == [
            "Arlandthrough the foreign ministry",
            "said to Breskquoted",
        ]
        second = rows(section("statements").find("table")[0])[1]
        assert second[0] == "unattributed"
        assert (second[1], second[3]) == ("addedparaphrased", "not stated")

    def test_flagged_words_are_marked_where_they_stand(self) -> None:
        report = section("neutrality")
        assert [each.text for each in report.find("mark")] == [
            *("slammed", NOTE.text),
        ]
        assert "2 flags in 4 sentences" in report.text
        assert "a plainer word: criticised" in report.text
        assert rows(report.find("table")[0])[1][0] == "the whole sentence"

    def test_the_report_gives_no_verdict(self) -> None:
        for report in (section("neutrality"), section("neutrality", told(neutrality=Neutrality()))):
            assert "no verdict" in report.text
            assert not re.search("bias", report.text, re.IGNORECASE)

    def test_shares_are_told_of_parties_and_publishers(self) -> None:
        _, parties, publishers = section("neutrality").find("table")
        assert rows(parties) == [["Arland", "60%", "100%"], ["Bresk", "40%", "0%"]]
        assert rows(publishers) == [["The Lake Courier", "75%"], ["Bresk Herald", "25%"]]

    def test_what_changed_is_told_in_words(self) -> None:
        changed = section("changes")
        assert "Since the briefing of 1 May 2025." in changed.text
        assert [each.text for each in changed.find("li")] == [
            f"{NOTE.text} [2]",
            "Bresk on prisoners: release 110 prisoners [2]",
            TITLES[NOTE.id],
        ]
        assert "changes" not in view(told(changes=None)).all("data-section")

    @pytest.mark.parametrize(
        ("before", "said"),
        [
            (Position("Bresk", "prisoners", "free nobody", None, "2025-04"), "free nobody (April"),
            (Position("Bresk", "prisoners"), "not stated"),
            (Position("Arland", "prisoners", "free nobody"), "not stated"),
        ],
    )
    def test_what_a_party_said_before_stands_below_what_it_says_now(
        self, before: Position, said: str
    ) -> None:
        earlier = replace(KEPT, id="e1" * 8, briefing=replace(BRIEFING, positions=(before,)))
        page = tree(briefing_view.view(KEPT, {}, TITLES, earlier))
        (was,) = page.find("p-before")
        assert was.text.startswith(f"Before: {said}")
        assert f"?view=briefing&b={earlier.id}" in page.all("href")
        assert not view().find("p-before")

    def test_the_rows_of_a_long_table_are_folded_away(self) -> None:
        many = section("statements", told(claims=BRIEFING.claims * 10))
        assert "8 more rows" in many.find("summary")[0].text
        assert sum(len(rows(each)) for each in many.find("table")) == 20

    def test_where_nothing_was_found_that_is_said(self) -> None:
        bare = told(claims=(), positions=(), timeline=(), disagreements=(), undated=0)
        for name in ("positions", "timeline", "disagreements", "statements"):
            assert re.search("No(thing)? .*was found", section(name, bare).text)

    def test_every_cell_names_its_column(self) -> None:
        for table in view().find("table"):
            names = [each.text for each in table.find("th") if "scope" in each.attributes]
            heads = names[: len(table.find("thead")[0].find("th"))]
            for row in table.find("tbody")[0].find("tr"):
                assert [cell.attributes["data-label"] for cell in row.find("td")] == heads[1:]


class TestShelf:
    def test_a_row_leads_to_its_briefing(self) -> None:
        (row,) = tree(briefing_shelf.briefings([KEPT_ROW], False, 0)).find("p-kept")
        (link,) = row.find("a")
        assert link.attributes["href"] == f"?view=briefing&b={KEPT_ROW.id}"
        assert "43 words · 1,200 articles" in row.text
        assert row.all("data-do") == ["rename-brief", "link-brief", "delete-brief"]

    @pytest.mark.parametrize(("state", "word"), [("running", "being made"), ("stopped", "stopped")])
    def test_one_that_is_not_whole_says_so(self, state: Any, word: str) -> None:
        listed = tree(briefing_shelf.briefings([replace(KEPT_ROW, state=state)], False, 0))
        assert listed.find("p-tag")[0].text == word

    def test_the_bin_and_an_empty_list_are_told(self) -> None:
        empty = tree(briefing_shelf.briefings([], False, 2))
        assert "2 deleted briefings." in empty.text
        assert empty.all("data-do") == ["restore-briefs", "empty-briefs"]
        assert "None holds these words." in briefing_shelf.briefings([], True, 0)

    def test_one_that_is_being_made_or_holds_nothing_cannot_be_compared_with(self) -> None:
        kept = [
            KEPT_ROW,
            replace(KEPT_ROW, id="c2" * 8, state="running"),
            replace(KEPT_ROW, id="c3" * 8, state="failed", words=0),
            replace(KEPT_ROW, id="c4" * 8, state="stopped", words=0),
        ]
        options = tree(briefing_shelf.earlier(kept, KEPT_ROW.id)).find("option")
        assert [each.attributes["value"] for each in options] == ["", KEPT_ROW.id]
        assert "selected" in options[1].attributes

    def test_the_length_is_bounded_as_a_briefing_is(self) -> None:
        fields = {
            each.attributes.get("name"): each for each in tree(briefing_shelf.view()).find("input")
        }
        words = fields["words"].attributes
        assert (words["min"], words["max"], words["value"]) == ("50", "800", "200")

    def test_the_articles_are_told(self) -> None:
        assert "From all 1,234 articles" in tree(briefing_shelf.scope_bar(ALL, {}, 1_234)).text
        bar = tree(briefing_shelf.scope_bar(Scope("2031-05-01"), {}, 9))
        assert "From onlyfrom 1 May 2031" in bar.text
        assert bar.all("data-do") == ["brief-filter", "clear-brief-scope"]


class TestPictures:
    def test_a_month_is_a_bar_and_a_day_a_point(self) -> None:
        figure = pictures.timeline(BRIEFING.timeline)
        assert figure is not None
        happened = [each for each in figure["data"] if each["name"] == "Happened"]
        assert [each["x"] for each in happened] == [
            *(["2025-03-01", "2025-03-31"], ["2025-05-12"], ["2025-06-30"])
        ]
        (reported,) = (each for each in figure["data"] if each["name"] == "Reported")
        assert reported["x"] == ["2025-05-13", "2025-05-13"]

    def test_what_lies_far_back_is_left_to_the_table(self) -> None:
        old = Event("1994", "year", None, "An older treaty.", 1)
        figure = pictures.timeline((old, *BRIEFING.timeline))
        assert figure is not None
        assert figure["layout"]["yaxis"]["tickvals"] == [2, 3, 4]

    @pytest.mark.parametrize(
        "events", [(), BRIEFING.timeline[1:2], (Event("soon", "day", "later", "x", 1),) * 2]
    )
    def test_where_there_is_no_time_to_show_there_is_no_picture(
        self, events: tuple[Event, ...]
    ) -> None:
        assert pictures.timeline(events) is None

    def test_shares_are_bars_in_per_cent(self) -> None:
        figure = pictures.shares({"All words": {"Arland": 0.6, "Bresk": 0.4}})
        assert figure is not None
        assert figure["data"][0]["x"] == [60.0, 40.0]
        assert figure["layout"]["yaxis"]["ticktext"] == ["Arland", "Bresk"]
        assert pictures.shares({"All words": {"Arland": 1.0}}) is None

    @untimed
    @given(hostile)
    def test_no_text_is_markup_in_a_picture(self, value: str) -> None:
        events = [replace(each, text=value) for each in BRIEFING.timeline]
        shares = {value: {value: 0.6, "other": 0.4}}
        for figure in (pictures.timeline(events), pictures.shares(shares)):
            said = json.dumps(figure)
            assert not re.search("<(?!br>)", said)

    def test_its_script_is_there_under_a_name_with_its_version(self) -> None:
        name, file = pictures.script()
        assert re.fullmatch(r"plotly-[0-9.]+\.min\.js", name)
        assert "plotly.js" in file.read_text("utf-8")[:200]


class TestHostility:
    @pytest.mark.parametrize("state", ["done", "running", "failed"])
    def test_attacks_are_text(self, state: Any) -> None:
        kept = replace(KEPT, title=PAYLOADS[0], state=state, briefing=HOSTILE_BRIEFING)
        kept = replace(kept, error=PAYLOADS[3], doing=PAYLOADS[4], id=PAYLOADS[5])
        whole = view(kept)
        said = whole.find("p-sentence")
        assert [each.find("bdi")[0].text for each in said] == list(map(shown, PAYLOADS))

    @untimed
    @given(hostile)
    def test_whatever_is_kept_is_shown_as_text(self, value: str) -> None:
        row = KeptRow(value, value, value, 1, 1, "done")
        listed = tree(briefing_shelf.briefings([row], False, 0))
        assert listed.find("p-title")[0].text == shown(value)
        tree(briefing_shelf.earlier([row], value))
        claim = replace(BRIEFING.claims[0], speaker=value, to=value, via=value, text=value)
        tree(briefing_tables.statements([claim], {}))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with page_service(tmp_path_factory.mktemp("home")) as opened:
        yield opened


@pytest.fixture
def calls(service: Service) -> BriefingCalls:
    return BriefingCalls(service)


def made(calls: BriefingCalls, topic: str = "", **more: Any) -> str:
    briefing = calls.brief({"topic": topic, "words": "120", "scope": {}, **more})["briefing"]
    until = time.monotonic() + 20
    while followed(calls, briefing)["busy"]:
        assert time.monotonic() < until
    return briefing


def followed(calls: BriefingCalls, briefing: str, revision: str = "") -> dict[str, Any]:
    return asyncio.run(calls.briefing({"briefing": briefing, "revision": revision}))


class TestCalls:
    def test_a_briefing_is_made_kept_and_found_again(self, calls: BriefingCalls) -> None:
        briefing = made(calls, "corridors")
        got = followed(calls, briefing)
        assert got["title"] == "corridors"
        assert "p-saves" in got["html"]
        assert set(got["pictures"]) == {"timeline", "parties", "publishers"}
        assert got["plotly"] == pictures.script()[0]
        for search, found in (("corridors", True), ("no such words", False)):
            assert (briefing in calls.briefings({"search": search})["html"]) == found

    def test_while_one_is_made_it_can_be_followed_and_stopped(self, calls: BriefingCalls) -> None:
        briefing = calls.brief({"topic": "endless", "words": 50, "scope": {}})["briefing"]
        first = followed(calls, briefing)
        assert first["busy"]
        later = followed(calls, briefing, first["revision"])
        assert later["revision"] != first["revision"]
        calls.stop_brief({"briefing": briefing})
        assert not (ended := followed(calls, briefing))["busy"]
        assert "may be incomplete" in ended["html"]

    def test_what_goes_wrong_is_told_in_the_briefing(self, calls: BriefingCalls) -> None:
        assert "No endpoint answers." in followed(calls, made(calls, "broken"))["html"]

    def test_one_is_compared_with_an_earlier_one(self, calls: BriefingCalls) -> None:
        earlier = made(calls)
        assert "What changed" not in followed(calls, earlier)["html"]
        later = followed(calls, made(calls, earlier=earlier))["html"]
        assert "What changed" in later
        assert NOTE.title in later

    def test_what_moved_is_told_with_what_was_said_before_as_long_as_that_is_kept(
        self, calls: BriefingCalls
    ) -> None:
        earlier = made(calls)
        later = made(calls, earlier=earlier)
        assert "Before: " in followed(calls, later)["html"]
        calls.delete_brief({"briefing": earlier})
        told = followed(calls, later)["html"]
        assert "Moved positions" in told
        assert "Before: " not in told
        with pytest.raises(ParleyError, match="not there any more"):
            calls.again_brief({"briefing": later})
        calls.restore_brief({"briefing": earlier})

    def test_one_is_made_again_as_it_was_asked_for(self, calls: BriefingCalls) -> None:
        scope = {"articles": [REPORT.id]}
        broken = made(calls, "broken", words="90", scope=scope)
        assert REPORT.title in tree(followed(calls, broken)["html"]).find("p-from")[0].text
        again = calls.again_brief({"briefing": broken})["briefing"]
        assert again != broken
        kept = calls._briefings.wait(again)
        assert (kept.request.topic, kept.request.words) == ("broken", 90)
        assert kept.request.scope.articles == (REPORT.id,)

    @pytest.mark.parametrize(
        "search", ["fire along the border", "Bresk Herald", "the talks in the margins", "Arland"]
    )
    def test_one_is_found_by_what_stands_on_its_boards(
        self, calls: BriefingCalls, search: str
    ) -> None:
        briefing = made(calls, "Found")
        listed = calls.briefings({"search": search})["html"]
        assert (briefing in listed) == ("margins" not in search)

    @pytest.mark.parametrize("words", ["", "many", None, 49, 801, "1e9"])
    def test_a_length_that_is_none_is_refused(self, calls: BriefingCalls, words: object) -> None:
        with pytest.raises(ParleyError, match="length"):
            calls.brief({"words": words, "scope": {}})

    def test_one_is_renamed_deleted_and_brought_back(self, calls: BriefingCalls) -> None:
        briefing = made(calls)
        assert 'value="' in calls.rename_brief_form({"briefing": briefing})["html"]
        calls.rename_brief({"briefing": briefing, "title": "The exchange, again"})
        assert followed(calls, briefing)["title"] == "The exchange, again"
        calls.delete_brief({"briefing": briefing})
        assert briefing not in calls.briefings({})["html"]
        assert "1 deleted briefing." in calls.briefings({})["html"]
        calls.restore_brief({})
        assert briefing in calls.briefings({})["html"]
        calls.delete_brief({"briefing": briefing})
        calls.empty_briefs({})
        with pytest.raises(NotFoundError):
            followed(calls, briefing)

    @pytest.mark.parametrize(
        ("form", "begins"), [("md", b"#"), ("docx", b"PK"), ("pdf", b"%PDF"), ("json", b"{")]
    )
    def test_one_is_saved_as_a_file(self, calls: BriefingCalls, form: str, begins: bytes) -> None:
        got = calls.export_brief({"briefing": made(calls), "format": form})
        assert got["name"].endswith(f".{form}")
        assert base64.b64decode(got["content"]).startswith(begins)

    def test_another_form_is_refused(self, calls: BriefingCalls) -> None:
        with pytest.raises(ParleyError, match="docx"):
            calls.export_brief({"briefing": made(calls), "format": "exe"})

    def test_its_filter_is_set_in_a_dialog_of_its_own(self, calls: BriefingCalls) -> None:
        form = tree(calls.brief_scope_form({"scope": {"articles": [REPORT.id]}})["html"])
        assert form.all("data-form") == ["brief_scope"]
        ticked = [
            each.attributes["value"] for each in form.find("input") if "checked" in each.attributes
        ]
        assert ticked == [REPORT.id]
        bar = calls.brief_bar({"scope": {"articles": [REPORT.id]}})
        assert REPORT.title in tree(bar["bar"]).text

    @pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:30])
    def test_whatever_is_sent_no_call_fails_but_in_words(
        self, calls: BriefingCalls, odd: object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bot.ui.briefing_calls._WAIT_SECONDS", 0)
        good: dict[str, Any] = {"briefing": made(calls), "words": 60, "scope": {}, "title": "Talks"}
        good |= {"format": "json", "link": f"#wording/{REPORT.id}/1"}
        for name, call in every(calls):
            given = Noted(good)
            with suppress(ParleyError):
                called(call, given)
            for each in given.names:
                with suppress(ParleyError):
                    assert isinstance(called(call, {**good, each: odd}), dict), (name, each)


class TestWording:
    def test_an_articles_wording_is_reported_beside_it(self, calls: BriefingCalls) -> None:
        link = briefing_wording.Wording(REPORT.id, 1).link
        got = calls.wording({"link": link})
        panel = tree(got["html"])
        assert panel.all("data-link") == [link]
        assert panel.find("h2")[0].text == REPORT.title
        assert "no verdict" in panel.text
        assert "by publisher" not in panel.text

    def test_it_tells_whose_words_they_are_and_marks_what_is_flagged(
        self, calls: BriefingCalls
    ) -> None:
        text = (
            "Russian President Vladimir Putin said the talks would go on. Ukraine slammed the "
            "shocking plan. Ukrainian negotiators said they wanted a ceasefire."
        )
        report, sentences = report_on(replace(REPORT, text=text))
        assert set(report.share_by_party) >= {"Russia", "Ukraine"}
        flagged = {each.span for each in report.flags}
        assert "slammed" in flagged
        for flag in report.flags:
            said = sentences[flag.sentence]
            assert said[flag.start : flag.start + len(flag.span)] == flag.span

    def test_an_article_in_another_language_is_not_checked(self, tmp_path: Path) -> None:
        text = "Le ministre a parlé d'une « opération »."
        foreign = replace(REPORT, text=text, language="fr")
        assert report_on(foreign) == (Neutrality(), ())
        with page_service(tmp_path / "home") as service:
            curation.correct(service.corpus, REPORT.id, {"language": "fr"})
            got = BriefingCalls(service).wording({"link": f"#wording/{REPORT.id}/1"})
        panel = tree(got["html"])
        assert "Not checked: the rules are for English." in panel.text
        assert "No flagged words" not in panel.text
        assert got["pictures"] == {}

    def test_sentences_in_another_script_are_counted_as_not_checked(self) -> None:
        report = tree(briefing_tables.neutrality(Neutrality(), ["They met.", "Они встретились."]))
        assert "No flagged words in 1 sentence. 1 sentence not checked" in report.text

    @pytest.mark.parametrize("link", ["#wording/zz/1", f"#wording/{'0' * 24}/9", None, PAYLOADS[0]])
    def test_a_link_that_leads_nowhere_says_so(self, calls: BriefingCalls, link: object) -> None:
        panel = tree(calls.wording({"link": link})["html"])
        assert "cannot be shown" in panel.find("p-error")[0].text

    def test_every_article_offers_it(self, service: Service) -> None:
        link = f"#article/{REPORT.id}/1"
        panel = tree(ConversationCalls(service).source({"link": link})["html"])
        assert f"#wording/{REPORT.id}/1" in panel.all("href")
        assert panel.all("data-article") == [REPORT.id]


def test_a_source_that_was_deleted_is_told_from_the_briefing(tmp_path: Path) -> None:
    with page_service(tmp_path / "home") as service:
        calls = BriefingCalls(service)
        briefing = made(calls)
        curation.remove_articles(service.corpus, [REPORT.id])
        cited = BRIEFING.citations[0]
        link = f"#cite/{REPORT.id}/1/{cited.start}/{cited.end}"
        given = {"link": link, "briefing": briefing}
        panel = tree(ConversationCalls(service).source(given)["html"])
        assert panel.find("mark")[0].text == cited.quote


def test_no_call_needs_gradio_or_plotly() -> None:
    code = (
        "import sys, bot.ui.briefing_calls as calls, bot.ui.pictures as pictures\n"
        "assert pictures.script() and calls.BriefingCalls.brief\n"
        "sys.exit(bool({'gradio', 'plotly'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_briefing_that_is_empty_is_one_all_the_same() -> None:
    bare = Briefing("Nothing", None, "extractive", None)
    assert view(replace(KEPT, briefing=bare)).all("data-section") == ["text"]
