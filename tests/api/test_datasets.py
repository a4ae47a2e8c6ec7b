"""What a dataset selects and shows, and how many requests that costs."""

import datetime
from collections import Counter

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ionworks_openapi.api.cell_measurements import download_measurement_time_series
from ionworks_openapi.models import CellInstance, CellMeasurement, CellSpecification
from traffic import SERIES, measurement, traffic, unique

from ionworks import Ionworks
from ionworks.datasets.records import measurements_table
from ionworks.datasets.report import format_bytes
from ionworks.datasets.selection import Selected
from ionworks.errors import ConfigurationError, NotFound, PayloadError


@pytest.fixture
def lab(client):
    """A project with two cells, each with a series; one also has properties."""
    project = client.project.create({"name": unique("project")})
    spec = client.cell_spec.create(
        {"name": unique("spec"), "project_id": project.id, "ratings": {"capacity": "5 A*h"}}
    )
    cells = [
        client.cell_instance.create(
            spec.id, {"name": name, "measured_properties": {"mass": "68 g"}}
        )
        for name in ("007", "null")
    ]
    tests = [
        client.cell_measurement.create(cell.id, measurement(f"T{n}", tags=[f"tag{n}"]))
        for n, cell in enumerate(cells)
    ]
    thick = client.cell_measurement.create_properties(
        cells[0].id, "Thickness", {"thickness": "0.5 mm"}
    )
    return project, spec, cells, tests, thick


def ids(dataset):
    return {each.id for each in dataset}


def test_a_dataset_is_selected_by_project_specification_cell_or_measurement(client, lab):
    project, spec, cells, tests, thick = lab
    everything = {tests[0].id, tests[1].id, thick.id}
    assert ids(client.dataset(project_id=project.id)) == everything
    assert ids(client.dataset(specifications=spec.id)) == everything
    assert ids(client.dataset(specifications=[spec, spec.id])) == everything
    assert ids(client.dataset(cells=cells)) == everything
    assert ids(client.dataset(cells=cells[1])) == {tests[1].id}
    assert ids(client.dataset([tests[0].id, tests[1], tests[0].id])) == {tests[0].id, tests[1].id}


def test_filters_are_those_of_the_lists(client, lab):
    _, spec, cells, tests, _ = lab
    of_spec = {"specifications": spec.id}
    assert ids(client.dataset(**of_spec, tags_any=["tag1", "other"])) == {tests[1].id}
    assert ids(client.dataset(**of_spec, measurement_type="time_series", name="T0")) == {
        tests[0].id
    }
    assert ids(client.dataset(cells=cells, tags_all="tag0")) == {tests[0].id}
    assert len(client.dataset(**of_spec, started_after=datetime.date(2030, 1, 1))) == 0


def test_the_project_of_the_client_is_the_default(sandbox, lab):
    with sandbox.client(project_id=lab[0].id) as client:
        assert len(client.dataset()) == 3
    with (
        Ionworks(api_key="never-sent", api_url=sandbox.url) as client,
        pytest.raises(ConfigurationError, match="no project given"),
    ):
        client.dataset()


@pytest.mark.parametrize(
    ("selection", "field"),
    [
        ({"project_id": "p", "cells": ["c"]}, "cells"),
        ({"project_id": "p", "specifications": "s"}, "specifications"),
        ({"measurements": ["m"], "project_id": "p"}, "project_id"),
        ({"measurements": ["m"], "tags_all": "x"}, "tags_all"),
        ({"measurements": [7]}, "measurements"),
        ({"measurements": 7}, "measurements"),
        ({"cells": {"id": "c"}}, "cells"),
        ({"cells": b"c"}, "cells"),
        ({"specifications": [None]}, "specifications"),
    ],
    ids=str,
)
def test_a_selection_that_is_not_one_is_refused_before_anything_is_sent(client, selection, field):
    with traffic() as sent, pytest.raises(PayloadError) as caught:
        client.dataset(**selection)
    assert caught.value.field.startswith(field)
    assert sent == []


def test_an_unknown_id_is_not_found(client):
    with pytest.raises(NotFound):
        client.dataset(["00000000-0000-4000-8000-000000000000"])


def test_a_dataset_moves_no_table_and_shows_what_it_holds(client, lab):
    project, *_ = lab
    with traffic() as sent:
        dataset = client.dataset(project_id=project.id)
    assert Counter(each.operation for each in sent) == {
        "list_all_cell_measurements": 1,
        "get_cell_instance": 2,
        "get_cell_specification": 1,
    }
    shown = repr(dataset)
    assert "cells: 2; measurements: 3 (2 with time series); " in shown
    assert "without time series: 1 properties" in shown
    assert "rows: not known; call sizes()" in shown
    sizes = dataset.sizes()
    assert sizes["rows"].to_list() == [SERIES.height] * 2
    stored = [
        len(client.call(download_measurement_time_series, each)) for each in sizes["measurement_id"]
    ]
    assert sizes["bytes"].to_list() == stored
    assert f"rows: 12; bytes: {format_bytes(sum(stored))}" in repr(dataset)
    assert "<table>" in dataset._repr_html_()
    with traffic() as sent:
        dataset.sizes(as_="pandas")
    assert sent == []


def test_many_cells_are_listed_and_not_asked_for_one_by_one(client):
    project = client.project.create({"name": unique("project")})
    spec = client.cell_spec.create({"name": unique("spec"), "project_id": project.id})
    for number in range(12):
        cell = client.cell_instance.create(spec.id, {"name": f"{number}"})
        client.cell_measurement.create_properties(cell.id, "mass", {"mass": "68 g"})
    with traffic() as sent:
        dataset = client.dataset(project_id=project.id)
    assert len(dataset.cells) == 12
    assert Counter(each.operation for each in sent) == {
        "list_all_cell_measurements": 1,
        "list_cell_specifications": 1,
        "list_cell_instances": 1,
    }


def test_the_frame_has_names_tags_and_quantities_with_units(client, lab):
    frame = client.dataset(project_id=lab[0].id).to_frame()
    assert frame["measurement_id"].is_sorted()
    by_name = frame.sort("measurement_name")
    assert by_name["cell_instance_name"].to_list() == ["007", "null", "007"]
    assert by_name["tags"].to_list() == [["tag0"], ["tag1"], []]
    assert by_name["rated.capacity [A*h]"].to_list() == [5.0] * 3
    assert by_name["cell.mass [g]"].to_list() == [68.0] * 3
    assert by_name["properties.thickness [mm]"].to_list() == [None, None, 0.5]
    assert frame.schema["start_time"] == pl.Datetime("us", "UTC")


def test_an_empty_dataset_has_the_columns_of_ids_and_names(client, lab):
    dataset = client.dataset(cells=[])
    assert dataset.to_frame().columns[:2] == ["measurement_id", "cell_instance_id"]
    assert dataset.sizes().height == 0
    assert dataset.refs() == []


NAMES = st.one_of(
    st.sampled_from(["007", "null", "NaN", "1e3", "a/b", "%2F", "x=y", "🔋", ""]),
    st.just("__HIVE_DEFAULT_PARTITION__"),
    st.text(max_size=20),
)


@settings(max_examples=30)
@given(names=st.lists(NAMES, min_size=1, max_size=4), tags=st.lists(NAMES, max_size=3))
def test_any_name_is_text_in_the_frame(names, tags):
    when = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
    own = {"created_at": when, "updated_at": when}
    spec = CellSpecification(id="s", name=names[-1], ratings=None, organization_id="o", **own)
    cells = {
        f"c{n}": CellInstance(id=f"c{n}", name=name, cell_specification_id="s", **own)
        for n, name in enumerate(names)
    }
    records = [
        CellMeasurement(id=f"m{n}", cell_instance_id=f"c{n}", name=name, tags=tags, **own)
        for n, name in enumerate(names)
    ]
    frame = measurements_table(Selected(records, cells, {"s": spec}))
    assert frame["measurement_name"].to_list() == names
    assert frame["cell_instance_name"].to_list() == names
    assert frame["cell_specification_name"].to_list() == [names[-1]] * len(names)
    assert frame["tags"].to_list() == [tags] * len(names)


@given(st.integers(0, 10**18))
def test_a_size_is_short_and_has_a_unit(size):
    number, unit = format_bytes(size).split()
    powers = dict(zip(("B", "kB", "MB", "GB", "TB"), range(5), strict=True))
    assert abs(float(number) * 1000 ** powers[unit] - size) <= 0.06 * 1000 ** powers[unit]
    assert float(number) <= 1000 or unit == "TB"
