"""Schema DiscoverySchema of the contract."""

from ionworks.records.record import FreeForm


class DiscoverySchema(FreeForm):
    """The description of one kind of data."""
