import json
from html import escape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html
from trafilatura.utils import load_html

from vectorstore.readers.page_metadata import PageMetadata, find_metadata

STORY = "".join(
    f"<p>{paragraph}</p>"
    for paragraph in (
        "Delegations from Norland and Sudmark met in the port of Vell for the first talks since "
        "the blockade began, and parted in the evening without a text.",
        "The Norland delegation was led by Trade Minister Ana Kestrel, who said that 22 ships were "
        "still waiting outside the harbour.",
    )
)
ARTICLE = {"@type": "NewsArticle", "headline": "Harbour talks open in Vell"}
CANONICAL = '<link rel="canonical" href="https://courier.example/harbour-talks">'


def page(
    head: str = "", top: str = "", after: str = "", title: str = "Harbour talks open in Vell"
) -> str:
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head><title>{title} | Vell Courier</title>{head}'
        '</head><body class="has-sidebar sidebar"><header><a href="/">Vell Courier</a></header>'
        f"<main><article><h1>{title}</h1>{top}{STORY}</article></main>{after}</body></html>"
    )


def ld(*things: object) -> str:
    return "".join(
        f'<script type="application/ld+json">{each if isinstance(each, str) else json.dumps(each)}'
        "</script>"
        for each in things
    )


def meta(name: str, content: str, key: str = "name") -> str:
    return f'<meta {key}="{name}" content="{content}">'


def read(content: str, opening: str = "") -> PageMetadata:
    tree: Any = load_html(content)
    return find_metadata(tree, opening)


def dated(content: str) -> tuple[str | None, str | None]:
    found = read(content)
    return found.published[0] if found.published else None, found.published_from


# The order of trust

_PLACES = {
    "JSON-LD": ld({**ARTICLE, "datePublished": "2022-03-01"}),
    "meta tag": meta("article:published_time", "2022-03-05", "property"),
    "time element": '<header><time class="published" datetime="2022-03-09">9 March</time></header>',
    "address": '<link rel="canonical" href="https://courier.example/2022/03/13/harbour-talks">',
    "date line": "<div>17 March 2022</div>",
}
_DAYS = {
    "JSON-LD": "2022-03-01",
    "meta tag": "2022-03-05",
    "time element": "2022-03-09",
    "address": "2022-03-13",
    "date line": "2022-03-17",
}


@pytest.mark.parametrize("first", range(len(_PLACES)))
def test_where_places_disagree_the_more_trusted_gives_the_date(first: int) -> None:
    places = list(_PLACES)[first:]
    head = "".join(_PLACES[place] for place in places if place not in ("time element", "date line"))
    top = "".join(_PLACES[place] for place in places if place in ("time element", "date line"))

    assert dated(page(head, top)) == (_DAYS[places[0]], places[0])


def test_a_less_trusted_place_may_say_the_same_day_more_exactly() -> None:
    head = ld({**ARTICLE, "datePublished": "2022-03-29"})
    minute = meta("article:published_time", "2022-03-29T14:30:00+03:00", "property")
    other_day = meta("article:published_time", "2022-03-28T23:30:00+00:00", "property")

    assert dated(page(head + minute)) == ("2022-03-29T14:30:00+03:00", "meta tag")
    assert dated(page(head + other_day)) == ("2022-03-29", "JSON-LD")


def test_midnight_is_what_a_program_writes_that_knows_the_day_only() -> None:
    head = ld({**ARTICLE, "datePublished": "2022-03-29T00:00:00Z"})

    assert dated(page(head)) == ("2022-03-29", "JSON-LD")


# JSON-LD


@pytest.mark.parametrize(
    "things",
    [
        [{**ARTICLE, "datePublished": "2022-03-29"}],
        [[{"@type": "BreadcrumbList"}, {**ARTICLE, "datePublished": "2022-03-29"}]],
        [{"@graph": [{"@type": "WebSite"}, {**ARTICLE, "datePublished": "2022-03-29"}]}],
        [{"@type": "WebPage", "mainEntity": {**ARTICLE, "datePublished": "2022-03-29"}}],
        [{"@type": "Organization"}, {**ARTICLE, "datePublished": "2022-03-29"}],
        [{**ARTICLE, "@type": ["Thing", "https://schema.org/ReportageNewsArticle"],
          "datePublished": {"@type": "Date", "@value": "2022-03-29"}}],
        [{"@type": "WebPage", "name": "Harbour talks open in Vell", "datePublished": "2022-03-29"}],
        ["broken {", {**ARTICLE, "datePublished": "2022-03-29"}],
        ['{"@type": "NewsArticle", "keywords": ["a", "b",], "datePublished": "2022-03-29",}'],
        ['<!-- {"@type": "NewsArticle", /* ours */ "url": "https://courier.example/a//b",\n'
         '// it is\n"datePublished": "2022-03-29"} -->'],
        [escape('{"@type": "Article", "datePublished": "2022-03-29"}')],
        ['{"@type": "WebSite"};\n{"@type": "Article", "datePublished": "2022-03-29"};'],
        ['{"@type": "Article", "headline": "Talks\nopen", "datePublished": "2022-03-29"}'],
    ],
)  # fmt: skip
def test_the_pages_own_article_is_found_in_json_ld(things: list[object]) -> None:
    assert dated(page(ld(*things))) == ("2022-03-29", "JSON-LD")


@pytest.mark.parametrize(
    "thing",
    [
        {"@type": "WebSite", "datePublished": "2009-01-05"},
        {"@type": "Organization", "datePublished": "2009-01-05", "foundingDate": "1974-06-01"},
        {**ARTICLE, "dateModified": "2022-04-05", "dateCreated": "2022-03-01"},
        {**ARTICLE, "comment": [{"@type": "Comment", "datePublished": "2022-04-03"}]},
        {"@type": "ItemList", "itemListElement": [{**ARTICLE, "datePublished": "2022-01-11"}]},
        {**ARTICLE, "mentions": {"@type": "Article", "datePublished": "2022-01-11"}},
        {
            "@type": "NewsArticle",
            "headline": "Ferries halted near Brenn",
            "datePublished": "2022-01-11",
        },
        {
            "@type": "Article",
            "url": "https://courier.example/ferries",
            "datePublished": "2022-01-11",
        },
        [
            {
                "@type": "Article",
                "headline": "Ferries halted near Brenn",
                "datePublished": "2022-01-11",
            },
            {
                "@type": "Article",
                "headline": "Fishing fleet is back",
                "datePublished": "2022-01-12",
            },
        ],
        {**ARTICLE, "datePublished": "2022-02-30"},
        {**ARTICLE, "datePublished": "yesterday"},
    ],
)
def test_json_ld_of_other_things_or_of_changes_dates_nothing(thing: object) -> None:
    assert dated(page(CANONICAL + ld(thing))) == (None, None)


def test_of_several_articles_in_json_ld_the_pages_own_is_the_one_with_its_address() -> None:
    other = {
        "@type": "NewsArticle",
        "url": "https://courier.example/f",
        "datePublished": "2022-01-11",
    }
    own = {
        "@type": "NewsArticle",
        "headline": "Norland and Sudmark at one table",
        "mainEntityOfPage": {"@id": "http://m.courier.example/harbour-talks/"},
        "datePublished": "2022-03-29",
    }

    assert dated(page(CANONICAL + ld(other, own))) == ("2022-03-29", "JSON-LD")


# Meta tags, time elements, addresses, lines


def test_a_meta_tag_within_a_related_article_is_not_the_pages() -> None:
    own = meta("datePublished", "2022-03-29", "itemprop")
    related = f'<div class="related">{meta("datePublished", "2022-01-11", "itemprop")}</div>'

    assert dated(page(top=own, after=related)) == ("2022-03-29", "meta tag")
    assert dated(page(after=related)) == (None, None)


@pytest.mark.parametrize(
    "tag",
    [
        meta("article:published_time", "2022-03-29T14:30:00Z", "property"),
        meta("datePublished", "2022-03-29", "itemprop"),
        meta("DC.date.issued", "2022-03-29"),
        meta("parsely-pub-date", "2022-03-29T14:30:00Z"),
        meta("sailthru.date", "2022-03-29 14:30:00"),
        meta("date", "Tue, 29 Mar 2022 14:30:00 +0200"),
        meta("pubdate", "March 29, 2022"),
    ],
)
def test_a_meta_tag_of_publication_gives_the_date(tag: str) -> None:
    day, place = dated(page(tag + meta("article:modified_time", "2022-04-05", "property")))

    assert ((day or "")[:10], place) == ("2022-03-29", "meta tag")


@pytest.mark.parametrize(
    "tag",
    [
        meta("article:modified_time", "2022-04-05", "property"),
        meta("og:updated_time", "2022-04-05", "property"),
        meta("last-modified", "2022-04-05"),
        meta("generated", "2022-04-05"),
        meta("date", "Tue, 05 Apr 2022 14:30:00 GMT", "http-equiv"),
        meta("date", "03/04/2022"),
        meta("date", "2022-03-01") + meta("date", "2022-03-29"),
        meta("copyright", "2022"),
    ],
)
def test_a_meta_tag_of_another_thing_gives_none(tag: str) -> None:
    assert dated(page(tag)) == (None, None)


@pytest.mark.parametrize(
    "top",
    [
        '<time pubdate datetime="2022-03-29">x</time>',
        '<time itemprop="datePublished">29 March 2022</time><time itemprop="dateModified" '
        'datetime="2022-04-05">x</time>',
        '<time class="entry-date published" datetime="2022-03-29">x</time><time class="updated" '
        'datetime="2022-04-05">x</time>',
        '<header>By Mira Sol <time datetime="2022-03-29">2 hours ago</time></header>',
        '<div>Issued on: <time datetime="2022-03-29">x</time> Modified: <time '
        'datetime="2022-04-05">x</time></div>',
        '<time datetime="2022-03-29">x</time><ul><li><a href="/f">Ferries halted</a> <time '
        'datetime="2022-01-11">x</time></li></ul>',
        '<div class="related"><time datetime="2022-01-11">x</time></div><time '
        'datetime="2022-03-29">x</time>',
    ],
)
def test_the_time_element_of_publication_is_told_from_others(top: str) -> None:
    assert dated(page(top=top)) == ("2022-03-29", "time element")


@pytest.mark.parametrize(
    ("top", "after"),
    [
        ("", '<aside><time class="published" datetime="2022-01-11">x</time></aside>'),
        ("", '<div id="comments"><time class="published" datetime="2022-04-03">x</time></div>'),
        ("", '<article><h2>Ferries</h2><time pubdate datetime="2022-01-11">x</time></article>'),
        ('<div>Updated <time datetime="2022-04-05">5 April 2022</time></div>', ""),
        ('<div><time datetime="2022-04-05">5 April 2022</time> (updated)</div>', ""),
        ("<time>3 hours ago</time>", ""),
        ('<p>The accord was signed on <time datetime="2015-03-03">3 March 2015</time>, and both '
         "sides say that it holds as it did on its first day.</p>", ""),
    ],
)  # fmt: skip
def test_times_of_comments_changes_events_and_other_articles_give_none(
    top: str, after: str
) -> None:
    assert dated(page(top=top, after=after)) == (None, None)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://courier.example/world/2022/03/29/harbour-talks", "2022-03-29"),
        ("https://courier.example/2022/mar/29/harbour-talks?page=2015/01/01/", "2022-03-29"),
        ("https://courier.example/2022-03-29-harbour-talks.html", "2022-03-29"),
        ("https://courier.example/20220329/harbour-talks", "2022-03-29"),
        ("https://courier.example/2022/03/harbour-talks", "2022-03"),
        (
            "https://web.archive.org/web/20230412081500/https://courier.example/2022/03/29/a",
            "2022-03-29",
        ),
        ("https://web.archive.org/web/20230412081500/https://courier.example/a", None),
        ("https://courier.example/2022/12-ships", None),
        ("https://courier.example/2022-12-ships", None),
        ("https://courier.example/2022-2023/talks", None),
        ("https://courier.example/2022/02/30/talks", None),
        ("https://courier.example/story/20223904", None),
    ],
)
def test_the_date_in_the_pages_address_is_read(address: str, kept: str | None) -> None:
    place = None if kept is None else "address"

    assert dated(page(f'<link rel="canonical" href="{address}">')) == (kept, place)


@pytest.mark.parametrize(
    ("top", "kept"),
    [
        ("<div>Published: <span>29 March 2022</span></div>", "2022-03-29"),
        ("<div><a>Mira Sol</a><span>29 March 2022</span></div>", "2022-03-29"),
        ("<p>Tue 29 Mar 2022 14.30 BST</p>", "2022-03-29T14:30:00"),
        ("<dl><dt>Published</dt><dd>29 March 2022</dd><dt>Updated</dt><dd>5 April 2022</dd></dl>",
         "2022-03-29"),
        ("<div>Updated <span>5 April 2022</span></div>", None),
        ("<div>Last updated</div><div>5 April 2022</div>", None),
        ("<figure><figcaption>29 March 2022</figcaption></figure>", None),
        ("<h2>29 March 2022</h2><p>Short.</p><h2>28 March 2022</h2>", None),
        ("<p>Date: 29 March 2022</p><p>Venue: the old customs house</p>", None),
    ],
)  # fmt: skip
def test_the_date_line_that_is_seen_below_the_title_is_read(top: str, kept: str | None) -> None:
    assert dated(page(top=top)) == (kept, None if kept is None else "date line")


def test_the_day_in_a_masthead_or_a_footer_is_not_the_articles() -> None:
    masthead = "<body><div>Wednesday, 20 April 2022</div><time datetime='2022-04-20'>x</time>"
    content = page(after="<footer>© 2022 Vell Courier, 20 April 2022</footer>")
    flat = f"<html>{masthead}<h1>Harbour talks open in Vell</h1>{STORY}</body></html>"

    assert dated(content.replace('<body class="has-sidebar sidebar">', masthead)) == (
        None,
        None,
    )
    assert dated(flat) == (None, None)
    assert dated(flat.replace("</h1>", "</h1>29 March 2022")) == ("2022-03-29", "date line")


def test_the_address_of_a_page_in_an_archive_is_the_one_that_is_archived() -> None:
    address = "https://web.archive.org/web/20230412081500/https://courier.example/harbour"

    assert read(page(f'<link rel="canonical" href="{address}">')).url == (
        "https://courier.example/harbour"
    )


def test_of_what_the_saving_tool_says_only_the_address_counts() -> None:
    remark = (
        "<!--\n Page saved with SingleFile \n url: https://courier.example/2022/03/29/harbour \n "
        "saved date: Wed Apr 20 2022 09:12:44 GMT+0300 (Moscow Standard Time)\n-->"
    )
    browser = "<!-- saved from url=(0029)https://courier.example/harbour -->"

    assert read(page(), remark).url == "https://courier.example/2022/03/29/harbour"
    assert read(page(), remark).published == ("2022-03-29", "day")
    assert read(page(), browser).url == "https://courier.example/harbour"
    assert read(page(), browser).published is None


# The other metadata


def test_a_pages_own_metadata_are_found_wherever_they_stand() -> None:
    in_json = ld(
        {"@type": "Organization", "@id": "#org", "name": "Vell Courier"},
        {
            **ARTICLE,
            "headline": "Harbour talks &amp; tides",
            "publisher": {"@id": "#org"},
            "author": [{"@type": "Person", "name": "Mira Sol"}, "Otto Brandt"],
            "url": "https://courier.example/harbour-talks",
            "inLanguage": "en-US",
        },
    )
    in_tags = (
        meta("og:title", "Harbour talks open in Vell | Vell Courier", "property")
        + meta("og:site_name", "Vell Courier", "property")
        + meta("og:url", "https://courier.example/harbour-talks", "property")
        + meta("author", "By Mira Sol")
    )

    assert read(page(in_json)) == PageMetadata(
        title="Harbour talks & tides",
        publisher="Vell Courier",
        author="Mira Sol, Otto Brandt",
        url="https://courier.example/harbour-talks",
        language="en-GB",
    )
    assert read(page(in_tags)) == PageMetadata(
        title="Harbour talks open in Vell",
        publisher="Vell Courier",
        author="Mira Sol",
        url="https://courier.example/harbour-talks",
        language="en-GB",
    )


def test_the_outlets_name_in_the_largest_heading_is_not_the_title() -> None:
    content = (
        "<html><head><title>Vell Courier: news</title></head><body><header><h1>Vell Courier</h1>"
        f"</header><article><h2>Harbour talks open</h2><p>29 March 2022</p>{STORY}</article></body>"
    )

    assert read(content).title == "Harbour talks open"
    assert dated(content) == ("2022-03-29", "date line")


def test_an_address_instead_of_a_name_is_no_author() -> None:
    head = meta("article:author", "https://social.example/mira", "property")

    assert read(page(head)).author is None


@pytest.mark.parametrize(
    ("content", "language"),
    [
        ('<html lang="uk"><body><p>x</p></body></html>', "uk"),
        ('<html><head><meta http-equiv="Content-Language" content="he"></head></html>', "he"),
        ('<html><head><meta property="og:locale" content="pt_BR"></head></html>', "pt-BR"),
        (f"<html><head>{ld({**ARTICLE, 'inLanguage': 'ar'})}</head></html>", "ar"),
        ('<html lang="<script>"><body><p>x</p></body></html>', None),
    ],
)
def test_the_language_is_where_pages_state_it(content: str, language: str | None) -> None:
    assert read(content).language == language


def test_a_page_is_the_same_after_its_metadata_were_read() -> None:
    tree: Any = html.fromstring(page(ld(ARTICLE), "<div>29 March 2022</div>"))
    before = etree.tostring(tree)

    find_metadata(tree)

    assert etree.tostring(tree) == before


# Hostile pages


@pytest.mark.parametrize(
    "head",
    [
        ld("[" * 100_000 + "]" * 100_000),
        ld('{"@graph": [' * 50_000 + "1" + "]}" * 50_000),
        ld("/*" * 200_000),
        ld('"' + "\\" * 400_000),
        ld("[1" + ", " * 200_000),
        ld(f'{{"@type": "Article", "datePublished": {"9" * 10_000}}}'),
        ld('{"@type": "Article", "headline": "\\ud800", "datePublished": "\\ud800"}'),
        ld({"@type": {"a": 1}, "@id": ["x"], "@graph": {"@graph": [None, 1, [[]]]}}),
        ld(*[{"@type": "WebSite"}] * 20_000),
        meta("article:published_time", "2022" * 500_000, "property"),
        "".join(meta("date", f"29 abcd{'e' * (number % 30)} 2022") for number in range(20_000)),
        f'<link rel="canonical" href="https://x.example/{"2022/03/" * 100_000}">',
        '<meta name="date" content="2022\x00-03-29">',
    ],
)
def test_a_hostile_head_costs_its_page_nothing_but_its_own_words(head: str) -> None:
    found = read(page(meta("parsely-pub-date", "2022-03-29") + head))

    assert found.published == ("2022-03-29", "day")


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 50_000 + "29 March 2022",
        "<h1>x</h1>" * 20_000 + STORY,
        '<time class="published" datetime="29 abcd 2022">x</time>' * 20_000 + STORY,
        "<h1>Harbour talks</h1>" + "29 mars 2022<br>" * 20_000 + STORY,
        "<h1>" + "x" * 1_000_000 + "</h1>" + STORY,
        "<article>" * 300 + "<h1>Harbour talks</h1>" + STORY,
        f'<h1 class="{"comment-" * 100_000}">Harbour talks</h1>' + STORY,
        "",
    ],
)
def test_a_hostile_body_is_read_to_an_end(body: str) -> None:
    tree: Any = html.document_fromstring(
        f"<html><body>{body}</body></html>", parser=html.HTMLParser(huge_tree=True)
    )

    assert isinstance(find_metadata(tree), PageMetadata)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "<h1>",
                    "</h1>",
                    "<p>",
                    "</p>",
                    "<div>",
                    "</div>",
                    "<li>",
                    "<article>",
                    "</time>",
                ),
                *('<time datetime="2022-03-29">', "<!--", "-->", "29 March 2022", "Updated", "|"),
                *(STORY, ld(ARTICLE), meta("date", "2022"), "<script>", '<link rel="canonical">'),
            ]
        ),
        max_size=25,
    )
)
def test_any_page_gives_metadata_that_say_where_the_date_stood(parts: list[str]) -> None:
    tree: Any = html.document_fromstring(f"<html>{''.join(parts)}<p>x</p></html>")

    found = find_metadata(tree)

    assert (found.published is None) == (found.published_from is None)
