# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema Material of the contract."""

from __future__ import annotations

import datetime

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    instant,
    integer,
    text,
)
from ionworks.records.record import Record

from .material_definition import MaterialDefinition


@define(kw_only=True, repr=False)
class Material(Record):
    """What a component is made of.

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
        What a material is: its formula, type, constituents and the like.
    manufacturer : str | None
        Who makes it.
    product_id : str | None
        What its supplier calls it.
    property_count : int | None
        How many sets of data describe it; not told inside of a component.
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
    WireField("name", "name", text, required=True),
    WireField("id", "id", text, required=True),
    WireField("organization_id", "organization_id", text, required=True),
    WireField("created_at", "created_at", instant, required=True),
    WireField("updated_at", "updated_at", instant, required=True),
    WireField("definition", "definition", MaterialDefinition.from_dict),
    WireField("manufacturer", "manufacturer", text),
    WireField("product_id", "product_id", text),
    WireField("property_count", "property_count", integer),
)
