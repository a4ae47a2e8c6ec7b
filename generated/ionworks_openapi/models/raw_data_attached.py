"""Schema RawDataAttached of the contract."""

from ionworks.records.record import FreeForm


class RawDataAttached(FreeForm):
    """The service's confirmation of attached raw data."""
