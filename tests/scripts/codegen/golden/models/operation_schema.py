# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema OperationSchema of the contract."""

from __future__ import annotations

from attrs import define, field

from ionworks.records.base import WireField
from ionworks.records.readers import (
    list_of,
    read_str,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class OperationSchema(Record):
    """A schema with the name of a class of the templates.

    Attributes
    ----------
    name : str
    steps : list[str]
    """

    name: str
    steps: list[str] = field(factory=lambda: [])


OperationSchema._declare(
    WireField("name", "name", read_str, required=True),
    WireField("steps", "steps", list_of(read_str), default=[]),
)
