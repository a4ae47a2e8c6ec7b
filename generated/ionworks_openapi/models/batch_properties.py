"""Schema BatchProperties of the contract."""

from ionworks.records.record import FreeForm


class BatchProperties(FreeForm):
    """What is known about a batch as a whole. Numbers are Quantities."""
