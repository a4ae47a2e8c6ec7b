# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema MeasurementCycles of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.record import Record

from .column_table import ColumnTable


@define(kw_only=True, repr=False)
class MeasurementCycles(Record):
    """The cycle table of a measurement.

    Attributes
    ----------
    cycles : ColumnTable
        A table as columns; each column is a list with one value for each row.
    """

    cycles: ColumnTable


MeasurementCycles._declare(
    WireField("cycles", "cycles", ColumnTable.from_dict, required=True),
)
