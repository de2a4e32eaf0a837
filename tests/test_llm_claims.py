"""Who said what: of a model's JSON only that is kept which the passages bear out."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine import Evidence, Statement
from bot.llm.claims import SCHEMA, read_claims
from vectorstore.documents import Article

TEXT = (
    "VELL (Harbour Wire) - Ana Kestrel said on Tuesday that 22 ships were still waiting. “We came "
    'to open the harbour,\nnot to close a door,” she said. "It\'s late", Iven Orlo told reporters, '
    "and the port [of Vell] <b> stays shut.\nOne more. Nobody said: other ships."
)
ARTICLE = Article(TEXT, "Talks open", publisher="Vell Courier", id="a")
ITEM = Evidence(ARTICLE, 0, TEXT.index("\nOne"))
LATER = Evidence(ARTICLE, TEXT.index("One more"), len(TEXT))

KESTREL: dict[str, Any] = {
    "speaker": "Ana Kestrel",
    "to": None,
    "via": "Harbour Wire",
    "verb": "said",
    "text": "22 ships were still waiting",
    "quoted": False,
    "date": "Tuesday",
    "passage": 1,
}


def reading(*claims: object, items: tuple[Evidence, ...] = (ITEM, LATER)) -> list[Statement]:
    return read_claims(json.dumps({"claims": claims}, ensure_ascii=False), items)


def one(**changed: object) -> Statement:
    (claim,) = reading(KESTREL | changed)
    return claim


def test_a_claim_comes_with_the_span_that_holds_it() -> None:
    claim = one()
    start = TEXT.index("22 ships")

    assert claim == Statement(
        "Ana Kestrel",
        None,
        "Harbour Wire",
        "said",
        "22 ships were still waiting",
        False,
        "Tuesday",
        Evidence(ARTICLE, start, start + 27),
    )


WRITTEN = json.dumps({"claims": [KESTREL]})
OBJECT = json.dumps(KESTREL)


@pytest.mark.parametrize(
    "written",
    [
        f"```json\n{WRITTEN}\n```",
        f'Here is "the JSON" {{as asked}}:\n{WRITTEN}\nI hope that {{this}} helps.',
        f'<think>{OBJECT.replace("22 ", "")} or {{"text": </think>{WRITTEN}',
        f'{{"claims": [{OBJECT},]}}',
        f'{{"claims": [{OBJECT[:-1]}, }}, ]}}',
        f"[{OBJECT}]",
        OBJECT,
        json.dumps(KESTREL, indent=2),
        f'{{"claims": [{OBJECT}, {{"speaker": "Iven Orlo", "text": "It',
        f'{{"claims": [{OBJECT}, {OBJECT[:-2]}',
        f'{{"claims": [{{"speaker": "A "B" C", "text": "x"}}, {OBJECT}]}}',
        f"{OBJECT}\n{OBJECT}",
        json.dumps({"claims": [KESTREL | {"passage": "1"}]}),
        json.dumps({"claims": [KESTREL | {"passage": "[1]"}]}),
        json.dumps({"claims": [KESTREL | {"passage": 1.0, "extra": "x"}]}),
        json.dumps({"claims": [KESTREL | {"text": "22 ships\n  were still waiting"}]}),
    ],
)
def test_json_is_found_wherever_and_however_whole_it_stands(written: str) -> None:
    assert read_claims(written, (ITEM, LATER)) == [one()]


@pytest.mark.parametrize(
    "text",
    [
        "22 ships were waiting",  # a word is missing
        "23 ships were still waiting",
        "22 Ships were still waiting",
        "2 ships were still waiting",  # within a word
        "ships were still wait",
        "other ships",  # in another passage
        "",
        " ",
        "\u200b",
        "…",
        None,
        7,
        ["22 ships were still waiting"],
        {"text": "22 ships"},
        "x" * 3_000,
    ],
)
def test_a_text_that_its_passage_does_not_hold_is_dropped(text: object) -> None:
    assert reading(KESTREL | {"text": text}) == []


@pytest.mark.parametrize("passage", [0, 3, -1, 2, None, "one", True, 1e300, float("nan"), [1], ""])
def test_a_claim_of_no_passage_or_the_wrong_one_is_dropped(passage: object) -> None:
    assert reading(KESTREL | {"passage": passage}) == []


@pytest.mark.parametrize(
    "text",
    [
        '"We came to open the harbour, not to close a door,"',
        "We came to open the harbour,   not to close a door",
        "«We came to open the harbour,\nnot to close a door,» she said",
    ],
)
def test_spaces_and_the_style_of_quotation_marks_may_differ(text: str) -> None:
    claim = one(text=text)

    assert claim.text == TEXT[claim.evidence.start : claim.evidence.end]
    assert "harbour,\nnot to close" in claim.text


@pytest.mark.parametrize("text", ["the port (of Vell) ‹b> stays shut", "the port [of Vell] <b>"])
def test_what_a_model_was_shown_with_other_brackets_is_found(text: str) -> None:
    assert one(text=text).text.startswith("the port [of Vell] <b>")


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("We came to open the harbour", True),
        ("“We came to open the harbour,", True),
        ("It's late", True),
        ('"It\'s late"', True),
        ("22 ships were still waiting", False),
        ("“We came to open the harbour, not to close a door,” she said", False),
        ("Iven Orlo told reporters", False),
    ],
)
@pytest.mark.parametrize("told", [True, False, None, "yes"])
def test_whether_it_is_quoted_is_seen_in_the_article(text: str, quoted: bool, told: object) -> None:
    assert one(text=text, quoted=told).quoted is quoted


@pytest.mark.parametrize(
    "name",
    ["Boris Veld", "Ana Orlo", "", "unknown", "Null", None, 3, ["Ana Kestrel"], "x" * 500, "Ana K"],
)
def test_a_speaker_whom_the_article_does_not_name_is_nobody(name: object) -> None:
    claim = one(speaker=name, via=name)

    assert (claim.speaker, claim.via) == (None, None)


@pytest.mark.parametrize("name", ["Kestrel", "ana  kestrel", "Vell Courier", "Iven Orlo"])
def test_a_speaker_may_be_named_anywhere_in_the_article(name: str) -> None:
    assert one(speaker=name).speaker == " ".join(name.split())


@pytest.mark.parametrize("verb", ["admitted", "", None, 5, "said\n{{x}}", "v" * 400])
def test_a_verb_that_the_article_does_not_hold_is_the_neutral_one(verb: object) -> None:
    assert one(verb=verb).verb == "said"
    assert one(verb="told").verb == "told"


@pytest.mark.parametrize(
    ("date", "kept"),
    [
        *((day, day) for day in ("2031-05-06", "2031-05", "2031", "Tuesday", "on Tuesday")),
        *((day, None) for day in ("2031-13-06", "2031-02-30", "2031-5-6", "Monday", "6 May", "")),
        *((day, None) for day in (None, 2031, "yesterday", "0000", "One")),
    ],
)
def test_a_date_is_iso_or_stands_in_the_passage(date: object, kept: str | None) -> None:
    assert one(date=date).date == kept


def test_the_same_claim_is_told_once_and_others_in_order() -> None:
    orlo = KESTREL | {"speaker": "Iven Orlo", "verb": "told", "text": "It's late"}

    claims = reading(KESTREL, orlo, KESTREL)

    assert [claim.speaker for claim in claims] == ["Ana Kestrel", "Iven Orlo"]


def test_the_schema_asks_for_what_is_read() -> None:
    item = SCHEMA["properties"]["claims"]["items"]

    assert set(item["properties"]) == set(item["required"]) == set(KESTREL)
    assert item["additionalProperties"] is False


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*KESTREL]), inner),
    max_leaves=12,
)
PIECES = ('{"text": "', '"passage": 1', "}", "{", "[", "]", ",", '"', "\\", "22 ships", "<think>")


@given(
    st.one_of(
        st.text(max_size=80),
        st.lists(st.sampled_from(PIECES), max_size=20).map("".join),
        json_values.map(json.dumps),
        st.lists(
            st.fixed_dictionaries({key: json_values | st.just(KESTREL[key]) for key in KESTREL})
        ).map(json.dumps),
    )
)
@settings(max_examples=200, deadline=None)
def test_nothing_that_a_model_writes_makes_trouble(written: str) -> None:
    for claim in read_claims(written, (ITEM, LATER)):
        assert claim.text == TEXT[claim.evidence.start : claim.evidence.end]
        assert claim.speaker is None or claim.speaker in TEXT or claim.speaker == "Vell Courier"


@pytest.mark.parametrize(
    "unit",
    ['{"text": "22 ships", "passage": 1}', '{"text":', '{"text": [[[[', "{", '"', "<think>", "\\"],
)
def test_a_long_text_is_read_in_proportion(unit: str) -> None:
    started = time.monotonic()

    read_claims(unit * (200_000 // len(unit)), (ITEM,))

    assert time.monotonic() - started < 20
    assert read_claims('{"text": ' + "[" * 2_500 + "]" * 2_500 + "}", (ITEM,)) == []
    assert read_claims('{"passage": ' + "1" * 5_000 + "}", (ITEM,)) == []
