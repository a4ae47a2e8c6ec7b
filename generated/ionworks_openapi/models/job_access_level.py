# Generated from openapi.yaml. Do not edit: run make generate.
"""The values of JobAccessLevel that the contract names; the server may send others."""

from typing import Final, Literal

JobAccessLevel = Literal["organization", "project"]

JOB_ACCESS_LEVEL_VALUES: Final = (
    "organization",
    "project",
)
