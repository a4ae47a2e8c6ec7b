"""Schema EmptyRequest of the contract."""

from ionworks.records.model import FreeForm


class EmptyRequest(FreeForm):
    """A body without fields (`{}`)."""
