"""Schema RawDataMetadata of the contract."""

from ionworks.records.record import FreeForm


class RawDataMetadata(FreeForm):
    """Metadata of a file as the instrument wrote it."""
