# Generated from openapi.yaml. Do not edit: run make generate.
"""The values of MeasurementType that the contract names; the server may send others."""

from typing import Final, Literal

MeasurementType = Literal["file", "properties", "time_series"]

MEASUREMENT_TYPE_VALUES: Final = (
    "file",
    "properties",
    "time_series",
)
