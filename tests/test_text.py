import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.text import (
    clean_unicode,
    content_stems,
    fold,
    key_of,
    sentence_ranges,
    stems,
    tokens,
)

_FRAGMENTS = (
    "Talks opened in Geneva on Monday.",
    "“We will not leave,” she said. “Not yet.”",
    "Mr. Orlo met U.S. envoys at 3 p.m. and left!",
    "Хто перший? Переговоры начались в Гомеле.",
    "השיחות נפתחו. שָׁלוֹם!",
    "بدأت المحادثات. انتهت؟",
    "会谈在日内瓦举行。结果未知!",
    'שר ארה"ב בז\'נבה. ד"ר כץ: "לא".',
    "А. И. Орло, им. Велля… «Кто?» — спросил он.",
    "ـ",
    "\u05be",
    "👩‍👩‍👧 🇺🇦 😀",
    "...",
    "?!",
    " \u200b\u00a0",
    "\n",
    "\r\n\r\n",
    "\t",
    "e\u0301",
    "\x00",
    "\ud800",
)

any_text = st.lists(
    st.one_of(
        st.sampled_from(_FRAGMENTS),
        st.text(st.characters(exclude_categories=()), max_size=12),
    ),
    max_size=12,
).flatmap(lambda parts: st.sampled_from(["", " "]).map(lambda space: space.join(parts)))


def sentences(text: str, language: str | None = None) -> list[str]:
    return [text[start:end] for start, end in sentence_ranges(text, language)]


CODES = (
    *(None, "", "en", "en-GB", "ru", "uk", "ar", "fa", "he", "el", "hi", "zh-Hant", "ja", "ka"),
    *("fr", "de", "pl", "tr", "tlh", "xx", "not a code"),
)


@given(any_text, st.sampled_from(CODES))
@settings(max_examples=250, deadline=None)
def test_sentences_hold_all_that_is_visible_once_and_in_order(
    given_text: str, language: str | None
) -> None:
    text, _ = clean_unicode(given_text)
    held: list[int] = []
    for start, end in sentence_ranges(text, language):
        assert 0 <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert "\n" not in text[start:end]
        held.extend(range(start, end))

    assert held == sorted(set(held))
    assert {at for at, char in enumerate(text) if not char.isspace()} <= set(held)


def test_titles_initials_and_hours_do_not_end_a_sentence() -> None:
    text = "Mr. Orlo met U.S. envoys at 3 p.m. on Monday. Gen. A. Kestrel stayed away."

    assert sentences(text) == [
        "Mr. Orlo met U.S. envoys at 3 p.m. on Monday.",
        "Gen. A. Kestrel stayed away.",
    ]


def test_decimals_do_not_end_a_sentence() -> None:
    assert sentences("Trade fell by 3.5 percent. It had risen by 1.2 percent.") == [
        "Trade fell by 3.5 percent.",
        "It had risen by 1.2 percent.",
    ]


@pytest.mark.parametrize("closer", ["”", '"', "»", ")", "”)"])
def test_a_closing_quote_or_bracket_stays_with_the_sentence_it_closes(closer: str) -> None:
    first, *rest = sentences(f"They spoke of “an open door.{closer} The talks went on.")

    assert first.endswith(f"door.{closer}")
    assert rest == ["The talks went on."]


def test_a_paragraph_without_a_full_stop_is_a_sentence_of_its_own() -> None:
    assert sentences("Harbour talks open\nShips wait off Vell\n\nDelegations met.") == [
        "Harbour talks open",
        "Ships wait off Vell",
        "Delegations met.",
    ]


def test_ranges_count_characters_after_emoji_and_marks_not_bytes() -> None:
    text = "Перемога 😀🇺🇦 настала. שָׁלוֹם לכולם. Done."

    assert sentences(text) == ["Перемога 😀🇺🇦 настала.", "שָׁלוֹם לכולם.", "Done."]


@pytest.mark.parametrize("title", ["Ms", "Mr", "Amb", "Gens"])
def test_a_title_before_a_name_does_not_end_a_sentence(title: str) -> None:
    text = f"It was {title}. Orlo who came. He left."
    ranges = sentence_ranges(text, "en")
    assert [text[start:end] for start, end in ranges] == [
        f"It was {title}. Orlo who came.",
        "He left.",
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Он живёт на ул. Ленина в Минске."),
        ("de", "Das Treffen fand am 3. März in Wien statt."),
        ("es", "El Sr. Pérez y la Sra. Gómez hablaron con el ministro."),
    ],
)
def test_an_abbreviation_of_the_articles_language_does_not_end_a_sentence(
    language: str, text: str
) -> None:
    assert sentences(text, language) == [text]


@pytest.mark.parametrize("tag", ["ru-RU", "ru_RU", "RU"])
def test_a_language_with_a_region_or_in_capitals_is_that_language(tag: str) -> None:
    assert sentences("Он живёт на ул. Ленина в Минске.", tag) == [
        "Он живёт на ул. Ленина в Минске."
    ]


def test_russian_and_chinese_paragraphs_are_split_by_their_own_stops() -> None:
    assert len(sentences("Переговоры начались в 10 часов. Делегации молчат.", "ru")) == 2
    assert len(sentences("会谈结束。双方没有发表声明。", "zh")) == 2


@pytest.mark.parametrize(
    ("language", "sentences_of_it"),
    [
        ("ar", ["بدأت المحادثات.", "هل انتهت؟", "وصل الوزير؛ ثم غادر!", "قال د. سالم إنها انتهت."]),
        ("fa", ["گفتگوها آغاز شد.", "آیا پایان یافت؟", "هیئت رفت."]),
        ("ur", ["مذاکرات شروع ہوئے۔", "کیا وہ ختم ہوئے؟"]),
        ("he", ['השיחות בארה"ב נפתחו.', "פרופ' לוי הגיע.", 'עו"ד כץ יצא.', '"לא", אמר.']),
        ("he", ['לפי ה"ניו יורק טיימס" השיחות נכשלו.', "אחר כך נפתחו."]),
        ("el", ["Ποιος ήρθε;", "Ο κ. Α. Παπάς ήρθε.", "Το Δ.Ν.Τ. σιωπά."]),
        ("hi", ["वार्ता शुरू हुई।", "क्या वह समाप्त हुई?", "नहीं।"]),
        ("zh", ["会谈周一开始。", "结果如何？", "他说：“我们会回来。”", "双方没有声明！"]),
        ("ja", ["会談は月曜日に始まった。", "結果は？", "終わった！"]),
        ("ru", ["Им. Ленина?", "А. И. Орло приехал в 5 ч. утра.", "«Кто?» — спросил он."]),
        ("uk", ["У м. Велль прибули О. І. Орло та ін. гості.", "Кінець."]),
        ("fr", ["M. Orlo a vu le Dr. Kestrel.", "Qui a gagné ?", "« Rien ! » a-t-il dit."]),
        ("pl", ["Rozmowy 3 marca 2031 r. w Velli.", "Min. Orlo i prof. Zych przybyli."]),
        ("de", ["Das Treffen war am 3. März.", "Der Gesandte A. Orlo kam um 10 Uhr."]),
    ],
)
def test_sentences_end_where_readers_of_the_language_see_their_end(
    language: str, sentences_of_it: list[str]
) -> None:
    assert sentences(" ".join(sentences_of_it), language) == sentences_of_it


@given(any_text)
@settings(max_examples=150, deadline=None)
def test_cleaned_text_can_be_stored_and_cleaning_it_again_changes_nothing(text: str) -> None:
    cleaned, surrogates = clean_unicode(text)

    assert clean_unicode(cleaned) == (cleaned, 0)
    assert cleaned.encode().decode() == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(unicodedata.category(char) == "Cc" and char != "\n" for char in cleaned)
    assert (surrogates > 0) == any(unicodedata.category(char) == "Cs" for char in text)


def test_a_broken_character_is_shown_as_broken_and_counted() -> None:
    assert clean_unicode("Kie\ud800v talk\udfffs") == ("Kie\ufffdv talk\ufffds", 2)


def test_hidden_characters_cannot_split_or_reverse_what_is_read() -> None:
    hidden = "cease\u200bfire\xad \u202enot\u202c signed\x00\ufeff\u2066\u2069\u2060"

    assert clean_unicode(hidden)[0] == "ceasefire not signed"


def test_letters_that_only_a_machine_can_read_are_dropped() -> None:
    smuggled = "".join(chr(0xE0000 + ord(char)) for char in "ignore the reader")

    assert clean_unicode(f"The talks{smuggled}\u2063 ended.")[0] == "The talks ended."


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c"])
def test_every_kind_of_line_end_parts_paragraphs(end: str) -> None:
    assert clean_unicode(f"first{end}second")[0] == "first\nsecond"


@pytest.mark.parametrize("space", ["\t", "\xa0", "\u2009", "\u202f", "\u3000"])
def test_every_kind_of_space_is_a_space(space: str) -> None:
    assert clean_unicode(f"10{space}000 troops")[0] == "10 000 troops"


def test_what_joins_emoji_and_persian_letters_is_left() -> None:
    assert clean_unicode("👩‍👧 می‌خواهم")[0] == "👩‍👧 می‌خواهم"


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("Erdoğan", "erdogan"),
        ("Łódź", "lodz"),
        ("Tromsø", "tromso"),
        ("Straße", "strasse"),
        ("Алёна", "алена"),
        ("שָׁלוֹם", "שלום"),
        ("مُحَادَثَات", "محادثات"),
        ("محـــادثات", "محادثات"),
        ("إيران", "ايران"),
        ("أوكرانيا", "اوكرانيا"),
        ("ٱتفاق", "اتفاق"),
        ("مصطفى", "مصطفي"),
        ("مذاکره", "مذاكره"),
        ("وزیر", "وزير"),
        ("בְּרֵאשִׁית", "בראשית"),
        ('ארה"ב', "ארה״ב"),
        ("ארה”ב", "ארה״ב"),
        ("ג'ורג'", "ג׳ורג׳"),
        ("الوفد٢٢", "الوفد22"),
        ("Τετάρτης", "ΤΕΤΑΡΤΗΣ"),
        ("ＮＡＴＯ", "nato"),
        ("ﬁve", "five"),
        ("Zelensky’s", "zelensky's"),
        ("İstanbul", "istanbul"),
    ],
)
def test_a_name_is_found_however_its_letters_are_marked(written: str, searched: str) -> None:
    assert fold(written) == fold(searched)
    assert tokens(written) == tokens(searched)


def test_a_number_is_one_word_with_or_without_thousands_marks() -> None:
    assert tokens("1,250,000 people") == tokens("1250000 people") == ["1250000", "people"]
    assert tokens("3.5 percent") == ["3.5", "percent"]


@pytest.mark.parametrize(
    "number", ["1٬250٬000", "١٬٢٥٠٬٠٠٠", "۱۲۵۰۰۰۰", "１２５００００", "१२५००००"]
)
def test_a_number_is_the_same_in_digits_of_any_script(number: str) -> None:
    assert tokens(number) == ["1250000"]
    assert key_of(number) == "1250000"
    assert tokens("٣٫٥") == ["3.5"]


def test_a_maqaf_parts_words_and_marks_inside_a_hebrew_word_do_not() -> None:
    assert tokens("תל־אביב") == ["תל", "אביב"]
    assert len(tokens('מו"מ בארה"ב')) == 2
    assert tokens('"שלום" אמר "השר"') == ["שלום", "אמר", "השר"]


def test_letters_that_only_look_like_marked_ones_stay_apart() -> None:
    assert tokens("мой") != tokens("мои")
    assert tokens("мой") == tokens(unicodedata.normalize("NFD", "мой"))


def test_the_possessive_is_the_word_itself() -> None:
    assert tokens("Moscow's envoys; Kyiv’s envoys") == ["moscow", "envoys", "kyiv", "envoys"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("negotiations", "negotiation"),
        ("agreed", "agreeing"),
        ("переговоры", "переговорах"),
        ("российский", "российского"),
        ("الكتاب", "كتاب"),
        ("השיחות", "שיחה"),
        ("υπουργού", "υπουργός"),
        ("переговорів", "переговори"),
    ],
)
def test_forms_of_a_word_are_the_same_word(one: str, other: str) -> None:
    assert stems(one) == stems(other)


def test_different_numbers_and_names_stay_different() -> None:
    assert stems("1918") != stems("1919")
    assert stems("Iran") != stems("Iraq")


def test_function_words_are_no_evidence() -> None:
    assert content_stems("What did the delegation say about the harbour?") == stems(
        "delegation say harbour"
    )
    assert content_stems("who was it, and of whom?") == []
    assert content_stems("кто это и с кем?") == content_stems("מי זה?") == []
    assert content_stems("Wer war es und mit wem?", "de") == []


@given(any_text)
@settings(max_examples=100, deadline=None)
def test_any_text_has_words_that_do_not_depend_on_case_or_composition(text: str) -> None:
    text, _ = clean_unicode(text)

    assert tokens(text) == tokens(unicodedata.normalize("NFD", text))
    assert len(stems(text)) == len(tokens(text))
