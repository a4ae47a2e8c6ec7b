# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema EmptyRequest of the contract."""

from ionworks.records.record import FreeForm


class EmptyRequest(FreeForm):
    """A body without fields (`{}`)."""
