"""Schema CellSpecProjectMapping of the contract."""

from ionworks.records.record import FreeForm


class CellSpecProjectMapping(FreeForm):
    """The assignment of a specification to a project."""
