"""What the page's scripts may call about the library, without a browser or Gradio."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.service import Service
from bot.ui.library_calls import LibraryCalls
from tests.page_service import PAYLOADS
from tests.test_ui_calls import article, engine, service, shelf, uploads
from tests.test_ui_render import Node, tree
from vectorstore.catalogue import Catalogue
from vectorstore.corpus import Corpus
from vectorstore.curation import binned
from vectorstore.errors import CorrectionError, NotFoundError, ParleyError
from vectorstore.ingest import ingest

__all__ = ["engine", "service", "shelf", "uploads"]

NOTE = "Bresk will release {} prisoners, its ministry said."


def rows(result: dict[str, Any]) -> list[str]:
    return [row.find("p-title")[0].text for row in tree(result["html"]).find("p-row")]


def items(shelf: LibraryCalls) -> list[Node]:
    """Wait for the work to end and return its rows, the newest first."""
    shelf._jobs.wait()
    return tree(asyncio.run(shelf.progress({}))["html"]).find("p-item")


@pytest.fixture
def samples(filled: Corpus, tmp_path: Path) -> list[str]:
    """Take sixty samples in; return their ids."""
    file = tmp_path / "samples.jsonl"
    lines = [json.dumps({"text": NOTE.format(n), "publisher": "Herald"}) for n in range(60)]
    file.write_text("\n".join(lines), encoding="utf-8")
    return [str(item.article_id) for item in ingest(filled, [str(file)], sample=True).items]


class TestList:
    def test_it_is_searched_narrowed_sorted_and_shown_by_pages(
        self, shelf: LibraryCalls, samples: list[str]
    ) -> None:
        harbour, envoy = "Harbour talks open in Vell", "Envoy proposes a fishing treaty"
        assert rows(shelf.articles({"kind": "own"})) == [envoy, harbour]
        assert rows(shelf.articles({"kind": "own", "sort": "oldest"})) == [harbour, envoy]
        assert rows(shelf.articles({"search": "SHIPS kestrel"})) == [harbour]
        assert rows(shelf.articles({"publisher": "Brenn Gazette"})) == [envoy]
        assert "No article matches" in shelf.articles({"search": "zither"})["html"]

        page = shelf.articles({"kind": "samples"})
        assert len(rows(page)) == 50
        assert "60 articles" in tree(page["html"]).text
        assert "Show more of 60" in tree(page["html"]).text
        everything = tree(shelf.articles({"kind": "samples", "limit": 60})["html"])
        assert len(everything.find("p-row")) == 60
        assert "Show more" not in everything.text
        for limit in (0, -5, 10**30, "7", None, [3]):
            assert len(rows(shelf.articles({"limit": limit}))) in (50, 62)
        assert len(rows(shelf.articles({"limit": 3}))) == 3

    def test_the_publishers_are_counted_and_the_chosen_one_stays_chosen(
        self, shelf: LibraryCalls, samples: list[str]
    ) -> None:
        options = tree(shelf.articles({"publisher": "Herald"})["publishers"]).find("option")
        assert [option.text for option in options] == [
            *("All publishers", "Brenn Gazette (1)", "Herald (60)", "Vell Courier (1)")
        ]
        assert ["selected" in option.attributes for option in options] == [
            False,
            False,
            True,
            False,
        ]

    def test_without_samples_only_the_own_are_listed(
        self, service: Service, samples: list[str]
    ) -> None:
        shelf = LibraryCalls(replace(service, samples=False), Path)
        for kind in ("", "all", "samples"):
            assert len(rows(shelf.articles({"kind": kind}))) == 2

    @pytest.mark.parametrize("samples_too", [True, False])
    def test_an_empty_library_says_what_to_do(self, service: Service, samples_too: bool) -> None:
        shelf = LibraryCalls(replace(service, samples=samples_too), Path)
        ids = [each.id for each in service.corpus.library.articles()]
        shelf.delete_articles({"articles": ids})
        html = shelf.articles({})["html"]
        assert "There are no articles yet" in html
        assert "2 deleted articles" in html
        assert "There are no articles yet" in shelf.overview({})["welcome"]

    def test_what_is_said_of_the_library_is_of_now(
        self, shelf: LibraryCalls, samples: list[str]
    ) -> None:
        before = shelf.overview({})
        assert before["count"] == "62"
        assert "60 samples among them" in tree(before["welcome"]).text
        shelf.remove_samples({})
        assert shelf.overview({})["count"] == "2"


class TestMending:
    def fields(self, shelf: LibraryCalls, article_id: str) -> dict[str, str]:
        form = tree(shelf.edit_form({"article": article_id})["html"])
        return {each.attributes["name"]: each.attributes["value"] for each in form.find("input")}

    def test_corrections_are_stored_and_what_was_read_is_shown(
        self, shelf: LibraryCalls, service: Service
    ) -> None:
        harbour = article(service.corpus, "22 ships")
        fields = self.fields(shelf, harbour.id)
        assert fields | {"title": harbour.title, "article": harbour.id} == fields
        changes = {"title": PAYLOADS[4], "published": "2031-05", "publisher": ""}

        assert shelf.edit({"fields": fields | changes}) == {}

        now = service.corpus.library.article(harbour.id)
        assert (now.title, now.published, now.publisher) == (PAYLOADS[4], "2031-05", None)
        form = tree(shelf.edit_form({"article": harbour.id})["html"])
        assert [each.text for each in form.find("p-note")][:3] == [
            *("As read: Harbour talks open in Vell", "As read: Vell Courier"),
            "As read: 2031-05-06",
        ]
        assert self.fields(shelf, harbour.id)["title"] == PAYLOADS[4]

    @pytest.mark.parametrize(
        "head",
        [
            "title: Talks\npublished: 2031-05-06T14:05:00+02:00\nauthor: A,  B",
            "language: English\nurl: HTTPS://Example.org/a?utm_source=x#y",
            f"title: {'Long ' * 120}",
            "publisher: 'Čas & \"Doba\"'\nlanguage: pt-br",
            "author: x",
        ],
    )
    def test_a_form_that_is_saved_as_it_came_changes_nothing(
        self, shelf: LibraryCalls, service: Service, take_in: Callable[..., Any], head: str
    ) -> None:
        (item,) = take_in(f"---\n{head}\n---\n{NOTE.format(110)}\n").items
        assert shelf.edit({"fields": self.fields(shelf, item.article_id)}) == {}
        assert service.corpus.library.corrected(item.article_id) == ()

    def test_what_is_no_form_or_of_no_use_changes_nothing(
        self, shelf: LibraryCalls, service: Service
    ) -> None:
        harbour = article(service.corpus, "22 ships")
        for fields in (None, [], "title", 7):
            with pytest.raises(ParleyError, match="form is damaged"):
                shelf.edit({"fields": fields})
        for change in ({"published": "soon"}, {"url": "javascript:x"}, {"text": "No."}):
            with pytest.raises(CorrectionError):
                shelf.edit({"fields": {"article": harbour.id, "title": "New", **change}})
        for gone in ({}, {"article": "a1"}):
            with pytest.raises(NotFoundError):
                shelf.edit({"fields": gone | {"title": "New"}})
        assert service.corpus.library.article(harbour.id) == harbour

    @pytest.mark.parametrize("value", [None, ["x"], {"x": 1}, 7])
    def test_only_texts_are_corrections(
        self, shelf: LibraryCalls, service: Service, value: object
    ) -> None:
        harbour = article(service.corpus, "22 ships")
        with pytest.raises(ParleyError):
            shelf.edit({"fields": {"article": harbour.id, "title": value}})
        assert service.corpus.library.article(harbour.id) == harbour


class TestBin:
    def test_articles_are_deleted_and_brought_back(
        self, shelf: LibraryCalls, service: Service
    ) -> None:
        first, second = service.corpus.library.articles()
        result = shelf.delete_articles({"articles": [first.id]})
        assert result == {"said": "1 article was deleted.", "articles": [first.id]}
        assert rows(shelf.articles({})) == [second.title]
        assert "1 deleted article." in shelf.articles({})["html"]
        shelf.delete_articles({"articles": [second.id]})

        assert shelf.restore_articles({"articles": [first.id]}) == {}
        assert rows(shelf.articles({})) == [first.title]
        assert shelf.restore_articles({}) == {}
        assert len(rows(shelf.articles({}))) == 2

        both = [first.id, second.id]
        assert shelf.delete_articles({"articles": both})["said"] == "2 articles were deleted."
        assert shelf.purge({}) == {}
        shelf.restore_articles({})
        assert service.corpus.library.counts()["articles"] == 0

    def test_one_that_is_not_there_keeps_the_others(
        self, shelf: LibraryCalls, service: Service
    ) -> None:
        first, _ = service.corpus.library.articles()
        with pytest.raises(NotFoundError):
            shelf.delete_articles({"articles": [first.id, "a1"]})
        assert service.corpus.library.counts()["articles"] == 2

    def test_removed_samples_all_come_back_and_nothing_else(
        self, shelf: LibraryCalls, service: Service, samples: list[str]
    ) -> None:
        envoy = article(service.corpus, "fishing treaty on Wednesday").id
        shelf.delete_articles({"articles": [envoy]})

        removed = shelf.remove_samples({})

        assert service.corpus.library.counts() | {"articles": 1, "samples": 0} == (
            service.corpus.library.counts()
        )
        shelf.restore_articles({"articles": removed["articles"]})
        assert service.corpus.library.counts()["samples"] == 60
        assert [each.id for each in binned(service.corpus)] == [envoy]

    def test_taking_back_a_removal_of_nothing_brings_nothing_back(
        self, shelf: LibraryCalls, service: Service
    ) -> None:
        envoy = article(service.corpus, "fishing treaty on Wednesday").id
        shelf.delete_articles({"articles": [envoy]})
        with pytest.raises(ParleyError, match="no samples"):
            shelf.remove_samples({})
        shelf.restore_articles({"articles": []})
        assert [each.id for each in binned(service.corpus)] == [envoy]


class TestTaking:
    def take(self, shelf: LibraryCalls, uploads: Path, name: str) -> None:
        file = uploads / "blob"
        file.write_text(NOTE.format(110), encoding="utf-8")
        assert shelf.take({"path": str(file), "name": name}) == {}
        assert not file.exists()

    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            ("harbour.md", "harbour.md"),
            ("Der Hafen — гавань.MD", "Der Hafen — гавань.MD"),
            ("../x.md", "x.md"),
            ("/etc/cron.d/x.md", "x.md"),
            ("C:\\Users\\me\\story.md", "story.md"),
            ("a\x00b\nc\x7f.md", "a_b_c_.md"),
            ("\u202edm.exe.md", "_dm.exe.md"),
            ("\ud800.md", "?.md"),
            (".hidden.md", "hidden.md"),
            ("x" * 300 + ".md", "x" * 117 + ".md"),
            ("я" * 300 + ".md", "я" * 58 + ".md"),
            ("🗞" * 300 + ".md", "🗞" * 29 + ".md"),
            ("~.md", "~.md"),
            ("-rf.md", "-rf.md"),
            ("<img src=x onerror=alert(1)>.md", "<img src=x onerror=alert(1)>.md"),
        ],
    )
    def test_a_name_is_made_safe_and_keeps_its_ending(
        self, shelf: LibraryCalls, service: Service, uploads: Path, name: str, kept: str
    ) -> None:
        self.take(shelf, uploads, name)
        (item,) = items(shelf)
        assert "p-added" in item.attributes["class"]
        assert item.find("p-about")[0].find("bdi")[0].text == kept
        assert article(service.corpus, "110 prisoners").source == kept
        assert list((uploads.parent / "temporary").iterdir()) == []

    # One of these led out of its folder, and the folder above it was deleted in its place.
    @pytest.mark.parametrize("name", [" ..", "..", ".", " .", "", "/", "\\", "...", " .. ", "a/.."])
    def test_a_name_that_is_none_leads_nowhere(
        self, shelf: LibraryCalls, uploads: Path, name: str
    ) -> None:
        beside = uploads.parent / "temporary" / "beside.txt"
        beside.write_text("of another program", encoding="utf-8")
        self.take(shelf, uploads, name)
        (item,) = items(shelf)
        assert "p-rejected" in item.attributes["class"]
        assert "temporary" not in item.text
        assert [each.name for each in beside.parent.iterdir()] == ["beside.txt"]

    @pytest.mark.parametrize("path", [None, "", "/etc/passwd", "../temporary", 7, ["x"]])
    def test_only_an_upload_is_taken_in(
        self, shelf: LibraryCalls, service: Service, uploads: Path, path: object
    ) -> None:
        with pytest.raises(ParleyError, match="choose the file again"):
            shelf.take({"path": path, "name": "x.md"})
        assert items(shelf) == []
        assert list((uploads.parent / "temporary").iterdir()) == []

    def test_a_pasted_text_is_taken_in_with_what_is_known_of_it(
        self, shelf: LibraryCalls, service: Service
    ) -> None:
        given = {"text": NOTE.format(7), "title": "Seven", "publisher": "Herald", "url": 7}
        assert shelf.paste(given) == {}
        assert "Seven" in items(shelf)[0].text
        found = article(service.corpus, "release 7")
        assert (found.title, found.publisher, found.url) == ("Seven", "Herald", None)
        for text in (None, "", " \n", 7):
            with pytest.raises(ParleyError, match="no text"):
                shelf.paste({"text": text})

    def test_what_was_not_uploaded_has_a_row_too(self, shelf: LibraryCalls) -> None:
        shelf.too_large({"name": "../large.md", "size": 25_000_000, "more": 2})
        shelf.too_large({"name": "large.md", "size": "huge", "more": 1})
        shelf.not_uploaded({"name": "lost.md", "more": 0})
        lost, unsized, large = (item.text for item in items(shelf))
        assert "lost.md" in lost
        assert "did not come through" in lost
        assert "too large: nothing over 100 MB" in unsized
        assert "../" not in large
        assert "too large (25 MB)" in large

        shelf.not_uploaded({"name": "later.md"})
        assert ["later.md" in item.text for item in items(shelf)] == [True]

    @pytest.mark.parametrize("more", [None, -1, "2", 1.5, [], {}])
    def test_what_is_to_come_is_a_number_or_nothing(
        self, shelf: LibraryCalls, more: object
    ) -> None:
        for name in ("first.md", "second.md"):
            shelf.not_uploaded({"name": name, "more": more})
        (item,) = items(shelf)
        assert "second.md" in item.text

    def test_files_of_one_choice_stand_in_one_list(
        self, shelf: LibraryCalls, uploads: Path
    ) -> None:
        for left, name in ((1, "first.md"), (0, "second.md")):
            file = uploads / name
            file.write_text(NOTE.format(name), encoding="utf-8")
            shelf.take({"path": str(file), "name": name, "more": left})
            items(shelf)
        assert ["second.md" in item.text for item in items(shelf)] == [True, False]

    @pytest.mark.parametrize("published", ["last week", "2031-13-01", "32 May 2031", "x" * 500])
    def test_an_unclear_date_is_refused_before_anything_is_taken_in(
        self, shelf: LibraryCalls, service: Service, published: str
    ) -> None:
        with pytest.raises(ParleyError, match="unclear: write it as YYYY-MM-DD") as raised:
            shelf.paste({"text": NOTE.format(7), "published": published})
        assert len(str(raised.value)) < 200
        assert items(shelf) == []

    @pytest.mark.parametrize(
        ("published", "kept"), [("2031-05", "2031-05"), (" 2031-05-06 ", "2031-05-06"), ("", None)]
    )
    def test_a_date_is_taken_as_far_as_it_is_known(
        self, shelf: LibraryCalls, service: Service, published: str, kept: str | None
    ) -> None:
        shelf.paste({"text": NOTE.format(7), "published": published})
        items(shelf)
        assert article(service.corpus, "release 7").published == kept

    def test_the_progress_is_told_and_forgotten(
        self, shelf: LibraryCalls, service: Service
    ) -> None:
        before = asyncio.run(shelf.progress({}))
        assert before == {"revision": 0, "running": False, "html": ""}
        shelf.paste({"text": NOTE.format(7)})
        items(shelf)
        state = asyncio.run(shelf.progress({"revision": 0}))
        assert not state["running"]
        assert state["revision"] == service.jobs.progress.revision
        assert asyncio.run(shelf.progress({"revision": state["revision"]})) == state
        assert shelf.clear_progress({}) == {}
        assert asyncio.run(shelf.progress({}))["html"] == ""

    def test_it_is_said_that_the_embedder_knows_english(
        self, shelf: LibraryCalls, take_in: Callable[..., Any]
    ) -> None:
        note = "PARLEY_EMBEDDING_MODEL"
        assert note not in shelf.articles({})["html"]
        russian = "Делегации встретились в порту Велль во вторник, сообщил министр торговли."
        take_in(russian, "ru.txt")
        assert "1 article is not in English" in shelf.articles({})["html"]
        assert note in shelf.articles({})["html"]

    def test_the_indexes_are_made_anew(self, shelf: LibraryCalls, service: Service) -> None:
        assert shelf.reindex({}) == {}
        service.jobs.wait()
        assert service.jobs.progress.done == 2
        assert Catalogue(service.corpus.library).page().total == 2
