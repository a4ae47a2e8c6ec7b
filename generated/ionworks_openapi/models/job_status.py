# Generated from openapi.yaml. Do not edit: run make generate.
"""The values of JobStatus that the contract names; the server may send others."""

from typing import Final, Literal

JobStatus = Literal["canceled", "completed", "failed", "pending", "processing", "waiting"]

JOB_STATUS_VALUES: Final = (
    "canceled",
    "completed",
    "failed",
    "pending",
    "processing",
    "waiting",
)
