"""What was edited in silence: found, counted, and shown on the page and in a terminal."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.edits import Edits, edits
from bot.ui import changes
from bot.ui.changes import Changes
from tests.page_service import PAYLOADS
from tests.test_ui_render import tree
from vectorstore.documents import Article

OLD = "One met in Vell.\nTwo said that 22 ships were waiting.\nThree left.\nFour stayed."
NEW = "One met in Vell.\nTwo said that 23 ships were waiting there.\nFour stayed.\nFive came."
KNOWN = [(1, "2031-05-06T10:00:00+00:00"), (2, "2031-05-07T10:00:00+00:00")]


def compare(old: str, new: str) -> Edits:
    return edits(Article(old), Article(new))


def marked(found: Edits) -> list[str]:
    signs = {"same": "{}", "added": "+{}+", "removed": "-{}-"}
    return [
        "".join(signs[piece.kind].format(piece.text) for piece in paragraph)
        for paragraph in found.paragraphs
    ]


def test_words_paragraphs_and_what_is_known_are_compared() -> None:
    found = edits(Article(OLD, title="A", url="u"), Article(NEW, title="B", url="u"))
    assert marked(found) == [
        "One met in Vell.",
        "Two said that -22-+23+ ships were waiting+ there+.",
        "-Three left.-",
        "Four stayed.",
        "+Five came.+",
    ]
    assert (found.count("removed"), found.count("added")) == (3, 4)
    assert found.fields == (("title", "A", "B"),)


@settings(deadline=None)
@given(*[st.lists(st.sampled_from(["a b", "a c d", "b", "x y z"])).map("\n".join)] * 2)
def test_both_texts_can_be_read_off_what_was_changed(old: str, new: str) -> None:
    found = compare(old, new)
    for text, left_out in ((old, "added"), (new, "removed")):
        lines = [
            "".join(piece.text for piece in paragraph if piece.kind != left_out)
            for paragraph in found.paragraphs
        ]
        assert [line.split() for line in lines if line.strip()] == [
            line.split() for line in text.split("\n") if line
        ]


def test_a_paragraph_of_a_book_s_length_is_shown_as_replaced() -> None:
    found = compare("word " * 100_000, "other " * 100_000)
    assert [piece.kind for paragraph in found.paragraphs for piece in paragraph] == [
        "added",
        "removed",
    ]


class TestPage:
    def test_what_is_the_same_is_folded_and_the_rest_is_marked(self) -> None:
        before = "\n".join(f"Line {number} of it." for number in range(9))
        old, new = (
            Article(f"{before}\n{end}", "Talks", id="a1a1a1a1")
            for end in ("It ended.", "It began.")
        )
        head, body = changes.view(Changes(new.id, 1, 2), new, edits(old, new), KNOWN)
        page = tree(head + body)
        assert [each.text for each in page.find("del")] == ["ended"]
        assert [each.text for each in page.find("ins")] == ["began"]
        assert page.find("summary")[0].text == "8 paragraphs unchanged"
        assert "1 word cut, 1 word added" in page.text
        assert [link.attributes["href"] for link in page.find("a")] == [
            "#article/a1a1a1a1/1",
            "#article/a1a1a1a1/2",
        ]

    def test_a_version_leads_to_what_was_changed_and_to_the_newest(self) -> None:
        first, second = (Article("x", id="a1a1a1a1", version=number) for number in (1, 2))
        links = [
            [link.attributes["href"] for link in tree(changes.versions(each, KNOWN)).find("a")]
            for each in (first, second)
        ]
        assert links == [["#article/a1a1a1a1/2"], ["#changes/a1a1a1a1/1/2"]]
        assert "Version 1 of 2" in tree(changes.versions(first, KNOWN)).text
        assert changes.versions(first, KNOWN[:1]) == ""

    @pytest.mark.parametrize(
        "link", ["#changes/a1a1a1a1/1", "#changes/a1a1a1a1/0/1", "#changes/../1/2", 5, None, "#x"]
    )
    def test_other_links_are_none(self, link: object) -> None:
        assert changes.changes(link) is None
        assert changes.changes(Changes("a1a1a1a1", 1, 12).link) == Changes("a1a1a1a1", 1, 12)

    @pytest.mark.parametrize("payload", PAYLOADS)
    def test_attacks_are_text(self, payload: str) -> None:
        old = Article("x\n" + payload, payload, id="a1a1a1a1")
        new = Article(payload + "\ny", "New", publisher=payload, id="a1a1a1a1")
        head, body = changes.view(Changes(new.id, 1, 2), new, edits(old, new), KNOWN)
        assert tree(head).find("script") == tree(body).find("script") == []
