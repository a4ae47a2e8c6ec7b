"""Values and bodies that make sense: what the contract's types alone do not say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derived_records import UNKNOWN, Samples
from placing import LEAVE_OUT
from seeded_records import CONTENT, FILE, SERIES, Maker

from ionworks.sandbox.contract.operations import Contract, Operation

# What query parameters are compared with, and fields of a body hold, by what the contract says.
COMPARED = ("gte.2025-03-01T08:00:00Z", "2025-03-01T08:00:00Z", "2025-03-01")
FORMATS = {
    "date-time": ("2025-03-01T08:00:00Z", "2025-03-01T09:00:00+01:00"),
    "date": ("2025-03-01",),
}
RATINGS = (
    {"capacity": {"value": 5, "unit": "A*h"}, "max_charge_rate": {"value": 0.5, "unit": "C"}},
    {"voltage_min": {"value": 2500, "unit": "mV"}, "voltage_max": {"value": 4.2, "unit": "V"}},
    {"energy": None, "nominal_voltage": {"value": 3.6, "unit": "V"}},
    {},
)
PART = ({"material": {"name": "NMC811"}, "properties": {"mass": {"value": 4, "unit": "g"}}},)

# Place and name of what asks for more than its type -> values to choose from.
VALUES: dict[tuple[str, str], tuple[Any, ...]] = {
    **{("body", part): PART for part in ("anode", "cathode", "electrolyte", "separator", "case")},
    ("body", "ratings"): RATINGS,
    ("query", "x_column"): ("Time [s]", "Voltage [V]"),
    ("query", "q"): ("spec", "ageing"),
    ("body", "start_time"): ("2025-03-01T08:00:00Z", "2025-03-01T09:00:00+01:00", None),
    ("body", "end_time"): ("2025-03-02T08:00:00Z", None),
    ("body", "channel_id"): (None,),  # only a time series that has started runs on a channel
    ("body", "tags"): (["ageing", "25 degC"], []),
    ("body", "add"): (["RPT"],),
    ("body", "remove"): (["ageing"], []),
    ("body", "filename"): (FILE,),
    ("body", "steps"): ({"Step count": [0, 1], "Cycle count": [0, 0]},),
    ("body", "size_bytes"): (len(CONTENT),),
}
VALUES_OF_OPERATION: dict[str, dict[tuple[str, str], tuple[Any, ...]]] = {
    "list_all_cell_measurements": {("query", "cell_specification_id"): (LEAVE_OUT,)},
    "create_properties_measurement": {("body", "measurement_type"): ("properties",)},
    "initiate_measurement_upload": {
        ("body", "measurement_type"): ("time_series",),
        ("body", "filenames"): ([FILE],),
        ("body", "properties"): ({},),
    },
    "confirm_measurement_upload": {
        ("body", "measurement_type"): ("time_series",),
        ("body", "filenames"): ([SERIES],),
        ("body", "properties"): ({},),
    },
}


def with_units(value: Any) -> Any:
    """Return a value in which each number under a name is a quantity."""
    if isinstance(value, list):
        return [with_units(each) if isinstance(each, dict | list) else each for each in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"value": value, "unit": "g"}
    return {k: with_units(each) for k, each in value.items()} if isinstance(value, dict) else value


def of_contract(
    contract: Contract, operation: Operation, query: Sequence[Any]
) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Return the values that the contract suggests for the parameters and fields of a call."""
    found: dict[tuple[str, str], tuple[Any, ...]] = {
        ("query", each.name): COMPARED
        for each in query
        if "datetime" in each.definition.get("x-filter", {}).values()
    }
    samples = Samples(contract.schemas, lambda _: UNKNOWN)
    fields = contract.schemas.properties(operation.body) if operation.body else ()
    for name, declared in fields:
        formats = {each.get("format") for each in contract.schemas.branches(declared)}
        values = [value for kind in formats & FORMATS.keys() for value in FORMATS[str(kind)]]
        if "x-quantity" in declared:
            values = [samples.value(name, declared)]
        if values:
            nothing = (None,) if contract.schemas.allows_null(declared) else ()
            found["body", name] = (*values, *nothing)
    return found


def holders(contract: Contract, operation: Operation) -> set[str]:
    """Return the fields of a body whose numbers need units."""
    fields = contract.schemas.properties(operation.body) if operation.body else ()
    return {
        name
        for name, declared in fields
        if any("x-holds-quantities" in each for each in contract.schemas.branches(declared))
    }


# A good body, where one with a plausible value for each field is not accepted.
BODIES: dict[str, Maker] = {
    "create_cell_specification": lambda r: {
        "name": r.name("spec"),
        "project_id": r.project,
        "ratings": {"capacity": {"value": 5, "unit": "A*h"}},
        "anode": {"material": {"name": "graphite"}},
    },
    "update_cell_specification": lambda r: {"ratings": {"energy": {"value": 18, "unit": "W*h"}}},
    "update_measurement_tags": lambda r: {"measurement_ids": [r.series], "add": ["RPT"]},
    "create_properties_measurement": lambda r: {
        "name": r.name("mass"),
        "properties": {"mass": {"value": 68.5, "unit": "g"}},
    },
    "initiate_measurement_upload": lambda r: {"measurement": {"name": r.name("series")}},
    "confirm_measurement_upload": lambda r: {
        "cell_instance_id": r.cell,
        "measurement": {"name": r.name("series"), "start_time": "2025-03-01T08:00:00Z"},
    },
    "confirm_raw_data_upload": lambda r: {**r.raw_fields(), "size_bytes": len(CONTENT)},
}
# What a query needs beyond what the contract requires of it.
QUERIES: dict[str, Maker] = {
    "list_all_cell_measurements": lambda r: {"project_id": r.project},
    "list_measurement_tags": lambda r: {"project_id": r.project},
    "list_raw_data": lambda r: {"project_id": r.project},
    "search": lambda r: {"q": "spec"},
}
