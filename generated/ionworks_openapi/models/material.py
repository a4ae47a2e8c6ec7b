# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema Material of the contract."""

from __future__ import annotations

import datetime

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_datetime,
    read_id,
    read_int,
    read_str,
)
from ionworks.records.record import Record

from .material_definition import MaterialDefinition


@define(kw_only=True, repr=False)
class Material(Record):
    """A material of cell components.

    Attributes
    ----------
    name : str
        The name.
    id : str
        The id.
    organization_id : str
        The organization that it belongs to.
    created_at : datetime.datetime
        When it was created.
    updated_at : datetime.datetime
        When it was last changed.
    definition : MaterialDefinition | None
        The definition of a material: formula, type, constituents and similar.
    manufacturer : str | None
        Who makes it.
    product_id : str | None
        The product id of its supplier.
    property_count : int | None
        Number of data sets that describe it; absent inside a component.
    """

    name: str
    id: str
    organization_id: str
    created_at: datetime.datetime
    updated_at: datetime.datetime
    definition: MaterialDefinition | None = None
    manufacturer: str | None = None
    product_id: str | None = None
    property_count: int | None = None


Material._declare(
    WireField("name", "name", read_str, required=True),
    WireField("id", "id", read_id, required=True, identity=True),
    WireField("organization_id", "organization_id", read_str, required=True),
    WireField("created_at", "created_at", read_datetime, required=True),
    WireField("updated_at", "updated_at", read_datetime, required=True),
    WireField("definition", "definition", MaterialDefinition.from_dict),
    WireField("manufacturer", "manufacturer", read_str),
    WireField("product_id", "product_id", read_str),
    WireField("property_count", "property_count", read_int),
    kind="material",
)
