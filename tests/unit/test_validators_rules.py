"""Each rule finds what is wrong, says what to do, and leaves series as they should be alone."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from invalid_series import (
    BOTH_FIND,
    CURRENT,
    CYCLE,
    DISCHARGED,
    INVALID,
    MORE_INVALID,
    ROWS,
    STEP,
    TIME,
    VALID,
    VENDOR_CODES,
    VOLTAGE,
    changed,
    charge,
    counted,
    cycled,
    data_type,
    discharge,
    spectrum,
    then,
)
from measured_series import files, parts

from ionworks.errors import ConfigurationError, MeasurementValidationError, PayloadError
from ionworks.quantity import Quantity
from ionworks.validators import check_measurement_data, find_issues
from ionworks.validators.codes import CODES

RATED = {"rated_capacity": 2.5, "voltage_window": (2.5, 4.2)}
CERTAIN = {
    *("current_sign_reversed", "current_sign_unsigned", "current_sign_indeterminate"),
    *("cumulative_value_not_reset", "cumulative_value_decreased", "time_not_monotonic"),
    *("time_does_not_start_at_zero", "value_not_finite", "column_missing", "time_series_empty"),
    *("column_not_numeric", "cycle_not_integer", "step_count_non_sequential"),
    *("value_out_of_range", "cycle_count_decreased", "step_count_does_not_start_at_zero"),
    *("step_count_missing", "eis_columns_missing", "time_missing_on_non_eis_row"),
}


# ------------------------------------------------------------------- what is wrong and what is not


def test_there_are_23_series_and_a_code_for_all_of_the_vendors():
    assert len(INVALID) == 23
    assert len(VENDOR_CODES) == 33
    assert set(CODES) >= VENDOR_CODES


@pytest.mark.parametrize("name", {**INVALID, **MORE_INVALID})
def test_what_is_wrong_is_found_and_in_strict_mode_refused(name):
    make, code = {**INVALID, **MORE_INVALID}[name]
    frame = make()
    found = {issue.code: issue for issue in find_issues(frame, data_type(frame))}
    assert code in found
    issue = found[code]
    assert issue.severity == ("error" if code in CERTAIN else "warning")
    assert (f"skip_checks=({code!r},)" in issue.message) == (issue.severity == "warning")
    with pytest.raises(MeasurementValidationError) as caught:
        check_measurement_data(frame, data_type(frame), strict=True, **RATED)
    assert caught.value.has_code(code)


@pytest.mark.parametrize("name", BOTH_FIND)
def test_what_needs_ratings_or_strict_is_found_with_them(name):
    make, code = BOTH_FIND[name]
    frame = make()
    assert code in {
        each.code for each in find_issues(frame, data_type(frame), strict=True, **RATED)
    }


@pytest.mark.parametrize("name", VALID)
def test_nothing_is_found_in_a_series_as_it_should_be(name):
    frame = VALID[name]()
    assert find_issues(frame, data_type(frame)) == []
    rated = {**RATED, "rated_capacity": 5.0}
    assert find_issues(frame, data_type(frame), strict=True, **rated) == []


def test_no_series_of_a_real_cell_is_refused():
    checked = 0
    for name, frame in [*files(), *parts()]:
        report = find_issues(frame)
        assert report.errors == [], f"{name}: {report}"
        assert {each.code for each in report} <= {"step_too_few_points", "time_duplicated"}, name
        checked += 1
    assert checked >= 20


def test_a_real_cell_with_the_wrong_sign_is_refused():
    for name, frame in files():
        if frame[CURRENT].abs().max() > 0:
            found = {each.code for each in find_issues(changed(CURRENT, -pl.col(CURRENT), frame))}
            assert "current_sign_reversed" in found, name


# ----------------------------------------------------------------------------- rows, count, values


@pytest.mark.parametrize(
    ("name", "rows", "count", "values"),
    [
        ("time backwards", (100,), 1, (500.0,)),
        ("gap of 100 h", (100,), 1, (361_000.0,)),
        ("time not from 0", (0,), 1, (5.0,)),
        ("step jumping by 2", (200,), 1, (2.0,)),
        ("step of one row", (200,), 1, (1.0,)),
        ("cycle of 0.5", (0, 1, 2, 3, 4), ROWS, (0.5,) * 5),
        ("a million amperes", (0, 1, 2, 3, 4), ROWS, (1e6,) * 5),
        ("one NaN voltage", (50,), 1, ()),
        ("260 equal times", (101,), 1, (1000.0,)),
    ],
)
def test_a_finding_has_its_rows_and_values(name, rows, count, values):
    make, code = INVALID[name]
    (issue,) = (each for each in find_issues(make()) if each.code == code)
    assert (issue.rows, issue.count, issue.values) == (rows, count, values)


def test_a_finding_on_steps_has_their_rows_and_numbers():
    wrong = changed(DISCHARGED, 3 * pl.col(DISCHARGED), counted(then(charge(), discharge())))
    (issue,) = find_issues(wrong)
    assert issue.payload["steps"] == [1]
    assert issue.rows == (ROWS,)
    assert issue.values == pytest.approx((7.5,))
    assert issue.payload["integral"] == pytest.approx(2.5)


# ------------------------------------------------------------------------------------- all at once


def test_a_missing_column_hides_no_other_finding():
    frame = then(discharge(), charge()).with_columns(
        pl.col(TIME) + 5, pl.col(STEP) * 2, pl.lit(0.5).alias(CYCLE)
    )
    found = {each.code for each in find_issues(frame.drop(VOLTAGE))}
    assert found == {
        *("column_missing", "time_does_not_start_at_zero"),
        *("step_count_non_sequential", "cycle_not_integer"),
    }
    for name in frame.columns:
        assert len(find_issues(frame.drop(name))) >= 2


@pytest.mark.parametrize(
    ("frame", "data_type", "texts"),
    [
        (discharge().rename({VOLTAGE: "Volage [V]"}), None, ["rename 'Volage [V]'"]),
        (discharge().rename({VOLTAGE: "Voltage (V)"}), None, ["rename 'Voltage (V)'"]),
        (discharge().rename({VOLTAGE: "voltage [v]"}), None, ["rename 'voltage [v]'"]),
        (discharge().rename({VOLTAGE: "Ecell/V"}), None, ["rename 'Ecell/V'"]),
        (
            discharge().rename({VOLTAGE: "Voltage [mV]"}),
            None,
            ["convert 'Voltage [mV]' from mV to V", "rename it"],
        ),
        (
            discharge().rename({TIME: "Test Time / h"}),
            None,
            ["convert 'Test Time / h' from h to s"],
        ),
        (discharge().rename({STEP: "Step"}), None, ["pl.col('Step').rle_id().alias('Step count')"]),
        (discharge().drop(STEP), None, ["number the steps 0, 1, 2, ..."]),
        (
            changed(TIME, pl.Series([datetime(2026, 1, 1)] * ROWS)),
            None,
            ["is Datetime", "subtract the first value", "start_time"],
        ),
        (
            changed(TIME, pl.Series([timedelta(seconds=n) for n in range(ROWS)])),
            None,
            ["total_seconds"],
        ),
        (
            changed(VOLTAGE, pl.col(VOLTAGE).cast(pl.String).str.replace(".", ",", literal=True)),
            None,
            ["is String", "decimal commas", ".str.replace(',', '.').cast(pl.Float64)"],
        ),
        (INVALID["step jumping by 2"][0](), None, ["count its changes", "rle_id()"]),
        (INVALID["time backwards"][0](), None, ["decreases in 1 row", "add the end of the step"]),
        (INVALID["cycle of 0.5"][0](), None, ["whole numbers"]),
        (changed(CYCLE, [6.283185307179586] * ROWS), None, ["divide by 2 pi"]),
        (spectrum().rename({"Z_Im [Ohm]": "Zimag"}), "eis", ["rename 'Zimag'"]),
        (discharge().drop(TIME, CURRENT), "ocp", ["'Capacity [A.h]', 'Stoichiometry', 'SOC'"]),
    ],
)
def test_a_message_says_what_to_do(frame, data_type, texts):
    report = find_issues(frame, data_type)
    for text in texts:
        assert text in str(report)
    assert str(report).count("the columns are") <= 1


# ---------------------------------------------------------------------------- arguments and limits


def test_what_is_skipped_is_not_reported():
    frame = INVALID["gap of 100 h"][0]()
    for names in ("time_gaps", ["time_gap_too_large"], ("time_gaps", "nan_run")):
        assert find_issues(frame, skip_checks=names, strict=True) == []
    reversed_ = INVALID["sign reversed"][0]()
    check_measurement_data(reversed_, skip_checks=["positive_current_is_discharge"])


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"skip_checks": ["time_gap"]}, "Did you mean 'time_gaps'"),
        ({"skip_checks": ["column_missing"]}, "cannot be skipped"),
        ({"skip_checks": [3]}, "neither a check nor a code"),
        ({"skip_checks": 3}, "names of checks"),
        ({"data_type": "EIS"}, "'ocp' or 'eis'"),
        ({"rated_capacity": 0}, "above 0"),
        ({"rated_capacity": "5 V"}, "above 0"),
        ({"rated_capacity": True}, "above 0"),
        ({"voltage_window": (4.2, 2.5)}, "lowest and the highest"),
        ({"voltage_window": 4.2}, "lowest and the highest"),
        ({"start_time": "yesterday"}, "date and time"),
        ({"max_rows": 0}, "whole number"),
    ],
)
def test_an_argument_that_is_not_allowed_is_an_error(given, text):
    with pytest.raises(PayloadError, match=text):
        find_issues(discharge(), **given)


def test_ratings_may_have_units():
    frame = BOTH_FIND["two full discharges"][0]()
    for capacity in (2.5, "2500 mA*h", Quantity(2.5, "A.h")):
        codes = {each.code for each in find_issues(frame, strict=True, rated_capacity=capacity)}
        assert "consecutive_same_direction_full_steps" in codes
    alternating = INVALID["alternating voltage"][0]()
    for window in ((2.5, 4.2), ["2500 mV", Quantity(4.2, "V")]):
        (issue,) = find_issues(alternating, voltage_window=window).warnings
        assert issue.payload["limit"] == pytest.approx(0.8 * 1.7)


def test_a_step_beyond_the_rating_is_a_warning_even_in_strict_mode():
    report = find_issues(cycled(), strict=True, rated_capacity=0.45)
    assert [each.severity for each in report if "exceeds" in each.code] == ["warning"]
    assert "unit_suspect" not in {each.code for each in find_issues(cycled())}
    assert "unit_suspect" in {each.code for each in find_issues(cycled(), rated_capacity=0.02)}


def test_rows_that_continue_a_series_may_begin_inside_a_step():
    rows = counted(discharge()).tail(200).with_columns(pl.col(STEP) + 3)
    assert find_issues(rows, continued=True) == []
    assert [each.code for each in find_issues(rows)] == [
        *("time_does_not_start_at_zero", "step_count_does_not_start_at_zero"),
        *("cumulative_value_not_reset", "cumulative_value_not_reset"),
    ]


START = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "codes"),
    [
        (START, START + timedelta(hours=1), []),
        (START, START + timedelta(hours=1, seconds=150), []),
        (START, START + timedelta(hours=2), ["duration_mismatch"]),
        (START, START - timedelta(hours=2), ["end_time_before_start_time"]),
        ("2999-01-01T00:00:00Z", None, ["start_time_in_future"]),
        (None, "2999-01-01", ["end_time_in_future"]),
        (None, None, []),
    ],
)
def test_the_dates_are_compared_with_the_series(start, end, codes):
    report = find_issues(discharge(), start_time=start, end_time=end, strict=True)
    assert [each.code for each in report.warnings] == codes
    assert report.errors == []


def test_too_many_rows_are_an_error_where_there_is_a_limit():
    assert find_issues(discharge(), max_rows=ROWS) == []
    (issue,) = find_issues(discharge(), max_rows=300)
    assert issue.code == "time_series_row_count_exceeded"


def test_impedance_inside_a_cycling_test_may_lack_voltage_and_current():
    rest = discharge().head(40).with_columns(pl.lit(0.0).alias(CURRENT))
    inside = rest.with_columns(
        pl.lit(None, pl.Float64).alias(VOLTAGE),
        pl.lit(None, pl.Float64).alias(CURRENT),
        *(spectrum()[name] for name in ("Frequency [Hz]", "Z_Re [Ohm]", "Z_Im [Ohm]")),
    )
    first = pl.concat([discharge(), inside.head(0)], how="diagonal")
    frame = then(first, inside.select(first.columns))
    assert find_issues(frame, strict=True) == []
    wrong = frame.with_columns(-pl.col("Z_Im [Ohm]"))
    assert [each.code for each in find_issues(wrong)] == ["eis_zim_sign_reversed"]


def test_three_rows_with_the_wrong_sign_are_a_warning():
    frame = pl.DataFrame(
        {TIME: [0, 60, 120], VOLTAGE: [3.5, 3.6, 3.7], CURRENT: [2e-3] * 3, STEP: [0] * 3}
    )
    assert [(x.code, x.severity) for x in find_issues(frame)] == [
        ("current_sign_reversed", "warning")
    ]


# ------------------------------------------------------------------------------------------- views


def test_a_report_is_shown_as_text_html_and_a_table():
    report = find_issues(INVALID["capacity that decreases"][0]())
    assert [line.split(":")[0] for line in str(report).splitlines()] == ["error", "warning"]
    assert "cumulative_value_decreased" in report._repr_html_()
    table = report.to_frame()
    assert table.columns == ["severity", "code", "message", "count", "rows", "values"]
    assert table["rows"].to_list()[0] == [200]
    assert list(report.to_frame(as_="pandas")["code"]) == table["code"].to_list()
    assert find_issues(discharge()).to_frame().schema == table.schema
    with pytest.raises(ConfigurationError, match="numpy"):
        report.to_frame(as_="numpy")


def test_the_time_grows_with_the_rows_and_not_with_rows_times_steps():
    hour = counted(discharge())
    long = pl.concat([hour] * 200)
    index = pl.int_range(pl.len())
    long = long.with_columns(index * 10.0 + 0.0)
    series = long.with_columns((index * 10.0).alias(TIME), (index // 10).alias(STEP)).drop(
        "literal"
    )
    few = series.with_columns(pl.col(STEP) // 1000)

    def seconds(frame: pl.DataFrame) -> float:
        started = time.process_time()
        find_issues(frame, strict=True, **RATED)
        return time.process_time() - started

    assert min(seconds(series) for _ in range(3)) < 10 * min(seconds(few) for _ in range(3))
