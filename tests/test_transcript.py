"""What leaves Parley as text: an answer for a mail, a conversation as Markdown.

The Markdown is judged by what a Markdown program makes of it, with HTML switched on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.answers import Answer, Citation, Disagreement, Sentence, Value
from bot.scope import ALL, Scope
from bot.transcript import answer_as_text, as_markdown, scope_in_words
from tests.page_service import AGREED, CROSSING, HOSTILE, NOTE, PAYLOADS, REPORT, cite
from vectorstore.text import clean_unicode

NOON = datetime(2025, 5, 14, 12, 5, tzinfo=UTC)
ASKED = "How many prisoners will be exchanged?"
ANSWER = Answer(
    ASKED,
    ASKED,
    "extractive",
    sentences=(
        Sentence(AGREED, (1,)),
        Sentence("They cross with 40 observers.", (3, 1), "unverified", ("40 is not there.",)),
    ),
    citations=(cite(1, REPORT, AGREED), cite(2, NOTE, NOTE.text), cite(3, REPORT, CROSSING)),
    notices=("One wire story stands behind two articles.",),
    disagreements=(
        Disagreement(
            "prisoners to be released",
            (Value("120", "2025-05-13", True, (1,)), Value("110", None, False, (2,))),
        ),
    ),
)
REFUSAL = Answer(
    "Who is the mayor?",
    "Who is the mayor?",
    "extractive",
    refused=True,
    message="The articles do not say.",
    nearest=(cite(1, REPORT, CROSSING),),
)

# How long an example takes says how busy the machine is.
untimed = settings(deadline=None)
markup = st.text(st.sampled_from("\\`*_{}[]()<>#+-.!|~&$^=:/@%\"'1a \n\t\u2028\x00\ufeffé"))
hostile = st.one_of(
    markup,
    st.text(st.characters(exclude_categories=())),
    st.lists(st.sampled_from(PAYLOADS) | st.text(max_size=5), max_size=4).map("".join),
)


@dataclass(frozen=True)
class Turn:
    question: str
    answer: Answer | None = None
    error: str | None = None
    state: Literal["running", "done", "stopped"] = "done"
    scope: Scope = ALL


class Page(HTMLParser):
    """A rendered page as its elements, each with its text; links and images by address."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.lines: list[str] = []
        self._heads: list[int] = []
        self.headings: list[str] = []
        # Tables and strikethrough are on, and so is HTML.
        self.feed(MarkdownIt("js-default", {"html": True}).render(markdown))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")
        else:
            assert not attrs, (tag, attrs)
        if tag in ("h1", "h2", "p", "li"):
            self.lines.append("")
        if tag in ("h1", "h2"):
            self._heads.append(len(self.lines) - 1)

    def handle_data(self, data: str) -> None:
        if self.lines:
            self.lines[-1] += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def close(self) -> None:
        super().close()
        self.lines = [line.strip("\n") for line in self.lines if line.strip("\n")]
        self.headings = [self.lines[at] for at in self._heads if at < len(self.lines)]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def visible(given: str) -> str:
    """Return what a reader can see of a string, on one line."""
    return " ".join(clean_unicode(given)[0].split())


def exported(*turns: Turn, title: str = "Talks", titles: dict[str, str] | None = None) -> str:
    return as_markdown(title, turns, NOON, titles)


def answered(**changes: object) -> str:
    return exported(Turn(ASKED, replace(ANSWER, **changes)))  # type: ignore[arg-type]


# An answer as text


def test_an_answer_is_sentences_disagreements_notices_and_sources() -> None:
    assert answer_as_text(ANSWER) == (
        f"{AGREED} [1] They cross with 40 observers. [3] [1] (unverified: 40 is not there)\n"
        "\n"
        "The articles disagree: prisoners to be released\n"
        "- 120 (13 May 2025, newest) [1]\n"
        "- 110 (date unknown) [2]\n"
        "\n"
        "Note: One wire story stands behind two articles.\n"
        "\n"
        "Sources:\n"
        f"[1] “{AGREED}” — Arland and Bresk agree to exchange 120 prisoners, The Lake Courier, "
        "13 May 2025, https://news.example/exchange\n"
        "[2] “Bresk will release 110 prisoners, its ministry said.” — Bresk will release 110 "
        "prisoners, date unknown\n"
        f"[3] “{CROSSING}” — Arland and Bresk agree to exchange 120 prisoners, The Lake Courier, "
        "13 May 2025, https://news.example/exchange\n"
    )


def test_a_refusal_offers_the_nearest_passages_as_such() -> None:
    assert answer_as_text(REFUSAL) == (
        "The articles do not say.\n\n"
        "Nearest passages, which do not answer the question:\n"
        f"[1] “{CROSSING}” — Arland and Bresk agree to exchange 120 prisoners, The Lake Courier, "
        "13 May 2025, https://news.example/exchange\n"
    )


def test_a_refusal_without_message_or_passages_still_says_so() -> None:
    bare = replace(REFUSAL, message=None, nearest=())

    assert answer_as_text(bare) == "The articles do not say.\n"


def test_what_parley_says_of_itself_keeps_its_lines() -> None:
    said = Answer("help", "help", "extractive", message="I answer.\n\nSay:\n- “list”,\n- “help”.")

    assert answer_as_text(said) == "I answer.\n\nSay:\n- “list”,\n- “help”.\n"
    assert Page(exported(Turn("help", said))).lines[-2:] == [
        "I answer.",
        "Say:\n- “list”,\n- “help”.",
    ]


def test_an_answer_that_broke_off_says_so_in_both_forms() -> None:
    broken = replace(ANSWER, engine="llm", incomplete=True)

    for text in (answer_as_text(broken), exported(Turn(ASKED, broken))):
        assert "Note: The answer ended before it was whole." in text
    # Of what is quoted instead, a notice says what broke off.
    for other in (ANSWER, replace(ANSWER, incomplete=True)):
        assert "before it was whole" not in answer_as_text(other) + exported(Turn(ASKED, other))


def test_what_a_model_left_out_what_is_quoted_beside_and_what_was_turned_down_are_told_apart() -> (
    None
):
    written = replace(
        ANSWER,
        engine="llm",
        model="mini-4",
        incomplete=True,
        disagreements=(),
        missing=("who *signed* it.", "when it ends"),
        quoted=(Sentence(CROSSING, (3,)),),
        draft="They cross\non Monday.\n\nOr not_at_all.",
    )

    text, markdown = answer_as_text(written), exported(Turn(ASKED, written))

    assert (
        "(unverified: 40 is not there)\n"
        "\n"
        "Not in these articles, by the model's account: who *signed* it; when it ends\n"
        "\n"
        "Note: The answer ended before it was whole.\n"
        "\n"
        "Note: One wire story stands behind two articles.\n"
        "\n"
        "From the articles, word for word:\n"
        "\n"
        f"{CROSSING} [3]\n"
        "\n"
        "What the model wrote, not verified:\n"
        "\n"
        "    They cross\n"
        "    on Monday.\n"
        "\n"
        "    Or not_at_all.\n"
        "\n"
        "Sources:\n"
    ) in text
    assert "model's account: who \\*signed\\* it; when it ends\n" in markdown
    assert f"**From the articles, word for word:**\n\n{CROSSING} [3]\n" in markdown
    assert (
        "**What the model wrote, not verified:**\n"
        "\n"
        "> They cross\\\n"
        "> on Monday.\n"
        ">\n"
        "> Or not\\_at\\_all.\n"
        "\n"
        "**Sources:**\n"
    ) in markdown


def test_a_draft_is_told_beside_a_refusal_too() -> None:
    refused = replace(REFUSAL, draft="It was the mayor.", missing=("the mayor's name",))

    for text in (answer_as_text(refused), exported(Turn(REFUSAL.question, refused))):
        assert "It was the mayor." in text
        assert "by the model's account: the mayor's name" in text


def test_why_a_sentence_is_unverified_is_said_whatever_there_is_to_say() -> None:
    def text(*problems: str) -> str:
        sentence = Sentence("It rained.", (), "unverified", problems)
        return answer_as_text(Answer("?", "?", "extractive", sentences=(sentence,)))

    assert text() == "It rained. (unverified)\n"
    assert text("no", "not so.") == "It rained. (unverified: no; not so)\n"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//news.example/x",
        "http://bank.example@evil.example/",
        "http://news.example/a b",
        "http://news.example/\u202egnp.exe",
        "http://news.example/\\x",
        "http://",
        "http://[",
        "",
        None,
    ],
)
def test_an_address_that_may_not_be_a_link_is_left_out(url: str | None) -> None:
    citations = (replace(ANSWER.citations[0], url=url),)
    answer = replace(ANSWER, citations=citations, sentences=(), disagreements=())

    assert answer_as_text(answer).endswith("13 May 2025\n")
    page = Page(exported(Turn(ASKED, answer)))
    assert page.links == []
    assert page.lines[-2].endswith("13 May 2025")


def test_an_address_cannot_end_the_link_that_it_stands_in() -> None:
    citation = replace(ANSWER.citations[0], url="https://news.example/a>b<img`c`")
    answer = replace(ANSWER, citations=(citation,))

    page = Page(exported(Turn(ASKED, answer)))

    assert page.links == ["https://news.example/a%3Eb%3Cimg%60c%60"]
    assert page.links[0] in answer_as_text(answer)
    assert "img" not in page.tags


def test_text_for_a_mail_has_no_hidden_characters() -> None:
    for payload in PAYLOADS:
        citation = Citation(1, "a1", payload, payload, payload, None, 0, 1, payload)
        answer = Answer(
            payload,
            payload,
            "extractive",
            sentences=(Sentence(payload, (1,), "unverified", (payload,)),),
            citations=(citation,),
            notices=(payload,),
        )
        text = answer_as_text(answer)

        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
        assert text.count(visible(payload)) >= 5


# A conversation as Markdown


def test_a_conversation_as_markdown_is_readable_as_it_is() -> None:
    follow_up = replace(REFUSAL, question="And the mayor?")
    scope = Scope(since="2025-05-01", publishers=("The Lake Courier",))

    assert exported(Turn(ASKED, ANSWER), Turn("And the mayor?", follow_up, scope=scope)) == (
        "# Talks\n"
        "\n"
        "Exported from Parley on 14 May 2025, 12:05 UTC.\n"
        "\n"
        "## How many prisoners will be exchanged?\n"
        "\n"
        f"{AGREED} [1] They cross with 40 observers. [3] [1] **(unverified: 40 is not there)**\n"
        "\n"
        "**The articles disagree:** prisoners to be released\n"
        "\n"
        "- 120 (13 May 2025, newest) [1]\n"
        "- 110 (date unknown) [2]\n"
        "\n"
        "Note: One wire story stands behind two articles.\n"
        "\n"
        "**Sources:**\n"
        "\n"
        "[1] Arland and Bresk agree to exchange 120 prisoners, The Lake Courier, 13 May 2025, "
        "<https://news.example/exchange>\n"
        "\n"
        f"> “{AGREED}”\n"
        "\n"
        "[2] Bresk will release 110 prisoners, date unknown\n"
        "\n"
        "> “Bresk will release 110 prisoners, its ministry said.”\n"
        "\n"
        "[3] Arland and Bresk agree to exchange 120 prisoners, The Lake Courier, 13 May 2025, "
        "<https://news.example/exchange>\n"
        "\n"
        f"> “{CROSSING}”\n"
        "\n"
        "## And the mayor?\n"
        "\n"
        "Understood as: Who is the mayor?\n"
        "\n"
        "Asked of: The Lake Courier · from 1 May 2025\n"
        "\n"
        "The articles do not say.\n"
        "\n"
        "**Nearest passages, which do not answer the question:**\n"
        "\n"
        "[1] Arland and Bresk agree to exchange 120 prisoners, The Lake Courier, 13 May 2025, "
        "<https://news.example/exchange>\n"
        "\n"
        f"> “{CROSSING}”\n"
    )


def test_a_markdown_program_shows_its_structure() -> None:
    page = Page(exported(Turn(ASKED, ANSWER)))

    assert page.headings == ["Talks", ASKED]
    assert page.tags.count("li") == 2
    assert page.tags.count("blockquote") == 3
    assert page.links == ["https://news.example/exchange"] * 2


def test_the_time_of_an_export_is_told_in_utc() -> None:
    at = datetime(2025, 1, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))

    assert "31 December 2024, 23:30 UTC" in as_markdown("Talks", [], at)


def test_a_conversation_without_a_title_has_a_heading() -> None:
    assert exported(title=" \x00 ").startswith("# Conversation\n")


@pytest.mark.parametrize(
    ("turn", "said", "unsaid"),
    [
        (Turn(ASKED, ANSWER, state="stopped"), "Stopped.", "being answered"),
        (Turn(ASKED, ANSWER, state="running"), "Still being answered", "Stopped"),
        (Turn(ASKED, None, "No endpoint.", "done"), "No answer: No endpoint.", "Stopped"),
        (Turn(ASKED, ANSWER, "It broke.", "done"), "could not be finished: It broke.", "No answer"),
        (Turn(ASKED, ANSWER), "120 prisoners", "Stopped"),
    ],
)
def test_how_a_turn_ended_is_told(turn: Turn, said: str, unsaid: str) -> None:
    page = Page(exported(turn))

    assert said in page.text
    assert unsaid not in page.text


def test_what_was_understood_is_told_only_where_it_differs() -> None:
    asked = replace(ANSWER, standalone_question="How many of *them*?")

    assert "Understood as: How many of *them*?" in Page(exported(Turn(ASKED, asked))).lines
    assert "Understood" not in exported(Turn(ASKED, ANSWER))


def test_which_articles_were_asked_is_told_by_title() -> None:
    turn = Turn(ASKED, ANSWER, scope=Scope(articles=(REPORT.id, NOTE.id, "c3")))

    known = Page(exported(turn, titles={"c3": "A *third*", NOTE.id: "Mended"}))
    unknown = Page(exported(turn))

    assert f"Asked of: 3 articles: {REPORT.title}; Mended; A *third*" in known.lines
    assert f"Asked of: 3 articles: {REPORT.title}; {NOTE.title}; 1 other" in unknown.lines
    assert "Asked of" not in exported(Turn(ASKED, ANSWER))


# Hostile data


def everywhere(payload: str) -> Iterator[Turn]:
    """Put a string into every place of a conversation that a string can come to."""
    citation = Citation(1, "a1" * 12, payload, payload, payload, payload, 0, 1, payload)
    scope = Scope(articles=("a1" * 12,), publishers=(payload,))
    whole = Answer(
        payload,
        f"{payload} then",
        payload,
        sentences=(
            Sentence(payload, (1,)),
            Sentence(payload, (1, 1), "unverified", (payload, payload)),
            Sentence(payload),
        ),
        citations=(citation, replace(citation, n=2, url=f"http://news.example/{payload}")),
        disagreements=(Disagreement(payload, (Value(payload, payload, True, (1,)),)),),
        draft=payload,
        notices=(payload,),
        quoted=(Sentence(payload, (1,)),),
        missing=(payload, payload),
        pending=payload,
        doing=payload,
    )
    yield Turn(payload, whole, payload, "stopped", scope)
    yield Turn(payload, replace(whole, message=f"{payload}\n\n{payload}"), None, "running", scope)
    yield Turn(payload, Answer(payload, payload, "", refused=True, nearest=(citation,)))
    yield Turn(payload, None, payload)


PLAIN = {"h1", "h2", "p", "strong", "ul", "li", "blockquote", "br", "a"}


def check_harmless(payload: str) -> Page:
    markdown = exported(*everywhere(payload), title=payload)
    page = Page(markdown)
    assert set(page.tags) <= PLAIN
    assert (page.tags.count("h1"), page.tags.count("h2")) == (1, 4)
    seen = visible(payload)
    assert page.tags.count("blockquote") == 5 + 2 * bool(seen)
    assert page.tags.count("ul") == page.tags.count("li") == 2
    # One for each “Sources”, “disagree”, “Stopped” and the like, and nothing of the payload's.
    assert page.tags.count("strong") == 13 + 2 * bool(seen)
    for link in page.links:
        assert link.startswith(("http://", "https://"))
        assert "HIT" not in link or link.startswith("http://news.example/")
    # Nothing is lost or added either: what a reader sees is what was said.
    if seen:
        assert page.headings == [seen] * 5
        assert f"Note: {seen}" in page.lines
        assert f"“{seen}”" in page.lines
        assert f"{seen} [1]" in page.lines
        gap = seen.removesuffix(".")
        assert f"Not in these articles, by the model's account: {gap}; {gap}" in page.lines
        assert f"No answer: {seen}" in page.lines
    return page


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_hostile_acts_in_a_markdown_program(payload: str) -> None:
    check_harmless(payload)


def test_an_address_is_a_link_only_as_an_articles_own() -> None:
    payload = next(each for each in PAYLOADS if each.startswith("http://127"))
    bare = payload.split()[0]
    citation = replace(ANSWER.citations[0], url=bare, title=bare, quote=bare, publisher=bare)
    answer = replace(ANSWER, sentences=(Sentence(bare, (1,)),), citations=(citation,))

    markdown = exported(Turn(bare, answer), title=bare)

    assert Page(markdown).links == [bare]
    # Nor does any program that makes links of bare addresses find one.
    outside_links = markdown.replace(f"<{bare}>", "")
    assert "//" not in outside_links


@pytest.mark.parametrize(
    "bare",
    [
        "https://evil.example/x",
        "www.evil.example",
        "evil.example",
        "//evil.example",
        "a@evil.example",
    ],
)
def test_a_bare_address_is_not_left_for_automatic_links(bare: str) -> None:
    markdown = exported(Turn(bare, replace(ANSWER, sentences=(Sentence(bare),))), title=bare)

    assert bare not in markdown
    assert "evil.example" not in markdown
    assert Page(markdown).headings == [bare, bare]


@pytest.mark.parametrize("active", ["$x$", "{{x}}", "{% x %}", "@someone", "x^2^", "~x~", "[^1]"])
def test_what_other_programs_act_on_is_escaped_too(active: str) -> None:
    markdown = exported(title=active)

    heading = markdown.partition("\n")[0]
    assert not re.search(r"(?<!\\)[$@{~^\[]", heading)
    assert Page(markdown).headings == [active]


@pytest.mark.parametrize(
    "ordinary", ["3.5 million (U.S. dollars)", "What did he say?", "It's 12:30."]
)
def test_ordinary_words_are_not_escaped(ordinary: str) -> None:
    assert exported(title=ordinary).startswith(f"# {ordinary}\n")


def test_hostile_articles_are_cited_without_links() -> None:
    citations = tuple(cite(n, article, "middle") for n, article in enumerate(HOSTILE, 1))
    answer = replace(ANSWER, sentences=(), citations=citations)

    page = Page(exported(Turn(ASKED, answer)))

    assert set(page.tags) <= PLAIN
    assert page.links == [
        article.url
        for article in HOSTILE
        if (article.url or "").startswith("http://127")
        and "@" not in (article.url or "")
        and " " not in (article.url or "")
    ]
    assert page.tags.count("blockquote") == len(HOSTILE)


@untimed
@given(hostile)
def test_no_string_acts_or_is_changed(payload: str) -> None:
    page = Page(exported(Turn(payload, None, payload), title=f"x{payload}"))

    assert set(page.tags) <= {"h1", "h2", "p", "strong"}
    assert page.tags.count("strong") == 1
    assert page.headings[0] == visible(f"x{payload}")
    if seen := visible(payload):
        assert page.headings[1] == seen
        assert page.lines[-1] == f"No answer: {seen}"


@untimed
@given(hostile)
def test_no_string_acts_at_the_start_of_a_line(payload: str) -> None:
    said = Answer("?", "?", "", message=f"a\n{payload}\nb", notices=(payload,))

    page = Page(exported(Turn("?", said)))
    draft = Page(exported(Turn("?", replace(said, draft=f"a\n{payload}\nb"))))

    assert set(page.tags) <= {"h1", "h2", "p", "br"}
    assert set(draft.tags) <= {"h1", "h2", "p", "br", "blockquote", "strong"}
    assert (draft.tags.count("blockquote"), draft.tags.count("strong")) == (1, 1)


@pytest.mark.parametrize(
    "opening",
    ["- item", "+ item", "* item", "1. item", "12) item", "1.", "---", "===", "# x", "> x", "~~~"],
)
def test_nothing_opens_a_block_where_it_begins_a_line(opening: str) -> None:
    values = (Value(opening, None, False, (1,)),)
    whole = replace(
        ANSWER,
        message=f"{opening}\nSaid so\n{opening}",
        sentences=(Sentence(opening),),
        disagreements=(Disagreement(opening, values),),
    )

    page = Page(exported(Turn(ASKED, whole)))

    assert set(page.tags) <= PLAIN
    assert (page.tags.count("h2"), page.tags.count("ul"), page.tags.count("blockquote")) == (
        1,
        1,
        3,
    )
    assert f"{opening}\nSaid so\n{opening}" in page.lines
    assert opening in page.lines
    assert f"{opening} (date unknown) [1]" in page.lines


@pytest.mark.parametrize("opening", ["% title", ": definition", "| a | b |"])
def test_what_other_programs_see_at_the_start_of_a_line_is_escaped_too(opening: str) -> None:
    markdown = exported(Turn(ASKED, replace(ANSWER, sentences=(Sentence(opening),))))

    assert f"\n\n\\{opening[0]}" in markdown
    assert " | " not in markdown
    assert opening in Page(markdown).lines


# A scope in words


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (Scope(), ()),
        (Scope(articles=("a", "b")), ("2 articles: Title A; Title B",)),
        (Scope(articles=("a",)), ("1 article: Title A",)),
        (Scope(articles=("a", "gone")), ("2 articles: Title A; 1 other",)),
        (Scope(articles=("gone", "b", "lost")), ("3 articles: Title B; 2 others",)),
        (Scope(articles=("gone",)), ("1 article",)),
        (
            Scope(articles=("a", "b", "c", "d", "e")),
            ("5 articles: Title A; Title B; Title C; 2 others",),
        ),
        (Scope(publishers=("The Lake Courier",)), ("The Lake Courier",)),
        (Scope(publishers=("X", "Y")), ("X or Y",)),
        (Scope(publishers=tuple("VWXYZ")), ("V or W or X or 2 other publishers",)),
        (Scope(since="2022-03-01"), ("from 1 March 2022",)),
        (Scope(until="2022-03-31"), ("to 31 March 2022",)),
        (Scope(as_of="2022-03-29"), ("as of 29 March 2022",)),
        (
            Scope("2022-03-01", "2022-03-31", "2022-03-29", ("X",), ("a",)),
            (
                *("1 article: Title A", "X", "from 1 March 2022", "to 31 March 2022"),
                "as of 29 March 2022",
            ),
        ),
    ],
)
def test_a_scope_is_told_in_short_words(scope: Scope, words: tuple[str, ...]) -> None:
    titles = {name: f"Title {name.upper()}" for name in "abcde"}

    assert scope_in_words(scope, titles) == words


def test_a_long_name_is_cut_and_a_broken_one_mended() -> None:
    (title, publisher) = scope_in_words(
        Scope(articles=("a",), publishers=("Two\n lines\u202e",)), {"a": "word " * 100}
    )

    assert len(title) < 100
    assert title.endswith(" …")
    assert publisher == "Two lines"
