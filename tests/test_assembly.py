import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_text import any_text
from vectorstore.assembly import assemble, derive_title, normalise_url
from vectorstore.documents import Article, Precision
from vectorstore.errors import ReadError
from vectorstore.readers import Raw

TALKS = "Delegations from Norland and Sudmark met in Vell on Tuesday. They parted without a text."


def made(text: str, **metadata: str) -> Article:
    return assemble(Raw("talks.txt", text, metadata, "front matter"))[0]


def notes(text: str, **metadata: str) -> tuple[str, ...]:
    return assemble(Raw("talks.txt", text, metadata, "front matter"))[1]


def test_an_article_carries_what_was_found_about_it() -> None:
    article, said = assemble(
        Raw(
            "inbox/talks.md",
            TALKS,
            {
                "title": " Harbour\ttalks\nopen ",
                "publisher": "Vell  Courier",
                "author": "Mira Sol",
                "published": "2031-05-06T14:05:00+02:00",
                "url": "https://example.org/talks?utm_source=mail#top",
                "language": "en",
            },
            "front matter",
        ),
        sample=True,
    )

    assert said == ()
    assert article.text == TALKS
    assert article.title == "Harbour talks open"
    assert not article.title_derived
    assert article.publisher == "Vell Courier"
    assert article.author == "Mira Sol"
    assert article.published == "2031-05-06T14:05:00+02:00"
    assert article.published_precision is Precision.MINUTE
    assert article.published_from == "front matter"
    assert article.url == "https://example.org/talks"
    assert article.language == "en"
    assert article.source == "inbox/talks.md"
    assert article.sample


def test_what_is_not_known_stays_unknown() -> None:
    article = made(TALKS)

    assert article.publisher is article.author is article.url is None
    assert made("Talks.").language is None
    assert article.published is article.published_precision is article.published_from is None
    assert not article.sample


def test_an_unclear_date_is_left_out_and_the_reader_is_told_which_and_how_to_mend_it() -> None:
    article = made(TALKS, published="last Monday")
    (note,) = notes(TALKS, published="last Monday")

    assert article.published is article.published_precision is article.published_from is None
    assert "last Monday" in note
    assert "YYYY-MM-DD" in note


def test_an_address_that_is_no_web_page_is_left_out_with_a_note() -> None:
    assert made(TALKS, url="javascript:alert(1)").url is None
    assert "address" in notes(TALKS, url="javascript:alert(1)")[0]


def test_broken_characters_are_noted() -> None:
    (note,) = notes(TALKS + " \ud83d\udc00")

    assert note.startswith("2 broken characters")


def test_the_readers_own_notes_are_passed_on() -> None:
    assert assemble(Raw("talks.md", TALKS, notes=("the front matter is not YAML",)))[1] == (
        "the front matter is not YAML",
    )


@pytest.mark.parametrize(
    "text", ["", "Share\nSubscribe now", "* * *", "© 2022 Vell Courier\n\nADVERTISEMENT\n—\n"]
)
def test_an_input_of_nothing_but_promotion_is_refused_by_name(text: str) -> None:
    with pytest.raises(ReadError, match=r"^talks\.txt holds no article text"):
        made(text, title="Harbour talks open")


def test_a_title_repeated_at_the_top_of_the_text_stands_only_in_the_title() -> None:
    article = made(f"Harbour talks open\n\n{TALKS}", title="Harbour talks open")

    assert article.text == TALKS


def test_a_first_sentence_that_only_begins_like_the_title_stays() -> None:
    text = "Harbour talks open in Vell on Tuesday.\nThe port is closed."

    assert made(text, title="Harbour talks open").text == text


def test_what_was_removed_is_placed_in_the_text_as_it_is_stored() -> None:
    first, second = "Ships wait off Vell.", "The talks go on."
    article = made(
        f"Harbour talks open\nShare\n{first}\nADVERTISEMENT\n{second}\nSubscribe now",
        title="Harbour talks open",
    )

    assert article.text == f"{first}\n{second}"
    assert [(cut.offset, cut.text) for cut in article.removed] == [
        (0, "Share"),
        (len(first), "ADVERTISEMENT"),
        (len(article.text), "Subscribe now"),
    ]


def test_a_headline_that_opens_the_text_is_its_title() -> None:
    article = made(f"Harbour talks open in Vell\n\n{TALKS}")

    assert article.title == "Harbour talks open in Vell"
    assert article.title_derived


def test_without_a_headline_the_first_sentence_is_the_title() -> None:
    assert made(TALKS).title == "Delegations from Norland and Sudmark met in Vell on Tuesday"


def test_a_long_first_sentence_is_cut_at_a_word() -> None:
    sentence = (
        "Delegations from Norland and Sudmark met in the port of Vell on Tuesday, for the first "
        "talks since the blockade of the harbour began in March."
    )

    title = derive_title(sentence)

    assert title.endswith("…")
    assert len(title) <= 91
    assert sentence.startswith(title[:-1])
    assert sentence[len(title) - 1] in " ,"


def test_a_cut_title_does_not_end_in_a_comma() -> None:
    sentence = "Delegations " + "x" * 70 + " met, " + "y" * 40 + "."

    assert derive_title(sentence) == "Delegations " + "x" * 70 + " met…"


def test_a_long_sentence_without_spaces_still_gives_a_short_title() -> None:
    assert derive_title("会谈" * 200 + "。") == "会谈" * 45 + "…"


def test_dots_before_the_first_sentence_are_no_title() -> None:
    assert derive_title("...The talks go on. The port is closed.") == "The talks go on"


@pytest.mark.parametrize("end", [".", "?", "!", ".”", ":", ";", ",", "…"])
def test_a_paragraph_is_not_taken_for_a_headline(end: str) -> None:
    line = f"They met{end} And " + "they talked on " * 5 + f"and on{end}"

    assert derive_title(f"{line}\nMore.") != line


@pytest.mark.parametrize(
    ("given_url", "kept"),
    [
        ("https://example.org/talks", "https://example.org/talks"),
        ("https://example.org", "https://example.org/"),
        (" HTTPS://Example.ORG/Talks ", "https://example.org/Talks"),
        ("https://example.org/talks#comments", "https://example.org/talks"),
        ("https://example.org/t?id=5&page=2", "https://example.org/t?id=5&page=2"),
        (
            "https://example.org/t?utm_source=x&id=5&utm_medium=y&fbclid=z&gclid=q",
            "https://example.org/t?id=5",
        ),
        ("https://example.org/t?utm_campaign=x", "https://example.org/t"),
        ("https://reader:secret@example.org/t", "https://example.org/t"),
        ("http://example.org:8080/t", "http://example.org:8080/t"),
        ("https://новости.example/мир", "https://новости.example/мир"),
    ],
)
def test_an_address_loses_tracking_and_fragment_and_nothing_else(given_url: str, kept: str) -> None:
    assert normalise_url(given_url) == kept


def test_an_address_in_an_old_encoding_still_leads_to_its_page() -> None:
    address = "https://example.org/search?q=%EF%E5%F0%E5%E3%EE%E2%EE%F0%FB&all"

    assert normalise_url(address) == address


@pytest.mark.parametrize(
    "refused",
    [
        "",
        "javascript:alert(1)",
        "JavaScript://example.org/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///srv/talks.txt",
        "ftp://example.org/talks",
        "//example.org/talks",
        "example.org/talks",
        "https://",
        "https:///talks",
        "https://[::1",
        "https://example.org/a b",
        'https://example.org/"onclick="alert(1)',
        "https://example.org/<script>",
        "https://example.org/\njavascript:alert(1)",
    ],
)
def test_what_is_not_a_web_address_is_refused(refused: str) -> None:
    assert normalise_url(refused) is None


@given(
    st.one_of(
        st.text(max_size=40),
        st.text("htps:/@?#&=[]%. aЖ:8utm_\t", max_size=40).map(lambda tail: "https://" + tail),
    )
)
@settings(max_examples=200, deadline=None)
def test_any_address_is_refused_or_comes_to_rest(address: str) -> None:
    kept = normalise_url(address)

    if kept is not None:
        assert kept.startswith(("http://", "https://"))
        assert "#" not in kept
        assert normalise_url(kept) == kept


@given(
    any_text,
    st.dictionaries(
        st.sampled_from(["title", "publisher", "author", "published", "url", "language"]),
        st.one_of(any_text, st.sampled_from(["2022-02", "Talks opened in Geneva on Monday."])),
    ),
)
@settings(max_examples=150, deadline=None)
def test_any_input_is_an_article_or_refused(text: str, metadata: dict[str, str]) -> None:
    try:
        article, _ = assemble(Raw("talks.txt", text, metadata, "front matter"))
    except ReadError:
        return

    assert article.text == article.text.strip()
    assert any(char.isalnum() for char in article.text)
    assert article.title
    assert "\n" not in article.title
    assert (article.published is None) == (article.published_from is None)
    assert all(0 <= cut.offset <= len(article.text) for cut in article.removed)
