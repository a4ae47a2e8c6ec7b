"""Schema Source of the contract."""

from ionworks.records.model import FreeForm


class Source(FreeForm):
    """Where it comes from; any "keys" """
