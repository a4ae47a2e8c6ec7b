"""Schema EmptyRequest of the contract."""

from ionworks.records.record import FreeForm


class EmptyRequest(FreeForm):
    """A body without fields (`{}`)."""
