"""Discovery in the sandbox: what it says of itself, and schemas that its own records obey."""

import jsonschema_rs
import pytest

NAMES = ["data", "project", "cell_specification", "cell_instance", "cell_measurement", "protocol"]


def validator(api, name):
    """Return a validator of the described kind of data, which must stand on its own."""
    schema = api.get(f"/discovery/schemas/{name}")
    jsonschema_rs.meta.validate(schema)
    return jsonschema_rs.validator_for(schema)


def test_the_capabilities_tell_terms_schemas_contract_and_keys(api):
    found = api.get("/discovery/capabilities")
    assert set(found) == {"domain_context", "schemas", "openapi_spec", "authentication"}
    concepts = found["domain_context"]["key_concepts"]
    assert {"cell_specification", "cell_instance", "cell_measurement", "quantity"} <= set(concepts)
    assert all(text.endswith(".") for text in concepts.values())
    assert sorted(found["schemas"]) == sorted(NAMES)
    for name, path in found["schemas"].items():
        assert api.get(path)["title"] == name
    contract = api.get(found["openapi_spec"]["path"])
    assert contract["openapi"] == found["openapi_spec"]["openapi"]
    assert found["authentication"]["apiKey"]["name"] == "X-API-Key"


def test_a_record_obeys_its_described_schema(api):
    quantity = {"value": 5.0, "unit": "A*h"}
    anode = {"material": {"name": "Graphite"}, "properties": {"loading": quantity}}
    specification = api.specification(ratings={"capacity": quantity}, anode=anode)
    instance = api.instance(specification, date_manufactured="2024-01-20")
    measurement = api.series(instance, "m")
    path = f"/cell_measurements/{measurement['id']}"
    records = {
        "cell_specification": api.get(f"/cell_specifications/{specification}"),
        "cell_instance": api.get(f"/cell_instances/{instance}"),
        "cell_measurement": api.get(path),
    }
    for name, record in records.items():
        judge = validator(api, name)
        judge.validate(record)
        assert not judge.is_valid({**record, "name": 5})
        assert not judge.is_valid({})
    project = api.get(f"/projects/{records['cell_specification']['project_id']}")
    validator(api, "project").validate(project)
    validator(api, "protocol").validate({"name": "RPT", "definition": {"steps": []}})
    data = validator(api, "data")
    tables = api.get(f"{path}/steps_and_cycles")
    data.validate({**records, **tables, "time_series": api.get(f"{path}/detail")["time_series"]})
    assert not data.is_valid({**records, "steps": 5})
    assert not data.is_valid({"cell_instance": {}})


@pytest.mark.parametrize("name", ["CellInstance", "pipeline", "Data", "data%20"])
def test_another_schema_is_a_404_that_names_those_there_are(api, name):
    refused = api.get(f"/discovery/schemas/{name}", status=404)
    assert refused["error_code"] == "NOT_FOUND"
    for each in NAMES:
        assert each in refused["message"]
