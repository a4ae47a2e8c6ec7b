# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema MaterialDefinition of the contract."""

from ionworks.records.record import FreeForm


class MaterialDefinition(FreeForm):
    """The definition of a material: formula, type, constituents and similar."""
