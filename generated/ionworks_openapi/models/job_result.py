# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema JobResult of the contract."""

from ionworks.records.record import FreeForm


class JobResult(FreeForm):
    """The result of a job; its keys depend on the type of the job."""
