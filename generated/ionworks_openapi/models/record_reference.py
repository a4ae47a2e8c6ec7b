# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema RecordReference of the contract."""

from ionworks.records.record import FreeForm


class RecordReference(FreeForm):
    """An id inside an object."""
