"""Measurement data are checked before they are sent; each finding has a code and its numbers."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionworks.errors import MeasurementValidationError
from ionworks.validators import ValidationIssue, check_measurement_data, find_issues

TIME, VOLTAGE, CURRENT, STEP = "Time [s]", "Voltage [V]", "Current [A]", "Step count"
GOOD: dict[str, Any] = {
    TIME: [0.0, 1.0, 1.0, 2.5],
    VOLTAGE: [3.6, 3.5, 3.5, 3.6],
    CURRENT: [0.0, 1.0, 1.0, 0.0],
    STEP: [0, 1, 1, 2],
}


def frame(**changed: Any) -> pl.DataFrame:
    names = {"time": TIME, "voltage": VOLTAGE, "current": CURRENT, "step": STEP}
    return pl.DataFrame(GOOD | {names[key]: values for key, values in changed.items()})


def codes(data: pl.DataFrame, data_type: str | None = None) -> list[str]:
    return [issue.code for issue in find_issues(data, data_type)]


def errors(data: pl.DataFrame) -> list[ValidationIssue]:
    return find_issues(data).errors


def test_good_data_have_no_issue():
    assert find_issues(frame()) == []
    check_measurement_data(frame())


def test_other_columns_are_the_users_own():
    data = frame().with_columns(pl.lit(None).alias("Temperature [degC]"), pl.lit("x").alias("Note"))
    assert codes(data) == []


@pytest.mark.parametrize("rows", [0, 1])
def test_the_shortest_series(rows):
    assert codes(frame().head(rows)) == ([] if rows else ["time_series_empty"])
    assert codes(pl.DataFrame()) == ["time_series_empty"]


# ----------------------------------------------------------------------------------------- columns


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        (TIME, "column_missing"),
        (VOLTAGE, "column_missing"),
        (CURRENT, "column_missing"),
        (STEP, "step_count_missing"),
    ],
)
def test_a_missing_column_is_named_with_those_that_are_there(missing, code):
    (issue,) = find_issues(frame().drop(missing))
    assert issue.code == code
    assert repr(missing) in issue.message
    assert ", ".join(n for n in GOOD if n != missing) in issue.message


def test_all_that_is_wrong_with_the_columns_is_reported_at_once():
    data = frame(voltage=["a"] * 4, current=[math.nan] * 4).drop(STEP)
    assert codes(data) == ["column_not_numeric", "value_not_finite", "step_count_missing"]


@pytest.mark.parametrize("name", list(GOOD))
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, None])
@pytest.mark.parametrize("row", [0, 2, 3])
def test_a_value_that_is_no_number_is_found_wherever_it_is(name, bad, row):
    values = [float(value) for value in GOOD[name]]
    data = pl.DataFrame(GOOD | {name: [*values[:row], bad, *values[row + 1 :]]})
    (issue,) = find_issues(data)
    assert issue.code == "value_not_finite"
    assert issue.payload == {"column": name, "count": 1, "row": row}
    assert f"first in row {row}" in str(issue)


@pytest.mark.parametrize("name", list(GOOD))
@pytest.mark.parametrize("values", [["a"] * 4, [None] * 4, [True] * 4, [[1]] * 4])
def test_a_column_of_something_else_is_reported(name, values):
    (issue,) = find_issues(pl.DataFrame(GOOD | {name: values}))
    assert issue.code == "column_not_numeric"
    assert repr(name) in issue.message


NUMERIC = [pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64]


@pytest.mark.parametrize("dtype", [*NUMERIC, pl.Float32, pl.Float64, pl.Decimal(20, 3)])
def test_every_kind_of_number_is_taken(dtype):
    data = pl.DataFrame({name: [0, 1, 1, 2] for name in GOOD}).cast(dtype)
    assert codes(data) == []
    assert codes(data.reverse()) == [
        "time_does_not_start_at_zero",
        "time_not_monotonic",
        "step_count_does_not_start_at_zero",
        "step_count_non_sequential",
    ]


def test_numbers_of_numpy_are_taken():
    data = {name: np.array(values, dtype="float32") for name, values in GOOD.items()}
    assert codes(pl.DataFrame(data)) == []
    assert codes(pl.DataFrame({**GOOD, VOLTAGE: [Decimal("3.6")] * 4})) == []


# -------------------------------------------------------------------------------------------- time


@pytest.mark.parametrize("start", [1.0, -1.0, 1e-5, 1.7e9])
def test_time_starts_at_zero(start):
    (issue,) = find_issues(frame(time=[start, start + 1, start + 2, start + 3]))
    assert issue.code == "time_does_not_start_at_zero"
    assert issue.payload == {"start": start}


def test_a_start_next_to_zero_is_zero():
    assert codes(frame(time=[1e-7, 1, 2, 3])) == []
    assert codes(frame(time=[-1e-9, 1, 2, 3])) == []


def test_time_never_goes_backward():
    (issue,) = find_issues(frame(time=[0.0, 5.0, 4.0, 3.0]))
    assert issue.code == "time_not_monotonic"
    assert issue.payload == {"count": 2, "row": 2}
    assert codes(frame(time=[0.0, 0.0, 0.0, 0.0])) == []


@settings(max_examples=20)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30))
def test_the_first_step_back_in_time_is_found(gaps):
    rising = np.cumsum([0.0, *gaps])
    rows = len(rising)
    other = {VOLTAGE: [3.6] * rows, CURRENT: [0.0] * rows, STEP: [0] * rows}
    assert errors(pl.DataFrame({TIME: rising, **other})) == []
    broken = np.append(rising, -1.0)
    other = {VOLTAGE: [3.6] * (rows + 1), CURRENT: [0.0] * (rows + 1), STEP: [0] * (rows + 1)}
    (issue,) = errors(pl.DataFrame({TIME: broken, **other}))
    assert issue.payload == {"count": 1, "row": rows}


# ------------------------------------------------------------------------------------------- steps


@pytest.mark.parametrize(
    ("steps", "count", "row"),
    [
        ([0, 2, 2, 3], 1, 1),
        ([0, 1, 0, 1], 1, 2),
        ([0, 1, 3, 5], 2, 2),
        ([0.0, 0.5, 1.0, 2.0], 2, 1),
    ],
)
def test_steps_go_up_by_one(steps, count, row):
    (issue,) = find_issues(frame(step=steps))
    assert issue.code == "step_count_non_sequential"
    assert issue.payload == {"count": count, "row": row}


def test_steps_start_at_zero():
    (issue,) = find_issues(frame(step=[1, 1, 2, 3]))
    assert issue.code == "step_count_does_not_start_at_zero"
    assert issue.payload == {"first": 1}
    assert "starts at 1" in issue.message


@pytest.mark.parametrize(("dtype", "low", "high"), [(pl.Int8, -128, 127), (pl.UInt8, 0, 255)])
def test_a_step_count_that_ran_over_is_found(dtype, low, high):
    steps = [*range(high + 1), low, low + 1]
    rows = len(steps)
    data = pl.DataFrame(
        {TIME: range(rows), VOLTAGE: [3.6] * rows, CURRENT: [0.0] * rows}
    ).with_columns(pl.Series(STEP, steps, dtype=dtype))
    (issue,) = errors(data)
    assert issue.payload == {"count": 1, "row": high + 1}


@settings(max_examples=20)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=10))
def test_steps_of_any_length_are_sequential(lengths):
    steps = np.repeat(np.arange(len(lengths)), lengths)
    rows = len(steps)
    data = {TIME: range(rows), VOLTAGE: [3.6] * rows, CURRENT: [0.0] * rows, STEP: steps}
    assert errors(pl.DataFrame(data)) == []


# -------------------------------------------------------------------------- data of another kind


def test_an_open_circuit_curve_needs_neither_time_nor_current():
    data = frame().drop(TIME, CURRENT).with_columns(pl.Series("SOC", [1.0, 0.9, 0.8, 0.7]))
    assert codes(data, "ocp") == []
    assert codes(data) == ["column_missing", "column_missing"]
    assert codes(data.drop(VOLTAGE), "ocp") == ["ocp_voltage_column_missing"]
    assert codes(data.drop("SOC"), "ocp") == ["ocp_x_axis_column_missing"]
    assert codes(data.with_columns(pl.Series(TIME, [5, 4, 3, 2])), "ocp") == []


def test_an_impedance_spectrum_has_columns_of_its_own():
    spectrum = {
        "Frequency [Hz]": [1e3, 1.0],
        "Z_Re [Ohm]": [0.01, 0.02],
        "Z_Im [Ohm]": [0.0, -0.01],
    }
    data = pl.DataFrame({**spectrum, STEP: [0, 0]})
    assert codes(data, "eis") == []
    assert codes(data) == ["column_missing"] * 3
    assert codes(data.drop("Z_Im [Ohm]"), "eis") == ["eis_columns_missing"]
    assert codes(data.with_columns(pl.lit(math.inf).alias("Z_Re [Ohm]")), "eis") == [
        "value_not_finite"
    ]
    assert codes(data.with_columns(pl.Series(STEP, [1, 1])), "eis") == [
        "step_count_does_not_start_at_zero"
    ]


def test_rows_that_go_on_need_not_begin_at_zero():
    rows = frame(time=[900.0, 901.0, 902.0, 903.0], step=[7, 7, 8, 9])
    assert len(find_issues(rows)) == 2
    assert find_issues(rows, continued=True) == []
    check_measurement_data(rows, continued=True)
    broken = frame(time=[900.0, 899.0, 902.0, 903.0], step=[7, 7, 9, 9])
    found = [issue.code for issue in find_issues(broken, continued=True)]
    assert found == ["time_not_monotonic", "step_count_non_sequential"]


# ----------------------------------------------------------------------------------------- refusal


def test_data_with_errors_are_refused_with_all_of_them():
    with pytest.raises(MeasurementValidationError) as caught:
        check_measurement_data(frame(time=[5.0, 4.0, 6.0, 7.0], step=[0, 2, 3, 4]))
    found = caught.value.errors
    assert [issue.code for issue in found] == [
        "time_does_not_start_at_zero",
        "time_not_monotonic",
        "step_count_non_sequential",
    ]
    assert all(isinstance(issue, ValidationIssue) and issue.severity == "error" for issue in found)
    for issue in found:
        assert str(issue) in str(caught.value)


def test_the_data_are_not_changed():
    data = frame()
    check_measurement_data(data)
    assert data.equals(frame())
