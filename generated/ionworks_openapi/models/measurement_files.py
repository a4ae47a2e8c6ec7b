# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema MeasurementFiles of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    list_of,
    read_str,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class MeasurementFiles(Record):
    """The files of a measurement.

    Attributes
    ----------
    filenames : list[str]
        Their names.
    """

    filenames: list[str]


MeasurementFiles._declare(
    WireField("filenames", "filenames", list_of(read_str), required=True),
)
