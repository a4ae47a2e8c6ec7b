"""Schema MaterialDefinition of the contract."""

from ionworks.records.record import FreeForm


class MaterialDefinition(FreeForm):
    """What a material is: its formula, type, constituents and the like. Numbers are Quantities."""
