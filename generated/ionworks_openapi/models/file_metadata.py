# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema FileMetadata of the contract."""

from ionworks.records.record import FreeForm


class FileMetadata(FreeForm):
    """What is known about the uploaded files: media types, dimensions and the like."""
