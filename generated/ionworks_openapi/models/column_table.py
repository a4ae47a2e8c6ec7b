# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema ColumnTable of the contract."""

from ionworks.records.record import FreeForm


class ColumnTable(FreeForm):
    """A table as columns; each column is a list with one value for each row."""
