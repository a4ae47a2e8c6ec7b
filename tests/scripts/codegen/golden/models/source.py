# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema Source of the contract."""

from ionworks.records.record import FreeForm


class Source(FreeForm):
    """Where it comes from; any "keys" """
