# Generated from openapi.yaml. Do not edit: run make generate.
"""The values of Order that the contract names; the server may send others."""

from typing import Final, Literal

Order = Literal["asc", "desc"]

ORDER_VALUES: Final = (
    "asc",
    "desc",
)
