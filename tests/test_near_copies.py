"""An edited copy of a story is linked to it; another story on the same event is not."""

import hashlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import SEEDS
from vectorstore.near_copies import NearCopies, are_near, is_near_copy, sketch
from vectorstore.readers.frontmatter import split_front_matter

WIRE = """\
VELL (Harbour Wire) - Norland and Sudmark agreed on Tuesday to open three harbours to each \
other's fishing boats, ending a blockade that had lasted eleven weeks.

The agreement was signed in the customs house of Vell shortly before midnight, after nine hours \
of talks that twice seemed close to breaking down.

"We came to open the harbour, not to close a door," said Trade Minister Ana Kestrel, who led the \
Norland delegation.

Iven Orlo, Sudmark's ambassador, said his government would withdraw its 14 patrol boats by \
Friday. He called the text a beginning and asked fishermen on both sides to be patient.

Under the agreement each country may send 60 boats a day into the other's waters. A commission of \
six officials is to count the catch every month and to publish what it finds.

The blockade began on 2 March, when Sudmark stopped a Norland trawler near the Tallow banks and \
held its crew of five for a week. Norland answered by closing its ports to ships from Sudmark.

Prices of cod rose by a third in both capitals, and bakers in Brenn sold bread by the slice.

The next meeting is planned for 20 May in the mountain town of Brenn, where the delegations are to \
talk about oil. Neither side wanted to say what it expected of that meeting.
"""
PARAGRAPHS = WIRE.strip().split("\n\n")

# The event, two quotations and the names are the wire story's, the words the reporter's own.
REPORTER = """\
The eleven weeks in which no Norland boat could land its fish in Sudmark are over. Shortly before \
midnight on Tuesday the two governments put their names to a treaty in Vell.

Three harbours will be shared, Sudmark's ambassador Iven Orlo told reporters on the steps of the \
customs house. Its patrol boats go home on Friday.

"We came to open the harbour, not to close a door," said Trade Minister Ana Kestrel, visibly \
tired, before she was driven to the airport.

For Jonas Dunmore, who owns two trawlers and has paid eleven men for doing nothing since March, it \
comes late. He would have sold one of them next week, he said, leaning on a stack of empty crates.

The ministers did not take questions on oil, which both countries suspect under the Tallow banks. \
They will meet again in Brenn, on 20 May, to talk about that.
"""

LATER = """\
BRENN (Harbour Wire) - A commission that was to count the catch off the Tallow banks has broken up \
over the first figures, officials in both capitals said on Monday.

Norland's three members left the room when Sudmark's put the month's catch at 900 tonnes, which \
would be half of what the harbour masters had reported.

"A count that begins with a guess is no count," said Mira Sol, who speaks for the fishing council.

Sudmark said that the figures were right and that it would publish them alone if it had to. A \
spokesman said no boat would be stopped before the ministers had spoken to each other.

The meeting on oil, for which hotels in the town have been full since Thursday, is now in doubt.
"""

BULLETIN = (
    "The harbour office in {place} counted {ships} ships on {day}, {more} more than the day "
    "before. {waiting} were waiting at {hour} for a pilot, the longest for {hours} hours. The "
    "water stood at {water} centimetres."
)


def _without(number: int) -> str:
    return "\n\n".join(PARAGRAPHS[:number] + PARAGRAPHS[number + 1 :])


def _replaced(*pairs: tuple[str, str]) -> str:
    text = WIRE
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


COPIES = {
    "another dateline": WIRE.replace(
        "VELL (Harbour Wire) - ", "From our own staff in Vell, 6 May: "
    ),
    "promotion left in": "\n\n".join(
        (*PARAGRAPHS[:3], "Follow the Brenn Gazette on Facebook and Instagram", *PARAGRAPHS[3:])
    ),
    "words replaced": _replaced(
        ("agreed on Tuesday", "decided this week"),
        ("talks", "negotiations"),
        ("fishing boats", "trawlers"),
        ("shortly before midnight", "late in the evening"),
        ("withdraw", "recall"),
        ("The blockade began", "It had begun"),
        ("rose by a third", "went up sharply"),
        ("is planned for", "will take place on"),
    ),
    "a paragraph dropped": _without(5),
    "a paragraph added": f"{WIRE}\nThe Brenn Gazette's harbour correspondent contributed to this "
    "report, as did its offices in Tallow and in Vell.\n",
    "a paragraph moved": "\n\n".join((*PARAGRAPHS[:2], *PARAGRAPHS[3:7], PARAGRAPHS[2])),
    "the end cut off": "\n\n".join(PARAGRAPHS[:5]),
    "quotes and spelling": _replaced(
        ('"We', "«We"), ('door,"', "door»,"), ("harbour", "harbor"), ("14", "fourteen")
    ),
    "a number corrected in silence": _replaced(("60 boats", "80 boats")),
    "in capitals": WIRE.upper(),
}

OTHERS = {
    "another reporter's story": REPORTER,
    "a later story with old paragraphs": LATER + "\n\n".join(PARAGRAPHS[4:6]),
    "a later story that ends with all of it": LATER + REPORTER.partition("\n\n")[2] + WIRE,
    "a long story that quotes it": REPORTER + LATER + PARAGRAPHS[0],
}


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES.keys())
def test_an_edited_copy_is_found(copy: str) -> None:
    known = _known(wire=WIRE, reporter=REPORTER, later=LATER)

    assert known.find(copy, sketch(copy)) == "wire"
    assert is_near_copy(WIRE, copy)
    assert is_near_copy(copy, WIRE)
    assert are_near(sketch(WIRE), sketch(copy))


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_another_story_stays_apart(other: str) -> None:
    assert not is_near_copy(WIRE, other)
    assert not is_near_copy(other, WIRE)
    assert _known(wire=WIRE).find(other, sketch(other)) is None


def test_a_short_text_is_no_copy_of_a_long_one_that_quotes_it() -> None:
    assert not is_near_copy(PARAGRAPHS[3], WIRE)


def test_bulletins_of_one_pattern_are_copies_only_if_nothing_but_numbers_differs() -> None:
    monday = BULLETIN.format(
        place="Vell", ships=31, day="Monday", more=4, waiting=12, hour=9, hours=17, water=286
    )
    recount = BULLETIN.format(
        place="Vell", ships=33, day="Monday", more=6, waiting=11, hour=9, hours=18, water=291
    )
    tuesday = BULLETIN.format(
        place="Tallow", ships=40, day="Tuesday", more=7, waiting=15, hour="noon", hours=8, water=302
    )

    assert is_near_copy(monday, recount)
    assert not is_near_copy(monday, tuesday)


def test_of_the_samples_only_the_two_prints_of_one_wire_story_are_copies() -> None:
    texts = {
        file.stem: split_front_matter(file.read_text(encoding="utf-8"))[1]
        for file in SEEDS.glob("2022-*.md")
    }
    assert len(texts) == 10

    pairs = {
        frozenset(pair)
        for pair in itertools.combinations(texts, 2)
        if is_near_copy(*(texts[name] for name in pair))
    }

    assert pairs == {
        frozenset({"2022-02-28-envoys-return-to-consult", "2022-02-28-first-talks-end"})
    }
    found = {name for name, text in texts.items() if _known(**texts).find(text, sketch(text), name)}
    assert found == set(*pairs)


@pytest.mark.parametrize(
    ("story", "copy", "other"),
    [
        (
            "Министры двух стран подписали в среду соглашение о рыбной ловле, сообщил посол. "
            "Блокада порта продолжалась одиннадцать недель.",
            "Министры двух стран подписали вчера соглашение о рыбной ловле, сообщил посол.",
            "Посол двух стран сообщил в среду, что блокада порта будет снята, если министры "
            "согласятся с рыбаками.",
        ),
        (
            "وقع وزيرا البلدين يوم الأربعاء اتفاقا بشأن صيد الأسماك وفقا لما ذكره السفير. "
            "استمر حصار الميناء أحد عشر أسبوعا.",
            "وَقَّعَ وزيرا البلدين أمس اتفاقا بشأن صيد الأسماك وفقا لما ذكره السفير.",
            "ذكر السفير يوم الأربعاء أن حصار الميناء سينتهي إذا وافق الصيادون على شروط البلدين.",
        ),
        (
            "שרי שתי המדינות חתמו ביום רביעי על הסכם הדיג בנמל, כך מסר השגריר. המצור על הנמל נמשך "
            "אחד עשר שבועות.",
            "שרי שתי המדינות חתמו אתמול על הסכם הדיג בנמל, כך מסר השגריר.",
            "השגריר מסר ביום רביעי כי המצור על הנמל יוסר אם הדייגים יקבלו את תנאי המדינות.",
        ),
        (
            "两国部长星期三签署了渔业协定，大使告诉记者。港口封锁持续了十一个星期，渔民们一直在等待。",
            "两国部长昨天签署了渔业协定，大使告诉记者。港口封锁持续了十一个星期。",
            "大使星期三表示，如果渔民接受条件，港口的封锁就会结束，但部长们还没有作出决定。",
        ),
        (
            "รัฐมนตรีของทั้งสองประเทศลงนามในข้อตกลงการประมงเมื่อวันพุธ การปิดล้อมท่าเรือกินเวลาสิบเอ็ดสัปดาห์",
            "รัฐมนตรีของทั้งสองประเทศลงนามในข้อตกลงการประมงเมื่อวาน การปิดล้อมท่าเรือกินเวลาสิบเอ็ดสัปดาห์",
            "เอกอัครราชทูตกล่าวว่าชาวประมงต้องรอจนกว่าเรือทุกลำจะกลับบ้าน",
        ),
    ],
    ids=["Russian", "Arabic", "Hebrew", "Chinese", "Thai"],
)
def test_copies_are_found_in_every_script(story: str, copy: str, other: str) -> None:
    known = _known(other=other, story=story)

    assert known.find(copy, sketch(copy)) == "story"
    assert not is_near_copy(story, other)


def test_it_does_not_matter_which_of_two_equally_long_texts_is_named_first() -> None:
    one = "ministers met in Vell today ministers met in Vell tonight"
    other = "ministers met in Vell without agreeing on any fishing treaty"

    assert is_near_copy(one, other) == is_near_copy(other, one)


def test_texts_of_few_words_are_copies_only_if_the_words_are_the_same() -> None:
    assert is_near_copy("Talks failed.", "Talks failed")
    assert not is_near_copy("Talks failed.", "Talks resumed.")
    assert _known(short="Talks failed.").find("talks FAILED", sketch("talks FAILED")) == "short"


@pytest.mark.parametrize("text", ["", "…", " \n\t", "\ud800", "\x00", "👍👍👍"])
def test_a_text_without_words_is_like_no_other(text: str) -> None:
    assert sketch(text) == b""
    assert not is_near_copy(text, text)
    assert not are_near(sketch(text), sketch(text))
    assert _known(empty=text, wire=WIRE).find(text, sketch(text)) is None


@given(st.text(), st.text(alphabet="ab 1.\ud800\u0301ß字ไ'’", max_size=200))
def test_no_text_is_too_odd_to_be_compared(one: str, other: str) -> None:
    known = _known(one=one, other=other)

    assert is_near_copy(one, other) == is_near_copy(other, one)
    assert known.find(one, sketch(one)) == ("one" if sketch(one) else None)


def test_a_long_text_in_a_single_word_is_compared() -> None:
    text = "a" * 1_000_000

    assert _known(long=text).find(text, sketch(text)) == "long"


def test_a_sketch_is_the_same_on_every_machine() -> None:
    # Stored sketches are compared with new ones. If this fails, libraries hold sketches that
    # nothing will be found by: raise the seed, and have them made anew.
    made = hashlib.sha256(sketch("Ministers met in Vell; министры, وزراء, 部长.")).hexdigest()

    assert made == "b89087ad8d3c24bd514a69fe8655d7718bfeed785c6a7e489338958cd9d45dc8"


def test_sketches_by_another_algorithm_are_passed_over() -> None:
    texts = {"old": WIRE, "odd": WIRE, "wire": WIRE}
    sketches = [("old", b"Rensa:RMinHash:1\x00"), ("odd", bytes(32)), ("wire", sketch(WIRE))]

    assert NearCopies(sketches, texts.get).find(WIRE, sketch(WIRE)) == "wire"
    assert NearCopies(sketches, texts.get).find(WIRE, bytes(32)) is None
    assert not are_near(bytes(32), sketch(WIRE))


def test_an_article_is_known_by_its_newest_text() -> None:
    texts = {"one": WIRE, "two": REPORTER}
    known = NearCopies([(name, sketch(text)) for name, text in texts.items()], texts.get)
    texts["one"] = LATER
    known.add("one", sketch(LATER))

    assert known.find(WIRE, sketch(WIRE)) is None
    assert known.find(LATER, sketch(LATER)) == "one"

    texts["one"] = ""
    known.add("one", sketch(""))

    assert known.find(LATER, sketch(LATER)) is None


def test_the_nearest_copy_is_named_then_the_first() -> None:
    cut, dropped = COPIES["the end cut off"], COPIES["a paragraph dropped"]
    known = _known(cut=cut, dropped=dropped, again=dropped)

    assert known.find(WIRE, sketch(WIRE)) == "dropped"
    assert known.find(cut, sketch(cut)) == "cut"
    assert known.find(cut, sketch(cut), besides="cut") == "dropped"


def test_an_article_that_is_gone_is_copied_by_none() -> None:
    made = sketch(WIRE)
    gone = [(f"gone-{number}", made) for number in range(20)]
    known = NearCopies([*gone, ("kept", made)], {"kept": WIRE}.get)

    assert known.find(WIRE, made) == "kept"
    assert known.find(WIRE, made, besides="kept") is None


def _known(**texts: str) -> NearCopies:
    return NearCopies([(name, sketch(text)) for name, text in texts.items()], texts.get)
