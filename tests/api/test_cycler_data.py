"""Prepared cycler data as a time series: uploaded with its start time, and read back."""

from __future__ import annotations

import datetime

import polars as pl
import polars.testing
import pytest
from cycler_tables import cycled, spelled
from traffic import unique

import ionworks
from ionworks.errors import MeasurementValidationError

RAW = cycled()
TABLE = spelled(RAW)["neware csv"]
START = datetime.datetime(2024, 11, 20, 7, tzinfo=datetime.UTC)
SPECTRUM = {
    "freq/Hz": [1000.0, 10.0],
    "Re(Z)/Ohm": [0.02, 0.03],
    "-Im(Z)/Ohm": [0.001, 0.002],
}


@pytest.fixture
def client(sandbox):
    with sandbox.client() as client:
        yield client


@pytest.fixture
def upload(client):
    spec = client.cell_spec.create({"name": unique("spec")})
    cell = client.cell_instance.create(spec.id, {"name": "M50-001"})

    def create(data, **metadata):
        measurement = {"name": unique("test"), **metadata}
        made = client.cell_measurement.create(
            cell.id, {"measurement": measurement, "time_series": data}
        )
        return client.cell_measurement.get(made.id), made

    return create


def test_prepared_data_are_uploaded_with_their_start_time(client, upload):
    data = ionworks.prepare(TABLE, timezone="Europe/Berlin")
    record, made = upload(data)
    assert record.start_time == START
    assert made.steps_created == 8
    stored = client.cell_measurement.time_series(record.id)
    pl.testing.assert_frame_equal(stored, data.frame, check_column_order=False)
    table = client.cell_measurement.steps(record.id)
    assert table["Charge capacity [A.h]"].sum() == pytest.approx(2 * 2.0 * 50 / 3600)


def test_a_start_time_that_is_given_counts(upload):
    given = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    data = ionworks.prepare(TABLE, timezone="Europe/Berlin")
    assert upload(data, start_time=given)[0].start_time == given


def test_a_start_time_without_a_zone_is_not_uploaded(upload):
    assert upload(ionworks.prepare(TABLE))[0].start_time is None


def test_spectra_are_uploaded_as_impedance(upload):
    data = ionworks.prepare(SPECTRUM)
    assert upload(data)[1].steps_created == 1
    with pytest.raises(MeasurementValidationError, match="Time"):
        upload(data.frame)  # the type is known only with the data


def test_the_same_data_are_uploaded_once(client, upload):
    data = ionworks.prepare(TABLE, timezone="Europe/Berlin")
    record, _ = upload(data)
    again = client.cell_measurement.create_or_get(
        record.cell_instance_id, {"measurement": {"name": record.name}, "time_series": data}
    )
    assert again.id == record.id
