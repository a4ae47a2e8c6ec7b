# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema MaterialInput of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import define

from ionworks.records.base import UNSET, Unset, WireField
from ionworks.records.readers import (
    read_str,
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
        The definition of a material: formula, type, constituents and similar.
    manufacturer : str | None | Unset
        Who makes it.
    product_id : str | None | Unset
        The product id of its supplier.
    """

    name: str
    definition: Mapping[str, Any] | Unset = UNSET
    manufacturer: str | None | Unset = UNSET
    product_id: str | None | Unset = UNSET


MaterialInput._declare(
    WireField("name", "name", read_str, required=True),
    WireField("definition", "definition", MaterialDefinition.from_dict, default=UNSET),
    WireField("manufacturer", "manufacturer", read_str, default=UNSET),
    WireField("product_id", "product_id", read_str, default=UNSET),
    sent_only=True,
)
