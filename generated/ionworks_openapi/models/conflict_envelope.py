# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema ConflictEnvelope of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_str,
)
from ionworks.records.record import Record

from .conflict_detail import ConflictDetail


@define(kw_only=True, repr=False)
class ConflictEnvelope(Record):
    """The conflict that prevents a creation or a change.

    Attributes
    ----------
    error_code : str
        A code for programs, usually `CONFLICT`.
    message : str
        A message for people.
    detail : ConflictDetail | None
        The conflict.
    """

    error_code: str
    message: str
    detail: ConflictDetail | None = None


ConflictEnvelope._declare(
    WireField("error_code", "error_code", read_str, required=True),
    WireField("message", "message", read_str, required=True),
    WireField("detail", "detail", ConflictDetail.from_dict),
)
