# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema FileMetadata of the contract."""

from ionworks.records.record import FreeForm


class FileMetadata(FreeForm):
    """Metadata of the uploaded files: media types, dimensions and similar."""
