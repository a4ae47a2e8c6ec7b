# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /jobs/."""

from __future__ import annotations

from typing import Any

from ionworks.records.readers import (
    list_of,
)

from ...models.job import Job
from ...types import Operation, Request


def build() -> Request:
    """List jobs without pages"""
    return Request()


def read(status: int, data: Any) -> list[Job]:
    """Read the answer of a 2xx status."""
    return list_of(Job.from_dict)(data)


OPERATION = Operation("list_jobs_unpaged", "GET", "/jobs/", build, read, "json", "idempotent")
