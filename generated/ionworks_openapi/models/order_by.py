# Generated from openapi.yaml. Do not edit: run make generate.
"""The values of OrderBy that the contract names; the server may send others."""

from typing import Final, Literal

OrderBy = Literal["created_at", "name", "updated_at"]

ORDER_BY_VALUES: Final = (
    "created_at",
    "name",
    "updated_at",
)
