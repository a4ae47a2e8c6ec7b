"""Values and bodies that make sense: what the contract's types alone do not say."""

from __future__ import annotations

from typing import Any

from placing import LEAVE_OUT
from seeded_records import CONTENT, FILE, SERIES, Maker

TIMES = ("2025-03-01T08:00:00Z", "2025-03-01")
COMPARED = ("gte.2025-03-01T08:00:00Z", "2025-03-01T08:00:00Z")
RATINGS = (
    {"capacity": {"value": 5, "unit": "A*h"}, "max_charge_rate": {"value": 0.5, "unit": "C"}},
    {"voltage_min": {"value": 2500, "unit": "mV"}, "voltage_max": {"value": 4.2, "unit": "V"}},
    {"energy": None, "nominal_voltage": {"value": 3.6, "unit": "V"}},
    {},
)
# Objects that hold quantities: what is drawn for them is right once its numbers have units.
HOLDERS = ("properties", "measured_properties", "definition")
PART = ({"material": {"name": "NMC811"}, "properties": {"mass": {"value": 4, "unit": "g"}}},)

# Place and name of what asks for more than its type -> values to choose from.
VALUES: dict[tuple[str, str], tuple[Any, ...]] = {
    **{
        ("query", f"{what}_{side}"): TIMES
        for what in ("created_at", "updated_at", "start_time")
        for side in ("gt", "lt")
    },
    **{("query", what): COMPARED for what in ("created_at", "updated_at", "start_time")},
    **{("body", part): PART for part in ("anode", "cathode", "electrolyte", "separator", "case")},
    ("body", "ratings"): RATINGS,
    ("query", "x_column"): ("Time [s]", "Voltage [V]"),
    ("query", "q"): ("spec", "ageing"),
    ("body", "start_time"): ("2025-03-01T08:00:00Z", "2025-03-01T09:00:00+01:00", None),
    ("body", "end_time"): ("2025-03-02T08:00:00Z", None),
    ("body", "date_manufactured"): ("2025-02-01", None),
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


# One good body for each operation that asks for one.
BODIES: dict[str, Maker] = {
    "create_project": lambda r: {"name": r.name("project")},
    "update_project": lambda r: {"description": "Cells of the first line"},
    "create_cell_specification": lambda r: {
        "name": r.name("spec"),
        "project_id": r.project,
        "ratings": {"capacity": {"value": 5, "unit": "A*h"}},
        "anode": {"material": {"name": "graphite"}},
    },
    "update_cell_specification": lambda r: {"ratings": {"energy": {"value": 18, "unit": "W*h"}}},
    "create_material": lambda r: {"name": r.name("material"), "definition": {"type": "graphite"}},
    "update_material": lambda r: {"product_id": "T-811"},
    "create_cell_batch": lambda r: {"name": r.name("batch"), "date_manufactured": "2025-02-01"},
    "update_cell_batch": lambda r: {"notes": "Dry room B"},
    "create_cell_instance": lambda r: {"name": r.name("cell"), "batch_id": r.batch},
    "update_cell_instance": lambda r: {"date_manufactured": "2025-02-01T06:00:00Z"},
    "create_properties_measurement": lambda r: {
        "name": r.name("mass"),
        "properties": {"mass": {"value": 68.5, "unit": "g"}},
    },
    "initiate_measurement_upload": lambda r: {"measurement": {"name": r.name("series")}},
    "confirm_measurement_upload": lambda r: {
        "cell_instance_id": r.cell,
        "measurement": {"name": r.name("series"), "start_time": "2025-03-01T08:00:00Z"},
    },
    "update_cell_measurement": lambda r: {"notes": "Weighed twice", "tags": ["ageing"]},
    "update_measurement_tags": lambda r: {"measurement_ids": [r.series], "add": ["RPT"]},
    "attach_raw_data": lambda r: {"raw_data_ids": [r.raw_data]},
    "initiate_raw_data_upload": lambda r: r.raw_fields(),
    "confirm_raw_data_upload": lambda r: {**r.raw_fields(), "size_bytes": len(CONTENT)},
    "update_raw_data": lambda r: {"metadata": {"cycler": "channel 7"}},
}
# What a query needs beyond what the contract requires of it.
QUERIES: dict[str, Maker] = {
    "list_all_cell_measurements": lambda r: {"project_id": r.project},
    "list_measurement_tags": lambda r: {"project_id": r.project},
    "list_raw_data": lambda r: {"project_id": r.project},
    "search": lambda r: {"q": "spec"},
}
