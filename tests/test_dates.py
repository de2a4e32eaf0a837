from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.dates import parse_published
from vectorstore.documents import Precision


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
