import codecs
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_text import any_text
from vectorstore.dates import parse_published
from vectorstore.documents import Precision
from vectorstore.errors import ReadError
from vectorstore.readers import Raw, read_source
from vectorstore.readers.frontmatter import split_front_matter
from vectorstore.readers.html import from_html
from vectorstore.readers.jsonl import from_line
from vectorstore.readers.raw import decode, select_metadata
from vectorstore.readers.text import from_text, unwrap

TALKS = "Delegations from Norland and Sudmark met in Vell on Tuesday.\n"

ROOT = Path(__file__).parent.parent


def read(path: Path, content: str | bytes) -> Raw:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    ((_, found),) = read_source(str(path))
    assert isinstance(found, Raw), found
    return found


def refusal(path: Path, content: bytes | None = None) -> str:
    """The one line that is said of an input that cannot be read."""
    if content is not None:
        path.write_bytes(content)
    ((source, found),) = read_source(str(path))
    assert isinstance(found, ReadError)
    assert source == str(path)
    message = str(found)
    assert "\n" not in message
    assert path.name in message
    assert len(message) < 300 + len(str(path))
    return message


# Plain text


def test_lines_wrapped_by_a_mail_program_are_paragraphs_again() -> None:
    wrapped = textwrap.dedent(
        """\
        Delegations from Norland and Sudmark met in the port of Vell on Tuesday for
        the first talks since the blockade began. The Norland delegation was led by
        Trade Minister Ana Kestrel.

        Kestrel said that 22 ships were still waiting outside the harbour and that
        every day of delay cost both countries dearly.
        """
    )

    assert unwrap(wrapped.strip()).split("\n\n") == [
        "Delegations from Norland and Sudmark met in the port of Vell on Tuesday for the first "
        "talks since the blockade began. The Norland delegation was led by Trade Minister Ana "
        "Kestrel.",
        "Kestrel said that 22 ships were still waiting outside the harbour and that every day of "
        "delay cost both countries dearly.",
    ]


def test_wrapped_cyrillic_lines_with_windows_line_ends_are_joined() -> None:
    assert unwrap(
        "Делегации прибыли в Велль во вторник утром на первые\r\n"
        "переговоры за год, сообщил министр.\r\n\r\nВторой абзац."
    ) == (
        "Делегации прибыли в Велль во вторник утром на первые переговоры за год, сообщил министр."
        "\n\nВторой абзац."
    )


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(
            [
                "Delegations from Norland and Sudmark met in the port of Vell on Tuesday.",
                "The Norland delegation was led by Trade Minister Ana Kestrel.",
                "“We came to open the harbour, not to close a door,” she said.”",
            ],
            id="a paragraph a line",
        ),
        pytest.param(
            [
                "Delegations from Norland and Sudmark met in the port of Vell on Tuesday for the "
                "first talks since the blockade began, officials on both sides said, without a day",
                "The Norland delegation was led by Trade Minister Ana Kestrel, who had come by sea "
                "from the capital with three deputies and a copy of the treaty of 1918, she said",
                "The talks go on",
            ],
            id="long lines without a stop",
        ),
        pytest.param(["Agreed:", "- corridors", "- a pause", "- a third round"], id="a list"),
        pytest.param(
            [
                "Both sides agreed on the following points:",
                "- humanitarian corridors for the civilians of the eastern towns",
                "- a pause in the shelling of the roads that lead out of them",
                "- a third round of talks in the mountain town of Brenn",
            ],
            id="a list of long points",
        ),
        pytest.param(
            [
                "Both sides agreed on the following points:",
                "1. humanitarian corridors for the civilians of the eastern towns",
                "2. a pause in the shelling of the roads that lead out of them",
                "3) a third round of talks in the mountain town of Brenn",
            ],
            id="a numbered list of long points",
        ),
        pytest.param(
            ["Harbour talks open", "By Mira Sol", "VELL, 6 May", TALKS.strip()], id="a headline"
        ),
    ],
)
def test_lines_that_were_not_wrapped_stay_lines(lines: list[str]) -> None:
    assert unwrap("\n".join(lines)).split("\n") == lines


@given(any_text)
@settings(max_examples=100, deadline=None)
def test_joining_lines_changes_only_space(text: str) -> None:
    assert "".join(unwrap(text).split()) == "".join(text.split())


def test_plain_text_may_have_front_matter(tmp_path: Path) -> None:
    raw = read(
        tmp_path / "talks.txt", f"---\ntitle: Talks open\npublished: 2031-05-06\n---\n{TALKS}"
    )

    assert raw.metadata == {"title": "Talks open", "published": "2031-05-06"}
    assert raw.published_from == "front matter"
    assert raw.text.strip() == TALKS.strip()
    assert raw.source == str(tmp_path / "talks.txt")


# Front matter


def test_front_matter_is_read_whatever_the_line_ends_and_the_byte_order_mark(
    tmp_path: Path,
) -> None:
    content = f"\ufeff\r\n---\r\ntitle: Talks\r\n---\r\n{TALKS}"

    raw = read(tmp_path / "talks.md", content)

    assert raw.metadata == {"title": "Talks"}
    assert raw.text == TALKS.strip()


def test_known_keys_are_kept_as_they_are_written_and_unknown_ones_are_dropped() -> None:
    metadata, body, notes = split_front_matter(
        "---\nTitle: Talks open\npublished: 2031-05-06T14:05:00+02:00\ntags: [talks, sea]\n"
        f"draft: secret\nauthor: 'Mira Sol'\n---\n{TALKS}"
    )

    assert metadata["title"] == "Talks open"
    assert metadata["author"] == "Mira Sol"
    assert metadata["published"].replace(" ", "T") == "2031-05-06T14:05:00+02:00"
    assert set(metadata) == {"title", "author", "published"}
    assert body.strip() == TALKS.strip()
    assert notes == ()


def test_a_norwegian_article_keeps_its_language_and_a_short_title_its_word() -> None:
    metadata, _, _ = split_front_matter(f"---\nlanguage: no\ntitle: No\n---\n{TALKS}")

    assert metadata == {"language": "no", "title": "No"}


@pytest.mark.parametrize("year", ["2031", "2031-05"])
def test_a_date_to_the_year_or_month_is_not_made_more_exact(year: str) -> None:
    assert split_front_matter(f"---\npublished: {year}\n---\n{TALKS}")[0] == {"published": year}


@pytest.mark.parametrize(
    "block",
    [
        "title: Geneva: talks resume\nnot a pair at all",
        "title:\n  - [unclosed",
        "\ttitle: tab",
    ],
)
def test_broken_front_matter_leaves_the_text_in_and_says_what_is_wrong(
    tmp_path: Path, block: str
) -> None:
    raw = read(tmp_path / "talks.txt", f"---\n{block}\npublisher: Courier\n---\n\n{TALKS}")

    assert TALKS.strip() in raw.text
    assert "publisher: Courier" in raw.text
    assert raw.metadata == {}
    (note,) = raw.notes
    assert "not valid YAML" in note
    assert "\n" not in note


@pytest.mark.parametrize("title", ["Geneva: talks resume", "[unclosed", "*nowhere", "@ the port"])
def test_a_title_that_yaml_takes_for_more_is_read_as_it_stands(tmp_path: Path, title: str) -> None:
    block = f"title: {title}\noutlet: Courier\ndate: 2022-03-29"
    raw = read(tmp_path / "talks.txt", f"---\n{block}\n---\n\n{TALKS}")

    assert raw.metadata == {"title": title, "publisher": "Courier", "published": "2022-03-29"}
    assert raw.text.strip() == TALKS.strip()
    assert (raw.published_from, raw.notes) == ("front matter", ())


@pytest.mark.parametrize(
    "text",
    [
        f"---\nThe harbour is open again, the envoy said.\n---\n{TALKS}",
        f"---\n- The harbour is open.\n- The treaty is signed.\n---\n{TALKS}",
        f"---\ntitle: never closed\n\n{TALKS}",
        f"{TALKS}---\ntitle: not at the top\n---\n",
    ],
)
def test_rules_around_a_paragraph_are_not_front_matter(text: str) -> None:
    metadata, body, _ = split_front_matter(text)

    assert metadata == {}
    assert "".join(body.split()) == "".join(text.split())


@pytest.mark.parametrize("end", ["", "\n"])
def test_front_matter_without_an_article_is_not_the_article(end: str) -> None:
    assert split_front_matter(f"---\ntitle: Talks\n---{end}") == ({"title": "Talks"}, "", ())


@pytest.mark.parametrize(
    "value",
    ["[a, b]", "{a: b}", "!!set {a}", "[[a], [b]]", "", "~", "null", "'  '"],
)
def test_a_value_that_is_not_text_is_dropped(value: str) -> None:
    assert split_front_matter(f"---\ntitle: {value}\npublisher: Courier\n---\n{TALKS}")[0] == {
        "publisher": "Courier"
    }


def test_front_matter_cannot_call_anything() -> None:
    metadata, body, _ = split_front_matter(
        f"---\ntitle: !!python/object/apply:os.getcwd []\n---\n{TALKS}"
    )

    assert "title" not in metadata
    assert TALKS.strip() in body


def test_keys_that_are_numbers_or_dates_are_no_trouble() -> None:
    block = "2022: a year\n2022-02-28: a day\n? [a, b]\n: a list\n"

    _, body, _ = split_front_matter(f"---\n{block}---\n{TALKS}")

    assert TALKS.strip() in body


def _nine_of_each(levels: int, one: str) -> str:
    lines = [f"a0: &a0 {one.format('x: 1')}"]
    for n in range(1, levels):
        lines.append(f"a{n}: &a{n} {one.format(', '.join([f'*a{n - 1}'] * 9))}")
    return "\n".join([*lines, f"title: *a{levels - 1}"])


_BOMBS = {
    "lists of lists": _nine_of_each(30, "[{}]"),
    "merged mappings": "\n".join(
        [
            "a0: &a0 {x: 1}",
            *(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 12)),
            "title: *a11",
        ]
    ),
    "a deep nest": "title: " + "[" * 150_000 + "]" * 150_000,
    "a nest just deep enough": "title: " + "[" * 4_000 + "]" * 4_000,
    "a deep nest of mappings": "title: " + "{a: " * 100_000 + "}" * 100_000,
    "a number of many digits": "title: 0x" + "f" * 6_000,
    "a loop": "a: &a [*a]\ntitle: *a",
}


@pytest.mark.skipif(sys.platform == "win32", reason="limits memory through resource")
def test_hostile_front_matter_costs_neither_memory_nor_time_nor_the_process(
    tmp_path: Path,
) -> None:
    for name, bomb in _BOMBS.items():
        (tmp_path / f"{name}.txt").write_text(f"---\n{bomb}\n---\n{TALKS}", encoding="utf-8")
    program = (
        "import resource, sys\n"
        "from vectorstore.readers import Raw, read_source\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
        "for source, found in read_source(sys.argv[1]):\n"
        "    print(source, flush=True)\n"
        "    assert isinstance(found, Raw), found\n"
        "    assert len(found.metadata.get('title', '')) < 10_000, 'blown up'\n"
        "    assert 'met in Vell' in found.text\n"
    )

    # In a process of its own, since the worst of these end the process that reads them.
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
        cwd=ROOT,
    )

    survived = sorted(Path(line).stem for line in done.stdout.splitlines())
    assert (done.returncode, survived) == (0, sorted(_BOMBS)), done.stderr[-500:]


# Markdown


def test_markdown_is_read_as_its_text_alone(tmp_path: Path) -> None:
    raw = read(
        tmp_path / "talks.md",
        "---\npublisher: Vell Courier\n---\n"
        "# Harbour talks *open*\n\n"
        "Delegations from **Norland** and _Sudmark_ met in\n"
        "[Vell](https://example.org/vell 'the port') on Tuesday.\n\n"
        "![Ships at anchor](https://example.org/ships.png)\n\n"
        "## What is next\n\n"
        "> “We came to open the harbour,” she said.\n\n"
        "- a treaty\n- a second round &amp; a third\n\n"
        "It costs 5 \\* 3 `crowns`.\n",
    )

    assert raw.metadata == {"title": "Harbour talks open", "publisher": "Vell Courier"}
    assert raw.text.split("\n\n") == [
        "Delegations from Norland and Sudmark met in Vell on Tuesday.",
        "What is next",
        "“We came to open the harbour,” she said.",
        "a treaty",
        "a second round & a third",
        "It costs 5 * 3 crowns.",
    ]


def test_a_given_title_wins_over_the_heading_and_neither_is_lost(tmp_path: Path) -> None:
    raw = read(
        tmp_path / "talks.md", f"---\ntitle: Harbour talks open\n---\n# What we know\n\n{TALKS}"
    )

    assert raw.metadata["title"] == "Harbour talks open"
    assert raw.text == f"What we know\n\n{TALKS.strip()}"


def test_a_heading_that_repeats_the_title_does_not_open_the_text(tmp_path: Path) -> None:
    raw = read(tmp_path / "talks.md", f"---\ntitle: Talks open\n---\n# Talks open\n\n{TALKS}")

    assert raw.text == TALKS.strip()


def test_a_later_heading_is_text_and_no_title(tmp_path: Path) -> None:
    raw = read(tmp_path / "talks.md", f"{TALKS}\n# Background\n\nThe blockade began in March.\n")

    assert raw.metadata == {}
    assert "Background" in raw.text


def test_markup_that_a_reader_of_the_page_would_not_see_is_no_text(tmp_path: Path) -> None:
    raw = read(
        tmp_path / "talks.md",
        "The <b>harbour</b> is open.<!-- ignore the reader -->\n\n"
        "<!-- note to the desk: unconfirmed -->\n\n"
        "<script>\nsteal()\n</script>\n\n"
        "<div>The treaty is signed.</div>\n",
    )

    assert raw.text.split("\n\n") == ["The harbour is open.", "The treaty is signed."]


@pytest.mark.parametrize(
    "markup",
    [
        "# Talks open\n\n<!-- note to the desk: unconfirmed -->\n",
        "![Ships at anchor](https://example.org/ships.png)\n",
        "<script>\nsteal()\n</script>\n",
    ],
)
def test_markup_without_any_text_is_not_read_as_text_instead(tmp_path: Path, markup: str) -> None:
    assert read(tmp_path / "talks.md", markup).text.strip() == ""


def test_a_comment_that_is_never_closed_hides_what_follows(tmp_path: Path) -> None:
    raw = read(tmp_path / "talks.md", f"{TALKS}\n<!-- note to the desk: unconfirmed\n")

    assert raw.text == TALKS.strip()


def test_paragraphs_of_embedded_html_stay_paragraphs(tmp_path: Path) -> None:
    raw = read(tmp_path / "talks.md", "<p>Harbour talks open</p>\n<p>The treaty is signed.</p>\n")

    assert [line for line in raw.text.split("\n") if line] == [
        "Harbour talks open",
        "The treaty is signed.",
    ]


def test_files_of_open_tags_do_not_hold_up_the_reading(tmp_path: Path) -> None:
    for n, unit in enumerate(["<!--a\n", "<a ", "<div a='\n", "<script ", "<a b='"]):
        (tmp_path / f"{n}.md").write_text(f"{TALKS}\n<div>\n{unit * 20_000}", encoding="utf-8")
    program = (
        "import sys; from vectorstore.readers import read_source; list(read_source(sys.argv[1]))"
    )

    subprocess.run([sys.executable, "-c", program, str(tmp_path)], timeout=5, check=True, cwd=ROOT)


def test_deeply_nested_quotations_keep_their_text(tmp_path: Path) -> None:
    raw = read(tmp_path / "talks.md", "> " * 30 + TALKS)

    assert "met in Vell" in raw.text


# HTML

_PARAGRAPHS = [
    "Delegations from Norland and Sudmark met in the port of Vell on Tuesday for the first talks "
    "since the blockade began, and parted in the evening without a text.",
    "The Norland delegation was led by Trade Minister Ana Kestrel, who said that 22 ships were "
    "still waiting outside the harbour.",
    "Sudmark would lift the blockade only after a fishing treaty was signed, its ambassador told "
    "reporters on the steps of the old customs house.",
]

_META = """
<meta property="og:title" content="Harbour talks open in Vell">
<meta property="og:site_name" content="Vell Courier">
<meta property="og:url" content="https://example.org/harbour-talks">
<meta property="article:published_time" content="2022-02-28T14:05:00+02:00">
<meta name="author" content="Mira Sol">
<script type="text/javascript">var tracker = "steal the cookies";</script>
"""


def page(meta: str = _META, body: str = "", footer: str = "", charset: str = "utf-8") -> str:
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in _PARAGRAPHS)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="{charset}">'
        f"<title>Harbour talks open in Vell | Vell Courier</title>{meta}</head><body>"
        '<nav><a href="/">Home</a> <a href="/world">World</a></nav>'
        f"<article><h1>Harbour talks open in Vell</h1>{paragraphs}{body}</article>"
        f"<footer><p>{footer}</p></footer></body></html>"
    )


def test_a_saved_page_gives_its_article_and_what_its_meta_tags_say(tmp_path: Path) -> None:
    raw = read(tmp_path / "talks.html", page())

    assert raw.metadata["title"] == "Harbour talks open in Vell"
    assert raw.metadata["publisher"] == "Vell Courier"
    assert raw.metadata["author"] == "Mira Sol"
    assert raw.metadata["url"] == "https://example.org/harbour-talks"
    assert parse_published(raw.metadata["published"]) == (
        "2022-02-28T14:05:00+02:00",
        Precision.MINUTE,
    )
    assert raw.published_from == "meta tag"
    assert all(paragraph in raw.text for paragraph in _PARAGRAPHS)


def test_a_page_that_gives_only_its_day_is_not_dated_to_midnight(tmp_path: Path) -> None:
    meta = '<meta property="article:published_time" content="2022-02-28">'

    assert read(tmp_path / "talks.html", page(meta)).metadata["published"] == "2022-02-28"


def test_scripts_styles_and_menus_of_a_page_are_never_its_text(tmp_path: Path) -> None:
    raw = read(
        tmp_path / "talks.html",
        page(body="<script>steal()</script><style>p {color: red}</style><!-- unconfirmed -->"),
    )

    for hidden in ("steal", "tracker", "color", "unconfirmed", "World"):
        assert hidden not in raw.text


@pytest.mark.parametrize(
    ("body", "footer"),
    [
        ("", "© 2019 Vell Courier"),
        ("<p>The earlier accord was signed in Brenn on 3 March 2015 by both parties.</p>", ""),
    ],
)
def test_a_year_somewhere_on_a_page_is_not_taken_for_its_date(
    tmp_path: Path, body: str, footer: str
) -> None:
    raw = read(tmp_path / "talks.html", page("", body, footer))

    assert "published" not in raw.metadata
    assert raw.published_from is None


@pytest.mark.parametrize(
    ("charset", "encoding"), [("utf-8", "utf-8"), ("windows-1251", "cp1251"), ("utf-16", "utf-16")]
)
def test_a_page_is_decoded_as_it_declares(tmp_path: Path, charset: str, encoding: str) -> None:
    russian = "Делегации встретились во вторник в порту Велль, сообщил министр торговли страны."
    content = page(body=f"<p>{russian}</p>", charset=charset).encode(encoding)

    assert russian in read(tmp_path / "talks.htm", content).text


@pytest.mark.parametrize(
    "content",
    [
        b"<html></html>",
        b"no markup",
        b"<div>" * 100_000,
    ],
)
def test_a_page_without_an_article_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "save the page" in refusal(tmp_path / "talks.html", content)


@given(
    st.one_of(
        st.binary(max_size=200),
        st.tuples(
            st.integers(0, 1500), st.binary(max_size=30), st.integers(0, 200), st.booleans()
        ).map(
            lambda cut: (
                page().encode()[: cut[0]]
                + cut[1]
                + (b"" if cut[3] else page().encode()[cut[0] + cut[2] :])
            )
        ),
    )
)
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_a_page_or_refused(content: bytes) -> None:
    try:
        text = from_html(content, "talks.html", "talks.html").text
    except ReadError as error:
        text = str(error).removeprefix("talks.html")

    assert text.strip()


# JSON Lines


def test_a_bad_line_loses_only_itself(tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    lines = [
        json.dumps({"text": "First.", "title": "One", "published": "2031-05-06", "views": 5}),
        "{broken",
        "",
        "[1, 2]",
        '"only a string"',
        json.dumps({"title": "No text"}),
        json.dumps({"text": "  "}),
        json.dumps({"text": ["not", "text"]}),
        "[" * 100_000,
        '{"text": "x", "title": ' + "9" * 5_000 + "}",
        json.dumps({"text": "Last.", "title": ["nested"], "author": None, "publisher": True}),
    ]
    file.write_bytes("\n".join(lines).encode() + b'\n{"text": "\xff"}\n')

    found = list(read_source(str(file)))

    articles = [raw for _, raw in found if isinstance(raw, Raw)]
    assert [raw.text for raw in articles] == ["First.", "Last."]
    assert articles[0].metadata == {"title": "One", "published": "2031-05-06"}
    assert articles[0].published_from == "JSON key"
    assert articles[1].metadata == {}
    assert [raw.source for raw in articles] == [f"{file}:1", f"{file}:11"]
    errors = [str(error) for _, error in found if isinstance(error, ReadError)]
    assert [error.split()[0] for error in errors] == [
        f"{file}:{n}" for n in (2, 4, 5, 6, 7, 8, 9, 10, 12)
    ]
    assert not any("\n" in error for error in errors)


def test_a_line_of_many_megabytes_loses_only_itself(tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    with file.open("wb") as out:
        out.write(b'{"text": "First."}\n')
        out.seek(12_000_000, 1)
        out.write(b'\n{"text": "Last."}')

    (_, first), (_, error), (_, last) = read_source(str(file))

    assert isinstance(first, Raw)
    assert isinstance(last, Raw)
    assert last.source == f"{file}:3"
    assert str(error) == f"{file}:2 is longer than 5 MB: split it."


def test_a_byte_order_mark_before_json_is_no_error(tmp_path: Path) -> None:
    assert read(tmp_path / "talks.ndjson", codecs.BOM_UTF8 + b'{"text": "First."}').text == "First."


@given(
    st.one_of(
        st.binary(max_size=80),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
            lambda inner: (
                st.dictionaries(
                    st.sampled_from(["text", "title", "published", "Text", "\ud800"]), inner
                )
                | st.lists(inner, max_size=3)
            ),
            max_leaves=8,
        ).map(lambda value: json.dumps(value).encode()),
    )
)
@settings(max_examples=150, deadline=None)
def test_any_line_is_an_article_or_an_error_that_names_it(line: bytes) -> None:
    found = from_line(line, "talks.jsonl:7")

    if isinstance(found, ReadError):
        assert str(found).startswith("talks.jsonl:7 ")
    else:
        assert found.text.strip()
        assert all(isinstance(value, str) for value in found.metadata.values())


# Folders


def test_a_folder_is_read_in_order_without_what_is_hidden(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    for name in (
        "b/z.txt",
        "b/a.MD",
        "c.txt",
        "a.txt",
        ".hidden.txt",
        ".git/config.txt",
        "README.md",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(TALKS, encoding="utf-8")

    first = list(read_source(str(folder)))

    assert [os.path.relpath(source, folder) for source, _ in first] == [
        "a.txt",
        "c.txt",
        str(Path("b/a.MD")),
        str(Path("b/z.txt")),
    ]
    assert all(isinstance(found, Raw) for _, found in first)
    assert first == list(read_source(str(folder)))


def test_a_file_that_cannot_be_read_is_reported_and_costs_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.odd").write_bytes(b"odd")
    (tmp_path / "b.txt").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "c.txt").write_text(TALKS, encoding="utf-8")
    (tmp_path / "d").write_text(TALKS, encoding="utf-8")
    (tmp_path / "e.txt").symlink_to(tmp_path / "gone.txt")

    found = dict(read_source(str(tmp_path)))

    assert list(found) == [
        str(tmp_path / name) for name in ("a.odd", "b.txt", "c.txt", "d", "e.txt")
    ]
    assert [type(each) for each in found.values()] == [
        ReadError,
        ReadError,
        Raw,
        ReadError,
        ReadError,
    ]
    for unsupported in ("a.odd", "d"):
        assert "Parley reads .docx, .eml, .htm" in str(found[str(tmp_path / unsupported)])


@pytest.mark.parametrize("hidden", [[], [".hidden.txt", "README.md"]])
def test_a_folder_without_articles_is_an_error(tmp_path: Path, hidden: list[str]) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    for name in hidden:
        (folder / name).write_text(TALKS, encoding="utf-8")

    assert "holds no files" in refusal(folder)


def test_a_folder_that_contains_itself_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "talks.txt").write_text(TALKS, encoding="utf-8")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)

    assert len(list(read_source(str(tmp_path)))) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_a_pipe_in_a_folder_is_reported_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "talks.txt")
    program = "import sys; from vectorstore.readers import *; print(list(read_source(sys.argv[1])))"

    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=5,
        check=True,
        cwd=ROOT,
    )

    assert "ReadError" in done.stdout


# What is no article at all


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.txt").endswith("does not exist: check the name.")


@pytest.mark.parametrize("source", ["The talks ended on Monday. " * 30, "talks\x00.txt"])
def test_a_text_pasted_in_place_of_a_name_is_an_error_and_no_crash(source: str) -> None:
    ((_, found),) = read_source(source)

    assert isinstance(found, ReadError)


@pytest.mark.parametrize("name", ["talks.txt", "talks.md", "talks.html"])
@pytest.mark.parametrize("content", [b"", b" \n\t\r\n"])
def test_an_empty_file_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    assert "is empty" in refusal(tmp_path / name, content)


def test_an_empty_json_lines_file_is_named(tmp_path: Path) -> None:
    assert "is empty" in refusal(tmp_path / "talks.jsonl", b"")


@pytest.mark.parametrize(
    ("name", "limit"),
    [("talks.txt", 5), ("talks.md", 5), ("talks.html", 20), ("talks.jsonl", 5), ("talks.pdf", 20)],
)
def test_a_huge_file_is_refused_without_being_read(tmp_path: Path, name: str, limit: int) -> None:
    with (tmp_path / name).open("wb") as file:
        file.truncate(50_000_000)

    message = refusal(tmp_path / name)

    assert f"{limit} MB" in message
    assert "split it" in message


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("talks.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "is a PNG picture"),
        ("talks.html", b"%PDF-1.7\n\x00\x01", "is cut off"),
        ("talks.docx", b"{\\rtf1 Talks}", "is an RTF document: open it and save it as .docx"),
        ("talks.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Office document"),
        ("talks", b"\x7fELF\x02\x01", "is a program"),
    ],
)
def test_a_file_of_another_kind_than_its_name_says_is_refused_by_what_it_is(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    assert said in refusal(tmp_path / name, content)


def test_a_page_whose_name_says_else_is_read_as_what_it_is(tmp_path: Path) -> None:
    page = f"<!DOCTYPE html><html><body><article><p>{TALKS}</p></article></body></html>"
    (tmp_path / "talks").write_text(page, encoding="utf-8")
    ((_, found),) = read_source(str(tmp_path))
    assert isinstance(found, Raw)
    assert found.text.split()[:3] == TALKS.split()[:3]
    assert found.notes == ("it is a web page, whatever its name, and was read as that",)


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(128, 256)) * 20,
        TALKS.encode("utf-16-le"),
        (TALKS * 20).encode("utf-32-be"),
        b"Talks\x00ended",
    ],
)
@pytest.mark.parametrize("name", ["talks.txt", "talks.md"])
def test_bytes_that_are_not_text_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    assert "is not text" in refusal(tmp_path / name, content)


def test_text_in_an_old_encoding_is_refused_with_the_way_to_mend_it(tmp_path: Path) -> None:
    russian = (
        "Делегации встретились во вторник в порту Велль, сообщил министр торговли. "
        "Переговоры продолжатся двадцатого мая в горном городе Бренн."
    )

    message = refusal(tmp_path / "talks.txt", russian.encode("cp1251"))

    assert "not UTF-8" in message
    assert "cp1251" in message
    assert "iconv" in message


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_text_with_a_byte_order_mark_is_read(tmp_path: Path, mark: bytes, encoding: str) -> None:
    text = "Переговоры в Велле 😀 окончены."

    assert read(tmp_path / "talks.txt", mark + text.encode(encoding)).text == text


def test_a_stray_nul_in_a_long_text_does_not_lose_the_article(tmp_path: Path) -> None:
    assert read(tmp_path / "talks.txt", TALKS * 50 + "\x00").text.count("met in Vell") == 50


@given(
    st.one_of(
        st.binary(max_size=300),
        st.sampled_from([b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\x00\x00", b"\xef\xbb\xbf"]).flatmap(
            lambda mark: st.binary(max_size=60).map(lambda rest: mark + rest)
        ),
        any_text.map(lambda text: text.encode("cp1251", "replace")),
    )
)
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_text_or_refused_by_name(content: bytes) -> None:
    refused = None
    try:
        decode(content, "talks.txt").encode()
    except ReadError as error:
        refused = str(error)

    assert refused is None or refused.startswith("talks.txt is not ")
    assert "\n" not in (refused or "")


_YAML = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *("title: ", "published: ", "&a ", "*a", "[", "]", "{", "}", "- ", ": ", "? "),
                *("| ", "!!binary ", "!!set ", "!!timestamp ", "!!map ", "<<: ", "2022-02-30"),
                *("0x", "1:60", "~", "'", '"', "\n", "\n  ", "%TAG ! x\n", "...", "---", "# "),
            ]
        ),
        st.text(max_size=4),
        st.binary(max_size=4).map(lambda data: data.decode("latin-1")),
    ),
    max_size=14,
).map("".join)


@given(_YAML)
@settings(max_examples=150, deadline=None)
def test_any_front_matter_is_read_or_left_in(block: str) -> None:
    metadata, text, notes = split_front_matter(f"---\n{block}\n---\n{TALKS}")

    assert text.rstrip().endswith(TALKS.strip())
    assert all(isinstance(value, str) for value in metadata.values())
    assert not (metadata and notes)


@given(any_text.filter(lambda text: not text.lstrip("\ufeff\r\n ").startswith("---")))
@settings(max_examples=100, deadline=None)
def test_a_text_without_front_matter_is_kept_whole(text: str) -> None:
    raw = from_text(text, "talks.txt")

    assert (raw.metadata, raw.notes) == ({}, ())
    assert "".join(raw.text.split()).lstrip("\ufeff") == "".join(text.split()).lstrip("\ufeff")


def test_only_known_keys_with_plain_values_describe_an_article() -> None:
    assert select_metadata(
        [("Title", " Talks "), ("URL", 5), ("author", ["A"]), ("views", "9"), (7, "x"), ("url", "")]
    ) == {"title": "Talks", "url": "5"}
