# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema MaterialInput of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import define

from ionworks.records.base import UNSET, Unset, WireField
from ionworks.records.readers import (
    text,
)
from ionworks.records.record import Record

from .material_definition import MaterialDefinition


@define(kw_only=True, repr=False)
class MaterialInput(Record):
    """A material to create, or to find again.

    Attributes
    ----------
    name : str
        The name.
    definition : Mapping[str, Any] | Unset
        What a material is: its formula, type, constituents and the like.
    manufacturer : str | None | Unset
        Who makes it.
    product_id : str | None | Unset
        What its supplier calls it.
    """

    name: str
    definition: Mapping[str, Any] | Unset = UNSET
    manufacturer: str | None | Unset = UNSET
    product_id: str | None | Unset = UNSET


MaterialInput._declare(
    WireField("name", "name", text, required=True),
    WireField("definition", "definition", MaterialDefinition.from_dict, default=UNSET),
    WireField("manufacturer", "manufacturer", text, default=UNSET),
    WireField("product_id", "product_id", text, default=UNSET),
    sent_only=True,
)
