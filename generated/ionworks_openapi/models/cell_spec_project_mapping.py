# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema CellSpecProjectMapping of the contract."""

from ionworks.records.record import FreeForm


class CellSpecProjectMapping(FreeForm):
    """That a specification belongs to a project."""
