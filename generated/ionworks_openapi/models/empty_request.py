"""Schema EmptyRequest of the contract."""

from ionworks.record import FreeForm


class EmptyRequest(FreeForm):
    """A body without fields (`{}`)."""
