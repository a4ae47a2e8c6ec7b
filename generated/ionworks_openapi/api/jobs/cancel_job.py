# Generated from openapi.yaml. Do not edit: run make generate.
"""POST /jobs/{job_id}/cancel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.job import Job
from ...types import Operation, Request


def build(job_id: str, *, body: Mapping[str, Any] | None = None) -> Request:
    """Cancel a job

    Parameters
    ----------
    job_id : str
    """
    return Request(
        path={
            "job_id": job_id,
        },
        body=body,
    )


def read(status: int, data: Any) -> Job:
    """Read the answer of a 2xx status."""
    return Job.from_dict(data)


OPERATION = Operation("cancel_job", "POST", "/jobs/{job_id}/cancel", build, read, "json", "none")
