# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema JobResult of the contract."""

from ionworks.records.record import FreeForm


class JobResult(FreeForm):
    """What came out of a job; its keys depend on the type of the job."""
