# Generated from openapi.yaml. Do not edit: run make generate.
"""The values of Level that the contract names; the server may send others."""

from typing import Final, Literal

Level = Literal[1, 2, 3]

LEVEL_VALUES: Final = (
    1,
    2,
    3,
)
