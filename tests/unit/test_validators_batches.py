"""The findings do not depend on how the rows are read: as a frame, a file, a query, in batches."""

from __future__ import annotations

import math
import re
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from invalid_series import (
    INVALID,
    MORE_INVALID,
    charge,
    counted,
    cycled,
    data_type,
    discharge,
    then,
)
from polars.testing.parametric import dataframes

from ionworks.errors import PayloadError
from ionworks.validators import ValidationReport, find_issues
from ionworks.validators.batches import Source
from ionworks.validators.options import Options
from ionworks.validators.rules import list_issues

CASES = {name: make for name, (make, _) in {**INVALID, **MORE_INVALID}.items()}


def compared(report: ValidationReport) -> list[tuple[Any, ...]]:
    """What two reports must have in common; sums may differ in the last digits."""
    numbers = re.compile(r"-?\d+\.?\d*(?:e[-+]?\d+)?")
    return [
        (
            *(each.severity, each.code, numbers.sub("#", each.message), each.rows, each.count),
            tuple(round(value, 6) for value in each.values if math.isfinite(value)),
        )
        for each in report
    ]


def in_batches(frame: pl.DataFrame, size: int, **given: Any) -> ValidationReport:
    kind = data_type(frame)
    return list_issues(Source.of(frame), Options.of(kind, **given), batch_rows=size)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("size", [100])
def test_the_findings_are_those_of_the_whole_frame(name, size):
    frame = CASES[name]()
    given = {"strict": True, "rated_capacity": 2.5, "voltage_window": (2.5, 4.2)}
    whole = find_issues(frame, data_type(frame), **given)
    assert compared(in_batches(frame, size, **given)) == compared(whole)


series = st.lists(
    st.tuples(
        st.sampled_from([0.0, 1.0, 10.0, 20_000.0, -5.0]),
        st.sampled_from([3.0, 3.1, 3.5, 4.2, None, math.nan]),
        st.sampled_from([0.0, 1.0, -1.0, 2.5, None]),
        st.sampled_from([0, 0, 0, 1, 2]),
        st.sampled_from([0.0, 0.1, 0.2, -0.1, None]),
    ),
    min_size=1,
    max_size=40,
)


ROUNDED = [(1.0, 3.0, 1.0, 0, 0.0), (0.0, 3.0, 1.0, 1, 0.0), (10.0, 3.0, -1.0, 0, 0.0)]


@settings(max_examples=25, deadline=None)
@example([(0.0, 3.0, 0.0, 0, 0.0), *ROUNDED, (0.0, 3.1, 0.0, 0, 0.0)], 1, False)
@given(series, st.integers(1, 15), st.booleans())
def test_any_series_has_the_same_findings_in_batches_of_any_size(rows, size, strict):
    columns = zip(*rows, strict=True)
    gaps, voltage, current, step, counter = (list(each) for each in columns)
    frame = pl.DataFrame(
        {
            "Time [s]": pl.Series(gaps).cum_sum(),
            "Voltage [V]": voltage,
            "Current [A]": current,
            "Step count": pl.Series(step).cum_sum(),
            "Discharge capacity [A.h]": counter,
        },
        strict=False,
    )
    whole = in_batches(frame, 1000, strict=strict)
    assert compared(in_batches(frame, size, strict=strict)) == compared(whole)


names = st.sampled_from(
    [*cycled().columns, "Cycle count", "Frequency [Hz]", "Z_Im [Ohm]", "Z_Re [Ohm]", "SOC", "", "x"]
)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    dataframes(max_cols=4, max_size=12, excluded_dtypes=[pl.Categorical]),
    st.lists(names, min_size=4, max_size=4, unique=True),
    st.booleans(),
    st.sampled_from([None, "ocp", "eis"]),
    st.booleans(),
)
def test_a_frame_of_any_kind_has_findings_and_never_an_error(table, chosen, filled, kind, strict):
    table = table.rename(dict(zip(table.columns, chosen, strict=False)))
    if filled and table.height:
        rest = counted(discharge()).head(table.height)
        table = table.hstack([each for each in rest if each.name not in table.columns])
    report = find_issues(
        table, kind, strict=strict, rated_capacity=2.5, voltage_window=(2.5, 4.2), continued=filled
    )
    assert str(report)
    assert report.to_frame().height == len(report)
    for issue in report:
        assert len(issue.rows) <= 5
        assert all(0 <= row < table.height for row in issue.rows)


numbers = st.none() | st.floats() | st.sampled_from([1e308, -1e308, 5e-324, 2.0**63, 1e100, 0.0])


@settings(max_examples=25, deadline=None)
@given(st.data(), st.integers(1, 12))
def test_numbers_of_any_size_have_findings_and_never_an_error(data, height):
    columns = {
        name: data.draw(st.lists(numbers, min_size=height, max_size=height))
        for name in (*cycled().columns, "Cycle count", "Temperature [degC]")
    }
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Float64))
    assert find_issues(frame, strict=True, rated_capacity=1.0)


def test_a_file_and_a_query_are_read_in_parts(tmp_path):
    frame = then(discharge(), charge()).with_columns(pl.col("Current [A]").abs())
    frame.write_parquet(tmp_path / "series.parquet", row_group_size=50)
    frame.write_csv(tmp_path / "series.csv")
    expected = compared(find_issues(frame))
    assert [code for _, code, *_ in expected] == ["current_sign_unsigned"]
    for table in (
        tmp_path / "series.parquet",
        str(tmp_path / "series.parquet"),
        tmp_path / "series.csv",
        pl.scan_parquet(tmp_path / "series.parquet"),
        frame.lazy().with_columns(pl.col("Time [s]") + 0.0),
        frame.to_pandas(),
    ):
        assert compared(find_issues(table)) == expected
        source = Source.of(table)
        assert compared(list_issues(source, Options.of(), batch_rows=100)) == expected


def test_a_file_that_cannot_be_read_is_reported(tmp_path):
    for name, content in (("a.parquet", b"PAR1 nothing"), ("b.parquet", b""), ("c.txt", b"\0")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(PayloadError, match=name):
            find_issues(tmp_path / name)
    with pytest.raises(PayloadError, match=r"absent\.parquet"):
        find_issues(tmp_path / "absent.parquet")
    broken = discharge().lazy().with_columns(pl.col("no such column"))
    with pytest.raises(PayloadError, match="no such column"):
        find_issues(broken)


@pytest.mark.parametrize(
    "frame", [pl.DataFrame(), pl.DataFrame({"x": []}), pl.DataFrame({"": [1]})]
)
def test_a_table_without_numbers_has_findings(frame):
    expected = "column_missing" if frame.height else "time_series_empty"
    assert find_issues(frame)[0].code == expected
    assert find_issues(frame.lazy())[0].code == expected
