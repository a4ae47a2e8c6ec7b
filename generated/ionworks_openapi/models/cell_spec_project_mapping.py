# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema CellSpecProjectMapping of the contract."""

from ionworks.records.record import FreeForm


class CellSpecProjectMapping(FreeForm):
    """The assignment of a specification to a project."""
