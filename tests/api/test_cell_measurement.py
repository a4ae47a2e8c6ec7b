"""Measurements through the client: upload and read back, tables, filters, create_or_get."""

import datetime
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from ionworks_openapi.models import CellMeasurementWithParents
from polars.testing import assert_frame_equal
from traffic import SERIES, measurement, traffic, unique

from ionworks import DifferenceWarning, Quantity
from ionworks.errors import (
    Conflict,
    MeasurementValidationError,
    NotFound,
    PayloadError,
)
from ionworks.sandbox import SyntheticCell

pytestmark = pytest.mark.replayed

UTC = datetime.UTC
EXTRA = SERIES.with_columns(
    pl.Series("Temperature [degC]", [25.0, None, float("nan"), 25.5, float("inf"), 26.0]),
    pl.Series("Comment", ["ok", None, "", "\u00b5", "a,b", "x" * 1000]),
    pl.Series("Valid", [True, False, None, True, False, True]),
    pl.Series("Small", [1, 2, 3, 4, 5, 6], dtype=pl.UInt8),
    pl.Series("Single", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], dtype=pl.Float32),
    pl.Series("Day", [datetime.date(2025, 1, 1)] * 6),
    pl.Series(
        "Clock",
        [datetime.datetime(2025, 1, 1, 12, 0, n, tzinfo=UTC) for n in range(6)],
        dtype=pl.Datetime("us", "UTC"),
    ),
    pl.Series("Naive", [datetime.datetime(2025, 1, 1)] * 6, dtype=pl.Datetime("ns")),
    pl.Series("Elapsed", [datetime.timedelta(seconds=n) for n in range(6)]),
    pl.Series("Phase", ["a", "b", None, "a", "b", "a"], dtype=pl.Categorical),
    pl.Series("State", ["off", "on", "on", None, "off", "on"], dtype=pl.Enum(["off", "on"])),
    pl.Series("Spectrum", [[1.0], [], None, [1.0, 2.0], [3.0], [4.0]]),
)


@pytest.fixture
def cell(client):
    spec = client.cell_spec.create({"name": unique("spec")})
    return client.cell_instance.create(spec.id, {"name": "M50-007"})


@pytest.fixture
def cycled(client):
    spec = client.cell_spec.create({"name": unique("spec")})
    cell = client.cell_instance.create(spec.id, {"name": "M50-001"})
    frame = SyntheticCell(seed=3).cycling(cycles=2, rest_seconds=60)
    made = client.cell_measurement.create(
        cell.id, {"measurement": {"name": "Cycling"}, "time_series": frame}
    )
    return made, frame


def silently(call, *args, **kwargs):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return call(*args, **kwargs)


# Upload and read back


def test_metadata_come_back_as_they_were_given(client, cell):
    made = client.cell_measurement.create(
        cell.id,
        measurement(
            "RPT 0",
            notes="first",
            protocol={"name": "C/20", "ambient_temperature_degc": 25.0},
            start_time=datetime.datetime(2025, 1, 2, 15, tzinfo=UTC),
            end_time="2025-01-03T10:00:00+02:00",
            test_setup={"cycler": "Biologic", "channel_number": 7},
            tags=("rpt", "Baseline", "RPT"),
            step_labels_validated=True,
        ),
        skip_checks=("duration_mismatch",),
    )
    assert made.steps_created == 2
    found = client.cell_measurement.get(made.id)
    assert found.cell_instance_id == cell.id
    assert found.measurement_type == "time_series"
    assert found.notes == "first"
    assert found.protocol == {"name": "C/20", "ambient_temperature_degc": 25.0}
    assert found.start_time == datetime.datetime(2025, 1, 2, 15, tzinfo=UTC)
    assert found.end_time == datetime.datetime(2025, 1, 3, 8, tzinfo=UTC)
    assert found.test_setup == {"cycler": "Biologic", "channel_number": 7}
    assert {tag.lower() for tag in found.tags} == {"baseline", "rpt"}
    assert found.step_labels_validated is True
    assert found.processing_status == "ready"


def test_a_series_comes_back_as_it_was_uploaded(client, cycled):
    made, frame = cycled
    assert_frame_equal(client.cell_measurement.time_series(made.id), frame, check_exact=True)


def test_columns_of_every_type_survive(client, cell):
    made = client.cell_measurement.create(
        cell.id, {"measurement": {"name": "all types"}, "time_series": EXTRA}
    )
    found = client.cell_measurement.time_series(made.id)
    assert found.schema == EXTRA.schema
    assert_frame_equal(found, EXTRA.fill_nan(None), check_exact=True)  # NaN: not measured
    assert made.steps_created == 2


def lazy(frame):
    return frame.lazy()


def pandas(frame):
    return frame.to_pandas()


def sliced_pandas(frame):
    doubled = pd.concat([frame.to_pandas(), frame.to_pandas()])
    return doubled[: frame.height].set_axis([7, 5, 3, 1, 0, 9])


def arrow(frame):
    return frame.to_arrow()


def lists(frame):
    return frame.to_dict(as_series=False)


def arrays(frame):
    return {name: frame[name].to_numpy() for name in frame.columns}


def mixed(frame):
    return {name: frame[name].to_list() for name in frame.columns[:2]} | {
        name: pd.Series(frame[name].to_numpy()) for name in frame.columns[2:]
    }


@pytest.mark.parametrize(
    "kind", [lazy, pandas, sliced_pandas, arrow, lists, arrays, mixed], ids=lambda k: k.__name__
)
def test_a_series_of_any_common_kind_is_uploaded_the_same(client, cell, kind):
    made = client.cell_measurement.create(
        cell.id, {"measurement": {"name": "x"}, "time_series": kind(SERIES)}
    )
    found = client.cell_measurement.time_series(made.id)
    assert_frame_equal(found, SERIES, check_exact=True)


def test_a_pandas_frame_keeps_its_columns_of_text_time_and_category(client, cell):
    frame = SERIES.to_pandas().assign(
        Comment=["a", None, "c", "d", "e", "f"],
        Clock=pd.date_range("2025-01-01", periods=6, freq="s", tz="UTC"),
        Phase=pd.Categorical(["a", "b", "a", "b", "a", "b"]),
        Temperature=[25.0, np.nan, 25.0, 25.0, 25.0, 25.0],
    )
    made = client.cell_measurement.create(
        cell.id, {"measurement": {"name": "x"}, "time_series": frame}
    )
    found = client.cell_measurement.time_series(made.id, as_="pandas")
    assert list(found.columns) == list(frame.columns)
    assert found["Comment"].isna().tolist() == frame["Comment"].isna().tolist()
    assert found["Clock"].tolist() == frame["Clock"].tolist()
    assert found["Phase"].astype(str).tolist() == ["a", "b", "a", "b", "a", "b"]
    assert found["Temperature"].isna().tolist() == [False, True, False, False, False, False]


def test_a_series_comes_back_in_the_kind_that_is_asked_for(client, cycled):
    made, frame = cycled
    as_pandas = client.cell_measurement.time_series(made.id, as_="pandas")
    pd.testing.assert_frame_equal(as_pandas, frame.to_pandas())
    as_arrow = client.cell_measurement.time_series(made.id, as_="arrow")
    assert isinstance(as_arrow, pa.Table)
    assert_frame_equal(pl.from_arrow(as_arrow), frame)


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (SERIES.drop("Current [A]"), r"Current \[A\]"),
        (SERIES.clear(), "no rows"),
        (SERIES.with_columns(pl.lit(None, pl.Float64).alias("Voltage [V]")), r"Voltage \[V\]"),
        (SERIES.with_columns(pl.col("Voltage [V]").cast(pl.String)), "not numeric"),
        (SERIES.with_columns(pl.col("Time [s]") + 1), "starts at 1"),
        (SERIES.with_columns(pl.col("Time [s]").reverse()), "starts at 50"),
        (SERIES.with_columns(pl.col("Step count") * 2), "Step count"),
        (SERIES.with_columns(pl.col("Step count") + 1), "Step count"),
    ],
    ids=range(8),
)
@pytest.mark.live("sends nothing")
def test_data_that_cannot_be_right_are_refused_before_sending(client, cell, frame, told):
    data = {"measurement": {"name": "bad"}, "time_series": frame}
    with traffic() as sent, pytest.raises(MeasurementValidationError, match=told) as caught:
        client.cell_measurement.create(cell.id, data)
    assert not sent
    assert caught.value.errors
    assert client.cell_measurement.list(cell.id) == []


@pytest.mark.parametrize(
    "table",
    [
        SERIES.with_columns(pl.Series("Thing", [object()] * 6, dtype=pl.Object)),
        SERIES.to_pandas().assign(Mixed=[1, "a", None, 2.5, b"x", 3]),
        pd.concat([SERIES.to_pandas()] * 2, axis=1),
        {**SERIES.to_dict(as_series=False), "Short": [1, 2]},
        np.zeros((6, 4)),
        "file.csv",
        SERIES.to_pandas().assign(Z=[1 + 2j] * 6),
        SERIES.with_columns(Wide=pl.lit(2**100, pl.Int128)),
        SERIES.to_arrow().append_column("D", pa.nulls(6, pa.decimal256(60, 2))),
        {**SERIES.to_dict(as_series=False), "Note": [1, 2, 3, 4, 5, "n/a"]},
    ],
    ids=range(10),
)
@pytest.mark.live("sends nothing")
def test_what_cannot_be_stored_as_a_table_is_refused_before_sending(client, table):
    for data in ({"time_series": table}, {"time_series": SERIES, "steps": table}):
        with traffic() as sent, pytest.raises(PayloadError, match=list(data)[-1]):
            client.cell_measurement.create("cell-id", {"measurement": {"name": "x"}, **data})
        assert not sent


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"measurement": {"name": "x"}}, "time_series.*create_properties"),
        ({"time_series": SERIES}, "measurement"),
        ({"measurement": {}, "time_series": SERIES}, "name"),
        ({"measurement": {"name": ""}, "time_series": SERIES}, "name"),
        ({"measurement": {"name": "x" * 256}, "time_series": SERIES}, "name"),
        ({"measurement": {"name": 5}, "time_series": SERIES}, "name"),
        ({"measurement": {"name": "x", "note": ""}, "time_series": SERIES}, "'notes'"),
        ({"measurement": {"name": "x", "start_time": "soon"}, "time_series": SERIES}, "start_time"),
        ({"measurement": {"name": "x", "tags": "rpt"}, "time_series": SERIES}, "tags"),
        ({"measurement": {"name": "x", "tags": ["a"] * 51}, "time_series": SERIES}, "tags"),
        ({"measurement": {"name": "x", "data_type": "EIS"}, "time_series": SERIES}, "data_type"),
        ({"measurement": {"name": "x"}, "series": SERIES}, "series.*time_series"),
        ({"measurement": {"name": "x"}, "time_series": [1, 2]}, "time_series.*list"),
        ({"measurement": {"name": "x"}, "time_series": {"a": [1], "b": [1, 2]}}, "not a table"),
        ({"measurement": {"name": "x"}, "time_series": SERIES, "steps": 5}, "steps"),
        (SERIES, "measurement"),
    ],
    ids=range(16),
)
@pytest.mark.live("sends nothing")
def test_a_mistake_is_reported_before_anything_is_sent(client, data, told):
    with traffic() as sent, pytest.raises(PayloadError, match=told):
        client.cell_measurement.create("cell-id", data)
    assert not sent


def test_a_taken_name_is_a_conflict_before_anything_is_uploaded(client, cell):
    made = client.cell_measurement.create(cell.id, measurement("RPT"))
    with traffic() as sent, pytest.raises(Conflict) as caught:
        client.cell_measurement.create(cell.id, measurement("RPT"))
    assert caught.value.existing_id == made.id
    assert [s.method for s in sent] == ["POST"]
    assert client.cell_measurement.list(cell.id).total == 1


@pytest.mark.live("about what the sandbox decides")
def test_under_a_cell_that_is_not_there_nothing_is_made(client):
    with traffic() as sent:
        for create in (client.cell_measurement.create, client.cell_measurement.create_or_get):
            with pytest.raises(NotFound, match="instance"):
                create("nowhere", measurement("RPT"))
    assert not [s for s in sent if s.method == "PUT"]


def test_potential_data_need_no_time(client, cell):
    frame = pl.DataFrame({"Voltage [V]": [3.0, 3.5, 4.0], "SOC": [0.0, 0.5, 1.0]}).with_columns(
        pl.lit(0).alias("Step count")
    )
    made = client.cell_measurement.create(
        cell.id, {"measurement": {"name": "OCP", "data_type": "ocp"}, "time_series": frame}
    )
    assert client.cell_measurement.time_series(made.id).equals(frame)
    view = client.cell_measurement.detail(made.id)
    assert view.time_series.height == 3


# Steps and cycles


@pytest.mark.live("large tables")
def test_steps_and_cycles_are_the_same_on_every_road(client, cycled):
    made, _ = cycled
    both = client.cell_measurement.steps_and_cycles(made.id)
    view = client.cell_measurement.detail(made.id)
    steps_only = client.cell_measurement.detail(made.id, include_cycles=False)
    cycles_only = client.cell_measurement.detail(made.id, include_steps=False)
    for steps in (both.steps, view.steps, steps_only.steps):
        assert_frame_equal(
            steps.fill_nan(None), client.cell_measurement.steps(made.id).fill_nan(None)
        )
    for cycles in (both.cycles, view.cycles, cycles_only.cycles):
        assert_frame_equal(cycles, client.cell_measurement.cycles(made.id))


def test_step_and_cycle_tables_have_the_known_columns_and_types(client, cycled):
    made, frame = cycled
    steps = client.cell_measurement.steps(made.id)
    assert steps.height == made.steps_created == frame["Step count"].n_unique()
    assert steps.schema["Step count"] == pl.Int64
    assert steps.schema["Step type"] == pl.String
    assert steps.schema["Duration [s]"] == pl.Float64
    assert steps["Step type"][0] == "Constant current discharge"
    cycles = client.cell_measurement.cycles(made.id)
    assert cycles["Cycle count"].to_list() == [0, 1]
    capacity = cycles["Discharge capacity [A.h]"]
    assert capacity.to_list() == pytest.approx([4.9, 4.9], rel=0.02)
    efficiency = cycles["Coulombic efficiency"]
    assert 0.98 < efficiency[0] < 1.02


def test_both_tables_cost_one_request(client, cycled):
    with traffic() as sent:
        client.cell_measurement.steps_and_cycles(cycled[0].id)
    assert [s.operation for s in sent] == ["get_measurement_steps_and_cycles"]


def test_steps_of_ones_own_are_kept(client, cell):
    steps = pl.DataFrame(
        {
            "Step count": [0, 1],
            "Step type": ["Formation", "Rest"],
            "Duration [s]": [20.0, 20.0],
            "Operator's mark": ["a", None],
        }
    )
    for name, given in (("polars", steps), ("pandas", steps.to_pandas()), ("dict", lists(steps))):
        made = client.cell_measurement.create(
            cell.id, {"measurement": {"name": name}, "time_series": SERIES, "steps": given}
        )
        assert made.steps_created == 2
        assert_frame_equal(client.cell_measurement.steps(made.id), steps)
        assert_frame_equal(client.cell_measurement.steps_and_cycles(made.id).steps, steps)


@pytest.mark.live("about what the sandbox decides")
def test_tables_of_a_measurement_without_any_are_not_found(client, cell):
    made = client.cell_measurement.create_properties(cell.id, "Mass", {"mass": Quantity(68, "g")})
    for read in (
        client.cell_measurement.steps,
        client.cell_measurement.cycles,
        client.cell_measurement.steps_and_cycles,
        client.cell_measurement.time_series,
    ):
        with pytest.raises(NotFound, match="properties"):
            read(made.id)


# Properties


def test_properties_come_back_as_quantities(client, cell):
    made = client.cell_measurement.create_properties(
        cell.id,
        "Inspection",
        {
            "thickness": Quantity(0.52, "mm"),
            "dc_resistance": {"value": 31.5, "unit": "mohm"},
            "grade": "A",
            "passed": True,
            "photos": ("1.png", "2.png"),
        },
        notes="by hand",
        protocol={"name": "incoming"},
        start_time=datetime.datetime(2025, 1, 2, tzinfo=UTC),
        test_setup={"operator": "kb"},
    )
    found = client.cell_measurement.get(made.id)
    assert found == made
    assert found.measurement_type == "properties"
    assert found.properties["thickness"]["unit"] == "mm"
    assert found.properties["photos"] == ["1.png", "2.png"]
    assert (found.properties["grade"], found.properties["passed"]) == ("A", True)
    quantities = found.quantities["properties"]
    assert quantities["thickness"].to("um") == Quantity(520.0, "um")
    assert set(quantities) == {"thickness", "dc_resistance"}
    assert (found.notes, found.protocol["name"], found.test_setup["operator"]) == (
        "by hand",
        "incoming",
        "kb",
    )
    assert found.start_time == datetime.datetime(2025, 1, 2, tzinfo=UTC)


@pytest.mark.live("sends nothing")
def test_a_bare_number_among_properties_is_refused_before_sending(client):
    with traffic() as sent, pytest.raises(PayloadError, match=r"properties\.mass.*unit"):
        client.cell_measurement.create_properties("cell-id", "Mass", {"mass": 68.2})
    assert not sent


@pytest.mark.live("about what the sandbox decides")
def test_a_second_measurement_of_properties_of_the_name_is_a_conflict(client, cell):
    made = client.cell_measurement.create_properties(cell.id, "Mass", {"mass": Quantity(68, "g")})
    with pytest.raises(Conflict) as caught:
        client.cell_measurement.create_properties(cell.id, "Mass", {})
    assert caught.value.existing_id == made.id


# create_or_get


def test_create_or_get_uploads_once(client, cell):
    data = measurement(
        "RPT 0",
        start_time=datetime.datetime(2025, 1, 2),
        tags=["a", "B"],
        protocol={"name": "C/20", "definition": {"limits": (1, 2)}},
    )
    with traffic() as first:
        made = silently(client.cell_measurement.create_or_get, cell.id, data)
    assert [s.method for s in first].count("PUT") == 1
    with traffic() as second:
        found = silently(client.cell_measurement.create_or_get, cell.id, data)
    assert found == made
    assert [(s.operation, s.method) for s in second] == [
        ("list_cell_measurements", "GET"),
        ("download_measurement_time_series", "GET"),  # a redirect to storage,
        ("download_measurement_time_series", "GET"),  # of which only the end is read
    ]
    assert client.cell_measurement.list(cell.id).total == 1


@pytest.mark.parametrize(
    "same",
    [
        {"start_time": "2025-01-02T15:00:00Z"},
        {"start_time": "2025-01-02T17:00:00+02:00"},
        {"start_time": datetime.datetime(2025, 1, 2, 15, tzinfo=UTC)},
        {"tags": ["RPT", "baseline"]},
        pytest.param({"tags": {"baseline", "rpt"}}, id="a set of tags"),
        {"protocol": {"name": "C/20"}},
        {"test_setup": {}},
        {"notes": None},
        {"data_type": None},
    ],
    ids=str,
)
def test_the_same_in_other_words_is_no_difference(client, cell, same):
    given = {
        "start_time": datetime.datetime(2025, 1, 2, 15, tzinfo=UTC),
        "tags": ["baseline", "rpt"],
        "protocol": {"name": "C/20", "ambient_temperature_degc": 25},
        "test_setup": {"cycler": "x"},
    }
    made = client.cell_measurement.create(cell.id, measurement("RPT", **given))
    found = silently(client.cell_measurement.create_or_get, cell.id, measurement("RPT", **same))
    assert found.id == made.id


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"notes": "new"}, "notes: requested 'new', found 'old'"),
        ({"start_time": "2025-01-02T15:00:01Z"}, "start_time"),
        ({"tags": ["rpt"]}, "tags"),
        ({"protocol": {"name": "C/10"}}, r"protocol\.name"),
    ],
)
def test_a_difference_is_reported_and_nothing_is_uploaded(client, cell, other, told):
    made = client.cell_measurement.create(
        cell.id,
        measurement(
            "RPT",
            notes="old",
            start_time="2025-01-02T15:00:00Z",
            tags=["rpt", "baseline"],
            protocol={"name": "C/20"},
        ),
    )
    data = measurement("RPT", **other)
    create_or_get = client.cell_measurement.create_or_get
    with traffic() as sent:
        with pytest.warns(DifferenceWarning, match=told) as caught:
            found = create_or_get(cell.id, data)
        with pytest.raises(Conflict, match=told):
            create_or_get(cell.id, data, on_difference="raise")
        assert silently(create_or_get, cell.id, data, on_difference="ignore") == found
    assert [w.filename for w in caught] == [__file__]
    assert found == client.cell_measurement.get(made.id)
    assert {s.method for s in sent} == {"GET"}


def test_another_series_under_the_name_is_reported_and_not_uploaded(client, cell):
    made = client.cell_measurement.create(cell.id, measurement("RPT"))
    other = {"measurement": {"name": "RPT"}, "time_series": SERIES[:3]}
    with pytest.warns(DifferenceWarning, match=r"time_series\.rows: requested 3"):
        found = client.cell_measurement.create_or_get(cell.id, other)
    assert found.id == made.id
    assert client.cell_measurement.time_series(made.id).height == SERIES.height


@pytest.mark.live("sends nothing")
def test_an_unknown_choice_for_differences_is_refused_before_anything_is_sent(client, cell):
    with traffic() as sent, pytest.raises(PayloadError, match="on_difference"):
        client.cell_measurement.create_or_get(cell.id, measurement("x"), on_difference="explode")
    assert not sent


@pytest.mark.parametrize(
    ("metadata", "told"),
    [
        ({"name": ""}, "name"),
        ({"name": 5}, r"measurement\.name"),
        ({"name": "RPT", "note": "x"}, "'notes'"),
        ({"name": "RPT", "tags": "rpt"}, "tags"),
        ({"name": "RPT", "start_time": "soon"}, "start_time"),
    ],
)
@pytest.mark.live("sends nothing")
def test_create_or_get_tells_a_mistake_before_it_looks_for_the_name(client, metadata, told):
    with traffic() as sent, pytest.raises(PayloadError, match=told):
        client.cell_measurement.create_or_get("cell-id", measurement(**metadata))
    assert not sent


@pytest.mark.parametrize("name", ["a/b", "100 %", "R_T", "\u0394V \U0001f50b", 'a "b"', "in.(a,b)"])
@pytest.mark.live("like that of cells")
def test_create_or_get_finds_any_name_again(client, cell, name):
    client.cell_measurement.create(cell.id, measurement(name + "0"))
    made = client.cell_measurement.create_or_get(cell.id, measurement(name))
    assert made.name == name
    with traffic() as sent:
        found = silently(client.cell_measurement.create_or_get, cell.id, measurement(name))
    assert found == made
    assert {each.method for each in sent} == {"GET"}


@pytest.mark.live("threads race")
def test_sixteen_threads_make_one_measurement(client, cell):
    with ThreadPoolExecutor(16) as pool:
        made = list(
            pool.map(
                lambda _: client.cell_measurement.create_or_get(cell.id, measurement("RPT")),
                range(16),
            )
        )
    assert len({m.id for m in made}) == 1
    assert client.cell_measurement.list(cell.id).total == 1
    assert client.cell_measurement.time_series(made[0].id).equals(SERIES)


# Lists


@pytest.fixture
def library(client):
    """Two specifications, three cells, five measurements in a project of their own."""
    project = client.project.create({"name": unique("project")})

    def spec(name, anode, cathode):
        data = {"name": name, "project_id": project.id}
        data["anode"] = {"material": {"name": anode}}
        data["cathode"] = {"material": {"name": cathode}}
        return client.cell_spec.create(data)

    specs = [spec("LG M50", "Graphite-SiOx", "NMC_811"), spec("A123", "Graphite", "LFP")]
    cells = [
        client.cell_instance.create(parent.id, {"name": name})
        for parent, name in ((specs[0], "M50-1"), (specs[0], "M50-2"), (specs[1], "A-1"))
    ]
    series, properties = client.cell_measurement.create, client.cell_measurement.create_properties
    day = {n: datetime.datetime(2025, 1, n, 12, tzinfo=UTC) for n in (1, 2, 3)}
    made = [
        series(cells[0].id, measurement("RPT 0", start_time=day[1], notes="b")),
        series(
            cells[0].id,
            measurement("RPT 1", start_time=day[2], notes="a", test_setup={"cycler": "Neware"}),
        ),
        properties(cells[0].id, "Mass", {"mass": Quantity(68, "g")}, start_time=day[3]),
        series(
            cells[1].id,
            measurement("RPT 0", test_setup={"cycler": "Arbin"}, step_labels_validated=True),
        ),
        series(cells[2].id, measurement("rpt_0", start_time=day[2], notes="c")),
    ]
    return project, specs, cells, made


def by_filter(library):
    _, specs, cells, made = library
    return [
        ({"spec_name": "m50"}, made[:4]),
        ({"spec_name": "%"}, []),
        ({"instance_name": "M50-"}, made[:4]),
        ({"instance_name": "-2"}, [made[3]]),
        ({"spec_id": specs[1].id}, [made[4]]),
        ({"cell_instance_id": cells[0].id}, made[:3]),
        ({"spec_anode": "graphite"}, made),
        ({"spec_anode": "siox"}, made[:4]),
        ({"spec_cathode": "NMC_8"}, made[:4]),
        ({"spec_cathode": "lfp"}, [made[4]]),
        ({"name": "rpt"}, [*made[:2], *made[3:]]),
        ({"name": "rpt_"}, [made[4]]),
        ({"name_exact": "RPT 0"}, [made[0], made[3]]),
        ({"created_by_email": "user@"}, made),
        ({"created_by_email": "nobody"}, []),
        ({"measurement_type": "properties"}, [made[2]]),
        ({"measurement_type": "time_series"}, [*made[:2], *made[3:]]),
        ({"measurement_type": "file"}, []),
        ({"created_after": made[1].created_at}, made[2:]),
        ({"created_before": made[1].created_at.isoformat()}, made[:1]),
        ({"created_at": made[1].created_at}, [made[1]]),
        ({"updated_after": made[3].updated_at}, [made[4]]),
        ({"updated_before": made[3].updated_at}, made[:3]),
        ({"updated_at": made[3].updated_at}, [made[3]]),
        ({"started_after": "2025-01-01 12:00"}, [made[1], made[2], made[4]]),
        ({"started_before": datetime.date(2025, 1, 2)}, [made[0]]),
        ({"start_time": "2025-01-02T13:00:00+01:00"}, [made[1], made[4]]),
        ({"name": "rpt", "started_after": "2025-01-02", "spec_name": "LG"}, [made[1]]),
        ({"name": None, "spec_name": None}, made),
    ]


@pytest.mark.live("many lists")
def test_every_filter_of_a_project_does_what_it_says(client, library):
    project = library[0]
    for filters, expected in by_filter(library):
        found = client.cell_measurement.list_by_project(project.id, **filters)
        assert {m.id for m in found} == {m.id for m in expected}, filters
        assert found.total == len(expected), filters


@pytest.mark.parametrize(
    ("order_by", "expected"),
    [
        ("name", [2, 0, 3, 1, 4]),
        ("created_at", [0, 1, 2, 3, 4]),
        ("updated_at", [0, 1, 2, 3, 4]),
        ("start_time", [0, 1, 4, 2, 3]),
        ("step_labels_validated", [0, 1, 2, 4, 3]),
        ("cycler", [3, 1, 0, 2, 4]),
        ("notes", [1, 0, 4, 2, 3]),
    ],
)
@pytest.mark.live("like its filters, for each column")
def test_every_order_of_a_project(client, library, order_by, expected):
    project, _, _, made = library

    def ids(order):
        return [
            m.id
            for m in client.cell_measurement.list_by_project(
                project.id, order_by=order_by, order=order
            )
        ]

    assert ids("asc") == [made[n].id for n in expected]
    assert ids("desc") == [made[n].id for n in reversed(expected)]


def test_order_by_the_cell_keeps_its_measurements_together(client, library):
    project, _, cells, _ = library
    found = client.cell_measurement.list_by_project(
        project.id, order_by="cell_instance_id", order="asc"
    )
    owners = [m.cell_instance_id for m in found]
    assert owners == sorted(owners)
    assert set(owners) == {c.id for c in cells}


def test_each_measurement_of_a_project_comes_with_its_parents(client, library):
    project, specs, cells, made = library
    (found,) = client.cell_measurement.list_by_project(project.id, cell_instance_id=cells[2].id)
    assert isinstance(found, CellMeasurementWithParents)
    assert found.id == made[4].id
    assert (found.instance.id, found.instance.name) == (cells[2].id, "A-1")
    assert (found.specification.id, found.specification.name) == (specs[1].id, "A123")
    assert found.specification.cathode.material.name == "LFP"


def test_filters_and_order_of_the_measurements_of_a_cell(client, library):
    _, _, cells, made = library
    for filters, expected in (
        ({}, [2, 1, 0]),
        ({"order_by": "start_time", "order": "asc"}, [0, 1, 2]),
        ({"order_by": "name", "order": "asc"}, [2, 0, 1]),
        ({"order_by": "updated_at", "order": "asc"}, [0, 1, 2]),
        ({"name": "rpt", "order": "asc"}, [0, 1]),
        ({"name_exact": "RPT 1"}, [1]),
        ({"measurement_type": "properties"}, [2]),
        ({"started_after": made[0].start_time, "order": "asc"}, [1, 2]),
        ({"started_before": made[2].start_time, "order": "asc"}, [0, 1]),
        ({"created_after": made[0].created_at}, [2, 1]),
        ({"updated_before": made[1].updated_at}, [0]),
        ({"created_by_email": "sandbox"}, [2, 1, 0]),
    ):
        listed = client.cell_measurement.list(cells[0].id, **filters)
        assert [m.id for m in listed] == [made[n].id for n in expected], filters
        assert list(client.cell_measurement.iterate(cells[0].id, **filters)) == listed


@pytest.mark.live("sends nothing")
def test_a_filter_of_the_project_list_is_unknown_to_the_cells_list(client):
    with pytest.raises(TypeError, match="unknown filter 'spec_name'"):
        client.cell_measurement.list("id", spec_name="x")


# Update and delete


def test_update_changes_metadata_and_none_clears(client, cell):
    made = client.cell_measurement.create(
        cell.id, measurement("RPT", notes="old", start_time="2025-01-02T00:00:00Z", tags=["a"])
    )
    changed = client.cell_measurement.update(
        made.id,
        {
            "name": "RPT 0",
            "notes": None,
            "tags": ["changed here"],
            "end_time": datetime.datetime(2025, 1, 3, tzinfo=UTC),
            "test_setup": {"lab": "x"},
        },
    )
    assert (changed.name, changed.notes) == ("RPT 0", None)
    assert changed.tags == ["changed here"]
    assert changed.start_time == datetime.datetime(2025, 1, 2, tzinfo=UTC)
    assert changed.end_time == datetime.datetime(2025, 1, 3, tzinfo=UTC)
    assert changed.test_setup == {"lab": "x"}
    assert client.cell_measurement.get(made.id) == changed
    assert client.cell_measurement.time_series(made.id).equals(SERIES)
    assert client.cell_measurement.update(made.id, {"start_time": None, "end_time": None}) == (
        client.cell_measurement.get(made.id)
    )
    assert client.cell_measurement.get(made.id).start_time is None


def test_update_of_properties(client, cell):
    made = client.cell_measurement.create_properties(cell.id, "Mass", {"mass": Quantity(68, "g")})
    changed = client.cell_measurement.update(made.id, {"properties": {"mass": Quantity(69, "g")}})
    assert changed.quantities["properties"]["mass"] == Quantity(69, "g")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"note": "x"}, "did you mean 'notes'"),
        ({"processing_status": "ready"}, "processing_status: unknown|unknown key"),
        ({"name": ""}, "name"),
        ({"properties": {"mass": 5}}, r"properties\.mass.*unit"),
        ({"tags": [5]}, r"tags\[0\]"),
    ],
)
@pytest.mark.live("sends nothing")
def test_update_tells_a_mistake_before_sending(client, data, told):
    with traffic() as sent, pytest.raises(PayloadError, match=told):
        client.cell_measurement.update("some-id", data)
    assert not sent


@pytest.mark.live("about what the sandbox decides")
def test_delete_takes_record_and_data(client, cell):
    made = client.cell_measurement.create(cell.id, measurement("RPT"))
    assert client.cell_measurement.delete(made.id) is None
    for read in (
        client.cell_measurement.get,
        client.cell_measurement.detail,
        client.cell_measurement.time_series,
        client.cell_measurement.steps,
        client.cell_measurement.delete,
    ):
        with pytest.raises(NotFound):
            read(made.id)
    assert client.cell_measurement.create_or_get(cell.id, measurement("RPT")).id != made.id
