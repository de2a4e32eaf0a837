"""A briefing as Markdown: what a reader finds in it, and what hostile text cannot do to it.

What a Markdown program makes of it is judged with HTML, tables and strikethrough switched on.
"""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from bot.answers import Citation, Disagreement, Value
from bot.briefing.export.footnotes import read
from bot.briefing.export.markdown import as_markdown
from bot.briefing.export.parsing import parse
from bot.briefing.parts import Briefing, BriefSentence, Changes, Claim, Event, Position
from bot.escaping import line
from bot.neutrality.flags import Flag, Neutrality
from tests.briefings import LED, SHIPS, WEEKS, make_briefing
from tests.page_service import PAYLOADS
from tests.test_transcript import hostile, untimed
from vectorstore.corpus import Corpus


@pytest.fixture
def briefing(filled: Corpus) -> Briefing:
    return make_briefing(filled)


def section(markdown: str, heading: str) -> str:
    """What stands below a heading of the second level, up to the next."""
    return re.split(r"\n## |\n\n\[\^", markdown.split(f"\n## {heading}", 1)[1])[0]


def rows(markdown: str) -> list[list[str]]:
    found = [line for line in markdown.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in found]


def test_it_begins_with_what_it_is_and_then_the_prose(briefing: Briefing) -> None:
    title, description, reported, first, *_ = as_markdown(briefing).split("\n\n")

    assert title == "# Harbour talks in Vell"
    for part in (
        "quoted from the articles",
        "as of 22 May 2031",
        "made 22 May 2031, 10:30 UTC",
        "4 articles, 2 origins",
        f"{briefing.words} words",
    ):
        assert part in description
    assert re.fullmatch(r"\*Reported \d+ May 2031:\*", reported)
    assert first.startswith("Delegations from Norland and Sudmark met")
    model = as_markdown(replace(briefing, engine="llm", model="mini-4", as_of=None))
    assert "written by mini-4" in model
    assert "as of" not in model.split("\n\n")[1]


def test_what_is_of_no_known_day_stands_under_no_other_days_heading(briefing: Briefing) -> None:
    envoy = next(each for each in briefing.citations if each.n == 6)
    undated = replace(envoy, published=None)
    others = (each for each in briefing.citations if each.n != 6)

    markdown = as_markdown(replace(briefing, citations=(*others, undated)))

    days = re.findall(r"^\*Reported (.*):\*\n\n(\S+ \S+)", markdown, re.MULTILINE)
    assert days == [
        ("6 May 2031", "Delegations from"),
        ("on an unknown day", "The United"),
        ("6 May 2031", "**⚠ not"),
    ]
    stated = {each.text[:10]: dict(each.beside) for each in parse(markdown).stated[:5]}
    assert stated["The United"] == {"Reported": "date unknown"}
    assert stated["Some 40 sh"] == {"Reported": "6 May 2031"}


def test_the_hour_of_a_report_is_no_part_of_the_day_above_its_sentences(briefing: Briefing) -> None:
    hourly = tuple(
        replace(each, published=f"{each.published}T0{each.n}:00:00Z") for each in briefing.citations
    )

    markdown = as_markdown(replace(briefing, citations=hourly))

    assert re.findall(r"\*Reported (.*):\*", markdown) == [
        "6 May 2031",
        "21 May 2031",
        "6 May 2031",
    ]


def test_what_else_carries_a_sentence_is_named_behind_it(briefing: Briefing) -> None:
    first, *others = briefing.sentences
    n = next(each.n for each in briefing.citations if each.n not in first.citations)
    carried = replace(first, origins=2, also=(n,))

    markdown = as_markdown(replace(briefing, sentences=(carried, *others)))

    (line,) = (each for each in markdown.splitlines() if each.startswith(first.text[:30]))
    assert re.search(r"2 origins, also \[\^\d+\]\)\*$", line)


def test_each_sentence_stands_on_its_line_with_all_its_footnotes(briefing: Briefing) -> None:
    both = BriefSentence("Ana Kestrel spoke of ships.", (2, 3))

    markdown = as_markdown(replace(briefing, sentences=(both, *briefing.sentences)))

    assert "\nAna Kestrel spoke of ships.[^1][^2]\n" in markdown
    assert re.search(r"^Ana Kestrel led Norland's delegation\.\[\^1\]$", markdown, re.MULTILINE)


def test_a_sentence_that_is_not_verified_says_so_and_why(briefing: Briefing) -> None:
    markdown = as_markdown(briefing)

    assert (
        "**⚠ not verified:** Some 40 ships wait.[^3] *(the number “40” is not there)*" in markdown
    )
    assert markdown.count("not verified") == 1


def test_whose_word_a_sentence_is_stands_behind_it_and_is_explained(briefing: Briefing) -> None:
    markdown = as_markdown(briefing)

    assert f"{SHIPS}[^3] *(party)*" in markdown
    assert "*(party · 2 origins, also [^1])*" in markdown
    assert "*(party)* a party’s claim" in markdown
    assert "without a name" not in markdown
    plain = replace(briefing, sentences=briefing.sentences[:2])
    assert "Whose word" not in as_markdown(plain)


def test_positions_are_a_board_on_which_silence_shows(briefing: Briefing) -> None:
    header, _, blockade, talks = rows(section(as_markdown(briefing), "Positions"))

    assert header == ["Issue", "Norland", "Sudmark"]
    assert blockade[:2] == ["Blockade", "not stated in these articles"]
    assert blockade[2] == "“lift the blockade only after”[^5] *(Orlo, 6 May 2031)*"
    assert talks[2] == "“two weeks to study the text”[^6]"


def test_many_parties_are_listed_below_each_other(briefing: Briefing) -> None:
    more = tuple(Position(party, "Blockade") for party in ("Vell", "Brenn"))

    header, _, *found = rows(
        section(as_markdown(replace(briefing, positions=briefing.positions + more)), "Positions")
    )

    assert header == ["Issue", "Party", "Position"]
    assert [row[:2] for row in found] == [
        ["Blockade", "Sudmark"],
        ["Blockade", "Norland, Vell, Brenn"],
        ["Next round", "Sudmark"],
        ["Next round", "Norland, Vell, Brenn"],
    ]
    assert [row[2] for row in found[1::2]] == ["not stated in these articles"] * 2


def test_the_timeline_has_both_clocks_and_no_day_that_is_not_known(briefing: Briefing) -> None:
    month = replace(
        briefing, timeline=(*briefing.timeline, Event("2031-06", "month", None, WEEKS, 7))
    )

    told = section(as_markdown(month), "Timeline")

    assert [row[:2] for row in rows(told)[2:]] == [
        ["6 May 2031", "6 May 2031"],
        ["20 May 2031", "6 May 2031"],
        ["June 2031", "date unknown"],
    ]
    assert "2 events" in told


def test_differing_reports_are_dated_and_the_newest_is_marked(briefing: Briefing) -> None:
    told = section(as_markdown(briefing), "Where the reports differ")

    assert "### ships waiting outside the harbour" in told
    assert "- 22[^3] *(6 May 2031)*\n- two weeks[^6] *(21 May 2031, newest)*" in told


def test_what_changed_names_new_facts_moved_positions_and_edited_articles(
    briefing: Briefing,
) -> None:
    markdown = as_markdown(briefing)

    told = section(markdown, "What changed since 7 May 2031")
    assert "- The United Nations envoy, Mira Sol, proposed a fishing treaty" in told
    assert "- *Sudmark on Next round:* “two weeks to study the text”[^6]" in told
    assert "- *Harbour talks open in Vell* · Vell Courier" in told
    same = as_markdown(replace(briefing, changes=Changes("2031-05-07")))
    assert "*Nothing new.*" in section(same, "What changed since 7 May 2031")
    assert "What changed" not in as_markdown(replace(briefing, changes=None))


def test_a_briefing_that_broke_off_says_so(briefing: Briefing) -> None:
    whole = section(as_markdown(briefing), "Notices")
    broken = section(as_markdown(replace(briefing, incomplete=True)), "Notices")

    assert "One wire story" in whole
    assert "ended before it was whole" in broken
    assert "ended before" not in whole


def test_who_said_what_keeps_to_the_passages_that_are_cited(briefing: Briefing) -> None:
    elsewhere = Claim(None, "Norland", "the port", "told", "was led by", True, None, 99)
    anyone = replace(elsewhere, citation=2)

    told = rows(
        section(
            as_markdown(replace(briefing, claims=(*briefing.claims, elsewhere, anyone))),
            "Appendix: who said what",
        )
    )[2:]

    assert told == [
        ["Kestrel", "said", "", "6 May 2031", "22 ships[^3]"],
        ["unattributed", "told Norland", "the port", "", "“was led by”[^2]"],
    ]


def test_the_report_flags_words_and_judges_nothing(briefing: Briefing) -> None:
    markdown = as_markdown(briefing)

    told = section(markdown, "Appendix: neutrality report")
    (flag,) = (row for row in rows(told) if row[0] == "loaded word")
    assert flag[1] == "waiting"
    assert flag[2].startswith("3: …")
    assert "still waiting outside" in flag[2]
    assert "anchored" in flag[3]
    assert ["Norland", "75%", "100%"] in rows(told)
    assert ["Brenn Gazette", "40%"] in rows(told)
    assert "biased" not in markdown.casefold()
    none = as_markdown(replace(briefing, neutrality=Neutrality()))
    assert "No words flagged" in none


def test_a_flag_that_points_nowhere_does_not_break_the_report(briefing: Briefing) -> None:
    flags = (Flag("rule", "gone", 0, "note", 3), Flag("rule", "gone", 99, "note"))

    told = rows(as_markdown(replace(briefing, neutrality=Neutrality(flags))))

    assert ["rule", "gone", "1", "note"] in told
    assert ["rule", "gone", "100", "note"] in told


def test_a_footnote_has_all_that_finds_its_passage_again(
    briefing: Briefing, filled: Corpus
) -> None:
    (definition,) = (row for row in as_markdown(briefing).splitlines() if row.startswith("[^2]: "))

    note = read("2", definition.removeprefix("[^2]: "))

    assert note is not None
    article = filled.library.article(note.article_id, note.version)
    assert note.quote == LED == article.text[note.start : note.end]
    assert note.text_hash == article.text_hash
    for part in (
        "*Harbour talks open in Vell* · Vell Courier · 6 May 2031",
        "<https://example.org/harbour-talks>",
        " · read ",
    ):
        assert part in definition


def test_footnotes_count_up_as_they_come_and_none_is_without_a_reference(
    briefing: Briefing,
) -> None:
    unused = replace(briefing.citations[0], n=50)
    markdown = as_markdown(
        replace(
            briefing,
            citations=(unused, *briefing.citations[::-1]),
            sentences=briefing.sentences[::-1],
        )
    )

    body, *defined = re.split(r"^\[\^(\d+)\]:", markdown, flags=re.MULTILINE)
    referred = list(dict.fromkeys(re.findall(r"\[\^(\d+)\]", body)))
    assert referred == [str(n) for n in range(1, len(referred) + 1)] == defined[::2]


class Page(HTMLParser):
    """A page as its elements, its links and its text; any other attribute is a fault."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(MarkdownIt("js-default", {"html": True}).render(markdown))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        given = dict(attrs)
        if tag == "a":
            self.links.append(given.pop("href") or "")
        given.pop("style", None) if tag in ("th", "td") else None
        assert not given, (tag, given)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


SHAPE = {"h1", "h2", "h3", "p", "em", "strong", "ul", "li", "a", "br"}
TABLE = {"table", "thead", "tbody", "tr", "th", "td"}


def all_of(said: str) -> Briefing:
    """A briefing in which everything that is given says this."""
    citation = Citation(1, "a1", said, said, said, said, 0, len(said), said)
    return Briefing(
        title=said,
        topic=said,
        engine="llm",
        as_of=said,
        model=said,
        made_at=said,
        sentences=(
            BriefSentence(said, (1,)),
            BriefSentence(said, (1,), "unverified", (said,), claim_status="party"),
        ),
        citations=(citation,),
        claims=(Claim(said, said, said, said, said, True, said, 1),),
        positions=(Position(said, said, said, said, said, 1),),
        timeline=(Event(said, "day", said, said, 1),),
        disagreements=(Disagreement(said, (Value(said, said, True, (1,)),)),),
        changes=Changes(said, (0,), (0,), ("a1", "b2")),
        neutrality=Neutrality((Flag(said, said, 0, said),), {said: 1.0}, {said: 1.0}, {said: 1.0}),
        missing=(said,),
        notices=(said,),
        read_at={"a1": said},
        hashes={"a1": said},
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_an_article_says_is_shown_and_does_nothing(payload: str) -> None:
    page = Page(as_markdown(all_of(payload)))

    assert page.tags <= SHAPE | TABLE
    assert all(link.startswith(("http://", "https://")) for link in page.links)
    shown = line(payload)
    assert shown in " ".join(page.text.split())


@untimed
@given(hostile)
def test_no_text_becomes_markup_or_changes_what_is_read_back(said: str) -> None:
    markdown = as_markdown(all_of(said))

    page = Page(markdown)
    assert page.tags <= SHAPE | TABLE
    parsed = parse(markdown)
    shown = line(said)
    if re.search(r"\w", shown):
        assert [each.text for each in parsed.stated if each.kind == "sentence"] == [shown] * 2
        assert [each.marked for each in parsed.stated if each.kind == "sentence"] == [False, True]
        assert {each.text for each in parsed.stated if each.verbatim} == {f"“{shown}”", shown}
        # But for the heading that says since when, which is a day in any other briefing.
        cites = [each.references == ("1",) for each in parsed.stated if "since" not in each.text]
        assert all(cites)
    assert parsed.is_briefing
