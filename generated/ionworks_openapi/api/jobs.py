# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `jobs`: work that the service does in the background."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ionworks.records.readers import (
    list_of,
)

from ..models.ids import (
    JobId,
)
from ..models.job import Job
from ..models.job_list import JobList
from ..models.job_status import JobStatus
from ..models.job_type import JobType
from ..types import Filter, Operation, Request


def _build_list_jobs(
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


def _read_list_jobs(status: int, data: Any) -> JobList:
    return JobList.from_dict(data)


list_jobs = Operation(
    "list_jobs",
    "GET",
    "/jobs",
    _build_list_jobs,
    _read_list_jobs,
    "json",
    "idempotent",
    filters={
        "job_type": Filter(
            "job_type",
            "choice",
            (
                "dummy",
                "datafit",
                "validation",
                "simulate",
                "evaluate_variables",
                "optimize",
                "pipeline",
                "ecm",
            ),
            constant=True,
        ),
        "job_types": Filter("job_types"),
        "status": Filter(
            "status",
            "choice",
            ("pending", "waiting", "processing", "completed", "failed", "canceled"),
        ),
    },
)


def _build_list_jobs_unpaged() -> Request:
    """List jobs without pages"""
    return Request()


def _read_list_jobs_unpaged(status: int, data: Any) -> list[Job]:
    return list_of(Job.from_dict)(data)


list_jobs_unpaged = Operation(
    "list_jobs_unpaged",
    "GET",
    "/jobs/",
    _build_list_jobs_unpaged,
    _read_list_jobs_unpaged,
    "json",
    "idempotent",
)


def _build_get_job(job_id: JobId) -> Request:
    """Get a job

    Parameters
    ----------
    job_id : str or Job
    """
    return Request(
        path={
            "job_id": job_id,
        },
    )


def _read_get_job(status: int, data: Any) -> Job:
    return Job.from_dict(data)


get_job = Operation(
    "get_job", "GET", "/jobs/{job_id}", _build_get_job, _read_get_job, "json", "idempotent"
)


def _build_cancel_job(job_id: JobId, *, body: Mapping[str, Any] | None = None) -> Request:
    """Cancel a job

    Parameters
    ----------
    job_id : str or Job
    """
    return Request(
        path={
            "job_id": job_id,
        },
        body=body,
    )


def _read_cancel_job(status: int, data: Any) -> Job:
    return Job.from_dict(data)


cancel_job = Operation(
    "cancel_job",
    "POST",
    "/jobs/{job_id}/cancel",
    _build_cancel_job,
    _read_cancel_job,
    "json",
    "none",
)
