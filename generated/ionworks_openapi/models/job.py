# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema Job of the contract."""

from __future__ import annotations

import datetime

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_bool,
    read_datetime,
    read_float,
    read_id,
    read_int,
    read_str,
)
from ionworks.records.record import Record

from .job_access_level import JobAccessLevel
from .job_result import JobResult
from .job_status import JobStatus
from .job_type import JobType


@define(kw_only=True, repr=False)
class Job(Record):
    """Work that the service does in the background.

    Attributes
    ----------
    job_id : str
        The id.
    job_type : JobType | str
        The type of a job.
    status : JobStatus | str
        The state of a job.
    priority : int
        How urgent it is.
    created_at : datetime.datetime
        When it was created.
    updated_at : datetime.datetime
        When it was last changed.
    is_terminal : bool
        Whether it has ended, with or without success.
    is_failed : bool
        Whether it has failed.
    user_id : str | None
        The user that it runs for.
    organization_id : str | None
        The organization that it belongs to.
    started_at : datetime.datetime | None
        When it was started.
    completed_at : datetime.datetime | None
        When it ended.
    compute_time : float | None
        The computation time.
    error : str | None
        Why it failed.
    error_code : str | None
        A code for programs, for example `SOLVER_ERROR`.
    result : JobResult | None
        Its result.
    callback_url : str | None
        The URL that is notified when it ends.
    parent_job_id : str | None
        The parent job.
    project_id : str | None
        The project that it belongs to.
    access_level : JobAccessLevel | str | None
        Who can see it.
    params_path : str | None
        The path of its parameters in storage.
    metadata_path : str | None
        The path of its metadata in storage.
    """

    job_id: str
    job_type: JobType | str
    status: JobStatus | str
    priority: int
    created_at: datetime.datetime
    updated_at: datetime.datetime
    is_terminal: bool
    is_failed: bool
    user_id: str | None = None
    organization_id: str | None = None
    started_at: datetime.datetime | None = None
    completed_at: datetime.datetime | None = None
    compute_time: float | None = None
    error: str | None = None
    error_code: str | None = None
    result: JobResult | None = None
    callback_url: str | None = None
    parent_job_id: str | None = None
    project_id: str | None = None
    access_level: JobAccessLevel | str | None = None
    params_path: str | None = None
    metadata_path: str | None = None


Job._declare(
    WireField("job_id", "job_id", read_id, required=True, identity=True),
    WireField("job_type", "job_type", read_str, required=True),
    WireField("status", "status", read_str, required=True),
    WireField("priority", "priority", read_int, required=True),
    WireField("created_at", "created_at", read_datetime, required=True),
    WireField("updated_at", "updated_at", read_datetime, required=True),
    WireField("is_terminal", "is_terminal", read_bool, required=True),
    WireField("is_failed", "is_failed", read_bool, required=True),
    WireField("user_id", "user_id", read_str),
    WireField("organization_id", "organization_id", read_str),
    WireField("started_at", "started_at", read_datetime),
    WireField("completed_at", "completed_at", read_datetime),
    WireField("compute_time", "compute_time", read_float),
    WireField("error", "error", read_str),
    WireField("error_code", "error_code", read_str),
    WireField("result", "result", JobResult.from_dict),
    WireField("callback_url", "callback_url", read_str),
    WireField("parent_job_id", "parent_job_id", read_str),
    WireField("project_id", "project_id", read_str),
    WireField("access_level", "access_level", read_str),
    WireField("params_path", "params_path", read_str),
    WireField("metadata_path", "metadata_path", read_str),
    kind="job",
)
