# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /jobs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...models.job_list import JobList
from ...models.job_status import JobStatus
from ...models.job_type import JobType
from ...types import Operation, Request


def build(
    *,
    job_type: JobType | None = None,
    job_types: Sequence[JobType] | None = None,
    status: JobStatus | None = None,
    limit: int | None = None,
    offset: int | None = None,
) -> Request:
    """List jobs

    Parameters
    ----------
    job_type : JobType
        The type of a job.
    job_types : Sequence[JobType]
    status : JobStatus
        The state of a job.
    limit : int
    offset : int
    """
    return Request(
        query={
            "job_type": job_type,
            "job_types": job_types,
            "status": status,
            "limit": limit,
            "offset": offset,
        },
    )


def read(status: int, data: Any) -> JobList:
    """Read the answer of a 2xx status."""
    return JobList.from_dict(data)


OPERATION = Operation("list_jobs", "GET", "/jobs", build, read, "json", "idempotent")
