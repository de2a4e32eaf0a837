from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_text import any_text
from vectorstore.cleaning import clean
from vectorstore.text import clean_unicode

BEFORE = "Delegations from Norland and Sudmark met in the port of Vell on Tuesday."
AFTER = "The next round is planned for 20 May in the mountain town of Brenn."

PROMOTION = [
    "Follow the Vell Courier on Facebook, Twitter, and Instagram",
    "Follow the Vell Courier's world desk on X and Telegram.",
    "Follow us on Telegram",
    "FOLLOW US",
    "Follow @vellcourier on Twitter",
    "Please follow Brenn Today on WhatsApp for breaking news.",
    "Like us on Facebook!",
    "Find us on YouTube",
    "Join us on WhatsApp",
    "Connect with the Gazette on LinkedIn",
    "Subscribe to the Vell Courier's daily newsletter and never miss our top stories!",
    "Subscribe to our YouTube channel",
    "Subscribe now",
    "SUBSCRIBE",
    "Sign up here",
    "Sign up for our morning briefing",
    "Sign up to receive the day's diplomacy every morning.",
    "Log in to comment",
    "Register for free to continue reading",
    "Get our top stories in your inbox",
    "Download our free app",
    "Read more: Talks resume in Brenn",
    "READ MORE >>",
    "Read more",
    "Read More »",
    "Read more about the harbour talks here",
    "Watch live: ministers arrive in Vell",
    "See also: Five things to know about the fishing treaty",
    "Also read: Grain corridor reopens",
    "Related articles",
    "RELATED: Why the summit failed",
    "More from Vell Courier",
    "You may also like",
    "Most read",
    "Editors' picks",
    "Click here to read our full coverage",
    "Click here for more.",
    "Tap here to join the conversation",
    "Story continues below advertisement",
    "Article continues below",
    "Continue reading",
    "ADVERTISEMENT",
    "Advertisement",
    "Sponsored content",
    "Sponsored by Norland Bank",
    "Support independent journalism",
    "Donate",
    "Become a supporter",
    "Skip past newsletter promotion",
    "End of the newsletter promotion",
]

CONTRIBUTORS = [
    "Mira Sol contributed to this report.",
    "Ana Kestrel in Vell and Iven Orlo in Brenn contributed to this report from the border.",
    "(Reporting by Mira Sol in Vell; Editing by Ana Kestrel)",
    "Reporting by Mira Sol and Ola Brand; additional reporting by Iven Orlo; editing by A. Kestrel",
    "Additional reporting by Ola Brand in Brenn",
    "Editing by Ana Kestrel",
    "Compiled by Ola Brand",
    "Translated by Mira Sol",
    "With inputs from agencies",
    "With files from The Norland Press",
    "With additional reporting by Iven Orlo",
    "Ola Brand contributed reporting.",
    "Ola Brand contributed reporting from Brenn.",
]

DEBRIS = [
    "Share",
    "SHARE",
    "Tweet",
    "Print",
    "Share this article",
    "Share on Facebook",
    "12 comments",
    "5 min read",
    "© 2022 Vell Courier. All rights reserved.",
    "© The Norland Press",
    "Copyright 2023 The Brenn Gazette",
    "(c) 2023 Brenn Gazette",
    "All rights reserved.",
    "We use cookies to improve your experience.",
    "Accept all cookies",
    "https://example.org/harbour-talks?page=2",
    "www.example.org/live",
    "* * *",
    "-----",
    "…",
    "• • •",
]

# Seen on real pages in just these shapes: a label behind a bullet, a row of buttons.
DECORATED = [
    "- ADVERTISEMENT -",
    "[Advertisement]",
    "👉 Follow us on Telegram",
    "• Read more: Talks resume in Brenn",
    ">> Read more: Talks resume in Brenn",
    "Share Tweet Email",
    "Share this:",
    "Editor’s picks",
    "Listen to this article",
]

PROSE = [
    "Follow-up talks on Facebook's policy were held in Geneva on Monday.",
    "Read more than one way, the communique pleased both sides.",
    "Subscribers of the agency saw the text first.",
    "Share prices fell in Moscow.",
    "Register offices stayed open.",
    "The ministers contributed to this outcome, the report said.",
    "Follow the money, the prosecutor told the court.",
    "Followers of the cleric joined the march on Twitter's offices.",
    "Sharing the water of the river was on the agenda.",
    "Printing of the ballots began.",
    "Advertising for the referendum began on Friday.",
    "Ad hoc talks began at once.",
    "Home to two million people, the region has no airport.",
    "Comments by the minister angered Seoul.",
    "Search and rescue went on.",
    "Close allies of the president left.",
    "Related talks in Vienna went on.",
    "Recommended by the council, the text was passed.",
    "Most read the letter as a threat.",
    "Sponsored by Qatar and Egypt, the talks are the third this year, mediators said.",
    "Support for the truce is growing.",
    "Supporters of the truce marched.",
    "Getting our people home comes first, she said.",
    "Signing the treaty took four minutes.",
    "Loading of the ships was stopped.",
    "The Gazette reported that the minister had signed.",
    "“Subscribe to our view or leave,” the envoy was told.",
    "He said: read more history.",
    "2022",
    "GENEVA",
    "“We will not leave.”",
    "Нет.",
    "会谈结束。",
]

# Sentences of news that begin or end as promotion, credits or debris do.
PROSE_IN_DISGUISE = [
    "Like his predecessor, the minister announced the talks on Facebook on Monday.",
    "Like many diplomats, Ms Kestrel is active on X.",
    "Find common ground on Facebook regulation, ministers were told.",
    "Follow us or lead us, but do not block us, the minister said.",
    "Register to vote closes on Friday, the ministry said.",
    "Register with the police, foreigners were told on Monday.",
    "Sign up to the treaty, the president told his neighbours.",
    "Log in to the system was possible with a stolen key, investigators said.",
    "Read live on television, the statement surprised Ankara.",
    "See more in Moscow than in Kyiv, he said of the shortages.",
    "Tap the gas reserves now, ministers were told.",
    "Donate blood, officials urged as the shelling went on.",
    "Become a member of the alliance or stand alone, he said.",
    "Compiled by the UN, the list names 112 companies.",
    "Translated by the embassy, the letter reached Berlin on Friday.",
    "Edited by officials in Geneva, the draft dropped the clause.",
    "Reporting by journalists from the front has become dangerous, the union said.",
    "Norway contributed to this report on arms control, published on Tuesday in Oslo.",
    "Qatar and Egypt contributed to the report of the commission, published in May.",
    "Spain contributed reporting officers to the mission, the ministry said.",
    "With files from the archive, prosecutors opened the case on Monday.",
    "With contributions from Norway and Qatar, the fund reached 3 billion dollars.",
    "With material from the crash site, investigators flew to Kyiv.",
    "Copyright law was on the agenda of the trade talks.",
    "(c) the withdrawal of heavy weapons from the line of contact;",
    "(c) release of all prisoners within ten days;",
    "Share the burden, Rome told its neighbours.",
    "Share the water of the river or fight over it, the minister said.",
    "The story continues after the summit with talks in Doha.",
]


def cleaned_lines(line: str) -> list[str]:
    return clean(f"{BEFORE}\n\n{line}\n\n{AFTER}")[0].split("\n\n")


@pytest.mark.parametrize("line", [*PROMOTION, *CONTRIBUTORS, *DEBRIS])
def test_what_is_not_the_articles_own_text_is_cut_and_kept_aside(line: str) -> None:
    text, removed, _ = clean(f"{BEFORE}\n\n{line}\n\n{AFTER}")

    assert text == f"{BEFORE}\n\n{AFTER}"
    assert [cut.text for cut in removed] == [line]


@pytest.mark.parametrize("line", DECORATED)
def test_promotion_is_cut_behind_a_bullet_or_in_a_row_of_buttons(line: str) -> None:
    assert cleaned_lines(line) == [BEFORE, AFTER]


@pytest.mark.parametrize("line", PROSE)
def test_a_sentence_that_only_begins_like_promotion_stays(line: str) -> None:
    assert cleaned_lines(line) == [BEFORE, line, AFTER]


@pytest.mark.parametrize("line", PROSE_IN_DISGUISE)
def test_news_prose_in_the_shape_of_promotion_stays(line: str) -> None:
    assert cleaned_lines(line) == [BEFORE, line, AFTER]


def test_promotion_inside_a_paragraph_is_never_touched() -> None:
    paragraph = f"{BEFORE} Follow us on Facebook. Read more: the treaty. {AFTER}"

    assert clean(paragraph) == (paragraph, (), 0)


def test_a_long_paragraph_is_prose_whatever_it_begins_with() -> None:
    paragraph = (
        "Sign up to join the convoy, the leaflets read, and bring only what can be carried: "
        "thousands of families did so within a day, and by the evening of Tuesday the road out "
        "of Vell was full of carts, lorries and buses that moved no faster than a man walks."
    )

    assert clean(paragraph)[0] == paragraph


@pytest.mark.parametrize("names", ["The " * 22, "Al-" * 15, "A. " * 22, "Reporting " * 20])
def test_a_line_of_many_names_does_not_hold_up_the_reading(names: str) -> None:
    # A pattern that tries every way to part the names would not end within a lifetime.
    line = f"Reporting by {names}!x is over"

    assert cleaned_lines(line) == [BEFORE, line, AFTER]


def test_a_long_rule_is_debris_like_a_short_one() -> None:
    assert cleaned_lines("_" * 400) == [BEFORE, AFTER]


def test_a_removed_line_is_remembered_where_it_stood() -> None:
    text, removed, _ = clean(f"Share\n{BEFORE}\nADVERTISEMENT\n\n{AFTER}\n© 2022 Vell Courier")

    assert text == f"{BEFORE}\n\n{AFTER}"
    assert [(cut.offset, cut.text) for cut in removed] == [
        (0, "Share"),
        (len(BEFORE), "ADVERTISEMENT"),
        (len(text), "© 2022 Vell Courier"),
    ]


def test_paragraphs_stay_apart_by_one_blank_line_and_lines_by_none() -> None:
    assert clean("  First. \n\n\n \t\nSecond.\nThird.\r\n\r\n")[0] == "First.\n\nSecond.\nThird."


def test_paragraphs_with_promotion_between_them_are_not_glued_together() -> None:
    assert clean("First.\n\nADVERTISEMENT\nSecond.")[0] == "First.\n\nSecond."


def test_an_article_of_nothing_but_promotion_has_no_text_left() -> None:
    text, removed, _ = clean("Share\nSubscribe now\n\nFollow us on Telegram")

    assert text == ""
    assert [cut.offset for cut in removed] == [0, 0, 0]


def test_broken_characters_are_counted() -> None:
    assert clean("The talks \ud83d ended \udc00.")[2] == 2


_LINES = st.one_of(
    st.sampled_from([*PROMOTION, *CONTRIBUTORS, *DEBRIS, *DECORATED, *PROSE, *PROSE_IN_DISGUISE]),
    any_text,
)
_PAGES = st.lists(
    st.tuples(_LINES, st.sampled_from(["\n", "\n\n", "\r\n", " \n\t\n", "\u2028", " ", "\xa0"])),
    max_size=12,
).map(lambda pairs: "".join(line + end for line, end in pairs))


def visible(text: str) -> Counter[str]:
    return Counter(char for char in text if not char.isspace())


@given(_PAGES)
@settings(max_examples=100, deadline=None)
def test_nothing_visible_is_lost_between_the_text_and_what_was_removed(page: str) -> None:
    text, removed, _ = clean(page)

    everything = visible(text) + sum((visible(cut.text) for cut in removed), Counter())
    assert everything == visible(clean_unicode(page)[0])


@given(_PAGES)
@settings(max_examples=100, deadline=None)
def test_removed_lines_are_gone_and_their_places_lie_in_the_text_in_order(page: str) -> None:
    text, removed, _ = clean(page)

    offsets = [cut.offset for cut in removed]
    assert offsets == sorted(offsets)
    for cut in removed:
        assert 0 <= cut.offset <= len(text)
        assert text[: cut.offset] == text[: cut.offset].rstrip()
        assert cut.text not in text.split("\n")


@given(_PAGES)
@settings(max_examples=100, deadline=None)
def test_cleaning_a_clean_text_changes_nothing(page: str) -> None:
    text, _, _ = clean(page)

    assert clean(text) == (text, (), 0)
