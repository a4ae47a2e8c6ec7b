# Generated from openapi.yaml. Do not edit: run make generate.
"""The values of SortOrder that the contract names; the server may send others."""

from typing import Final, Literal

SortOrder = Literal["asc", "desc"]

SORT_ORDER_VALUES: Final = (
    "asc",
    "desc",
)
