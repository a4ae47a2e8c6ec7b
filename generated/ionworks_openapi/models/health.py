# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema Health of the contract."""

from ionworks.records.record import FreeForm


class Health(FreeForm):
    """The service's description of itself."""
