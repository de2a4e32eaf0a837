"""A name is found in whatever spelling the articles have it, and only what is the name."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from vectorstore.corpus import Corpus
from vectorstore.errors import NamesError
from vectorstore.ingest import ingest
from vectorstore.retriever import Retriever
from vectorstore.spelling import is_same, use_names
from vectorstore.variants import Variants

HELD = ("Volodymyr Zelenskyy signed in Homyel.", "Kiev and Lvov were quiet.", "Ukrainians voted.")


@pytest.fixture
def retriever(corpus: Corpus, tmp_path: Path) -> Retriever:
    for number, text in enumerate(HELD):
        file = tmp_path / f"{number}.txt"
        file.write_text(f"{text} Nobody else was named on that day.", encoding="utf-8")
        ingest(corpus, [str(file)])
    return Retriever(corpus)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("What did Zelensky sign?", HELD[0]),
        ("What was signed in Gomel?", HELD[0]),
        ("How was Kyiv?", HELD[1]),
        ("How was Lviv?", HELD[1]),
        ("Who voted in Ukraine?", HELD[2]),
    ],
)
def test_another_spelling_is_found_by_its_words(
    retriever: Retriever, question: str, found: str
) -> None:
    short = retriever.shortlist(question)

    scores = {each.text: each.sentence_score for each in short.search.candidates}
    assert short.search.aliases
    assert max(scores, key=scores.__getitem__) == found


@pytest.mark.parametrize(
    ("name", "terms", "aliases"),
    [
        # What a capital says, its country says; a country is not its capital.
        ("kyiv", ["kiev", "kiel"], {"kiev", "ukrain"}),
        ("ukraine", ["kiev", "ukrainian"], {"ukrainian"}),
        # A slip of the keyboard, but not where the articles have the name as typed.
        ("medinsly", ["medinski", "medium"], {"medinski"}),
        ("medium", ["medium", "mediam"], set[str]()),
        ("niger", ["nigeria", "niger"], set[str]()),
        ("homyel", ["gomel", "hotel", "camel"], {"gomel"}),
        ("us", ["american", "usual"], {"america", "american", "usa"}),
    ],
)
def test_only_the_same_name_is_a_variant(name: str, terms: list[str], aliases: set[str]) -> None:
    def beginning_with(letter: str) -> list[str]:
        return [term for term in terms if term.startswith(letter)]

    assert set(Variants(beginning_with).of([name], "1")) == aliases


def test_what_was_found_is_forgotten_when_articles_change() -> None:
    terms: list[str] = []
    variants = Variants(lambda letter: [term for term in terms if term.startswith(letter)])
    assert not variants.of(["homyel"], "1")
    terms.append("gomel")

    assert not variants.of(["homyel"], "1")
    assert variants.of(["homyel"], "2") == {"gomel": "homyel"}


@pytest.fixture
def own_names(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "names.toml"
    use_names(tmp_path / "absent.toml")


def test_a_reader_adds_names_of_their_own(own_names: Path) -> None:
    assert not is_same("stepanakert", "khankendi")
    own_names.write_text('same = [["Stepanakert", "Khankendi"]]', encoding="utf-8")
    use_names(own_names)

    assert is_same("stepanakert", "khankendi")
    assert is_same("kyiv", "kiev")  # the bundled table still holds


@pytest.mark.parametrize("text", ["same = 3", 'same = ["Kyiv"', "same = [[1, 2]]", "seats = [1]"])
def test_a_table_of_another_form_is_named(own_names: Path, text: str) -> None:
    own_names.write_text(text, encoding="utf-8")

    with pytest.raises(NamesError, match=r"names\.toml cannot be read"):
        use_names(own_names)
