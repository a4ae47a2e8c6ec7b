# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema ColumnTable of the contract."""

from ionworks.records.record import FreeForm


class ColumnTable(FreeForm):
    """A table by columns, each a list with one value for each row."""
