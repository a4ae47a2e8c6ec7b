"""Uploads check the series first: errors send nothing, warnings are one warning, ratings count."""

from __future__ import annotations

import warnings

import polars as pl
import pytest
from invalid_series import BOTH_FIND, INVALID, charge, counted, discharge, then
from traffic import traffic, unique

from ionworks import MeasurementDataWarning, Quantity
from ionworks._workflows.checks import ratings_of
from ionworks.errors import MeasurementValidationError, PayloadError

GAP = INVALID["gap of 100 h"][0]()
FULL = BOTH_FIND["two full discharges"][0]()
RATINGS = {"capacity": "2.5 A*h", "voltage_min": "2.5 V", "voltage_max": "4.2 V"}


@pytest.fixture
def client(sandbox):
    with sandbox.client() as client:
        yield client


@pytest.fixture
def cell(client):
    spec = client.cell_spec.create({"name": unique("spec"), "ratings": RATINGS})
    return client.cell_instance.create(spec.id, {"name": "M50-007"})


def asked(frame: pl.DataFrame, name: str = "RPT") -> dict[str, object]:
    return {"measurement": {"name": name}, "time_series": frame}


@pytest.mark.parametrize("method", ["create", "create_or_get"])
def test_an_error_is_raised_before_anything_is_sent(client, cell, method):
    call = getattr(client.cell_measurement, method)
    with traffic() as sent, pytest.raises(MeasurementValidationError) as caught:
        call(cell.id, asked(INVALID["sign reversed"][0]()))
    assert caught.value.has_code("current_sign_reversed")
    assert sent == []
    made = call(
        cell.id, asked(INVALID["sign reversed"][0]()), skip_checks=["current_sign_reversed"]
    )
    assert made.name == "RPT"


@pytest.mark.parametrize("method", ["create", "create_or_get"])
def test_what_is_probably_wrong_is_one_warning_at_the_line_of_the_call(client, cell, method):
    call = getattr(client.cell_measurement, method)
    frame = GAP.with_columns(pl.lit(298.15).alias("Temperature [degC]"))
    with pytest.warns(MeasurementDataWarning) as told:
        call(cell.id, asked(frame))
    assert len(told) == 1
    assert told[0].filename == __file__
    codes = [each.code for each in told[0].message.report]
    assert codes == ["time_gap_too_large", "unit_suspect"]
    for code in codes:
        assert f"skip_checks=({code!r},)" in str(told[0].message)
    call(cell.id, asked(frame, "silenced"), skip_checks=("time_gaps", "units"))


def test_strict_checks_read_the_ratings_of_the_specification(client, cell):
    with traffic() as sent, pytest.raises(MeasurementValidationError) as caught:
        client.cell_measurement.create(cell.id, asked(FULL), validate_strict=True)
    assert caught.value.has_code("consecutive_same_direction_full_steps")
    assert [each.method for each in sent] == ["GET", "GET"]
    with traffic() as sent, pytest.raises(MeasurementValidationError):
        client.cell_measurement.create(
            cell.id,
            asked(FULL),
            validate_strict=True,
            rated_capacity=Quantity(2.5, "A.h"),
            voltage_window=(2.5, 4.2),
        )
    assert sent == []
    client.cell_measurement.create(
        cell.id, asked(FULL), validate_strict=True, rated_capacity=5, voltage_window=(2, 5)
    )


def test_without_strict_no_ratings_are_read(client, cell):
    with traffic() as sent:
        client.cell_measurement.create(cell.id, asked(FULL), wait_for_processing=False)
    assert [each.method for each in sent] == ["POST", "PUT", "POST"]


def test_rows_that_extend_a_series_are_checked_with_the_same_arguments(client, cell):
    series = counted(then(discharge(), charge()))
    first, rest = series.head(361), series.tail(361)
    made = client.cell_measurement.create(cell.id, asked(first))
    index = pl.int_range(pl.len())
    gap = pl.when(index >= 100).then(360_000.0).otherwise(0.0)
    late = rest.with_columns(pl.col("Time [s]") + gap)
    with traffic() as sent, pytest.raises(MeasurementValidationError) as caught:
        client.cell_measurement.extend(made.id, late, validate_strict=True, rated_capacity=2.5)
    assert caught.value.has_code("time_gap_too_large")
    assert {each.method for each in sent} == {"GET"}
    with pytest.warns(MeasurementDataWarning, match="time_gap_too_large"):
        client.cell_measurement.extend(made.id, late)
    with pytest.raises(PayloadError, match="skip_checks"):
        client.cell_measurement.extend(made.id, late, skip_checks=["gaps"])


def test_a_warning_can_be_an_error_and_then_nothing_is_sent(client, cell):
    with warnings.catch_warnings(), traffic() as sent:
        warnings.simplefilter("error", MeasurementDataWarning)
        with pytest.raises(MeasurementDataWarning):
            client.cell_measurement.create(cell.id, asked(GAP))
    assert sent == []


def test_ratings_are_those_of_a_record_or_of_the_specification_in_it(client, cell):
    spec = client.cell_spec.get(cell.cell_specification_id)
    capacity, window = ratings_of(spec)
    assert (capacity, window) == (Quantity(2.5, "A*h"), (Quantity(2.5, "V"), Quantity(4.2, "V")))
    assert ratings_of({"specification": spec}) == ratings_of(spec)
    assert ratings_of({"cell_specification": {"ratings": {"capacity": "2 A*h"}}}) == ("2 A*h", None)
    assert ratings_of(cell.id) == ratings_of(cell) == (None, None)
