"""Jobs: background computations of the service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ionworks_openapi.api.jobs import cancel_job, get_job, list_jobs

from ionworks._request.filters import sort_order
from ionworks._resource import Resource
from ionworks.records.pages import FetchPage, RecordList

if TYPE_CHECKING:
    from ionworks_openapi.models import Job
    from ionworks_openapi.models.job_status import JobStatus
    from ionworks_openapi.models.job_type import JobType


class JobClient(Resource):
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
        fetch, order = self._page(job_type, status), sort_order({"status": status})
        return self._list(fetch, limit=limit, offset=offset, strict=strict, order=order)

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
        fetch, order = self._page(job_type, status), sort_order({"status": status})
        return self._iterate(fetch, max_items=max_items, strict=strict, order=order)

    def get(self, job_id: str) -> Job:
        """Get a job by its id.

        Raises
        ------
        NotFound
            If the id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> client.job.get(job_id).status
        'processing'
        """
        return self._client.call(get_job, job_id)

    def cancel(self, job_id: str) -> Job:
        """Cancel a job.

        Raises
        ------
        Conflict
            If it has already ended.

        Examples
        --------
        >>> client.job.cancel(job_id).status
        'canceled'
        """
        return self._client.call(cancel_job, job_id, body={})

    def _page(self, job_type: JobType | None, status: JobStatus | None) -> FetchPage[Job]:
        return self._client._pages(list_jobs, job_type=job_type, status=status)
