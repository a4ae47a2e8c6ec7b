"""Moments are read as people give them, or refused with the reason."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionworks._request.datetimes import to_iso8601
from ionworks.errors import PayloadError


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (datetime(2025, 1, 2, 3, 4, 5), "2025-01-02T03:04:05Z"),
        (datetime(2025, 1, 2, 3, 4, 5, 600, tzinfo=UTC), "2025-01-02T03:04:05.000600Z"),
        (
            datetime(2025, 1, 2, 3, tzinfo=timezone(timedelta(hours=5, minutes=30))),
            "2025-01-02T03:00:00+05:30",
        ),
        (datetime(2025, 7, 2, tzinfo=ZoneInfo("Europe/London")), "2025-07-02T00:00:00+01:00"),
        (datetime(1900, 1, 1, tzinfo=timezone(timedelta(seconds=1172))), "1899-12-31T23:40:28Z"),
        (date(2025, 1, 2), "2025-01-02T00:00:00Z"),
        ("2025-01-02", "2025-01-02T00:00:00Z"),
        (" 2025-01-02 03:04 ", "2025-01-02T03:04:00Z"),
        ("2025-01-02T03:04:05.5Z", "2025-01-02T03:04:05.500000Z"),
        ("2025-01-02T03:04:05+02:00", "2025-01-02T03:04:05+02:00"),
        ("20250102", "2025-01-02T00:00:00Z"),
        ("2025/01/02", "2025-01-02T00:00:00Z"),
        ("2 Jan 2025 3pm", "2025-01-02T15:00:00Z"),
        ("January 2, 2025 10:00 UTC", "2025-01-02T10:00:00Z"),
        ("2 Jan 2025 10:00 +0530", "2025-01-02T10:00:00+05:30"),
        ("13/02/2025", "2025-02-13T00:00:00Z"),
        ("5/5/2025", "2025-05-05T00:00:00Z"),
    ],
)
def test_a_moment_is_written_with_its_zone(value, written):
    assert to_iso8601("created_after", value) == written


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("01/02/2025", "2025-01-02 or 2025-02-01"),
        ("13/02/25", "2013-02-25 or 2025-02-13"),
        ("10", "does not give day, month and year"),
        ("Friday", "does not give day, month and year"),
        ("12:30", "does not give day, month and year"),
        ("Jan 2025", "does not give day, month and year"),
        ("2 Jan 2025 10:00 EST", "offset"),
        ("2 Jan 2025 10:00 GMT+3", "offset"),
        ("yesterday", "is not a valid date or time"),
        ("2025-13-01", "is not a valid date or time"),
        ("", "is not a valid date or time"),
        (1735776000, "is not a valid date or time"),
        (True, "is not a valid date or time"),
    ],
)
def test_a_moment_that_could_be_misread_is_refused_by_name(value, said):
    with pytest.raises(PayloadError, match=said) as caught:
        to_iso8601("started_before", value)
    assert caught.value.field == "started_before"
    assert str(caught.value).startswith("started_before = ")


def test_not_a_time_is_refused():
    pandas = pytest.importorskip("pandas")
    with pytest.raises(PayloadError, match="NaT"):
        to_iso8601("created_after", pandas.NaT)
    stamp = pandas.Timestamp("2025-01-02 03:04:05", tz="UTC")
    assert to_iso8601("created_after", stamp) == "2025-01-02T03:04:05Z"


@settings(max_examples=100)
@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.none() | st.timezones()))
def test_a_datetime_keeps_its_instant(value):
    aware = value if value.utcoffset() is not None else value.replace(tzinfo=UTC)
    # Compared in UTC: in the hour that a clock repeats, zones with folds compare otherwise.
    written = datetime.fromisoformat(to_iso8601("created_after", value))
    assert written.astimezone(UTC) == aware.astimezone(UTC)


def test_a_moment_beyond_the_calendar_is_refused():
    zone = timezone(timedelta(hours=1, seconds=1))
    with pytest.raises(PayloadError, match="outside the years 1 to 9999"):
        to_iso8601("created_after", datetime(1, 1, 1, tzinfo=zone))


@settings(max_examples=200)
@given(st.text(max_size=30) | st.text("0123456789-/:. TZJanFeb+", max_size=20))
def test_any_text_is_a_moment_or_an_error_that_names_it(text):
    try:
        written = to_iso8601("created_after", text)
    except PayloadError as error:
        told = str(error)
    else:
        told = f"created_after = {datetime.fromisoformat(written):%z}"
        assert "+" in told or "-" in told
    assert told.startswith("created_after = ")
