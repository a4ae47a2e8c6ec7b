# Generated from openapi.yaml. Do not edit: run make generate.
"""The values of State that the contract names; the server may send others."""

from typing import Final, Literal

State = Literal["broken", "new", "used"]

STATE_VALUES: Final = (
    "broken",
    "new",
    "used",
)
