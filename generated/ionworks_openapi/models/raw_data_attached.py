"""Schema RawDataAttached of the contract."""

from ionworks.records.record import FreeForm


class RawDataAttached(FreeForm):
    """What the service says about raw data that were attached."""
