"""Times of cycler files: clock texts beyond 24 h, dates in many formats, and summer time."""

from __future__ import annotations

import datetime

import polars as pl
import pytest
from cycler_tables import errors_in

import ionworks
from ionworks.errors import MeasurementValidationError
from ionworks.ingest.clock import read_dates, read_durations


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("12:34:56.7", 45296.7),
        ("30:05:00", 108300.0),
        ("00:00:03,5", 3.5),
        ("  0d 00:01:00.00", 60.0),
        ("3d 18:47:23", 326843.0),
        ("1-02:03:04", 93784.0),
        ("2 days, 00:00:01", 172801.0),
        ("1,5", 1.5),
        ("1e3", 1000.0),
    ],
)
def test_clock_texts_are_durations(text, seconds):
    assert read_durations(pl.Series([text, text]), None).to_list() == [seconds] * 2


@pytest.mark.parametrize("text", ["2024-01-01 00:00:00", "rest", "12:34"])
def test_other_texts_are_no_durations(text):
    assert read_durations(pl.Series([text]), None) is None


@pytest.mark.parametrize(
    "text",
    [
        *("2024-11-20 14:05:06", "2024-11-20T14:05:06.000", "2024/11/20 14:05:06"),
        *("11/20/2024 14:05:06", "20/11/2024 14:05:06", "20.11.2024 14:05:06"),
        *("11/20/2024 2:05:06 PM", "20-Nov-24 2:05:06 PM", "2024-11-20 02:05:06 PM"),
        *("\t11/20/2024 14:05:06", "2024-11-20T14:05:06Z", "2024-11-20 15:05:06+01:00"),
    ],
)
def test_dates_are_read_in_the_formats_of_the_makers(text):
    dates = read_dates(pl.Series([text]), None, None)
    assert dates.values.to_list() == [datetime.datetime(2024, 11, 20, 14, 5, 6)]
    assert dates.is_utc == text.endswith(("Z", "+01:00"))
    assert not dates.is_ambiguous


@pytest.mark.parametrize(
    ("value", "unit", "is_utc"),
    [
        (1732111506.0, None, True),
        (1732111506000, "ms", True),
        (1732111506000000, None, True),
        (45616.58687500, None, False),  # days since 1899-12-30
        (739576.586875, "day", False),  # days since year 0
    ],
)
def test_numbers_are_dates_by_their_size(value, unit, is_utc):
    dates = read_dates(pl.Series([value]), unit, None)
    assert dates.is_utc == is_utc
    assert dates.values[0] == datetime.datetime(2024, 11, 20, 14, 5, 6)
    assert read_dates(pl.Series([3.0]), unit, None) is None


def test_a_day_that_passes_shows_which_number_is_the_month():
    texts = pl.Series(["06/05/2021 11:00:00", "06/05/2021 23:00:00", "07/05/2021 11:00:00"])
    dates = read_dates(texts, None, None)
    assert dates.month_first is False
    assert dates.values[2] == datetime.datetime(2021, 5, 7, 11)


BERLIN = "Europe/Berlin"
# In Berlin, the clocks went back from 03:00 to 02:00 on 2024-10-27, and forward on 2024-03-31.
BACK = [f"2024-10-27 {text}" for text in ("01:30:00", "02:30:00", "02:00:00", "03:00:00")]
FORTH = [f"2024-03-31 {text}" for text in ("01:00:00", "01:30:00", "03:00:00", "03:30:00")]


def series(wall, **more):
    rows = {"Voltage [V]": [3.6] * 4, "Current [A]": [0.0] * 4}
    return pl.DataFrame({"Date Time": wall, **rows, **more})


def test_dates_alone_cross_a_change_of_summer_time_with_a_zone():
    for wall, times in ((BACK, [0, 3600, 5400, 9000]), (FORTH, [0, 1800, 3600, 5400])):
        frame = ionworks.prepare(series(wall), timezone=BERLIN).frame
        assert frame["Time [s]"].to_list() == times
        assert not errors_in(frame)
    with pytest.raises(MeasurementValidationError, match="pass timezone="):
        ionworks.prepare(series(BACK))


def test_a_jump_of_an_hour_against_the_elapsed_time_is_reported():
    table = series(BACK, test_time=[0.0, 3600.0, 5400.0, 9000.0])
    (warning,) = ionworks.prepare(table).report.warnings
    assert warning.code == "summer_time"
    assert warning.rows == (2,)
    known = ionworks.prepare(table, timezone=BERLIN)
    assert not known.report.warnings
    assert known.report.has_code("summer_time")


def test_a_pause_is_no_summer_time():
    wall = [f"2024-06-01 {text}" for text in ("00:00:00", "00:00:10", "02:00:20", "02:00:30")]
    report = ionworks.prepare(series(wall, test_time=[0.0, 10.0, 20.0, 30.0])).report
    assert report.has_code("clock_jump")
    assert not report.warnings


def test_the_times_of_steps_are_added_up():
    table = {
        "Time": [0.0, 10.0, 20.0, 0.0, 10.0, 5.0, 10.0],
        "Step Index": [1, 1, 1, 2, 2, 1, 1],
        "Voltage(V)": [3.6] * 7,
        "Current(A)": [0.0] * 7,
    }
    data = ionworks.prepare(table)
    assert data.frame["Time [s]"].to_list() == [0, 10, 20, 20, 30, 35, 40]
    assert data.frame["Step count"].to_list() == [0, 0, 0, 1, 1, 2, 2]
    assert data.report.has_code("time_from_steps")
