"""The source panel as markup: an article, whole, with what is cited of it marked."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui import markup, source
from bot.ui.markup import Place
from tests.page_service import AGREED, COPY, HOSTILE, NOTE, REPORT
from tests.test_ui_render import Node, hostile, tree, untimed
from vectorstore.documents import Article, Removed


def kinds(piece: Node | str) -> str:
    """Return for every character whether it is cited, faintly marked or neither."""
    if isinstance(piece, str):
        return "." * len(piece)
    kind = {"": "c", "p-faint": "f"}[piece.attributes.get("class", "")]
    return kind * len(piece.text)


class TestSource:
    def panel(self, article: Article, start: int, end: int, *others: Place) -> Node:
        return tree(source.panel(article, Place(article.id, 1, start, end), others))

    def test_the_whole_article_is_there_with_the_passage_marked(self) -> None:
        start = REPORT.text.index(AGREED)
        page = self.panel(REPORT, start, start + len(AGREED))
        assert [mark.text for mark in page.find("mark")] == [AGREED]
        paragraphs = [node.text for node in page.find("p-text")[0].find("p")]
        assert paragraphs == [line for line in REPORT.text.split("\n") if line]

    def test_a_passage_over_several_lines_is_marked_in_each(self) -> None:
        article = Article("one two\n\nthree four\nfive", id="a1a1a1a1")
        marks = self.panel(article, 4, 21).find("mark")
        assert [mark.text for mark in marks] == ["two", "three four", "f"]

    @pytest.mark.parametrize(
        ("others", "marked"),
        [
            ([(0, 3)], "fff.....ccccc.........."),
            ([(4, 10)], "....ffffccccc.........."),
            ([(10, 18)], "........cccccfffff....."),
            ([(0, 23)], "ffffffffcccccffffffffff"),
            ([(9, 12)], "........ccccc.........."),
            ([(8, 13)], "........ccccc.........."),
            ([(0, 5), (4, 7)], "fffffff.ccccc.........."),
            ([(14, 18), (14, 18), (16, 20)], "........ccccc.ffffff..."),
            ([(23, 30), (30, 40)], "........ccccc.........."),
        ],
    )
    def test_faint_marks_give_way_to_the_cited_one_and_may_overlap(
        self, others: list[tuple[int, int]], marked: str
    ) -> None:
        article = Article("one two three four five", id="a1a1a1a1")
        places = [Place("a1a1a1a1", 1, *other) for other in others]
        (line,) = self.panel(article, 8, 13, *places).find("p-text")[0].find("p")
        assert line.text == article.text
        assert "".join(map(kinds, line.children)) == marked

    def test_only_what_lies_in_this_text_is_marked_faintly(self) -> None:
        others = (Place(NOTE.id, 2, 0, 5), Place(REPORT.id, 1, 0, 5), Place(NOTE.id, 1))
        marks = self.panel(NOTE, 6, 10, *others).find("mark")
        assert [mark.text for mark in marks] == ["will"]

    def test_what_was_cut_is_folded_where_it_stood(self) -> None:
        text = "one\ntwo\nthree"
        cuts = (Removed(13, "Last"), Removed(0, "First"), Removed(4, "Share"), Removed(4, "Like"))
        body = self.panel(Article(text, removed=cuts, id="a1a1a1a1"), 0, 3).find("p-text")[0]
        found = [
            [item.text for item in node.find("li")] if node.tag == "details" else node.text
            for node in body.children
            if isinstance(node, Node)
        ]
        assert found == [["First"], "one", ["Share", "Like"], "two", "three", ["Last"]]
        assert "2 lines cut here: not the article's own words" in body.find("summary")[1].text

    def test_what_is_known_of_the_article_is_shown(self) -> None:
        page = self.panel(REPORT, 0, 5)
        assert (
            page.find("p-about-source")[0].find("p-about")[0].text
            == "The Lake Courier · 13 May 2025 · by Mira Sorg"
        )
        assert [tag.text for tag in page.find("p-tag")] == ["sample"]
        (link,) = page.find("p-outside")
        assert link.attributes["href"] == REPORT.url
        assert link.attributes["rel"] == "noopener noreferrer"
        assert link.attributes["target"] == "_blank"

    @pytest.mark.parametrize(("title", "way"), [("Talks", "ltr"), ("نبأ in Vell", "rtl")])
    def test_a_title_runs_as_its_first_letter_does(self, title: str, way: str) -> None:
        (head,) = self.panel(replace(REPORT, title=title), 0, 5).find("h2")
        assert head.attributes["dir"] == way

    def test_what_is_not_known_is_said(self) -> None:
        page = self.panel(NOTE, 0, 5)
        assert (
            page.find("p-about-source")[0].find("p-about")[0].text
            == "publisher not given · date unknown"
        )
        assert [tag.text for tag in page.find("p-tag")] == ["derived"]
        assert page.find("p-outside") == page.find("details") == []

    @pytest.mark.parametrize(
        ("found_in", "words"), [("file name", "from the file's name"), ("reader", "as you set it")]
    )
    def test_where_a_date_is_from_is_said(self, found_in: str, words: str) -> None:
        page = self.panel(replace(REPORT, published_from=found_in), 0, 5)
        assert f"13 May 2025 ({words})" in page.find("p-about-source")[0].find("p-about")[0].text

    def test_copies_are_named_as_one_story(self) -> None:
        untitled = replace(NOTE, title=None, id="d4" * 12)
        page = tree(source.panel(REPORT, Place(REPORT.id, 1), (), (COPY, untitled)))
        (note,) = [each for each in page.find("p-note") if "origin" in each.text]
        assert note.text.startswith("3 articles, 1 origin")
        assert [(link.text, link.attributes["href"]) for link in note.find("a")] == [
            ("Bresk Herald", f"#article/{COPY.id}/1"),
            ("Untitled article", f"#article/{untitled.id}/1"),
        ]

    @pytest.mark.parametrize(("start", "end"), [(40, 4_000), (4_000, 4_005), (0, 53)])
    def test_a_range_outside_the_text_is_said_and_nothing_is_marked(
        self, start: int, end: int
    ) -> None:
        page = self.panel(NOTE, start, end)
        assert "does not lie within this text" in page.text
        assert NOTE.text in page.text
        assert page.find("mark") == []

    @pytest.mark.parametrize("article", HOSTILE, ids=lambda article: article.id)
    def test_hostile_articles_are_only_text(self, article: Article) -> None:
        page = self.panel(article, 0, len(article.text))
        assert page.find("h2")[0].text == markup.shown(article.title or "")
        assert not page.find("p-outside")
        lines = [line for line in re.split(r"\n+", article.text) if line]
        assert [mark.text for mark in page.find("mark")] == [markup.shown(line) for line in lines]

    @untimed
    @given(hostile, st.lists(st.integers(0, 40), min_size=4, max_size=4))
    def test_any_article_is_shown_whole(self, value: str, edges: list[int]) -> None:
        known = dict.fromkeys(("title", "publisher", "author", "published", "url"), value)
        removed = (Removed(edges[0], value),)
        article = Article(value, **known, title_derived=True, removed=removed, id="a1a1a1a1")
        page = self.panel(article, *edges[:2], Place("a1a1a1a1", 1, *edges[2:]))
        paragraphs = [node.text for node in page.find("p-text")[0].find("p")]
        assert paragraphs == [markup.shown(line) for line in value.split("\n") if line]
