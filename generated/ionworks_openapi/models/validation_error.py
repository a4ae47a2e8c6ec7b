# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema ValidationError of the contract."""

from __future__ import annotations

from typing import Any

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    anything,
    choice,
    integer,
    listed,
    text,
)
from ionworks.records.record import Record

from .validation_error_context import ValidationErrorContext


@define(kw_only=True, repr=False)
class ValidationError(Record):
    """One thing that is not as the contract asks.

    Attributes
    ----------
    loc : list[str | int]
        The way to the value, from `body`, `query` or `path` inwards.
    msg : str
        A sentence for people.
    type_ : str
        A code for the rule that was broken.
    input_ : Any
        The value that was found.
    ctx : ValidationErrorContext | None
        The limits and values that a validation rule was about.
    """

    loc: list[str | int]
    msg: str
    type_: str
    input_: Any = None
    ctx: ValidationErrorContext | None = None


ValidationError._declare(
    WireField("loc", "loc", listed(choice(text, integer)), required=True),
    WireField("msg", "msg", text, required=True),
    WireField("type", "type_", text, required=True),
    WireField("input", "input_", anything),
    WireField("ctx", "ctx", ValidationErrorContext.from_dict),
)
