# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema RawDataAttached of the contract."""

from ionworks.records.record import FreeForm


class RawDataAttached(FreeForm):
    """The service's confirmation of attached raw data."""
