"""A record is taken wherever an id is: every method of every resource, and every operation."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest
from ionworks_openapi import api, models
from ionworks_openapi.models import ids
from traffic import measurement, traffic, unique

from ionworks import Ionworks
from ionworks._request.payload import prepare
from ionworks._request.schemas import contract, operations
from ionworks.errors import PayloadError
from ionworks.records import Record

# Fields and parameters whose names end with `_id`, but that are no ids of records of the contract.
FOREIGN = {"product_id", "channel_id", "protocol_id", "access_key_id", "organization_id", "user_id"}
KINDS = {
    name: re.findall(r"[A-Z]\w+", text)
    for name, text in vars(ids).items()
    if name.endswith("Id") and isinstance(text, str)
}


def record_of(model: str, identity: str = "the-id") -> Record:
    """Return a record with an id and the least that the contract requires."""
    rules = contract()["components"]["schemas"][model]
    made: Any = {"required": "x", "string": "x", "integer": 1, "boolean": True, "number": 1}
    data: dict[str, Any] = {}
    for name in rules.get("required", ()):
        field = rules["properties"][name]
        if field.get("format") == "date-time":
            data[name] = "2026-01-01T00:00:00Z"
        elif "$ref" in field:
            target = field["$ref"].rpartition("/")[2]
            known = contract()["components"]["schemas"][target]
            nested = "properties" in known and "x-identity" in str(known)
            data[name] = record_of(target).to_dict() if nested else {}
            if known.get("type") == "string":
                data[name] = known["enum"][0]
        else:
            data[name] = made.get(field.get("type"), "x")
    own = "job_id" if model == "Job" else "id"
    return getattr(models, model).from_dict({**data, own: identity})


def parameters_with_ids() -> Iterator[tuple[str, str, str, str]]:
    for name, operation in operations().items():
        for each in operation.get("parameters", ()):
            kind = each["schema"].get("x-id-of")
            if kind is not None:
                yield name, each["in"], each["name"], kind


def operation_named(name: str) -> Any:
    from importlib import import_module
    from pkgutil import iter_modules

    for module in iter_modules(api.__path__, f"{api.__name__}."):
        found = getattr(import_module(module.name), name, None)
        if found is not None and hasattr(found, "build"):
            return found
    raise AssertionError(name)


def ids_in(schema: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(schema, dict):
        for name, field in schema.get("properties", {}).items():
            if re.search(r"(^|_)ids?$", name):
                yield (*path, name), field


def test_the_contract_says_of_every_id_that_is_sent_whose_it_is():
    unmarked = []
    for name, operation in operations().items():
        for each in operation.get("parameters", ()):
            if re.search(r"_ids?$", each["name"]) and "x-id-of" not in str(each["schema"]):
                unmarked.append(f"{name}.{each['name']}")
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        target = body.get("schema", {}).get("$ref", "").rpartition("/")[2]
        for path, field in ids_in(contract()["components"]["schemas"].get(target)):
            if path[-1] not in FOREIGN and "x-id-of" not in str(field):
                unmarked.append(f"{target}.{path[-1]}")
    assert unmarked == []


def test_every_record_has_an_identity():
    kinds = {model for names in KINDS.values() for model in names}
    assert {"Project", "CellInstance", "CellMeasurementWithData", "Job", "RawData"} <= kinds
    for model in kinds:
        assert getattr(models, model)._identity is not None
        assert record_of(model)._kind is not None


@pytest.mark.parametrize(
    ("operation", "place", "name", "kind"),
    list(parameters_with_ids()),
    ids=lambda value: str(value),
)
def test_an_operation_takes_the_record_and_refuses_another_kind(operation, place, name, kind):
    called = operation_named(operation)
    paths = re.findall(r"{(\w+)}", called.path)
    required = [
        each["name"]
        for each in operations()[operation].get("parameters", ())
        if each["in"] == "query" and each.get("required")
    ]
    body = {"body": {}} if "body" in inspect.signature(called.build).parameters else {}

    def url(value: object) -> str:
        positional = [value if each == name and place == "path" else "other" for each in paths]
        keywords = dict.fromkeys(required, "other")
        if place == "query":
            keywords[name] = value
        request = called.build(*positional, **keywords, **body)
        ready = prepare(called, request) if not body else None
        if ready is None:
            from ionworks._request.payload import _checked_url

            return _checked_url(called, request)
        return f"{ready.url}?{ready.query}"

    alias = "".join(part.title() for part in kind.split("_")) + "Id"
    for model in KINDS[alias]:
        assert url(record_of(model)) == url("the-id")
    wrong = record_of("Project" if kind != "project" else "CellInstance")
    with pytest.raises(PayloadError) as caught:
        url(wrong)
    assert caught.value.field == name
    assert f"expected a {kind.replace('_', ' ')} or its id, got a " in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.fixture
def lab(client):
    project = client.project.get(client.settings.project_id)
    spec = client.cell_spec.create({"name": unique("spec")})
    cell = client.cell_instance.create(spec, {"name": unique("cell")})
    batch = client.cell_batch.create(spec, {"name": unique("batch")})
    test = client.cell_measurement.create(cell, measurement("RPT"))
    material = client.material.create({"name": unique("material")})
    records = (project, spec, cell, batch, test, material)
    names = ["project", "cell_spec", "cell_instance", "cell_batch", "cell_measurement", "material"]
    return dict(zip(names, records, strict=True))


def id_parameters(client: Ionworks, resource: str) -> Iterator[tuple[str, str]]:
    for name, method in inspect.getmembers(getattr(client, resource), inspect.ismethod):
        if name.startswith("_"):
            continue
        for each in inspect.signature(method).parameters.values():
            if each.name.endswith(("_id", "_ids")):
                yield f"{name}({each.name})", str(each.annotation)


RESOURCES = [
    "project",
    "cell_spec",
    "cell_batch",
    "cell_instance",
    "cell_measurement",
    "material",
    "raw_data",
    "job",
    "search",
]


@pytest.mark.parametrize("resource", RESOURCES)
def test_the_type_of_every_id_names_the_record(resource):
    client = Ionworks(api_key="key", api_url="http://127.0.0.1:9")
    plain = [
        (name, annotation)
        for name, annotation in id_parameters(client, resource)
        if not re.search(r"\b[A-Z]\w+Id\b", annotation)
    ]
    assert plain == []


def test_records_go_through_all_methods_that_take_ids(client, lab):
    spec, cell, test = lab["cell_spec"], lab["cell_instance"], lab["cell_measurement"]
    for resource in ("project", "cell_spec", "cell_instance", "cell_batch", "material"):
        record = lab[resource]
        assert getattr(client, resource).get(record).id == record.id
        assert getattr(client, resource).update(record, {"name": record.name}).id == record.id
    assert [each.id for each in client.cell_instance.list(spec)] == [cell.id]
    assert [each.id for each in client.cell_instance.iterate(spec)] == [cell.id]
    batched = client.cell_instance.create(spec, {"name": "2", "batch_id": lab["cell_batch"]})
    assert batched.batch_id == lab["cell_batch"].id
    assert client.cell_instance.list(spec, batch_id=lab["cell_batch"]) == [
        client.cell_instance.get(batched)
    ]
    assert client.cell_instance.detail(cell).measurements[0].measurement.id == test.id
    assert client.cell_instance.cycles([cell, cell.id]).height == 2
    measurements = client.cell_measurement
    assert [each.id for each in measurements.list(cell)] == [test.id]
    for table in ("steps", "cycles", "time_series", "steps_and_cycles", "detail"):
        assert type(getattr(measurements, table)(test)) is type(
            getattr(measurements, table)(test.id)
        )
    assert measurements.steps(test).equals(measurements.steps(test.id))
    assert measurements.wait_for_processing(test).keys() == {test.id}
    assert measurements.wait_for_processing([test, test.id]).keys() == {test.id}
    assert measurements.add_tags(test, "hot") == 1
    assert measurements.remove_tags([test], "hot") == 1
    assert measurements.create_or_get(cell, measurement("RPT")).id == test.id
    assert test.id in [each.id for each in measurements.list_by_project(lab["project"])]
    assert test.id in [each.id for each in measurements.find(cell_spec_id=spec)]
    assert measurements.list_raw_data(test) == []
    measurements.watch(test)
    measurements.unwatch(test)
    measurements.delete(test)
    client.cell_spec.delete(spec)


@pytest.mark.parametrize(
    "call",
    [
        lambda c, wrong: c.cell_instance.get(wrong),
        lambda c, wrong: c.cell_instance.detail(wrong),
        lambda c, wrong: c.cell_measurement.create(wrong, measurement("x")),
        lambda c, wrong: c.cell_measurement.create_properties(wrong, "x", {"a": "1 V"}),
        lambda c, wrong: c.cell_measurement.time_series(wrong),
        lambda c, wrong: c.cell_measurement.time_series(wrong, lazy=True),
        lambda c, wrong: c.cell_measurement.steps(wrong),
        lambda c, wrong: c.cell_measurement.steps([wrong]),
        lambda c, wrong: c.cell_measurement.wait_for_processing([wrong]),
        lambda c, wrong: c.cell_measurement.add_tags([wrong], "x"),
        lambda c, wrong: c.cell_measurement.save_files(wrong, "."),
        lambda c, wrong: c.cell_measurement.find(project_id=wrong),
        lambda c, wrong: c.cell_spec.list(project_id=wrong),
        lambda c, wrong: c.cell_spec.list(material_ids=[wrong]),
        lambda c, wrong: c.raw_data.list(wrong),
        lambda c, wrong: c.search.query("word", project_id=wrong),
        lambda c, wrong: c.resolve_measurement("a", "b", "c", project_id=wrong),
    ],
)
def test_a_record_of_another_kind_is_refused_before_anything_is_sent(client, call):
    wrong = record_of("CellBatch")
    with (
        traffic() as sent,
        pytest.raises(PayloadError, match="or its id, got a CellBatch") as caught,
    ):
        call(client, wrong)
    assert sent == []
    assert len(str(caught.value)) < 300


def test_a_result_of_the_search_is_taken_as_the_record(client, lab):
    hits = client.search.query(lab["cell_instance"].name).results
    assert client.cell_instance.get(hits[0]).id == lab["cell_instance"].id
    with pytest.raises(PayloadError, match="got a SearchHit"):
        client.cell_spec.get(hits[0])
