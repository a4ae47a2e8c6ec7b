# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema MaterialDefinition of the contract."""

from ionworks.records.record import FreeForm


class MaterialDefinition(FreeForm):
    """What a material is: its formula, type, constituents and the like."""
