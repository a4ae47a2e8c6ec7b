# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema ErrorEnvelope of the contract."""

from __future__ import annotations

from typing import Any

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_any,
    read_str,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class ErrorEnvelope(Record):
    """What went wrong.

    Attributes
    ----------
    error_code : str
        A code for programs, for example `NOT_FOUND`.
    message : str
        A message for people.
    detail : Any
        Additional information.
    """

    error_code: str
    message: str
    detail: Any = None


ErrorEnvelope._declare(
    WireField("error_code", "error_code", read_str, required=True),
    WireField("message", "message", read_str, required=True),
    WireField("detail", "detail", read_any),
)
