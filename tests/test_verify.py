"""`parley verify`: what holds passes, and whatever was tampered with or has changed is named."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from bot.answers import Citation
from bot.briefing.export.footnotes import read, write
from bot.briefing.export.markdown import as_markdown
from bot.briefing.export.parsing import parse
from bot.briefing.export.verification import Verification, verify
from bot.briefing.parts import Briefing, BriefSentence, Claim
from bot.cli import run as run_parley
from bot.escaping import line
from tests.briefings import LED, MET, SHIPS, articles, cite, make_briefing
from tests.conftest import HARBOUR
from tests.test_transcript import hostile, untimed
from vectorstore.corpus import Corpus
from vectorstore.curation import remove_articles
from vectorstore.ingest import IngestReport

LAST_SHIP = "22 ships were still waiting"


@pytest.fixture
def briefing(filled: Corpus) -> Briefing:
    """One whose text a model wrote."""
    return replace(make_briefing(filled), engine="llm", model="mini-4")


@pytest.fixture
def quoted(filled: Corpus) -> str:
    """The export of one whose text is quoted."""
    made = make_briefing(filled)
    met, _, *others = made.sentences
    return as_markdown(
        replace(made, sentences=(met, replace(met, text=LED, citations=(2,)), *others))
    )


@pytest.fixture
def exported(briefing: Briefing) -> str:
    return as_markdown(briefing)


@pytest.fixture
def check(filled: Corpus) -> Callable[[str], Verification]:
    return lambda markdown: verify(parse(markdown), filled.library)


def changed(text: str, old: str, new: str, times: int = 1) -> str:
    """Return the text with this changed where it first stands; it must be there."""
    assert old in text
    return text.replace(old, new, times)


def faults(checked: Verification) -> list[tuple[str, tuple[str, ...]]]:
    """What does not hold: footnotes by number, sentences by text."""
    notes = [(f"[^{each.n}]", each.problems) for each in checked.footnotes if not each.holds]
    told = [
        (each.text, each.problems)
        for each in checked.sentences
        if not each.holds and not each.marked
    ]
    return notes + told


def test_what_was_exported_holds(exported: str, check) -> None:
    checked = check(exported)

    assert checked.holds
    assert faults(checked) == []
    kinds = [each.kind for each in checked.sentences]
    # Two positions, two events, two values, one new fact, one moved position, one claim.
    # What they differ on is named.
    assert [kinds.count(kind) for kind in ("sentence", "entry", "heading")] == [5, 9, 1]
    assert len(checked.footnotes) == 7


def test_a_sentence_that_the_file_marks_is_counted_and_no_finding(exported: str, check) -> None:
    (marked,) = (each for each in check(exported).sentences if each.marked)
    assert marked.text == "Some 40 ships wait."

    unmarked = check(changed(exported, "**⚠ not verified:** ", ""))

    assert [text for text, _ in faults(unmarked)] == [
        "Some 40 ships wait.",
        "the number “40” is not there",
    ]


def test_a_changed_number_is_found(exported: str, check) -> None:
    ((text, problems),) = faults(check(changed(exported, LAST_SHIP, "32 ships were waiting")))

    assert text == "Kestrel said that 32 ships were waiting outside the harbour."
    assert "“32”" in problems[0]


def test_a_changed_word_in_a_quoted_passage_is_found(exported: str, check) -> None:
    before, notes = exported.split("[^1]: ")

    checked = check(f"{before}[^1]: {changed(notes, LAST_SHIP, '2 ships were waiting')}")

    ((name, problems),) = faults(checked)
    assert name == "[^3]"
    assert "is not in the article" in problems[0]
    assert LAST_SHIP in problems[0]


def test_a_sentence_is_judged_by_the_library_and_not_by_what_the_file_quotes(
    exported: str, check
) -> None:
    """Who changes the passage along with the sentence gains nothing."""
    names = [name for name, _ in faults(check(exported.replace(LAST_SHIP, "3 ships waited")))]

    assert "[^3]" in names
    assert "Kestrel said that 3 ships waited outside the harbour." in names


@pytest.mark.parametrize("joined", ["\n", " "])
def test_a_dropped_reference_is_found(exported: str, check, joined: str) -> None:
    tampered = changed(exported, f"{MET} for the first talks since the blockade began.[^1]", MET)
    tampered = changed(tampered, f"{MET}\n", f"{MET}.{joined}")

    checked = check(tampered)

    assert not checked.holds
    assert any(MET in text for text, _ in faults(checked))


def test_a_sentence_that_cites_nothing_is_found_wherever_it_stands(exported: str, check) -> None:
    added = "Sudmark has already won."
    for place in ("## Positions", "## Timeline", "## Where", "## Appendix: who said"):
        tampered = changed(exported, place, f"{added}\n\n{place}")
        assert (added, ("it cites nothing",)) in faults(check(tampered))
    for tampered in (
        changed(exported, "# Harbour talks in Vell\n", f"# Harbour talks in Vell\n{added}\n"),
        changed(exported, "Ana Kestrel led", f"{added}\nAna Kestrel led"),
        changed(exported, "| Blockade | not stated in these articles", f"| Blockade | {added}"),
        changed(exported, "## Notices", f"{added}\n\n## Notices"),
    ):
        assert [text for text, _ in faults(check(tampered))] == [added]


def test_a_dropped_footnote_is_found(exported: str, check) -> None:
    tampered = re.sub(r"^\[\^2\]: .*\n", "", exported, flags=re.MULTILINE)

    ((text, problems),) = faults(check(tampered))

    assert text == "Ana Kestrel led Norland's delegation."
    assert problems[0] == "its footnote 2 is not in the file"


def test_swapped_references_are_found(exported: str, check) -> None:
    swapped = exported.replace("delegation.[^2]", "delegation.[^4]")
    swapped = changed(swapped, "in Brenn.[^4]", "in Brenn.[^2]")

    assert [text for text, _ in faults(check(swapped))] == [
        "Ana Kestrel led Norland's delegation.",
        "The United Nations envoy, Mira Sol, proposed a fishing treaty on Wednesday at the "
        "second round of talks in Brenn.",
    ]


def test_a_position_must_be_word_for_word(exported: str, check) -> None:
    tampered = changed(exported, "“lift the blockade only after”", "“lift the blockade after”")

    ((text, problems),) = faults(check(tampered))

    assert text == "“lift the blockade after”"
    assert "do not stand so" in problems[0]


def test_a_changed_value_of_a_differing_report_is_found(exported: str, check) -> None:
    ((text, _),) = faults(check(changed(exported, "- 22[^3]", "- 25[^3]")))

    assert text == "25"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("| 20 May 2031 | 6 May", "| 21 May 2031 | 6 May", "its date 21 May 2031 is not that"),
        ("| 6 May 2031 | 6 May 2031 |", "| 5 May 2031 | 6 May 2031 |", "5 May 2031 is not that"),
        (
            "| 20 May 2031 | 6 May 2031 |",
            "| 20 May 2031 | 7 May 2031 |",
            "it was reported on 6 May 2031, not on 7 May 2031",
        ),
    ],
)
def test_either_clock_of_the_timeline_put_wrong_is_found(
    exported: str, check, old: str, new: str, said: str
) -> None:
    ((_, problems),) = faults(check(changed(exported, old, new)))

    assert said in problems[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("*(Orlo, 6 May 2031)*", "*(Kestrel, 6 May 2031)*", "Orlo”, not to “Kestrel”"),
        ("*(Orlo, 6 May 2031)*", "*(Lindqvist)*", "“Lindqvist” is not in the article"),
        ("| Kestrel | said |", "| Orlo | said |", "Kestrel”, not to “Orlo”"),
        ("| Kestrel | said |", "| Kestrel | admitted |", "“admitted” is not in the article"),
        ("| Kestrel | said |  |", "| Kestrel | said | the Kremlin |", "“Kremlin” is not"),
    ],
)
def test_words_put_into_anothers_mouth_are_found(
    exported: str, check, old: str, new: str, said: str
) -> None:
    ((_, problems),) = faults(check(changed(exported, old, new)))

    assert any(said in problem for problem in problems)


def test_a_passage_that_stands_elsewhere_is_told_its_place(exported: str, check) -> None:
    ((name, problems),) = faults(check(changed(exported, "characters 119–180", "characters 5–66")))

    assert name == "[^2]"
    assert "characters 119–180" in problems[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("· Brenn Gazette ·", "· Vell Courier ·"),
        ("· 21 May 2031 · <", "· 12 May 2031 · <"),
        ("*Envoy proposes", "*Envoy refuses"),
        ("<https://example.org/envoy>", "<https://example.com/envoy>"),
    ],
)
def test_another_source_than_the_articles_is_found(
    exported: str, check, old: str, new: str
) -> None:
    head, notes = exported.split("[^4]: ")

    ((name, problems),) = faults(check(f"{head}[^4]: {changed(notes, old, new)}"))

    assert name == "[^4]"
    assert "Envoy proposes a fishing treaty · Brenn Gazette · 21 May 2031" in problems[0]


def test_another_hash_is_found(exported: str, check, briefing: Briefing) -> None:
    one = next(iter(briefing.hashes.values()))

    found = faults(check(changed(exported, one, "0" * 64)))

    assert [problems for _, problems in found] == [
        ("the article’s text is not the one that the hash is of",)
    ]


def test_a_footnote_in_another_form_is_found(exported: str, check) -> None:
    tampered = changed(exported, "[^7]: “The next", "[^7]: See: “The next")

    names = [name for name, _ in faults(check(tampered))]

    assert names[0] == "[^7]"
    assert len(names) == 2
    twice = f"{exported}\n{exported.strip().splitlines()[-1]}\n"
    assert faults(check(twice)) == [("[^7]", ("it is defined twice",))]


def test_an_article_that_was_edited_since_is_found(
    exported: str, check, filled: Corpus, take_in: Callable[..., IngestReport]
) -> None:
    report = take_in(HARBOUR.replace("22 ships", "19 ships"), "harbour.md")
    assert [item.status for item in report.items] == ["updated"]

    found = dict(faults(check(exported)))

    assert found["[^3]"] == (
        "edited since: the passage is not in the article’s current text (version 2)",
    )
    assert found[SHIPS] == ("no passage that it cites stands any more",)
    # What the new version still says, still holds.
    assert not {"[^1]", "[^2]", "[^5]", "[^7]"} & set(found)


def test_an_article_that_is_gone_is_found(exported: str, check, filled: Corpus) -> None:
    _, envoy = articles(filled)
    filled.library.remove([envoy.id])

    found = dict(faults(check(exported)))

    assert found["[^4]"] == ("the article is not in the library",)
    assert "[^1]" not in found
    assert any(text.startswith("The United Nations envoy") for text in found)


def test_an_article_in_the_bin_is_told_how_to_bring_back(
    exported: str, check, filled: Corpus
) -> None:
    _, envoy = articles(filled)
    remove_articles(filled, [envoy.id])

    found = dict(faults(check(exported)))

    assert f"`parley articles restore {envoy.id}`" in found["[^4]"][0]


def test_a_version_that_the_library_never_had_is_found(exported: str, check) -> None:
    before, notes = exported.split("[^2]: ")

    ((name, problems),) = faults(check(f"{before}[^2]: {changed(notes, 'version 1', 'version 4')}"))

    assert (name, problems) == ("[^2]", ("the library has no version 4 of the article",))


def test_a_file_that_was_wrapped_or_has_other_line_ends_still_holds(exported: str, check) -> None:
    words = " for the first talks since"
    wrapped = changed(exported, words, "\nfor the first talks since")
    head, notes = wrapped.split("[^1]: ")
    notes = changed(notes, words, "\n    for the first talks since")

    assert faults(check(f"{head}[^1]: {notes}".replace("\n", "\r\n"))) == []


def test_a_footnote_within_a_sentence_carries_the_whole(exported: str, check) -> None:
    moved = changed(exported, "delegation.[^2]", "[^2]delegation.")
    assert faults(check(moved)) == []
    behind = changed(exported, "delegation.[^2]", "delegation[^2].")
    assert faults(check(behind)) == []


def test_words_whose_speaker_stands_apart_from_the_verb_are_no_anothers(
    filled: Corpus, take_in: Callable[..., IngestReport]
) -> None:
    said = "it sides with the court of Vell"
    text = f"The Department of Trade (DOT) on Monday announced that {said}. It gave no reasons."
    take_in(text, "trade.md")
    article = next(each for each in filled.library.articles() if each.text.startswith(text[:30]))
    cited = cite(1, article, "The Department of Trade")
    claim = Claim("the Department of Trade", None, None, "announced", said, False, None, 1)
    made = Briefing("Trade", None, "extractive", None, citations=(cited,), claims=(claim,))
    sentence = BriefSentence(cited.quote, (1,), claim_status="party")
    markdown = as_markdown(replace(made, sentences=(sentence,)))

    assert faults(verify(parse(markdown), filled.library)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("that 22 ships were still waiting", "that 22 ships were still sailing"),
        ("Kestrel said that 22 ships", "22 ships"),
        ("proposed a fishing treaty", "opposed a fishing treaty"),
    ],
)
def test_a_quoted_text_must_be_its_passages_word_for_word(
    quoted: str, check, old: str, new: str
) -> None:
    """In a text that a model wrote, the check by rule may let such an edit pass."""
    assert check(quoted).holds

    ((text, problems), *_) = faults(check(changed(quoted, old, new)))

    assert new in text
    assert "it is not the cited passage word for word" in problems


def test_an_event_must_stand_in_its_passage_word_for_word(exported: str, check) -> None:
    tampered = changed(exported, "| The next round is planned", "| The last round is planned")

    ((_, problems),) = faults(check(tampered))

    assert problems == ("its words do not stand so in the cited passage",)


def test_a_remark_that_is_none_of_parleys_counts_as_stated(exported: str, check) -> None:
    added = "Sudmark has won"
    for old in ("[^3] *(party)*", "delegation.[^2]", "Brenn.[^7]", "22[^3] *(6 May 2031)*"):
        tampered = changed(exported, old, f"{old} *({added})*")
        assert (added, ("it cites nothing",)) in faults(check(tampered))
    before = changed(exported, "Ana Kestrel led", f"*({added})* Ana Kestrel led")
    assert (added, ("it cites nothing",)) in faults(check(before))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[^3] *(party)*", "[^3]", "it is a party’s claim, and the file says the outlet’s own"),
        ("*(party)*\n", "*(document)*\n", "it is a party’s claim, and the file says an official"),
        ("delegation.[^2]", "delegation.[^2] *(party)*", "it is the outlet’s own report"),
        ("2 origins, also [^1]", "9 origins, also [^1]", "cites 2 articles, and not 9 origins"),
        ("2 origins, also [^1]", "2 origins", "it cites 1 article, and not 2 origins"),
        ("2 origins, also [^1]", "2 origins, also [^99]", "its footnote 99 is not in the file"),
    ],
)
def test_whose_word_a_sentence_is_and_how_many_carry_it_cannot_be_edited(
    exported: str, check, old: str, new: str, said: str
) -> None:
    ((_, problems),) = faults(check(changed(exported, old, new)))

    assert any(said in problem for problem in problems)


def test_another_day_above_quoted_sentences_is_found(quoted: str, check) -> None:
    ((text, problems),) = faults(
        check(changed(quoted, "*Reported 21 May 2031:*", "*Reported 15 May 2031:*"))
    )

    assert text.startswith("The United Nations envoy")
    assert problems == ("it was reported on 21 May 2031, not on 15 May 2031",)
    dropped = changed(quoted, "*Reported 21 May 2031:*\n", "")
    assert [problems for _, problems in faults(check(dropped))] == [
        ("it was reported on 21 May 2031, not on 6 May 2031",)
    ]
    added = changed(quoted, "## Positions", "*Reported Sudmark won in 2031:*\n\n## Positions")
    assert len(faults(check(added))) == 1


@pytest.mark.parametrize(
    "heading",
    ["# Sudmark surrendered", "## Sudmark surrendered", "### Sudmark surrendered", "### Notices"],
)
def test_a_heading_that_is_none_of_parleys_counts_as_stated(
    exported: str, check, heading: str
) -> None:
    for place in ("## Positions", "## Where", "## Notices", "[^1]: "):
        tampered = changed(exported, f"\n{place}", f"\n{heading}\n\n{place}")
        assert (heading.lstrip("# "), ("it cites nothing",)) in faults(check(tampered))
    since = changed(exported, "What changed since 7 May 2031", "What changed since Sudmark fell")
    assert faults(check(since)) == [("What changed since Sudmark fell", ("it cites nothing",))]


def test_what_reports_differ_on_must_be_named_in_their_articles_words(exported: str, check) -> None:
    tampered = changed(exported, "### ships waiting outside", "### ships sunk outside")

    ((text, problems),) = faults(check(tampered))

    assert text == "ships sunk outside the harbour"
    assert problems == ("“sunk” is not in the article",)


@pytest.mark.parametrize("old", ["| When | Reported | What |", "| Speaker | Verb | Through |"])
def test_a_tables_head_states_nothing_of_its_own(exported: str, check, old: str) -> None:
    tampered = changed(exported, old, f"{old[:-1]}| Sudmark won |")
    if "Speaker" in old:
        tampered = changed(exported, "| When said | Words |", "| When said | Sudmark won |")

    assert ("Sudmark won", ("it cites nothing",)) in faults(check(tampered))


def test_the_day_on_which_words_were_said_cannot_be_edited(exported: str, check) -> None:
    for old, new in (
        ("*(Orlo, 6 May 2031)*", "*(Orlo, 9 June 2031)*"),
        ("| Kestrel | said |  | 6 May 2031 |", "| Kestrel | said |  | 9 June 2031 |"),
    ):
        ((_, problems),) = faults(check(changed(exported, old, new)))
        assert problems == ("that it was said on 9 June 2031 is not in the cited passage",)


def test_what_no_passage_can_carry_is_counted_as_not_checked(exported: str, check) -> None:
    told = "One wire story stands behind two articles."

    checked = check(changed(exported, f"- {told}", f"- {told}\n- Sudmark surrendered."))

    assert ("Notices", "Sudmark surrendered.") in checked.unchecked
    assert {"under": "Notices", "text": told} in checked.to_json()["unchecked"]
    elsewhere = changed(exported, "## Positions", "- Sudmark surrendered.\n\n## Positions")
    assert [text for text, _ in faults(check(elsewhere))] == ["Sudmark surrendered."]


@pytest.fixture
def parley(
    filled: Corpus,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Callable[..., tuple[int, str, str]]:
    """Run `parley verify` on a file of this content."""
    monkeypatch.setenv("PARLEY_HOME", str(home))

    def run(content: str | bytes, *arguments: str) -> tuple[int, str, str]:
        file = tmp_path / "briefing.md"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        status = run_parley(["verify", str(file), *arguments])
        out, err = capfd.readouterr()
        return status, out, err

    return run


def test_the_command_says_how_much_holds(parley, exported: str, briefing: Briefing) -> None:
    status, out, err = parley(exported)

    assert (status, err) == (0, "")
    assert out == (
        "4 sentences, 9 entries, 1 heading and 7 footnotes hold. "
        "1 sentence is marked as not verified. Not checked: 1 line under “Articles whose text was "
        "edited”, 1 line under “What the articles do not say”, 1 line under “Notices” and 5 lines "
        "under “Appendix: neutrality report”.\n"
    )
    bare = Briefing(
        "Talks",
        None,
        "llm",
        None,
        "mini-4",
        sentences=briefing.sentences[:2],
        citations=briefing.citations,
    )
    assert parley(as_markdown(bare))[1] == "2 sentences and 2 footnotes hold.\n"


def test_the_command_names_what_does_not_hold_a_line_each(parley, exported: str) -> None:
    tampered = changed(exported, LAST_SHIP, "32 ships waited")
    tampered = changed(tampered, "characters 119–180", "characters 5–66")

    status, out, err = parley(tampered)

    assert (status, err) == (1, "")
    note, sentence, summary = out.splitlines()
    assert note.startswith("Footnote 2: the passage stands at characters 119–180")
    assert sentence.startswith("Sentence “Kestrel said that 32 ships waited outside the harbour.”:")
    assert summary.startswith("3 of 4 sentences, 9 entries, 1 heading and 6 of 7 footnotes hold.")


def test_the_commands_json_has_every_sentence_and_footnote(parley, exported: str) -> None:
    status, out, _ = parley(changed(exported, LAST_SHIP, "32 ships waited"), "--json")

    found = json.loads(out)
    assert status == 1
    assert found["holds"] is False
    assert found["file"].endswith("briefing.md")
    assert [each["n"] for each in found["footnotes"]] == list(range(1, 8))
    assert all(each["holds"] and not each["problems"] for each in found["footnotes"])
    (fault,) = (each for each in found["sentences"] if not each["holds"] and not each["marked"])
    assert "32" in fault["problems"][0]
    assert json.loads(parley(exported, "--json")[1])["holds"] is True


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("# Notes\n\nNothing of ours.\n", "is not a briefing"),
        ("", "is not a briefing"),
        (b"\xff\xfe\x00", "is not a text in UTF-8"),
    ],
)
def test_what_is_no_briefing_is_the_inputs_fault(parley, content: str | bytes, said: str) -> None:
    status, out, err = parley(content)

    assert (status, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert said in err
    assert "briefing.md" in err
    assert "--format md" in err


def test_a_file_that_is_not_there_is_the_inputs_fault(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PARLEY_HOME", str(home))

    assert run_parley(["verify", "gone.md"]) == 1

    assert "gone.md cannot be read: no such file" in capfd.readouterr().err


@untimed
@given(hostile)
def test_any_passage_and_title_round_trip_through_a_footnote(said: str) -> None:
    citation = Citation(1, "a1", said, said, "2031-05-06", None, 7, 9, said, version=2)

    definition = write(3, citation, "2031-05-07T10:00:00+00:00", "ab" * 32)
    note = read("3", definition.removeprefix("[^3]: "))

    assert note is not None
    assert note.quote == line(said)
    assert (note.article_id, note.version, note.start, note.end) == ("a1", 2, 7, 9)
    assert note.text_hash == "ab" * 32
