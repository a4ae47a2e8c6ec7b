# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema ValidationError of the contract."""

from __future__ import annotations

from typing import Any

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    list_of,
    read_any,
    read_int,
    read_str,
    union_of,
)
from ionworks.records.record import Record

from .validation_error_context import ValidationErrorContext


@define(kw_only=True, repr=False)
class ValidationError(Record):
    """One violation of the contract.

    Attributes
    ----------
    loc : list[str | int]
        The path to the value, starting with `body`, `query` or `path`.
    msg : str
        A message for people.
    type_ : str
        A code for the violated rule.
    input_ : Any
        The value that was found.
    ctx : ValidationErrorContext | None
        The limits and values of the violated rule.
    """

    loc: list[str | int]
    msg: str
    type_: str
    input_: Any = None
    ctx: ValidationErrorContext | None = None


ValidationError._declare(
    WireField("loc", "loc", list_of(union_of(read_str, read_int)), required=True),
    WireField("msg", "msg", read_str, required=True),
    WireField("type", "type_", read_str, required=True),
    WireField("input", "input_", read_any),
    WireField("ctx", "ctx", ValidationErrorContext.from_dict),
)
