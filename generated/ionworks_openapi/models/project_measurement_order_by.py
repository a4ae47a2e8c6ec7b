# Generated from openapi.yaml. Do not edit: run make generate.
"""The values of ProjectMeasurementOrderBy that the contract names; the server may send others."""

from typing import Final, Literal

ProjectMeasurementOrderBy = Literal[
    "cell_instance_id",
    "created_at",
    "cycler",
    "name",
    "notes",
    "start_time",
    "step_labels_validated",
    "updated_at",
]

PROJECT_MEASUREMENT_ORDER_BY_VALUES: Final = (
    "cell_instance_id",
    "created_at",
    "cycler",
    "name",
    "notes",
    "start_time",
    "step_labels_validated",
    "updated_at",
)
