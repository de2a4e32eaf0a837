import json
import subprocess
import sys
import textwrap
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bench import dates as bench
from vectorstore.datelines import find_published, published_from_name
from vectorstore.dates import parse_date, parse_published
from vectorstore.documents import Precision

DAY, MINUTE, MONTH, YEAR = Precision.DAY, Precision.MINUTE, Precision.MONTH, Precision.YEAR

STORY = (
    "Delegations from Norland and Sudmark met in the port of Vell for the first talks since the "
    "blockade began, and parted in the evening without a text."
)
SECOND = (
    "The Norland delegation was led by Trade Minister Ana Kestrel, who said that 22 ships were "
    "still waiting outside the harbour on 3 March 2015 as on any other day."
)


def text(*top: str, story: str = STORY) -> str:
    return "\n".join(["Harbour talks open in Vell", *top, "", story, "", SECOND])


@pytest.mark.parametrize(
    ("written", "kept", "precision"),
    [
        ("2022-02-28", "2022-02-28", Precision.DAY),
        (" 2022-02-28 ", "2022-02-28", Precision.DAY),
        ("20220228", "2022-02-28", Precision.DAY),
        ("2024-02-29", "2024-02-29", Precision.DAY),
        ("2022-02", "2022-02", Precision.MONTH),
        ("2022", "2022", Precision.YEAR),
        ("2022-02-28T14:05", "2022-02-28T14:05:00", Precision.MINUTE),
        ("2022-02-28 14:05", "2022-02-28T14:05:00", Precision.MINUTE),
        ("2022-02-28T14:05:33.250+03:00", "2022-02-28T14:05:33+03:00", Precision.MINUTE),
        ("2022-02-28T14:05:00Z", "2022-02-28T14:05:00+00:00", Precision.MINUTE),
        ("2022-02-28T23:30:00-05:00", "2022-02-28T23:30:00-05:00", Precision.MINUTE),
    ],
)
def test_an_iso_date_keeps_its_precision_and_zone(
    written: str, kept: str, precision: Precision
) -> None:
    assert parse_published(written) == (kept, precision)


@pytest.mark.parametrize(
    "unclear",
    [
        "",
        "yesterday",
        "Monday",
        "today",
        "28 February 2022",
        "February 28, 2022",
        "28.02.2022",
        "02/28/2022",
        "2022-13-01",
        "2022-13",
        "2022-00",
        "2022-02-30",
        "2023-02-29",
        "0000",
        "0000-05",
        "0000-05-01",
        "22-02-28",
        "2022-2-28",
        "2022-02-28T25:00",
        "2022-02-28 noon",
        "updated 2022-02-28",
        "2022-02-28/2022-03-02",
        "1646057100",
    ],
)
def test_a_date_that_does_not_say_itself_is_unclear(unclear: str) -> None:
    assert parse_published(unclear) is None


@pytest.mark.parametrize("written", ["٢٠٢٢", "２０２２-０２", "२०२२"])
def test_a_date_in_other_digits_is_never_kept_as_if_it_were_iso(written: str) -> None:
    parsed = parse_published(written)

    assert parsed is None or parsed[0].isascii()


@given(st.dates())
def test_every_day_comes_back_as_it_was_written(day: date) -> None:
    assert parse_published(day.isoformat()) == (day.isoformat(), Precision.DAY)


@given(
    st.datetimes(),
    st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_every_minute_comes_back_as_the_same_moment(moment: datetime, zone: timezone) -> None:
    written = moment.replace(second=0, microsecond=0, tzinfo=zone)

    parsed = parse_published(written.isoformat())

    assert parsed is not None
    assert parsed[1] is Precision.MINUTE
    assert datetime.fromisoformat(parsed[0]) == written
    assert datetime.fromisoformat(parsed[0]).utcoffset() == written.utcoffset()


@given(st.one_of(st.text(max_size=30), st.text("0123456789-:TZW+. ", max_size=26)))
def test_any_text_is_a_date_that_can_be_read_again_or_unclear(value: str) -> None:
    parsed = parse_published(value)

    assert parsed is None or parse_published(parsed[0]) == parsed


# As people and programs write dates


@pytest.mark.parametrize(
    ("written", "kept", "precision"),
    [
        ("2022-02-28T14:05:33.250Z", "2022-02-28T14:05:33+00:00", MINUTE),
        ("2022-02-28 14:05:00 +0200", "2022-02-28T14:05:00+02:00", MINUTE),
        ("Mon, 28 Feb 2022 21:10:00 +0200", "2022-02-28T21:10:00+02:00", MINUTE),
        ("Mon, 28 Feb 2022 21:10:00 -0500 (EST)", "2022-02-28T21:10:00-05:00", MINUTE),
        ("March 29, 2022", "2022-03-29", DAY),
        ("29 March 2022 14:30 GMT", "2022-03-29T14:30:00+00:00", MINUTE),
        ("Tuesday, March 29th, 2022 at 2:30 p.m. EDT", "2022-03-29T14:30:00-04:00", MINUTE),
        ("12:30 a.m., Sept. 5, 2022", "2022-09-05T00:30:00", MINUTE),
        ("10:04 AM EST, Mon February 28, 2022", "2022-02-28T10:04:00-05:00", MINUTE),
        ("Tue Mar 29 14:30:00 EDT 2022", "2022-03-29T14:30:00-04:00", MINUTE),
        ("29 March 2022, 14:30 (UTC+2)", "2022-03-29T14:30:00+02:00", MINUTE),
        ("29.03.2022", "2022-03-29", DAY),
        ("2022/03/29", "2022-03-29", DAY),
        ("29/03/2022", "2022-03-29", DAY),
        ("03/29/2022", "2022-03-29", DAY),
        ("05/05/2022", "2022-05-05", DAY),
        ("March 2022", "2022-03", MONTH),
        ("2022", "2022", YEAR),
    ],
)
def test_a_date_as_people_write_it_keeps_its_precision_and_zone(
    written: str, kept: str, precision: Precision
) -> None:
    assert parse_date(written) == (kept, precision)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("29 марта 2022 г.", "2022-03-29"),
        ("вторник, 29 марта 2022, 14:30 МСК", "2022-03-29T14:30:00+03:00"),
        ("29 березня 2022 року, 14:30", "2022-03-29T14:30:00"),
        ("mardi 29 mars 2022 à 14h30", "2022-03-29T14:30:00"),
        ("29. März 2022 um 14.30 Uhr", "2022-03-29T14:30:00"),
        ("29 de marzo de 2022, 2:30 p. m.", "2022-03-29T14:30:00"),
        ("٢٩ مارس ٢٠٢٢", "2022-03-29"),
        ("29 آذار/مارس 2022", "2022-03-29"),
        ("29 במרץ 2022", "2022-03-29"),
        ("29 Mart 2022 Salı 14:30", "2022-03-29T14:30:00"),
        ("2022年3月29日 14:30", "2022-03-29T14:30:00"),
        ("2022년 3월 29일 오후 2:30", "2022-03-29T14:30:00"),
        ("29 मार्च 2022", "2022-03-29"),
    ],
)
def test_other_languages_months_are_read_whether_the_language_is_told_or_not(
    written: str, kept: str
) -> None:
    assert (parse_date(written) or ("",))[0] == kept
    assert (parse_date(written, "en") or ("",))[0] == kept


def test_a_month_that_two_languages_name_alike_is_read_only_once_the_language_is_told() -> None:
    assert parse_date("30 listopada 2022") is None
    assert parse_date("30 listopada 2022", "pl") == ("2022-11-30", DAY)
    assert parse_date("30 listopada 2022", "hr-HR") == ("2022-10-30", DAY)


def test_figures_with_dots_are_day_and_month_in_languages_that_always_write_them_so() -> None:
    assert parse_date("03.04.2022") is None
    assert parse_date("03.04.2022", "en-US") is None
    assert parse_date("03.04.2022", "de") == ("2022-04-03", DAY)


@pytest.mark.parametrize("zone", ["IST", "CST", "BST", "PST", "ET", "QXZ", "Kyiv time"])
def test_a_zone_that_is_unclear_leaves_the_local_time(zone: str) -> None:
    assert parse_date(f"29 March 2022 14:30 {zone}") == ("2022-03-29T14:30:00", MINUTE)


@pytest.mark.parametrize(
    "unclear",
    [
        *("", "\x00", "yesterday", "2 hours ago", "Monday", "today, 29 March", "14:30", "March 29"),
        *("сегодня", "вчера, 14:30", "gestern", "il y a 3 jours", "منذ ساعتين", "לפני שעה"),
        *("03/04/2022", "28/02/22", "22-02-28", "12-34-5678", "1646057100", "5782", "2022-W09-1"),
        *("28 February – 3 March 2022", "28-29 March 2022", "28–29 березня 2022", "2022-2023"),
        *("du 28 au 29 mars 2022", "28 и 29 марта 2022", "2022-02-28/2022-03-02"),
        *(
            "30 February 2022",
            "31.04.2022",
            "2022-02-30",
            "29 February 2023",
            "Monday, 29 March 2022",
        ),
        *("1799-12-31", "2101-01-01", "1 January 1700", "۹ فروردین ۱۴۰۱"),
        *("29 March 2022 25:10", "29 March 2022 14:30 AM", "29 March 2022 10:00-12:00"),
        *("29 de marzo de 2022, 2:30 de la tarde", "29 марта 2022 2:30 пополудни"),
        *("after 29 March 2022", "до 29 марта 2022", "около 29 марта 2022", "fin mars 2022"),
        *(
            "29 March 2022 edition",
            "March-April 2022",
            "spring 2022",
            "29 Talks 2022",
            "29 kg 2022",
        ),
    ],
)
def test_what_could_be_another_day_is_unclear(unclear: str) -> None:
    assert parse_date(unclear) is None


@settings(deadline=None)
@given(st.dates(date(1800, 1, 1), date(2100, 12, 31)), st.sampled_from([None, "en", "ru", "pt-BR"]))
def test_every_day_comes_back_from_the_usual_ways_to_write_it(
    day: date, language: str | None
) -> None:
    month = day.strftime("%B")
    for written in (
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{day:%a}, {day.day:02} {day:%b} {day.year}",
        f"{day:%Y/%m/%d}",
    ):
        assert parse_date(written, language) == (day.isoformat(), DAY)


_PARTS = [
    *("29", "3", "2022", "March", "mars", "марта", "مارس", "Monday", "2:30", "14:30", "pm", "UTC"),
    *("+02:00", "-", "/", ".", ",", "of", "T", "Z"),
]


@settings(deadline=None)
@given(
    st.one_of(
        st.text(max_size=40),
        st.lists(
            st.sampled_from(_PARTS),
            max_size=9,
        ).map(" ".join),
    )
)
def test_whatever_is_read_as_a_date_is_iso_and_of_the_years_that_were_written(value: str) -> None:
    parsed = parse_date(value)

    if parsed is not None:
        assert parse_published(parsed[0]) == parsed
        assert "2022" in parsed[0] or not value.isascii() or parsed[0][:4] in value


_CLOCK = """
    import datetime, json, sys

    year, month, day = map(int, sys.argv[1].split("-"))

    class Day(datetime.date):
        @classmethod
        def today(cls):
            return cls(year, month, day)

    class Moment(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(year, month, day, 12, tzinfo=tz)

        utcnow = today = now

    datetime.date, datetime.datetime = Day, Moment

    from vectorstore.datelines import find_published
    from vectorstore.dates import parse_date

    print(json.dumps([[parse_date(each), find_published(each)] for each in json.load(sys.stdin)]))
"""


def test_no_date_depends_on_the_day_on_which_it_is_read() -> None:
    written = [
        *("29 марта 2022", "март 2022", "29 марта", "вторник", "29 mars 2022", "mars 2022", "mars"),
        *(
            "29 March 2022",
            "March 2022",
            "29 March",
            "2022",
            "14:30",
            "Monday",
            "yesterday",
            "March",
        ),
        *("29 martie", "demain", "29 במרץ", "29 مارس", "14:30 mardi", "2 hours ago", "29 marca 22"),
    ]

    def read(day: str) -> list[Any]:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", textwrap.dedent(_CLOCK), day],
            input=json.dumps(written),
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    found = read("2019-01-31")

    assert found == read("2027-12-30")
    assert [written[number] for number, (parsed, _) in enumerate(found) if parsed] == [
        *("29 марта 2022", "март 2022", "29 mars 2022", "mars 2022"),
        *("29 March 2022", "March 2022", "2022"),
    ]


# In a text


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("29 March 2022", "2022-03-29"),
        ("Published: Mon 28 Feb 2022 10:04 AM EST", "2022-02-28T10:04:00-05:00"),
        ("Published 28 February 2022 | Updated 1 March 2022", "2022-02-28"),
        ("28 February 2022 (updated 1 March 2022)", "2022-02-28"),
        ("Published\n29 March 2022", "2022-03-29"),
        ("By Mira Sol | March 29, 2022 | 4 min read", "2022-03-29"),
        ("By Mira Sol, March 29, 2022", "2022-03-29"),
        ("**Published:** 29 March 2022", "2022-03-29"),
        ("Опубликовано 29 марта 2022", "2022-03-29"),
        ("Publié le 29 mars 2022 à 14h30, mis à jour le 30 mars 2022", "2022-03-29T14:30:00"),
    ],
)
def test_a_line_near_the_top_that_holds_the_date_gives_it(line: str, kept: str) -> None:
    found = find_published(text(line))

    assert found is not None
    assert (found[0], found[2]) == (kept, "date line")


@pytest.mark.parametrize(
    "opening",
    [
        "GENEVA, 29 March 2022 (Harbour Wire) - ",
        "KYIV, March 29, 2022 — ",
        "NEW YORK (Harbour Wire), March 29, 2022 -- ",
        "PORT-AU-PRINCE, 29 March 2022 /HW/ - ",
        "Geneva, 29 March 2022 – ",
        "29 March 2022, Geneva – ",
        "ВЕЛЛ, 29 марта 2022 года — ",
    ],
)
def test_a_dateline_with_its_year_gives_the_date(opening: str) -> None:
    assert find_published(text(story=opening + STORY)) == ("2022-03-29", DAY, "dateline")


@pytest.mark.parametrize(
    "line",
    [
        *("Last updated: 29 March 2022", "Updated\n29 March 2022", "Updated 3 hours ago"),
        *("Обновлено 29 марта 2022", "Stand: 29.03.2022 14:30 Uhr", "آخر تحديث: 29/3/2022"),
        *("Monday", "Yesterday, 14:30", "28 February – 3 March 2022", "03/04/2022", "2022"),
        *("Deadline: 1 April 2022", "Photo: Mira Sol, 28 March 2022", "© 29 March 2022"),
        *("Istanbul talks, 29 March 2022", "Date: 29 March 2022\nVenue: Old customs house"),
        "- 29 March 2022",
    ],
)
def test_a_line_that_says_another_thing_gives_no_date(line: str) -> None:
    assert find_published(text(line)) is None


@pytest.mark.parametrize(
    "story",
    [
        "KYIV, March 29 — " + STORY,
        "GENEVA, 28-29 March 2022 - " + STORY,
        "On 28 February 2022, " + STORY,
        "The talks of 29 March 2022 - the third round - ended. " + STORY,
    ],
)
def test_a_date_in_a_sentence_or_without_its_year_gives_no_date(story: str) -> None:
    assert find_published(text(story=story)) is None


def test_the_days_that_head_a_chronology_are_events() -> None:
    entries = [f"{day} March 2022\n\n{STORY}" for day in (3, 7, 10)]
    opened = [f"{day} March 2022 — {STORY}" for day in (3, 7, 10)]

    assert find_published("\n\n".join(["The talks, day by day", *opened])) is None
    assert find_published("\n\n".join(["The talks, day by day", *entries])) is None
    assert find_published("\n\n".join(["Published: 29 March 2022", *entries])) == (
        "2022-03-29",
        DAY,
        "date line",
    )


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_gives_a_date_that_it_holds_or_none(value: str) -> None:
    found = find_published(value)

    assert found is None or parse_published(found[0]) == found[:2]


# In a file's name


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("2022-02-28-harbour-talks.md", ("2022-02-28", DAY)),
        ("israel-hayom-2022-02-28.txt", ("2022-02-28", DAY)),
        ("coverage/20220228_x.html", ("2022-02-28", DAY)),
        ("harbour_2022_02_28.html", ("2022-02-28", DAY)),
        ("harbour 2022.02.28 evening.txt", ("2022-02-28", DAY)),
        ("harbour-28-02-2022.txt", ("2022-02-28", DAY)),
        ("harbour-2022-02.txt", ("2022-02", MONTH)),
    ],
)
def test_a_date_in_a_files_name_is_read(name: str, kept: tuple[str, Precision]) -> None:
    assert published_from_name(name) == kept


@pytest.mark.parametrize(
    "name",
    [
        *("report-2022-final.txt", "12-34-5678.txt", "harbour.txt", "03-04-2022.txt"),
        *("380-44-20220228.txt", "9f8e20220228ab41.txt", "202202281234.txt", "x20220228.txt"),
        *("talks-2022-02-30.txt", "talks-2022-13.txt", "accounts-2011-12.txt", "2021-22.txt"),
        *("2022-02-28-to-2022-03-03.txt", "screenshot-2022-04-20.txt", "saved-20220420.html"),
        *("Talks (3_29_2022 2_30_00 PM).html", "Talks (29_03_2022 14_30_00).html", ""),
    ],
)
def test_figures_in_a_files_name_that_are_no_day_of_the_article_are_left(name: str) -> None:
    assert published_from_name(name) is None


# The set


def test_dates_are_read_right_where_they_stand_and_never_wrong() -> None:
    result = bench.measure(bench.run(bench.load()))

    assert result["items"] >= 200
    assert result["share_right"] >= 0.95, result["missed"]
    assert result["wrong"] == 0, result["missed"]
