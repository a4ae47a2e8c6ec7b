"""A part of a series is the whole one, filtered: of one measurement, of many, and lazily."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from traffic import SERIES, unique

from ionworks.errors import NotFound, PayloadError
from ionworks.sandbox import SyntheticCell

BESIDE = ["cell_instance_id", "cell_instance_name", "measurement_id", "measurement_name"]
WARM = SERIES.with_columns(pl.lit(25.0).alias("Temperature [degC]"))


@pytest.fixture(scope="module")
def cells(sandbox):
    """Two cells; the first has two series, of which one has temperatures."""
    with sandbox.client() as client:
        spec = client.cell_spec.create({"name": unique("spec")})
        made = [client.cell_instance.create(spec.id, {"name": f"M50-{n}"}) for n in (1, 2)]
        for cell, name, frame in (
            (made[0], "RPT 0", SERIES),
            (made[0], "ageing", WARM),
            (made[1], "RPT 0", SERIES),
        ):
            data = {"measurement": {"name": name}, "time_series": frame}
            client.cell_measurement.create(cell.id, data)
        yield made


@pytest.fixture
def tests(client, cells):
    """The measurements of the first cell, by name."""
    return {each.name: each for each in client.cell_measurement.list(cells[0].id)}


PARTS = {
    "columns": {"columns": ["Voltage [V]", "Time [s]"]},
    "rows": {"rows": (1, 4)},
    "last rows": {"rows": (-2, None)},
    "steps": {"steps": [0]},
    "one step": {"steps": 1},
    "time": {"time": (0.5, None)},
    "all": {"columns": ["Time [s]"], "rows": (0, 5), "steps": range(3), "time": (0, 1e9)},
    "a step that is not there": {"steps": [10**9]},
}


def filtered(table, columns=None, rows=None, steps=None, time=None):
    table = table.with_row_index("row")
    first, last, _ = slice(*(rows or (None, None))).indices(table.height)
    table = table.filter(pl.col("row").is_between(first, last, closed="left")).drop("row")
    if steps is not None:
        table = table.filter(pl.col("Step count").is_in([steps] if steps == 1 else list(steps)))
    if time is not None:
        table = table.filter(pl.col("Time [s]") >= time[0])
    return table.select(columns or pl.all())


@pytest.mark.parametrize("case", PARTS)
def test_a_part_is_the_whole_filtered(client, tests, case):
    read = client.cell_measurement.time_series
    identity = tests["ageing"].id
    expected = filtered(read(identity), **PARTS[case])
    assert_frame_equal(read(identity, **PARTS[case]), expected)
    assert_frame_equal(read(identity, lazy=True, **PARTS[case]).collect(), expected)
    many = read([tests["ageing"]], **PARTS[case])
    assert_frame_equal(many.select(expected.columns), expected)
    assert many.columns[:4] == BESIDE


def test_many_series_are_one_table(client, cells):
    whole = client.cell_instance.time_series(cells)
    names = whole.group_by("cell_instance_name", "measurement_name").len()
    assert names.height == 3
    assert set(names["len"]) == {SERIES.height}
    warm = whole.filter(pl.col("measurement_name") == "ageing")
    assert warm["Temperature [degC]"].to_list() == [25.0] * SERIES.height
    some = client.cell_instance.time_series(
        cells, columns=["Temperature [degC]", "Time [s]"], rows=(0, 2), name="ageing"
    )
    assert some.columns == [*BESIDE, "Temperature [degC]", "Time [s]"]
    assert some.height == 2


def test_columns_of_the_series_do_not_hide_those_of_the_ids(client):
    spec = client.cell_spec.create({"name": unique("spec")})
    cell = client.cell_instance.create(spec.id, {"name": "c"})
    own = dict.fromkeys(("measurement_id", "measurement_name", "measurement_id (series)"), "own")
    series = SERIES.with_columns(**{name: pl.lit(value) for name, value in own.items()})
    data = {"measurement": {"name": "t"}, "time_series": series}
    test = client.cell_measurement.create(cell.id, data)
    whole = client.cell_measurement.time_series([test])
    assert whole["measurement_id"].unique().to_list() == [test.id]
    assert whole[:, len(BESIDE) :].rows() == series.rows()
    some = client.cell_measurement.time_series([test], columns=["measurement_name"], rows=(0, 1))
    assert some[["measurement_name", "measurement_name (series)"]].rows() == [("t", "own")]


def test_a_column_that_only_some_series_have_is_null_in_the_others(client, cells, tests):
    columns = ["Temperature [degC]", "Time [s]"]
    table = client.cell_measurement.time_series([*tests.values()], columns=columns, rows=(0, 1))
    found = dict(table.select("measurement_name", "Temperature [degC]").rows())
    assert found == {"RPT 0": None, "ageing": 25.0}


@pytest.mark.parametrize("method", ["time_series", "steps", "cycles"])
def test_a_column_that_no_table_has_is_refused_with_the_nearest_name(client, tests, method):
    read = getattr(client.cell_measurement, method)
    known = read(tests["RPT 0"].id).columns[-1]
    for given in (tests["RPT 0"].id, [*tests.values()]):
        with pytest.raises(PayloadError, match="Did you mean") as caught:
            read(given, columns=[known + "s"])
        assert repr(known) in str(caught.value)


@pytest.mark.parametrize("method", ["steps", "cycles"])
def test_columns_of_a_computed_table(client, tests, method):
    read = getattr(client.cell_measurement, method)
    whole = read(tests["RPT 0"].id)
    names = whole.columns[1::-1]
    assert_frame_equal(read(tests["RPT 0"].id, columns=names), whole.select(names))
    assert read([tests["RPT 0"]], columns=names).columns == [*BESIDE, *names]


def test_a_part_comes_as_any_kind_of_table(client, tests):
    read = client.cell_measurement.time_series
    identity = tests["RPT 0"].id
    part = {"columns": ["Time [s]"], "rows": (0, 2)}
    assert read(identity, as_="pandas", **part).shape == (2, 1)
    assert read(identity, as_="arrow", **part).num_rows == 2


def test_what_is_no_request_is_refused(client, tests):
    read = client.cell_measurement.time_series
    assert read(tests["RPT 0"], lazy=True).collect().equals(read(tests["RPT 0"].id))
    with pytest.raises(PayloadError, match="one with lazy=True"):
        read([tests["RPT 0"]], lazy=True)
    with pytest.raises(PayloadError, match="LazyFrame"):
        read(tests["RPT 0"].id, lazy=True, as_="pandas")
    for part in ({"lazy": True}, {"rows": (0, 1)}, {}):
        with pytest.raises(NotFound):
            read("00000000-0000-0000-0000-000000000000", **part)


@pytest.mark.parametrize("part", [{}, {"rows": (0, 2)}])
def test_progress_counts_bytes_up_to_the_total(client, tests, part):
    updates = []
    client.cell_measurement.time_series(tests["RPT 0"].id, progress=updates.append, **part)
    last = updates[-1]
    assert (last.operation, last.unit) == ("time_series", "B")
    assert last.done == last.total > 0


@pytest.mark.parametrize("part", [{}, {"rows": (0, 2)}])
def test_what_a_callback_raises_ends_the_call(client, tests, part):
    def stop(update):
        raise ValueError("enough")

    with pytest.raises(ValueError, match=r"^enough$"):
        client.cell_measurement.time_series(tests["RPT 0"].id, progress=stop, **part)


def test_a_lazy_series_is_read_again_by_each_query(client):
    spec = client.cell_spec.create({"name": unique("spec")})
    cell = client.cell_instance.create(spec, {"name": unique("cell")})
    series = SyntheticCell(seed=7).cycling(cycles=1)
    half = series.height // 2
    detail = {"measurement": {"name": "running"}, "time_series": series.head(half)}
    record = client.cell_measurement.create(cell, detail)
    lazy = client.cell_measurement.time_series(record.id, lazy=True)
    assert lazy.collect().height == half
    client.cell_measurement.follow(record.id, series)
    assert lazy.collect().height == series.height
    assert client.cell_instance.time_series(cell.id).height == series.height
