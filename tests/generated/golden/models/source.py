"""Schema Source of the contract."""

from ionworks.record import FreeForm


class Source(FreeForm):
    """Where it comes from; any "keys" """
