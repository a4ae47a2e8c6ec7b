# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema Job of the contract."""

from __future__ import annotations

import datetime

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    boolean,
    instant,
    integer,
    number,
    text,
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
        What a job does.
    status : JobStatus | str
        How far a job is.
    priority : int
        How urgent it is.
    created_at : datetime.datetime
        When it was created.
    updated_at : datetime.datetime
        When it was last changed.
    is_terminal : bool
        Whether it has come to its end, good or bad.
    is_failed : bool
        Whether it has failed.
    user_id : str | None
        The user that it runs for.
    organization_id : str | None
        The organization that it belongs to.
    started_at : datetime.datetime | None
        When it was started.
    completed_at : datetime.datetime | None
        When it came to its end.
    compute_time : float | None
        How long it was computed.
    error : str | None
        Why it failed.
    error_code : str | None
        A code for programs, for example `SOLVER_ERROR`.
    result : JobResult | None
        What came out of it.
    callback_url : str | None
        The URL that is told of its end.
    parent_job_id : str | None
        The job that it is part of.
    project_id : str | None
        The project that it belongs to.
    access_level : JobAccessLevel | str | None
        Who can see it.
    params_path : str | None
        Where its parameters lie in storage.
    metadata_path : str | None
        Where its metadata lie in storage.
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
    WireField("job_id", "job_id", text, required=True),
    WireField("job_type", "job_type", text, required=True),
    WireField("status", "status", text, required=True),
    WireField("priority", "priority", integer, required=True),
    WireField("created_at", "created_at", instant, required=True),
    WireField("updated_at", "updated_at", instant, required=True),
    WireField("is_terminal", "is_terminal", boolean, required=True),
    WireField("is_failed", "is_failed", boolean, required=True),
    WireField("user_id", "user_id", text),
    WireField("organization_id", "organization_id", text),
    WireField("started_at", "started_at", instant),
    WireField("completed_at", "completed_at", instant),
    WireField("compute_time", "compute_time", number),
    WireField("error", "error", text),
    WireField("error_code", "error_code", text),
    WireField("result", "result", JobResult.from_dict),
    WireField("callback_url", "callback_url", text),
    WireField("parent_job_id", "parent_job_id", text),
    WireField("project_id", "project_id", text),
    WireField("access_level", "access_level", text),
    WireField("params_path", "params_path", text),
    WireField("metadata_path", "metadata_path", text),
)
