"""Several files of one test: ordered, joined by their times or dates, with their gaps."""

from __future__ import annotations

import datetime

import polars as pl
import polars.testing
import pytest
from cycler_tables import cycled, dates, errors_in, spelled
from hypothesis import given, settings
from hypothesis import strategies as st

import ionworks
from ionworks.errors import MeasurementValidationError, PayloadError
from ionworks.ingest.options import check_options
from ionworks.ingest.prepare import prepare_table
from ionworks.ingest.raw import Note, RawTable

RAW = cycled()
TABLES = spelled(RAW)
HALF = 20


def files(*frames, maker="arbin", **more):
    return [RawTable(each, maker, f"part{k}.csv", **more) for k, each in enumerate(frames, 1)]


def options(**given):
    names = ("current", "timezone", "repair", "data_type", "units", "dates", "keep")
    defaults = ("auto", None, (), None, None, "auto", ())
    return check_options(**{**dict(zip(names, defaults, strict=True)), **given})


@given(
    st.sampled_from(["neware csv", "arbin", "maccor unsigned", "biologic", "bdf names", "pyprobe"]),
    st.integers(2, RAW.height - 2),
    st.booleans(),
)
@settings(max_examples=15)
def test_a_file_that_is_split_and_joined_gives_the_same_frame(maker, row, swapped):
    table = TABLES[maker]
    parts = files(table[:row], table[row:], maker="unknown")
    joined = prepare_table(parts[::-1] if swapped else parts)
    pl.testing.assert_frame_equal(joined.frame, ionworks.prepare(table).frame, abs_tol=1e-9)
    assert joined.report.has_code("files_joined")


def test_the_order_is_that_of_the_dates():
    first = TABLES["arbin"]
    later = first.with_columns(
        dates(RAW["time"], "%m/%d/%Y %H:%M:%S%.3f", "2024-11-21 08:00:00").alias("Date Time")
    )
    data = prepare_table(files(later, first))
    assert data.report.source == ("part1.csv", "part2.csv")
    assert data.metadata["start_time_local"] == datetime.datetime(2024, 11, 20, 8)
    time = data.frame["Time [s]"]
    assert time[RAW.height] == pytest.approx(86400.0)
    assert data.frame["Step count"].n_unique() == 16  # the second file begins a step and a cycle
    assert data.frame["Cycle count"].n_unique() == 4
    assert not errors_in(data.frame)
    (gap,) = (note.message for note in data.report.notes if note.code == "gap")
    assert "'part1.csv' starts 86020 s after 'part2.csv' ends" in gap


def test_a_gap_may_hold_a_change_of_summer_time():
    first = TABLES["arbin"]
    table = [
        first.with_columns(dates(RAW["time"], "%Y-%m-%d %H:%M:%S", start).alias("Date Time"))
        for start in ("2024-10-26 12:00:00", "2024-10-27 12:00:00")
    ]
    for zone, hours in ((None, 24), ("Europe/Berlin", 25)):
        frame = prepare_table(files(*table), options(timezone=zone)).frame
        assert frame["Time [s]"][RAW.height] == pytest.approx(hours * 3600)


def test_without_dates_the_gap_is_not_known():
    table = TABLES["arbin xlsx"]
    data = prepare_table(files(table, table))
    (warning,) = data.report.warnings
    assert warning.code == "gap_unknown"
    assert len(data) == 2 * RAW.height
    assert not errors_in(data.frame)


def test_files_that_overlap_are_refused():
    table = TABLES["arbin"]
    with pytest.raises(MeasurementValidationError, match=r"before .part1.csv. ends") as caught:
        prepare_table(files(table[:HALF], table[HALF - 5 :]))
    assert caught.value.has_code("files_overlap")


def test_the_start_may_be_in_the_header():
    header = {"start_time": "2024-11-20 08:00:00"}
    (raw,) = files(TABLES["biologic"][HALF:], maker="biologic", metadata=header)
    data = prepare_table(raw, options(timezone="UTC"))
    start = datetime.datetime(2024, 11, 20, 8, tzinfo=datetime.UTC)
    assert data.start_time == start + datetime.timedelta(seconds=RAW["time"][HALF])
    assert data.metadata["header"] == header
    assert data.metadata["maker"] == "biologic"


def test_notes_and_units_of_the_reader_are_used():
    table = TABLES["gamry"].rename({"T [s]": "T"})
    note = Note("last_line", "the last line was cut off", "warning")
    raw = RawTable(table, "gamry", "a.dta", units={"T": "h"}, notes=[note])
    data = prepare_table(raw)
    assert note in data.report.warnings
    assert data.frame["Time [s]"][-1] == RAW["time"][-1] * 3600


def test_no_rows_are_refused():
    with pytest.raises(PayloadError, match="has no rows"):
        prepare_table(files(TABLES["arbin"].clear()))
    assert len(prepare_table(files(TABLES["arbin"].clear(), TABLES["arbin"]))) == RAW.height
