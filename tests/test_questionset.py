"""Sets of questions: where answers stand that no span says, and what is refused with its line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vectorstore.errors import ParleyError
from vectorstore.questionset import Item, load_set

TEXT = (
    "  Çavuşoğlu met Ana Kestrel in Vell.   Banana growers paid 1,000 crowns or 8.5 each.\n\n\n"
    "“ANA\nKestrel’s 22 ships” — in 1838, he said; the Straße was closed: Cavusoglu left."
)
ARTICLES = [json.dumps({"id": "v", "text": TEXT})]
ASKED = {"question": "Who?", "article_id": "v", "answers": ["Ana Kestrel"]}


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., tuple[str, list[Item]]]:
    def written(*rows: dict[str, Any] | str, articles: list[str] = ARTICLES):
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        (tmp_path / "articles.jsonl").write_text("".join(f"{each}\n" for each in articles), "utf-8")
        (tmp_path / "questions.jsonl").write_text("".join(f"{each}\n" for each in lines), "utf-8")
        found, items = load_set(tmp_path)
        return found["v"].text, items

    return written


@pytest.mark.parametrize(
    ("answers", "places"),
    [
        (["Ana Kestrel"], ["Ana Kestrel", "ANA\nKestrel"]),
        (["ana kestrel's", "Vell"], ["Ana Kestrel", "Vell", "ANA\nKestrel"]),
        (["Cavusoglu"], ["Çavuşoğlu", "Cavusoglu"]),
        (["1000 crowns"], ["1,000 crowns"]),
        (["strasse was"], ["Straße was"]),
        (["22 ships”"], ["22 ships"]),
        (["he said", "Nobody"], ["he said"]),
    ],
)
def test_without_spans_an_answer_is_wherever_it_stands(load, answers, places) -> None:
    text, (item,) = load({**ASKED, "answers": answers})

    assert [" ".join(text[a:b].split()) for a, b in item.answer_spans] == [
        " ".join(each.split()) for each in places
    ]


def test_marks_inside_a_word_move_no_place_behind_them(load) -> None:
    text = 'ארה"ב הודיעה: היו"ר דיבר עם Ana Kestrel.'

    text, (item,) = load(ASKED, articles=[json.dumps({"id": "v", "text": text})])

    assert [text[a:b] for a, b in item.answer_spans] == ["Ana Kestrel"]


@pytest.mark.parametrize("answer", ["8", "838", "1", "an", "growers Banana", "Mira Sol", "—"])
def test_an_answer_that_stands_nowhere_is_named(load, answer) -> None:
    with pytest.raises(ParleyError, match=r"line 2: no answer stands .* give `answer_spans`"):
        load(ASKED, {**ASKED, "answers": [answer]})


def test_spans_that_are_given_are_the_only_ones(load) -> None:
    start = TEXT.index("Kestrel")

    text, (one, none) = load(
        {**ASKED, "answer_spans": [[start, start + 7]], "paragraph_span": [0, 40]},
        {**ASKED, "answers": []},
    )

    assert [text[a:b] for a, b in one.answer_spans] == ["Kestrel"]
    assert one.paragraph is not None
    assert none.answer_spans == ()


@pytest.mark.parametrize("name", ["answer_spans", "paragraph_span"])
@pytest.mark.parametrize(
    "span",
    [[-1, 4], [4, 4], [9, 4], [0, len(TEXT) + 1], [900, 901], [1], [1, 2, 3], ["0", "4"], 7, []],
)
def test_a_range_that_is_none_of_the_text_is_named(load, name, span) -> None:
    wrong = [[0, 4], span] if name == "answer_spans" else span

    with pytest.raises(ParleyError, match=rf"line 2: `{name}` has .* give \[start, end\]"):
        load(ASKED, {**ASKED, name: wrong})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"answers": "Vell"}, "`answers` must be a list of texts"),
        ({"answers": None}, "`answers` must be a list of texts"),
        ({"answers": [22]}, "`answers` must be a list of texts"),
        ({"answer_spans": 3}, "`answer_spans` must be a list of ranges"),
        ({"article_id": "w"}, "the `article_id` of an article of the set"),
    ],
)
def test_a_question_of_another_form_is_named(load, wrong, said) -> None:
    with pytest.raises(ParleyError, match=f"questions.jsonl, line 2: .*{said}"):
        load(ASKED, {**ASKED, **wrong})


def test_a_set_without_articles_or_questions_is_refused_with_what_to_do(load) -> None:
    with pytest.raises(ParleyError, match=r"articles\.jsonl holds no article: give it"):
        load(ASKED, articles=[])
    with pytest.raises(ParleyError, match=r"questions\.jsonl holds no question: give it"):
        load("")


def test_a_line_that_is_not_json_is_named_by_its_number_in_the_file(load) -> None:
    with pytest.raises(ParleyError, match=r"questions\.jsonl, line 4: is not JSON: .* column 9"):
        load(ASKED, "", ASKED, '{"answer')
    with pytest.raises(ParleyError, match=r"questions\.jsonl, line 2: a line must be a JSON obj"):
        load(ASKED, "[]")


def test_a_file_in_another_encoding_is_refused(load, tmp_path: Path) -> None:
    load(ASKED)
    (tmp_path / "questions.jsonl").write_text('{"question": "où?"}', "latin-1")

    with pytest.raises(ParleyError, match=r"questions\.jsonl is not UTF-8: save it"):
        load_set(tmp_path)
