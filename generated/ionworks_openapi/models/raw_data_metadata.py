# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema RawDataMetadata of the contract."""

from ionworks.records.record import FreeForm


class RawDataMetadata(FreeForm):
    """Metadata of a file as the instrument wrote it."""
