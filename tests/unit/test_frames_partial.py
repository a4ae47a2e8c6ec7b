"""A part of a Parquet file is what filtering the whole table gives, of any writer."""

from __future__ import annotations

import datetime
import io
import logging
from decimal import Decimal
from fractions import Fraction

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ionworks.errors import PayloadError
from ionworks.frames.column_types import with_series_types
from ionworks.frames.convert import from_parquet
from ionworks.frames.footer import UnreadableFile
from ionworks.frames.layout import Extent, Layout
from ionworks.frames.partial import read_selected
from ionworks.frames.selection import Selection

TIME, STEP, CYCLE = "Time [s]", "Step count", "Cycle count"
NAN, INF = float("nan"), float("inf")
EVERY_TYPE = {
    "text": ["a", "bb", None, "ä€😀", ""],
    "category": pl.Series(["u", None, "v", "u", "w"], dtype=pl.Categorical),
    "enum": pl.Series(["u", "v", None, "u", "v"], dtype=pl.Enum(["u", "v"])),
    "list": [[1, 2], None, [], [None], [3]],
    "texts": [["a"], ["b", "c"], None, [], [None]],
    "struct": [{"x": n, "y": [str(n)]} for n in range(5)],
    "array": pl.Series(
        [[1.0, 2.0], None, [3.0, None], [4.0, 5.0], [6.0, 7.0]], dtype=pl.Array(pl.Float64, 2)
    ),
    "flag": [True, None, False, True, True],
    "bytes": [b"", None, b"\x00\xff", b"x", b"y"],
    "null": [None] * 5,
    "decimal": [Decimal("1.50"), None, Decimal("-2.25"), Decimal("0.00"), Decimal("3.00")],
    "zoned": [datetime.datetime(2025, 1, n, tzinfo=datetime.UTC) for n in range(1, 6)],
    "date": [datetime.date(2025, 1, n) for n in range(1, 6)],
    "span": [datetime.timedelta(seconds=n) for n in range(5)],
    "clock": [datetime.time(n) for n in range(5)],
    "small": pl.Series([1, None, 3, -4, 5], dtype=pl.Int8),
    "huge": pl.Series([2**64 - 1, 0, None, 1, 2], dtype=pl.UInt64),
    "single": pl.Series([1.5, NAN, None, -INF, 0.1], dtype=pl.Float32),
    # polars takes these names for all columns.
    "*": [1, 2, 3, 4, 5],
    "^.*$": [5, 4, 3, 2, 1],
}


def by_polars(frame, rows, statistics=True, **options):
    file = io.BytesIO()
    frame.write_parquet(file, row_group_size=rows, statistics=statistics, **options)
    return file.getvalue()


def by_pyarrow(frame, rows, **options):
    file = io.BytesIO()
    pq.write_table(frame.to_arrow(), file, row_group_size=rows, **options)
    return file.getvalue()


WRITERS = {
    "polars": by_polars,
    "polars without statistics": lambda f, n: by_polars(f, n, statistics=False),
    "polars uncompressed": lambda f, n: by_polars(f, n, compression="uncompressed"),
    "pyarrow": by_pyarrow,
    "page indexes": lambda f, n: by_pyarrow(f, n, write_page_index=True),
    "v2 pages": lambda f, n: by_pyarrow(f, n, data_page_version="2.0", data_page_size=64),
    "no dictionaries": lambda f, n: by_pyarrow(f, n, use_dictionary=False),
    "no statistics": lambda f, n: by_pyarrow(f, n, write_statistics=False),
    "no arrow schema": lambda f, n: by_pyarrow(f, n, store_schema=False),
    "checksums": lambda f, n: by_pyarrow(f, n, write_page_checksum=True, compression="gzip"),
}


class File:
    """A file that counts what is read of it."""

    def __init__(self, content):
        self.content, self.read_bytes = content, 0

    def read(self, extents):
        self.read_bytes += sum(each.size for each in extents)
        return {each: [self.content[each.start : each.stop]] for each in extents}

    def part(self, **selection):
        layout = Layout(self.content, len(self.content))
        return read_selected(layout, Selection.of(**selection), self.read, save="save it")


def filtered(content, columns=None, rows=None, steps=None, cycles=None, time=None):
    """The whole table, filtered row by row in Python."""
    table = with_series_types(from_parquet(content))
    kept = range(table.height)[slice(*(rows or (None, None)))]
    numbers = [
        row
        for row in kept
        if (steps is None or table[STEP][row] in steps)
        and (cycles is None or table[CYCLE][row] in cycles)
        and (time is None or is_within(table[TIME][row], *time))
    ]
    return table[numbers][columns or table.columns]


def is_within(value, start, stop):
    if value is None or value != value:
        return False
    return (start is None or value >= start) and (stop is None or value < stop)


def series(rows, kind=pl.Float64):
    number = pl.int_range(rows, eager=True)
    return pl.DataFrame(
        {
            TIME: (number * 0.5 if kind.is_float() else number).cast(kind),
            "Voltage [V]": 3.7 + number / 1000,
            STEP: number // 7,
            CYCLE: (number // 20).cast(pl.UInt32),
        }
    )


ENDS = st.none() | st.integers(-70, 70)
TIMES = st.none() | st.floats(-5, 40) | st.sampled_from([0.0, -0.0, 0.5, 17.0, INF, -INF])
COUNTS = st.none() | st.lists(st.integers(-1, 12), max_size=4)


@pytest.mark.parametrize("writer", WRITERS)
@settings(max_examples=15)
@given(
    height=st.sampled_from([0, 1, 5, 60]),
    group=st.sampled_from([1, 7, 1000]),
    columns=st.none() | st.permutations([TIME, "Voltage [V]", STEP, CYCLE]).map(lambda p: p[:2]),
    rows=st.none() | st.tuples(ENDS, ENDS),
    steps=COUNTS,
    cycles=COUNTS,
    time=st.none() | st.tuples(TIMES, TIMES),
)
def test_a_part_is_the_whole_table_filtered(writer, height, group, **selection):
    content = WRITERS[writer](series(height), group)
    assert_frame_equal(File(content).part(**selection), filtered(content, **selection))


@given(
    times=st.lists(
        st.none() | st.floats() | st.sampled_from([NAN, 0.0, -0.0, 0.1, 0.7]), max_size=12
    ),
    kind=st.sampled_from([pl.Float32, pl.Float64]),
    group=st.sampled_from([1, 3, 100]),
    span=st.tuples(TIMES | st.just(0.7), TIMES | st.just(0.7)),
    writer=st.sampled_from([*WRITERS]),
)
def test_times_of_any_order_and_value_are_filtered_exactly(times, kind, group, span, writer):
    frame = pl.DataFrame({TIME: pl.Series(times, dtype=pl.Float64).cast(kind)})
    content = WRITERS[writer](frame, group)
    assert_frame_equal(File(content).part(time=span), filtered(content, time=span))


@given(
    values=st.lists(st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(-9, 9), max_size=9),
    name=st.sampled_from([TIME, STEP, "Signal [V]", "signal"]),
    kind=st.sampled_from([pl.Int64, pl.Float64, pl.Decimal(38, 0)]),
    rows=st.tuples(ENDS, ENDS),
    writer=st.sampled_from([*WRITERS]),
)
def test_the_types_are_those_of_the_whole_column(values, name, kind, rows, writer):
    frame = pl.DataFrame({name: pl.Series(values, dtype=pl.Int64).cast(kind)})
    content = WRITERS[writer](frame, 2)
    assert_frame_equal(File(content).part(rows=rows), filtered(content, rows=rows))


@pytest.mark.parametrize("writer", WRITERS)
@settings(max_examples=15)
@given(
    columns=st.lists(st.sampled_from([*EVERY_TYPE]), min_size=1, unique=True),
    rows=st.tuples(ENDS, ENDS),
    group=st.sampled_from([1, 2, 100]),
)
def test_every_type_comes_in_part(writer, columns, rows, group):
    frame = pl.DataFrame(EVERY_TYPE)
    if writer in ("no arrow schema",):
        frame = frame.drop("null")
        columns = [each for each in columns if each != "null"] or ["text"]
    try:
        content = WRITERS[writer](frame, group)
    except pa.ArrowNotImplementedError:  # older versions do not write arrays with nulls
        columns = [each for each in columns if each != "array"] or ["text"]
        content = WRITERS[writer](frame.drop("array"), group)
    part = File(content).part(columns=columns, rows=rows)
    expected = filtered(content, columns=columns, rows=rows)
    assert_frame_equal(part, expected, categorical_as_str=True)


def test_only_the_needed_row_groups_and_columns_are_read():
    content = by_polars(series(20_000), 500, compression="uncompressed")
    for selection in (
        {"rows": (10_000, 10_010)},
        {"time": (4_000, 4_001), "columns": ["Voltage [V]"]},
        {"steps": [1_400]},
        {"cycles": [0], "columns": [STEP]},
    ):
        file = File(content)
        assert file.part(**selection).height > 0
        assert file.read_bytes < len(content) / 20, selection
    file = File(content)
    assert file.part(steps=[-1]).height == 0
    assert file.read_bytes == 0


def test_a_single_row_group_moves_whole_columns_and_says_so(caplog):
    file = File(by_polars(series(1_000), 10_000))
    with caplog.at_level(logging.DEBUG, "ionworks"):
        assert file.part(rows=(5, 8), columns=[TIME])[TIME].to_list() == [2.5, 3.0, 3.5]
    assert "single row group, so whole columns are read" in caplog.text
    assert file.read_bytes < len(file.content) / 2


def test_a_large_row_group_is_read_column_by_column(monkeypatch):
    content = by_polars(series(5_000), 10_000)
    monkeypatch.setattr("ionworks.frames.partial._BATCH", 5_000)
    file = File(content)
    reads = []
    file.read = lambda extents: reads.append(extents) or File.read(file, extents)
    assert_frame_equal(file.part(steps=range(100)), filtered(content, steps=range(100)))
    assert len(reads) > 1


WRONG = {
    "unknown column": ({"columns": ["Voltage"]}, "Did you mean 'Voltage \\[V\\]'"),
    "one name": ({"columns": "Voltage [V]"}, "list of column names"),
    "no names": ({"columns": []}, "at least one"),
    "twice": ({"columns": [TIME, TIME]}, "twice"),
    "rows of text": ({"rows": ("a", None)}, "integers"),
    "rows of flags": ({"rows": (True, None)}, "integers"),
    "one row": ({"rows": 5}, "start, stop"),
    "a step": ({"rows": (0, 10, 2)}, "start, stop"),
    "half a step": ({"steps": [0.5]}, "whole number"),
    "steps of text": ({"steps": "12"}, "list of steps"),
    "cycles of flags": ({"cycles": [True]}, "whole number"),
    "times of text": ({"time": ("1", None)}, "seconds"),
    "no number": ({"time": (NAN, None)}, "seconds"),
    "a time beyond all floats": ({"time": (0, 10**400)}, "seconds"),
    "a duration": ({"time": (np.timedelta64(3, "s"), None)}, "seconds"),
    "a duration as row": ({"rows": (np.timedelta64(3, "s"), None)}, "integers"),
    "a duration as step": ({"steps": [np.timedelta64(3, "s")]}, "whole number"),
    "an array without dimensions": ({"steps": np.array(3)}, "list of steps"),
    "an infinite step": ({"steps": [INF]}, "whole number"),
}
#: Other ways to write rows, steps and times.
SPELLINGS = {
    "float": ({"steps": 3.0}, {"steps": [3]}),
    "numpy": ({"steps": np.float64(3)}, {"steps": [3]}),
    "array": ({"steps": np.array([3, 4], dtype=np.float32)}, {"steps": [3, 4]}),
    "range": ({"cycles": range(2)}, {"cycles": [0, 1]}),
    "series": ({"steps": pl.Series([1, 2])}, {"steps": [1, 2]}),
    "rows": ({"rows": (np.int64(-5), np.uint8(58))}, {"rows": (-5, 58)}),
    "time": ({"time": (np.float32(3.5), Fraction(9))}, {"time": (3.5, 9.0)}),
    "a huge step": ({"steps": [10**400, 3]}, {"steps": [3]}),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_selection_is_refused(case):
    selection, reason = WRONG[case]
    file = File(by_polars(series(10), 5))
    with pytest.raises(PayloadError, match=reason):
        file.part(**selection)
    assert file.read_bytes == 0


@pytest.mark.parametrize("case", SPELLINGS)
@pytest.mark.parametrize("writer", ["polars", "polars without statistics"])
def test_a_selection_can_be_written_in_several_ways(case, writer):
    given, plain = SPELLINGS[case]
    content = WRITERS[writer](series(60), 7)
    assert_frame_equal(File(content).part(**given), filtered(content, **plain))


def test_a_condition_on_a_missing_or_textual_column_is_refused():
    file = File(by_polars(pl.DataFrame({TIME: ["a"], "x": [1]}), 5))
    with pytest.raises(PayloadError, match="no column 'Step count'"):
        file.part(steps=[1])
    with pytest.raises(PayloadError, match="String, not numbers"):
        file.part(time=(0, 1))


@settings(max_examples=300)
@given(st.data())
def test_a_damaged_footer_is_a_value_error(data):
    content = bytearray(by_polars(series(20), 7))
    place = data.draw(st.integers(len(content) - 1200, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    try:
        part = File(bytes(content)).part(rows=(3, 9))
    except (UnreadableFile, PayloadError):
        return
    assert part.height <= 20


def test_a_column_that_polars_cannot_hold_does_not_hide_the_others():
    wide = pa.array([Decimal(1)] * 3, type=pa.decimal256(50, 2))
    file = io.BytesIO()
    pq.write_table(pa.table({TIME: [0.0, 1.0, 2.0], "wide": wide}), file)
    whole = File(file.getvalue())
    assert whole.part(columns=[TIME], rows=(1, None))[TIME].to_list() == [1.0, 2.0]
    for rows in ((1, None), (3, None)):
        with pytest.raises(UnreadableFile, match="precision"):
            whole.part(rows=rows)


def test_a_bomb_is_refused_in_part_as_well():
    frame = pl.DataFrame({"zeros": pl.zeros(70_000_000, pl.Float64, eager=True)})
    content = by_polars(frame, 100_000_000)
    with pytest.raises(UnreadableFile, match="save it"):
        File(content).part(columns=["zeros"], rows=(0, 10))


def test_extents_have_a_size():
    assert Extent(3, 10).size == 7
