"""The documented operations and client methods, each part of them, on the sandbox."""

import datetime
from types import SimpleNamespace

import pytest
from ionworks_openapi.api.cell_measurements import (
    create_properties_measurement,
    list_cell_measurements_by_project,
    update_cell_measurement,
)
from ionworks_openapi.models import CellInstance, CellMeasurement
from traffic import SERIES, traffic, unique

from ionworks._workflows.detail import CellInstanceDetail, MeasurementDetail
from ionworks.cell_instance import CellInstanceClient
from ionworks.errors import BadRequest, NotFound, PayloadError
from ionworks.sandbox.contract.operations import load_contract

THEN = "2023-11-07T05:31:56Z"
MOMENT = datetime.datetime(2023, 11, 7, 5, 31, 56, tzinfo=datetime.UTC)
MEASURED = {
    "cathode": {"loading": {"value": 7.06, "unit": "mg/cm**2"}},
    "cell": {"initial_capacity": {"value": 1.08, "unit": "A*h"}},
}
PROPERTIES = {"thickness": {"value": 0.52, "unit": "mm"}, "DCIR": {"value": 12, "unit": "mohm"}}
PROTOCOL = {"name": "RPT", "ambient_temperature_degc": 25.0, "definition": {"global": {}}}
UCP = {"name": "UCP", "definition": "cycle: 1"}
SETUP = {"cycler": "Neware", "operator": "A. Author", "lab": "B2", "channel_number": 7}
FILES = {"sem.png": {"mime": "image/png", "width": 640}}


@pytest.fixture(scope="module")
def ours(sandbox):
    """Return a client, and a specification of its own."""
    with sandbox.client() as client:
        spec = client.cell_spec.create({"name": unique("documented")})
        yield SimpleNamespace(client=client, spec=spec.id)


@pytest.fixture
def cell(ours):
    data = {
        "name": unique("cell"),
        "batch": "B-1",
        "date_manufactured": THEN,
        "measured_properties": MEASURED,
        "notes": "first",
    }
    return ours.client.cell_instance.create(ours.spec, data)


# ---------------------------------------------------------------- the client for cell instances


def test_the_client_is_made_from_a_client_and_says_what_it_is(ours):
    made = CellInstanceClient(ours.client)
    assert made.list(ours.spec) == CellInstanceClient(client=ours.client).list(ours.spec)
    for documented in (CellInstanceClient, CellInstanceClient.__init__):
        assert documented.__doc__
        assert documented.__doc__.strip()


@pytest.mark.parametrize("by_name", [False, True])
def test_every_method_takes_its_arguments_by_position_and_by_name(ours, by_name):
    client = ours.client.cell_instance

    def call(method, **arguments):
        if by_name:
            return getattr(client, method)(**arguments)
        return getattr(client, method)(*arguments.values())

    name = unique("cell")
    made = call("create", cell_spec_id=ours.spec, data={"name": name})
    assert type(made) is CellInstance
    again = call("create_or_get", cell_spec_id=ours.spec, data={"name": name})
    assert again == made
    other = call("create_or_get", cell_spec_id=ours.spec, data={"name": unique("cell")})
    assert type(other) is CellInstance
    assert other.id != made.id
    assert call("get", cell_instance_id=made.id) == made
    listed = call("list", cell_spec_id=ours.spec)
    assert isinstance(listed, list)
    assert {type(each) for each in listed} == {CellInstance}
    assert {made.id, other.id} <= {each.id for each in listed}
    changed = call("update", cell_instance_id=made.id, data={"notes": "n"})
    assert (type(changed), changed.id, changed.notes) == (CellInstance, made.id, "n")
    arguments = dict.fromkeys(("include_steps", "include_cycles", "include_time_series"), False)
    view = call("detail", cell_instance_id=made.id, **arguments)
    assert type(view) is CellInstanceDetail
    assert call("delete", cell_instance_id=made.id) is None
    with pytest.raises(NotFound):
        client.get(made.id)


def test_every_documented_field_of_a_cell_is_an_attribute_and_a_key(ours, cell):
    got = ours.client.cell_instance.get(cell.id)
    assert got == cell
    assert (got.id, got.cell_specification_id) == (cell.id, ours.spec)
    assert (got.batch, got.notes, got.date_manufactured) == ("B-1", "first", MOMENT)
    assert got.created_at.tzinfo is not None
    assert got.updated_at >= got.created_at
    assert got.measured_properties["cell"]["initial_capacity"]["value"] == 1.08
    assert got["measured_properties"]["cathode"]["loading"]["unit"] == "mg/cm**2"
    assert isinstance(got.organization_id, str)
    assert isinstance(got.created_by, str)
    assert "@" in got.created_by_email
    assert got.measurement_ids == []
    test = ours.client.cell_measurement.create_properties(cell.id, "p", {})
    assert ours.client.cell_instance.get(cell.id).measurement_ids == [test.id]


def test_a_bare_cell_has_every_documented_field_with_its_type(api):
    name = unique("bare")
    made = api.get(f"/cell_instances/{api.instance(name=name)}")
    null = ("batch", "date_manufactured", "notes")
    assert {field: made[field] for field in null} == dict.fromkeys(null)
    assert (made["name"], made["measured_properties"], made["measurement_ids"]) == (name, {}, [])


@pytest.mark.parametrize("steps", [True, False])
@pytest.mark.parametrize("cycles", [True, False])
@pytest.mark.parametrize("series", [True, False])
def test_detail_fetches_what_its_flags_say_and_nothing_else(ours, steps, cycles, series):
    cell = ours.client.cell_instance.create(ours.spec, {"name": unique("cell")})
    data = {"measurement": {"name": "RPT"}, "time_series": SERIES}
    test = ours.client.cell_measurement.create(cell.id, data)
    with traffic() as sent:
        view = ours.client.cell_instance.detail(cell.id, steps, cycles, series)
    assert (view.instance, view.specification_id) == (
        ours.client.cell_instance.get(cell.id),
        ours.spec,
    )
    (only,) = view.measurements
    assert type(only) is MeasurementDetail
    assert only.measurement.id == test.id
    there = [each is not None for each in (only.steps, only.cycles, only.time_series)]
    assert there == [steps, cycles, series]
    asked = {each.operation for each in sent}
    assert any("steps" in each for each in asked) == steps
    assert any("cycles" in each for each in asked) == cycles
    assert any("time_series" in each for each in asked) == series


def test_detail_has_everything_by_default(ours, cell):
    data = {"measurement": {"name": "RPT"}, "time_series": SERIES}
    ours.client.cell_measurement.create(cell.id, data)
    (only,) = ours.client.cell_instance.detail(cell.id).measurements
    assert (only.steps.height, only.cycles.height, only.time_series.height) == (2, 2, SERIES.height)


# ---------------------------------------------------------------- a measurement of properties


def test_every_documented_field_of_a_properties_measurement_is_sent_and_comes_back(ours, cell):
    made = ours.client.cell_measurement.create_properties(
        cell.id,
        "Thickness",
        PROPERTIES,
        protocol=PROTOCOL,
        start_time=THEN,
        test_setup=SETUP,
        step_labels_validated=True,
        notes="by hand",
        file_metadata=FILES,
    )
    assert type(made) is CellMeasurement
    assert (made.name, made.cell_instance_id, made.notes) == ("Thickness", cell.id, "by hand")
    assert (made.properties, made.protocol, made.test_setup) == (PROPERTIES, PROTOCOL, SETUP)
    assert (made.file_metadata, made.step_labels_validated) == (FILES, True)
    assert (made.measurement_type, made.start_time) == ("properties", MOMENT)
    assert made == ours.client.cell_measurement.get(made.id)
    assert made.created_by_email


def test_what_was_not_given_has_its_documented_default(ours, cell):
    made = ours.client.cell_measurement.create_properties(cell.id, "p", {})
    assert (made.measurement_type, made.step_labels_validated) == ("properties", False)
    assert (made.properties, made.protocol, made.test_setup, made.file_metadata) == ({},) * 4
    assert (made.start_time, made.notes) == (None, None)
    reviewed = ours.client.cell_measurement.create_properties(
        cell.id, "q", {}, step_labels_validated=False, file_metadata={}
    )
    assert (reviewed.step_labels_validated, reviewed.file_metadata) == (False, {})


def test_a_time_series_has_the_documented_defaults_too(ours, cell):
    data = {"measurement": {"name": "RPT"}, "time_series": SERIES}
    made = ours.client.cell_measurement.create(cell.id, data)
    assert (made.measurement_type, made.step_labels_validated) == ("time_series", False)
    assert (made.properties, made.protocol, made.test_setup, made.file_metadata) == ({},) * 4


def test_files_take_the_same_metadata(ours, cell, tmp_path):
    plot = tmp_path / "sem.png"
    plot.write_bytes(b"x")
    made = ours.client.cell_measurement.create_file(
        cell.id, "Photo", plot, step_labels_validated=True, file_metadata=FILES
    )
    assert (made.measurement_type, made.step_labels_validated) == ("file", True)
    assert made.file_metadata["sem.png"] == FILES["sem.png"]
    assert made.file_metadata["filenames"] == ["sem.png"]


def test_the_documented_request_is_taken_as_it_is_written(api):
    request = {
        "name": "<string>",
        "properties": {},
        "protocol": {},
        "start_time": THEN,
        "test_setup": {},
        "step_labels_validated": False,
        "notes": "<string>",
        "measurement_type": "properties",
        "file_metadata": {},
    }
    instance = api.instance()
    made = api.post(f"/cell_instances/{instance}/cell_measurements/create", request)
    assert request.items() <= made.items()
    assert made["cell_instance_id"] == instance
    change = {
        "name": "<string>",
        "protocol": {},
        "test_setup": {},
        "notes": "<string>",
        "properties": {},
    }
    changed = api.patch(f"/cell_measurements/{made['id']}", change)
    assert changed == {**made, "updated_at": changed["updated_at"]}


# The schema allows the one; the other is taken as UTC before it is sent.
ALLOWED_BY_CLIENT = {("measurement_type", "time_series"), ("start_time", "2023-11-07T05:31:56")}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 256),
        ("name", None),
        ("properties", None),
        ("properties", []),
        ("protocol", "RPT"),
        ("start_time", "2023-11-07T05:31:56"),
        ("test_setup", []),
        ("step_labels_validated", "yes"),
        ("notes", 5),
        ("measurement_type", "time_series"),
        ("measurement_type", "other"),
        ("file_metadata", "a"),
    ],
)
def test_a_field_that_does_not_fit_is_refused_by_client_and_sandbox(api, ours, cell, field, value):
    body = {"name": unique("m"), "properties": {}, field: value}
    path = f"/cell_instances/{cell.id}/cell_measurements/create"
    detail = api.post(path, body, 422)["detail"][0]
    assert detail["loc"] == ["body", field]
    assert {"loc", "msg", "type", "input"} <= set(detail) <= {"loc", "msg", "type", "input", "ctx"}
    if isinstance(value, str) and (field, value) in ALLOWED_BY_CLIENT:
        return
    operation = create_properties_measurement
    with traffic() as sent, pytest.raises(PayloadError, match=field):
        ours.client.call(operation, cell.id, body=body)
    assert not sent


@pytest.mark.parametrize("field", ["name", "properties"])
def test_a_required_field_that_is_absent_is_refused(api, ours, cell, field):
    body = {key: value for key, value in {"name": "m", "properties": {}}.items() if key != field}
    path = f"/cell_instances/{cell.id}/cell_measurements/create"
    assert api.post(path, body, 422)["detail"][0]["loc"] == ["body", field]
    with pytest.raises(PayloadError, match=field):
        ours.client.call(create_properties_measurement, cell.id, body=body)


# ---------------------------------------------------------------- changes of a measurement


@pytest.mark.parametrize(
    ("change", "read"),
    [
        ({"name": "renamed"}, "renamed"),
        ({"protocol": PROTOCOL}, PROTOCOL),
        ({"protocol": UCP}, UCP),
        ({"test_setup": SETUP}, SETUP),
        ({"notes": "n"}, "n"),
        ({"notes": None}, None),
        ({"properties": PROPERTIES}, PROPERTIES),
    ],
)
def test_every_documented_field_can_be_changed_alone(ours, cell, change, read):
    made = ours.client.cell_measurement.create_properties(
        cell.id, unique("m"), {"a": True}, notes="before", protocol={"name": "x"}
    )
    changed = ours.client.cell_measurement.update(made.id, change)
    ((field, _),) = change.items()
    assert changed[field] == read
    assert changed.updated_at >= made.updated_at
    kept = {key: changed[key] for key in made if key not in (field, "updated_at")}
    assert kept == {key: made[key] for key in kept}
    assert ours.client.cell_measurement.get(made.id) == changed


@pytest.mark.parametrize("change", [{}, {"name": None}])
def test_a_change_of_nothing_changes_nothing(ours, cell, change):
    made = ours.client.cell_measurement.create_properties(cell.id, unique("m"), PROPERTIES)
    changed = ours.client.call(update_cell_measurement, made.id, body=change)
    assert changed.to_dict() == made.to_dict() | {"updated_at": changed.to_dict()["updated_at"]}


def test_properties_are_of_a_properties_measurement_alone(ours, cell):
    data = {"measurement": {"name": "RPT"}, "time_series": SERIES}
    made = ours.client.cell_measurement.create(cell.id, data)
    with pytest.raises(BadRequest, match="only one of type 'properties'"):
        ours.client.cell_measurement.update(made.id, {"properties": PROPERTIES})
    assert ours.client.cell_measurement.get(made.id).properties == {}


# ---------------------------------------------------------------- the measurements of a project


@pytest.fixture(scope="module")
def two(sandbox):
    """Return a project with two measurements that differ in all that is asked for."""
    with sandbox.client() as client:
        project = client.project.create({"name": unique("p")}).id
        made = []
        for number, start in ((1, "2024-01-01T00:00:00Z"), (2, "2024-06-01T00:00:00Z")):
            spec = client.cell_spec.create(
                {
                    "name": f"spec {number}",
                    "project_id": project,
                    "anode": {"material": {"name": f"anode {number}"}},
                    "cathode": {"material": {"name": f"cathode {number}"}},
                }
            )
            cell = client.cell_instance.create(spec.id, {"name": f"cell {number}"})
            if number == 1:
                test = client.cell_measurement.create_properties(
                    cell.id,
                    "test 1",
                    {},
                    start_time=start,
                    notes="a",
                    test_setup={"cycler": "A"},
                    step_labels_validated=False,
                )
            else:
                metadata = {"name": "test 2", "start_time": start, "notes": "b"}
                metadata |= {"test_setup": {"cycler": "B"}, "step_labels_validated": True}
                data = {"measurement": metadata, "time_series": SERIES}
                test = client.cell_measurement.get(client.cell_measurement.create(cell.id, data).id)
            made.append((spec, cell, test))
        yield SimpleNamespace(client=client, project=project, made=made)


def times(field, index=0):
    """Return the three filters of a time, each of which finds the measurement of this number."""
    after, before = ("2024-01-01T00:00:00Z", "2024-02-01") if field == "start_time" else (None,) * 2
    return {
        field: lambda two: two.made[index][2][field].isoformat(),
        f"{field}_gt": lambda two: after or two.made[0][2][field].isoformat(),
        f"{field}_lt": lambda two: before or two.made[1][2][field].isoformat(),
    }


FIRST = {
    "measurement_type": lambda two: "properties",
    "name": lambda two: "eq.test 1",
    "spec_name": lambda two: "ilike.%SPEC 1%",
    "instance_name": lambda two: "eq.cell 1",
    "spec_id": lambda two: two.made[0][0].id,
    "cell_instance_id": lambda two: two.made[0][1].id,
    "spec_anode": lambda two: "ilike.%anode 1%",
    "spec_cathode": lambda two: "eq.cathode 1",
    **times("start_time"),
    **times("created_at"),
    **times("updated_at"),
}
BOTH = {"created_by_email": lambda two: "ilike.%@%"}
ORDERED = (
    *("name", "created_at", "updated_at", "start_time"),
    *("step_labels_validated", "cycler", "notes"),
)


def wire(two, **query):
    found = two.client.call(list_cell_measurements_by_project, two.project, **query)
    return [each.name for each in found.items]


def test_every_documented_parameter_is_tried_here():
    item = load_contract().document["paths"]["/cell_measurements/by-project/{project_id}"]
    told = [*item.get("parameters", []), *item["get"]["parameters"]]
    names = {"limit", "offset", "order_by", "order", *FIRST, *BOTH}
    assert {each["name"] for each in told if each.get("in") == "query"} == names


@pytest.mark.parametrize("name", FIRST)
def test_a_documented_filter_finds_what_it_asks_for(two, name):
    query = {name: FIRST[name](two)}
    expected = ["test 2"] if name.endswith("_gt") else ["test 1"]
    assert wire(two, **query) == expected


@pytest.mark.parametrize("name", BOTH)
def test_a_filter_that_all_fit_hides_none(two, name):
    assert sorted(wire(two, **{name: BOTH[name](two)})) == ["test 1", "test 2"]
    assert wire(two, **{name: "eq.nobody@nowhere"}) == []


@pytest.mark.parametrize("column", ORDERED)
def test_a_list_is_ordered_by_each_documented_column(two, column):
    assert wire(two, order_by=column, order="asc") == ["test 1", "test 2"]
    assert wire(two, order_by=column, order="desc") == ["test 2", "test 1"]
    assert wire(two, order_by=column) == ["test 2", "test 1"]
    listed = two.client.cell_measurement.list_by_project(two.project, order_by=column, order="asc")
    assert [each.name for each in listed] == ["test 1", "test 2"]


def test_a_list_is_ordered_by_its_cells(two):
    by_cell = sorted(two.made, key=lambda one: one[1].id)
    assert wire(two, order_by="cell_instance_id", order="asc") == [each[2].name for each in by_cell]


def test_a_list_has_the_documented_pages_and_the_newest_first(two):
    assert wire(two) == ["test 2", "test 1"]
    assert (wire(two, limit=1), wire(two, limit=1, offset=1)) == (["test 2"], ["test 1"])
    assert wire(two, limit=1000, offset=2) == []


def test_each_item_has_its_specification_and_its_cell(two):
    listed = two.client.cell_measurement.list_by_project(two.project, order="asc")
    for item, (spec, cell, test) in zip(listed, two.made, strict=True):
        assert (item.id, item.instance.id, item.specification.id) == (test.id, cell.id, spec.id)
        assert item.specification.anode.material.name == spec.anode.material.name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("limit", each) for each in (0, 1001, -1, "a")),
        *(("offset", each) for each in (-1, "a")),
        ("measurement_type", "other"),
        ("order_by", "colour"),
        ("order", "up"),
        *((each, "yesterday") for each in times("start_time") | times("created_at")),
    ],
)
def test_a_parameter_that_does_not_fit_has_the_documented_error(api, two, name, value):
    path = f"/cell_measurements/by-project/{two.project}"
    (detail,) = api.get(path, 422, **{name: value})["detail"]
    assert detail["loc"] == ["query", name]
    assert {"loc", "msg", "type", "input"} <= set(detail) <= {"loc", "msg", "type", "input", "ctx"}
