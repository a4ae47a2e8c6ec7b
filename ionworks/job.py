"""Jobs: background computations of the service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ionworks_openapi.api.jobs import list_jobs
from ionworks_openapi.resources.jobs import JobClient as JobMethods

from ionworks.records.pages import RecordList

if TYPE_CHECKING:
    from ionworks_openapi.models import Job
    from ionworks_openapi.models.job_status import JobStatus
    from ionworks_openapi.models.job_type import JobType


class JobClient(JobMethods):
    """Client for jobs: `client.job`."""

    def list(
        self,
        *,
        job_type: JobType | None = None,
        status: JobStatus | None = None,
        limit: int | None = None,
        offset: int | None = None,
        strict: bool = False,
    ) -> RecordList[Job]:
        """List all jobs that the key has access to, or one page with `limit` or `offset`.

        Examples
        --------
        >>> [job.status for job in client.job.list(status="processing")]
        ['processing']
        """
        filters = {"job_type": job_type, "status": status}
        return self._list(list_jobs, filters=filters, limit=limit, offset=offset, strict=strict)

    def iterate(
        self,
        *,
        job_type: JobType | None = None,
        status: JobStatus | None = None,
        max_items: int | None = None,
        strict: bool = False,
    ) -> Iterator[Job]:
        """Yield jobs lazily, one page at a time.

        To delete or change the yielded records, use `list` instead.

        Examples
        --------
        >>> next(client.job.iterate()).is_terminal
        False
        """
        filters = {"job_type": job_type, "status": status}
        return self._iterate(list_jobs, filters=filters, max_items=max_items, strict=strict)
