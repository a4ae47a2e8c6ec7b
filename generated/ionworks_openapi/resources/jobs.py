# Generated from openapi.yaml. Do not edit: run make generate.
"""Work that the service does in the background: the methods of `client.job`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ionworks._resource import Resource

from ..api.jobs import cancel_job, get_job

if TYPE_CHECKING:
    from ..models import (
        Job,
        JobId,
    )


class JobClient(Resource):
    """Work that the service does in the background: `client.job`."""

    def get(self, job_id: JobId) -> Job:
        """Get a job.

        Parameters
        ----------
        job_id : str or Job
            The id of the job.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> record = client.job.get(job_id)
        """
        return self._client.call(get_job, job_id)

    def cancel(self, job_id: JobId) -> Job:
        """Cancel a job.

        Parameters
        ----------
        job_id : str or Job
            The id of the job.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.
        Conflict
            If the name is taken, or the state of the record does not allow it.
        WriteOutcomeUnknown
            If the response was lost: the service may have made the change.

        Examples
        --------
        >>> record = client.job.cancel(job_id)
        """
        return self._client.call(cancel_job, job_id, body={})
