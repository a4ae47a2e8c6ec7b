# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema MeasurementSteps of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.record import Record

from .column_table import ColumnTable


@define(kw_only=True, repr=False)
class MeasurementSteps(Record):
    """The step table of a measurement.

    Attributes
    ----------
    steps : ColumnTable
        A table as columns; each column is a list with one value for each row.
    """

    steps: ColumnTable


MeasurementSteps._declare(
    WireField("steps", "steps", ColumnTable.from_dict, required=True),
)
