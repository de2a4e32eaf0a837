"""A model's text is read as sentences with the passages that they name, piece by piece."""

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.llm import markers
from bot.llm.sentences import Said, SentenceReader
from vectorstore.text import clean_unicode


def read(text: str, count: int = 3, size: int | None = None) -> list[Said]:
    reader = SentenceReader(count)
    said: list[Said] = []
    for start in range(0, len(text), size or len(text) or 1):
        said += reader.take(text[start : start + (size or len(text))])
    return said + reader.end()


def sentences(text: str, count: int = 3) -> list[tuple[str, tuple[int, ...]]]:
    said = read(text, count)
    assert {each.kind for each in said} <= {"sentence"}
    return [(each.text, each.numbers) for each in said]


def kinds(text: str) -> list[tuple[str, str]]:
    return [(each.kind, each.text) for each in read(text)]


MARKERS = {
    "[1]": (1,),
    "[1][2]": (1, 2),
    "[1] [2]": (1, 2),
    "[1, 2]": (1, 2),
    "[1; 3]": (1, 3),
    "[1,2,3]": (1, 2, 3),
    "[1-3]": (1, 2, 3),
    "[1–3]": (1, 2, 3),
    "[1 and 3]": (1, 3),
    "[1, 2, and 3]": (1, 2, 3),
    "[^1]": (1,),
    "[[2]]": (2,),
    "[ 2 ]": (2,),
    "【1】": (1,),
    "【1†source】": (1,),
    "【4:2†source】": (2,),
    "[passage 1]": (1,),
    "[Passage 1, 2]": (1, 2),
    "[Passage 1, passage 3]": (1, 3),
    "[passage 1: Vell Courier, 6 May 2031]": (1,),
    "(passage 1)": (1,),
    "(Passages 1 and 2)": (1, 2),
    "[source: 1]": (1,),
    "(source 3)": (3,),
    "[Article 2]": (2,),
    "[1](https://example.org/a)": (1,),
    "**[1]**": (1,),
    "<sup>[1]</sup>": (1,),
    "[1][1]": (1,),
    "[2][1]": (2, 1),
    "[1][9]": (1,),
    "[1-90]": (1, 2, 3),
    "[9]": (),
    "[0]": (),
}


@pytest.mark.parametrize("marker", MARKERS)
@pytest.mark.parametrize(
    "put",
    ["Talks opened {}. Orlo left.", "Talks opened.{} Orlo left.", "Talks opened. {} Orlo left."],
)
def test_a_marker_names_passages_before_and_behind_the_full_stop(marker: str, put: str) -> None:
    assert sentences(put.format(marker)) == [
        ("Talks opened.", MARKERS[marker]),
        ("Orlo left.", ()),
    ]


@pytest.mark.parametrize("marker", MARKERS)
def test_a_marker_in_a_sentence_leaves_no_trace(marker: str) -> None:
    text = f"Talks{marker} opened {marker} in Vell {marker}, he said ({marker})."

    assert sentences(text)[0][0].replace(" ()", "") == "Talks opened in Vell, he said."
    assert sentences(text)[0][1] == MARKERS[marker]


@pytest.mark.parametrize("marker", MARKERS)
def test_a_marker_may_stand_on_a_line_of_its_own(marker: str) -> None:
    text = f"Talks opened.\n{marker}\nOrlo left.\n\n  {marker}.\n"

    assert sentences(text) == [
        ("Talks opened.", MARKERS[marker]),
        ("Orlo left.", MARKERS[marker]),
    ]


@pytest.mark.parametrize(
    "bracket",
    [
        *("[sic]", "[the president]", "[2022]", "[…]", "[100]", "[1.5 million]", "(3)", "(1, 2)"),
        *("(Article 5)", "[p]", "[Passage]", "(passage)", "[source: Courier]", "[12:30]", "[1a]"),
    ],
)
def test_a_bracket_that_names_no_passage_stays(bracket: str) -> None:
    text = f"“Talks {bracket} opened,” he said."

    assert sentences(f"{text} [2] Orlo left.") == [(text, (2,)), ("Orlo left.", ())]


def test_three_digits_are_a_number_where_there_are_so_many_passages() -> None:
    assert sentences("Talks opened [100].", 120) == [("Talks opened.", (100,))]


def test_a_marker_among_markup_is_not_counted_for_the_next_sentence_too() -> None:
    assert sentences("Talks opened. ` ` ` ` [1] Orlo left. Ships wait.")[:2] == [
        ("Talks opened.", (1,)),
        ("Orlo left.", ()),
    ]


def test_numbers_that_lead_their_sentences_stay_with_them() -> None:
    text = "[1] Talks opened. [2] Orlo left. [3] Ships wait.\n[2] Kestrel stayed [1]. Sol came [3]."

    assert sentences(text) == [
        ("Talks opened.", (1,)),
        ("Orlo left.", (2,)),
        ("Ships wait.", (3,)),
        ("Kestrel stayed.", (2, 1)),
        ("Sol came.", (3,)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Orlo met U.S. envoys at 3.5 p.m. in St. Vell.",
        "“We came. We left. We wait,” Kestrel said.",
        '"We came. We left," Kestrel said. ',
        "The League (it has 22 members. Most came.) sent observers.",
        "Gen. A. Kestrel said: «Мы пришли. Мы ушли».",
    ],
)
def test_no_sentence_is_torn_while_it_comes_in(text: str) -> None:
    for size in (1, 2, 3, 7):
        said = read(f"{text} [1] Orlo left. [2]", size=size)

        assert [(each.text, each.numbers) for each in said] == [
            (" ".join(text.split()), (1,)),
            ("Orlo left.", (2,)),
        ]


def test_a_word_that_begins_sentences_ends_one_behind_an_abbreviation() -> None:
    assert sentences("He flew to the U.S. They left [1].") == [
        ("He flew to the U.S.", ()),
        ("They left.", (1,)),
    ]


def test_a_sentence_is_whole_as_soon_as_the_next_has_begun() -> None:
    reader = SentenceReader(2)

    assert reader.take("Talks opened [1].") == []
    assert reader.pending == "Talks opened."
    assert reader.take(" [2") == []
    assert reader.take("] ") == []
    assert reader.take("O") == [Said("Talks opened.", (1, 2))]
    assert reader.pending == "O"
    assert reader.take("rlo left [1].\n") == [Said("Orlo left.", (1,))]
    assert reader.pending == ""
    assert reader.end() == []


def test_a_line_that_names_no_passage_waits_for_the_next() -> None:
    reader = SentenceReader(2)

    assert reader.take("Talks opened.\n") == []
    assert reader.pending == "Talks opened."
    assert reader.take("\n[1]\n") == [Said("Talks opened.", (1,))]
    assert reader.take("Orlo left.\n") == []
    assert reader.take("K") == [Said("Orlo left.", ())]


def test_what_is_pending_is_shown_in_plain_words() -> None:
    seen: list[str] = []
    reader = SentenceReader(2)
    for char in "## Talks\n**Talks** `opened` [1] and _went_ on [passage 2], Orlo <b>":
        reader.take(char)
        seen.append(reader.pending)

    assert seen[-1] == "Talks opened and went on, Orlo"
    assert not any(set("*`[]#<") & set(text) or "1" in text or "pass" in text for text in seen)


def test_a_word_for_no_answer_is_not_shown_while_it_comes_in() -> None:
    reader = SentenceReader(2)
    for char in "NOT STATED: the date. Th":
        reader.take(char)
        assert reader.pending == ""


@pytest.mark.parametrize(
    "written",
    [
        "**Talks opened** in _Vell_ [1].",
        "Answer: Talks opened in Vell [1].",
        "**Answer:** Talks opened in Vell [1].",
        "## Answer\n\nTalks opened in Vell [1].",
        "**Summary**\nTalks opened in Vell [1].",
        "- Talks opened in Vell [1].",
        "* Talks **opened** in Vell. [1]",
        "1. Talks opened in Vell. [1]",
        "> Talks opened in Vell. [1]",
        "```\nTalks opened in Vell. [1]\n```",
        "```text\nTalks opened in `Vell`. [1]\n```",
        "Here is what the passages say:\n\nTalks opened in Vell [1].",
        "---\n\nTalks opened in Vell [1].\n\n---",
        "Talks opened in Vell [1].<|im_end|></s>",
        "<<<0123456789abcdef passage 1>>>\nTalks opened in Vell [1].",
        "Talks\u200b opened\x1b in\u202e Vell [1].",
        "Talks opened in Vell [1].\r\n",
        "<think>The user. Wants [2].\n\nNOT STATED</think>\nTalks opened in Vell [1].",
        "<thinking>a</thinking>Talks opened <think>b. C.</think>in Vell [1].",
        "They want to know. Well.</think>Talks opened in Vell [1].",
        "Talks opened in Vell [1].<think>And now? On. And on",
        "Talks opened in Vell [1].\n\nSources:\n[1] Harbour talks, Courier.\n[2] Envoy comes.",
        "Talks opened in Vell [1].\n\n**References**\n\n1. Harbour talks\n2. Envoy\n",
        "Talks opened in Vell [1].\nSources: [1], [2]",
        "Talks opened in Vell [1].\nSources: Courier [1], Gazette [2]",
    ],
)
def test_what_a_model_puts_around_its_sentences_goes(written: str) -> None:
    if "know. Well." in written:  # without an opening tag, what was whole is gone already
        assert sentences(written)[-1] == ("Talks opened in Vell.", (1,))
    else:
        assert sentences(written) == [("Talks opened in Vell.", (1,))]


@pytest.mark.parametrize(
    "text",
    [
        "He cited news_file_2 and 3 * 4 = 12, a < b, C# and <3.",
        "It’s Norland's “open” door, «Кто?» 'so'.",
        "3.5 percent of 22 ships left.",
        "1999 was the year of the “Answer: no” vote.",
        "Sources close to the talks said so.",
    ],
)
def test_what_is_no_markup_stays(text: str) -> None:
    assert [said for said, _ in sentences(text)] == [text]


def test_sentences_end_where_the_texts_language_ends_them() -> None:
    text = "12. März war der Tag, und am 13. März endete es [1]. Am 14. April ging Orlo [2]."
    reader = SentenceReader(2, "de")

    assert [each for char in text for each in reader.take(char)] + reader.end() == [
        Said("12. März war der Tag, und am 13. März endete es.", (1,)),
        Said("Am 14. April ging Orlo.", (2,)),
    ]


def test_items_of_a_list_are_sentences() -> None:
    text = "1. Talks opened [1]\n2. Orlo left [2]\n   - Ships wait [3]\n3) Sol came. [1]"

    assert sentences(text) == [
        ("Talks opened", (1,)),
        ("Orlo left", (2,)),
        ("Ships wait", (3,)),
        ("Sol came.", (1,)),
    ]


def test_a_text_that_goes_on_behind_its_sources_is_read_on() -> None:
    assert sentences("Sources:\n[1] Harbour talks\nTalks opened [1]. Orlo left [2].") == [
        ("Talks opened.", (1,)),
        ("Orlo left.", (2,)),
    ]


@pytest.mark.parametrize(
    "text",
    ["NOT STATED", "NOT STATED.", "Not stated.", "“NOT STATED”", "**NOT STATED**", "NOT STATED:"],
)
def test_the_agreed_word_for_no_answer_is_a_refusal(text: str) -> None:
    ((kind, _),) = kinds(text)

    assert kind == "refusal"
    assert kinds(f"<think>Hm.</think>\n{text}\n")[0][0] == "refusal"


@pytest.mark.parametrize(
    "written",
    [
        "Talks opened [1].\nNOT STATED: the date. And the place.",
        "Talks opened [1].\n\n**NOT STATED:** the date. And the place.",
        "Talks opened [1].\nNot stated - the date. And the place.",
        "Talks opened [1].\n- NOT STATED: the date. And the place. [1]",
    ],
)
def test_what_is_missing_is_a_gap(written: str) -> None:
    assert kinds(written) == [("sentence", "Talks opened."), ("gap", "the date. And the place.")]


def test_what_is_missing_is_told_behind_a_sentence_too() -> None:
    assert kinds("Talks opened [1]. NOT STATED: the date.") == [
        ("sentence", "Talks opened."),
        ("gap", "the date."),
    ]


PLAIN = [
    "The passages do not say when the talks ended.",
    "The provided articles do not mention Orlo.",
    "The given text does not contain any information about ships.",
    "The passages don't directly state who led the delegation.",
    "Unfortunately, the articles do not specify the date.",
    "Based on the provided passages, there is no information about Orlo.",
    "There is no mention of Orlo in the passages.",
    "None of the passages mentions a date.",
    "No passage mentions the date.",
    "The date of the talks is not mentioned in the passages.",
    "That isn't stated in the provided articles.",
    "The passages provided say nothing about Orlo.",
    "The articles contain no information on this.",
    "I cannot answer this question from the passages.",
    "I can't determine the date from the given text.",
    "I'm sorry, but I can't help with that.",
    "I am sorry, but the passages do not say.",
    "Sorry, I am unable to answer.",
    "I don't know.",
    "I do not have enough information to answer.",
    "As an AI language model, I have no opinion.",
    "It is not possible to tell from the passages.",
    "The question cannot be answered from the articles.",
    "Not enough information is given to answer the question.",
]


@pytest.mark.parametrize("text", PLAIN)
def test_a_refusal_in_other_words_is_one_where_nothing_else_is_said(text: str) -> None:
    reader = SentenceReader(3)

    assert reader.take(f"{text}\n\n") == []
    assert reader.end() == [Said(text, (), "refusal")]
    assert kinds(f"Talks opened [1]. {text}")[-1] == ("gap", text)
    assert kinds(f"{text} But talks opened [1].") == [
        ("gap", text),
        ("sentence", "But talks opened."),
    ]


@pytest.mark.parametrize("text", PLAIN)
def test_what_names_a_passage_is_a_sentence_however_it_is_worded(text: str) -> None:
    assert kinds(f"{text} [2]") == [("sentence", text)]


@pytest.mark.parametrize(
    "text",
    [
        "The treaty does not mention Vell.",
        "“I cannot sign this,” Orlo said.",
        "Norland said that no date was agreed.",
        "Not one ship left.",
        "Orlo did not say when he would leave.",
        "The passage through the strait is closed.",
        "There is no agreement on fishing.",
        "It is not clear who fired first.",
        "No ship carries wheat.",
    ],
)
def test_what_articles_say_of_denials_is_no_refusal(text: str) -> None:
    assert kinds(text) == [("sentence", text)]


PLAIN_FRAGMENTS = (
    *("Talks opened in Vell.", " Orlo left.", "Mr. Kestrel", " U.S. They", "“We came. We"),
    *(" left,”", " (it has 22", " members.)", " said so.\n", "会谈结束。", " e\u0301t", "? ", "\n"),
)
FRAGMENTS = (
    *PLAIN_FRAGMENTS,
    *("[1]", "[2, 3]", "[", "]", "(passage 1)", "(", ")", "【1†a】", "[sic]", "[1](https://a.b)"),
    *("[pas", "<think>", "</think>", "<thi", "<", ">", "**", "*", "_", "`", "```\n", "# ", "- "),
    *("1. ", "2. ", "\n\n", " ", ".", "!", "…", '"', "NOT STATED", "not stated: the day. And", ":"),
    *("Sources:\n", "Answer:", "The passages do not say.", "I cannot help.", "結果？", "Кто?"),
    *("<<<0123456789abcdef a>>>", "\u0301", "\u200b", "\r", "\ud800", "\U0001f600", "x" * 60),
)
any_answer = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=6), max_size=24).map("".join)


@given(any_answer, st.integers(1, 9), st.integers(0, 4))
@example("Talks opened. [1](https://a.b) Orlo left. x", 1, 3)
@example("A. " * 900, 3, 3)
@settings(max_examples=200, deadline=None)
def test_a_text_reads_the_same_however_it_is_cut(text: str, size: int, count: int) -> None:
    whole = read(text, count)

    assert read(text, count, size) == whole
    for said in whole:
        assert said.text == " ".join(said.text.split())
        assert set(said.numbers) <= set(range(1, count + 1))
        assert len(set(said.numbers)) == len(said.numbers)
        assert said.text or said.kind != "sentence"


MARKUP = (" ` ", " [1] ", "[2]", " ", "</s>", " <|x|> ", "(passage 1)")


@given(st.lists(st.sampled_from([*PLAIN_FRAGMENTS, *MARKUP]), min_size=1, max_size=14))
@settings(max_examples=100, deadline=None)
def test_no_letter_of_a_text_is_lost_or_told_twice(parts: list[str]) -> None:
    text = "".join(parts)

    told = " ".join(said for said, _ in sentences(text))

    plain = re.sub(r"\[\d\]|\(passage 1\)|</s>|<\|x\|>", " ", text)
    letters = re.findall(r"\w", clean_unicode(plain)[0])
    assert re.findall(r"\w", told) == letters


@pytest.mark.parametrize(
    "unit", ["word ", "x", "a. ", "[1]", "[1", "(passage 1", "<", "<thi", "*", "_a", '"a. B', "\n"]
)
def test_a_text_without_end_takes_time_in_proportion(unit: str) -> None:
    text = unit * (100_000 // len(unit))

    started = time.monotonic()
    said = read(text, size=5)

    assert time.monotonic() - started < 20  # it takes a second; its square would take minutes
    assert all(len(each.text) <= 2_001 for each in said)


@pytest.mark.parametrize("marker", MARKERS)
def test_what_may_become_a_marker_is_known_from_its_first_sign(marker: str) -> None:
    bare = marker.strip("*").removeprefix("<sup>").removesuffix("</sup>")
    for length in range(1, len(bare)):
        text = f"Talks opened. {bare[:length]}"
        rest = text[text.index(".") + 1 :].lstrip()
        shown = markers.PATTERN.sub("", rest[: markers.begun(rest)]).strip()
        assert shown == ""
