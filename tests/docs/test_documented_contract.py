"""The contract keeps the fully documented operations to the letter and marks all the rest."""

from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from contract_yaml import contract_of_yaml

CONTRACT = Path(__file__).parents[2] / "openapi.yaml"

# ---------------------------------------------------------------- the documented facts

TEXT = {"type": "string"}
TEXT_OR_NULL = {"type": "string | null"}
INSTANT = {"type": "string", "format": "date-time"}
INSTANT_OR_NULL = {"type": "string | null", "format": "date-time"}
NAME = {"type": "string", "minLength": 1, "maxLength": 255}
FREE_FORM = {"type": "object"}
FALSE_BY_DEFAULT = {"type": "boolean", "default": False}
MEASUREMENT_TYPE = {"type": "string", "enum": ["time_series", "file", "properties"]}
PROJECT_ORDER = [
    "name",
    "created_at",
    "updated_at",
    "start_time",
    "cell_instance_id",
    "step_labels_validated",
    "cycler",
    "notes",
]

OPERATIONS = {
    "get_cell_instance": ("get", "/cell_instances/{cell_instance_id}", "200"),
    "list_cell_measurements_by_project": (
        "get",
        "/cell_measurements/by-project/{project_id}",
        "200",
    ),
    "create_properties_measurement": (
        "post",
        "/cell_instances/{cell_instance_id}/cell_measurements/create",
        "201",
    ),
    "update_cell_measurement": ("patch", "/cell_measurements/{measurement_id}", "200"),
}

PATH_ID = {"in": "path", "required": True, **TEXT}
FILTER = {"in": "query", "required": False, **TEXT_OR_NULL}

PARAMETERS: dict[str, dict[str, dict[str, Any]]] = {
    "get_cell_instance": {"cell_instance_id": PATH_ID},
    "list_cell_measurements_by_project": {
        "project_id": PATH_ID,
        "measurement_type": FILTER | {"enum": MEASUREMENT_TYPE["enum"]},
        "limit": {
            "in": "query",
            "required": False,
            "type": "integer",
            "default": 25,
            "minimum": 1,
            "maximum": 1000,
        },
        "offset": {
            "in": "query",
            "required": False,
            "type": "integer",
            "default": 0,
            "minimum": 0,
        },
        "name": FILTER,
        "created_by_email": FILTER,
        "start_time": FILTER,
        "start_time_gt": FILTER,
        "start_time_lt": FILTER,
        "created_at": FILTER,
        "created_at_gt": FILTER,
        "created_at_lt": FILTER,
        "updated_at": FILTER,
        "updated_at_gt": FILTER,
        "updated_at_lt": FILTER,
        "spec_name": FILTER,
        "instance_name": FILTER,
        "spec_id": FILTER,
        "cell_instance_id": FILTER,
        "spec_anode": FILTER,
        "spec_cathode": FILTER,
        "order_by": {
            "in": "query",
            "required": False,
            "type": "string",
            "enum": PROJECT_ORDER,
            "default": "created_at",
        },
        "order": {
            "in": "query",
            "required": False,
            "type": "string",
            "enum": ["asc", "desc"],
            "default": "desc",
        },
    },
    "create_properties_measurement": {"cell_instance_id": PATH_ID},
    "update_cell_measurement": {"measurement_id": PATH_ID},
}

FIELDS: dict[str, dict[str, dict[str, Any]]] = {
    "CellInstance": {
        "name": TEXT,
        "id": TEXT,
        "cell_specification_id": TEXT,
        "created_at": INSTANT,
        "updated_at": INSTANT,
        "batch": TEXT_OR_NULL,
        "date_manufactured": INSTANT_OR_NULL,
        "measured_properties": FREE_FORM,
        "notes": TEXT_OR_NULL,
        "organization_id": TEXT_OR_NULL,
        "created_by": TEXT_OR_NULL,
        "created_by_email": TEXT_OR_NULL,
        "measurement_ids": {"type": "object[] | null"},
    },
    "CellMeasurement": {
        "name": NAME,
        "id": TEXT,
        "cell_instance_id": TEXT,
        "created_at": INSTANT,
        "updated_at": INSTANT,
        "protocol": FREE_FORM,
        "start_time": INSTANT_OR_NULL,
        "test_setup": FREE_FORM,
        "step_labels_validated": FALSE_BY_DEFAULT,
        "notes": TEXT_OR_NULL,
        "measurement_type": MEASUREMENT_TYPE | {"default": "time_series"},
        "properties": FREE_FORM,
        "file_metadata": FREE_FORM,
        "organization_id": TEXT_OR_NULL,
        "created_by": TEXT_OR_NULL,
        "created_by_email": TEXT_OR_NULL,
    },
    "CreatePropertiesMeasurementRequest": {
        "name": NAME,
        "properties": FREE_FORM,
        "protocol": FREE_FORM,
        "start_time": INSTANT_OR_NULL,
        "test_setup": FREE_FORM,
        "step_labels_validated": FALSE_BY_DEFAULT,
        "notes": TEXT_OR_NULL,
        "measurement_type": MEASUREMENT_TYPE | {"default": "properties"},
        "file_metadata": FREE_FORM,
    },
    "CellMeasurementUpdate": {
        "name": NAME | {"type": "string | null"},
        "protocol": FREE_FORM,
        "test_setup": FREE_FORM,
        "notes": TEXT_OR_NULL,
        "properties": FREE_FORM,
    },
    "Quantity": {"value": {"type": "number"}, "unit": TEXT},
    "HTTPValidationError": {"detail": {"type": "record[]"}},
    "ValidationError": {
        "loc": {"type": "string[]"},
        "msg": TEXT,
        "type": TEXT,
        "input": {"type": "any"},
        "ctx": FREE_FORM,
    },
}

REQUIRED = {
    "CellInstance": ["name", "id", "cell_specification_id", "created_at", "updated_at"],
    "CellMeasurement": ["name", "id", "cell_instance_id", "created_at", "updated_at"],
    "CreatePropertiesMeasurementRequest": ["name", "properties"],
    "CellMeasurementUpdate": [],
    "Quantity": ["value", "unit"],
    "ValidationError": ["loc", "msg", "type"],
}

BODIES = {
    "create_properties_measurement": "CreatePropertiesMeasurementRequest",
    "update_cell_measurement": "CellMeasurementUpdate",
}

ANSWERS = {
    "get_cell_instance": "CellInstance",
    "create_properties_measurement": "CellMeasurement",
    "update_cell_measurement": "CellMeasurement",
}

# ---------------------------------------------------------------- reading the contract

VERBS = ("get", "put", "post", "patch", "delete")
EVIDENCE = {"doc", "client", "assumed"}
LIMITS = (
    "format",
    "enum",
    "const",
    "default",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
)


@cache
def contract() -> dict[str, Any]:
    return contract_of_yaml()


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    """Follow `$ref`; what stands beside it wins over what it points at."""
    if "$ref" not in node:
        return node
    target: Any = contract()
    for key in node["$ref"].removeprefix("#/").split("/"):
        target = target[key]
    return resolve(target) | {key: value for key, value in node.items() if key != "$ref"}


@cache
def operations() -> dict[str, tuple[str, str, dict[str, Any]]]:
    return {
        operation["operationId"]: (verb, path, operation)
        for path, item in contract()["paths"].items()
        for verb, operation in item.items()
        if verb in VERBS
    }


def parameters(name: str) -> dict[str, dict[str, Any]]:
    _, path, operation = operations()[name]
    shared = contract()["paths"][path].get("parameters", [])
    resolved = [resolve(each) for each in [*shared, *operation.get("parameters", [])]]
    return {each["name"]: each for each in resolved}


def schemas() -> dict[str, dict[str, Any]]:
    return contract()["components"]["schemas"]


def own_fields(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Fields that a schema declares itself, in the parts of its allOf too."""
    parts = [schema, *(part for part in schema.get("allOf", []) if "$ref" not in part)]
    return {name: field for part in parts for name, field in part.get("properties", {}).items()}


def kind(name: str, schema: dict[str, Any]) -> str:
    if name == "array":
        return f"{describe(schema['items'])['type']}[]"
    if name == "object" and (
        schema.get("properties") or schema.get("additionalProperties") is False
    ):
        return "record"
    return name


def describe(schema: dict[str, Any]) -> dict[str, Any]:
    """Return type, limits, enum and default; branches marked as not documented do not count."""
    schema = resolve(schema)
    # That names are trimmed is no documented fact: the contract says so on its own account.
    limits = {k: schema[k] for k in LIMITS if k in schema and schema[k] != "trimmed"}
    kinds: list[str] = []
    for branch in (each for each in schema.get("anyOf", []) if "x-evidence" not in each):
        inner = describe(branch)
        kinds += inner.pop("type").split(" | ")
        limits = inner | limits
    declared = schema.get("type", [])
    kinds += [kind(t, schema) for t in ([declared] if isinstance(declared, str) else declared)]
    return limits | {"type": " | ".join(kinds) or "any"}


def media(answer: dict[str, Any]) -> dict[str, Any]:
    return resolve(answer)["content"]["application/json"]["schema"]


def is_reference_to(schema: dict[str, Any], name: str) -> bool:
    return schema.get("$ref") == f"#/components/schemas/{name}"


def pairs(table: dict[str, dict[str, Any]]) -> list[Any]:
    return [
        pytest.param(owner, name, id=f"{owner}.{name}") for owner in table for name in table[owner]
    ]


# ---------------------------------------------------------------- to the letter


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_documented_operation_has_its_path_verb_and_success(name: str) -> None:
    verb, path, success = OPERATIONS[name]
    assert operations()[name][:2] == (verb, path)
    answers = operations()[name][2]["responses"]
    assert [status for status in answers if status < "400"] == [success]


@pytest.mark.parametrize(("operation", "name"), pairs(PARAMETERS))
def test_a_documented_parameter_is_kept(operation: str, name: str) -> None:
    found = parameters(operation)[name]
    facts = describe(found["schema"])
    facts |= {"in": found["in"], "required": found.get("required", False)}
    assert facts == PARAMETERS[operation][name]


@pytest.mark.parametrize("operation", PARAMETERS)
def test_documented_parameters_keep_their_order_and_no_other_is_added(operation: str) -> None:
    assert list(parameters(operation)) == list(PARAMETERS[operation])


@pytest.mark.parametrize(("schema", "name"), pairs(FIELDS))
def test_a_documented_field_is_kept(schema: str, name: str) -> None:
    assert describe(schemas()[schema]["properties"][name]) == FIELDS[schema][name]


@pytest.mark.parametrize("schema", FIELDS)
def test_documented_fields_come_first_and_in_their_order(schema: str) -> None:
    found = list(schemas()[schema]["properties"])
    assert found[: len(FIELDS[schema])] == list(FIELDS[schema])


@pytest.mark.parametrize("schema", REQUIRED)
def test_exactly_the_documented_fields_are_required(schema: str) -> None:
    assert schemas()[schema].get("required", []) == REQUIRED[schema]


@pytest.mark.parametrize("operation", BODIES)
def test_a_documented_body_is_the_one_json_body_and_required(operation: str) -> None:
    body = operations()[operation][2]["requestBody"]
    assert body["required"] is True
    assert list(body["content"]) == ["application/json"]
    assert is_reference_to(media(body), BODIES[operation])


@pytest.mark.parametrize("operation", sorted(set(OPERATIONS) - set(BODIES)))
def test_a_documented_read_has_no_body(operation: str) -> None:
    assert "requestBody" not in operations()[operation][2]


@pytest.mark.parametrize("operation", ANSWERS)
def test_a_documented_answer_is_the_documented_record(operation: str) -> None:
    answers = operations()[operation][2]["responses"]
    assert is_reference_to(media(answers[OPERATIONS[operation][2]]), ANSWERS[operation])


def test_a_bare_number_is_no_measured_property_but_a_boolean_is() -> None:
    rule = jsonschema_rs.validator_for(schemas()["MeasurementProperties"])
    assert rule.is_valid({"mass": {"value": 69.1, "unit": "g"}, "ok": True, "by": "AB", "x": None})
    assert not rule.is_valid({"mass": 69.1})
    assert not rule.is_valid({"mass": 69})


# ---------------------------------------------------------------- where the rest comes from


@pytest.mark.parametrize("name", operations())
def test_an_operation_says_where_it_is_known_from(name: str) -> None:
    evidence = operations()[name][2].get("x-evidence")
    assert evidence is None if name in OPERATIONS else evidence in EVIDENCE


@pytest.mark.parametrize(
    ("operation", "name"), pairs({name: parameters(name) for name in operations()})
)
def test_a_parameter_says_where_it_is_known_from(operation: str, name: str) -> None:
    found = parameters(operation)[name]
    documented = name in PARAMETERS.get(operation, {}) or (
        found["in"] == "path" and any(known.get(name) == PATH_ID for known in PARAMETERS.values())
    )
    evidence = found.get("x-evidence")
    assert evidence is None if documented else evidence in EVIDENCE


@pytest.mark.parametrize(
    ("schema", "name"), pairs({name: own_fields(schema) for name, schema in schemas().items()})
)
def test_a_field_says_where_it_is_known_from(schema: str, name: str) -> None:
    evidence = own_fields(schemas()[schema])[name].get("x-evidence")
    assert evidence is None if name in FIELDS.get(schema, {}) else evidence in EVIDENCE


# ---------------------------------------------------------------- what holds for every operation

NO_CREDENTIALS = {"health_check"}
# Reads that are refused while the uploaded data are being processed.
REFUSED_WHILE_PROCESSING = {
    "get_cell_measurement_detail",
    "get_measurement_steps",
    "get_measurement_cycles",
    "get_measurement_steps_and_cycles",
    "download_measurement_steps",
    "download_measurement_time_series",
}
# The body names records that may not exist.
NAMED_IN_THE_BODY = {
    "create_cell_specification",
    "initiate_raw_data_upload",
    "update_measurement_tags",
}
NO_ANSWER = {"watch_cell_measurement"}


@pytest.mark.parametrize("name", operations())
def test_every_operation_has_an_id_of_its_own_and_one_declared_tag(name: str) -> None:
    operation = operations()[name][2]
    uses = [
        each.get("operationId")
        for item in contract()["paths"].values()
        for verb, each in item.items()
        if verb in VERBS
    ]
    assert name.isidentifier()
    assert uses.count(name) == 1
    assert len(operation["tags"]) == 1
    assert operation["tags"][0] in [tag["name"] for tag in contract()["tags"]]


@pytest.mark.parametrize("name", operations())
def test_every_operation_takes_a_key_or_a_bearer_token(name: str) -> None:
    either = [] if name in NO_CREDENTIALS else [{"apiKey": []}, {"bearer": []}]
    assert operations()[name][2]["security"] == either


def test_the_key_goes_into_its_header_and_the_token_is_a_bearer_token() -> None:
    schemes = contract()["components"]["securitySchemes"]
    assert contract()["security"] == [{"apiKey": []}, {"bearer": []}]
    assert schemes["apiKey"] == {"type": "apiKey", "in": "header", "name": "X-API-Key"}
    assert schemes["bearer"] == {"type": "http", "scheme": "bearer"}


def expected_errors(name: str) -> dict[str, str]:
    verb, path, _ = operations()[name]
    plain = ["500", "503"]
    if name in NO_CREDENTIALS:
        return dict.fromkeys(plain, "ErrorEnvelope")
    plain += ["400", "401", "403", "429"]
    if "{" in path or name in NAMED_IN_THE_BODY:
        plain.append("404")
    errors = dict.fromkeys(plain, "ErrorEnvelope") | {"422": "HTTPValidationError"}
    conflicts = verb in {"post", "patch"} or name in REFUSED_WHILE_PROCESSING
    return errors | ({"409": "ConflictEnvelope"} if conflicts else {})


@pytest.mark.parametrize("name", operations())
def test_every_operation_documents_its_errors_with_their_envelope(name: str) -> None:
    answers = operations()[name][2]["responses"]
    errors = {status: answer for status, answer in answers.items() if status >= "400"}
    assert sorted(errors) == sorted(expected_errors(name))
    for status, envelope in expected_errors(name).items():
        assert is_reference_to(media(errors[status]), envelope), status
        headers = resolve(errors[status]).get("headers", {})
        assert ("Retry-After" in headers) == (status in {"429", "503"}), status


@pytest.mark.parametrize("name", operations())
def test_every_operation_documents_its_success(name: str) -> None:
    verb, _, operation = operations()[name]
    found = {s: resolve(a) for s, a in operation["responses"].items() if s < "400"}
    if name.startswith("download_"):
        assert list(found) == ["200", "307"]
        kind = "octet-stream" if name == "download_measurement_file" else "vnd.apache.parquet"
        assert list(found["200"]["content"]) == [f"application/{kind}"]
        assert "content" not in found["307"]
        assert "Location" in found["307"]["headers"]
    elif verb == "delete" or name in NO_ANSWER:
        assert list(found) == ["204"]
        assert "content" not in found["204"]
    else:
        assert list(found) == ["201" if name.startswith("create_") else "200"]
        (answer,) = found.values()
        assert list(answer["content"]) == ["application/json"]
