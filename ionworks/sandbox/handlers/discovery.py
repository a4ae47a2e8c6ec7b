"""Handlers of discovery: what the sandbox can do, and the kinds of data as JSON schemas."""

from __future__ import annotations

from collections.abc import Mapping

from ionworks.sandbox.backend import Answer, Backend, Call, Handler
from ionworks.sandbox.contract.operations import Contract
from ionworks.sandbox.contract.problems import Json, NotFound
from ionworks.sandbox.contract.schemas import ROOT

DIALECT = "https://json-schema.org/draft/2020-12/schema"
RECORDS = {
    "project": "Project",
    "cell_specification": "CellSpecification",
    "cell_instance": "CellInstance",
    "cell_measurement": "CellMeasurement",
    "protocol": "Protocol",
}
# What the data of a cell consist of, each under the name by which the API speaks of it.
DATA = {
    "cell_specification": "CellSpecification",
    "cell_instance": "CellInstance",
    "cell_measurement": "CellMeasurement",
    "steps": "ColumnTable",
    "cycles": "ColumnTable",
    "time_series": "ColumnTable",
}
SCHEMA_NAMES = ("data", *RECORDS)
CONCEPTS = {
    **RECORDS,
    "cell_batch": "CellBatch",
    "material": "Material",
    "component": "Component",
    "quantity": "Quantity",
    "measurement_type": "MeasurementType",
    "raw_data": "RawData",
    "job": "Job",
}


def get_capabilities(backend: Backend, _call: Call) -> Answer:
    """Answer what the terms mean, which schemas there are, and where and how to ask."""
    document = backend.contract.document
    info, components = document["info"], document["components"]
    assert isinstance(info, dict)
    assert isinstance(components, dict)
    concepts = {term: components["schemas"][name]["description"] for term, name in CONCEPTS.items()}
    return Answer(
        {
            "domain_context": {
                "description": info.get("description", info["title"]),
                "key_concepts": concepts,
            },
            "schemas": {name: f"/discovery/schemas/{name}" for name in SCHEMA_NAMES},
            "openapi_spec": {"path": "/openapi.json", "openapi": document["openapi"]},
            "authentication": components["securitySchemes"],
        }
    )


def get_discovery_schema(backend: Backend, call: Call) -> Answer:
    """Return one kind of data as a self-contained JSON schema."""
    name = call.path["schema_name"]
    if name not in SCHEMA_NAMES:
        raise NotFound(f"There is no schema {name!r}; there are: {', '.join(SCHEMA_NAMES)}.")
    definitions: Json = {}
    if name == "data":
        parts = {key: {"$ref": f"{ROOT}{each}"} for key, each in DATA.items()}
        whole: object = {"type": "object", "properties": parts}
    else:
        whole = {"$ref": f"{ROOT}{RECORDS[name]}"}
    found = _alone(backend.contract, whole, definitions)
    assert isinstance(found, dict)
    return Answer({"$schema": DIALECT, "title": name, **found, "$defs": definitions})


def _alone(contract: Contract, schema: object, definitions: Json) -> object:
    """Return a schema whose references are within itself; what they name is added to the rest."""
    if isinstance(schema, list):
        return [_alone(contract, each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found: Json = {}
    for key, value in schema.items():
        if key == "$ref":
            name = str(value).removeprefix(ROOT)
            found[key] = f"#/$defs/{name}"
            if name not in definitions:
                definitions[name] = {}
                definitions[name] = _alone(contract, _named(contract, name), definitions)
        elif not key.startswith("x-"):
            found[key] = _alone(contract, value, definitions)
    return found


def _named(contract: Contract, name: str) -> object:
    components = contract.document["components"]
    assert isinstance(components, dict)
    return components["schemas"][name]


HANDLERS: Mapping[str, Handler] = {
    "get_capabilities": get_capabilities,
    "get_discovery_schema": get_discovery_schema,
}
