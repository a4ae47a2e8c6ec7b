# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /jobs/{job_id}."""

from __future__ import annotations

from typing import Any

from ...models.job import Job
from ...types import Operation, Request


def build(job_id: str) -> Request:
    """Get a job

    Parameters
    ----------
    job_id : str
    """
    return Request(
        path={
            "job_id": job_id,
        },
    )


def read(status: int, data: Any) -> Job:
    """Read the answer of a 2xx status."""
    return Job.from_dict(data)


OPERATION = Operation("get_job", "GET", "/jobs/{job_id}", build, read, "json", "idempotent")
