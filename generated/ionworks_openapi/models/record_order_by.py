# Generated from openapi.yaml. Do not edit: run make generate.
"""The values of RecordOrderBy that the contract names; the server may send others."""

from typing import Final, Literal

RecordOrderBy = Literal["created_at", "name", "updated_at"]

RECORD_ORDER_BY_VALUES: Final = (
    "created_at",
    "name",
    "updated_at",
)
