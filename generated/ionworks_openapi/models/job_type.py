# Generated from openapi.yaml. Do not edit: run make generate.
"""The values of JobType that the contract names; the server may send others."""

from typing import Final, Literal

JobType = Literal[
    "datafit",
    "dummy",
    "ecm",
    "evaluate_variables",
    "optimize",
    "pipeline",
    "simulate",
    "validation",
]

JOB_TYPE_VALUES: Final = (
    "datafit",
    "dummy",
    "ecm",
    "evaluate_variables",
    "optimize",
    "pipeline",
    "simulate",
    "validation",
)
