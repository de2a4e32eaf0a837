import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ENVOY, HARBOUR
from vectorstore.corpus import Corpus
from vectorstore.curation import (
    add_samples,
    reindex,
    remove_articles,
    remove_samples,
)
from vectorstore.documents import Article, Kind
from vectorstore.embeddings import MiniLM
from vectorstore.errors import ReadError, VectorIndexError
from vectorstore.families import Families
from vectorstore.ingest import IngestReport, Item, ingest
from vectorstore.ingest import take_in as take_in_stream
from vectorstore.reading import Found
from vectorstore.retriever import Retriever
from vectorstore.upkeep import wanting

Take = Callable[..., IngestReport]


def test_a_report_has_a_row_for_every_input(corpus: Corpus, inputs: Path) -> None:
    (inputs / "empty.txt").write_bytes(b"")
    (inputs / "picture.png").write_bytes(b"\x89PNG")

    report = ingest(corpus, [str(inputs)])

    statuses = {Path(item.source).name: item.status for item in report.items}
    assert statuses == {
        "empty.txt": "rejected",
        "envoy.md": "added",
        "harbour.md": "added",
        "picture.png": "rejected",
    }
    assert all(item.reason for item in report.items if item.status == "rejected")
    assert report.to_json()["rejected"] == 2


def test_a_report_tells_what_was_read(filled: Corpus, inputs: Path) -> None:
    (item,) = ingest(filled, [str(inputs / "harbour.md")]).items

    assert (item.title, item.published, item.published_precision, item.published_from) == (
        "Harbour talks open in Vell",
        "2031-05-06",
        "day",
        "front matter",
    )
    assert item.removed_lines == 1
    assert item.passages > 0


def test_the_same_folder_again_changes_nothing(filled: Corpus, inputs: Path) -> None:
    before = [(span.id, span.article_id) for span in filled.spans.sample(Kind.SENTENCE, 1000)]

    report = ingest(filled, [str(inputs)])

    assert {item.status for item in report.items} == {"unchanged"}
    after = [(span.id, span.article_id) for span in filled.spans.sample(Kind.SENTENCE, 1000)]
    assert after == before


def test_new_text_at_the_same_address_is_a_new_version(corpus: Corpus, take_in: Take) -> None:
    (first,) = take_in(ENVOY).items

    (second,) = take_in(ENVOY.replace("two weeks", "three weeks")).items

    assert (second.status, second.article_id) == ("updated", first.article_id)
    assert first.article_id is not None
    assert "three weeks" in corpus.library.article(first.article_id).text
    assert "two weeks" in corpus.library.article(first.article_id, version=1).text
    found = Retriever(corpus).retrieve("How long did Sudmark ask for?")
    assert not any("two weeks" in sentence.text for sentence in found.sentences)


def test_the_same_text_from_another_outlet_is_a_copy_of_the_first(take_in: Take) -> None:
    (first,) = take_in(ENVOY).items

    copy = ENVOY.replace("Brenn Gazette", "Vell Post").replace("/envoy", "/copied")
    (second,) = take_in(copy).items

    assert (second.status, second.duplicate_of) == ("duplicate", first.article_id)
    assert second.article_id != first.article_id


def test_a_copy_of_a_removed_article_stands_by_itself(corpus: Corpus, take_in: Take) -> None:
    (first,) = take_in(ENVOY).items
    take_in(ENVOY.replace("Brenn Gazette", "Vell Post").replace("/envoy", "/copied"))
    assert first.article_id is not None

    remove_articles(corpus, [first.article_id])

    assert Families(corpus.library).origins() == {}


def test_an_article_named_twice_in_one_ingest_is_taken_in_once(
    corpus: Corpus, inputs: Path
) -> None:
    report = ingest(corpus, [str(inputs / "envoy.md"), str(inputs / "envoy.md")])

    assert [item.status for item in report.items] == ["added", "unchanged"]


def test_a_mended_title_updates_the_article_without_a_new_version(
    corpus: Corpus, take_in: Take
) -> None:
    take_in(ENVOY)

    (item,) = take_in(ENVOY.replace("Envoy proposes", "UN envoy proposes")).items

    assert item.status == "updated"
    assert item.article_id is not None
    article = corpus.library.article(item.article_id)
    assert (article.title, article.version) == ("UN envoy proposes a fishing treaty", 1)


def test_an_item_is_reported_only_once_it_can_be_found(corpus: Corpus, inputs: Path) -> None:
    seen: list[bool] = []

    def check(item: Item) -> None:
        assert item.article_id is not None
        seen.append(corpus.library.article(item.article_id).title == item.title)

    ingest(corpus, [str(inputs)], on_item=check)

    assert seen == [True, True]


def test_an_error_in_the_stream_is_a_row_and_costs_the_others_nothing(corpus: Corpus) -> None:
    pasted = Article("The mediators flew to Quell.", "Mediators", source="pasted text")
    seen: list[Item] = []

    report = take_in_stream(
        corpus,
        [
            Found("photo.png", ReadError("photo.png has .png: give text.")),
            Found("pasted text", pasted),
        ],
        on_item=seen.append,
    )

    assert [(item.source, item.status) for item in report.items] == [
        ("photo.png", "rejected"),
        ("pasted text", "added"),
    ]
    assert report.items[0].reason == "photo.png has .png: give text."
    assert tuple(seen) == report.items
    assert [article.title for article in corpus.library.articles()] == ["Mediators"]


def test_articles_that_could_not_be_stored_have_a_row_each(
    corpus: Corpus, inputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise VectorIndexError("The index is full: clear the disk.")

    seen: list[Item] = []
    monkeypatch.setattr(type(corpus.index), "upsert", fail)

    with pytest.raises(VectorIndexError, match="clear the disk"):
        ingest(corpus, [str(inputs)], on_item=seen.append)

    assert [(Path(item.source).name, item.status, item.reason) for item in seen] == [
        (name, "rejected", "Not stored: The index is full: clear the disk.")
        for name in ("envoy.md", "harbour.md")
    ]


def test_a_deleted_sample_that_is_read_again_is_the_readers_own(
    corpus: Corpus, inputs: Path
) -> None:
    add_samples(corpus, str(inputs))
    remove_samples(corpus)

    report = ingest(corpus, [str(inputs)])

    assert {item.status for item in report.items} == {"added"}
    assert not any(article.sample for article in corpus.library.articles())


def test_samples_come_once_and_stay_away_once_removed(corpus: Corpus, inputs: Path) -> None:
    assert add_samples(corpus, str(inputs)) is not None
    assert all(article.sample for article in corpus.library.articles())

    assert remove_samples(corpus) == 2

    assert add_samples(corpus, str(inputs)) is None
    assert corpus.library.articles() == []


def test_removing_samples_keeps_the_readers_own_articles(corpus: Corpus, inputs: Path) -> None:
    add_samples(corpus, str(inputs / "envoy.md"))
    ingest(corpus, [str(inputs / "harbour.md")])

    remove_samples(corpus)

    assert [article.publisher for article in corpus.library.articles()] == ["Vell Courier"]


def test_reindexing_makes_everything_findable_again(filled: Corpus) -> None:
    filled.index.clear()
    filled.library.connection.execute("DELETE FROM sentence_words")
    assert wanting(filled.spans, filled.index) is not None

    assert reindex(filled) == 2

    assert wanting(filled.spans, filled.index) is None
    best = Retriever(filled).retrieve("Who led the Norland delegation?").sentences[0]
    assert "Ana Kestrel" in best.text


def _many(folder: Path, count: int) -> Path:
    file = folder / "many.jsonl"
    with file.open("w", encoding="utf-8") as lines:
        for number in range(count):
            text = HARBOUR.partition("---\nDel")[2].replace("22 ships", f"{number} ships")
            lines.write(json.dumps({"text": text, "url": f"https://example.org/{number}"}) + "\n")
    return file


def test_a_killed_ingest_is_resumed_by_running_it_again(
    home: Path, tmp_path: Path, embedder: MiniLM
) -> None:
    file = _many(tmp_path, 120)
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from vectorstore.corpus import Corpus\nfrom vectorstore.embeddings import MiniLM\n"
        "from vectorstore.ingest import ingest\n"
        "with Corpus.own(Path(sys.argv[1]), MiniLM(), 'ingest') as corpus:\n"
        "    ingest(corpus, [sys.argv[2]], on_item=lambda i: print(i.article_id, flush=True))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(home), str(file)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    acknowledged = [process.stdout.readline().strip() for _ in range(20)]
    time.sleep(0.2)  # into the middle of the next batch
    process.send_signal(signal.SIGKILL)
    acknowledged += process.stdout.read().split()
    process.stdout.close()
    process.wait()

    with Corpus.own(home, embedder, "test") as corpus:
        kept = {article.id for article in corpus.library.articles()}
        assert set(acknowledged) <= kept
        assert len(kept) < 120

        report = ingest(corpus, [str(file)])

        # They are near-copies of one another; what matters is that each is there, once.
        assert report.count("duplicate") + report.count("unchanged") == 120
        assert report.count("unchanged") == len(kept)
        assert wanting(corpus.spans, corpus.index) is None
        assert corpus.spans.outbox_size() == 0


def test_a_poorer_copy_takes_nothing_away_and_never_becomes_its_own_copy(
    corpus: Corpus, inputs: Path
) -> None:
    body = ENVOY.partition("---\n")[2].partition("---\n")[2]
    (inputs / "bare.txt").write_text(body, encoding="utf-8")
    ingest(corpus, [str(inputs)])

    again = ingest(corpus, [str(inputs)])

    assert {item.status for item in again.items} == {"unchanged"}
    (envoy,) = [a for a in corpus.library.articles() if "fishing treaty on" in a.text]
    assert (envoy.url, envoy.published) == ("https://example.org/envoy", "2031-05-21")
    assert Families(corpus.library).origins() == {}


def test_reading_a_sample_again_leaves_it_a_sample(corpus: Corpus, inputs: Path) -> None:
    add_samples(corpus, str(inputs))

    report = ingest(corpus, [str(inputs)])

    assert {item.status for item in report.items} == {"unchanged"}
    assert all(article.sample for article in corpus.library.articles())


def test_a_name_that_is_no_text_costs_only_its_odd_letters(corpus: Corpus, inputs: Path) -> None:
    odd = os.fsencode(inputs) + b"/bad\xff.txt"
    with open(odd, "w", encoding="utf-8") as file:  # noqa: PTH123 - a name in bytes
        file.write("The mediators flew to Quell.")

    report = ingest(corpus, [str(inputs)])

    assert {item.status for item in report.items} == {"added"}
    json.dumps(report.to_json()).encode()
