# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema RawDataAttached of the contract."""

from ionworks.records.record import FreeForm


class RawDataAttached(FreeForm):
    """What the service says about raw data that were attached."""
