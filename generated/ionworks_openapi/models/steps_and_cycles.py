# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema StepsAndCycles of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.record import Record

from .column_table import ColumnTable


@define(kw_only=True, repr=False)
class StepsAndCycles(Record):
    """The step table and the cycle table of a measurement.

    Attributes
    ----------
    steps : ColumnTable
        A table as columns; each column is a list with one value for each row.
    cycles : ColumnTable
        A table as columns; each column is a list with one value for each row.
    """

    steps: ColumnTable
    cycles: ColumnTable


StepsAndCycles._declare(
    WireField("steps", "steps", ColumnTable.from_dict, required=True),
    WireField("cycles", "cycles", ColumnTable.from_dict, required=True),
)
