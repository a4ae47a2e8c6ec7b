"""Schema FileMetadata of the contract."""

from ionworks.records.record import FreeForm


class FileMetadata(FreeForm):
    """Metadata of the uploaded files: media types, dimensions and similar."""
