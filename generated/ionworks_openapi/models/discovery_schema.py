# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema DiscoverySchema of the contract."""

from ionworks.records.record import FreeForm


class DiscoverySchema(FreeForm):
    """The description of one kind of data."""
