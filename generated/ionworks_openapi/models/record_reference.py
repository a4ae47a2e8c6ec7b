"""Schema RecordReference of the contract."""

from ionworks.records.model import FreeForm


class RecordReference(FreeForm):
    """An id that comes wrapped in an object."""
