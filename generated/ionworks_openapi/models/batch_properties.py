# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema BatchProperties of the contract."""

from ionworks.records.record import FreeForm


class BatchProperties(FreeForm):
    """Properties of a batch as a whole."""
