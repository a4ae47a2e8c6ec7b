# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema UploadPhotoBody of the contract."""

from __future__ import annotations

from typing import Any

from attrs import define

from ionworks.quantity import Quantity
from ionworks.records.base import UNSET, Unset, WireField
from ionworks.records.readers import (
    read_any,
    read_quantity,
    read_str,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class UploadPhotoBody(Record):
    """Schema UploadPhotoBody of the contract.

    Attributes
    ----------
    photo : Any
    title : str | Unset
    size : Quantity | Unset
        A number with its unit.
    """

    photo: Any
    title: str | Unset = UNSET
    size: Quantity | Unset = UNSET


UploadPhotoBody._declare(
    WireField("photo", "photo", read_any, required=True),
    WireField("title", "title", read_str, default=UNSET),
    WireField("size", "size", read_quantity, default=UNSET),
    sent_only=True,
)
