# Generated from openapi.yaml. Do not edit: run make generate.
"""The values of MeasurementOrderBy that the contract names; the server may send others."""

from typing import Final, Literal

MeasurementOrderBy = Literal["created_at", "name", "start_time", "updated_at"]

MEASUREMENT_ORDER_BY_VALUES: Final = (
    "created_at",
    "name",
    "start_time",
    "updated_at",
)
