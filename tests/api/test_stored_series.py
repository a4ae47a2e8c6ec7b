"""create_or_get of a time series: never another record, never other data without a word."""

from __future__ import annotations

import io
import warnings
from contextlib import suppress

import polars as pl
import pytest
from traffic import unique

from ionworks import DifferenceWarning
from ionworks.errors import (
    Conflict,
    IntegrityError,
    MeasurementValidationError,
    PayloadError,
    RecordDiffers,
)
from ionworks.frames.convert import to_parquet
from ionworks.frames.digest import Fingerprint
from ionworks.quantity import Quantity

SERIES = pl.DataFrame(
    {
        "Time [s]": [0.0, 1.0, 2.0, 3.0],
        "Voltage [V]": [4.1, 4.0, 3.9, 3.8],
        "Current [A]": [1.0, 1.0, 1.0, 1.0],
        "Step count": [0, 0, 0, 0],
    }
)
#: The current with the other sign; the voltage follows, so that the checks accept both.
FIXED = SERIES.with_columns(-pl.col("Current [A]"), pl.col("Voltage [V]").reverse())
OTHERS = {
    "the sign": (FIXED, "content"),
    "one value": (SERIES.with_columns(pl.Series("Voltage [V]", [4.1, 4.0, 3.9, 3.81])), "content"),
    "fewer rows": (SERIES.head(2), "rows"),
    "more rows": (pl.concat([SERIES, SERIES.tail(1)]), "rows"),
    "the time span": (SERIES.with_columns(pl.col("Time [s]") * 2), "span"),
    "a column more": (SERIES.with_columns(pl.lit(25.0).alias("Temperature [degC]")), "columns"),
    "a step": (SERIES.with_columns(pl.Series("Step count", [0, 0, 1, 1])), "content"),
}
ALIKE = {
    "pandas": SERIES.to_pandas(),
    "columns in another order": SERIES.select(SERIES.columns[::-1]),
    "whole numbers": SERIES.with_columns(pl.col("Current [A]").cast(pl.Int64)),
    "a dictionary": SERIES.to_dict(as_series=False),
}


@pytest.fixture
def cell(client):
    spec = client.cell_spec.create({"name": unique("spec")})
    return client.cell_instance.create(spec.id, {"name": "M50-007"})


@pytest.fixture
def client(sandbox):
    with sandbox.client() as client:
        yield client


def asked(series=SERIES, name="RPT", **metadata):
    return {"measurement": {"name": name, **metadata}, "time_series": series}


@pytest.fixture(params=["properties", "file"])
def other_kind(request, client, cell, tmp_path):
    if request.param == "properties":
        return client.cell_measurement.create_properties(
            cell.id, "RPT", {"mass": Quantity(68.5, "g")}
        )
    (tmp_path / "notes.txt").write_text("scratched")
    made = client.cell_measurement.create_file(cell.id, "RPT", [tmp_path / "notes.txt"])
    return client.cell_measurement.get(made.id)


@pytest.mark.parametrize("on_difference", ["warn", "raise", "ignore"])
@pytest.mark.parametrize("replace", [True, False])
def test_a1_a_record_of_another_type_is_never_returned(
    client, cell, other_kind, on_difference, replace
):
    reason = f"belongs to a measurement of type .{other_kind.measurement_type}"
    with pytest.raises(Conflict, match=reason) as info:
        client.cell_measurement.create_or_get(
            cell.id, asked(), on_difference=on_difference, replace=replace
        )
    assert other_kind.id in str(info.value)
    assert client.cell_measurement.list(cell.id) == [other_kind]


@pytest.mark.parametrize("same", ALIKE.values(), ids=ALIKE)
def test_a2_the_same_data_are_found_without_a_warning(client, cell, same):
    first = client.cell_measurement.create_or_get(cell.id, asked())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = client.cell_measurement.create_or_get(cell.id, asked(same), on_difference="raise")
    assert found.id == first.id


@pytest.mark.parametrize(("other", "path"), OTHERS.values(), ids=OTHERS)
def test_a2_other_data_under_the_name_are_reported(client, cell, other, path):
    first = client.cell_measurement.create_or_get(cell.id, asked())
    with pytest.warns(DifferenceWarning, match=rf"time_series\.{path}.*replace=True") as caught:
        found = client.cell_measurement.create_or_get(cell.id, asked(other))
    assert caught[0].filename == __file__
    assert found.id == first.id
    with pytest.raises(RecordDiffers, match=rf"time_series\.{path}"):
        client.cell_measurement.create_or_get(cell.id, asked(other), on_difference="raise")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        client.cell_measurement.create_or_get(cell.id, asked(other), on_difference="ignore")
    assert client.cell_measurement.time_series(first.id).equals(SERIES)


def test_a2_wrong_data_are_refused_also_where_the_name_is_taken(client, cell):
    client.cell_measurement.create_or_get(cell.id, asked())
    with pytest.raises(MeasurementValidationError):
        client.cell_measurement.create_or_get(cell.id, asked(SERIES.drop("Voltage [V]")))


def test_a2_a_file_without_a_digest_is_compared_by_rows_and_time_span(client, cell, api, kit):
    begun = api.initiate(cell.id, "RPT")
    api.put(begun, "time_series.parquet", kit.parquet(SERIES))
    api.confirm(begun, cell.id, "RPT")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        client.cell_measurement.create_or_get(cell.id, asked())
    with pytest.warns(DifferenceWarning, match=r"time_series\.rows: requested 2, found 4"):
        client.cell_measurement.create_or_get(cell.id, asked(SERIES.head(2)))


def test_a2_an_extended_series_is_not_held_to_the_digest_of_its_first_part(client, cell):
    first = client.cell_measurement.create_or_get(cell.id, asked())
    client.cell_measurement.extend(first.id, SERIES.with_columns(pl.col("Time [s]") + 4))
    assert client.cell_measurement.time_series(first.id).height == 8
    with pytest.warns(DifferenceWarning, match=r"time_series\.rows: requested 4, found 8"):
        client.cell_measurement.create_or_get(cell.id, asked())


def test_a2_the_notes_and_other_fields_do_not_hold_the_digest(client, cell):
    made = client.cell_measurement.create_or_get(cell.id, asked(notes="as delivered"))
    assert made.notes == "as delivered"
    assert not made.additional_properties.keys() & {"digest", "sha256"}


# ----------------------------------------------------------------------------------------- replace


@pytest.fixture
def old(client, cell):
    made = client.cell_measurement.create_or_get(
        cell.id, asked(tags=["formation"], notes="channel 3", protocol={"name": "C/3"})
    )
    raw = client.raw_data.upload(None, io.BytesIO(b"raw"), name=unique("raw"))
    client.cell_measurement.attach_raw_data(made.id, [raw.id])
    return made


def test_a2_replace_uploads_other_data_and_carries_the_rest_over(client, cell, old):
    new = client.cell_measurement.create_or_get(cell.id, asked(FIXED), replace=True)
    assert new.id != old.id
    assert client.cell_measurement.list(cell.id) == [new]
    assert (new.name, new.tags, new.notes) == ("RPT", ["formation"], "channel 3")
    assert new.protocol == {"name": "C/3"}
    assert len(client.cell_measurement.list_raw_data(new.id)) == 1
    assert client.cell_measurement.time_series(new.id).equals(FIXED)
    again = client.cell_measurement.create_or_get(cell.id, asked(FIXED), replace=True)
    assert again.id == new.id


def test_a2_replace_leaves_equal_data_alone_and_takes_what_is_given(client, cell, old):
    same = client.cell_measurement.create_or_get(cell.id, asked(), replace=True)
    assert same.id == old.id
    new = client.cell_measurement.create_or_get(
        cell.id, asked(FIXED, notes="sign corrected"), replace=True
    )
    assert (new.notes, new.tags) == ("sign corrected", ["formation"])


class Interrupted:
    """A transport that breaks off before its nth request, or after it was done."""

    def __init__(self, transport, requests, after):
        self.left, self.after = requests, after
        self.inner = transport

    def __getattr__(self, name):
        value = getattr(self.inner, name)
        if name not in ("send", "put", "fetch"):
            return value

        def counted(*args, **kwargs):
            self.left -= 1
            if self.left == 0 and not self.after:
                raise KeyboardInterrupt
            answer = value(*args, **kwargs)
            if self.left == 0:
                raise KeyboardInterrupt
            return answer

        return counted


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(1, 16))
def test_a2_an_interrupted_replacement_is_finished_by_the_next_run(
    sandbox, client, cell, old, step, after
):
    with sandbox.client(max_retries=0) as broken:
        broken._transport = Interrupted(broken.transport, step, after)
        with suppress(KeyboardInterrupt):
            broken.cell_measurement.create_or_get(cell.id, asked(FIXED), replace=True)
        broken._transport = broken._transport.inner
    left = client.cell_measurement.list(cell.id)
    whole = [client.cell_measurement.time_series(each.id) for each in left]
    assert any(series.equals(SERIES) or series.equals(FIXED) for series in whole)
    new = client.cell_measurement.create_or_get(cell.id, asked(FIXED), replace=True)
    assert client.cell_measurement.list(cell.id) == [new]
    assert client.cell_measurement.time_series(new.id).equals(FIXED)
    assert (new.name, new.tags) == ("RPT", ["formation"])


def test_a2_what_another_interrupted_replacement_left_is_not_taken_for_this_one(client, cell, old):
    client.cell_measurement.create(cell.id, asked(SERIES.head(3), name="RPT [replacement]"))
    new = client.cell_measurement.create_or_get(cell.id, asked(FIXED), replace=True)
    assert client.cell_measurement.list(cell.id) == [new]
    assert client.cell_measurement.time_series(new.id).equals(FIXED)


def test_x3_a_series_that_changed_in_storage_is_an_integrity_error(client, cell, api):
    changed = SERIES.with_columns(pl.Series("Voltage [V]", [4.1, 4.0, 3.9, 3.7]))
    content = to_parquet(changed, metadata=Fingerprint.of(SERIES).to_metadata())
    begun = api.initiate(cell.id, "RPT")
    api.put(begun, "time_series.parquet", content)
    api.confirm(begun, cell.id, "RPT")
    measurement_id = begun["measurement_id"]
    with pytest.raises(IntegrityError, match=measurement_id):
        client.cell_measurement.time_series(measurement_id)
    with pytest.raises(IntegrityError, match="while reading time_series"):
        client.cell_instance.detail(cell.id)


UNSTORABLE = {
    "whole numbers of 128 bits": pl.Series([2**100, 1, 1, 1], dtype=pl.Int128),
    "lists of them": pl.Series([[2**100]] * 4, dtype=pl.List(pl.Int128)),
    "structs without a field": pl.Series([{}] * 4, dtype=pl.Struct([])),
}


@pytest.mark.parametrize("values", UNSTORABLE.values(), ids=UNSTORABLE)
@pytest.mark.parametrize("method", ["create", "create_or_get"])
def test_a11_a_column_that_cannot_be_stored_is_an_error_of_ours(client, cell, values, method):
    data = asked(SERIES.with_columns(values.alias("z")))
    with pytest.raises(PayloadError, match="cannot be stored"):
        getattr(client.cell_measurement, method)(cell.id, data)
    assert client.cell_measurement.list(cell.id) == []
